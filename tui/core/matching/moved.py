"""Whose credentials were used from more than one network: `is:moved`, known over all events.

A key's events are all moved as soon as two of them come from different networks; so are those of
an instance's session (`i-…`), whose keys change every few hours. Addresses of services and private
ones tell nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from tui.core.index.columns import look_up
from tui.core.matching.texts import searchable

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tui.core.index.index import Index
    from tui.core.matching.fields import Numbers

    Mask = NDArray[np.bool_]

_PIECE = 1 << 15
"""Events that are taken in at once: what is known of them stays in the processor's cache."""
INSTANCE = "i-"
"""What the name of an instance's session begins with."""


class _Networks:
    """Of each number below some count a network that was seen, and whether there was another."""

    def __init__(self) -> None:
        self.network = np.zeros(0, np.uint64)
        self.several = np.zeros(0, np.bool_)

    def grow(self, count: int) -> None:
        """Make room for so many numbers."""
        more = count - len(self.several)
        if more > 0:
            self.network = np.concatenate((self.network, np.zeros(more, np.uint64)))
            self.several = np.concatenate((self.several, np.zeros(more, np.bool_)))

    def see(self, numbers: NDArray[Any], networks: NDArray[np.uint64]) -> None:
        """Take in events; network 0 tells nothing."""
        for start in range(0, len(numbers), _PIECE):
            wanted = np.flatnonzero(networks[start : start + _PIECE]) + start
            own, seen = numbers[wanted], networks[wanted]
            known = self.network.take(own)
            new = known == 0
            if new.any():
                self.network[own[new]] = seen[new]
                known = self.network.take(own)
            self.several[own[known != seen]] = True


class Moved:
    """Follows the index as it grows."""

    def __init__(self, index: Index, numbers: Numbers) -> None:
        self._index = index
        self._numbers = numbers
        self._start_over()

    def _start_over(self) -> None:
        self._origins = _Networks()
        self._seen = self._gone = 0

    def origins(self) -> Mask:
        """Which origins are moved, by their codes."""
        index = self._index
        gone = index.size - len(index)
        if gone != self._gone:
            self._start_over()
            self._gone = gone
        keys, sessions = self._groups()
        start, self._seen = self._seen, index.size
        address = index.column("address", start)
        networks = look_up(self._numbers.networks(), address)
        missing = index.gone(start)
        if missing is not None:
            networks[missing] = 0
        self._origins.grow(len(keys))
        self._origins.see(index.column("origin", start), networks)
        moved = np.zeros(len(keys), np.bool_)
        for groups in (keys, sessions):
            # There are far fewer origins than events.
            of_groups = _Networks()
            of_groups.grow(int(groups.max(initial=0)) + 1)
            of_groups.see(groups, self._origins.network)
            of_groups.several[groups[self._origins.several]] = True
            of_groups.several[0] = False
            moved |= of_groups.several[groups]
        return moved

    def _groups(self) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """The key and the instance's session of each origin, 0 for none."""
        tables = self._index.tables
        texts = tables.texts["session"]
        keys = tables.origins["key"].astype(np.intp)
        sessions = tables.identities["session"][tables.origins["identity"]].astype(np.intp)
        instance = searchable(texts)
        instance.update()
        sessions[~instance.like(f"{INSTANCE}*", 0)[sessions]] = 0
        return keys, sessions
