"""Where pieces of text stand in a run of many texts: by comparing all bytes at once.

A byte of ten million is compared in a fraction of a nanosecond, so that even what stands everywhere
is found in some milliseconds. It is done in stretches that stay in the processor's cache.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from tui.core.query.regex_shapes import Bytes, Piece

    Mask = NDArray[np.bool_]
    Numbers = NDArray[Any]
    Mark = Callable[["Marking"], None]
    """Machine code that sets the marks."""

_STRETCH = 1 << 18
_SAMPLE = 1 << 15
"""Bytes by which it is judged how often each byte occurs."""
_RARE = 1 / 500
"""Where so few places are left, they are looked at one by one."""
_OFTEN = 1 / 4
_FEW_RANGES = 5
_GATHERED = 12
"""Texts are copied out of the run if that many times as many bytes need not be looked at then."""


def piece_of(text: bytes) -> Piece:
    """The piece that these bytes are."""
    return tuple(map(_only, text))


@lru_cache(maxsize=256)
def _only(byte: int) -> Bytes:
    return frozenset((byte,))


class Marking(NamedTuple):
    """What machine code is given to find the texts of a run that hold some bytes."""

    blob: NDArray[np.uint8]
    begin: int
    """Where the first text begins in the blob; the others follow."""
    ends: NDArray[np.uint32]
    wanted: bytes
    marks: Mask
    """One for each text; set for those that hold the bytes."""


@dataclass(frozen=True)
class Run:
    """Texts one behind the other."""

    native: ClassVar[Mark | None] = None
    """What looks for bytes instead of numpy, where there is any."""

    blob: NDArray[np.uint8]
    stops: Numbers
    """Where each text of the blob ends."""
    first: int = 0
    """The number of the first text that is meant."""

    @property
    def begin(self) -> int:
        """Where the first text begins."""
        return int(self.stops[self.first - 1]) if self.first else 0

    @cached_property
    def starts(self) -> Numbers:
        """Where the texts begin."""
        starts = np.empty(len(self.ends), np.int64)
        starts[:1] = self.begin
        starts[1:] = self.ends[:-1]
        return starts

    @cached_property
    def ends(self) -> Numbers:
        """Where the texts end."""
        return self.stops[self.first :].astype(np.int64)

    def marked(self, pieces: Sequence[Piece], wanted: Mask | None) -> Mask:
        """The same as `holding`, as a mask; `wanted` are the texts that are asked (None: all)."""
        if wanted is None and _is_anywhere(pieces):
            marks = self._marks(pieces[1])
            if marks is not None:
                return marks
        mask = np.zeros(len(self.stops) - self.first, np.bool_)
        mask[self.holding(pieces, None if wanted is None else np.flatnonzero(wanted))] = True
        return mask

    def holding(self, pieces: Sequence[Piece], codes: Numbers | None = None) -> Numbers:
        """Which texts (of these, ascending) have all the pieces in turn.

        They begin with the first and end with the last; between any two may be anything.
        """
        first, last, between = pieces[0], pieces[-1], [piece for piece in pieces[1:-1] if piece]
        if codes is None and _is_anywhere(pieces):
            return self._with(between[0])
        least = sum(map(len, pieces))
        lengths = self.ends - self.starts
        fits = lengths == least if len(pieces) == 1 else lengths >= least
        codes = np.flatnonzero(fits) if codes is None else codes[fits[codes]]
        codes = self._alike(codes, self.starts, first)
        if len(pieces) > 1:
            codes = self._alike(codes, self.ends - len(last), last)
        if not between or not len(codes):
            return codes
        total = int(self.ends[-1]) - int(self.starts[0])
        if int(lengths[codes].sum()) * _GATHERED < total:
            return codes[self._gathered(codes).holding(pieces)]
        if len(between) == 1 and not first and not last:
            marks = self._marks(between[0])
            if marks is not None:
                return codes[marks[codes]]
        return self._between(codes, first, between, last)

    def _with(self, piece: Piece) -> Numbers:
        """Which texts have a piece anywhere."""
        marks = self._marks(piece)
        if marks is not None:
            return np.flatnonzero(marks)
        begin = int(self.starts[0]) if len(self.starts) else 0
        blob = self.blob[begin : int(self.ends[-1])] if len(self.ends) else self.blob[:0]
        counts = _counts(blob)
        wanted = piece[0]
        if len(piece) == 1 and wanted is not None and _share(counts, wanted) > _OFTEN:
            filled = np.flatnonzero(self.ends > self.starts)
            # An empty run of bytes would be given the first one behind it.
            hit = np.logical_or.reduceat(_among(blob, wanted), self.starts[filled] - begin)
            return filled[hit]
        found = _places(blob, piece, counts) + begin
        if len(found) < len(self.ends) // 4:
            codes = self.ends.searchsorted(found, "right")
            hit = np.zeros(len(self.ends), np.bool_)
            # What begins in one text may go on in the next.
            hit[codes[found + len(piece) <= self.ends[codes]]] = True
        elif len(found):
            which = found.searchsorted(self.starts)
            hit = which < len(found)
            hit &= found.take(which, mode="clip") + len(piece) <= self.ends
        else:
            return found
        return np.flatnonzero(hit)

    def _marks(self, piece: Piece) -> Mask | None:
        """Which texts have a piece of certain bytes anywhere; None: numpy has to look."""
        mark = Run.native
        wanted = _bytes_of(piece)
        if mark is None or not wanted:
            return None
        marks = np.zeros(len(self.stops) - self.first, np.bool_)
        if len(marks):
            ends = np.ascontiguousarray(self.stops[self.first :], np.uint32)
            mark(Marking(self.blob, self.begin, ends, wanted, marks))
        return marks

    def _between(
        self, codes: Numbers, first: Piece, between: Sequence[Piece], last: Piece
    ) -> Numbers:
        begin = int(self.starts[0])
        blob = self.blob[begin : int(self.ends[-1])]
        counts = _counts(blob)
        at = self.starts[codes] + len(first)
        end = self.ends[codes] - len(last)
        for piece in between:
            found = _places(blob, piece, counts) + begin
            if len(found) < len(codes) // 4:
                # It is quicker to ask of each place in which text it is.
                hit = np.zeros(len(self.ends), np.bool_)
                hit[self.ends.searchsorted(found, "right")] = True
                good = hit[codes]
                codes, at, end = codes[good], at[good], end[good]
            if not len(found):
                return codes[:0]
            which = found.searchsorted(at)
            place = found.take(which, mode="clip")
            good = (which < len(found)) & (place + len(piece) <= end)
            codes, end, at = codes[good], end[good], place[good] + len(piece)
        return codes

    def _alike(self, codes: Numbers, places: Numbers, piece: Piece) -> Numbers:
        """Of some codes those that have this piece at their places."""
        for offset, wanted in enumerate(piece):
            if not len(codes):
                break
            if wanted is not None:
                codes = codes[_among(self.blob[places[codes] + offset], wanted)]
        return codes

    def _gathered(self, codes: Numbers) -> Run:
        """These texts by themselves."""
        starts = self.starts[codes]
        lengths = self.ends[codes] - starts
        ends = np.cumsum(lengths)
        begins = ends - lengths
        places = np.arange(int(ends[-1])) + np.repeat(starts - begins, lengths)
        return Run(self.blob[places], ends)


def _is_anywhere(pieces: Sequence[Piece]) -> bool:
    """May what stands before and behind the only piece be anything?"""
    return len(pieces) == 3 and not pieces[0] and bool(pieces[1]) and not pieces[2]


def _bytes_of(piece: Piece) -> bytes:
    """The bytes that a piece is; empty if it leaves a choice."""
    if any(wanted is None or len(wanted) != 1 for wanted in piece):
        return b""
    return bytes(byte for wanted in piece if wanted for byte in wanted)


def _counts(blob: NDArray[np.uint8]) -> Numbers:
    """About how often each byte occurs."""
    return np.bincount(blob[:: max(len(blob) // _SAMPLE, 1)], minlength=256)


def _share(counts: Numbers, wanted: frozenset[int]) -> float:
    """How often a byte is some of these."""
    return int(counts[list(wanted)].sum()) / max(int(counts.sum()), 1) if wanted else 0.0


def _places(blob: NDArray[np.uint8], piece: Piece, counts: Numbers) -> Numbers:
    """Where a piece stands, across the ends of texts too: first its rarest bytes are looked for."""
    room = len(blob) - len(piece) + 1
    if room <= 0:
        return np.zeros(0, np.int64)
    asked = [
        (_share(counts, wanted), offset, wanted)
        for offset, wanted in enumerate(piece)
        if wanted is not None
    ]
    if not asked:
        return np.arange(room)
    asked.sort(key=lambda one: one[:2])
    left, count = 1.0, 0
    while count < len(asked) and left > _RARE:
        left *= max(asked[count][0], 1 / 64)
        count += 1
    found = []
    for start in range(0, room, _STRETCH):
        size = min(_STRETCH, room - start)
        stretch = blob[start : start + size + len(piece) - 1]
        known: dict[frozenset[int], Mask] = {}
        hit: Mask | None = None
        for _, offset, wanted in asked[:count]:
            among = known.get(wanted)
            if among is None:
                among = known[wanted] = _among(stretch, wanted)
            part = among[offset : offset + size]
            hit = part if hit is None else hit & part
        assert hit is not None
        places = np.flatnonzero(hit)
        for _, offset, wanted in asked[count:]:
            places = places[_among(stretch[places + offset], wanted)]
        if len(places):
            found.append(places + start)
    return np.concatenate(found) if found else np.zeros(0, np.int64)


def _among(values: NDArray[np.uint8], wanted: frozenset[int]) -> Mask:
    """Which bytes are some of these."""
    ranges = _ranges(wanted)
    if len(ranges) > _FEW_RANGES:
        found: Mask = _table(wanted)[values]
        return found
    mask: Mask | None = None
    for low, high in ranges:
        # Below `low` the difference turns round and is large.
        one = values == low if low == high else values - np.uint8(low) <= high - low
        mask = one if mask is None else mask | one
    return np.zeros(len(values), np.bool_) if mask is None else mask


@lru_cache(maxsize=1024)
def _ranges(wanted: frozenset[int]) -> tuple[tuple[int, int], ...]:
    ranges: list[tuple[int, int]] = []
    for byte in sorted(wanted):
        if ranges and ranges[-1][1] == byte - 1:
            ranges[-1] = ranges[-1][0], byte
        else:
            ranges.append((byte, byte))
    return tuple(ranges)


@lru_cache(maxsize=256)
def _table(wanted: frozenset[int]) -> Mask:
    table = np.zeros(256, np.bool_)
    table[list(wanted)] = True
    return table
