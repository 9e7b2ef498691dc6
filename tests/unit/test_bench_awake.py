"""What keeps the processors awake gives way to everything, and ends with whoever asked for it."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.benchmarks.bench_awake import awake
from tests.benchmarks.bench_memory import cpu_seconds, family

_PROGRAM = (
    "import time",
    "from tests.benchmarks.bench_awake import awake",
    "with awake():",
    "    print('here', flush=True)",
    "    time.sleep(60)",
)

pytestmark = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="needs /proc")


def test_each_core_has_a_loop_that_gives_way_and_none_is_left() -> None:
    before = set(family(os.getpid()))
    with awake():
        loops = set(family(os.getpid())) - before
        assert len(loops) == len(os.sched_getaffinity(0))
        end = time.monotonic() + 10
        while any(os.sched_getscheduler(pid) != os.SCHED_IDLE for pid in loops):
            assert time.monotonic() < end
            time.sleep(0.01)
        while min(cpu_seconds(pid) for pid in loops) == 0:
            assert time.monotonic() < end
            time.sleep(0.01)
    assert set(family(os.getpid())) == before


def test_they_end_with_the_process_that_is_killed() -> None:
    program = "\n".join(_PROGRAM)
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        loops = set(family(process.pid)) - {process.pid}
        assert loops
        process.kill()
    end = time.monotonic() + 10
    while any(Path(f"/proc/{pid}/stat").exists() for pid in loops):
        assert time.monotonic() < end
        time.sleep(0.01)
