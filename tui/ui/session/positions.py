"""Where events stand among rows that run by time: by event, by time, by day, by kind."""

from __future__ import annotations

import datetime as dt
from bisect import bisect_left, bisect_right
from typing import TYPE_CHECKING

import numpy as np

from tui.core.index.batch import UNDATED
from tui.core.index.rows import Jump
from tui.core.rules.flags import Flag

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tui.core.index.index import Index

    Rows = NDArray[np.intp]

_SECOND = 1_000_000


class Positions:
    """Answers about some rows of an index, the oldest first."""

    def __init__(self, index: Index, rows: Rows) -> None:
        self._index = index
        self._rows = rows

    def of(self, row: int) -> int:
        """Where an event stands; if it is not among the rows, its nearest neighbour in time."""
        rows = self._rows
        if not len(rows):
            return 0
        times = self._index.times
        time = int(times[row])
        left, right = self.at(time), self._behind(time)
        same = np.flatnonzero(rows[left:right] == row)
        if len(same):
            return left + int(same[0])
        last = len(rows) - 1
        if left == right and 0 < left <= last:
            before, behind = int(times[rows[left - 1]]), int(times[rows[left]])
            return left - 1 if time - before < behind - time else left
        return min(left, last)

    def at(self, time: int) -> int:
        """The first row at or after a time (µs); the number of rows if there is none."""
        # Some twenty looks, where to gather a million times would cost 10 ms.
        times = self._index.times
        return bisect_left(self._rows, time, key=lambda row: times[row])

    def _behind(self, time: int) -> int:
        times = self._index.times
        return bisect_right(self._rows, time, key=lambda row: times[row])

    def day_starts(self, zone: dt.tzinfo) -> list[tuple[int, str]]:
        """Where each day begins: (position, ISO date); undated rows begin with (0, "")."""
        rows = self._rows
        if not len(rows):
            return []
        times = self._index.times
        starts: list[tuple[int, str]] = []
        first = self._behind(UNDATED)
        if first:
            starts.append((0, ""))
        while first < len(rows):
            day = _moment(int(times[rows[first]]), zone).date()
            starts.append((first, day.isoformat()))
            try:
                midnight = dt.datetime.combine(day + dt.timedelta(days=1), dt.time(), zone)
                end = int(midnight.timestamp()) * _SECOND
            except OverflowError:
                break
            first = max(first + 1, self.at(end))
        return starts

    def next_flagged(self, position: int, what: str, step: int) -> Jump | None:
        """The next row (`step` 1) or the one before (-1) that failed or that changed something.

        `what` is `failed` (denied or failed, but not a look-up that found nothing) or `write`.
        """
        if not len(self._rows):
            return None
        flags = self._index.flags(self._rows)
        if what == "write":
            hits = np.flatnonzero((flags & int(Flag.WRITE)) != 0)
        else:
            wanted = (flags & int(Flag.ERROR)) != 0
            hits = np.flatnonzero(wanted & ((flags & int(Flag.ROUTINE | Flag.THROTTLED)) == 0))
        if not len(hits):
            return None
        if step > 0:
            at = int(np.searchsorted(hits, position, side="right"))
            return Jump(int(hits[at % len(hits)]), at == len(hits))
        at = int(np.searchsorted(hits, position)) - 1
        return Jump(int(hits[at]), at < 0)


def _moment(time: int, zone: dt.tzinfo) -> dt.datetime:
    """A time in µs as a local moment, held within what the calendar can say."""
    try:
        return dt.datetime.fromtimestamp(time / _SECOND, zone)
    except (OverflowError, OSError, ValueError):
        return (
            dt.datetime.max.replace(tzinfo=zone)
            if time > 0
            else dt.datetime.min.replace(tzinfo=zone)
        )
