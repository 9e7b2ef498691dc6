"""The figures of the README: each promise of speed in a line that ends in ok or MISSED.

    python -m tests.benchmarks [--events 1000000] [--quick] [--only PARTS]

PARTS are some of load,start,screen,follow,find,s3.

All of it is measured in one run; the exit code counts the misses.
"""

from __future__ import annotations

import argparse
import sys
from importlib import import_module
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING

from tests.benchmarks import bench_report
from tests.benchmarks.bench_ground import KEPT, Ground
from tui.ingest.scanning import compiling

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from tests.benchmarks.bench_report import Line, Remark

    Part = Callable[[Ground], Iterator[Line | Remark]]

PARTS = ("load", "start", "screen", "follow", "find", "s3")
PROMISED = 1_000_000
"""Events that the bounds are meant for."""


def parser() -> argparse.ArgumentParser:
    """What can be asked for."""
    made = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    made.add_argument("--events", type=int, default=PROMISED, help="size of the trails")
    made.add_argument("--only", default=",".join(PARTS), help=f"parts of {','.join(PARTS)}")
    made.add_argument("--quick", action="store_true", help="fewer rounds, a shorter tail")
    made.add_argument("--folder", type=Path, default=KEPT, help="where the trails are kept")
    return made


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line; gives the number of misses."""
    made = parser()
    given = made.parse_args(arguments)
    chosen = [part for part in given.only.split(",") if part]
    unknown = sorted(set(chosen) - set(PARTS))
    if unknown or not chosen:
        made.error(f"--only: there are {', '.join(PARTS)}")
    if given.events < 1:
        made.error("--events: at least one")
    ground = Ground(given.events, quick=given.quick, folder=given.folder)
    print(f"{bench_report.machine()}; load average {bench_report.load_average()}")
    print(f"{given.events:,} events; medians of {ground.rounds} interleaved rounds")
    print(f"The compiled reader: {compiled()}")
    if given.events < PROMISED:
        print(f"The bounds are meant for {PROMISED:,} events: with fewer they say little.")
    runs: list[Part] = [
        import_module(f"tests.benchmarks.bench_{part}").run for part in PARTS if part in chosen
    ]
    return report(line for run in runs for line in run(ground))


def compiled() -> str:
    """Have the compiled reader, as whoever opens a second large trail does; says what that took."""
    if compiling.is_ready():
        return "compiled before"
    started = perf_counter()
    reason = compiling.make_ready()
    return reason or f"compiled now, once on a machine, in {perf_counter() - started:.1f} s"


def report(lines: Iterator[Line | Remark]) -> int:
    """Print each line as it comes; gives the exit code."""
    seen: list[Line | Remark] = []
    for line in lines:
        print(line, flush=True)
        seen.append(line)
    missed = bench_report.misses(seen)
    promises = sum(isinstance(line, bench_report.Line) for line in seen)
    print(f"{promises} promises, {missed} missed")
    return missed


if __name__ == "__main__":
    sys.exit(main())
