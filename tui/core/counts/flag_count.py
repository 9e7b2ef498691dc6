"""How many events have some flag, kept up to date while more come."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from tui.core.index.index import Index


class FlagCount:
    """Counts the events with any of these flags; where rows were only added, the new ones."""

    def __init__(self, flags: int) -> None:
        self._flags = flags
        self._made = self._size = self._amended = 0

    def count(self, index: Index) -> int:
        """How many of the listed events of this index; it must be the same index each time."""
        if len(index) < index.size:  # some went with their object
            self._size = 0
            return int(np.count_nonzero(index.flag_mask(self._flags)))
        if index.amended != self._amended or not self._size:
            self._made = self._size = 0
            self._amended = index.amended
        new = index.raw(self._size)[0] & np.uint32(self._flags)
        self._made += int(np.count_nonzero(new))
        self._size = index.size
        return self._made
