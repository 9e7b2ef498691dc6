"""Feeds delivered log files to the compiled reader, and works out what its numbers mean.

The kernel numbers raw bytes. Here each new number is looked at once and becomes a code of the
encoder's, so that rows of both readers stand in one batch; then a column of numbers becomes one of
codes by a look-up in an array. Rows whose targets the numbers do not tell are decoded and named
one by one, as the encoder does.
"""

from __future__ import annotations

import secrets
from itertools import repeat
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from msgspec import json

from tui.core.batch import PENDING
from tui.core.exposure import opens_by_header
from tui.core.target import MAX_OBJECT
from tui.core.text import cut
from tui.ingest import typed
from tui.ingest.compiled import layout
from tui.ingest.naming import CANNED, place_of
from tui.ingest.rows import Rows
from tui.ingest.stamps import event_numbers, event_times
from tui.ingest.vocabulary import UNKNOWN, identity_from

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from tui.core.batch import Details
    from tui.ingest.encode import Encoder
    from tui.ingest.naming import Kind

_FIRST_BUFFER = 1 << 20
_FIRST_ENTRIES = 1 << 16
_FIRST_BYTES = 1 << 22
_FIRST_ROWS = 1 << 12
_ENTRY = 8
_READ_ONLY = (False, True, None)
_NONE = -1


class Scanned(NamedTuple):
    """What became of a group of files."""

    counts: list[int]
    """How many events each has; -1: another reader has to take it."""
    waiting: list[tuple[int, int, bytes]]
    """Events that only their whole records tell: which file, which event of it, the record."""


class Scanner:
    """Reads files into an encoder's columns. Lives as long as its encoder."""

    def __init__(self, encoder: Encoder, call: Callable[[NDArray[np.int64]], int]) -> None:
        """`call` is the kernel's `scan`, compiled; it takes what `scan` is given."""
        self._encoder = encoder
        self._call = call
        self._work = np.zeros(layout.WORK, np.int64)
        self._work[layout.W_USED] = _ENTRY
        self._work[layout.W_SEED] = secrets.randbits(62)
        self._scratch = np.zeros(layout.LONGEST_KEY + layout.PAD, np.uint8)
        self._buffer = np.zeros(_FIRST_BUFFER, np.uint8)
        self._known = 0
        self._kinds_known: list[Kind | None] = []
        self._everything: dict[int, int] = {}
        """By the number of a place the code of the target that means all there is."""
        self._blob = np.zeros(0, np.uint8)
        self._offsets = np.zeros(0, np.uint64)
        self._finals = np.zeros(0, np.uint32)
        """By number the encoder's code; of a HEADER 1 if it lets nobody in, else 2."""
        self._kinds = np.zeros((0, 2), np.int32)
        self._places = np.zeros((0, layout.P_COLUMNS), np.int32)
        self._memos = np.zeros((0, 4), np.uint32)
        """By the number of a MEMO: target, object, note, flags; of a HANDED: 0, 0, note, 0."""
        self._is_known = np.zeros(0, np.bool_)
        self._stale = False
        self._grow_entries(_FIRST_ENTRIES)
        self._grow_blob(_FIRST_BYTES)
        self._grow_rows(_FIRST_ROWS)

    # Room

    def _grow_entries(self, most: int) -> None:
        self._most = most
        for name in ("_offsets", "_finals", "_kinds", "_places", "_memos", "_is_known"):
            old = getattr(self, name)
            new = np.zeros((most, *old.shape[1:]), old.dtype)
            new[: len(old)] = old
            setattr(self, name, new)
        self._table = np.zeros(4 * most, np.uint64)
        self._stale = True

    def _grow_blob(self, size: int) -> None:
        new = np.zeros(size, np.uint8)
        new[: len(self._blob)] = self._blob
        self._blob = new

    def _grow_rows(self, count: int) -> None:
        self._rows = np.zeros((count, layout.COLUMNS), np.int32)
        self._times = np.zeros(count, np.int64)
        self._ids = np.zeros(count, np.uint64)

    def _make_room(self) -> None:
        count, used = int(self._work[layout.W_COUNT]), int(self._work[layout.W_USED])
        if count >= self._most or 2 * count >= len(self._table):
            self._grow_entries(2 * self._most)
        if used + 2 * layout.LONGEST_KEY + layout.PAD > len(self._blob):
            self._grow_blob(2 * len(self._blob))

    # Reading

    def read(
        self,
        contents: Sequence[bytes],
        which: Sequence[int],
        tell: Callable[[bytes], Details | None] | None = None,
    ) -> Scanned:
        """Add the events of these files, which the batch shall know as `which`.

        `tell` looks at whole records, where only these tell; without it such events are PENDING.
        """
        bounds, results = self._scan(contents)
        counts = [
            int(count) if result == layout.FITS else -1 for result, count in results.tolist()
        ]
        taken = [(number, count) for number, count in enumerate(counts) if count > 0]
        if not taken:
            return Scanned(counts, [])
        total = sum(count for _, count in taken)
        rows = self._rows[:total]
        self._learn()
        columns, waits = self._columns(rows, contents, bounds)
        files = np.repeat([number for number, _ in taken], [count for _, count in taken])
        positions = np.concatenate([np.arange(count) for _, count in taken])
        waiting: list[tuple[int, int, bytes]] = []
        for row in waits:
            file = int(files[row])
            start, end = rows[row, :2] - bounds[file, 0]
            raw = contents[file][start:end]
            details = tell(raw) if tell is not None else None
            if details is None:
                columns["flags"][row] = PENDING
                waiting.append((file, int(positions[row]), raw))
            else:
                self._put(columns, row, self._encoder.codes_of(details))
        parts = [(which[number], count) for number, count in taken]
        stretch = Rows(
            **columns,
            which=np.asarray(which, np.uint32)[files],
            position=positions.astype(np.uint32),
        )
        self._encoder.add_rows(stretch, parts)
        return Scanned(counts, waiting)

    def _scan(self, contents: Sequence[bytes]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Let the kernel read them, and again whenever it wants more room."""
        ends = np.cumsum([len(content) + layout.PAD for content in contents])
        if ends[-1] > len(self._buffer):
            self._buffer = np.zeros(int(ends[-1]), np.uint8)
        bounds = np.zeros((len(contents), 2), np.int64)
        bounds[1:, 0] = ends[:-1]
        for content, bound in zip(contents, bounds, strict=True):
            start = int(bound[0])
            end = bound[1] = start + len(content)
            self._buffer[start:end] = np.frombuffer(content, np.uint8)
            self._buffer[end : end + layout.PAD] = 0
        results = np.zeros((len(contents), 2), np.int64)
        while True:
            self._make_room()
            state = self._call(self._given(bounds, results))
            self._stale = False
            if state >= 0:
                return bounds, results
            if state == layout.NO_ROWS:
                self._grow_rows(2 * len(self._rows))

    def _given(self, bounds: NDArray[np.int64], results: NDArray[np.int64]) -> NDArray[np.int64]:
        given = np.zeros(layout.GIVEN, np.int64)
        for place, array in (
            (layout.G_BASE, self._buffer),
            (layout.G_BOUNDS, bounds),
            (layout.G_RESULTS, results),
            (layout.G_ROWS, self._rows),
            (layout.G_TIMES, self._times),
            (layout.G_IDS, self._ids),
            (layout.G_WORK, self._work),
            (layout.G_SCRATCH, self._scratch),
            (layout.G_TABLE, self._table),
            (layout.G_BLOB, self._blob),
            (layout.G_OFFSETS, self._offsets),
            (layout.G_KINDS, self._kinds),
            (layout.G_PLACES, self._places),
            (layout.G_FINALS, self._finals),
        ):
            given[place] = array.ctypes.data
        given[layout.G_FILES] = len(bounds)
        given[layout.G_MOST_ROWS] = len(self._rows)
        given[layout.G_SLOTS] = len(self._table)
        given[layout.G_ROOM] = len(self._blob)
        given[layout.G_MOST] = self._most
        given[layout.G_STALE] = self._stale
        return given

    # What new numbers mean

    def _learn(self) -> None:
        """Work out what the numbers mean that were given out since the last time."""
        first, count = self._known, int(self._work[layout.W_COUNT])
        if first == count:
            return
        offsets = self._offsets[first:count].astype(np.int64)
        start = int(offsets[0])
        raw = self._blob[start : int(self._work[layout.W_USED])].tobytes()
        heads = self._blob.view(np.uint64)[offsets >> 3]
        tags = (heads >> np.uint64(56)).astype(np.int64)
        lengths = (heads >> np.uint64(32)).astype(np.int64) & 0xFF_FFFF
        begins = offsets - start + _ENTRY
        for tag in _ORDER:
            which = np.flatnonzero(tags == tag)
            if len(which):
                spans = zip(begins[which].tolist(), lengths[which].tolist(), strict=True)
                keys = [raw[begin : begin + length] for begin, length in spans]
                numbers = which + first
                if tag in _TEXTS:
                    self._finals[numbers] = self._text_codes(tag, keys)
                else:
                    _LEARN[tag](self, numbers.tolist(), keys)
        self._known = count

    def _text_codes(self, tag: int, keys: list[bytes]) -> list[int]:
        texts = list(map(_text, keys))
        encoder = self._encoder
        if tag == layout.NAME:
            return encoder.names.codes(texts)
        if tag == layout.OBJECT:
            texts = [text if len(text) <= MAX_OBJECT else cut(text, MAX_OBJECT) for text in texts]
        return encoder.texts(_TEXTS[tag]).codes(texts)

    def _learn_kinds(self, numbers: list[int], keys: list[bytes]) -> None:
        for number, key in zip(numbers, keys, strict=True):
            source, event, type_ = _parts(key, 1)
            kind = self._encoder.kind((source, event, type_, bool(key[0])))
            mode = layout.WHOLE
            if kind is not None:
                mode = layout.HANDING if kind.hands_out else layout.REMEMBERED
                if kind.quick is not None:
                    mode = layout.QUICK
            self._finals[number] = len(self._kinds_known)
            self._kinds_known.append(kind)
            self._kinds[number] = mode, kind is not None and kind.self_read

    def _learn_calls(self, numbers: list[int], keys: list[bytes]) -> None:
        new_call = self._encoder.new_call
        codes = []
        for key in keys:
            source, event, type_, *where, error, category, console = _parts(key, 1)
            read_only = _READ_ONLY[key[0]]
            codes.append(
                new_call((source, event, *where, error, read_only, type_, category, console))
            )
        self._finals[numbers] = codes

    def _learn_identities(self, numbers: list[int], keys: list[bytes]) -> None:
        codes = [
            self._encoder.new_identity(identity_from(*_parts(key, 1)) if key[0] else UNKNOWN)
            for key in keys
        ]
        self._finals[numbers] = codes

    def _learn_origins(self, numbers: list[int], keys: list[bytes]) -> None:
        pairs = np.frombuffer(b"".join(keys), np.uint32).reshape(-1, 2)
        access, identity = self._finals[pairs].T.tolist()
        first = self._encoder.new_origins(identity, access)
        self._finals[numbers] = np.arange(first, first + len(numbers))

    def _learn_places(self, numbers: list[int], keys: list[bytes]) -> None:
        for number, key in zip(numbers, keys, strict=True):
            kind = self._kinds_known[self._finals[int.from_bytes(key[4:8], "little")]]
            assert kind is not None
            names, outer, inner = [], [], []
            parts = iter(_parts(key, 8))
            for part in parts:
                if part:
                    outer.append(part)
                    names.append((part, False))
                else:  # an empty part marks one that stands within the encryptionContext
                    inner.append(next(parts))
                    names.append((inner[-1], True))
            recipe = self._encoder.recipe(kind, tuple(outer), tuple(inner))
            place = place_of(recipe)
            if place is None:
                told = not recipe.known or recipe.paths or (recipe.complete and not recipe.object)
                mode = layout.NOWHERE if told or recipe.headers else layout.NEVER
                self._places[number, layout.P_MODE] = mode
                continue
            first, within, thing, header, everything = place
            wanted = (within, True) if within else (first, False)
            self._places[number] = (
                layout.SOMEWHERE,
                names.index(wanted) if wanted[0] else _NONE,
                names.index((thing, False)) if thing else _NONE,
                names.index((header, False)) if header else _NONE,
            )
            if everything:
                self._everything[number] = everything

    def _learn_headers(self, numbers: list[int], keys: list[bytes]) -> None:
        for number, key in zip(numbers, keys, strict=True):
            self._finals[number] = 1 + opens_by_header(CANNED[0], _text(key))

    def _learn_handed(self, numbers: list[int], keys: list[bytes]) -> None:
        newkeys, notes = self._encoder.texts("newkey"), self._encoder.texts("note")
        for number, key in zip(numbers, keys, strict=True):
            text = _text(key)
            self._finals[number] = newkeys[text]
            self._memos[number] = 0, 0, notes[f"→ {text}"], 0

    # Rows

    def _columns(
        self, rows: NDArray[np.int32], contents: Sequence[bytes], bounds: NDArray[np.int64]
    ) -> tuple[dict[str, Any], list[int]]:
        """The columns of some rows, and which of them only whole records tell."""
        finals, total = self._finals, len(rows)
        zeros = np.zeros((5, total), np.uint32)
        columns: dict[str, Any] = {
            "call": finals[rows[:, layout.R_CALL]],
            "origin": finals[rows[:, layout.R_ORIGIN]],
            "address": finals[rows[:, layout.R_ADDRESS]],
            "useragent": finals[rows[:, layout.R_USERAGENT]],
            "target": zeros[0],
            "object": zeros[1],
            "note": zeros[2],
            "newkey": zeros[3],
            "flags": zeros[4],
            "time": self._times[:total].copy(),
            "event_id": self._ids[:total].copy(),
        }
        self._odd_stamps(rows, columns)
        state = rows[:, layout.R_STATE]
        target = columns["target"]
        named = np.flatnonzero(state == layout.BY_NAME)
        target[named] = finals[rows[named, layout.R_TARGET]]
        things = named[rows[named, layout.R_OBJECT] >= 0]
        columns["object"][things] = finals[rows[things, layout.R_OBJECT]] * (target[things] > 0)
        for row in np.flatnonzero(state == layout.EVERYTHING).tolist():
            target[row] = self._everything.get(int(rows[row, layout.R_MEMO]), 0)
        self._remember(rows, columns)
        self._hand_out(rows, columns)
        open_rows = np.flatnonzero((target == 0) & (state != layout.BY_MEMO))
        whole = self._kinds[rows[open_rows, layout.R_KIND], layout.K_MODE] == layout.WHOLE
        for row in open_rows[~whole & (state[open_rows] != layout.WAITS)].tolist():
            self._put(columns, row, self._told(rows[row], int(columns["origin"][row])))
        return columns, np.flatnonzero(target == 0).tolist()

    def _odd_stamps(self, rows: NDArray[np.int32], columns: dict[str, Any]) -> None:
        """Times and IDs in other forms than the usual ones."""
        for row in np.flatnonzero(columns["time"] < 0).tolist():
            text = self._text_at(rows[row, layout.R_TIME_START], rows[row, layout.R_TIME_END])
            columns["time"][row] = event_times([text])[0]
        for row in np.flatnonzero(columns["event_id"] == 0).tolist():
            text = self._text_at(rows[row, layout.R_ID_START], rows[row, layout.R_ID_END])
            columns["event_id"][row] = event_numbers([text])[0]

    def _text_at(self, start: int, end: int) -> str | None:
        return _text(self._buffer[start:end].tobytes()) if end > start else None

    def _remember(self, rows: NDArray[np.int32], columns: dict[str, Any]) -> None:
        """Targets that depend on all parameters: the same parameters, the same target."""
        remembered = np.flatnonzero(rows[:, layout.R_STATE] == layout.BY_MEMO)
        if not len(remembered):
            return
        memos = rows[remembered, layout.R_MEMO]
        new, first = np.unique(memos, return_index=True)
        for memo, index in zip(new.tolist(), first.tolist(), strict=True):
            if not self._is_known[memo]:
                row = int(remembered[index])
                target, thing, note, newkey, flags = self._told(
                    rows[row], int(columns["origin"][row])
                )
                if newkey:  # what was handed out is no part of the memo
                    note = 0
                self._memos[memo] = target, thing, note, flags
                self._is_known[memo] = True
        target, thing, note, flags = self._memos[memos].T
        columns["target"][remembered] = target
        columns["object"][remembered] = thing
        columns["note"][remembered] = note
        columns["flags"][remembered] = flags

    def _hand_out(self, rows: NDArray[np.int32], columns: dict[str, Any]) -> None:
        """The keys that answers handed out, and the notes that say so."""
        handing = np.flatnonzero((rows[:, layout.R_HANDED] >= 0) & (columns["target"] > 0))
        handed = rows[handing, layout.R_HANDED]
        columns["newkey"][handing] = self._finals[handed]
        columns["note"][handing] = self._memos[handed, 2]

    def _told(self, row: NDArray[np.int32], origin: int) -> tuple[int, int, int, int, int]:
        kind = self._kinds_known[self._finals[row[layout.R_KIND]]]
        if kind is None:
            return 0, 0, 0, 0, 0
        raw = self._buffer[row[layout.R_START] : row[layout.R_END]].tobytes()
        return self._encoder.told(kind, typed.decode_record(raw), origin)

    def _put(
        self, columns: dict[str, Any], row: int, told: tuple[int, int, int, int, int]
    ) -> None:
        for name, code in zip(_TOLD, told, strict=True):
            columns[name][row] = code


_TOLD = ("target", "object", "note", "newkey", "flags")
_TEXTS = {
    layout.KEY: "key",
    layout.ADDRESS: "address",
    layout.USERAGENT: "useragent",
    layout.NAME: "target",
    layout.OBJECT: "object",
}
_LEARN: dict[int, Callable[[Scanner, list[int], list[bytes]], None]] = {
    layout.KIND: Scanner._learn_kinds,
    layout.CALL: Scanner._learn_calls,
    layout.IDENTITY: Scanner._learn_identities,
    layout.ORIGIN: Scanner._learn_origins,
    layout.PLACE: Scanner._learn_places,
    layout.HEADER: Scanner._learn_headers,
    layout.HANDED: Scanner._learn_handed,
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


def _text(raw: bytes) -> str:
    """The text that stands between two quotes."""
    if b"\\" in raw:
        return json.decode(b'"' + raw + b'"', type=str)
    return raw.decode()


def _parts(key: bytes, start: int) -> list[str]:
    """The texts of a composite key from a byte on."""
    plain = key.decode("latin-1")
    parts = []
    end = len(key)
    while start < end:
        stop = start + 2 + (key[start] | key[start + 1] << 8)
        part = plain[start + 2 : stop]
        if "\\" in part or not part.isascii():
            part = _text(key[start + 2 : stop])
        parts.append(part)
        start = stop
    return parts
