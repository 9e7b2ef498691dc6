"""Times as people type them, and as records hold them."""

from __future__ import annotations

import datetime as dt
import zoneinfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.core import when
from tui.core.trail import DAY, HOUR, MINUTE, SECOND

NOW = dt.datetime(2026, 1, 31, 15, 30, 20, 500_000, tzinfo=dt.UTC)
BERLIN = zoneinfo.ZoneInfo("Europe/Berlin")


def us(*parts: int, zone: dt.tzinfo = dt.UTC) -> int:
    return when.microseconds(dt.datetime(*parts, tzinfo=zone))  # type: ignore[arg-type, misc]


def parse(text: str, zone: dt.tzinfo = dt.UTC) -> when.When:
    return when.parse_when(text, now=NOW, zone=zone)


@pytest.mark.parametrize(
    ("text", "back"),
    [
        ("45s", 45 * SECOND),
        ("90m", 90 * MINUTE),
        ("90 min", 90 * MINUTE),
        ("2h", 2 * HOUR),
        ("2h ago", 2 * HOUR),
        ("2 Hours Ago", 2 * HOUR),
        ("-2h", 2 * HOUR),
        ("1h30m", 90 * MINUTE),
        ("1d 2h", 26 * HOUR),
        ("3d", 3 * DAY),
        ("1w", 7 * DAY),
        ("now", 0),
    ],
)
def test_spans_count_back_from_now(text: str, back: int) -> None:
    start = when.microseconds(NOW) - back
    assert parse(text) == (start, start, False)


@pytest.mark.parametrize(
    ("text", "start", "length"),
    [
        ("2026-01-31", us(2026, 1, 31), DAY),
        ("20260131", us(2026, 1, 31), DAY),
        ("2026-02", us(2026, 2, 1), 28 * DAY),
        ("2026-12", us(2026, 12, 1), 31 * DAY),
        ("today", us(2026, 1, 31), DAY),
        ("Yesterday", us(2026, 1, 30), DAY),
        ("14:30", us(2026, 1, 31, 14, 30), MINUTE),
        ("14:30:05", us(2026, 1, 31, 14, 30, 5), SECOND),
        ("14:30Z", us(2026, 1, 31, 14, 30), MINUTE),
        ("2026-01-31T12", us(2026, 1, 31, 12), HOUR),
        ("2026-01-31T12:00", us(2026, 1, 31, 12), MINUTE),
        ("2026-01-31 12:00", us(2026, 1, 31, 12), MINUTE),
        ("2026-01-31 12:00 UTC", us(2026, 1, 31, 12), MINUTE),
        ("2026-01-31T12:00:07Z", us(2026, 1, 31, 12, 0, 7), SECOND),
        ("2026-01-31t12:00:07z", us(2026, 1, 31, 12, 0, 7), SECOND),
        ("2026-01-31T12:00:07.25Z", us(2026, 1, 31, 12, 0, 7, 250_000), SECOND // 100),
        ("2026-01-31T12:00:07.123456789Z", us(2026, 1, 31, 12, 0, 7, 123_456), 1),
        ("2026-01-31T12:00+02:00", us(2026, 1, 31, 10), MINUTE),
        ("2026-01-31T12:00 -0530", us(2026, 1, 31, 17, 30), MINUTE),
        ("20260131T1205Z", us(2026, 1, 31, 12, 5), MINUTE),
        ("1769860800", us(2026, 1, 31, 12), SECOND),
        ("1769860800250", us(2026, 1, 31, 12, 0, 0, 250_000), 1000),
    ],
)
def test_a_time_is_as_long_as_what_it_leaves_open(text: str, start: int, length: int) -> None:
    assert parse(text)[:2] == (start, start + length)


def test_without_a_zone_the_given_one_holds() -> None:
    assert parse("14:30", BERLIN).start == us(2026, 1, 31, 13, 30)
    assert parse("2026-07-01", BERLIN).start == us(2026, 6, 30, 22)
    assert parse("2026-07-01T12:00Z", BERLIN).start == us(2026, 7, 1, 12)


def test_today_is_a_day_of_the_zone() -> None:
    late = dt.datetime(2026, 1, 31, 23, 30, tzinfo=dt.UTC)
    today = when.parse_when("today", now=late, zone=BERLIN)
    assert today.start == us(2026, 1, 31, 23)


def test_a_day_of_the_clock_change_has_23_hours() -> None:
    start, end, _ = parse("2026-03-29", BERLIN)
    assert end - start == 23 * HOUR


def test_until_includes_a_date_and_ends_where_a_time_of_day_begins() -> None:
    assert when.until_value("2026-01-31", now=NOW, zone=dt.UTC) == us(2026, 2, 1)
    assert when.until_value("2026-01-31T12:00", now=NOW, zone=dt.UTC) == us(2026, 1, 31, 12)
    assert when.until_value("2h", now=NOW, zone=dt.UTC) == when.microseconds(NOW) - 2 * HOUR
    assert when.since_value("2026-01-31", now=NOW, zone=dt.UTC) == us(2026, 1, 31)


@pytest.mark.parametrize(
    "text",
    [
        *("", "x", "25:00", "12:60", "2026-13-01", "2026-02-30", "0000-01-01", "2026", "12"),
        *(
            "2h foo",
            "ago",
            "- ago",
            "2x",
            "999999999w",
            "2026-01-31T12:00+99:00x",
            "²h",
            "\u0661\u0662:\u0660\u0660",
        ),
        *("2026-01-31T", "0001-01-01T00:00+23:00", "2026-01-31T25:00", "[red]", "1769860800.5.5"),
    ],
)
def test_anything_else_is_an_error_that_says_what_is_accepted(text: str) -> None:
    with pytest.raises(when.WhenError, match="is not a time: write 2h, 14:30"):
        parse(text)


def test_a_long_text_is_cut_in_the_error() -> None:
    with pytest.raises(when.WhenError) as caught:
        parse("x" * 10_000)
    assert len(str(caught.value)) < 250


@given(st.text(max_size=30))
def test_any_text_is_a_time_or_a_when_error(text: str) -> None:
    try:
        start, end, _ = parse(text)
    except when.WhenError:
        return
    assert when.EARLIEST <= start <= end <= when.LATEST


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("2026-01-31T12:00:00Z", us(2026, 1, 31, 12)),
        ("2026-01-31 12:00:00Z", us(2026, 1, 31, 12)),
        ("2026-01-31 12:00:00", us(2026, 1, 31, 12)),
        ("2026-01-31T12:00:00", us(2026, 1, 31, 12)),
        (" 2026-01-31T12:00:00Z\n", us(2026, 1, 31, 12)),
        ("2026-01-31T12:00:00.5Z", us(2026, 1, 31, 12, 0, 0, 500_000)),
        ("2026-01-31T12:00:00.123456789Z", us(2026, 1, 31, 12, 0, 0, 123_456)),
        ("2026-01-31T12:00:00.000+01:00", us(2026, 1, 31, 11)),
        ("2026-01-31T12:00:00-0130", us(2026, 1, 31, 13, 30)),
        ("2026-01-31 12:00:00 +00:00", us(2026, 1, 31, 12)),
        ("2026-01-31 12:00:00.000 UTC", us(2026, 1, 31, 12)),
        ("2016-12-31T23:59:60Z", us(2017, 1, 1)),
        ("2016-12-31T23:59:60+00:00", us(2017, 1, 1)),
        ("1969-12-31T23:59:59Z", -SECOND),
        ("1769860800", us(2026, 1, 31, 12)),
        ("1769860800.25", us(2026, 1, 31, 12, 0, 0, 250_000)),
        ("1769860800250", us(2026, 1, 31, 12, 0, 0, 250_000)),
        (1769860800, us(2026, 1, 31, 12)),
        (1769860800.25, us(2026, 1, 31, 12, 0, 0, 250_000)),
        (1769860800250, us(2026, 1, 31, 12, 0, 0, 250_000)),
    ],
)
def test_every_form_of_event_time_is_dated(value: object, expected: int) -> None:
    assert when.event_time(value) == expected


@pytest.mark.parametrize(
    "value",
    [
        *(None, "", "timestamp", "redacted", "2026-02-30T12:00:00Z", "0000-01-01T00:00:00Z"),
        *("2026-01-31T25:00:00Z", "9999-12-31T23:59:59-12:00", "x" * 10_000, "1" * 400, "2026"),
        *(True, 0, -1, 5, 10**400, float("nan"), float("inf"), 1e300, 1769860800123456789),
        *([], {}, b"2026-01-31T12:00:00Z", object(), "\uff12026-01-31T12:00:00Z", "\ud800" * 20),
    ],
)
def test_what_remains_is_undated(value: object) -> None:
    assert when.event_time(value) is None


@given(st.datetimes(timezones=st.timezones()))
def test_event_time_reads_what_isoformat_writes(moment: dt.datetime) -> None:
    offset = moment.utcoffset()
    assert offset is not None
    if offset.seconds % 60 == 0:
        micros = when.microseconds(moment)
        expected = micros if when.EARLIEST <= micros < when.LATEST else None
        assert when.event_time(moment.isoformat()) == expected


@given(st.one_of(st.text(), st.integers(), st.floats(), st.binary(), st.lists(st.none())))
def test_event_time_never_raises(value: object) -> None:
    time = when.event_time(value)
    assert time is None or when.EARLIEST <= time < when.LATEST
