"""Counts by value over the fake session's rows: slow and simple."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from tests.ui.fake_filter import field_text
from tui.core.counts.facet_names import COUNT, NAME, RARE, SHOWN, Facet, Seen
from tui.core.counts.tops import WITH_ADDRESSES
from tui.core.index.rows import FacetValue

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tests.ui.fake_session import FakeSession
    from tui.core.index.rows import EventRow


class FakeCounts:
    """What `tui.ui.session.facet_counts.FacetCounts` tells."""

    def __init__(self, session: FakeSession) -> None:
        self._session = session

    def prepare(self, name: str) -> None:
        assert self._session.field(name)

    def rows(self, name: str) -> list[EventRow]:
        session = self._session
        step = session.steps.choice(session.field(name))
        return session._passing(session._nodes(step))

    def top(self, name: str, n: int = SHOWN, *, contains: str = "", order: str = COUNT) -> Facet:
        field = self._session.field(name)
        step = self._session.steps.choice(field)
        rows = self.rows(name)
        counts = Counter(field_text(row, field) for row in rows)
        held = (*step.wanted, *step.unwanted) if step else ()
        fitting = {
            value: counts[value] for value in (*counts, *held) if contains.lower() in value.lower()
        }
        keys = {
            COUNT: lambda value: (-fitting[value], value),
            NAME: lambda value: (0, value.lower()),
            RARE: lambda value: (fitting[value], value),
        }
        values = sorted(fitting, key=keys[order])
        ips = order == RARE and field in WITH_ADDRESSES
        found = [
            FacetValue(
                value,
                fitting[value],
                step.state(value) if step else 0,
                len({row.address for row in rows if field_text(row, field) == value})
                if ips
                else None,
            )
            for value in values[:n]
        ]
        return Facet(
            found, len(fitting), len(fitting) - len(found), max(fitting.values(), default=0)
        )

    def seen(self, name: str, values: Iterable[str]) -> list[Seen]:
        field = self._session.field(name)
        found = []
        for value in values:
            rows = [row for row in self.rows(name) if field_text(row, field) == value]
            times = [row.time for row in rows if row.time is not None]
            found.append(Seen(min(times, default=None), max(times, default=None)))
        return found
