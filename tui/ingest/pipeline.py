"""The engine: gives workers their jobs, the index their answers, and knows how far it has come.

One selector holds the connections to all processes, and its descriptor is what an event loop
watches. Everything here runs in one thread; nothing blocks but `run` and `close`.
"""

from __future__ import annotations

import pickle
import selectors
import time
from collections import deque
from typing import TYPE_CHECKING, Any

from tui.core.rows import Problem, Progress, Sums
from tui.ingest import jobs
from tui.ingest.files import File, PartState, counts_of
from tui.ingest.jobs import EnrichJob, Part, ReadJob
from tui.ingest.nursery import Nursery
from tui.sources.base import Change, ChangeKind, Notice, Window

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from multiprocessing.connection import Connection

    from tui.core.batch import Details, ObjectResult
    from tui.core.index import Index, Vocabulary
    from tui.ingest.records import Place
    from tui.sources.base import Source

WORKERS = 2
JOB_FILES = (4, 64, 256)
"""Objects in the first jobs and in all that follow: the first screenful waits for four."""
JOB_BYTES = 6 << 20
"""Stored bytes after which a job is full."""
STRETCH = 16 << 20
IN_FLIGHT = 2
"""Jobs that a worker has been given: one at work, one waiting."""
RICH_BYTES = 8 << 20
"""Up to this much in all, whole records are looked at while loading."""
SETTLED = 10.0
"""Seconds without a change after which a file that ends too early is said to be broken."""
ENRICH_OBJECTS = 64


class _Worker:
    """One worker process and what it has been given."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.vocabulary: Vocabulary | None = None
        self.given: deque[_Given] = deque()


class _Given:
    """A job in a worker's hands, with what its answer is for."""

    __slots__ = ("job", "objects", "rows", "tries")

    def __init__(
        self, job: jobs.Job, objects: list[int], rows: list[Any] | None = None, tries: int = 0
    ) -> None:
        self.job = job
        self.objects = objects
        self.rows = rows
        self.tries = tries


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
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`asked` are the names of objects that a person named one by one. Without `details`
        no whole record is looked at: targets, notes and flags stay as the flat values tell."""
        self._details = details
        self._sources = sources
        self.window = window
        self.follow = follow
        self._poll = poll
        self.spool_fd = spool_fd
        self._stdin_fd = stdin_fd
        self._asked = frozenset(asked)
        self._clock = clock
        self._selector = selectors.DefaultSelector()
        self._nursery: Nursery | None = None
        self._workers: list[_Worker] = []
        self._scouts: dict[Connection, Source] = {}
        self._index: Index | None = None
        self.files: dict[str, File] = {}
        self.parts: list[PartState] = []
        self._urgent: deque[int] = deque()
        self._backlog: deque[int] = deque()
        self._wanted: list[int] = []
        self._asked_rows: set[int] = set()
        self._enrich: deque[tuple[list[int], list[Any]]] = deque()
        self._enriched = False
        self._jobs_made = 0
        self._held: set[int] = set()
        self._listing = 0
        self._running = 0
        self._cancelled = False
        self._started = 0.0
        self._bytes_found = 0
        self._bytes_read = 0
        self._objects_read = 0
        self._troubles: dict[int, PartState] = {}
        self._notices: list[Problem] = []
        self.skipped: list[tuple[str, str]] = []
        self.pruned = 0
        self.digests = 0
        self.state = ""
        """What the sources are doing, in a few words."""

    # Life

    def start(self) -> None:
        """Fork the processes and begin. Call it before any thread starts."""
        self._started = self._clock()
        self._nursery = Nursery(self.spool_fd, self._stdin_fd)
        for source in self._sources:
            scout = self._nursery.scout(source, follow=self.follow, poll=self._poll)
            self._scouts[scout] = source
            self._selector.register(scout, selectors.EVENT_READ, None)
        self._listing = self._running = len(self._scouts)
        for _ in range(WORKERS):
            self._new_worker()

    def close(self) -> None:
        """End all processes."""
        for connection in [*self._scouts, *(worker.connection for worker in self._workers)]:
            connection.close()
        self._scouts.clear()
        self._workers.clear()
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
        if self.idle and not self._running and not self._held:
            return False
        self.pump(0.5 if self._held else None, limit=4)
        self.tick()
        return True

    @property
    def empty(self) -> bool:
        """Has no event been read yet?"""
        return self._index is None

    @property
    def objects_read(self) -> int:
        """How many objects were read, at least in part."""
        return self._objects_read

    def places(self, row: int) -> list[Place]:
        """Where an event's record stands, the place that is most likely still good first."""
        from tui.ingest.records import Place

        found = [
            Place(self.parts[object_id].part, self.parts[object_id].mode, position)
            for object_id, position in self.index.place(row)
        ]
        found.sort(key=lambda place: bool(self.files[place.part.name].unreadable))
        return found

    @property
    def loading(self) -> bool:
        """Is something still to be listed or read of what was there at the start?"""
        return bool(self._listing) or not self._read_up

    @property
    def idle(self) -> bool:
        """Nothing is being listed, read or looked at again."""
        busy = any(worker.given for worker in self._workers)
        return not self.loading and self._enriched and not self._enrich and not busy

    @property
    def _read_up(self) -> bool:
        return not self._urgent and not self._backlog and not self._reading()

    def _reading(self) -> bool:
        return any(isinstance(given.job, ReadJob) for w in self._workers for given in w.given)

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
            self.parts[object_id].file.open -= 1
        self._backlog.clear()

    def tick(self) -> bool:
        """Settle what has not changed for a while; True if that changed something."""
        due = [
            object_id
            for object_id in self._held
            if not (self.follow and self._running)
            or self._clock() - self.parts[object_id].file.changed >= SETTLED
        ]
        for object_id in due:
            self._settle(object_id)
        return bool(due)

    # What is asked

    def progress(self) -> Progress:
        """How far loading has come."""
        loading = self.loading
        left: float | None = None
        if loading and self._bytes_read and not self._listing:
            elapsed = self._clock() - self._started
            left = elapsed * (self._bytes_found - self._bytes_read) / self._bytes_read
        return Progress(
            loading=loading,
            objects_read=self._objects_read,
            objects_found=len(self.files),
            events=0 if self._index is None else len(self._index),
            bytes_read=self._bytes_read,
            bytes_found=self._bytes_found,
            seconds_left=left,
            listing=bool(self._listing),
        )

    def problems(self) -> list[Problem]:
        """All that could not be read, files in the order in which they were read."""
        found = list(self._notices)
        for state in self._troubles.values():
            assert state.result is not None
            for trouble in state.result.troubles:
                position = trouble.position
                if position >= 0:
                    position += state.part.start
                found.append(Problem(state.file.ref.name, position, trouble.reason, trouble.lost))
        return found

    def problem_count(self) -> int:
        """How many there are, without making the list."""
        return len(self._notices) + sum(
            len(state.result.troubles) for state in self._troubles.values() if state.result
        )

    def sums(self) -> Sums:
        """What was found, and where each record of it is."""
        results = [state.result for state in self.parts if state.result is not None]
        return Sums(
            found=sum(result.found for result in results),
            listed=0 if self._index is None else len(self._index),
            duplicates=0 if self._index is None else self._index.duplicates,
            outside=sum(result.outside for result in results),
            unreadable=sum(result.unreadable for result in results),
            rest_unknown=sum(result.truncated for result in results),
        )

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
                self._change(item)

    def _scout_died(self, connection: Connection) -> None:
        self._selector.unregister(connection)
        connection.close()
        del self._scouts[connection]
        self._running -= 1
        self._listing = min(self._listing, self._running)
        self._notices.append(
            Problem("", -1, "the process that looks for new files has ended; start again", 0)
        )

    def _note(self, notice: Notice) -> None:
        if notice.kind == "listed":
            self._listing = max(0, self._listing - 1)
        elif notice.kind == "ended":
            self._running -= 1
            self._listing = min(self._listing, self._running)
        elif notice.kind == "state":
            self.state = notice.text
        elif notice.kind == "problem":
            self._notices.append(Problem(notice.where, -1, notice.text, 0))
        elif notice.kind == "skipped":
            if notice.text == "digest":
                self.digests += 1
            else:
                self.skipped.append((notice.where, notice.text))
        elif notice.kind == "pruned":
            self.pruned += notice.count

    def _change(self, change: Change) -> None:
        ref = change.ref
        file = self.files.get(ref.name)
        if file is None:
            if change.kind in (ChangeKind.GONE, ChangeKind.UNREADABLE):
                if change.kind == ChangeKind.UNREADABLE:
                    self._notices.append(Problem(ref.name, -1, change.note, 0))
                return
            file = self.files[ref.name] = File(ref)
            if not self._listing:
                file.changed = self._clock()
            self._bytes_found += max(0, ref.size)
            self._queue(self._new_part(file, []), urgent=not self._listing)
            return
        if change.kind == ChangeKind.GONE:
            file.unreadable = "the file is gone"
            return
        if change.kind == ChangeKind.UNREADABLE:
            file.unreadable = change.note
            self._notices.append(Problem(ref.name, -1, change.note, 0))
            return
        file.unreadable = ""
        file.changed = self._clock()
        old, file.ref = file.ref, ref
        self._bytes_found += max(0, ref.size) - max(0, old.size)
        if file.open:
            file.dirty = True
            return
        self._read_again(file, grown=change.kind == ChangeKind.GROWN)

    def _read_again(self, file: File, *, grown: bool) -> None:
        """Read a file that changed: its new lines alone where that is possible."""
        if grown and file.lines and file.consumed:
            if file.ref.size <= file.consumed:
                return
            part = Part(
                len(self.parts),
                file.ref.name,
                start=file.consumed,
                length=STRETCH,
                more=True,
                stretch=True,
                head=file.head,
            )
            self._queue(self._add_part(part, file, []), urgent=True)
            return
        self._queue(self._new_part(file, list(file.parts)), urgent=True)

    def _new_part(self, file: File, replaces: list[int]) -> int:
        name = file.ref.name
        part = Part(
            len(self.parts),
            name,
            asked=name in self._asked or name == "-",
            more=self.follow or name == "-",
        )
        return self._add_part(part, file, replaces)

    def _add_part(self, part: Part, file: File, replaces: list[int]) -> int:
        self.parts.append(PartState(part, file, replaces))
        file.open += 1
        return part.object_id

    def _queue(self, object_id: int, *, urgent: bool) -> None:
        if self._cancelled and not urgent:
            self.parts[object_id].file.open -= 1
            return
        (self._urgent if urgent else self._backlog).append(object_id)

    # What the workers get

    def _new_worker(self) -> _Worker:
        assert self._nursery is not None
        worker = _Worker(self._nursery.worker())
        self._workers.append(worker)
        self._selector.register(worker.connection, selectors.EVENT_READ, worker)
        return worker

    def _dispatch(self) -> None:
        """Give each worker what it can take."""
        if self._read_up and not self._listing and not self._enriched:
            self._plan_enriching()
        for depth in range(IN_FLIGHT):
            for worker in list(self._workers):
                if len(worker.given) <= depth:
                    given = self._next()
                    if given is None:
                        return
                    self._give(worker, given)

    def _next(self) -> _Given | None:
        if self._wanted:
            return self._wanted_job()
        if self._urgent:
            return self._read_job(self._urgent, rich=self._details)
        if self._backlog:
            return self._read_job(self._backlog, rich=self._is_rich())
        if self._enrich:
            return self._enrich_job()
        return None

    def _is_rich(self) -> bool:
        if not self._details:
            return False
        if self._jobs_made < 1:
            return True
        return not self._listing and self._bytes_found <= RICH_BYTES

    def _read_job(self, queue: deque[int], *, rich: bool) -> _Given:
        most = JOB_FILES[min(self._jobs_made, len(JOB_FILES) - 1)]
        self._jobs_made += 1
        objects: list[int] = []
        size = 0
        while queue and len(objects) < most and size < JOB_BYTES:
            state = self.parts[queue.popleft()]
            objects.append(state.part.object_id)
            if state.file.open == 1 and not state.file.lines:
                state.file.dirty = False  # it is read as it is now
            length = state.part.length if state.part.length >= 0 else state.file.ref.size
            size += max(0, length)
        parts = [self.parts[object_id].part for object_id in objects]
        return _Given(ReadJob(parts, self.window, rich), objects)

    def _give(self, worker: _Worker, given: _Given) -> None:
        worker.given.append(given)
        try:
            worker.connection.send_bytes(pickle.dumps(given.job, protocol=5))
        except OSError:
            return  # it has died: its end is noticed where its answers are read

    # What the workers answer

    def _answer(self, worker: _Worker) -> None:
        try:
            done: jobs.Done = pickle.loads(worker.connection.recv_bytes())  # noqa: S301 - our own
        except (EOFError, OSError):
            self._worker_died(worker)
            return
        given = worker.given.popleft()
        if isinstance(done, jobs.Fault):
            worker.vocabulary = None
            self._try_again(given, f"the reader failed: {done.reason}")
        elif isinstance(done, jobs.EnrichDone):
            self._take_details(given, done.details)
        else:
            self._take_events(worker, given, done)

    def _take_events(self, worker: _Worker, given: _Given, done: jobs.ReadDone) -> None:
        if worker.vocabulary is None:
            worker.vocabulary = self.index.vocabulary()
        for object_id, result in zip(given.objects, done.results, strict=True):
            if result.kind != "failed" or self.parts[object_id].file.kind == "":
                for old in self.parts[object_id].replaces:
                    self._forget(old)
        if done.batch is not None:
            self.index.add(done.batch, worker.vocabulary, given.objects)
        for object_id, result in zip(given.objects, done.results, strict=True):
            self._finished(object_id, result)

    def _forget(self, object_id: int) -> None:
        """Take a part's events out of the index."""
        state = self.parts[object_id]
        if state.result is None:
            return
        self.index.remove_object(object_id)
        state.result = None
        state.held = []
        self._troubles.pop(object_id, None)
        self._held.discard(object_id)
        if object_id in state.file.parts:
            state.file.parts.remove(object_id)

    def _finished(self, object_id: int, result: ObjectResult) -> None:
        state = self.parts[object_id]
        file = state.file
        part = state.part
        file.open -= 1
        if result.kind == "changed":  # not a continuation of what we know: read it all
            self._read_again(file, grown=False)
            return
        state.mode = result.mode
        state.replaces = []
        if result.stretch and not part.stretch:
            state.part = part._replace(stretch=True, length=STRETCH)
        file.parts.append(object_id)
        file.kind, file.what = result.kind, result.what
        file.lines = result.lines
        file.head = result.head
        file.consumed = max(file.consumed if part.start else 0, result.consumed)
        if not part.start:
            self._objects_read += 1
        self._bytes_read += max(0, file.ref.size if part.length < 0 else part.length)
        if result.kind == "digest":
            self.digests += 1
        elif result.kind == "other":
            self.skipped.append((file.ref.name, result.what))
        counts = counts_of(result)
        if result.truncated and self._may_grow(file):
            lost = sum(trouble.lost for trouble in counts.troubles)
            state.held = counts.troubles
            file.changed = file.changed or self._clock()
            counts = counts._replace(
                found=counts.found - lost, unreadable=0, truncated=False, troubles=[]
            )
            self._held.add(object_id)
        state.result = counts
        if counts.troubles:
            self._troubles[object_id] = state
        if result.stretch and not part.stretch and file.ref.size > STRETCH:
            self._split(file)
        went_on = bool(part.head[0]) and result.consumed > part.start
        if not file.open and (file.dirty or (went_on and file.ref.size > file.consumed)):
            file.dirty = False
            self._read_again(file, grown=True)

    def _split(self, file: File) -> None:
        """Queue the rest of a long file with a record a line, the newest lines first."""
        starts = range(STRETCH, file.ref.size, STRETCH)
        for start in reversed(starts):
            part = Part(
                len(self.parts),
                file.ref.name,
                start=start,
                length=STRETCH,
                stretch=True,
                more=self.follow and start == starts[-1],
            )
            self._queue(self._add_part(part, file, []), urgent=False)

    def _may_grow(self, file: File) -> bool:
        if file.ref.name == "-":
            return bool(self._running)
        if not (self.follow and self._running):
            return False
        if file.changed:
            return self._clock() - file.changed < SETTLED
        return time.time() - file.ref.stamp / 1e9 < SETTLED

    def _settle(self, object_id: int) -> None:
        """A file that ends too early has not changed for a while: it is broken."""
        self._held.discard(object_id)
        state = self.parts[object_id]
        if state.result is None:
            return
        lost = sum(trouble.lost for trouble in state.held)
        state.result = state.result._replace(
            found=state.result.found + lost,
            unreadable=state.result.unreadable + lost,
            truncated=True,
            troubles=state.held,
        )
        state.held = []
        if state.result.troubles:
            self._troubles[object_id] = state

    # When a worker fails

    def _worker_died(self, worker: _Worker) -> None:
        """Replace it, and try its jobs again file by file: the one that kills is found."""
        self._selector.unregister(worker.connection)
        worker.connection.close()
        self._workers.remove(worker)
        self._new_worker()
        for position, given in enumerate(worker.given):
            if position:  # it had not begun this one
                self._requeue(given)
            else:
                self._try_again(given, "reading it ended the reader")

    def _try_again(self, given: _Given, reason: str) -> None:
        if not isinstance(given.job, ReadJob):
            self._requeue(given)
            return
        if len(given.objects) == 1:
            self._finished(given.objects[0], failed_result(reason))
            return
        worker = min(self._workers, key=lambda each: len(each.given))
        for part in given.job.parts:
            job = given.job._replace(parts=[part])
            self._give(worker, _Given(job, [part.object_id], tries=given.tries + 1))

    def _requeue(self, given: _Given) -> None:
        if isinstance(given.job, ReadJob):
            self._urgent.extendleft(reversed(given.objects))
        elif given.tries < 1:
            worker = min(self._workers, key=lambda each: len(each.given))
            self._give(worker, _Given(given.job, given.objects, given.rows, given.tries + 1))

    # Whole records

    def _plan_enriching(self) -> None:
        """Queue what was left PENDING, newest first."""
        self._enriched = True
        if self._index is None or not self._details:
            return
        for objects, rows in self.index.pending_by_object(ENRICH_OBJECTS):
            self._enrich.append((objects, rows))

    def want(self, row: int) -> None:
        """A row that waits for its whole record is on the screen: look at it before all else."""
        if row not in self._asked_rows:
            self._asked_rows.add(row)
            self._wanted.append(row)

    def _wanted_job(self) -> _Given | None:
        import numpy as np

        rows = np.array(self._wanted, np.int64)
        self._wanted.clear()
        objects: list[int] = []
        wanted: list[Any] = []
        for some, each in self.index.pending_by_object(len(rows), rows):
            objects += some
            wanted += each
        return self._enrich_given(objects, wanted) if objects else self._next()

    def _enrich_job(self) -> _Given:
        objects, rows = self._enrich.popleft()
        return self._enrich_given(objects, rows)

    def _enrich_given(self, objects: list[int], rows: list[Any]) -> _Given:
        wanted = []
        for object_id, each in zip(objects, rows, strict=True):
            state = self.parts[object_id]
            wanted.append((state.part, state.mode, self.index.positions(each).tolist()))
        return _Given(EnrichJob(wanted), objects, rows)

    def _take_details(self, given: _Given, details: list[list[Details | None]]) -> None:
        assert given.rows is not None
        import numpy as np

        known = [
            (row, one)
            for rows, told in zip(given.rows, details, strict=True)
            for row, one in zip(rows.tolist(), told, strict=True)
        ]
        self._asked_rows.difference_update(row for row, _ in known)
        if known:
            self.index.amend(np.array([row for row, _ in known]), [one for _, one in known])


def failed_result(reason: str) -> ObjectResult:
    """The result of an object that could not be read at all."""
    from tui.core.batch import Trouble
    from tui.ingest.worker import failed

    return failed(Trouble(-1, reason, 1))
