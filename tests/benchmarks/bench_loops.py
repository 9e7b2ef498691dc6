"""The timed loops over a trail, each in a fresh process of its own.

    python -m tests.benchmarks.bench_loops floor|orjson|load FOLDER

`floor` reads, inflates and decodes the fields that the index keeps, in two processes, and keeps
nothing; `orjson` decodes whole records instead; `load` is the program's own engine. Each prints
one line of JSON with its seconds, those of all its processors (`cpu`: on a busy machine the
steadier figure), and the records that it saw.
"""

from __future__ import annotations

import gc
import json
import os
import sys
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

PROCESSES = 2


def loop(files: Sequence[str], count: Callable[[bytes], int]) -> dict[str, Any]:
    """Read, inflate, decode all files in two processes; gives the seconds and the records."""
    started = perf_counter()
    children = []
    for part in range(PROCESSES):
        told, tell = os.pipe()
        child = os.fork()
        if child == 0:
            _work(files[part::PROCESSES], count, tell)
        os.close(tell)
        children.append((child, told))
    records = failed = 0
    cpu = 0.0
    for child, told in children:
        with os.fdopen(told, "rb") as answer:
            some, lost = json.loads(answer.read())
        used = os.wait4(child, 0)[2]
        cpu += used.ru_utime + used.ru_stime
        records += some
        failed += lost
    seconds = perf_counter() - started
    return {"seconds": seconds, "cpu": cpu, "records": records, "failed": failed}


def _work(files: Sequence[str], count: Callable[[bytes], int], tell: int) -> None:
    """What a process of the loop does; it never returns."""
    from tui.ingest.content.inflate import inflate

    records = failed = 0
    for name in files:
        descriptor = os.open(name, os.O_RDONLY)
        stored = os.read(descriptor, 1 << 30)
        os.close(descriptor)
        try:
            records += count(inflate(stored).data)
        except ValueError:  # both decoders' errors are ValueErrors
            failed += 1
    os.write(tell, json.dumps([records, failed]).encode())
    os._exit(0)


def floor(files: Sequence[str]) -> dict[str, Any]:
    """The bare loop: the fields that the index keeps."""
    from tui.ingest.encoding.typed import decode_file

    return loop(files, lambda data: len(decode_file(data).Records))


def whole(files: Sequence[str]) -> dict[str, Any]:
    """The same loop with whole records."""
    import orjson

    return loop(files, lambda data: len(orjson.loads(data)["Records"]))


def load(folder: str) -> dict[str, Any]:
    """The engine: to a complete, sorted, duplicate-free index, and then to the last note."""
    from tests.benchmarks.bench_memory import cpu_seconds
    from tui.ingest.pipeline import Pipeline
    from tui.sources.local import LocalSource

    started = perf_counter()
    pipeline = Pipeline([LocalSource([folder])], follow=False)
    pipeline.start()
    try:
        while pipeline.loading:
            pipeline.pump(None, limit=4)
        listed = len(pipeline.index.order)
        loaded = perf_counter() - started
        cpu = cpu_seconds(os.getpid()) if Path("/proc/self").exists() else float("nan")
        while pipeline.run():
            pass
        enriched = perf_counter() - started - loaded
        index = pipeline.index
        return {
            "seconds": loaded,
            "cpu": cpu,
            "enriched": enriched,
            "listed": listed,
            "duplicates": index.duplicates,
            "index": index.memory(),
        }
    finally:
        pipeline.close()


def names_of(folder: str) -> list[str]:
    """All files below a folder, by name."""
    return sorted(
        os.path.join(parent, name) for parent, _, names in os.walk(folder) for name in names
    )


def main(arguments: Sequence[str]) -> int:
    """Run one loop and print what it took."""
    role, folder = arguments
    gc.disable()  # as the program does while it loads
    if role == "load":
        told = load(folder)
    else:
        told = {"floor": floor, "orjson": whole}[role](names_of(folder))
    print(json.dumps(told))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
