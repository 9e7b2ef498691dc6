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
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from tui.core.index.batch import Details
    from tui.ingest.encoding.encode import Encoder

_FIRST_BUFFER = 1 << 21
_LARGE_BUFFER = 1 << 24
"""A larger one is not kept: few files need it."""
_ZEROS = bytes(layout.PAD)
_FIRST_ROWS = 1 << 12


class Scanned(NamedTuple):
    """What became of a group of files."""

    counts: list[int]
    """How many events each has; -1: another reader has to take it."""
    waiting: list[tuple[int, int, bytes]]
    """Events that only their whole records tell: which file, which event of it, the record."""


class Scanner:
    """Reads files into an encoder's columns. Lives as long as its encoder."""

    def __init__(self, encoder: Encoder, call: Callable[[NDArray[np.int64]], int]) -> None:
        """`call` is the kernel's `scan`, compiled; it takes what `scan` is given."""
        self._encoder = encoder
        self._call = call
        self._begin()
        self._scratch = np.zeros(layout.KEYS * layout.LONGEST_KEY + layout.PAD, np.uint8)
        self._buffer = np.zeros(_FIRST_BUFFER, np.uint8)
        self._grow_rows(_FIRST_ROWS)

    def _begin(self) -> None:
        self._entries = Entries()
        self._meanings = Meanings(self._encoder, self._entries)

    def _grow_rows(self, count: int) -> None:
        self._rows = np.zeros((count, layout.COLUMNS), np.int32)
        self._times = np.zeros(count, np.int64)
        self._ids = np.zeros(count, np.uint64)

    def read(
        self,
        contents: Sequence[bytes],
        which: Sequence[int],
        tell: Callable[[bytes], Details | None] | None = None,
    ) -> Scanned:
        """Add the events of these files, which the batch shall know as `which`.

        `tell` looks at whole records, where only these tell; without it such events are PENDING.
        """
        if self._entries.is_large:
            self._begin()
        bounds, results = self._scan(contents)
        counts = [int(count) if result == layout.FITS else -1 for result, count in results.tolist()]
        taken = [(number, count) for number, count in enumerate(counts) if count > 0]
        if not taken:
            return Scanned(counts, [])
        total = sum(count for _, count in taken)
        rows = self._rows[:total]
        if max(map(len, contents)) > MAX_RECORD and _longest(rows) > MAX_RECORD:
            return Scanned([-1] * len(contents), [])  # what is too large is told by the others
        self._meanings.learn()
        columns, waits = self._columns(rows)
        files = np.repeat([number for number, _ in taken], [count for _, count in taken])
        positions = np.concatenate([np.arange(count) for _, count in taken])
        waiting: list[tuple[int, int, bytes]] = []
        for row in waits:
            file = int(files[row])
            start, end = rows[row, :2] - bounds[file, 0]
            raw = contents[file][start:end]
            details = tell(raw) if tell is not None else None
            if details is None:
                columns["flags"][row] = PENDING
                waiting.append((file, int(positions[row]), raw))
            else:
                self._put(columns, row, self._encoder.codes_of(details))
        parts = [(which[number], count) for number, count in taken]
        stretch = Rows(
            **columns,
            which=np.asarray(which, np.uint32)[files],
            position=positions.astype(np.uint32),
        )
        self._encoder.add_rows(stretch, parts)
        if len(self._buffer) > _LARGE_BUFFER:
            self._buffer = np.zeros(_FIRST_BUFFER, np.uint8)
            self._grow_rows(_FIRST_ROWS)
        return Scanned(counts, waiting)

    def _scan(self, contents: Sequence[bytes]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Let the kernel read them, and again whenever it wants more room."""
        ends = np.cumsum([len(content) + layout.PAD for content in contents])
        if ends[-1] > len(self._buffer):
            self._buffer = np.zeros(int(ends[-1]), np.uint8)
        if int(ends[-1]) >> 10 > len(self._rows):  # or it would begin again and again
            self._grow_rows(int(ends[-1]) >> 10)
        bounds = np.zeros((len(contents), 2), np.int64)
        bounds[1:, 0] = ends[:-1]
        buffer = self._buffer.data
        for content, bound in zip(contents, bounds, strict=True):
            start = int(bound[0])
            end = bound[1] = start + len(content)
            buffer[start:end] = content
            buffer[end : end + layout.PAD] = _ZEROS
        results = np.zeros((len(contents), 2), np.int64)
        while True:
            self._entries.make_room()
            state = self._call(self._given(bounds, results))
            self._entries.stale = False
            if state >= 0:
                return bounds, results
            if state == layout.NO_ROWS:
                self._grow_rows(2 * len(self._rows))

    def _given(self, bounds: NDArray[np.int64], results: NDArray[np.int64]) -> NDArray[np.int64]:
        entries = self._entries
        given = np.zeros(layout.GIVEN, np.int64)
        for place, array in (
            (layout.G_BASE, self._buffer),
            (layout.G_BOUNDS, bounds),
            (layout.G_RESULTS, results),
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
        given[layout.G_FILES] = len(bounds)
        given[layout.G_MOST_ROWS] = len(self._rows)
        given[layout.G_SLOTS] = len(entries.table)
        given[layout.G_ROOM] = len(entries.blob)
        given[layout.G_MOST] = len(entries.offsets)
        given[layout.G_STALE] = entries.stale
        given[layout.G_FIRST_NEW] = entries.seen
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

    def _put(self, columns: dict[str, Any], row: int, told: tuple[int, int, int, int, int]) -> None:
        for name, code in zip(_TOLD, told, strict=True):
            columns[name][row] = code


def _longest(rows: NDArray[np.int32]) -> int:
    """Bytes of the longest record."""
    return int((rows[:, layout.R_END] - rows[:, layout.R_START]).max())


_TOLD = ("target", "object", "note", "newkey", "flags")
_NOTHING = 0, 0, 0, 0, 0
