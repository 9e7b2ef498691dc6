"""Searches through whole records, with real files, real workers, and workers that die."""

from __future__ import annotations

import gzip
import json
import os
import signal
import time
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.made import delivery, raw, raws, write
from tests.unit.test_pipeline import loaded
from tui.core.matching import looking
from tui.core.query.nodes import Exact, Glob, Regex, Text
from tui.core.query.nodes import Path as Field
from tui.ingest import search_objects
from tui.ingest.feed import PipelineFeed
from tui.ingest.jobs import Part, SearchDone, SearchJob
from tui.ingest.ledger import Ledger
from tui.ingest.processes.worker import Worker
from tui.ingest.searching import BROUGHT, Searching, _by_object
from tui.sources.readers import CACHED, read_bytes

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    import pytest

    from tui.core.query.nodes import Node
    from tui.ingest.pipeline import Pipeline

BUCKET = ("requestParameters", "bucketName")


class Answers:
    """What a search told, row by row."""

    def __init__(self) -> None:
        self.told: list[tuple[Node, int, bool]] = []

    def __call__(self, node: Node, rows: Any, yes: Any) -> None:
        self.told += [(node, row, bool(y)) for row, y in zip(rows.tolist(), yes, strict=True)]

    def rows(self, node: Node) -> set[int]:
        assert len({row for one, row, _ in self.told if one == node}) == sum(
            one == node for one, _, _ in self.told
        )  # each row is told once
        return {row for one, row, yes in self.told if one == node and yes}


def search(pipeline: Pipeline, *nodes: Field | Text, rows: Any = None) -> Answers:
    """The answers of a whole search."""
    answers = Answers()
    rows = pipeline.index.order[::-1] if rows is None else rows
    pipeline.searching.look(nodes, rows, answers)
    finish(pipeline)
    assert len(answers.told) == len(nodes) * len(rows)
    return answers


def finish(pipeline: Pipeline) -> None:
    end = time.monotonic() + 30
    while pipeline.searching:
        assert time.monotonic() < end
        assert not pipeline.idle
        pipeline.pump(1)


def targets(pipeline: Pipeline, rows: set[int]) -> list[str]:
    return sorted(pipeline.index.event(row).target for row in rows)


def test_every_kind_of_file_is_looked_through(tmp_path: Path) -> None:
    write(tmp_path / "a.json.gz", delivery(raws(100)), packed=True)
    write(tmp_path / "lines.ndjson", b"\n".join(raw(n, note="Sought") for n in range(100, 103)))
    write(tmp_path / "single.json", raw(103, note="s\\u006fught, but with a backslash"))
    whole = json.dumps({"CloudTrailEvent": raw(104, note="found when sought").decode()})
    write(tmp_path / "events.json", b'{"Events": [' + whole.encode() + b"]}")
    escaped = raw(105, note="X").replace(b"X", b"s\\u006fught")
    write(tmp_path / "escaped.json.gz", delivery([raw(106), escaped]), packed=True)
    cut = gzip.compress(delivery([raw(107, note="sought"), *raws(160)[110:]]), 1)
    write(tmp_path / "cut.json.gz", cut[:-20])
    with loaded(tmp_path) as pipeline:
        text, one = Text("SOUGHT"), Field(BUCKET, (Exact("bücket-7"), Glob("*-9?")))
        answers = search(pipeline, text, one)
        found = [f"bücket-{n}" for n in (100, 101, 102, 104, 105, 107)]
        assert targets(pipeline, answers.rows(text)) == found
        assert targets(pipeline, answers.rows(one)) == ["bücket-7"] + [
            f"bücket-{n}" for n in range(90, 100)
        ]
        progress = pipeline.searching.progress()
        assert progress.done == progress.all == len(pipeline.index)
        assert progress.found == len(answers.rows(text) | answers.rows(one))
        assert progress.unread == 0
        assert pipeline.idle


def test_the_exact_test_alone_says_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(20):
        content = delivery(raw(number * 10 + n, note=f"n{n % 3}\\t") for n in range(10))
        write(tmp_path / f"{number}.json.gz", content, packed=True)
    nodes = Text("n2"), Text("bücket-19"), Text("0198"), Field(("note",), (Glob("n1*"),))
    with loaded(tmp_path) as pipeline:
        answers = search(pipeline, *nodes)
        for node in nodes:
            expected = set()
            for row in pipeline.index.order.tolist():
                (place,) = pipeline.places(row)
                (content_,) = Worker(read_bytes).raws(place.part, place.mode, [place.position])
                if looking.holds(node, search_objects.whole_record(content_ or b"")):
                    expected.add(row)
            assert answers.rows(node) == expected
            assert expected


def test_the_rows_asked_for_and_no_others(tmp_path: Path) -> None:
    for number in range(30):
        write(tmp_path / f"{number}.json", delivery(raws(300)[number * 10 : number * 10 + 10]))
    with loaded(tmp_path) as pipeline:
        rows = pipeline.index.order[::-1][5:250:7]
        answers = search(pipeline, Text("bücket"), rows=rows)
        assert answers.rows(Text("bücket")) == set(rows.tolist())
        # Two jobs, whichever is answered first: in each the newest come first.
        places = [rows.tolist().index(row) for _, row, _ in answers.told]
        turns = sum(one > other for one, other in pairwise(places))
        assert pipeline.index.event(int(rows[0])).target == "bücket-294"
        assert turns <= 1
        assert search(pipeline, Text("x"), rows=rows[:0]).told == []


def test_the_first_answers_come_before_the_last_files_are_read(tmp_path: Path) -> None:
    for number in range(400):
        write(tmp_path / f"{number}.json", delivery([raw(number)]))
    with loaded(tmp_path) as pipeline:
        seen: list[int] = []
        pipeline.searching.look(
            [Text("dana")], pipeline.index.order[::-1], lambda _, rows, yes: seen.append(len(rows))
        )
        finish(pipeline)
        assert (min(seen), sum(seen), len(seen)) == (4, 400, 4)


def test_another_search_replaces_the_one_under_way(tmp_path: Path) -> None:
    for number in range(50):
        write(tmp_path / f"{number}.json", delivery([raw(number)]))
    with loaded(tmp_path) as pipeline:
        rows = pipeline.index.order[::-1]
        old, new = Answers(), Answers()
        pipeline.searching.look([Text("dana")], rows, old)
        pipeline.searching.look([Text("bücket-3")], rows, new)
        finish(pipeline)
        assert not old.told
        assert len(new.rows(Text("bücket-3"))) == 11
        pipeline.searching.look([Text("dana")], rows, old)
        pipeline.searching.cancel()
        assert not pipeline.searching
        while pipeline.run():
            pass
        assert not old.told

        def once(node: Node, rows: Any, yes: Any) -> None:
            old(node, rows, yes)
            pipeline.searching.look([Text("bücket-4")], rows, new)

        pipeline.searching.look([Text("dana"), Text("x")], rows, once)
        finish(pipeline)
        assert {node for node, _, _ in old.told} == {Text("dana")}
        assert new.rows(Text("bücket-4"))


def test_what_cannot_be_read_again_is_counted(tmp_path: Path) -> None:
    for number in range(10):
        write(tmp_path / f"{number}.json", delivery([raw(number)]))
    with loaded(tmp_path) as pipeline:
        (tmp_path / "3.json").unlink()
        (tmp_path / "4.json").write_bytes(b'{"dana": []}')
        answers = search(pipeline, Text("dana"))
        assert len(answers.rows(Text("dana"))) == 8
        assert pipeline.searching.progress()[2:] == (8, 2)


def test_a_record_that_kills_its_worker_costs_one_job(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    holds = looking.holds

    def killing(node: Field | Text, record: dict[str, Any]) -> bool:
        if record.get("note") == "poison":
            os.kill(os.getpid(), signal.SIGKILL)
        if record.get("note") == "fault":
            raise KeyError
        return holds(node, record)

    monkeypatch.setattr(search_objects, "holds", killing)
    notes = {0: "poison", 30: "fault"}
    for number in range(80):
        write(tmp_path / f"{number}.json", delivery([raw(number, note=notes.get(number))]))
    with loaded(tmp_path) as pipeline:
        node = Field(BUCKET, (Glob("b*"),))
        answers = search(pipeline, node)
        progress = pipeline.searching.progress()
        # Jobs of 4, 64 and 12 records, the newest first: both of the last two are lost.
        assert (len(answers.rows(node)), progress.unread) == (4, 76)
        monkeypatch.undo()
        pipeline.searching.look([Text("dana")], pipeline.index.order, answers)
        finish(pipeline)
        assert pipeline.searching.progress().done == 80


def test_a_regex_that_takes_too_long_is_given_up_and_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It would hold up what is read and followed for hours, and no key could end it."""
    monkeypatch.setattr(search_objects, "_PATIENCE", 0.2)
    records = [raw(n, requestParameters={"bucketName": "a" * 4000 + "!" * n}) for n in range(4)]
    path = write(tmp_path / "a.json", delivery([*records, raw(7)]))
    slow = Field(BUCKET, (Regex("a*a*a*a*a*a*b"), Exact("bücket-7")))
    quick = Field(BUCKET, (Regex("a!!$"),))
    with loaded(path) as pipeline:
        answers = search(pipeline, slow, quick)
        assert targets(pipeline, answers.rows(slow)) == ["bücket-7"]
        assert len(answers.rows(quick)) == 1
        said = "/a*a*a*a*a*a*b/ takes too long and was given up"
        assert pipeline.searching.trouble([quick, slow]) == said
        assert pipeline.searching.trouble([quick]) == ""
        feed = PipelineFeed(pipeline, [slow])
        assert [len(batch) for batch in feed.batches()] == [1]
        assert feed.trouble() == said


def test_new_files_are_read_before_old_ones_are_looked_through(tmp_path: Path) -> None:
    from tui.ingest.pipeline import Pipeline
    from tui.sources.local import LocalSource

    write(tmp_path / "old.json", delivery(raws(5)))
    pipeline = Pipeline([LocalSource([str(tmp_path)])], follow=True, poll=0.05)
    pipeline.start()
    try:
        end = time.monotonic() + 30
        while pipeline.loading or not pipeline.idle:
            assert time.monotonic() < end
            pipeline.pump(0.1)
        answers = Answers()
        for number in range(5, 12):
            write(tmp_path / f"{number}.json", delivery([raw(number)]))
            rows = pipeline.index.order[::-1]
            pipeline.searching.look([Text("dana")], rows, answers)
            while len(pipeline.index) < number + 1 or pipeline.searching:
                assert time.monotonic() < end
                pipeline.pump(0.1)
        assert len(answers.told) == sum(range(5, 12))
        assert all(yes for _, _, yes in answers.told)
    finally:
        pipeline.close()


# -- objects that are no longer in the cache


class Shelf:
    """A search over objects whose bytes have to be brought, with a worker in this process."""

    def __init__(self, folder: Path, count: int) -> None:
        from tui.core.index.batch import BY_ORDINAL
        from tui.sources.base import Change, ChangeKind, ObjectRef

        self.folder = folder
        self.ledger = Ledger(follow=False, asked=frozenset(), clock=lambda: 0.0)
        for number in range(count):
            ref = ObjectRef(f"s3://bucket/{number}", 100, 0)
            (object_id,) = self.ledger.change(Change(ChangeKind.FOUND, ref), late=False)
            state = self.ledger.parts[object_id]
            state.part = state.part._replace(path=str(folder / str(number)))
            state.mode = BY_ORDINAL
        self.waiting: dict[int, Callable[[], None]] = {}
        self.most = 0
        self.searching = Searching(
            self.ledger,
            lambda: self,  # type: ignore[arg-type, return-value] # what it asks of an index
            wake=lambda: None,
            bring=self.bring,
        )

    def objects(self, rows: Any) -> Any:
        return rows

    def positions(self, rows: Any) -> Any:
        return np.zeros(len(rows), np.uint8)

    def bring(self, object_id: int, then: Callable[[], None]) -> bool:
        if (self.folder / str(object_id)).exists():
            return False
        self.waiting[object_id] = then
        self.most = max(self.most, len(self.waiting))
        return True

    def work(self) -> None:
        worker = Worker(read_bytes)
        while (given := self.searching.job()) is not None:
            done = worker.do(given.job)
            self.searching.take(given, done)  # type: ignore[arg-type] # no Fault here


def test_objects_that_are_gone_from_the_cache_are_brought(tmp_path: Path) -> None:
    count = BROUGHT + 20
    shelf = Shelf(tmp_path, count)
    for number in range(0, count, 2):
        write(tmp_path / str(number), delivery([raw(number)]))
    answers = Answers()
    shelf.searching.look([Text("dana")], np.arange(count), answers)
    shelf.work()
    assert len(answers.rows(Text("dana"))) == count // 2
    assert shelf.searching
    assert shelf.most == count // 2 <= BROUGHT
    for object_id, then in shelf.waiting.items():
        if object_id != 5:  # this one cannot be had
            write(tmp_path / str(object_id), delivery([raw(object_id)]))
        then()
    shelf.work()
    assert answers.rows(Text("dana")) == {*range(count)} - {5}
    assert shelf.searching.progress() == (count, count, count - 1, 1)
    assert not shelf.searching


def test_no_more_are_brought_at_once_than_are_looked_through(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path, 5 * BROUGHT)
    answers = Answers()
    shelf.searching.look([Text("dana")], np.arange(5 * BROUGHT), answers)
    shelf.work()
    assert len(shelf.waiting) == BROUGHT
    object_id, then = next(iter(shelf.waiting.items()))
    write(tmp_path / str(object_id), delivery([raw(object_id)]))
    then()
    shelf.work()
    assert answers.told == [(Text("dana"), object_id, True)]
    assert len(shelf.waiting) == BROUGHT + 1
    shelf.searching.look([Text("bücket")], np.arange(1), answers)
    for late in list(shelf.waiting.values()):
        late()  # for the search before
    assert shelf.searching.progress() == (0, 1, 0, 0)


def test_bytes_that_go_between_the_look_and_the_reading(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path, 1)
    write(tmp_path / "0", delivery([raw(0)]))
    answers = Answers()
    shelf.searching.look([Text("dana")], np.arange(1), answers)
    given = shelf.searching.job()
    assert given is not None
    (tmp_path / "0").unlink()
    shelf.searching.take(given, Worker(read_bytes).do(given.job))  # type: ignore[arg-type]
    assert not answers.told
    write(tmp_path / "0", delivery([raw(0)]))
    shelf.waiting[0]()
    shelf.work()
    assert answers.told == [(Text("dana"), 0, True)]
    assert CACHED not in shelf.ledger.parts[0].part.place


@given(st.lists(st.integers(0, 300), min_size=1, max_size=60), st.booleans())
def test_rows_are_grouped_by_object_in_order_of_appearance(objects: list[int], many: bool) -> None:
    if many:
        objects = [number * 1000 for number in objects]
    found: dict[int, list[int]] = {}
    for row, number in enumerate(objects):
        found.setdefault(number, []).append(row)
    rows, groups, ends = _by_object(np.arange(len(objects)), np.array(objects, np.uint32))
    assert groups == list(found)
    starts: Sequence[int] = [0, *ends]
    assert [rows[a:b].tolist() for a, b in zip(starts, ends, strict=False)] == [*found.values()]


def test_more_objects_than_sixteen_bits_can_count() -> None:
    objects = np.concatenate((np.arange(70_000)[::-1], np.arange(70_000)))
    rows, groups, ends = _by_object(np.arange(140_000), objects)
    assert groups == list(range(69_999, -1, -1))
    assert ends == list(range(2, 140_002, 2))
    assert rows[:4].tolist() == [0, 139_999, 1, 139_998]


def test_integers_are_compared_digit_by_digit(tmp_path: Path) -> None:
    path = write(tmp_path / "a.json", delivery([raw(0, count=123456789012345678901234567)]))
    job = SearchJob(
        [(Part(0, str(path)), 0, 1)],
        np.zeros(1, np.uint32),
        (Field(("count",), (Exact("123456789012345678901234567"),)),),
    )
    assert Worker(read_bytes).do(job) == SearchDone([[0]], 0, [])
