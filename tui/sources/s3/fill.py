"""The order in which the time before now is listed: newest first, though S3 lists upwards only.

A span is cut into windows back from its end: half an hour, then four times as much, each
ending where the one before began. A window may cost one request more than its keys need, for
its last page runs on into what is known already. So a window is cut off only while that has
not happened yet, and else the rest is one: a span costs at most 2 requests more than the
pages its keys fill, whatever its size, and a quiet line costs 2.

A name that AWS gives sorts by its time. Other names may sort anywhere in the folder of their
day, so a line that has one is listed from the start of a day. Until a line has shown what its
names are like, its oldest window begins there too.
"""

from __future__ import annotations

import enum
import math
from typing import TYPE_CHECKING

from tui.core.trail import DAY, MINUTE
from tui.sources.s3 import places
from tui.sources.s3.client import PAGE

if TYPE_CHECKING:
    from tui.sources.s3.places import Line

ENDLESS = 1 << 62
"""A label that no log file reaches."""
_FIRST = 30 * MINUTE
_GROWTH = 4


class Order(enum.Enum):
    """How the names of a line sort."""

    UNKNOWN = 0
    BY_TIME = 1
    ODD = 2
    """There is a name that does not sort by its time."""
    NONE = 3
    """The server lists in an order of its own, or passes by where a listing is to begin: all that
    the line holds has to be listed."""


_ANYWHERE = (Order.ODD, Order.NONE)
"""Where what is new may stand before what is known."""


class Walk:
    """One listing upwards, of the labels in [low, high)."""

    __slots__ = ("after", "high", "last", "low", "pages", "stop", "token")

    def __init__(self, line: Line, low: int, high: int, order: Order, *, certain: bool) -> None:
        self.low = low
        self.high = high
        from_day = order is Order.ODD or (certain and order is Order.UNKNOWN)
        self.after = (places.start_of_day if from_day else places.start_at)(line, low)
        if order is Order.NONE:
            self.after = ""
        if high >= ENDLESS or order is Order.NONE:
            self.stop = ""
        elif order is Order.ODD:
            self.stop = places.start_of_day(line, high - 1 + DAY)
        else:
            self.stop = places.start_at(line, high)
        self.token = ""
        self.last = self.after
        """The last key so far; all that follow sort behind it."""
        self.pages = 0

    def took(self, line: Line, token: str, last: str, order: Order) -> bool:
        """Note one page (its last key, empty for none); True when the walk is at its end."""
        self.pages += 1
        self.token = token
        if not token or (self.stop and last >= self.stop):
            return True
        start = places.start_at(line, self.low)
        if order is Order.BY_TIME and self.after < start and last < start:
            self.after, self.token = start, ""  # the names sort by time: skip what is too old
        return False


class Fill:
    """A span of labels [low, high) of one line, window by window; `walk` is None at its end."""

    def __init__(
        self, line: Line, low: int, high: int, now: int, order: Order, page: int = PAGE
    ) -> None:
        self._line = line
        self._page = page
        self._low = low - low % MINUTE
        self._high = high
        self._top = min(high, now - now % MINUTE + MINUTE)
        self._edge = high
        """Labels from here on have been listed."""
        self._swept = Order.UNKNOWN
        """Everything has been listed for the sake of odd names, or of a server's own order."""
        self._requests = 0
        self._keys = 0
        self.walk: Walk | None = None
        self._begin(max(self._low, self._top - _FIRST), order)

    @property
    def upper(self) -> int:
        """How new the window at hand is: greater is to be listed sooner."""
        return min(self._edge, self._top)

    @property
    def begun(self) -> bool:
        """Is the newest window complete?"""
        return self._edge < self._high or self.walk is None

    def took(self, token: str, last: str, keys: int, order: Order) -> None:
        """Note one page of the walk, and how many keys of its window were in it."""
        walk = self.walk
        assert walk is not None
        self._requests += 1
        self._keys += keys
        if not walk.took(self._line, token, last, order):
            return
        self._edge = walk.low
        if order in _ANYWHERE and self._swept is not order:
            self._begin(self._low, order, high=self._high)
        elif self._edge <= self._low:
            self.walk = None
        else:
            self._begin(self._next_low(), order)

    def _begin(self, low: int, order: Order, high: int | None = None) -> None:
        high = self._edge if high is None else high
        if order is Order.NONE:
            low, high = self._low, self._high
        if order in _ANYWHERE and low <= self._low:
            self._swept = order
        self.walk = Walk(self._line, low, high, order, certain=low <= self._low)

    def _next_low(self) -> int:
        """Where the next window begins: at the start of all if a cut might cost too much."""
        listed = self._top - self._edge
        filled = self._keys / self._page
        rest = self._edge - self._low
        if not self._keys or listed <= 0 or self._requests > math.ceil(filled):
            return self._low
        per_time = filled / listed
        pages = per_time * listed * _GROWTH
        # The extra page is paid for where the fractions of both windows add up to a page.
        part = math.ceil(filled) - filled
        pages = max(0, math.floor(pages)) + (1 + part) / 2 if part else math.ceil(pages) - 0.5
        low = self._edge - round(pages / per_time)
        if rest * per_time <= 1 or (low - self._low) * per_time <= 1:
            return self._low
        return low - low % MINUTE
