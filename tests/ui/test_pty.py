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


def test_a_key_costs_few_bytes_and_idleness_none(terminal: Terminal) -> None:
    # Beginning in the middle of the page, apart from the detail that follows 100 ms later.
    terminal.press(b"kkkkk")
    terminal.press(b"s")  # without the sidebar, which is no part of it
    terminal.press(b"s")
    moves = [terminal.press(key, quiet=0.06) for key in (b"j", b"j", b"k", b"k")]
    for key in (b"j", b"k", b"j"):
        terminal.read(quiet=0.3)
        moves.append(terminal.press(key, quiet=0.05))
    assert all(moves)
    assert longest_of(moves) <= 700, [len(move) for move in moves]
    terminal.read(quiet=0.3)
    assert terminal.read(quiet=2) == b""
    pages = []
    for key in (b"\x15", b"\x04", b"\x1b[5~", b" "):
        pages.append(terminal.press(key, quiet=0.06))
        terminal.read(quiet=0.3)
    assert all(pages)
    assert longest_of(pages) <= 12_000, [len(page) for page in pages]


def test_it_gives_the_terminal_back(terminal: Terminal) -> None:
    end = terminal.press(b"q", quiet=0.5)
    assert b"\x1b[?1049l" in end
    assert b"\x1b[?25h" in end
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
    end = time.monotonic() + 3
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
    assert b"\x1b[?1049l" in terminal.read(quiet=0.5)
    assert terminal.wait() == 0


def test_a_lost_terminal_ends_it(terminal: Terminal) -> None:
    terminal.hang_up()
    terminal.wait()


def test_a_fault_shows_no_locals_and_gives_the_terminal_back() -> None:
    terminal = Terminal("tests.ui.run_fake", environ={"FAULT": "1"})
    try:
        terminal.read_until(b"Detail")
        terminal.read(quiet=0.4)
        end = terminal.press(b"A", quiet=1)
        assert b"\x1b[?1049l" in end
        assert b"fault: RuntimeError" in end
        assert b"secret" not in end
        assert b"Traceback" not in end
        assert terminal.wait() == 70
    finally:
        terminal.close()


def test_a_copy_reaches_the_terminal(terminal: Terminal) -> None:
    sent = terminal.press(b"yi")
    assert b"\x1b]52;c;" in sent
    assert b"Copied the eventID" in sent


def test_switching_windows_repaints_nothing(terminal: Terminal) -> None:
    assert terminal.press(b"\x1b[O") == b""
    assert terminal.press(b"\x1b[I") == b""


def test_stop_and_continue(terminal: Terminal) -> None:
    left = terminal.press(b"\x1a", quiet=0.5)
    assert b"\x1b[?1049l" in left
    os.kill(terminal.pid, signal.SIGCONT)
    back = terminal.read_until(b"Detail")
    assert b"\x1b[?1049h" in back
    terminal.press(b"q")
    assert terminal.wait() == 0
