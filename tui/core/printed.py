"""Which events were given out before: a file that is read again gives only what is new in it.

A file that was half there, was replaced, or came through a pipe as one document is read from its
beginning again, and its rows are others then.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import numpy as np

from tui.core.index.slots import mix

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from tui.core.index.index import Index

    Rows = NDArray[np.int64]

_CONTENT = ("call", "origin", "address", "useragent", "target", "object", "note")
_SPREAD = np.uint64(0x9E37_79B9_7F4A_7C15)
"""Any odd number: different IDs beside equal content stay different."""


class Printed:
    """Rows that were given out, by number, with what their events are known by."""

    def __init__(self, index: Index, file_of: Callable[[int], str]) -> None:
        """`file_of` names the file of an object: events without an ID are known by it too.

        What is asked here of a row is asked of its record when it is read, not afterwards.
        """
        self._index = index
        self._file_of = file_of
        self._rows: list[Rows] = []
        self._keys: list[NDArray[np.uint64]] = []

    def new(self, rows: Rows) -> Rows:
        """Those of these rows whose events were not given out; from now on they are."""
        keys = self._keys_of(rows)
        gone = self._index.gone()
        if gone is not None:
            before = [each[gone[given]] for given, each in zip(self._rows, self._keys, strict=True)]
            fresh = _beyond(keys, np.concatenate([keys[:0], *before]))
            rows, keys = rows[fresh], keys[fresh]
        self._rows.append(rows)
        self._keys.append(keys)
        return rows

    def _keys_of(self, rows: Rows) -> NDArray[np.uint64]:
        """64 bits that an event keeps when its file is read again."""
        index = self._index
        ids = index.raw()[1][rows]
        files = np.zeros(len(rows), np.int64)
        nameless = np.flatnonzero(ids == 0)
        files[nameless] = self._files(index.objects(rows[nameless]))
        columns = [index.column(name)[rows] for name in _CONTENT]
        content = mix(index.times[rows], files, *columns).astype(np.uint64)
        keys: NDArray[np.uint64] = ids + content * _SPREAD
        return keys

    def _files(self, objects: NDArray[Any]) -> NDArray[np.int64]:
        every, which = np.unique(objects, return_inverse=True)
        numbers = [hash(self._file_of(int(number))) for number in every]
        return np.array(numbers, np.int64)[which]


def _beyond(keys: NDArray[np.uint64], before: NDArray[np.uint64]) -> NDArray[np.bool_]:
    """Which of the keys come more often than before: the first of equal ones are the old ones."""
    known = np.isin(keys, before)
    left = Counter(before[np.isin(before, keys)].tolist())
    for place in np.flatnonzero(known).tolist():
        key = int(keys[place])
        known[place] = left[key] > 0
        left[key] -= 1
    return ~known
