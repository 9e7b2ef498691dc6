"""A bucket in memory that lists as S3 does, and the names that CloudTrail gives."""

from __future__ import annotations

import bisect
import datetime as dt
import hashlib
from typing import TYPE_CHECKING

from tui.sources.s3.client import Entry, Page
from tui.sources.s3.places import Line

if TYPE_CHECKING:
    from tui.sources.base import Change
    from tui.sources.s3.lines import Request, Track

ORGANIZATION = "o-exampleorg"


def folder(
    account: str = "111111111111",
    region: str = "us-east-1",
    kind: str = "CloudTrail",
    above: str = "AWSLogs/",
) -> str:
    """Where a line's years are."""
    return f"{above}{account}/{kind}/{region}/"


def line_of(account: str = "111111111111", region: str = "us-east-1") -> Line:
    """A line as discovery finds it."""
    return Line("trail", folder(account, region), account, "CloudTrail", region)


def key_at(
    seconds: float,
    number: int = 0,
    *,
    account: str = "111111111111",
    region: str = "us-east-1",
    kind: str = "CloudTrail",
    above: str = "AWSLogs/",
    written: str = "",
) -> str:
    """The key of a log file with the label of a time; `written` is the account in its name."""
    moment = dt.datetime.fromtimestamp(seconds - seconds % 300, dt.UTC)
    suffix = hashlib.sha256(f"{number}".encode()).hexdigest()[:16]
    name = f"{written or account}_{kind}_{region}_{moment:%Y%m%dT%H%MZ}_{suffix}.json.gz"
    return f"{folder(account, region, kind, above)}{moment:%Y/%m/%d}/{name}"


class SimulatedBucket:
    """Keys in order; `lists` counts the requests."""

    def __init__(self) -> None:
        self.keys: list[str] = []
        self.etags: dict[str, str] = {}
        self.lists = 0

    def put(self, key: str, etag: str = "") -> None:
        if key not in self.etags:
            bisect.insort(self.keys, key)
        self.etags[key] = etag or hashlib.sha256(key.encode()).hexdigest()[:32]

    def count(self, prefix: str, after: str) -> int:
        """Keys that a listing from there on has to go through."""
        return sum(key.startswith(prefix) and key > after for key in self.keys)

    def page(self, request: Request) -> Page:
        self.lists += 1
        after = max(request.after, request.token)
        place = bisect.bisect_right(self.keys, after) if after else 0
        place = max(place, bisect.bisect_left(self.keys, request.prefix))
        entries = []
        for key in self.keys[place:]:
            if not key.startswith(request.prefix):
                break
            if len(entries) == request.most:
                return Page(entries, [], entries[-1].key)
            entries.append(Entry(key, 9, self.etags[key]))
        return Page(entries, [], "")

    def serve(self, track: Track, now: float) -> list[Change]:
        """All that the track wants at this time; what it reports, in order."""
        changes: list[Change] = []
        while (request := track.next(now)) is not None:
            changes += track.take(request, self.page(request), now)
        return changes


class UnorderedBucket(SimulatedBucket):
    """Lists in an order of its own, as Storj does; where a listing begins counts in that order."""

    def page(self, request: Request) -> Page:
        self.lists += 1
        found = [key for key in self.keys if key.startswith(request.prefix)]
        found.sort(key=_own_order)
        after = request.token or request.after
        if after:
            found = [key for key in found if _own_order(key) > _own_order(after)]
        entries = [Entry(key, 9, self.etags[key]) for key in found[: request.most]]
        return Page(entries, [], entries[-1].key if len(found) > request.most else "")


def _own_order(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()


class WholeBucket(SimulatedBucket):
    """Passes by where a listing is to begin."""

    def page(self, request: Request) -> Page:
        return super().page(request._replace(after=""))
