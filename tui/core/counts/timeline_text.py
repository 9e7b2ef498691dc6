"""Counts by time as a table: with bars for a terminal, as CSV, as JSON lines. All times are UTC."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from tui.core.counts.time_scale import scale_over, width_text
from tui.core.counts.timeline import Timeline
from tui.core.export import csv_cells, iso_time, json_object
from tui.core.index.batch import UNDATED
from tui.core.rules.flags import Flag
from tui.core.text import pad

if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from numpy.typing import NDArray

    from tui.core.index.index import Index

MOST = 50
"""Buckets: a screenful."""
BAR = 40
"""Columns of the longest bar."""


class Bucket(NamedTuple):
    """A stretch of time and what is in it."""

    since: int | None
    """Microseconds since 1970; None, like `until`, for the events without a time."""
    until: int | None
    events: int
    failed: int


class Buckets(NamedTuple):
    """All stretches, without a gap, those without events too."""

    width: str
    """For a person: `15 min`."""
    buckets: list[Bucket]


def buckets_of(index: Index, rows: NDArray[Any]) -> Buckets:
    """Count these rows, which run from the oldest to the newest; undated ones come first."""
    timeline = Timeline(index, rows)
    found = []
    without = rows[: int(np.searchsorted(index.times[rows], UNDATED, "right"))]
    if len(without):
        found.append(Bucket(None, None, len(without), _failures(index, without)))
    if timeline.span is None:
        return Buckets("", found)
    scale = scale_over(*timeline.span, MOST, dt.UTC)
    counts = timeline.counts(scale.edges)
    stretches = zip(scale.edges, scale.edges[1:], *counts, strict=False)
    return Buckets(width_text(scale.width), found + [Bucket(*each) for each in stretches])


def _failures(index: Index, rows: NDArray[Any]) -> int:
    """As the timeline counts them."""
    deciding = index.flags(rows) & int(Flag.ERROR | Flag.ROUTINE | Flag.THROTTLED)
    return int(np.count_nonzero(deciding == int(Flag.ERROR)))


def lines(found: Buckets) -> Iterable[str]:
    """A line for each bucket, with a bar."""
    most = max((bucket.events for bucket in found.buckets), default=0)
    heading = f"from, {found.width} each" if found.width else "from"
    wide = max(len(heading), 20)
    yield f"{pad(heading, wide)}  {'events':>10}  {'failed':>8}\n"
    for since, _, events, failed in found.buckets:
        when = pad("undated" if since is None else iso_time(since), wide)
        # What is there is seen, however little it is.
        bar = "▇" * -(-events * BAR // max(1, most))
        yield f"{when}  {events:>10,}  {failed:>8,}  {bar}".rstrip() + "\n"


def csv(found: Buckets) -> Iterable[str]:
    """The same as CSV."""
    yield csv_cells(("from", "until", "events", "failed"), show_secrets=True)
    for since, until, events, failed in found.buckets:
        cells = (iso_time(since), iso_time(until), str(events), str(failed))
        yield csv_cells(cells, show_secrets=True)


def json_lines(found: Buckets) -> Iterable[str]:
    """The same as JSON, an object a line; the times of undated events are null."""
    for since, until, events, failed in found.buckets:
        yield json_object(
            {
                "from": iso_time(since) or None,
                "until": iso_time(until) or None,
                "events": events,
                "failed": failed,
            }
        )
