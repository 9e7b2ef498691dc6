"""Following a line of a bucket: nothing missed, nothing twice, nothing asked in vain."""

from __future__ import annotations

import datetime as dt
import math

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.s3.simulated_bucket import (
    SimulatedBucket,
    UnorderedBucket,
    WholeBucket,
    key_at,
    line_of,
)
from tui.core.trail import DAY, MINUTE, SECOND, label_of
from tui.sources.base import ChangeKind
from tui.sources.s3.errors import Refusal, Trouble
from tui.sources.s3.fill import ENDLESS
from tui.sources.s3.follow import pause, stamp_of
from tui.sources.s3.lines import Backoff, Track

REGIONS = ("us-east-1", "eu-west-1", "ap-southeast-2")
POLL = 300.0
PAGE = 7


def _seconds(text: str) -> float:
    return dt.datetime.fromisoformat(text).replace(tzinfo=dt.UTC).timestamp()


def _track(region: str, now: float, *, page: int = PAGE, days: int = 1) -> Track:
    low = int(now * SECOND) - days * DAY
    return Track(
        line_of(region=region),
        (low, ENDLESS),
        now,
        following=True,
        poll=POLL,
        page=page,
        chance=lambda: 0.5,
    )


def _label(name: str) -> int:
    label = label_of(name.rpartition("/")[2])
    assert label is not None
    return label.time


_ARRIVALS = st.lists(
    st.tuples(
        st.integers(0, 200),  # minutes after the start at which it is delivered
        # how many times five minutes its label is behind
        st.one_of(st.integers(-1, 8), st.integers(-1, 250)),
        st.integers(0, len(REGIONS) - 1),
    ),
    max_size=60,
)
_STARTS = st.sampled_from(
    [
        "2026-01-31T23:10:07",  # end of a month
        "2025-12-31T22:59:59",  # of a year
        "2024-02-28T23:30:00",  # a leap day comes
        "2026-03-14T00:00:00",
        "2026-03-14T12:34:56",
    ]
)


@settings(max_examples=100, deadline=None)
@given(start=_STARTS, arrivals=_ARRIVALS)
@example(start="2026-03-14T00:00:00", arrivals=[(60, 0, 0), (65, 7, 0)])
@example(start="2025-12-31T22:59:59", arrivals=[(62, 0, 0), (63, 1, 0), (64, 6, 0), (65, 200, 0)])
def test_late_objects_are_reported_once_and_in_time(
    start: str, arrivals: list[tuple[int, int, int]]
) -> None:
    now = _seconds(start)
    bucket = SimulatedBucket()
    tracks = {region: _track(region, now) for region in REGIONS}
    waiting = sorted(
        (now + 60 * minutes, now + 60 * minutes - 300 * behind, REGIONS[region], number)
        for number, (minutes, behind, region) in enumerate(arrivals)
    )
    reported: dict[str, int] = {}
    overdue: dict[str, float] = {}
    first = True
    for _ in range(200 // 5 + 30):
        while waiting and waiting[0][0] <= now:
            delivered, labelled, region, number = waiting.pop(0)
            key = key_at(labelled, number, region=region)
            bucket.put(key)
            overdue[key] = delivered
        for region, track in tracks.items():
            newest = track.cursor.newest
            sweeping = now >= track._sweep_due
            before = bucket.lists
            changes = bucket.serve(track, now)
            names = [change.ref.name.removeprefix("s3://trail/") for change in changes]
            for name in names:
                reported[name] = reported.get(name, 0) + 1
                overdue.pop(name, None)
            if first:
                continue
            behind = now - 86_400 if sweeping else newest / SECOND - 1800
            for key in overdue:
                if f"/{region}/" in key:
                    assert _label(key) < int(behind * SECOND), "seen at the next poll, or sweep"
            low = max(track.cursor.low, int(behind * SECOND)) if newest or sweeping else 0
            keys = sum(f"/{region}/" in key and _label(key) >= low - MINUTE for key in bucket.keys)
            assert bucket.lists - before <= max(1, math.ceil(keys / PAGE))
        first = False
        now += POLL
    assert not waiting
    assert not overdue, "a sweep an hour finds the rest"
    assert set(reported) == set(bucket.keys)
    assert set(reported.values()) <= {1}


@pytest.mark.parametrize("kind", [UnorderedBucket, WholeBucket])
@pytest.mark.parametrize("odd", [False, True])
def test_a_server_with_an_order_of_its_own_loses_nothing(
    kind: type[SimulatedBucket], *, odd: bool
) -> None:
    now = _seconds("2026-01-31T12:00:00")
    bucket, track = kind(), _track("us-east-1", now)
    for number in range(100):
        bucket.put(key_at(now - 1000 * number, number))
    if odd:
        bucket.put(f"{line_of().prefix}2026/01/31/notes.json.gz")
    low = track.cursor.low
    wanted = [key for key in bucket.keys if "notes" in key or _label(key) >= low]
    names = [change.ref.name for change in bucket.serve(track, now)]
    assert track.filled
    assert len(names) == len(set(names))
    assert set(names) == {f"s3://trail/{key}" for key in wanted}
    pages = math.ceil(len(bucket.keys) / PAGE)
    before = bucket.lists
    for turn in range(1, 30):
        late = key_at(now - 3600 * (turn % 20), 1000 + turn)
        bucket.put(late)
        (change,) = bucket.serve(track, now + turn * POLL)
        assert change.ref.name == f"s3://trail/{late}"
    assert bucket.lists - before <= 29 * (pages + 5)


def test_the_more_pages_a_look_has_the_rarer_it_is() -> None:
    now = _seconds("2026-01-31T12:00:00")
    bucket = UnorderedBucket()
    for number in range(100):
        bucket.put(key_at(now - 100 * number, number))
    track = Track(
        line_of(),
        (int(now * SECOND) - DAY, ENDLESS),
        now,
        following=True,
        page=4,
        chance=lambda: 1.0,
    )
    bucket.serve(track, now)
    bucket.serve(track, now + 600)
    when = track.when()
    assert when is not None
    assert when[0] == now + 600 + 24 * 5


def test_a_quiet_line_costs_one_request_a_look() -> None:
    now = _seconds("2026-01-31T12:00:00")
    bucket, track = SimulatedBucket(), _track("us-east-1", now)
    bucket.put(key_at(now - 7200))
    bucket.serve(track, now)
    before = bucket.lists
    for turn in range(1, 11):
        assert bucket.serve(track, now + turn * POLL) == []
    assert bucket.lists - before == 10


def test_a_line_that_has_been_quiet_for_days_reports_nothing_twice() -> None:
    now = _seconds("2026-01-31T12:00:00")
    bucket, track = SimulatedBucket(), _track("us-east-1", now, days=7)
    keys = [key_at(now - 5 * 86_400 - 300 * number, number) for number in range(4)]
    for key in keys:
        bucket.put(key)
    assert len(bucket.serve(track, now)) == 4
    for turn in range(1, 30):
        assert bucket.serve(track, now + turn * 600) == []
    bucket.put(key_at(now - 5 * 86_400 - 400, 9))
    assert len(bucket.serve(track, now + 30 * 600)) == 1
    assert track.cursor.objects == 5


def test_other_content_under_a_known_key_replaces_it() -> None:
    now = _seconds("2026-01-31T12:00:00")
    bucket, track = SimulatedBucket(), _track("us-east-1", now)
    key = key_at(now - 600)
    bucket.put(key, "aaaaaaaaaaaaaaaa")
    [found] = bucket.serve(track, now)
    bucket.put(key, "bbbbbbbbbbbbbbbb")
    [replaced] = bucket.serve(track, now + POLL)
    assert (found.kind, replaced.kind) == (ChangeKind.FOUND, ChangeKind.REPLACED)
    assert found.ref.stamp != replaced.ref.stamp
    assert replaced.ref.etag == "bbbbbbbbbbbbbbbb"


@pytest.mark.parametrize("written", ["000000000000", "999999999999"])
def test_another_account_in_the_names_loses_nothing(written: str) -> None:
    now = _seconds("2026-01-31T12:00:00")
    bucket, track = SimulatedBucket(), _track("us-east-1", now)
    for hours in range(1, 24, 2):
        bucket.put(key_at(now - 3600 * hours, hours, written=written))
    bucket.put(key_at(now - 3600 * 30, written=written))  # outside the window
    first = bucket.serve(track, now)
    assert len({change.ref.name for change in first}) == len(first) == 12
    bucket.put(key_at(now, 77, written=written))
    bucket.put(key_at(now - 1500, 78, written=written))
    assert len(bucket.serve(track, now + POLL)) == 2


def test_a_person_who_asks_sees_what_came_hours_late() -> None:
    now = _seconds("2026-01-31T12:00:00")
    bucket, track = SimulatedBucket(), _track("us-east-1", now)
    bucket.put(key_at(now - 600))
    bucket.serve(track, now)
    bucket.put(key_at(now - 6 * 3600))
    track.hurry()
    assert bucket.serve(track, now + 1) == []
    track.hurry(sweep=True)
    assert len(bucket.serve(track, now + 2)) == 1


def test_a_server_that_asks_for_fewer_requests_is_waited_for_longer() -> None:
    backoff = Backoff(lambda: 0.5)
    for number in range(1, 6):
        backoff.failed(Trouble(Refusal.THROTTLED, "Slow down."), 0.0)
        assert not backoff.lasting, number
    backoff.failed(Trouble(Refusal.THROTTLED, "Slow down."), 0.0)
    assert backoff.lasting


def test_an_odd_name_among_the_usual_ones_is_found_by_the_sweep() -> None:
    now = _seconds("2026-01-31T12:00:00")
    bucket, track = SimulatedBucket(), _track("us-east-1", now)
    bucket.put(key_at(now - 600))
    bucket.serve(track, now)
    odd = "AWSLogs/111111111111/CloudTrail/us-east-1/2026/01/31/0-copied-by-hand.json"
    bucket.put(odd)
    assert bucket.serve(track, now + POLL) == []
    [change] = bucket.serve(track, now + 4000)
    assert change.ref.name == f"s3://trail/{odd}"
    bucket.put(odd.replace("hand", "foot"))
    assert len(bucket.serve(track, now + 4000 + POLL)) == 1, "from now on at every look"


def test_a_label_in_the_future_does_not_move_the_cursor() -> None:
    now = _seconds("2026-01-31T12:00:00")
    bucket, track = SimulatedBucket(), _track("us-east-1", now)
    bucket.put(key_at(now + 86_400 * 400, 1))
    assert len(bucket.serve(track, now)) == 1
    bucket.put(key_at(now, 2))
    assert len(bucket.serve(track, now + POLL)) == 1


def test_what_is_busy_is_looked_at_often() -> None:
    now = 1_800_000_000.0
    assert pause(int((now - 300) * SECOND), now) == 20
    assert pause(int((now - 1800) * SECOND), now) == 90
    assert pause(0, now) == 300
    assert pause(int(now * SECOND), now, 1000) == 100, "ten requests a second are enough"


def test_a_stamp_differs_with_the_etag() -> None:
    assert stamp_of("0123456789abcdef") != stamp_of("1123456789abcdef")
    assert stamp_of("") == stamp_of("")
    assert stamp_of("not-hex") != stamp_of("not-hey")
    assert stamp_of("d41d8cd98f00b204e9800998ecf8427e-12") > 0
