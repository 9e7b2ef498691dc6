"""The program as it is, with a task on its event loop that notes how late the loop is.

    python -m tests.benchmarks.bench_probe REPORT.json SOURCE …

The report is written when the screen is left: for each moment at which the task was due, the
monotonic time, the milliseconds that it came late, and whether files were being loaded.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable

STEP = 0.005
"""Seconds between two moments at which the task is due. All of a long stop's moments count, so
that the figures say how long a key would have waited that was pressed at any time."""


class Lag(NamedTuple):
    """One moment at which the loop should have been free."""

    due: float
    late: float
    """Milliseconds."""
    loading: bool


class Report(NamedTuple):
    """What the program knew of itself when it ended."""

    lags: list[Lag]
    listed: int
    duplicates: int
    problems: int


class Probe:
    """Wraps the start of the screen; the launch itself is the program's own."""

    def __init__(self, report: Path) -> None:
        self._report = report
        self._lags: list[Lag] = []
        self._task: asyncio.Task[None] | None = None

    def wrap(self, run_app: Callable[..., int]) -> Callable[..., int]:
        """Give a `run_app` that measures."""

        def run(app: Any, *, mouse: bool) -> int:
            start = app.engine.start

            def begin(on_change: Callable[[], None]) -> None:
                start(on_change)
                self._task = asyncio.get_running_loop().create_task(self._measure(app.session))

            app.engine.start = begin
            try:
                return run_app(app, mouse=mouse)
            finally:
                self._write(app.session)

        return run

    async def _measure(self, session: Any) -> None:
        due = time.monotonic() + STEP
        while True:
            await asyncio.sleep(due - time.monotonic())
            now = time.monotonic()
            loading = session.progress().loading
            while due <= now:
                self._lags.append(Lag(due, (now - due) * 1000, loading))
                due += STEP

    def _write(self, session: Any) -> None:
        sums = session.sums()
        told = Report(self._lags, sums.listed, sums.duplicates, len(session.problems()))
        self._report.write_text(json.dumps(told), encoding="utf-8")


def read_report(path: Path) -> Report:
    """What a probe wrote."""
    lags, *rest = json.loads(path.read_bytes())
    return Report([Lag(*lag) for lag in lags], *rest)


def main() -> int:
    """Run the program on the arguments behind the report's name."""
    from tui import launch
    from tui.__main__ import main as program

    report = Path(sys.argv.pop(1))
    launch.run_app = Probe(report).wrap(launch.run_app)
    return program()


if __name__ == "__main__":
    sys.exit(main())
