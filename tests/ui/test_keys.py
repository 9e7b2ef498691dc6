"""Every key of the registry is pressed wherever it works, and does what its description says."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.ui.stand import Stand, stand
from tui.actions import ACTIONS, ANYWHERE, BY_ID, EVERY, LIST, READING, SIDEBAR, TREE
from tui.ui.keymap import Keymap
from tui.ui.screens.help import HelpScreen
from tui.ui.screens.problems import ProblemsScreen
from tui.ui.screens.prompts import Ask

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    Press = Callable[[], Awaitable[None]]
    Case = Callable[[Stand, str, Press], Awaitable[None]]

CASES: dict[str, Case] = {}


def case(*identities: str) -> Callable[[Case], Case]:
    def keep(function: Case) -> Case:
        for identity in identities:
            CASES[identity] = function
        return function

    return keep


async def halfway(it: Stand, scope: str) -> int:
    """Stand so that there is room above and below."""
    if scope == TREE:
        it.main.detail.action_unfold_all()
        it.main.detail.action_home()
        for _ in range(12):
            it.main.detail.action_cursor_down()
    elif scope == SIDEBAR:
        it.main.sidebar.action_home()
        it.main.sidebar._step(4)
    elif scope == READING:
        it.reader.action_home()
        it.reader._scroll(20)
    await it.settle()
    return it.place(scope)


@case("cursor_down")
async def cursor_down(it: Stand, scope: str, press: Press) -> None:
    before = await halfway(it, scope)
    await press()
    assert it.place(scope) == before + 1


@case("cursor_up")
async def cursor_up(it: Stand, scope: str, press: Press) -> None:
    before = await halfway(it, scope)
    await press()
    assert it.place(scope) == before - 1


@case("half_page_down", "page_down")
async def further_down(it: Stand, scope: str, press: Press) -> None:
    before = await halfway(it, scope)
    await press()
    assert it.place(scope) > before + 1


@case("half_page_up", "page_up")
async def further_up(it: Stand, scope: str, press: Press) -> None:
    before = await halfway(it, scope)
    await press()
    assert it.place(scope) < before - 1


@case("home")
async def home(it: Stand, scope: str, press: Press) -> None:
    await halfway(it, scope)
    await press()
    assert it.place(scope) == 0


@case("end")
async def end(it: Stand, scope: str, press: Press) -> None:
    before = await halfway(it, scope)
    await press()
    assert it.place(scope) > before
    if scope == LIST:
        assert it.place(scope) == len(it.session) - 1
        assert it.session.follow
    else:
        last = it.place(scope)
        await it.press("j")
        assert it.place(scope) == last


@case("next_failed", "previous_failed")
async def failed(it: Stand, scope: str, press: Press) -> None:
    before = it.main.events.cursor
    await press()
    event = it.main.events.cursor_event
    assert event is not None
    assert event.result in ("denied", "failed")
    assert it.main.events.cursor != before


@case("next_change", "previous_change")
async def change(it: Stand, scope: str, press: Press) -> None:
    before = it.main.events.cursor
    await press()
    event = it.main.events.cursor_event
    assert event is not None
    assert event.level == 1
    assert it.main.events.cursor != before


@case("go_to_time")
async def go_to_time(it: Stand, scope: str, press: Press) -> None:
    await press()
    assert isinstance(it.app.screen, Ask)
    await it.press(*"2026-01-30T12:00", "enter")
    event = it.main.events.cursor_event
    before = it.session.event(it.main.events.cursor - 1)
    assert event is not None
    assert event.time is not None
    assert before.time is not None
    assert before.time < 1_769_774_400_000_000 <= event.time
    assert "2026-01-30T12:00:00Z" in it.message


@case("follow")
async def follow(it: Stand, scope: str, press: Press) -> None:
    assert not it.session.follow
    await press()
    assert it.session.follow
    assert it.main.events.cursor == len(it.session) - 1


@case("next_pane")
async def next_pane(it: Stand, scope: str, press: Press) -> None:
    await press()
    assert it.pane == {SIDEBAR: LIST, LIST: TREE, TREE: SIDEBAR}[scope]


@case("previous_pane")
async def previous_pane(it: Stand, scope: str, press: Press) -> None:
    await press()
    assert it.pane == {SIDEBAR: TREE, LIST: SIDEBAR, TREE: LIST}[scope]


@case("open_detail")
async def open_detail(it: Stand, scope: str, press: Press) -> None:
    await press()
    assert it.pane == TREE


@case("back")
async def back(it: Stand, scope: str, press: Press) -> None:
    await press()
    assert len(it.app.screen_stack) == 1
    assert it.pane == LIST
    if scope == LIST:
        assert "This is the list" in it.message


@case("detail_down", "detail_up")
async def scroll_detail(it: Stand, scope: str, press: Press) -> None:
    it.main.detail.action_unfold_all()
    it.main.detail.action_home()
    it.main.detail.scroll_by_lines(5)
    await it.settle()
    before = it.main.detail.scroll_offset.y
    await press()
    assert abs(it.main.detail.scroll_offset.y - before) == 1


@case("sidebar")
async def sidebar(it: Stand, scope: str, press: Press) -> None:
    assert it.main.sidebar.display
    await press()
    assert not it.main.sidebar.display
    await press()
    assert it.main.sidebar.display


@case("detail_larger", "detail_smaller")
async def detail_size(it: Stand, scope: str, press: Press) -> None:
    before = it.main.detail.outer_size.height
    other = it.main.events.outer_size.height
    await press()
    after = it.main.detail.outer_size.height
    assert abs(after - before) == 2
    assert after + it.main.events.outer_size.height == before + other


@case("fold_or_parent")
async def fold_or_parent(it: Stand, scope: str, press: Press) -> None:
    assert it.main.detail.cursor_path == ("requestParameters",)
    lines = len(it.main.detail._lines)
    await press()
    assert len(it.main.detail._lines) < lines
    await press()
    assert it.pane == LIST


@case("unfold")
async def unfold(it: Stand, scope: str, press: Press) -> None:
    it.main.detail.action_fold_or_parent()
    lines = len(it.main.detail._lines)
    await press()
    assert len(it.main.detail._lines) > lines


@case("toggle_fold")
async def toggle_fold(it: Stand, scope: str, press: Press) -> None:
    lines = len(it.main.detail._lines)
    await press()
    assert len(it.main.detail._lines) < lines
    await press()
    assert len(it.main.detail._lines) == lines


@case("unfold_all", "fold_all")
async def fold_all(it: Stand, scope: str, press: Press) -> None:
    lines = len(it.main.detail._lines)
    await press()
    assert len(it.main.detail._lines) != lines


@case("to_parent")
async def to_parent(it: Stand, scope: str, press: Press) -> None:
    it.main.detail.action_cursor_down()
    assert it.main.detail.cursor_path == ("requestParameters", "bucketName")
    await press()
    assert it.main.detail.cursor_path == ("requestParameters",)


@case("toggle_raw")
async def toggle_raw(it: Stand, scope: str, press: Press) -> None:
    for _ in range(2):
        it.main.detail.action_cursor_down()
    assert it.main.detail.cursor_path == ("requestParameters", "policy")
    assert it.main.detail.cursor_value_text.startswith("{\n")
    await press()
    assert it.main.detail.cursor_value_text.startswith('{"Version"')
    await press()


@case("column_left")
async def column_left(it: Stand, scope: str, press: Press) -> None:
    it.main.events._column = "target"
    await press()
    assert it.main.events.column == "event"


@case("column_right")
async def column_right(it: Stand, scope: str, press: Press) -> None:
    it.main.events._column = "who"
    await press()
    assert it.main.events.column == "event"
    await press()
    assert it.main.events.column == "target"


@case("only")
async def only(it: Stand, scope: str, press: Press) -> None:
    if scope == SIDEBAR:
        field, value = "service", it.main.sidebar.cursor_value
    else:
        event = it.main.events.cursor_event
        assert event is not None
        field, value = "who", event.who
        it.main.events._column = "who"
    await press()
    shown = [it.session.event(n) for n in range(len(it.session))]
    assert {getattr(event, field) for event in shown} == {value}
    assert any(f"{field}:{value}" in line for line in it.text())


@case("exclude")
async def exclude(it: Stand, scope: str, press: Press) -> None:
    if scope == SIDEBAR:
        field, value = "service", it.main.sidebar.cursor_value
    else:
        event = it.main.events.cursor_event
        assert event is not None
        field, value = "who", event.who
        it.main.events._column = "who"
    await press()
    shown = [it.session.event(n) for n in range(len(it.session))]
    assert 0 < len(shown) < it.session.total
    assert value not in {getattr(event, field) for event in shown}
    if scope == SIDEBAR:
        await press()
        assert len(it.session) == it.session.total


@case("toggle_value")
async def toggle_value(it: Stand, scope: str, press: Press) -> None:
    first = it.main.sidebar.cursor_value
    await press()
    await it.press("j")
    await press()
    second = it.main.sidebar.cursor_value
    services = {it.session.event(n).service for n in range(len(it.session))}
    assert services == {first, second}
    await press()
    services = {it.session.event(n).service for n in range(len(it.session))}
    assert services == {first}


@case("all_values")
async def all_values(it: Stand, scope: str, press: Press) -> None:
    await it.press("=")
    assert len(it.session) < it.session.total
    await press()
    assert len(it.session) == it.session.total


@case("toggle_aws")
async def toggle_aws(it: Stand, scope: str, press: Press) -> None:
    await press()
    assert 0 < len(it.session) < it.session.total
    assert not any(it.session.event(n).by_aws for n in range(len(it.session)))
    assert "hidden" in it.message
    await press()
    assert len(it.session) == it.session.total


@case("copy_event")
async def copy_event(it: Stand, scope: str, press: Press) -> None:
    await press()
    text, what = it.copied[-1]
    event = it.main.events.cursor_event
    assert event is not None
    assert json.loads(text)["requestParameters"]["bucketName"] == event.target
    assert (what, it.message) == ("the event", "Copied the event")


@case("copy_value")
async def copy_value(it: Stand, scope: str, press: Press) -> None:
    it.main.events._column = "target"
    event = it.main.events.cursor_event
    assert event is not None
    expected = {LIST: event.target, SIDEBAR: it.main.sidebar.cursor_value}
    await press()
    text, what = it.copied[-1]
    assert what == "the value"
    if scope == TREE:
        assert json.loads(text)["bucketName"] == event.target
    else:
        assert text == expected[scope]


@case("copy_key")
async def copy_key(it: Stand, scope: str, press: Press) -> None:
    it.main.events._column = "target"
    await press()
    expected = {LIST: "target", SIDEBAR: "service", TREE: "requestParameters"}[scope]
    assert it.copied[-1] == (expected, "the key")


@case("copy_path")
async def copy_path(it: Stand, scope: str, press: Press) -> None:
    it.main.detail.action_cursor_down()
    await press()
    assert it.copied[-1] == ("requestParameters.bucketName", "the path")


@case("copy_id")
async def copy_id(it: Stand, scope: str, press: Press) -> None:
    event = it.main.events.cursor_event
    assert event is not None
    await press()
    assert it.copied[-1][0] == f"00000000-0000-4000-8000-{event.row:012d}"


@case("page_record", "edit_record")
async def read_elsewhere(it: Stand, scope: str, press: Press) -> None:
    # A test has no terminal to hand over; what the programs get is tested in test_pager.
    await press()
    assert it.message == "This terminal cannot be handed to another program"


@case("cycle_time")
async def cycle_time(it: Stand, scope: str, press: Press) -> None:
    seen = []
    for _ in range(3):
        await press()
        seen.append(it.app.times.mode)
        heading = {"utc": "UTC", "local": it.app.times.zone_name, "relative": "ago"}[seen[-1]]
        assert f"{heading} " in it.text()[1]
    assert seen == ["local", "relative", "utc"]
    assert "Times are UTC" in it.message


@case("look_now")
async def look_now(it: Stand, scope: str, press: Press) -> None:
    before = it.engine.polled
    await press()
    assert it.engine.polled == before + 1
    assert it.message == "Looking for new files"


@case("problems")
async def problems(it: Stand, scope: str, press: Press) -> None:
    await press()
    assert isinstance(it.app.screen, ProblemsScreen)
    assert any("Coverage" in line for line in it.text())


@case("command_line")
async def command_line(it: Stand, scope: str, press: Press) -> None:
    await press()
    assert isinstance(it.app.screen, Ask)
    await it.press(*"toggle-aws", "enter")
    assert it.session.hide_aws


@case("palette")
async def palette(it: Stand, scope: str, press: Press) -> None:
    await press()
    assert it.app.screen.id != "main"
    await it.press(*"look now")
    await it.pilot.pause(0.3)
    before = it.engine.polled
    await it.press("enter")
    await it.pilot.pause(0.1)
    assert it.engine.polled == before + 1


@case("help")
async def help_screen(it: Stand, scope: str, press: Press) -> None:
    await press()
    if scope == READING:
        assert len(it.app.screen_stack) == 1
    else:
        assert isinstance(it.app.screen, HelpScreen)
        assert any("Moving" in line for line in it.text())


@case("suspend")
async def suspend(it: Stand, scope: str, press: Press) -> None:
    # Without a terminal the driver cannot be suspended; a real one is stopped in test_pty.
    called: list[bool] = []
    it.app.action_suspend_process = lambda: called.append(True)  # type: ignore[method-assign]
    await press()
    assert called == [True]


@case("quit")
async def back_or_quit(it: Stand, scope: str, press: Press) -> None:
    ended: list[bool] = []
    it.app.exit = lambda *_, **__: ended.append(True)  # type: ignore[method-assign]
    await press()
    assert it.pane == LIST
    assert len(it.app.screen_stack) == 1
    assert ended == ([True] if scope == LIST else [])


@case("quit_now")
async def quit_now(it: Stand, scope: str, press: Press) -> None:
    ended: list[bool] = []
    it.app.exit = lambda *_, **__: ended.append(True)  # type: ignore[method-assign]
    await press()
    assert ended == [True]
    await it.press(":")
    assert isinstance(it.app.screen, Ask)
    await press()
    assert ended == [True, True]


def test_every_action_has_a_case() -> None:
    assert set(CASES) == set(BY_ID)


@pytest.mark.parametrize("scope", [*EVERY, ANYWHERE])
async def test_every_key_does_what_it_says(scope: str) -> None:
    where = LIST if scope == ANYWHERE else scope
    pressed = 0
    async with stand(events=200) as it:
        for bound, keys, action in Keymap().by_key():
            if bound != scope:
                continue
            await it.stand_in(where)

            async def press(keys: str = keys) -> None:
                await it.press(*keys.split(" "))

            try:
                await CASES[action.id](it, where, press)
            except AssertionError as error:
                raise AssertionError(f"{keys} ({action.id}) in {scope}") from error
            pressed += 1
        it.app.exit()
    assert pressed > (0 if scope == ANYWHERE else 10)


def test_no_key_is_claimed_twice() -> None:
    claimed: dict[tuple[str, str], str] = {}
    for action in ACTIONS:
        for key in action.keys:
            only, colon, plain = key.partition(":")
            scopes = (only,) if colon and plain and only in EVERY else action.scopes
            for scope in scopes:
                place = (scope, plain if colon and plain and only in EVERY else key)
                assert claimed.setdefault(place, action.id) == action.id, place
