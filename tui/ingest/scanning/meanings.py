"""What the compiled reader's numbers mean: each is looked at once and becomes a code."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from tui.core.rules.elsewhere import other_account
from tui.core.rules.entering import entering_note
from tui.core.rules.exposure import opens_by_header
from tui.core.rules.target import MAX_OBJECT
from tui.core.text import cut
from tui.ingest.compiled import layout
from tui.ingest.encoding.naming import CANNED, ROLE, place_of
from tui.ingest.encoding.vocabulary import UNKNOWN, identity_from
from tui.ingest.scanning.new_entries import parts_of, text_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from tui.ingest.encoding.encode import Encoder
    from tui.ingest.encoding.naming import Kind
    from tui.ingest.scanning.entries import Entries
    from tui.ingest.scanning.new_entries import New

    Numbers = NDArray[np.int64]

_READ_ONLY = (False, True, None)
_NONE = -1
_TEXTS = {
    layout.KEY: "key",
    layout.ADDRESS: "address",
    layout.USERAGENT: "useragent",
    layout.NAME: "target",
    layout.OBJECT: "object",
}


class Meanings:
    """Turns new entries into codes of the encoder's.

    Of a KIND, `finals` has its place among the kinds; of a HEADER 1 if it lets nobody in, else 2.
    """

    def __init__(self, encoder: Encoder, entries: Entries) -> None:
        self._encoder = encoder
        self._entries = entries
        self._kinds: list[Kind | None] = []
        self._names: dict[int, list[str]] = {}
        """By the number of a KIND its eventSource, eventName and eventType."""
        self._handed: dict[int, str] = {}
        """By the numbers of the latest HANDED their texts."""
        self.everything: dict[int, int] = {}
        """By the number of a PLACE the code of the target that means all there is."""

    def kinds(self, numbers: NDArray[np.int32]) -> list[Kind | None]:
        """The Kinds with these numbers."""
        return [self._kinds[place] for place in self._entries.finals[numbers].tolist()]

    def learn(self) -> None:
        """Work out what the numbers mean that were given out since the last time."""
        new = self._entries.take_new()
        if new is None:
            return
        for tag in _ORDER:
            which = new.of(tag)
            if not len(which):
                continue
            if tag in _TEXTS:
                self._entries.finals[new.numbers(which)] = self._text_codes(tag, new, which)
            else:
                _LEARN[tag](self, new, which)

    def _text_codes(self, tag: int, new: New, which: Numbers) -> list[int]:
        """Codes for texts that the encoder need not remember: their numbers are remembered.

        One that it has met by itself has two codes then, which costs less than looking.
        """
        texts = new.names(which) if tag == layout.NAME else new.texts(which)
        if tag == layout.OBJECT:
            texts = [text if len(text) <= MAX_OBJECT else cut(text, MAX_OBJECT) for text in texts]
        return self._encoder.texts(_TEXTS[tag]).new_codes(texts)

    def _learn_kinds(self, new: New, which: Numbers) -> None:
        for number, key in _numbered(new, which):
            source, event, type_ = self._names[number] = parts_of(key, 1)
            kind = self._encoder.calls.kind(source, event, type_, failed=bool(key[0]))
            mode = layout.WHOLE
            if kind is not None:
                mode = layout.HANDING if kind.hands_out else layout.REMEMBERED
                if kind.quick is not None:
                    mode = layout.QUICK
            self._entries.finals[number] = len(self._kinds)
            self._kinds.append(kind)
            self._entries.kinds[number] = mode, kind is not None and kind.self_read

    def _learn_calls(self, new: New, which: Numbers) -> None:
        new_call = self._encoder.calls.add
        names = self._names
        codes = []
        for head, parts in zip(new.heads(which).tolist(), new.parts(which, 8), strict=True):
            source, event, type_ = names[head >> 32]
            region, recipient, error, category, console = parts
            read_only = _READ_ONLY[head & 0xFF]
            codes.append(
                new_call(
                    (source, event, region, recipient, error, read_only, type_, category, console)
                )
            )
        self._entries.finals[new.numbers(which)] = codes

    def _learn_identities(self, new: New, which: Numbers) -> None:
        codes = [
            self._encoder.new_identity(identity_from(*parts) if head & 0xFF else UNKNOWN)
            for head, parts in zip(new.heads(which).tolist(), new.parts(which, 1), strict=True)
        ]
        self._entries.finals[new.numbers(which)] = codes

    def _learn_origins(self, new: New, which: Numbers) -> None:
        pairs = np.ascontiguousarray(new.heads(which)).view(np.uint32).reshape(-1, 2)
        access, identity = self._entries.finals[pairs].T.tolist()
        first = self._encoder.new_origins(identity, access)
        self._entries.finals[new.numbers(which)] = np.arange(first, first + len(which))

    def _learn_places(self, new: New, which: Numbers) -> None:
        for number, key in _numbered(new, which):
            kind = self._kinds[self._entries.finals[int.from_bytes(key[4:8], "little")]]
            assert kind is not None
            names, outer, inner = [], [], []
            parts = iter(parts_of(key, 8))
            for part in parts:
                if part:
                    outer.append(part)
                    names.append((part, False))
                else:  # an empty part marks one that stands within the encryptionContext
                    inner.append(next(parts))
                    names.append((inner[-1], True))
            recipe = self._encoder.recipe(kind, tuple(outer), tuple(inner))
            place = place_of(recipe)
            if place is None or (kind.hands_out and place[0] != ROLE):
                told = not recipe.known or recipe.paths or (recipe.complete and not recipe.object)
                mode = layout.NOWHERE if told or recipe.headers else layout.NEVER
                self._entries.places[number, layout.P_MODE] = mode
                continue
            first, within, thing, header, everything = place
            wanted = (within, True) if within else (first, False)
            self._entries.places[number] = (
                layout.SOMEWHERE,
                names.index(wanted) if wanted[0] else _NONE,
                names.index((thing, False)) if thing else _NONE,
                names.index((header, False)) if header else _NONE,
            )
            if everything:
                self.everything[number] = everything

    def _learn_headers(self, new: New, which: Numbers) -> None:
        for number, key in _numbered(new, which):
            self._entries.finals[number] = 1 + opens_by_header(CANNED[0], text_of(key))

    def _learn_handed(self, new: New, which: Numbers) -> None:
        numbers, texts = new.numbers(which), new.texts(which)
        newkeys = self._encoder.texts("newkey")
        self._entries.finals[numbers] = [newkeys[text] for text in texts]
        self._handed = dict(zip(numbers.tolist(), texts, strict=True))

    def handing_notes(
        self, roles: NDArray[np.int32], calls: NDArray[np.uint32], handed: NDArray[np.int32]
    ) -> list[int]:
        """The codes of the notes of calls that hand out keys.

        By the number of the role's NAME, the call's code, and the number of what was HANDED, -1
        where that is nothing.
        """
        pairs, which = np.unique(
            roles.astype(np.uint64) << np.uint64(32) | calls, return_inverse=True
        )
        accounts = [self._entered(pair >> 32, pair & 0xFFFF_FFFF) for pair in pairs.tolist()]
        notes, texts = self._encoder.texts("note"), self._handed
        codes = []
        for number, pair in zip(handed.tolist(), which.tolist(), strict=True):
            key = texts.get(number)
            if key is None:  # it was handed out before, or nothing was
                key = text_of(self._entries.bytes_of(number)) if number >= 0 else ""
            codes.append(notes[entering_note(key, accounts[pair])])
        return codes

    def _entered(self, role: int, call: int) -> str:
        own = self._encoder.calls.calls[call].account
        return other_account(text_of(self._entries.bytes_of(role)), own)


_LEARN: dict[int, Callable[[Meanings, New, Numbers], None]] = {
    layout.KIND: Meanings._learn_kinds,
    layout.CALL: Meanings._learn_calls,
    layout.IDENTITY: Meanings._learn_identities,
    layout.ORIGIN: Meanings._learn_origins,
    layout.PLACE: Meanings._learn_places,
    layout.HEADER: Meanings._learn_headers,
    layout.HANDED: Meanings._learn_handed,
}
_ORDER = (
    layout.KIND,
    layout.CALL,
    layout.IDENTITY,
    layout.KEY,
    layout.ORIGIN,
    layout.ADDRESS,
    layout.USERAGENT,
    layout.PLACE,
    layout.HEADER,
    layout.NAME,
    layout.OBJECT,
    layout.HANDED,
)
"""Each needs only those before it."""


def _numbered(new: New, which: Numbers) -> zip[tuple[int, bytes]]:
    return zip(new.numbers(which).tolist(), new.keys(which), strict=True)
