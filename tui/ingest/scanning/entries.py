"""The compiled reader's table: its memory, and what is known of each number that it gave out."""

from __future__ import annotations

import mmap
import secrets
from typing import TYPE_CHECKING, Any

import numpy as np

from tui.ingest.compiled import layout
from tui.ingest.scanning.new_entries import New

if TYPE_CHECKING:
    from numpy.typing import NDArray

_FIRST_ENTRIES = 1 << 21
_FIRST_BYTES = 1 << 27
"""Room at the start; what is not used of it takes no memory, and growing would take time."""
_FIRST_SLOTS = 1 << 18
"""Of the table, which is used everywhere at once."""
_MOST_ENTRIES = 1 << 21
_MOST_BYTES = 1 << 27
"""With more of them it is better to begin anew: most were met just once, such as page tokens."""
_HEAD = 8
"""Bytes of an entry before its own; nothing begins at 0, which means an empty slot."""


_BY_NUMBER = ("offsets", "finals", "beginnings", "kinds", "places", "memos", "remembered")
"""The arrays by number."""


class Entries:
    """Grows as the kernel asks for it."""

    def __init__(self) -> None:
        self.work = np.zeros(layout.WORK, np.int64)
        self.work[layout.W_USED] = _HEAD
        self.work[layout.W_SEED] = secrets.randbits(62)
        self.blob = np.zeros(_FIRST_BYTES, np.uint8)
        self.offsets = _room(_FIRST_ENTRIES, np.uint64)
        self.finals = _room(_FIRST_ENTRIES, np.uint32)
        """By number the encoder's code; of a KIND and of a HEADER see `Meanings`."""
        self.beginnings = _room(_FIRST_ENTRIES, np.int32)
        """By number what the kernel's `beginnings` tells."""
        self.kinds = _room(_FIRST_ENTRIES, np.int32, layout.K_COLUMNS)
        self.places = _room(_FIRST_ENTRIES, np.int32, layout.P_COLUMNS)
        self.memos = _room(_FIRST_ENTRIES, np.uint32, len(layout.MEMO_COLUMNS))
        """By the number of a MEMO the codes of its MEMO_COLUMNS."""
        self.remembered = _room(_FIRST_ENTRIES, np.bool_)
        """Which memos are worked out."""
        self.table = np.zeros(_FIRST_SLOTS, np.uint64)
        self.seen = 0
        """How many entries `take_new` has given."""

    @property
    def is_large(self) -> bool:
        """Has it grown beyond what a worker should hold?"""
        count, used = int(self.work[layout.W_COUNT]), int(self.work[layout.W_USED])
        return count > _MOST_ENTRIES or used > _MOST_BYTES

    def make_room(self) -> bool:
        """Have room for at least one more entry, however long; False: it was there."""
        count, used = int(self.work[layout.W_COUNT]), int(self.work[layout.W_USED])
        grown = False
        if 2 * count >= len(self.table):
            self.table = np.zeros(2 * len(self.table), np.uint64)
            self.work[layout.W_STALE] = 1
            grown = True
        if count >= len(self.offsets):
            for name in _BY_NUMBER:
                setattr(self, name, _doubled(getattr(self, name)))
            grown = True
        if used + layout.LONGEST_ENTRY + layout.PAD > len(self.blob):
            self.blob = _doubled(self.blob)
            grown = True
        return grown

    def bytes_of(self, number: int) -> bytes:
        """An entry's own bytes."""
        offset = int(self.offsets[number])
        length = int(self.blob[offset : offset + _HEAD].view(np.uint64)[0]) >> 32 & 0xFF_FFFF
        return self.blob[offset + _HEAD : offset + _HEAD + length].tobytes()

    def take_new(self) -> New | None:
        """What was made since the last call, None: nothing."""
        first, count = self.seen, int(self.work[layout.W_COUNT])
        if first == count:
            return None
        self.seen = count
        offsets = self.offsets[first:count].astype(np.int64)
        start = int(offsets[0])
        heads = self.blob.view(np.uint64)[offsets >> 3]
        return New(
            first,
            (heads >> np.uint64(56)).astype(np.int64),
            offsets - start + _HEAD,
            (heads >> np.uint64(32)).astype(np.int64) & 0xFF_FFFF,
            self.beginnings[first:count],
            self.blob[start : int(self.work[layout.W_USED])].tobytes(),
        )


def _room(count: int, kind: type[np.generic], columns: int = 0) -> NDArray[Any]:
    """Zeros that take memory only where something else is written, page by page.

    numpy's own are taken from the system in pieces of 2 MB.
    """
    shape = (count, columns) if columns else (count,)
    size = max(1, int(np.prod(shape)) * np.dtype(kind).itemsize)
    return np.ndarray(shape, kind, mmap.mmap(-1, size))


def _doubled(array: NDArray[Any]) -> NDArray[Any]:
    """The same with room for as much again."""
    doubled = np.zeros((2 * len(array), *array.shape[1:]), array.dtype)
    doubled[: len(array)] = array
    return doubled
