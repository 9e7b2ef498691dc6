"""Makes trails: benchmark trails of any size with their truth beside them, and the sample.

    python -m tests.benchmarks.generate --events 1000000 --out DIR [--seed 7] [--distinct-sessions]
    python -m tests.benchmarks.generate --sample DIR

The trail lies in DIR/AWSLogs, its truth (counts to compare with) in DIR.truth.json. The same
arguments give the same bytes.
"""

from __future__ import annotations

import argparse
import shutil
import sys
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any

import orjson

from tests.benchmarks import trail_files

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


def truth_path(folder: Path) -> Path:
    """Where a trail's truth lies: beside the folder, so that no reader takes it for a log."""
    return folder.with_name(folder.name + ".truth.json")


def make_trail(
    folder: Path, events: int, seed: int = 7, distinct_sessions: bool = False
) -> dict[str, Any]:
    """Writes a benchmark trail and its truth in place of whatever lay there; returns the truth."""
    found: dict[str, Any] = {}

    def write(half: Path) -> int:
        found.update(trail_files.write(half, events, seed, distinct_sessions))
        return len(found)

    _replace(folder, write)
    truth_path(folder).write_bytes(orjson.dumps(found, option=orjson.OPT_INDENT_2))
    return found


def make_sample(folder: Path) -> int:
    """Writes the sample trail and its README; returns the number of files."""
    from tests.benchmarks import trail_sample

    return _replace(folder, trail_sample.write)


def _replace(folder: Path, write: Callable[[Path], int]) -> int:
    """Lets the folder be written under another name, then swaps it in: nobody sees half of it."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    half = folder.with_name(f".{folder.name}.half")
    old = folder.with_name(f".{folder.name}.old")
    for leftover in (half, old):
        shutil.rmtree(leftover, ignore_errors=True)
    half.mkdir()
    result = write(half)
    if folder.exists():
        folder.rename(old)
    half.rename(folder)
    shutil.rmtree(old, ignore_errors=True)
    return result


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.generate")
    parser.add_argument("--events", type=int, default=1_000_000)
    parser.add_argument("--out", type=Path)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--distinct-sessions", action="store_true")
    parser.add_argument("--sample", type=Path)
    options = parser.parse_args(arguments)
    if (options.out is None) == (options.sample is None):
        parser.error("give either --out DIR or --sample DIR")
    if options.events < 1:
        parser.error("--events must be 1 or more")
    started = perf_counter()
    if options.sample is not None:
        files = make_sample(options.sample)
        print(f"{options.sample}: {files} files")
        return 0
    found = make_trail(options.out, options.events, options.seed, options.distinct_sessions)
    print(
        f"{options.out}: {found['events']:,} events, {found['duplicates']:,} duplicates, "
        f"{found['files']:,} files, {found['gzipBytes'] / 1e6:,.1f} MB "
        f"({found['jsonBytes'] / 1e6:,.1f} MB of JSON) in {perf_counter() - started:.1f} s"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
