"""Following folders: what the system notifies of, and looks at what it does not tell.

Notification has holes: a file that is renamed into a folder made a moment before is often
not reported, a queue overflows, a link's target changes unseen. So a new folder is looked
through when its watch stands, the watched folders' time stamps are compared every few
seconds, and the whole tree is walked once a minute, in slices between two notifications.
"""

# pathlib costs ten times as much as os, and this runs for every file:
# ruff: noqa: PTH112, PTH113

from __future__ import annotations

import fnmatch
import glob
import os
import time
from typing import TYPE_CHECKING

from tui.core import trail
from tui.sources.base import Change, ChangeKind, Notice
from tui.sources.local_notify import CannotWatch, Watcher, why_not

if TYPE_CHECKING:
    import threading
    from collections.abc import Iterator

    from tui.sources.local_folder import Folder, Outcome
    from tui.sources.local_tree import Tree

WATCHED_FOLDERS = 2_000
"""At most this many folders are watched, the newest days first: building a watcher takes 13 µs
a folder, and the system allows only so many watches."""
_NEWEST_FOLDERS = 500
"""At most this many are looked at between two walks, notified or not."""
_POLL_SECONDS = 5.0
_STAMPS_EVERY = 3.0
_WALK_EVERY = 60.0
_FIRST_WALK_AFTER = 15.0
_WALK_SHARE = 10
"""Walking the whole tree may take one part in so many of the time."""
_SLICE = 0.01
"""Seconds of a walk between two looks at what was notified."""
_REBUILD_SHARE = 20
"""The same for building the watcher anew."""
_PATIENCE = 0.1
"""Seconds between two looks at `wake` and `stop` while polling."""
_TOO_MANY_FAULTS = 5
_CHUNK = 512


class Follower:
    """Tells what changes in a tree that has been looked at once."""

    def __init__(
        self,
        tree: Tree,
        roots: list[str],
        patterns: list[str],
        *,
        poll: float | None,
        wake: threading.Event,
        stop: threading.Event,
    ) -> None:
        self._tree = tree
        self._roots = roots
        self._patterns = patterns
        self._poll = poll
        self._wake = wake
        self._stop = stop
        self._walk: Iterator[None] | None = None
        self._walk_cost = 0.0
        self._walk_due = time.monotonic() + _FIRST_WALK_AFTER
        self._walk_out: Outcome = []

    def changes(self) -> Iterator[Outcome]:
        """Yield what changes until `stop`; first say how changes are noticed."""
        reason = "" if self._poll else why_not(self._roots)
        if not self._poll and not reason:
            try:
                yield from self._notified()
            except CannotWatch as error:
                reason = str(error)
        if not self._stop.is_set():
            yield from self._polled(self._poll or _POLL_SECONDS, reason)

    # What the system tells

    def _notified(self) -> Iterator[Outcome]:
        tree = self._tree
        with Watcher(self._interrupted) as watcher:
            tree.entered.clear()
            watcher.watch(self._choose(WATCHED_FOLDERS))
            built = time.monotonic()
            out: Outcome = [Notice("state", "live")]
            for folder in list(tree.folders.values()):
                if tree.unsettled(folder) and folder.path in tree.folders:
                    tree.look(folder, out)
            yield from self._chunks(out)
            unwatched: list[Folder] = []
            faults = 0
            stamps_due = time.monotonic() + _STAMPS_EVERY
            while not self._stop.is_set():
                out = []
                now = time.monotonic()
                if self._walk is not None:
                    patience = 0.001
                elif unwatched:
                    patience = 0.02
                else:
                    patience = min(stamps_due, self._walk_due) - now
                told = watcher.wait(patience)
                if told is None:  # something was lost: look at everything that is watched
                    faults += 1
                    if faults > _TOO_MANY_FAULTS:
                        raise CannotWatch("the notification of changes fails again and again")
                    unwatched = list(tree.folders.values())
                    told = set()
                self._look_at(told, out)
                now = time.monotonic()
                if now >= stamps_due:
                    self._compare_stamps(out)
                    stamps_due = time.monotonic() + _STAMPS_EVERY
                self._step_walk(out, _WALK_EVERY)
                unwatched.extend(tree.entered)
                tree.entered.clear()
                if unwatched and now - built >= watcher.cost * _REBUILD_SHARE:
                    watcher.watch(self._choose(WATCHED_FOLDERS))
                    built = time.monotonic()
                    for folder in unwatched:
                        if folder.path in tree.folders:
                            tree.look(folder, out)
                    unwatched = []
                yield from self._chunks(out)

    def _look_at(self, paths: set[str], out: Outcome) -> None:
        """Compare the paths that the system named with what is known."""
        folders = self._tree.folders
        for path in sorted(paths):
            parent, name = os.path.split(path)
            folder = folders.get(parent)
            if folder is not None and name:
                self._tree.look_at(folder, name, out)
                if folder.named is not None and name not in folder.named:
                    self._match(path, folder, name, out)
            known = folders.get(path)
            if known is not None and folder is None:
                self._tree.look(known, out)

    def _match(self, path: str, folder: Folder, name: str, out: Outcome) -> None:
        """A new file beside single files is one of them if a glob on the command line hits it."""
        if folder.named is not None and any(
            fnmatch.fnmatchcase(path, pattern) and os.path.isfile(path)
            for pattern in self._patterns
        ):
            folder.named.add(name)
            self._tree.look_at(folder, name, out)

    def _compare_stamps(self, out: Outcome) -> None:
        """Look through the newest folders whose own time stamp has changed, unnoticed."""
        for path in self._choose(_NEWEST_FOLDERS):
            folder = self._tree.folders.get(path)
            if folder is not None and self._tree.unsettled(folder):
                self._tree.look(folder, out)
        self._add_roots(out)

    def _add_roots(self, out: Outcome) -> None:
        """A folder of the command line that was gone may be there again; if not, say so."""
        for root in self._roots:
            if root in self._tree.folders:
                continue
            if os.path.isdir(root):
                self._tree.add(root, out)
            else:
                self._tree.miss(root, out)

    # What is found by looking

    def _polled(self, seconds: float, reason: str) -> Iterator[Outcome]:
        yield [Notice("state", f"polling every {seconds:g} s{reason and ': ' + reason}")]
        walk_every = seconds if self._poll else _WALK_EVERY
        self._walk_due = time.monotonic()
        due = time.monotonic() + seconds
        while not self._stop.is_set():
            out: Outcome = []
            if self._walk is None:
                rest = min(due, self._walk_due) - time.monotonic()
                self._wake.wait(max(0.0, min(rest, _PATIENCE)))
            if time.monotonic() >= due:
                started = time.monotonic()
                for path in self._choose(_NEWEST_FOLDERS):
                    folder = self._tree.folders.get(path)
                    if folder is not None:
                        self._tree.look(folder, out)
                cost = time.monotonic() - started
                due = time.monotonic() + max(seconds, cost * _WALK_SHARE)
            self._step_walk(out, walk_every)
            self._tree.entered.clear()
            yield from self._chunks(out)

    def _interrupted(self) -> bool:
        return self._stop.is_set() or self._wake.is_set()

    def _step_walk(self, out: Outcome, every: float) -> None:
        """Begin a walk through the whole tree when it is due or asked for, or go on with it."""
        if self._wake.is_set():
            self._wake.clear()
            self._walk_due = 0.0
        if self._walk is None:
            if time.monotonic() < self._walk_due:
                return
            self._walk = self._walk_tree()
            self._walk_cost = 0.0
        started = time.monotonic()
        for _ in self._walk:
            if time.monotonic() - started > _SLICE:
                self._walk_cost += time.monotonic() - started
                break
        else:
            self._walk = None
            self._walk_cost += time.monotonic() - started
            self._walk_due = time.monotonic() + max(every, self._walk_cost * _WALK_SHARE)
        out.extend(self._walk_out)
        self._walk_out.clear()

    def _walk_tree(self) -> Iterator[None]:
        """Look through every folder, a step each."""
        out = self._walk_out
        for path in self._choose(len(self._tree.folders)):
            folder = self._tree.folders.get(path)
            if folder is not None:
                self._tree.look(folder, out)
            yield
        self._add_roots(out)
        for pattern in self._patterns:
            for path in glob.iglob(pattern, recursive=True):
                self._add_hit(path, out)
                yield

    def _add_hit(self, path: str, out: Outcome) -> None:
        """A path that a glob hits now, and did not at the start."""
        parent, name = os.path.split(path)
        folder = self._tree.folders.get(parent)
        if os.path.isdir(path):
            if path not in self._tree.folders:
                self._tree.add(path, out)
        elif folder is None:
            folder = self._tree.enter(parent, out, {name})
            if folder is not None:
                self._tree.look(folder, out)
        elif folder.named is not None and name not in folder.named:
            folder.named.add(name)
            self._tree.look_at(folder, name, out)

    def _choose(self, most: int) -> list[str]:
        """The folders that matter most: the newest days, and the folders that lead to them."""
        folders = self._tree.folders
        if len(folders) <= most:
            return sorted(folders, key=self._end_of, reverse=True)
        chosen: dict[str, None] = dict.fromkeys(root for root in self._roots if root in folders)
        for newest in sorted(folders, key=self._end_of, reverse=True):
            lineage = []
            at = newest
            while at in folders and at not in chosen:
                lineage.append(at)
                at = os.path.dirname(at)
            if len(chosen) + len(lineage) > most:
                break
            chosen.update(dict.fromkeys(lineage))
        return list(chosen)

    def _end_of(self, path: str) -> int:
        folder = self._tree.folders[path]
        if folder.end is None:
            folder.end = trail.folder_end(path) or 0
        return folder.end

    def _chunks(self, out: Outcome) -> Iterator[Outcome]:
        """What there is to say, each file once."""
        pruned = self._tree.take_pruned()
        if pruned:
            out.append(Notice("pruned", "their label lies outside the window", count=pruned))
        joined = coalesce(out)
        for at in range(0, len(joined), _CHUNK):
            yield joined[at : at + _CHUNK]


def coalesce(out: Outcome) -> Outcome:
    """Join what happened to the same file one after the other."""
    notices: Outcome = []
    last: dict[str, Change] = {}
    for item in out:
        if isinstance(item, Notice):
            notices.append(item)
            continue
        before = last.pop(item.ref.name, None)
        joined = item if before is None else _join(before, item)
        if joined is not None:
            last[item.ref.name] = joined
    return [*last.values(), *notices]


def _join(before: Change, after: Change) -> Change | None:
    """One change for two of the same file; None where it came and went."""
    was, now = before.kind, after.kind
    if was == ChangeKind.FOUND:
        if now == ChangeKind.GONE:
            return None
        return after if now == ChangeKind.UNREADABLE else after._replace(kind=ChangeKind.FOUND)
    if now == ChangeKind.FOUND or (now == ChangeKind.GROWN and was != ChangeKind.GROWN):
        return after._replace(kind=ChangeKind.REPLACED)
    return after
