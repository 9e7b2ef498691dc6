"""Out of the program on a terminal: filters given at the start, an export, marks that stay."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING

from tests.terminal.conftest import SAMPLE, Environ
from tests.terminal.program import Program

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

FILTERS = ("--filter", "is:denied", "--filter", "-is:aws")


def printed(*arguments: str) -> list[str]:
    """What the command prints where there is no terminal."""
    command = [sys.executable, "-m", "tui", str(SAMPLE), *arguments]
    run = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert run.returncode == 0, run.stderr
    return run.stdout.splitlines()


def test_the_screen_begins_filtered_and_writes_what_would_be_printed(
    environ: Callable[..., Environ], tmp_path: Path
) -> None:
    wanted = printed(*FILTERS, "--output", "json")
    with Program([str(SAMPLE), *FILTERS], environ(), folder=tmp_path) as program:
        program.until_shown(f"Events ─ {len(wanted):,} of 3,000", "is:denied", "-is:aws")
        program.send("\x13")
        program.until_shown(f"Export {len(wanted):,} events to")
        program.send("\r")
        program.until_shown(f"{len(wanted):,} events written to cloudtrail-")
        program.send("q")
        assert program.wait() == 0
    (file,) = tmp_path.glob("cloudtrail-*.json")
    assert file.read_text(encoding="utf-8").splitlines() == wanted
    assert file.stat().st_mode & 0o777 == 0o600


def test_marks_and_notes_are_there_the_next_time(
    environ: Callable[..., Environ], tmp_path: Path
) -> None:
    home = environ()
    with Program([str(SAMPLE)], home, folder=tmp_path) as program:
        program.until_shown("Events ─ 3,000", "● ")
        for keys, shown in ((";", "A note on this event"), ("who let this in?\r", "Note: who let")):
            program.send(keys)
            program.until_shown(shown)
        program.send("km")
        program.until_shown("Marked: 2 in all")
        program.send("q")
        assert program.wait() == 0
    (state,) = (tmp_path / "home").rglob("state.json")
    assert state.stat().st_mode & 0o777 == 0o600
    assert len(json.loads(state.read_bytes())["marks"]["sources"]) == 1
    # The same folder by another name is the same source.
    again = [str(SAMPLE.parent / "tests" / ".." / SAMPLE.name)]
    with Program(again, home, folder=tmp_path) as program:
        program.until_shown("Events ─ 3,000", "Note: who let this in?")
        program.send(":marks\r:export marked.md\r")
        program.until_shown("2 events written to marked.md")
        program.send("q")
        assert program.wait() == 0
    table = (tmp_path / "marked.md").read_text(encoding="utf-8").splitlines()
    assert len(table) == 4
    assert table[-1].endswith("| who let this in? |")
