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


def test_another_category() -> None:
    assert told("category:Insight") == "No events of the category Insight were read"
    assert told("category:Management") == ""
