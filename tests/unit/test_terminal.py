"""Keys from the terminal while stdin holds data; the terminal's state and its end."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import termios
import time
from typing import TYPE_CHECKING

import pytest

from tests.terminal.program import PATIENCE

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PROLOGUE = """
import os, sys, termios, time
os.close(os.open(os.ttyname(2), os.O_RDWR))  # the session's first terminal becomes its own
from tui.terminal import *
def answer(text):
    with open(sys.argv[1] + ".draft", "w") as file:
        file.write(text)
    os.rename(file.name, sys.argv[1])
"""


class Terminal:
    """A pseudo-terminal that belongs to the program it starts."""

    def __init__(self, folder: Path) -> None:
        self.answer = folder / "answer"
        self.master, self.slave = os.openpty()
        self.process: subprocess.Popen[bytes] | None = None

    def start(self, code: str, *, stdin: int | None = None) -> subprocess.Popen[bytes]:
        self.process = subprocess.Popen(
            [sys.executable, "-c", PROLOGUE + code, str(self.answer)],
            stdin=self.slave if stdin is None else stdin,
            stdout=self.slave,
            stderr=self.slave,
            start_new_session=True,
        )
        return self.process

    def until_answered(self) -> None:
        end = time.monotonic() + PATIENCE
        while not self.answer.exists():
            assert time.monotonic() < end
            time.sleep(0.02)

    def close(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.wait()
        for descriptor in (self.master, self.slave):
            try:
                os.close(descriptor)
            except OSError:
                pass  # the test closed it


@pytest.fixture
def terminal(tmp_path: Path) -> Iterator[Terminal]:
    terminal = Terminal(tmp_path)
    yield terminal
    terminal.close()


def test_keys_come_from_the_terminal_and_data_from_the_pipe(terminal: Terminal) -> None:
    reader, writer = os.pipe()
    os.write(writer, b"events")
    os.close(writer)
    process = terminal.start(
        """
held = keys_from_terminal(keep_stdin=True)
data = os.read(held, 100)
key = sys.__stdin__.readline()
answer(f"{data} {key!r} {held > 2} {sys.__stdin__.isatty()} {sys.__stdin__.fileno()}")
""",
        stdin=reader,
    )
    os.close(reader)
    os.write(terminal.master, b"j\n")
    assert process.wait(PATIENCE) == 0
    assert terminal.answer.read_text() == r"b'events' 'j\n' True True 0"


def test_a_pipe_that_nobody_wants_is_let_go(terminal: Terminal) -> None:
    reader, writer = os.pipe()
    code = (
        "held = keys_from_terminal(keep_stdin=False)\n"
        "answer(f'{held} {os.isatty(0)}')\ntime.sleep(60)"
    )
    terminal.start(code, stdin=reader)
    os.close(reader)
    terminal.until_answered()
    assert terminal.answer.read_text() == "None True"
    with pytest.raises(BrokenPipeError):
        os.write(writer, b"x")
    os.close(writer)


def test_a_terminal_stays_as_it_is(terminal: Terminal) -> None:
    process = terminal.start("answer(str(keys_from_terminal(keep_stdin=True)))")
    assert process.wait(PATIENCE) == 0
    assert terminal.answer.read_text() == "None"


def test_a_fault_leaves_the_terminal_as_it_was(terminal: Terminal) -> None:
    before = termios.tcgetattr(terminal.slave)
    process = terminal.start(
        """
import tty
try:
    with kept_terminal():
        tty.setraw(0)
        os.write(1, b"\\x1b[?1049h")
        raise ValueError
except ValueError:
    answer("raised")
"""
    )
    assert process.wait(PATIENCE) == 0
    assert terminal.answer.read_text() == "raised"
    assert termios.tcgetattr(terminal.slave) == before
    written = os.read(terminal.master, 10_000)
    for sequence in (b"\x1b[?1049l", b"\x1b[?25h", b"\x1b[?1003l", b"\x1b[?2004l", b"\x1b[0m"):
        assert sequence in written.rpartition(b"\x1b[?1049h")[2]


def test_a_screen_that_ends_by_itself_is_not_touched(terminal: Terminal) -> None:
    process = terminal.start("with kept_terminal():\n    os.write(1, b'as it is')")
    assert process.wait(PATIENCE) == 0
    assert os.read(terminal.master, 10_000) == b"as it is"


@pytest.mark.parametrize("ignored", [False, True])
def test_a_lost_terminal_ends_the_program(terminal: Terminal, ignored: bool) -> None:
    before = "import signal\nsignal.signal(signal.SIGHUP, signal.SIG_IGN)\n" if ignored else ""
    process = terminal.start(f"{before}end_with_terminal()\nanswer('ready')\ntime.sleep(60)")
    terminal.until_answered()
    os.close(terminal.slave)
    os.close(terminal.master)
    assert process.wait(PATIENCE) == -signal.SIGHUP


def test_a_program_that_hangs_in_its_handler_ends_too(terminal: Terminal) -> None:
    process = terminal.start(
        "import signal\nend_with_terminal()\n"
        "signal.signal(signal.SIGHUP, lambda *_: time.sleep(60))\n"
        "answer('ready')\ntime.sleep(60)"
    )
    terminal.until_answered()
    os.close(terminal.slave)
    os.close(terminal.master)
    assert process.wait(PATIENCE) == 128 + signal.SIGHUP
