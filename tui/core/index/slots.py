"""A hash table without objects: finds the number of an equal one, for whole arrays at once.

Open addressing over one array of 32-bit numbers; what the numbers stand for lies in columns
elsewhere. A dict of a million integers takes 100 MB, this takes 8. It grows by linear hashing, a
few segments at a time: doubling it at once would stop the screen for 50 ms.
"""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from tui.core.index.columns import Column

    Numbers = NDArray[np.int64]
    Hashes = NDArray[np.uint32]
    Native = Callable[["Walk"], None]
    """Machine code for `Slots.place`: it fills `found` and `slots`, and the table."""

_BITS = 13
_SEGMENT = 1 << _BITS
"""Slots of a segment. A way from slot to slot stays in its segment."""
_LAST = _SEGMENT - 1
_FULL = int(_SEGMENT * 0.37)
"""Numbers for which a segment is there. One that is split late holds up to twice as many, and
beyond three quarters the ways from slot to slot grow long."""
_FAR = 200
"""Steps after which no place is looked for. By chance nobody gets there (0.75 to the power of
200); what gets there is made up of equal hashes that are not equal, and would never end."""
_ONE_BY_ONE = 16
"""So many or fewer go their ways one after the other: small arrays cost more than their sum."""
_FIRST_ROOM, _MORE_ROOM = 64 * _SEGMENT, 8
"""Room for segments to come. Nothing touches it before, so that it takes no memory."""
_PIECE = 1 << 14
"""Numbers that are put in at once: what is known of them stays in the processor's cache."""
_SEED = np.uint64(secrets.randbits(64) | 1)
"""Not to be known beforehand: values that all meet in one slot cannot be made up."""


class Placed(NamedTuple):
    """Where the asked ones are."""

    found: Numbers
    """For each the number of the first that equals it: its own if there was none."""
    slots: Numbers
    """The slot of each that found itself, -1 if it has none; of others it means nothing."""


class Walk(NamedTuple):
    """What machine code is given to put numbers in their places."""

    table: NDArray[np.int32]
    segments: int
    hashes: Hashes
    numbers: Numbers
    found: Numbers
    slots: Numbers
    keys: NDArray[np.uint32] | NDArray[np.uint64] | None
    """None: all numbers are known to differ."""
    blob: NDArray[np.uint8] | None
    """Texts one behind the other, eight bytes of anything behind them; None: the keys decide."""
    ends: NDArray[np.uint32] | NDArray[np.uint64] | None
    """Where each text ends."""
    others: Sequence[NDArray[Any]]
    """Columns in which equal numbers agree too."""


class Slots:
    """The table. What the numbers stand for is equal if its keys and then `equal` say so.

    `hashes` gives the hash of some numbers; `key` is a column by number, `equal` (None: the keys
    decide) is asked about pairs whose keys are equal. Numbers that are not `live` are left behind
    when the table grows. What `equal` compares may be told: `texts` are blob and ends of texts,
    `others` are columns.
    """

    native: ClassVar[Native | None] = None
    """The same as machine code, where there is any and it is told what makes numbers equal."""

    def __init__(
        self,
        hashes: Callable[[Numbers], Hashes],
        key: Column,
        equal: Callable[[Numbers, Numbers], NDArray[np.bool_]] | None = None,
        live: Callable[[Numbers], NDArray[np.bool_]] | None = None,
        texts: tuple[Column, Column] | None = None,
        others: Sequence[Column] = (),
    ) -> None:
        self._texts = texts
        self._others = others
        self._hashes = hashes
        self._key = key
        self._equal = equal
        self._live = live
        self._count = 0
        self._segments = 1
        self._table = np.zeros(_FIRST_ROOM, np.int32)  # number + 1; 0: free

    @property
    def nbytes(self) -> int:
        """Bytes that the table takes."""
        return self._segments * _SEGMENT * self._table.itemsize

    def place(self, numbers: Numbers) -> Placed:
        """Find an equal one for each; those that have none are put in, the first of equals wins.

        `numbers` ascend and their values stand in the columns already.
        """
        self._make_room(len(numbers))
        native = Slots.native
        if native is not None and (self._equal is None or self._texts or self._others):
            found, slots = self._place_natively(native, numbers, differ=False)
        else:
            found = numbers.copy()
            slots = self._walk(numbers, found)
        self._count += int(np.count_nonzero(found == numbers))
        return Placed(found, slots)

    def _place_natively(
        self, native: Native, numbers: Numbers, *, differ: bool
    ) -> tuple[Numbers, Numbers]:
        """What `_walk` does; `differ` says that no two of them are equal."""
        found, slots = np.empty((2, len(numbers)), np.int64)
        blob = ends = keys = None
        others: list[NDArray[Any]] = []
        if not differ:
            keys = self._key.values
            others = [column.values for column in self._others]
            if self._texts is not None:
                blob, ends = self._texts[0].padded, self._texts[1].values
        hashes = np.ascontiguousarray(self._hashes(numbers), np.uint32)
        native(
            Walk(
                self._table,
                self._segments,
                hashes,
                numbers,
                found,
                slots,
                keys,
                blob,
                ends,
                others,
            )
        )
        return found, slots

    def renumber(self, slots: Numbers, numbers: Numbers) -> None:
        """Let these slots hold other numbers of equal value."""
        has_slot = slots >= 0
        self._table[slots[has_slot]] = numbers[has_slot] + 1

    def find(self, hash_: int, is_it: Callable[[int], bool]) -> int:
        """The number with this hash for which `is_it` holds, or -1."""
        hashes = np.array([hash_], np.uint32)
        base, slot, step = int(self._bases(hashes)[0]), hash_ >> (32 - _BITS), 0
        while step <= _FAR and (held := int(self._table[base + slot])):
            if is_it(held - 1):
                return held - 1
            step += 1
            slot = (slot + step) & _LAST
        return -1

    def _bases(self, hashes: Hashes) -> Numbers:
        """Where the segment of each hash begins: its low bits tell, in linear hashing's way."""
        bits = self._segments.bit_length()
        segments = (hashes & np.uint32((1 << bits) - 1)).astype(np.int64)
        # Segments that are not there yet are still one with the one half as many before them.
        before = segments & ((1 << (bits - 1)) - 1)
        return np.where(segments < self._segments, segments, before) << _BITS

    def _walk(self, numbers: Numbers, found: Numbers | None) -> Numbers:
        """Go from slot to slot until each is found or has a place; returns where each ended.

        `found` takes the numbers of equal ones; without it all are known to differ. All go one
        step at a time, so equal ones meet the same slots in the same step, and each step is one
        longer, which keeps them from queueing behind each other. Who finds no place gets -1.
        """
        table, keys = self._table, self._key.values
        hashes = self._hashes(numbers)
        at = self._bases(hashes) + (hashes >> np.uint32(32 - _BITS))
        slots = at.copy()
        which, own, step = np.arange(len(numbers)), (numbers + 1).astype(np.int32), 0
        while len(which) > _ONE_BY_ONE and step < _FAR:
            held = table[at]
            free = np.flatnonzero(held == 0)[::-1]
            if len(free):
                # Of several that want one slot the last assigned stays: the first in order.
                wanted = at[free]
                table[wanted] = own[free]
                held[free] = table[wanted]
            others = np.flatnonzero(held != own)
            if found is not None and len(others):
                candidates = held[others].astype(np.int64) - 1
                asked = numbers[which[others]]
                differ = keys[candidates] != keys[asked]
                alike = np.flatnonzero(~differ)
                if len(alike) and self._equal is not None:
                    equal = self._equal(candidates[alike], asked[alike])
                    differ[alike] = ~equal
                    alike = alike[equal]
                if len(alike):
                    found[which[others[alike]]] = candidates[alike]
                    others = others[differ]
            step += 1
            which, own, at = which[others], own[others], at[others]
            at = (at & ~_LAST) | ((at + step) & _LAST)
            slots[which] = at
        for index, slot in zip(which.tolist(), at.tolist(), strict=True):
            slots[index] = self._walk_alone(int(numbers[index]), slot, step, index, found)
        return slots

    def _walk_alone(
        self, number: int, slot: int, step: int, index: int, found: Numbers | None
    ) -> int:
        """The rest of one's way, as `_walk` goes it; returns the slot, or -1."""
        table, keys = self._table, self._key.values
        while (held := int(table[slot])) and held != number + 1:
            if step >= _FAR:
                return -1
            candidate = held - 1
            if found is not None and keys[candidate] == keys[number]:
                pair = np.array([candidate]), np.array([number])
                if self._equal is None or self._equal(*pair)[0]:
                    found[index] = candidate
                    return slot
            step += 1
            slot = (slot & ~_LAST) | ((slot + step) & _LAST)
        table[slot] = number + 1
        return slot

    def _make_room(self, count: int) -> None:
        """Split as many segments as it takes to hold `count` more."""
        while (new := -(-(self._count + count) // _FULL) - self._segments) > 0:
            # Those up to the next power of two have each one that they come from.
            half = 1 << (self._segments.bit_length() - 1)
            first = self._segments - half
            new = min(new, half - first)
            self._split(first, new)

    def _split(self, first: int, count: int) -> None:
        """Share what is in some segments with as many new ones at the end."""
        end = (self._segments + count) << _BITS
        if end > len(self._table):
            table = np.zeros(max(end, _MORE_ROOM * len(self._table)), np.int32)
            table[: len(self._table)] = self._table
            self._table = table
        old = self._table[first << _BITS : (first + count) << _BITS]
        numbers = old[old != 0].astype(np.int64) - 1
        old[:] = 0
        self._segments += count
        if self._live is not None:
            live = self._live(numbers)
            self._count -= int(np.count_nonzero(~live))
            numbers = numbers[live]
        native = Slots.native
        for start in range(0, len(numbers), _PIECE):
            piece = numbers[start : start + _PIECE]
            if native is not None:
                self._place_natively(native, piece, differ=True)
            else:
                self._walk(piece, None)


def mix(*columns: NDArray[np.unsignedinteger] | NDArray[np.int64]) -> Hashes:
    """A hash of each row of these columns."""
    mixed = columns[0].astype(np.uint64) * _SEED
    for column in columns[1:]:
        mixed ^= mixed >> np.uint64(29)
        mixed += column.astype(np.uint64)
        mixed *= _SEED
    hashes: Hashes = (mixed >> np.uint64(32)).astype(np.uint32)
    return hashes
