"""What is remembered, and that damage to it never stands in the way."""

from __future__ import annotations

import json
import stat
from typing import TYPE_CHECKING

import pytest

from tui.state import State, state_folder, write_private

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "folder" / "state.json"


def _mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_what_is_set_is_there_the_next_time(path: Path) -> None:
    state = State.load(path)
    assert state.notes == ()
    assert state.get("screen", "detail_height") is None
    state.set("screen", "detail_height", 12)
    state.set("screen", "sidebar", False)
    state.save()
    again = State.load(path)
    assert again.get("screen", "detail_height") == 12
    assert again.get("screen", "sidebar") is False
    assert again.notes == ()


def test_the_file_is_for_the_user_alone(path: Path) -> None:
    state = State.load(path)
    state.set("a", "b", 1)
    state.save()
    assert _mode(path) == 0o600
    assert _mode(path.parent) == 0o700
    assert [entry.name for entry in path.parent.iterdir()] == [path.name]


def test_nothing_is_written_when_nothing_changed(path: Path) -> None:
    State.load(path).save()
    assert not path.parent.exists()
    state = State.load(path)
    state.set("a", "b", 1)
    state.save()
    before = path.stat().st_mtime_ns, path.stat().st_ino
    state.set("a", "b", 1)
    state.save()
    assert (path.stat().st_mtime_ns, path.stat().st_ino) == before


def test_none_forgets(path: Path) -> None:
    state = State.load(path)
    state.set("a", "b", 1)
    state.set("a", "b", None)
    state.set("never", "there", None)
    state.save()
    assert State.load(path).get("a", "b") is None


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b'{"a": 1}',
        b"\xff\xfe",
        b"\0" * 100,
        b"[" * 100_000,
        b" " * (1 << 20) + b"{}",
    ],
    ids=["empty", "cut", "list", "flat", "bytes", "zeros", "deep", "huge"],
)
def test_a_damaged_file_is_set_aside(path: Path, content: bytes) -> None:
    path.parent.mkdir()
    path.write_bytes(content)
    state = State.load(path)
    (note,) = state.notes
    assert str(path) in note
    assert path.with_name("state.json.damaged").read_bytes() == content
    state.set("a", "b", 1)
    state.save()
    assert State.load(path).get("a", "b") == 1


def test_a_file_that_cannot_be_opened_is_said(path: Path) -> None:
    path.mkdir(parents=True)
    state = State.load(path)
    assert state.get("a", "b") is None
    assert str(path) in state.notes[0]
    state.set("a", "b", 1)
    with pytest.raises(OSError, match="directory"):
        state.save()
    assert [entry.name for entry in path.parent.iterdir()] == [path.name]


def test_of_two_writers_the_last_one_wins(path: Path) -> None:
    first, second = State.load(path), State.load(path)
    first.set("a", "who", "first")
    second.set("a", "who", "second")
    second.save()
    first.save()
    assert json.loads(path.read_text()) == {"a": {"who": "first"}}


def test_a_reader_that_has_the_file_open_keeps_the_old_one(path: Path) -> None:
    write_private(path, b"old")
    with path.open("rb") as reader:
        write_private(path, b"new")
        assert reader.read() == b"old"
    assert path.read_bytes() == b"new"


def test_the_folder_is_the_users(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    assert state_folder().is_relative_to(tmp_path)


def test_two_sessions_at_once_keep_what_both_remember(path: Path) -> None:
    first = State.load(path)
    first.set("marks", "sources", {"one": ["a"], "old": ["b"]})
    first.set("panes", "sidebar", True)
    first.save()
    here, there = State.load(path), State.load(path)
    here.set("marks", "sources", {"one": ["a", "c"], "old": ["b"], "mine": ["d"]})
    here.set("panes", "sidebar", None)
    here.set("panes", "share", 0.5)
    here.save()
    there.set("marks", "sources", {"one": ["a"], "theirs": ["e"]})
    there.set("filters", "saved", {"x": "is:error"})
    there.save()
    again = State.load(path)
    assert again.get("marks", "sources") == {"one": ["a", "c"], "mine": ["d"], "theirs": ["e"]}
    assert again.get("panes", "sidebar") is None
    assert again.get("panes", "share") == 0.5
    assert again.get("filters", "saved") == {"x": "is:error"}


def test_a_file_that_another_session_damaged_is_written_anew(path: Path) -> None:
    state = State.load(path)
    state.set("a", "b", 1)
    state.save()
    path.write_bytes(b"{nonsense")
    state.set("a", "c", 2)
    state.save()
    again = State.load(path)
    assert (again.get("a", "b"), again.get("a", "c")) == (1, 2)
