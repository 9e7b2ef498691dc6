"""The screen on a real terminal: what keys cost in bytes, and how it ends."""

from __future__ import annotations

import os
import signal
import time
from typing import TYPE_CHECKING

import pytest

from tests.ui.terminal import Terminal, longest_of

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def terminal() -> Iterator[Terminal]:
    opened = Terminal("tests.ui.run_fake")
    opened.read_until(b"Detail")
    opened.read(quiet=0.4)
    yield opened
    opened.close()


def test_a_key_costs_few_bytes_and_idleness_none() -> None:
    # The detail, which follows 100 ms after the cursor, is apart: here it never comes.
    terminal = Terminal("tests.ui.run_fake", environ={"NO_DETAIL": "1"})
    try:
        terminal.read_until(b"Detail")
        terminal.read(quiet=0.5)
        terminal.press(b"kkkkk", quiet=0.5)  # away from the edge, no longer following
        moves = [terminal.press(key) for key in (b"j", b"k", b"j", b"k")]
        assert all(moves)
        assert longest_of(moves) <= 700, [len(move) for move in moves]
        pages = [terminal.press(key) for key in (b"\x15", b"\x04", b"\x1b[5~", b" ")]
        assert all(pages)
        assert longest_of(pages) <= 12_000, [len(page) for page in pages]
        assert terminal.read(quiet=1.5) == b""
    finally:
        terminal.close()


def test_it_gives_the_terminal_back(terminal: Terminal) -> None:
    os.write(terminal.descriptor, b"q")
    terminal.read_until(b"\x1b[?1049l\x1b[?25h")
    assert terminal.wait() == 0


def test_ctrl_c_ends_it_wherever_it_is(terminal: Terminal) -> None:
    terminal.press(b":")
    terminal.press(b"\x03")
    assert terminal.wait() == 0


def test_a_terminal_that_takes_no_bytes_holds_nobody(terminal: Terminal) -> None:
    # Nobody reads: the terminal's buffer, then the queue of what is to be written, fill up.
    for _ in range(200):
        os.write(terminal.descriptor, b"\x15\x04")
    time.sleep(0.5)
    os.kill(terminal.pid, signal.SIGHUP)
    end = time.monotonic() + 6
    ended = 0
    while not ended and time.monotonic() < end:
        ended, status = os.waitpid(terminal.pid, os.WNOHANG)
        time.sleep(0.02)
    assert ended
    terminal.status = os.waitstatus_to_exitcode(status)
    assert terminal.status in (0, 128 + signal.SIGHUP)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_it(terminal: Terminal, number: signal.Signals) -> None:
    os.kill(terminal.pid, number)
    if number == signal.SIGTERM:
        terminal.read_until(b"\x1b[?1049l")
    assert terminal.wait() in (0, 128 + signal.SIGHUP)


def test_a_lost_terminal_ends_it(terminal: Terminal) -> None:
    terminal.hang_up()
    terminal.wait()


def test_a_fault_shows_no_locals_and_gives_the_terminal_back() -> None:
    terminal = Terminal("tests.ui.run_fake", environ={"FAULT": "1"})
    try:
        terminal.read_until(b"Detail")
        terminal.read(quiet=0.4)
        os.write(terminal.descriptor, b"A")
        end = terminal.read_until(b"fault: RuntimeError")
        assert b"\x1b[?1049l" in end
        assert b"secret" not in end
        assert b"Traceback" not in end
        assert terminal.wait() == 70
    finally:
        terminal.close()


def test_a_copy_reaches_the_terminal(terminal: Terminal) -> None:
    os.write(terminal.descriptor, b"yi")
    assert b"\x1b]52;c;" in terminal.read_until(b"Copied the eventID")


def test_switching_windows_repaints_nothing(terminal: Terminal) -> None:
    assert terminal.press(b"\x1b[O") == b""
    assert terminal.press(b"\x1b[I") == b""


def test_stop_and_continue(terminal: Terminal) -> None:
    os.write(terminal.descriptor, b"\x1a")
    terminal.read_until(b"\x1b[?1049l")
    time.sleep(0.3)
    os.kill(terminal.pid, signal.SIGCONT)
    back = terminal.read_until(b"Detail")
    assert b"\x1b[?1049h" in back
    terminal.press(b"q")
    assert terminal.wait() == 0
