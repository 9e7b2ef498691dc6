"""A worker process: takes a job, reads its objects, answers with what they hold; nothing else."""

from __future__ import annotations

import codecs
import os
import pickle
import zlib
from functools import partial
from typing import TYPE_CHECKING

from tui.core.index.batch import BY_OFFSET, ObjectResult, Trouble
from tui.ingest.content import decode, shapes
from tui.ingest.content.foreign import binary_kind, looks_foreign
from tui.ingest.content.inflate import INFLATED_LIMIT, inflate, is_compressed
from tui.ingest.content.salvage import MAX_RECORD
from tui.ingest.encoding.encode import Encoder
from tui.ingest.jobs import (
    UNCACHED,
    VANISHED,
    Done,
    EnrichDone,
    EnrichJob,
    Fault,
    Job,
    Part,
    ReadDone,
    ReadJob,
    SearchDone,
    SearchJob,
)
from tui.ingest.results import Content, details_of, failed, misfit, result_of
from tui.ingest.scanning import compiling
from tui.sources.readers import read_bytes

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from multiprocessing.connection import Connection

    from tui.core.index.batch import Details
    from tui.core.matching.looking_bytes import Find
    from tui.ingest.content.inflate import Content as Inflated
    from tui.ingest.content.tolerant import Reading
    from tui.ingest.scanning.scanner import Scanner

    Read = Callable[[str, int, int], bytes]

STRETCH = 16 << 20
"""Stored bytes of a file with a record a line that are read at once."""
_FIRST = 1 << 17
"""Bytes by which a long file is judged before the rest is read."""
KEPT_BYTES = 96 << 20
"""Bytes of records that a worker keeps at hand; the others are read again."""
_GLANCE = 1 << 12
"""Of compressed ones these tell whether it is no log at all."""
_LINE_STEP = 1 << 20
_GROUP = 6 << 20
"""Inflated bytes that the compiled reader is given before it works out what they mean."""
_DECODED = 1 << 20
"""Bytes that are decoded at a time, only to see that they can be."""
_HEAD = 256


def serve(connection: Connection, spool_fd: int | None) -> None:
    """Answer jobs until the other side closes the connection."""
    worker = Worker(lambda name, start, length: read_bytes(name, start, length, spool_fd=spool_fd))
    while True:
        try:
            job = pickle.loads(connection.recv_bytes())  # noqa: S301 - our own parent process
            connection.send_bytes(pickle.dumps(worker.do(job), protocol=5))
        except (EOFError, ConnectionError):
            return


class Worker:
    """Reads objects; keeps its dictionaries from job to job."""

    def __init__(self, read: Read) -> None:
        self._read = read
        self._encoder = Encoder()
        self._scanner: Scanner | None = None
        """Made when a job asks for it; it writes into the encoder."""
        self._find: Find | None = None
        self._kept: dict[tuple[int, int], bytes] = {}
        """Records of PENDING events by object and position, so that nothing is inflated twice."""
        self._kept_bytes = 0

    def do(self, job: Job) -> Done:
        """The answer to a job; a fault of our own code is an answer too."""
        try:
            if isinstance(job, SearchJob):
                return self._search(job)
            return self._read_all(job) if isinstance(job, ReadJob) else self._enrich(job)
        except Exception as error:  # noqa: BLE001 - said to the person, with the object's name
            self._encoder, self._scanner = Encoder(), None
            return Fault(f"{type(error).__name__} in {_place_of(error)}")

    def _read_all(self, job: ReadJob) -> ReadDone:
        results: list[ObjectResult] = []
        for index, part in enumerate(job.parts):
            content = self._opened(part)
            if isinstance(content, ObjectResult):
                results.append(content)
                continue
            scanned = None
            if job.compiled and _is_delivered(content):
                scanned = self._scan(index, part, content, job)
            results.append(scanned or self._read_content(index, part, content, job))
        self._finish(job)
        if not len(self._encoder):
            return ReadDone(None, results)
        batch, outside = self._encoder.take(job.window)
        for index, count in outside.items():
            results[index] = results[index]._replace(outside=count)
        return ReadDone(batch, results)

    def _scan(self, index: int, part: Part, content: Content, job: ReadJob) -> ObjectResult | None:
        """What the compiled reader says of a part; None: it has to be read like all the others."""
        if self._scanner is None:
            self._scanner = compiling.scanner(self._encoder)
        if self._scanner is None:
            return None
        if self._scanner.size and len(content.data) > _GROUP:  # it copies them: not more of it
            self._finish(job)
        count = self._scanner.take(content.data, index)
        if self._scanner.size >= _GROUP:
            self._finish(job)
        if count < 0:
            return None
        reading = decode.scanned(count, len(content.data))
        return result_of(part, content, reading)._replace(found=count)

    def _finish(self, job: ReadJob) -> None:
        """Have the events added that the compiled reader has taken."""
        if self._scanner is None:
            return
        for waiting in self._scanner.finish(details_of if job.rich else None):
            if job.keep and self._kept_bytes < KEPT_BYTES:
                place = job.parts[waiting.number].object_id, waiting.position
                self._kept[place] = waiting.raw
                self._kept_bytes += len(waiting.raw)

    def _opened(self, part: Part) -> Content | ObjectResult:
        """What a part holds, or the result where that is no log or cannot be read."""
        try:
            if part.head[0] and self._head(part.place, part.head[0]) != part.head:
                return failed(None, kind="changed")
            content = self._content(part)
        except OSError as error:
            if part.path:  # it was taken out of the cache, or damaged there
                return failed(None, kind=UNCACHED)
            if isinstance(error, FileNotFoundError):
                return failed(None, kind=VANISHED)
            return failed(Trouble(-1, f"cannot be read: {error.strerror or error}", 1))
        except MemoryError:
            return failed(Trouble(-1, "is too large for the memory that is left", 1))
        if content.foreign:
            if reason := misfit(part, content.foreign):
                return failed(Trouble(-1, reason, 1))
            return failed(None, kind=shapes.OTHER, what=content.foreign)
        if content.complaint and not content.data:
            return failed(Trouble(-1, content.complaint, 1), truncated=content.truncated)
        return content

    def _read_content(
        self, number: int, part: Part, content: Content, job: ReadJob
    ) -> ObjectResult:
        more = part.more and content.plain
        reading = decode.read(content.data, asked=part.asked, more=more, stretch=content.stretch)
        if reading.kind == shapes.OTHER:
            reason = misfit(part, reading.what, content.complaint)
            if reason:
                return failed(Trouble(-1, reason, 1), truncated=content.truncated)
        self._add(reading, number, part.object_id, content, job)
        result = result_of(part, content, reading)
        if result.lines:
            head = part.head if part.head[0] else self._head(part.place, _HEAD)
            result = result._replace(head=head, stretch=content.stretch)
        return result

    def _head(self, name: str, length: int) -> tuple[int, int]:
        first = self._read(name, 0, length)
        return len(first), zlib.crc32(first)

    def _add(
        self,
        reading: Reading,
        index: int,
        object_id: int,
        content: Content,
        job: ReadJob,
    ) -> None:
        if not reading.records:
            return
        encoder = self._encoder
        positions = reading.positions
        if positions is not None and content.offset:
            positions = [position + content.offset for position in positions]
        start = len(encoder)
        pending = encoder.add(reading.records, index, positions)
        if not pending or not (job.rich or (job.keep and self._kept_bytes < KEPT_BYTES)):
            return
        raws = decode.raws_of(content.data, reading, pending)
        for row, raw in zip(pending, raws, strict=True):
            if not job.rich:
                self._kept[object_id, row if positions is None else positions[row]] = raw
                self._kept_bytes += len(raw)
            elif (details := details_of(raw)) is not None:
                encoder.amend(start + row, details)

    def _content(self, part: Part, *, known: bool = False) -> Content:
        """What a part holds; `known` says that records were found in it before."""
        if part.stretch:
            return self._stretch(part)
        # What lies in the cache is compared with its checksum when it is read in one go.
        first = STRETCH if part.path or known else _FIRST
        stored = self._read(part.place, 0, first)
        compressed = is_compressed(stored)
        if len(stored) == first < STRETCH:
            what = _foreign_of(inflate(stored[:_GLANCE])) if compressed else ""
            if not compressed and not part.asked:
                what = looks_foreign(stored)
            if what:
                return Content(b"", foreign=what)
            stored += self._read(part.place, _FIRST, STRETCH - _FIRST)
        if len(stored) == STRETCH:
            if not compressed and decode.is_lines(stored):
                return self._stretch(part._replace(length=STRETCH))
            # From its beginning again: putting pieces together would need them twice.
            stored = self._read(part.place, 0, INFLATED_LIMIT + 1)
        if compressed:
            inflated = inflate(stored)
            what = _foreign_of(inflated)
            return Content(inflated.data, inflated.complaint, inflated.truncated, what)
        if len(stored) > INFLATED_LIMIT:
            reason = f"is one JSON document of more than {INFLATED_LIMIT >> 20:,} MiB"
            return Content(b"", reason)
        return Content(stored, plain=True)

    def _stretch(self, part: Part) -> Content:
        """The lines that begin in the part, the last of them to its end."""
        begin = max(0, part.start - 1)  # the byte before tells if a line begins at `start`
        wanted = -1 if part.length < 0 else part.start + part.length - begin
        stored = self._read(part.place, begin, wanted)
        while wanted >= 0 and stored and not stored.endswith(b"\n"):
            more = self._read(part.place, begin + len(stored), _LINE_STEP)
            line_end = more.find(b"\n") + 1
            stored += more[:line_end] if line_end else more
            if not more or len(stored) - wanted > MAX_RECORD:
                break
        skip = 0
        if part.start:
            skip = stored.find(b"\n") + 1 or len(stored)
        return Content(stored[skip:], plain=True, stretch=True, offset=begin + skip - part.start)

    def _enrich(self, job: EnrichJob) -> EnrichDone:
        answers: list[list[Details | None]] = []
        for part, mode, positions in job.parts:
            try:
                raws = self.raws(part, mode, positions)
            except (OSError, MemoryError):
                raws = [None] * len(positions)
            answers.append([details_of(raw) if raw is not None else None for raw in raws])
        return EnrichDone(answers)

    def raws(self, part: Part, mode: int, positions: Sequence[int]) -> list[bytes | None]:
        """The bytes of the records at these positions of a part. Raises OSError."""
        if self._kept:
            kept = [self._kept.pop((part.object_id, position), None) for position in positions]
            if None not in kept:
                self._kept_bytes -= sum(map(len, filter(None, kept)))
                return kept
        if mode == BY_OFFSET and part.stretch and len(positions) == 1:
            # One line of a long file: no need to read its neighbours.
            step = 1 << 16
            at = part.start + positions[0]
            line = self._read(part.place, at, step)
            while b"\n" not in line and len(line) >= step and step < MAX_RECORD:
                step *= 4
                line = self._read(part.place, at, step)
            return [decode.line_at(line, 0)]
        return _raws_in(self._content(part, known=True), part, mode, positions)

    def _search(self, job: SearchJob) -> SearchDone:
        from tui.ingest.processes.memory import give_back_memory
        from tui.ingest.search_objects import search  # loaded by the first search

        if self._find is None:
            self._find = compiling.finder()
        done = search(job, self._open, self._find)
        give_back_memory()  # a large object is unpacked and lowered as a whole
        return done

    def _open(
        self, part: Part, mode: int
    ) -> tuple[bytes, Callable[[Sequence[int]], list[bytes | None]]]:
        content = self._content(part, known=True)
        return content.data, partial(_raws_in, content, part, mode)


def _foreign_of(inflated: Inflated) -> str:
    """What compressed content looks like, if it is binary data."""
    return binary_kind(inflated.data) if inflated.foreign else ""


def _is_delivered(content: Content) -> bool:
    """May the content be a whole log file as CloudTrail delivers them?"""
    data = content.data
    whole = not content.complaint and not content.stretch
    if not whole or data[:1] != b"{" or shapes.starts_with_notice(data):
        return False
    return data.isascii() or _is_utf8(data)


def _is_utf8(data: bytes) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        for start in range(0, len(data), _DECODED):
            decoder.decode(data[start : start + _DECODED])
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _raws_in(
    content: Content, part: Part, mode: int, positions: Sequence[int]
) -> list[bytes | None]:
    if mode == BY_OFFSET and content.offset:
        positions = [position - content.offset for position in positions]
    return decode.raws_at(content.data, mode, positions, asked=part.asked, stretch=content.stretch)


def _place_of(error: BaseException) -> str:
    """The line of ours that failed, without anything of a record."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    if trace is None:
        return "an unknown place"
    return f"{os.path.basename(trace.tb_frame.f_code.co_filename)}:{trace.tb_lineno}"
