"""Which of all distinct texts a value means: over one run of bytes, not text by text.

Two hundred thousand names of targets are one run of ten megabytes. A word is looked for in all of
it at once; where it was found tells in which texts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from tui.core.index.columns import Column
from tui.core.matching.byte_search import Run, piece_of
from tui.core.query.regex import MAX_SUBJECT, compiled
from tui.core.query.regex_shapes import loosened, shapes
from tui.core.query.values import fold, glob_matches, glob_parts

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from tui.core.index.columns import Dictionary
    from tui.core.query.regex_shapes import Bytes, Piece

    Mask = NDArray[np.bool_]
    Numbers = NDArray[np.int64]

_AT_ONCE = 4096
_LINE_END = 10


def searchable(dictionary: Dictionary) -> Searchable:
    """The texts of a dictionary, ready to be searched: one for all who ask."""
    known = dictionary.beside
    if not isinstance(known, Searchable):
        known = dictionary.beside = Searchable(dictionary)
    return known


class Searchable:
    """The texts of a dictionary without their case; follows the dictionary as it grows."""

    def __init__(self, dictionary: Dictionary) -> None:
        self._dictionary = dictionary
        self._blob = bytearray()
        self._ends = Column(np.uint32)
        self._odd = Column(np.uint32)
        """Codes of texts that are not one short line in ASCII: bytes alone say little of them."""

    def __len__(self) -> int:
        return len(self._ends)

    @property
    def nbytes(self) -> int:
        """Bytes in use."""
        return len(self._blob) + self._ends.nbytes + self._odd.nbytes

    def update(self) -> int:
        """Take in the texts that are new; returns how many there are."""
        first, count = len(self._ends), len(self._dictionary)
        for start in range(first, count, _AT_ONCE):
            self._fold(start, min(start + _AT_ONCE, count))
        return count

    def advance(self) -> bool:
        """Take in some of the texts that are new; False if there were none."""
        first, count = len(self._ends), len(self._dictionary)
        if first < count:
            self._fold(first, min(first + _AT_ONCE, count))
        return first < count

    def folded(self, first: int, end: int) -> tuple[bytes, Numbers]:
        """The texts of these codes without their case in one run, and where each ends there."""
        ends = self._ends.values[:end].astype(np.int64)
        begin = int(ends[first - 1]) if first else 0
        raw = bytes(memoryview(self._blob)[begin : int(ends[-1])]) if end > first else b""
        return raw, ends[first:] - begin

    def _fold(self, start: int, end: int) -> None:
        ends = self._dictionary.ends[start:end].astype(np.int64)
        begin = int(self._dictionary.ends[start - 1]) if start else 0
        raw = self._dictionary.blob[begin : int(ends[-1])]
        base = len(self._blob)
        if not len(raw) or int(raw.max()) < 128:
            self._blob += raw.tobytes().lower()
            self._ends.append((ends - begin + base).astype(np.uint32))
            lengths = np.diff(ends, prepend=begin)
            strange = lengths > MAX_SUBJECT
            breaks = np.flatnonzero(raw == _LINE_END) + begin
            strange[ends.searchsorted(breaks, "right")] = True
            if strange.any():
                self._odd.append((np.flatnonzero(strange) + start).astype(np.uint32))
            return
        folded, odd = [], []
        for code in range(start, end):
            text = self._text(code)
            folded.append(fold(text).encode("utf-8", "surrogatepass"))
            if not text.isascii() or "\n" in text or len(text) > MAX_SUBJECT:
                odd.append(code)
        self._blob += b"".join(folded)
        lengths = np.fromiter(map(len, folded), np.int64, len(folded))
        self._ends.append((np.cumsum(lengths) + base).astype(np.uint32))
        self._odd.append(np.array(odd, np.uint32))

    def _text(self, code: int) -> str:
        ends = self._dictionary.ends
        begin = int(ends[code - 1]) if code else 0
        raw: bytes = self._dictionary.blob[begin : int(ends[code])].tobytes()
        return raw.decode("utf-8", "surrogatepass")

    # -- what is asked, of the codes from `first` on; of others than `wanted` the answer is anything

    def equal(self, text: str, first: int) -> Mask:
        """Which texts are this one, whatever the case."""
        return self._mask((_folded(text),), first, None)

    def beginning(self, text: str) -> Mask:
        """Which of all texts begin with this one, whatever the case."""
        return self._mask((_folded(text), ()), 0, None)

    def containing(self, text: str, first: int, wanted: Mask | None = None) -> Mask:
        """Which texts hold this one, whatever the case."""
        return self._mask(((), _folded(text), ()), first, wanted)

    def like(self, pattern: str, first: int, wanted: Mask | None = None) -> Mask:
        """Which texts a glob means as a whole, whatever the case; the empty text is none."""
        pieces: list[list[Bytes]] = [[]]
        for part in glob_parts(pattern):
            if part is None:
                pieces.append([])
            elif part:
                pieces[-1] += _folded(part)
            else:
                pieces[-1].append(None)
        run = self._folded_run(first)
        asked = [tuple(piece) for piece in pieces]
        mask = run.marked(asked, wanted)
        if any(None in piece for piece in pieces):
            odd = self._odd_from(first, wanted)
            mask[odd] = False
            codes = run.holding(loosened(asked), odd)
            mask[codes] = [glob_matches(pattern, text) for text in self._texts(codes + first)]
        if not first and len(mask):
            mask[0] = False
        return mask

    def matching(self, pattern: str, first: int, wanted: Mask | None = None) -> Mask:
        """In which texts a regex is found; the empty text is none."""
        run, ways = self._run(first), shapes(pattern)
        odd = self._odd_from(first, wanted)
        mask = np.zeros(len(run.ends), np.bool_)
        for way in ways:
            if way.exact:
                mask |= run.marked(way.pieces, wanted)
        # What the shapes say of others than short lines in ASCII is not sure.
        mask[odd] = False
        unsure = np.zeros(len(mask), np.bool_)
        for way in ways:
            unsure[run.holding(loosened(way.pieces), odd)] = True
        left = ~mask if wanted is None else wanted & ~mask
        for way in ways:
            if not way.exact:
                unsure |= run.marked(way.pieces, left)
        codes = np.flatnonzero(unsure)
        found = compiled(pattern).regex.search
        texts = self._texts(codes + first)
        mask[codes] = [found(text[:MAX_SUBJECT]) is not None for text in texts]
        if not first and len(mask):
            mask[0] = False
        return mask

    def _mask(self, pieces: Sequence[Piece], first: int, wanted: Mask | None) -> Mask:
        """Which texts have these pieces without their case."""
        return self._folded_run(first).marked(pieces, wanted)

    def _folded_run(self, first: int) -> Run:
        """The texts from code `first` on without their case."""
        return Run(np.frombuffer(self._blob, np.uint8), self._ends.values, first)

    def _run(self, first: int) -> Run:
        """The texts from code `first` on as they are."""
        return Run(self._dictionary.blob, self._dictionary.ends[: len(self._ends)], first)

    def _odd_from(self, first: int, wanted: Mask | None) -> Numbers:
        """The odd ones among those wanted, counted from `first` on."""
        odd = self._odd.values
        codes: Numbers = odd[odd.searchsorted(first) :].astype(np.int64) - first
        return codes if wanted is None else codes[wanted[codes]]

    def _texts(self, codes: Numbers) -> Iterator[str]:
        """The texts of these codes."""
        blob, ends = self._dictionary.blob.data, self._dictionary.ends
        starts = np.where(codes > 0, ends[codes - 1], 0)
        for start, end in zip(starts.tolist(), ends[codes].tolist(), strict=True):
            yield str(blob[start:end], "utf-8", "surrogatepass")


def _folded(text: str) -> Piece:
    return piece_of(fold(text).encode("utf-8", "surrogatepass"))
