"""The line that asks for a filter: completion, mistakes, what shows behind it, what it returns."""

from __future__ import annotations

import asyncio

import pytest

import tests.ui.key_cases_filter  # noqa: F401 (it adds its cases)
from tests.ui.key_cases import CASES
from tests.ui.stand import Stand, stand
from tui.actions.registry import LIST
from tui.settings import Settings
from tui.ui.screens.filter_prompt import REST, FilterPrompt
from tui.ui.screens.filters import Picker, StepsScreen


def typed(it: Stand) -> str:
    assert isinstance(it.prompt, FilterPrompt)
    return it.prompt.editor.text


async def rest(it: Stand) -> None:
    """Until the typing has rested long enough."""
    assert isinstance(it.prompt, FilterPrompt)
    async with asyncio.timeout(30):
        while it.prompt._rest is not None:
            await it.pilot.pause(0.02)
    await it.settle()


def words(it: Stand) -> str:
    return it.text()[-1].strip()


async def test_names_and_values_are_completed() -> None:
    async with stand() as it:
        await it.press("&", *"serv", "tab")
        assert typed(it) == "service:"
        lines = it.text()
        assert any(line.startswith(" s3 ") for line in lines)
        await it.press(*"ia", "tab")
        assert typed(it) == "service:iam"
        await it.press("enter")
        assert it.session.filter_text() == "service:iam"


async def test_a_choice_is_taken_with_the_arrow_and_enter() -> None:
    async with stand() as it:
        await it.press("&", *"service:", "down", "down")
        first = it.session.complete("service:", 8).choices[1].text
        await it.press("enter")
        assert typed(it) == f"service:{first}"
        await it.press("enter")
        assert it.session.filter_text() == f"service:{first}"


async def test_a_mistake_is_pointed_at() -> None:
    async with stand() as it:
        await it.press("&", *"servic:iam")
        lines = it.text()
        assert lines[-2].startswith("& servic:iam")
        assert lines[-1].startswith("  ^^^^^^ ")
        assert "did you mean service?" in lines[-1]
        await it.press("enter")
        assert isinstance(it.prompt, FilterPrompt)
        assert it.session.steps.all == ()


async def test_a_mistake_far_to_the_right_is_told_before_its_place() -> None:
    async with stand((80, 24)) as it:
        await it.press("&", *"service:iam service:iam service:iam service:iam servic:iam")
        line = it.text()[-1]
        assert line.index("There is no field") < line.index("^^^^^^") == 50


async def test_the_list_shows_what_is_left_while_it_is_typed() -> None:
    async with stand() as it:
        total = it.session.total
        await it.press("&", *"service:iam")
        await rest(it)
        left = len(it.session)
        assert 0 < left < total
        assert f"{left} of {total} events" in words(it)
        assert f"{left} of {total}" in it.text()[0]
        await it.press("escape")
        assert len(it.session) == total
        assert it.session.steps.all == ()


async def test_a_half_typed_filter_leaves_the_list_alone() -> None:
    async with stand() as it:
        await it.press("&", *"service:iam")
        await rest(it)
        left = len(it.session)
        for key in " who:(":
            await it.press("space" if key == " " else key)
            await rest(it)
            assert len(it.session) == left
        await it.press(*"nobody-has-this)")
        await rest(it)
        assert len(it.session) == left
        assert words(it) == "No event has that: the list is as it was"


async def test_escape_returns_to_the_event_and_its_line() -> None:
    async with stand() as it:
        it.main.events.go_to(100)
        await it.press("k", "k", "k")
        event, place = it.main.events.cursor_event, it.main.events.held()
        await it.press("&", *"service:kms")
        await rest(it)
        assert it.main.events.held() != place
        await it.press("escape")
        assert it.main.events.cursor_event == event
        assert it.main.events.held() == place


async def test_filters_of_before_come_back_with_the_arrow() -> None:
    async with stand() as it:
        await it.press("&", *"who:bob", "enter", "&", *"service:s3", "enter")
        await it.press("&", *"half", "up", "up")
        assert typed(it) == "who:bob"
        await it.press("down")
        assert typed(it) == "service:s3"
        await it.press("down")
        assert typed(it) == "half"


async def test_bare_words_that_no_column_has_are_offered_for_the_records() -> None:
    async with stand() as it:
        await it.press("&", *"two words", "enter")
        assert words(it).startswith("Nothing in the columns: Enter again looks for")
        await asyncio.sleep(2 * REST)  # what rests on the last letter comes after Enter
        assert words(it).startswith("Nothing in the columns: Enter again looks for")
        await it.press("enter")
        assert it.session.filter_text() == "text:two text:words"
        await it.press("u", "&", *"nothing", "enter", "s", "enter", "enter")
        assert it.session.filter_text() == "text:nothings"


async def test_words_that_a_column_has_are_not() -> None:
    async with stand() as it:
        await it.press("&", *"alice", "enter")
        assert it.session.filter_text() == "alice"
        assert it.prompt is None


async def test_nothing_typed_changes_nothing() -> None:
    async with stand() as it:
        await it.press("&", "enter")
        assert it.session.steps.all == ()
        assert it.prompt is None


async def test_what_was_not_recorded_is_said() -> None:
    async with stand() as it:
        await it.press("&", *"event:DeleteObject", "enter")
        assert "No data events were read" in it.message
        assert len(it.session) == 0


async def test_a_step_is_changed_in_the_list_of_steps() -> None:
    async with stand() as it:
        it.session.push("who:bob")
        it.session.push("service:s3")
        await it.press(":", *"filters", "enter")
        assert isinstance(it.app.screen, StepsScreen)
        assert any("● who:bob" in line for line in it.text())
        await it.press("enter")
        assert typed(it) == "who:bob"
        for _ in "bob":
            await it.press("backspace")
        await it.press(*"root", "enter")
        assert it.session.filter_text() == "who:root service:s3"
        await it.press("u")
        assert it.session.filter_text() == "who:bob service:s3"
        await it.press(":", *"filters", "enter", "enter", "x", "escape")
        assert it.session.filter_text() == "who:bob service:s3"


async def test_a_bad_filter_on_the_command_line_is_told() -> None:
    async with stand() as it:
        await it.press(":", *"filter is:nothing", "enter")
        assert it.message.startswith("There is no is:nothing")


async def test_names_are_chosen_from_a_list() -> None:
    async with stand() as it:
        await it.press(":", *"lens", "enter")
        assert isinstance(it.app.screen, Picker)
        await it.press("j", "k", "j", "enter")
        assert [step.name for step in it.session.steps.all] == ["failures"]


async def test_keys_that_come_at_once_reach_the_prompt() -> None:
    async with stand() as it:
        from textual.events import Key

        for key in ("&", *"who", ":", *"bob", "enter"):
            name = {"&": "ampersand", ":": "colon"}.get(key, key)
            it.app.post_message(Key(name, key if len(key) == 1 else None))
        await it.settle()
        assert it.session.filter_text() == "who:bob"


@pytest.mark.parametrize("name", ["filters", "lens", "save_filter"])
async def test_what_has_no_key_does_what_it_says(name: str) -> None:
    async def press() -> None:
        """There is none to press."""

    async with stand() as it:
        await CASES[name](it, LIST, press)


async def test_lenses_and_filters_of_ones_own_stand_in_the_palette() -> None:
    settings = Settings(lenses={"by bob": "who:bob"})
    async with stand(settings=settings) as it:
        await it.press("ctrl+p", *"lens by bob", "enter")
        assert [step.name for step in it.session.steps.all] == ["by bob"]
        await it.press(":", *"save mine", "enter", "u", "ctrl+p", *"saved mine", "enter")
        assert [step.name for step in it.session.steps.all] == ["mine"]


async def test_a_list_on_a_small_screen_says_all_that_its_keys_do() -> None:
    async with stand((60, 15)) as it:
        await it.press("&", *"is:error", "enter", ":", *"filters", "enter")
        text = " ".join(" ".join(it.text()).split())
        assert "and after those above" in text
        assert text.endswith(StepsScreen.KEYS)
        await it.press("z")
        text = " ".join(" ".join(it.text()).split())
        assert text.endswith(f"z does nothing here · {StepsScreen.KEYS}")
        await it.press("k")
        assert "does nothing" not in " ".join(it.text())


async def test_a_long_list_is_gone_through_by_pages() -> None:
    lenses = {f"lens {n:02}": f"who:w{n}" for n in range(40)}
    async with stand((80, 24), settings=Settings(lenses=lenses)) as it:
        await it.press(":", *"lens", "enter")
        assert isinstance(it.app.screen, Picker)
        last = len(it.app.screen._texts) - 1
        for keys, place in (
            (["G"], last),
            (["b"], last - 8),
            (["g"], 0),
            (["k"], 0),
            (["ctrl+d", "pagedown", "up"], 15),
            (["end", "j", "home", "j"], 1),
        ):
            await it.press(*keys)
            assert it.app.screen._cursor == place
