"""Has whole records looked at for the parts of the filter that no column can answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from tui.core.query.nodes import Path, Text

    Rows = NDArray[np.intp]
    Answers = Callable[[Path | Text, Rows, NDArray[np.bool_]], None]


class LookProgress(Protocol):
    """How far a search through records has come."""

    @property
    def done(self) -> int: ...

    @property
    def all(self) -> int: ...

    @property
    def found(self) -> int: ...


class Searching(Protocol):
    """What the engine has to look through records."""

    def look(self, nodes: Sequence[Path | Text], rows: Rows, then: Answers) -> None: ...

    def cancel(self) -> None: ...

    def progress(self) -> LookProgress: ...

    def trouble(self, nodes: Sequence[Path | Text]) -> str: ...


class RecordSearch:
    """One search at a time; what was looked at once is not looked at again."""

    def __init__(self, searching: Searching, take: Answers) -> None:
        """`take` gets what the records of some rows say of a node."""
        self._searching = searching
        self._take = take
        self._key = ""
        self._asked: Rows = np.zeros(0, np.intp)
        self._running = False
        self._given_up: dict[str, NDArray[np.bool_]] = {}
        self.fresh = False
        """Came answers since this was set to False?"""
        self.cancelled = False

    def look(self, nodes: Sequence[Path | Text], rows: Rows, *, anew: bool) -> None:
        """Look at these rows for these nodes; `anew`: the filter is another one than before."""
        key = "\n".join(repr(node) for node in nodes)
        if anew or key != self._key:
            self.cancelled = False
        if self.cancelled:
            return
        self._settle()
        if not len(rows):
            self._stop()
            return
        if self._running and not anew and key == self._key:
            return
        rows = self._not_given_up(key, rows)
        if not len(rows):
            self._stop()
            return
        self._key, self._asked, self._running = key, rows, True
        self._searching.look(nodes, rows, self._heard)

    def _heard(self, node: Path | Text, rows: Rows, yes: NDArray[np.bool_]) -> None:
        self.fresh = True
        self._take(node, rows, yes)

    def _settle(self) -> None:
        """Take note of the end of a search: rows that it said nothing of cannot be read."""
        progress = self.progress()
        if not self._running or progress is None or progress.done < progress.all:
            return
        self._running = False
        size = int(self._asked.max()) + 1 if len(self._asked) else 0
        before = self._given_up.get(self._key, np.zeros(0, np.bool_))
        marks = np.zeros(max(size, len(before)), np.bool_)
        marks[: len(before)] = before
        marks[self._asked] = True
        self._given_up = {self._key: marks}

    def _not_given_up(self, key: str, rows: Rows) -> Rows:
        marks = self._given_up.get(key)
        if marks is None:
            return rows
        known = rows < len(marks)
        lost = np.zeros(len(rows), np.bool_)
        lost[known] = marks[rows[known]]
        return rows[~lost]

    def _stop(self) -> None:
        if self._running:
            self._searching.cancel()
        self._running = False

    def cancel(self) -> bool:
        """Look no further for this filter; False if nothing was being looked for."""
        if not self.running:
            return False
        self._stop()
        self.cancelled = True
        return True

    @property
    def running(self) -> bool:
        """Is a search under way?"""
        progress = self.progress()
        return self._running and progress is not None and progress.done < progress.all

    def trouble(self, nodes: Sequence[Path | Text]) -> str:
        """What kept these nodes from being answered, in a sentence; "" for nothing."""
        return self._searching.trouble(nodes)

    def progress(self) -> LookProgress | None:
        """How far the search has come; None: nothing was looked for."""
        return self._searching.progress() if self._running else None
