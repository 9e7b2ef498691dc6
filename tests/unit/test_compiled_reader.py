"""Jobs that the compiled reader reads leave the same index behind, and it is made where it pays."""

from __future__ import annotations

import gzip
import selectors
from multiprocessing import Pipe
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.unit.made import delivery, raw, raws, write
from tests.unit.scanned import Values
from tests.unit.test_pipeline import holds, loaded
from tui.ingest.jobs import Fault, Part, ReadDone, ReadJob
from tui.ingest.processes import worker
from tui.ingest.processes.worker import Worker
from tui.ingest.scanning import compiled_reader, compiling
from tui.ingest.scanning.compiled_reader import COMPILE_BYTES, Compiler
from tui.sources.base import Window
from tui.sources.readers import read_bytes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from multiprocessing.connection import Connection

    from tui.ingest.pipeline import Pipeline
    from tui.ingest.processes.nursery import Nursery

SECRET = {"eventSource": "ssm.amazonaws.com", "eventName": "GetParameter"}
ROLE = {"eventSource": "sts.amazonaws.com", "eventName": "AssumeRole"}
HANDED = {"credentials": {"accessKeyId": "ASIAX"}}
POLICY = {"eventSource": "iam.amazonaws.com", "eventName": "PutUserPolicy"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Files that fit the compiled reader, files that do not, and damaged ones."""
    for number in range(12):
        events = [raw(one + 100 * number) for one in range(90)]
        events[7] = raw(100 * number + 7, **SECRET, requestParameters={"name": f"/p/{number}"})
        events[8] = raw(
            100 * number + 8,
            **ROLE,
            requestParameters={"roleArn": f"arn:aws:iam::111122223333:role/r{number % 3}"},
            responseElements=HANDED,
        )
        events[9] = raw(100 * number + 9, **POLICY, requestParameters={"userName": "eve"})
        write(tmp_path / f"{number}.json.gz", delivery(events), packed=bool(number % 3))
    write(tmp_path / "bom.json", b"\xef\xbb\xbf" + delivery([raw(5001)]))
    write(tmp_path / "more.json", b'{"a":1,"Records":[' + raw(5002) + b"]}")
    write(tmp_path / "twice.json", delivery([raw(5003)[:-1] + b',"eventName":"GetBucketAcl"}']))
    write(tmp_path / "null.json", b'{"Records":[null,' + raw(5004) + b"]}")
    write(tmp_path / "lines.json", b"\n".join([raw(5005), b"{broken", raw(5006)]))
    write(tmp_path / "cut.json.gz", gzip.compress(delivery(raws(6000)[5900:]))[:-60])
    write(tmp_path / "none.json", delivery([]))
    write(tmp_path / "bytes.json", delivery([raw(5007).replace("ü".encode(), b"\xff")]))
    return tmp_path


def _events(pipeline: Pipeline) -> list[Any]:
    index = pipeline.index
    return sorted(
        (
            str(index.event(row)._replace(row=0)),
            str((index.more(row), index.fingerprint(row))),
            *[(Path(place.part.name).name, place.position) for place in pipeline.places(row)],
        )
        for row in index.order.tolist()
    )


@pytest.mark.parametrize(
    "window",
    [Window(), Window(since=1772600400_000_000 + 30_000_000), Window(regions=("us-*",))],
    ids=["all", "since", "elsewhere"],
)
def test_a_folder_gives_the_same_index(
    compiled: object, folder: Path, window: Window, monkeypatch: pytest.MonkeyPatch
) -> None:
    with loaded(folder, window=window) as pipeline:
        expected = _events(pipeline)
        sums, problems = pipeline.sums(), sorted(map(str, pipeline.problems()))
    assert bool(expected) == (not window.regions)
    monkeypatch.setattr(compiled_reader, "WORTH_BYTES", 0)
    monkeypatch.setattr(compiled_reader, "WORTH_JOB", 0)
    with loaded(folder, window=window) as pipeline:
        assert compiled_reader.least(0, loading=True) == 0
        assert _events(pipeline) == expected
        assert holds(pipeline.sums())
        assert pipeline.sums() == sums
        assert sorted(map(str, pipeline.problems())) == problems


def _job(*paths: Path, compiled: bool = True, **how: bool) -> ReadJob:
    parts = [Part(number, str(path)) for number, path in enumerate(paths)]
    return ReadJob(parts, Window(), how.get("rich", False), how.get("keep", False), compiled)


def test_a_worker_answers_the_same(compiled: object, folder: Path) -> None:
    paths = sorted(folder.iterdir())
    for how in ({"rich": True}, {"keep": True}, {}):
        workers = Worker(read_bytes), Worker(read_bytes)
        values = Values(), Values()
        for _ in range(3):
            found = []
            for one, told, fast in zip(workers, values, (True, False), strict=True):
                done = one.do(_job(*paths, compiled=fast, **how))
                assert isinstance(done, ReadDone)
                assert done.batch is not None
                rows = sorted(told.of(done.batch), key=lambda row: row[-2:])
                kept = one._kept.copy()
                found.append((rows, done.results, kept, one._kept_bytes))
            assert found[0] == found[1]
        assert workers[0]._scanner is not None
        assert workers[1]._scanner is None


def test_a_fault_begins_both_dictionaries_anew(
    compiled: object, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, one = folder / "1.json.gz", Worker(read_bytes)
    assert isinstance(one.do(_job(path)), ReadDone)
    with monkeypatch.context() as patch:
        patch.setattr(worker, "details_of", lambda raw: 1 / 0)
        fault = one.do(_job(path, rich=True))
    assert isinstance(fault, Fault)
    assert "ZeroDivisionError" in fault.reason
    again = one.do(_job(path))
    fresh = Worker(read_bytes).do(_job(path, compiled=False))
    assert isinstance(again, ReadDone)
    assert isinstance(fresh, ReadDone)
    assert again.batch is not None
    assert fresh.batch is not None
    assert Values().of(again.batch) == Values().of(fresh.batch)


class _Nursery:
    """Hands out one end of a pipe instead of a process."""

    def __init__(self, *, dead: bool = False) -> None:
        self.ours, self._theirs = Pipe()
        self.asked = 0
        self._dead = dead

    def compiler(self) -> Connection:
        self.asked += 1
        if self._dead:
            raise BrokenPipeError
        return self.ours

    def answer(self, message: bytes | None) -> None:
        if message is not None:
            self._theirs.send_bytes(message)
        self._theirs.close()


@pytest.fixture
def asked() -> Iterator[Callable[[Any], Compiler]]:
    """A compiler that has been asked as soon as there is enough to read."""
    with selectors.DefaultSelector() as selector:

        def look(nursery: Nursery) -> Compiler:
            compiler = Compiler(selector)
            compiler.look(nursery, COMPILE_BYTES - 1)
            assert not selector.get_map()
            compiler.look(nursery, COMPILE_BYTES)
            compiler.look(nursery, COMPILE_BYTES)
            return compiler

        yield look
        assert not selector.get_map()


def test_what_ends_at_once_is_worth_it_later(compiled: object) -> None:
    nursery: Any = _Nursery()
    with selectors.DefaultSelector() as selector:
        compiler = Compiler(selector, brief=True)
        compiler.look(nursery, compiled_reader.COMPILE_BRIEFLY - 1)
        assert not nursery.asked
        compiler.look(nursery, compiled_reader.COMPILE_BRIEFLY)
        assert nursery.asked == 1
        nursery.answer(None)
        compiler.hear()


@pytest.mark.parametrize("answer", [compiling.READY, b"ImportError: numba", None])
def test_it_is_made_once(asked: Callable[[Any], Compiler], answer: bytes | None) -> None:
    nursery = _Nursery()
    compiler = asked(nursery)
    assert nursery.asked == 1
    nursery.answer(answer)
    compiler.hear()
    assert nursery.ours.closed
    compiler.close()


def test_a_nursery_that_was_killed_is_no_trouble_for_the_plain_reader(
    asked: Callable[[Any], Compiler],
) -> None:
    nursery = _Nursery(dead=True)
    compiler = asked(nursery)
    assert nursery.asked == 1
    compiler.hear()
    nursery.answer(None)
    nursery.ours.close()


def test_small_jobs_are_not_worth_loading_it() -> None:
    worth = compiled_reader.WORTH_BYTES
    assert compiled_reader.least(worth - 1, loading=True) == compiled_reader.WORTH_JOB
    assert compiled_reader.least(worth, loading=False) == compiled_reader.WORTH_JOB
    assert compiled_reader.least(worth, loading=True) == 0


def test_a_worker_takes_it_as_soon_as_it_is_there(
    compiled: object, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = Worker(read_bytes)
    with monkeypatch.context() as patch:
        patch.setattr(compiling, "is_ready", lambda: False)
        one.do(_job(folder / "1.json.gz"))
        assert one._scanner is None
    one.do(_job(folder / "1.json.gz"))
    assert one._scanner is not None
