"""However it ends, the program leaves no process and no mode of the terminal behind."""

from __future__ import annotations

import os
import signal
import stat
from typing import TYPE_CHECKING

import pytest

from tests.terminal.conftest import SAMPLE, Environ, Trail
from tests.terminal.program import Program, processes

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGTERM, 143), (signal.SIGHUP, 129), (None, 0)]
)
def test_while_a_big_trail_is_read(
    big: Trail, environ: Callable[..., Environ], number: signal.Signals | None, code: int
) -> None:
    with Program([str(big.folder)], environ()) as program:
        program.until_shown("Events ─ ")
        if number is None:
            program.send("\x03")
        else:
            os.kill(program.pid, number)
        assert program.wait() == code
        assert program.restored() == []
        assert program.left_behind() == []


def test_before_the_screen_is_there(big: Trail, environ: Callable[..., Environ]) -> None:
    with Program([str(big.folder)], environ()) as program:
        program.until(lambda: processes(program.pid))
        os.kill(program.pid, signal.SIGTERM)
        assert program.wait() == 143
        assert program.restored() == []
        assert program.left_behind() == []


def test_a_closed_terminal(big: Trail, environ: Callable[..., Environ], tmp_path: Path) -> None:
    with Program([str(big.folder)], environ()) as program:
        program.until_shown("Events ─ ")
        assert processes(program.pid)
        program.hang_up()
        program.wait()
        assert program.left_behind() == []
    assert list(tmp_path.rglob("fault.txt")) == []


def test_a_closed_terminal_when_hang_ups_are_ignored(environ: Callable[..., Environ]) -> None:
    code = (
        "import os, signal, sys\n"
        "signal.signal(signal.SIGHUP, signal.SIG_IGN)\n"
        "os.execv(sys.executable, [sys.executable, '-m', 'tui', *sys.argv[1:]])\n"
    )
    with Program([str(SAMPLE)], environ(), code=code) as program:
        program.until_shown("Events ─ 3,000", "● live")
        program.hang_up()
        program.wait()
        assert program.left_behind() == []


def test_killed_outright(environ: Callable[..., Environ]) -> None:
    with Program([str(SAMPLE)], environ()) as program:
        program.until_shown("Events ─ 3,000", "● live")
        program.process.kill()
        program.wait()
        # Nobody is left to wait for the others; whoever adopts them may not bury them at once.
        assert program.left_behind(zombies=False) == []


def test_a_reader_that_is_killed_loses_nothing(big: Trail, environ: Callable[..., Environ]) -> None:
    with Program([str(big.folder)], environ()) as program:
        # One process makes the others, one looks for files; the two youngest read.
        program.until(lambda: len(processes(program.pid)) == 4)
        reader = max(process.pid for process in processes(program.pid))
        program.until(lambda: _read_bytes(reader) > 20_000)
        os.kill(reader, signal.SIGKILL)
        program.until_shown(f"Events ─ {big.truth['events']:,} ", "● live")
        assert "problem" not in program.text
        now = [process.pid for process in processes(program.pid)]
        assert len(now) == 4
        assert reader not in now
        program.send("q")
        assert program.wait() == 0
        assert program.left_behind() == []


def _read_bytes(pid: int) -> int:
    """How much a process has read so far, by all its system calls."""
    with open(f"/proc/{pid}/io") as file:
        return int(file.readline().split()[1])


SECRET = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"

FAULT = """
import sys
from tui.__main__ import main
from tui.ui.widgets.event_list import EventList

def render_line(self, *_):
    record = {"sessionToken": SECRET}
    raise KeyError(f"\\x1b]52;c;AAAA\\x07;password={record['sessionToken']}")

SECRET = sys.argv.pop()
WHEN = sys.argv.pop()
if WHEN == "drawing":
    EventList.render_line = render_line
elif WHEN == "key":
    EventList.action_home = lambda self: render_line(self, 0)
elif WHEN == "import":
    import tui.ui.session.session
    tui.ui.session.session.Session.__init__ = render_line
sys.exit(main())
"""


@pytest.mark.parametrize("when", ["drawing", "key", "import"])
def test_a_fault_shows_no_locals(
    environ: Callable[..., Environ], tmp_path: Path, when: str
) -> None:
    program = Program([str(SAMPLE), when, SECRET], environ(), code=FAULT)
    with program:
        if when == "key":
            program.until_shown("Events ─ 3,000", "● live")
            program.send("g")
        assert program.wait() == 70
        assert program.restored() == []
        assert program.left_behind() == []
    output = bytes(program.raw)
    said = output.rpartition(b"\x1b")[2]
    assert b"cloudtrail-tui: This is a fault of the program (KeyError)." in said
    assert said.count(b"\n") == 1
    for hidden in (SECRET.encode(), b"Traceback", b"sessionToken", b"\x1b]52;"):
        assert hidden not in output
    (path,) = (tmp_path / "home").rglob("fault.txt")
    assert path.name.encode() in said
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    text = path.read_text()
    assert "in render_line" in text
    assert SECRET not in text
    assert "\x1b" not in text


def test_suspended_and_taken_up_again(environ: Callable[..., Environ]) -> None:
    with Program([str(SAMPLE)], environ()) as program:
        program.until_shown("Events ─ 3,000", "● live")
        program.read()
        program.send("\x1a")
        program.until(lambda: program.is_suspended)
        program.read()
        assert program.restored() == []
        begun = len(program.raw)
        os.kill(program.pid, signal.SIGCONT)
        program.until(lambda: b"Services" in program.raw[begun:])
        program.send("q")
        assert program.wait() == 0
        assert program.left_behind() == []
