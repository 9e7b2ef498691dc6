"""What a source is: a place that holds objects, which may change while we look.

A source runs in a process of its own (the *scout*), never in the one that draws: a
listing may block, building a watcher holds the GIL. It therefore speaks in plain
values that can be sent over a pipe, and knows names and bytes, never records.
"""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING, NamedTuple, Protocol

if TYPE_CHECKING:
    import threading
    from collections.abc import Iterator


class ObjectRef(NamedTuple):
    """One stored object that may hold events: a file, an S3 object, the standard input."""

    name: str
    """Absolute path, `s3://bucket/key`, or `-`; what a worker opens and a person reads."""
    size: int
    """Stored bytes; -1 where the listing does not tell."""
    stamp: int
    """Differs whenever the content may differ (locally: mtime in ns)."""
    file_id: int = 0
    """Tells a grown file from another one of the same name (locally: the inode)."""


class ChangeKind(enum.IntEnum):
    """What happened to an object since it was last reported."""

    FOUND = 0
    """New to us."""
    GROWN = 1
    """The same file (same inode), now longer: only its end may be new."""
    REPLACED = 2
    """Other content under a known name, or shorter than before."""
    GONE = 3
    """Deleted, or moved away."""
    UNREADABLE = 4
    """There, but it may not be opened; `note` says why."""


class Change(NamedTuple):
    """One object and what happened to it."""

    kind: ChangeKind
    ref: ObjectRef
    note: str = ""


class Notice(NamedTuple):
    """Something a source wants a person to know, or the progress display to use.

    `kind` is one of: `listed` (the first look is complete; `count` objects), `state`
    (`text` such as "live" or "polling every 5 s: the limit of inotify watches is
    reached"), `problem` (`where`, `text`: a folder that cannot be listed), `skipped`
    (`where`: something beside the logs that is not opened, `text` says what it looks
    like), `pruned` (`count` objects whose label lies outside the window), `ended`
    (nothing more will ever come: not following, or the input closed).
    """

    kind: str
    text: str = ""
    where: str = ""
    count: int = 0  # type: ignore[assignment]  # hides tuple.count, which nobody needs


class Window(NamedTuple):
    """Events in [since, until): microseconds since 1970 UTC, None for an open end."""

    since: int | None = None
    until: int | None = None


class Source(Protocol):
    """Finds objects newest first and then follows. Everything blocks; it runs in the scout."""

    def changes(
        self, *, follow: bool, poll: float | None, wake: threading.Event, stop: threading.Event
    ) -> Iterator[list[Change | Notice]]:
        """Yield chunks: the objects there are, newest first, a `listed` notice, then changes.

        `follow=False` ends after the first look with an `ended` notice. `poll` in seconds
        replaces notification by looking that often. `wake` is set when the person asks to
        look now (the source clears it); `stop` when the program ends.
        """
        ...
