"""The values of a field with their counts: the first few in some order, of however many there are.

Counts are taken for all codes at once; texts are made only for the values that are shown.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from tui.core.counts.facet_names import COUNT, NAME, RARE, SHOWN, WITH_ADDRESSES, Facet, Seen
from tui.core.index.batch import UNDATED
from tui.core.index.columns import look_up
from tui.core.index.rows import FacetValue
from tui.core.matching.texts import searchable
from tui.core.query.values import fold

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from typing import Any

    from numpy.typing import NDArray

    from tui.core.index.columns import Dictionary
    from tui.core.index.index import Index

    Codes = NDArray[np.int64]
    Counts = NDArray[np.int64]
    Rows = NDArray[Any]

_BITMAP = 1 << 24
"""Pairs of a value and an address up to which each has a byte of its own."""
_BYTE = np.uint64(0x0101_0101_0101_0101)
_HIGH = np.uint64(0x8080_8080_8080_8080)
_LOW = np.uint64(0x7F7F_7F7F_7F7F_7F7F)


class Facets:
    """Counts an index by its fields."""

    def __init__(self, index: Index, names: Mapping[str, str] | None = None) -> None:
        """`names` are those that a person gave to account IDs."""
        self._index = index
        self._names = dict(names or {})

    def top(
        self,
        field: str,
        rows: Rows | None,
        n: int = SHOWN,
        *,
        contains: str = "",
        order: str = COUNT,
        state: Callable[[str], int] | None = None,
        held: Iterable[str] = (),
    ) -> Facet:
        """The first `n` values that these rows (None: all) have in a field of the index.

        `contains`: only values that hold this text, whatever the case. `state` tells of a value
        whether it is filtered by; `held` are values that are shown in any case, even without an
        event. Values of equal count stand by name; if not all of them have room, those that
        were met first are shown.
        """
        counts = self._index.counts(field, rows)
        codes = np.flatnonzero(counts)
        if contains:
            codes = codes[self._holding(field, contains)[codes]]
        if field == "account" and self._names:
            return self._named(counts, codes, n, contains, order, state, held)
        dictionary = self._index.dictionary(field)
        distinct = len(codes)
        most = int(counts[codes].max()) if distinct else 0
        shown = _first(dictionary, counts, codes, n, order)
        extra = [code for text in held if (code := dictionary.find(text)) >= 0 and counts[code]]
        if extra:
            extra = np.intersect1d(extra, codes).tolist()
            shown = np.union1d(shown, np.array(extra, np.int64))
        values = [(dictionary.text(code), int(counts[code])) for code in shown.tolist()]
        addresses: dict[str, int] = {}
        if order == RARE and field in WITH_ADDRESSES:
            number = self._addresses(field, rows, shown)
            texts = (text for text, _ in values)
            addresses = dict(zip(texts, number.tolist(), strict=True))
        values += _missing(held, contains, {text for text, _ in values})
        found = [
            FacetValue(text, count, state(text) if state else 0, addresses.get(text))
            for text, count in _sorted(values, order)
        ]
        return Facet(found, distinct, distinct - len(shown), most)

    def _named(
        self,
        counts: Counts,
        codes: Codes,
        n: int,
        contains: str,
        order: str,
        state: Callable[[str], int] | None,
        held: Iterable[str],
    ) -> Facet:
        """Accounts by the names that a person gave them; several may have the same."""
        dictionary = self._index.dictionary("account")
        codes = np.flatnonzero(counts)
        texts: dict[str, int] = {}
        wanted = fold(contains)
        for code in codes.tolist():
            account = dictionary.text(code)
            text = self._names.get(account, account)
            if wanted in fold(text) or wanted in fold(account):
                texts[text] = texts.get(text, 0) + int(counts[code])
        distinct, most = len(texts), max(texts.values(), default=0)
        kept = dict(_sorted(texts.items(), order)[:n])
        kept.update((text, texts[text]) for text in held if text in texts)
        values = [*kept.items(), *_missing(held, contains, set(kept))]
        found = [
            FacetValue(text, count, state(text) if state else 0)
            for text, count in _sorted(values, order)
        ]
        return Facet(found, distinct, distinct - len(kept), most)

    def prepare(self, field: str) -> None:
        """Make the first narrowing of a field as quick as the next: `contains` will be asked."""
        searchable(self._index.dictionary(field)).update()

    def _holding(self, field: str, text: str) -> NDArray[np.bool_]:
        texts = searchable(self._index.dictionary(field))
        texts.update()
        return texts.containing(text, 0)

    def _addresses(self, field: str, rows: Rows | None, codes: Codes) -> NDArray[np.int64]:
        """From how many addresses each of these codes came."""
        index = self._index
        if rows is None:
            rows = index.order
        place = np.full(len(index.dictionary(field)), len(codes), np.int64)
        place[codes] = np.arange(len(codes))
        places = look_up(place, index.field_codes(field, rows))
        if len(codes) < len(place):
            chosen = np.flatnonzero(places < len(codes))
            places, rows = places[chosen], rows[chosen]
        size = len(index.dictionary("address"))
        pairs = places * size + index.field_codes("address", rows)
        if len(codes) * size <= _BITMAP:
            there = np.zeros((len(codes), size), np.bool_)
            there.reshape(-1)[pairs] = True
            there[:, 0] = False  # code 0 is the empty text: no address
            counted: NDArray[np.int64] = there.sum(axis=1)
            return counted
        pairs = np.unique(pairs)
        return np.bincount(pairs[pairs % size != 0] // size, minlength=len(codes))

    def seen(self, field: str, rows: Rows, values: Iterable[str]) -> list[Seen]:
        """When each of these values was first and last seen; the rows run by time."""
        index = self._index
        rows = rows[int(np.searchsorted(index.times[rows], UNDATED, "right")) :]
        codes = index.field_codes(field, rows)
        dictionary = index.dictionary(field)
        first = np.full(len(dictionary), len(rows), np.int64)
        # The last of several values for one place is the one that stays.
        first[codes[::-1]] = np.arange(len(rows) - 1, -1, -1)
        last = np.full(len(dictionary), -1, np.int64)
        last[codes] = np.arange(len(rows))
        found = []
        for value in values:
            own = [
                code
                for text in self._accounts(field, value)
                if (code := dictionary.find(text)) >= 0
            ]
            ends = [int(last[code]) for code in own if last[code] >= 0]
            if ends:
                begin = min(int(first[code]) for code in own)
                times = index.times[rows[[begin, max(ends)]]]
                found.append(Seen(int(times[0]), int(times[1])))
            else:
                found.append(Seen(None, None))
        return found

    def _accounts(self, field: str, value: str) -> list[str]:
        """A value as the index has it: an account's name stands for its IDs."""
        if field != "account":
            return [value]
        return [value, *(account for account, name in self._names.items() if name == value)]


def _missing(held: Iterable[str], contains: str, known: set[str]) -> list[tuple[str, int]]:
    wanted = fold(contains)
    return [(text, 0) for text in held if text not in known and wanted in fold(text)]


def _by_name(text: str) -> tuple[bytes, str]:
    return text.encode("utf-8", "surrogatepass").lower(), text


def _sorted(values: Iterable[tuple[str, int]], order: str) -> list[tuple[str, int]]:
    if order == NAME:
        return sorted(values, key=lambda value: _by_name(value[0]))
    sign = 1 if order == RARE else -1
    return sorted(values, key=lambda value: (sign * value[1], _by_name(value[0])))


# -- the first few of many


def _first(dictionary: Dictionary, counts: Counts, codes: Codes, n: int, order: str) -> Codes:
    """The `n` of these codes that come first, in no order."""
    if len(codes) <= n:
        return codes
    if n <= 0:
        return codes[:0]
    if order == NAME:
        return _first_by_name(dictionary, codes, n)
    own = counts[codes]
    if order == COUNT:
        own = -own
    bound = np.partition(own, n - 1)[n - 1]
    sure, tied = codes[own < bound], codes[own == bound]
    return np.concatenate((sure, tied[: n - len(sure)]))


def _first_by_name(dictionary: Dictionary, codes: Codes, n: int) -> Codes:
    """Compare eight bytes of all texts at a time, and go on with those that are equal so far."""
    ends = dictionary.ends.astype(np.int64)
    starts = np.where(codes > 0, ends[codes - 1], 0)
    lengths = ends[codes] - starts
    blob = np.concatenate((dictionary.blob, np.zeros(8, np.uint8)))
    words = np.ndarray((len(blob) - 7,), ">u8", blob, strides=(1,))
    sure: list[Codes] = []
    while len(codes) > n and len(lengths) and int(lengths.max()) > 0:
        keys = _words(words, starts, lengths)
        bound = np.partition(keys, n - 1)[n - 1]
        before = keys < bound
        sure.append(codes[before])
        n -= len(sure[-1])
        tied = keys == bound
        codes, starts, lengths = codes[tied], starts[tied] + 8, lengths[tied] - 8
    return np.concatenate((*sure, codes[:n]))


def _words(words: NDArray[Any], starts: Codes, lengths: Codes) -> NDArray[np.uint64]:
    """The next eight bytes of texts as numbers that compare as they do, capitals as small."""
    there = lengths > 0
    keys = words[np.where(there, starts, 0)].astype(np.uint64)
    behind = np.clip(8 - lengths, 0, 8).astype(np.uint64) << np.uint64(3)
    # A shift by all 64 bits would do nothing.
    most = np.uint64(63)
    keys = np.where(there, keys >> np.minimum(behind, most) << np.minimum(behind, most), 0)
    low = keys & _LOW
    from_a = low + _BYTE * np.uint64(0x80 - ord("A"))
    behind_z = low + _BYTE * np.uint64(0x7F - ord("Z"))
    capitals = (from_a ^ behind_z) & ~keys & _HIGH
    small: NDArray[np.uint64] = keys | (capitals >> np.uint64(2))
    return small
