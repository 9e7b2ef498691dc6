"""The compiled reader's table: its memory, and what is known of each number that it gave out."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from tui.ingest.compiled import layout

if TYPE_CHECKING:
    from numpy.typing import NDArray

_FIRST_ENTRIES = 1 << 17
_FIRST_BYTES = 1 << 24
"""Room at the start; what is not used of it takes no memory."""
_MOST_ENTRIES = 1 << 21
_MOST_BYTES = 1 << 27
"""With more of them it is better to begin anew: most were met just once, such as page tokens."""
_HEAD = 8
"""Bytes of an entry before its own; nothing begins at 0, which means an empty slot."""


class New(NamedTuple):
    """Entries that were made since the last look."""

    first: int
    """The number of the first of them."""
    tags: NDArray[np.int64]
    begins: NDArray[np.int64]
    """Where each begins in `raw`."""
    lengths: NDArray[np.int64]
    raw: bytes

    def of(self, tag: int) -> tuple[NDArray[np.int64], list[bytes]]:
        """Numbers and bytes of those with a tag."""
        which = np.flatnonzero(self.tags == tag)
        spans = zip(self.begins[which].tolist(), self.lengths[which].tolist(), strict=True)
        return which + self.first, [self.raw[begin : begin + length] for begin, length in spans]


class Entries:
    """Grows as the kernel asks for it."""

    def __init__(self) -> None:
        self.work = np.zeros(layout.WORK, np.int64)
        self.work[layout.W_USED] = _HEAD
        self.work[layout.W_SEED] = secrets.randbits(62)
        self.blob = np.zeros(_FIRST_BYTES, np.uint8)
        self.offsets = np.zeros(0, np.uint64)
        self.finals = np.zeros(0, np.uint32)
        """By number the encoder's code; of a KIND and of a HEADER see `Meanings`."""
        self.kinds = np.zeros((0, layout.K_COLUMNS), np.int32)
        self.places = np.zeros((0, layout.P_COLUMNS), np.int32)
        self.memos = np.zeros((0, len(layout.MEMO_COLUMNS)), np.uint32)
        """By the number of a MEMO the codes of its MEMO_COLUMNS."""
        self.remembered = np.zeros(0, np.bool_)
        """Which memos are worked out."""
        self.stale = True
        """The table is new, and the kernel has to fill it."""
        self._seen = 0
        self._grow(_FIRST_ENTRIES)

    def _grow(self, most: int) -> None:
        for name in ("offsets", "finals", "kinds", "places", "memos", "remembered"):
            old = getattr(self, name)
            new = np.zeros((most, *old.shape[1:]), old.dtype)
            new[: len(old)] = old
            setattr(self, name, new)
        self.table = np.zeros(2 * most, np.uint64)
        self.stale = True

    @property
    def is_large(self) -> bool:
        """Has it grown beyond what a worker should hold?"""
        count, used = int(self.work[layout.W_COUNT]), int(self.work[layout.W_USED])
        return count > _MOST_ENTRIES or used > _MOST_BYTES

    def make_room(self) -> None:
        """Have room for at least one more entry, however long."""
        count, used = int(self.work[layout.W_COUNT]), int(self.work[layout.W_USED])
        if count >= len(self.offsets):
            self._grow(2 * len(self.offsets))
        if used + layout.LONGEST_ENTRY + layout.PAD > len(self.blob):
            blob = np.zeros(2 * len(self.blob), np.uint8)
            blob[: len(self.blob)] = self.blob
            self.blob = blob

    def bytes_of(self, number: int) -> bytes:
        """An entry's own bytes."""
        offset = int(self.offsets[number])
        length = int(self.blob[offset : offset + _HEAD].view(np.uint64)[0]) >> 32 & 0xFF_FFFF
        return self.blob[offset + _HEAD : offset + _HEAD + length].tobytes()

    def take_new(self) -> New | None:
        """What was made since the last call, None: nothing."""
        first, count = self._seen, int(self.work[layout.W_COUNT])
        if first == count:
            return None
        self._seen = count
        offsets = self.offsets[first:count].astype(np.int64)
        start = int(offsets[0])
        heads = self.blob.view(np.uint64)[offsets >> 3]
        return New(
            first,
            (heads >> np.uint64(56)).astype(np.int64),
            offsets - start + _HEAD,
            (heads >> np.uint64(32)).astype(np.int64) & 0xFF_FFFF,
            self.blob[start : int(self.work[layout.W_USED])].tobytes(),
        )
