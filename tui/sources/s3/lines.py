"""One account, kind and region being listed: its windows, its following, its failures."""

from __future__ import annotations

import collections
import random
from typing import TYPE_CHECKING, NamedTuple, Protocol

from tui.core.trail import SECOND
from tui.sources.base import LineState
from tui.sources.s3 import follow
from tui.sources.s3.client import PAGE
from tui.sources.s3.errors import RETRIED, Refusal
from tui.sources.s3.fill import Fill

if TYPE_CHECKING:
    from collections.abc import Callable

    from tui.sources.base import Change
    from tui.sources.s3.client import Page
    from tui.sources.s3.errors import Trouble
    from tui.sources.s3.fill import Walk
    from tui.sources.s3.places import Line

NEVER = float("inf")
POLL_URGENCY = -2e18
"""A look for what is new goes before discovery, and that before the windows, newest first."""
FIND_URGENCY = -1e18
GIVEN_UP = 4
"""Failures after which the first look does not wait any longer."""
_GIVEN_UP_THROTTLED = 6
"""The same where S3 asks for fewer requests, which takes it half a minute at times."""
_LONGEST_WAIT = 60.0
_PAUSE_OF_A_PAGE = 5.0
"""Seconds to the next look for each further page that a look has to list."""


class Request(NamedTuple):
    """One list request; `key` asks for the head of an object in place of a listing."""

    bucket: str
    prefix: str
    after: str = ""
    token: str = ""
    delimiter: str = ""
    most: int = PAGE
    key: str = ""


class Lister(Protocol):
    """Something that wants requests made, and is told what came of them."""

    def when(self) -> tuple[float, float] | None:
        """From when on a request is wanted (seconds since 1970), and how urgently (less is
        sooner); None while there is nothing to ask.
        """
        ...

    def drop(self) -> None:
        """What is under way will not be answered: ask again."""
        ...

    def next(self, now: float) -> Request | None:
        """The request to make, which then counts as under way."""
        ...

    def take(self, request: Request, page: Page, now: float, /) -> list[Change]:
        """Note an answer; gives what is new, newest first."""
        ...

    def failed(self, request: Request, trouble: Trouble, now: float, /) -> None:
        """Note a refusal."""
        ...


class Backoff:
    """When what has failed may be tried again."""

    def __init__(self, chance: Callable[[], float] = random.random) -> None:
        self.failures = 0
        self.trouble: Trouble | None = None
        self.until = 0.0
        """Seconds since 1970; `NEVER` until somebody asks."""
        self.since = 0.0
        """When it failed first of the times that it has failed since it last worked."""
        self._chance = chance

    def failed(self, trouble: Trouble, now: float) -> None:
        """Wait longer each time, and for good where it will not mend by itself."""
        if not self.failures:
            self.since = now
        self.failures += 1
        self.trouble = trouble
        if trouble.refusal in RETRIED:
            wait = min(2.0 ** (self.failures - 1), _LONGEST_WAIT)
            self.until = now + trouble.after + wait * (0.75 + self._chance() / 2)
        else:
            self.until = NEVER

    def worked(self) -> None:
        """Forget the failures."""
        self.failures = 0
        self.trouble = None
        self.until = 0.0

    def again(self) -> None:
        """Try now."""
        self.until = 0.0

    @property
    def lasting(self) -> bool:
        """Is nothing tried until somebody asks, or has it failed often?"""
        throttled = self.trouble is not None and self.trouble.refusal is Refusal.THROTTLED
        most = _GIVEN_UP_THROTTLED if throttled else GIVEN_UP
        return self.until == NEVER or self.failures >= most


class Track:
    """A line that is filled window by window, then followed. One request at a time."""

    def __init__(
        self,
        line: Line,
        bounds: tuple[int, int],
        now: float,
        *,
        following: bool,
        poll: float | None = None,
        page: int = PAGE,
        lines: Callable[[], int] = lambda: 1,
        chance: Callable[[], float] = random.random,
    ) -> None:
        self.line = line
        self.cursor = follow.Cursor(line, *bounds)
        self.backoff = Backoff(chance)
        self.lists = 0
        self._following = following
        self._poll = poll
        self._page = page
        self._lines = lines
        """How many are followed together."""
        self._chance = chance
        self._fills: collections.deque[Fill] = collections.deque()
        self._look: Walk | None = None
        self._busy = False
        self._begun = False
        """Is the newest window complete? Nothing is looked for before."""
        self._due = 0.0
        self._sweep_due = now + follow.SWEEP_EVERY * (0.75 + chance() / 2)
        self._sweeping = False
        if bounds[0] < bounds[1]:
            self._add(*bounds, now)

    @property
    def filled(self) -> bool:
        """Has all of the span been listed?"""
        return not self._fills

    @property
    def settled(self) -> bool:
        """Need the first look not wait for this line (any more)?"""
        return self.filled or self.backoff.lasting

    def earlier(self, low: int, now: float) -> None:
        """List the time from `low` on, too."""
        cursor = self.cursor
        low, high = min(low, cursor.low), min(cursor.low, cursor.high)
        cursor.low = low
        if low < high:
            self._add(low, high, now)

    def hurry(self, *, sweep: bool = False) -> None:
        """Look now, whatever happened; `sweep`: through the whole last day."""
        self._due = 0.0
        if sweep:
            self._sweep_due = 0.0
        self.backoff.again()

    def drop(self) -> None:
        """The request under way will not be answered."""
        self._busy = False

    def when(self) -> tuple[float, float] | None:
        """See `Lister`."""
        if self._busy:
            return None
        polling = (self._due, POLL_URGENCY) if self._polls() else None
        if self._look is not None:
            polling = (0.0, POLL_URGENCY)
        filling = (0.0, float(-self._fills[0].upper)) if self._fills else None
        both = [want for want in (polling, filling) if want is not None]
        if not both:
            return None
        ready, urgency = min(both)
        return max(ready, self.backoff.until), urgency

    def next(self, now: float) -> Request | None:
        """See `Lister`."""
        if self._busy or self.backoff.until > now:
            return None
        if self._look is None and self._polls() and self._due <= now:
            self._sweeping = now >= self._sweep_due
            self._look = self.cursor.look(_micro(now), sweep=self._sweeping)
        walk = self._walk()
        if walk is None:
            return None
        self._busy = True
        return Request(self.line.bucket, self.line.prefix, walk.after, walk.token, most=self._page)

    def take(self, _request: Request, page: Page, now: float) -> list[Change]:
        """See `Lister`."""
        walk = self._walk()
        assert walk is not None
        self._busy = False
        self.backoff.worked()
        self.lists += 1
        cursor = self.cursor
        changes, inside = cursor.take(page.entries, walk, _micro(now))
        last = page.entries[-1].key if page.entries else ""
        if self._look is not None:
            if walk.took(self.line, page.token, last, cursor.order):
                self._looked(now)
            return changes
        fill = self._fills[0]
        begun = fill.begun
        fill.took(page.token, last, inside, cursor.order)
        if fill.walk is None:
            self._fills.popleft()
        if not begun and (fill.walk is None or fill.begun):
            self._looked(now, sweep=False)
        return changes

    def failed(self, _request: Request, trouble: Trouble, now: float) -> None:
        """See `Lister`."""
        self._busy = False
        self.lists += 1
        self.backoff.failed(trouble, now)

    def state(self, source: str, now: float) -> LineState:
        """A row of the sources screen."""
        cursor = self.cursor
        trouble = self.backoff.trouble
        due = self._due if self._following else 0.0
        if trouble is not None:
            due = self.backoff.until
        if trouble is not None:
            word = "failed" if self.backoff.until == NEVER else "retrying"
        elif self._fills:
            word = "listing" if self.lists else "waiting"
        else:
            word = "live" if self._followed(now) else "done"
        return LineState(
            source,
            self.line.account,
            self.line.kind,
            self.line.region,
            word,
            trouble.sentence if trouble is not None else "",
            cursor.newest,
            cursor.objects,
            self.lists,
            due if due != NEVER else 0.0,
        )

    def _add(self, low: int, high: int, now: float) -> None:
        self._fills.append(Fill(self.line, low, high, _micro(now), self.cursor.order, self._page))

    def _walk(self) -> Walk | None:
        if self._look is not None:
            return self._look
        return self._fills[0].walk if self._fills else None

    def _followed(self, now: float) -> bool:
        return self._following and not follow.is_past(self.cursor.high, _micro(now))

    def _polls(self) -> bool:
        """Is there to be a next look?"""
        return self._following and self._due < NEVER and (self._begun or not self._fills)

    def _looked(self, now: float, *, sweep: bool | None = None) -> None:
        """Set the time of the next look."""
        pages = self._look.pages if self._look is not None else 0
        self._look = None
        self._begun = True
        if self._sweeping if sweep is None else sweep:
            self._sweep_due = now + follow.SWEEP_EVERY * (0.9 + self._chance() / 5)
            if not self._fills:
                self.cursor.forget(_micro(now))
        if not self._followed(now):
            self._due = NEVER
        elif self._poll is not None:
            self._due = now + self._poll
        else:
            pause = follow.pause(self.cursor.newest, now, self._lines())
            pause = max(pause, (pages - 1) * _PAUSE_OF_A_PAGE)
            self._due = now + pause * (0.75 + self._chance() / 4)


def _micro(seconds: float) -> int:
    return int(seconds * SECOND)
