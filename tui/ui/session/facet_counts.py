"""What a session counts by field: all that the filter leaves without the field's own step."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tui.core.counts.facet_names import COUNT, EMPTY, SHOWN, Facet, Seen, is_path
from tui.core.counts.facets import Facets
from tui.ui.session.path_counts import PathCounts

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from numpy.typing import NDArray

    from tui.ui.session.session import Session


class FacetCounts:
    """Counts once for each question and generation of the session's rows."""

    def __init__(self, session: Session, names: Mapping[str, str]) -> None:
        """`names` are those that a person gave to account IDs."""
        self._session = session
        self._names = names
        self._facets: Facets | None = None
        self._paths: PathCounts | None = None
        self._known: dict[tuple[object, ...], Facet] = {}
        self._rows: dict[str, NDArray[Any]] = {}
        self._generation = -1

    @property
    def _counting(self) -> Facets:
        if self._facets is None:
            self._facets = Facets(self._session.index, self._names)
        return self._facets

    def top(self, name: str, n: int = SHOWN, *, contains: str = "", order: str = COUNT) -> Facet:
        """The values of a field, by any of its names: see `Facets.top`."""
        session = self._session
        if not session.total:
            return EMPTY
        self._freshen()
        field = session.field(name)
        if is_path(field):
            return self._at_path(field, n, contains, order)
        key = (field, n, contains, order)
        known = self._known.get(key)
        if known is None:
            rows = self.rows(name)
            step = session.steps.choice(field)
            known = self._known[key] = self._counting.top(
                field,
                None if len(rows) == len(session.index.order) else rows,
                n,
                contains=contains,
                order=order,
                state=None if step is None else step.state,
                held=() if step is None else (*step.wanted, *step.unwanted),
            )
        return known

    def _at_path(self, path: str, n: int, contains: str, order: str) -> Facet:
        """Values at a path: not kept, they come bit by bit."""
        session = self._session
        if self._paths is None:
            self._paths = PathCounts(session.collecting)
        step = session.steps.choice(path)
        return self._paths.top(
            session.path_keys(path),
            self.rows(path),
            n,
            contains=contains,
            order=order,
            state=None if step is None else step.state,
            held=() if step is None else (*step.wanted, *step.unwanted),
        )

    def prepare(self, name: str) -> None:
        """A field's values will be narrowed: make the first time as quick as the next."""
        if self._session.total and not is_path(name):
            self._counting.prepare(self._session.field(name))

    def settle(self) -> bool:
        """Was more told of a path since this was asked last?"""
        if self._paths is None:
            return False
        fresh, self._paths.fresh = self._paths.fresh, False
        return fresh

    def rows(self, name: str) -> NDArray[Any]:
        """The rows that a field's values are counted in, by time."""
        session = self._session
        self._freshen()
        field = session.field(name)
        step = session.steps.choice(field)
        if step is None:
            return session.rows
        rows = self._rows.get(field)
        if rows is None:
            rows = self._rows[field] = session.rows_without(step)
        return rows

    def seen(self, name: str, values: Iterable[str]) -> list[Seen]:
        """When each of these values of a field was first and last seen."""
        if not self._session.total:
            return [Seen(None, None) for _ in values]
        return self._counting.seen(self._session.field(name), self.rows(name), values)

    def _freshen(self) -> None:
        if self._generation != self._session.generation:
            self._generation = self._session.generation
            self._known.clear()
            self._rows.clear()
