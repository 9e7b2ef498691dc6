"""What the screen is looking at: filter steps, the rows they leave, cursor, follow."""

from __future__ import annotations

from typing import NamedTuple


class EventRow(NamedTuple):
    """One event as the list shows it. Texts are raw: the widget passes them through the gate."""

    row: int            # id of the event, stable while the program runs
    time: int | None    # microseconds since 1970 UTC; None: undated
    who: str
    event: str          # "s3:GetBucketAcl"
    target: str
    note: str
    result: str         # "", denied, failed, absent, throttled
    address: str
    agent: str          # family
    region: str
    account: str
    service: str
    level: int          # core.flags.Level: FAILED, CHANGE, SENSITIVE, READ
    by_aws: bool        # dim
    flags: int


class FacetValue(NamedTuple):
    value: str
    count: int
    state: int          # 0 neither, 1 included, -1 excluded


class Jump(NamedTuple):
    position: int
    wrapped: bool


class Progress(NamedTuple):
    loading: bool
    objects_read: int
    objects_found: int
    events: int
    bytes_read: int
    bytes_found: int
    seconds_left: float | None
    listing: bool


class Problem(NamedTuple):
    where: str          # file
    position: int       # byte position in the (inflated) content, -1: the whole object
    reason: str         # one sentence: what, and what would mend it
    lost: int           # records or spans lost, 0: nothing


class Sums(NamedTuple):
    """listed + duplicates + outside + unreadable = found."""

    found: int
    listed: int
    duplicates: int
    outside: int
    unreadable: int
    rest_unknown: int   # files that end too early: how much is missing nobody can tell


class Coverage(NamedTuple):
    accounts: dict[str, int]
    regions: dict[str, int]
    first: int | None
    last: int | None
    management_reads: int
    management_writes: int
    data_events: int
    undated: int
    skipped: list[tuple[str, str]]   # (file, what it looks like)
    digests: int
    pruned: int


class Session:
    """Interface that widgets and screens rely on (positions count from 0, the oldest)."""

    generation: int             # changes whenever rows, counts or filters changed
    follow: bool
    hide_aws: bool
    total: int                  # all listed events
    new_count: int              # events that came since following ended

    def __len__(self) -> int: ...                                # rows the filter leaves
    def event(self, position: int) -> EventRow: ...
    def position_of(self, row: int) -> int: ...                  # nearest in time if filtered out
    def day_starts(self, zone: object) -> list[tuple[int, str]]: ...  # (position, ISO date), undated: (0, "")
    def refresh(self) -> bool: ...                               # take in new events; True if changed
    # filter (one step a field; its values toggled)
    def only(self, field: str, value: str) -> None: ...
    def toggle(self, field: str, value: str) -> None: ...
    def exclude(self, field: str, value: str) -> None: ...
    def clear(self, field: str) -> None: ...
    def toggle_aws(self) -> None: ...
    def filter_text(self) -> str: ...                            # "service:(iam sts) -is:aws"
    def facet(self, field: str) -> list[FacetValue]: ...         # by count, leaving this step out
    # moving
    def next_flagged(self, position: int, what: str, step: int) -> Jump | None: ...  # what: "failed" | "write"
    def position_at(self, time: int) -> int: ...                 # first event at or after
    # whole records
    def request_record(self, row: int) -> None: ...              # answer arrives by callback
    def progress(self) -> Progress: ...
    def problems(self) -> list[Problem]: ...
    def sums(self) -> Sums: ...
    def coverage(self) -> Coverage: ...
    def aws_share(self) -> float: ...
