"""Rows in the order of a column as the list shows it: equal ones by time, what is empty last."""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING, Any

import numpy as np

from tui.core.index.columns import Column, Dictionary, look_up
from tui.core.index.ranking import Ranking, Run
from tui.core.query.values import address_of, fold
from tui.core.rules.call import event_text

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from numpy.typing import NDArray

    from tui.core.index.index import Index

    Rows = NDArray[Any]
    Numbers = NDArray[Any]

_SMALL = 1 << 16
"""Numbers below this are sorted digit by digit, in a fifth of the time."""


class Sorting:
    """Sorts rows of one index; the order of the distinct texts is kept."""

    def __init__(self, index: Index, names: Mapping[str, str]) -> None:
        """`names` are those that a person gave to account IDs, by ID."""
        self._index = index
        self._names = names
        self._rankings: dict[str, Ranking] = {}
        self._events = _Events(index)
        self._targets = _Joint([index.dictionary("target"), index.dictionary("object")])

    def sorted(self, rows: Rows, column: str, *, descending: bool) -> Rows:
        """The rows, given by time, in the order of a column; by time they are only turned round.

        Addresses go by their numbers. A target goes by its own text first, then by its object's.
        """
        if column == "time":
            return rows[::-1] if descending else rows
        if column == "target":
            keys = self._target(rows, descending=descending)
        elif column == "event":
            self._events.update()
            ranks = self._ranks(column, self._events.dictionary)
            codes = look_up(self._events.codes.values, self._index.column("call"))
            keys = [look_up(_last(ranks, descending=descending), look_up(codes, rows))]
        else:
            ranks = self._ranks(column, self._index.dictionary(column))
            codes = self._index.field_codes(column, rows)
            keys = [look_up(_last(ranks, descending=descending), codes)]
        return rows[_order(keys)]

    def _target(self, rows: Rows, *, descending: bool) -> list[Numbers]:
        """Its first key: the target, or the object where it stands alone; then the object."""
        self._targets.update()
        ranking = self._rankings.setdefault("target", Ranking(self._targets.run))
        ranks = ranking.ranks(self._targets.count)
        target, object_ = (
            look_up(ranks[joint.values], look_up(self._index.column(name), rows))
            for name, joint in zip(("target", "object"), self._targets.codes, strict=True)
        )
        alone = target == 0
        first = np.where(alone, object_, target)
        second = np.where(alone, 0, object_)
        top = np.uint32(len(ranking))
        if descending:
            return [np.where(first == 0, top, top - first), top - second]
        return [np.where(first == 0, top, first), second]

    def _ranks(self, column: str, dictionary: Dictionary) -> Numbers:
        ranking = self._rankings.get(column)
        if ranking is None:
            ranking = self._rankings[column] = Ranking(self._run(column, dictionary))
        return ranking.ranks(len(dictionary))

    def _run(self, column: str, dictionary: Dictionary) -> Callable[[int, int], Run]:
        key = {"account": self._account, "address": _address}.get(column)
        if key is None:
            return lambda first, end: Run.from_dictionary(dictionary, first, end)
        make = key
        return lambda first, end: Run.of([make(dictionary.text(n)) for n in range(first, end)])

    def _account(self, text: str) -> str:
        return fold(self._names.get(text, text))


class _Events:
    """Calls as the list shows them."""

    def __init__(self, index: Index) -> None:
        self._index = index
        self.dictionary = Dictionary()
        self.codes = Column()
        """By the code of the call."""

    def update(self) -> None:
        """Take in the calls that are new."""
        calls, texts = self._index.tables.calls, self._index.tables.texts
        known = len(self.codes)
        if known == len(calls):
            return
        service, event = calls["service"][known:], calls["event"][known:]
        pairs, which = np.unique(service.astype(np.int64) << 32 | event, return_inverse=True)
        shown = [
            event_text(texts["service"].text(pair >> 32), texts["event"].text(pair & 0xFFFF_FFFF))
            for pair in pairs.tolist()
        ]
        self.codes.append(self.dictionary.add(shown)[which].astype(np.uint32))


class _Joint:
    """The texts of several dictionaries as if they were one's, in the order in which they came."""

    def __init__(self, dictionaries: Sequence[Dictionary]) -> None:
        self._dictionaries = dictionaries
        self.codes = [Column() for _ in dictionaries]
        """Of each dictionary by its codes."""
        self.count = 0
        self._starts: list[int] = []
        self._runs: list[tuple[Dictionary, int]] = []
        """Each dictionary that grew, and the code with which that began."""

    def update(self) -> None:
        """Take in the texts that are new."""
        for dictionary, codes in zip(self._dictionaries, self.codes, strict=True):
            known, more = len(codes), len(dictionary) - len(codes)
            if more:
                self._starts.append(self.count)
                self._runs.append((dictionary, known))
                codes.append(np.arange(self.count, self.count + more, dtype=np.uint32))
                self.count += more

    def run(self, first: int, end: int) -> Run:
        """The texts of these codes."""
        parts = []
        at = bisect_right(self._starts, first) - 1
        while first < end:
            stop = self._starts[at + 1] if at + 1 < len(self._starts) else self.count
            stop = min(stop, end)
            dictionary, code = self._runs[at]
            code += first - self._starts[at]
            parts.append(Run.from_dictionary(dictionary, code, code + stop - first))
            first, at = stop, at + 1
        lengths = [np.diff(part.ends, prepend=0) for part in parts]
        ends = np.cumsum(np.concatenate(lengths)) if parts else np.zeros(0, np.int64)
        return Run(b"".join(part.raw for part in parts), ends)


def _address(text: str) -> str:
    """Addresses by their numbers, before the names of services."""
    if not text:
        return ""
    address = address_of(text)
    if address is None:
        return f"9{fold(text)}"
    return f"{address.version}{address.number:039d}"


def _last(ranks: Numbers, *, descending: bool) -> Numbers:
    """Ranks by which rows are sorted upwards; 0, that of the empty text, comes last."""
    top = np.uint32(int(ranks.max(initial=0)) + 1)
    table: Numbers = np.where(ranks == 0, top, top - ranks if descending else ranks)
    return table.astype(np.uint16) if top < _SMALL else table


def _order(keys: Sequence[Numbers]) -> Numbers:
    """The places of the rows in the order of these keys, of equal ones the first one first."""
    count = len(keys[0])
    if len(keys) == 1 and keys[0].itemsize <= 2:
        return np.argsort(keys[0], kind="stable")
    bits = [int(key.max(initial=0)).bit_length() for key in keys] + [count.bit_length()]
    if sum(bits) > 64:
        return np.lexsort(tuple(reversed(keys)))
    packed = np.zeros(count, np.uint64)
    for key, size in zip((*keys, np.arange(count, dtype=np.uint64)), bits, strict=True):
        packed <<= np.uint64(size)
        np.bitwise_or(packed, key, out=packed, casting="same_kind", dtype=np.uint64)
    # All of them differ, so that a sort that is not stable will do.
    packed.sort()
    packed &= np.uint64((1 << bits[-1]) - 1)
    return packed.view(np.int64)  # all are far below the sign
