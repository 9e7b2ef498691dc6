"""Stretches of time of a nice length, one beside the other, on the clock of a zone."""

from __future__ import annotations

import datetime as dt
from bisect import bisect_right
from typing import Final, NamedTuple

from tui.core.trail import DAY, HOUR, MINUTE, SECOND
from tui.core.when import microseconds

_WEEK: Final = 7 * DAY
WIDTHS: Final = (
    *(count * SECOND for count in (1, 2, 5, 10, 15, 20, 30)),
    *(count * MINUTE for count in (1, 2, 5, 10, 15, 20, 30)),
    *(count * HOUR for count in (1, 2, 3, 4, 6, 8, 12)),
    *(count * DAY for count in (1, 2)),
    *(count * _WEEK for count in (1, 2, 4, 13, 26, 52, 520, 5200, 52_000, 520_000)),
)
"""How long a bucket may be, in microseconds: one second up to longer than the calendar."""

_MONDAY: Final = 3 * DAY
"""1970-01-01 was a Thursday: weeks begin this much earlier."""
_EPOCH: Final = dt.datetime(1970, 1, 1)  # noqa: DTZ001 - the clock of whatever zone
_EPOCH_UTC: Final = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_UNITS: Final = (
    (_WEEK, "week"),
    (DAY, "day"),
    (HOUR, "h"),
    (MINUTE, "min"),
    (SECOND, "s"),
)


class Scale(NamedTuple):
    """Buckets side by side; `edges` has one more than there are buckets, and rises."""

    width: int
    """Of each, in microseconds; on a day when the clock is put forward or back one differs."""
    edges: tuple[int, ...]

    @property
    def buckets(self) -> int:
        """How many there are."""
        return len(self.edges) - 1

    def bucket(self, time: int) -> int:
        """The number of the bucket that holds a time, or of the nearest."""
        return min(max(bisect_right(self.edges, time) - 1, 0), self.buckets - 1)

    def holds(self, time: int) -> bool:
        """Whether a time lies in any of them."""
        return self.edges[0] <= time < self.edges[-1]


def scale_over(first: int, last: int, most: int, zone: dt.tzinfo) -> Scale:
    """The narrowest buckets of a nice width that hold both times and are at most `most`."""
    for width in WIDTHS:
        if (last - first) // width < most:
            edges = edges_of(first, last, width, zone)
            if len(edges) - 1 <= most:
                return Scale(width, edges)
    # Only an edge between the two can have led here: the calendar is shorter than the widest.
    edges = edges_of(first, last, WIDTHS[-1], zone)
    return Scale(WIDTHS[-1], (edges[0], edges[-1]))


def edges_of(first: int, last: int, width: int, zone: dt.tzinfo) -> tuple[int, ...]:
    """The edges of buckets of this width from the one that holds `first` to that of `last`.

    Up to an hour they are equally long and begin on the zone's hours; longer ones begin where
    its clock says so: at midnight, at noon, on Mondays. What the clock skips or repeats makes
    one bucket shorter or longer.
    """
    local = first + _offset(first, zone)
    if width <= HOUR:
        start = first - local % width
        return tuple(range(start, last + width + 1, width))
    origin = -_MONDAY if width % _WEEK == 0 else 0
    clock = local - (local - origin) % width
    start = _moment(clock, zone)
    found = {start}
    # A clock that was put forward over an edge can name a time behind `first` for it.
    while start > first:
        clock -= width
        start = _moment(clock, zone)
        found.add(start)
    end = start
    while end <= last:
        clock += width
        end = _moment(clock, zone)
        found.add(end)
    return tuple(sorted(found))


def on_clock(time: int, zone: dt.tzinfo) -> dt.datetime:
    """What the zone's clock shows, as far as the calendar goes."""
    try:
        return (_EPOCH_UTC + dt.timedelta(microseconds=time)).astimezone(zone)
    except (OverflowError, ValueError):
        year, month, day = (1, 1, 1) if time < 0 else (9999, 12, 31)
        return dt.datetime(year, month, day, tzinfo=zone)


def begins(time: int, width: int, zone: dt.tzinfo) -> bool:
    """Whether a time is one at which a bucket of this width begins on the zone's clock."""
    local = time + _offset(time, zone)
    return (local + (_MONDAY if width % _WEEK == 0 else 0)) % width == 0


def width_text(width: int) -> str:
    """A width for a person: `15 min`, `1 h`, `2 days`, `4 weeks`."""
    for unit, name in _UNITS:
        if width % unit == 0:
            count = width // unit
            return f"{count:,} {name}{'s' if unit >= DAY and count > 1 else ''}"
    return f"{width:,} µs"


def _offset(time: int, zone: dt.tzinfo) -> int:
    """What the zone's clock is ahead of UTC at a time."""
    try:
        ahead = (_EPOCH_UTC + dt.timedelta(microseconds=time)).astimezone(zone).utcoffset()
    except (OverflowError, ValueError):
        return 0
    return (ahead or dt.timedelta()) // dt.timedelta(microseconds=1)


def _moment(clock: int, zone: dt.tzinfo) -> int:
    """When the zone's clock shows this; the first time of two."""
    try:
        return microseconds((_EPOCH + dt.timedelta(microseconds=clock)).replace(tzinfo=zone))
    except (OverflowError, ValueError):
        return clock
