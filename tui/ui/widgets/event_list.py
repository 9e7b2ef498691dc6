"""The event list: draws the rows in view, whatever their number, and keeps its place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.message import Message

from tui.core.text import cell_width, cut, fit, safe
from tui.ui.times import weekday
from tui.ui.widgets.columns import (
    FRAME,
    HEADINGS,
    LEVELS,
    Column,
    cell_text,
    columns_for,
    framed,
    row_text,
)
from tui.ui.widgets.painted import Line, Painted
from tui.ui.widgets.viewport import Viewport

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual import events

    from tui.core.rows import EventRow
    from tui.ui.session import Session
    from tui.ui.times import TimeDisplay

HEADER = 2
"""Lines above the rows: the title and the names of the columns."""
_KEPT = 4096  # rows and texts remembered before both tables start afresh


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
        self._wanted = wanted
        self._session = session
        self._times = times
        self._view = Viewport(self)
        self._column = "who"
        self._columns: list[Column] = []
        self._rows: dict[int, EventRow] = {}
        self._texts: dict[EventRow, str] = {}
        self._texts_for: tuple[object, ...] = ()
        self.beside = False
        """Whether the sidebar stands next to the list."""
        self.empty_text = ""
        """What is said where there are no rows."""

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
        return self._column

    @property
    def columns(self) -> list[Column]:
        """The columns in view."""
        return self._columns

    @property
    def top(self) -> int:
        """The first line in view; days' lines count."""
        return self._view.top

    @property
    def dates(self) -> list[str]:
        """The days of the rows, the oldest first; an empty one is that of undated events."""
        return self._view.days.dates

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
        self._view.take_in(len(session), starts, follow=session.follow)
        self.repaint()
        if self._view.cursor_row != before:
            self.post_message(self.CursorMoved())

    def place(self) -> None:
        """Keep the cursor where it can be seen."""
        self._view.place(self.size.height - HEADER, follow=self._session.follow)

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
            self.post_message(self.Refused("This is the newest event"))
        elif count < 0 and self._view.cursor == 0:
            self.post_message(self.Refused("This is the oldest event"))
        else:
            return False
        return True

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
        """To the newest event, and follow."""
        if not self._view.length:
            self.post_message(self.Refused("There are no events here"))
        else:
            self.go_to(self._view.length - 1, follow=True)

    # The chosen column

    def action_column_left(self) -> None:
        self._choose(-1)

    def action_column_right(self) -> None:
        self._choose(1)

    def _choose(self, step: int) -> None:
        fields = [column.field for column in self._columns]
        index = fields.index(self._column) + step if self._column in fields else 0
        if not 0 <= index < len(fields):
            self.post_message(self.Refused("There is no column further that way"))
            return
        self._column = fields[index]
        self.repaint()

    def action_only(self) -> None:
        value = self._value()
        if value:
            self._session.only(self._column, value)
            self.post_message(self.Filtered())

    def action_exclude(self) -> None:
        value = self._value()
        if value:
            self._session.exclude(self._column, value)
            self.post_message(self.Filtered())

    def _value(self) -> str:
        """The chosen column's value under the cursor; says so where there is none."""
        event = self.cursor_event
        name = next((c.heading for c in self._columns if c.field == self._column), "")
        value = "" if event is None else cell_text(event, self._column)
        if event is None:
            self.post_message(self.Refused("There are no events here"))
        elif self._column == "time":
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
        screen = self.screen.size.width
        frame = FRAME if framed(width, beside=self.beside) else 0
        self._columns = columns_for(width - frame, screen, self._wanted)
        if self._column not in [column.field for column in self._columns]:
            self._column = self._columns[min(1, len(self._columns) - 1)].field
        self._forget_texts(width)
        lines = [self._title(width), self._header(frame)]
        rows = max(height - HEADER, 0)
        if not self._view.length and rows:
            return [*lines, (), ((f" {cut(safe(self.empty_text), width - 1)}", ()),)][:height]
        bar = self._bar(rows) if frame else ()
        for y in range(rows):
            line = self._view.top + y
            drawn = self._line(line, width - frame, frame) if line < len(self._view.days) else ()
            lines.append((*drawn, (bar[y], ("bar",))) if bar and drawn else drawn)
        return lines[:height]

    def _forget_texts(self, width: int) -> None:
        key = (width, tuple(self._columns), self._times.mode, self._times.zone, self._times.tick())
        if key != self._texts_for or len(self._texts) > _KEPT:
            self._texts_for = key
            self._texts.clear()
        if len(self._rows) > _KEPT:
            self._rows.clear()

    def _title(self, width: int) -> Line:
        shown, total = self._view.length, self._session.total
        count = f"{shown:,} of {total:,}" if shown != total else f"{total:,}"
        text = f"── Events ─ {count} "
        steps = self._session.filter_text()
        day = (
            weekday(self._view.days.date_of(self._view.days.position_at(self._view.top)))
            if shown
            else ""
        )
        end = f" {day} ──" if day and width - cell_width(text) > len(day) + 12 else ""
        room = width - cell_width(text) - cell_width(end)
        if steps:
            text += f"· {cut(safe(steps), room - 3)} "
        name = "title-focused" if self.has_focus else "title"
        fill = "─" * max(width - cell_width(text) - cell_width(end), 0)
        return ((cut(text + fill + end, width), (name,)),)

    def _header(self, frame: int) -> Line:
        pieces = [(" " if frame else "", ("header",))]
        for index, (field, heading, width) in enumerate(self._columns):
            name = self._times.heading if field == "time" else heading
            gap = "" if index == 0 else " "
            chosen = field == self._column
            text = fit(safe(name), width)
            pieces.append((gap, ("header",)))
            pieces.append((text, ("chosen" if chosen else "header",)))
        return tuple(pieces)

    def _line(self, line: int, width: int, frame: int) -> Line:
        left, right = ("", "") if not frame else (" ", " ")
        date = self._view.days.date_line(line)
        if date is not None:
            text = f"── {weekday(date)} "
            return ((left + fit(text + "─" * (width - len(text)), width) + right, _DAY),)
        position = self._view.days.position_at(line)
        event = self._row(position)
        text = self._texts.get(event, "")
        if not text:
            text = row_text(event, self._times.short(event.time), self._columns)
            text = self._texts[event] = fit(text, width)
        under = position == self._view.cursor
        names = _STYLES[event.level, event.by_aws, under and (1 if self.has_focus else 2)]
        return (((("▌" if under else left) if frame else "") + text + right, names),)

    def _bar(self, height: int) -> str:
        """A scroll bar, top to bottom; blank where everything is in view."""
        total = len(self._view.days)
        if total <= height:
            return " " * height
        size = max(height * height // total, 1)
        most = total - height
        start = (self._view.top * (height - size) + most // 2) // most
        return " " * start + "┃" * size + " " * (height - start - size)


_DAY = ("day",)


def _style_names(level: str, by_aws: bool, under: int) -> tuple[str, ...]:  # noqa: FBT001
    names = [level]
    if by_aws and not under:
        names.append("aws")
    if under:
        names.append("cursor" if under == 1 else "cursor-blurred")
    return tuple(names)


_STYLES = {
    (index, by_aws, under): _style_names(level, by_aws, under)
    for index, level in enumerate(LEVELS)
    for by_aws in (False, True)
    for under in (0, 1, 2)
}
