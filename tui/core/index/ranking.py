"""Distinct texts in the order in which a list is sorted by them: whatever their case.

A million events have some hundred thousand distinct texts. They lie in one run of bytes and are put
in order eight bytes at a time, all of them at once; then plain numbers are sorted.
"""

from __future__ import annotations

from bisect import bisect_left
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from tui.core.matching.texts import searchable

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from tui.core.index.columns import Dictionary

    Numbers = NDArray[Any]

FEW = 500
"""New texts up to which each is put in its place; more are sorted together with all others."""
_WORD = 8
_MASKS = np.array([(1 << 64) - (1 << 64 - 8 * size) for size in range(_WORD + 1)], np.uint64)
"""What is left of a word of which the first bytes count."""

_WORTH = 2
"""Bytes in common from which on it is worth asking for them."""
_POWERS = np.array([1 << 8 * size for size in range(_WORD)], np.uint64)
"""The least numbers of one byte, of two bytes and so on."""


class Run(NamedTuple):
    """Texts without their case, one behind the other."""

    raw: bytes
    ends: Numbers

    @classmethod
    def of(cls, texts: Sequence[str]) -> Run:
        """Texts that have no case any more, in one run."""
        encoded = [text.encode("utf-8", "surrogatepass") for text in texts]
        lengths = np.fromiter(map(len, encoded), np.int64, len(encoded))
        return cls(b"".join(encoded), np.cumsum(lengths))

    @classmethod
    def from_dictionary(cls, dictionary: Dictionary, first: int, end: int) -> Run:
        """The texts of these codes."""
        texts = searchable(dictionary)
        texts.update()
        return cls(*texts.folded(first, end))

    def texts(self) -> list[str]:
        """Each by itself."""
        bounds = [0, *self.ends.tolist()]
        return [
            self.raw[start:end].decode("utf-8", "surrogatepass") for start, end in pairwise(bounds)
        ]


class Ranking:
    """The rank of each code's text; equal texts have equal ranks. Grows with the codes.

    The texts are not kept: they are made again where a new one is to be compared with them.
    """

    def __init__(self, run: Callable[[int, int], Run]) -> None:
        """`run` gives the texts of the codes from the first number to before the second."""
        self._run = run
        self._codes: Numbers = np.zeros(0, np.int64)
        """One code of each rank."""
        self._ranks: Numbers = np.zeros(0, np.uint32)

    def __len__(self) -> int:
        return len(self._codes)

    def ranks(self, count: int) -> Numbers:
        """The ranks of the codes below `count`."""
        known = len(self._ranks)
        if count - known > FEW or (count > known and not known):
            self._ranks = ranked(self._run(0, count))
            self._codes = np.zeros(int(self._ranks.max()) + 1, np.int64)
            self._codes[self._ranks] = np.arange(count)
        elif count > known:
            self._insert(self._run(known, count).texts())
        return self._ranks

    def _insert(self, texts: Sequence[str]) -> None:
        known = len(self._ranks)
        places: dict[str, int] = {}
        fresh: dict[str, int] = {}
        for number, text in enumerate(texts):
            if text not in places:
                place = places[text] = bisect_left(self._codes, text, key=self._text)
                if place == len(self._codes) or self._text(self._codes[place]) != text:
                    fresh[text] = known + number
        in_turn = sorted(fresh)
        before = np.array([places[text] for text in in_turn], np.int64)
        for text, place in places.items():
            if text not in fresh:
                places[text] += int(np.searchsorted(before, place, "right"))
        for number, text in enumerate(in_turn):
            places[text] += number
        self._codes = np.insert(self._codes, before, [fresh[text] for text in in_turn])
        moved = self._ranks + np.searchsorted(before, self._ranks, "right").astype(np.uint32)
        added = np.fromiter((places[text] for text in texts), np.uint32, len(texts))
        self._ranks = np.concatenate((moved, added))

    def _text(self, code: int) -> str:
        return self._run(int(code), int(code) + 1).texts()[0]


def ranked(run: Run) -> Numbers:
    """The rank of each text among the distinct ones, by bytes.

    In each round those that were equal so far are told apart by the next bytes that not all of them
    have, as many as fit into a number beside that of their group.
    """
    ends, count = run.ends.astype(np.int64), len(run.ends)
    starts = np.concatenate((np.zeros(1, np.int64), ends[:-1]))
    # One more than each byte, so that the end of a text comes before all others: none is 255.
    padded = np.zeros(len(run.raw) + _WORD, np.uint8)
    padded[: len(run.raw)] = np.frombuffer(run.raw, np.uint8)
    padded[: len(run.raw)] += np.uint8(1)
    words = np.ndarray((len(run.raw) + 1,), ">u8", padded, strides=(1,))
    places = np.zeros(count, np.int64)
    open_, groups = np.arange(count), np.zeros(count, np.int64)
    at, end = starts, ends
    while len(open_):
        begins = _changes(groups)
        at = at + _alike(words, at, end, np.flatnonzero(begins))
        numbers = np.cumsum(begins) - 1
        size = min((64 - int(numbers[-1]).bit_length()) // 8, _WORD)
        keys = _words(words, at, end, size) >> np.uint64(64 - 8 * size)
        if size < _WORD:
            keys |= numbers.astype(np.uint64) << np.uint64(8 * size)
        order = np.argsort(keys)
        open_, keys, groups = open_[order], keys[order], groups[order]
        new = _changes(keys)
        groups += _begins(new) - _begins(_changes(groups))
        places[open_] = groups
        alone = new.copy()
        alone[:-1] &= new[1:]
        goes_on = np.flatnonzero(~alone & (keys & np.uint64(0xFF) != 0))
        open_, groups, order = open_[goes_on], groups[goes_on], order[goes_on]
        at, end = at[order] + size, end[order]
    taken = np.zeros(count, np.bool_)
    taken[places] = True
    ranks: Numbers = (np.cumsum(taken) - 1)[places].astype(np.uint32)
    return ranks


def _words(words: Numbers, at: Numbers, end: Numbers, size: int) -> Numbers:
    """Of each text the next bytes, the first of them the highest; zeros behind its end."""
    found: Numbers = words[np.minimum(at, end)].astype(np.uint64)
    found &= _MASKS[np.clip(end - at, 0, size)]
    return found


def _alike(words: Numbers, at: Numbers, end: Numbers, heads: Numbers) -> Numbers:
    """How many of their next bytes the texts of each group have in common; a group at each head.

    A group of which the first and the last text differ at once is not looked at.
    """
    common = np.zeros(len(at), np.int64)
    sizes = np.diff(heads, append=len(at))
    one, other = (_words(words, at[some], end[some], _WORTH) for some in (heads, heads + sizes - 1))
    which = np.flatnonzero(np.repeat(one == other, sizes))
    sizes = sizes[one == other]
    heads = np.cumsum(sizes) - sizes
    while len(which):
        sizes = np.diff(heads, append=len(which))
        found = _words(words, at[which] + common[which], end[which], _WORD)
        first = found[heads]
        unlike = np.bitwise_or.reduceat(found ^ np.repeat(first, sizes), heads)
        common[which] += np.repeat(_WORD - _POWERS.searchsorted(unlike, "right"), sizes)
        # Those that end here are equal.
        goes_on = (unlike == 0) & (first & np.uint64(0xFF) != 0)
        which = which[np.repeat(goes_on, sizes)]
        heads = np.cumsum(sizes[goes_on]) - sizes[goes_on]
    return common


def _changes(numbers: Numbers) -> NDArray[np.bool_]:
    """Where a number differs from the one before it; the first does."""
    changes = np.ones(len(numbers), np.bool_)
    changes[1:] = numbers[1:] != numbers[:-1]
    return changes


def _begins(changes: NDArray[np.bool_]) -> Numbers:
    """For each place where the run of equal numbers begins in which it lies."""
    begins: Numbers = np.maximum.accumulate(np.where(changes, np.arange(len(changes)), 0))
    return begins
