"""Values at a path, counted as records are read: against counting what is known one by one."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from tui.core.counts.facet_names import COUNT, NAME, ORDERS, RARE
from tui.ui.session.filter_steps import path_text
from tui.ui.session.path_counts import PathCounts

if TYPE_CHECKING:
    from collections.abc import Callable

    import pytest

KEYS = ("requestParameters", "bucketName")


class Reader:
    """Reads nothing before a test says so."""

    def __init__(self) -> None:
        self.asked: list[list[int]] = []
        self.cancelled = 0
        self.told: Callable[[Any, list[list[str]]], None] | None = None

    def collect(self, keys: tuple[str, ...], rows: Any, told: Any) -> None:
        self.asked.append(rows.tolist())
        self.told = told

    def cancel(self) -> None:
        self.cancelled += 1

    def tell(self, texts: dict[int, list[str]]) -> None:
        assert self.told is not None
        self.told(np.array(list(texts), np.intp), list(texts.values()))


@given(
    texts=st.lists(st.lists(st.sampled_from(("a", "B", "bb", "c")), unique=True), max_size=20),
    known=st.integers(0, 20),
    n=st.integers(0, 5),
    contains=st.sampled_from(("", "b")),
    order=st.sampled_from(ORDERS),
)
@settings(deadline=None)
def test_what_was_read_is_counted(
    texts: list[list[str]], known: int, n: int, contains: str, order: str
) -> None:
    reader = Reader()
    counts = PathCounts(reader)
    rows = np.arange(len(texts))
    counts.top(KEYS, rows)
    told = dict(list(enumerate(texts))[::-1][:known])
    if told:
        reader.tell(told)
    facet = counts.top(KEYS, rows, n, contains=contains, order=order)
    expected = Counter(text for own in told.values() for text in own or [""])
    fitting = {text: count for text, count in expected.items() if contains in text.lower()}
    keys: dict[str, Callable[[str], tuple[Any, ...]]] = {
        COUNT: lambda text: (-fitting[text], text.lower()),
        NAME: lambda text: (text.lower(),),
        RARE: lambda text: (fitting[text], text.lower()),
    }
    shown = sorted(fitting, key=keys[order])[:n]
    assert [(value.value, value.count) for value in facet.values] == [
        (text, fitting[text]) for text in shown
    ]
    assert (facet.distinct, facet.others) == (len(fitting), len(fitting) - len(shown))
    assert bool(facet.note) is (len(told) < len(texts))


def test_only_what_is_not_known_is_read_the_newest_first() -> None:
    reader = Reader()
    counts = PathCounts(reader)
    counts.top(KEYS, np.arange(4))
    counts.top(KEYS, np.arange(4), contains="x")
    assert reader.asked == [[3, 2, 1, 0]]
    reader.tell({3: ["a"], 2: []})
    assert counts.fresh
    assert counts.top(KEYS, np.arange(4)).note == "2 of 4 read"
    counts.top(KEYS, np.arange(6))
    assert reader.asked[1:] == [[5, 4, 1, 0]]
    reader.tell({5: [], 4: [], 1: [], 0: []})
    assert counts.top(KEYS, np.arange(6)).note == ""
    assert reader.cancelled == 1
    counts.top(("other", "path"), np.arange(2))
    assert reader.asked[2:] == [[1, 0]]


def test_of_very_many_only_the_newest_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tui.ui.session.path_counts.NEWEST", 3)
    reader = Reader()
    counts = PathCounts(reader)
    counts.top(KEYS, np.arange(5))
    assert reader.asked == [[4, 3, 2]]
    reader.tell({4: ["a"], 3: ["a"], 2: ["b"]})
    facet = counts.top(KEYS, np.arange(5), state=lambda text: -1, held=("gone",))
    assert facet.note == "of the newest 3"
    assert [value[:3] for value in facet.values] == [("a", 2, -1), ("b", 1, -1), ("gone", 0, -1)]


def test_steps_on_a_path_say_what_is_missing_too() -> None:
    assert path_text("a.b", ["x y"], []) == 'a.b:"x y"'
    assert path_text("a.b", ["x", "y"], ["z"]) == "a.b:(x y) -a.b:z"
    assert path_text("a.b", [""], []) == "-a.b:*"
    assert path_text("a.b", [], [""]) == "a.b:*"
    assert path_text("a.b", ["x", ""], []) == "(a.b:x or -a.b:*)"
    assert path_text("a.b", [], ["x", ""]) == "-a.b:x a.b:*"
