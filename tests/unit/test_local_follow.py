"""Following real folders: every change is told once, however it comes about."""

from __future__ import annotations

import os
import queue
import shutil
import threading
import time
from typing import TYPE_CHECKING

import pytest

from tests.unit.test_local import log_name, unprivileged_folder, write
from tui.core import trail
from tui.sources import local_watch
from tui.sources.base import Change, ChangeKind, Notice, ObjectRef, Window
from tui.sources.local import LocalSource
from tui.sources.local_notify import CannotWatch, Watcher, why_not

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

TIMEOUT = 30.0
FOUND, GROWN, REPLACED, GONE, UNREADABLE = ChangeKind


class Following:
    """A source in a thread; what it tells is waited for."""

    def __init__(self, *paths: Path | str, poll: float | None, window: Window) -> None:
        self.stop = threading.Event()
        self.wake = threading.Event()
        self.seen: list[Change | Notice] = []
        self.chunks: queue.Queue[list[Change | Notice]] = queue.Queue()
        self._source = LocalSource([str(path) for path in paths], window)
        self._poll = poll
        self._thread = threading.Thread(target=self._run)
        self._thread.start()
        self.until(lambda: bool(self.notices("state")))
        self.seen = [item for item in self.seen if isinstance(item, Notice)]

    def _run(self) -> None:
        for chunk in self._source.changes(
            follow=True, poll=self._poll, wake=self.wake, stop=self.stop
        ):
            self.chunks.put(chunk)

    def until(self, done: Callable[[], bool]) -> None:
        """Take in what is told until enough is."""
        end = time.monotonic() + TIMEOUT
        while not done():
            self.seen.extend(self.chunks.get(timeout=max(0.01, end - time.monotonic())))

    def notices(self, kind: str) -> list[Notice]:
        return [item for item in self.seen if isinstance(item, Notice) and item.kind == kind]

    def changes(self) -> list[tuple[ChangeKind, str]]:
        return [(item.kind, item.ref.name) for item in self.seen if isinstance(item, Change)]

    def expect(self, kind: ChangeKind, path: Path) -> ObjectRef:
        """Wait for one change and take it off the list."""
        self.until(lambda: (kind, str(path)) in self.changes())
        for item in self.seen:
            if isinstance(item, Change) and (item.kind, item.ref.name) == (kind, str(path)):
                self.seen.remove(item)
                return item.ref
        raise AssertionError("unreachable")

    def rest(self) -> list[tuple[ChangeKind, str]]:
        """What else was told: a walk of the whole tree is asked for and waited for."""
        self.wake.set()
        while self.wake.is_set():
            time.sleep(0.01)
        time.sleep(0.3)
        while not self.chunks.empty():
            self.seen.extend(self.chunks.get())
        return self.changes()

    def end(self) -> bool:
        self.stop.set()
        self._thread.join(TIMEOUT)
        return not self._thread.is_alive()


@pytest.fixture(params=[None, 0.05], ids=["notified", "polling"])
def follow(request: pytest.FixtureRequest) -> Iterator[Callable[..., Following]]:
    """Start following, both ways."""
    started: list[Following] = []

    def start(*paths: Path | str, window: Window = Window()) -> Following:  # noqa: B008
        started.append(Following(*paths, poll=request.param, window=window))
        return started[-1]

    yield start
    ended = [following.end() for following in started]
    assert all(ended)


def test_it_says_how_it_follows(tmp_path: Path, follow: Callable[..., Following]) -> None:
    following = follow(tmp_path)
    assert following.notices("state")[0].text in ("live", "polling every 0.05 s")
    assert len(following.notices("listed")) == 1


def test_a_file_renamed_into_place_is_told_once(
    tmp_path: Path, follow: Callable[..., Following]
) -> None:
    following = follow(tmp_path)
    path = tmp_path / log_name(1)
    temporary = write(tmp_path / (path.name + ".tmp"), "content")
    temporary.rename(path)
    ref = following.expect(FOUND, path)
    status = path.stat()
    assert ref == ObjectRef(str(path), 7, status.st_mtime_ns, status.st_ino)
    assert following.rest() == []


def test_tomorrows_folders_are_looked_through(
    tmp_path: Path, follow: Callable[..., Following]
) -> None:
    write(tmp_path / "AWSLogs/1/CloudTrail/eu-west-1/2026/01/31" / log_name(31))
    following = follow(tmp_path)
    for region in ("eu-west-1", "us-east-1"):
        path = write(tmp_path / f"AWSLogs/1/CloudTrail/{region}/2026/02/01" / log_name(1))
        following.expect(FOUND, path)
        later = write(path.parent / log_name(2))
        following.expect(FOUND, later)
    assert following.rest() == []


def test_files_renamed_into_folders_made_a_moment_before(
    tmp_path: Path, follow: Callable[..., Following]
) -> None:
    following = follow(tmp_path)
    expected = set()
    for number in range(60):
        folder = tmp_path / f"r-{number % 7}/2026/01/{number % 28 + 1:02}"
        temporary = write(folder / "x.tmp")
        path = folder / log_name(1, number=number)
        temporary.rename(path)
        expected.add((FOUND, str(path)))
    following.until(lambda: set(following.changes()) >= expected)
    assert sorted(following.rest()) == sorted(expected)


def test_growth_replacement_truncation_and_deletion(
    tmp_path: Path, follow: Callable[..., Following]
) -> None:
    path = write(tmp_path / "a.json", "one")
    following = follow(tmp_path)
    with path.open("a") as file:
        file.write("two")
    grown = following.expect(GROWN, path)
    assert grown.size == 6
    path.write_text("")
    following.expect(REPLACED, path)
    other = write(tmp_path / "b.tmp", "other content")
    other.replace(path)
    replaced = following.expect(REPLACED, path)
    assert replaced.file_id != grown.file_id
    path.unlink()
    following.expect(GONE, path)
    write(path, "back")
    following.expect(FOUND, path)
    assert following.rest() == []


def test_a_deleted_folder_takes_all_its_files_along(
    tmp_path: Path, follow: Callable[..., Following]
) -> None:
    paths = [write(tmp_path / "a" / "b" / f"{number}.json") for number in range(3)]
    following = follow(tmp_path)
    shutil.rmtree(tmp_path / "a")
    for path in paths:
        following.expect(GONE, path)
    path = write(paths[0])
    following.expect(FOUND, path)
    assert following.rest() == []


def test_a_moved_folder(tmp_path: Path, follow: Callable[..., Following]) -> None:
    path = write(tmp_path / "a" / "b" / "x.json")
    following = follow(tmp_path)
    (tmp_path / "a").rename(tmp_path / "z")
    following.expect(GONE, path)
    following.expect(FOUND, tmp_path / "z" / "b" / "x.json")
    assert following.rest() == []


def test_the_folder_itself_goes_and_comes_back(
    tmp_path: Path, follow: Callable[..., Following]
) -> None:
    root = tmp_path / "root"
    path = write(root / "x.json")
    following = follow(root)
    shutil.rmtree(root)
    following.expect(GONE, path)
    following.until(lambda: bool(following.notices("problem")))
    (problem,) = following.notices("problem")
    assert problem.where == str(root)
    assert "gone" in problem.text
    write(path)
    following.wake.set()
    following.expect(FOUND, path)
    following.until(lambda: bool(following.notices("solved")))
    assert [item.where for item in following.notices("solved")] == [str(root)]


def test_permission_lost_and_given_back(follow: Callable[..., Following]) -> None:
    with unprivileged_folder() as root:
        path = write(root / "a.json")
        hidden = write(root / "b.json")
        hidden.chmod(0)
        following = follow(root)
        path.chmod(0)
        following.expect(UNREADABLE, path)
        path.chmod(0o600)
        following.expect(REPLACED, path)
        hidden.chmod(0o600)
        following.expect(FOUND, hidden)
        assert following.rest() == []
        assert following.end()


def test_a_folder_that_may_not_be_listed_any_more(follow: Callable[..., Following]) -> None:
    with unprivileged_folder() as root:
        path = write(root / "a" / "x.json")
        following = follow(root)
        path.parent.chmod(0)
        following.expect(UNREADABLE, path)
        following.until(lambda: bool(following.notices("problem")))
        path.parent.chmod(0o700)
        following.wake.set()
        following.expect(REPLACED, path)
        assert len(following.notices("problem")) == 1
        assert [item.where for item in following.notices("solved")] == [str(path.parent)]
        assert following.end()


def test_single_files_and_globs_are_followed_too(
    tmp_path: Path, follow: Callable[..., Following]
) -> None:
    path = write(tmp_path / "a.json")
    write(tmp_path / "g-1.json")
    following = follow(path, tmp_path / "g-*.json")
    write(tmp_path / "other.json")
    other = write(tmp_path / "x.tmp", "new")
    other.replace(path)
    following.expect(REPLACED, path)
    path.unlink()
    following.expect(GONE, path)
    write(path)
    following.expect(FOUND, path)
    hit = write(tmp_path / "g-2.json")
    following.wake.set()
    following.expect(FOUND, hit)
    assert following.rest() == []


def test_late_files_in_old_folders_are_found_by_a_walk(
    tmp_path: Path, follow: Callable[..., Following], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(local_watch, "WATCHED_FOLDERS", 6)
    monkeypatch.setattr(local_watch, "_STAMPS_EVERY", 1e6)
    for day in range(1, 20):
        write(tmp_path / f"2026/01/{day:02}" / log_name(day))
    following = follow(tmp_path)
    path = write(tmp_path / "2026/01/02" / log_name(2, 3))
    following.wake.set()
    following.expect(FOUND, path)
    newest = write(tmp_path / "2026/01/20" / log_name(20))
    following.expect(FOUND, newest)
    assert following.rest() == []


def test_a_window_holds_for_new_files_too(tmp_path: Path, follow: Callable[..., Following]) -> None:
    label = trail.label_of(log_name(10))
    assert label is not None
    following = follow(tmp_path, window=Window(label.time, None))
    write(tmp_path / log_name(9))
    path = write(tmp_path / log_name(11))
    following.expect(FOUND, path)
    following.until(lambda: bool(following.notices("pruned")))
    assert following.rest() == []
    assert sum(notice.count for notice in following.notices("pruned")) == 1


def test_a_name_that_is_not_utf8_does_not_end_it(
    tmp_path: Path, follow: Callable[..., Following]
) -> None:
    following = follow(tmp_path)
    odd = write(tmp_path / os.fsdecode(b"caf\xe9.json"))
    following.expect(FOUND, odd)
    path = write(tmp_path / "a.json")
    following.expect(FOUND, path)


def test_hidden_and_passed_over_names_are_counted_once(
    tmp_path: Path, follow: Callable[..., Following]
) -> None:
    following = follow(tmp_path)
    write(tmp_path / "shot.png")
    os.mkfifo(tmp_path / "pipe")
    following.until(lambda: len(following.notices("skipped")) >= 2)
    write(tmp_path / "shot.png", "more")
    assert following.rest() == []
    assert len(following.notices("skipped")) == 2


def test_a_pipe_that_becomes_a_file(tmp_path: Path, follow: Callable[..., Following]) -> None:
    os.mkfifo(tmp_path / "a.json")
    following = follow(tmp_path)
    path = write(tmp_path / "b.tmp")
    path.replace(tmp_path / "a.json")
    following.expect(FOUND, tmp_path / "a.json")


def test_where_the_system_does_not_notify_it_polls_and_says_why(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def limit(self: Watcher, folders: list[str]) -> None:
        raise CannotWatch("the limit of inotify watches is reached")

    monkeypatch.setattr(Watcher, "watch", limit)
    monkeypatch.setattr(local_watch, "_POLL_SECONDS", 0.05)
    following = Following(tmp_path, poll=None, window=Window())
    try:
        assert [notice.text for notice in following.notices("state")] == [
            "polling every 0.05 s: the limit of inotify watches is reached"
        ]
        following.expect(FOUND, write(tmp_path / "a.json"))
    finally:
        assert following.end()


def test_network_file_systems_are_known(tmp_path: Path) -> None:
    real = os.path.realpath(tmp_path)
    mounts = tmp_path / "mountinfo"
    line = "36 35 98:0 / {} rw,noatime shared:1 - {} server:/x rw\n"
    root = line.format("/", "ext4")
    mounts.write_text(root + line.format(real.replace(" ", "\\040"), "nfs4"))
    assert why_not([str(tmp_path)], str(mounts)) == "nfs4 does not notify of changes"
    assert why_not(["/"], str(mounts)) == ""
    mounts.write_text(root)
    assert why_not([str(tmp_path)], str(mounts)) == ""
    assert why_not([str(tmp_path)], str(tmp_path / "none")) == ""


def test_a_path_told_without_its_links_is_known_again(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    link = tmp_path / "link"
    link.symlink_to(tmp_path / "real")
    with Watcher(lambda: True) as watcher:
        watcher.watch([str(link)])
        real = os.path.realpath(link)
        assert watcher.as_given(os.path.join(real, "a.json")) == str(link / "a.json")
        assert watcher.as_given(real) == str(link)
        assert watcher.as_given(str(link / "a.json")) == str(link / "a.json")
        assert watcher.as_given("/elsewhere/b.json") == "/elsewhere/b.json"


def test_changes_of_one_file_are_joined() -> None:
    def joined(*kinds: ChangeKind) -> list[ChangeKind]:
        refs = [Change(kind, ObjectRef("a", size, size)) for size, kind in enumerate(kinds)]
        result = local_watch.coalesce([*refs, Notice("state")])
        assert result[-1] == Notice("state")
        return [item.kind for item in result if isinstance(item, Change)]

    assert joined(FOUND, GROWN, REPLACED) == [FOUND]
    assert joined(FOUND, GONE) == []
    assert joined(GONE, FOUND) == [REPLACED]
    assert joined(GROWN, GROWN) == [GROWN]
    assert joined(GROWN, REPLACED) == [REPLACED]
    assert joined(REPLACED, GROWN) == [REPLACED]
    assert joined(UNREADABLE, REPLACED) == [REPLACED]
    assert joined(REPLACED, GONE) == [GONE]
