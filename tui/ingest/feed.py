"""The engine without a screen: all events there are in the order of time, then what comes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from tui.ingest.worker import Worker
from tui.sources.readers import read_bytes

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from numpy.typing import NDArray

    from tui.core.export import More
    from tui.core.rows import EventRow, Problem
    from tui.ingest.pipeline import Pipeline


class PipelineFeed:
    """What printing asks of the engine (see `headless.Feed`)."""

    def __init__(self, pipeline: Pipeline) -> None:
        self._pipeline = pipeline
        self._rows: NDArray[np.intp] = np.zeros(0, np.intp)

    def batches(self) -> Iterator[Sequence[int]]:
        """Row ids: first all that was there at the start, then what each look brought."""
        pipeline = self._pipeline
        while not pipeline.idle and pipeline.run():
            pass
        index = pipeline.index
        yield self._batch(index.order)
        printed = index.size
        while pipeline.run():
            if index.size > printed and pipeline.idle:
                order = index.order
                yield self._batch(order[order >= printed])
                printed = index.size

    def _batch(self, rows: NDArray[np.intp]) -> Sequence[int]:
        self._rows = rows
        return rows  # type: ignore[return-value] # an array of ints is as good as a sequence

    def rows(self, batch: Sequence[int]) -> Iterable[tuple[EventRow, More]]:
        """What the index knows of these rows."""
        index = self._pipeline.index
        for row in batch:
            yield index.event(int(row)), index.more(int(row))

    def places(self, batch: Sequence[int]) -> Iterable[tuple[int, int]]:
        """The (part, position) of these rows."""
        index = self._pipeline.index
        rows = np.asarray(batch)
        return zip(index.objects(rows).tolist(), index.positions(rows).tolist(), strict=True)

    def load(self, object_id: int) -> Iterable[tuple[int, bytes]]:
        """The records of this batch's rows in one part, by position."""
        pipeline = self._pipeline
        index = pipeline.index
        rows = self._rows
        positions = index.positions(rows[index.objects(rows) == object_id]).tolist()
        state = pipeline.parts[object_id]
        fd = pipeline.spool_fd
        worker = Worker(lambda name, start, length: read_bytes(name, start, length, spool_fd=fd))
        try:
            raws = worker.raws(state.part, state.mode, positions)
        except OSError:
            return
        for position, raw in zip(positions, raws, strict=True):
            if raw is not None:
                yield position, raw

    def problems(self) -> Sequence[Problem]:
        """What could not be read so far."""
        return self._pipeline.problems()

    def skipped(self) -> Sequence[tuple[str, str]]:
        """The files that are no logs, each with what it looks like."""
        return self._pipeline.ledger.skipped

    def objects_read(self) -> int:
        """How many files were read at least in part: all but those that gave only problems."""
        counts = [state.counts for state in self._pipeline.parts if state.counts is not None]
        return sum(each.found > each.unreadable or not each.troubles for each in counts)
