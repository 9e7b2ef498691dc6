"""A worker stays small, whatever it is given."""

from __future__ import annotations

import gzip
import os
import resource
from typing import TYPE_CHECKING

import pytest
import zstandard

from tests.unit.made import write
from tui.ingest.jobs import Part, ReadDone, ReadJob
from tui.ingest.processes.worker import Worker
from tui.sources.base import Window
from tui.sources.readers import read_bytes

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("byte", [b"\0", b" ", b"[", b"{"])
def test_a_bomb_does_not_take_the_memory(tmp_path: Path, byte: bytes) -> None:
    packed = gzip.compress(byte * (1 << 28), 1), zstandard.compress(byte * (1 << 28))
    paths = [write(tmp_path / str(n), content) for n, content in enumerate(packed)]
    pid = os.fork()
    if not pid:
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        parts = [Part(n, str(path)) for n, path in enumerate(paths)]
        done = Worker(read_bytes).do(ReadJob(parts, Window(), rich=True))
        after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        small = isinstance(done, ReadDone) and after - before < 200_000
        os._exit(0 if small else 1)
    assert os.waitpid(pid, 0)[1] == 0
