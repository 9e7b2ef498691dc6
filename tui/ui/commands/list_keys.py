"""What the keys do that arrange the list: by what it is sorted, which columns, how far in time."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from tui.ui.widgets.columns import HEADINGS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tui.ui.protocols import Memory
    from tui.ui.screens.main import MainScreen

_SECOND = 1_000_000
_END = 1 << 62
_HOUR = dt.timedelta(hours=1)
_DAY = dt.timedelta(days=1)
_PLACE = ("list", "columns")
"""Where the chosen columns are remembered."""


class ListKeys:
    """The actions of the list's arrangement, each a method `action_<id>`."""

    def __init__(self, screen: MainScreen, memory: Memory | None, settings: Sequence[str]) -> None:
        """`settings` are the columns that the settings file names."""
        self._screen = screen
        self._memory = memory
        self._settings = tuple(settings)
        left = None if memory is None else memory.get(*_PLACE)
        if isinstance(left, list):
            known = [field for field in left if isinstance(field, str) and field in HEADINGS]
            screen.events.wanted = tuple(dict.fromkeys(known)) or self._settings

    # Sorting

    def action_sort(self, name: str = "") -> None:
        """By the chosen column, then the other way, then by time again."""
        screen, session = self._screen, self._screen.session
        column = _field(name) if name else screen.events.column
        if column is None:
            screen.say(f"There is no column {name}", warning=True)
            return
        by, descending = session.sorting
        if column == "time":
            session.sort(descending=session.by_time)
        elif by != column:
            session.sort(column)
        elif not descending:
            session.sort(column, descending=True)
        else:
            session.sort()
        screen.take_in()
        screen.say(self._sorted_words())

    def _sorted_words(self) -> str:
        session, key = self._screen.session, self._screen.keymap.first_key("sort")
        column, descending = session.sorting
        if session.by_time:
            return "Sorted by time"
        if column == "time":
            return f"Sorted by time, the newest first: {key} sorts the other way"
        heading = HEADINGS[column].lower()
        more = "by time again" if descending else "the other way"
        return f"Sorted by {heading}{', the other way' if descending else ''}: {key} sorts {more}"

    # Columns

    def action_columns(self, names: str = "") -> None:
        """Choose the columns; or show those that are named."""
        screen = self._screen
        if not names:
            from tui.ui.screens.columns_chooser import ColumnsChooser

            chooser = ColumnsChooser(screen.events.wanted, self._settings, self._show)
            screen.app.push_screen(chooser, self._remember)
            return
        fields = []
        for name in names.replace(",", " ").split():
            field = _field(name)
            if field is None:
                known = " ".join(HEADINGS)
                screen.say(f"There is no column {name}; there are {known}", warning=True)
                return
            fields.append(field)
        self._show(tuple(dict.fromkeys(fields)))
        self._remember(None)

    def _show(self, fields: Sequence[str]) -> None:
        self._screen.events.wanted = fields

    def _remember(self, _answer: object) -> None:
        """Keep them for the next time; those of the settings need not be kept."""
        shown = tuple(self._screen.events.wanted)
        if self._memory is not None:
            self._memory.set(*_PLACE, None if shown == self._settings else list(shown))

    # Through time

    def action_hour_back(self) -> None:
        """To the last event that is at least an hour older."""
        self._leap(-_HOUR)

    def action_hour_forward(self) -> None:
        """To the first event that is at least an hour newer."""
        self._leap(_HOUR)

    def action_day_forward(self) -> None:
        """To the first event that is at least a day newer."""
        self._leap(_DAY)

    def action_day_back(self) -> None:
        """To the last event that is at least a day older."""
        self._leap(-_DAY)

    def _leap(self, span: dt.timedelta) -> None:
        """Go to the nearest event at that distance or beyond; a day is one of the zone's clock."""
        screen, times = self._screen, self._screen.times
        event, forward = screen.events.cursor_event, span > dt.timedelta()
        moment = None
        if event is not None and event.time is not None:
            moment = times.moment(event.time)
        if event is None or event.time is None or moment is None:
            words = "There are no events here" if event is None else "This event has no time"
            screen.say(words, warning=True)
            return
        wanted = _moment_after(moment, span)
        position = screen.session.position_near(wanted, forward=forward)
        what = f"{'an hour' if abs(span) == _HOUR else 'a day'} {'newer' if forward else 'older'}"
        if position is None:
            self._to_the_edge(f"No event is {what} or more", forward=forward)
            return
        screen.events.go_to(position)
        if screen.panes.full_detail:
            screen.fill_detail()
        time = screen.session.event(position).time or wanted
        screen.say(f"{times.full(time)}{_gap(abs(time - event.time), abs(span))}")

    def _to_the_edge(self, why: str, *, forward: bool) -> None:
        """Go as far as there are events, and say why not further."""
        screen = self._screen
        edge = screen.session.position_near(_END if forward else -_END, forward=not forward)
        if edge is None or edge == screen.events.cursor:
            screen.say(why, warning=True)
            return
        screen.events.go_to(edge)
        if screen.panes.full_detail:
            screen.fill_detail()
        screen.say(f"{why}: this is the {'newest' if forward else 'oldest'}")


def _moment_after(moment: dt.datetime, span: dt.timedelta) -> int:
    """So much later in µs; after a day the zone's clock says the same. The calendar has ends."""
    try:
        moved = moment + span if abs(span) == _DAY else moment.astimezone(dt.UTC) + span
        return round(moved.timestamp() * _SECOND)
    except (OverflowError, ValueError, OSError):
        return _END if span > dt.timedelta() else -_END


def _gap(distance: int, span: dt.timedelta) -> str:
    """How far it is in truth, where that is much further than what was asked for."""
    if distance * 4 < span // dt.timedelta(microseconds=1) * 5:
        return ""
    hours = round(distance / _SECOND / 3600)
    far = f"{hours} hours" if hours < 72 else f"{round(hours / 24)} days"
    return f" · {far} away: there is nothing in between"


def _field(name: str) -> str | None:
    """The column of a name or of a heading, whatever the case."""
    folded = name.casefold()
    return next((f for f, h in HEADINGS.items() if folded in (f, h.casefold())), None)
