"""Reading one event's whole record again, and making sure that it is still the same event."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from tui.core.rules.call import service_name
from tui.ingest.content.loose import UNFIT, load
from tui.ingest.encoding.stamps import event_numbers, event_times
from tui.ingest.processes.worker import Worker
from tui.sources.readers import read_bytes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tui.core.index.index import Fingerprint
    from tui.ingest.jobs import Part


class Place(NamedTuple):
    """Where a record stands."""

    part: Part
    mode: int
    position: int


class Found(NamedTuple):
    """A record that was read again, or the reason why it was not."""

    raw: bytes | None
    record: Any
    note: str


def find(places: Sequence[Place], expected: Fingerprint, spool_fd: int | None) -> Found:
    """The record from the first of its places that still holds it. May block; any thread."""
    worker = Worker(lambda name, start, length: read_bytes(name, start, length, spool_fd=spool_fd))
    note = "It is not known where this event came from."
    for place in places:
        try:
            raw = worker.raws(place.part, place.mode, [place.position])[0]
        except OSError as error:
            reason = "has gone" if isinstance(error, FileNotFoundError) else error.strerror
            note = f"{place.part.name}: the file {reason}; this is what the index knows."
            continue
        if raw is None:
            note = f"{place.part.name}: the file has changed; this is what the index knows."
            continue
        try:
            record = load(raw)
        except UNFIT:
            return Found(raw, None, "The record is nested too deeply, or too broken, to be shown.")
        if isinstance(record, dict) and _is_same(record, expected):
            return Found(raw, record, "")
        note = f"{place.part.name}: the file has changed; this is what the index knows."
    return Found(None, None, note)


def _is_same(record: dict[str, Any], expected: Fingerprint) -> bool:
    source, name, identity = (record.get(key) for key in ("eventSource", "eventName", "eventID"))
    if isinstance(source, str) and service_name(source) != expected.service:
        return False
    if isinstance(name, str) and name != expected.event:
        return False
    stamp = record.get("eventTime", record.get("@timestamp"))
    time = int(event_times([stamp if isinstance(stamp, str) else None])[0])
    if isinstance(stamp, str) and time != expected.time:
        return False
    number = int(event_numbers([identity if isinstance(identity, str) else None])[0])
    return not isinstance(identity, str) or number == expected.event_id
