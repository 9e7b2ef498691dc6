"""Counts by time, against a loop over all events and against the clock of the zone."""

from __future__ import annotations

import datetime as dt
import json
from typing import TYPE_CHECKING, Any, cast
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.unit.made import record
from tui.core.counts.time_scale import (
    WIDTHS,
    Scale,
    begins,
    edges_of,
    on_clock,
    scale_over,
    width_text,
)
from tui.core.counts.timeline import Timeline
from tui.core.index.batch import UNDATED
from tui.core.index.index import Index
from tui.core.rules.flags import Flag
from tui.core.trail import DAY, HOUR, MINUTE, SECOND
from tui.core.when import EARLIEST, LATEST, microseconds
from tui.ingest.content.loose import loose_record
from tui.ingest.encoding.encode import Encoder

if TYPE_CHECKING:
    from collections.abc import Sequence


ZONES = (
    "UTC",
    "Europe/Berlin",
    "America/Sao_Paulo",  # its days began at one in the morning
    "Australia/Lord_Howe",  # half an hour of summer time
    "Asia/Kathmandu",  # 5:45 ahead
    "Pacific/Apia",  # skipped a whole day in 2011
    "Africa/Monrovia",  # 44 minutes behind until 1972
    "America/Toronto",  # put forward over midnight in 1919
)


def at(text: str, zone: str = "UTC") -> int:
    return microseconds(dt.datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)))


def texts(scale: Scale, zone: str) -> list[str]:
    return [f"{on_clock(edge, ZoneInfo(zone)):%d %H:%M}" for edge in scale.edges]


TIMES = st.one_of(
    st.integers(EARLIEST, LATEST - 1),
    st.integers(at("2024-01-01T00:00:00"), at("2026-12-31T00:00:00")),
    # Around clocks that are put forward and back.
    *(
        st.integers(base, base + 60 * HOUR)
        for base in (
            at("2026-03-28T00:00:00"),
            at("2026-10-24T00:00:00"),
            at("2011-12-29T00:00:00"),
            at("2018-11-03T00:00:00"),
            at("1919-03-30T00:00:00"),
            at("2026-04-04T00:00:00"),
        )
    ),
)


@settings(max_examples=300, deadline=None)
@given(TIMES, TIMES, st.integers(1, 130), st.sampled_from(ZONES))
@example(EARLIEST, LATEST - 1, 1, "Pacific/Apia")
@example(at("1919-03-31T04:35:00"), at("1919-04-02T00:00:00"), 8, "America/Toronto")
def test_a_scale_holds_its_span_in_as_few_buckets_as_are_asked(
    one: int, other: int, most: int, zone: str
) -> None:
    first, last = sorted((one, other))
    scale = scale_over(first, last, most, ZoneInfo(zone))
    assert 1 <= scale.buckets <= most
    assert list(scale.edges) == sorted(set(scale.edges))
    assert scale.edges[0] <= first < scale.edges[1]
    assert scale.edges[-2] <= last < scale.edges[-1]
    assert scale.bucket(first) == 0
    assert scale.bucket(last) == scale.buckets - 1
    if scale.width in WIDTHS[1:]:
        # The next narrower would not do, but for an hour that the clock skips.
        narrower = WIDTHS[WIDTHS.index(scale.width) - 1]
        assert (last - first + 26 * HOUR) // narrower + 1 >= most


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("width", [HOUR, 2 * HOUR, 6 * HOUR, 12 * HOUR, DAY, 2 * DAY, 7 * DAY])
def test_edges_stand_on_the_zones_clock(zone: str, width: int) -> None:
    where = ZoneInfo(zone)
    edges = edges_of(at("2026-03-20T01:00:00"), at("2026-04-09T05:00:00"), width, where)
    for edge in edges:
        moment = on_clock(edge, where)
        if zone != "Australia/Lord_Howe" or width > HOUR:
            assert moment.minute == 0
        if (zone, width, moment.day) == ("Europe/Berlin", 2 * HOUR, 29) and moment.hour == 3:
            continue  # two o'clock is skipped
        assert (moment.hour * HOUR) % min(width, DAY) == 0
        if zone != "Australia/Lord_Howe" or width > HOUR:
            assert begins(edge, width, where)
        if width == 7 * DAY:
            assert moment.weekday() == 0


def test_days_on_which_the_clock_is_changed_are_longer_and_shorter() -> None:
    zone = "Europe/Berlin"
    for month, day, hours in ((3, 29, 23), (10, 25, 25), (1, 31, 24)):
        noon = at(f"2026-{month:02}-{day:02}T12:00:00", zone)
        start, end = edges_of(noon, noon, DAY, ZoneInfo(zone))
        assert end - start == hours * HOUR
        # Hours are hours, whatever the clock does.
        hourly = edges_of(start, end - 1, HOUR, ZoneInfo(zone))
        assert len(hourly) - 1 == hours
    apart = scale_over(
        at("2026-03-29T00:30:00", zone), at("2026-03-29T23:30:00", zone), 5, ZoneInfo(zone)
    )
    assert texts(apart, zone) == ["29 00:00", "29 06:00", "29 12:00", "29 18:00", "30 00:00"]
    assert np.diff(apart.edges).tolist() == [5 * HOUR, 6 * HOUR, 6 * HOUR, 6 * HOUR]


def test_midnights_that_the_clock_skips() -> None:
    # Samoa had no 30 December 2011, Sao Paulo no midnight on 4 November 2018.
    zone = "Pacific/Apia"
    edges = edges_of(
        at("2011-12-29T12:00:00", zone), at("2011-12-31T12:00:00", zone), DAY, ZoneInfo(zone)
    )
    assert [f"{on_clock(edge, ZoneInfo(zone)):%d}" for edge in edges] == ["29", "31", "01"]
    zone = "America/Sao_Paulo"
    edges = edges_of(
        at("2018-11-03T12:00:00", zone), at("2018-11-04T12:00:00", zone), DAY, ZoneInfo(zone)
    )
    assert [f"{on_clock(edge, ZoneInfo(zone)):%d %H}" for edge in edges] == [
        "03 00",
        "04 01",
        "05 00",
    ]


def test_widths_have_names() -> None:
    assert [width_text(width) for width in (SECOND, 30 * SECOND, 15 * MINUTE, HOUR, 12 * HOUR)] == [
        "1 s",
        "30 s",
        "15 min",
        "1 h",
        "12 h",
    ]
    assert [width_text(width * DAY) for width in (1, 2, 7, 28, 3640)] == [
        "1 day",
        "2 days",
        "1 week",
        "4 weeks",
        "520 weeks",
    ]


class Made:
    """What a timeline asks of an index."""

    def __init__(self, times: Sequence[int], flags: Sequence[int]) -> None:
        self.times = np.array(times, np.int64)
        self._flags = np.array(flags, np.uint32)
        self.order = np.argsort(self.times, kind="stable").astype(np.uint32)

    @property
    def size(self) -> int:
        return len(self.times)

    def flags(self, rows: Any) -> Any:
        return self._flags[rows]

    def raw(self) -> tuple[Any, None]:
        return self._flags, None


FLAGS = st.sampled_from(
    [
        0,
        int(Flag.WRITE),
        int(Flag.ERROR),
        int(Flag.ERROR | Flag.DENIED | Flag.WRITE),
        int(Flag.ERROR | Flag.ROUTINE),
        int(Flag.ERROR | Flag.THROTTLED),
    ]
)


@settings(max_examples=200, deadline=None)
@given(
    st.lists(st.tuples(st.one_of(TIMES, st.just(UNDATED)), FLAGS, st.booleans()), max_size=60),
    st.integers(1, 40),
    st.sampled_from(ZONES),
)
def test_counts_are_those_of_a_loop(
    made: list[tuple[int, int, bool]], most: int, zone: str
) -> None:
    index = Made([time for time, _, _ in made], [flags for _, flags, _ in made])
    left = np.array([each for _, _, each in made], np.bool_)
    rows = index.order[left[index.order]] if made else index.order
    timeline = Timeline(cast("Index", index), rows)
    kept = [(time, flags) for time, flags, each in made if each and time != UNDATED]
    if not kept:
        assert timeline.span is None
        return
    times = [time for time, _ in kept]
    assert timeline.span == (min(times), max(times))
    scale = scale_over(*timeline.span, most, ZoneInfo(zone))
    counts = timeline.counts(scale.edges)
    for number in range(scale.buckets):
        start, end = scale.edges[number : number + 2]
        inside = [flags for time, flags in kept if start <= time < end]
        assert counts.events[number] == len(inside)
        assert counts.errors[number] == sum(
            bool(flags & Flag.ERROR) and not flags & (Flag.ROUTINE | Flag.THROTTLED)
            for flags in inside
        )
    assert sum(counts.events) == len(kept)


def index_of(*records: dict[str, Any]) -> Index:
    index, encoder = Index(), Encoder()
    encoder.add([loose_record(json.dumps(each).encode()) for each in records], 0)
    batch, _ = encoder.take()
    index.add(batch, index.vocabulary(), [0])
    return index


def test_records_are_counted_as_the_list_shows_them() -> None:
    index = index_of(
        record(0, eventTime="redacted"),
        record(0),
        record(30, errorCode="AccessDenied"),
        record(61, eventName="GetBucketPolicy", errorCode="NoSuchBucketPolicy"),
        record(62, eventName="PutBucketPolicy", errorCode="MalformedPolicy", readOnly=False),
        record(3 * 60, errorCode="ThrottlingException"),
    )
    timeline = Timeline(index, index.order)
    assert timeline.span is not None
    first, last = timeline.span
    assert last - first == 3 * MINUTE
    scale = scale_over(first, last, 5, dt.UTC)
    assert scale.width == MINUTE
    assert timeline.counts(scale.edges) == ([2, 2, 0, 1], [1, 1, 0, 0])


def test_nothing_and_what_has_no_time_have_no_span() -> None:
    assert Timeline(Index(), Index().order).span is None
    index = index_of(record(0, eventTime=None))
    timeline = Timeline(index, index.order)
    assert timeline.span is None
    assert timeline.counts([0, DAY]) == ([0], [0])
