"""Writes events into a file, in a thread: whole records, CSV, or a Markdown table."""

from __future__ import annotations

import asyncio
import threading
from concurrent.futures import TimeoutError as NotYet
from functools import partial
from typing import TYPE_CHECKING

from tui.core import export as text
from tui.core.markdown import events_table
from tui.core.private_file import new_file
from tui.core.spool import RecordSpool, ordered_records, ordered_texts
from tui.errors import CloudTrailTuiError
from tui.ingest.content.loose import event_ids
from tui.ingest.feed import TRIES, Wanted, places, read_records

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Iterable, Iterator, Mapping
    from pathlib import Path
    from typing import Any

    from numpy.typing import NDArray

    from tui.core.index.rows import EventRow
    from tui.ingest.pipeline import Pipeline

    Bring = Callable[[int], Coroutine[Any, Any, None]]
    Load = Callable[[int], Iterable[tuple[int, bytes]]]
    """Gives the records of an object, each with its position."""

FORMS = {
    ".json": "json",
    ".jsonl": "json",
    ".ndjson": "json",
    ".csv": "csv",
    ".md": "markdown",
}
"""How a file's name ends → what is written into it."""
_PATIENCE = 0.2
"""Seconds after which a thread that waits looks whether it shall stop."""


class Stopped(Exception):  # noqa: N818  # nothing failed
    """The person, or the end of the program, stopped it."""


class Export:
    """A file that is being written. Whoever draws asks how far it is."""

    def __init__(self, path: Path, rows: NDArray[Any], *, replace: bool = False) -> None:
        """`rows` are written in this order; the form is that of the name's end."""
        self.path = path
        self.rows = rows
        self.replace = replace
        self.form = form_of(path)
        self.done = 0
        """Events that are written, or that could not be read again."""
        self.lost = 0
        """Events whose records could not be read again."""
        self.wrong = ""
        """A sentence, once it has failed."""
        self.written = False
        """Is it there, whole?"""
        self._stop = threading.Event()

    @property
    def stopped(self) -> bool:
        """Shall nothing more be written?"""
        return self._stop.is_set()

    def stop(self) -> None:
        """Write no more, and leave nothing behind."""
        self._stop.set()

    def check(self) -> None:
        """Raises Stopped if it was stopped."""
        if self._stop.is_set():
            raise Stopped

    def outcome(self) -> str:
        """What became of it, in a sentence."""
        if self.wrong:
            return self.wrong
        if not self.written:
            return "The export was stopped: nothing was written"
        count = self.done - self.lost
        written = f"{count:,} event{'s' if count != 1 else ''} written to {self.path}"
        gone = f" · {self.lost:,} could not be read again: their files changed or went away"
        return written + (gone if self.lost else "")


def form_of(path: Path) -> str:
    """What is written into a file of this name: json, csv, markdown; "" for nothing we know."""
    return FORMS.get(path.suffix.lower(), "")


class Exporter:
    """Writes exports from a pipeline's records."""

    def __init__(
        self, pipeline: Pipeline, *, accounts: Mapping[str, str], show_secrets: bool
    ) -> None:
        self._pipeline = pipeline
        self._accounts = accounts
        self._show_secrets = show_secrets

    async def run(self, export: Export, bring: Bring, notes: Mapping[int, str]) -> None:
        """Write it; what goes wrong stands in the export.

        `bring` fetches an object if it is not here; `notes` are what a person wrote, by row.
        """
        loop = asyncio.get_running_loop()

        def wait_for(object_id: int) -> None:
            """Have an object brought, from the thread that writes."""
            coming = asyncio.run_coroutine_threadsafe(bring(object_id), loop)
            while True:
                try:
                    coming.result(_PATIENCE)
                except NotYet:
                    if export.stopped:
                        coming.cancel()
                        raise Stopped from None
                else:
                    return

        index, rows = self._pipeline.index, export.rows
        load = partial(self._load, Wanted(index, rows), wait_for)
        if export.form == "json":
            events = self._records(export, places(index, rows), load)
        elif export.form == "csv":
            events = self._csv(export, places(index, rows), load)
        else:
            events = self._table(export, notes)
        try:
            await asyncio.to_thread(_write, export, events)
        finally:
            # Cancelled from outside, the thread goes on until it looks.
            export.stop()

    def _load(
        self, wanted: Wanted, wait_for: Callable[[int], None], object_id: int
    ) -> Iterable[tuple[int, bytes]]:
        """The wanted records of an object, by position."""
        positions = wanted.positions(object_id)
        for _ in range(TRIES):
            wait_for(object_id)
            try:
                return [*read_records(self._pipeline, object_id, positions)]
            except OSError:
                continue
        return []

    def _records(
        self, export: Export, order: Iterable[tuple[int, int]], load: Load
    ) -> Iterator[bytes]:
        with RecordSpool() as spool:
            for raw in ordered_records(order, load, spool):
                export.done += 1
                if raw is None:
                    export.lost += 1
                    continue
                yield text.json_line(raw, show_secrets=self._show_secrets, for_terminal=False)

    def _csv(self, export: Export, order: Iterable[tuple[int, int]], load: Load) -> Iterator[bytes]:
        index = self._pipeline.index
        yield text.csv_header().encode()
        with RecordSpool() as spool:
            ids = ordered_texts(order, lambda number: event_ids(load(number)), spool)
            for row, event_id in zip(export.rows, ids, strict=True):
                event, more = index.event(int(row)), index.more(int(row))
                told = more._replace(event_id=event_id)
                yield text.csv_line(event, told, show_secrets=self._show_secrets).encode()
                export.done += 1

    def _table(self, export: Export, notes: Mapping[int, str]) -> Iterator[bytes]:
        index = self._pipeline.index

        def events() -> Iterator[tuple[EventRow, str]]:
            for row in export.rows:
                yield index.event(int(row)), notes.get(int(row), "")
                export.done += 1

        table = events_table(events(), self._accounts, show_secrets=self._show_secrets)
        yield from (line.encode() for line in table)


def _write(export: Export, lines: Iterable[bytes]) -> None:
    try:
        with new_file(export.path, replace=export.replace) as file:
            for line in lines:
                export.check()
                file.write(line)
        export.written = True
    except Stopped:
        pass
    except FileExistsError:
        export.wrong = f"{export.path} is there already"
    except OSError as error:
        export.wrong = f"{export.path} cannot be written: {error.strerror}"
    except CloudTrailTuiError as error:
        export.wrong = str(error)
