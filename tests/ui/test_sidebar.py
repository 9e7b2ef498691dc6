"""The sidebar: counts that are true, live, and fit."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.ui.fake_session import FakeSession, make_rows
from tests.ui.stand import Stand, stand
from tests.ui.test_snapshots import after, make_app
from tui.actions.registry import SIDEBAR
from tui.core.counts.facet_names import COUNT, NAME, ORDERS, RARE, Facet
from tui.core.index.rows import FacetValue
from tui.core.query.names import FACETS
from tui.core.text import cell_width
from tui.ingest.searching import SearchProgress
from tui.state import State
from tui.ui.screens.field_prompt import FieldPrompt
from tui.ui.widgets.facet_lines import (
    TITLES,
    WHAT,
    more_line,
    short_count,
    title_line,
    value_line,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Compare = Callable[..., bool]

EDGE = "┬│"


def column(it: Stand) -> list[str]:
    """The lines of the sidebar as they are drawn, without its edge."""
    width = it.main.sidebar.size.width
    return [line[:width].rstrip(EDGE).rstrip() for line in it.text()[:-1]]


def values(it: Stand) -> list[str]:
    return [value.value for value in it.main.sidebar.values]


def visible(it: Stand) -> bool:
    return it.main.sidebar.display


def many_targets(count: int) -> FakeSession:
    rows = make_rows(count, undated=0)
    return FakeSession([row._replace(target=f"bucket-{n:04}") for n, row in enumerate(rows)])


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


# Which field


async def test_every_field_is_counted() -> None:
    async with stand() as it:
        for field in FACETS:
            it.main.sidebar.show_field(field)
            await it.settle()
            assert it.main.sidebar.field == field
            assert sum(value.count for value in it.main.sidebar.values) == 300
            assert f"{TITLES[field]} · " in column(it)[0]


def test_every_field_has_a_title_and_words() -> None:
    assert set(TITLES) == set(WHAT) == set(FACETS)


async def test_a_field_is_chosen_by_its_name_by_its_words_or_from_the_list() -> None:
    async with stand() as it:
        await it.press("F", *"errorc")
        prompt = it.prompt
        assert isinstance(prompt, FieldPrompt)
        assert prompt.fitting == ["error"]
        await it.press("enter")
        assert it.main.sidebar.field == "error"
        await it.press("F", "down", "enter")
        assert it.main.sidebar.field == "ip"
        await it.press("F", "u", "backspace", "up", "down", "down", "enter")
        assert it.main.sidebar.field == "who"
        await it.press("F", "ctrl+u", "escape")
        assert it.main.sidebar.field == "who"
        await it.press("F", *"accessKeyId", "enter")
        assert it.main.sidebar.field == "key"
        await it.press("F", *"bucketN", "enter")
        assert it.main.sidebar.field == "target"


async def test_what_cannot_be_counted_is_said() -> None:
    async with stand() as it:
        await it.press("F", *"requestID", "enter")
        assert isinstance(it.prompt, FieldPrompt)
        assert any("only its parts can be counted" in line for line in it.text())
        await it.press("escape", ":", *"facet regoin", "enter")
        assert it.message == "There is no field regoin: do you mean region?"
        await it.press(":", *"facet address", "enter")
        assert (it.main.sidebar.field, it.pane) == ("ip", SIDEBAR)
        await it.press(":", *"facet a..b", "enter")
        assert it.message
        assert it.main.sidebar.field == "ip"
        await it.press(":", *"top requestParameters.bucketName", "enter")
        assert it.message.startswith("The sidebar counts what stands at a path")


async def test_what_stands_at_a_path_is_counted_as_it_is_read(tmp_path: Path) -> None:
    bucket, state = "requestParameters.bucketName", State.load(tmp_path / "state.json")
    async with stand((120, 50), memory=state) as it:
        notes = ["2 of 300 read", ""]
        found = [FacetValue("logs-prod", 7, 0), FacetValue("\u2022\u2022\u2022\u2022", 2, 0)]
        top = it.session.counts.top

        def watched(name: str, n: int = 9, *, contains: str = "", order: str = COUNT) -> Facet:
            if name == bucket:
                return Facet(found, 2, 0, 7, notes[0])
            return top(name, n, contains=contains, order=order)

        it.session.counts.top = watched  # type: ignore[method-assign]
        await it.press("F", *bucket, "enter")
        assert it.main.sidebar.field == bucket
        lines = column(it)
        assert "bucketName · count" in lines[0]
        assert lines[1] == " logs-prod      7 \u2588"
        assert " 2 of 300 read" in lines
        notes.pop(0)
        it.main.take_in()
        await it.settle()
        assert " 2 of 300 read" not in column(it)
        await it.press("j", "=")
        assert it.message == "This value is masked: it cannot be looked for"
        assert len(it.session) == 300
        # Another path takes its place wherever it is asked for.
        await it.press("g", "G", "G", "F", *"requestParameters.key", "enter")
        assert it.main.sidebar.fields == ["service", "requestParameters.key", "result"]
    state.save()
    async with stand((120, 50), memory=State.load(tmp_path / "state.json")) as it:
        assert it.main.sidebar.fields == ["service", "requestParameters.key", "result"]


async def test_that_nothing_is_left_is_said_once_the_records_were_read() -> None:
    async with stand((120, 40)) as it:
        it.session.change(it.session.steps.push(it.session.step("who:nobody")))
        it.session.search = SearchProgress(0, 300, 0, 0)
        it.main.on_sidebar_filtered()
        await it.settle()
        assert "Nothing is left" not in it.message
        it.session.search = None
        it.main.on_sidebar_filtered()
        await it.settle()
        assert it.message == "Nothing is left"


async def test_the_field_opens_the_sidebar_where_it_is_hidden() -> None:
    async with stand((80, 24)) as it:
        assert not visible(it)
        await it.press(":", *"facet region", "enter")
        assert visible(it)
        assert it.pane == SIDEBAR
        assert column(it)[0].startswith("── Regions")
        await it.press("escape", "enter", ":", *"facet who", "enter")
        assert not it.main.panes.full_detail
        assert column(it)[0].startswith("── Who")


async def test_nothing_is_counted_where_nobody_can_see_it() -> None:
    async with stand((80, 24)) as it:
        asked: list[str] = []
        top = it.session.counts.top

        def watched(name: str, *args: int, contains: str = "", order: str = COUNT) -> Facet:
            asked.append(name)
            return top(name, *args, contains=contains, order=order)

        it.session.counts.top = watched  # type: ignore[method-assign, assignment]
        it.engine.arrive(40)
        await it.settle()
        assert asked == []
        await it.press("s")
        assert asked
        assert sum(value.count for value in it.main.sidebar.values) == 340


async def test_a_value_of_any_field_is_let_in_and_kept_out() -> None:
    async with stand() as it:
        for field in ("region", "ip", "error", "category"):
            await it.stand_in(SIDEBAR)
            it.main.sidebar.show_field(field)
            await it.press("=")
            chosen = it.main.sidebar.values[0]
            assert chosen.state == 1
            assert len(it.session) == chosen.count
            await it.press("!")
            assert it.main.sidebar.values[0].state == -1
            assert len(it.session) == it.session.total - chosen.count
            await it.press("a")
            assert len(it.session) == it.session.total


# Orders


async def test_the_order_goes_round_and_the_cursor_stays_on_its_value() -> None:
    async with stand() as it:
        await it.stand_in(SIDEBAR)
        await it.press("j", "j")
        value = it.main.sidebar.cursor_value
        for order in (NAME, RARE, COUNT):
            await it.press("o")
            assert it.main.sidebar.order == order
            assert it.main.sidebar.cursor_value == value
            assert "·" in column(it)[0]


async def test_rare_people_come_with_the_number_of_their_addresses() -> None:
    rows = make_rows(30, undated=0)
    who = ["often"] * 27 + ["seldom"] * 3
    ips = ["192.0.2.1"] * 29 + ["192.0.2.2"]
    session = FakeSession(
        [row._replace(who=w, address=ip) for row, w, ip in zip(rows, who, ips, strict=True)]
    )
    async with stand(session=session) as it:
        await it.stand_in(SIDEBAR)
        it.main.sidebar.show_field("who")
        await it.press("o", "o")
        assert column(it)[1:3] == [" seldom     3 2 ips", " often      27 1 ip"]


# Narrowing


async def test_values_are_narrowed_while_typing() -> None:
    async with stand(session=many_targets(300)) as it:
        await it.stand_in(SIDEBAR)
        it.main.sidebar.show_field("target")
        await it.settle()
        assert column(it)[-1] == " and 263 more: /"
        await it.press("/", *"ET-01")
        assert column(it)[-1] == "/ET-01▏"
        assert len(values(it)) == 100
        assert len(it.session) == 300
        await it.press("9")
        assert values(it) == [f"bucket-019{n}" for n in range(10)]
        await it.press("backspace", "2", "5", "enter", "=")
        assert it.message == ""
        assert column(it)[-1] == "/ET-0125"
        assert [it.session.event(n).target for n in range(len(it.session))] == ["bucket-0125"]
        await it.press("escape")
        assert it.pane == SIDEBAR
        assert len(values(it)) == 300
        await it.press("escape")
        assert it.pane != SIDEBAR


async def test_keys_that_are_typed_fast_are_text() -> None:
    async with stand() as it:
        await it.stand_in(SIDEBAR)
        await it.pilot.press("slash", "a", "e", "c")
        await it.settle()
        assert column(it)[-1] == "/aec▏"
        assert values(it) == []
        assert column(it)[1] == " no value holds tha"
        await it.press("=")
        assert column(it)[-1] == "/aec=▏"
        await it.press("ctrl+u", "down")
        assert it.main.sidebar.cursor_value == values(it)[1]
        await it.press("backspace")
        assert not column(it)[-1].startswith("/")
        await it.press("/", "x", "tab", "=")
        assert column(it)[-1] == "/x"


async def test_the_way_to_values_that_are_not_shown_is_told() -> None:
    async with stand(session=many_targets(2_300)) as it:
        await it.stand_in(SIDEBAR)
        it.main.sidebar.show_field("target")
        await it.press("G")
        assert len(values(it)) == 2_000
        assert it.main.sidebar.cursor_value == "bucket-1999"
        assert column(it)[-1] == " and 300 more: /"
        await it.press("/", *"bucket-22", "enter", "G")
        assert it.main.sidebar.cursor_value == "bucket-2299"
        assert column(it)[-2:] == [" 100 values", "/bucket-22"]


# Lines


@pytest.mark.parametrize("width", [12, 19, 29, 79])
@pytest.mark.parametrize("field", FACETS)
def test_a_title_fits(field: str, width: int) -> None:
    for order in ORDERS:
        assert cell_width(title_line(field, order, width)) == width
    assert title_line(field, COUNT, 29).startswith(f"── {TITLES[field]} · by count ")


def test_what_is_below_is_told_in_as_many_words_as_fit() -> None:
    assert more_line(4_120, 5_000, 29) == " and 4,120 more: / narrows".ljust(29)
    assert more_line(4_120, 5_000, 19) == " and 4,120 more: / "
    assert more_line(200_120, 200_140, 19) == " 200,120 more: /".ljust(19)
    assert more_line(200_120, 200_140, 12) == "200,120 more"
    assert more_line(0, 5_000, 19) == " 5,000 values".ljust(19)


def test_addresses_stand_in_the_place_of_the_bar() -> None:
    line = value_line(FacetValue("alice", 1_203, 0, 3), " ", 1_203, 29)
    assert line == " alice            1,203 3 ips"
    assert value_line(FacetValue("", 7, 0), " ", 7, 19, "result") == " ok             7 █"


@pytest.mark.parametrize("width", [18, 19, 28])
def test_a_key_keeps_its_end_beside_its_addresses(width: int) -> None:
    line = value_line(FacetValue("AKIAIOSFODNN7EXAMPLE", 12, 0, 3), " ", 12, width, "key")
    assert cell_width(line) == width
    assert "XAMPLE " in line
    assert line.endswith("12 3 ips")
    many = value_line(FacetValue("AKIAIOSFODNN7EXAMPLE", 1_200, 0, 13), " ", 1_200, width, "key")
    assert "XAMPLE " in many
    assert ("ips" in many) is (width == 28)


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (120, 50)])
def test_what_it_looks_like(snap_compare: Compare, size: tuple[int, int]) -> None:
    keys = ["s"] if size[0] < 100 else ["shift+tab"]
    keys += ["j", "space", "j", "j", "exclamation_mark"]
    assert snap_compare(make_app(), terminal_size=size, run_before=after(*keys))


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
def test_what_choosing_a_field_looks_like(snap_compare: Compare, size: tuple[int, int]) -> None:
    assert snap_compare(make_app(), terminal_size=size, press=["F", *"ey"])


def test_what_narrowing_looks_like(snap_compare: Compare) -> None:
    keys = ["F", *"ip", "enter", "o", "o", "slash", *"51.100.2"]
    assert snap_compare(make_app(), terminal_size=(120, 50), run_before=after(*keys))
