"""What was freed goes back to the system."""

from __future__ import annotations

import platform
import subprocess
import sys

import pytest

pytestmark = pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="glibc's own options")

_LITTER = """
import os
from pathlib import Path
from tui.ingest.processes.memory import give_back_memory, return_large_arrays

def held():
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")

{before}
del (first := [bytearray(4 << 20)])[0]  # glibc learns from the first that is freed
start = held()
kept, large = [], []
for _ in range(50):
    large.append(bytearray(b"x") * (2 << 20))
    kept.append(bytearray(b"y") * 2000)
full = held()
large.clear()
{after}
print(full - start, held() - start)
"""


def _run(*, before: str = "", after: str = "") -> tuple[int, int]:
    """The bytes that large and small pieces took, and those left when the large are freed."""
    program = _LITTER.format(before=before, after=after)
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)
    full, left = map(int, done.stdout.split())
    return full, left


def test_large_arrays_go_back_at_once_though_small_ones_between_them_stay() -> None:
    full, left = _run(before="return_large_arrays()")
    assert full > 90_000_000
    assert left < 10_000_000


def test_without_that_they_stay_in_the_heap() -> None:
    full, left = _run()
    assert left > full / 2


def test_what_stayed_is_given_back_when_it_is_asked_for() -> None:
    _, left = _run(after="give_back_memory()")
    assert left < 10_000_000
