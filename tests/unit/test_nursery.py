"""The processes end with the program, whatever ends it; a new one can be had at any time."""

from __future__ import annotations

import json
import os
import pickle
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest

from tests.unit.made import delivery, raws, write
from tests.unit.test_following import children
from tui.ingest.jobs import Part, ReadDone, ReadJob
from tui.ingest.processes.nursery import Nursery
from tui.sources.base import Window

if TYPE_CHECKING:
    from pathlib import Path

PROGRAM = """
import sys, time
from tui.ingest.processes.nursery import Nursery
from tui.sources.local import LocalSource
nursery = Nursery()
kept = [nursery.worker(), nursery.worker()]
kept.append(nursery.scout(LocalSource([sys.argv[1]]), follow=True, poll=None))
kept[2].recv_bytes()
print("up", flush=True)
time.sleep(60)
"""


def family(pid: int) -> list[int]:
    """All processes below this one."""
    below = children(pid)
    return below + [each for child in below for each in family(child)]


def is_alive(pid: int) -> bool:
    try:
        with open(f"/proc/{pid}/stat") as file:
            return file.read().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def test_a_worker_answers_and_a_killed_one_is_noticed_and_replaced(tmp_path: Path) -> None:
    path = write(tmp_path / "a.json", delivery(raws(3)))
    job = pickle.dumps(ReadJob([Part(0, str(path))], Window(), rich=True))
    others = set(children(os.getpid()))
    nursery = Nursery()
    try:
        (pid,) = set(children(os.getpid())) - others
        killed: set[int] = set()  # their ends are closed a moment before they are gone
        for _ in range(3):
            worker = nursery.worker()
            worker.send_bytes(job)
            done = pickle.loads(worker.recv_bytes())
            assert isinstance(done, ReadDone)
            assert [result.found for result in done.results] == [3]
            (child,) = set(children(pid)) - killed
            os.kill(child, signal.SIGKILL)
            killed.add(child)
            with pytest.raises((EOFError, OSError)):
                worker.recv_bytes()
            worker.close()
    finally:
        nursery.close()
    assert not is_alive(pid)


SHARING = """
import json, os, sys, time
from tui.ingest.processes.nursery import Nursery
nursery = Nursery()
private = []
known = set()
for _ in range(2):
    worker = nursery.worker()
    worker.send_bytes(bytes.fromhex(sys.argv[1]))
    worker.recv_bytes()
    with open(f"/proc/{nursery._pid}/task/{nursery._pid}/children") as file:
        (child,) = set(file.read().split()) - known
    known.add(child)
    with open(f"/proc/{child}/smaps_rollup") as file:
        private.append(sum(int(line.split()[1]) for line in file if line.startswith("Private_")))
    nursery.prepare()
print(json.dumps(private))
worker.close()
"""


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells of shared memory")
def test_workers_share_what_was_loaded_before_they_were_forked(tmp_path: Path) -> None:
    path = write(tmp_path / "a.json", delivery(raws(3)))
    job = pickle.dumps(ReadJob([Part(0, str(path))], Window(), rich=True))
    command = [sys.executable, "-c", SHARING, job.hex()]
    first, second = json.loads(subprocess.run(command, stdout=subprocess.PIPE, timeout=60).stdout)
    assert second < first / 2


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_all_end_when_the_program_is_ended(tmp_path: Path, number: signal.Signals) -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", PROGRAM, str(tmp_path)],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    with process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"up\n"
        pids = family(process.pid)
        assert len(pids) == 4
        process.send_signal(number)
        process.wait()
        end = time.monotonic() + 30
        while any(map(is_alive, pids)):
            assert time.monotonic() < end
            time.sleep(0.02)
