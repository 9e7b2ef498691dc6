"""Files that are written bit by bit: for the user alone, whole or not there."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from tui.core.private_file import new_file

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("replace", [False, True])
@pytest.mark.parametrize("umask", [0, 0o777])
def test_it_is_for_the_user_alone(tmp_path: Path, umask: int, replace: bool) -> None:
    path = tmp_path / "out.json"
    before = os.umask(umask)
    try:
        with new_file(path, replace=replace) as file:
            file.write(b"x")
    finally:
        os.umask(before)
    assert path.read_bytes() == b"x"
    assert path.stat().st_mode & 0o777 == 0o600
    assert list(tmp_path.iterdir()) == [path]


def test_what_is_there_stays_unless_it_is_to_be_replaced(tmp_path: Path) -> None:
    path = tmp_path / "out.json"
    path.write_bytes(b"before")
    with pytest.raises(FileExistsError), new_file(path, replace=False):
        pass
    assert path.read_bytes() == b"before"
    with new_file(path, replace=True) as file:
        file.write(b"after")
        assert path.read_bytes() == b"before"
    assert path.read_bytes() == b"after"


@pytest.mark.parametrize("replace", [False, True])
def test_half_a_file_is_never_left(tmp_path: Path, replace: bool) -> None:
    path = tmp_path / "out.json"
    if replace:
        path.write_bytes(b"before")

    def write_half() -> None:
        with new_file(path, replace=replace) as file:
            file.write(b"half")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_half()
    assert [each.read_bytes() for each in tmp_path.iterdir()] == ([b"before"] if replace else [])


def test_a_link_is_not_followed(tmp_path: Path) -> None:
    aim = tmp_path / "aim"
    path = tmp_path / "out.json"
    path.symlink_to(aim)
    with pytest.raises(FileExistsError), new_file(path, replace=False):
        pass
    with new_file(path, replace=True) as file:
        file.write(b"x")
    assert not aim.exists()
    assert not path.is_symlink()
