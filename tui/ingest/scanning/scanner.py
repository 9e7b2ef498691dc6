"""Feeds delivered log files to the compiled reader, and works out what its numbers mean.

The kernel numbers raw bytes. Here each new number is looked at once and becomes a code of the
encoder's, so that rows of both readers stand in one batch; then a column of numbers becomes one of
codes by a look-up in an array. Rows whose targets the numbers do not tell are decoded and named
one by one, as the encoder does.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from tui.core.index.batch import PENDING
from tui.ingest.compiled import layout
from tui.ingest.content.salvage import MAX_RECORD
from tui.ingest.encoding import typed
from tui.ingest.encoding.rows import Rows
from tui.ingest.encoding.stamps import event_numbers, event_times
from tui.ingest.scanning.entries import Entries
from tui.ingest.scanning.meanings import Meanings
from tui.ingest.scanning.new_entries import text_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from tui.core.index.batch import Details
    from tui.ingest.encoding.encode import Encoder

_FIRST_BUFFER = 1 << 21
_LARGE_BUFFER = 1 << 24
"""A larger one is not kept: few files need it."""
_ZEROS = bytes(layout.PAD)
_FIRST_ROWS = 1 << 12


class Waiting(NamedTuple):
    """An event that only its whole record tells."""

    number: int
    """Its file's."""
    position: int
    """Which of its file's events it is."""
    raw: bytes


class Scanner:
    """Reads files into an encoder's columns. Lives as long as its encoder.

    A file is read as soon as it is unpacked, while the processor has it at hand; what its numbers
    mean is worked out for several files together.
    """

    def __init__(self, encoder: Encoder, call: Callable[[NDArray[np.int64]], int]) -> None:
        """`call` is the kernel's `scan`, compiled; it takes what `scan` is given."""
        self._encoder = encoder
        self._call = call
        self._scratch = np.zeros(layout.KEYS * layout.LONGEST_KEY + layout.PAD, np.uint8)
        self._begin()
        self._clear()

    def _begin(self) -> None:
        self._entries = Entries()
        self._meanings = Meanings(self._encoder, self._entries)
        self._given: NDArray[np.int64] | None = None

    def _clear(self) -> None:
        self._buffer = np.zeros(_FIRST_BUFFER, np.uint8)
        self._rows = np.zeros((_FIRST_ROWS, layout.COLUMNS), np.int32)
        self._times = np.zeros(_FIRST_ROWS, np.int64)
        self._ids = np.zeros(_FIRST_ROWS, np.uint64)
        self._given = None
        self._start_group()

    def _start_group(self) -> None:
        self.size = 0
        """Bytes of the files that were taken and are not finished."""
        self._count = 0
        self._parts: list[tuple[int, int]] = []

    def take(self, content: bytes, number: int) -> int:
        """Read a file, which the batch shall know by `number`; returns how many events it has.

        They are there when `finish` was called. -1: another reader has to take it.
        """
        start = self._put(content)
        count = self._scan(start, start + len(content))
        if count < 0:
            return -1
        if len(content) > MAX_RECORD and _longest(self._rows[self._count :][:count]) > MAX_RECORD:
            return -1  # what is too large is told by the others
        self.size = start + len(content) + layout.PAD
        if count:
            self._count += count
            self._parts.append((number, count))
        return count

    def finish(self, tell: Callable[[bytes], Details | None] | None = None) -> list[Waiting]:
        """Add the events of all files that were taken; returns those that need another look.

        `tell` looks at whole records, where only these tell; without it such events are PENDING.
        """
        waiting = self._finish(tell) if self._count else []
        if len(self._buffer) > _LARGE_BUFFER:
            self._clear()
        else:
            self._start_group()
        if self._entries.is_large:
            self._begin()
        return waiting

    def _finish(self, tell: Callable[[bytes], Details | None] | None) -> list[Waiting]:
        rows = self._rows[: self._count]
        self._look_at_new()
        self._meanings.learn()
        columns, waits = self._columns(rows)
        numbers, counts = zip(*self._parts, strict=True)
        which = np.repeat(np.array(numbers, np.uint32), counts)
        positions = np.concatenate([np.arange(count, dtype=np.uint32) for count in counts])
        waiting = []
        for row in waits:
            start, end = rows[row, :2]
            raw = self._buffer[start:end].tobytes()
            details = tell(raw) if tell is not None else None
            if details is None:
                columns["flags"][row] = PENDING
                waiting.append(Waiting(int(which[row]), int(positions[row]), raw))
            else:
                self._put_told(columns, row, self._encoder.codes_of(details))
        self._encoder.add_rows(Rows(**columns, which=which, position=positions), self._parts)
        return waiting

    def _put(self, content: bytes) -> int:
        """Copy a file behind those that are there; returns where it begins."""
        start = self.size
        end = start + len(content)
        if end + layout.PAD > len(self._buffer):
            buffer = np.zeros(max(end + layout.PAD, 2 * start), np.uint8)
            buffer[:start] = self._buffer[:start]
            self._buffer, self._given = buffer, None
        view = self._buffer.data
        view[start:end] = content
        view[end : end + layout.PAD] = _ZEROS
        return start

    def _scan(self, start: int, end: int) -> int:
        """Let the kernel read it, and again whenever it wants more room; returns what it says."""
        self._have_rows(self._count + (end - start >> 10))  # or it would begin again and again
        while True:
            if self._entries.make_room():
                self._given = None
            if self._given is None:
                self._given = self._arrays()
            self._given[layout.G_START] = start
            self._given[layout.G_END] = end
            self._given[layout.G_COUNT] = self._count
            count = self._call(self._given)
            if count == layout.NO_ROWS:
                self._have_rows(2 * len(self._rows))
            elif count != layout.NO_ENTRIES:
                return count

    def _look_at_new(self) -> None:
        """Let the kernel tell the `beginnings` of new entries."""
        given = self._arrays()
        given[layout.G_TASK] = layout.BEGIN
        given[layout.G_START] = self._entries.seen
        self._call(given)

    def _have_rows(self, count: int) -> None:
        if count <= len(self._rows):
            return
        used = self._count
        rows = np.zeros((count, layout.COLUMNS), np.int32)
        times, ids = np.zeros(count, np.int64), np.zeros(count, np.uint64)
        for new, old in ((rows, self._rows), (times, self._times), (ids, self._ids)):
            new[:used] = old[:used]
        self._rows, self._times, self._ids = rows, times, ids
        self._given = None

    def _arrays(self) -> NDArray[np.int64]:
        """What the kernel is given, but for the file."""
        entries = self._entries
        given = np.zeros(layout.GIVEN, np.int64)
        for place, array in (
            (layout.G_BASE, self._buffer),
            (layout.G_ROWS, self._rows),
            (layout.G_TIMES, self._times),
            (layout.G_IDS, self._ids),
            (layout.G_WORK, entries.work),
            (layout.G_SCRATCH, self._scratch),
            (layout.G_TABLE, entries.table),
            (layout.G_BLOB, entries.blob),
            (layout.G_OFFSETS, entries.offsets),
            (layout.G_KINDS, entries.kinds),
            (layout.G_PLACES, entries.places),
            (layout.G_FINALS, entries.finals),
            (layout.G_BEGINNINGS, entries.beginnings),
        ):
            given[place] = array.ctypes.data
        given[layout.G_MOST_ROWS] = len(self._rows)
        given[layout.G_SLOTS] = len(entries.table)
        given[layout.G_ROOM] = len(entries.blob)
        given[layout.G_MOST] = len(entries.offsets)
        return given

    # Rows

    def _columns(self, rows: NDArray[np.int32]) -> tuple[dict[str, Any], list[int]]:
        """The columns of some rows, and which of them only whole records tell."""
        finals, total = self._entries.finals, len(rows)
        zeros = np.zeros((5, total), np.uint32)
        columns: dict[str, Any] = {
            "call": finals[rows[:, layout.R_CALL]],
            "origin": finals[rows[:, layout.R_ORIGIN]],
            "address": finals[rows[:, layout.R_ADDRESS]],
            "useragent": finals[rows[:, layout.R_USERAGENT]],
            "target": zeros[0],
            "object": zeros[1],
            "note": zeros[2],
            "newkey": zeros[3],
            "flags": zeros[4],
            "time": self._times[:total].copy(),
            "event_id": self._ids[:total].copy(),
        }
        self._odd_stamps(rows, columns)
        state = rows[:, layout.R_STATE]
        target = columns["target"]
        named = np.flatnonzero(state == layout.BY_NAME)
        target[named] = finals[rows[named, layout.R_TARGET]]
        things = named[rows[named, layout.R_OBJECT] >= 0]
        columns["object"][things] = finals[rows[things, layout.R_OBJECT]] * (target[things] > 0)
        for row in np.flatnonzero(state == layout.EVERYTHING).tolist():
            target[row] = self._meanings.everything.get(int(rows[row, layout.R_MEMO]), 0)
        state = self._remember(rows, columns)
        self._hand_out(rows, columns)
        open_rows = np.flatnonzero((target == 0) & (state != layout.BY_MEMO))
        whole = self._modes(rows[open_rows]) == layout.WHOLE
        asked = open_rows[~whole & (state[open_rows] != layout.WAITS)]
        if len(asked):
            for name, codes in self._told(rows, asked, columns["origin"]).items():
                columns[name][asked] = codes
        return columns, np.flatnonzero(target == 0).tolist()

    def _odd_stamps(self, rows: NDArray[np.int32], columns: dict[str, Any]) -> None:
        """Times and IDs in other forms than the usual ones."""
        odd = np.flatnonzero(columns["time"] < 0)
        if len(odd):
            texts = self._texts_at(rows[odd, layout.R_TIME_START], rows[odd, layout.R_TIME_END])
            columns["time"][odd] = event_times(texts)
        odd = np.flatnonzero(columns["event_id"] == 0)
        if len(odd):
            texts = self._texts_at(rows[odd, layout.R_ID_START], rows[odd, layout.R_ID_END])
            columns["event_id"][odd] = event_numbers(texts)

    def _texts_at(self, starts: NDArray[np.int32], ends: NDArray[np.int32]) -> list[str | None]:
        """What stands there in the buffer; None: nothing does."""
        return [
            text_of(self._buffer[start:end].tobytes()) if end > start else None
            for start, end in zip(starts.tolist(), ends.tolist(), strict=True)
        ]

    def _remember(self, rows: NDArray[np.int32], columns: dict[str, Any]) -> NDArray[np.int32]:
        """Targets that depend on all parameters: the same parameters, the same target.

        Returns the states of the rows: what handed out a key in an unusual way is not remembered,
        for its note depends on the account too.
        """
        state = rows[:, layout.R_STATE].copy()
        remembered = np.flatnonzero(state == layout.BY_MEMO)
        if not len(remembered):
            return state
        handing = self._modes(rows[remembered]) == layout.HANDING
        state[remembered[handing]] = layout.BY_RECORD
        remembered = remembered[~handing]
        memos = rows[remembered, layout.R_MEMO]
        numbers, first = np.unique(memos, return_index=True)
        is_new = ~self._entries.remembered[numbers]
        if is_new.any():
            new = numbers[is_new]
            told = self._told(rows, remembered[first[is_new]], columns["origin"])
            for column, name in enumerate(layout.MEMO_COLUMNS):
                self._entries.memos[new, column] = told[name]
            self._entries.remembered[new] = True
        target, thing, note, flags = self._entries.memos[memos].T
        columns["target"][remembered] = target
        columns["object"][remembered] = thing
        columns["note"][remembered] = note
        columns["flags"][remembered] = flags
        return state

    def _modes(self, rows: NDArray[np.int32]) -> NDArray[np.int32]:
        modes: NDArray[np.int32] = self._entries.kinds[rows[:, layout.R_KIND], layout.K_MODE]
        return modes

    def _hand_out(self, rows: NDArray[np.int32], columns: dict[str, Any]) -> None:
        """The keys that answers handed out, and the notes that say so, and into which account."""
        handing = np.flatnonzero((columns["target"] > 0) & (self._modes(rows) == layout.HANDING))
        if not len(handing):
            return
        handed = rows[handing, layout.R_HANDED]
        columns["newkey"][handing] = self._entries.finals[handed] * (handed >= 0)
        columns["note"][handing] = self._meanings.handing_notes(
            rows[handing, layout.R_TARGET], columns["call"][handing], handed
        )

    def _told(
        self, rows: NDArray[np.int32], which: NDArray[np.int64], origins: NDArray[np.uint32]
    ) -> dict[str, NDArray[np.uint32]]:
        """What the decoded records of some rows tell: a column of codes for each of _TOLD."""
        picked = rows[which]
        content = self._buffer.data
        told = []
        for kind, start, end, origin in zip(
            self._meanings.kinds(picked[:, layout.R_KIND]),
            picked[:, layout.R_START].tolist(),
            picked[:, layout.R_END].tolist(),
            origins[which].tolist(),
            strict=True,
        ):
            if kind is None:
                told.append(_NOTHING)
            else:
                told.append(
                    self._encoder.told(kind, typed.decode_record(content[start:end]), origin)
                )
        return dict(zip(_TOLD, np.array(told, np.uint32).T, strict=True))

    def _put_told(
        self, columns: dict[str, Any], row: int, told: tuple[int, int, int, int, int]
    ) -> None:
        for name, code in zip(_TOLD, told, strict=True):
            columns[name][row] = code


def _longest(rows: NDArray[np.int32]) -> int:
    """Bytes of the longest record."""
    return int((rows[:, layout.R_END] - rows[:, layout.R_START]).max())


_TOLD = ("target", "object", "note", "newkey", "flags")
_NOTHING = 0, 0, 0, 0, 0
