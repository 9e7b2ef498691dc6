"""Filters kept from run to run: under names, and those typed last."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.state import State
from tui.ui.session.saved_filters import MOST, SavedFilters

if TYPE_CHECKING:
    from pathlib import Path


def test_they_are_there_in_the_next_run(tmp_path: Path) -> None:
    state = State.load(tmp_path / "state.json")
    saved = SavedFilters(state)
    saved.remember("who:alice")
    saved.remember("is:denied")
    saved.remember("who:alice")
    assert saved.save("mine", "is:write -is:aws") == ""
    state.save()
    again = SavedFilters(State.load(tmp_path / "state.json"))
    assert again.history == ["is:denied", "who:alice"]
    assert again.all == {"mine": "is:write -is:aws"}
    again.forget("mine")
    assert again.all == {}


def test_without_a_memory_they_last_for_the_run() -> None:
    saved = SavedFilters(None)
    saved.remember("a")
    saved.save("x", "a")
    assert (saved.history, saved.all) == (["a"], {"x": "a"})


def test_what_the_file_has_is_checked(tmp_path: Path) -> None:
    state = State.load(tmp_path / "state.json")
    state.set("filters", "history", ["ok", 5, "", None, "x" * 20_000])
    state.set("filters", "saved", {"good": "is:write", "bad": [1], "empty": ""})
    saved = SavedFilters(state)
    assert saved.history == ["ok"]
    assert saved.all == {"good": "is:write"}
    state.set("filters", "history", "text")
    state.set("filters", "saved", ["list"])
    saved = SavedFilters(state)
    assert (saved.history, saved.all) == ([], {})


def test_there_is_an_end_to_what_is_kept() -> None:
    saved = SavedFilters(None)
    for number in range(MOST + 5):
        saved.remember(f"word{number}")
    assert len(saved.history) == MOST
    assert saved.history[0] == "word5"
    for number in range(MOST):
        assert saved.save(f"name{number}", "a") == ""
    assert "saved already" in saved.save("one more", "a")
    assert saved.save("name3", "b") == ""
    assert "too long" in saved.save("name3", "x" * 20_000)
    saved.remember("x" * 20_000)
    assert saved.history[-1] == f"word{MOST + 4}"
