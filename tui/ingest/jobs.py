"""What the engine asks of a worker, and what comes back: plain values, sent over a pipe."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from tui.core.index.batch import Batch, Details, ObjectResult
    from tui.core.query.nodes import Path, Text
    from tui.sources.base import Window


VANISHED = "vanished"
"""The kind of a result that says: the file went away, or was renamed, before it was read."""
UNCACHED = "uncached"
"""The kind of a result that says: fetch the object again, its bytes are not in the cache."""


class Part(NamedTuple):
    """One object to read, or a stretch of a long one."""

    object_id: int
    name: str
    start: int = 0
    """Stored byte at which to begin; 0 unless the object has a record a line."""
    length: int = -1
    """Stored bytes after which no further line is begun; -1: to the end."""
    asked: bool = False
    """A person named this very object, so it is looked through even if it is prose."""
    more: bool = False
    """The end may still be being written."""
    stretch: bool = False
    """The object is known to have a record a line: read only these lines."""
    path: str = ""
    """Where its bytes lie, if not in a file of that name."""
    head: tuple[int, int] = (0, 0)
    """What an object that grew began with (see ObjectResult), so that another is noticed."""

    @property
    def place(self) -> str:
        """What to read its bytes from."""
        return self.path or self.name


class ReadJob(NamedTuple):
    """Read these objects."""

    parts: list[Part]
    window: Window
    rich: bool
    """Look at whole records at once, where only they tell; else such events stay PENDING."""
    keep: bool = False
    """Keep the records of PENDING events at hand: an EnrichJob will ask for them."""
    compiled: bool = False
    """Let the compiled reader, if it is there, read what fits it."""


class EnrichJob(NamedTuple):
    """Look at whole records again: for each object the mode and the positions wanted."""

    parts: list[tuple[Part, int, list[int]]]


class SearchJob(NamedTuple):
    """Look whether whole records hold what is asked."""

    parts: list[tuple[Part, int, int]]
    """Each with its mode and with how many of the positions are its."""
    positions: NDArray[np.uint32]
    """Those of all parts, one behind another."""
    nodes: tuple[Path | Text, ...]


class ReadDone(NamedTuple):
    """All that a ReadJob found: events (`batch.object` counts the job's parts), and each part."""

    batch: Batch | None
    results: list[ObjectResult]


class EnrichDone(NamedTuple):
    """For each object of an EnrichJob the details in the order asked; None: not found there."""

    details: list[list[Details | None]]


class SearchDone(NamedTuple):
    """Which of a SearchJob's records hold what was asked."""

    found: list[list[int]]
    """For each node the places in the job's positions where it holds."""
    unread: int
    """Records that are not to be had any more, or cannot be read."""
    gone: list[int]
    """Which of the parts could not be read at all, counted from 0; `unread` leaves them out."""
    texts: dict[int, list[str]] | None = None
    """Of a job whose node is a Path without values: what stands there, by place; masked."""
    slow: tuple[str, ...] = ()
    """Regexes that took too long over a record: from there on nothing holds because of them."""


class Fault(NamedTuple):
    """The worker's own code failed; it goes on with the next job."""

    reason: str


Job = ReadJob | EnrichJob | SearchJob
Done = ReadDone | EnrichDone | SearchDone | Fault
