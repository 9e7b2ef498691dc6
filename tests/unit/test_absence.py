"""What a filter asks for that was not recorded is told, and nothing else is."""

from __future__ import annotations

import datetime as dt

import pytest

from tui.core.filters.absence import absence
from tui.core.index.rows import Coverage
from tui.core.query.parser import parse

NOW = dt.datetime(2026, 1, 31, 12, tzinfo=dt.UTC)


def told(text: str, *, reads: int = 5, writes: int = 5, data: int = 0) -> str:
    coverage = Coverage({}, {}, None, None, reads, writes, data, 0, [], 0, 0)
    return absence(parse(text, now=NOW, zone=dt.UTC), lambda: coverage)


@pytest.mark.parametrize(
    "text",
    [
        "event:DeleteObject",
        "event:s3:GetObject who:alice",
        "event:(PutItem CreateTable)",
        "event:*Object",
        "category:Data",
        "object:secret.csv",
        "who:alice or event:Invoke",
    ],
)
def test_data_events_that_were_not_read(text: str) -> None:
    assert told(text).startswith("No data events were read")
    assert told(text, data=1) == ""


@pytest.mark.parametrize("text", ["who:alice", "event:DeleteBucket", "-event:GetObject", "is:read"])
def test_what_was_read_is_not_missed(text: str) -> None:
    assert told(text) == ""


def test_management_events_that_were_not_read() -> None:
    assert "only read" in told("is:read", reads=0)
    assert "only read" in told("event:DescribeInstances", reads=0)
    assert "change something" in told("is:write", writes=0)
    assert told("event:RunInstances", reads=0) == ""


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("time:02:00..03:00", "Newest: 2026-01-14, asked: 2026-01-31"),
        ("who:bob after:2h", "Newest: 2026-01-14, asked: 2026-01-31"),
        ("before:2026-01-01", "Oldest: 2026-01-13, asked: 2026-01-01"),
        (
            "after:2026-01-14T05:00",
            "Newest: 04:30:00Z, asked: 05:00:00Z",
        ),
        ("time:2026-01-14", ""),
        ("who:bob or after:2h", ""),
        ("-after:2h", ""),
    ],
)
def test_a_time_of_which_there_is_no_event(text: str, said: str) -> None:
    first, last = (
        int(dt.datetime(2026, 1, *moment, tzinfo=dt.UTC).timestamp() * 1_000_000)
        for moment in ((13, 22), (14, 4, 30))
    )
    coverage = Coverage({}, {}, first, last, 5, 5, 0, 0, [], 0, 0)
    assert absence(parse(text, now=NOW, zone=dt.UTC), lambda: coverage) == said


def test_another_category() -> None:
    assert told("category:Insight") == "No events of the category Insight were read"
    assert told("category:Management") == ""
