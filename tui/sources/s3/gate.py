"""How many requests may be under way at once: fewer when S3 asks for it, slowly more again."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType

_AT_ONCE = 1.0
"""Seconds within which several refusals count as one: they were all sent before it was heard."""


class Gate:
    """Let at most `allowed` in at a time; `with gate:` is one request."""

    def __init__(self, most: int, clock: Callable[[], float]) -> None:
        self.most = max(1, most)
        self.allowed = self.most
        self._clock = clock
        self._inside = 0
        self._good = 0
        self._slowed = float("-inf")
        self._free = threading.Condition()

    def __enter__(self) -> None:
        with self._free:
            while self._inside >= self.allowed:
                self._free.wait()
            self._inside += 1

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        with self._free:
            self._inside -= 1
            self._free.notify()

    def slower(self) -> None:
        """S3 asked for fewer requests: half as many."""
        with self._free:
            self._good = 0
            now = self._clock()
            if now - self._slowed >= _AT_ONCE:
                self._slowed = now
                self.allowed = max(1, self.allowed // 2)

    def faster(self) -> None:
        """A request was answered: after as many as twice those allowed, one more is."""
        if self.allowed >= self.most:
            return
        with self._free:
            self._good += 1
            if self._good >= 2 * self.allowed:
                self._good = 0
                self.allowed += 1
                self._free.notify()

    def open(self) -> None:
        """Let everybody in: the end has come, nobody shall wait."""
        with self._free:
            self.allowed = self.most = 1 << 30
            self._free.notify_all()
