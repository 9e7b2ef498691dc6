"""A file and its parts: what is known of each, and what reading it gave."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tui.core.index.batch import Trouble
    from tui.ingest.jobs import Part
    from tui.sources.base import ObjectRef


class File:
    """One object of a source."""

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
    )

    def __init__(self, ref: ObjectRef) -> None:
        self.ref = ref
        self.parts: tuple[int, ...] = ()
        """The parts whose events are in the index."""
        self.open = 0
        """Parts that wait to be read, or are being read."""
        self.kind = ""
        """What it turned out to be (see `ObjectResult.kind`); empty: it has not been read yet."""
        self.lines = False
        """It has a record a line: what is added at its end can be read alone."""
        self.consumed = 0
        """Stored bytes that need not be read again when it grows."""
        self.head: tuple[int, int] = (0, 0)
        """How many of its first stored bytes were looked at, and their CRC: to know it again by."""
        self.dirty = False
        """It changed while it was being read."""
        self.changed = 0.0
        """When we last saw it change (by our clock); 0: it was there when we came."""
        self.unreadable = ""
        """Why it can be read no more."""


class Counts(NamedTuple):
    """The numbers of a part that `P` sums up."""

    found: int
    unreadable: int
    outside: int
    truncated: bool
    troubles: Sequence[Trouble]


class PartState:
    """One part of a file: what reading it gave."""

    __slots__ = ("counts", "file", "held", "mode", "part", "reader", "replaces")

    def __init__(self, part: Part, file: File, replaces: tuple[int, ...]) -> None:
        self.part = part
        self.file = file
        self.replaces = replaces
        """Parts whose events go when this one has been read."""
        self.mode = 0
        self.counts: Counts | None = None
        self.reader: object = None
        """The worker that read it, and may still have records of it at hand."""
        self.held: Sequence[Trouble] = ()
        """Troubles that are none if the file is still being written."""
