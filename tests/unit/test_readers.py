"""The stored bytes of an object by its name."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from tui.sources.readers import read_bytes
from tui.sources.stdin import make_spool

if TYPE_CHECKING:
    from pathlib import Path


def test_a_file_and_a_part_of_it(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"0123456789")
    assert read_bytes(str(path)) == b"0123456789"
    assert read_bytes(str(path), 3) == b"3456789"
    assert read_bytes(str(path), 3, 4) == b"3456"
    assert read_bytes(str(path), 8, 1 << 60) == b"89"
    assert read_bytes(str(path), 99) == b""
    assert read_bytes(str(path), 99, 5) == b""


def test_a_file_that_does_not_exist(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        read_bytes(str(tmp_path / "none"))


def test_a_pipe_in_a_files_place_does_not_block(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(OSError, match="not a regular file"):
        read_bytes(str(tmp_path / "pipe"))


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="not a regular file"):
        read_bytes(str(tmp_path))


def test_the_spool_is_read_without_moving_its_position() -> None:
    spool = make_spool()
    try:
        os.pwrite(spool, b"abcdef", 0)
        assert read_bytes("-", 2, 3, spool_fd=spool) == b"cde"
        assert read_bytes("-", spool_fd=spool) == b"abcdef"
        assert os.lseek(spool, 0, os.SEEK_CUR) == 0
    finally:
        os.close(spool)


def test_without_a_spool_the_standard_input_cannot_be_read() -> None:
    with pytest.raises(OSError, match="standard input"):
        read_bytes("-")
