"""Whether jobs go to the compiled reader, and having it compiled where it has not been yet."""

from __future__ import annotations

import selectors
from typing import TYPE_CHECKING

from tui.ingest import compiling

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

    from tui.ingest.nursery import Nursery

WORTH_BYTES = 4 << 20
"""From this many stored bytes in all, workers load the compiled reader: that takes them 50 ms."""
WORTH_JOB = 512 << 10
"""The same for one job, once all that was there at the start is read."""
COMPILE_BYTES = 24 << 20
"""From this much on it is compiled, if it has not been yet: that takes some six seconds, once."""


class CompiledReader:
    """Stands in the selector with itself as the data, while it is being compiled."""

    def __init__(self, selector: selectors.BaseSelector) -> None:
        self._selector = selector
        self._connection: Connection | None = None
        self._asked = False
        self.ready = compiling.is_ready()

    def least(self, bytes_found: int, *, loading: bool) -> int | None:
        """Stored bytes from which a job is for it; None: none is."""
        if not self.ready:
            return None
        return 0 if loading and bytes_found >= WORTH_BYTES else WORTH_JOB

    def look(self, nursery: Nursery, bytes_found: int) -> None:
        """Have it compiled, once, where there is much to read; the plain reader goes on."""
        if self.ready or self._asked or bytes_found < COMPILE_BYTES or compiling.path() is None:
            return
        self._asked = True
        try:
            self._connection = nursery.compiler()
        except OSError:
            return  # it has been killed: whoever asks for a worker is told
        self._selector.register(self._connection, selectors.EVENT_READ, self)

    def hear(self) -> None:
        """Take the compiler's answer."""
        assert self._connection is not None
        try:
            self.ready = self._connection.recv_bytes() == compiling.READY
        except (EOFError, OSError):
            self.ready = False
        self._selector.unregister(self._connection)
        self.close()

    def close(self) -> None:
        """Wait for nothing any more."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None
