"""Takes the README's picture: the real program over the sample trail, as Textual draws it.

    python -m tests.benchmarks.picture [--out FILE]

The scene is an opened search domain with its policy decoded. The clock stands still, the size is
fixed, and the picture is taken when every row has its notes, so the same program gives the same
bytes. Textual's export names a web font; it is taken out, and looking at the picture loads nothing.
"""

from __future__ import annotations

import argparse
import asyncio
import re
import time
from pathlib import Path
from typing import TYPE_CHECKING

from tui.ingest.pipeline import Pipeline
from tui.settings import Settings
from tui.sources.base import Window
from tui.sources.local import LocalSource

if TYPE_CHECKING:
    from textual.pilot import Pilot

    from tui.ui.app import CloudTrailApp

ROOT = Path(__file__).parents[2]
PICTURE = Path(__file__).with_name("picture.svg")
SAMPLE = ROOT / "sample_logs"
SIZE = (120, 36)
NOW = 1_769_900_400.0
"""2026-01-31T23:00:00Z, shortly after the sample's newest event."""
KEYS = ("A", "t", *"02:33", "enter", *["plus"] * 3)
"""Without what AWS does by itself; to the opened search domain; with more room for the record."""
PATIENCE = 60.0

_FONT = re.compile(r"\s*@font-face \{[^}]*\}")


def take() -> str:
    """The picture as SVG; raises TimeoutError if the sample is not read in time."""
    pipeline = Pipeline([LocalSource([str(SAMPLE)], Window())])
    pipeline.start()  # before Textual is imported and before any thread
    try:
        return asyncio.run(_picture(pipeline))
    finally:
        pipeline.close()


async def _picture(pipeline: Pipeline) -> str:
    from tui.ui.app import CloudTrailApp
    from tui.ui.engine import LoopEngine
    from tui.ui.session.session import Session

    app = CloudTrailApp(
        Session(pipeline),
        Settings(sidebar=True),
        engine=LoopEngine(pipeline),
        clock=lambda: NOW,
        environ={"TERM": "xterm-256color", "COLORTERM": "truecolor"},
    )
    async with app.run_test(size=SIZE) as pilot:
        await _until_idle(pipeline, pilot)
        await pilot.press(*KEYS)
        await _until_idle(pipeline, pilot)
        _say_nothing(app)
        await pilot.pause()
        picture = app.export_screenshot(title="cloudtrail-tui sample_logs")
    return _FONT.sub("", picture)


def _say_nothing(app: CloudTrailApp) -> None:
    """The status line says what is so, not what the last key did."""
    from tui.ui.screens.main import MainScreen

    assert isinstance(app.screen, MainScreen)
    app.screen.say("")


async def _until_idle(pipeline: Pipeline, pilot: Pilot[None]) -> None:
    """Wait until all is read, the notes are worked out, and the detail has come."""
    end = time.monotonic() + PATIENCE
    while not pipeline.idle:
        if time.monotonic() > end:
            raise TimeoutError("The sample was not read in time.")
        await asyncio.sleep(0.05)
    await pilot.pause(1.0)


def main() -> None:
    """Write the picture."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--out", type=Path, default=PICTURE)
    out: Path = parser.parse_args().out
    out.write_text(take(), encoding="utf-8")
    print(f"{out}: {out.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
