"""The sidebar: counts that are true, live, and fit."""

from __future__ import annotations

import pytest

from tests.ui.fake_session import FakeSession, make_rows
from tests.ui.stand import stand
from tui.actions import SIDEBAR
from tui.core.rows import FacetValue
from tui.core.text import cell_width
from tui.ui.widgets.sidebar import short_count, value_line


async def test_counts_are_sorted_live_and_leave_this_step_out() -> None:
    async with stand() as it:
        before = it.main.sidebar.values
        assert [value.count for value in before] == sorted(
            (value.count for value in before), reverse=True
        )
        assert sum(value.count for value in before) == 300
        await it.stand_in(SIDEBAR)
        await it.press("=")
        assert [value.count for value in it.main.sidebar.values] == [v.count for v in before]
        assert [value.state for value in it.main.sidebar.values][:2] == [1, 0]
        it.engine.arrive(40)
        await it.settle()
        assert sum(value.count for value in it.main.sidebar.values) == 340
        await it.press("a", "!")
        assert it.main.sidebar.values[0].state == -1
        assert it.text()[1].startswith("-s3")


async def test_the_cursor_stays_on_its_value_when_counts_change_places() -> None:
    rows = make_rows(60, undated=0)
    session = FakeSession(
        [row._replace(service="a" if n < 40 else "b") for n, row in enumerate(rows)]
    )
    async with stand(session=session) as it:
        await it.stand_in(SIDEBAR)
        await it.press("j")
        assert it.main.sidebar.cursor_value == "b"
        session.arrive(*[row._replace(service="b") for row in session.next_rows(50)])
        it.engine.changed()
        await it.settle()
        assert [value.value for value in it.main.sidebar.values] == ["b", "a"]
        assert it.main.sidebar.cursor_value == "b"


async def test_what_cannot_be_done_is_said() -> None:
    async with stand() as it:
        await it.stand_in(SIDEBAR)
        await it.press("k")
        assert it.message == "There is no value further that way"
        await it.press("a")
        assert it.message == "All values are shown already"
    async with stand(session=FakeSession([])) as it:
        it.main.set_focus(it.main.sidebar)
        await it.press("=")
        assert it.message == "There are no values here"
        await it.press("y", "v")
        assert it.message == "There is no value here to copy"


@pytest.mark.parametrize(
    "name", ["s3", "a-very-long-service-name", "日本語サービス", "", "\x1b[2J"]
)
@pytest.mark.parametrize("count", [0, 7, 21_310, 999_999, 1_234_567, 98_765_432])
def test_a_value_fits_its_line(name: str, count: int) -> None:
    line = value_line(FacetValue(name, count, 0), "+", 98_765_432, 19)
    assert cell_width(line) == 19
    assert line.isprintable()
    assert short_count(count) in line


def test_bars_are_shares_of_the_largest() -> None:
    bars = [value_line(FacetValue("x", count, 0), " ", 800, 19)[-1] for count in (800, 400, 1, 0)]
    assert bars == ["█", "▄", "▁", " "]
