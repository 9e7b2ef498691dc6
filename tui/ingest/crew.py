"""The workers at work: who has which job, and what becomes of a job whose worker dies."""

from __future__ import annotations

import pickle
import selectors
from collections import deque
from typing import TYPE_CHECKING, Any

from tui.ingest.jobs import ReadJob

if TYPE_CHECKING:
    from collections.abc import Callable
    from multiprocessing.connection import Connection

    from tui.core.index import Vocabulary
    from tui.ingest.jobs import Done, Job
    from tui.ingest.nursery import Nursery

SIZE = 2
"""Workers. On two cores a third only takes turns with them."""
IN_HAND = 2
"""Jobs that a worker has been given: one at work, one waiting."""


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


class Crew:
    """The workers; they stand in the selector with themselves as the data."""

    def __init__(self, nursery: Nursery, selector: selectors.BaseSelector) -> None:
        self._nursery = nursery
        self._selector = selector
        self.workers: list[Worker] = []
        for _ in range(SIZE):
            self._hire()

    def _hire(self) -> None:
        worker = Worker(self._nursery.worker())
        self.workers.append(worker)
        self._selector.register(worker.connection, selectors.EVENT_READ, worker)

    def close(self) -> None:
        """Let all workers end."""
        for worker in self.workers:
            worker.connection.close()
        self.workers.clear()

    def renew(self) -> None:
        """Replace idle workers, whose dictionaries have grown large, by a single new one.

        The others are hired again when there is work for them.
        """
        for worker in [worker for worker in self.workers if not worker.given]:
            self._dismiss(worker)
        if not self.workers:
            self._hire()

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
        return any(isinstance(g.job, ReadJob) for w in self.workers for g in w.given)

    def fill(self, next_job: Callable[[], Given | None]) -> None:
        """Give jobs until every worker has enough, or `next_job` has no more."""
        for depth in range(IN_HAND):
            for worker in self.workers:
                if len(worker.given) <= depth:
                    given = next_job()
                    if given is None:
                        return
                    self._give(worker, given)
            while len(self.workers) < SIZE:
                given = next_job()
                if given is None:
                    return
                self._hire()
                self._give(self.workers[-1], given)

    def give(self, given: Given) -> None:
        """Give a job to the worker that has the fewest."""
        self._give(min(self.workers, key=lambda worker: len(worker.given)), given)

    def _give(self, worker: Worker, given: Given) -> None:
        worker.given.append(given)
        try:
            worker.connection.send_bytes(pickle.dumps(given.job, protocol=5))
        except OSError:
            return  # it has died: its end is noticed where its answers are read

    def take(self, worker: Worker) -> tuple[Given, Done] | None:
        """A worker's answer and the job it is for; None if the worker has died."""
        try:
            done: Done = pickle.loads(worker.connection.recv_bytes())  # noqa: S301 - our own
        except (EOFError, OSError):
            return None
        return worker.given.popleft(), done

    def replace(self, worker: Worker) -> list[Given]:
        """Bury a dead worker, hire another; its jobs, the one that it was at first."""
        self._dismiss(worker)
        self._hire()
        return list(worker.given)
