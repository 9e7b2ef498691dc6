"""The list sorted otherwise than by time, its columns, and leaps through time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.ui.fake_session import SECOND, FakeSession, make_rows
from tests.ui.stand import Stand, stand
from tui.settings import Settings
from tui.ui.session.arrangement import Sorted
from tui.ui.widgets.columns import HEADINGS, columns_for

if TYPE_CHECKING:
    from tui.core.index.rows import EventRow

HOUR, DAY = 3_600 * SECOND, 86_400 * SECOND


class Kept:
    """Remembers, as the state file does."""

    def __init__(self) -> None:
        self.values: dict[tuple[str, str], object] = {}

    def get(self, section: str, key: str) -> object:
        return self.values.get((section, key))

    def set(self, section: str, key: str, value: object) -> None:
        self.values[section, key] = value


def listed(it: Stand) -> list[EventRow]:
    return [it.session.event(position) for position in range(len(it.session))]


def event(it: Stand) -> EventRow:
    found = it.main.events.cursor_event
    assert found is not None
    return found


async def test_sorting_keeps_the_event_and_shows_where_it_is() -> None:
    async with stand() as it:
        await it.press("k", "k")
        before = event(it)
        await it.press(".")
        assert event(it) == before
        assert [row.who for row in listed(it)] == sorted(
            (row.who for row in listed(it)), key=str.casefold
        )
        header, first = it.text()[1], it.text()[2]
        assert "Who ▲" in header
        assert "──" not in "".join(it.text()[2:20])[21:]
        assert first[20:].startswith((" 2026-01-", "▌2026-01-"))
        await it.press(".")
        assert "Who ▼" in it.text()[1]
        assert event(it) == before
        await it.press(".")
        assert it.session.by_time
        assert "▲" not in it.text()[1]
        assert event(it) == before
        await it.press("g")
        assert "── undated ──" in it.text()[2]


async def test_sorting_ends_following_and_following_ends_sorting() -> None:
    async with stand() as it:
        assert it.session.follow
        await it.press(".")
        assert not it.session.follow
        await it.press("G")
        assert it.main.events.cursor == len(it.session) - 1
        assert not it.session.follow
        await it.press("j")
        assert it.message == "This is the last event"
        await it.press("f")
        assert it.session.by_time
        assert it.session.follow
        assert it.main.events.cursor == len(it.session) - 1


async def test_new_events_join_in_their_places() -> None:
    async with stand(events=80) as it:
        await it.press("k", ".")
        before = event(it)
        it.engine.arrive(30)
        await it.settle()
        assert len(it.session) == 110
        assert event(it) == before
        names = [row.who.casefold() for row in listed(it)]
        assert names == sorted(names)


async def test_time_is_turned_round() -> None:
    async with stand() as it:
        it.main.events.column = "time"
        await it.press("k", ".")
        assert it.session.sorting == Sorted("time", descending=True)
        times = [row.time for row in listed(it)]
        assert times == [row.time for row in it.session._kept[::-1]]
        assert "UTC ▼" in it.text()[1]
        await it.press("g", "e")
        assert event(it).result in ("denied", "failed")
        await it.press(".")
        assert it.session.by_time


async def test_sort_by_a_name() -> None:
    async with stand() as it:
        await it.press(":", *"sort region", "enter")
        assert it.session.sorting == Sorted("region")
        await it.press(":", *"sort nothing", "enter")
        assert it.message == "There is no column nothing"


async def test_a_narrow_list_shows_dates_too() -> None:
    async with stand((80, 24)) as it:
        await it.press("g", "j", "j", "j", ".")
        assert it.text()[3].startswith(("01-", "undated"))
        widths = [column.width for column in it.main.events.columns]
        assert widths[0] == 14
        assert sum(widths) + len(widths) - 1 <= 80
        await it.press("z", "z")
        assert it.main.events.columns[0].width == 8


async def test_columns_are_chosen_and_remembered() -> None:
    memory = Kept()
    async with stand(memory=memory) as it:
        await it.press("c", "j", "space", "j", "K", "K", "escape")
        assert list(it.main.events.wanted)[:2] == ["event", "time"]
        assert "who" not in it.main.events.wanted
        assert memory.get("list", "columns") == list(it.main.events.wanted)
    async with stand(memory=memory) as it:
        assert list(it.main.events.wanted)[:2] == ["event", "time"]
        await it.press("c", "r", "escape")
        assert tuple(it.main.events.wanted) == tuple(HEADINGS)
        assert memory.get("list", "columns") is None


async def test_one_column_always_stays() -> None:
    async with stand() as it:
        await it.press("c", *(["space", "j"] * len(HEADINGS)), "escape")
        assert len(it.main.events.wanted) == 1


async def test_columns_are_named_on_the_command_line() -> None:
    async with stand() as it:
        await it.press(":", *"columns time, Region who", "enter")
        assert tuple(it.main.events.wanted) == ("time", "region", "who")
        assert it.text()[1][21:].split() == ["UTC", "Region", "Who"]
        await it.press(":", *"columns time colour", "enter")
        assert it.message.startswith("There is no column colour; there are time who")
        assert tuple(it.main.events.wanted) == ("time", "region", "who")


@pytest.mark.parametrize("left", [["who", "nonsense", 7, "who"], "who", ["x"], None])
async def test_what_was_remembered_wrongly_does_no_harm(left: object) -> None:
    memory = Kept()
    memory.set("list", "columns", left)
    async with stand(memory=memory, settings=Settings(columns=("time", "event"))) as it:
        expected = ("who",) if left == ["who", "nonsense", 7, "who"] else ("time", "event")
        assert tuple(it.main.events.wanted) == expected


def test_columns_that_were_chosen_come_as_they_fit() -> None:
    wanted = ("time", "who", "region", "address", "account", "agent")
    for width in range(60, 200):
        columns = columns_for(width, width, wanted)
        used = sum(column.width for column in columns) + len(columns) - 1
        assert used <= width
        assert [column.field for column in columns] == [
            field for field in wanted if field in {column.field for column in columns}
        ]
    assert len(columns_for(80, 80, wanted)) == len(wanted)


async def test_a_marked_event_has_a_sign() -> None:
    async with stand((80, 24)) as it:
        await it.press("k", "m")
        row = event(it).row
        assert it.session.marked(row)
        assert sum("◆" in line for line in it.text()) == 1
        await it.press(".")
        assert sum("◆" in line for line in it.text()) == 1


# Through time


@pytest.mark.parametrize(("key", "span"), [("}", HOUR), ("{", -HOUR), ("d", DAY), ("D", -DAY)])
async def test_leaps_go_to_the_nearest_event_beyond(key: str, span: int) -> None:
    async with stand() as it:
        it.main.events.go_to(150)
        start = event(it).time
        assert start is not None
        times = [row.time for row in listed(it) if row.time is not None]
        if span > 0:
            expected = min(time for time in times if time >= start + span)
        else:
            expected = max(time for time in times if time <= start + span)
        await it.press(key)
        assert event(it).time == expected
        assert it.message.startswith(it.app.times.full(expected))


async def test_leaps_that_lead_nowhere_say_so() -> None:
    async with stand() as it:
        await it.press("d")
        assert it.message == "No event is a day newer or more"
        await it.press("g", "}")
        assert it.message == "This event has no time"
        await it.press("j", "j", "{")
        assert it.message == "No event is an hour older or more"
        it.main.events.go_to(len(it.session) - 3)
        await it.press("}")
        assert it.message == "No event is an hour newer or more: this is the newest"
        assert it.main.events.cursor == len(it.session) - 1
    async with stand(session=FakeSession([])) as it:
        await it.press("D")
        assert it.message == "There are no events here"


async def test_a_leap_over_a_gap_says_how_far_it_was() -> None:
    rows = make_rows(2, undated=0)
    late = rows[1].time
    assert late is not None
    rows[0] = rows[0]._replace(time=late - 5 * HOUR)
    async with stand(session=FakeSession(rows)) as it:
        await it.press("{")
        assert "5 hours away: there is nothing in between" in it.message
