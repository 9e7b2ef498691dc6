"""The steps in a line, whatever room there is."""

from __future__ import annotations

from hypothesis import example, given
from hypothesis import strategies as st

from tui.core.filters.steps import Step, Steps
from tui.core.query.nodes import Word
from tui.core.text import cell_width
from tui.ui.widgets.breadcrumb import Crumb, breadcrumb


def steps(*texts: str) -> Steps:
    found = Steps()
    for text in texts:
        found = found.push(Step(text, Word(text)))
    return found


def line(found: Steps, width: int) -> str:
    return "".join(crumb.text for crumb in breadcrumb(found, width))


def test_all_of_it_where_there_is_room() -> None:
    assert line(steps("is:error", "service:iam"), 40) == "is:error › service:iam"  # noqa: RUF001
    assert breadcrumb(Steps(), 40) == []


def test_names_stand_for_long_filters() -> None:
    lens = Step("is:write -is:aws", Word("x"), name="changes")
    assert line(Steps().push(lens), 40) == "changes"


def test_what_is_off_is_marked() -> None:
    found = steps("a", "b").switch(0)
    assert breadcrumb(found, 40)[0] == Crumb("○a", off=True)
    assert [crumb.off for crumb in breadcrumb(found.toggle_all(), 40)] == [True, False, True]
    assert line(found.toggle_all(), 40) == "○a › ○b"  # noqa: RUF001


def test_the_longest_is_cut_first() -> None:
    found = line(steps("is:error", "requestParameters.bucketName:customer-exports"), 40)
    assert found.startswith("is:error ")
    assert found.endswith("exports")
    assert "…" in found


def test_the_first_and_the_last_stay_when_many_are_there() -> None:
    found = line(steps(*[f"service:name{n}" for n in range(20)]), 60)
    assert found.startswith("service:name0 ")
    assert found.endswith("name19")
    assert "more …" in found


def test_where_there_is_no_room_there_is_nothing() -> None:
    assert breadcrumb(steps("is:error"), 5) == []


@given(st.lists(st.text(min_size=1, max_size=60), max_size=30), st.integers(0, 200))
@example(["0", "0\x80"], 12)
@example(["0" * 9, "newest"], 12)
def test_it_never_takes_more_than_it_has(texts: list[str], width: int) -> None:
    assert cell_width(line(steps(*texts), width)) <= width
