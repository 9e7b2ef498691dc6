"""Whole records in the order of their time, out of files that hold them in another.

Files overlap in time: the records of one file are wanted between those of others. Each file is
read once; what it holds and what comes later waits in memory, and beyond a bound in a
temporary file that has no name and that nobody else can read.
"""

from __future__ import annotations

import os
import tempfile
from array import array
from bisect import bisect_left
from typing import TYPE_CHECKING, BinaryIO, cast

from tui.errors import CloudTrailTuiError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from types import TracebackType

IN_MEMORY = 64 << 20
"""Bytes of records that wait in memory before the rest goes to the temporary file."""

_LENGTH_BITS = 25
"""A longer record (the reader refuses one of 16 MiB) would wait in memory."""

_OVERHEAD = 150  # bytes that a record in memory costs beside its own: dict entry, int, header


class _Waiting:
    """The records of one object that are still wanted."""

    __slots__ = ("count", "held", "places", "positions")

    def __init__(self) -> None:
        self.count = 0
        self.held: dict[int, bytes] = {}
        self.positions = array("q")
        """Positions of the records in the file, ascending once the object is loaded."""
        self.places = array("q")
        """Beside each: offset in the file and length, packed; -1 once taken."""

    def sort(self) -> None:
        """Make `positions` searchable; a reader normally gives them in order already."""
        pairs = sorted(zip(self.positions, self.places, strict=True))
        self.positions = array("q", (position for position, _ in pairs))
        self.places = array("q", (place for _, place in pairs))


class RecordSpool:
    """Keeps the records of loaded objects until each was taken once."""

    def __init__(self, *, in_memory: int = IN_MEMORY, folder: str | None = None) -> None:
        self._free = in_memory
        self._folder = folder
        self._objects: dict[int, _Waiting] = {}
        self._file: BinaryIO | None = None
        self._end = 0
        self._in_file = 0

    def __enter__(self) -> RecordSpool:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Give the temporary file back."""
        if self._file is not None:
            self._file.close()
            self._file = None
        self._objects.clear()

    def put(self, object_id: int, records: Iterable[tuple[int, bytes]]) -> None:
        """Keep the records of an object by their positions. The object may be a stream."""
        waiting = self._objects[object_id] = _Waiting()
        ascending = True
        for position, raw in records:
            waiting.count += 1
            cost = len(raw) + _OVERHEAD
            if cost <= self._free or len(raw) >> _LENGTH_BITS:
                self._free -= cost
                waiting.held[position] = raw
                continue
            if waiting.positions and position < waiting.positions[-1]:
                ascending = False
            waiting.positions.append(position)
            waiting.places.append(self._write(raw) << _LENGTH_BITS | len(raw))
        if not ascending:
            waiting.sort()

    def take(self, object_id: int, position: int) -> bytes | None:
        """Give a record out and forget it; None if its object did not have it."""
        waiting = self._objects.get(object_id)
        if waiting is None:
            return None
        raw = waiting.held.pop(position, None)
        if raw is not None:
            self._free += len(raw) + _OVERHEAD
        else:
            at = bisect_left(waiting.positions, position)
            if at == len(waiting.positions) or waiting.positions[at] != position:
                return None
            place, waiting.places[at] = waiting.places[at], -1
            if place < 0:
                return None
            raw = self._read(place)
        waiting.count -= 1
        if not waiting.count:
            # The object stays known, so that it is not loaded again.
            self._objects[object_id] = _Waiting()
        return raw

    def knows(self, object_id: int) -> bool:
        """Whether the object was put here before."""
        return object_id in self._objects

    def _write(self, raw: bytes) -> int:
        try:
            if self._file is None:
                # It has no name where the system can do that, else loses it at once; 0600.
                self._file = cast(BinaryIO, tempfile.TemporaryFile(dir=self._folder))  # noqa: SIM115  # closed by close()
            if not self._in_file:
                self._end = 0
                self._file.seek(0)
                self._file.truncate()
            self._file.write(raw)
        except OSError as error:
            raise _no_room(error) from error
        start = self._end
        self._end += len(raw)
        self._in_file += 1
        return start

    def _read(self, place: int) -> bytes:
        assert self._file is not None
        try:
            self._file.flush()
        except OSError as error:
            raise _no_room(error) from error
        self._in_file -= 1
        length = place & (1 << _LENGTH_BITS) - 1
        return os.pread(self._file.fileno(), length, place >> _LENGTH_BITS)


def _no_room(error: OSError) -> CloudTrailTuiError:
    return CloudTrailTuiError(
        f"There is no room for records that wait for their turn: {error.strerror}. "
        f"TMPDIR can name a folder that has some."
    )


def ordered_records(
    order: Iterable[tuple[int, int]],
    load: Callable[[int], Iterable[tuple[int, bytes]]],
    spool: RecordSpool,
) -> Iterator[bytes | None]:
    """Give the records at (object ID, position) in the order asked for, each asked for once.

    `load` reads an object and gives the position and bytes of each record that is wanted from
    it (more is allowed, but waits in vain); it is called once for an object. None stands for a
    record that its object no longer has.
    """
    for object_id, position in order:
        if not spool.knows(object_id):
            spool.put(object_id, load(object_id))
        yield spool.take(object_id, position)


def ordered_texts(
    order: Iterable[tuple[int, int]],
    load: Callable[[int], Iterable[tuple[int, bytes]]],
    spool: RecordSpool,
) -> Iterator[str]:
    """The same where something short stands for each record; "" for one that is no longer there."""
    for raw in ordered_records(order, load, spool):
        yield "" if raw is None else raw.decode("utf-8", "surrogatepass")
