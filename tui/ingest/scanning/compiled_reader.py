"""Which jobs are worth the compiled reader, and having it compiled where much is to be read."""

from __future__ import annotations

import selectors
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

    from tui.ingest.processes.nursery import Nursery

WORTH_BYTES = 4 << 20
"""From this many stored bytes in all, workers load it if it is there: that takes them 20 ms."""
WORTH_JOB = 512 << 10
"""The same for one job, once all that was there at the start is read."""
WORTH_ROWS = 50_000
"""From this many events on the index's own tables use it, which takes 20 ms; see `quicken`."""
COMPILE_BYTES = 24 << 20
"""From this much on it is compiled, if it has not been yet: that takes some six seconds, once."""
COMPILE_BRIEFLY = 128 << 20
"""The same where the program ends as soon as all is read, and the compiler with it."""


def least(bytes_found: int, *, loading: bool) -> int:
    """Stored bytes from which a job is for it, where it is there: the workers see to that."""
    return 0 if loading and bytes_found >= WORTH_BYTES else WORTH_JOB


def quicken(rows: int) -> None:
    """Let machine code do what is asked of all values, once there are so many that it pays."""
    global _asked_at  # noqa: PLW0603 - the tables of all indexes walk the same way
    if rows >= WORTH_ROWS and rows >= 4 * _asked_at:
        _asked_at = rows
        from tui.core.index.slots import Slots
        from tui.core.matching.byte_search import Run

        if Slots.native is None:
            from tui.ingest.scanning import compiling

            Slots.native = compiling.placer()
            Run.native = compiling.marker()


_asked_at = 0


class Compiler:
    """Has it compiled; stands in the selector with itself as the data meanwhile."""

    def __init__(self, selector: selectors.BaseSelector, *, brief: bool = False) -> None:
        """`brief`: the program ends as soon as all is read."""
        self._selector = selector
        self._worth = COMPILE_BRIEFLY if brief else COMPILE_BYTES
        self._connection: Connection | None = None
        self._asked = False

    def look(self, nursery: Nursery, bytes_found: int) -> None:
        """Begin, once, where there is much to read; the plain reader goes on until it is there."""
        if self._asked or bytes_found < self._worth:
            return
        self._asked = True
        try:
            self._connection = nursery.compiler()
        except OSError:
            return  # it has been killed: whoever asks for a worker is told
        self._selector.register(self._connection, selectors.EVENT_READ, self)

    def hear(self) -> None:
        """It is done, or cannot be done: the workers see what is there."""
        if self._connection is not None:
            self._selector.unregister(self._connection)
            self.close()

    def close(self) -> None:
        """Wait for nothing any more."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None
