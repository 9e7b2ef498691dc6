"""What loading costs, beside loops that do less: the floor, orjson, jq, gzip."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from statistics import median
from time import perf_counter
from typing import TYPE_CHECKING, Any

from tests.benchmarks.bench_ground import middle, warm
from tests.benchmarks.bench_memory import memory_of_screen
from tests.benchmarks.bench_report import Line, Remark

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.benchmarks.bench_ground import Ground

FLOORS, ORJSON_SHARE, JQ_TIMES, ENRICH_FLOORS, DISTINCT_FLOORS = 1.6, 0.6, 5.0, 1.0, 2.0
MEMORY_MB, DISTINCT_MEMORY_MB = 220, 450
JQ = "reduce inputs.Records[].eventSource as $source ({}; .[$source] += 1)"
LONGEST = 900


def run(ground: Ground) -> Iterator[Line | Remark]:
    """Both trails: time, completeness, memory."""
    yield from _load(ground)
    yield from _memory(ground, distinct=False)
    yield from _load_distinct(ground)
    yield from _memory(ground, distinct=True)


def _load(ground: Ground) -> Iterator[Line | Remark]:
    folder, truth = ground.trail()
    warm(folder)
    jq = bool(shutil.which("jq") and shutil.which("gzip") and shutil.which("xargs"))
    rounds: list[dict[str, Any]] = []
    for number in range(ground.rounds):
        told = {role: loop(role, folder) for role in ("floor", "load", "orjson")}
        rounds.append(told)
        if jq and number % 2 == 0:  # it takes long; every other round is enough
            told["jq"] = {"seconds": shell_seconds(folder, f"gzip -dc \"$@\" | jq -nc '{JQ}'")}
    floors = [told["floor"]["seconds"] for told in rounds]
    loads = [told["load"]["seconds"] for told in rounds]
    orjsons = [told["orjson"]["seconds"] for told in rounds]
    yield Remark("load: the floor", f"{middle(floors):.2f} s, {_records(rounds[0], truth)}")
    yield Line(
        "load: to a complete, sorted index",
        median(one / other for one, other in zip(loads, floors, strict=True)),
        FLOORS,
        "floors",
        note=f"{middle(loads):.2f} s; {_processors(rounds)}",
    )
    yield Line(
        "load: beside the loop with orjson.loads",
        median(one / other for one, other in zip(loads, orjsons, strict=True)),
        ORJSON_SHARE,
        "of it",
        note=f"it takes {middle(orjsons):.2f} s",
    )
    yield from _beside_jq(rounds, jq=jq)
    enriched = [told["load"]["enriched"] for told in rounds]
    yield Line(
        "load: notes, flags, rarer targets after that",
        median(one / other for one, other in zip(enriched, floors, strict=True)),
        ENRICH_FLOORS,
        "floors",
        note=f"{middle(enriched):.2f} s",
    )
    yield _complete("load", rounds, truth)
    yield from _gzip(ground, folder)


def _beside_jq(rounds: list[dict[str, Any]], *, jq: bool) -> Iterator[Line | Remark]:
    if not jq:
        yield Remark("load: beside jq on two cores", "jq is not here: not compared, not counted")
        return
    both = [told for told in rounds if "jq" in told]
    yield Line(
        "load: beside jq on two cores",
        median(told["jq"]["seconds"] / told["load"]["seconds"] for told in both),
        JQ_TIMES,
        "times",
        at_least=True,
        note=f"jq takes {middle([told['jq']['seconds'] for told in both]):.2f} s",
    )


def _gzip(ground: Ground, folder: Path) -> Iterator[Remark]:
    if not (shutil.which("gzip") and shutil.which("xargs")):
        yield Remark("load: gzip -dc", "gzip is not here")
        return
    seconds = {
        cores: middle(
            [shell_seconds(folder, 'gzip -dc "$@"', cores) for _ in range(2 + (not ground.quick))]
        )
        for cores in (1, 2)
    }
    yield Remark(
        "load: gzip -dc of all files, for comparison",
        f"{seconds[1]:.2f} s on one core, {seconds[2]:.2f} s on two",
    )


def _load_distinct(ground: Ground) -> Iterator[Line | Remark]:
    folder, truth = ground.trail(distinct=True)
    warm(folder)
    rounds = [
        {role: loop(role, folder) for role in ("floor", "load")} for _ in range(ground.rounds)
    ]
    floors = [told["floor"]["seconds"] for told in rounds]
    loads = [told["load"]["seconds"] for told in rounds]
    yield Remark("distinct: its floor", f"{middle(floors):.2f} s, {_records(rounds[0], truth)}")
    yield Line(
        "distinct: each session its own, to an index",
        median(one / other for one, other in zip(loads, floors, strict=True)),
        DISTINCT_FLOORS,
        "floors",
        note=f"{middle(loads):.2f} s; {_processors(rounds)}",
    )
    yield _complete("distinct", rounds, truth)


def _complete(part: str, rounds: list[dict[str, Any]], truth: dict[str, Any]) -> Line:
    """Events and duplicates are those that the generator wrote."""
    off = max(
        abs(told["load"]["listed"] - truth["events"])
        + abs(told["load"]["duplicates"] - truth["duplicates"])
        for told in rounds
    )
    last = rounds[-1]["load"]
    each = last["index"] / max(1, last["listed"])
    note = f"{last['listed']:,} listed, {last['duplicates']:,} duplicates dropped, "
    note += f"{each:.0f} bytes an event"
    return Line(f"{part}: events missing or listed twice", off, 0, "events", note=note)


def _memory(ground: Ground, *, distinct: bool) -> Iterator[Line | Remark]:
    folder, truth = ground.trail(distinct=distinct)
    name = f"{'distinct' if distinct else 'load'}: memory of all processes (PSS)"
    bound = DISTINCT_MEMORY_MB if distinct else MEMORY_MB
    try:
        told = memory_of_screen(ground, folder, truth["events"])
    except (AssertionError, TimeoutError) as error:
        yield Line(name, None, bound, "MB", note=f"not measured: {error}")
        return
    if told is None:
        yield Remark(name, "this system does not tell it: not measured, not counted")
        return
    note = f"at most {told.most:.0f} while loading; {told.parts}"
    yield Line(name, told.settled, bound, "MB", note=note)


def _processors(rounds: list[dict[str, Any]]) -> str:
    """What both took of all processors, however busy these were."""
    floor, load = (middle([told[role]["cpu"] for told in rounds]) for role in ("floor", "load"))
    return f"CPU {load:.2f} s, the floor's {floor:.2f} s"


def _records(told: dict[str, Any], truth: dict[str, Any]) -> str:
    """How many records the floor saw: it must have done the whole work."""
    seen, failed = told["floor"]["records"], told["floor"]["failed"]
    words = f"{seen:,} of {truth['records']:,} records"
    return f"{words}, {failed} files failed" if failed else words


def loop(role: str, folder: Path) -> dict[str, Any]:
    """Run one of the loops in a process of its own; gives what it told."""
    command = [sys.executable, "-m", "tests.benchmarks.bench_loops", role, str(folder)]
    done = subprocess.run(command, stdout=subprocess.PIPE, timeout=LONGEST, check=True)
    told: dict[str, Any] = json.loads(done.stdout)
    return told


def shell_seconds(folder: Path, script: str, processes: int = 2) -> float:
    """How long `xargs` takes to give all files, 64 at a time, to a script."""
    each = f"xargs -0 -P{processes} -n64 sh -c '{_quoted(script)}' sh"
    command = f"find \"$0\" -type f -name '*.gz' -print0 | {each}"
    started = perf_counter()
    subprocess.run(
        ["sh", "-c", command, os.path.realpath(folder)],
        stdout=subprocess.DEVNULL,
        timeout=LONGEST,
        check=True,
    )
    return perf_counter() - started


def _quoted(script: str) -> str:
    """A script as it stands between single quotes."""
    return script.replace("'", "'\\''")
