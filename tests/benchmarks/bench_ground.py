"""What the bench stands on: its trails, kept from run to run, and where it puts its files."""

from __future__ import annotations

import json
import os
import shutil
import sys
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any

from tests.benchmarks.generate import make_trail, truth_path
from tui.ingest.scanning import compiling

if TYPE_CHECKING:
    from collections.abc import Sequence

ROOT = Path(__file__).resolve().parents[2]
SAMPLE = ROOT / "sample_logs"
KEPT = ROOT / ".bench"
"""Ignored by git; remove it after a change to the generator."""


class Ground:
    """How large, how often, and on which trails."""

    def __init__(self, events: int, *, quick: bool = False, folder: Path = KEPT) -> None:
        self.events = events
        self.quick = quick
        self.folder = folder
        self.rounds = 3 if quick else 5

    def trail(self, *, distinct: bool = False) -> tuple[Path, dict[str, Any]]:
        """The trail of this size, made if it is not there, and its truth.

        `distinct`: every session has an identity, a key and an address of its own.
        """
        folder = self.folder / f"{'d' if distinct else 'm'}{self.events}"
        truth = truth_path(folder)
        if folder.is_dir() and truth.is_file():
            return folder, json.loads(truth.read_bytes())
        print(f"making {folder.name} ({self.events:,} events) …", file=sys.stderr, flush=True)
        return folder, make_trail(folder, self.events, distinct_sessions=distinct)

    def fresh(self, name: str) -> Path:
        """An empty folder of our own, in place of what an earlier run left there."""
        folder = self.folder / name
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        return folder

    def home(self) -> dict[str, str]:
        """The environment of the programs that are measured: nobody's own settings."""
        home = self.folder / "home"
        home.mkdir(parents=True, exist_ok=True)
        names = ("XDG_CONFIG_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME", "XDG_DATA_HOME")
        compiled = compiling.path()
        return {
            **dict.fromkeys(names, str(home)),
            compiling.FOLDER: "off" if compiled is None else str(compiled.parent),
            "CLOUDTRAIL_TUI_CONFIG": os.devnull,
            "PYTHONPATH": str(ROOT),
            "PYTHONDONTWRITEBYTECODE": "",  # nobody's start compiles everything anew
        }


def middle(values: Sequence[float]) -> float:
    """The median of what was measured."""
    return float(median(values))


def share(values: Sequence[float], part: float) -> float:
    """The value that this part of the values does not exceed: 0.95 for p95."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(part * len(ordered)))]


def warm(folder: Path) -> None:
    """Read every file once, so that none of the timed runs is the one that waits for the disk."""
    for parent, _, names in os.walk(folder):
        for name in names:
            with open(os.path.join(parent, name), "rb") as file:
                while file.read(1 << 20):
                    pass
