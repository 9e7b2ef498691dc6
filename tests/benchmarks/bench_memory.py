"""The memory of the program and all its processes: each page divided by who share it (PSS)."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from tests.benchmarks.bench_terminal import Screen, text_of

if TYPE_CHECKING:
    from tests.benchmarks.bench_ground import Ground

_MB = 1_000_000
_LOOK_EVERY = 0.3
_TICKS = os.sysconf("SC_CLK_TCK")


class Memory(NamedTuple):
    """Megabytes (10⁶ bytes) of a process tree."""

    settled: float
    most: float
    parts: str
    """What each process has, the first one first."""


def memory_of_screen(ground: Ground, folder: Path, events: int) -> Memory | None:
    """Open the trail on a screen and weigh it when all is loaded; None where /proc is absent."""
    if not Path("/proc/self/smaps_rollup").exists():
        return None
    with Screen(["-m", "tui", str(folder)], ground.home()) as screen:
        most = 0.0
        while not _shows(screen, events):
            most = max(most, sum(weights(screen.pid).values()))
        await_rest(screen)
        found = weights(screen.pid)
    parts = " + ".join(f"{size:.0f}" for size in found.values())
    return Memory(sum(found.values()), max(most, sum(found.values())), parts)


def _shows(screen: Screen, events: int) -> bool:
    """Does the list's title name so many events, after one look more?"""
    if time.monotonic() - screen.started > 300:
        raise TimeoutError(f"{events:,} events were not listed in 300 s")
    screen.collect(_LOOK_EVERY)
    return f"Events ─ {events:,} ".encode() in text_of(screen.tail)


def await_rest(screen: Screen, longest: float = 120.0) -> None:
    """Wait until no process of the program has work: for a second, less than 30 ms in all."""
    end = time.monotonic() + longest
    before = cpu_seconds(screen.pid)
    while time.monotonic() < end:
        screen.collect(1.0)
        now = cpu_seconds(screen.pid)
        if now - before <= 0.03:
            return
        before = now
    raise TimeoutError(f"the program is still at work after {longest:.0f} s")


def weights(pid: int) -> dict[int, float]:
    """The megabytes of a process and all that it started."""
    found = {}
    for each in family(pid):
        try:
            text = Path(f"/proc/{each}/smaps_rollup").read_text()
        except OSError:  # it has just ended
            continue
        for line in text.splitlines():
            if line.startswith("Pss:"):
                found[each] = int(line.split()[1]) * 1024 / _MB
    return found


def family(pid: int) -> list[int]:
    """A process and all that it started."""
    children: dict[int, list[int]] = {}
    for each, fields in _stats().items():
        children.setdefault(int(fields[1]), []).append(each)
    found = [pid]
    for one in found:
        found += children.get(one, [])
    return found


def cpu_seconds(pid: int) -> float:
    """The CPU seconds that a process and all that it started have used."""
    stats = _stats()
    return sum(
        (int(stats[each][11]) + int(stats[each][12])) / _TICKS
        for each in family(pid)
        if each in stats
    )


def _stats() -> dict[int, list[str]]:
    """What /proc tells of each process, from its state on: parent second, times 12th and 13th."""
    found = {}
    for name in os.listdir("/proc"):
        if name.isdigit():
            try:
                text = Path(f"/proc/{name}/stat").read_text()
            except OSError:
                continue
            found[int(name)] = text.rpartition(")")[2].split()
    return found
