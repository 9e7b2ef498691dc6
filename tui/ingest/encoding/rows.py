"""Events that an encoder has collected, as its codes, before they become a batch."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from tui.ingest.encoding.stamps import event_numbers, event_times

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from tui.core.index.batch import Codes


class Rows(NamedTuple):
    """A stretch of rows, a number each in every column."""

    call: Codes
    origin: Codes
    address: Codes
    useragent: Codes
    target: Codes
    object: Codes
    note: Codes
    newkey: Codes
    flags: Codes
    time: NDArray[np.int64]
    event_id: NDArray[np.uint64]
    which: Codes
    """Which of the job's objects, counted from 0."""
    position: Codes


def joined(stretches: Sequence[Rows]) -> Rows:
    """All of them, one behind another."""
    if len(stretches) == 1:
        return stretches[0]
    return Rows(*map(np.concatenate, zip(*stretches, strict=True)))


class Collected:
    """Rows that are collected one by one: for every column a list."""

    def __init__(self) -> None:
        self.call: list[int] = []
        self.origin: list[int] = []
        self.address: list[int] = []
        self.useragent: list[int] = []
        self.target: list[int] = []
        self.object: list[int] = []
        self.times: list[str | None] = []
        self.ids: list[str | None] = []
        self.details: dict[int, tuple[int, int, int]] = {}
        """By row the codes of note and newkey, and flags, where it has any of them."""
        self.which: list[tuple[int, int]] = []
        """Objects, and how many rows each has."""
        self.positions: list[Sequence[int]] = []

    def settled(self) -> Rows:
        """The same as columns."""
        count = len(self.times)
        notes, newkeys, flags = np.zeros((3, count), np.uint32)
        if self.details:
            rows = np.fromiter(self.details, np.int64, len(self.details))
            values = np.array(list(self.details.values()), np.uint32)
            notes[rows], newkeys[rows], flags[rows] = values.T
        return Rows(
            call=np.array(self.call, np.uint32),
            origin=np.array(self.origin, np.uint32),
            address=np.array(self.address, np.uint32),
            useragent=np.array(self.useragent, np.uint32),
            target=np.array(self.target, np.uint32),
            object=np.array(self.object, np.uint32),
            note=notes,
            newkey=newkeys,
            flags=flags,
            time=event_times(self.times),
            event_id=event_numbers(self.ids),
            which=np.repeat(
                np.array([which for which, _ in self.which], np.uint32),
                np.array([length for _, length in self.which], np.int64),
            ),
            position=np.fromiter(chain.from_iterable(self.positions), np.uint32, count),
        )
