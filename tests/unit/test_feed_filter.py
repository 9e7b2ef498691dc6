"""What is printed passes the filter, as on the screen: words, paths, new events; counted too."""

from __future__ import annotations

import datetime as dt
import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests.unit.made import delivery, raw, raws, write
from tui.core.counts.tops import Top
from tui.core.query import parser as query
from tui.core.query.nodes import Field, Path, Present
from tui.headless import Output, Printer
from tui.ingest.feed import PipelineFeed, texts_at
from tui.ingest.pipeline import Pipeline
from tui.sources.local import LocalSource
from tui.ui.session.session import Session

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path as File

    from tui.core.query.nodes import Node

NOW = dt.datetime(2026, 3, 4, 6, tzinfo=dt.UTC)
FILTERS = [
    "",
    "is:denied",
    "-is:denied service:s3",
    "requestParameters.tags.key:b",
    "text:needle",
    "-text:needle",
    "requestParameters.tags.key:a or text:needle or is:denied",
    "who:nobody",
    "time:05:00:03..05:00:06",
]


def parsed(text: str) -> list[Node]:
    return [query.parse(text, now=NOW, zone=dt.UTC)] if text else []


def record(number: int) -> bytes:
    more: dict[str, object] = {}
    if number % 3 == 0:
        more["errorCode"] = "AccessDenied"
    tags = [{"key": "ab"[number % 2]}, *([{"key": "b"}] if number % 5 == 0 else [])]
    more["requestParameters"] = {"bucketName": f"b{number}", "tags": tags}
    if number in (4, 7):
        more["responseElements"] = {"deep": [{"er": "a %4Eeedle"}]}
    return raw(number, **more)


@pytest.fixture(scope="module")
def pipeline(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pipeline]:
    folder = tmp_path_factory.mktemp("trail")
    write(folder / "a.json", delivery(record(number) for number in (0, 2, 4, 6, 8)))
    write(folder / "b.json.gz", delivery(record(n) for n in (1, 3, 5, 7, 9)), packed=True)
    pipeline = Pipeline([LocalSource([str(folder)])], follow=False, at_once=True)
    pipeline.start()
    try:
        yield pipeline
    finally:
        pipeline.close()


@pytest.mark.parametrize("text", FILTERS)
def test_what_is_printed_is_what_the_screen_shows(pipeline: Pipeline, text: str) -> None:
    feed = PipelineFeed(pipeline, parsed(text))
    (batch,) = feed.batches()
    session = Session(pipeline)
    session.zone = dt.UTC
    for node in parsed(text):
        session.change(session.steps.push(session.step(text)._replace(node=node)))
    session.refresh()
    while session.search_progress() is not None:
        pipeline.pump(0.5)
        session.refresh()
    assert list(batch) == session.rows.tolist()
    assert (feed.unread(), feed.trouble()) == (0, "")
    if text == "text:needle":
        assert [event.time for event in feed.rows(batch)] == [
            1_772_600_404_000_000,
            1_772_600_407_000_000,
        ]


def test_several_steps_must_all_be_passed(pipeline: Pipeline) -> None:
    nodes = [*parsed("requestParameters.tags.key:b"), *parsed("is:denied")]
    (batch,) = PipelineFeed(pipeline, nodes).batches()
    assert len(batch) == 3


def test_a_long_list_of_texts_is_answered(pipeline: Pipeline) -> None:
    texts = " ".join(f"other{number}" for number in range(40))
    (batch,) = PipelineFeed(pipeline, parsed(f"text:(needle {texts})")).batches()
    assert len(batch) == 2


def test_paths_and_fields_are_counted_over_what_is_left(pipeline: Pipeline) -> None:
    feed = PipelineFeed(pipeline, parsed("is:denied"))
    (batch,) = feed.batches()
    keys = ("requestParameters", "tags", "key")
    found = feed.tops(batch, "tags.key", Path(keys, (Present(),)), show_secrets=False)
    assert (found.total, found.values) == (4, [Top("b", 3), Top("a", 2)])
    found = feed.tops(batch, "result", Field("result", (Present(),)), show_secrets=False)
    assert found.values == [Top("denied", 4)]
    assert sum(bucket.events for bucket in feed.timeline(batch).buckets) == 4


def test_texts_at_a_path_are_those_that_the_language_reads() -> None:
    raws = b'{"a":[{"b":1.50},{"b":true},{"b":null},{"b":""}]}'
    assert texts_at(raws, ("a", "b"), show_secrets=False) == ["1.5", "true"]
    assert texts_at(b"[" * 5000, ("a",), show_secrets=False) == []


def test_a_secret_at_a_path_is_masked_by_its_name_also_in_embedded_json() -> None:
    raws = (
        b'{"a":{"password":"hunter two","policy":"{\\"secretString\\":\\"open sesame\\"}"}}',
        b'{"a":{"masterUserPassword":"hunter two","policy":{"secretString":"open sesame"}}}',
    )
    for keys in (("a", "password"), ("a", "masterUserPassword"), ("a", "policy", "secretString")):
        hidden = [text for one in raws for text in texts_at(one, keys, show_secrets=False)]
        shown = [text for one in raws for text in texts_at(one, keys, show_secrets=True)]
        assert set(hidden) == {"••••"}
        assert set(shown) <= {"hunter two", "open sesame"}
        assert len(shown) == len(hidden) > 0


def test_new_events_are_filtered_as_they_come(tmp_path: File) -> None:
    write(tmp_path / "a.json", delivery(raws(3)))
    pipeline = Pipeline([LocalSource([str(tmp_path)])], follow=True, at_once=True)
    pipeline.start()
    try:
        feed = PipelineFeed(pipeline, parsed("requestParameters.bucketName:*-2?"))
        batches = feed.batches()
        assert len(next(batches)) == 0
        write(tmp_path / "b.json", delivery([raw(20), raw(30), raw(21)]))
        batch = next(batches)
        assert [event.target for event in feed.rows(batch)] == ["bücket-20", "bücket-21"]
    finally:
        pipeline.close()


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "tui", *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=60)


def test_events_whose_file_went_away_are_counted_as_lost(tmp_path: File) -> None:
    gone = write(tmp_path / "a.json", delivery(record(number) for number in range(3)))
    write(tmp_path / "b.json", delivery(record(number) for number in range(3, 8)))
    pipeline = Pipeline([LocalSource([str(tmp_path)])], follow=False, at_once=True)
    pipeline.start()
    try:
        feed = PipelineFeed(pipeline)
        printer = Printer(feed, Output(os.open(os.devnull, os.O_WRONLY)), show_secrets=False,
                          accounts={})  # fmt: skip
        next(feed.batches())
        gone.unlink()
        keys = ("requestParameters", "tags", "key")
        printer.run_top("lines", "tags.key", Path(keys, (Present(),)))
        assert (printer.printed, printer.lost) == (8, 3)
    finally:
        pipeline.close()


def test_the_command_prints_filters_and_counts(tmp_path: File) -> None:
    write(tmp_path / "a.json", delivery(record(number) for number in range(10)))
    where = str(tmp_path)
    printed = run(where, "--filter", "is:denied", "--filter", "-text:needle", "--output", "json")
    names = [json.loads(line)["requestParameters"]["bucketName"] for line in
             printed.stdout.splitlines()]  # fmt: skip
    assert (printed.returncode, names) == (0, ["b0", "b3", "b6", "b9"])
    counted = run(where, "--top", "requestParameters.tags.key", "--output", "csv")
    assert counted.stdout.splitlines() == ["requestParameters.tags.key,events", "b,6", "a,5"]
    by_time = run(where, "--timeline", "--output", "json", "--filter", "is:denied")
    assert sum(json.loads(line)["events"] for line in by_time.stdout.splitlines()) == 4
    mistyped = run(where, "--top", "requestParameters.tag.key", "--output", "csv")
    assert mistyped.stdout.splitlines() == ["requestParameters.tag.key,events", ",10"]
    assert "No event has requestParameters.tag.key: is it spelled as" in mistyped.stderr
    assert not counted.stderr
    nothing = run(where, "--filter", "who:nobody", "--top", "who")
    assert (nothing.returncode, nothing.stdout) == (1, "")
    assert nothing.stderr.splitlines() == [
        "cloudtrail-tui: No events.",
        "cloudtrail-tui: The filter leaves none of 10 events.",
    ]


def test_the_command_says_why_there_is_nothing(tmp_path: File) -> None:
    """Because of the filter, of what was recorded, or of what was wanted at all."""
    write(tmp_path / "a.json", delivery(record(number) for number in range(10)))
    label = "111122223333_CloudTrail_eu-west-1_20260101T0005Z_aaaaaaaaaaaaaaaa.json.gz"
    write(tmp_path / label, delivery([record(11)]))
    (tmp_path / "README.md").write_text("# Logs\n")

    def said(*arguments: str) -> list[str]:
        done = run(str(tmp_path), "--output", "json", *arguments)
        assert (done.returncode, done.stdout) == (1, "")
        lines = done.stderr.splitlines()
        assert lines[0] == "cloudtrail-tui: No events."
        return [line.removeprefix("cloudtrail-tui: ") for line in lines[1:]]

    assert said("--filter", "event:DeleteObject", "--filter", "is:denied") == [
        "The filter leaves none of 11 events.",
        "No data events were read: calls on objects, items and messages, such as s3:DeleteObject,"
        " cannot be found.",
    ]
    assert said("--since", "2h", "--filter", "who:dana") == [
        "10 events lie outside of what is wanted (--since).",
        "1 files were not opened: by their names they hold none (--since).",
    ]
    assert said("--event-region", "mars-*") == [
        "11 events lie outside of what is wanted (--event-region).",
    ]


def test_the_command_shows_where_a_filter_is_wrong(tmp_path: File) -> None:
    wrong = run(str(tmp_path), "--filter", "日本 is:nosuch")
    assert (wrong.returncode, wrong.stdout) == (2, "")
    said, text, mark = wrong.stderr.splitlines()
    assert said.startswith("cloudtrail-tui: --filter: ")
    assert text == "cloudtrail-tui:   日本 is:nosuch"
    # Wide characters take two columns.
    assert mark == "cloudtrail-tui:           ^^^^^^"
