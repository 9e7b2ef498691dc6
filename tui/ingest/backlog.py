"""What waits to be read: what is new before what was there, in jobs of the right size."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

from tui.ingest.jobs import ReadJob
from tui.ingest.processes.crew import Given

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tui.ingest.ledger import Ledger
    from tui.sources.base import Window

JOB_FILES = (4, 64, 256)
"""Objects in the first jobs and in all that follow: the first screenful waits for four."""
JOB_BYTES = 768 << 10
"""Stored bytes after which a job is full: its answer is taken in between two keys."""
FETCHED_BYTES = 1 << 20
"""The same for objects of buckets: while they are fetched more processes share the cores."""


class Backlog:
    """Objects whose bytes are at hand, in the order in which they are to be read."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self.urgent: deque[int] = deque()
        """What is new since the first look, and what is tried again."""
        self.old: deque[int] = deque()
        """What was there when we came, the newest first."""
        self.jobs_made = 0
        self.read_since = 0
        """Stored bytes given out since this was last set to 0."""

    def __bool__(self) -> bool:
        return bool(self.urgent or self.old)

    def put(self, object_id: int, *, urgent: bool) -> None:
        """Read this object too."""
        (self.urgent if urgent else self.old).append(object_id)

    def put_first(self, objects: Iterable[int]) -> None:
        """Read these before all else, in this order."""
        self.urgent.extendleft(reversed([*objects]))

    def cancel(self) -> None:
        """Read no more of what was there when we came."""
        for object_id in self.old:
            self._ledger.drop(object_id)
        self.old.clear()

    def job(
        self, window: Window, *, rich: bool, details: bool, compiled_from: int = 1 << 62
    ) -> Given:
        """The next job, of what is urgent if there is any.

        `rich`: look at whole records at once; else, with `details`, keep them at hand for later.
        Jobs of at least `compiled_from` stored bytes are for the compiled reader.
        """
        queue = self.urgent or self.old
        full = FETCHED_BYTES if self._ledger.parts[queue[0]].part.path else JOB_BYTES
        most = JOB_FILES[min(self.jobs_made, len(JOB_FILES) - 1)]
        self.jobs_made += 1
        objects: list[int] = []
        size = 0
        while queue and len(objects) < most and size < full:
            objects.append(queue.popleft())
            size += self._ledger.size(objects[-1])
        self.read_since += size
        parts = [self._ledger.begin(object_id) for object_id in objects]
        compiled = size >= compiled_from
        return Given(ReadJob(parts, window, rich, details and not rich, compiled), objects)
