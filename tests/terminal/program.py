"""The real command on a pseudo-terminal: keys go in, bytes and a screen come out.

`Program` starts it in a session of its own, whose processes are found by walking /proc; the
test drains the terminal while it waits, so nothing blocks that a person would not notice.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import re
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from pathlib import Path
from typing import TYPE_CHECKING, Self

import pyte

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

PATIENCE = 30.0
"""Seconds that anything may take; nothing is timed, a loaded machine is only slow."""

# The terminal becomes the session's own, then the program takes this process's place.
_LAUNCH = (
    "import fcntl, os, sys, termios\n"
    "fcntl.ioctl(2, termios.TIOCSCTTY, 0)\n"
    "os.execv(sys.argv[1], sys.argv[1:])\n"
)

# What a terminal asks or answers that pyte would print: queries, the keyboard protocol.
_NOT_FOR_PYTE = re.compile(rb"\x1b\[[<>=][0-9;]*[a-zA-Z]|\x1b\[\?[0-9;]*\$p|\x1b\][^\x07\x1b]*\x07")
_ON = (7, 25)  # a line wraps at the edge, the cursor is shown: on unless told otherwise
_UNFINISHED = re.compile(rb"\x1b(?:\[[0-9;?<>=$]*|\][^\x07\x1b]*)?$")


def environment(home: Path, **more: str) -> dict[str, str]:
    """A terminal's environment that knows nothing of the machine's settings and state."""
    return {
        "PATH": os.environ.get("PATH", os.defpath),
        "HOME": str(home),
        "XDG_CONFIG_HOME": str(home / "config"),
        "XDG_STATE_HOME": str(home / "state"),
        "LANG": "C.UTF-8",
        "TERM": "xterm-256color",
        "COLORTERM": "truecolor",
        "TZ": "UTC",
        **more,
    }


def command() -> list[str]:
    """The command as installed beside this Python, or the module that it starts."""
    script = Path(sys.executable).with_name("cloudtrail-tui")
    return [str(script)] if script.exists() else [sys.executable, "-m", "tui"]


class Program:
    """A command on a terminal of its own; what it writes is kept raw and drawn."""

    def __init__(
        self,
        arguments: Sequence[str],
        environ: Mapping[str, str],
        *,
        size: tuple[int, int] = (120, 40),
        stdin: int | None = None,
        stdout: int | None = None,
        code: str | None = None,
        folder: Path | None = None,
    ) -> None:
        """`code` is Python to run in place of the command; `arguments` are its own.

        `stdin` and `stdout` are connected in place of the terminal.
        """
        self.master, self.terminal = os.openpty()
        self._screen = pyte.Screen(*size)
        self._stream = pyte.ByteStream(self._screen)
        self._drawn = 0
        self.raw = bytearray()
        self._set_size(*size)
        self.modes = termios.tcgetattr(self.terminal)
        program = [sys.executable, "-c", code] if code is not None else command()
        self.process = subprocess.Popen(
            [sys.executable, "-I", "-S", "-c", _LAUNCH, *program, *arguments],
            stdin=self.terminal if stdin is None else stdin,
            stdout=self.terminal if stdout is None else stdout,
            stderr=self.terminal,
            env=dict(environ),
            cwd=folder,
            start_new_session=True,
        )
        self.pid = self.process.pid

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for number in (self.pid, *(process.pid for process in processes(self.pid))):
            with contextlib.suppress(ProcessLookupError):
                if number != self.pid or self.process.returncode is None:
                    os.kill(number, signal.SIGKILL)
        self.process.wait()
        self.hang_up()
        os.close(self.terminal)

    # In and out

    def read(self, quiet: float = 0.3, longest: float = PATIENCE) -> bytes:
        """What comes until nothing has come for `quiet` seconds in which nothing was at work.

        On a busy machine a program that waits for a core is silent, and has more to say.
        """
        begun = len(self.raw)
        now = time.monotonic()
        end, still = now + longest, now + quiet
        while self.master >= 0 and now < min(end, still):
            worked = self._take(min(0.02, still - now)) or self._at_work()
            now = time.monotonic()
            if worked:
                still = now + quiet
        return bytes(self.raw[begun:])

    def _take(self, patience: float) -> bool:
        if self.master < 0 or not select.select([self.master], [], [], patience)[0]:
            return False
        try:
            part = os.read(self.master, 1 << 16)
        except OSError:  # Linux says so when nobody has the terminal open any more
            return False
        self.raw += part
        return bool(part)

    def _at_work(self) -> bool:
        """Whether keys wait to be read, or a process of the program runs or waits for a core."""
        waiting = struct.unpack("i", fcntl.ioctl(self.terminal, termios.FIONREAD, bytes(4)))[0]
        return bool(waiting) or self._runs()

    def _runs(self) -> bool:
        return any(_states(pid) & {"R", "D"} for pid in family(self.pid))

    def until_it_rests(self, quiet: float = 0.3) -> None:
        """Until no process of the program has run or could run for so many seconds; unread."""
        now = time.monotonic()
        end, still = now + PATIENCE, now + quiet
        while now < still:
            assert now < end, "it never rests"
            time.sleep(0.02)
            ran, now = self._runs(), time.monotonic()
            if ran:
                still = now + quiet

    @property
    def is_suspended(self) -> bool:
        """Whether it is stopped, as by Ctrl+Z."""
        return _states(self.pid) == {"T"}

    def until(self, holds: Callable[[], object], longest: float = PATIENCE) -> None:
        """Read until something holds."""
        end = time.monotonic() + longest
        while not holds():
            assert time.monotonic() < end, f"it never came to hold:\n{self.text}\n{self.tail!r}"
            self._take(0.05)

    def until_shown(self, *texts: str) -> None:
        """Read until each of these is on the screen."""
        self.until(lambda: all(text in self.text for text in texts))

    def until_sent(self, wanted: bytes) -> None:
        """Read until these bytes have come."""
        self.until(lambda: wanted in self.raw)

    def press(self, keys: str | bytes, quiet: float = 0.15) -> bytes:
        """Send keys; the bytes that answer them, until it is quiet."""
        self.send(keys)
        return self.read(quiet)

    def send(self, keys: str | bytes) -> None:
        """Send keys and wait for nothing."""
        os.write(self.master, keys.encode() if isinstance(keys, str) else keys)

    def resize(self, width: int, height: int) -> None:
        """Another size, of which the terminal tells the program."""
        self.screen.resize(height, width)
        self._set_size(width, height)

    def _set_size(self, width: int, height: int) -> None:
        # The kernel sends SIGWINCH to whoever is in the foreground.
        fcntl.ioctl(self.master, termios.TIOCSWINSZ, struct.pack("HHHH", height, width, 0, 0))

    def hang_up(self) -> None:
        """The other end is gone, as when a connection breaks."""
        if self.master >= 0:
            os.close(self.master)
            self.master = -1

    # What is to be seen

    @property
    def screen(self) -> pyte.Screen:
        """What is to be seen; drawn when it is asked for, since that takes a while."""
        return self.screen_at(len(self.raw))

    def screen_at(self, end: int) -> pyte.Screen:
        """What is to be seen after so many bytes; not before what was drawn already."""
        part = bytes(self.raw[self._drawn : end])
        unfinished = _UNFINISHED.search(part)
        part = part[: unfinished.start()] if unfinished else part
        self._drawn += len(part)
        self._stream.feed(_NOT_FOR_PYTE.sub(b"", part))
        return self._screen

    @property
    def text(self) -> str:
        """The screen, a line each."""
        return "\n".join(line.rstrip() for line in self.screen.display)

    @property
    def tail(self) -> bytes:
        return bytes(self.raw[-600:])

    def line_with(self, text: str) -> str:
        """The first line of the screen that holds a text; empty if none does."""
        return next((line for line in self.screen.display if text in line), "")

    # The end

    def wait(self, longest: float = PATIENCE) -> int:
        """The exit code; the program must end by itself, and is read until it does."""
        end = time.monotonic() + longest
        while self.process.poll() is None:
            assert time.monotonic() < end, f"it does not end:\n{self.text}\n{self.tail!r}"
            if self.master < 0:
                time.sleep(0.02)
            else:
                self._take(0.02)
        self.read(quiet=0.05)
        return self.process.returncode

    def left_behind(self, *, zombies: bool = True) -> list[Process]:
        """The processes of its session that are there a while after its end."""
        return left_behind(self.pid, zombies=zombies)

    def restored(self) -> list[str]:
        """What is not as it was before the start; empty if the terminal is."""
        wrong = [] if termios.tcgetattr(self.terminal) == self.modes else ["echo or line modes"]
        state = private_modes(bytes(self.raw))
        wrong += [f"mode {mode} is {on}" for mode, on in state.items() if on is not (mode in _ON)]
        if self.raw.count(b"\x1b[>1u") > self.raw.count(b"\x1b[<u"):
            wrong.append("the keyboard protocol is on")
        return wrong


class Process:
    """A process as /proc tells of it."""

    def __init__(self, pid: int, name: str, state: str) -> None:
        self.pid = pid
        self.name = name
        self.state = state

    def __repr__(self) -> str:
        return f"{self.pid} {self.name} ({self.state})"


def processes(session: int) -> list[Process]:
    """All processes of a session but its leader, wherever their parents went."""
    found = []
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit() or int(entry.name) == session:
            continue
        try:
            told = (entry / "stat").read_text()
        except OSError:  # it ended meanwhile
            continue
        name, _, rest = told.partition("(")[2].rpartition(")")
        fields = rest.split()
        if int(fields[3]) == session:
            found.append(Process(int(entry.name), name, fields[0]))
    return found


def family(pid: int) -> list[int]:
    """A process and all that it and those below it made."""
    found = [pid]
    for each in found:
        for path in Path(f"/proc/{each}/task").glob("*/children"):
            with contextlib.suppress(OSError):  # it ended meanwhile
                found += map(int, path.read_text().split())
    return found


def _states(pid: int) -> set[str]:
    """What the threads of a process do: R for run or wait for a core, D for wait for a disk."""
    found = set()
    for path in Path(f"/proc/{pid}/task").glob("*/stat"):
        with contextlib.suppress(OSError):  # it ended meanwhile
            found.add(path.read_text().rpartition(")")[2].split()[0])
    return found


def left_behind(session: int, *, zombies: bool = True) -> list[Process]:
    """The processes of an ended session that are there a while after it, dead ones as well."""
    end = time.monotonic() + PATIENCE
    while True:
        found = [each for each in processes(session) if zombies or each.state != "Z"]
        if not found or time.monotonic() > end:
            return found
        time.sleep(0.02)


def private_modes(raw: bytes) -> dict[int, bool]:
    """Which private modes a program left on or off, by the last that it said of each."""
    state: dict[int, bool] = {}
    for numbers, letter in re.findall(rb"\x1b\[\?([0-9;]+)([hl])", raw):
        for number in numbers.split(b";"):
            state[int(number)] = letter == b"h"
    return state
