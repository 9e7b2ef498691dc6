"""Where bodies go when they are large, or when the cache cannot be written."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.s3.faulty_proxy import Fault
from tests.s3.fetching import KEY
from tui.sources.cache import read_cached
from tui.sources.s3 import fetch as s3_fetch
from tui.sources.s3.store import Store, StoreError

if TYPE_CHECKING:
    from tests.s3.fetching import Room


@pytest.mark.parametrize("held", [True, False])
def test_where_the_cache_cannot_be_written_reading_goes_on(
    room: Room, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, held: bool
) -> None:
    """A file stands where the sub folder has to be: not even root can write there."""
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", None)
    if not held:
        monkeypatch.setattr(s3_fetch, "HELD", 3)
    for number in range(256):
        (room.cache.folder / f"{number:02x}").touch()
    refs = [room.put(f"{KEY}{number}") for number in range(3)]
    done = room.fetch(*refs)
    assert [read_cached(one.path) for one in done] == [b"body"] * 3
    stead = Path(done[0].path).parent.parent
    assert stead != room.cache.folder
    assert stead.stat().st_mode & 0o777 == 0o700
    assert stead.parent.stat().st_mode & 0o777 == 0o700
    complaint = room.fetcher.complaint()
    assert str(room.cache.folder) in complaint
    assert "cannot be written" in complaint
    assert room.fetcher.complaint() == ""
    assert {one.requests for one in room.fetch(*refs)} == {0}
    room.fetcher.close()
    assert not stead.parent.exists()


def test_where_nothing_can_be_written_it_is_said(
    room: Room, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "none"))
    for number in range(256):
        (room.cache.folder / f"{number:02x}").touch()
    done = room.one(room.put())
    assert done.trouble is not None
    assert "cannot be written to disk" in done.trouble.sentence
    assert not done.retry


def test_a_large_body_goes_to_the_disk_in_pieces(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(s3_fetch, "HELD", 1000)
    body = os.urandom(3_000_000)
    ref = room.put(body=body)
    room.proxy.plan(Fault(cut=2_000_000))
    done = room.one(ref)
    assert done.requests == 2
    assert read_cached(done.path) == body
    assert list(room.cache.folder.rglob(".draft-*")) == []


def test_a_cache_folder_that_is_no_good_is_stood_in_for(
    room: Room, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    (tmp_path / "file").touch()
    store = Store.of(tmp_path / "file" / "objects", 1 << 30)
    where = (room.access.base, room.bucket.name, KEY, "etag")
    path, size = store.put(where, b"body")
    assert (read_cached(path), size) == (b"body", 4)
    assert path.startswith(store.stead)
    assert "file/objects cannot be written" in store.complaint()
    store.close()
    assert list(tmp_path.glob("cloudtrail-tui-*")) == []
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "none"))
    nowhere = Store.of(tmp_path / "file" / "objects", 1 << 30)
    with pytest.raises(StoreError, match="cannot be written to disk"):
        nowhere.put(where, b"body")
    nowhere.tidy(idle=True)
    assert nowhere.find(*where, 4) is None


def test_a_small_cache_keeps_its_limit_but_not_before_a_body_is_read(room: Room) -> None:
    room.cache.limit = 1 << 20
    store = Store(room.cache)
    paths = []
    for number in range(3):
        where = (room.access.base, room.bucket.name, KEY, str(number))
        paths.append(store.put(where, os.urandom(1 << 19))[0])
    store.tidy(idle=True)
    assert all(room.cache.has(path) for path in paths)
    os.utime(paths[0], (1, 1))
    store.put((room.access.base, room.bucket.name, KEY, "more"), os.urandom(1 << 20))
    store.put((room.access.base, room.bucket.name, KEY, "most"), b"body")
    store.tidy(idle=True)
    assert [room.cache.has(path) for path in paths] == [False, True, True]
