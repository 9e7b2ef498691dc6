"""What printing gets: first all in the order of time, then what comes; records as delivered."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from tests.unit.made import delivery, raw, raws, write
from tui.ingest.feed import PipelineFeed
from tui.ingest.pipeline import Pipeline
from tui.sources.local import LocalSource

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path


def test_all_at_once_by_time_then_what_comes(tmp_path: Path) -> None:
    write(tmp_path / "b.json", delivery([raw(3), raw(1)]))
    write(tmp_path / "a.ndjson", raw(2) + b"\n" + raw(0) + b"\n{broken\n")
    pipeline = Pipeline([LocalSource([str(tmp_path)])], follow=True, details=False)
    pipeline.start()
    try:
        feed = PipelineFeed(pipeline)
        batches = feed.batches()
        batch = next(batches)
        assert len(batch) == 4
        loaded = {
            (part, position): found
            for part, _ in feed.places(batch)
            for position, found in feed.load(part)
        }
        assert [loaded[place] for place in feed.places(batch)] == raws(4)
        assert [event.row for event in feed.rows(batch)] == list(batch)
        assert [problem.lost for problem in feed.problems()] == [1]
        assert feed.objects_read() == 2
        write(tmp_path / "new/c.json", delivery([raw(9), raw(8)]))
        batch = next(batches)
        assert [event.target for event in feed.rows(batch)] == ["bücket-8", "bücket-9"]
    finally:
        pipeline.close()


def test_events_of_one_time_come_in_the_order_of_files_and_places(tmp_path: Path) -> None:
    at_once = [raw(number, eventTime="2026-03-03T10:00:00Z") for number in range(90)]
    for first in range(0, 90, 3):
        again = at_once[:1]  # what is delivered twice stands where it is met first
        write(tmp_path / f"{first:02}.json", delivery(at_once[first : first + 3] + again))
    pipeline = Pipeline([LocalSource([str(tmp_path)])], follow=False, at_once=True)
    pipeline.start()
    try:
        feed = PipelineFeed(pipeline)
        events = feed.rows(next(feed.batches()))
        assert [event.target for event in events] == [f"bücket-{number}" for number in range(90)]
    finally:
        pipeline.close()


def test_a_problem_is_told_while_nothing_comes(tmp_path: Path) -> None:
    write(tmp_path / "a.ndjson", raw(0) + b"\n")
    pipeline = Pipeline([LocalSource([str(tmp_path)])], follow=True, details=False)
    pipeline.start()
    try:
        feed = PipelineFeed(pipeline)
        told: list[int] = []

        def changed() -> None:
            told.append(len(feed.problems()))
            if told[-1]:
                write(tmp_path / "c.json", delivery([raw(2)]))

        batches = feed.batches(changed)
        assert targets(feed, next(batches)) == ["bücket-0"]
        write(tmp_path / "b.json", b'{"Records": [{broken]}')
        assert targets(feed, next(batches)) == ["bücket-2"], "written once the problem was told"
        assert told
    finally:
        pipeline.close()


def test_without_details_what_differs_only_there_is_still_two_events(tmp_path: Path) -> None:
    """The same eventID, and all that is known at once is equal: the records tell."""

    def attached(number: int, policy: str) -> bytes:
        return raw(
            number,
            eventSource="iam.amazonaws.com",
            eventName="PutUserPolicy",
            requestParameters={"userName": "dana", "policyDocument": policy},
            readOnly=False,
        )

    anyone = '{"Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}'
    nobody = '{"Statement": [{"Effect": "Deny", "Action": "*", "Resource": "*"}]}'
    write(
        tmp_path / "a.json",
        delivery([attached(1, anyone), attached(2, anyone), attached(3, anyone)]),
    )
    write(tmp_path / "b.json", delivery([attached(1, nobody), attached(2, anyone)]))
    pipeline = Pipeline([LocalSource([str(tmp_path)])], follow=False, details=False)
    pipeline.start()
    try:
        feed = PipelineFeed(pipeline)
        batch = next(feed.batches())
        assert len(batch) == 4
        # Only those were looked at that may be the same.
        assert pipeline.index.pending(np.asarray(batch)).tolist() == [False, False, False, True]
    finally:
        pipeline.close()


def test_a_file_that_is_read_again_gives_only_what_is_new(tmp_path: Path) -> None:
    """It came in pieces, was replaced, and has events without an ID."""
    every = [raw(number, eventID=None) if number % 2 else raw(number) for number in range(4)]
    half = b'{"Records":[' + b",".join(every[:2])
    path = write(tmp_path / "a.json", half)
    pipeline = Pipeline([LocalSource([str(tmp_path)])], follow=True, at_once=True)
    pipeline.start()
    try:
        feed = PipelineFeed(pipeline)
        batches = feed.batches()
        assert targets(feed, next(batches)) == ["bücket-0", "bücket-1"]
        with path.open("ab") as file:
            file.write(b"," + every[2] + b"]}")
        assert targets(feed, next(batches)) == ["bücket-2"]
        write(path, delivery([*every[1:], raw(0, eventName="PutBucketAcl")]), packed=True)
        assert targets(feed, next(batches)) == ["bücket-0", "bücket-3"]
        write(path, delivery([*every, every[1], raw(5)]))
        assert targets(feed, next(batches)) == ["bücket-1", "bücket-5"]
        # The same in another file is another place, but an event without an ID is never the same.
        write(tmp_path / "b.json", delivery(every))
        assert targets(feed, next(batches)) == ["bücket-1", "bücket-3"]
    finally:
        pipeline.close()


def targets(feed: PipelineFeed, batch: Sequence[int]) -> list[str]:
    return [event.target for event in feed.rows(batch)]
