"""For each action: press its key, and look for the change that its description names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.actions.registry import LIST, READING, SIDEBAR, TREE
from tui.ui.screens.prompts import Ask

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from tests.ui.stand import Stand

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
    assert isinstance(it.prompt, Ask)
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
