"""The screen on a real terminal: what keys cost in bytes, and how it ends."""

from __future__ import annotations

import os
import signal
from typing import TYPE_CHECKING

import pytest

from tests.terminal.program import PATIENCE
from tests.ui.terminal import Terminal

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def terminal() -> Iterator[Terminal]:
    with Terminal("tests.ui.run_fake") as opened:
        opened.until_at_rest()
        yield opened


def test_a_key_costs_few_bytes_and_idleness_none() -> None:
    # The detail, which follows 100 ms after the cursor, is apart: here it never comes.
    with Terminal("tests.ui.run_fake", environ={"NO_DETAIL": "1"}) as terminal:
        terminal.until_at_rest()
        terminal.press(b"kkkkk", quiet=0.5)  # away from the edge, no longer following
        moves = [len(terminal.press(key)) for key in (b"j", b"k", b"j", b"k")]
        assert all(moves)
        assert max(moves) <= 700, moves
        pages = [len(terminal.press(key)) for key in (b"\x15", b"\x04", b"\x1b[5~", b" ")]
        assert all(pages)
        assert max(pages) <= 12_000, pages
        assert terminal.read(quiet=1.5) == b""


def test_it_gives_the_terminal_back(terminal: Terminal) -> None:
    terminal.send(b"q")
    terminal.read_until(b"\x1b[?1049l\x1b[?25h")
    assert terminal.wait() == 0


def test_ctrl_c_ends_it_wherever_it_is(terminal: Terminal) -> None:
    terminal.press(b":")
    terminal.send(b"\x03")
    assert terminal.wait() == 0


def test_a_terminal_that_takes_no_bytes_holds_nobody(terminal: Terminal) -> None:
    # Nobody reads: the terminal's buffer, then the queue of what is to be written, fill up.
    for _ in range(200):
        terminal.send(b"\x15\x04")
    terminal.until_it_rests()
    os.kill(terminal.pid, signal.SIGHUP)
    assert terminal.process.wait(PATIENCE) in (0, 128 + signal.SIGHUP)


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
    with Terminal("tests.ui.run_fake", environ={"FAULT": "1"}) as terminal:
        terminal.until_at_rest()
        terminal.send(b"A")
        end = terminal.read_until(b"fault: RuntimeError")
        assert b"\x1b[?1049l" in end
        assert b"secret" not in end
        assert b"Traceback" not in end
        assert terminal.wait() == 70


def test_a_copy_reaches_the_terminal(terminal: Terminal) -> None:
    terminal.send(b"yi")
    assert b"\x1b]52;c;" in terminal.read_until(b"Copied the eventID")


def test_switching_windows_repaints_nothing(terminal: Terminal) -> None:
    assert terminal.press(b"\x1b[O") == b""
    assert terminal.press(b"\x1b[I") == b""


def test_stop_and_continue(terminal: Terminal) -> None:
    terminal.send(b"\x1a")
    terminal.until(lambda: terminal.is_suspended)
    terminal.until_sent(b"\x1b[?1049l")
    os.kill(terminal.pid, signal.SIGCONT)
    assert b"\x1b[?1049h" in terminal.read_until(b"Detail")
    terminal.send(b"q")
    assert terminal.wait() == 0
