"""Positions of events and lines of the list: a line more stands before each day's first event."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


class DayLines:
    """Translates in microseconds between positions and lines, whatever their number."""

    def __init__(self, starts: Sequence[tuple[int, str]] = (), count: int = 0) -> None:
        self._starts = [position for position, _ in starts]
        self._lines = [position + index for index, position in enumerate(self._starts)]
        self._dates = [date for _, date in starts]
        self._count = count

    def __len__(self) -> int:
        return self._count + len(self._starts)

    @property
    def dates(self) -> list[str]:
        """The days there are, the oldest first; an empty one is that of undated events."""
        return self._dates

    def line_of(self, position: int) -> int:
        """The line on which an event stands."""
        return position + bisect_right(self._starts, position)

    def position_at(self, line: int) -> int:
        """The event on a line; on a day's line the first event of that day."""
        return max(min(line - bisect_left(self._lines, line), self._count - 1), 0)

    def date_line(self, line: int) -> str | None:
        """The date that a day's line names, None for an event's line."""
        index = bisect_left(self._lines, line)
        if index < len(self._lines) and self._lines[index] == line:
            return self._dates[index]
        return None

    def date_of(self, position: int) -> str:
        """The day under which an event stands."""
        index = bisect_right(self._starts, position) - 1
        return self._dates[index] if index >= 0 else ""
