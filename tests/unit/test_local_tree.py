"""What is known of folders, where two looks overtake what happens between them."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

from tests.unit.test_local import unprivileged_folder, write
from tui.sources.base import Change, ChangeKind, Notice, Window
from tui.sources.local_tree import Tree

if TYPE_CHECKING:
    from pathlib import Path


def changes(out: list[object]) -> list[tuple[ChangeKind, str]]:
    found = [(item.kind, item.ref.name) for item in out if isinstance(item, Change)]
    out.clear()
    return found


def test_a_folder_that_comes_again_before_its_parent_is_looked_at_is_found(tmp_path: Path) -> None:
    path = write(tmp_path / "a" / "b" / "x.json")
    tree = Tree(Window())
    out: list[object] = []
    tree.add(str(tmp_path), out)
    assert changes(out) == [(ChangeKind.FOUND, str(path))]
    shutil.rmtree(tmp_path / "a")
    tree.look(tree.folders[str(tmp_path / "a")], out)
    assert changes(out) == [(ChangeKind.GONE, str(path))]
    write(path)
    tree.look(tree.folders[str(tmp_path)], out)
    assert changes(out) == [(ChangeKind.FOUND, str(path))]


def test_what_may_not_be_entered_is_said_once_and_read_once_it_may() -> None:
    with unprivileged_folder() as root:
        shut = root / "shut"
        one, other = write(shut / "below" / "x.json"), write(shut / "y.json")
        shut.chmod(0o600)
        tree = Tree(Window())
        out: list[object] = []
        tree.add(str(root), out)
        tree.look(tree.folders[str(shut)], out)
        assert [(item.kind, item.where) for item in out if isinstance(item, Notice)] == [
            ("problem", str(shut))
        ]
        assert changes(out) == []
        shut.chmod(0o700)
        tree.look(tree.folders[str(shut)], out)
        assert [(item.kind, item.where) for item in out if isinstance(item, Notice)] == [
            ("solved", str(shut))
        ]
        found = [(ChangeKind.FOUND, str(path)) for path in (one, other)]
        assert sorted(changes(out)) == sorted(found)
