"""The timeline of the main screen: its strip in the status line, the large one, and their keys."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.ui.widgets.bars import strip_line

if TYPE_CHECKING:
    from textual.timer import Timer

    from tui.core.counts.time_scale import Scale
    from tui.core.counts.timeline import Counts, Timeline
    from tui.ui.screens.main import MainScreen
    from tui.ui.widgets.painted import Line

_MANY = 100_000
_LATER = 0.1
"""Rows, and seconds: while there are so many the strip follows what is new a little later."""
REST = 0.1
"""Seconds that the mark rests before the list goes where it is."""


class TimelineKeys:
    """Keeps both in step with the list, and carries out what their keys ask."""

    def __init__(self, screen: MainScreen) -> None:
        self._screen = screen
        self._source: Timeline | None = None
        self._source_for: tuple[object, ...] = ()
        self._strip: tuple[Scale, Counts] | None = None
        self._strip_for: tuple[object, ...] = ()
        self._strip_timer: Timer | None = None
        self._strip_due = False
        self._rest: Timer | None = None
        self._led = -1
        screen.status.strip = self.strip

    def source(self) -> Timeline:
        """What counts the events that the filter leaves."""
        session = self._screen.session
        key = (session.generation, len(session))
        if self._source is None or key != self._source_for:
            from tui.core.counts.timeline import Timeline

            self._source = Timeline(session.index, session.rows)
            self._source_for = key
        return self._source

    # The strip

    def strip(self, cells: int) -> Line:
        """All of the time in so many cells; empty while events are read, and for one moment."""
        screen = self._screen
        if not len(screen.session) or screen.session.progress().loading:
            return ()
        source, zone = self.source(), screen.times.zone
        key = (source, zone, cells)
        if key != self._strip_for and not self._may_wait(key):
            from tui.core.counts.time_scale import scale_over

            self._strip_for, self._strip, self._strip_due = key, None, False
            if source.span is not None:
                scale = scale_over(*source.span, cells - 1, zone)
                if scale.buckets > 1:
                    self._strip = scale, source.counts(scale.edges)
        if self._strip is None:
            return ()
        scale, counts = self._strip
        event = screen.events.cursor_event
        time = None if event is None else event.time
        here = -1 if time is None or not scale.holds(time) else scale.bucket(time)
        return strip_line(counts, here)

    def _may_wait(self, key: tuple[object, ...]) -> bool:
        """Show the strip as it was: to count many rows anew would hold back the rows themselves."""
        known = self._strip is not None and self._strip_for[1:] == key[1:]
        if self._strip_due or not known or len(self._screen.session) < _MANY:
            return False
        if self._strip_timer is None:
            self._strip_timer = self._screen.set_timer(_LATER, self._strip_again)
        return True

    def _strip_again(self) -> None:
        self._strip_timer = None
        self._strip_due = True
        self._screen.status.repaint()

    # In step with the list

    def take_in(self) -> None:
        """Rows or filter are other ones now."""
        screen = self._screen
        if screen.panes.timeline_shown:
            screen.timeline.take_in(self.source())
            self._tell_cursor()

    def cursor_moved(self) -> None:
        """The list's cursor is on another event."""
        if self._screen.panes.timeline_shown:
            self._tell_cursor()
        self._screen.status.repaint()

    def _tell_cursor(self) -> None:
        event = self._screen.events.cursor_event
        led = self._rest is not None or (event is not None and event.row == self._led)
        self._screen.timeline.cursor_at(None if event is None else event.time, led=led)

    def moved(self) -> None:
        """The mark was moved: the list goes there once it rests."""
        if self._rest is not None:
            self._rest.stop()
        self._rest = self._screen.set_timer(REST, self._lead)

    def _lead(self) -> None:
        """Put the list's cursor on the first event from the mark on."""
        self._rest = None
        screen = self._screen
        mark, length = screen.timeline.mark_span, len(screen.session)
        if mark is None or not length:
            return
        event = screen.events.cursor_event
        if event is not None and event.time is not None and mark[0] <= event.time < mark[1]:
            self._led = event.row
            return
        position = min(screen.session.position_at(mark[0]), length - 1)
        self._led = screen.events.row_id(position)
        screen.events.go_to(position)

    def choose(self, text: str) -> bool:
        """Filter by a span; False: the filter would not take it."""
        from tui.core.query.parser import QueryError

        try:
            self._screen.session.push(text)
        except QueryError as error:
            self._screen.say(error.message, warning=True)
            return False
        return True

    # Keys

    def action_timeline(self) -> None:
        """Show it large, or put it away."""
        panes = self._screen.panes
        if panes.timeline_shown:
            self.close()
            return
        self._led = -1
        panes.show_timeline(shown=True)
        self.take_in()

    def close(self) -> None:
        """Put it away."""
        self._screen.panes.show_timeline(shown=False)
        self._screen.timeline.forget()

    def action_zoom_out(self) -> None:
        """More time around the mark; where all is in view, a day more from the sources."""
        screen = self._screen
        if not (screen.panes.timeline_shown and screen.timeline.zoom(1)):
            screen.say(screen.session.earlier())

    def action_zoom_in(self) -> None:
        """Less time around the mark."""
        screen = self._screen
        if not screen.panes.timeline_shown:
            self.action_timeline()
            screen.timeline.zoom(-1)
        elif not screen.timeline.zoom(-1):
            screen.say("A bar gets no narrower", warning=True)
