"""The workers at work: large jobs wait until they can be read, nothing stops for a full pipe."""

from __future__ import annotations

import selectors
from typing import TYPE_CHECKING

import pytest

from tui.ingest.jobs import Part, ReadDone, ReadJob
from tui.ingest.processes.crew import IN_HAND, LARGE, REST, SIZE, Crew, Given
from tui.ingest.processes.nursery import Nursery
from tui.sources.base import Window

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def crew() -> Iterator[Crew]:
    nursery, selector = Nursery(), selectors.DefaultSelector()
    crew = Crew(nursery, selector)
    yield crew
    crew.close()
    selector.close()
    nursery.close()


def job(folder: Path, files: int, padding: int) -> Given:
    """A job of files that are not there, with names as long as is asked for."""
    parts = [Part(n, str(folder / f"{n:06}{'x' * padding}")) for n in range(files)]
    return Given(ReadJob(parts, Window(), rich=False), list(range(files)))


def answers(crew: Crew, count: int) -> list[int]:
    """The sizes of so many answers, as they come."""
    sizes: list[int] = []
    while len(sizes) < count:
        for key, _ in crew._selector.select(30):
            taken = crew.take(key.data)
            assert taken is not None
            given, done = taken
            assert isinstance(done, ReadDone)
            assert len(done.results) == len(given.objects)
            sizes.append(len(given.objects))
    return sizes


def test_jobs_larger_than_the_pipe_are_all_done(crew: Crew, tmp_path: Path) -> None:
    # Each job and each answer is larger than what a pipe holds.
    jobs = [job(tmp_path, 3000, 200) for _ in range(3 * SIZE)]
    for given in jobs:
        crew.give(given)
    assert sum(worker.load for worker in crew.workers) == len(jobs)
    assert all(len(worker.given) == 1 for worker in crew.workers)
    assert answers(crew, len(jobs)) == [3000] * len(jobs)
    assert not crew.busy


def test_small_jobs_lie_ready_beside_the_one_at_work(crew: Crew, tmp_path: Path) -> None:
    for _ in range(IN_HAND * SIZE):
        crew.give(job(tmp_path, 2, 0))
    assert all(len(worker.given) == IN_HAND for worker in crew.workers)
    answers(crew, IN_HAND * SIZE)


def test_no_more_is_asked_for_than_the_workers_may_have(crew: Crew, tmp_path: Path) -> None:
    made: list[Given] = []

    def next_job(_worker: object) -> Given:
        made.append(job(tmp_path, 1000, 200))
        return made[-1]

    crew.fill(next_job)
    crew.fill(next_job)
    assert len(made) == IN_HAND * SIZE
    assert LARGE < 1000 * 200
    answers(crew, len(made))


def test_the_jobs_of_a_dead_worker_are_given_back(crew: Crew, tmp_path: Path) -> None:
    worker = crew.workers[0]
    for _ in range(3 * SIZE):
        crew.give(job(tmp_path, 1000, 200))
    assert len(crew.replace(worker)) == 3
    assert len(crew.workers) == SIZE
    answers(crew, 3 * (SIZE - 1))


def test_idle_workers_go_and_others_are_hired_when_there_is_work(
    crew: Crew, tmp_path: Path
) -> None:
    before = list(crew.workers)
    crew.renew()
    assert crew.workers == []
    waiting = [job(tmp_path, 1, 0) for _ in range(2)]
    crew.fill(lambda _: waiting.pop() if waiting else None)
    assert len(crew.workers) == SIZE
    assert not set(crew.workers) & set(before)
    answers(crew, 2)


def test_workers_that_rest_go_once_others_can_be_had_at_once(crew: Crew, tmp_path: Path) -> None:
    crew.rest(0.0)
    crew.rest(100.0)
    assert len(crew.workers) == SIZE  # those of a small trail stay
    crew.renew()
    crew.hire()
    crew.rest(100.0)
    crew.give(job(tmp_path, 1, 0))
    crew.rest(100.0 + 2 * REST)
    assert len(crew.workers) == SIZE  # one has a job
    answers(crew, 1)
    crew.rest(100.0 + 2.9 * REST)
    assert len(crew.workers) == SIZE
    crew.rest(100.0 + 3.1 * REST)
    assert crew.workers == []
