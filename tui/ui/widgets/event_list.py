"""The event list: draws the rows in view, whatever their number, and keeps its place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.message import Message

from tui.ui.widgets.columns import HEADINGS, Column
from tui.ui.widgets.event_lines import HEADER, EventLines
from tui.ui.widgets.painted import Line, Painted
from tui.ui.widgets.viewport import Place, Viewport

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual import events

    from tui.core.index.rows import EventRow
    from tui.core.needle import Needle
    from tui.ui.session.session import Session
    from tui.ui.times import TimeDisplay

_KEPT = 4096  # rows remembered before the table starts afresh


class EventList(Painted, can_focus=True):
    """The events that the filter leaves, oldest first, with a cursor."""

    class CursorMoved(Message):
        """The cursor is on another event. Handler: `on_event_list_cursor_moved`."""

    class Filtered(Message):
        """A step of the filter was changed. Handler: `on_event_list_filtered`."""

    class Refused(Message):
        """A key that can do nothing here, and why. Handler: `on_event_list_refused`."""

        def __init__(self, reason: str) -> None:
            super().__init__()
            self.reason = reason

    def __init__(
        self,
        session: Session,
        times: TimeDisplay,
        wanted: Sequence[str] = tuple(HEADINGS),
        *,
        id: str | None = None,  # noqa: A002 (Textual's own name)
    ) -> None:
        super().__init__(id=id)
        self._session = session
        self._times = times
        self._view = Viewport(self)
        self._rows: dict[int, EventRow] = {}
        self.drawn = EventLines(session, times, self._view, self._row, wanted)
        self._dates: list[str] = []
        self.beside = False
        """Whether the sidebar stands next to the list."""

    # Where things are

    @property
    def cursor(self) -> int:
        """Position of the event under the cursor."""
        return self._view.cursor

    @property
    def cursor_event(self) -> EventRow | None:
        """The event under the cursor, None in an empty list."""
        return self._row(self._view.cursor) if self._view.length else None

    @property
    def column(self) -> str:
        """The field of the chosen column."""
        return self.drawn.column

    @column.setter
    def column(self, field: str) -> None:
        self.drawn.column = field
        self.repaint()

    @property
    def columns(self) -> list[Column]:
        """The columns in view."""
        return self.drawn.columns

    @property
    def wanted(self) -> Sequence[str]:
        """The columns that may be in view, in their order."""
        return self.drawn.wanted

    @wanted.setter
    def wanted(self, fields: Sequence[str]) -> None:
        self.drawn.wanted = tuple(fields)
        self.repaint()

    @property
    def needle(self) -> Needle:
        """What is searched for and marked in the rows."""
        return self.drawn.needle

    @needle.setter
    def needle(self, needle: Needle) -> None:
        self.drawn.needle = needle
        self.repaint()

    @property
    def empty_text(self) -> str:
        """What is said where there are no rows."""
        return self.drawn.empty_text

    @empty_text.setter
    def empty_text(self, text: str) -> None:
        self.drawn.empty_text = text

    @property
    def top(self) -> int:
        """The first line in view; days' lines count."""
        return self._view.top

    @property
    def dates(self) -> list[str]:
        """The days of the rows, the oldest first; an empty one is that of undated events."""
        return self._dates

    def row_id(self, position: int) -> int:
        """What names the event at a position for good."""
        return self._row(position).row

    def position_of(self, row: int) -> int:
        """Where an event is now, or its nearest neighbour in time."""
        return self._session.position_of(row)

    def _row(self, position: int) -> EventRow:
        row = self._rows.get(position)
        if row is None:
            row = self._rows[position] = self._session.event(position)
        return row

    # What has changed

    def take_in(self) -> None:
        """Rows, filter or zone have changed: cursor and top stay with their events."""
        self._rows.clear()
        session, before = self._session, self._view.cursor_row
        starts = session.day_starts(self._times.zone)
        self._dates = [date for _, date in starts]
        days = starts if session.by_time else []
        self._view.take_in(len(session), days, follow=session.follow)
        self.repaint()
        if self._view.cursor_row != before:
            self.post_message(self.CursorMoved())

    def place(self) -> None:
        """Keep the cursor where it can be seen."""
        self._view.place(self.size.height - HEADER, follow=self._session.follow)

    def held(self) -> Place:
        """The place to come back to."""
        return self._view.held()

    def back_to(self, place: Place, *, follow: bool) -> None:
        """Stand as it was held, or follow again."""
        self._session.follow = follow
        self._view.back_to(place, follow=follow)
        self._moved()

    # Moving

    def go_to(self, position: int, *, follow: bool = False) -> None:
        """Put the cursor on an event; what is out of view comes to the middle."""
        if not self._view.length:
            return
        self._session.follow = follow
        self._view.go_to(position)
        self._moved()

    def _moved(self) -> None:
        self.repaint()
        self.post_message(self.CursorMoved())

    def _step(self, count: int) -> None:
        if not self._at_the_end(count):
            self.go_to(self._view.cursor + count)

    def _turn(self, lines: int) -> None:
        if not self._at_the_end(lines):
            self._session.follow = False
            self._view.turn(lines)
            self._moved()

    def _at_the_end(self, count: int) -> bool:
        if not self._view.length:
            self.post_message(self.Refused("There are no events here"))
        elif count > 0 and self._view.cursor >= self._view.length - 1:
            self.post_message(self.Refused(f"This is the {self.edges[1]} event"))
        elif count < 0 and self._view.cursor == 0:
            self.post_message(self.Refused(f"This is the {self.edges[0]} event"))
        else:
            return False
        return True

    @property
    def edges(self) -> tuple[str, str]:
        """What the first and the last event are, in a word."""
        return ("oldest", "newest") if self._session.by_time else ("first", "last")

    def action_cursor_down(self) -> None:
        self._step(1)

    def action_cursor_up(self) -> None:
        self._step(-1)

    def action_half_page_down(self) -> None:
        self._turn(max(self._view.height // 2, 1))

    def action_half_page_up(self) -> None:
        self._turn(-max(self._view.height // 2, 1))

    def action_page_down(self) -> None:
        self._turn(max(self._view.height - 1, 1))

    def action_page_up(self) -> None:
        self._turn(-max(self._view.height - 1, 1))

    def action_home(self) -> None:
        if not self._at_the_end(-1):
            self.go_to(0)

    def action_end(self) -> None:
        """To the newest event, and follow; sorted otherwise, to the last."""
        if not self._view.length:
            self.post_message(self.Refused("There are no events here"))
        else:
            self.go_to(self._view.length - 1, follow=self._session.by_time)

    # The chosen column

    def action_column_left(self) -> None:
        self._choose(-1)

    def action_column_right(self) -> None:
        self._choose(1)

    def _choose(self, step: int) -> None:
        fields = [column.field for column in self.columns]
        index = fields.index(self.column) + step if self.column in fields else 0
        if not 0 <= index < len(fields):
            self.post_message(self.Refused("There is no column further that way"))
            return
        self.column = fields[index]

    def action_only(self) -> None:
        value = self._value()
        if value:
            self._session.only(self.column, value)
            self.post_message(self.Filtered())

    def action_exclude(self) -> None:
        value = self._value()
        if value:
            self._session.exclude(self.column, value)
            self.post_message(self.Filtered())

    def _value(self) -> str:
        """The chosen column's value under the cursor; says so where there is none."""
        event = self.cursor_event
        name = next((c.heading for c in self.columns if c.field == self.column), "")
        value = ""
        if event is not None and self.column != "time":
            value = self._session.value(event.row, self.column)
        if event is None:
            self.post_message(self.Refused("There are no events here"))
        elif self.column == "time":
            self.post_message(self.Refused("A time cannot be chosen: ← → choose another column"))
        elif not value:
            self.post_message(self.Refused(f"{name} is empty here: ← → choose another column"))
        return value

    # Drawing

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        event.stop()
        self._turn(3)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        event.stop()
        self._turn(-3)

    def on_click(self, event: events.Click) -> None:
        if event.y >= HEADER and self._view.length:
            line = self._view.top + event.y - HEADER
            if line < len(self._view.days):
                self.go_to(self._view.days.position_at(line))

    def lines(self, width: int, height: int) -> list[Line]:
        screen, focus = self.screen.size.width, self.has_focus
        if len(self._rows) > _KEPT:
            self._rows.clear()
        return self.drawn.lines(width, height, screen, beside=self.beside, focus=focus)
