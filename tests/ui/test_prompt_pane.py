"""The pane that asks: which keys are its own, what it leaves to the screen."""

from __future__ import annotations

from textual.events import Paste

from tests.ui.stand import stand
from tui.ui.screens.filter_prompt import FilterPrompt
from tui.ui.screens.search_line import SearchLine


async def test_the_lines_of_what_is_pasted_are_typed_as_one() -> None:
    async with stand() as it:
        await it.press("&", *"who:(")
        it.app.post_message(Paste("bob\n\nalice\n"))
        await it.settle()
        assert it.prompt is not None
        assert it.prompt.editor.text == "who:(bob alice"
        await it.press(")", "enter")
        assert it.session.filter_text() == "who:(bob alice)"
        it.app.post_message(Paste("q"))
        await it.settle()
        assert it.app.is_running


async def test_the_pane_keeps_its_focus_while_one_types() -> None:
    async with stand() as it:
        await it.press("enter", "/")
        assert isinstance(it.prompt, SearchLine)
        assert it.main.pane is it.main.detail
        before = it.text()[1:-1]
        await it.press("ctrl+w", "f1", "escape")
        assert it.main.pane is it.main.detail
        assert it.text()[1:-1] == before


async def test_it_stays_at_the_foot_when_the_window_changes() -> None:
    async with stand((120, 40)) as it:
        await it.press("&", *"serv")
        choices = [line for line in it.text() if line.startswith(" service:")]
        for size in ((80, 24), (130, 20), (120, 40)):
            await it.pilot.resize_terminal(*size)
            await it.settle()
            assert isinstance(it.prompt, FilterPrompt)
            assert it.text()[-2].rstrip() == "& serv"
            assert any(line.startswith(" service:") for line in it.text())
        await it.press("escape")
        assert choices
        assert "& serv" not in "\n".join(it.text())
        await it.pilot.resize_terminal(100, 50)
        await it.settle()
        assert "help" in it.text()[-1]
