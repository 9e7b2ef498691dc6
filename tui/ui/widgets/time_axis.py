"""Times in words for the timeline: labels of its axis, a span, a moment for a filter."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import datetime as dt

    from tui.core.counts.time_scale import Scale

_SECOND = 1_000_000
_MINUTE = 60 * _SECOND
_DAY = 86_400 * _SECOND
_YEAR = 52 * 7 * _DAY


def axis_labels(scale: Scale, wide: int, zone: dt.tzinfo) -> str:
    """The line below the bars, each of `wide` cells: as many times as can stand apart."""
    from tui.core.counts.time_scale import WIDTHS, begins, on_clock

    for width in WIDTHS:
        room = width // scale.width * wide
        if width % scale.width == 0 and room >= (10 if width < _MINUTE else 7):
            break
    text = ""
    for number, edge in enumerate(scale.edges[:-1]):
        if begins(edge, width, zone):
            label = _label(on_clock(edge, zone), width)
            at = number * wide
            if at + len(label) <= scale.buckets * wide and at >= len(text) + bool(text):
                text = text.ljust(at) + label
    return text or _label(on_clock(scale.edges[0], zone), scale.width)


def _label(moment: dt.datetime, width: int) -> str:
    if width >= _YEAR:
        return f"{moment.year:04}"
    if not (moment.hour or moment.minute or moment.second):
        return f"{moment:%m-%d}"
    return f"{moment:%H:%M:%S}" if width < _MINUTE else f"{moment:%H:%M}"


def span_text(start: int, end: int, zone: dt.tzinfo, *, clock: bool = False) -> str:
    """From when to when; `clock`: with the time of day."""
    from tui.core.counts.time_scale import on_clock

    one, other = on_clock(start, zone), on_clock(end, zone)
    if not clock:
        first, last = one.date().isoformat(), other.date().isoformat()
        return first if first == last else f"{first} … {last}"
    seconds = ":%S" if (end - start) % _MINUTE or one.second else ""
    written = f"%Y-%m-%d %H:%M{seconds}"
    same = one.date() == other.date()
    return f"{one.strftime(written)} … {other.strftime(f'%H:%M{seconds}' if same else written)}"


def moment_text(time: int, zone: dt.tzinfo) -> str:
    """A moment of whole seconds as the filter takes it in any zone: with Z or what it is ahead."""
    import datetime as dt

    from tui.core.counts.time_scale import on_clock

    moment = on_clock(time, zone)
    ahead = moment.utcoffset() or dt.timedelta()
    if ahead % dt.timedelta(minutes=1):
        moment = on_clock(time, dt.UTC)
    timespec = "seconds" if moment.second else "minutes"
    return moment.isoformat(timespec=timespec).replace("+00:00", "Z")
