"""As `key_cases`, for searching, sorting, columns and going through time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.ui.key_cases import case
from tui.actions.registry import READING, TREE
from tui.ui.screens.columns_chooser import ColumnsChooser
from tui.ui.screens.reading import ReadingScreen
from tui.ui.screens.search_line import SearchLine
from tui.ui.session.arrangement import Sorted

if TYPE_CHECKING:
    from tests.ui.key_cases import Press
    from tests.ui.stand import Stand
    from tui.ui.widgets.prompt_pane import Prompt

HOUR = 3_600 * 1_000_000


async def search_for(it: Stand, text: str) -> None:
    """From the first event, or the first node."""
    await it.press("g", "/", *text, "enter")


def asked(it: Stand, scope: str) -> Prompt | None:
    """What is asked at the foot of the pane's screen."""
    if scope != READING:
        return it.prompt
    assert isinstance(it.app.screen, ReadingScreen)
    return it.app.screen.prompt.prompt


def told(it: Stand, scope: str) -> str:
    if scope != READING:
        return it.message
    assert isinstance(it.app.screen, ReadingScreen)
    return it.app.screen.status.message


@case("search")
async def search(it: Stand, scope: str, press: Press) -> None:
    before = it.place(scope)
    await press()
    assert isinstance(asked(it, scope), SearchLine)
    text = {TREE: "principal", READING: "what the list shows"}.get(scope, "auditor")
    await it.press(*text, "enter")
    assert asked(it, scope) is None
    assert it.place(scope) != before
    if scope == READING:
        assert any("What the list shows" in line for line in it.text())
    elif scope == TREE:
        assert it.main.detail.cursor_path[-1] == "Principal"
    else:
        event = it.main.events.cursor_event
        assert event is not None
        assert event.who == "ReadOnly/auditor@example.com"


@case("search_next")
async def search_next(it: Stand, scope: str, press: Press) -> None:
    text = "lens" if scope == READING else "s3"
    await search_for(it, text)
    before = told(it, scope) if scope == READING else it.place(scope)
    await press()
    after = told(it, scope) if scope == READING else it.place(scope)
    assert after > before
    assert f"“{text}”: " in told(it, scope)


@case("search_previous")
async def search_previous(it: Stand, scope: str, press: Press) -> None:
    await search_for(it, "lens" if scope == READING else "s3")
    await it.press("n")
    before = told(it, scope) if scope == READING else it.place(scope)
    await press()
    after = told(it, scope) if scope == READING else it.place(scope)
    assert after < before


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
