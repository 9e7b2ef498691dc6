"""The engine: gives workers their jobs, the index their answers, and knows how far it has come.

One selector holds the connections to all processes, and its descriptor is what an event loop
watches. Everything here runs in one thread; nothing blocks but `run` and `close`.
"""

from __future__ import annotations

import pickle
import selectors
import time
from collections import deque
from typing import TYPE_CHECKING

from tui.core.rows import Progress, Sums
from tui.ingest import jobs
from tui.ingest.crew import Crew, Given
from tui.ingest.jobs import ReadJob
from tui.ingest.ledger import Ledger
from tui.ingest.nursery import Nursery
from tui.ingest.second_look import SecondLook
from tui.sources.base import Notice, Window

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from multiprocessing.connection import Connection

    from tui.core.index import Index
    from tui.core.rows import Problem
    from tui.ingest.crew import Worker
    from tui.ingest.ledger import PartState
    from tui.ingest.records import Place
    from tui.sources.base import Source

JOB_FILES = (4, 64, 256)
"""Objects in the first jobs and in all that follow: the first screenful waits for four."""
JOB_BYTES = 2 << 20
"""Stored bytes after which a job is full: its answer is taken in between two keys."""
RICH_BYTES = 8 << 20
"""Up to this much in all, whole records are looked at while loading."""
RENEW_BYTES = 32 << 20
"""Stored bytes after which idle workers are replaced, to give back what their dictionaries took."""
TRIES = 2
"""How often a file is tried again alone: the reader may have been killed from outside."""


class Pipeline:
    """Reads sources into an index, and follows them."""

    def __init__(
        self,
        sources: Sequence[Source],
        *,
        window: Window = Window(),  # noqa: B008 - immutable
        follow: bool = True,
        poll: float | None = None,
        spool_fd: int | None = None,
        stdin_fd: int | None = None,
        asked: Iterable[str] = (),
        details: bool = True,
        at_once: bool = False,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`asked` are the names of objects that a person named one by one. Without `details`
        no whole record is looked at: targets, notes and flags stay as the flat values tell.
        `at_once` looks at them while loading, which is slower, but reads each object only once.
        `clock` gives seconds.
        """
        self._sources = sources
        self.window = window
        self._follow = follow
        self._poll = poll
        self.spool_fd = spool_fd
        self._stdin_fd = stdin_fd
        self._details = details
        self._at_once = at_once
        self._clock = clock
        self.ledger = Ledger(
            follow=follow or stdin_fd is not None, asked=frozenset(asked), clock=clock
        )
        self._selector = selectors.DefaultSelector()
        self._nursery: Nursery | None = None
        self._crew: Crew | None = None
        self._scouts: dict[Connection, Source] = {}
        self._index: Index | None = None
        self._urgent: deque[int] = deque()
        self._backlog: deque[int] = deque()
        self._loaded = False
        self._second = SecondLook(self.ledger.parts)
        self._jobs_made = 0
        self._listing = 0
        self._running = 0
        self._read_since = 0
        self._cancelled = False
        self._started = 0.0
        self.state = ""
        """What the sources are doing, in a few words."""

    # Life

    def start(self) -> None:
        """Fork the processes and begin. Call it before any thread starts."""
        self._started = self._clock()
        self._nursery = Nursery(self.spool_fd, self._stdin_fd)
        for source in self._sources:
            scout = self._nursery.scout(source, follow=self._follow, poll=self._poll)
            self._scouts[scout] = source
            self._selector.register(scout, selectors.EVENT_READ, None)
        self._listing = self._running = len(self._scouts)
        self._crew = Crew(self._nursery, self._selector)

    def close(self) -> None:
        """End all processes."""
        for scout in self._scouts:
            scout.close()
        self._scouts.clear()
        if self._crew is not None:
            self._crew.close()
        self._selector.close()
        if self._nursery is not None:
            self._nursery.close()

    def fileno(self) -> int:
        """The descriptor that becomes readable when `pump` has something to do."""
        return self._selector.fileno()

    @property
    def index(self) -> Index:
        """All events; made when first needed, since numpy takes a while to load."""
        if self._index is None:
            from tui.core.index import Index

            self._index = Index()
        return self._index

    @property
    def empty(self) -> bool:
        """Has no event been read yet?"""
        return self._index is None

    @property
    def parts(self) -> list[PartState]:
        """The parts of objects, by the numbers under which the index knows them."""
        return self.ledger.parts

    def pump(self, timeout: float | None = 0, limit: int = 1) -> bool:
        """Handle up to `limit` messages; True if anything came. None waits for the first."""
        self._dispatch()
        ready = self._selector.select(timeout)
        # Changes first: they are small, and what is new goes before what is old.
        ready.sort(key=lambda item: item[0].data is not None)
        for key, _ in ready[:limit]:
            if key.data is None:
                self._hear(key.fileobj)  # type: ignore[arg-type] # we registered a Connection
            else:
                self._answer(key.data)
        self._dispatch()
        return bool(ready)

    def run(self) -> bool:
        """Wait for something to happen and handle it; False when nothing ever will again."""
        if self.idle and not self._running:
            self.tick()  # nothing will grow any more
            if not self.ledger.unsettled:
                return False
        self.pump(0.5 if self.ledger.unsettled else None, limit=4)
        self.tick()
        return True

    @property
    def loading(self) -> bool:
        """Is something still to be listed or read of what was there at the start?"""
        return not self._loaded

    @property
    def idle(self) -> bool:
        """Nothing is being listed, read or looked at again."""
        busy = self._crew is not None and self._crew.busy
        done = not self._second and not self._second.unchecked
        return self._loaded and self._read_up and done and not busy

    @property
    def _read_up(self) -> bool:
        reading = self._crew is not None and self._crew.reading
        return not self._urgent and not self._backlog and not reading

    def poll_now(self) -> None:
        """Let the sources look for what is new."""
        from tui.ingest.scout import WAKE

        for scout in self._scouts:
            try:
                scout.send_bytes(WAKE)
            except OSError:
                continue  # its end is noticed where its messages are read

    def cancel(self) -> None:
        """Read no more of what was there at the start; what is loaded stays."""
        self._cancelled = True
        for object_id in self._backlog:
            self.ledger.drop(object_id)
        self._backlog.clear()

    def tick(self) -> bool:
        """Settle what has not changed for a while; True if that changed something."""
        return self.ledger.settle()

    # What is asked

    def progress(self) -> Progress:
        """How far loading has come."""
        ledger = self.ledger
        loading = self.loading
        left: float | None = None
        if loading and ledger.bytes_read and not self._listing:
            elapsed = self._clock() - self._started
            left = elapsed * (ledger.bytes_found - ledger.bytes_read) / ledger.bytes_read
        return Progress(
            loading=loading,
            objects_read=ledger.objects_read,
            objects_found=len(ledger.files),
            events=0 if self._index is None else len(self._index),
            bytes_read=ledger.bytes_read,
            bytes_found=ledger.bytes_found,
            seconds_left=left,
            listing=bool(self._listing),
        )

    def problems(self) -> list[Problem]:
        """All that could not be read, files in the order in which they were read."""
        return self.ledger.problems()

    def problem_count(self) -> int:
        """How many there are, without making the list."""
        return self.ledger.problem_count()

    def sums(self) -> Sums:
        """What was found, and where each record of it is."""
        totals = self.ledger.totals()
        return Sums(
            found=totals.found,
            listed=0 if self._index is None else len(self._index),
            duplicates=0 if self._index is None else self._index.duplicates,
            outside=totals.outside,
            unreadable=totals.unreadable,
            rest_unknown=self.ledger.cut_short(),
        )

    def places(self, row: int) -> list[Place]:
        """Where an event's record stands, the place that is most likely still good first."""
        from tui.ingest.records import Place

        states = [(self.parts[number], position) for number, position in self.index.place(row)]
        states.sort(key=lambda item: bool(item[0].file.unreadable))
        return [Place(state.part, state.mode, position) for state, position in states]

    def want(self, row: int) -> None:
        """A row that waits for its whole record is on the screen: look at it before all else."""
        self._second.want(row)

    # What the scouts say

    def _hear(self, connection: Connection) -> None:
        try:
            chunk = pickle.loads(connection.recv_bytes())  # noqa: S301 - from our own process
        except (EOFError, OSError):
            self._scout_died(connection)
            return
        for item in chunk:
            if isinstance(item, Notice):
                self._note(item)
            else:
                late = not self._listing
                self._queue(self.ledger.change(item, late=late), urgent=late)

    def _scout_died(self, connection: Connection) -> None:
        self._selector.unregister(connection)
        connection.close()
        del self._scouts[connection]
        self._source_ended()
        self.ledger.problem("", "the process that looks for new files has ended; start again")

    def _note(self, notice: Notice) -> None:
        if notice.kind == "listed":
            self._listing = max(0, self._listing - 1)
        elif notice.kind == "ended":
            self._source_ended()
        elif notice.kind == "state":
            self.state = notice.text
        else:
            self.ledger.note(notice)

    def _source_ended(self) -> None:
        self._running -= 1
        self._listing = min(self._listing, self._running)
        if not self._running:
            self.ledger.follow = False  # nothing will tell if a file grows
            self.state = "read to the end"

    def _queue(self, objects: Iterable[int], *, urgent: bool) -> None:
        for object_id in objects:
            if self._cancelled and not urgent:
                self.ledger.drop(object_id)
            else:
                (self._urgent if urgent else self._backlog).append(object_id)

    # What the workers get

    def _dispatch(self) -> None:
        if self._crew is None:
            return
        if self._read_up and not self._listing and not self._loaded:
            self._loaded = True
            if self._index is not None and self._details:
                self._second.plan(self.index)
        self._crew.fill(self._next)
        if self._second.unchecked and not self._second and self._loaded and not self._crew.busy:
            self._second.plan_checks(self.index)
            self._crew.fill(self._next)
        if self._read_since > RENEW_BYTES and self.idle:
            self._read_since = 0
            self._crew.renew()
            _give_back_memory()

    def _next(self, worker: Worker | None) -> Given | None:
        """The next job: what is seen, what is new, what was there, what was left for later."""
        assert self._crew is not None
        if self._index is not None and (given := self._second.urgent_job(self.index)):
            return given
        if self._urgent:
            return self._read_job(self._urgent, rich=self._details)
        if self._backlog:
            return self._read_job(self._backlog, rich=self._is_rich())
        if self._second:
            return self._second.job(self.index, worker, self._crew.workers)
        return None

    def _is_rich(self) -> bool:
        if not self._details or self._at_once or self._jobs_made < 1:
            return self._details
        return not self._listing and self.ledger.bytes_found <= RICH_BYTES

    def _read_job(self, queue: deque[int], *, rich: bool) -> Given:
        most = JOB_FILES[min(self._jobs_made, len(JOB_FILES) - 1)]
        self._jobs_made += 1
        objects: list[int] = []
        size = 0
        while queue and len(objects) < most and size < JOB_BYTES:
            objects.append(queue.popleft())
            size += self.ledger.size(objects[-1])
        self._read_since += size
        parts = [self.ledger.begin(object_id) for object_id in objects]
        keep = self._details and not rich
        return Given(ReadJob(parts, self.window, rich, keep), objects)

    # What the workers answer

    def _answer(self, worker: Worker) -> None:
        assert self._crew is not None
        taken = self._crew.take(worker)
        if taken is None:
            for number, given in enumerate(self._crew.replace(worker)):
                if number:  # it had not begun this one
                    self._requeue(given)
                else:
                    self._try_again(given, "reading it ended the reader")
            return
        given, done = taken
        if isinstance(done, jobs.Fault):
            worker.vocabulary = None  # it has begun its dictionaries anew
            self._try_again(given, f"the reader failed: {done.reason}")
        elif isinstance(done, jobs.EnrichDone):
            self._second.take(self.index, given, done.details)
        else:
            self._take_events(worker, given, done)

    def _take_events(self, worker: Worker, given: Given, done: jobs.ReadDone) -> None:
        if worker.vocabulary is None:
            worker.vocabulary = self.index.vocabulary()
        results = list(zip(given.objects, done.results, strict=True))
        for object_id, result in results:
            for old in self.ledger.replaced_by(object_id, result):
                self.index.remove_object(old)
        if done.batch is not None:
            self.index.add(done.batch, worker.vocabulary, given.objects)
            self._second.unchecked = self._details
        for object_id, result in results:
            self.parts[object_id].reader = worker
            self._queue(self.ledger.finished(object_id, result), urgent=not self._listing)

    # When a worker fails

    def _try_again(self, given: Given, reason: str) -> None:
        """Do a job that failed file by file: the file that is to blame is found."""
        assert self._crew is not None
        if not isinstance(given.job, ReadJob):
            self._requeue(given)
            return
        if len(given.objects) == 1 and given.tries >= TRIES:
            from tui.core.batch import Trouble
            from tui.ingest.worker import failed

            result = failed(Trouble(-1, reason, 1))
            self._queue(self.ledger.finished(given.objects[0], result), urgent=True)
            return
        for part in given.job.parts:
            job = given.job._replace(parts=[part])
            self._crew.give(Given(job, [part.object_id], tries=given.tries + 1))

    def _requeue(self, given: Given) -> None:
        assert self._crew is not None
        if isinstance(given.job, ReadJob):
            self._urgent.extendleft(reversed(given.objects))
        elif given.tries < 1:
            self._crew.give(Given(given.job, given.objects, given.rows, given.tries + 1))


def _give_back_memory() -> None:
    """Return to the system what loading has freed: glibc would keep some 20 MB of a million."""
    import ctypes

    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:  # other C libraries have no such call
        trim(0)
