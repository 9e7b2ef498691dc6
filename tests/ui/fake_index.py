"""What the timeline asks of an index, made from rows that a test has made."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from tui.core.index.batch import UNDATED
from tui.core.rules.flags import Flag

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from tui.core.index.rows import EventRow

_FLAGS = {
    "denied": Flag.ERROR | Flag.DENIED,
    "failed": Flag.ERROR,
    "absent": Flag.ERROR | Flag.ROUTINE,
    "throttled": Flag.ERROR | Flag.THROTTLED,
}


class FakeIndex:
    """Times and flags by the number of the row."""

    def __init__(self, rows: Sequence[EventRow]) -> None:
        size = max((row.row for row in rows), default=-1) + 1
        self.times = np.full(size, UNDATED, np.int64)
        self._flags = np.zeros(size, np.uint32)
        for row in rows:
            self.times[row.row] = UNDATED if row.time is None else row.time
            self._flags[row.row] = int(_FLAGS.get(row.result, 0))

    @property
    def size(self) -> int:
        return len(self.times)

    def flags(self, rows: NDArray[np.intp]) -> NDArray[np.uint32]:
        return self._flags[rows]

    def raw(self) -> tuple[NDArray[np.uint32], None]:
        return self._flags, None
