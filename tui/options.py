"""What the command line asked for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tui.sources.base import Window

STDIN = "-"
"""The source that is the standard input."""


@dataclass(frozen=True, slots=True)
class Options:
    """What the command line asked for."""

    sources: tuple[str, ...]
    """Folders, files, globs, `-`; never empty."""
    window: Window
    follow: bool
    """Look for new events until told to stop; false for a window that has passed."""
    poll: float | None = None
    """Seconds between looks, in place of being notified."""
    output: str | None = None
    """`lines`, `json` or `csv`; None asks for a screen."""
    show_secrets: bool = False
    mouse: bool | None = None
    """None: as the settings say."""
