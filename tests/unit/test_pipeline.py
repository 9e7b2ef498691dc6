"""The engine with real files and real processes: all is counted, whatever happens to it."""

from __future__ import annotations

import gzip
import os
import signal
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.unit.made import delivery, raw, raws, record, write
from tests.unit.test_decode import FORMS, damaged, damages
from tui.core.index.rows import GONE_UNREAD
from tui.ingest import jobs, ledger, records
from tui.ingest.pipeline import Pipeline
from tui.ingest.processes import worker
from tui.ingest.processes.worker import Worker
from tui.sources.base import Change, ChangeKind, ObjectRef, Window
from tui.sources.local import LocalSource
from tui.sources.readers import read_bytes

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pytest

    from tui.core.index.rows import Sums


@contextmanager
def loaded(*paths: Path, window: Window = Window()) -> Iterator[Pipeline]:  # noqa: B008
    """A pipeline that has read all there is."""
    names = [str(path) for path in paths]
    asked = [name for name in names if not Path(name).is_dir()]
    pipeline = Pipeline([LocalSource(names, window)], window=window, follow=False, asked=asked)
    pipeline.start()
    try:
        end = time.monotonic() + 60
        while pipeline.run():
            assert time.monotonic() < end
        yield pipeline
    finally:
        pipeline.close()


def holds(sums: Sums) -> bool:
    return sums.found == sums.listed + sums.duplicates + sums.outside + sums.unreadable


def test_the_sum_of_a_mixed_folder(tmp_path: Path) -> None:
    write(tmp_path / "a.json.gz", delivery(raws(5)), packed=True)
    write(tmp_path / "deep/er/b.json", delivery([*raws(7)[5:], raw(0)]))
    write(tmp_path / "cut.json.gz", gzip.compress(delivery(raws(40)[20:]))[:-60])
    write(tmp_path / "lines.ndjson", b"\n".join([raw(50), b"{broken", raw(51)]))
    write(tmp_path / "digest.json", b'{"digestPublicKeyFingerprint":"f","logFiles":[]}')
    write(tmp_path / "README.md", b"# Logs\n")
    write(tmp_path / "empty.json", b"")
    with loaded(tmp_path) as pipeline:
        sums = pipeline.sums()
        assert holds(sums)
        assert (sums.duplicates, sums.outside, sums.rest_unknown) == (1, 0, 1)
        problems = {Path(p.where).name: p for p in pipeline.problems()}
        assert set(problems) == {"cut.json.gz", "lines.ndjson"}
        assert problems["lines.ndjson"].position == len(raw(50)) + 1
        assert "too early" in problems["cut.json.gz"].reason
        assert sums.unreadable == sum(p.lost for p in problems.values()) == 2
        assert sums.listed >= 9
        assert [Path(where).name for where, _ in pipeline.ledger.skipped] == ["README.md"]
        assert pipeline.ledger.digests == 1


def test_a_log_by_its_name_that_holds_none_is_a_problem(tmp_path: Path) -> None:
    label = "111122223333_CloudTrail_eu-west-1_20260304T0505Z_%016d.json.gz"
    prose = b"only words, " * 99
    write(tmp_path / (label % 1), raws(1)[0], packed=True)
    write(tmp_path / (label % 2), b"\x7fELF" + bytes(range(256)))
    write(tmp_path / (label % 3), prose, packed=True)
    write(tmp_path / (label % 4), b'{"another": "kind"}', packed=True)
    write(tmp_path / "cut.json.gz", gzip.compress(prose)[:-9])
    write(tmp_path / "cut.txt.gz", gzip.compress(prose)[:-9])
    write(tmp_path / "notes", prose)
    with loaded(tmp_path) as pipeline:
        assert tuple(pipeline.sums())[:5] == (4, 1, 0, 0, 3)
        problems = {Path(p.where).name: p.reason for p in pipeline.problems()}
        assert problems == {
            label % 2: "is a log file by its name, but holds binary data",
            label % 3: "is a log file by its name, but holds text",
            "cut.json.gz": "the gzip data ends too early",
        }
        skipped = {Path(where).name for where, _ in pipeline.ledger.skipped}
        assert skipped == {label % 4, "cut.txt.gz", "notes"}


def test_outside_the_window_is_counted(tmp_path: Path) -> None:
    write(tmp_path / "a.json", delivery([*raws(10), raw(20, eventTime="redacted")]))
    start = 1772600400_000_000 + 3_000_000
    with loaded(tmp_path, window=Window(since=start)) as pipeline:
        assert tuple(pipeline.sums()) == (11, 7, 0, 4, 0, 0, 0)


@settings(
    max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(st.tuples(st.sampled_from(FORMS), damages, st.booleans()), max_size=12))
def test_the_sum_holds_for_any_damage(tmp_path: Path, files: list[tuple]) -> None:  # type: ignore
    folder = tmp_path / str(time.monotonic_ns())
    folder.mkdir()
    for number, (form, damage, packed) in enumerate(files):
        content = damaged(gzip.compress(form) if packed else form, damage)
        write(folder / f"{number}.json", content)
    with loaded(folder) as pipeline:
        assert holds(pipeline.sums())
        assert not [p for p in pipeline.problems() if "reader" in p.reason]


def test_long_files_with_a_record_a_line_are_read_in_stretches(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "STRETCH", 4000)
    monkeypatch.setattr(worker, "_FIRST", 512)
    monkeypatch.setattr(worker, "_LINE_STEP", 100)
    monkeypatch.setattr(ledger, "STRETCH", 4000)
    every = raws(200)
    for number, line_end in enumerate((b"\n", b"\r\n", b"\n\n\n")):
        lines = [*every[:90], b"{broken", *every[90:]]
        content = line_end.join(lines)
        path = write(tmp_path / f"{number}.ndjson", content)
        with loaded(path) as pipeline:
            index = pipeline.index
            assert tuple(pipeline.sums()) == (201, 200, 0, 0, 1, 0, 0)
            (problem,) = pipeline.problems()
            assert problem.position == content.index(b"{broken")
            assert len(pipeline.parts) > 20
            found = set()
            for row in range(0, 200, 7):
                (place,) = pipeline.places(row)
                again = records.find([place], index.fingerprint(row), None)
                assert again.note == ""
                assert again.raw is not None
                at = place.part.start + place.position
                assert content[at : at + len(again.raw)] == again.raw
                found.add(again.raw)
            assert len(found) == len(range(0, 200, 7))


def test_a_dropped_duplicate_is_the_second_place(tmp_path: Path) -> None:
    one = write(tmp_path / "1.json", delivery([raw(1)]))
    two = write(tmp_path / "2.json.gz", delivery([raw(0), raw(1)]), packed=True)
    with loaded(one, two) as pipeline:
        row = int(pipeline.index.order[1])
        places = pipeline.places(row)
        assert {place.part.name for place in places} == {str(one), str(two)}
        expected = pipeline.index.fingerprint(row)
        assert records.find(places, expected, None).record == record(1)
        Path(places[0].part.name).unlink()
        assert records.find(places, expected, None).record == record(1)
        write(Path(places[1].part.name), delivery(raws(9)[5:]))
        found = records.find(places, expected, None)
        assert found.record is None
        assert "the file has changed" in found.note
        Path(places[1].part.name).unlink()
        assert "has gone" in records.find(places, expected, None).note


def test_another_record_at_the_place_is_noticed(tmp_path: Path) -> None:
    path = write(tmp_path / "1.json", delivery([raw(1, eventID=None)]))
    with loaded(path) as pipeline:
        expected = pipeline.index.fingerprint(0)
        assert records.find(pipeline.places(0), expected, None).raw == raw(1, eventID=None)
        write(path, delivery([raw(2, eventID=None)]))
        assert "changed" in records.find(pipeline.places(0), expected, None).note


def test_a_long_file_that_is_no_log_is_not_read_whole(tmp_path: Path) -> None:
    sizes = []

    def read(name: str, start: int, length: int) -> bytes:
        found = read_bytes(name, start, length)
        sizes.append(len(found))
        return found

    binary = tmp_path / "image"
    with binary.open("wb") as file:
        file.write(b"\x7fELF")
        file.truncate(1 << 30)
    packed = write(tmp_path / "image.gz", gzip.compress(b"\x7fELF\0" + os.urandom(1 << 20)))
    for path in (binary, packed):
        part = jobs.Part(0, str(path))
        done = Worker(read).do(jobs.ReadJob([part], Window(), rich=True))
        assert isinstance(done, jobs.ReadDone)
        assert (done.results[0].kind, done.results[0].what) == ("other", "binary data")
    assert sum(sizes) < 1 << 19


def test_a_document_larger_than_the_bound_is_a_problem(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "INFLATED_LIMIT", 5000)
    monkeypatch.setattr(worker, "STRETCH", 2000)
    monkeypatch.setattr(worker, "_FIRST", 500)
    with loaded(write(tmp_path / "a.json", delivery(raws(50)))) as pipeline:
        assert "one JSON document" in pipeline.problems()[0].reason
        assert holds(pipeline.sums())


def test_a_worker_that_fails_begins_its_dictionaries_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = worker.decode.read

    def failing(content: bytes, **how: bool) -> object:
        if b"poison" in content:
            raise KeyError(content)
        return read(content, **how)

    monkeypatch.setattr(worker.decode, "read", failing)
    for number in range(60):
        content = b"poison" if number in (20, 40) else delivery([raw(number)])
        write(tmp_path / f"{number}.json", content)
    with loaded(tmp_path) as pipeline:
        assert tuple(pipeline.sums()) == (60, 58, 0, 0, 2, 2, 0)
        assert {p.reason for p in pipeline.problems()} == {
            "the reader failed: KeyError in test_pipeline.py:" + p.reason.rpartition(":")[2]
            for p in pipeline.problems()
        }
        index = pipeline.index
        events = [index.event(int(row)) for row in index.order]
        wanted = [n for n in range(60) if n not in (20, 40)]
        assert [event.target for event in events] == [f"bücket-{n}" for n in wanted]
        assert {event.who for event in events} == {"dana"}


def test_a_file_that_kills_is_a_problem_and_nothing_else_is_lost(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = worker.decode.read

    def killing(content: bytes, **how: bool) -> object:
        if b"poison" in content:
            os.kill(os.getpid(), signal.SIGKILL)
        return read(content, **how)

    monkeypatch.setattr(worker.decode, "read", killing)
    for number in range(100):
        content = b"poison" if number == 50 else delivery([raw(number)])
        write(tmp_path / f"{number}.json", content)
    with loaded(tmp_path) as pipeline:
        # How many it held is not known.
        assert tuple(pipeline.sums()) == (100, 99, 0, 0, 1, 1, 0)
        (problem,) = pipeline.problems()
        assert (Path(problem.where).name, problem.reason) == (
            "50.json",
            "reading it ended the reader",
        )


def test_a_file_that_can_be_read_again_is_no_problem_any_more() -> None:
    known = ledger.Ledger(follow=True, asked=frozenset(), clock=lambda: 0.0)
    refs = [ObjectRef(name, 3, 1) for name in ("/a", "/b")]
    for ref in refs:
        known.change(Change(ChangeKind.UNREADABLE, ref, "cannot be opened"), late=True)
    known.problem("/folder", "cannot be listed")
    assert [problem.where for problem in known.problems()] == ["/a", "/b", "/folder"]
    assert known.change(Change(ChangeKind.FOUND, refs[0]), late=True) == [0]
    assert [problem.where for problem in known.problems()] == ["/b", "/folder"]


def test_a_file_that_went_away_before_it_was_read_is_told_apart(tmp_path: Path) -> None:
    known = ledger.Ledger(follow=True, asked=frozenset(), clock=lambda: 0.0)
    reader = Worker(lambda name, start, length: read_bytes(name, start, length, spool_fd=None))

    def look(path: Path, kind: ChangeKind) -> jobs.ReadDone:
        (number,) = known.change(Change(kind, ObjectRef(str(path), 9, 1)), late=True)
        done = reader.do(jobs.ReadJob([known.begin(number)], Window(), rich=True))
        assert isinstance(done, jobs.ReadDone)
        known.finished(number, done.results[0])
        return done

    gone, there = tmp_path / "a.json.tmp", write(tmp_path / "a.json", delivery([raw(0)]))
    assert look(gone, ChangeKind.FOUND).results[0].kind == jobs.VANISHED
    assert look(there, ChangeKind.FOUND).results[0].found == 1
    assert known.skipped == [(str(gone), GONE_UNREAD)]
    assert (known.problems(), known.totals().found) == ([], 1)
    there.unlink()
    look(there, ChangeKind.REPLACED)
    assert (known.problems(), known.totals().found) == ([], 1)
    assert known.skipped[1:] == [(str(there), GONE_UNREAD)]
    assert known.files[str(there)].unreadable
    write(gone, delivery([raw(1)]))
    look(gone, ChangeKind.REPLACED)
    assert (known.totals().found, known.files[str(gone)].unreadable) == (2, "")


def test_a_long_file_that_goes_away_while_it_is_read_is_a_loss(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (ledger, worker):
        monkeypatch.setattr(module, "STRETCH", 4000)
    monkeypatch.setattr(worker, "_FIRST", 512)
    path = write(tmp_path / "long.ndjson", b"\n".join(raws(60)) + b"\n")
    known = ledger.Ledger(follow=False, asked=frozenset(), clock=lambda: 0.0)
    reader = Worker(lambda name, start, length: read_bytes(name, start, length, spool_fd=None))

    def look(number: int) -> list[int]:
        done = reader.do(jobs.ReadJob([known.begin(number)], Window(), rich=True))
        assert isinstance(done, jobs.ReadDone)
        return known.finished(number, done.results[0])

    ref = ObjectRef(str(path), path.stat().st_size, 1)
    (first,) = known.change(Change(ChangeKind.FOUND, ref), late=False)
    rest = look(first)
    assert len(rest) > 2
    read = known.totals().found
    path.unlink()
    for number in rest:
        look(number)
    assert {problem.reason for problem in known.problems()} == {
        "went away before all of it was read"
    }
    sums = known.sums(read, 0)
    assert (sums.found, sums.unreadable) == (read + len(rest), len(rest))
    assert sums.rest_unknown == len(rest)
    assert known.skipped == []
