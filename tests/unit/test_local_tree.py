"""What is known of folders, where two looks overtake what happens between them."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

from tests.unit.test_local import write
from tui.sources.base import Change, ChangeKind, Window
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
