"""The second look: whole records of events whose flat values did not tell everything.

They wait until all is read, sorted by the worker that still has their records at hand; those on
the screen do not wait. What seemed to be delivered twice, while its record was not yet looked at,
is looked at last.
"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Any, NamedTuple

from tui.ingest.jobs import EnrichJob
from tui.ingest.processes.crew import Given

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from tui.core.index.batch import Details
    from tui.core.index.index import Index
    from tui.ingest.files import PartState
    from tui.ingest.processes.crew import Worker

OBJECTS = 64
"""Objects in one job."""


class _Later(NamedTuple):
    """Whole records to be looked at: objects, each with rows, or with positions to `check`."""

    wanted: list[tuple[int, Any]]
    check: bool


class SecondLook:
    """Makes the jobs, and gives the index what their answers tell."""

    def __init__(self, parts: list[PartState]) -> None:
        self._parts = parts
        self._later: dict[object, deque[_Later]] = {}
        """By the worker that read the objects."""
        self._wanted: list[int] = []
        self._asked: set[int] = set()
        self._doubted = False
        """Rows wait because something seems to repeat them."""
        self.unchecked = False
        """Duplicates may have been dropped that are none."""

    def __bool__(self) -> bool:
        return bool(self._later)

    def want(self, row: int) -> None:
        """A row that waits for its record is on the screen: look at it before all else."""
        if row not in self._asked:
            self._asked.add(row)
            self._wanted.append(row)

    def plan(self, index: Index) -> None:
        """Put off all rows that wait for their records, the newest first."""
        self._plan(index, None)

    def _plan(self, index: Index, some: Any) -> None:
        for objects, rows in index.pending_by_object(OBJECTS, some):
            self._put_off(zip(objects, rows, strict=True), check=False)

    def plan_checks(self, index: Index) -> None:
        """Put off what only seems to have been delivered twice; nothing may be put off now.

        Rows that it may repeat come first, if they wait: then this has to be called once more.
        """
        doubted = index.doubted()
        if len(doubted) and not self._doubted:
            self._doubted = True
            self._plan(index, doubted)
            return
        self._doubted = False
        self.unchecked = False
        by_object: dict[int, list[int]] = {}
        for object_id, position in index.unsure():
            by_object.setdefault(object_id, []).append(position)
        self._put_off(by_object.items(), check=True)

    def _put_off(self, wanted: Iterable[tuple[int, Any]], *, check: bool) -> None:
        for object_id, each in wanted:
            queue = self._later.setdefault(self._parts[object_id].reader, deque())
            if not queue or queue[-1].check != check or len(queue[-1].wanted) >= OBJECTS:
                queue.append(_Later([], check))
            queue[-1].wanted.append((object_id, each))

    def urgent_job(self, index: Index) -> Given | None:
        """The rows on the screen, if any wait."""
        if not self._wanted:
            return None
        import numpy as np

        rows = np.array(self._wanted, np.int64)
        self._wanted.clear()
        objects: list[int] = []
        wanted: list[Any] = []
        for some, each in index.pending_by_object(len(rows), rows):
            objects += some
            wanted += each
        return self._job(index, objects, wanted) if objects else None

    def job(self, index: Index, worker: Worker | None, alive: Collection[Worker]) -> Given | None:
        """The next job for a worker: its own objects, else those of one that has gone."""
        owner: object = worker
        if owner not in self._later:
            owner = next((each for each in self._later if each not in alive), worker)
        queue = self._later.get(owner)
        if not queue:
            return None
        wanted, check = queue.popleft()
        if not queue:
            del self._later[owner]
        objects = [object_id for object_id, _ in wanted]
        if not check:
            return self._job(index, objects, [rows for _, rows in wanted])
        states = [(self._parts[object_id], positions) for object_id, positions in wanted]
        parts = [(state.part, state.mode, positions) for state, positions in states]
        return Given(EnrichJob(parts), objects)

    def _job(self, index: Index, objects: list[int], rows: list[Any]) -> Given:
        parts = []
        for object_id, each in zip(objects, rows, strict=True):
            state = self._parts[object_id]
            parts.append((state.part, state.mode, index.positions(each).tolist()))
        return Given(EnrichJob(parts), objects, rows)

    def take(self, index: Index, given: Given, details: list[list[Details | None]]) -> None:
        """Give the index what a job's answer told."""
        if given.rows is None:
            self._check(index, given, details)
            return
        import numpy as np

        known = [
            (row, one)
            for rows, told in zip(given.rows, details, strict=True)
            for row, one in zip(rows.tolist(), told, strict=True)
        ]
        self._asked.difference_update(row for row, _ in known)
        if known:
            index.amend(np.array([row for row, _ in known]), [one for _, one in known])

    def _check(self, index: Index, given: Given, details: list[list[Details | None]]) -> None:
        assert isinstance(given.job, EnrichJob)
        places: list[tuple[int, int]] = []
        for part, _, positions in given.job.parts:
            places += [(part.object_id, position) for position in positions]
        index.check(places, [one for told in details for one in told])
