"""What looking through whole records is measured against: a bare loop, and ripgrep.

    python -m tests.benchmarks.bench_find_loop NEEDLE FOLDER

The loop has two threads. Each inflates its half of the files with isal, lower-cases the bytes and
looks for the needle; nothing is decoded, so it does not know which events it has found. It prints
one line of JSON: its seconds, and in how many places the needle stands.
"""

from __future__ import annotations

import gc
import json
import subprocess
import sys
from threading import Thread
from time import perf_counter
from typing import TYPE_CHECKING, Any

from isal import igzip_lib

from tests.benchmarks.bench_loops import names_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

THREADS = 2
LONGEST = 900


def loop(needle: bytes, files: Sequence[str]) -> dict[str, Any]:
    """Look for lower-case bytes in all files; gives the seconds and the places."""
    places = [0] * THREADS

    def look(part: int) -> None:
        for name in files[part::THREADS]:
            with open(name, "rb") as file:
                data = igzip_lib.decompress(file.read(), flag=igzip_lib.DECOMP_GZIP)
            places[part] += data.lower().count(needle)

    started = perf_counter()
    threads = [Thread(target=look, args=(part,)) for part in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return {"seconds": perf_counter() - started, "places": sum(places)}


def bare(needle: str, folder: Path) -> dict[str, Any]:
    """Run the loop in a process of its own; gives what it told."""
    command = [sys.executable, "-m", "tests.benchmarks.bench_find_loop", needle, str(folder)]
    done = subprocess.run(command, stdout=subprocess.PIPE, timeout=LONGEST, check=True)
    told: dict[str, Any] = json.loads(done.stdout)
    return told


def ripgrep(needle: str, folder: Path) -> float:
    """How long ripgrep takes to name the files that hold the needle."""
    started = perf_counter()
    command = ["rg", "-z", "-i", "-F", "--files-with-matches", needle, str(folder)]
    subprocess.run(command, stdout=subprocess.DEVNULL, timeout=LONGEST, check=True)
    return perf_counter() - started


def main(arguments: Sequence[str]) -> int:
    """Run the loop and print what it took."""
    needle, folder = arguments
    gc.disable()
    print(json.dumps(loop(needle.lower().encode(), names_of(folder))))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
