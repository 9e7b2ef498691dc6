"""A program in a pseudo-terminal: keys go in, bytes come out and are counted."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import signal
import struct
import sys
import termios
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


class Terminal:
    """`python -m <module>` on a terminal of its own."""

    def __init__(
        self, module: str, size: tuple[int, int] = (120, 40), environ: dict[str, str] | None = None
    ) -> None:
        width, height = size
        env = {k: v for k, v in os.environ.items() if k not in ("NO_COLOR", "COLUMNS", "LINES")}
        env |= {"TERM": "xterm-256color", "COLORTERM": "truecolor", **(environ or {})}
        self.pid, self.descriptor = pty.fork()
        if self.pid == 0:
            fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", height, width, 0, 0))
            os.execve(sys.executable, [sys.executable, "-m", module], env)
        self.status: int | None = None

    def read(self, quiet: float = 0.25, longest: float = 10.0) -> bytes:
        """What comes until nothing has come for `quiet` seconds."""
        end = time.monotonic() + longest
        parts = []
        while time.monotonic() < end:
            ready, _, _ = select.select([self.descriptor], [], [], quiet)
            if not ready:
                break
            try:
                part = os.read(self.descriptor, 1 << 16)
            except OSError:  # Linux reports the other end's close so
                break
            if not part:
                break
            parts.append(part)
        return b"".join(parts)

    def read_until(self, wanted: bytes, longest: float = 20.0) -> bytes:
        """What comes until `wanted` has come."""
        end = time.monotonic() + longest
        found = b""
        while wanted not in found:
            assert time.monotonic() < end, f"{wanted!r} did not come: {found[-400:]!r}"
            found += self.read(quiet=0.05, longest=0.2)
        return found

    def press(self, keys: bytes, quiet: float = 0.25) -> bytes:
        """The bytes that an answer to keys takes."""
        os.write(self.descriptor, keys)
        return self.read(quiet)

    def resize(self, width: int, height: int) -> None:
        size = struct.pack("HHHH", height, width, 0, 0)
        fcntl.ioctl(self.descriptor, termios.TIOCSWINSZ, size)
        os.kill(self.pid, signal.SIGWINCH)

    def wait(self, longest: float = 5.0) -> int:
        """The exit status; the program must end by itself."""
        end = time.monotonic() + longest
        while time.monotonic() < end:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                self.status = os.waitstatus_to_exitcode(status)
                return self.status
            if self.descriptor >= 0:
                self.read(quiet=0.02, longest=0.05)
            else:
                time.sleep(0.02)
        raise AssertionError("the program did not end")

    def hang_up(self) -> None:
        """The other end is gone, as when a connection breaks."""
        os.close(self.descriptor)
        self.descriptor = -1

    def close(self) -> None:
        if self.status is None:
            os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)
        if self.descriptor >= 0:
            os.close(self.descriptor)


def longest_of(counts: Sequence[bytes]) -> int:
    return max(map(len, counts))
