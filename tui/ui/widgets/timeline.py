"""The timeline, large: how many events there are when, how many failed, and a span to choose."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from textual.message import Message

from tui.core.text import cell_width, cut
from tui.ui.widgets.bars import bar_rows
from tui.ui.widgets.sparing import Sparing
from tui.ui.widgets.time_axis import axis_labels, moment_text, span_text

if TYPE_CHECKING:
    from textual import events

    from tui.core.counts.time_scale import Scale
    from tui.core.counts.timeline import Counts
    from tui.core.counts.timeline import Timeline as Source
    from tui.ui.times import TimeDisplay
    from tui.ui.widgets.painted import Line

BARS: Final = 4
"""Lines that are no bars: the title, the axis, its labels, and what is under the mark."""
_LEFT: Final = len("9,999,999 │")
"""Cells to the left of the bars: how many the highest stands for."""
_WIDEST: Final = 8
"""Cells of a bar where there are few of them."""


class Timeline(Sparing, can_focus=True):
    """Bars over time, with a mark that is moved and a span that it draws up."""

    class Moved(Message):
        """The mark stands on another bar. Handler: `on_timeline_moved`."""

    class Chosen(Message):
        """A step of the filter is wanted. Handler: `on_timeline_chosen`."""

        def __init__(self, text: str) -> None:
            super().__init__()
            self.text = text

    class Refused(Message):
        """A key that can do nothing here, and why. Handler: `on_timeline_refused`."""

        def __init__(self, reason: str) -> None:
            super().__init__()
            self.reason = reason

    class Closed(Message):
        """It is to be put away. Handler: `on_timeline_closed`."""

    def __init__(self, times: TimeDisplay, *, id: str | None = None) -> None:  # noqa: A002 (Textual's own name)
        super().__init__(id=id)
        self._times = times
        self._source: Source | None = None
        self._scale: Scale | None = None
        self._counts: Counts | None = None
        self._drawn_for: tuple[object, ...] = ()
        self._width: int | None = None
        self._start: int | None = None
        self._mark: int | None = None
        self._cursor: int | None = None
        self._anchor: tuple[int, int] | None = None

    # What it shows

    def take_in(self, source: Source) -> None:
        """Other events are to be counted, or in another zone."""
        self._source = source
        self._drawn_for = ()
        self.repaint()

    def forget(self) -> None:
        """It is put away: keep nothing of the events, and begin anew the next time."""
        self._source = self._scale = self._counts = self._anchor = self._width = None
        self._drawn_for = ()

    def cursor_at(self, time: int | None, *, led: bool = False) -> None:
        """The list's cursor is on an event of this time; `led`: the mark was moved there."""
        self._cursor = time
        if not led and time is not None:
            self._mark = time
            if self._width is not None and self._scale is not None and not self._scale.holds(time):
                self._centre(self._width)
        self.repaint()

    @property
    def zoomed(self) -> bool:
        """Whether only a part of the time is in view."""
        return self._width is not None

    @property
    def span(self) -> tuple[int, int] | None:
        """From when to when the chosen bars go; without a choice, the one under the mark."""
        mark, anchor = self.mark_span, self._anchor
        if mark is None or anchor is None:
            return mark
        return min(mark[0], anchor[0]), max(mark[1], anchor[1])

    @property
    def mark_span(self) -> tuple[int, int] | None:
        """From when to when the bar under the mark goes."""
        scale = self._counted()
        if scale is None or self._mark is None:
            return None
        at = scale.bucket(self._mark)
        return scale.edges[at], scale.edges[at + 1]

    # Zooming

    def zoom(self, step: int) -> bool:
        """Bars twice as wide (1) or half (-1), or more, around the mark; False: there are none."""
        from tui.core.counts.time_scale import WIDTHS

        scale = self._counted()
        if scale is None or self._source is None or self._source.span is None:
            return False
        if step > 0 and self._width is None:
            return False
        if step > 0:
            others = [width for width in WIDTHS if width >= 2 * scale.width][:1]
        else:
            others = [width for width in WIDTHS if width <= scale.width // 2][-1:]
        if others:
            self._centre(others[0])
            self.repaint()
        return bool(others)

    def _centre(self, width: int) -> None:
        """Show bars of this width around the mark."""
        self._width, self._start = width, None
        self._drawn_for = ()

    # Keys

    def action_bar_left(self) -> None:
        self._move(-1)

    def action_bar_right(self) -> None:
        self._move(1)

    def _move(self, step: int) -> None:
        scale = self._counted()
        if scale is None or self._mark is None or self._source is None:
            self.post_message(self.Refused("There are no events here"))
            return
        at = scale.bucket(self._mark) + step
        if not 0 <= at < scale.buckets:
            time = scale.edges[0] - 1 if at < 0 else scale.edges[-1]
            first, last = self._source.span or (0, 0)
            if self._width is None or not first <= time <= last:
                edge = "first" if at < 0 else "last"
                self.post_message(self.Refused(f"This is the {edge} bar"))
                return
            self._mark = time
            self._centre(self._width)
        else:
            self._mark = scale.edges[at]
        self.repaint()
        self.post_message(self.Moved())

    def action_select_span(self) -> None:
        """Begin a span at the mark, or let it go."""
        if self.mark_span is None:
            self.post_message(self.Refused("There are no events here"))
            return
        self._anchor = self.mark_span if self._anchor is None else None
        self.repaint()

    def action_only_span(self) -> None:
        self._choose("")

    def action_exclude_span(self) -> None:
        self._choose("-")

    def _choose(self, sign: str) -> None:
        span = self.span
        if span is None:
            self.post_message(self.Refused("There are no events here"))
            return
        self._anchor = None
        self._width = None
        start, end = (moment_text(time, self._times.zone) for time in span)
        self.post_message(self.Chosen(f"{sign}time:{start}..{end}"))

    def action_back(self) -> None:
        """Let the span go; without one, close."""
        if self._anchor is not None:
            self._anchor = None
            self.repaint()
        else:
            self.post_message(self.Closed())

    def action_quit(self) -> None:
        """Close: this is the way back to the list."""
        self._anchor = None
        self.post_message(self.Closed())

    def on_click(self, event: events.Click) -> None:
        scale = self._scale
        if scale is None:
            return
        width = self.size.width
        at = (event.x - (width - self._plot(width))) // self._wide(scale, self._plot(width))
        if 0 <= at < scale.buckets:
            self._mark = scale.edges[at]
            self.repaint()
            self.post_message(self.Moved())

    # Drawing

    def place(self) -> None:
        """Another width: as many bars as fit now."""
        self._drawn_for = ()

    def _plot(self, width: int) -> int:
        """Cells that there are for bars, whatever they count."""
        return max(width - _LEFT, 8)

    def _wide(self, scale: Scale, plot: int) -> int:
        """Cells of one bar."""
        return max(min(plot // scale.buckets, _WIDEST), 1)

    def _counted(self) -> Scale | None:
        """The bars as they are drawn next: a key may come before they are."""
        if self.size.width:
            self._count(self._plot(self.size.width))
        return self._scale

    def _count(self, plot: int) -> None:
        """Bring the buckets and what is in them up to date."""
        from tui.core.counts.time_scale import Scale, edges_of, scale_over

        source, zone = self._source, self._times.zone
        key = (source, zone, plot)
        if key == self._drawn_for:
            return
        self._drawn_for = key
        if source is None or source.span is None:
            self._scale = self._counts = None
            return
        first, last = source.span
        width = self._width
        if width is not None and (last - first) // width + 1 < plot:
            width = self._width = None
        mark = self._mark = last if self._mark is None else max(min(self._mark, last), first)
        if width is not None:
            start, reach = self._start, (plot - 2) * width
            if start is None or not start <= mark < start + plot * width:
                start = mark - reach // 2
            start = max(min(start, last - reach), first)
            edges = edges_of(start, start + plot * width - 1, width, zone)
            self._start = edges[0]
            self._scale = Scale(width, edges[: plot + 1])
        else:
            self._scale = scale_over(first, last, plot, zone)
        self._counts = source.counts(self._scale.edges)

    def lines(self, width: int, height: int) -> list[Line]:
        plot = self._plot(width)
        self._count(plot)
        scale, counts = self._scale, self._counts
        if scale is None or counts is None or self._mark is None:
            return [
                self._title(width, ""),
                ((" There are no events with a time here", ("quiet",)),),
            ]
        wide = self._wide(scale, plot)
        bars = max(height - BARS, 2)
        low = 2 if bars >= 5 else 1
        left = width - plot
        lines = [self._title(width, self._sums(scale, counts))]
        lines += _rows(counts.events, bars - low, wide, left, "events", "quiet")
        lines += _rows(counts.errors, low, wide, left, "failed", "failed")
        lines.append(self._axis(scale, wide, left, self._mark))
        labels = axis_labels(scale, wide, self._times.zone)
        lines.append(((" " * left, ("quiet",)), (cut(labels, plot), ("quiet",))))
        lines.append(self._under(width))
        return lines[:height]

    def _title(self, width: int, sums: str) -> Line:
        text = f"── Timeline ─ {sums} " if sums else "── Timeline "
        end = ""
        if self._scale is not None:
            zone = self._times.zone
            days = span_text(self._scale.edges[0], self._scale.edges[-1] - 1, zone)
            end = f" {days} {self._times.zone_name} ──"
            if cell_width(text) + cell_width(end) > width:
                end = ""
        fill = "─" * max(width - cell_width(text) - cell_width(end), 0)
        name = "title-focused" if self.has_focus else "title"
        return ((cut(text + fill + end, width), (name,)),)

    def _sums(self, scale: Scale, counts: Counts) -> str:
        from tui.core.counts.time_scale import width_text

        bar = f"a bar is {width_text(scale.width)}"
        part = " · a part of the time" if self.zoomed else ""
        undated = 0 if self.zoomed or self._source is None else self._source.undated
        more = f", and {undated:,} undated" if undated else ""
        return f"{_events(sum(counts.events), sum(counts.errors))}{more} · {bar}{part}"

    def _axis(self, scale: Scale, wide: int, left: int, mark: int) -> Line:
        cells = ["─"] * (scale.buckets * wide)
        middle = (wide - 1) // 2
        chosen = self.span or (mark, mark + 1)
        first, last = scale.bucket(chosen[0]), scale.bucket(chosen[1] - 1)
        if self._anchor is not None:
            for cell in range(first * wide, (last + 1) * wide - (wide > 2)):
                cells[cell] = "━"
        if self._cursor is not None and scale.holds(self._cursor):
            cells[scale.bucket(self._cursor) * wide + middle] = "◆"
        cells[scale.bucket(mark) * wide + middle] = "▲"
        text = "".join(cells)
        start, end = first * wide, (last + 1) * wide
        return (
            (" " * (left - 1) + "└" + text[:start], ("bar",)),
            (text[start:end], ("key",)),
            (text[end:], ("bar",)),
        )

    def _under(self, width: int) -> Line:
        """What there is in the bar under the mark, or in all that are chosen."""
        span, source = self.span, self._source
        if span is None or source is None:
            return ()
        counts = source.counts(span)
        here = _events(counts.events[0], counts.errors[0])
        what = "Chosen: " if self._anchor is not None else ""
        times = span_text(*span, self._times.zone, clock=True)
        return ((cut(f" {what}{times} · {here}", width - 1), ("text",)),)


def _events(count: int, failed: int) -> str:
    words = "event" if count == 1 else "events"
    return f"{count:,} {words}, {failed:,} failed"


def _rows(counts: list[int], rows: int, wide: int, left: int, name: str, style: str) -> list[Line]:
    """Bars with what the highest one counts beside them."""
    peak = f"{max(counts, default=0):,}"
    labels = [peak, name] if rows > 1 else [name]
    lines: list[Line] = []
    for number, bars in enumerate(bar_rows(counts, rows, wide)):
        label = labels[number] if number < len(labels) else ""
        axis = "┤" if number == 0 and rows > 1 else "│"
        lines.append(((f"{label:>{left - 2}} {axis}", ("quiet",)), (bars, (style,))))
    return lines
