"""A program on a pseudo-terminal of its own, with the times at which its bytes came."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import signal
import struct
import sys
import termios
import time
from typing import TYPE_CHECKING, NamedTuple, Self

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

WIDTH, HEIGHT = 120, 40
_SEQUENCE = re.compile(rb"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[@-Z\\-_])")
_OPEN = re.compile(rb"\x1b[^\x1b]{0,40}\Z")
"""A sequence at the end that may not be complete yet."""


class Burst(NamedTuple):
    """The bytes that answered a key, up to the first pause."""

    first: float
    """Seconds from the key to the first byte; infinite if none came."""
    last: float
    """Seconds from the key to the last byte."""
    data: bytes


class Screen:
    """A program that believes that it draws for a person."""

    def __init__(self, arguments: Sequence[str], environ: Mapping[str, str]) -> None:
        """Run `python …arguments` at 120 by 40 in true colour."""
        kept = {k: v for k, v in os.environ.items() if k not in ("NO_COLOR", "COLUMNS", "LINES")}
        env = {**kept, "TERM": "xterm-256color", "COLORTERM": "truecolor", **environ}
        command = [sys.executable, *arguments]
        size = struct.pack("HHHH", HEIGHT, WIDTH, 0, 0)
        self.started = time.monotonic()
        self.pid, self._descriptor = pty.fork()
        if self.pid == 0:
            fcntl.ioctl(0, termios.TIOCSWINSZ, size)
            os.execve(command[0], command, env)
        self.status: int | None = None
        self.tail = b""
        """The last bytes that came."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def read(self, longest: float) -> bytes:
        """What has come, or comes within so many seconds; empty if nothing does."""
        ready, _, _ = select.select([self._descriptor], [], [], max(0.0, longest))
        if not ready:
            return b""
        try:
            data = os.read(self._descriptor, 1 << 16)
        except OSError:  # Linux reports the other end's close so
            data = b""
        if not data:
            raise AssertionError(f"the program ended: {text_of(self.tail)[-300:]!r}")
        self.tail = (self.tail + data)[-60_000:]
        return data

    def await_text(self, wanted: bytes, longest: float = 60.0) -> float:
        """Wait until text that matches has come; gives the moment at which it was there."""
        pattern = re.compile(wanted)
        found = b""
        end = time.monotonic() + longest
        while True:
            left = end - time.monotonic()
            if left <= 0:
                raise TimeoutError(f"{wanted!r} did not come in {longest:.0f} s")
            piece = self.read(left)
            now = time.monotonic()
            found += piece
            if pattern.search(text_of(found)):
                return now
            opened = _OPEN.search(found)
            found = found[-4000:] if opened is None else found[min(-4000, opened.start()) :]

    def press(
        self, keys: bytes, *, pause: float = 0.012, longest: float = 2.0, until: bytes = b""
    ) -> Burst:
        """Send keys; gives what comes back until nothing comes for `pause` seconds.

        With `until`, the answer is not over before these bytes were in it.
        """
        # Before it is written: the program may have answered by the time that returns.
        sent = time.monotonic()
        os.write(self._descriptor, keys)
        first = last = float("inf")
        data = b""
        while True:
            left = sent + longest - time.monotonic()
            complete = bool(data) and until in data
            piece = self.read(min(pause, left) if complete else left)
            if not piece:
                return Burst(first, last, data)
            last = time.monotonic() - sent
            first = min(first, last)
            data += piece

    def collect(self, seconds: float) -> bytes:
        """All that comes within so many seconds."""
        end = time.monotonic() + seconds
        parts = []
        while (left := end - time.monotonic()) > 0:
            parts.append(self.read(left))
        return b"".join(parts)

    def settle(self, quiet: float = 0.6, longest: float = 30.0) -> None:
        """Wait until nothing has come for a while."""
        end = time.monotonic() + longest
        while self.read(quiet):
            if time.monotonic() > end:
                raise TimeoutError("the screen does not come to rest")

    def close(self) -> None:
        """End the program as a person's `kill` would, and take it by force if it stays."""
        if self.status is None:
            os.kill(self.pid, signal.SIGTERM)
            end = time.monotonic() + 10
            while self.status is None:
                done, status = os.waitpid(self.pid, os.WNOHANG)
                if done:
                    self.status = os.waitstatus_to_exitcode(status)
                elif time.monotonic() > end:
                    os.kill(self.pid, signal.SIGKILL)
                    end += 10
                else:
                    self._drain()
            os.close(self._descriptor)

    def _drain(self) -> None:
        """A program that ends writes its last words: somebody must read them."""
        ready, _, _ = select.select([self._descriptor], [], [], 0.02)
        if ready:
            try:
                os.read(self._descriptor, 1 << 16)
            except OSError:
                time.sleep(0.02)


def text_of(data: bytes) -> bytes:
    """What the bytes draw, without colours and places."""
    return _SEQUENCE.sub(b"", data)
