"""Following a trail of a million: one file when it is quiet, and a thousand events a second."""

from __future__ import annotations

import gzip
import json
import os
import shutil
import subprocess
import sys
import time
import uuid
from typing import TYPE_CHECKING

from tests.benchmarks.bench_awake import awake
from tests.benchmarks.bench_ground import middle, share, warm
from tests.benchmarks.bench_memory import await_rest
from tests.benchmarks.bench_probe import read_report
from tests.benchmarks.bench_report import Line, Remark
from tests.benchmarks.bench_screen import await_listed, probed
from tests.benchmarks.bench_tail import deliver
from tests.benchmarks.bench_terminal import Screen, text_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.benchmarks.bench_ground import Ground

SHOWN_MS, KB_A_SECOND, LAG_MS = 30, 30, 30
SECONDS, QUICK_SECONDS = 60, 20
TRIES, ASLEEP = 15, 7
"""Single files, and before them some for which nothing keeps memory awake."""
QUIET = 1.2
"""Seconds between two single files: longer than the screen holds repaints back."""
AFTER = 15.0
"""Seconds after the last file for those of whose folders nobody was told."""
NEWEST = "AWSLogs/111122223333/CloudTrail/us-east-1/2026/02/01"


def run(ground: Ground) -> Iterator[Line | Remark]:
    """One program, first left in peace, then given much to do."""
    folder, truth = ground.trail()
    warm(folder)
    copy = ground.fresh("follow") / "trail"
    shutil.copytree(folder, copy, copy_function=_link)
    report = ground.folder / "follow.json"
    report.unlink(missing_ok=True)
    seconds = QUICK_SECONDS if ground.quick else SECONDS
    with Screen(probed(report, copy), ground.home()) as screen:
        await_listed(screen, truth["events"])
        await_rest(screen)
        took = _one_by_one(screen, copy)
        asleep = middle(took[:ASLEEP])
        yield Line(
            "follow: a renamed file is on the screen",
            middle(took[ASLEEP:]),
            SHOWN_MS,
            "ms",
            note=f"{max(took[ASLEEP:]):.0f} at most, {TRIES} files",
        )
        yield Remark("follow: … where memory was asleep", f"{asleep:.0f} ms")
        screen.settle()
        began = time.monotonic()
        with awake():
            written, took, size = _stream(screen, copy, seconds)
        ended = time.monotonic()
        wanted = truth["events"] + 1 + ASLEEP + TRIES + written
        shown = _title(screen, wanted)
    told = read_report(report)
    lags = [lag.late for lag in told.lags if began <= lag.due <= ended]
    yield Line(
        "follow: of 1,000 events/s, missing or twice",
        abs(told.listed - wanted),
        0,
        "events",
        note=f"{written:,} written in {took:.0f} s; {told.listed:,} of {wanted:,} listed"
        f"{'' if shown else ', the title says otherwise'}",
    )
    yield Line(
        "follow: bytes to the terminal meanwhile",
        size / took / 1000,
        KB_A_SECOND,
        "KB/s",
    )
    yield Line(
        "follow: event-loop lag meanwhile, p99",
        share(lags, 0.99),
        LAG_MS,
        "ms",
        note=f"median {middle(lags):.1f}, {max(lags):.0f} at most",
    )
    shutil.rmtree(copy.parent)


def _link(source: str, target: str) -> None:
    """A second name for the same file where the disk allows it; nothing is ever written to it."""
    try:
        os.link(os.path.realpath(source), target)
    except OSError:
        shutil.copyfile(source, target)


def _one_by_one(screen: Screen, folder: Path) -> list[float]:
    """From the renaming of a file with one event to its row: milliseconds, ASLEEP of them first."""
    day = folder / NEWEST
    deliver(day / "first.json.gz", _event("first", 0))  # the folder is watched from now on
    screen.await_text(b"first", 30)
    screen.settle(quiet=5)
    took = [_shown(screen, day, number) for number in range(1, ASLEEP + 1)]
    with awake():
        return took + [_shown(screen, day, ASLEEP + number) for number in range(1, TRIES + 1)]


def _shown(screen: Screen, day: Path, number: int) -> float:
    name = f"newcomer{number:02}"
    body = _event(name, number)
    path = day / f"111122223333_CloudTrail_us-east-1_20260201T0000Z_{name}.json.gz"
    half = path.with_name(path.name + ".tmp")
    half.write_bytes(body)
    screen.collect(QUIET)
    renamed = time.monotonic()
    half.rename(path)
    try:
        return (screen.await_text(name.encode(), 10) - renamed) * 1000
    except TimeoutError:
        return 10_000


def _event(who: str, number: int) -> bytes:
    """A delivered file with one event of this user's."""
    record = {
        "eventVersion": "1.09",
        "userIdentity": {"type": "IAMUser", "userName": who, "accountId": "111122223333"},
        "eventTime": f"2026-02-01T00:00:{number:02}Z",
        "eventSource": "s3.amazonaws.com",
        "eventName": "GetBucketAcl",
        "awsRegion": "us-east-1",
        "sourceIPAddress": "198.51.100.7",
        "eventID": str(uuid.uuid4()),
        "requestParameters": {"bucketName": "logs-prod"},
        "recipientAccountId": "111122223333",
    }
    return gzip.compress(json.dumps({"Records": [record]}).encode())


def _stream(screen: Screen, folder: Path, seconds: int) -> tuple[int, float, int]:
    """Let another process deliver; gives the events, its seconds, and the screen's bytes."""
    command = [sys.executable, "-m", "tests.benchmarks.bench_tail", str(folder), str(seconds)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as tail:
        assert tail.stdin is not None
        assert tail.stdout is not None
        try:
            tail.stdout.readline()
            screen.collect(2)
            tail.stdin.write("\n")
            tail.stdin.flush()
            size = 0
            while tail.poll() is None:
                size += len(screen.collect(0.1))
            written, took = tail.stdout.readline().split()
        finally:
            tail.kill()
    return int(written), float(took), size


def _title(screen: Screen, events: int) -> bool:
    """Does the list's title come to name so many events?"""
    end = time.monotonic() + AFTER
    wanted = f"Events ─ {events:,} ".encode()
    while wanted not in text_of(screen.tail):
        if time.monotonic() > end:
            return False
        screen.collect(0.2)
    return True
