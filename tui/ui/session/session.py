"""What the screen is looking at: the filter's steps, the rows they leave, follow, counts.

No Textual here: the session turns the index into positions (0 is the oldest row that the filter
leaves) and is what the widgets ask. Rows are ids of events, which stay the same while the program
runs; positions change with every new event.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from tui.core.counts.facet_names import COUNT, SHOWN
from tui.core.counts.flag_count import FlagCount
from tui.core.filters.steps import Step
from tui.core.index.batch import UNDATED
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
from tui.core.query.names import needs_records
from tui.core.rules.flags import Flag
from tui.ui.session.arrangement import TIME, Arranged, Arrangement
from tui.ui.session.facet_counts import FacetCounts
from tui.ui.session.filter_steps import FilterSteps
from tui.ui.session.mark_view import MarkView
from tui.ui.session.positions import Positions
from tui.ui.session.record_search import RecordSearch

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Mapping, Sequence

    from numpy.typing import NDArray

    from tui.core.counts.facet_names import Facet
    from tui.core.filters.filtering import Filtering
    from tui.core.filters.steps import Step
    from tui.core.needle import Needle
    from tui.core.query.completion import Completions
    from tui.core.query.nodes import Node
    from tui.ingest.pipeline import Pipeline
    from tui.ui.session.path_counts import Collecting
    from tui.ui.session.record_search import LookProgress

    Rows = NDArray[np.intp]

__all__ = [
    "Coverage",
    "Draft",
    "EventRow",
    "FacetValue",
    "Hits",
    "Jump",
    "Problem",
    "Progress",
    "Session",
    "SourceLine",
    "Sums",
    "Traffic",
]


class Hits(NamedTuple):
    """How many events a step of the filter lets through."""

    alone: int
    """Were it the only one."""
    left: int
    """After it and the steps before it that are on."""


class Draft(NamedTuple):
    """What a filter that is being typed would leave."""

    count: int  # type: ignore[assignment] # it hides tuple.count, which nobody wants here
    records: bool
    """Records must be looked at: the count is of those that may match."""


class Session(MarkView, FilterSteps, Arranged):
    """The rows that the screen shows, over an index that grows."""

    def __init__(
        self,
        pipeline: Pipeline,
        accounts: Mapping[str, str] | None = None,
        *,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """`accounts` are the names that a person gave to account IDs."""
        super().__init__(pipeline)
        self._begin(accounts or {}, clock)
        self._draft: Node | None = None
        self._filtering: Filtering | None = None
        self._arrangement: Arrangement | None = None
        self._search: RecordSearch | None = None
        self.generation = 0
        self.new_count = 0
        self._follow = True
        self._seen = -1
        self._known = 0
        self._rows: Rows = np.zeros(0, np.intp)
        self.counts = FacetCounts(self, self._accounts)
        self._aws: float | None = None
        self._aws_made = FlagCount(int(Flag.AWS))

    @property
    def filtering(self) -> Filtering:
        """What answers the filter."""
        if self._filtering is None:
            from tui.core.filters.filtering import Filtering  # loaded by the first filter

            self._filtering = Filtering(self.index)
        return self._filtering

    @property
    def arrangement(self) -> Arrangement:
        """What sorts the rows and searches in them."""
        if self._arrangement is None:
            self._arrangement = Arrangement(self.index, self.filtering.matcher, self._accounts)
        return self._arrangement

    def sort(self, column: str = TIME, *, descending: bool = False) -> None:
        super().sort(column, descending=descending)
        if self.by_time and self._arrangement is not None:
            self._arrangement.forget()

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

    @property
    def rows(self) -> Rows:
        """The rows that the filter leaves, the oldest first. The array is never changed."""
        return self._rows

    @property
    def listed(self) -> Rows:
        """The same rows in the order in which they are listed."""
        return self._rows if self.by_time else self.arrangement.rows(self._rows, self.sorting)

    def event(self, position: int) -> EventRow:
        """The row at a position; what is not known of it yet is asked for."""
        rows = self.listed
        row = int(rows[position])
        if self.index.pending(rows[position : position + 1])[0]:
            self._pipeline.want(row)
        event = self.index.event(row)
        name = self._accounts.get(event.account)
        return event._replace(account=name) if name else event

    def row_at(self, position: int) -> int:
        """The id of the event at a position."""
        return int(self.listed[position])

    def value(self, row: int, field: str) -> str:
        """What an event has in a field, as a filter step on the field takes it."""
        field = self.field(field)
        code = int(self.index.field_codes(field, np.array([row]))[0])
        text = self.index.dictionary(field).text(code)
        return self._accounts.get(text, text) if field == "account" else text

    def refresh(self) -> bool:
        """Take in what there is since the last time; True if anything changed."""
        if self._pipeline.empty:
            return False
        index = self.index
        found = self._search is not None and self._search.fresh
        told = self.counts.settle()
        if index.generation == self._seen and not found and not told:
            return False
        self._seen = index.generation
        self._aws = None
        before, self._known = self._known, len(index)
        if not self._follow and not self._pipeline.loading:
            self.new_count += max(0, self._known - before)
        self.sift()
        return True

    def sift(self, *, anew: bool = False) -> None:
        """Choose the rows that the filter leaves; `anew`: it is another one than before."""
        if anew:
            self._draft = None
        self.generation += 1
        if self._seen < 0:
            return
        nodes = self._nodes()
        draft = self._draft
        unsure = draft is not None and bool(needs_records(draft))
        self._rows = self.filtering.rows(nodes, unsure=unsure) if nodes else self.index.order
        if draft is None:
            self._look(nodes, anew=anew)

    def _nodes(self, leaving_out: Step | None = None) -> list[Node]:
        nodes = [step.node for step in self.steps.active if step is not leaving_out]
        return nodes if self._draft is None else [*nodes, self._draft]

    def position_of(self, row: int) -> int:
        """Where an event stands; if the filter leaves it out, its nearest neighbour in time."""
        return self._listed_at(self._positions.of(row)) if len(self._rows) else 0

    def position_at(self, time: int) -> int:
        """The first row at or after a time (µs); the number of rows if there is none."""
        return self._listed_at(self._positions.at(time)) if len(self._rows) else 0

    def position_near(self, time: int, *, forward: bool) -> int | None:
        """The first row at or after a time (µs) or the last at or before it, None for none."""
        rows, positions = self._rows, self._positions
        place = positions.at(time) if forward else positions.at(time + 1) - 1
        if not 0 <= place < len(rows) or int(self.index.times[rows[place]]) == UNDATED:
            return None
        return self._listed_at(place)

    def _listed_at(self, position: int) -> int:
        """Where the event is listed that has this position by time."""
        if self.by_time or position >= len(self._rows):
            return position
        return self.arrangement.position_of(self.listed, int(self._rows[position]))

    def day_starts(self, zone: dt.tzinfo) -> list[tuple[int, str]]:
        """Where by time each day begins: (position, ISO date); undated rows with (0, "")."""
        return self._positions.day_starts(zone) if len(self._rows) else []

    def next_flagged(self, position: int, what: str, step: int) -> Jump | None:
        """The next row (`step` 1) or the one before (-1) that failed or that changed something.

        `what` is `failed` (denied or failed, but not a look-up that found nothing) or `write`.
        """
        return Positions(self.index, self.listed).next_flagged(position, what, step)

    @property
    def search_trouble(self) -> str:
        """What kept the last search from being answered in full, empty for nothing."""
        return self.arrangement.trouble

    def find(self, needle: Needle, columns: Sequence[str]) -> NDArray[np.intp]:
        """The positions of the events that have it in one of the columns, ascending."""
        if not len(self._rows):
            return np.zeros(0, np.intp)
        return self.arrangement.find(needle, columns, self.listed)

    @property
    def _positions(self) -> Positions:
        return Positions(self.index, self._rows)

    # The filter

    def draft(self, text: str) -> Draft:
        """Show what would be left with one more step, "" for the steps alone. Raises QueryError.

        A step that would leave nothing changes nothing yet. What only records can tell is not
        looked at: events that may match are shown.
        """
        node = self.parse(text) if text.strip() else None
        if node is None:
            if self._draft is not None:
                self._draft = None
                self.sift()
            return Draft(len(self._rows), records=False)
        draft = self._would_leave(node)
        if draft.count and repr(node) != repr(self._draft):
            self._draft = node
            self.sift()
        return draft

    def would_leave(self, text: str) -> Draft:
        """What `draft` says of a step, while the rows stay as they are. Raises QueryError."""
        return self._would_leave(self.parse(text))

    def _would_leave(self, node: Node) -> Draft:
        records = bool(needs_records(node))
        if self._seen < 0:
            return Draft(0, records)
        nodes = [*(step.node for step in self.steps.active), node]
        return Draft(self.filtering.count(nodes, unsure=records), records)

    def complete(self, text: str, cursor: int) -> Completions:
        """What may stand at this place of a filter, with how many events have it."""
        from tui.core.query.completion import complete

        return complete(text, cursor, self.index)

    def hits(self, number: int) -> Hits:
        """How many events a step lets through, alone and after those before it."""
        if self._seen < 0:
            return Hits(0, 0)
        step = self.steps.all[number]
        before = [] if self.steps.now.paused else [s for s in self.steps.all[:number] if s.on]
        alone = self.filtering.count([step.node])
        return Hits(alone, self.filtering.count([*(each.node for each in before), step.node]))

    def absence(self, step: Step) -> str:
        """Why a step finds nothing, if it asks for what was not recorded; else nothing."""
        if self._seen < 0 or self.filtering.count([step.node], unsure=True):
            return ""
        from tui.core.filters.absence import absence

        return absence(step.node, self.coverage)

    def trouble(self) -> str:
        """What kept the filter from being answered, empty for nothing."""
        if self._seen < 0:
            return ""
        nodes = self._nodes()
        if not nodes:
            return ""
        from tui.core.filters.filtering import record_nodes

        of_records = self._search.trouble(record_nodes(nodes)) if self._search is not None else ""
        return self.filtering.trouble(nodes) or of_records

    def warm(self) -> bool:
        """Make ready for the first filter in small steps; False if nothing is left to do."""
        if self._seen < 0:
            return False
        self._pipeline.make_ready()
        return self.filtering.matcher.warm()

    def left_out_aws(self) -> int:
        """How many AWS-made events are hidden for that reason alone."""
        return self.filtering.left_out_aws(self._nodes()) if self._seen >= 0 else 0

    # Values

    def top(self, field: str, n: int = SHOWN, *, contains: str = "", order: str = COUNT) -> Facet:
        """A field's values with their counts; this field's own step is left out."""
        return self.counts.top(field, n, contains=contains, order=order)

    def facet(self, field: str) -> list[FacetValue]:
        """The same as a list, most first."""
        return self.top(field).values

    @property
    def collecting(self) -> Collecting:
        """What reads paths in whole records."""
        return self._pipeline.counting

    def rows_without(self, step: Step) -> Rows:
        """The rows that all other steps leave, the oldest first."""
        nodes = self._nodes(step)
        return self.filtering.rows(nodes) if nodes else self.index.order

    # What records tell

    def _look(self, nodes: list[Node], *, anew: bool) -> None:
        """Have the records looked at that decide what the filter leaves."""
        if not nodes and self._search is None:
            return
        from tui.core.filters.filtering import record_nodes

        asked = record_nodes(nodes)
        if self._search is None:
            searching = getattr(self._pipeline, "searching", None)
            if not asked or searching is None:
                return
            self._search = RecordSearch(searching, self.filtering.take)
        self._search.fresh = False
        rows = self.filtering.unsure_rows(nodes) if asked else self._rows[:0]
        self._search.look(asked, rows, anew=anew)

    def search_progress(self) -> LookProgress | None:
        """How far the search through records has come; None: there is none under way."""
        search = self._search
        return search.progress() if search is not None and search.running else None

    def cancel_search(self) -> bool:
        """Look through no more records; False if none were being looked at."""
        return self._search is not None and self._search.cancel()

    def aws_share(self) -> float:
        """Which part of all events AWS services made by themselves, 0 to 1."""
        if self._aws is None:
            if self._seen < 0 or not self._known:
                return 0.0
            self._aws = self._aws_made.count(self.index) / self._known
        return self._aws
