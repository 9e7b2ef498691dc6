"""What stands at a path in the newest records that the filter leaves, counted as it is read."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from tui.core.counts.facet_names import COUNT, NAME, SHOWN, Facet
from tui.core.index.rows import FacetValue
from tui.core.query.values import fold

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from numpy.typing import NDArray

    Rows = NDArray[Any]

NEWEST = 20_000
"""Records that are read: what the filter leaves beyond them is not counted."""


class Collecting(Protocol):
    """What the engine has to read paths."""

    def collect(
        self, keys: tuple[str, ...], rows: Rows, told: Callable[[Rows, list[list[str]]], None]
    ) -> None: ...

    def cancel(self) -> None: ...


class PathCounts:
    """One path; what a record said is kept while the path is the same."""

    def __init__(self, collecting: Collecting) -> None:
        self._collecting = collecting
        self._keys: tuple[str, ...] = ()
        self._texts: dict[int, tuple[str, ...]] = {}
        self._waiting: set[int] = set()
        self.fresh = False
        """Was anything told since this was set to False?"""

    def top(
        self,
        keys: tuple[str, ...],
        rows: Rows,
        n: int = SHOWN,
        *,
        contains: str = "",
        order: str = COUNT,
        state: Callable[[str], int] | None = None,
        held: Iterable[str] = (),
    ) -> Facet:
        """The values at a path in the newest of these rows, which run by time; see `Facets.top`.

        What is not known yet is asked for. An event counts once for each of its values.
        """
        if keys != self._keys:
            self._keys, self._texts, self._waiting = keys, {}, set()
        newest = rows[: -NEWEST - 1 : -1]
        self._ask(newest)
        counts: Counter[str] = Counter()
        read = 0
        for row in newest.tolist():
            texts = self._texts.get(row)
            if texts is not None:
                read += 1
                counts.update(texts or ("",))
        wanted = fold(contains)
        fitting = {text: count for text, count in counts.items() if wanted in fold(text)}
        shown = dict(_sorted(fitting.items(), order)[:n])
        shown.update((text, counts[text]) for text in held if wanted in fold(text))
        values = [
            FacetValue(text, count, state(text) if state else 0)
            for text, count in _sorted(shown.items(), order)
        ]
        others = len(fitting.keys() - shown.keys())
        most = max(fitting.values(), default=0)
        return Facet(values, len(fitting), others, most, _note(read, len(newest), len(rows)))

    def _ask(self, rows: Rows) -> None:
        """Have the records of rows read that are not known, unless they are being read already."""
        missing = [row for row in rows.tolist() if row not in self._texts]
        if not missing:
            if self._waiting:
                self._collecting.cancel()
            self._waiting = set()
        elif not self._waiting.issuperset(missing):
            self._waiting = set(missing)
            self._collecting.collect(self._keys, np.array(missing, np.intp), self._told)

    def _told(self, rows: Rows, texts: list[list[str]]) -> None:
        self._texts.update(zip(rows.tolist(), map(tuple, texts), strict=True))
        self.fresh = True


def _sorted(values: Iterable[tuple[str, int]], order: str) -> list[tuple[str, int]]:
    if order == NAME:
        return sorted(values, key=lambda value: (value[0].lower(), value[0]))
    sign = -1 if order == COUNT else 1
    return sorted(values, key=lambda value: (sign * value[1], value[0].lower(), value[0]))


def _note(read: int, asked: int, rows: int) -> str:
    """What of the events was counted, if it is not all of them."""
    if read < asked:
        return f"{read:,} of {asked:,} read"
    return f"of the newest {asked:,}" if asked < rows else ""
