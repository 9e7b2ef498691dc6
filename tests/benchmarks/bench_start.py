"""From the command to the first events on the screen, beside an app that does nothing."""

from __future__ import annotations

from statistics import median
from typing import TYPE_CHECKING

from tests.benchmarks.bench_ground import SAMPLE, middle, warm
from tests.benchmarks.bench_report import Line, Remark
from tests.benchmarks.bench_terminal import Screen

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tests.benchmarks.bench_ground import Ground

APPS = 2.0
EMPTY = ["-m", "tests.benchmarks.bench_empty"]
TIME_OF_DAY = rb"\d\d:\d\d:\d\d"
"""What only the rows of events show."""
PAINTED = rb" {60}"
"""An empty screen paints blanks."""


def run(ground: Ground) -> Iterator[Line | Remark]:
    """The sample and the large trail, each start followed by the others'."""
    large, _ = ground.trail()
    for folder in (SAMPLE, large):
        warm(folder)
    runs = {
        "empty": (EMPTY, PAINTED),
        "sample": (["-m", "tui", str(SAMPLE)], TIME_OF_DAY),
        "large": (["-m", "tui", str(large)], TIME_OF_DAY),
    }
    seconds: dict[str, list[float]] = {name: [] for name in runs}
    for number in range(1 + max(5, ground.rounds)):
        for name, (arguments, wanted) in runs.items():
            took = first_paint(ground, arguments, wanted)
            if number:  # the first ones fill the caches
                seconds[name].append(took)
    empty = seconds["empty"]
    yield Remark("start: first paint of an empty Textual app", f"{middle(empty) * 1000:.0f} ms")
    for name, words in (("sample", "the sample"), ("large", f"{ground.events:,} events")):
        yield Line(
            f"start: first events of {words}",
            median(one / other for one, other in zip(seconds[name], empty, strict=True)),
            APPS,
            "empty apps",
            note=f"{middle(seconds[name]) * 1000:.0f} ms",
        )


def first_paint(ground: Ground, arguments: Sequence[str], wanted: bytes) -> float:
    """Seconds from exec until text that matches has been drawn."""
    with Screen(arguments, ground.home()) as screen:
        return screen.await_text(wanted) - screen.started
