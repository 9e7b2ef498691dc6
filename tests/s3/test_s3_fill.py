"""Filling a line: newest first, everything once, and hardly a request more than keys need."""

from __future__ import annotations

import datetime as dt
import math
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.s3.simulated_bucket import SimulatedBucket, key_at, line_of
from tui.core.trail import DAY, SECOND, label_of
from tui.sources.s3.fill import ENDLESS
from tui.sources.s3.follow import label_bounds
from tui.sources.s3.lines import Track

NOW = dt.datetime(2026, 3, 1, 0, 12, 30, tzinfo=dt.UTC).timestamp()
PAGE = 10


def _track(low: float, high: int = ENDLESS, page: int = PAGE) -> Track:
    bounds = (int(low * SECOND), high)
    return Track(line_of(), bounds, NOW, following=False, page=page)


def _times(names: list[str]) -> list[int]:
    labels = [label_of(name.rpartition("/")[2]) for name in names]
    return [label.time for label in labels if label is not None]


@settings(max_examples=100, deadline=None)
@given(
    spans=st.lists(
        st.tuples(st.floats(0, 23.9), st.floats(0.05, 6), st.integers(1, 120)), max_size=5
    ),
    old=st.integers(0, 40),
)
def test_a_span_costs_two_requests_more_than_its_pages(
    spans: list[tuple[float, float, int]], old: int
) -> None:
    bucket = SimulatedBucket()
    chance = random.Random(len(spans))
    for begin, hours, count in spans:
        for _ in range(count):
            ago = min(23.9, begin + chance.random() * hours)
            bucket.put(key_at(NOW - 3600 * ago, len(bucket.keys)))
    wanted = {f"s3://trail/{key}" for key in bucket.keys}
    for number in range(old):
        bucket.put(key_at(NOW - 86_400 - 600 - 60 * number, number))
    track = _track(NOW - 86_400)
    names = [change.ref.name for change in bucket.serve(track, NOW)]
    assert track.filled
    assert len(names) == len(set(names))
    assert set(names) == wanted
    pages = max(1, math.ceil(len(wanted) / PAGE))
    # Where nothing tells how the names sort, the start of the oldest day is looked at first.
    assert bucket.lists <= 2 + pages


def test_a_busy_line_begins_with_its_newest_files() -> None:
    bucket = SimulatedBucket()
    for number in range(3000):
        bucket.put(key_at(NOW - number * 86_400 / 3000, number))
    track = _track(NOW - 86_400, page=100)
    seen: list[str] = []
    pages: list[list[str]] = []
    while (request := track.next(NOW)) is not None:
        changes = track.take(request, bucket.page(request), NOW)
        pages.append([change.ref.name for change in changes])
        seen += pages[-1]
        times = _times(pages[-1])
        assert times == sorted(times, reverse=True), "newest first inside a page"
    assert len(set(seen)) == len(seen) >= 2990
    first, second = _times(pages[0]), _times(pages[1])
    assert min(first) >= int((NOW - 1800 - 300) * SECOND)
    assert max(second) <= min(first)
    assert bucket.lists <= 2 + 30
    assert min(_times(seen[:250])) >= int((NOW - 3 * 3600) * SECOND), "the newest hours first"
    assert min(_times(seen[:1000])) >= int((NOW - 15 * 3600) * SECOND)


def test_an_empty_line_costs_two_requests() -> None:
    bucket = SimulatedBucket()
    assert bucket.serve(_track(NOW - 86_400), NOW) == []
    assert bucket.lists == 2


def test_labels_are_read_for_a_quarter_of_an_hour_behind_the_window() -> None:
    until = int((NOW - 7200) * SECOND)
    bucket = SimulatedBucket()
    for minutes in range(0, 240, 5):
        bucket.put(key_at(NOW - 60 * minutes, minutes))
    low, high = label_bounds(line_of(), until - DAY // 24, until)
    names = [change.ref.name for change in bucket.serve(_track(low / SECOND, high), NOW)]
    times = _times(names)
    assert min(times) >= low - 60 * SECOND
    assert high - 300 * SECOND <= max(times) < high
    assert len(times) == 15
    insight = line_of()._replace(kind="CloudTrail-Insight")
    assert label_bounds(insight, low, until)[1] == until + DAY // 4


@pytest.mark.parametrize("odd", ["0.json.gz", "zz.json", "111111111111_notes"])
def test_names_that_are_not_aws_s_are_found_in_the_day_that_is_cut(odd: str) -> None:
    bucket = SimulatedBucket()
    above = "AWSLogs/111111111111/CloudTrail/us-east-1/"
    for day in ("2026/02/27", "2026/02/28", "2026/03/01"):
        bucket.put(f"{above}{day}/{odd}")
    for hours in range(20):
        bucket.put(key_at(NOW - 3600 * hours, hours))
    bucket.put(f"{above}2026/02/26/{odd}")
    names = [change.ref.name for change in bucket.serve(_track(NOW - 86_400), NOW)]
    assert len(names) == len(set(names)) == 20 + 2
    assert sum(name.endswith(f"/{odd}") for name in names) == 2, "of the two days of the window"


def test_earlier_days_are_listed_once() -> None:
    bucket = SimulatedBucket()
    for hours in range(100):
        bucket.put(key_at(NOW - 3600 * hours - 60, hours))
    track = _track(NOW - 86_400)
    names = [change.ref.name for change in bucket.serve(track, NOW)]
    for day in (2, 3):
        track.earlier(int((NOW - 86_400 * day) * SECOND), NOW)
        names += [change.ref.name for change in bucket.serve(track, NOW)]
        assert len(names) == len(set(names)) == 24 * day
