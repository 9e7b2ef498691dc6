"""What a source is: a place that holds objects, which may change while we look.

A source runs in a process of its own (the *scout*), never in the one that draws: a
listing may block, building a watcher holds the GIL. It therefore speaks in plain
values that can be sent over a pipe, and knows names and bytes, never records.
"""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING, NamedTuple, Protocol, TypeAlias

if TYPE_CHECKING:
    import threading
    from collections.abc import Iterator, Sequence

    from tui.sources.s3.access import Access


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
    etag: str = ""
    """What S3 calls this content, without quotes; empty for files."""


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
    reached"), `problem` (`where`, `text`: a folder that cannot be listed), `solved`
    (`where`: the problems said of it are none any more), `skipped` (`where`: something
    beside the logs that is not opened, `text` says what it looks like), `pruned` (`count`
    objects whose label lies outside the window), `hint` (`text`: worth a line to the
    person, such as how to widen the window), `question` (`text` asks for a yes, which comes
    as `Source.tell("yes")`; `count` is what it is about; an empty text takes it back),
    `refused` (`text` says why it does not begin: the command line has to be another one),
    `since` (`count`: objects are listed from this time on, µs), `ended` (nothing more will
    ever come: not following, or the input closed).
    """

    kind: str
    text: str = ""
    where: str = ""
    count: int = 0  # type: ignore[assignment]  # hides tuple.count, which nobody needs


class LineState(NamedTuple):
    """How one account, kind and region of a bucket is doing: a row of the sources screen."""

    source: str
    """What the person asked for: `s3://bucket/prefix`."""
    account: str
    """Empty, like kind and region, for the requests that discover what there is."""
    kind: str
    region: str
    state: str
    """`waiting`, `listing`, `live`, `retrying`, `failed`, or `done` (not followed)."""
    text: str = ""
    """One sentence about a failure, and what would mend it."""
    newest: int = 0
    """The newest label seen, µs since 1970; 0 for none."""
    objects: int = 0
    lists: int = 0
    """List requests made."""
    due: float = 0.0
    """When it is listed next, seconds since 1970."""


class Window(NamedTuple):
    """Which events are wanted; all by default."""

    since: int | None = None
    """Microseconds since 1970 UTC; None for an open end."""
    until: int | None = None
    """The first microsecond that is not wanted."""
    accounts: tuple[str, ...] = ()
    """Only events of these accounts: IDs, or patterns with `*` and `?`."""
    regions: tuple[str, ...] = ()
    """Only events of these regions."""

    @property
    def has_end(self) -> bool:
        """Is there a limit in time?"""
        return self.since is not None or self.until is not None

    @property
    def is_open(self) -> bool:
        """Is everything wanted?"""
        return not (self.has_end or self.accounts or self.regions)


Item: TypeAlias = "Change | Notice | LineState | Access"
"""What a source reports."""


class Source(Protocol):
    """Finds objects newest first and then follows. Everything blocks; it runs in the scout."""

    @property
    def name(self) -> str:
        """What it reads, for a person; empty if its `LineState`s tell."""
        ...

    def tell(self, word: str) -> None:
        """Hear from the person, on another thread: `yes` or `no` to a question, `earlier` (list
        a day before the window too), `again` (read credentials anew). Unknown words are ignored.
        """
        ...

    def changes(
        self, *, follow: bool, poll: float | None, wake: threading.Event, stop: threading.Event
    ) -> Iterator[Sequence[Item]]:
        """Yield chunks: the objects there are, newest first, a `listed` notice, then changes.

        `follow=False` ends after the first look with an `ended` notice. `poll` in seconds
        replaces notification by looking that often. `wake` is set when the person asks to
        look now (the source clears it); `stop` when the program ends.
        """
        ...
