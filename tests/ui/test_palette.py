"""The palette: what it offers, how it is narrowed, and that nothing of it is markup."""

from __future__ import annotations

import pytest

from tests.ui.stand import Stand, stand
from tui.settings import Settings
from tui.ui.commands.palette import Palette


def palette(it: Stand) -> Palette:
    assert isinstance(it.prompt, Palette)
    return it.prompt


@pytest.mark.parametrize(
    "text", ["[/bold]", "[red", "[@click=app.quit]x[/]", "a\\", "\x1b]2;x\x07"]
)
async def test_what_a_filter_of_ones_own_holds_is_text(text: str) -> None:
    settings = Settings(lenses={text: f'who:"{text}"'})
    async with stand(settings=settings) as it:
        await it.press("ctrl+p", *"lens: ", "end")
        shown = "\n".join(it.text())
        assert text.replace("\x1b", "␛").replace("\x07", "␇") in shown
        assert it.app.fault is None


async def test_typing_finds_names_first_then_what_is_told_of_them() -> None:
    async with stand() as it:
        await it.press("ctrl+p", *"sources")
        assert palette(it).chosen.name == "Sources"
        await it.press("ctrl+u", *"day back")
        assert palette(it).chosen.action.id == "day_back"
        await it.press("ctrl+u", *"no such thing")
        assert any("No action has these words" in line for line in it.text())
        await it.press("enter")
        assert it.prompt is not None
        await it.press("escape")
        assert it.prompt is None


async def test_every_key_moves_the_cursor_and_keeps_it_in_view() -> None:
    async with stand((80, 24)) as it:
        await it.press("ctrl+p")
        for keys in (["down"] * 3, ["pagedown"] * 9, ["up"], ["pageup"] * 9, ["up"]):
            await it.press(*keys)
            assert any(palette(it).chosen.name in line for line in it.text())
        assert palette(it).chosen.name == "Next pane"


async def test_it_does_what_was_found_though_the_keys_came_at_once() -> None:
    async with stand() as it:
        it.main.events.go_to(100)
        await it.press_at_once("ctrl+p", *"first", "enter", "j")
        assert it.main.events.cursor == 1
