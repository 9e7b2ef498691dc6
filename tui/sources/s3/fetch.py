"""Fetches the stored bytes of S3 objects into the cache, many at a time, each of them once.

Plain signed GETs: an object of 20 KB takes 0.2 ms, boto3's `get_object` 1.7 (measured). What fails
for a reason that goes away is tried again with growing pauses; all else comes back as a sentence.
"""

from __future__ import annotations

import queue
import random
import threading
import time
from typing import TYPE_CHECKING, NamedTuple

from tui.sources.s3.answers import parse_error, region_told
from tui.sources.s3.errors import (
    BY_ACCESS,
    RETRIED,
    Refusal,
    Trouble,
    explain,
    explain_status,
)
from tui.sources.s3.gate import Gate
from tui.sources.s3.http import Answer, Connection, Place
from tui.sources.s3.places import bare_etag, split_name
from tui.sources.s3.sign import Signer
from tui.sources.s3.store import Store, StoreError, TooLargeError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tui.sources.base import ObjectRef
    from tui.sources.cache import ObjectCache
    from tui.sources.s3.access import Access

LARGEST = 1 << 30
"""Bytes; no trail writes an object as large as this."""
HELD = 32 << 20
"""Bytes; a larger body goes to the disk piece by piece."""
ATTEMPTS = 5
PATIENCE = 20.0
"""Seconds from an object's first attempt to the last."""
_PAUSES = (0.5, 1.0, 2.0, 4.0)
_PAUSES_THROTTLED = (1.0, 2.0, 4.0, 8.0)

_FAULT = Trouble(Refusal.OTHER, "The program failed while it fetched this: please report it.")
_AWAY = RETRIED - {Refusal.THROTTLED}
_AGAIN = RETRIED | BY_ACCESS | {Refusal.NO_CREDENTIALS}


class Wanted(NamedTuple):
    """An object to fetch."""

    number: int
    """The caller's; comes back in Fetched."""
    ref: ObjectRef
    fresh: bool = False
    """Do not take it from the cache: what is there was damaged."""


class Fetched(NamedTuple):
    """An object that is in the cache, or why it is not."""

    number: int
    path: str
    """For `read_cached`; empty where there is trouble."""
    size: int
    """Stored bytes; -1 where there is trouble."""
    requests: int
    """GETs made; 0: it was in the cache, or another number's GET brought it."""
    trouble: Trouble | None = None
    retry: bool = False
    """It may well succeed later, or with another Access."""


class _Job:
    """One object on its way, and all who want it."""

    __slots__ = ("bucket", "key", "mark", "match", "numbers", "part", "ref", "requests")

    def __init__(self, number: int, ref: ObjectRef, bucket: str, key: str) -> None:
        self.numbers = [number]
        self.ref = ref
        self.bucket = bucket
        self.key = key
        self.mark = (ref.name, ref.etag)
        self.match = ref.etag if _is_plain(ref.etag) else ""
        """The ETag that is asked for; empty once S3 has said that there is another."""
        self.part = -1
        """Bytes of an answer that seemed to be cut."""
        self.requests = 0


class _Bucket:
    """What requests for a bucket's objects need."""

    def __init__(self, access: Access) -> None:
        self.access = access
        self.signer = Signer(access)
        self.place = self.signer.place
        self.shut: Trouble | None = None
        """Why nothing more is asked until there is another Access."""


class Fetcher:
    """Give it `use(access)` for each bucket, `submit` what is wanted, take `results`.

    `sleep(seconds)` must come back early or soon when the fetcher is closed; the one that is
    built in does. All methods may be called from any thread.
    """

    def __init__(
        self,
        cache: ObjectCache | Store,
        *,
        concurrency: int = 24,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], object] | None = None,
    ) -> None:
        self._store = cache if isinstance(cache, Store) else Store(cache)
        self._clock = clock
        self._closing = threading.Event()
        self._sleep = self._closing.wait if sleep is None else sleep
        self._gate = Gate(concurrency, clock)
        self._most = max(1, concurrency)
        self._jobs: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._results: queue.SimpleQueue[Fetched] = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._buckets: dict[str, _Bucket] = {}
        self._flying: dict[tuple[str, str], _Job] = {}
        self._waiting: dict[_Job, tuple[Refusal, float]] = {}
        self._held: dict[str, tuple[Refusal, float]] = {}
        """Until when nothing is to be asked of a bucket, by the server's word."""
        self._dark: dict[str, tuple[float, float]] = {}
        """When a bucket's requests first and last came to nothing, with none that worked since."""
        self._threads: list[threading.Thread] = []
        self._connections: set[Connection] = set()

    def use(self, access: Access) -> None:
        """Take new credentials, or the first, for a bucket. ValueError: its address is none."""
        bucket = _Bucket(access)
        with self._lock:
            self._buckets[access.bucket] = bucket

    def submit(self, wanted: Sequence[Wanted]) -> None:
        """Fetch these; what is in the cache is a result at once."""
        for one in wanted:
            bucket_name, key = split_name(one.ref.name)
            done = self._known(one, bucket_name, key)
            if done is not None:
                self._results.put(done)
                continue
            with self._lock:
                job = self._flying.get((one.ref.name, one.ref.etag))
                if job is not None:
                    job.numbers.append(one.number)
                    continue
                job = _Job(one.number, one.ref, bucket_name, key)
                self._flying[job.mark] = job
                if len(self._threads) < min(self._most, len(self._flying)):
                    self._start()
            self._jobs.put(job)

    def results(self, timeout: float) -> list[Fetched]:
        """Take all that is ready; wait up to `timeout` seconds for the first."""
        ready: list[Fetched] = []
        try:
            ready.append(
                self._results.get(timeout=timeout) if timeout > 0 else self._results.get_nowait()
            )
            while True:
                ready.append(self._results.get_nowait())
        except queue.Empty:
            return ready

    def state(self) -> str:
        """Say what is being waited for; empty when all goes well."""
        with self._lock:
            waiting = list(self._waiting.values())
        if not waiting:
            return ""
        kinds = {refusal for refusal, _ in waiting}
        due = max(1, round(min(until for _, until in waiting) - self._clock()))
        if Refusal.THROTTLED in kinds:
            return f"throttled, retrying in {due} s"
        if Refusal.SERVER in kinds:
            return f"S3 fails, retrying in {due} s"
        count = len(waiting)
        return f"{count} connection{'s' if count > 1 else ''} broken, trying again"

    def complaint(self) -> str:
        """Say, once, that the cache cannot be written."""
        return self._store.complaint()

    def close(self) -> None:
        """End at once: what is under way is dropped, what was kept in a stead is deleted."""
        self._closing.set()
        self._gate.open()
        with self._lock:
            threads, connections = list(self._threads), list(self._connections)
        for _ in threads:
            self._jobs.put(None)
        for connection in connections:
            connection.interrupt()
        until = time.monotonic() + 0.2  # Whoever waits for this process does not wait for long.
        for thread in threads:
            thread.join(max(0.0, until - time.monotonic()))
        self._store.close()

    def _known(self, one: Wanted, bucket_name: str, key: str) -> Fetched | None:
        """Tell what can be told of an object without a request."""
        ref = one.ref
        bucket = self._buckets.get(bucket_name)
        if bucket is None:
            sentence = f"No credentials for bucket {bucket_name} have been found yet."
            return _failed(one.number, Trouble(Refusal.NO_CREDENTIALS, sentence), 0)
        if ref.size > LARGEST:
            return _failed(one.number, _too_large(ref.size), 0)
        if ref.etag and not one.fresh:
            found = self._store.find(bucket.access.base, bucket_name, key, ref.etag, ref.size)
            if found is not None:
                return Fetched(one.number, *found, 0)
        if bucket.shut is not None:
            return _failed(one.number, bucket.shut, 0)
        return None

    def _start(self) -> None:
        name = f"fetch-{len(self._threads)}"
        thread = threading.Thread(target=self._work, name=name, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _work(self) -> None:
        """Fetch one object after the other, over connections of this thread's own."""
        connections: dict[Place, Connection] = {}
        while not self._closing.is_set() and (job := self._jobs.get()) is not None:
            self._persist(job, connections)
        for connection in connections.values():
            connection.close()

    def _persist(self, job: _Job, connections: dict[Place, Connection]) -> None:
        """Fetch an object and tell the result, even where that is a fault of ours."""
        outcome: Trouble | tuple[str, int] = _FAULT
        try:
            outcome = self._try(job, connections)
        finally:
            self._tell(job, outcome)

    def _try(self, job: _Job, connections: dict[Place, Connection]) -> Trouble | tuple[str, int]:
        """Attempt it, with pauses between, until there is a result."""
        self._wait(job, *self._held.get(job.bucket, (Refusal.THROTTLED, 0.0)))
        began = self._clock()
        attempt = 0
        while True:
            with self._gate:
                outcome = self._attempt(job, connections)
            dark = self._is_dark(job.bucket, outcome)
            if not isinstance(outcome, Trouble) or outcome.refusal not in RETRIED:
                break
            if outcome.refusal is Refusal.THROTTLED:
                self._gate.slower()
            if outcome.after:
                self._held[job.bucket] = outcome.refusal, self._clock() + outcome.after
            pauses = _PAUSES_THROTTLED if outcome.refusal is Refusal.THROTTLED else _PAUSES
            if dark or attempt + 1 >= ATTEMPTS or self._closing.is_set():
                break
            pause = random.uniform(0.0, pauses[attempt])  # noqa: S311  # spreads retries
            attempt += 1
            until = self._clock() + outcome.after + pause
            if until - began > PATIENCE:
                break
            self._wait(job, outcome.refusal, until)
            if self._closing.is_set():
                break
        return outcome

    def _is_dark(self, bucket: str, outcome: Trouble | tuple[str, int]) -> bool:
        """Has all that was asked of a bucket come to nothing for long? Each object is tried once.

        Thousands of objects would else wait one after the other for a server that is away.
        """
        if not isinstance(outcome, Trouble) or outcome.refusal not in _AWAY:
            self._dark.pop(bucket, None)
            return False
        now = self._clock()
        since, last = self._dark.get(bucket, (now, now))
        since = since if now - last <= PATIENCE else now
        self._dark[bucket] = since, now
        return now - since > PATIENCE

    def _wait(self, job: _Job, refusal: Refusal, until: float) -> None:
        """Sleep, and let `state` say why."""
        pause = until - self._clock()
        if pause > 0:
            with self._lock:
                self._waiting[job] = (refusal, until)
            self._sleep(pause)
            with self._lock:
                del self._waiting[job]

    def _tell(self, job: _Job, outcome: Trouble | tuple[str, int]) -> None:
        with self._lock:
            del self._flying[job.mark]
            numbers = job.numbers
            idle = not self._flying
        requests = job.requests
        for number in numbers:
            if isinstance(outcome, Trouble):
                self._results.put(_failed(number, outcome, requests))
            else:
                self._results.put(Fetched(number, *outcome, requests))
            requests = 0
        self._store.tidy(idle=idle)

    def _attempt(
        self, job: _Job, connections: dict[Place, Connection]
    ) -> Trouble | tuple[str, int]:
        """Ask until there is an answer to be told or waited for."""
        while True:
            bucket = self._buckets[job.bucket]
            if bucket.shut is not None:
                return bucket.shut
            connection = connections.get(bucket.place)
            if connection is None:
                connection = connections[bucket.place] = Connection(bucket.place)
                with self._lock:
                    self._connections.add(connection)
            outcome = self._ask(job, bucket, connection)
            if outcome is None:
                continue
            if not isinstance(outcome, Trouble):
                self._gate.faster()
                return outcome
            if outcome.refusal is Refusal.CHANGED and job.match:
                job.match = ""  # Replaced since it was listed: what is there now is as good.
                continue
            if outcome.refusal not in BY_ACCESS:
                return outcome
            if self._buckets[job.bucket] is bucket:
                bucket.shut = outcome
                return outcome
            # Another Access has come while this was under way.

    def _ask(
        self, job: _Job, bucket: _Bucket, connection: Connection
    ) -> Trouble | tuple[str, int] | None:
        """Make one GET; None: it has to be made again."""
        try:
            path, headers = bucket.signer.get(job.key, job.match)
            job.requests += 1
            answer = connection.get(path, headers)
            if answer.status == 200:
                return self._keep(job, bucket, connection, answer)
            body = connection.body(answer, 1 << 20)
        except StoreError as error:
            connection.close()
            return error.trouble
        except TooLargeError as error:
            connection.close()
            return _too_large(error.size)
        except OSError as error:
            connection.close()
            return explain(
                error,
                operation="GetObject",
                bucket=job.bucket,
                key=job.key,
                host=bucket.place.name,
            )
        except ValueError as error:
            connection.close()
            sentence = f"The request cannot be made: {error}; check the credentials and addresses."
            return Trouble(Refusal.BAD_CREDENTIALS, sentence)
        code, message = parse_error(bytes(body))
        region = answer.headers.get("x-amz-bucket-region") or region_told(bytes(body))
        return explain_status(
            answer.status,
            code,
            message,
            operation="GetObject",
            bucket=job.bucket,
            key=job.key,
            region="" if region == bucket.access.region else region,
            after=answer.headers.get("retry-after", ""),
            home=bucket.access.region,
            signed=bool(bucket.access.key_id),
            kind=answer.headers.get("content-type", ""),
        )

    def _keep(
        self, job: _Job, bucket: _Bucket, connection: Connection, answer: Answer
    ) -> Trouble | tuple[str, int] | None:
        """Keep the body under the ETag that it came with; None: it has to come again."""
        if answer.length > LARGEST:
            connection.close()
            return _too_large(answer.length)
        told = bare_etag(answer.headers.get("etag", ""))
        # Without an ETag nobody will look for it again: the name has to be one only for now.
        etag = told or job.ref.etag or f"none {job.ref.stamp} {job.ref.size}"
        where = (bucket.access.base, job.bucket, job.key, etag)
        if answer.length >= 0 and _is_other(job, answer, answer.length):
            connection.close()
            return _other_size(bucket.place.name, answer.length, job.ref.size)
        if 0 <= answer.length <= HELD:
            return self._store.put(where, connection.body(answer, HELD))
        kept = self._store.put_pieces(where, connection.pieces(answer), LARGEST)
        if kept is None:
            connection.close()
        elif answer.length < 0 and _is_other(job, answer, kept[1]):
            return _other_size(bucket.place.name, kept[1], job.ref.size)
        return kept


def _is_other(job: _Job, answer: Answer, size: int) -> bool:
    """Is a body of this size none of the object that was asked for, or a part of it only?"""
    listed, header = job.ref.size, answer.headers.get("etag", "")
    etag = bare_etag(header)
    if listed in (-1, size):
        return False
    if job.match and not etag:
        return True  # Who knows neither this ETag nor another is not S3, but someone on the way.
    # Who knows it may still send more: some inflate what has `Content-Encoding: gzip`. Less is what
    # is left of an answer whose length was not told, or told wrong, and that was cut; where the
    # same comes again, it is the listing that is wrong. But to a reader nothing would be a file
    # without events.
    replaced = bool(job.ref.etag) and etag not in ("", job.ref.etag)
    if size > listed or replaced or header.startswith("W/") or 0 < size == job.part:
        return False
    job.part = size
    return True


def _is_plain(etag: str) -> bool:
    """Whether a listed ETag may stand in a header."""
    return etag.isascii() and etag.isprintable() and '"' not in etag and len(etag) < 200


def _failed(number: int, trouble: Trouble, requests: int) -> Fetched:
    return Fetched(number, "", -1, requests, trouble, trouble.refusal in _AGAIN)


def _other_size(host: str, size: int, wanted: int) -> Trouble:
    sentence = f"{host} sent {size:,} bytes in place of {wanted:,}: check the network and the proxy"
    return Trouble(Refusal.NETWORK, f"{sentence}.")


def _too_large(size: int) -> Trouble:
    limit = LARGEST >> 30
    return Trouble(Refusal.OTHER, f"{size:,} bytes: objects above {limit} GiB are not fetched.")
