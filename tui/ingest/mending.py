"""What becomes of a job whose worker died at it, or whose code failed there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.ingest.jobs import ReadJob, SearchJob
from tui.ingest.processes.crew import Given

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tui.ingest.backlog import Backlog
    from tui.ingest.processes.crew import Crew
    from tui.ingest.searching import Searching

TRIES = 2
"""How often a file is tried again alone: the reader may have been killed from outside."""


class Mending:
    """Tries jobs again, and gives up what cannot be done."""

    def __init__(
        self,
        crew: Crew,
        backlog: Backlog,
        searches: Sequence[Searching],
        give_up: Callable[[int, str], None],
    ) -> None:
        """`give_up` is told of an object that cannot be read, and why."""
        self._crew = crew
        self._backlog = backlog
        self._searches = searches
        self._give_up = give_up

    def bury(self, left: list[Given]) -> None:
        """A worker died with these jobs left, the first of which it was at."""
        for number, given in enumerate(left):
            if number:  # it had not begun this one
                self._requeue(given, given.tries)
            else:
                self.try_again(given, "reading it ended the reader")

    def try_again(self, given: Given, reason: str) -> None:
        """Do a job that failed file by file: the file that is to blame is found."""
        if not isinstance(given.job, ReadJob):
            self._requeue(given, given.tries + 1)
            return
        if len(given.objects) == 1 and given.tries >= TRIES:
            self._give_up(given.objects[0], reason)
            return
        for part in given.job.parts:
            job = given.job._replace(parts=[part], compiled=False)
            self._crew.give(Given(job, [part.object_id], tries=given.tries + 1))

    def _requeue(self, given: Given, tries: int) -> None:
        if isinstance(given.job, ReadJob):
            self._backlog.put_first(given.objects)
        elif isinstance(given.job, SearchJob):
            for searching in self._searches:
                if tries >= TRIES:
                    searching.lost(given)
                elif (another := searching.again(given, tries)) is not None:
                    self._crew.give(another)
        elif tries < TRIES:
            self._crew.give(Given(given.job, given.objects, given.rows, tries))
