"""What a person waits for, and what the line carries, while the million loads and after it."""

from __future__ import annotations

import random
import time
from typing import TYPE_CHECKING, NamedTuple

from tests.benchmarks import bench_trees
from tests.benchmarks.bench_awake import awake
from tests.benchmarks.bench_ground import middle, share, warm
from tests.benchmarks.bench_memory import await_rest
from tests.benchmarks.bench_probe import read_report
from tests.benchmarks.bench_report import Line, Remark
from tests.benchmarks.bench_start import TIME_OF_DAY
from tests.benchmarks.bench_terminal import Burst, Screen, text_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.benchmarks.bench_ground import Ground

KEY_MS, LAG_MS = 40, 30
FILTER_MS, MOVE_MS, MOVE_BYTES, PAGE_BYTES = 50, 5, 700, 12_000
IDLE_SECONDS = 5
DETAIL_DELAY_MS, DETAIL_MS = 100, 30
TREE_MS = 100
CURSOR = "▌".encode()
"""Drawn with the row under the cursor, so in each answer to a move."""
UP, DOWN, PAGE_UP, PAGE_DOWN = b"k", b"j", b"b", b" "
SIDEBAR, ONLY, ALL = b"\x1b[Z", b"=", b"a"
OPEN, FOLD, UNFOLD, FOLD_ALL, UNFOLD_ALL = b"\r", b"h", b"l", b"<", b">"
_LATE = float("inf")


def run(ground: Ground) -> Iterator[Line | Remark]:
    """While it loads, when it has loaded, and in the largest details."""
    folder, truth = ground.trail()
    warm(folder)
    yield from _while_loading(ground, folder, truth["events"])
    yield from _loaded(ground, folder, truth["events"])
    with awake():
        yield from _trees(ground)


# While it loads


class Keys(NamedTuple):
    """Milliseconds from keys to what they drew, and the lateness of the loop meanwhile."""

    answers: list[float]
    lags: list[float]
    seconds: float


def _while_loading(ground: Ground, folder: Path, events: int) -> Iterator[Line | Remark]:
    rounds = [_keys_while_loading(ground, folder, events) for _ in range(ground.rounds)]
    answers = [each for keys in rounds for each in keys.answers]
    lags = [each for keys in rounds for each in keys.lags]
    if len(answers) < 20 or not lags:
        yield Remark("screen: while loading", f"over after {len(answers)} keys: too few events")
        return
    yield Line(
        "screen: key to repaint while loading, p95",
        share(answers, 0.95),
        KEY_MS,
        "ms",
        note=f"median {middle(answers):.1f}, {len(answers)} keys, {max(answers):.0f} at most",
    )
    yield Line(
        "screen: event-loop lag while loading, p99",
        share(lags, 0.99),
        LAG_MS,
        "ms",
        note=f"median {middle(lags):.1f}, {max(lags):.0f} at most; "
        f"loaded in {middle([keys.seconds for keys in rounds]):.1f} s",
    )


def _keys_while_loading(ground: Ground, folder: Path, events: int) -> Keys:
    report = ground.folder / "probe.json"
    report.unlink(missing_ok=True)
    wait = random.Random(7)  # the same pauses in every run
    answers = []
    title = f"Events ─ {events:,} ".encode()
    with Screen(probed(report, folder), ground.home()) as screen:
        screen.await_text(TIME_OF_DAY)
        screen.settle(quiet=0.05, longest=5)
        for key in (UP, PAGE_UP, PAGE_UP):  # ends following, and leaves room on both sides
            screen.press(key)
        keys = [UP, DOWN, UP, DOWN, PAGE_UP, PAGE_DOWN]
        while title not in text_of(screen.tail) and time.monotonic() - screen.started < 300:
            keys.append(keys.pop(0))
            answer = screen.press(keys[-1], until=CURSOR)
            if CURSOR in answer.data or keys[-1] in (UP, DOWN):  # a page may have nowhere to go
                answers.append(_ms(answer))
            screen.collect(wait.uniform(0.005, 0.05))
        seconds = time.monotonic() - screen.started
    told = read_report(report)
    return Keys(answers, [lag.late for lag in told.lags if lag.loading], seconds)


def probed(report: Path, folder: Path) -> list[str]:
    """The arguments that run the program with its loop measured."""
    return ["-m", "tests.benchmarks.bench_probe", str(report), str(folder)]


def _ms(burst: Burst) -> float:
    return burst.last * 1000


# With the million loaded


def _loaded(ground: Ground, folder: Path, events: int) -> Iterator[Line | Remark]:
    tries = 8 if ground.quick else 20
    with Screen(["-m", "tui", str(folder)], ground.home()) as screen:
        await_listed(screen, events)
        await_rest(screen)
        for key in (UP, PAGE_UP, PAGE_UP):
            screen.press(key)
            screen.settle()
        for _ in range(12):  # to the middle of the page, away from where it scrolls
            screen.press(DOWN)
        screen.settle()
        asleep = middle([move.ms for move in _moves(screen, tries)])
        with awake():
            yield from _moved(_moves(screen, tries), asleep)
            yield from _pages(screen, tries)
            screen.settle()
            idle = len(screen.collect(IDLE_SECONDS))
            yield Line(f"screen: idle for {IDLE_SECONDS} s", idle, 0, "bytes")
            yield from _filters(screen, tries)


def await_listed(screen: Screen, events: int, longest: float = 300.0) -> None:
    """Wait until the list's title names so many events."""
    end = time.monotonic() + longest
    while f"Events ─ {events:,} ".encode() not in text_of(screen.tail):
        if time.monotonic() > end:
            raise TimeoutError(f"{events:,} events were not listed in {longest:.0f} s")
        screen.collect(0.1)


class Move(NamedTuple):
    """One row on or back."""

    ms: float
    size: int
    """Bytes that drew it."""
    detail: float | None
    """Milliseconds from its delay to the detail; None: none came."""


def _moves(screen: Screen, tries: int) -> list[Move]:
    """One row on or back, each with the detail that follows it, apart."""
    moves = []
    for number in range(tries):
        move = screen.press(UP if number % 2 else DOWN, until=CURSOR)
        detail = screen.press(b"", pause=0.05, longest=1)  # nothing pressed: only what comes
        after = _ms(move) + detail.last * 1000 + 12 - DETAIL_DELAY_MS if detail.data else None
        moves.append(Move(_ms(move), len(move.data), after))
        screen.settle(quiet=0.3)
    return moves


def _moved(moves: list[Move], asleep: float) -> Iterator[Line | Remark]:
    """The lines of moves, and beside them what they take where memory was asleep."""
    sizes, took = [move.size for move in moves], [move.ms for move in moves]
    yield Line(
        "screen: cursor move, bytes",
        max(sizes),
        MOVE_BYTES,
        "bytes",
        note=f"median {middle(sizes):.0f}",
    )
    yield Line("screen: cursor move", middle(took), MOVE_MS, "ms", note=f"{max(took):.1f} at most")
    yield Remark("screen: … where memory was asleep", f"{asleep:.1f} ms")
    details = [move.detail for move in moves if move.detail is not None]
    yield Line(
        "screen: the detail, after its delay of 100 ms",
        middle(details) if details else None,
        DETAIL_MS,
        "ms",
        note=f"{max(details):.0f} at most" if details else "no detail came",
    )


def _pages(screen: Screen, tries: int) -> Iterator[Line]:
    bursts = []
    for number in range(tries):
        # All that comes before the detail counts: an animation would be many frames.
        bursts.append(screen.press(PAGE_DOWN if number % 2 else PAGE_UP, pause=0.08))
        screen.settle(quiet=0.3)
    sizes = [len(burst.data) for burst in bursts]
    took = [_ms(burst) for burst in bursts]
    yield Line(
        "screen: page, bytes",
        max(sizes),
        PAGE_BYTES,
        "bytes",
        note=f"median {middle(sizes):.0f}, {middle(took):.1f} ms",
    )


def _filters(screen: Screen, tries: int) -> Iterator[Line]:
    """Only one service, then all again; another one each time."""
    screen.press(SIDEBAR)
    screen.settle()
    on, off = [], []
    for _ in range(tries // 2):
        screen.press(DOWN)
        screen.settle(quiet=0.3)
        for key, found in ((ONLY, on), (ALL, off)):
            found.append(_ms(screen.press(key, pause=0.03)))
            screen.settle(quiet=0.3)
    for name, found in (("on", on), ("off", off)):
        yield Line(
            f"screen: service filter {name}",
            middle(found),
            FILTER_MS,
            "ms",
            note=f"{max(found):.0f} at most",
        )


# The largest details


def _trees(ground: Ground) -> Iterator[Line]:
    shapes = ((f"{bench_trees.NODES:,} nodes", bench_trees.wide()),)
    shapes += ((f"{bench_trees.LEVELS} levels", bench_trees.deep()),)
    for name, parameters in shapes:
        folder = ground.fresh("tree")
        bench_trees.write(folder, parameters)
        with Screen(["-m", "tui", str(folder)], ground.home()) as screen:
            screen.await_text(b"requestParameters")
            await_rest(screen)
            screen.press(OPEN)
            screen.settle()
            yield _tree(name, screen, 3 if ground.quick else 5)


def _tree(name: str, screen: Screen, tries: int) -> Line:
    steps = {
        "open all": UNFOLD_ALL,
        "page": b"\x04",
        "page back": b"\x15",
        "last": b"G",
        "first": b"g",
        "shut all": FOLD_ALL,
    }
    took: dict[str, list[float]] = {step: [] for step in (*steps, "fold", "unfold")}
    for _ in range(tries):
        for step, key in steps.items():
            took[step].append(_ms(screen.press(key, pause=0.05)))
            screen.settle(quiet=0.15)
        screen.press(UNFOLD_ALL)
        screen.settle(quiet=0.15)
        screen.press(b"g")
        for _ in range(40):  # to the line that holds all of it
            if "▌▼ requestParameters".encode() in text_of(screen.press(DOWN).data):
                break
        for step, key in (("fold", FOLD), ("unfold", UNFOLD)):
            screen.settle(quiet=0.15)
            took[step].append(_ms(screen.press(key, pause=0.05)))
        screen.settle(quiet=0.15)
        screen.press(FOLD_ALL)  # what is open already is not drawn again
        screen.settle(quiet=0.15)
    slowest = max(took, key=lambda step: middle(took[step]))
    missing = [step for step, found in took.items() if middle(found) == _LATE]
    note = (
        f"slowest: {slowest}; fold {middle(took['fold']):.0f}, unfold {middle(took['unfold']):.0f}"
    )
    if missing:
        return Line(f"screen: detail of {name}", None, TREE_MS, "ms", note=f"no answer: {missing}")
    return Line(f"screen: detail of {name}", middle(took[slowest]), TREE_MS, "ms", note=note)
