"""The workers at work: who has which job, and what becomes of a job whose worker dies."""

from __future__ import annotations

import pickle
import selectors
from collections import deque
from typing import TYPE_CHECKING, Any

from tui.ingest.jobs import ReadJob
from tui.ingest.processes.memory import give_back_memory

if TYPE_CHECKING:
    from collections.abc import Callable
    from multiprocessing.connection import Connection

    from tui.core.index.index import Vocabulary
    from tui.ingest.jobs import Done, Job
    from tui.ingest.processes.nursery import Nursery

SIZE = 2
"""Workers. On two cores a third only takes turns with them."""
LARGE = 1 << 16
"""Bytes of a job that may lie in a worker's pipe while it is at another one."""
IN_HAND = 2
"""Jobs that a worker has been given: one at work, one waiting."""
REST = 10.0
"""Seconds after which workers with nothing to do go, where others can be had in milliseconds."""


class Given:
    """A job in a worker's hands, with what its answer is for."""

    __slots__ = ("job", "objects", "rows", "tries")

    def __init__(
        self, job: Job, objects: list[int], rows: list[Any] | None = None, tries: int = 0
    ) -> None:
        self.job = job
        self.objects = objects
        self.rows = rows
        """For each object the rows that an EnrichJob is about."""
        self.tries = tries


class Worker:
    """One worker process, as the program sees it."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.vocabulary: Vocabulary | None = None
        """The index's side of its dictionaries; None until its first batch."""
        self.given: deque[Given] = deque()
        self.kept: deque[tuple[Given, bytes]] = deque()
        """Jobs too large to lie in the pipe while the worker is at another: see `_give`."""

    @property
    def load(self) -> int:
        """How many jobs it has."""
        return len(self.given) + len(self.kept)

    @property
    def jobs(self) -> list[Job]:
        """All of them, the one that it is at first."""
        return [given.job for given in (*self.given, *(given for given, _ in self.kept))]


class Crew:
    """The workers; they stand in the selector with themselves as the data."""

    def __init__(self, nursery: Nursery, selector: selectors.BaseSelector) -> None:
        self._nursery = nursery
        self._selector = selector
        self.workers: list[Worker] = []
        self._renewed = False
        self._last_busy = 0.0
        self.hire()

    def hire(self) -> None:
        """Have all workers that there may be."""
        while len(self.workers) < SIZE:
            self._hire()

    def _hire(self) -> None:
        if self._renewed:
            self._nursery.prepare()
        worker = Worker(self._nursery.worker())
        self.workers.append(worker)
        self._selector.register(worker.connection, selectors.EVENT_READ, worker)

    def close(self) -> None:
        """Let all workers end."""
        for worker in self.workers:
            worker.connection.close()
        self.workers.clear()

    def renew(self) -> None:
        """Let idle workers go, whose dictionaries have grown large.

        Others are hired when there is work for them: that takes milliseconds.
        """
        for worker in [worker for worker in self.workers if not worker.given]:
            self._dismiss(worker)
        self._renewed = True
        give_back_memory()

    def rest(self, now: float) -> None:
        """Let workers go that have had nothing to do for a while; `now` in seconds."""
        if self.busy or not self.workers or not self._renewed:
            self._last_busy = now
        elif now - self._last_busy > REST:
            self.renew()

    def _dismiss(self, worker: Worker) -> None:
        self._selector.unregister(worker.connection)
        worker.connection.close()
        self.workers.remove(worker)

    @property
    def busy(self) -> bool:
        """Has any worker something to do?"""
        return any(worker.given for worker in self.workers)

    @property
    def reading(self) -> bool:
        """Is any object being read?"""
        return any(isinstance(job, ReadJob) for worker in self.workers for job in worker.jobs)

    def fill(self, next_job: Callable[[Worker | None], Given | None]) -> None:
        """Give jobs until every worker has enough, or `next_job` has no more for it.

        It is asked with None for a job that is worth hiring another worker.
        """
        for depth in range(IN_HAND):
            for worker in self.workers:
                if worker.load <= depth and (given := next_job(worker)) is not None:
                    self._give(worker, given)
            while len(self.workers) < SIZE and (given := next_job(None)) is not None:
                self._hire()
                self._give(self.workers[-1], given)

    def give(self, given: Given) -> None:
        """Give a job to the worker that has the fewest."""
        if not self.workers:
            self._hire()
        self._give(min(self.workers, key=lambda worker: worker.load), given)

    def _give(self, worker: Worker, given: Given) -> None:
        message = pickle.dumps(given.job, protocol=5)
        if worker.given and (worker.kept or len(message) > LARGE):
            # A full pipe would stop us until the worker reads, and the worker may be waiting for
            # us to read its answer.
            worker.kept.append((given, message))
        else:
            self._send(worker, given, message)

    def _send(self, worker: Worker, given: Given, message: bytes) -> None:
        worker.given.append(given)
        try:
            worker.connection.send_bytes(message)
        except OSError:
            return  # it has died: its end is noticed where its answers are read

    def take(self, worker: Worker) -> tuple[Given, Done] | None:
        """A worker's answer and the job it is for; None if the worker has died."""
        try:
            done: Done = pickle.loads(worker.connection.recv_bytes())  # noqa: S301 - our own
        except (EOFError, OSError):
            return None
        given = worker.given.popleft()
        while worker.kept and (not worker.given or len(worker.kept[0][1]) <= LARGE):
            self._send(worker, *worker.kept.popleft())
        return given, done

    def replace(self, worker: Worker) -> list[Given]:
        """Bury a dead worker, hire another; its jobs, the one that it was at first."""
        self._dismiss(worker)
        self._hire()
        return [*worker.given, *(given for given, _ in worker.kept)]
