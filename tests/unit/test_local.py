"""The first look at folders and files: what is offered, in which order, what is passed over."""

from __future__ import annotations

import contextlib
import os
import socket
import tempfile
import threading
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tui.core.trail import HOUR, label_of
from tui.errors import SourceError
from tui.sources.base import Change, ChangeKind, Notice, ObjectRef, Window
from tui.sources.local import LocalSource, expand
from tui.sources.local_names import WAIT, verdict

if TYPE_CHECKING:
    from collections.abc import Iterator

NOBODY = 65534


@contextlib.contextmanager
def unprivileged_folder() -> Iterator[Path]:
    """A folder of somebody who may not read everything: permissions mean nothing to root."""
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o755)
        if os.geteuid() != 0:
            yield Path(name)
            return
        os.chown(name, NOBODY, NOBODY)
        os.seteuid(NOBODY)
        try:
            yield Path(name)
        finally:
            os.seteuid(0)


def log_name(day: int, hour: int = 12, number: int = 0) -> str:
    return f"123456789012_CloudTrail_us-east-1_202601{day:02}T{hour:02}05Z_{number:016}.json.gz"


def write(path: Path, content: str = "{}") -> Path:
    """Put a file into place whole: nobody sees it half written."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name("." + path.name + ".tmp")
    unfinished.write_text(content)
    return unfinished.rename(path)


def look(*paths: Path | str, window: Window = Window()) -> list[list[Change | Notice]]:  # noqa: B008
    source = LocalSource([str(path) for path in paths], window)
    event = threading.Event()
    return list(source.changes(follow=False, poll=None, wake=event, stop=event))


def changes(chunks: list[list[Change | Notice]]) -> list[Change]:
    return [item for chunk in chunks for item in chunk if isinstance(item, Change)]


def names(chunks: list[list[Change | Notice]]) -> list[str]:
    return [os.path.basename(change.ref.name) for change in changes(chunks)]


def notices(chunks: list[list[Change | Notice]], kind: str) -> list[Notice]:
    items = [item for chunk in chunks for item in chunk if isinstance(item, Notice)]
    return [item for item in items if item.kind == kind]


def trail_of(root: Path, regions: int = 3, days: int = 9, files: int = 5) -> int:
    for region in range(regions):
        for day in range(1, days + 1):
            for number in range(files):
                folder = root / f"AWSLogs/1/CloudTrail/r-{region}/2026/01/{day:02}"
                write(folder / log_name(day, number, region))
    return regions * days * files


def test_every_file_is_offered_once_with_what_a_stat_tells(tmp_path: Path) -> None:
    path = write(tmp_path / log_name(1), "content")
    (change,) = changes(look(tmp_path))
    status = path.stat()
    assert change.kind == ChangeKind.FOUND
    assert change.ref == ObjectRef(str(path), 7, status.st_mtime_ns, status.st_ino)


def test_a_trail_is_offered_newest_first_in_growing_chunks(tmp_path: Path) -> None:
    count = trail_of(tmp_path)
    chunks = look(tmp_path)
    labels = [label.time for name in names(chunks) if (label := label_of(name))]
    assert len(labels) == count
    assert labels == sorted(labels, reverse=True)
    assert len(changes(chunks[:1])) == 32
    assert notices(chunks, "listed") == [Notice("listed", count=count)]
    assert chunks[-1][-1] == Notice("ended")


def test_a_flat_folder_is_offered_newest_first(tmp_path: Path) -> None:
    for day in range(1, 32):
        for hour in range(4):
            write(tmp_path / log_name(day, hour))
    labels = [label.time for name in names(look(tmp_path)) if (label := label_of(name))]
    assert len(labels) == 124
    assert labels == sorted(labels, reverse=True)


def test_files_without_a_label_are_ordered_by_their_last_change(tmp_path: Path) -> None:
    for number, name in enumerate(("b.json", "c.json", "a.json")):
        os.utime(write(tmp_path / name), (1000 + number, 1000 + number))
    assert names(look(tmp_path)) == ["a.json", "c.json", "b.json"]


def test_overlapping_arguments_are_looked_through_once(tmp_path: Path) -> None:
    path = write(tmp_path / "a" / log_name(1))
    (tmp_path / "link").symlink_to(tmp_path / "a")
    found = names(look(path, tmp_path, tmp_path / "a", path, tmp_path / "link" / path.name))
    assert found == [path.name]


def test_one_file_by_two_names_is_offered_once(tmp_path: Path) -> None:
    path = write(tmp_path / "a.json")
    (tmp_path / "b.json").symlink_to(path)
    assert names(look(path, tmp_path / "b.json")) == ["a.json"]


def test_links_are_followed_and_loops_are_not(tmp_path: Path) -> None:
    write(tmp_path / "away" / "a.json")
    write(tmp_path / "file.json")
    root = tmp_path / "root"
    root.mkdir()
    (root / "linked").symlink_to(tmp_path / "away")
    (root / "linked.json").symlink_to(tmp_path / "file.json")
    (root / "loop").symlink_to(root)
    (tmp_path / "away" / "back").symlink_to(root)
    (root / "dangling.json").symlink_to(tmp_path / "none")
    assert sorted(names(look(root))) == ["a.json", "linked.json"]


def test_what_is_certain_by_name_is_passed_over_and_counted(tmp_path: Path) -> None:
    digest = "1_CloudTrail-Digest_us-east-1_t_us-east-1_20260131T120500Z.json.gz"
    write(tmp_path / digest)
    for name in ("README.md", "shot.PNG", "all.zip", "all.tar.gz", "x.py", ".DS_Store", "._a.json"):
        write(tmp_path / name)
    write(tmp_path / ".git" / "config")
    write(tmp_path / "events.txt")
    write(tmp_path / "noending")
    chunks = look(tmp_path)
    assert sorted(names(chunks)) == ["events.txt", "noending"]
    skipped = {Path(notice.where).name: notice.text for notice in notices(chunks, "skipped")}
    assert skipped == {
        digest: "digest",
        "README.md": "document",
        "shot.PNG": "image",
        "all.zip": "an archive; unpack it and open its folder",
        "all.tar.gz": "an archive; unpack it and open its folder",
        "x.py": "program",
        ".DS_Store": "hidden",
        "._a.json": "hidden",
        ".git": "hidden",
    }


def test_a_file_named_on_the_command_line_is_offered_whatever_its_name(tmp_path: Path) -> None:
    path = write(tmp_path / ".notes.md")
    assert names(look(path)) == [".notes.md"]


@pytest.mark.parametrize(
    "name",
    [
        *("a.json.gz.tmp", "a.partial", "a.gz.part", "a.crdownload", "a.filepart"),
        *("a.json.gz.1a2B3c4D", "a.json.ABCDEF12", ".a.json.gz.x1Y2z3"),
    ],
)
def test_names_of_unfinished_copies(name: str) -> None:
    assert verdict(name) == WAIT


@pytest.mark.parametrize("name", ["a.log.20260131", "a.json.gz", "a.part.json", "tmp", "a.jsonl.1"])
def test_names_that_only_look_unfinished(name: str) -> None:
    assert verdict(name) == ""


def test_an_unfinished_copy_is_counted_where_nobody_looks_again(tmp_path: Path) -> None:
    write(tmp_path / "a.json.gz.tmp")
    chunks = look(tmp_path)
    assert names(chunks) == []
    assert [notice.text for notice in notices(chunks, "skipped")] == [WAIT]


def test_a_window_prunes_by_label_and_counts(tmp_path: Path) -> None:
    for hour in range(10):
        write(tmp_path / log_name(1, hour))
    write(tmp_path / "undated.json")
    label = label_of(log_name(1, 4))
    assert label is not None
    chunks = look(tmp_path, window=Window(label.time, label.time + HOUR))
    assert sorted(names(chunks)) == [log_name(1, 4), log_name(1, 5), "undated.json"]
    assert [notice.count for notice in notices(chunks, "pruned")] == [8]
    named = look(tmp_path / log_name(1, 0), window=Window(label.time, None))
    assert names(named) == []
    assert [notice.count for notice in notices(named, "pruned")] == [1]


def test_pipes_and_sockets_in_a_folder_are_not_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.json")
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(tmp_path / "s"))
        chunks = look(tmp_path)
    assert names(chunks) == []
    assert {notice.text for notice in notices(chunks, "skipped")} == {"not a regular file"}


def test_a_folder_without_permission_is_a_problem_and_the_rest_goes_on() -> None:
    with unprivileged_folder() as root:
        write(root / "a" / "a.json")
        write(root / "b" / "b.json")
        (root / "a").chmod(0)
        try:
            chunks = look(root)
        finally:
            (root / "a").chmod(0o700)
    assert names(chunks) == ["b.json"]
    (problem,) = notices(chunks, "problem")
    assert problem.where == str(root / "a")
    assert "chmod" in problem.text


def test_a_file_without_permission_is_unreadable() -> None:
    with unprivileged_folder() as root:
        write(root / "a.json").chmod(0)
        (change,) = changes(look(root))
    assert change.kind == ChangeKind.UNREADABLE
    assert "permission denied" in change.note


def test_a_name_that_is_not_utf8(tmp_path: Path) -> None:
    name = os.fsdecode(b"caf\xe9.json")
    write(tmp_path / name)
    assert names(look(tmp_path)) == [name]


def test_expand_names_what_is_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("a.json", "b.json", "odd[1].json", "deep/er/c.json"):
        write(tmp_path / name)
    assert expand(["a.json", "./a.json"]) == [str(tmp_path / "a.json")]
    assert expand(["[ab].json"]) == [str(tmp_path / "a.json"), str(tmp_path / "b.json")]
    assert expand(["odd[1].json"]) == [str(tmp_path / "odd[1].json")]
    assert expand(["**/c.json"]) == [str(tmp_path / "deep/er/c.json")]
    assert expand(["deep"]) == [str(tmp_path / "deep")]


def test_expand_says_what_is_wrong(tmp_path: Path) -> None:
    (tmp_path / "dangling").symlink_to(tmp_path / "none")
    os.mkfifo(tmp_path / "pipe")
    for argument, message in (
        ("none.json", "does not exist"),
        ("*.json", "No file or folder matches"),
        ("dangling", "link to nothing"),
        ("pipe", "`-`"),
    ):
        with pytest.raises(SourceError, match=message):
            expand([str(tmp_path / argument)])
    with pytest.raises(SourceError, match="neither a file nor a folder"):
        LocalSource(["/dev/null"])


def test_stop_ends_the_first_look(tmp_path: Path) -> None:
    trail_of(tmp_path)
    stop = threading.Event()
    stop.set()
    source = LocalSource([str(tmp_path)])
    assert list(source.changes(follow=True, poll=None, wake=stop, stop=stop)) == []
