"""The values of a field at large: what is told of each, at every width, and as a table."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.ui.fake_session import FakeSession, make_rows
from tests.ui.stand import stand
from tests.ui.test_snapshots import after, make_app
from tui.core.counts.facet_names import Seen
from tui.core.index.rows import FacetValue
from tui.core.query.names import FACETS
from tui.core.text import cell_width
from tui.ui.screens.top import Table, TopScreen, bar_text, share_text, table_markdown, table_text
from tui.ui.times import TimeDisplay

if TYPE_CHECKING:
    from collections.abc import Callable

    Compare = Callable[..., bool]

SECOND = 1_000_000
TIMES = TimeDisplay(lambda: 0.0, mode="utc")
TABLE = Table(
    "error",
    2_000,
    [
        FacetValue("", 1_990, 0),
        FacetValue("Access|Denied\x1b[2J", 9, 1),
        FacetValue("\u65e5\u672c" * 60, 1, 0),
        FacetValue("gone", 0, -1),
    ],
    [Seen(0, 60 * SECOND), Seen(SECOND, SECOND), Seen(None, None), Seen(None, None)],
    4_120,
)


def lines(width: int) -> list[str]:
    return [paragraph.text for paragraph in table_text(TABLE, TIMES, width)]


def test_each_value_has_its_count_share_bar_and_times() -> None:
    shown = lines(140)
    assert shown[0] == "Errors: 4,124 in 2,000 events"
    assert shown[2].split() == [
        "events",
        "share",
        "first",
        "seen",
        "(UTC)",
        "last",
        "seen",
        "value",
    ]
    assert shown[3].split() == [
        "1,990", "99.5%", "\u2588" * 20, "1970-01-01T00:00:00Z", "1970-01-01T00:01:00Z", "(none)",
    ]  # fmt: skip
    assert shown[4].endswith("1970-01-01T00:00:01Z  Access|Denied\u241b[2J")
    assert shown[5].split()[:5] == ["1", "0.1%", "\u258f", "undated", "undated"]
    assert shown[6].split() == ["0", "0.0%", "gone"]
    assert shown[7] == "and 4,120 more: errors in the sidebar (F) can be narrowed (/)"


@pytest.mark.parametrize("width", [60, 80, 100, 120, 200])
def test_no_line_is_wrapped(width: int) -> None:
    shown = lines(width)
    assert all(cell_width(line) <= width - 3 for line in shown[2:7])
    assert ("first seen" in shown[2]) is (width >= 110)
    assert "\u2588" in shown[3]


def test_a_narrow_screen_leaves_the_value_its_room() -> None:
    assert all("Access|Denied" in line for line in (lines(80)[4], lines(60)[4]))
    taken = lines(80)[2].index("value")
    assert 80 - taken >= 45


def test_no_value_is_told_of_as_nothing() -> None:
    assert share_text(1, 10_000) == "<0.1%"
    assert (share_text(0, 10), share_text(0, 0), share_text(10, 10)) == ("0.0%", "0.0%", "100.0%")
    assert bar_text(1, 1_000_000, 10) == "\u258f".ljust(10)
    assert bar_text(5, 10, 5) == "\u2588\u2588\u258c  "
    assert bar_text(0, 0, 3) == "   "
    empty = table_text(TABLE._replace(values=[], seen=[], others=0, total=1), TIMES, 80)
    assert [paragraph.text for paragraph in empty] == [
        "Errors: 0 in 1 event", "", "There are no values here.",
    ]  # fmt: skip


def test_the_table_is_markdown_whatever_the_values_are() -> None:
    rows = table_markdown(TABLE, TIMES, show_secrets=False).splitlines()
    assert rows[:2] == [
        "| events | share | error | first seen | last seen |",
        "| ---: | ---: | --- | --- | --- |",
    ]
    assert rows[2].startswith("| 1,990 | 99.5% | (none) | 1970-01-01T00:00:00Z |")
    assert "Access\\|Denied\u241b\\[2J" in rows[3]
    assert len(rows) == 6


async def test_what_the_filter_leaves_is_counted_without_the_fields_own_step() -> None:
    rows = make_rows(40, undated=0)
    session = FakeSession(
        [row._replace(service="ab"[n % 2], who="cd"[n // 30]) for n, row in enumerate(rows)]
    )
    async with stand(session=session) as it:
        session.only("service", "a")
        session.only("who", "c")
        it.main.take_in()
        await it.press(":", *"top who", "enter")
        screen = it.app.screen
        assert isinstance(screen, TopScreen)
        assert [value[:3] for value in screen.table.values] == [("c", 15, 1), ("d", 5, 0)]
        assert screen.table.total == 20
        assert screen.table.seen[1].first == rows[30].time
        await it.press("y", "e")
        assert it.copied[-1][0].splitlines()[3].startswith("| 5 | 25.0% | d |")
        await it.press("escape", ":", *"top regoin", "enter")
        assert it.message == "There is no field regoin: do you mean region?"


async def test_every_field_can_be_seen_at_large() -> None:
    async with stand((80, 24)) as it:
        for field in FACETS:
            it.main.facet_commands.action_top(field)
            await it.settle()
            assert " in 300 events" in it.text()[0]
            await it.press("escape")


async def test_a_secret_in_a_value_is_masked_in_the_table() -> None:
    token = "FwoGZXIvYXdzE" + "Ab3dEf6hIj9" * 30
    session = FakeSession([row._replace(target=token) for row in make_rows(3)])
    async with stand(session=session) as it:
        it.main.facet_commands.action_top("target")
        await it.press("y", "v")
        assert token not in it.copied[-1][0]


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
def test_what_it_looks_like(snap_compare: Compare, size: tuple[int, int]) -> None:
    keys = ["colon", *"top", "space", *"who", "enter"]
    assert snap_compare(make_app(), terminal_size=size, run_before=after(*keys))
