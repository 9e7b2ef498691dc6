"""Which rows are looked at, when, and when no more."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pytest

from tui.core.query.nodes import Exact, Path, Text
from tui.ui.session.record_search import RecordSearch

if TYPE_CHECKING:
    from collections.abc import Sequence

NEEDLE, OTHER = Text("needle"), Path(("a", "b"), (Exact("x"),))


class Progress(NamedTuple):
    done: int
    all: int
    found: int


class Searching:
    """Notes what it is asked, and answers when it is told to."""

    def __init__(self) -> None:
        self.asked: list[tuple[list[Any], list[int]]] = []
        self.cancelled = 0
        self._then: Any = None
        self._done = 0

    def look(self, nodes: Sequence[Any], rows: Any, then: Any) -> None:
        self.asked.append((list(nodes), rows.tolist()))
        self._then, self._done = then, 0

    def cancel(self) -> None:
        self.cancelled += 1

    def progress(self) -> Progress:
        return Progress(self._done, len(self.asked[-1][1]) if self.asked else 0, 0)

    def trouble(self, nodes: Sequence[Any]) -> str:
        return "too slow" if nodes else ""

    def answer(self, *rows: int, yes: bool = True) -> None:
        self._done += len(rows)
        self._then(self.asked[-1][0][0], np.array(rows), np.full(len(rows), yes))

    def pass_over(self, count: int) -> None:
        """As if the records of so many rows could not be read."""
        self._done += count


@pytest.fixture
def searching() -> Searching:
    return Searching()


@pytest.fixture
def taken() -> list[list[int]]:
    return []


@pytest.fixture
def search(searching: Searching, taken: list[list[int]]) -> RecordSearch:
    return RecordSearch(searching, lambda _node, rows, _yes: taken.append(rows.tolist()))


def rows(*numbers: int) -> Any:
    return np.array(numbers, np.intp)


def test_rows_are_looked_at_once(
    search: RecordSearch, searching: Searching, taken: list[list[int]]
) -> None:
    search.look([NEEDLE], rows(3, 2, 1), anew=True)
    assert search.progress() == Progress(0, 3, 0)
    search.look([NEEDLE], rows(3, 2, 1), anew=False)
    assert searching.asked == [([NEEDLE], [3, 2, 1])]
    searching.answer(3, 2)
    assert (search.fresh, taken) == (True, [[3, 2]])
    searching.answer(1)
    assert not search.running
    search.look([NEEDLE], rows(), anew=False)
    assert len(searching.asked) == 1


def test_rows_that_come_later_are_looked_at_when_the_others_are_done(
    search: RecordSearch, searching: Searching
) -> None:
    search.look([NEEDLE], rows(2, 1), anew=True)
    search.look([NEEDLE], rows(3, 2, 1), anew=False)
    assert len(searching.asked) == 1
    searching.answer(2, 1)
    search.look([NEEDLE], rows(3), anew=False)
    assert searching.asked[-1] == ([NEEDLE], [3])


def test_another_filter_replaces_the_search(search: RecordSearch, searching: Searching) -> None:
    search.look([NEEDLE], rows(3, 2, 1), anew=True)
    search.look([NEEDLE], rows(2), anew=True)
    search.look([NEEDLE, OTHER], rows(2), anew=False)
    assert [nodes for nodes, _ in searching.asked] == [[NEEDLE], [NEEDLE], [NEEDLE, OTHER]]
    search.look([], rows(), anew=True)
    assert searching.cancelled == 1
    assert not search.running


def test_what_cannot_be_read_is_not_asked_for_again(
    search: RecordSearch, searching: Searching
) -> None:
    search.look([NEEDLE], rows(3, 2, 1), anew=True)
    searching.answer(3)
    searching.pass_over(2)
    search.look([NEEDLE], rows(2, 1), anew=False)
    assert len(searching.asked) == 1
    search.look([NEEDLE], rows(9, 2, 1), anew=False)
    assert searching.asked[-1] == ([NEEDLE], [9])


def test_a_cancelled_search_stays_so_until_the_filter_is_another(
    search: RecordSearch, searching: Searching
) -> None:
    assert not search.cancel()
    search.look([NEEDLE], rows(2, 1), anew=True)
    assert search.cancel()
    assert searching.cancelled == 1
    assert search.progress() is None
    search.look([NEEDLE], rows(2, 1), anew=False)
    assert len(searching.asked) == 1
    search.look([NEEDLE], rows(2, 1), anew=True)
    assert len(searching.asked) == 2
