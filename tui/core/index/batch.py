"""What travels from a worker to the index: columns of codes and the values that are new.

A worker has dictionaries of its own. It sends each distinct value once, in the order of its
codes, and afterwards only the codes; the index maps them to its own with one look-up a column.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

    Codes = NDArray[np.uint32]

TEXT_FIELDS = ("address", "useragent", "key", "target", "object", "note", "newkey")
"""Fields whose distinct values are plain texts, as they stand in `Batch.texts`."""
ROW_FIELDS = ("address", "useragent", "target", "object", "note", "newkey")
"""Those of them that every event has a code of its own for; `key` goes with its origin."""


class Call(NamedTuple):
    """What was called and how it ended: a few ten thousand distinct in a million events."""

    service: str
    """eventSource without `.amazonaws.com`."""
    event: str
    region: str
    account: str
    """recipientAccountId."""
    error: str
    """errorCode."""
    read_only: int
    """0 false, 1 true, 2 not told."""
    type: str
    """eventType."""
    category: str
    flags: int
    """Flags that the call, its error and its way in decide."""


class Identity(NamedTuple):
    """Who called, as far as it can be told from userIdentity and the record's account."""

    who: str
    role: str
    session: str
    user: str
    type: str
    account: str
    arn: str
    via: str
    """The service through which a person's call came, "" if it came directly."""
    flags: int


class Origin(NamedTuple):
    """Who, with which access key: codes of an identity and of a key. A session has one of these."""

    identity: int
    key: int


class Batch(NamedTuple):
    """Some events of some objects, in the order in which they stand there."""

    calls: list[list[Any]]
    """The new Calls, a list for each of their fields: objects take five times as long to send."""
    identities: list[list[Any]]
    """The new Identities, likewise."""
    texts: dict[str, list[str]]
    origins: NDArray[np.uint32]
    """A row of two codes for each new Origin."""
    call: Codes
    origin: Codes
    codes: dict[str, Codes]
    """A column for each of ROW_FIELDS; code 0 is the empty text."""
    time: NDArray[np.int64]
    """Microseconds since 1970 UTC; UNDATED where the record has no date."""
    event_id: NDArray[np.uint64]
    """The eventID as a number, 0 where there is none."""
    flags: Codes
    """What only the record tells (see `Details`), or PENDING."""
    object: Codes
    """Which of the job's objects, counted from 0."""
    position: Codes
    """Where in it: the ordinal or the byte offset of the record."""


def fields_of(rows: Sequence[tuple[Any, ...]]) -> list[list[Any]]:
    """A list for each field of some rows that all have the same; none if there are no rows."""
    return list(map(list, zip(*rows, strict=True)))


class Details(NamedTuple):
    """What only the whole record tells about one event."""

    target: str
    object: str
    note: str
    newkey: str
    flags: int


class Trouble(NamedTuple):
    """Something in an object that could not be read."""

    position: int
    """Byte in the inflated content, -1 where it concerns the whole object."""
    reason: str
    lost: int
    """Spans that held, or may have held, a record."""


class ObjectResult(NamedTuple):
    """What one object (or one part of a long one) turned out to be."""

    kind: str
    """`log`, `digest`, `empty`, `other` (no log at all), `failed` (could not be read), `changed`
    (what was to be continued is another object now), `vanished` (before it was read), `uncached`
    (to be fetched again)."""
    mode: int
    """How `position` counts: BY_ORDINAL, BY_OFFSET or BY_SEARCH."""
    found: int
    """Records in it, the unreadable spans included."""
    unreadable: int
    outside: int
    """Records outside the window."""
    truncated: bool
    """It ends too early: it may still be being written, and what is missing nobody knows."""
    lines: bool
    """Records one a line: what is appended can be read alone."""
    consumed: int
    """Stored bytes that need not be read again when the object grows."""
    inflated: int
    troubles: list[Trouble]
    what: str = ""
    """For `other`: what it looks like."""
    stretch: bool = False
    """Only the first stretch of a long object with a record a line was read."""
    head: tuple[int, int] = (0, 0)
    """How many of the first stored bytes were looked at, and their CRC: to know the object by."""


BY_ORDINAL = 0
"""The n-th of `Records`."""
BY_OFFSET = 1
"""The line that begins at this byte."""
BY_SEARCH = 2
"""The n-th that the tolerant reader finds."""
UNDATED = -(1 << 63)
"""Sorts before every date, as undated events are listed."""
PENDING = 1 << 31
"""Beside the flags of an event whose whole record has not been looked at yet."""
