"""The lines of the event list: its title, its header, days and rows with what was searched for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.core.needle import Needle
from tui.core.text import cell_width, cut, fit, safe
from tui.ui.times import weekday
from tui.ui.widgets.breadcrumb import breadcrumb
from tui.ui.widgets.columns import (
    FRAME,
    LEVELS,
    TIME,
    Column,
    cell_text,
    columns_for,
    framed,
    row_cells,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tui.core.index.rows import EventRow
    from tui.ui.session.session import Session
    from tui.ui.times import TimeDisplay
    from tui.ui.widgets.painted import Line, Piece
    from tui.ui.widgets.viewport import Viewport

HEADER = 2
"""Lines above the rows: the title and the names of the columns."""
UP, DOWN = "▲", "▼"
"""Behind the name of the column that the list is sorted by."""
MARK = "◆"
"""Beside the first column of a marked event."""
MOST_HITS = 2
"""Hits that are marked in one row: each costs 90 bytes whenever the cursor comes or goes."""
_KEPT = 4096  # rows and texts remembered before they start afresh
_DATED, _DATED_LONG = 14, 19
"""Cells of a time with its date."""
_LONG_FROM = 100


class EventLines:
    """Draws what a viewport shows of a session; a row's text is made once."""

    def __init__(
        self,
        session: Session,
        times: TimeDisplay,
        view: Viewport,
        row: Callable[[int], EventRow],
        wanted: Sequence[str],
    ) -> None:
        """`row` gives the event at a position; `wanted` are the columns that may be shown."""
        self._session = session
        self._times = times
        self._view = view
        self._row = row
        self.wanted = wanted
        self.columns: list[Column] = []
        """Those in view."""
        self.column = "who"
        """The field of the chosen one."""
        self.needle = Needle()
        """What is marked in the rows."""
        self.empty_text = ""
        """What is said where there are no rows."""
        self._texts: dict[EventRow, tuple[str, list[tuple[int, int]]]] = {}
        self._texts_for: tuple[object, ...] = ()

    def lines(
        self, width: int, height: int, screen: int, *, beside: bool, focus: bool
    ) -> list[Line]:
        """As many lines as there is room for.

        `screen` is the width of the whole screen, `beside` whether the sidebar stands beside it,
        `focus` whether keys are meant for the list.
        """
        frame = FRAME if framed(width, beside=beside) else 0
        self._arrange(width - frame, screen)
        self._forget_texts(width)
        lines = [self._title(width, focus=focus), self._header(frame)]
        rows = max(height - HEADER, 0)
        if not self._view.length and rows:
            return [*lines, (), ((f" {cut(safe(self.empty_text), width - 1)}", ()),)][:height]
        bar = self._bar(rows) if frame else ()
        for y in range(rows):
            line = self._view.top + y
            drawn: Line = ()
            if line < len(self._view.days):
                drawn = self._line(line, width - frame, frame, focus=focus)
            lines.append((*drawn, (bar[y], ("bar",))) if bar and drawn else drawn)
        return lines[:height]

    @property
    def _dated(self) -> bool:
        """No line names the day, so each time has to; how long ago needs none."""
        return not self._session.by_time and self._times.mode != "relative"

    def _arrange(self, width: int, screen: int) -> None:
        time = TIME
        if self._dated:
            time = _DATED_LONG if screen >= _LONG_FROM else _DATED
        self.columns = columns_for(width, screen, self.wanted, time=time)
        if self.column not in [column.field for column in self.columns]:
            self.column = self.columns[min(1, len(self.columns) - 1)].field

    def _forget_texts(self, width: int) -> None:
        times = self._times
        shown = (tuple(self.columns), times.mode, times.zone, times.tick())
        key = (width, *shown, self._dated, self.needle)
        if key != self._texts_for or len(self._texts) > _KEPT:
            self._texts_for = key
            self._texts.clear()

    # The lines above the rows

    def _title(self, width: int, *, focus: bool) -> Line:
        view, total = self._view, self._session.total
        count = f"{view.length:,} of {total:,}" if view.length != total else f"{total:,}"
        text = f"── Events ─ {count} "
        day = ""
        if view.length and view.days.dates:
            day = weekday(view.days.date_of(view.days.position_at(view.top)))
        end = f" {day} ──" if day and width - cell_width(text) > len(day) + 12 else ""
        room = width - cell_width(text) - cell_width(end)
        crumbs = breadcrumb(self._session.steps, room - 3)
        short = not crumbs and bool(self._session.steps.all)
        if end and (short or any("…" in crumb.text for crumb in crumbs)):
            # The days stand between the rows too.
            room, end = room + cell_width(end), ""
            crumbs = breadcrumb(self._session.steps, room - 3)
        name = "title-focused" if focus else "title"
        pieces: list[Piece] = [(text, (name,))]
        if crumbs:
            pieces = [(f"{text}· ", (name,))]
            pieces += [(crumb.text, ("title" if crumb.off else name,)) for crumb in crumbs]
            pieces.append((" ", (name,)))
        used = sum(cell_width(piece) for piece, _ in pieces)
        fill = "─" * max(width - used - cell_width(end), 0)
        return (*pieces, (cut(fill + end, width - used), (name,)))

    def _header(self, frame: int) -> Line:
        pieces: list[Piece] = [(" " if frame else "", ("header",))]
        sorted_by, descending = self._session.sorting
        for index, (field, heading, width) in enumerate(self.columns):
            name = self._times.heading if field == "time" else heading
            if field == sorted_by and not self._session.by_time:
                name = f"{cut(safe(name), width - 2)} {DOWN if descending else UP}"
            gap = "" if index == 0 else " "
            chosen = field == self.column
            pieces.append((gap, ("header",)))
            pieces.append((fit(safe(name), width), ("chosen" if chosen else "header",)))
        return tuple(pieces)

    # The rows

    def _line(self, line: int, width: int, frame: int, *, focus: bool) -> Line:
        left, right = ("", "") if not frame else (" ", " ")
        date = self._view.days.date_line(line)
        if date is not None:
            text = f"── {weekday(date)} "
            return ((left + fit(text + "─" * (width - len(text)), width) + right, _DAY),)
        position = self._view.days.position_at(line)
        event = self._row(position)
        known = self._texts.get(event)
        if known is None:
            known = self._texts[event] = self._text(event, width)
        text, hits = known
        first = self.columns[0].width
        if self._session.marked(event.row) and text[first : first + 1] == " ":
            text = f"{text[:first]}{MARK}{text[first + 1 :]}"
        under = position == self._view.cursor
        names = _STYLES[event.level, event.by_aws, under and (1 if focus else 2)]
        text = (("▌" if under else left) if frame else "") + text + right
        return marked(text, names, hits, 1 if frame else 0)

    def _text(self, event: EventRow, width: int) -> tuple[str, list[tuple[int, int]]]:
        """A row's text, and from where to where in it that stands which is searched for."""
        time = self._times.short(event.time)
        if self._dated:
            dates = {column.field: column.width for column in self.columns}
            time = self._times.dated(event.time, dates.get("time", TIME))
        cells = row_cells(event, time, self.columns)
        firsts: list[tuple[int, int]] = []
        others: list[tuple[int, int]] = []
        if self.needle:
            start = 0
            for column, cell in zip(self.columns, cells, strict=True):
                hits = [(start + a, start + b) for a, b in self._hits(event, column.field, cell)]
                firsts += hits[:1]
                others += hits[1:]
                start += len(cell) + 1
        return fit(" ".join(cells), width), sorted([*firsts, *others][:MOST_HITS])

    def _hits(self, event: EventRow, field: str, cell: str) -> list[tuple[int, int]]:
        """Where it stands in a cell; where it was cut out, the sign for that."""
        if field == "time":
            return []
        spans = self.needle.spans(cell)
        if not spans and "…" in cell and self.found_in(event, field):
            place = cell.index("…")
            return [(place, place + 1)]
        return spans

    def found_in(self, event: EventRow, field: str) -> bool:
        """Whether a column holds what is searched for, however much of it is shown."""
        texts = [cell_text(event, field)]
        if field == "target":
            texts.append(event.note)
        return any(self.needle.found(text) for text in texts)

    def _bar(self, height: int) -> str:
        """A scroll bar, top to bottom; blank where everything is in view."""
        total = len(self._view.days)
        if total <= height:
            return " " * height
        size = max(height * height // total, 1)
        most = total - height
        start = (self._view.top * (height - size) + most // 2) // most
        return " " * start + "┃" * size + " " * (height - start - size)


def marked(
    text: str, names: tuple[str, ...], hits: Sequence[tuple[int, int]], left: int = 0
) -> Line:
    """A text with its hits marked, `left` characters further to the right than they say."""
    pieces: list[Piece] = []
    at = 0
    for start, end in hits:
        pieces += [(text[at : start + left], names), (text[start + left : end + left], _MATCH)]
        at = end + left
    return (*pieces, (text[at:], names)) if hits else ((text, names),)


_DAY = ("day",)
_MATCH = ("match",)


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
