"""The engine without a screen: all events there are in the order of time, then what comes."""

from __future__ import annotations

import time
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from tui.core.query.nodes import Field
from tui.errors import UsageError
from tui.ingest.processes.worker import Worker
from tui.sources.readers import read_bytes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from typing import Any

    from numpy.typing import NDArray

    from tui.core.counts.timeline_text import Buckets
    from tui.core.counts.tops import Tops
    from tui.core.export import More
    from tui.core.filters.filtering import Filtering
    from tui.core.index.index import Index
    from tui.core.index.rows import EventRow, Problem
    from tui.core.printed import Printed
    from tui.core.query.nodes import Node, Path
    from tui.ingest.pipeline import Pipeline


TRIES = 3
"""How often an object is read whose bytes may be gone the moment that they are there."""
WONDERED, WONDERED_AGAIN = 10.0, 60.0
"""Seconds after which whoever waits wants to know for what, and after which to know it again."""
_AT_ONCE = 1 << 14
"""Numbers that are taken out of an array at a time: Python's own take four times the memory."""


class PipelineFeed:
    """What printing asks of the engine (see `headless.Feed`)."""

    def __init__(
        self,
        pipeline: Pipeline,
        nodes: Sequence[Node] = (),
        *,
        waits: Callable[[str], None] = lambda _: None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`nodes` are the steps of the filter: only what passes all of them is given.

        `waits` is told what has been waited for long enough to wonder; `clock` gives seconds.
        """
        self._pipeline = pipeline
        self._waits = waits
        self._clock = clock
        self._nodes = tuple(nodes)
        self._filtering: Filtering | None = None
        self._unread = 0
        self._rows: NDArray[np.intp] = np.zeros(0, np.intp)
        self._wanted: Wanted | None = None
        self._printed: Printed | None = None

    def batches(
        self, changed: Callable[[], None] = lambda: None, *, counted: bool = False
    ) -> Iterator[Sequence[int]]:
        """Row ids: first all that was there at the start, then what each look brought.

        The first are in an order that is the same each time, unless they are only to be `counted`.
        No event comes twice, however often the file is read again in which it stands. Calls
        `changed` when there may be other problems or another hint, and nothing is being read.
        """
        pipeline = self._pipeline
        run = self._running(changed)
        while not pipeline.idle and run():
            if pipeline.scouts.refused:
                raise UsageError(pipeline.scouts.refused)
        index = pipeline.index
        # Whatever fetches records again may bring new events: they wait for the next batch.
        size = index.size
        yield self._batch(0, size, in_order=not counted)
        while run():
            if index.size > size and pipeline.idle:
                first, size = size, index.size
                yield self._batch(first, size)

    def _running(self, changed: Callable[[], None]) -> Callable[[], bool]:
        """The pipeline's `run`, which tells of what else there may be to say."""
        pipeline = self._pipeline
        said = (0, "")
        since: float | None = None
        quiet = 0.0

        def run() -> bool:
            nonlocal said, since, quiet
            going = pipeline.run()
            wait = self._waited_for()
            if not wait:
                since = None
            elif since is None:
                since = self._clock()
            elif self._clock() - since >= WONDERED and self._clock() >= quiet:
                self._waits(f"Waiting for S3: {wait}")
                quiet = self._clock() + WONDERED_AGAIN
            now = (pipeline.ledger.revision, pipeline.scouts.hint)
            if now != said and pipeline.read_up:
                said = now
                changed()
            return going

        return run

    def _waited_for(self) -> str:
        """What is tried again, in a few words, where nothing is said before the end."""
        pipeline = self._pipeline
        if pipeline.follow:
            return ""
        for word in pipeline.state.split(" · "):
            if "retrying" in word:
                return word
        later = pipeline.remote.postponed if pipeline.remote is not None else 0
        return f"{later:,} object{'s' if later > 1 else ''} to be tried again" if later else ""

    def _batch(self, first: int, size: int, *, in_order: bool = False) -> Sequence[int]:
        """The rows from `first` up to `size` that the filter leaves, by time."""
        rows = self._filtered() if self._nodes else self._pipeline.index.order
        rows = rows[(rows >= first) & (rows < size)]
        if self._pipeline.follow:
            self._printed = self._printed or self._new_printed()
            rows = self._printed.new(rows)
        self._rows = self._in_order(rows) if in_order else rows
        self._wanted = None
        return self._rows  # type: ignore[return-value] # an array of ints is as good as a sequence

    def _in_order(self, rows: NDArray[np.intp]) -> NDArray[np.intp]:
        """Of one time in the order of files and places: the same whichever was read first."""
        index, parts = self._pipeline.index, self._pipeline.parts
        places = [(state.part.name, state.part.start) for state in parts]
        rank = np.empty(len(parts), np.uint32)
        rank[sorted(range(len(parts)), key=places.__getitem__)] = np.arange(len(parts))
        return rows[np.lexsort((index.first_places(rank)[rows], index.times[rows]))]

    def _new_printed(self) -> Printed:
        from tui.core.printed import Printed

        parts = self._pipeline.parts
        return Printed(self._pipeline.index, lambda number: parts[number].part.name)

    def _filtered(self) -> NDArray[np.intp]:
        from tui.core.filters.filtering import Filtering, record_nodes

        if self._filtering is None:
            self._filtering = Filtering(self._pipeline.index)
        filtering = self._filtering
        unsure = filtering.unsure_rows(self._nodes)
        if len(unsure):
            searching = self._pipeline.searching
            searching.look(record_nodes(self._nodes), unsure, filtering.take)
            while (progress := searching.progress()).done < progress.all:
                self._pipeline.pump(None)
            self._unread += progress.unread
        return filtering.rows(self._nodes)

    def rows(self, batch: Sequence[int]) -> Iterable[EventRow]:
        """These rows as the list shows them."""
        event = self._pipeline.index.event
        return (event(int(row)) for row in batch)

    def more(self, batch: Sequence[int]) -> Iterable[More]:
        """What the index knows of these rows beside that."""
        more = self._pipeline.index.more
        return (more(int(row)) for row in batch)

    def places(self, batch: Sequence[int]) -> Iterable[tuple[int, int]]:
        """The (part, position) of these rows."""
        return places(self._pipeline.index, np.asarray(batch))

    def load(self, object_id: int) -> Iterable[tuple[int, bytes]]:
        """The records of this batch's rows in one part, by position."""
        pipeline = self._pipeline
        if self._wanted is None:
            self._wanted = Wanted(pipeline.index, self._rows)
        wanted = self._wanted.positions(object_id)
        for _ in range(TRIES):
            self._bring(object_id)
            try:
                return [*read_records(pipeline, object_id, wanted)]
            except OSError:
                continue  # another program may have cleared the cache in between
        return []

    def _bring(self, object_id: int) -> None:
        """See that an object's bytes are here: those of a bucket may have to be fetched again."""
        came: list[None] = []
        if self._pipeline.bring(object_id, lambda: came.append(None)):
            while not came and self._pipeline.pump(None):
                pass

    def tops(
        self, batch: Sequence[int], name: str, node: Field | Path, *, show_secrets: bool
    ) -> Tops:
        """These rows counted by the values of a field, or by what stands at a path in them."""
        from tui.core.counts import tops

        rows = np.asarray(batch, np.intp)
        if isinstance(node, Field):
            return tops.tops_of(self._pipeline.index, name, node.name, rows)
        records = self._records(rows)
        texts = (texts_at(raw, node.keys, show_secrets=show_secrets) for raw in records)
        return tops.tops_of_texts(name, texts)

    def timeline(self, batch: Sequence[int]) -> Buckets:
        """These rows counted by time."""
        from tui.core.counts.timeline_text import buckets_of

        return buckets_of(self._pipeline.index, np.asarray(batch, np.intp))

    def _records(self, rows: NDArray[np.intp]) -> Iterator[bytes]:
        """The records of some rows, each object read once; those that are gone are left out."""
        for object_id in np.unique(self._pipeline.index.objects(rows)).tolist():
            for _, raw in self.load(object_id):
                yield raw

    def problems(self) -> Sequence[Problem]:
        """What could not be read so far."""
        return self._pipeline.problems()

    def hint(self) -> str:
        """What the sources want to tell, in a sentence; "" for nothing."""
        return self._pipeline.scouts.hint

    def trouble(self) -> str:
        """What kept the filter from being answered, in a sentence; "" for nothing."""
        if self._filtering is None:
            return ""
        from tui.core.filters.filtering import record_nodes

        of_records = self._pipeline.searching.trouble(record_nodes(self._nodes))
        return self._filtering.trouble(self._nodes) or of_records

    def unread(self) -> int:
        """How many events could not be read again for the filter, and so are left out."""
        return self._unread

    def skipped(self) -> Sequence[tuple[str, str]]:
        """The files that are no logs, each with what it looks like."""
        return self._pipeline.ledger.skipped

    def why_nothing(self) -> Sequence[str]:
        """Why no event was given, if any was found: the filter, or what is wanted at all."""
        pipeline = self._pipeline
        sums, pruned = pipeline.sums(), pipeline.ledger.pruned
        if self._nodes and sums.listed and self.trouble():
            return [f"The filter was not answered for all of {sums.listed:,} events."]
        if self._nodes and sums.listed:
            return [f"The filter leaves none of {sums.listed:,} events.", *self._absences()]
        window = pipeline.window
        names = {
            "--since": window.since is not None,
            "--until": window.until is not None,
            "--account": bool(window.accounts),
            "--event-region": bool(window.regions),
        }
        given = ", ".join(name for name, is_given in names.items() if is_given)
        said = []
        if sums.outside:
            said.append(f"{sums.outside:,} events lie outside of what is wanted ({given}).")
        if pruned:
            said.append(
                f"{pruned:,} files were not opened: by their names they hold none ({given})."
            )
        return said

    def _absences(self) -> list[str]:
        """What the filter asks for and was not recorded, or not read."""
        from tui.core.filters.absence import absence
        from tui.core.index.coverage import coverage_of

        filtering = self._filtering
        if filtering is None:
            return []
        coverage = partial(coverage_of, self._pipeline.index, [], 0, 0)
        nodes = [node for node in self._nodes if not filtering.count([node], unsure=True)]
        return [f"{said}." for node in nodes if (said := absence(node, coverage))]

    def objects_read(self) -> int:
        """How many files were read at least in part: all but those that gave only problems."""
        counts = [state.counts for state in self._pipeline.parts if state.counts is not None]
        return sum(each.found > each.unreadable or not each.troubles for each in counts)


def places(index: Index, rows: NDArray[Any]) -> Iterator[tuple[int, int]]:
    """The (part, position) of these rows; what is taken now stays, whatever the index does."""
    objects, positions = index.objects(rows), index.positions(rows)
    return _pairs(objects, positions)


def _pairs(objects: NDArray[Any], positions: NDArray[Any]) -> Iterator[tuple[int, int]]:
    for start in range(0, len(objects), _AT_ONCE):
        part = slice(start, start + _AT_ONCE)
        yield from zip(objects[part].tolist(), positions[part].tolist(), strict=True)


class Wanted:
    """The positions of some rows in each part."""

    def __init__(self, index: Index, rows: NDArray[Any]) -> None:
        objects, positions = index.objects(rows), index.positions(rows)
        order = np.argsort(objects, kind="stable")
        self._objects, self._positions = objects[order], positions[order]

    def positions(self, object_id: int) -> list[int]:
        """Where they stand in a part."""
        first, end = np.searchsorted(self._objects, (object_id, object_id + 1)).tolist()
        found: list[int] = self._positions[first:end].tolist()
        return found


def read_records(
    pipeline: Pipeline, object_id: int, positions: Sequence[int]
) -> Iterable[tuple[int, bytes]]:
    """The records at these positions of a part that is here, without those that are gone.

    May block; any thread. Raises OSError.
    """
    state, fd = pipeline.parts[object_id], pipeline.spool_fd
    worker = Worker(lambda name, start, length: read_bytes(name, start, length, spool_fd=fd))
    raws = worker.raws(state.part, state.mode, positions)
    for position, raw in zip(positions, raws, strict=True):
        if raw is not None:
            yield position, raw


def texts_at(raw: bytes, keys: tuple[str, ...], *, show_secrets: bool) -> list[str]:
    """The texts that stand at a path in a record, as the filter language reads them.

    What is a secret by its name is masked here: a text alone does not tell.
    """
    from tui.core.matching.looking import text_of, values_at
    from tui.core.text import mask_record
    from tui.ingest.content.loose import UNFIT
    from tui.ingest.search_objects import whole_record

    try:
        record: object = whole_record(raw)
    except UNFIT:
        return []
    if not show_secrets:
        record = mask_record(record)[0]
    return [text for value in values_at(record, keys) if (text := text_of(value))]
