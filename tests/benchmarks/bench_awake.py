"""Keeps processors and memory from falling asleep while the answers to single keys are timed.

On some virtual machines what had nothing to do for a tenth of a second comes back slowly: a loop
of half a millisecond takes 6 ms after a rest of 0.3 s and 20 ms after one of 3 s, and does so too
while another one only computes. It does not while somebody copies memory. That is the machine's,
and differs from one to the next by more than all that the program does. So what waits for a key is
timed beside a loop on each core that copies memory and gives way to everything else; what it takes
on the machine as it was found is told in a remark.
"""

from __future__ import annotations

import os
import signal
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_NICEST = 19
_COPIED = 64 << 20
"""Bytes: more than a core keeps in its caches."""


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
    source, target = bytes(_COPIED), bytearray(_COPIED)
    while os.getppid() == parent:
        target[:] = source
    os._exit(0)
