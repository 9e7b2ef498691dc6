"""Looking through whole records for what the index does not know, on the workers, behind reading.

One search at a time. Its rows are taken object by object, in the order in which they first name
one, so that the newest are answered first; a few objects in the first jobs, so that the first
answer comes at once.
"""

from __future__ import annotations

from collections import deque
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from tui.core.query.nodes import Regex
from tui.core.query.regex import given_up
from tui.ingest.backlog import JOB_BYTES, JOB_FILES
from tui.ingest.jobs import SearchJob
from tui.ingest.processes.crew import Given
from tui.ingest.processes.memory import give_back_memory

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from tui.core.index.index import Index
    from tui.core.query.nodes import Path, Text
    from tui.ingest.jobs import SearchDone
    from tui.ingest.ledger import Ledger

    Rows = NDArray[Any]
    Then = Callable[[Path | Text, Rows, NDArray[np.bool_]], None]
    """Told of a node whether it holds in each of these rows."""

BROUGHT = 32
"""Objects that are fetched again at once, because their bytes are no longer in the cache."""
_SMALL = 1 << 16
_MANY = 200_000


class SearchProgress(NamedTuple):
    """How far a search has come, in rows."""

    done: int
    all: int
    found: int
    """Rows in which anything that was asked for holds."""
    unread: int
    """Rows whose record cannot be read any more; they count as rows without it."""


class _Stretch(NamedTuple):
    """The rows of one object."""

    object_id: int
    start: int
    end: int


class Searching:
    """The search that is under way, if any."""

    def __init__(
        self,
        ledger: Ledger,
        index: Callable[[], Index],
        *,
        wake: Callable[[], None],
        bring: Callable[[int, Callable[[], None]], bool],
    ) -> None:
        """`wake` lets jobs be given out; `bring` fetches an object's bytes unless they are here.

        `bring` calls its second argument when they have come, or cannot be had, and returns False
        if they are here. It gives no jobs out.
        """
        self._ledger = ledger
        self._index = index
        self._wake = wake
        self._bring = bring
        self._slow: set[str] = set()
        self._forget()

    def _forget(self) -> None:
        self._nodes: tuple[Path | Text, ...] = ()
        self._then: Then | None = None
        self._rows: Rows | Sequence[int] = ()
        self._objects: list[int] = []
        self._ends: list[int] = []
        self._next_object = 0
        self._back: deque[_Stretch] = deque()
        """Stretches that were brought."""
        self._coming: set[_Stretch] = set()
        self._brought: set[int] = set()
        self._out: set[Given] = set()
        self._jobs_made = 0
        self._all = self._done = self._found = self._unread = 0

    def __bool__(self) -> bool:
        """Is there anything left to be looked at, or in the workers' hands?"""
        return bool(self._out or self._coming or self._more)

    @property
    def _more(self) -> bool:
        return bool(self._back) or self._next_object < len(self._objects)

    # What is asked

    def look(self, nodes: Sequence[Path | Text], rows: Rows, then: Then) -> None:
        """Look whether these nodes hold in these rows, instead of what was looked for before.

        `then` is called from `pump`, for each node of each finished job; it may call `look` and
        `cancel`.
        """
        import numpy as np

        self._forget()
        if not nodes or not len(rows):
            return
        rows = np.asarray(rows)
        self._nodes, self._then = tuple(nodes), then
        self._all = len(rows)
        self._rows, self._objects, self._ends = _by_object(rows, self._index().objects(rows))
        if len(rows) > _MANY:
            give_back_memory()  # to sort a million rows takes 24 MB for a moment
        self._wake()

    def cancel(self) -> None:
        """Look at nothing more; what workers are at is not waited for."""
        self._forget()

    def progress(self) -> SearchProgress:
        """How far the search has come; the last one's numbers stay until there is another."""
        return SearchProgress(self._done, self._all, self._found, self._unread)

    def trouble(self, nodes: Sequence[Path | Text]) -> str:
        """What kept these nodes from being answered, in a sentence; "" for nothing."""
        for node in nodes:
            for value in getattr(node, "values", ()):
                if isinstance(value, Regex) and value.pattern in self._slow:
                    return given_up(value.pattern)
        return ""

    # Jobs

    def job(self) -> Given | None:
        """The next job, None if there is none now."""
        most = JOB_FILES[min(self._jobs_made, len(JOB_FILES) - 1)]
        stretches: list[_Stretch] = []
        size = 0
        while self._more and len(stretches) < most and size < JOB_BYTES:
            stretch = self._next()
            if stretch is None:
                break
            stretches.append(stretch)
            size += self._ledger.size(stretch.object_id)
        if not stretches:
            return None
        self._jobs_made += 1
        return self._given(stretches)

    def _given(self, stretches: list[_Stretch]) -> Given:
        import numpy as np

        parts = []
        for stretch in stretches:
            state = self._ledger.parts[stretch.object_id]
            parts.append((state.part, state.mode, stretch.end - stretch.start))
        rows = np.concatenate([self._rows[one.start : one.end] for one in stretches])
        positions = self._index().positions(rows).astype(np.uint32)
        job = SearchJob(parts, positions, self._nodes)
        given = Given(job, [stretch.object_id for stretch in stretches], [stretches, rows])
        self._out.add(given)
        return given

    def _next(self) -> _Stretch | None:
        """The next stretch whose bytes are here; others are sent for."""
        while self._more and len(self._coming) < BROUGHT:
            if self._back:
                return self._back.popleft()
            at = self._next_object
            self._next_object += 1
            start = self._ends[at - 1] if at else 0
            stretch = _Stretch(self._objects[at], start, self._ends[at])
            if not self._is_coming(stretch):
                return stretch
        return self._back.popleft() if self._back else None

    def _is_coming(self, stretch: _Stretch) -> bool:
        if stretch.object_id in self._brought:
            return False
        if not self._bring(stretch.object_id, partial(self._came, self._coming, stretch)):
            return False
        self._brought.add(stretch.object_id)
        self._coming.add(stretch)
        return True

    def _came(self, coming: set[_Stretch], stretch: _Stretch) -> None:
        if coming is self._coming:  # else it was for an earlier search
            coming.discard(stretch)
            self._back.append(stretch)

    # Answers

    def take(self, given: Given, done: SearchDone) -> None:
        """Pass on what a job's answer told."""
        if given not in self._out:
            return
        import numpy as np

        self._out.discard(given)
        assert given.rows is not None
        stretches, rows = given.rows
        told = np.ones(len(rows), np.bool_)
        starts = np.cumsum([0, *[stretch.end - stretch.start for stretch in stretches]])
        for number in done.gone:
            if self._is_coming(stretches[number]):  # the cache let go of it meanwhile
                told[starts[number] : starts[number + 1]] = False
            else:
                self._unread += stretches[number].end - stretches[number].start
        self._unread += done.unread
        self._slow.update(done.slow)
        self._tell(rows, told, done.found)

    def lost(self, given: Given) -> None:
        """No worker survived this job: its rows count as rows without anything."""
        if given not in self._out:
            return
        import numpy as np

        self._out.discard(given)
        assert given.rows is not None
        rows = given.rows[1]
        self._unread += len(rows)
        self._tell(rows, np.ones(len(rows), np.bool_), [[] for _ in self._nodes])

    def again(self, given: Given, tries: int) -> Given | None:
        """The same job for another worker; None if nobody waits for it any more."""
        if given not in self._out:
            return None
        self._out.discard(given)
        another = Given(given.job, given.objects, given.rows, tries)
        self._out.add(another)
        return another

    def _tell(self, rows: Rows, told: NDArray[np.bool_], found: list[list[int]]) -> None:
        import numpy as np

        every = np.zeros((len(self._nodes), len(rows)), np.bool_)
        for yes, places in zip(every, found, strict=True):
            yes[places] = True
        self._done += int(told.sum())
        self._found += int(every.any(axis=0).sum())
        if not self:
            self._rows, self._objects, self._ends, self._next_object = (), [], [], 0
        nodes, then = self._nodes, self._then
        assert then is not None
        for node, yes in zip(nodes, every, strict=True):
            if self._then is not then or self._nodes is not nodes:
                return  # they asked for something else
            then(node, rows[told], yes[told])


def _by_object(rows: Rows, objects: Rows) -> tuple[Rows, list[int], list[int]]:
    """Rows sorted by object, the objects in the order in which they appear first.

    Gives the sorted rows, the objects, and where the rows of each end.
    """
    import numpy as np

    from tui.core.index.columns import count_codes, look_up

    first = np.full(int(objects.max()) + 1, len(objects), np.int64)
    # The last of several values for one place is the one that stays.
    first[objects[::-1]] = np.arange(len(objects) - 1, -1, -1)
    found = np.flatnonzero(first < len(objects))
    found = found[np.argsort(first[found])]
    # Of a million rows each number of 8 bytes takes 8 MB. numpy sorts 16 bits in linear time.
    turn = np.zeros(len(first), np.uint16 if len(found) <= _SMALL else np.uint32)
    turn[found] = np.arange(len(found))
    turns = look_up(turn, objects)
    order = np.argsort(turns.astype(np.uint16, copy=False), kind="stable")
    if len(found) > _SMALL:
        order = order[np.argsort(turns[order] // _SMALL, kind="stable")]
    ends = np.cumsum(count_codes(turns, len(found)))
    return look_up(rows, order), found.tolist(), ends.tolist()
