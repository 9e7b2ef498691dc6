"""What the screen remembers from one run to the next."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.ui.stand import stand
from tui.settings import Settings
from tui.state import State

if TYPE_CHECKING:
    from pathlib import Path


async def test_panes_are_as_they_were_left(tmp_path: Path) -> None:
    state = State.load(tmp_path / "state.json")
    async with stand(memory=state) as screen:
        before = screen.main.detail.outer_size.height
        assert screen.main.sidebar.display
        await screen.press("s", "+", "+")
        await screen.pilot.pause()
        larger = screen.main.detail.outer_size.height
        assert larger > before
    state.save()
    async with stand(memory=State.load(tmp_path / "state.json")) as screen:
        assert not screen.main.sidebar.display
        assert screen.main.detail.outer_size.height == larger


async def test_the_settings_go_before_what_was_left(tmp_path: Path) -> None:
    state = State.load(tmp_path / "state.json")
    state.set("panes", "sidebar", False)
    async with stand(memory=state, settings=Settings(sidebar=True)) as screen:
        assert screen.main.sidebar.display


@pytest.mark.parametrize("share", ["0.5", True, 7.0, -0.1, [], None])
async def test_nonsense_in_the_file_changes_nothing(tmp_path: Path, share: object) -> None:
    state = State.load(tmp_path / "state.json")
    state.set("panes", "detail_share", share)
    state.set("panes", "sidebar", "no")
    async with stand() as screen:
        usual = screen.main.detail.outer_size.height
    async with stand(memory=state) as screen:
        assert screen.main.sidebar.display
        assert screen.main.detail.outer_size.height == usual


async def test_what_a_person_keeps_is_written_at_once(tmp_path: Path) -> None:
    path = tmp_path / "state.json"
    async with stand(memory=State.load(path)) as screen:
        await screen.press("&", *"is:error", "enter", ":", *"save failures", "enter")
        assert screen.message == "Saved as failures: is:error"
        assert State.load(path).get("filters", "saved") == {"failures": "is:error"}


async def test_that_nothing_can_be_kept_is_said_at_once(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    memory = State.load(tmp_path / "file" / "state.json")
    async with stand(memory=memory) as screen:
        await screen.press("&", *"is:error", "enter", ":", *"save failures", "enter")
        why = f"until the program ends, and not kept: {memory.path}"
        assert why in screen.message
        await screen.press("m")
        assert f"Marks and notes are there {why}" in screen.message
