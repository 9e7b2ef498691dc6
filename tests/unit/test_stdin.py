"""The standard input: copied to a file without a name, told as it comes."""

from __future__ import annotations

import os
import queue
import stat
import threading
from typing import TYPE_CHECKING

import pytest

from tui.sources.base import Change, ChangeKind, Notice
from tui.sources.readers import read_bytes
from tui.sources.stdin import StdinSource, make_spool

if TYPE_CHECKING:
    from collections.abc import Iterator

TIMEOUT = 20.0


class Running:
    """A source that is fed by a pipe and runs in a thread."""

    def __init__(self) -> None:
        self.fd_in, self.fd_out = os.pipe()
        self.spool = make_spool()
        self.stop = threading.Event()
        self.items: queue.Queue[Change | Notice] = queue.Queue()
        self.thread = threading.Thread(target=self._run)
        self.thread.start()

    def _run(self) -> None:
        source = StdinSource(self.fd_in, self.spool)
        for chunk in source.changes(follow=True, poll=None, wake=threading.Event(), stop=self.stop):
            for item in chunk:
                self.items.put(item)

    def next_change(self) -> Change:
        while True:
            item = self.items.get(timeout=TIMEOUT)
            if isinstance(item, Change):
                return item

    def until_ended(self) -> list[Change | Notice]:
        items = []
        while True:
            items.append(self.items.get(timeout=TIMEOUT))
            if isinstance(items[-1], Notice) and items[-1].kind == "ended":
                return items

    def close_input(self) -> None:
        if self.fd_out >= 0:
            os.close(self.fd_out)
            self.fd_out = -1


@pytest.fixture
def running() -> Iterator[Running]:
    run = Running()
    yield run
    run.stop.set()
    run.close_input()
    run.thread.join(TIMEOUT)
    os.close(run.fd_in)
    os.close(run.spool)
    assert not run.thread.is_alive()


def test_the_spool_has_no_name_and_is_for_the_user_alone() -> None:
    spool = make_spool()
    try:
        status = os.fstat(spool)
        assert status.st_nlink == 0
        assert stat.S_IMODE(status.st_mode) == 0o600
    finally:
        os.close(spool)


def test_what_comes_is_told_while_the_input_is_open(running: Running) -> None:
    os.write(running.fd_out, b"one\n")
    found = running.next_change()
    assert (found.kind, found.ref.name, found.ref.size) == (ChangeKind.FOUND, "-", 4)
    os.write(running.fd_out, b"two\n")
    grown = running.next_change()
    assert (grown.kind, grown.ref.size) == (ChangeKind.GROWN, 8)
    assert grown.ref.file_id == found.ref.file_id
    assert grown.ref.stamp != found.ref.stamp
    assert read_bytes("-", 4, spool_fd=running.spool) == b"two\n"
    running.close_input()
    assert [item.kind for item in running.until_ended()][-1] == "ended"


def test_a_flood_is_joined(running: Running) -> None:
    data = os.urandom(1 << 16) * 64
    for at in range(0, len(data), 4096):
        os.write(running.fd_out, data[at : at + 4096])
    running.close_input()
    changes = [item for item in running.until_ended() if isinstance(item, Change)]
    assert changes[0].kind == ChangeKind.FOUND
    assert changes[-1].ref.size == len(data)
    assert len(changes) < 200
    assert read_bytes("-", spool_fd=running.spool) == data


def test_an_empty_input_holds_nothing(running: Running) -> None:
    running.close_input()
    items = running.until_ended()
    assert not [item for item in items if isinstance(item, Change)]
    assert Notice("listed", count=0) in items


def test_stop_ends_it(running: Running) -> None:
    os.write(running.fd_out, b"x")
    running.next_change()
    running.stop.set()
    running.thread.join(TIMEOUT)
    assert not running.thread.is_alive()


def test_a_full_disk_is_a_problem_and_not_the_end_of_the_rest() -> None:
    fd_in, fd_out = os.pipe()
    full = os.open("/dev/full", os.O_RDWR)
    os.write(fd_out, b"x")
    os.close(fd_out)
    items: list[Change | Notice] = []
    try:
        for chunk in StdinSource(fd_in, full).changes(
            follow=True, poll=None, wake=threading.Event(), stop=threading.Event()
        ):
            items.extend(chunk)
    finally:
        os.close(full)
        os.close(fd_in)
    problems = [item for item in items if isinstance(item, Notice) and item.kind == "problem"]
    assert len(problems) == 1
    assert "TMPDIR" in problems[0].text
    assert items[-1] == Notice("ended")


def test_unless_following_all_of_the_input_is_what_is_there() -> None:
    fd_in, fd_out = os.pipe()
    spool = make_spool()
    source = StdinSource(fd_in, spool)
    chunks = source.changes(follow=False, poll=None, wake=threading.Event(), stop=threading.Event())
    items: list[Change | Notice] = []
    try:
        for number in range(3):
            os.write(fd_out, b"%d\n" % number)
            while not (items and isinstance(items[-1], Change)):
                items.extend(next(chunks))
            assert Notice("listed", count=1) not in items
            items.append(Notice("state", "seen"))
        os.close(fd_out)
        items.extend(item for chunk in chunks for item in chunk)
    finally:
        os.close(fd_in)
        os.close(spool)
    assert items[-2:] == [Notice("listed", count=1), Notice("ended")]
