"""Which events were delivered twice: the same eventID and the same content.

The same eventID with other content is another event: documentation, test data and anonymised
exports use IDs again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from tui.core.index.batch import PENDING
from tui.core.index.slots import Slots, mix
from tui.core.rules.flags import Flag

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from tui.core.index.columns import Column
    from tui.core.index.slots import Hashes, Numbers


_FOUND_OUT = int(Flag.MOVED | Flag.DOUBLED)
"""Flags that compare an event with others: they say nothing about its content."""


class Found(NamedTuple):
    """What the new rows are, once the duplicates among them are gone and their gaps closed."""

    kept: NDArray[np.bool_]
    """For each new row whether it stays."""
    originals: Numbers
    """For each new row that does not stay the row that it repeats."""
    doubled: Numbers
    """Rows that share their eventID with another row."""


class Duplicates:
    """The eventIDs of all rows. Events without one (0) are unlike all others.

    `heads` has one row for each eventID; rows that share it with other content are in `others`,
    found by ID and content together, so that a trail with one ID for all events costs no more.
    """

    def __init__(
        self, event_id: Column, content: Sequence[Column], told: Sequence[Column], flags: Column
    ) -> None:
        """`content` are the columns that are known at once, `told` those that a PENDING row gets
        later: until then it is taken to repeat another one if the first are equal.
        """
        self._event_id = event_id
        self._content = content
        self._told = told
        self._flags = flags
        self._heads = Slots(self._id_hashes, event_id, live=self._is_alive)
        self._others = Slots(self._hashes, event_id, self._same_content, self._is_alive)

    @property
    def nbytes(self) -> int:
        """Bytes that the tables take."""
        return self._heads.nbytes + self._others.nbytes

    def find(self, first: int) -> Found:
        """Sort out the rows from `first` on, which stand in the columns but not in here yet."""
        ids = self._event_id.values[first:]
        numbers = np.flatnonzero(ids) + first
        heads, head_slots = self._heads.place(numbers)
        known = np.flatnonzero(heads != numbers)
        if not len(known):
            nothing = np.empty(0, np.int64)
            return Found(np.ones(len(ids), np.bool_), nothing, nothing)
        originals = numbers.copy()
        same = self._same_content(heads[known], numbers[known])
        originals[known[same]] = heads[known[same]]
        unlike = known[~same]
        found, other_slots = self._others.place(numbers[unlike])
        originals[unlike] = found

        kept = np.ones(len(ids), np.bool_)
        kept[numbers[originals != numbers] - first] = False
        new_numbers = np.cumsum(kept) + (first - 1)

        def renumbered(rows: Numbers) -> Numbers:
            after = rows >= first
            rows[after] = new_numbers[rows[after] - first]
            return rows

        is_head = heads == numbers
        self._heads.renumber(head_slots[is_head], new_numbers[numbers[is_head] - first])
        stays = found == numbers[unlike]
        self._others.renumber(other_slots[stays], new_numbers[found[stays] - first])
        doubled = np.concatenate((heads[unlike[stays]], found[stays]))
        return Found(
            kept, renumbered(originals[originals != numbers]), renumbered(np.unique(doubled))
        )

    def forget(self, rows: Numbers, doubled: Numbers) -> Numbers:
        """Free the eventIDs of rows that go. Returns the rows that share theirs no longer.

        `doubled` are the rows that stay and were said to share their eventID.
        """
        ids = self._event_id.values
        gone = np.unique(ids[rows])
        self._event_id.put(rows, np.zeros(len(rows), np.uint64))
        left = doubled[np.isin(ids[doubled], gone)]
        if not len(left):
            return left
        heads = self._heads.place(left).found
        _, where, counts = np.unique(heads, return_inverse=True, return_counts=True)
        alone: Numbers = left[counts[where] == 1]
        return alone

    def _is_alive(self, rows: Numbers) -> NDArray[np.bool_]:
        alive: NDArray[np.bool_] = self._event_id.values[rows] != 0
        return alive

    def _id_hashes(self, rows: Numbers) -> Hashes:
        return mix(self._event_id.values[rows])

    def _hashes(self, rows: Numbers) -> Hashes:
        return mix(*(column.values[rows] for column in (self._event_id, *self._content)))

    def _same_content(self, one: Numbers, other: Numbers) -> NDArray[np.bool_]:
        same = np.ones(len(one), np.bool_)
        for column in self._content:
            same &= column.values[one] == column.values[other]
        flags = self._flags.values
        waits = (flags[one] | flags[other]) & np.uint32(PENDING) != 0
        for column in self._told:
            same &= waits | (column.values[one] == column.values[other])
        differs = (flags[one] ^ flags[other]) & np.uint32(~_FOUND_OUT & 0xFFFF_FFFF) != 0
        same &= waits | ~differs
        return same
