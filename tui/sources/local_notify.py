"""Notification by the system, behind one small face: some folders, and what was named in them."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType

    from watchfiles._rust_notify import RustNotify

_DEBOUNCE_MS = 50
_STEP_MS = 5
"""A change is told when nothing else has changed for a step, at the latest after the debounce:
a renamed file after some 11 ms. Each step wakes the process: 0.6 % of a core when idle."""

_NETWORK_FILE_SYSTEMS = frozenset(
    {
        *("9p", "afs", "beegfs", "ceph", "cifs", "davfs", "glusterfs", "lustre", "ncpfs"),
        *("nfs", "nfs4", "prl_fs", "smb3", "smbfs", "vboxsf", "virtiofs", "fuse.davfs2"),
        *("fuse.gcsfuse", "fuse.glusterfs", "fuse.goofys", "fuse.mountpoint-s3"),
        *("fuse.rclone", "fuse.s3fs", "fuse.sshfs", "fuse.vmhgfs-fuse"),
    }
)


class CannotWatch(Exception):  # noqa: N818  (a state to react to; the sentence is for a person)
    """The system does not notify; the message says why."""


class Watcher:
    """Watches folders, each without those below; more are watched by building it anew.

    `interrupted` is asked at every step and ends a wait early.
    """

    def __init__(self, interrupted: Callable[[], bool]) -> None:
        self.folders: list[str] = []
        self.cost = 0.0
        """Seconds that building it took."""
        self._interrupted = _Event(interrupted)
        self._notify: RustNotify | None = None
        self._told: set[str] = set()
        self._watched: frozenset[str] = frozenset()
        self._given: dict[str, str] | None = None

    def __enter__(self) -> Watcher:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._notify is not None:
            self._notify.close()

    def watch(self, folders: list[str]) -> None:
        """Watch exactly these; nothing that happens in both sets meanwhile is lost.

        Raises CannotWatch.
        """
        started = time.monotonic()
        before = self._notify
        self._notify = _build(folders)
        self.folders = folders
        self._watched = frozenset(folders)
        self._given = None
        if before is not None:
            self._drain(before)
            before.close()
        self.cost = time.monotonic() - started

    def wait(self, seconds: float) -> set[str] | None:
        """Paths in which something happened, after at most so long; None if some were lost."""
        told, self._told = self._told, set()
        if told:
            return told
        from watchfiles._rust_notify import WatchfilesRustInternalError

        if self._notify is None:
            return told
        try:
            raw = self._notify.watch(
                _DEBOUNCE_MS, _STEP_MS, max(1, int(seconds * 1000)), self._interrupted
            )
        except WatchfilesRustInternalError:  # a name that is not UTF-8, among others
            self.watch(self.folders)
            return None
        return {self.as_given(path) for _, path in raw} if isinstance(raw, set) else told

    def as_given(self, path: str) -> str:
        """A path that was told, as we know it: macOS tells it without the links in it."""
        parent, name = os.path.split(path)
        if parent in self._watched or path in self._watched:
            return path
        if self._given is None:
            self._given = {os.path.realpath(folder): folder for folder in self.folders}
        if path in self._given:
            return self._given[path]
        return os.path.join(self._given.get(parent, parent), name)

    def _drain(self, notify: RustNotify) -> None:
        from watchfiles._rust_notify import WatchfilesRustInternalError

        try:
            raw = notify.watch(1, 1, 1, None)
        except WatchfilesRustInternalError:
            return
        if isinstance(raw, set):
            self._told.update(self.as_given(path) for _, path in raw)


class _Event:
    """What watchfiles takes for an event: something with `is_set`."""

    def __init__(self, is_set: Callable[[], bool]) -> None:
        self.is_set = is_set


def _build(folders: list[str]) -> RustNotify:
    """A watcher of these folders, less those that have vanished. Raises CannotWatch."""
    from watchfiles._rust_notify import RustNotify, WatchfilesRustInternalError

    for _ in range(3):
        present = [path for path in folders if _is_plain(path) and os.access(path, os.R_OK)]
        try:
            return RustNotify(
                present,
                debug=False,
                force_polling=False,
                poll_delay_ms=300,
                recursive=False,
                ignore_permission_denied=True,
            )
        except FileNotFoundError:
            continue
        except (OSError, WatchfilesRustInternalError) as error:
            raise CannotWatch(_reason(str(error))) from error
    raise CannotWatch("the folders change faster than they can be watched")


def _is_plain(path: str) -> bool:
    """Can the path be told to the watcher? It takes UTF-8 only; the others are walked."""
    try:
        path.encode()
    except UnicodeEncodeError:
        return False
    return True


def _reason(text: str) -> str:
    lowered = text.lower()
    if "no space" in lowered or "limit" in lowered or "os error 28" in lowered:
        return "the limit of inotify watches is reached (fs.inotify.max_user_watches)"
    if "too many open files" in lowered:
        return "the limit of inotify instances is reached (fs.inotify.max_user_instances)"
    return f"the system does not notify of changes ({text[:200]})"


def why_not(roots: list[str], mounts: str = "/proc/self/mountinfo") -> str:
    """Why changes below these folders are not notified; empty if they should be."""
    try:
        with open(mounts, encoding="utf-8", errors="surrogateescape") as lines:
            kinds = dict(_mount(line) for line in lines)
    except OSError:
        return ""
    for root in roots:
        at = os.path.realpath(root)
        while at not in kinds and at != "/":
            at = os.path.dirname(at)
        kind = kinds.get(at, "")
        if kind in _NETWORK_FILE_SYSTEMS:
            return f"{kind} does not notify of changes"
    return ""


def _mount(line: str) -> tuple[str, str]:
    """Mount point and file system of one line of mountinfo (proc_pid_mountinfo(5))."""
    fields, _, tail = line.partition(" - ")
    point = fields.split(" ")[4]
    for octal, character in (("\\040", " "), ("\\011", "\t"), ("\\012", "\n"), ("\\134", "\\")):
        point = point.replace(octal, character)
    return point, tail.split(" ")[0]
