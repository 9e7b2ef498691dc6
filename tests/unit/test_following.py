"""From a change on the disk to the index, with real processes: nothing is missed or told twice."""

from __future__ import annotations

import contextlib
import gzip
import os
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.unit.made import delivery, raw, raws, record, write
from tui.ingest import ledger
from tui.ingest.pipeline import Pipeline
from tui.sources.local import LocalSource

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

TIMEOUT = 60.0


class Following:
    """A pipeline that follows, and a clock that can be put forward."""

    def __init__(self, *paths: Path, poll: float | None = None) -> None:
        self.ahead = 0.0
        self.pipeline = Pipeline(
            [LocalSource([str(path) for path in paths])],
            poll=poll,
            clock=lambda: time.monotonic() + self.ahead,
        )
        self.pipeline.start()
        self.until(lambda: bool(self.pipeline.state) and self.pipeline.idle)

    def until(self, done: Callable[[], bool]) -> None:
        """Take in what happens until this is so."""
        end = time.monotonic() + TIMEOUT
        while not done():
            assert time.monotonic() < end, (self.events(), self.pipeline.problems())
            self.pipeline.pump(0.05)
            self.pipeline.tick()

    def settle(self) -> None:
        """Put the clock forward to when an unfinished file counts as broken."""
        self.ahead += ledger.SETTLED + 1
        self.pipeline.tick()

    def events(self) -> list[str]:
        """The buckets that the listed events name, by time."""
        index = self.pipeline.index
        return [index.event(int(row)).target.removeprefix("bücket-") for row in index.order]

    def expect(self, *numbers: int) -> None:
        """Wait for just these events; the sum must hold."""
        wanted = [str(number) for number in numbers]
        self.until(lambda: self.events() == wanted and self.pipeline.idle)
        sums = self.pipeline.sums()
        assert sums.found == sums.listed + sums.duplicates + sums.outside + sums.unreadable

    def read_parts(self) -> list[tuple[int, int]]:
        """Where each part that was read begins, and how many records it gave."""
        return [(s.part.start, s.counts.found) for s in self.pipeline.parts if s.counts]


@pytest.fixture(params=[None, 0.2], ids=["notified", "polling"])
def follow(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Following]:
    write(tmp_path / "2026/03/03/first.json", delivery([raw(0)]))
    following = Following(tmp_path, poll=request.param)
    following.expect(0)
    yield following
    following.pipeline.close()


def test_new_files_folders_and_tomorrows_path(follow: Following, tmp_path: Path) -> None:
    write(tmp_path / "2026/03/03/second.json.gz", delivery([raw(2)]), packed=True)
    follow.expect(0, 2)
    write(tmp_path / "2026/03/04/third.json", delivery([raw(3)]))
    follow.expect(0, 2, 3)
    write(tmp_path / "2020/01/01/late.json", delivery([raw(1)]))
    follow.expect(0, 1, 2, 3)


def test_a_gzip_that_is_half_there_and_then_whole(follow: Following, tmp_path: Path) -> None:
    stored = gzip.compress(delivery(raws(30)[5:]), mtime=0)
    path = tmp_path / "2026/03/03/half.json.gz"
    path.write_bytes(stored[: len(stored) // 2])
    follow.until(lambda: follow.pipeline.ledger.objects_read == 2)
    assert follow.pipeline.problems() == []
    with path.open("ab") as file:
        file.write(stored[len(stored) // 2 :])
    follow.expect(0, *range(5, 30))
    follow.settle()
    assert follow.pipeline.problems() == []
    assert tuple(follow.pipeline.sums()) == (26, 26, 0, 0, 0, 0, 0)


def test_a_gzip_that_stays_half_is_a_problem_once_it_has_settled(
    follow: Following, tmp_path: Path
) -> None:
    stored = gzip.compress(delivery(raws(30)[5:]), mtime=0)
    (tmp_path / "2026/03/03/half.json.gz").write_bytes(stored[: len(stored) // 2])
    follow.until(lambda: follow.pipeline.ledger.objects_read == 2 and follow.pipeline.idle)
    assert follow.pipeline.problems() == []
    assert follow.pipeline.sums().unsettled == 1
    follow.settle()
    (problem,) = follow.pipeline.problems()
    assert "too early" in problem.reason
    sums = follow.pipeline.sums()
    assert (sums.unreadable, sums.rest_unknown, sums.unsettled) == (1, 1, 0)
    assert sums.found == sums.listed + sums.unreadable


def test_lines_that_grow_are_read_from_where_they_ended(follow: Following, tmp_path: Path) -> None:
    path = tmp_path / "2026/03/03/app.ndjson"
    path.write_bytes(raw(1) + b"\n" + raw(2) + b"\n")
    follow.expect(0, 1, 2)
    size = path.stat().st_size
    with path.open("ab") as file:
        file.write(raw(3) + b"\n" + raw(4)[:50])
        file.flush()
        follow.expect(0, 1, 2, 3)
        assert follow.pipeline.problems() == []
        follow.settle()
        (problem,) = follow.pipeline.problems()
        assert problem.position == size + len(raw(3)) + 1
        file.write(raw(4)[50:])
        file.flush()
        follow.expect(0, 1, 2, 3, 4)
        assert follow.pipeline.problems() == []
        file.write(b"\n" + raw(5) + b"\n")
    follow.expect(0, 1, 2, 3, 4, 5)
    assert tuple(follow.pipeline.sums()) == (6, 6, 0, 0, 0, 0, 0)
    starts = [start for start, _ in follow.read_parts()]
    assert starts[:3] == [0, 0, size]
    assert starts[3] == size + len(raw(3)) + 1
    assert follow.read_parts()[1:3] == [(0, 2), (size, 1)]


def test_files_that_are_replaced_or_truncated_have_their_rows_replaced(
    follow: Following, tmp_path: Path
) -> None:
    lines = write(tmp_path / "2026/03/03/a.ndjson", raw(1) + b"\n" + raw(2) + b"\n")
    whole = write(tmp_path / "2026/03/03/b.json", delivery([raw(3), raw(4)]))
    follow.expect(0, 1, 2, 3, 4)
    lines.write_bytes(raw(5) + b"\n")
    follow.expect(0, 3, 4, 5)
    write(whole, delivery([raw(6)]))
    follow.expect(0, 5, 6)
    lines.write_bytes(b"\n".join(raws(12)[7:]) + b"\n")
    follow.expect(0, 6, 7, 8, 9, 10, 11)


def test_the_rows_of_a_deleted_file_stay(follow: Following, tmp_path: Path) -> None:
    path = write(tmp_path / "2026/03/03/b.json", delivery([raw(3)]))
    follow.expect(0, 3)
    path.unlink()
    file = follow.pipeline.ledger.files[str(path)]
    follow.until(lambda: bool(file.unreadable))
    follow.expect(0, 3)
    assert follow.pipeline.problems() == []


def test_loops_of_links_end(follow: Following, tmp_path: Path) -> None:
    (tmp_path / "2026/loop").symlink_to(tmp_path)
    (tmp_path / "2026/self").symlink_to(tmp_path / "2026/self")
    write(tmp_path / "2026/03/03/b.json", delivery([raw(3)]))
    follow.expect(0, 3)


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")
def test_a_file_made_unreadable_keeps_its_rows_and_is_said(
    follow: Following, tmp_path: Path
) -> None:
    path = write(tmp_path / "2026/03/03/b.json", delivery([raw(3)]))
    follow.expect(0, 3)
    path.chmod(0)
    follow.until(lambda: bool(follow.pipeline.problems()))
    follow.expect(0, 3)


def test_a_worker_killed_from_outside_costs_nothing(follow: Following, tmp_path: Path) -> None:
    for number in range(1, 60):
        write(tmp_path / f"2026/03/03/{number}.json", delivery([raw(number)]))
        if number % 20 == 0:
            for pid in workers_of(os.getpid()):
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, 9)
    follow.expect(*range(60))
    assert follow.pipeline.problems() == []


def workers_of(pid: int) -> list[int]:
    """The processes below the nursery that have no threads: the workers."""
    nurseries = children(pid)
    below = [child for nursery in nurseries for child in children(nursery)]
    return [child for child in below if len([*Path(f"/proc/{child}/task").glob("*")]) == 1]


def children(pid: int) -> list[int]:
    """The processes that this one made."""
    found: list[int] = []
    for path in Path(f"/proc/{pid}/task").glob("*/children"):
        with contextlib.suppress(OSError):  # a thread or process that ended meanwhile
            found += map(int, path.read_text().split())
    return found


def test_records_of_a_followed_file_are_found_again(follow: Following, tmp_path: Path) -> None:
    from tui.ingest import records

    path = tmp_path / "2026/03/03/app.ndjson"
    path.write_bytes(raw(1) + b"\n")
    follow.expect(0, 1)
    with path.open("ab") as file:
        file.write(raw(2) + b"\n")
    follow.expect(0, 1, 2)
    index = follow.pipeline.index
    for row in index.order.tolist():
        found = records.find(follow.pipeline.places(row), index.fingerprint(row), None)
        assert found.record == record(int(index.event(row).target.removeprefix("bücket-")))
