"""The engine: gives workers their jobs, the index their answers, and knows how far it has come.

One selector holds the connections to all processes, and its descriptor is what an event loop
watches. Everything here runs in one thread; nothing blocks but `run` and `close`.
"""

from __future__ import annotations

import selectors
import time
from typing import TYPE_CHECKING

from tui.core.index.rows import Progress, Sums
from tui.ingest import jobs
from tui.ingest.backlog import Backlog
from tui.ingest.counting import Counting
from tui.ingest.jobs import UNCACHED
from tui.ingest.ledger import SCHEME, Ledger
from tui.ingest.mending import Mending
from tui.ingest.processes.crew import Crew, Given
from tui.ingest.processes.nursery import Nursery
from tui.ingest.scanning import compiled_reader
from tui.ingest.scanning.compiled_reader import Compiler
from tui.ingest.scouting import Scouts
from tui.ingest.searching import Searching
from tui.ingest.second_look import SecondLook
from tui.sources.base import Change, LineState, Notice, Window

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from multiprocessing.connection import Connection

    from tui.core.index.index import Index
    from tui.core.index.rows import Problem
    from tui.ingest.files import PartState
    from tui.ingest.processes.crew import Worker
    from tui.ingest.processes.fetching import Setup
    from tui.ingest.records import Place
    from tui.ingest.remote import Remote
    from tui.sources.base import Source

RICH_BYTES = 8 << 20
"""Up to this much in all, whole records are looked at while loading."""
RENEW_BYTES = 32 << 20
"""Stored bytes after which idle workers are replaced, to give back what their dictionaries took."""


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
        fetching: Setup | None = None,
        asked: Iterable[str] = (),
        details: bool = True,
        at_once: bool = False,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`fetching` tells where the bytes of objects in buckets are kept.

        `asked` are the names of objects that a person named one by one. Without `details`
        whole records tell only what was delivered twice: targets, notes and flags are not known.
        `at_once` looks at them while loading, which is slower, but reads each object only once.
        `clock` gives seconds.
        """
        self.window = window
        self.follow = follow
        """What is new is looked for until told to stop."""
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
        self.scouts = Scouts(sources, self._selector, self.ledger)
        self._index: Index | None = None
        self._backlog = Backlog(self.ledger)
        self._fetching = fetching
        self.remote: Remote | None = None
        """The objects of buckets; None while there are none."""
        self._loaded = False
        self._second = SecondLook(self.ledger.parts)
        self.searching = Searching(
            self.ledger, lambda: self.index, wake=self._dispatch, bring=self._bring
        )
        """Looking through whole records for what the index does not know."""
        self.counting = Counting(
            self.ledger, lambda: self.index, wake=self._dispatch, bring=self._bring
        )
        self._mending: Mending | None = None
        self._compiler = Compiler(self._selector, brief=at_once or not details)
        self._cancelled = False
        self._started = 0.0

    # Life

    def start(self) -> None:
        """Fork the processes and begin. Call it before any thread starts."""
        self._started = self._clock()
        self._nursery = Nursery(self.spool_fd, self._stdin_fd)
        self.scouts.start(self._nursery, follow=self.follow, poll=self._poll)
        self._crew = Crew(self._nursery, self._selector)
        searches = (self.searching, self.counting)
        self._mending = Mending(self._crew, self._backlog, searches, self._give_up)

    def close(self) -> None:
        """End all processes."""
        self.scouts.close()
        if self.remote is not None:
            self.remote.close()
        if self._crew is not None:
            self._crew.close()
        self._compiler.close()
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
            from tui.core.index.index import Index

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
            if key.data is self._compiler:
                self._compiler.hear()
            elif key.data is None:
                self._hear(key.fileobj)  # type: ignore[arg-type] # we registered a Connection
            elif key.data is self.remote:
                self._take_fetched()
            else:
                self._answer(key.data)
        self._dispatch()
        return bool(ready)

    def run(self) -> bool:
        """Wait for something to happen and handle it; False when nothing ever will again."""
        if self.idle and not self.scouts.running:
            self.tick()  # nothing will grow any more
            if not self._unsettled and self.idle:
                return False
        self.pump(0.5 if self._unsettled else None, limit=4)
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
        done = not (self._second or self._second.unchecked or self.searching or self.counting)
        return self._loaded and self.read_up and done and not busy

    @property
    def read_up(self) -> bool:
        """Is nothing being fetched or read at the moment?"""
        reading = self._crew is not None and self._crew.reading
        fetching = self.remote is not None and self.remote.busy
        return not self._backlog and not reading and not fetching

    @property
    def _unsettled(self) -> bool:
        """Will something have to be done by itself, when time has passed?"""
        return self.ledger.unsettled or (self.remote is not None and self.remote.postponed > 0)

    def poll_now(self) -> None:
        """Let the sources look for what is new."""
        self.scouts.look_now()
        for object_id in self.remote.again() if self.remote is not None else ():
            self._read_again(object_id)

    def cancel(self) -> None:
        """Read no more of what was there at the start; what is loaded stays."""
        self._cancelled = True
        self._backlog.cancel()
        for object_id in self.remote.cancel() if self.remote is not None else ():
            self.ledger.drop(object_id)

    def tick(self) -> bool:
        """Settle what has not changed for a while; True if that changed something."""
        if self.remote is not None and self.remote.tick():
            self._dispatch()
        if self._crew is not None:
            self._crew.rest(self._clock())
        return self.ledger.settle()

    # What is asked

    @property
    def state(self) -> str:
        """What the sources are doing, in a few words."""
        fetching = self.remote.state if self.remote is not None else ""
        if not self.scouts.running and self._started:
            return fetching or "read to the end"
        words = {*self.scouts.states, fetching}
        if len(words) > 1:
            words -= {"", "live"}
        return " · ".join(sorted(words)) or "live"

    def progress(self) -> Progress:
        """How far loading has come."""
        ledger = self.ledger
        loading = self.loading
        left: float | None = None
        if loading and ledger.bytes_read and not self.scouts.listing:
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
            listing=bool(self.scouts.listing),
        )

    def problems(self) -> list[Problem]:
        """All that could not be read, files in the order in which they were read."""
        return self.ledger.problems()

    def problem_count(self) -> int:
        """How many there are, without making the list."""
        return self.ledger.problem_count()

    def sums(self) -> Sums:
        """What was found, and where each record of it is."""
        index = self._index
        return self.ledger.sums(*((0, 0) if index is None else (len(index), index.duplicates)))

    def places(self, row: int) -> list[Place]:
        """Where an event's record stands, the place that is most likely still good first."""
        from tui.ingest.records import Place

        states = [(self.parts[number], position) for number, position in self.index.place(row)]
        states.sort(key=lambda item: bool(item[0].file.unreadable))
        return [Place(state.part, state.mode, position) for state, position in states]

    def want(self, row: int) -> None:
        """A row that waits for its whole record is on the screen: look at it before all else."""
        self._second.want(row)

    def make_ready(self) -> None:
        """A filter is being typed that may ask records: the workers are there when it is."""
        if self._crew is not None and self.idle:
            self._crew.hire()

    # What the scouts say

    def _hear(self, connection: Connection) -> None:
        for item in self.scouts.hear(connection):
            if isinstance(item, Change):
                late = not self.scouts.listing
                self._queue(self.ledger.change(item, late=late), urgent=late)
            elif isinstance(item, LineState):
                self._buckets().line(item)
            elif isinstance(item, Notice):
                self._widen(item.count)
            else:
                self._buckets().access(item)

    def _widen(self, since: int) -> None:
        """Events are wanted from this time on: read again what held earlier ones."""
        if self.window.since is None or since >= self.window.since:
            return
        self.window = self.window._replace(since=since)
        for object_id in self.ledger.cut_off():
            self._read_again(object_id)

    def _read_again(self, object_id: int) -> None:
        part = self.ledger.again(object_id)
        if part is not None:
            self._queue([part], urgent=True)

    def _queue(self, objects: Iterable[int], *, urgent: bool) -> None:
        for object_id in objects:
            if self._cancelled and not urgent:
                self.ledger.drop(object_id)
            elif self.parts[object_id].part.name.startswith(SCHEME):
                self._buckets().want(object_id, urgent=urgent)
            else:
                self._backlog.put(object_id, urgent=urgent)

    # What lies in buckets

    def _buckets(self) -> Remote:
        if self.remote is None:
            from tui.ingest.remote import Remote

            assert self._fetching is not None
            size = self._fetching.concurrency
            self.remote = Remote(self._hire_fetcher, self.ledger, self._clock, size)
        return self.remote

    def _hire_fetcher(self) -> Connection:
        assert self._nursery is not None
        assert self._fetching is not None
        connection = self._nursery.fetcher(self._fetching)
        self._selector.register(connection, selectors.EVENT_READ, self.remote)
        return connection

    def _take_fetched(self) -> None:
        remote = self._buckets()
        assert remote.connection is not None
        try:
            ready = remote.take()
        except (EOFError, OSError):
            self._selector.unregister(remote.connection)
            remote.died()
            return
        if remote.needs_access():
            self.scouts.tell("again")
        for object_id, urgent, reason in ready:
            if reason:
                self._give_up(object_id, reason)
            else:
                self._backlog.put(object_id, urgent=urgent)

    def bring(self, object_id: int, then: Callable[[], None]) -> bool:
        """Fetch again what a part is read from, if it is not here; False: it is here.

        `then` is called when it has come, or cannot be had.
        """
        if not self._bring(object_id, then):
            return False
        self._dispatch()
        return True

    def _bring(self, object_id: int, then: Callable[[], None]) -> bool:
        if self.remote is None or self.remote.is_here(object_id):
            return False
        self.remote.bring(object_id, then)
        return True

    # What the workers get

    def _dispatch(self) -> None:
        if self._crew is None:
            return
        if self._nursery is not None:
            self._compiler.look(self._nursery, self.ledger.bytes_found)
        if self.read_up and not self.scouts.listing and not self._loaded:
            self._loaded = True
            if self._index is not None and self._details:
                self._second.plan(self.index)
        self._crew.fill(self._next)
        if self._second.unchecked and not self._second and self._loaded and not self._crew.busy:
            self._second.plan_checks(self.index)
            self._crew.fill(self._next)
        if self.remote is not None:
            self.remote.fill()
        if self._backlog.read_since > RENEW_BYTES and self.idle:
            self._backlog.read_since = 0
            self._crew.renew()

    def _next(self, worker: Worker | None) -> Given | None:
        """The next job: what is seen, what is new, what was there, what was left for later."""
        assert self._crew is not None
        if self._index is not None and (given := self._second.urgent_job(self.index)):
            return given
        if self._backlog:
            rich = self._details if self._backlog.urgent else self._is_rich()
            least = compiled_reader.least(self.ledger.bytes_found, loading=self.loading)
            return self._backlog.job(
                self.window, rich=rich, details=self._details, compiled_from=least
            )
        if given := self.searching.job() or self.counting.job():
            return given
        if self._second:
            return self._second.job(self.index, worker, self._crew.workers)
        return None

    def _is_rich(self) -> bool:
        if not self._details or self._at_once or self._backlog.jobs_made < 1:
            return self._details
        return not self.scouts.listing and self.ledger.bytes_found <= RICH_BYTES

    # What the workers answer

    def _answer(self, worker: Worker) -> None:
        assert self._crew is not None
        assert self._mending is not None
        taken = self._crew.take(worker)
        if taken is None:
            self._mending.bury(self._crew.replace(worker))
            return
        given, done = taken
        if isinstance(done, jobs.Fault):
            worker.vocabulary = None  # it has begun its dictionaries anew
            self._mending.try_again(given, f"the reader failed: {done.reason}")
        elif isinstance(done, jobs.EnrichDone):
            self._second.take(self.index, given, done.details)
        elif isinstance(done, jobs.SearchDone):
            self._backlog.read_since += sum(map(self.ledger.size, given.objects))
            for searching in (self.searching, self.counting):
                searching.take(given, done)  # it takes only its own
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
            added = self.index.add(done.batch, worker.vocabulary, given.objects)
            if added.duplicates.any():
                self._second.unchecked = True
            compiled_reader.quicken(self.index.size)
        for object_id, result in results:
            if result.kind == UNCACHED:
                self._buckets().want(object_id, urgent=True, fresh=True)
                continue
            self.parts[object_id].reader = worker
            self._queue(self.ledger.finished(object_id, result), urgent=not self.scouts.listing)

    def _give_up(self, object_id: int, reason: str) -> None:
        from tui.core.index.batch import Trouble
        from tui.ingest.results import failed

        # Nobody knows how many records it held.
        result = failed(Trouble(-1, reason, 1), truncated=True)
        self._queue(self.ledger.finished(object_id, result), urgent=True)
