"""What the index, a session and the screen tell each other: events and counts as plain values."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


class EventRow(NamedTuple):
    """One event as the list shows it. Texts are raw: they have yet to pass the gate."""

    row: int
    """ID of the event, stable while the program runs."""
    time: int | None
    """Microseconds since 1970 UTC; None: undated."""
    who: str
    event: str
    """`s3:GetBucketAcl`."""
    target: str
    note: str
    result: str
    """"", denied, failed, absent, throttled."""
    address: str
    agent: str
    """The family of the user agent."""
    region: str
    account: str
    service: str
    level: int
    """One of `tui.core.rules.flags.Level`."""
    by_aws: bool
    flags: int


class FacetValue(NamedTuple):
    """A value of a field and how many events have it."""

    value: str
    count: int  # type: ignore[assignment] # it hides tuple.count, which nobody wants here
    state: int
    """0 neither, 1 included, -1 excluded."""
    addresses: int | None = None
    """From how many addresses it came, where that is shown."""


class Jump(NamedTuple):
    """Where a search for the next event of a kind ended."""

    position: int
    wrapped: bool


class Progress(NamedTuple):
    """How far the loading is."""

    loading: bool
    objects_read: int
    objects_found: int
    events: int
    bytes_read: int
    bytes_found: int
    seconds_left: float | None
    listing: bool


class Problem(NamedTuple):
    """Something that could not be read."""

    where: str
    """The file."""
    position: int
    """Byte in the inflated content, -1: the whole object."""
    reason: str
    """One sentence: what, and what would mend it."""
    lost: int
    """Records or spans that were lost."""
    harmless: bool = False
    """Everything was read nevertheless."""


GONE_UNREAD = "went away before it was read"
"""Said of a file beside those that are no logs; under a new name it is read as another one."""


def skipped_as(what: str, *, brief: bool = False) -> str:
    """What is said behind the name of a file that was skipped as `what`."""
    if what == GONE_UNREAD:
        return what
    return "is no CloudTrail log" if brief else f"is no CloudTrail log: {what}"


class SourceLine(NamedTuple):
    """How a part of a source is doing: one account, kind and region of a bucket, or a folder."""

    source: str
    """What the person asked for: `s3://bucket/prefix`, a folder."""
    account: str
    """Empty, like kind and region, for a folder and for the requests that discover."""
    kind: str
    region: str
    state: str
    """`waiting`, `listing`, `live`, `retrying`, `failed`, `done`, or a folder's own words."""
    text: str
    """A sentence about a failure, and what would mend it."""
    newest: int
    """The newest label, microseconds since 1970; 0 for none."""
    objects: int
    lists: int
    gets: int
    due: float
    """When it is looked at next, seconds since 1970; 0 if that is not known."""


class Traffic(NamedTuple):
    """What was asked of S3 until now, and what that cost."""

    lists: int
    gets: int
    cached: int
    """Objects that the disk cache had already."""
    bytes: int
    dollars: float


class Sums(NamedTuple):
    """listed + duplicates + outside + unreadable = found."""

    found: int
    listed: int
    duplicates: int
    outside: int
    unreadable: int
    rest_unknown: int
    """Files that end too early or cannot be had: how much is missing nobody can tell."""
    unsettled: int = 0
    """Files that end too early and may still be being written: no problem yet."""


class Coverage(NamedTuple):
    """What the trail covers, and what it does not."""

    accounts: dict[str, int]
    regions: dict[str, int]
    first: int | None
    last: int | None
    management_reads: int
    management_writes: int
    data_events: int
    undated: int
    skipped: list[tuple[str, str]]
    """A file and what it looks like."""
    digests: int
    pruned: int


class Added(NamedTuple):
    """What became of a batch."""

    first_row: int
    count: int  # type: ignore[assignment] # it hides tuple.count, which nobody wants here
    """Rows that were kept: `first_row` and those behind it."""
    duplicates: NDArray[np.int64]
    """Dropped events by the number that their object has in the batch."""


class Fingerprint(NamedTuple):
    """What is known of an event, to tell whether a record that was read again is the same."""

    service: str
    event: str
    time: int
    event_id: int
