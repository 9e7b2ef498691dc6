"""What the engine asks of a worker, and what comes back: plain values, sent over a pipe."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from tui.core.batch import Batch, Details, ObjectResult
    from tui.sources.base import Window


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
    head: tuple[int, int] = (0, 0)
    """What an object that grew began with (see ObjectResult), so that another is noticed."""


class ReadJob(NamedTuple):
    """Read these objects."""

    parts: list[Part]
    window: Window
    rich: bool
    """Look at whole records at once, where only they tell; else such events stay PENDING."""
    keep: bool = False
    """Keep the records of PENDING events at hand: an EnrichJob will ask for them."""


class EnrichJob(NamedTuple):
    """Look at whole records again: for each object the mode and the positions wanted."""

    parts: list[tuple[Part, int, list[int]]]


class ReadDone(NamedTuple):
    """All that a ReadJob found: events (`batch.object` counts the job's parts), and each part."""

    batch: Batch | None
    results: list[ObjectResult]


class EnrichDone(NamedTuple):
    """For each object of an EnrichJob the details in the order asked; None: not found there."""

    details: list[list[Details | None]]


class Fault(NamedTuple):
    """The worker's own code failed; it goes on with the next job."""

    reason: str


Job = ReadJob | EnrichJob
Done = ReadDone | EnrichDone | Fault
