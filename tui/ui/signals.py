"""Signals that end the screen: in order if that can be, else after a last moment."""

from __future__ import annotations

import os
import signal
import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable
    from types import FrameType

LAST_MOMENT = {signal.SIGHUP: 1.0, signal.SIGTERM: 5.0}
"""Seconds: a terminal that is gone takes no bytes, and whoever writes to it may wait for ever.

After SIGTERM the terminal is still there, to be given back as it was.
"""


class EndingSignals:
    """Calls `end` with the signal's number, on the event loop, when one comes.

    The handlers are Python's own: the event loop's would not run while the loop waits for
    the terminal.
    """

    def __init__(self, end: Callable[[int], None]) -> None:
        self._end = end
        self._loop: asyncio.AbstractEventLoop | None = None
        self._before: dict[int, object] = {}
        self._watch: threading.Timer | None = None
        self._number = 0

    def listen(self, loop: asyncio.AbstractEventLoop) -> None:
        """Take the signals from now on."""
        self._loop = loop
        self._before = {number: signal.signal(number, self._came) for number in LAST_MOMENT}

    def leave(self) -> None:
        """Give the signals back: the screen has ended."""
        if self._watch is not None:
            self._watch.cancel()
        for number, handler in self._before.items():
            signal.signal(number, handler)  # type: ignore[arg-type]  # as it was given to us
        self._before = {}

    def _came(self, number: int, _frame: FrameType | None) -> None:
        assert self._loop is not None
        if self._number:
            return
        self._number = number
        self._watch = threading.Timer(
            LAST_MOMENT[signal.Signals(number)], os._exit, (128 + number,)
        )
        self._watch.daemon = True
        self._watch.start()
        self._loop.call_soon_threadsafe(self._end, number)
