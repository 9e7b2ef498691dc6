"""In which order the rows are listed, and where among them stands what is searched for."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from tui.core.index.index import Index
    from tui.core.matching.matcher import Matcher
    from tui.core.needle import Needle

    Rows = NDArray[np.intp]

TIME = "time"


class Sorted(NamedTuple):
    """By which column, and whether the last comes first."""

    column: str = TIME
    descending: bool = False


class Arranged:
    """The part of a session that says by what it is sorted."""

    generation: int
    follow: bool
    sorting = Sorted()

    @property
    def by_time(self) -> bool:
        """Whether the events are listed from the oldest to the newest."""
        return self.sorting == Sorted()

    def sort(self, column: str = TIME, *, descending: bool = False) -> None:
        """List the events by a column, equal ones by time, or by time again.

        Only by time is the newest event always the last one: no other order is followed.
        """
        self.sorting = Sorted(column, descending)
        if not self.by_time:
            self.follow = False
        self.generation += 1


class Arrangement:
    """Sorts and searches the rows of one index when that is asked for, and remembers the last."""

    def __init__(self, index: Index, matcher: Matcher, names: Mapping[str, str]) -> None:
        """`names` are those that a person gave to account IDs, by ID."""
        # Most sessions get by without either, and begin the sooner.
        from tui.core.searching_rows import RowSearch
        from tui.core.sorting import Sorting

        self._index = index
        self._sorting = Sorting(index, names)
        self._search = RowSearch(index, matcher, names)
        self._given: Rows | None = None
        self._by: tuple[object, ...] = ()
        self._rows: Rows = np.zeros(0, np.intp)

    def rows(self, rows: Rows, by: Sorted) -> Rows:
        """These rows, given by time, in the order in which they are listed."""
        # A row may be told more later, from its whole record.
        asked = (by, self._index.amended)
        if rows is not self._given or asked != self._by:
            self._rows = self._sorting.sorted(rows, by.column, descending=by.descending)
            self._given, self._by = rows, asked
        return self._rows

    def forget(self) -> None:
        """They are listed by time again: let the other order go, it takes 4 MB of a million."""
        self._given, self._by, self._rows = None, (), np.zeros(0, np.intp)

    @staticmethod
    def position_of(rows: Rows, row: int) -> int:
        """Where one of the listed rows stands."""
        return int(np.argmax(rows == row))

    def find(self, needle: Needle, columns: Sequence[str], rows: Rows) -> NDArray[np.intp]:
        """The positions in `rows` of those that have it in one of the columns."""
        return self._search.positions(needle, columns, rows)

    @property
    def trouble(self) -> str:
        """What kept the last search from being answered in full, empty for nothing."""
        return self._search.trouble
