"""Reading what stands at a path in whole records, on the workers, as a search does."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tui.core.query.nodes import Path
from tui.ingest.searching import Searching

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from tui.ingest.jobs import SearchDone
    from tui.ingest.processes.crew import Given

    Rows = NDArray[Any]
    Texts = Callable[[Rows, list[list[str]]], None]
    """Told for each of these rows what stands at the path, each text once."""


class Counting(Searching):
    """One path at a time: rows in the order given, what stands there as it comes."""

    def _forget(self) -> None:
        super()._forget()
        self._told: Texts | None = None
        self._texts: dict[int, list[str]] = {}

    def collect(self, keys: tuple[str, ...], rows: Rows, told: Texts) -> None:
        """Look what stands at a path in these rows, instead of what was looked for before."""
        self.look([Path(keys, ())], rows, lambda _node, _rows, _yes: None)
        self._told = told

    def take(self, given: Given, done: SearchDone) -> None:
        """Pass on what a job's answer told."""
        self._texts = done.texts or {}
        super().take(given, done)

    def _tell(self, rows: Rows, told: NDArray[Any], found: list[list[int]]) -> None:
        texts, self._texts = self._texts, {}
        self._done += int(told.sum())
        self._found += sum(map(len, found))
        assert self._told is not None
        self._told(rows[told], [texts.get(place, []) for place in told.nonzero()[0].tolist()])
