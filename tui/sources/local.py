"""Folders and files on this machine: which there are, newest first, and what changes there."""

# pathlib costs ten times as much as os, and this runs for every file:
# ruff: noqa: PTH100, PTH112, PTH114, PTH116

from __future__ import annotations

import glob
import heapq
import os
import stat
import time
from typing import TYPE_CHECKING

from tui.core import trail
from tui.errors import SourceError
from tui.sources.base import Change, Notice, Window
from tui.sources.local_tree import Tree

if TYPE_CHECKING:
    import threading
    from collections.abc import Iterator, Sequence

    from tui.sources.local_folder import Candidate, Outcome

_CHUNKS = (32, 256, 512)
"""Objects in the first chunks: the first screenful waits for nothing, the rest for little."""
_FIRST_AFTER = 0.020
_NEXT_AFTER = 0.025
"""Seconds after which what has been found is yielded, though newer files may yet be found."""
_ENDLESS = 1 << 62
_ALL_TIMES = Window()


def expand(arguments: Sequence[str]) -> list[str]:
    """Absolute paths of the folders and files that the arguments name, globs expanded.

    A name that exists is taken as it is, whatever characters it has. Raises SourceError.
    """
    paths: dict[str, None] = {}
    for argument in arguments:
        if os.path.lexists(argument):
            hits = [argument]
        elif glob.has_magic(argument):
            hits = sorted(glob.glob(argument, recursive=True))
            if not hits:
                raise SourceError(f"No file or folder matches {argument}")
        else:
            hits = [argument]
        for hit in hits:
            _check(hit)
            paths[os.path.abspath(hit)] = None
    return list(paths)


def _check(path: str) -> None:
    """Raise SourceError where there is nothing that could be read."""
    try:
        mode = os.stat(path).st_mode
    except FileNotFoundError:
        what = "is a link to nothing" if os.path.islink(path) else "does not exist"
        raise SourceError(f"{path} {what}") from None
    except OSError as error:
        raise SourceError(f"{path} cannot be opened: {error.strerror or error}") from error
    if stat.S_ISFIFO(mode) or stat.S_ISSOCK(mode):
        raise SourceError(f"{path} is a pipe, not a file: name `-` and send it to the input")
    if not (stat.S_ISDIR(mode) or stat.S_ISREG(mode)):
        raise SourceError(f"{path} is neither a file nor a folder")


class LocalSource:
    """Any number of folders, with all that is below them, and files.

    Raises SourceError for an argument that does not exist or a glob without a hit.
    """

    def __init__(self, arguments: Sequence[str], window: Window = _ALL_TIMES) -> None:
        self._patterns = [
            os.path.abspath(a) for a in arguments if not os.path.lexists(a) and glob.has_magic(a)
        ]
        self._window = window
        self._roots, self._named = _divide(expand(arguments))

    @property
    def name(self) -> str:
        """See `Source.name`."""
        files = [
            os.path.join(folder, file) for folder in self._named for file in self._named[folder]
        ]
        return ", ".join([*self._roots, *sorted(files)])

    def tell(self, word: str) -> None:
        """See `Source.tell`: nothing is asked here."""

    def changes(
        self, *, follow: bool, poll: float | None, wake: threading.Event, stop: threading.Event
    ) -> Iterator[list[Change | Notice]]:
        """See `Source.changes`."""
        tree = Tree(self._window)
        tree.final = not follow
        count = 0
        for chunk in self._first_look(tree):
            if stop.is_set():
                return
            count += sum(isinstance(item, Change) for item in chunk)
            yield chunk
        end: Outcome = [Notice("listed", count=count)]
        pruned = tree.take_pruned()
        if pruned:
            end.insert(0, Notice("pruned", "their label lies outside the window", count=pruned))
        if not follow:
            end.append(Notice("ended"))
        yield end
        if follow:
            from tui.sources.local_watch import Follower

            follower = Follower(tree, self._roots, self._patterns, poll=poll, wake=wake, stop=stop)
            yield from follower.changes()

    def _first_look(self, tree: Tree) -> Iterator[Outcome]:
        """All there is, about newest first: the folders of the newest days are read first.

        A folder's date bounds the labels below it, so the walk takes the folder with the latest
        end first; what has no date in its path comes before, for it may hold anything.
        """
        out: Outcome = []
        pending: list[Candidate] = []
        for path, names in self._named.items():
            folder = tree.enter(path, out, names)
            if folder is not None:
                pending.extend(tree.list_new(folder, out)[1])
        ahead = [(-_ENDLESS, number, root) for number, root in enumerate(self._roots)]
        pushed = len(ahead)
        heapq.heapify(ahead)
        sizes = iter(_CHUNKS)
        size = next(sizes)
        due = time.monotonic() + _FIRST_AFTER
        while ahead:
            end, _, path = heapq.heappop(ahead)
            folder = tree.enter(path, out)
            if folder is not None:
                below, found = tree.list_new(folder, out)
                pending.extend(found)
                folder.folders.update(below)
                for child in below:
                    child_end = trail.folder_end(child)
                    heapq.heappush(ahead, (-child_end if child_end else end, pushed, child))
                    pushed += 1
            if not pending:
                continue
            if time.monotonic() >= due:
                pending.sort(key=_oldest_first)
                yield _release(tree, pending, size, out)
                size = next(sizes, size)
                due = time.monotonic() + _NEXT_AFTER
            elif ahead and ahead[0][0] > end and len(pending) >= size:
                pending.sort(key=_oldest_first)
                while len(pending) >= size and pending[-size].time >= -ahead[0][0]:
                    yield _release(tree, pending, size, out)
                    size = next(sizes, size)
                    due = time.monotonic() + _NEXT_AFTER
        pending.sort(key=_oldest_first)
        while pending:
            yield _release(tree, pending, size, out)
            size = next(sizes, size)
        if out:
            yield out


def _oldest_first(candidate: Candidate) -> int:
    return candidate.time


def _release(tree: Tree, pending: list[Candidate], size: int, out: Outcome) -> Outcome:
    """Offer the newest of the files that wait, with what was noticed since the last chunk."""
    chunk = out.copy()
    out.clear()
    for candidate in reversed(pending[-size:]):
        tree.offer(candidate, chunk)
    del pending[-size:]
    return chunk


def _divide(paths: list[str]) -> tuple[list[str], dict[str, set[str]]]:
    """Folders to look through, and the names of single files by their folder.

    What lies below another argument is looked at once, through that one.
    """
    real = {path: os.path.realpath(path) for path in paths}
    folders = [path for path in paths if os.path.isdir(path)]
    roots: list[str] = []
    covered: list[str] = []
    for path in sorted(folders, key=lambda path: len(real[path])):
        if not any(_is_below(real[path], root) for root in covered):
            roots.append(path)
            covered.append(real[path])
    roots.sort(key=folders.index)
    named: dict[str, set[str]] = {}
    known = set()
    for path in paths:
        if path in folders or real[path] in known:
            continue
        known.add(real[path])
        if not any(_is_below(real[path], root) for root in covered):
            parent, name = os.path.split(path)
            named.setdefault(parent, set()).add(name)
    return roots, named


def _is_below(path: str, root: str) -> bool:
    return path == root or path.startswith(root.rstrip("/") + "/")
