"""As `key_cases`, for searching, sorting, columns and going through time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.ui.key_cases import case
from tui.actions.registry import TREE
from tui.ui.screens.columns_chooser import ColumnsChooser
from tui.ui.screens.search_line import SearchLine
from tui.ui.session.arrangement import Sorted

if TYPE_CHECKING:
    from tests.ui.key_cases import Press
    from tests.ui.stand import Stand

HOUR = 3_600 * 1_000_000


async def search_for(it: Stand, text: str) -> None:
    """From the first event, or the first node."""
    await it.press("g", "/", *text, "enter")


@case("search")
async def search(it: Stand, scope: str, press: Press) -> None:
    before = it.place(scope)
    await press()
    assert isinstance(it.prompt, SearchLine)
    text = "principal" if scope == TREE else "auditor"
    await it.press(*text, "enter")
    assert it.prompt is None
    assert it.place(scope) != before
    if scope == TREE:
        assert it.main.detail.cursor_path[-1] == "Principal"
    else:
        event = it.main.events.cursor_event
        assert event is not None
        assert event.who == "ReadOnly/auditor@example.com"


@case("search_next")
async def search_next(it: Stand, scope: str, press: Press) -> None:
    await search_for(it, "s3")
    before = it.place(scope)
    await press()
    assert it.place(scope) > before
    assert "“s3”: " in it.message


@case("search_previous")
async def search_previous(it: Stand, scope: str, press: Press) -> None:
    await search_for(it, "s3")
    await it.press("n")
    before = it.place(scope)
    await press()
    assert it.place(scope) < before


@case("sort")
async def sort(it: Stand, scope: str, press: Press) -> None:
    it.main.events.column = "who"
    event = it.main.events.cursor_event
    for by in (Sorted("who"), Sorted("who", descending=True), Sorted()):
        await press()
        assert it.session.sorting == by
        assert it.main.events.cursor_event == event
        assert "Sorted by" in it.message


@case("columns")
async def columns(it: Stand, scope: str, press: Press) -> None:
    await press()
    assert isinstance(it.app.screen, ColumnsChooser)
    await it.press("j", "space", "escape")
    assert "Who" not in it.text()[1]
    await press()
    await it.press("r", "escape")
    assert "Who" in it.text()[1]


@case("hour_back", "day_back")
async def back_in_time(it: Stand, scope: str, press: Press) -> None:
    before = it.main.events.cursor_event
    await press()
    after = it.main.events.cursor_event
    assert before is not None
    assert after is not None
    assert (before.time or 0) - (after.time or 0) >= HOUR


@case("hour_forward", "day_forward")
async def forward_in_time(it: Stand, scope: str, press: Press) -> None:
    before = it.main.events.cursor_event
    await press()
    after = it.main.events.cursor_event
    assert before is not None
    assert after is not None
    assert (after.time or 0) - (before.time or 0) >= HOUR
