"""The cache on disk: whole files or none, for the user alone, shared, and never too large."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tui.sources.cache import (
    HEADER_SIZE,
    DamagedError,
    ObjectCache,
    default_folder,
    read_cached,
)

BASE = "https://trail.s3.amazonaws.com/"


@pytest.fixture
def cache(tmp_path: Path) -> ObjectCache:
    return ObjectCache(tmp_path / "objects")


def place(cache: ObjectCache, key: str, etag: str = "e") -> str:
    return cache.path_of(BASE, "trail", key, etag)


def put(cache: ObjectCache, key: str, body: bytes, *, age: float = 0.0) -> str:
    path = place(cache, key)
    cache.put(path, body)
    if age:
        then = time.time() - age
        os.utime(path, (then, then))
    return path


def used(path: str) -> float:
    return Path(path).stat().st_mtime


def modes(folder: Path) -> set[tuple[str, int]]:
    return {
        ("folder" if path.is_dir() else "file", stat.S_IMODE(path.lstat().st_mode))
        for path in (folder, *folder.rglob("*"))
    }


def test_what_was_put_is_read_whole_or_in_part(cache: ObjectCache) -> None:
    path = put(cache, "k", b"0123456789")
    assert read_cached(path) == b"0123456789"
    assert read_cached(path, 3) == b"3456789"
    assert read_cached(path, 3, 4) == b"3456"
    assert read_cached(path, 8, 99) == b"89"
    assert read_cached(path, 99) == b""
    assert cache.has(path)
    assert cache.has(path, 10)
    assert not cache.has(path, 11)
    assert cache.size(path) == 10


def test_an_empty_body_is_one(cache: ObjectCache) -> None:
    path = put(cache, "k", b"")
    assert cache.has(path, 0)
    assert read_cached(path) == b""


def test_pieces_are_the_same_as_the_whole(cache: ObjectCache) -> None:
    path = place(cache, "large")
    with cache.draft(path) as draft:
        for piece in (b"abc", b"", b"defg", b"h"):
            draft.write(piece)
        assert not cache.has(path)
    assert read_cached(path) == b"abcdefgh"


def test_a_draft_that_fails_leaves_nothing(cache: ObjectCache) -> None:
    path = place(cache, "large")

    def write_half() -> None:
        with cache.draft(path) as draft:
            draft.write(b"half")
            raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        write_half()
    assert [found for found in cache.folder.rglob("*") if found.is_file()] == []


def test_every_part_of_the_name_tells(cache: ObjectCache) -> None:
    paths = {
        cache.path_of(base, bucket, key, etag)
        for base in ("https://a/", "https://b/")
        for bucket in ("ab", "a")
        for key in ("b", "bb", "k")
        for etag in ("", "b", "e")
    }
    assert len(paths) == 2 * 2 * 3 * 3


@pytest.mark.parametrize(
    "key", ["../../etc/passwd", "/abs", "a/../b", "x" * 1024, "\x00\n", "\ud800", "", "~", "-rf"]
)
def test_no_key_is_a_path(cache: ObjectCache, key: str) -> None:
    path = put(cache, key, b"body")
    found = Path(path)
    assert found.parent.parent == cache.folder
    assert len(found.parent.name) == 2
    assert found.name.isalnum()
    assert found.name.isascii()
    assert read_cached(path) == b"body"


def test_files_and_folders_are_for_the_user_alone(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        cache = ObjectCache(tmp_path / "above" / "objects")
        put(cache, "k", b"body")
    finally:
        os.umask(before)
    assert modes(cache.folder) == {("folder", 0o700), ("file", 0o600)}


def test_what_was_never_put_is_not_found(cache: ObjectCache) -> None:
    with pytest.raises(FileNotFoundError):
        read_cached(place(cache, "none"))
    assert not cache.has(place(cache, "none"))


@pytest.mark.parametrize("change", ["flip", "cut", "longer", "header", "empty"])
def test_a_damaged_file_is_said_to_be_and_goes(cache: ObjectCache, change: str) -> None:
    path = put(cache, "k", b"0123456789")
    whole = Path(path).read_bytes()
    changed = {
        "flip": whole[:-1] + b"x",
        "cut": whole[:-1],
        "longer": whole + b"x",
        "header": b"x" + whole[1:],
        "empty": b"",
    }[change]
    Path(path).write_bytes(changed)
    with pytest.raises(DamagedError):
        read_cached(path)
    assert not cache.has(path)


def test_a_part_of_a_cut_file_is_not_given(cache: ObjectCache) -> None:
    path = put(cache, "k", b"0123456789")
    os.truncate(path, HEADER_SIZE + 5)
    with pytest.raises(DamagedError, match="5 bytes instead of 10"):
        read_cached(path, 1, 2)


def test_reading_is_use_and_costs_a_write_only_now_and_then(cache: ObjectCache) -> None:
    path = put(cache, "k", b"body", age=100)
    before = used(path)
    read_cached(path)
    assert used(path) == before
    os.utime(path, (1, 1))
    read_cached(path, 1, 1)
    assert used(path) > time.time() - 60
    os.utime(path, (1, 1))
    assert cache.has(path)
    assert used(path) > time.time() - 60


def test_the_oldest_use_goes_first(tmp_path: Path) -> None:
    cache = ObjectCache(tmp_path / "objects", limit=3 * (100 + HEADER_SIZE))
    paths = [put(cache, f"k{age}", bytes(100), age=age) for age in (9000, 8000, 7000, 6000, 5000)]
    read_cached(paths[0])
    assert cache.trim() == cache.limit
    assert [cache.has(path) for path in paths] == [True, False, False, True, True]


def test_below_the_limit_nothing_goes(cache: ObjectCache) -> None:
    path = put(cache, "k", b"body", age=1e6)
    assert cache.trim() == 4 + HEADER_SIZE
    assert cache.has(path)


def test_abandoned_drafts_go_and_those_under_way_stay(cache: ObjectCache) -> None:
    folder = Path(put(cache, "k", b"body")).parent
    old, new = folder / ".draft-old", folder / ".draft-new"
    for draft in (old, new):
        draft.write_bytes(b"x")
    os.utime(old, (1, 1))
    cache.trim()
    assert not old.exists()
    assert new.exists()


def test_a_link_is_not_followed(cache: ObjectCache, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    victim = outside / "victim"
    victim.write_bytes(bytes(1000))
    os.utime(victim, (1, 1))
    path = put(cache, "k", b"body")
    Path(path).unlink()
    Path(path).symlink_to(victim)
    assert not cache.has(path)
    with pytest.raises(OSError, match=r"symbolic|symlink|Too many"):
        read_cached(path)
    cache.limit = 0
    cache.trim()
    assert victim.read_bytes() == bytes(1000)
    cache.put(path, b"anew")
    assert read_cached(path) == b"anew"
    assert victim.read_bytes() == bytes(1000)


def test_a_linked_folder_is_not_followed(cache: ObjectCache, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    path = place(cache, "k")
    Path(path).parent.symlink_to(outside)
    (outside / Path(path).name).write_bytes(b"x" * 100)
    with pytest.raises(OSError, match="no folder"):
        cache.put(path, b"body")
    with pytest.raises(OSError, match=r"directory|symbolic"):
        read_cached(path)
    cache.limit = 0
    cache.trim()
    assert [found.name for found in outside.iterdir()] == [Path(path).name]


def test_a_folder_that_others_may_write_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "objects"
    folder.mkdir()
    folder.chmod(0o777)
    with pytest.raises(OSError, match="others may write"):
        ObjectCache(folder)
    (tmp_path / "link").symlink_to(tmp_path)
    with pytest.raises(OSError, match="no folder"):
        ObjectCache(tmp_path / "link")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may give a folder away")
def test_another_users_folder_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "objects"
    folder.mkdir(mode=0o700)
    os.chown(folder, 12345, -1)
    with pytest.raises(OSError, match="another user"):
        ObjectCache(folder)


def test_a_folder_deleted_meanwhile_is_made_again(cache: ObjectCache) -> None:
    path = put(cache, "k", b"body")
    Path(path).unlink()
    Path(path).parent.rmdir()
    cache.folder.rmdir()
    cache.put(path, b"again")
    assert read_cached(path) == b"again"


def test_the_default_folder_is_the_users(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setenv("HOME", str(tmp_path))
    folder = default_folder()
    assert folder.name == "objects"
    assert tmp_path in folder.parents


_SHARING = """
import sys
from pathlib import Path
from tui.sources.cache import ObjectCache, read_cached
cache = ObjectCache(Path(sys.argv[1]), limit=20_000)
good = gone = 0
for turn in range(400):
    number = (turn * 7 + int(sys.argv[2])) % 40
    body = bytes([number]) * 1000
    path = cache.path_of("base", "bucket", f"key {number}", "etag")
    cache.put(path, body)
    if turn % 20 == 0:
        cache.trim()
    try:
        assert read_cached(path) == body
        good += 1
    except FileNotFoundError:
        gone += 1
print(good, gone)
"""


def test_two_processes_share_it(tmp_path: Path) -> None:
    """Each puts, reads and trims the same forty objects: what is read is right, or not there."""
    folder = tmp_path / "objects"
    both = [
        subprocess.Popen(
            [sys.executable, "-c", _SHARING, str(folder), str(number)],
            stdout=subprocess.PIPE,
            text=True,
        )
        for number in (0, 3)
    ]
    for process in both:
        said, _ = process.communicate(timeout=60)
        assert process.returncode == 0
        good, gone = map(int, said.split())
        assert good + gone == 400
        assert good > 0
    assert [path.name for path in folder.rglob(".draft-*")] == []
