"""Three fields above each other: how the cursor goes, who gets the lines, what is remembered."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.ui.fake_session import FakeSession, make_rows
from tests.ui.stand import stand
from tests.ui.test_sidebar import column, many_targets, values
from tui.actions.registry import SIDEBAR
from tui.core.counts.facet_names import COUNT, NAME
from tui.state import State

if TYPE_CHECKING:
    from pathlib import Path

    from textual.geometry import Region


async def test_three_fields_stand_above_each_other_on_a_tall_screen() -> None:
    async with stand((120, 50)) as it:
        bar = it.main.sidebar
        assert bar.fields == ["service", "who", "result"]
        titles = [line for line in column(it) if "· " in line and "─" in line]
        assert [line.split(" · ")[0] for line in titles] == ["─ Services", "── Who", "── Results"]
        assert any(line.startswith(" ok ") for line in column(it))
        await it.stand_in(SIDEBAR)
        fields = [bar.field]
        seen = 1
        while True:
            await it.press("j")
            if "no value further" in it.message:
                break
            seen += 1
            if bar.field != fields[-1]:
                fields.append(bar.field)
                assert bar.cursor_value == bar.values[0].value
        assert fields == ["service", "who", "result"]
        assert seen == sum(len(it.session.facet(field)) for field in fields)
        await it.press("k", "g", "g")
        assert (bar.field, bar.cursor_value) == ("who", values(it)[0])
        await it.press("k")
        assert (bar.field, bar.cursor_value) == ("service", values(it)[-1])
        await it.press("G")
        assert (bar.field, bar.cursor_value) == ("who", values(it)[-1])


async def test_each_field_has_its_own_step_order_and_cursor() -> None:
    async with stand((120, 50)) as it:
        bar = it.main.sidebar
        await it.stand_in(SIDEBAR)
        await it.press("j", "=", "G", "j")
        assert bar.field == "who"
        await it.press("j", "o", "!")
        assert it.session.filter_text().count(":") == 2
        await it.press("k", "k", "k", "k", "k", "k", "k", "k", "k", "k")
        assert (bar.field, bar.order) == ("service", COUNT)
        await it.press("G", "j")
        assert (bar.field, bar.order) == ("who", NAME)


async def test_a_field_that_is_in_view_already_changes_places() -> None:
    async with stand((120, 50)) as it:
        await it.stand_in(SIDEBAR)
        await it.press("F", *"result", "enter")
        assert it.main.sidebar.fields == ["result", "who", "service"]
        assert it.main.sidebar.field == "result"


async def test_one_field_is_left_when_the_screen_gets_lower() -> None:
    async with stand((120, 50)) as it:
        await it.stand_in(SIDEBAR)
        await it.press("G", "j")
        await it.pilot.resize_terminal(120, 40)
        await it.settle()
        assert it.main.sidebar.fields == ["who"]
        assert column(it)[0].startswith("── Who")
        await it.pilot.resize_terminal(120, 50)
        await it.settle()
        assert it.main.sidebar.fields == ["service", "who", "result"]


async def test_lines_are_shared_out_by_need() -> None:
    async with stand((120, 50), session=many_targets(300)) as it:
        it.main.sidebar.show_field("target")
        await it.settle()
        heights = it.main.sidebar._heights()
        assert sum(heights) == it.main.sidebar.size.height
        assert heights[2] == 1 + len(it.session.facet("result"))
        assert heights[1] == 1 + len(it.session.facet("who"))
        assert heights[0] > 30


async def test_fields_and_orders_are_remembered(tmp_path: Path) -> None:
    state = State.load(tmp_path / "state.json")
    async with stand(memory=state) as it:
        await it.stand_in(SIDEBAR)
        await it.press("F", *"region", "enter", "o")
    state.save()
    async with stand((120, 50), memory=State.load(tmp_path / "state.json")) as it:
        assert it.main.sidebar.fields == ["region", "who", "result"]
        assert it.main.sidebar.order == NAME
    short, twice = ["who"], ["who", "who", "role"]
    unknown, path = ["who", "role", "x"], ["who", "a..b", "ip"]
    for damaged in (short, twice, unknown, path, 7, [1, 2, 3]):
        state.set("sidebar", "fields", damaged)
        state.set("sidebar", "orders", ["count", "up", 3])
        async with stand((120, 50), memory=state) as it:
            assert it.main.sidebar.fields == ["service", "who", "result"]
            assert it.main.sidebar.order == COUNT


# Little is drawn


async def test_only_lines_that_changed_are_drawn() -> None:
    rows = make_rows(60, undated=0)
    session = FakeSession(
        [row._replace(service="abc"[n % 3], who="w", result="") for n, row in enumerate(rows)]
    )
    async with stand((120, 50), session=session) as it:
        await it.stand_in(SIDEBAR)
        drawn: list[Region] = []
        bar = it.main.sidebar
        refresh = bar.refresh

        def watched(*regions: Region) -> object:
            drawn.extend(regions)
            return refresh(*regions)

        bar.refresh = watched  # type: ignore[method-assign, assignment]
        await it.press("j")
        assert [region.y for region in drawn] == [1, 2]
        drawn.clear()
        new = session.next_rows(1)[0]._replace(service="c", who="w", result="")
        session.arrive(new)
        it.engine.changed()
        await it.settle()
        # The one that counts one more is first now; who and result have one line each.
        assert len(drawn) == 5
        drawn.clear()
        it.main.take_in()
        assert drawn == []
