"""Ten thousand objects over S3, beside bare boto3 and beside the same files in a folder.

The server is a local one in a process of its own, so what is measured is what the program adds to
the network. The window is given on the command line: the trail's days, whatever today is.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from contextlib import contextmanager
from math import ceil
from statistics import median
from typing import TYPE_CHECKING, Any, NamedTuple

from tests.benchmarks.bench_ground import SAMPLE, Ground, middle, share, warm
from tests.benchmarks.bench_load import LONGEST
from tests.benchmarks.bench_probe import read_report
from tests.benchmarks.bench_report import Line, Remark
from tests.benchmarks.bench_screen import await_listed
from tests.benchmarks.bench_terminal import Screen
from tests.benchmarks.s3_server import BUCKET, REGION, Counts, counts, reset, serve

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

GETS_A_SECOND = 5_000
BOTO_SHARE, FOLDER_TIMES = 0.8, 1.3
FIRST_SECONDS, LAG_MS = 0.5, 50
LISTS_A_REGION, KEYS_A_PAGE = 2, 1000
SHARE = 0.882
"""Of a million events, those that fill 10,000 files."""
MOST_ROUNDS = 3
"""One takes as long as all rounds of most other parts."""
THREADS, TRIED = (1, 2, 4, 8), 1500
"""Among these numbers of threads the best is looked for, with so many objects each."""
PREFIX = "logs/"
WINDOW = ("--since", "2025-12-31", "--until", "2026-02-01")
LAST_HOURS = ("--since", "2026-01-30T12:00", "--until", "2026-02-01")
ROW = "(?:│|▌) ?\\d\\d:\\d\\d:\\d\\d ".encode()
"""A row of the list: a window or a status with a time in it is none."""
_LOOP = ["-m", "tests.benchmarks.bench_s3_loop"]


class Bench(NamedTuple):
    """What all parts of this share."""

    ground: Ground
    folder: Path
    truth: dict[str, Any]
    endpoint: str

    @property
    def over_s3(self) -> list[str]:
        """The arguments that open the trail where the server has it."""
        return [f"s3://{BUCKET}/{PREFIX}", "--endpoint-url", self.endpoint]

    def environment(self, cache: Path) -> dict[str, str]:
        return {**self.ground.home(), "XDG_CACHE_HOME": str(cache)}


class Round(NamedTuple):
    """What one round of timed loops told."""

    floor: dict[str, Any]
    """Bare boto3."""
    first: dict[str, Any]
    """Over S3, with nothing in the cache."""
    asked: Counts
    second: dict[str, Any]
    """Over S3, all in the cache."""
    asked_again: Counts
    local: dict[str, Any]


def run(ground: Ground) -> Iterator[Line | Remark]:
    """The server, the index, the second start, the screen, and what no local session imports."""
    own = Ground(max(1, round(ground.events * SHARE)), quick=ground.quick, folder=ground.folder)
    own.rounds = min(MOST_ROUNDS, ground.rounds)
    folder, truth = own.trail()
    warm(folder)
    with as_nobody(), serve(folder, PREFIX) as endpoint:
        bench = Bench(own, folder, truth, endpoint)
        yield _server(bench)
        threads, remark = _best_threads(bench)
        yield remark
        rounds = [_round(bench, threads) for _ in range(own.rounds)]
        yield from _index(rounds, truth)
        yield from _requests(rounds, folder)
        yield from _second(rounds)
        yield from _screen(bench)
        yield _imports(bench)
        own.fresh("s3-cache")  # some 220 MB


@contextmanager
def as_nobody() -> Iterator[None]:
    """AWS's variables as everybody has them who measures, and no files with settings."""
    mine = {name: value for name, value in os.environ.items() if name.startswith("AWS_")}
    given = {
        "AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE",
        "AWS_SECRET_ACCESS_KEY": "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
        "AWS_DEFAULT_REGION": REGION,
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
    }
    for name in mine:
        del os.environ[name]
    os.environ.update(given)
    try:
        yield
    finally:
        for name in given:
            del os.environ[name]
        os.environ.update(mine)


def loop(bench: Bench, cache: Path, role: str, arguments: Sequence[str]) -> dict[str, Any]:
    """Run one of the timed loops in a process of its own; gives what it told."""
    done = subprocess.run(
        [sys.executable, *_LOOP, role, *arguments],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        env={**os.environ, **bench.environment(cache)},
        timeout=LONGEST,
        check=True,
    )
    told: dict[str, Any] = json.loads(done.stdout)
    return told


# What it is compared with


def _server(bench: Bench) -> Line:
    cache = bench.ground.fresh("s3-cache")
    told = [loop(bench, cache, "gets", [bench.endpoint, PREFIX]) for _ in range(2)][-1]
    each = told["bytes"] / max(1, told["objects"]) / 1000
    return Line(
        "s3: the local server",
        told["objects"] / told["seconds"],
        GETS_A_SECOND,
        "GETs/s",
        at_least=True,
        note=f"{told['objects']:,} objects of {each:.1f} KB",
    )


def _best_threads(bench: Bench) -> tuple[int, Remark]:
    """How many threads make boto3 quickest here."""
    cache = bench.ground.fresh("s3-cache")
    took = {}
    for threads in THREADS:
        told = loop(
            bench, cache, "boto3", [bench.endpoint, PREFIX, str(threads), str(TRIED)]
        )  # so many that the order of the trials says nothing
        took[threads] = told["seconds"] / max(1, told["objects"]) * 1000
    best = min(took, key=took.__getitem__)
    each = ", ".join(f"{threads}: {ms:.2f}" for threads, ms in took.items())
    return best, Remark("s3: get_object of boto3, ms an object by threads", each)


# To the index


def _round(bench: Bench, threads: int) -> Round:
    cache = bench.ground.fresh("s3-cache")
    floor = loop(bench, cache, "boto3", [bench.endpoint, PREFIX, str(threads)])
    s3 = [*bench.over_s3, *WINDOW, "--no-follow"]
    reset(bench.endpoint)
    first = loop(bench, cache, "open", s3)
    asked = counts(bench.endpoint)
    reset(bench.endpoint)
    second = loop(bench, cache, "open", s3)
    asked_again = counts(bench.endpoint)
    local = loop(bench, cache, "open", [str(bench.folder), *WINDOW, "--no-follow"])
    return Round(floor, first, asked, second, asked_again, local)


def _index(rounds: Sequence[Round], truth: dict[str, Any]) -> Iterator[Line | Remark]:
    floors = [each.floor["seconds"] for each in rounds]
    firsts = [each.first["seconds"] for each in rounds]
    listings = [each.floor["listing"] for each in rounds]
    yield Line(
        "s3: to a complete index, beside bare boto3",
        median(one / other for one, other in zip(firsts, floors, strict=True)),
        BOTO_SHARE,
        "of it",
        note=f"{middle(firsts):.2f} s, CPU {middle([one.first['cpu'] for one in rounds]):.2f} s; "
        f"boto3 takes {middle(floors):.2f} s, and {middle(listings):.2f} s to begin and list, "
        "which is not counted",
    )
    off = max(
        abs(told["listed"] - truth["events"]) + abs(told["duplicates"] - truth["duplicates"])
        for each in rounds
        for told in (each.first, each.second, each.local)
    )
    last = rounds[-1].first
    note = f"{last['listed']:,} listed, {last['duplicates']:,} duplicates dropped"
    yield Line("s3: events missing or listed twice", off, 0, "events", note=note)


def _requests(rounds: Sequence[Round], folder: Path) -> Iterator[Line]:
    keys = keys_of(folder)
    yield Line(
        "s3: objects not fetched exactly once",
        max(astray(each.asked, keys) for each in rounds),
        0,
        "objects",
        note=f"{sum(rounds[-1].asked.gets.values()):,} GETs for {len(keys):,} objects",
    )
    regions, allowed = listings_allowed(keys)
    most = max(each.asked.lists for each in rounds)
    note = f"{regions} regions of all accounts"
    yield Line("s3: listings", most, allowed, "requests", note=note)


def keys_of(folder: Path) -> list[str]:
    """The keys under which the server has a folder's files."""
    return [
        PREFIX + os.path.relpath(os.path.join(parent, name), folder).replace(os.sep, "/")
        for parent, _, names in os.walk(folder)
        for name in names
    ]


def astray(asked: Counts, keys: Sequence[str]) -> int:
    """How many objects were fetched twice, not at all, or asked for though they are not there."""
    once = sum(asked.gets.get(key) == 1 for key in keys)
    return len(keys) - once + len(asked.gets.keys() - set(keys)) + asked.refused


def listings_allowed(keys: Sequence[str]) -> tuple[int, int]:
    """The regions, each account's apart, and how often all of them together may be listed."""
    found: dict[str, int] = {}
    for key in keys:
        region = "/".join(key.split("/")[:-4])  # above year, month, day and name
        found[region] = found.get(region, 0) + 1
    return len(found), sum(
        LISTS_A_REGION + ceil(objects / KEYS_A_PAGE) for objects in found.values()
    )


def _second(rounds: Sequence[Round]) -> Iterator[Line]:
    seconds = [each.second["seconds"] for each in rounds]
    locals_ = [each.local["seconds"] for each in rounds]
    yield Line(
        "s3: a second start, beside a local folder",
        median(one / other for one, other in zip(seconds, locals_, strict=True)),
        FOLDER_TIMES,
        "of it",
        note=f"{middle(seconds):.2f} s; the folder takes {middle(locals_):.2f} s",
    )
    most = max(sum(each.asked_again.gets.values()) for each in rounds)
    yield Line("s3: GETs of a second start", most, 0, "GETs")


# On the screen


def _screen(bench: Bench) -> Iterator[Line]:
    firsts: list[float] = []
    lags: list[float] = []
    failed = ""
    try:
        for _ in range(bench.ground.rounds):
            took, late = _opened(bench)
            firsts.append(took)
            lags += late
    except (AssertionError, TimeoutError) as error:
        failed = f"not measured: {error}"
    name = "s3: first events after the first page of keys"
    if failed or not firsts:
        yield Line(name, None, FIRST_SECONDS, "s", note=failed)
    else:
        note = f"{max(firsts):.2f} at most"
        yield Line(name, middle(firsts), FIRST_SECONDS, "s", note=note)
    name = "s3: event-loop lag meanwhile, p99"
    if failed or not lags:
        yield Line(name, None, LAG_MS, "ms", note=failed or "it was never seen loading")
        return
    note = f"median {middle(lags):.1f}, {max(lags):.0f} at most"
    yield Line(name, share(lags, 0.99), LAG_MS, "ms", note=note)


def _opened(bench: Bench) -> tuple[float, list[float]]:
    """Seconds from the first page of keys to the first rows, and the loop's lags till the end."""
    report = bench.ground.folder / "s3-probe.json"
    report.unlink(missing_ok=True)
    environment = bench.environment(bench.ground.fresh("s3-cache"))
    program = ["-m", "tests.benchmarks.bench_probe", str(report), *bench.over_s3, *WINDOW]
    reset(bench.endpoint)
    with Screen(program, environment) as screen:
        painted = screen.await_text(ROW)
        listed = counts(bench.endpoint).keys_listed
        await_listed(screen, bench.truth["events"])
    if listed is None:
        raise AssertionError("rows without a listing")
    return painted - listed, [lag.late for lag in read_report(report).lags if lag.loading]


# What is imported


def _imports(bench: Bench) -> Line:
    name = "s3: imports of boto3 by a local session"
    try:
        local = heard(bench, [str(SAMPLE)])
        over_s3 = heard(bench, [*bench.over_s3, *LAST_HOURS])
    except (AssertionError, TimeoutError) as error:
        return Line(name, None, 0, "imports", note=f"not measured: {error}")
    if not over_s3:
        note = "not measured: none were noticed over S3 either"
        return Line(name, None, 0, "imports", note=note)
    return Line(name, local, 0, "imports", note=f"over S3 {over_s3:,} are noticed")


def heard(bench: Bench, arguments: Sequence[str]) -> int:
    """How often a session on a screen, with all its processes, imports something of boto3."""
    file = bench.ground.folder / "s3-imports"
    file.unlink(missing_ok=True)
    environment = bench.environment(bench.ground.fresh("s3-cache"))
    with Screen([*_LOOP, "imports", str(file), *arguments], environment) as screen:
        screen.await_text(ROW)
        screen.settle()
    return len(file.read_text(encoding="utf-8").splitlines()) if file.exists() else 0
