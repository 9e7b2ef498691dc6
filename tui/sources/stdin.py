"""The standard input as a source: copied to a spool that has no name, live until it ends."""

from __future__ import annotations

import errno
import os
import select
import tempfile
import time
from typing import TYPE_CHECKING

from tui.sources.base import Change, ChangeKind, Notice, ObjectRef
from tui.sources.readers import STDIN

if TYPE_CHECKING:
    import threading
    from collections.abc import Iterator

_BLOCK = 1 << 18
_QUIET = 0.005
"""Seconds without a byte after which what has come is told at once."""
_AT_MOST_EVERY = 0.05
_PATIENCE = 0.1
"""Seconds between two looks at `stop` while nothing comes."""


def make_spool() -> int:
    """A file for the user alone that no name leads to; made before any process is forked.

    It lies where TMPDIR says and vanishes with the last process that has it open.
    """
    fd, path = tempfile.mkstemp(prefix="cloudtrail-tui-")  # mode 0600
    os.unlink(path)  # noqa: PTH108  (the rest of this module speaks of descriptors too)
    return fd


class StdinSource:
    """One object named `-` that grows until the input closes."""

    def __init__(self, fd_in: int, spool_fd: int) -> None:
        self._in = fd_in
        self._spool = spool_fd
        self._size = 0
        self._told = 0

    @property
    def name(self) -> str:
        """See `Source.name`."""
        return "standard input"

    def tell(self, word: str) -> None:
        """See `Source.tell`: nothing is asked here."""

    def changes(
        self, *, follow: bool, poll: float | None, wake: threading.Event, stop: threading.Event
    ) -> Iterator[list[Change | Notice]]:
        """See `Source.changes`; the input is read to its end, whether following or not.

        Following, what comes first is what is there; else all of it, so that it can be put in order
        and counted.
        """
        del poll, wake  # it is always read at once
        yield [Notice("state", "reading the standard input")]
        problem = ""
        told_at = 0.0
        listed = False
        while not stop.is_set():
            waiting = self._size > self._told
            patience = _QUIET if waiting else _PATIENCE
            ready = select.select([self._in], [], [], patience)[0]
            if ready:
                try:
                    block = os.read(self._in, _BLOCK)
                    self._keep(block)
                except BlockingIOError:  # another process made the input non-blocking
                    continue
                except OSError as error:
                    problem = _sentence(error)
                    break
                if not block:
                    break
            if waiting and (not ready or time.monotonic() - told_at >= _AT_MOST_EVERY):
                yield self._grown()
                told_at = time.monotonic()
                if follow and not listed:
                    listed = True
                    yield [Notice("listed", count=1)]
        last = self._grown() if self._size > self._told else []
        if not listed:
            last.append(Notice("listed", count=1 if self._size else 0))
        if problem:
            last.append(Notice("problem", f"{problem}; read up to byte {self._size:,}", STDIN))
        last.append(Notice("ended"))
        yield last

    def _keep(self, block: bytes) -> None:
        """Append to the spool, wherever its position stands in other processes."""
        view = memoryview(block)
        while view:
            written = os.pwrite(self._spool, view, self._size)
            self._size += written
            view = view[written:]

    def _grown(self) -> list[Change | Notice]:
        kind = ChangeKind.GROWN if self._told else ChangeKind.FOUND
        self._told = self._size
        return [Change(kind, ObjectRef(STDIN, self._size, self._size, 1))]


def _sentence(error: OSError) -> str:
    if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        return "no room for the input: let TMPDIR name a folder with more"
    return f"the input cannot be read: {error.strerror or error}"
