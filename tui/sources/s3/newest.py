"""When was the newest file, where a window is empty: years, months and days by delimiter."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.core import trail
from tui.sources.s3.errors import RETRIED
from tui.sources.s3.lines import FIND_URGENCY, Request

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tui.sources.base import Change
    from tui.sources.s3.client import Page
    from tui.sources.s3.errors import Trouble
    from tui.sources.s3.places import Line

_LINES = 6
"""Lines that are looked at: three requests each at most."""
_LEVELS = 3
_FAILURES = 3
"""Failed requests after which it is not tried again: it is a hint only."""


class Newest:
    """Goes down into the newest year, month and day of a few lines."""

    def __init__(self, lines: Iterable[Line]) -> None:
        chosen = sorted(lines, key=_likely)
        self.all = len(chosen) <= _LINES
        """Has every line been looked at?"""
        self._level = [(line.bucket, line.prefix) for line in chosen[:_LINES]]
        self._found: list[tuple[str, str]] = []
        self._depth = 0
        self._waiting = 0
        self._under_way: list[tuple[str, str]] = []
        self._best = ""
        self._failures = 0
        self._until = 0.0

    @property
    def done(self) -> bool:
        """Is it known?"""
        return not self._level and not self._waiting

    @property
    def date(self) -> str:
        """`2026-01-31`, shorter where that is all that could be found, empty for none."""
        return self._best.replace("/", "-")

    def drop(self) -> None:
        """The requests under way will not be answered: make them again."""
        self._level.extend(self._under_way)
        self._under_way.clear()
        self._waiting = 0

    def when(self) -> tuple[float, float] | None:
        """See `Lister`."""
        return (self._until, FIND_URGENCY) if self._level else None

    def next(self, now: float) -> Request | None:
        """See `Lister`."""
        if not self._level or now < self._until:
            return None
        bucket, prefix = self._level.pop()
        self._under_way.append((bucket, prefix))
        self._waiting += 1
        return Request(bucket, prefix, delimiter="/")

    def take(self, request: Request, page: Page, _now: float) -> list[Change]:
        """See `Lister`."""
        dated = [folder for folder in page.folders if trail.folder_end(folder) is not None]
        if dated:
            self._found.append((request.bucket, max(dated)))
        self._answered(request)
        return []

    def failed(self, request: Request, trouble: Trouble, now: float) -> None:
        """See `Lister`: without this line, where it does not help to ask once more."""
        self._failures += 1
        if trouble.refusal not in RETRIED or self._failures > _FAILURES:
            self._answered(request)
            return
        self._until = max(self._until, now + max(trouble.after, 1.0))
        self._waiting -= 1
        self._under_way.remove((request.bucket, request.prefix))
        self._level.append((request.bucket, request.prefix))

    def _answered(self, request: Request) -> None:
        self._waiting -= 1
        self._under_way.remove((request.bucket, request.prefix))
        if self._waiting or self._level:
            return
        self._depth += 1
        dates = [_date(prefix, self._depth) for _, prefix in self._found]
        newest = max(dates, default="")
        self._best = max(self._best, newest)
        if newest and self._depth < _LEVELS:
            self._level = [
                place for place, date in zip(self._found, dates, strict=True) if date == newest
            ]
        self._found = []


def _date(prefix: str, parts: int) -> str:
    return "/".join(prefix.rstrip("/").split("/")[-parts:])


def _likely(line: Line) -> tuple[bool, bool, str]:
    return line.kind != "CloudTrail", line.region != "us-east-1", line.prefix
