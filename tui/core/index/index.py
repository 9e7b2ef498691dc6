"""All events as columns of codes: their order in time, their duplicates, and what is asked of them.

A condition is evaluated once for each distinct value and looked up for each row.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from tui.core.index.batch import PENDING, ROW_FIELDS
from tui.core.index.columns import Column, count_codes, look_up, masked
from tui.core.index.copies import Copies
from tui.core.index.duplicates import Duplicates
from tui.core.index.event_rows import FLAGS, GONE, EventRows
from tui.core.index.rows import Added, Fingerprint
from tui.core.index.tables import (
    CALL_FIELDS,
    FIELDS,
    FLAG_FIELDS,
    IDENTITY_FIELDS,
    Tables,
    Vocabulary,
    codes_by_flags,
    settled,
)
from tui.core.index.time_order import TimeOrder
from tui.core.rules.flags import Flag

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from tui.core.export import More
    from tui.core.index.batch import Batch, Details
    from tui.core.index.columns import Dictionary
    from tui.core.index.rows import EventRow
    from tui.core.index.slots import Numbers

    Mask = NDArray[np.bool_]
    Rows = NDArray[Any]
    """Row numbers of whatever width."""

__all__ = [
    "CALL_FIELDS",
    "FIELDS",
    "IDENTITY_FIELDS",
    "Added",
    "Fingerprint",
    "Index",
    "Vocabulary",
]

_TOLD = ("target", "object", "note", "newkey")
"""Columns that a PENDING row gets from its whole record."""
_FOUND_OUT = int(Flag.UNDATED | Flag.MOVED | Flag.DOUBLED)
"""Flags that the index found out, not the record."""
_FLAGS = np.uint32(FLAGS)


class Index:
    """The events of all objects. Row numbers are given out once and stay."""

    def __init__(self) -> None:
        self.generation = 0
        self.amended = 0
        """How often rows that were there already were told more of: see `amend`."""
        self.tables = Tables()
        self._rows = {name: Column() for name in ("call", "origin", *ROW_FIELDS)}
        self._time = Column(np.int64)
        self._event_id = Column(np.uint64)
        self._flags = Column(np.uint32)
        self._object = Column()
        self._position = Column()
        self._columns = (
            *self._rows.values(),
            self._time,
            self._event_id,
            self._flags,
            self._object,
            self._position,
        )
        content = [self._rows[name] for name in ("call", "origin", "address", "useragent")]
        told = [self._rows[name] for name in _TOLD]
        self._duplicates = Duplicates(self._event_id, [self._time, *content], told, self._flags)
        self._order = TimeOrder(self._time)
        self._copies = Copies()
        self._event_rows = EventRows(self.tables, self._rows, self._flags, self._time)
        self._gone = 0

    # -- taking in

    def vocabulary(self) -> Vocabulary:
        """The look-up tables for a new worker."""
        return Vocabulary()

    def add(self, batch: Batch, vocabulary: Vocabulary, objects: Sequence[int]) -> Added:
        """Take in a batch of the worker whose `vocabulary` this is; duplicates are dropped.

        `objects` are the numbers by which the index shall know the batch's objects.
        """
        self.tables.learn(batch, vocabulary)
        first = len(self._time)
        rows = {
            "call": vocabulary.calls.values[batch.call],
            "origin": vocabulary.origins.values[batch.origin],
        }
        for name in ROW_FIELDS:
            rows[name] = vocabulary.texts[name].values[batch.codes[name]]
        for name, codes in rows.items():
            self._rows[name].append(codes)
        self._time.append(batch.time)
        self._event_id.append(batch.event_id)
        self._flags.append(settled(batch.flags | self.tables.flags_of(rows), batch.time))
        self._object.append(np.asarray(objects, np.uint32)[batch.object])
        self._position.append(batch.position)
        dropped = self._drop_duplicates(first)
        # One column at a time: all of them at once would stop the screen for 80 ms.
        any(column.grow_ahead() for column in self._columns)
        self.generation += 1
        return Added(
            first,
            len(self._time) - first,
            np.bincount(batch.object[dropped], minlength=len(objects)),
        )

    def _drop_duplicates(self, first: int) -> Mask:
        """Drop what was delivered again, remember its place; returns which of the new rows."""
        kept, originals, doubled = self._duplicates.find(first)
        dropped: Mask = ~kept
        if len(originals):
            flags = self._flags.values
            # The rows behind `first` close their gaps below: an original among them is new too.
            new = flags[first:][kept]
            old = originals < first
            of_original = np.where(old, flags[np.where(old, originals, 0)], 0)
            of_original[~old] = new[originals[~old] - first]
            waits = (flags[first:][dropped] | of_original) & np.uint32(PENDING) != 0
            places = (self._object.values[first:][dropped], self._position.values[first:][dropped])
            self._copies.add(originals, *places, ~waits)
            for column in self._columns:
                column.keep(first, kept)
        self._flags.values[doubled] |= int(Flag.DOUBLED)
        return dropped

    def pending(self, rows: Rows) -> Mask:
        """Which of these rows wait for `amend`."""
        mask: Mask = self._flags.values[rows] & np.uint32(PENDING) != 0
        return mask

    def pending_by_object(
        self, count: int, rows: Rows | Sequence[int] | None = None
    ) -> list[tuple[list[int], list[Rows]]]:
        """Rows that wait for `amend` (of these, or of all the newest first), by their objects.

        Each group has up to `count` objects and for each of them its rows.
        """
        wanted = self.order[::-1] if rows is None else np.asarray(rows, np.int64)
        wanted = wanted[self.pending(wanted)]
        found, first, which = np.unique(
            self.objects(wanted), return_index=True, return_inverse=True
        )
        place = np.empty(len(found), np.int64)
        in_turn = np.argsort(first)
        place[in_turn] = np.arange(len(found))
        turn = place[which]
        ends = np.cumsum(np.bincount(turn, minlength=len(found)))[:-1]
        parts = np.split(wanted[np.argsort(turn, kind="stable")], ends) if len(found) else []
        objects = found[in_turn].tolist()
        return [
            (objects[start : start + count], parts[start : start + count])
            for start in range(0, len(objects), count)
        ]

    def amend(self, rows: Rows, details: Sequence[Details | None]) -> None:
        """Give what the whole records of these rows told; None: no more can be known of it.

        Rows that are not PENDING stay as they are.
        """
        rows = np.asarray(rows, np.int64)
        waiting = self.pending(rows)
        lost = np.array([one is None for one in details], np.bool_)
        self._flags.put(rows[waiting & lost], self.flags(rows[waiting & lost]))
        rows = rows[waiting & ~lost]
        told = [one for one, waits in zip(details, waiting, strict=True) if waits and one]
        if told:
            self._amend(rows, told)
        self.amended += 1
        self.generation += 1

    def _amend(self, rows: Rows, details: list[Details]) -> None:
        target, object_, note, newkey, flags = zip(*details, strict=True)
        named = {"target": target, "object": object_, "note": note, "newkey": newkey}
        for name, texts in named.items():
            self._rows[name].put(rows, self.tables.texts[name].add(texts))
        codes = {name: self._rows[name].values[rows] for name in ("call", "origin", "useragent")}
        all_flags = self.tables.flags_of(codes)
        all_flags |= self._flags.values[rows] & np.uint32(_FOUND_OUT)
        all_flags |= np.array(flags, np.uint32) & _FLAGS
        self._flags.put(rows, settled(all_flags, self._time.values[rows]))

    def unsure(self) -> list[tuple[int, int]]:
        """Dropped duplicates of which only the whole record tells whether they are, for `check`.

        Each by its object and the position there. Wait until no row of `doubted` is there.
        """
        return self._copies.unsure()

    def doubted(self) -> Rows:
        """Rows that wait for `amend` and share the eventID of an `unsure` duplicate."""
        ids, rows = self._event_id.values, self._copies.unsure_rows()
        if not len(rows):
            return np.zeros(0, np.int64)
        waiting = np.flatnonzero(self._flags.values & np.uint32(PENDING))
        return waiting[np.isin(ids[waiting], ids[rows])]

    def check(self, places: Sequence[tuple[int, int]], details: Sequence[Details | None]) -> None:
        """Give what the whole records of `unsure` duplicates told; None: it is not to be had.

        Those that differ from the row that they were taken to repeat are listed after all.
        """
        told = self._copies.take_told(dict(zip(places, details, strict=True)))
        if not told:
            return
        rows, objects, positions, known = zip(*told, strict=True)
        # As rows of their own they are compared once more, now with all that is known.
        first = len(self._time)
        for column in self._columns:
            column.append(column.values[np.array(rows)])
        new = np.arange(first, len(self._time))
        self._object.put(new, np.array(objects))
        self._position.put(new, np.array(positions))
        self._amend(new, list(known))
        self._drop_duplicates(first)
        self.generation += 1

    def remove_object(self, object_id: int) -> int:
        """Forget an object; returns how many rows went with it.

        A row that also stood in another object stays, with its place there.
        """
        self._copies.drop_object(object_id)
        alive = self._flags.values & np.uint32(GONE) == 0
        rows = np.flatnonzero((self._object.values == object_id) & alive)
        taken, objects, positions = self._copies.take_over(rows)
        self._object.put(taken, objects)
        self._position.put(taken, positions)
        rows = np.setdiff1d(rows, taken, assume_unique=True)
        if len(rows):
            self._remove(rows)
        self.generation += 1
        return len(rows)

    def _remove(self, rows: Numbers) -> None:
        flags = self._flags.values
        flags[rows] = GONE
        self._gone += len(rows)
        doubled = np.flatnonzero(flags & np.uint32(Flag.DOUBLED))
        alone = self._duplicates.forget(rows, doubled)
        flags[alone] &= np.uint32(~int(Flag.DOUBLED) & 0xFFFF_FFFF)
        self._order.remove(flags & np.uint32(GONE) == 0)

    # -- order

    def __len__(self) -> int:
        return len(self._time) - self._gone

    @property
    def size(self) -> int:
        """Rows that were ever kept: row numbers, and masks over all rows, end here."""
        return len(self._time)

    @property
    def duplicates(self) -> int:
        """Events that were delivered again and are not listed a second time."""
        return len(self._copies)

    @property
    def order(self) -> Rows:
        """The rows by time, equal times as they came, undated ones first."""
        return self._order.rows

    # -- single columns

    @property
    def times(self) -> NDArray[np.int64]:
        """The time of each row (UNDATED where it has none), by row number."""
        return self._time.values

    def column(self, name: str, start: int = 0) -> NDArray[Any]:
        """The codes of all rows from `start` on: `call`, `origin`, one of ROW_FIELDS."""
        return self._rows[name].values[start:]

    def raw(self, start: int = 0) -> tuple[NDArray[np.uint32], NDArray[np.uint64]]:
        """Flags, with those that are the index's own, and eventIDs of all rows from `start` on."""
        return self._flags.values[start:], self._event_id.values[start:]

    def gone(self, start: int = 0) -> Mask | None:
        """Which rows from `start` on went with their object; None: none did."""
        return self._flags.values[start:] & np.uint32(GONE) != 0 if self._gone else None

    def flags(self, rows: Rows) -> NDArray[np.uint32]:
        """The flags of these rows."""
        flags: NDArray[np.uint32] = self._flags.values[rows] & _FLAGS
        return flags

    def objects(self, rows: Rows) -> NDArray[Any]:
        """The object in which each of these rows stands."""
        objects: NDArray[Any] = self._object.values[rows]
        return objects

    def positions(self, rows: Rows) -> NDArray[Any]:
        """Where in its object each of these rows stands."""
        positions: NDArray[Any] = self._position.values[rows]
        return positions

    # -- questions about fields

    def dictionary(self, field: str) -> Dictionary:
        """The texts of a field by their codes; of `level` the codes are Level + 1."""
        return self.tables.texts[field]

    def field_codes(self, field: str, rows: Rows) -> NDArray[Any]:
        """The code that each of these rows has for a field."""
        if field in FLAG_FIELDS:
            return codes_by_flags(field, self._flags.values[rows])
        name, table = self.tables.path(field)
        column = self._rows[name]
        codes: NDArray[Any] = column.values[rows]
        return codes if table is None else table[codes]

    def mask(self, field: str, wanted: Mask) -> Mask:
        """For all rows ever kept whether they have one of the codes that `wanted` marks."""
        codes = self.tables.texts[field]
        if len(wanted) < len(codes):
            wanted = np.concatenate((wanted, np.zeros(len(codes) - len(wanted), np.bool_)))
        if field in FLAG_FIELDS:
            found = look_up(wanted, codes_by_flags(field, self._flags.values))
        else:
            name, table = self.tables.path(field)
            column = self._rows[name]
            found = look_up(wanted if table is None else wanted[table], column.values)
        return self._alive(found)

    def flag_mask(self, flags: int) -> Mask:
        """For all rows ever kept whether they have any of these flags."""
        return self._alive(~masked(self._flags.values, flags, 0))

    def counts(self, field: str, rows: Rows | None = None) -> NDArray[np.int64]:
        """How many of these rows (None: all) have each code of a field."""
        if rows is None and self._gone:
            rows = self.order
        size = len(self.tables.texts[field])
        if field in FLAG_FIELDS:
            flags = self._flags.values
            return count_codes(codes_by_flags(field, flags if rows is None else flags[rows]), size)
        name, table = self.tables.path(field)
        column = self._rows[name]
        codes = column.values if rows is None else look_up(column.values, rows)
        if table is None:
            return count_codes(codes, size)
        counts = count_codes(codes, len(table))
        return np.bincount(table, counts, minlength=size).astype(np.int64)

    def rows_of(self, field: str, values: Iterable[str]) -> Rows:
        """The rows whose field has one of these texts, by time."""
        wanted = np.zeros(len(self.tables.texts[field]), np.bool_)
        for value in values:
            code = self.tables.texts[field].find(value)
            if code >= 0:
                wanted[code] = True
        order = self.order
        rows: Rows = order[look_up(self.mask(field, wanted), order)]
        return rows

    # -- one event

    def event(self, row: int) -> EventRow:
        """The event as the list shows it."""
        return self._event_rows.event(row)

    def more(self, row: int) -> More:
        """What a line of CSV says beside that; the text of the eventID is not known here."""
        return self._event_rows.more(row)

    def fingerprint(self, row: int) -> Fingerprint:
        """What a record must say to be this event."""
        call = self.tables.call(self._rows["call"][row])
        return Fingerprint(call.service, call.name, self._time[row], self._event_id[row])

    def place(self, row: int) -> list[tuple[int, int]]:
        """Where its record stands, as (object, position), and where else it was delivered."""
        return [(self._object[row], self._position[row]), *self._copies.of(row)]

    def first_places(self, rank: NDArray[Any]) -> NDArray[np.uint64]:
        """A number for each row ever kept, in the order of the first place that it was found at.

        `rank` has each object's place among all; which of two copies was read first is chance.
        """
        rank = rank.astype(np.uint64) << np.uint64(40)
        found: NDArray[np.uint64] = rank[self._object.values] | self._position.values
        rows, objects, positions = self._copies.all()
        np.minimum.at(found, rows, rank[objects] | positions)
        return found

    def memory(self) -> int:
        """Bytes in use."""
        columns = sum(column.nbytes for column in self._columns) + self._copies.nbytes
        return columns + self._duplicates.nbytes + self._order.nbytes + self.tables.nbytes

    def _alive(self, mask: Mask) -> Mask:
        if self._gone:
            mask &= self._flags.values & np.uint32(GONE) == 0
        return mask
