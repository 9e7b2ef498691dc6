"""Printing: the events as lines, CSV or JSON, oldest first, without a screen.

What was there at the start is printed in the order of time; what comes later, when following,
as it comes, each batch in the order of time. Only events go to stdout.
"""

from __future__ import annotations

import os
import select
import signal
import stat
import threading
import time
from collections import Counter
from typing import TYPE_CHECKING, Protocol

from tui.core import export
from tui.core.index.rows import skipped_as
from tui.core.spool import RecordSpool, ordered_records, ordered_texts
from tui.errors import CloudTrailTuiError, ExitCode, OutputClosed
from tui.ingest.content.loose import event_ids
from tui.options import BUCKETS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from types import FrameType

    from tui.core.counts.timeline_text import Buckets
    from tui.core.counts.tops import Tops
    from tui.core.export import Listed, More
    from tui.core.query.nodes import Field, Path

PROBLEMS_SAID = 20
SAID_ONCE = 4
"""Objects from which on one sentence is enough for what is the same of all."""
SKIPPED_SAID = 5
FULL = 1 << 16
"""Bytes that are gathered for one write."""


class Unread(Protocol):
    """Something that could not be read."""

    @property
    def where(self) -> str: ...
    @property
    def position(self) -> int:
        """Byte position in the inflated content; -1 for the whole object."""

    @property
    def reason(self) -> str: ...
    @property
    def harmless(self) -> bool:
        """Was everything read nevertheless?"""


class Feed(Protocol):
    """What printing asks of the engine. Everything blocks."""

    def batches(
        self, changed: Callable[[], None], *, counted: bool = False
    ) -> Iterator[Sequence[int]]:
        """Give rows in the order in which to print them, or in any if they are only `counted`.

        First all that was there at the start; when following, then what each look brought. Calls
        `changed` meanwhile, when there may be other problems or another hint.
        """

    def rows(self, batch: Sequence[int]) -> Iterable[Listed]:
        """Give these rows as the list shows them."""

    def more(self, batch: Sequence[int]) -> Iterable[More]:
        """Give what the index knows of these rows beside that."""

    def places(self, batch: Sequence[int]) -> Iterable[tuple[int, int]]:
        """Give the (object ID, position) of these rows."""

    def load(self, object_id: int) -> Iterable[tuple[int, bytes]]:
        """Read an object again: the records of printed rows by position, in any order."""

    def tops(
        self, batch: Sequence[int], name: str, node: Field | Path, *, show_secrets: bool
    ) -> Tops:
        """Count these rows by the values of a field or a path, which a person calls `name`."""

    def timeline(self, batch: Sequence[int]) -> Buckets:
        """Count these rows by time."""

    def problems(self) -> Sequence[Unread]:
        """Give what could not be read so far."""

    def hint(self) -> str:
        """Give what the sources want to tell, in a sentence; "" for nothing."""

    def trouble(self) -> str:
        """Give what kept the filter from being answered, in a sentence; "" for nothing."""

    def unread(self) -> int:
        """Give how many events could not be read again for the filter, and so were left out."""

    def skipped(self) -> Sequence[tuple[str, str]]:
        """Give the files that are no logs, each with what it looks like."""

    def why_nothing(self) -> Sequence[str]:
        """Give in sentences why nothing was given although events were found; empty: none were."""

    def objects_read(self) -> int:
        """Give how many objects were read at least in part."""


class Output:
    """Standard output: gathers, writes whole, and knows when the reader has gone."""

    def __init__(self, descriptor: int = 1) -> None:
        self.descriptor = descriptor
        self.is_terminal = os.isatty(descriptor)
        self._parts: list[bytes] = []
        self._size = 0

    def write(self, line: bytes) -> None:
        """Take a line; raises OutputClosed when the reader has gone."""
        self._parts.append(line)
        self._size += len(line)
        if self._size >= FULL:
            self.flush()

    def flush(self) -> None:
        """Write what was gathered."""
        rest = memoryview(b"".join(self._parts))
        self._parts.clear()
        self._size = 0
        while rest:
            try:
                rest = rest[os.write(self.descriptor, rest) :]
            except BlockingIOError:
                # Whoever shares the descriptor made it so.
                select.select([], [self.descriptor], [])
            except BrokenPipeError as error:
                raise OutputClosed from error
            except OSError as error:
                raise CloudTrailTuiError(
                    f"The output cannot be written: {error.strerror}."
                ) from error


class Printer:
    """Prints the events of a feed in one of the formats."""

    def __init__(
        self,
        feed: Feed,
        output: Output,
        *,
        show_secrets: bool,
        accounts: Mapping[str, str],
        tell: Callable[[str], None] | None = None,
    ) -> None:
        """`tell` says a sentence at once: for printing that has no end."""
        self.feed = feed
        self.tell = tell
        self._told: set[tuple[str, int, str]] = set()
        self.hint = ""
        """The hint that was said last."""
        self.output = output
        self.show_secrets = show_secrets
        self.accounts = accounts
        self.printed = 0
        self.lost = 0
        self.remark = ""
        """What is worth saying of what was printed, beside the table."""
        """Records that were indexed and could not be read again."""

    def run(self, form: str) -> None:
        """Print until the feed ends; raises OutputClosed when the reader has gone."""
        write: dict[str, Callable[[Sequence[int]], None]] = {
            "lines": self._lines,
            "csv": self._csv,
            "json": self._json,
        }
        if form == "csv":
            self.output.write(export.csv_header().encode())
        for batch in self.feed.batches(self._tell):
            write[form](batch)
            self.output.flush()
            self._tell()
        self.output.flush()

    def _tell(self) -> None:
        """Say what cannot wait for an end that does not come: printing follows."""
        if self.tell is None:
            return
        if self.feed.hint() != self.hint:
            self.hint = self.feed.hint()
            if self.hint:
                self.tell(self.hint)
        problems = [(_said_of(problem), problem) for problem in self.feed.problems()]
        fresh = [problem for said, problem in problems if said not in self._told]
        # What is solved, and comes again, is worth saying again.
        self._told = {said for said, _ in problems}
        for sentence in problem_sentences(fresh):
            self.tell(sentence)

    def run_top(self, form: str, name: str, node: Field | Path) -> None:
        """Print counts by value of all that is there."""
        from tui.core.counts import tops
        from tui.core.query.nodes import Field as IndexedField

        batch = next(iter(self.feed.batches(self._tell, counted=True)))
        self.printed = len(batch)
        if not self.printed:
            return
        shown = self.show_secrets
        counted = self.feed.tops(batch, name, node, show_secrets=shown)
        self.lost += len(batch) - counted.total
        if not isinstance(node, IndexedField) and not any(top.value for top in counted.values):
            self.remark = f"No event has {name}: is it spelled as in the records?"
        if form == "csv":
            self._text(tops.csv(counted, show_secrets=shown))
        elif form == "json":
            self._text(tops.json_lines(counted, show_secrets=shown))
        else:
            by_account = isinstance(node, IndexedField) and node.name == "account"
            names = self.accounts if by_account else None
            self._text(tops.lines(counted, show_secrets=shown, names=names))

    def run_timeline(self, form: str) -> None:
        """Print counts by time of all that is there."""
        from tui.core.counts import timeline_text

        batch = next(iter(self.feed.batches(self._tell, counted=True)))
        self.printed = len(batch)
        if not self.printed:
            return
        write = {"csv": timeline_text.csv, "json": timeline_text.json_lines}
        self._text(write.get(form, timeline_text.lines)(self.feed.timeline(batch)))

    def _text(self, lines: Iterable[str]) -> None:
        for line in lines:
            self.output.write(line.encode())
        self.output.flush()

    def _lines(self, batch: Sequence[int]) -> None:
        for event in self.feed.rows(batch):
            line = export.event_line(event, self.accounts, show_secrets=self.show_secrets)
            self.output.write(line.encode())
            self.printed += 1

    def _csv(self, batch: Sequence[int]) -> None:
        def load(object_id: int) -> Iterable[tuple[int, bytes]]:
            return event_ids(self.feed.load(object_id))

        with RecordSpool() as spool:
            ids = ordered_texts(self.feed.places(batch), load, spool)
            rows, mores = self.feed.rows(batch), self.feed.more(batch)
            for event, more, event_id in zip(rows, mores, ids, strict=True):
                told = more._replace(event_id=event_id)
                line = export.csv_line(event, told, show_secrets=self.show_secrets)
                self.output.write(line.encode())
                self.printed += 1

    def _json(self, batch: Sequence[int]) -> None:
        with RecordSpool() as spool:
            for raw in ordered_records(self.feed.places(batch), self.feed.load, spool):
                if raw is None:
                    self.lost += 1
                    continue
                self.output.write(
                    export.json_line(
                        raw,
                        show_secrets=self.show_secrets,
                        for_terminal=self.output.is_terminal,
                    )
                )
                self.printed += 1


def _said_of(problem: Unread) -> tuple[str, int, str]:
    """What makes a problem another one: not when it is tried again, which stands at its end.

    What is the same of a bucket's accounts, regions and objects is said of the first.
    """
    where, reason = problem.where, problem.reason.partition(";")[0]
    if where.startswith(BUCKETS):
        return where[len(BUCKETS) :].partition("/")[0], -1, reason
    return where, problem.position, reason


def sentences(
    problems: Sequence[Unread],
    lost: int,
    printed: int,
    skipped: Sequence[tuple[str, str]] = (),
    reasons: Sequence[str] = (),
) -> list[str]:
    """What is said on stderr at the end: what could not be read, or that there was nothing.

    `reasons` tell why there was nothing; without one the `skipped` files do.
    """
    said = problem_sentences(problems)
    if lost:
        said.append(f"{lost:,} events could not be read again: their files changed or went away.")
    if not printed:
        said += ["No events.", *reasons]
    if not printed and not reasons:
        said += [f"{where} {skipped_as(what)}." for where, what in skipped[:SKIPPED_SAID]]
        if len(skipped) > SKIPPED_SAID:
            said.append(f"and {len(skipped) - SKIPPED_SAID:,} more files that are no logs.")
    return said


def problem_sentences(problems: Sequence[Unread]) -> list[str]:
    """What could not be read, the first few in full; one sentence for what a bucket refuses."""
    alike = Counter(problem.reason for problem in problems if problem.where.startswith(BUCKETS))
    said: list[str] = []
    left = len(problems)
    for problem in problems:
        if len(said) == PROBLEMS_SAID:
            break
        place = (
            problem.where if problem.position < 0 else f"{problem.where}, byte {problem.position}"
        )
        many = alike[problem.reason] if problem.where.startswith(BUCKETS) else 1
        if not many:
            continue  # said together with the first of them
        sentence = f"{place}: {problem.reason}" if place else problem.reason
        if many >= SAID_ONCE:
            alike[problem.reason] = 0
            left -= many
            sentence = f"{sentence.rstrip('.')}; and the same of {many - 1:,} more."
        else:
            left -= 1
        said.append(sentence)
    if left:
        said.append(f"and {left:,} more that could not be read.")
    return said


def exit_code(problems: Sequence[Unread], lost: int, printed: int, objects_read: int) -> ExitCode:
    """Which code says how printing went."""
    if lost or not all(problem.harmless for problem in problems):
        return ExitCode.PARTIAL if printed or objects_read else ExitCode.UNREADABLE
    return ExitCode.OK if printed else ExitCode.NONE


def end_with_reader(descriptor: int = 1) -> None:
    """Let a reader that goes away end the program while there is nothing to write to it.

    Call it after the worker processes have been started, from the main thread.
    """
    mode = os.fstat(descriptor).st_mode
    if not (stat.S_ISFIFO(mode) or stat.S_ISSOCK(mode)):
        return
    signal.signal(signal.SIGPIPE, _reader_gone)
    threading.Thread(
        target=_watch_reader,
        args=(descriptor, threading.get_ident()),
        name="reader",
        daemon=True,
    ).start()


def _watch_reader(descriptor: int, printing_thread: int) -> None:
    poll = select.poll()
    poll.register(descriptor, 0)
    if any(event & select.POLLNVAL for _, event in poll.poll()):
        return
    while True:
        # Once is enough unless it comes just before the thread begins to wait for events.
        signal.pthread_kill(printing_thread, signal.SIGPIPE)
        time.sleep(0.2)


def _reader_gone(_number: int, _frame: FrameType | None) -> None:
    signal.signal(signal.SIGPIPE, signal.SIG_IGN)
    raise OutputClosed
