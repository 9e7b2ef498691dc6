"""Counts by time as text: nothing is left out, and everything that is there is seen."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

from tests.unit.test_session import Engine, record
from tui.core.counts import timeline_text
from tui.core.counts.timeline_text import BAR, MOST, Bucket, Buckets, buckets_of


def counted(*records: dict[str, Any]) -> Buckets:
    engine = Engine()
    if records:
        engine.arrive(*records)
    return buckets_of(engine.index, engine.index.order)


def failed(second: int | None, code: str = "AccessDenied") -> dict[str, Any]:
    return record(second, errorCode=code)


START = 1_769_810_400_000_000  # 2026-01-30T22:00:00Z
MINUTE = 60_000_000


def test_every_event_is_in_one_bucket_and_buckets_have_no_gap() -> None:
    found = counted(record(0), failed(30), record(59 * 60), record(None), failed(None))
    assert sum(bucket.events for bucket in found.buckets) == 5
    assert found.buckets[0] == Bucket(None, None, 2, 1)
    dated = found.buckets[1:]
    assert 1 < len(dated) <= MOST
    assert dated[0] == Bucket(START, START + 2 * MINUTE, 2, 1)
    assert [one.until for one in dated[:-1]] == [one.since for one in dated[1:]]
    assert dated[-1].events == 1
    assert found.width == "2 min"


def test_what_found_nothing_is_no_failure() -> None:
    found = counted(failed(0, "NoSuchBucket"), failed(None, "NoSuchBucket"), failed(1))
    assert [bucket.failed for bucket in found.buckets if bucket.events] == [0, 0, 1]


def test_without_a_time_there_is_one_bucket_without_events_none() -> None:
    assert counted(record(None)) == Buckets("", [Bucket(None, None, 1, 0)])
    assert counted() == Buckets("", [])


FOUND = Buckets("1 h", [Bucket(None, None, 1, 0), Bucket(0, 5, 1000, 3), Bucket(5, 9, 0, 0)])


def test_lines_have_bars_and_what_is_there_is_seen() -> None:
    assert "".join(timeline_text.lines(FOUND)).splitlines() == [
        "from, 1 h each            events    failed",
        "undated                        1         0  ▇",
        f"1970-01-01T00:00:00Z       1,000         3  {'▇' * BAR}",
        "1970-01-01T00:00:00.000005Z           0         0",
    ]


def test_csv_and_json_say_the_same() -> None:
    rows = list(csv.DictReader(io.StringIO("".join(timeline_text.csv(FOUND)), newline="")))
    entries = [json.loads(line) for line in timeline_text.json_lines(FOUND)]
    assert [row["events"] for row in rows] == ["1", "1000", "0"]
    assert entries[1] == {
        "from": "1970-01-01T00:00:00Z",
        "until": "1970-01-01T00:00:00.000005Z",
        "events": 1000,
        "failed": 3,
    }
    assert entries[0]["from"] is None
    assert [{key: str(value or ("" if key in ("from", "until") else 0)) for key, value in e.items()}
            for e in entries] == rows  # fmt: skip
