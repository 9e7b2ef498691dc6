"""The registry: ids and commands are unique, keys are told apart, the README's table is whole."""

from __future__ import annotations

import re
import subprocess
import sys

from tui.actions.registry import (
    ACTIONS,
    BY_COMMAND,
    BY_ID,
    EVERY,
    SCOPES,
    groups,
    key_table,
    normal,
    shown,
)
from tui.ui.keymap import Keymap


def test_ids_and_commands_are_unique_and_speakable() -> None:
    assert len(BY_ID) == len(BY_COMMAND) == len(ACTIONS)
    for action in ACTIONS:
        assert action.id.isidentifier()
        assert re.fullmatch(r"[a-z]+(-[a-z]+)*", action.command_name)
        assert set(action.scopes) <= set(SCOPES)
        assert action.description.endswith(".")
        assert action.description[0].isupper()


def test_every_screen_can_be_left_and_explains_itself() -> None:
    keymap = Keymap()
    for scope in EVERY:
        assert keymap.find([scope], "escape") is BY_ID["back"]
        assert keymap.find([scope], "?") is BY_ID["help"]
        assert keymap.find([scope], "f1") is BY_ID["help"]


def test_a_key_means_what_its_scope_says() -> None:
    keymap = Keymap()
    assert keymap.find(["list"], "space") is BY_ID["page_down"]
    assert keymap.find(["tree"], "space") is BY_ID["toggle_fold"]
    assert keymap.find(["sidebar"], "space") is BY_ID["toggle_value"]
    assert keymap.find(["sidebar"], "enter") is BY_ID["only"]
    assert keymap.find(["list"], "enter") is BY_ID["open_detail"]
    assert keymap.find(["list"], "y e") is BY_ID["copy_event"]
    assert keymap.is_prefix(["list"], "y")
    assert keymap.find(["reading"], "y e") is BY_ID["copy_table"]
    assert not keymap.is_prefix(["reading"], "x")
    assert [key for key, _ in keymap.continuations(["tree"], "y")] == ["e", "v", "k", "p", "i"]


def test_a_person_can_change_keys() -> None:
    keymap = Keymap({"follow": ["F5"], "go-to-time": "e", "nonsense": ["x"]})
    assert keymap.find(["list"], "f") is None
    assert keymap.find(["list"], "f5") is BY_ID["follow"]
    assert keymap.find(["list"], "e") is BY_ID["go_to_time"]
    assert keymap.keys_of("next_failed") == ()
    assert keymap.complaints == ["keys: there is no action named nonsense"]


def test_two_changed_actions_with_one_key_are_told() -> None:
    keymap = Keymap({"follow": ["e"], "sidebar": ["e"]})
    assert len(keymap.complaints) == 1
    assert "e is given to both follow and sidebar" in keymap.complaints[0]


def test_an_action_may_lose_all_its_keys() -> None:
    keymap = Keymap({"quit": []})
    assert keymap.find(["list"], "q") is None
    assert keymap.first_key("quit") == ""


def test_keys_are_written_for_people_and_read_from_them() -> None:
    for written, key in [
        ("^d", "ctrl+d"),
        ("PgDn", "pagedown"),
        ("⇧Tab", "shift+tab"),
        ("Esc", "escape"),
        ("F1", "f1"),
        ("y e", "y e"),
        ("G", "G"),
    ]:
        assert shown(key) == written
        assert normal(written) == key
    assert normal("Ctrl+D") == "ctrl+d"
    assert shown("list:space") == "space"


def test_the_table_names_every_action_and_key() -> None:
    table = key_table()
    lines = table.splitlines()
    assert lines[:2] == ["| keys | action |", "| --- | --- |"]
    assert all(re.fullmatch(r"\|.*\|.*\|", line) for line in lines)
    assert len(lines) == 2 + len(ACTIONS) + len(groups())
    for action in ACTIONS:
        assert action.description[1:] in table
        for key in action.keys:
            assert f"`{shown(key)}`" in table


def test_a_key_of_one_place_is_told_as_such() -> None:
    lines = key_table().splitlines()
    assert "| `PgDn` `space` (list, help) | A page down. |" in lines
    assert any(line.startswith("| `=` `Enter` (sidebar) | Only events") for line in lines)


def test_the_registry_knows_no_screen() -> None:
    loaded = subprocess.run(
        [sys.executable, "-c", "import sys, tui.actions.registry; print(*sys.modules)"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()
    assert not [name for name in loaded if name.partition(".")[0] in ("textual", "rich", "numpy")]
    ours = {name for name in loaded if name.startswith("tui.")}
    assert "tui.actions.registry" in ours
    assert all(name.startswith("tui.actions") for name in ours)


def test_a_key_that_no_terminal_sends_is_named() -> None:
    keymap = Keymap({"follow": ("nonsense", "F5", "^b"), "help": ("alt+x", "shift+f1", "y h")})
    assert keymap.keys_of("follow") == ("f5", "ctrl+b")
    assert keymap.keys_of("help") == ("shift+f1", "y h")
    assert keymap.complaints == [
        "keys: a terminal sends no key nonsense",
        "keys: a terminal sends no key alt+x",
    ]


def test_the_key_that_ends_the_program_ends_it() -> None:
    keymap = Keymap({"help": ("^c", "?")})
    assert keymap.keys_of("help") == ("?",)
    assert keymap.complaints == ["keys: ^c is that of quit_now, not of help"]
    own = Keymap({"help": ("^c",), "quit_now": ("^q",)})
    assert own.complaints == []
    found = own.find(("list",), "ctrl+c")
    assert found is not None
    assert found.id == "help"
