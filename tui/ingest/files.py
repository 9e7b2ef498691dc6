"""What the engine knows of each file: its parts, what they held, what could not be read."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from tui.core.batch import ObjectResult, Trouble
    from tui.ingest.jobs import Part
    from tui.sources.base import ObjectRef


class File:
    """One object of a source, and the numbers under which its events stand in the index."""

    __slots__ = (
        "changed",
        "consumed",
        "dirty",
        "head",
        "kind",
        "lines",
        "open",
        "parts",
        "ref",
        "unreadable",
        "what",
    )

    def __init__(self, ref: ObjectRef) -> None:
        self.ref = ref
        self.parts: list[int] = []
        self.open = 0
        """Parts that wait to be read, or are being read."""
        self.kind = ""
        self.what = ""
        self.lines = False
        self.consumed = 0
        self.head: tuple[int, int] = (0, 0)
        self.dirty = False
        """It changed while it was being read."""
        self.changed = 0.0
        """When we last saw it change (monotonic seconds); 0: it was there when we came."""
        self.unreadable = ""
        """Why it can be read no more."""


class PartState:
    """One part of a file: what reading it gave."""

    __slots__ = ("file", "held", "mode", "part", "replaces", "result")

    def __init__(self, part: Part, file: File, replaces: list[int]) -> None:
        self.part = part
        self.file = file
        self.replaces = replaces
        """Parts whose events go when this one has been read."""
        self.mode = 0
        self.result: Counts | None = None
        self.held: list[Trouble] = []
        """Troubles that are none if the file is still being written."""


class Counts(NamedTuple):
    """The numbers of a part that `P` sums up."""

    found: int
    unreadable: int
    outside: int
    truncated: bool
    troubles: list[Trouble]


def counts_of(result: ObjectResult) -> Counts:
    """What is kept of a result."""
    return Counts(
        result.found, result.unreadable, result.outside, result.truncated, result.troubles
    )
