"""What the screen is looking at: filter steps and the rows they leave, follow, jumps, counts.

No Textual here: the session turns the index into positions (0 is the oldest row that the filter
leaves) and is what the widgets ask. Rows are ids of events, which stay the same while the program
runs; positions change with every new event.
"""

from __future__ import annotations

import datetime as dt
from bisect import bisect_left, bisect_right
from typing import TYPE_CHECKING

import numpy as np

from tui.core.batch import UNDATED
from tui.core.flags import Flag
from tui.core.rows import (
    Coverage,
    EventRow,
    FacetValue,
    Jump,
    Problem,
    Progress,
    Sums,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from numpy.typing import NDArray

    from tui.core.index import Index
    from tui.ingest.pipeline import Pipeline

    Rows = NDArray[np.intp]

__all__ = [
    "Coverage",
    "EventRow",
    "FacetValue",
    "Jump",
    "Problem",
    "Progress",
    "Session",
    "Sums",
]

FIELDS = {
    "service": "service",
    "event": "event",
    "who": "who",
    "target": "target",
    "result": "result",
    "address": "address",
    "agent": "agent",
    "region": "region",
    "account": "account",
}
"""A column's name → the index's field that a filter step on it asks."""

_SECOND = 1_000_000


class Step:
    """One field's filter: the values let in (all, if none is named) and those kept out."""

    def __init__(self) -> None:
        self.wanted: list[str] = []
        self.unwanted: list[str] = []

    def __bool__(self) -> bool:
        return bool(self.wanted or self.unwanted)

    def state(self, value: str) -> int:
        """1 if the value is let in by name, -1 if it is kept out, else 0."""
        return 1 if value in self.wanted else -1 if value in self.unwanted else 0


class Session:
    """The rows that the screen shows, over an index that grows."""

    def __init__(self, pipeline: Pipeline, accounts: Mapping[str, str] | None = None) -> None:
        """`accounts` are the names that a person gave to account IDs."""
        self._pipeline = pipeline
        self._accounts = dict(accounts or {})
        self._steps: dict[str, Step] = {}
        self.hide_aws = False
        self.generation = 0
        self.new_count = 0
        self._follow = True
        self._seen = -1
        self._known = 0
        self._rows: Rows = np.zeros(0, np.intp)
        self._facets: dict[str, list[FacetValue]] = {}
        self._aws: float | None = None
        self._problems: list[Problem] = []

    @property
    def index(self) -> Index:
        """All events."""
        return self._pipeline.index

    @property
    def total(self) -> int:
        """All listed events, whatever the filter."""
        return self._known

    @property
    def follow(self) -> bool:
        """Keep the newest event in view."""
        return self._follow

    @follow.setter
    def follow(self, value: bool) -> None:
        self._follow = value
        if value:
            self.new_count = 0

    # Rows

    def __len__(self) -> int:
        return len(self._rows)

    def event(self, position: int) -> EventRow:
        """The row at a position; what is not known of it yet is asked for."""
        row = int(self._rows[position])
        if self.index.pending(self._rows[position : position + 1])[0]:
            self._pipeline.want(row)
        event = self.index.event(row)
        name = self._accounts.get(event.account)
        return event._replace(account=name) if name else event

    def row_at(self, position: int) -> int:
        """The id of the event at a position."""
        return int(self._rows[position])

    def refresh(self) -> bool:
        """Take in what the index got since the last time; True if anything changed."""
        if self._pipeline.empty:
            return False
        index = self.index
        if index.generation == self._seen:
            return False
        self._seen = index.generation
        self._aws = None
        before, self._known = self._known, len(index)
        if not self._follow and not self._pipeline.loading:
            self.new_count += max(0, self._known - before)
        self._sift()
        return True

    def _sift(self) -> None:
        """Choose the rows that the filter leaves."""
        self.generation += 1
        self._facets.clear()
        if self._seen < 0:
            return
        order = self.index.order
        mask = self._mask()
        self._rows = order if mask is None else order[mask[order]]

    def _mask(self, leaving_out: str = "") -> NDArray[np.bool_] | None:
        """Which events pass the steps; None for all."""
        mask: NDArray[np.bool_] | None = None
        index = self.index
        if self.hide_aws:
            mask = ~index.flag_mask(int(Flag.AWS))
        for field, step in self._steps.items():
            if field == leaving_out or not step:
                continue
            found = index.mask(FIELDS[field], self._codes(field, step))
            mask = found if mask is None else mask & found
        return mask

    def _codes(self, field: str, step: Step) -> NDArray[np.bool_]:
        dictionary = self.index.dictionary(FIELDS[field])
        codes = np.full(len(dictionary), not step.wanted)
        for values, wanted in ((step.wanted, True), (step.unwanted, False)):
            for value in self._as_indexed(field, values):
                code = dictionary.find(value)
                if code >= 0:
                    codes[code] = wanted
        return codes

    def _as_indexed(self, field: str, values: Iterable[str]) -> list[str]:
        """The values as the index has them: accounts by ID, where the screen shows names."""
        if field != "account" or not self._accounts:
            return list(values)
        found: list[str] = []
        for value in values:
            named = [each for each, name in self._accounts.items() if name == value]
            found += named or [value]
        return found

    def position_of(self, row: int) -> int:
        """Where an event stands; if the filter leaves it out, its nearest neighbour in time."""
        rows = self._rows
        if not len(rows):
            return 0
        times = self.index.times
        time = int(times[row])
        left, right = self._place(time), self._place(time, after=True)
        same = np.flatnonzero(rows[left:right] == row)
        if len(same):
            return left + int(same[0])
        last = len(rows) - 1
        if left == right and 0 < left <= last:
            before, behind = int(times[rows[left - 1]]), int(times[rows[left]])
            return left - 1 if time - before < behind - time else left
        return min(left, last)

    def _place(self, time: int, *, after: bool = False) -> int:
        """Before (or after) which position an event of this time would stand."""
        # Some twenty looks, where to gather a million times would cost 10 ms.
        times = self.index.times
        bisect = bisect_right if after else bisect_left
        return bisect(self._rows, time, key=lambda row: times[row])

    def position_at(self, time: int) -> int:
        """The first row at or after a time (µs); the number of rows if there is none."""
        return self._place(time) if len(self._rows) else 0

    def day_starts(self, zone: dt.tzinfo) -> list[tuple[int, str]]:
        """Where each day begins: (position, ISO date); undated rows begin with (0, "")."""
        rows = self._rows
        if not len(rows):
            return []
        times = self.index.times
        starts: list[tuple[int, str]] = []
        first = self._place(UNDATED, after=True)
        if first:
            starts.append((0, ""))
        while first < len(rows):
            day = _moment(int(times[rows[first]]), zone).date()
            starts.append((first, day.isoformat()))
            try:
                midnight = dt.datetime.combine(day + dt.timedelta(days=1), dt.time(), zone)
                end = int(midnight.timestamp()) * _SECOND
            except OverflowError:
                break
            first = max(first + 1, self._place(end))
        return starts

    # The filter

    def _step(self, field: str) -> Step:
        if field not in FIELDS:
            raise KeyError(field)
        return self._steps.setdefault(field, Step())

    def only(self, field: str, value: str) -> None:
        """Let in this value alone; if it is alone already, all values again."""
        step = self._step(field)
        alone = step.wanted == [value]
        step.wanted, step.unwanted = [] if alone else [value], []
        self._sift()

    def toggle(self, field: str, value: str) -> None:
        """Let in this value too, or no longer."""
        step = self._step(field)
        if value in step.wanted:
            step.wanted.remove(value)
        else:
            step.wanted.append(value)
            step.unwanted = [each for each in step.unwanted if each != value]
        self._sift()

    def exclude(self, field: str, value: str) -> None:
        """Keep out this value too, or no longer."""
        step = self._step(field)
        if value in step.unwanted:
            step.unwanted.remove(value)
        else:
            step.unwanted.append(value)
            step.wanted = [each for each in step.wanted if each != value]
        self._sift()

    def clear(self, field: str) -> None:
        """Let in all values of a field."""
        self._steps.pop(field, None)
        self._sift()

    def toggle_aws(self) -> None:
        """Hide what AWS services do by themselves, or show it again."""
        self.hide_aws = not self.hide_aws
        self._sift()

    def filter_text(self) -> str:
        """The filter as text: `service:(iam sts) -region:us-east-1 -is:aws`."""
        parts: list[str] = []
        for field, step in self._steps.items():
            wanted = [_quoted(value) for value in step.wanted]
            if wanted:
                values = wanted[0] if len(wanted) == 1 else f"({' '.join(wanted)})"
                parts.append(f"{field}:{values}")
            parts += [f"-{field}:{_quoted(value)}" for value in step.unwanted]
        if self.hide_aws:
            parts.append("-is:aws")
        return " ".join(parts)

    def facet(self, field: str) -> list[FacetValue]:
        """A field's values with their counts, most first; this field's own step is left out."""
        known = self._facets.get(field)
        if known is not None:
            return known
        if self._seen < 0:
            return []
        index = self.index
        if self._steps.get(field):
            mask = self._mask(leaving_out=field)
            rows = index.order if mask is None else index.order[mask[index.order]]
        else:
            rows = self._rows
        everything = len(rows) == len(index.order)
        counts = index.counts(FIELDS[field], None if everything else rows)
        dictionary = index.dictionary(FIELDS[field])
        step = self._steps.get(field, Step())
        texts: dict[str, int] = {}
        for code in np.flatnonzero(counts):
            text = dictionary.text(int(code))
            if field == "account":
                text = self._accounts.get(text, text)
            texts[text] = texts.get(text, 0) + int(counts[code])
        for value in (*step.wanted, *step.unwanted):
            texts.setdefault(value, 0)
        found = [FacetValue(text, count, step.state(text)) for text, count in texts.items()]
        found.sort(key=lambda value: (-value.count, value.value))
        self._facets[field] = found
        return found

    # Moving

    def next_flagged(self, position: int, what: str, step: int) -> Jump | None:
        """The next row (`step` 1) or the one before (-1) that failed or that changed something.

        `what` is `failed` (denied or failed, but not a look-up that found nothing) or `write`.
        """
        if not len(self._rows):
            return None
        flags = self.index.flags(self._rows)
        if what == "write":
            hits = np.flatnonzero((flags & int(Flag.WRITE)) != 0)
        else:
            wanted = (flags & int(Flag.ERROR)) != 0
            hits = np.flatnonzero(wanted & ((flags & int(Flag.ROUTINE | Flag.THROTTLED)) == 0))
        if not len(hits):
            return None
        if step > 0:
            at = int(np.searchsorted(hits, position, side="right"))
            return Jump(int(hits[at % len(hits)]), at == len(hits))
        at = int(np.searchsorted(hits, position)) - 1
        return Jump(int(hits[at]), at < 0)

    # What is known

    def progress(self) -> Progress:
        """How far loading has come."""
        return self._pipeline.progress()

    def problems(self) -> list[Problem]:
        """What could not be read."""
        count = self._pipeline.problem_count()
        if count != len(self._problems):
            self._problems = self._pipeline.problems()
        return self._problems

    def sums(self) -> Sums:
        """What was found, and where each record of it is."""
        return self._pipeline.sums()

    def aws_share(self) -> float:
        """Which part of all events AWS services made by themselves, 0 to 1."""
        if self._aws is None:
            if self._seen < 0 or not self._known:
                return 0.0
            # Rows that are gone have no flags, so the mask counts the listed ones alone.
            made = np.count_nonzero(self.index.flag_mask(int(Flag.AWS)))
            self._aws = float(made) / self._known
        return self._aws

    def coverage(self) -> Coverage:
        """What was read, and so what can be found in it at all."""
        ledger = self._pipeline.ledger
        if self._pipeline.empty:
            return Coverage(
                {}, {}, None, None, 0, 0, 0, 0, ledger.skipped, ledger.digests, ledger.pruned
            )
        index = self.index
        times = index.times[index.order]
        undated = int(np.searchsorted(times, UNDATED, side="right"))
        category = index.dictionary("category")
        data_codes = np.zeros(len(category), np.bool_)
        code = category.find("Data")
        if code >= 0:
            data_codes[code] = True
        data = index.mask("category", data_codes)[index.order]
        write = index.flag_mask(int(Flag.WRITE))[index.order]
        return Coverage(
            accounts=self._counted("account"),
            regions=self._counted("region"),
            first=int(times[undated]) if undated < len(times) else None,
            last=int(times[-1]) if undated < len(times) else None,
            management_reads=int(np.count_nonzero(~data & ~write)),
            management_writes=int(np.count_nonzero(~data & write)),
            data_events=int(np.count_nonzero(data)),
            undated=undated,
            skipped=ledger.skipped,
            digests=ledger.digests,
            pruned=ledger.pruned,
        )

    def _counted(self, field: str) -> dict[str, int]:
        counts = self.index.counts(field, None)
        dictionary = self.index.dictionary(field)
        codes = sorted(np.flatnonzero(counts), key=lambda code: -int(counts[code]))
        return {dictionary.text(int(code)): int(counts[code]) for code in codes}


def _quoted(value: str) -> str:
    """A value as the filter language takes it: in quotes where it is not one plain word."""
    plain = value and not any(char.isspace() or char in '"()*?\\' for char in value)
    if plain:
        return value
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _moment(time: int, zone: dt.tzinfo) -> dt.datetime:
    """A time in µs as a local moment, held within what the calendar can say."""
    try:
        return dt.datetime.fromtimestamp(time / _SECOND, zone)
    except (OverflowError, OSError, ValueError):
        return (
            dt.datetime.max.replace(tzinfo=zone)
            if time > 0
            else dt.datetime.min.replace(tzinfo=zone)
        )
