"""As `key_cases`, for filtering, copying, other screens and leaving."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from tests.ui.key_cases import case
from tui.actions.registry import LIST, READING, SIDEBAR, TREE
from tui.ui.commands.palette import Palette
from tui.ui.screens.help import HelpScreen
from tui.ui.screens.problems import ProblemsScreen
from tui.ui.screens.prompts import Ask
from tui.ui.screens.sources import SourcesScreen

if TYPE_CHECKING:
    from tests.ui.key_cases import Press
    from tests.ui.stand import Stand


@case("column_left")
async def column_left(it: Stand, scope: str, press: Press) -> None:
    it.main.events.column = "target"
    await press()
    assert it.main.events.column == "event"


@case("column_right")
async def column_right(it: Stand, scope: str, press: Press) -> None:
    it.main.events.column = "who"
    await press()
    assert it.main.events.column == "event"
    await press()
    assert it.main.events.column == "target"


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
    it.main.events.column = "target"
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
    it.main.events.column = "target"
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
    assert it.message == "Looking for new files and objects"


@case("problems")
async def problems(it: Stand, scope: str, press: Press) -> None:
    await press()
    assert isinstance(it.app.screen, ProblemsScreen)
    assert any("Coverage" in line for line in it.text())


@case("sources")
async def sources(it: Stand, scope: str, press: Press) -> None:
    await press()
    assert isinstance(it.app.screen, SourcesScreen)
    assert any("● live" in line for line in it.text())


@case("command_line")
async def command_line(it: Stand, scope: str, press: Press) -> None:
    await press()
    assert isinstance(it.prompt, Ask)
    await it.press(*"toggle-aws", "enter")
    assert it.session.hide_aws


@case("palette")
async def palette(it: Stand, scope: str, press: Press) -> None:
    await press()
    assert isinstance(it.prompt, Palette)
    before = it.engine.polled
    await it.press(*"look now", "enter")
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
    assert isinstance(it.prompt, Ask)
    await press()
    assert ended == [True, True]
