"""How many events there are in each stretch of time, and how many of them failed."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from tui.core.index.batch import UNDATED
from tui.core.index.columns import look_up, masked
from tui.core.rules.flags import Flag

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from tui.core.index.index import Index, Rows

_FAILED = int(Flag.ERROR | Flag.ROUTINE | Flag.THROTTLED), int(Flag.ERROR)
"""Of these flags those: what found nothing, or came too fast, is not counted as a failure."""


_MANY = 4
"""From this part of all rows on it is quicker to look at all in their own order first."""


class Counts(NamedTuple):
    """What is in each bucket."""

    events: list[int]
    errors: list[int]
    """Of those, the ones that were denied or failed."""


class Timeline:
    """Counts by time over some rows of an index; undated events are left out."""

    def __init__(self, index: Index, rows: Rows) -> None:
        """`rows` run from the oldest to the newest, undated ones first, and are not changed."""
        self._index = index
        self._rows = rows

    @cached_property
    def span(self) -> tuple[int, int] | None:
        """The times of the oldest and the newest event; None if none has a time."""
        rows = self._rows
        if not len(rows):
            return None
        times = self._index.times
        last = int(times[rows[-1]])
        if last == UNDATED:
            return None
        # Undated rows stand first.
        return int(times[rows[self.undated]]), last

    @cached_property
    def undated(self) -> int:
        """How many of the events have no time: no bucket has them."""
        return int(self._places([UNDATED + 1])[0])

    def counts(self, edges: Sequence[int]) -> Counts:
        """What lies between each of the rising `edges` and the next, the next one left out."""
        places = self._places(edges)
        errors = np.searchsorted(self._errors, places)
        return Counts(np.diff(places).tolist(), np.diff(errors).tolist())

    @cached_property
    def _errors(self) -> NDArray[np.intp]:
        """The positions of the rows that failed."""
        rows = self._rows
        if len(rows) < self._index.size // _MANY:
            return np.flatnonzero(masked(self._index.flags(rows), *_FAILED))
        return np.flatnonzero(look_up(masked(self._index.raw()[0], *_FAILED), rows))

    def _places(self, edges: Sequence[int]) -> NDArray[np.intp]:
        """How many of the rows are before each of these times.

        Looks at some twenty rows for each; to gather the times of a million takes 10 ms.
        """
        times, rows = self._index.times, self._rows
        wanted = np.asarray(edges, np.int64)
        low = np.zeros(len(wanted), np.intp)
        if not len(rows):
            return low
        high = np.full(len(wanted), len(rows))
        for _ in range(len(rows).bit_length()):
            middle = (low + high) >> 1
            before = (low < high) & (times[rows[np.minimum(middle, len(rows) - 1)]] < wanted)
            high = np.where(before, high, middle)
            low = np.where(before, middle + 1, low)
        return low
