"""Events that a person marked, each with a note or without: known by what they are, not by rows.

A row number is good for one run. A mark is kept by the event's ID and its time (of an event
without an ID by its name and time), and found again in whatever row it is the next time.
"""

from __future__ import annotations

import hashlib
import json
import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    import numpy as np
    from numpy.typing import NDArray

    from tui.core.index.index import Index

MOST = 500
"""Marks of one source."""
LONGEST_NOTE = 400
"""Characters."""
MOST_NOTES = 40_000
"""Bytes of all notes of one source, as they are kept."""
MOST_SOURCES = 10
"""Sources whose marks are kept; beyond it those go that were not marked in for longest."""
SECTION, KEY = "marks", "sources"
"""Where the state has them."""

_ID = "%016x@%d"
_NAMED = "n%s@%d"

_KEY = re.compile(r"n?[0-9a-f]{16}@(-?[0-9]{1,19})")


class MarksFull(Exception):  # noqa: N818  # as `queue.Full`: nothing failed
    """There is no room for one more; the message is a sentence for a person."""


class Marks:
    """The marks of a source; `keep` is called with them after each change."""

    def __init__(
        self,
        kept: Iterable[tuple[str, str]] = (),
        keep: Callable[[list[list[str]]], None] | None = None,
    ) -> None:
        """`kept` are marks of an earlier run: keys and notes."""
        self._notes = dict(kept)
        self._keep = keep
        self._looked = 0
        self._found: set[int] = set()
        self.generation = 0
        """Another number after each change."""

    def __len__(self) -> int:
        return len(self._notes)

    def marked(self, index: Index, row: int) -> bool:
        """Whether an event is marked."""
        return bool(self._notes) and _key(index, row) in self._notes

    def note(self, index: Index, row: int) -> str:
        """What a person wrote beside an event; "" for nothing."""
        return self._notes.get(_key(index, row), "") if self._notes else ""

    def toggle(self, index: Index, row: int) -> bool:
        """Mark an event, or no longer (its note goes too); True if it is marked now.

        Raises MarksFull.
        """
        key = _key(index, row)
        if key in self._notes:
            del self._notes[key]
        else:
            self._add(row, key, "")
        self._changed()
        return key in self._notes

    def write(self, index: Index, row: int, note: str) -> None:
        """Write a note beside an event, which marks it; "" for none. Raises MarksFull."""
        note = note.strip()[:LONGEST_NOTE]
        self._add(row, _key(index, row), note)
        self._changed()

    def _add(self, row: int, key: str, note: str) -> None:
        before = self._notes.get(key)
        if before is None and len(self._notes) >= MOST:
            raise MarksFull(f"{MOST} events are marked: there is no room for more")
        size = sum(_size(each) for each in self._notes.values())
        if note and size - _size(before or "") + _size(note) > MOST_NOTES:
            raise MarksFull("The notes are full: there is no room for more")
        self._notes[key] = note
        self._found.add(row)

    def clear(self) -> int:
        """Take all marks and notes away; gives how many there were."""
        count = len(self._notes)
        self._notes.clear()
        self._changed()
        return count

    def _changed(self) -> None:
        self.generation += 1
        if self._keep is not None:
            self._keep([[key, note] for key, note in self._notes.items()])

    def rows(self, index: Index) -> NDArray[np.intp]:
        """The marked events that there are now, the oldest first."""
        import numpy as np

        self._look(index)
        rows = [row for row in self._found if self.marked(index, row)]
        found = np.array(rows, np.intp)
        # Rows that are gone are no longer in the order.
        listed = index.order[np.isin(index.order, found)] if rows else found
        return listed.astype(np.intp, copy=False)

    def _look(self, index: Index) -> None:
        """Look for marks of earlier runs among the rows that are new since the last time."""
        first, self._looked = self._looked, index.size
        if not self._notes or first == self._looked:
            return
        import numpy as np

        # Times are the smaller test: any mark has one, and few events share it.
        times = {int(key.rpartition("@")[2]) for key in self._notes}
        wanted = np.fromiter(times, np.int64, len(times))
        near = first + np.flatnonzero(np.isin(index.times[first:], wanted))
        self._found.update(row for row in near.tolist() if self.marked(index, row))


def _key(index: Index, row: int) -> str:
    seen = index.fingerprint(row)
    if seen.event_id:
        return _ID % (seen.event_id, seen.time)
    name = f"{seen.service}:{seen.event}".encode("utf-8", "surrogatepass")
    return _NAMED % (hashlib.blake2b(name, digest_size=8).hexdigest(), seen.time)


def _size(note: str) -> int:
    return len(json.dumps(note))


# -- between runs


def source_key(places: Iterable[str]) -> str:
    """Under what the marks of these sources are kept: nothing that tells where they are."""
    names = "\0".join(sorted(places))
    return hashlib.blake2b(names.encode("utf-8", "surrogateescape"), digest_size=12).hexdigest()


def recalled(kept: object, source: str) -> list[tuple[str, str]]:
    """The marks of a source out of what a file held; what makes no sense is left out."""
    entry: Any = kept.get(source) if isinstance(kept, dict) else None
    if not isinstance(entry, dict) or not isinstance(entry.get("marks"), list):
        return []
    return [
        (mark[0], mark[1][:LONGEST_NOTE])
        for mark in entry["marks"][:MOST]
        if isinstance(mark, list)
        and len(mark) == 2
        and all(isinstance(part, str) for part in mark)
        and _is_key(mark[0])
    ]


def _is_key(text: str) -> bool:
    found = _KEY.fullmatch(text)
    return found is not None and -(1 << 63) <= int(found[1]) < 1 << 63


def kept_with(
    kept: object, source: str, marks: list[list[str]], now: float
) -> dict[str, dict[str, object]]:
    """What a file held, with the marks of a source as they are now (seconds since 1970)."""
    entries: dict[str, dict[str, object]] = {}
    if isinstance(kept, dict):
        entries = {name: entry for name, entry in kept.items() if isinstance(entry, dict)}
    entries.pop(source, None)
    if marks:
        entries[source] = {"at": int(now), "marks": marks}
    newest = sorted(entries, key=lambda name: (name == source, _at(entries[name])))
    return {name: entries[name] for name in newest[-MOST_SOURCES:]}


def _at(entry: dict[str, object]) -> int:
    at = entry.get("at")
    return at if isinstance(at, int) else 0
