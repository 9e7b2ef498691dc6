"""The bench: its lines, its exit code, and that what it measures with is right."""

from __future__ import annotations

import gzip
import json
import re
import subprocess
import sys
import time
from itertools import islice
from pathlib import Path

import pytest

from tests.benchmarks import (
    __main__ as bench,
)
from tests.benchmarks import (
    bench_load,
    bench_memory,
    bench_tail,
    bench_trees,
)
from tests.benchmarks.bench_ground import Ground, share
from tests.benchmarks.bench_probe import Probe, read_report
from tests.benchmarks.bench_report import Line, Remark, figure, machine, misses
from tests.benchmarks.bench_screen import probed
from tests.benchmarks.bench_terminal import Screen, text_of

FORM = re.compile(
    r"[a-z]+: .+ +[\d,.]+ [A-Za-z/ ]+ +[≤≥] [\d,.]+ [A-Za-z/ ]+ +(?P<ratio>[\d.]+|inf)"
    r"  (?P<verdict>ok|MISSED)( +\(.+\))?"
)


def test_a_line_says_all_and_ends_in_a_verdict() -> None:
    kept = FORM.fullmatch(str(Line("load: memory", 110, 220, "MB", note="40 + 70")))
    assert kept
    assert kept.groups()[:2] == ("0.50", "ok")
    missed = FORM.fullmatch(str(Line("follow: bytes meanwhile", 45, 30, "KB/s")))
    assert missed
    assert missed.groups()[:2] == ("1.50", "MISSED")


@pytest.mark.parametrize(
    ("measured", "bound", "at_least", "missed"),
    [
        (5, 5, False, False),
        (5.1, 5, False, True),
        (5, 5, True, False),
        (4.9, 5, True, True),
        (0, 0, False, False),
        (1, 0, False, True),
        (0, 5, True, True),
        (None, 5, False, True),
        (float("inf"), 5, False, True),
    ],
)
def test_what_a_miss_is(measured: float | None, bound: float, at_least: bool, missed: bool) -> None:
    assert Line("a: b", measured, bound, "ms", at_least=at_least).missed is missed


def test_the_exit_code_counts_the_misses_up_to_99() -> None:
    one, other = Line("a: b", 2, 1, "ms"), Line("a: c", 1, 2, "ms")
    assert misses([one, other, Remark("a: d", "jq is not here"), one]) == 2
    assert misses([one] * 300) == 99


def test_figures_and_the_machine_are_told() -> None:
    assert [figure(n, "s") for n in (0, 1.234, 12.34, 1234.5)] == [
        "0 s",
        "1.23 s",
        "12.3 s",
        "1,234 s",
    ]
    assert f"CPython {sys.version.split()[0]}" in machine() or "PyPy" in machine()
    assert re.search(r"\d+ cores", machine())


def test_a_share_is_the_value_that_so_many_do_not_exceed() -> None:
    assert share(range(100), 0.95) == 95
    assert share([3, 1, 2], 0.99) == 3


@pytest.fixture
def ground(tmp_path: Path) -> Ground:
    ground = Ground(400, folder=tmp_path)
    ground.rounds = 1
    return ground


def test_loading_is_measured_and_an_impossible_bound_missed(
    ground: Ground, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for bound in ("FLOORS", "ORJSON_SHARE", "ENRICH_FLOORS"):
        monkeypatch.setattr(bench_load, bound, 1e9)
    monkeypatch.setattr(bench_load, "JQ_TIMES", 0)
    assert bench.report(islice(bench_load.run(ground), 6)) == 0
    _, truth = ground.trail()
    lines = capsys.readouterr().out.splitlines()
    assert f"{truth['records']} of {truth['records']} records" in lines[0]
    assert f"400 listed, {truth['duplicates']} duplicates dropped" in lines[5]
    counted = [line for line in lines if FORM.fullmatch(line)]
    assert lines[-1] == f"{len(counted)} promises, 0 missed"
    monkeypatch.setattr(bench_load, "FLOORS", 0)
    assert bench.report(islice(bench_load.run(ground), 2)) == 1
    assert "MISSED" in capsys.readouterr().out.splitlines()[1]


def test_a_part_that_is_not_there_is_a_mistake(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        bench.main(["--only", "load,nothing"])
    assert ended.value.code == 2
    assert "load, start, screen, follow" in capsys.readouterr().err


def test_a_trail_is_kept_for_the_next_run(ground: Ground) -> None:
    folder, truth = ground.trail()
    before = folder.stat().st_mtime_ns
    assert ground.trail() == (folder, truth)
    assert folder.stat().st_mtime_ns == before


def test_a_screen_gives_the_bytes_that_answer_a_key(tmp_path: Path) -> None:
    script = (
        "import os, time, tty\n"
        "tty.setraw(0)\n"
        "os.write(1, b'\\x1b[1mrea\\x1b[0mdy')\n"
        "while os.read(0, 1) != b'q':\n"
        "    os.write(1, b'one'); time.sleep(1.5); os.write(1, b'later')\n"
    )
    with Screen(["-c", script], {}) as screen:
        screen.await_text(b"ready", 20)
        assert screen.collect(0.1) == b""
        answer = screen.press(b"x", pause=0.05)
        assert answer.data == b"one"
        assert answer.first <= answer.last < 1.5
        assert screen.press(b"", longest=20).data == b"later"
        assert screen.press(b"x", until=b"later", longest=20).last >= 1.5
        with pytest.raises(TimeoutError):
            screen.await_text(b"never", 0.1)
        with pytest.raises(AssertionError, match="ended"):
            screen.press(b"q")
    assert screen.status == 0


def test_text_is_what_remains_without_colours_and_places() -> None:
    drawn = b"\x1b]22;default\x07\x1b[2;1H\x1b[38;2;1;2;3m12:\x1b[0m00:01\x1b[?25l"
    assert text_of(drawn) == b"12:00:01"


@pytest.mark.skipif(not Path("/proc/self/smaps_rollup").exists(), reason="Linux tells it")
def test_memory_is_that_of_a_process_and_all_below_it() -> None:
    held = "import sys; held = b'x' * 50_000_000; print(flush=True); sys.stdin.read()"
    outer = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {held!r}])"
    with subprocess.Popen(
        [sys.executable, "-c", outer], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        process.stdout.readline()
        weights = bench_memory.weights(process.pid)
        process.communicate(b"")
    assert next(iter(weights)) == process.pid
    assert len(weights) == 2
    assert 50 < sum(weights.values()) < 150


def test_the_probe_tells_how_late_the_loop_was(tmp_path: Path) -> None:
    report = tmp_path / "report.json"
    folder = tmp_path / "trail"
    folder.mkdir()
    bench_trees.write(folder, {"bucketName": "logs-prod"})
    with Screen(probed(report, folder), Ground(1, folder=tmp_path).home()) as screen:
        screen.await_text("Events ─ 1 ".encode())
        screen.collect(0.3)
    told = read_report(report)
    assert (told.listed, told.duplicates, told.problems) == (1, 0, 0)
    assert all(lag.late >= 0 for lag in told.lags)
    assert told.lags == sorted(told.lags)
    assert len(told.lags) > 40  # every 5 ms


def test_the_probe_counts_every_moment_of_a_stop(tmp_path: Path) -> None:
    import asyncio

    class Session:
        def progress(self) -> object:
            return type("Progress", (), {"loading": False})

        def sums(self) -> object:
            return type("Sums", (), {"listed": 0, "duplicates": 0})

        def problems(self) -> list[object]:
            return []

    class Engine:
        def start(self, on_change: object) -> None: ...

    class App:
        session, engine = Session(), Engine()

    def run_app(app: App, *, mouse: bool) -> int:
        async def live() -> None:
            app.engine.start(None)
            await asyncio.sleep(0.05)
            time.sleep(0.1)  # noqa: ASYNC251 - the stop that is to be seen
            await asyncio.sleep(0.02)

        asyncio.run(live())
        return 7

    assert Probe(tmp_path / "r").wrap(run_app)(App(), mouse=False) == 7
    late = [lag.late for lag in read_report(tmp_path / "r").lags]
    assert max(late) > 80
    assert sum(ms > 40 for ms in late) >= 8  # not the one moment at which it began


def test_a_tail_of_a_second_holds_a_thousand_events_of_their_own() -> None:
    made = list(bench_tail.bodies(1))
    assert len(made) == bench_tail.FILES_A_SECOND == len({name for name, _ in made})
    identities = {
        record["eventID"]
        for _, body in made
        for record in json.loads(gzip.decompress(body))["Records"]
    }
    assert len(identities) == bench_tail.EVENTS_A_SECOND


def test_the_trees_are_as_large_as_they_say() -> None:
    assert measure(bench_trees.wide())[0] == pytest.approx(bench_trees.NODES, rel=0.01)
    assert measure(bench_trees.deep())[1] == pytest.approx(bench_trees.LEVELS, abs=5)


def measure(value: object) -> tuple[int, int]:
    """The nodes and the levels of a tree, however deep."""
    nodes, levels, level = 0, 0, [value]
    while level:
        nodes += len(level)
        levels += 1
        inner = [one for one in level if isinstance(one, dict | list)]
        level = [part for one in inner for part in (one.values() if isinstance(one, dict) else one)]
    return nodes, levels
