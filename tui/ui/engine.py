"""The engine on the screen's event loop: its messages are handled as they come, a few at a time."""

from __future__ import annotations

import asyncio
import gc
import time
from typing import TYPE_CHECKING

from tui.core.rules.flags import Flag
from tui.ingest.processes.memory import give_back_memory, return_large_arrays

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tui.ingest.pipeline import Pipeline
    from tui.ingest.records import Found
    from tui.ui.exporting import Export
    from tui.ui.protocols import RecordAnswer

_TICK = 2.0
_WORKED, _RESTING = 0.3, 0.03
"""Seconds of CPU after which memory may be given back, and in a tick at most while resting."""


class LoopEngine:
    """Lets the pipeline run between keys, and reads whole records in a thread."""

    def __init__(
        self,
        pipeline: Pipeline,
        *,
        accounts: Mapping[str, str] | None = None,
        show_secrets: bool = False,
    ) -> None:
        self._pipeline = pipeline
        self._accounts = dict(accounts or {})
        self._show_secrets = show_secrets
        self._on_change: Callable[[], None] | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._tick: asyncio.TimerHandle | None = None
        self._asked: set[asyncio.Task[None]] = set()
        self._exports: set[Export] = set()
        self._loading = True
        self._cpu = self._cpu_then = 0.0
        """Seconds of CPU that the program had used at the last tick, and when it gave back."""

    @property
    def state(self) -> str:
        """What following is at, in a few words."""
        return self._pipeline.state

    def start(self, on_change: Callable[[], None]) -> None:
        """Handle what the processes send from now on; call it on the event loop."""
        self._on_change = on_change
        # A look through a million events' dictionaries would stop the screen for 50 ms.
        gc.disable()
        return_large_arrays()
        self._loop = asyncio.get_running_loop()
        self._loop.add_reader(self._pipeline.fileno(), self._pump)
        self._tick = self._loop.call_later(_TICK, self._again)

    def stop(self) -> None:
        """Handle nothing any more; whoever made the pipeline closes it."""
        if self._loop is not None:
            self._loop.remove_reader(self._pipeline.fileno())
            self._loop = None
        if self._tick is not None:
            self._tick.cancel()
        # A thread that writes ends when it looks; one that is not told would be waited for.
        for export in self._exports:
            export.stop()
        for task in self._asked:
            task.cancel()

    def _pump(self) -> None:
        changed = self._pipeline.pump()
        if self._loading and not self._pipeline.loading:
            self._loading = False
            # What loading made stays: look through it once, and never again.
            gc.collect()
            gc.freeze()
            gc.enable()
        if changed and self._on_change is not None:
            self._on_change()

    def _again(self) -> None:
        if self._loop is None:
            return
        if self._pipeline.tick() and self._on_change is not None:
            self._on_change()
        self._give_back()
        self._tick = self._loop.call_later(_TICK, self._again)

    def _give_back(self) -> None:
        """Return memory to the system when there was work and nobody waits any more."""
        before, self._cpu = self._cpu, time.process_time()
        if self._cpu - before < _RESTING and self._cpu - self._cpu_then > _WORKED:
            self._cpu_then = self._cpu
            give_back_memory()

    def poll_now(self) -> None:
        """Let the sources look for what is new."""
        self._pipeline.poll_now()

    def cancel(self) -> None:
        """Read no more of what was there at the start."""
        self._pipeline.cancel()

    def export(self, export: Export, notes: Mapping[int, str], then: Callable[[], None]) -> None:
        """Write events into a file; `then` is called when that is over. `notes` are by row."""
        from tui.ui.exporting import Exporter

        assert self._loop is not None
        exporter = Exporter(
            self._pipeline, accounts=self._accounts, show_secrets=self._show_secrets
        )
        self._exports.add(export)

        async def run() -> None:
            try:
                await exporter.run(export, self._bring_object, notes)
            finally:
                self._exports.discard(export)
            then()

        task = self._loop.create_task(run())
        self._asked.add(task)
        task.add_done_callback(self._asked.discard)

    def request_record(self, row: int, callback: RecordAnswer) -> None:
        """Read an event's whole record again and give it, masked, with its summary."""
        assert self._loop is not None
        task = self._loop.create_task(self._fetch(row, callback))
        self._asked.add(task)
        task.add_done_callback(self._asked.discard)

    async def _fetch(self, row: int, callback: RecordAnswer) -> None:
        index = self._pipeline.index
        await self._bring(row)
        places = self._pipeline.places(row)
        found, record, summary = await asyncio.to_thread(self._read, places, index.fingerprint(row))
        if not summary:
            summary = self._known(row)
        notes = [found.note] if found.note else []
        if index.event(row).flags & Flag.DOUBLED:
            notes.append("Another event has the same eventID and other content.")
        callback(row, record, found.raw, notes, summary)

    async def _bring(self, row: int) -> None:
        """See that the object with a record is at hand: one of a bucket may have to be fetched."""
        await self._bring_object(self._pipeline.places(row)[0].part.object_id)

    async def _bring_object(self, number: int) -> None:
        came = asyncio.Event()
        if self._pipeline.bring(number, came.set):
            await came.wait()

    def _read(self, places: list, expected: object) -> tuple[Found, object, list[str]]:  # type: ignore[type-arg]
        from tui.core.rules.event import summary
        from tui.core.text import mask_record
        from tui.ingest.records import find

        found = find(places, expected, self._pipeline.spool_fd)  # type: ignore[arg-type]
        record = found.record
        if record is not None and not self._show_secrets:
            record = mask_record(record)[0]
        told = summary(record, self._accounts) if isinstance(record, dict) else []
        return found, record, told

    def _known(self, row: int) -> list[str]:
        """What the index knows of an event whose record cannot be had."""
        event = self._pipeline.index.event(row)
        first = [event.who, event.address, event.region, event.account]
        second = [event.event, event.target, event.note, event.result]
        return [" · ".join(part for part in line if part) for line in (first, second)]


__all__ = ["LoopEngine"]
