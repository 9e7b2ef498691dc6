"""What is known of the files below some folders, and how a look at them differs from it.

A known file costs its name and 25 bytes: a trail of a year has a million of them.
"""

# pathlib costs ten times as much as os, and this runs for every file:
# ruff: noqa: PTH113, PTH116

from __future__ import annotations

import os
import stat
import struct
import time
from typing import TYPE_CHECKING

from tui.core import trail
from tui.sources.base import Change, ChangeKind, Notice, ObjectRef, Window
from tui.sources.local_folder import Candidate, Folder, Outcome
from tui.sources.local_names import WAIT, verdict

if TYPE_CHECKING:
    from collections.abc import Callable

_MARK = struct.Struct("<BQqQ")  # state, size, mtime in ns, inode
_OFFERED, _DENIED, _NEVER_READ = 0, 1, 2
# A name that is known and not offered:
_PASSED = b"p"
_PRUNED = b"w"
_SPECIAL = b"s"

_UNFINISHED_AFTER = 60.0
"""Seconds after which a download's temporary file is counted as left behind."""
_SETTLED_AFTER = 100_000_000
"""Nanoseconds after which a folder's time stamp tells the next change in it from the last:
file systems stamp with the kernel's tick, FAT with two seconds."""

_EFFECTIVE = os.access in os.supports_effective_ids
_DENIED_NOTE = "permission denied: `chmod u+r` on the file would let it be read"

_GONE_NOTE = "the folder is gone; what was read stays, and it is followed again once it is back"


class Tree:
    """Folders by path, each with its known files; every look tells what changed."""

    def __init__(self, window: Window) -> None:
        self.folders: dict[str, Folder] = {}
        self.entered: list[Folder] = []
        """Folders met since somebody last emptied this list (to watch them)."""
        self.final = False
        """Nobody will look again: an unfinished copy is counted at once."""
        self._seen: dict[tuple[int, int], str] = {}
        self._refused: set[str] = set()
        """Places of which it has been said that they cannot be listed or entered."""
        self._window = window
        self._pruned = 0

    def enter(self, path: str, out: Outcome, named: set[str] | None = None) -> Folder | None:
        """Get to know a folder; None where it is none, cannot be reached, or is known."""
        try:
            status = os.stat(path)
        except OSError as error:
            self._refuse(path, error, out)
            above = self.folders.get(os.path.dirname(path))
            if above is not None:
                above.folders.discard(path)  # the next look there tries again
            return None
        self._admit(path, out)
        identity = (status.st_dev, status.st_ino)
        if not stat.S_ISDIR(status.st_mode) or identity in self._seen:
            return None
        folder = Folder(path, identity, named)
        folder.mtime = _stamp(status)
        self._seen[identity] = path
        self.folders[path] = folder
        self.entered.append(folder)
        return folder

    def list_new(self, folder: Folder, out: Outcome) -> tuple[list[str], list[Candidate]]:
        """Paths of the folders, and the files, of a folder just entered; nothing is offered yet."""
        below: list[str] = []
        found: list[Candidate] = []
        if folder.named is not None:
            for name in folder.named - folder.files.keys():
                found.extend(self._named_candidate(folder, name))
            return below, found
        for entry in self._entries(folder, out, None) or ():
            if entry.name not in folder.files:
                self._sort_in(folder, entry, below, found, out)
        return below, found

    def offer(self, candidate: Candidate, out: Outcome) -> None:
        """Report a listed file as found; say why where it may not be opened."""
        folder, name, entry = candidate.folder, candidate.name, candidate.entry
        try:
            status = entry.stat() if entry is not None else os.stat(folder.path_of(name))
        except OSError as error:
            self._refuse(folder.path_of(name), error, out)
            return
        path = entry.path if entry is not None else folder.path_of(name)
        size, stamp, inode = status.st_size, status.st_mtime_ns, status.st_ino
        ref = ObjectRef(path, size, stamp, inode)
        if _may_read(path, status):
            folder.files[name] = _MARK.pack(_OFFERED, size, stamp & _STAMP_MASK, inode)
            out.append(Change(ChangeKind.FOUND, ref))
        else:
            folder.files[name] = _MARK.pack(_NEVER_READ, size, stamp & _STAMP_MASK, inode)
            out.append(Change(ChangeKind.UNREADABLE, ref, _DENIED_NOTE))

    def add(self, path: str, out: Outcome) -> None:
        """Get to know a folder and all below it, and offer what it holds, newest first."""
        found: list[Candidate] = []
        ahead = [path]
        while ahead:
            folder = self.enter(ahead.pop(), out)
            if folder is not None:
                below, files = self.list_new(folder, out)
                folder.folders.update(below)
                ahead.extend(below)
                found.extend(files)
        self._offer_all(found, out)

    def look(self, folder: Folder, out: Outcome) -> None:
        """Compare a folder with what is known of it; new folders below are looked through."""
        if folder.named is not None:
            self.settle(folder)
            for name in folder.named:
                self.look_at(folder, name, out)
            return
        entries = self._entries(folder, out, self.settle(folder))
        if entries is None:
            return
        below: list[str] = []
        found: list[Candidate] = []
        present = set()
        for entry in entries:
            name = entry.name
            mark = folder.files.get(name)
            present.add(name)
            if mark is None:
                if entry.path not in folder.folders or not _is(entry.is_dir):
                    self._sort_in(folder, entry, below, found, out)
            elif len(mark) > 1:
                self._compare(folder, name, mark, out)
            elif mark == _SPECIAL and _is(entry.is_file):
                del folder.files[name]
                self._sort_in(folder, entry, below, found, out)
        for name in folder.files.keys() - present:
            self._gone(folder, name, out)
        if folder.folders:
            for path in [p for p in folder.folders if os.path.basename(p) not in present]:
                self.forget(path, out)
                folder.folders.discard(path)
        self._offer_all(found, out)
        for path in below:
            folder.folders.add(path)
            self.add(path, out)

    def look_at(self, folder: Folder, name: str, out: Outcome) -> None:
        """Compare one name in a folder with what is known of it."""
        mark = folder.files.get(name)
        if mark is not None:
            if len(mark) > 1:
                self._compare(folder, name, mark, out)
            elif not os.path.lexists(folder.path_of(name)) or (
                mark == _SPECIAL and os.path.isfile(folder.path_of(name))
            ):
                del folder.files[name]
            if name in folder.files:
                return
        if folder.named is not None:
            if name in folder.named:
                self._offer_all(self._named_candidate(folder, name), out)
            return
        path = folder.path_of(name)
        try:
            mode = os.stat(path).st_mode
        except OSError:
            if path in folder.folders:
                self.forget(path, out)
                folder.folders.discard(path)
            return
        if stat.S_ISDIR(mode):
            known = self.folders.get(path)
            if known is not None:
                self.look(known, out)
            elif self._passes(folder, name, out, is_folder=True):
                folder.folders.add(path)
                self.add(path, out)
        elif not stat.S_ISREG(mode):
            self._pass_over(folder, name, "not a regular file", out, _SPECIAL)
        elif self._passes(folder, name, out):
            self._offer_all([Candidate(0, folder, name, None)], out)

    def forget(self, path: str, out: Outcome) -> None:
        """A folder is gone, and with it all that was known below it."""
        above = self.folders.get(os.path.dirname(path))
        if above is not None:
            above.folders.discard(path)  # it may come again before anybody looks there
        ahead = [path]
        while ahead:
            folder = self.folders.pop(ahead.pop(), None)
            if folder is None:
                continue
            self._admit(folder.path, out)
            if self._seen.get(folder.identity) == folder.path:
                del self._seen[folder.identity]
            for name in list(folder.files):
                self._gone(folder, name, out)
            ahead.extend(folder.folders)

    def miss(self, path: str, out: Outcome) -> None:
        """Say once that a folder is gone that should be there; entering it takes that back."""
        if path not in self._refused:
            self._refused.add(path)
            out.append(Notice("problem", _GONE_NOTE, path))

    def unsettled(self, folder: Folder) -> bool:
        """Does the folder's own time stamp ask for another look? One system call."""
        try:
            return os.stat(folder.path).st_mtime_ns != folder.mtime
        except OSError:
            return True

    def settle(self, folder: Folder) -> OSError | None:
        """Note the folder's time stamp before a look at what is in it."""
        try:
            status = os.stat(folder.path)
        except OSError as error:
            folder.mtime = -1
            return error
        identity = (status.st_dev, status.st_ino)
        if identity != folder.identity:
            self._seen.pop(folder.identity, None)
            self._seen.setdefault(identity, folder.path)
            folder.identity = identity
            self.entered.append(folder)  # what watched the former one is dead
        folder.mtime = _stamp(status)
        return None

    def take_pruned(self) -> int:
        """How many files were left unopened for their label since the last call."""
        count, self._pruned = self._pruned, 0
        return count

    def _entries(
        self, folder: Folder, out: Outcome, error: OSError | None
    ) -> list[os.DirEntry[str]] | None:
        """What lies in a folder; None, and a problem once, where it cannot be listed.

        `error` is what has shown so already.
        """
        if error is None:
            try:
                with os.scandir(folder.path) as entries:
                    listed = list(entries)
            except OSError as reason:
                error = reason
                folder.mtime = -1
            else:
                if folder.path in self._refused and os.access(
                    folder.path, os.X_OK, effective_ids=_EFFECTIVE
                ):
                    self._admit(folder.path, out)
                return listed
        if isinstance(error, (FileNotFoundError, NotADirectoryError)):
            self.forget(folder.path, out)
            return None
        if folder.path not in self._refused:
            self._refused.add(folder.path)
            out.append(_problem(folder.path, error))
            for name, mark in list(folder.files.items()):
                if len(mark) > 1:
                    self._compare(folder, name, mark, out)
        return None

    def _refuse(self, path: str, error: OSError, out: Outcome) -> None:
        """Say once why a path cannot be reached; if it is denied, then by the folder above."""
        where = os.path.dirname(path) if isinstance(error, PermissionError) else path
        if not isinstance(error, FileNotFoundError) and where not in self._refused:
            self._refused.add(where)
            out.append(_problem(where, error))

    def _admit(self, path: str, out: Outcome) -> None:
        """A place can be reached, or is gone: what was said of it is no problem any more."""
        if path in self._refused:
            self._refused.discard(path)
            out.append(Notice("solved", where=path))

    def _sort_in(
        self,
        folder: Folder,
        entry: os.DirEntry[str],
        below: list[str],
        found: list[Candidate],
        out: Outcome,
    ) -> None:
        """Put a new entry where it belongs: folders below, files found, or passed over."""
        name = entry.name
        if _is(entry.is_dir):
            if self._passes(folder, name, out, is_folder=True):
                below.append(entry.path)
        elif not _is(entry.is_file):
            if os.path.lexists(entry.path):
                self._pass_over(folder, name, "not a regular file", out, _SPECIAL)
        elif (label := trail.label_of(name)) is not None and name.endswith(".json.gz"):
            if trail.label_overlaps(label, self._window.since, self._window.until):
                found.append(Candidate(label.time, folder, name, entry))
            else:
                folder.files[name] = _PRUNED
                self._pruned += 1
        elif self._passes(folder, name, out):
            found.extend(_undated(folder, name, entry))

    def _passes(self, folder: Folder, name: str, out: Outcome, *, is_folder: bool = False) -> bool:
        """May something of this name be looked at? If not, it is counted or waited for."""
        reason = verdict(name) if not is_folder else "hidden" if name[0] == "." else ""
        if reason == WAIT:
            if self.final or _age(folder.path_of(name)) > _UNFINISHED_AFTER:
                self._pass_over(folder, name, reason, out, _PASSED)
            return False
        if reason:
            self._pass_over(folder, name, reason, out, _PASSED)
            return False
        if not is_folder and not trail.may_contain(name, self._window.since, self._window.until):
            folder.files[name] = _PRUNED
            self._pruned += 1
            return False
        return True

    def _named_candidate(self, folder: Folder, name: str) -> list[Candidate]:
        """A file that was asked for by name is read whatever it is called."""
        label = trail.label_of(name)
        if label is None:
            return _undated(folder, name, None)
        if trail.label_overlaps(label, self._window.since, self._window.until):
            return [Candidate(label.time, folder, name, None)]
        folder.files[name] = _PRUNED
        self._pruned += 1
        return []

    def _offer_all(self, found: list[Candidate], out: Outcome) -> None:
        found.sort(key=_newest_first)
        for candidate in found:
            self.offer(candidate, out)

    def _compare(self, folder: Folder, name: str, mark: bytes, out: Outcome) -> None:
        """Tell what happened to a file that was offered before."""
        path = folder.path_of(name)
        state, size, stamp, inode = _MARK.unpack(mark)
        try:
            status = os.stat(path)
        except PermissionError:
            if state == _OFFERED:
                folder.files[name] = _MARK.pack(_DENIED, size, stamp, inode)
                ref = ObjectRef(path, size, stamp, inode)
                out.append(Change(ChangeKind.UNREADABLE, ref, _DENIED_NOTE))
            return
        except OSError:
            self._gone(folder, name, out)
            return
        if not stat.S_ISREG(status.st_mode):
            self._gone(folder, name, out)
            return
        readable = _may_read(path, status)
        now = (status.st_size, status.st_mtime_ns & _STAMP_MASK, status.st_ino)
        if now == (size, stamp, inode) and readable == (state == _OFFERED):
            return
        ref = ObjectRef(path, status.st_size, status.st_mtime_ns, status.st_ino)
        if not readable:
            folder.files[name] = _MARK.pack(_DENIED if state == _OFFERED else state, *now)
            if state == _OFFERED:
                out.append(Change(ChangeKind.UNREADABLE, ref, _DENIED_NOTE))
            return
        folder.files[name] = _MARK.pack(_OFFERED, *now)
        if state == _NEVER_READ:
            kind = ChangeKind.FOUND
        elif state == _OFFERED and now[2] == inode and now[0] > size:
            kind = ChangeKind.GROWN
        else:
            kind = ChangeKind.REPLACED
        out.append(Change(kind, ref))

    def _gone(self, folder: Folder, name: str, out: Outcome) -> None:
        mark = folder.files.pop(name)
        if len(mark) > 1:
            _, size, stamp, inode = _MARK.unpack(mark)
            ref = ObjectRef(folder.path_of(name), size, stamp, inode)
            out.append(Change(ChangeKind.GONE, ref))

    def _pass_over(self, folder: Folder, name: str, reason: str, out: Outcome, mark: bytes) -> None:
        folder.files[name] = mark
        out.append(Notice("skipped", reason, folder.path_of(name), 1))


_STAMP_MASK = (1 << 63) - 1


def _is(kind: Callable[[], bool]) -> bool:
    """Is an entry of this kind? A link that leads to itself is of none."""
    try:
        return kind()
    except OSError:
        return False


def _stamp(status: os.stat_result) -> int:
    """A folder's time stamp, -1 where it is too fresh to tell the next change from the last."""
    age = time.time_ns() - status.st_mtime_ns
    return status.st_mtime_ns if age > _SETTLED_AFTER else -1


def _newest_first(candidate: Candidate) -> int:
    return -candidate.time


def _may_read(path: str, status: os.stat_result) -> bool:
    """Does the file's mode let us read it? Asks the system only where it is not plain."""
    return status.st_mode & 0o444 == 0o444 or os.access(path, os.R_OK, effective_ids=_EFFECTIVE)


def _undated(folder: Folder, name: str, entry: os.DirEntry[str] | None) -> list[Candidate]:
    """A file without a label is ordered by its last change."""
    try:
        status = entry.stat() if entry is not None else os.stat(folder.path_of(name))
    except FileNotFoundError:
        return []
    except OSError:
        return [Candidate(0, folder, name, entry)]  # why, is said when it is offered
    return [Candidate(status.st_mtime_ns // 1000, folder, name, entry)]


def _age(path: str) -> float:
    """Seconds since a file last changed; 0 where it cannot be told."""
    try:
        return time.time() - os.stat(path).st_mtime
    except OSError:
        return 0.0


def _problem(path: str, error: OSError) -> Notice:
    """A place that cannot be listed, and what would mend it."""
    if isinstance(error, PermissionError):
        text = "permission denied: `chmod u+rx` on the folder would let it be listed"
    else:
        text = f"cannot be listed: {error.strerror or error}"
    return Notice("problem", text, path)
