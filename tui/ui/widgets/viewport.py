"""Which lines of the list are in view and where its cursor is, tied to events, not to numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from tui.ui.widgets.day_lines import DayLines

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Protocol

    class Rows(Protocol):
        """Names the events by what does not change while they move."""

        def row_id(self, position: int) -> int: ...
        def position_of(self, row: int) -> int: ...


class Place(NamedTuple):
    """Which events are under the cursor and at the top, to come back to."""

    cursor_row: int | None
    top_row: int
    top_gap: int
    cursor_offset: int


class Viewport:
    """`cursor` is a position, `top` a line (days' lines count), `height` the lines in view."""

    def __init__(self, rows: Rows) -> None:
        self._rows = rows
        self.days = DayLines()
        self.length = 0
        self.height = 1
        self.top = 0
        self.cursor = 0
        self.cursor_row: int | None = None
        """The event to which the cursor is tied; None in an empty list."""
        self._top_row = -1
        self._top_gap = 0
        self._cursor_offset = 0

    def take_in(self, length: int, starts: Sequence[tuple[int, str]], *, follow: bool) -> None:
        """Other rows: the cursor stays on its event, the top line too if both still fit."""
        self.days = DayLines(starts, length)
        self.length = length
        if not length:
            self.top = self.cursor = 0
            self.cursor_row = None
            return
        self._settle(follow=follow)

    def _settle(self, *, follow: bool) -> None:
        """Put cursor and top on the events to which they are tied."""
        if not self.length:
            return
        if follow or self.cursor_row is None:
            self.cursor = self.length - 1
            self.scroll(len(self.days))
        else:
            self.cursor = self._rows.position_of(self.cursor_row)
            line = self.days.line_of(self.cursor)
            held = self.days.line_of(self._rows.position_of(self._top_row)) - self._top_gap
            fits = held <= line < held + self.height
            self.scroll(held if fits else line - self._cursor_offset)
        self.remember()

    def remember(self) -> None:
        """Tie the place to the events that are there now."""
        if not self.length:
            return
        self.cursor_row = self._rows.row_id(self.cursor)
        first = self.days.position_at(self.top)
        self._top_row = self._rows.row_id(first)
        self._top_gap = self.days.line_of(first) - self.top
        self._cursor_offset = self.days.line_of(self.cursor) - self.top

    def held(self) -> Place:
        """The place as it is now."""
        return Place(self.cursor_row, self._top_row, self._top_gap, self._cursor_offset)

    def back_to(self, place: Place, *, follow: bool) -> None:
        """Go where that was, as far as its events are still there."""
        self.cursor_row, self._top_row, self._top_gap, self._cursor_offset = place
        self._settle(follow=follow)

    def place(self, height: int, *, follow: bool) -> None:
        """Another height: the cursor stays in view, the top where it is if that can be."""
        self.height = max(height, 1)
        if follow:
            self.scroll(len(self.days))
        else:
            line = self.days.line_of(self.cursor)
            self.scroll(max(min(self.top, line), line - self.height + 1))
        self.remember()

    def scroll(self, top: int) -> None:
        """Set the top line, as far as there are lines."""
        self.top = max(min(top, len(self.days) - self.height), 0)

    def go_to(self, position: int) -> None:
        """Put the cursor on an event and bring it into view.

        Where it meets an edge half a page is scrolled, so that a held key scrolls seldom; what
        is further away comes to the middle.
        """
        self.cursor = max(min(position, self.length - 1), 0)
        self._into_view()
        self.remember()

    def _into_view(self) -> None:
        line, half = self.days.line_of(self.cursor), self.height // 2
        bottom = self.top + self.height - 1
        if self.cursor == 0 and line < self.height:
            self.scroll(0)
        elif line < self.top:
            self.scroll(min(line, self.top - half) if line >= self.top - 2 else line - half)
        elif line > bottom:
            least = line - self.height + 1
            self.scroll(max(least, self.top + half) if line <= bottom + 2 else line - half)
        if line == self.top and self.height > 1 and self.days.date_line(line - 1) is not None:
            self.scroll(line - 1)

    def turn(self, lines: int) -> None:
        """Move text and cursor together, as a page does; the cursor moves in any case."""
        before = self.cursor
        line = self.days.line_of(before) + lines
        self.scroll(self.top + lines)
        self.cursor = self.days.position_at(max(min(line, len(self.days) - 1), 0))
        if self.cursor == before:
            self.cursor = max(min(before + (1 if lines > 0 else -1), self.length - 1), 0)
        self._into_view()
        self.remember()
