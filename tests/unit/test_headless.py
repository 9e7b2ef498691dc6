"""Printing a feed: order, formats, what goes to stderr, and readers that leave."""

from __future__ import annotations

import io
import json
import os
import signal
import subprocess
import sys
import threading
from typing import TYPE_CHECKING, NamedTuple

import pytest

from tests.unit.test_export import Event
from tui.core.export import More
from tui.core.index.rows import GONE_UNREAD
from tui.errors import CloudTrailTuiError, ExitCode, OutputClosed
from tui.headless import FULL, PROBLEMS_SAID, Output, Printer, exit_code, sentences

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence


class Lost(NamedTuple):
    where: str
    position: int
    reason: str
    harmless: bool = False


class TwoFiles:
    """Six events in two files that overlap in time, then two more that came later."""

    def __init__(self, *, gone: int | None = None) -> None:
        self.gone = gone
        self.loads: list[int] = []
        self.place = [(1, 0), (2, 0), (1, 10), (2, 10), (1, 20), (2, 20), (3, 0), (3, 9)]

    def batches(self, changed: Callable[[], None]) -> Iterator[Sequence[int]]:
        yield [0, 1, 2, 3, 4, 5]
        yield [6, 7]

    def rows(self, batch: Sequence[int]) -> Iterator[Event]:
        return (Event(time=row * 1_000_000, target=f"t{row}") for row in batch)

    def more(self, batch: Sequence[int]) -> Iterator[More]:
        return (More() for _ in batch)

    def places(self, batch: Sequence[int]) -> Iterator[tuple[int, int]]:
        return (self.place[row] for row in batch)

    def load(self, object_id: int) -> Iterator[tuple[int, bytes]]:
        self.loads.append(object_id)
        if object_id == self.gone:
            return
        for row, (number, position) in enumerate(self.place):
            if number == object_id:
                secret = b'"sessionToken": "abcdefghijkl"'
                yield position, b'{"n": %d.0,\n "eventID": "id%d", %s}' % (row, row, secret)

    def problems(self) -> list[Lost]:
        return []

    def hint(self) -> str:
        return ""

    def trouble(self) -> str:
        return ""

    def unread(self) -> int:
        return 0

    def skipped(self) -> list[tuple[str, str]]:
        return []

    def why_nothing(self) -> list[str]:
        return []

    def objects_read(self) -> int:
        return 3


def _printed(form: str, feed: TwoFiles, *, show_secrets: bool = False) -> tuple[str, Printer]:
    reader, writer = os.pipe()
    printer = Printer(feed, Output(writer), show_secrets=show_secrets, accounts={})
    printer.run(form)
    os.close(writer)
    with open(reader, encoding="utf-8", newline="") as file:
        return file.read(), printer


def test_lines_come_oldest_first() -> None:
    text, printer = _printed("lines", TwoFiles())
    assert [line.split()[3] for line in text.splitlines()] == [f"t{row}" for row in range(8)]
    assert printer.printed == 8


def test_csv_has_one_header() -> None:
    text, _ = _printed("csv", TwoFiles())
    rows = text.split("\r\n")
    assert rows[0].startswith("time,who,service")
    assert [row.rpartition(",")[2] for row in rows[1:9]] == [f"id{row}" for row in range(8)]
    assert rows[9:] == [""]
    text, printer = _printed("csv", TwoFiles(gone=2))
    ids = [row.rpartition(",")[2] for row in text.split("\r\n")[1:9]]
    assert ids == ["id0", "", "id2", "", "id4", "", "id6", "id7"]
    assert (printer.printed, printer.lost) == (8, 0)


def test_json_is_whole_records_each_file_read_once() -> None:
    feed = TwoFiles()
    text, _ = _printed("json", feed, show_secrets=True)
    assert text.splitlines()[0] == '{"n":0.0,"eventID":"id0","sessionToken":"abcdefghijkl"}'
    assert [json.loads(line)["n"] for line in text.splitlines()] == list(range(8))
    assert feed.loads == [1, 2, 3]


def test_json_masks_secrets_unless_told_otherwise() -> None:
    assert "abcdefghijkl" not in _printed("json", TwoFiles())[0]


def test_records_that_went_away_are_counted() -> None:
    text, printer = _printed("json", TwoFiles(gone=2))
    assert len(text.splitlines()) == 5
    assert (printer.printed, printer.lost) == (5, 3)


class Paused(TwoFiles):
    """Waits for the test between its batches."""

    def __init__(self) -> None:
        super().__init__()
        self.go = threading.Event()

    def batches(self, changed: Callable[[], None]) -> Iterator[Sequence[int]]:
        yield [0]
        assert self.go.wait(60)
        yield [1]


def test_each_batch_is_out_before_the_next_is_waited_for() -> None:
    reader, writer = os.pipe()
    feed = Paused()
    printer = Printer(feed, Output(writer), show_secrets=False, accounts={})
    thread = threading.Thread(target=printer.run, args=("lines",))
    thread.start()
    try:
        assert os.read(reader, FULL).count(b"\n") == 1
    finally:
        feed.go.set()
        thread.join()
    assert os.read(reader, FULL).count(b"\n") == 1
    os.close(reader)
    os.close(writer)


class Following(TwoFiles):
    """Finds nothing, but meets with this and that."""

    def __init__(self, *, steps: Sequence[tuple[str, list[Lost]]]) -> None:
        super().__init__()
        self.steps = steps
        self.now: tuple[str, list[Lost]] = ("", [])

    def batches(self, changed: Callable[[], None]) -> Iterator[Sequence[int]]:
        for step in self.steps:
            self.now = step
            changed()
        yield []

    def hint(self) -> str:
        return self.now[0]

    def problems(self) -> list[Lost]:
        return self.now[1]


def test_what_following_meets_with_is_said_at_once_and_once() -> None:
    hint = "Only the last 24 hours are listed"
    cut, bad = Lost("a.json", 7, "Cut."), Lost("b.json", -1, "Bad.")
    soon = Lost("s3://b/c", -1, "No answer; it is tried again in 10 s")
    later = soon._replace(reason="No answer; it is tried again in 20 s")
    said: list[str] = []
    steps = [
        (hint, []),
        (hint, [cut]),
        (hint, [soon, cut]),  # notices stand before what files hold
        (hint, [bad, later, later._replace(where="s3://b/d"), cut]),
        (hint, [cut]),
        ("Other", [bad, cut]),
    ]
    feed = Following(steps=steps)
    printer = Printer(feed, Output(), show_secrets=False, accounts={}, tell=said.append)
    printer.run("lines")
    assert said == [
        hint,
        "a.json, byte 7: Cut.",
        "s3://b/c: No answer; it is tried again in 10 s",
        "b.json: Bad.",
        "Other",
        "b.json: Bad.",
    ]
    assert printer.hint == "Other"


def test_a_reader_that_left_ends_the_printing() -> None:
    reader, writer = os.pipe()
    os.close(reader)
    with pytest.raises(OutputClosed):
        Printer(TwoFiles(), Output(writer), show_secrets=False, accounts={}).run("lines")
    os.close(writer)


def test_a_full_disk_is_said() -> None:
    with open("/dev/full", "wb", buffering=0) as full:
        output = Output(full.fileno())
        output.write(b"x")
        with pytest.raises(CloudTrailTuiError, match="No space left"):
            output.flush()


def test_an_output_that_does_not_block_is_waited_for() -> None:
    reader, writer = os.pipe()
    os.set_blocking(writer, False)
    gathered = io.BytesIO()

    def gather() -> None:
        while block := os.read(reader, 5000):
            gathered.write(block)

    thread = threading.Thread(target=gather)
    thread.start()
    output = Output(writer)
    output.write(b"x" * 1_000_000)
    output.flush()
    os.close(writer)
    thread.join()
    os.close(reader)
    assert gathered.getvalue() == b"x" * 1_000_000


@pytest.mark.parametrize(
    ("problems", "lost", "printed", "objects_read", "code"),
    [
        (0, 0, 5, 2, ExitCode.OK),
        (0, 0, 0, 2, ExitCode.NONE),
        (0, 0, 0, 0, ExitCode.NONE),
        (1, 0, 5, 2, ExitCode.PARTIAL),
        (1, 0, 0, 2, ExitCode.PARTIAL),
        (0, 3, 5, 2, ExitCode.PARTIAL),
        (2, 0, 0, 0, ExitCode.UNREADABLE),
    ],
)
def test_the_exit_code_says_how_it_went(
    problems: int, lost: int, printed: int, objects_read: int, code: ExitCode
) -> None:
    unread = [Lost("file", -1, "it is empty")] * problems
    assert exit_code(unread, lost, printed, objects_read) is code


def test_what_is_harmless_changes_no_exit_code() -> None:
    assert exit_code([Lost("", -1, "no cache", harmless=True)], 0, 5, 2) is ExitCode.OK


def test_what_could_not_be_read_is_said_within_bounds() -> None:
    unread = [Lost("/logs/a.gz", 70, "the file ends early"), Lost("/logs/b", -1, "no permission")]
    assert sentences(unread, 0, 1) == [
        "/logs/a.gz, byte 70: the file ends early",
        "/logs/b: no permission",
    ]
    many = sentences(unread[:1] * 1200, 2, 0)
    assert len(many) == PROBLEMS_SAID + 3
    assert many[PROBLEMS_SAID:] == [
        "and 1,180 more that could not be read.",
        "2 events could not be read again: their files changed or went away.",
        "No events.",
    ]


def test_what_a_bucket_refuses_of_many_objects_is_said_once() -> None:
    denied = [Lost(f"s3://b/{number}", -1, "Access denied: allow it.") for number in range(48)]
    gone = [Lost(f"s3://b/{number}", -1, "Not there.") for number in (1, 2)]
    local = [Lost(f"/logs/{number}", -1, "no permission") for number in range(5)]
    said = sentences([*denied[:30], *gone, *denied[30:], *local], 0, 1)
    assert said[0] == "s3://b/0: Access denied: allow it; and the same of 47 more."
    assert said[1:3] == ["s3://b/1: Not there.", "s3://b/2: Not there."]
    assert said[3:] == [f"/logs/{number}: no permission" for number in range(5)]


def test_files_that_are_no_logs_are_named_where_nothing_else_says_why_there_is_nothing() -> None:
    skipped = [("/logs/README.md", "document")]
    assert sentences([], 0, 0, skipped) == [
        "No events.",
        "/logs/README.md is no CloudTrail log: document.",
    ]
    gone = sentences([], 0, 0, [("/logs/a.json.tmp", GONE_UNREAD)])
    assert gone[1:] == ["/logs/a.json.tmp went away before it was read."]
    assert sentences([], 0, 0, skipped, ["Because."]) == ["No events.", "Because."]
    assert sentences([], 0, 1, skipped, ["Because."]) == []


FOLLOW = """
import sys, time
from tests.unit.test_headless import TwoFiles
from tui import headless
from tui.faults import Ending

class Endless(TwoFiles):
    def batches(self, changed):
        yield [0]
        while True:
            time.sleep(600)

with Ending() as ending:
    headless.end_with_reader()
    headless.Printer(Endless(), headless.Output(), show_secrets=False, accounts={}).run("lines")
sys.exit(ending.code)
"""


@pytest.mark.parametrize(
    ("number", "code"), [(None, 0), (signal.SIGTERM, 143), (signal.SIGINT, 130)]
)
def test_following_ends_when_the_reader_leaves_or_a_signal_comes(
    number: signal.Signals | None, code: int
) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", FOLLOW], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        try:
            assert b"t0" in process.stdout.readline()
            if number is None:
                process.stdout.close()
            else:
                process.send_signal(number)
            assert process.wait(60) == code
            assert process.stderr.read() == b""
        finally:
            process.kill()
