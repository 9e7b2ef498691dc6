"""Keeps the processors from falling asleep while the answers to single keys are timed.

A virtual machine's processor that had nothing to do for a tenth of a second is taken away, and
comes back with empty caches: the same instructions take three to six times as long then. That is
the machine's, and differs from one to the next by more than all that the program does. So what
waits for a key is timed beside a loop on each core that gives way to everything else; what a
machine that had fallen asleep takes is told in a remark.
"""

from __future__ import annotations

import os
import signal
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_NICEST = 19


@contextmanager
def awake() -> Iterator[None]:
    """Have every core do something; each loop ends with this, or with the process that asked."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    loops = [_loop() for _ in range(cores or 1)]
    try:
        yield
    finally:
        for pid in loops:
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)


def _loop() -> int:
    """Fork a process that only keeps a core busy, and gives it to whoever wants it."""
    parent = os.getpid()
    pid = os.fork()
    if pid:
        return pid
    if hasattr(os, "SCHED_IDLE"):
        os.sched_setscheduler(0, os.SCHED_IDLE, os.sched_param(0))
    else:
        os.nice(_NICEST)
    while os.getppid() == parent:
        for _ in range(100_000):
            pass
    os._exit(0)
