"""What the command line asked for."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from tui.sources.s3.access import S3Settings

if TYPE_CHECKING:
    from tui.core.query.nodes import Field, Node, Path
    from tui.sources.base import Window

STDIN = "-"
"""The source that is the standard input."""
BUCKETS = "s3://"
"""What a source in S3 begins with."""


class Counted(NamedTuple):
    """What is counted by its values."""

    name: str
    """As the person wrote it."""
    node: Field | Path


class Filter(NamedTuple):
    """A step of the filter."""

    text: str
    node: Node


@dataclass(frozen=True, slots=True)
class Options:
    """What the command line asked for."""

    sources: tuple[str, ...]
    """Folders, files, globs, `-`, `s3://…`; never empty."""
    window: Window
    follow: bool
    """Look for new events until told to stop; false for a window that has passed."""
    poll: float | None = None
    """Seconds between looks, in place of being notified."""
    output: str | None = None
    """`lines`, `json` or `csv`; None asks for a screen."""
    filters: tuple[Filter, ...] = ()
    """The steps that the screen begins with; what is printed passes all of them."""
    top: Counted | None = None
    """Print counts by this."""
    timeline: bool = False
    """Print counts by time."""
    s3: S3Settings = field(default_factory=S3Settings)
    cache: bool = True
    """Keep objects of buckets for the next time."""
    cache_bytes: int = 2 << 30
    show_secrets: bool = False
    mouse: bool | None = None
    """None: as the settings say."""
