"""A session and an engine in memory: synthetic events, no files, no processes."""

from __future__ import annotations

import datetime as dt
import random
from bisect import bisect_left
from collections import Counter
from typing import TYPE_CHECKING

import numpy as np

from tests.ui.fake_counts import FakeCounts
from tests.ui.fake_filter import field_text, passes
from tests.ui.fake_index import FakeIndex
from tests.ui.fake_order import arranged, found
from tests.ui.fake_rows import NOW, SECOND, bucket_lines, make_row, make_rows, record_of
from tui.core.counts.facet_names import COUNT, SHOWN
from tui.core.filters.absence import absence
from tui.core.filters.filtering import without_aws
from tui.core.index.rows import (
    Coverage,
    EventRow,
    FacetValue,
    Jump,
    Problem,
    Progress,
    SourceLine,
    Sums,
    Traffic,
)
from tui.core.query.completion import Choice, Completions
from tui.core.query.names import FACETS, needs_records
from tui.core.rules.flags import Level
from tui.ui.session.arrangement import Arranged
from tui.ui.session.filter_steps import FilterSteps
from tui.ui.session.session import Draft, Hits

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from numpy.typing import NDArray

    from tui.core.counts.facet_names import Facet
    from tui.core.filters.steps import Step
    from tui.core.needle import Needle
    from tui.core.query.nodes import Node
    from tui.ingest.searching import SearchProgress
    from tui.ui.exporting import Export
    from tui.ui.protocols import RecordAnswer

__all__ = [
    "NOW",
    "SECOND",
    "FakeEngine",
    "FakeSession",
    "bucket_lines",
    "make_row",
    "make_rows",
    "record_of",
]


class FakeSession(FilterSteps, Arranged):
    """Answers from lists; slow and simple."""

    unsettled = 0

    def __init__(self, rows: list[EventRow] | None = None) -> None:
        self._all = make_rows(3000) if rows is None else list(rows)
        self._incoming: list[EventRow] = []
        self._begin({}, lambda: NOW)
        self._draft: Node | None = None
        self.search: SearchProgress | None = None
        self.generation = 1
        self._follow = True
        self.new_count = 0
        self.loading: Progress | None = None
        self.found_problems: list[Problem] = []
        self.outside = 0
        self.skipped: list[tuple[str, str]] = []
        newest = next((row.time for row in reversed(self._all) if row.time is not None), 0)
        self.found_lines = [
            SourceLine("/trail", "", "", "", "live", "", newest, 40, 0, 0, 0.0),
        ]
        self.found_traffic = Traffic(0, 0, 0, 0, 0.0)
        self.told_hint = ""
        self.asked = ""
        self.answers: list[bool] = []
        self.earlier_asked = 0
        self.marks: dict[int, str] = {}
        self._kept: list[EventRow] = list(self._all)
        self._shown: list[EventRow] = list(self._all)
        self.counts = FakeCounts(self)

    @property
    def follow(self) -> bool:
        return self._follow

    @follow.setter
    def follow(self, value: bool) -> None:
        self._follow = value
        if value:
            self.new_count = 0

    @property
    def total(self) -> int:
        return len(self._all)

    def sift(self, *, anew: bool = False) -> None:
        self.generation += 1
        if anew:
            self._draft = None
        self._kept = self._passing(self._nodes())
        self._shown = arranged(self._kept, self.sorting)

    def sort(self, column: str = "time", *, descending: bool = False) -> None:
        super().sort(column, descending=descending)
        self._shown = arranged(self._kept, self.sorting)

    search_trouble = ""

    def find(self, needle: Needle, columns: Sequence[str]) -> NDArray[np.intp]:
        return found(self._shown, needle, columns)

    def _nodes(self, leaving_out: Step | None = None) -> list[Node]:
        nodes = [step.node for step in self.steps.active if step is not leaving_out]
        return nodes if self._draft is None else [*nodes, self._draft]

    def _passing(self, nodes: list[Node]) -> list[EventRow]:
        return [row for row in self._all if all(passes(node, row) for node in nodes)]

    # What a test does to it

    def arrive(self, *rows: EventRow) -> None:
        self._incoming.extend(rows)

    def next_rows(self, count: int, *, seconds: int = 1) -> list[EventRow]:
        """New events, after all others."""
        chance = random.Random(len(self._all))
        newest = self._all[-1].time if self._all else int(NOW) * SECOND
        assert newest is not None
        first = max((row.row for row in self._all), default=-1) + 1
        return [
            make_row(first + n, newest + (n + 1) * seconds * SECOND, chance) for n in range(count)
        ]

    # The interface

    def __len__(self) -> int:
        return len(self._shown)

    def event(self, position: int) -> EventRow:
        return self._shown[position]

    @property
    def index(self) -> FakeIndex:
        return FakeIndex(self._all)

    @property
    def rows(self) -> NDArray[np.intp]:
        return np.array([row.row for row in self._kept], np.intp)

    def position_of(self, row: int) -> int:
        for position, event in enumerate(self._shown):
            if event.row == row:
                return position
        lost = next(event for event in self._all if event.row == row)
        return min(self.position_at(lost.time or 0), len(self._shown) - 1)

    def day_starts(self, zone: object) -> list[tuple[int, str]]:
        assert isinstance(zone, dt.tzinfo)
        starts: list[tuple[int, str]] = []
        for position, event in enumerate(self._kept):
            date = ""
            if event.time is not None:
                date = dt.datetime.fromtimestamp(event.time / SECOND, zone).date().isoformat()
            if not starts or starts[-1][1] != date:
                starts.append((position, date))
        return starts

    def refresh(self) -> bool:
        if not self._incoming:
            return False
        self._all = sorted([*self._all, *self._incoming], key=lambda row: row.time or 0)
        if not self._follow:
            self.new_count += len(self._incoming)
        self._incoming.clear()
        self.sift()
        return True

    def value(self, row: int, field: str) -> str:
        event = next(event for event in self._all if event.row == row)
        return field_text(event, self.field(field))

    def draft(self, text: str) -> Draft:
        node = self.parse(text) if text.strip() else None
        records = node is not None and bool(needs_records(node))
        left = self._passing(
            [*(step.node for step in self.steps.active), *([node] if node else [])]
        )
        if left or node is None:
            self._draft = node
            self.sift()
        return Draft(len(left), records)

    def would_leave(self, text: str) -> Draft:
        node = self.parse(text)
        left = self._passing([*(step.node for step in self.steps.active), node])
        return Draft(len(left), bool(needs_records(node)))

    def complete(self, text: str, cursor: int) -> Completions:
        head, colon, typed = text[:cursor].rpartition(" ")[2].rpartition(":")
        if not colon:
            names = [Choice(f"{name}:", 0, "field") for name in FACETS if name.startswith(typed)]
            return Completions(cursor - len(typed), cursor, names)
        if head not in FACETS:
            return Completions(cursor, cursor, [])
        counts = Counter(field_text(row, self.field(head)) for row in self._all)
        values = [Choice(value, n) for value, n in counts.most_common() if value.startswith(typed)]
        return Completions(cursor - len(typed), cursor, values)

    def hits(self, number: int) -> Hits:
        steps = self.steps.all
        before = [step.node for step in steps[:number] if step.on]
        alone = self._passing([steps[number].node])
        return Hits(len(alone), len(self._passing([*before, steps[number].node])))

    def absence(self, step: Step) -> str:
        return "" if self._passing([step.node]) else absence(step.node, self.coverage)

    def trouble(self) -> str:
        return ""

    def warm(self) -> bool:
        return False

    def left_out_aws(self) -> int:
        rest = [without_aws(node) for node in self._nodes()]
        return sum(row.by_aws for row in self._passing(rest)) if rest != self._nodes() else 0

    def search_progress(self) -> SearchProgress | None:
        return self.search

    def cancel_search(self) -> bool:
        found, self.search = self.search is not None, None
        return found

    def top(self, field: str, n: int = SHOWN, *, contains: str = "", order: str = COUNT) -> Facet:
        return self.counts.top(field, n, contains=contains, order=order)

    def facet(self, field: str) -> list[FacetValue]:
        return self.top(field).values

    def next_flagged(self, position: int, what: str, step: int) -> Jump | None:
        count = len(self._shown)
        for distance in range(1, count + 1):
            place = position + step * distance
            row = self._shown[place % count]
            if row.level == Level.CHANGE if what == "write" else row.result in ("denied", "failed"):
                return Jump(place % count, not 0 <= place < count)
        return None

    def position_at(self, time: int) -> int:
        times = [-1 if row.time is None else row.time for row in self._kept]
        position = bisect_left(times, time)
        return position if position == len(times) else self._shown.index(self._kept[position])

    def position_near(self, time: int, *, forward: bool) -> int | None:
        dated = [row for row in self._kept if row.time is not None]
        if forward:
            fitting = [row for row in dated if (row.time or 0) >= time][:1]
        else:
            fitting = [row for row in dated if (row.time or 0) <= time][-1:]
        return self._shown.index(fitting[0]) if fitting else None

    def progress(self) -> Progress:
        done = Progress(False, 40, 40, self.total, 900_000, 900_000, None, False)
        return done if self.loading is None else self.loading

    def problems(self) -> list[Problem]:
        return self.found_problems

    def sums(self) -> Sums:
        return Sums(self.total + 63, self.total, 60, self.outside, 3, 1, self.unsettled)

    def coverage(self) -> Coverage:
        times = [row.time for row in self._all if row.time is not None]
        return Coverage(
            accounts=dict(Counter(row.account for row in self._all)),
            regions=dict(Counter(row.region for row in self._all)),
            first=min(times, default=None),
            last=max(times, default=None),
            management_reads=sum(row.level == Level.READ for row in self._all),
            management_writes=sum(row.level == Level.CHANGE for row in self._all),
            data_events=0,
            undated=len(self._all) - len(times),
            skipped=self.skipped,
            digests=0,
            pruned=0,
        )

    def lines(self) -> list[SourceLine]:
        return list(self.found_lines)

    def traffic(self) -> Traffic:
        return self.found_traffic

    def hint(self) -> str:
        return self.told_hint

    def question(self) -> str:
        return self.asked

    def answer(self, yes: bool) -> None:
        self.answers.append(yes)
        self.asked = ""

    def earlier(self) -> str:
        self.earlier_asked += 1
        return "Loading 2026-01-28 …"

    # Marks

    def marked(self, row: int) -> bool:
        return row in self.marks

    def note(self, row: int) -> str:
        return self.marks.get(row, "")

    def mark(self, row: int) -> bool:
        if self.marks.pop(row, None) is None:
            self.marks[row] = ""
        return row in self.marks

    def write_note(self, row: int, note: str) -> None:
        self.marks[row] = note

    def clear_marks(self) -> int:
        count = len(self.marks)
        self.marks.clear()
        return count

    def marked_rows(self) -> list[int]:
        return [event.row for event in self._all if event.row in self.marks]

    def aws_share(self) -> float:
        return sum(row.by_aws for row in self._all) / len(self._all) if self._all else 0.0


class FakeEngine:
    """Hands out records made from rows; a test may hold an answer back."""

    def __init__(self, session: FakeSession) -> None:
        self._session = session
        self.state = "live"
        self.on_change: Callable[[], None] | None = None
        self.polled = 0
        self.cancelled = 0
        self.stopped = 0
        self.asked: list[int] = []
        self.exports: list[tuple[Export, dict[int, str], Callable[[], None]]] = []
        self.gone: set[int] = set()
        self.held: list[Callable[[], None]] | None = None

    def start(self, on_change: Callable[[], None]) -> None:
        self.on_change = on_change

    def stop(self) -> None:
        self.stopped += 1

    def poll_now(self) -> None:
        self.polled += 1

    def cancel(self) -> None:
        self.cancelled += 1

    def arrive(self, count: int = 1) -> None:
        """New events come in while the screen is open."""
        self._session.arrive(*self._session.next_rows(count))
        self.changed()

    def changed(self) -> None:
        assert self.on_change is not None
        self.on_change()

    def export(self, export: Export, notes: Mapping[int, str], then: Callable[[], None]) -> None:
        """Writes no file: a test looks at what was asked, and ends it."""
        self.exports.append((export, dict(notes), then))

    def request_record(self, row: int, callback: RecordAnswer) -> None:
        self.asked.append(row)
        event = next(each for each in self._session._all if each.row == row)
        summary = [
            f"{event.who} · {event.address} · {event.region} · {event.account}",
            f"{event.event} on {event.target} {event.note}".rstrip(),
        ]
        if row in self.gone:
            record: object = None
            raw: bytes | None = None
            notes = ["The file has gone: what the index knows is shown."]
        else:
            record, raw, notes = record_of(event), b"{}", []
        if self.held is not None:
            self.held.append(lambda: callback(row, record, raw, notes, summary))
        else:
            callback(row, record, raw, notes, summary)
