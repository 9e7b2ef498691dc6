"""A hash table without objects: finds the number of an equal one, for whole arrays at once.

Open addressing over one array of 32-bit numbers; what the numbers stand for lies in columns
elsewhere. A dict of a million integers takes 100 MB, this takes 8.
"""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Numbers = NDArray[np.int64]
    Hashes = NDArray[np.uint32]

_FULL = 0.6
"""Filled to this share, a table is doubled: beyond it chains grow long."""
_FIRST_BITS = 10
_SEED = np.uint64(secrets.randbits(64) | 1)
"""Not to be known beforehand: values that all meet in one slot cannot be made up."""


class Placed(NamedTuple):
    """Where the asked ones are."""

    found: Numbers
    """For each the number of the first that equals it: its own if there was none."""
    slots: Numbers
    """The slot of each that found itself; of others it means nothing."""


class Slots:
    """The table. `hashes` and `equal` look into the columns that the numbers stand for."""

    def __init__(
        self,
        hashes: Callable[[Numbers], Hashes],
        equal: Callable[[Numbers, Numbers], NDArray[np.bool_]],
        live: Callable[[Numbers], NDArray[np.bool_]] | None = None,
    ) -> None:
        self._hashes = hashes
        self._equal = equal
        self._live = live
        self._bits = _FIRST_BITS
        self._count = 0
        self._table = np.zeros(1 << _FIRST_BITS, np.int32)  # number + 1; 0: free

    @property
    def nbytes(self) -> int:
        """Bytes that the table takes."""
        return self._table.nbytes

    def place(self, numbers: Numbers) -> Placed:
        """Find an equal one for each; those that have none are put in, the first of equals wins.

        `numbers` ascend and their values stand in the columns already.
        """
        self._make_room(len(numbers))
        found = numbers.copy()
        home = self._home(numbers)
        slots = self._walk(numbers, home, found)
        self._count += int(np.count_nonzero(found == numbers))
        return Placed(found, slots)

    def renumber(self, slots: Numbers, numbers: Numbers) -> None:
        """Let these slots hold other numbers of equal value."""
        self._table[slots] = numbers + 1

    def find(self, hash_: int, is_it: Callable[[int], bool]) -> int:
        """The number with this hash for which `is_it` holds, or -1."""
        table = self._table
        slot = hash_ >> (32 - self._bits)
        while held := int(table[slot]):
            if is_it(held - 1):
                return held - 1
            slot = (slot + 1) & (len(table) - 1)
        return -1

    def _home(self, numbers: Numbers) -> Numbers:
        return (self._hashes(numbers) >> np.uint32(32 - self._bits)).astype(np.int64)

    def _walk(self, numbers: Numbers, slots: Numbers, found: Numbers | None) -> Numbers:
        """Go from slot to slot until each is found or has a place; `found` None: all differ."""
        table, last = self._table, len(self._table) - 1
        own = (numbers + 1).astype(np.int32)
        todo = np.arange(len(numbers))
        at = slots
        while len(todo):
            held = table[at]
            free = np.flatnonzero(held == 0)
            if len(free):
                # Of several that want one slot the last assigned stays: the first in order.
                free = free[::-1]
                table[at[free]] = own[todo[free]]
                held = table[at]
            further = held != own[todo]
            if found is not None and further.any():
                others = np.flatnonzero(further)
                candidates = held[others].astype(np.int64) - 1
                asked = todo[others]
                same = self._equal(candidates, numbers[asked])
                found[asked[same]] = candidates[same]
                further[others[same]] = False
            todo, at = todo[further], (at[further] + 1) & last
            slots[todo] = at
        return slots

    def _make_room(self, count: int) -> None:
        bits = self._bits
        while self._count + count > (1 << bits) * _FULL:
            bits += 1
        if bits == self._bits:
            return
        held = self._table[self._table != 0]
        numbers = held.astype(np.int64) - 1
        if self._live is not None:
            numbers = numbers[self._live(numbers)]
        self._bits = bits
        self._table = np.zeros(1 << bits, np.int32)
        self._count = len(numbers)
        self._walk(numbers, self._home(numbers), None)


def mix(*columns: NDArray[np.unsignedinteger] | NDArray[np.int64]) -> Hashes:
    """A hash of each row of these columns."""
    mixed = columns[0].astype(np.uint64) * _SEED
    for column in columns[1:]:
        mixed ^= mixed >> np.uint64(29)
        mixed += column.astype(np.uint64)
        mixed *= _SEED
    hashes: Hashes = (mixed >> np.uint64(32)).astype(np.uint32)
    return hashes
