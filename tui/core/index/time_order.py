"""The rows in the order of their times, kept while more come late, early and in between."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tui.core.index.columns import Column

_EMPTY = np.empty(0, np.uint32)


class TimeOrder:
    """Row numbers sorted by a column of times; of equal times the lower number is first."""

    def __init__(self, time: Column) -> None:
        self._time = time
        self._rows = _EMPTY
        self._merged = 0

    @property
    def nbytes(self) -> int:
        """Bytes in use."""
        return self._rows.nbytes

    @property
    def rows(self) -> NDArray[np.uint32]:
        """All rows in order, whatever came since included.

        The array is not changed later: more rows make another one.
        """
        self.merge()
        return self._rows

    def remove(self, alive: NDArray[np.bool_]) -> None:
        """Leave out the rows that are not alive."""
        rows = self.rows
        self._rows = rows[alive[rows]]

    def merge(self) -> None:
        """Sort in the rows that came since."""
        if self._merged == len(self._time):
            return
        time, old = self._time.values, self._rows
        late = time[self._merged :]
        new = (sorted_rows(late) + self._merged).astype(np.uint32)
        self._merged = len(time)
        if not len(old) or time[new[0]] >= time[old[-1]]:
            self._rows = np.concatenate((old, new)) if len(old) else new
            return
        at = self._places(time[new]) + np.arange(len(new))
        start = int(at[0])
        merged = np.empty(len(old) + len(new), np.uint32)
        merged[:start] = old[:start]
        tail = merged[start:]
        is_old = np.ones(len(tail), np.bool_)
        is_old[at - start] = False
        tail[is_old] = old[start:]
        merged[at] = new
        self._rows = merged

    def _places(self, times: NDArray[np.int64]) -> NDArray[np.int64]:
        """Behind how many of the old rows each of these ascending times belongs."""
        time, rows = self._time.values, self._rows
        low = np.zeros(len(times), np.int64)
        high = np.full(len(times), len(rows))
        for _ in range(len(rows).bit_length()):
            middle = (low + high) >> 1
            open_ = low < high
            before = open_ & (time[rows[np.minimum(middle, len(rows) - 1)]] <= times)
            low = np.where(before, middle + 1, low)
            high = np.where(open_ & ~before, middle, high)
        return low


def sorted_rows(times: NDArray[np.int64]) -> NDArray[np.int64]:
    """The order of these times, equal ones as they stand.

    Where time and place fit into 64 bits together, plain numbers are sorted: that takes half
    the time of a stable argsort.
    """
    count = len(times)
    if not count or (times[1:] >= times[:-1]).all():
        return np.arange(count)
    first, bits = int(times.min()), count.bit_length()
    if (int(times.max()) - first).bit_length() + bits >= 64:
        return np.argsort(times, kind="stable")
    keys = (times - first) << bits | np.arange(count)
    keys.sort()
    return keys & ((1 << bits) - 1)
