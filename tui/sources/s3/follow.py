"""Following one line: where to begin listing, what of it is new, and when to look again.

Several files share a label, and one that sorts before those we have may come later. So
nothing is resumed from the last key: a look begins half an hour before the newest label, and
once an hour a day before now; what has been reported is known by key and ETag.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.core import trail
from tui.core.trail import DAY, HOUR, MINUTE, SECOND
from tui.sources.base import Change, ChangeKind, ObjectRef
from tui.sources.s3 import places
from tui.sources.s3.fill import ENDLESS, Order, Walk

if TYPE_CHECKING:
    from tui.sources.s3.client import Entry
    from tui.sources.s3.places import Line

OVERLAP = 30 * MINUTE
SWEEP = DAY
SWEEP_EVERY = 3600.0
"""Seconds between two looks at the whole last day."""
_BUSY = 20.0
_QUIET = 300.0
_SHARE = 0.1
"""Seconds between two requests, where many lines are busy."""
_MEMORY = 3 * DAY
"""Keys are remembered for longer than any look goes back."""


def stamp_of(etag: str) -> int:
    """A number that differs whenever the ETag differs (but for one in 2^60)."""
    digits = etag.partition("-")[0][:15]
    try:
        return int(digits, 16)
    except ValueError:
        return int.from_bytes(etag.encode()[:7], "big")


def reference(bucket: str, entry: Entry) -> ObjectRef:
    """An object of a listing."""
    name = f"{places.SCHEME}{bucket}/{entry.key}"
    return ObjectRef(name, entry.size, stamp_of(entry.etag), 0, entry.etag)


def pause(newest: int, now: float, lines: int = 1) -> float:
    """Seconds until a line is looked at again: 20 for a busy one, up to 300 for a quiet one.

    Of very many lines each is looked at less often: ten requests a second are enough for a
    service that delivers every five minutes, and every request is paid for.
    """
    age = now - newest / SECOND
    return min(max(age / 20, _BUSY, lines * _SHARE), _QUIET)


class Cursor:
    """What has been reported of a line within [low, high), and how its names sort."""

    def __init__(self, line: Line, low: int, high: int = ENDLESS) -> None:
        self.line = line
        self.low = low - low % MINUTE
        """Labels from here on are wanted; moves down when earlier days are asked for."""
        self.high = high
        self.order = Order.UNKNOWN
        self.newest = 0
        """The newest label, never one in the future."""
        self.objects = 0
        self.digests = 0
        self._etags: dict[str, str] = {}
        self._archived: set[str] = set()
        self._forgotten = -ENDLESS
        """What has an earlier time than this is not remembered."""

    @property
    def archived(self) -> int:
        """How many objects cannot be read before they are restored."""
        return len(self._archived)

    def look(self, now: int, *, sweep: bool) -> Walk:
        """The listing that finds what is new."""
        back = self.newest - OVERLAP if self.newest else self.low
        if sweep:
            back = min(back, now - SWEEP)
        low = max(self.low, back - back % MINUTE)
        return Walk(self.line, low, self.high, self.order, certain=True)

    def take(self, entries: list[Entry], walk: Walk, now: int) -> tuple[list[Change], int]:
        """What of a page is new, newest first, and how many of its keys lie in the walk."""
        fresh: list[tuple[int, Change]] = []
        inside = 0
        start = len(self.line.prefix)
        for entry in entries:
            if entry.key < walk.last:
                self.order = Order.NONE
            walk.last = entry.key
            tail = entry.key[start:]
            if not entry.size or tail.endswith("/"):
                continue
            time = self._time_of(tail)
            if time is None:
                continue
            if walk.low <= time < walk.high:
                inside += 1
            elif time < self._forgotten:
                continue
            change = self._news(entry, tail)
            if change is not None:
                fresh.append((time, change))
            if self.newest < time <= now:
                self.newest = time
        fresh.sort(key=_newest_first)
        return [change for _, change in fresh], inside

    def forget(self, now: int) -> None:
        """Let go of keys that no look will meet again."""
        before = min(now - _MEMORY, self.newest - OVERLAP)
        if not self.newest or before <= self._forgotten:
            return
        mark = places.day_folder(before)
        self._etags = {tail: etag for tail, etag in self._etags.items() if tail >= mark}
        self._forgotten = before - before % DAY

    def _time_of(self, tail: str) -> int | None:
        """A key's label, else its day; None where it is not wanted. Learns how names sort."""
        name = tail.rpartition("/")[2]
        label = trail.label_of(name)
        if places.is_standard(self.line, tail, label):
            if self.order is Order.UNKNOWN:
                self.order = Order.BY_TIME
        elif trail.is_digest_name(name):
            self.digests += tail not in self._etags
            self._etags[tail] = ""
            return None
        elif self.order is not Order.NONE and trail.folder_day(tail[:10]) is not None:
            self.order = Order.ODD
        if label is not None:
            return label.time if self.low <= label.time < self.high else None
        day = trail.folder_day(tail[:10])
        if day is None:
            return self.low
        # A name without a time: all that its day holds of the span.
        return max(day, self.low) if day + DAY > self.low and day < self.high else None

    def _news(self, entry: Entry, tail: str) -> Change | None:
        known = self._etags.get(tail)
        if known == entry.etag:
            return None
        if entry.archived:
            self._archived.add(tail)  # its ETag stays when it is restored
            return None
        self._archived.discard(tail)
        self._etags[tail] = entry.etag
        if known is None:
            self.objects += 1
        kind = ChangeKind.FOUND if known is None else ChangeKind.REPLACED
        return Change(kind, reference(self.line.bucket, entry))


def _newest_first(item: tuple[int, Change]) -> int:
    return -item[0]


def label_bounds(line: Line, since: int, until: int | None) -> tuple[int, int]:
    """The labels [low, high) of files that may hold events of [since, until)."""
    if until is None:
        return since, ENDLESS
    lag = trail.LABEL_LAG if line.kind in trail.PROMPT_KINDS else trail.OTHER_KINDS_LAG
    return since, until + lag


def is_past(high: int, now: int) -> bool:
    """Have all labels before `high` been delivered, however late?"""
    return high < now - HOUR
