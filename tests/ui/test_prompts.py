"""The lines that ask: what is wrong is said, what is meant is completed."""

from __future__ import annotations

from tests.ui.stand import stand
from tui.ui.screens.prompts import Ask


async def test_a_command_takes_its_argument() -> None:
    async with stand() as it:
        await it.press(":", *"go 2026-01-30", "enter")
        event = it.main.events.cursor_event
        assert event is not None
        assert it.app.times.day(event.time) == "2026-01-30"


async def test_what_is_wrong_is_said_and_can_be_mended() -> None:
    async with stand() as it:
        await it.press(":", *"gone", "enter")
        assert isinstance(it.prompt, Ask)
        assert any("There is no command gone" in line for line in it.text())
        await it.press("backspace", "backspace", "enter")
        assert "Go to (UTC)" in it.text()[-2]
        await it.press(*"noon", "enter")
        assert "'noon' is not a time" in it.text()[-2]
        await it.press("escape")
        assert it.prompt is None
        await it.press(":", *"follow now", "enter")
        assert any("follow takes no argument" in line for line in it.text())


async def test_tab_completes_as_far_as_the_words_agree() -> None:
    async with stand() as it:
        await it.press(":", *"tog", "tab")
        assert it.typed == "toggle-aws"
        await it.press("escape", ":", *"copy-", "tab")
        assert it.typed == "copy-"
        assert "copy-event" in it.text()[-2]


async def test_only_what_can_be_used_here_is_offered() -> None:
    async with stand() as it:
        await it.press(":", *"toggle-raw", "enter")
        assert "toggle-raw does nothing here: it is used in the record" in it.text()[-2]
        await it.press("escape", "enter", ":", *"toggle-raw")
        assert "toggle-raw: Show the string" in it.text()[-2]


async def test_an_empty_answer_changes_nothing() -> None:
    async with stand() as it:
        cursor = it.main.events.cursor
        await it.press("t", "enter")
        assert it.prompt is None
        assert it.main.events.cursor == cursor


async def test_a_time_of_day_is_that_of_the_day_in_view() -> None:
    async with stand() as it:
        await it.press(":", *"go 2026-01-30", "enter", "t", *"18:00", "enter")
        event = it.main.events.cursor_event
        assert event is not None
        assert it.app.times.full(event.time) >= "2026-01-30T18:00:00Z"
        assert it.app.times.day(event.time) == "2026-01-30"
        await it.press("t", *"2030-01-01", "enter")
        assert it.message == "All events are older: this is the newest"
        assert it.main.events.cursor == len(it.session) - 1
