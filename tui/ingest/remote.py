"""What the program knows and does about objects in buckets: which are to be fetched, which came.

The bytes of an object are in the cache before a worker is given it, so that nothing that decodes
waits for the network, and what could not be fetched is tried again without anybody waiting.
"""

from __future__ import annotations

import heapq
import os
import pickle
import shutil
from collections import deque
from typing import TYPE_CHECKING, NamedTuple

from tui.core.index.rows import SourceLine, Traffic
from tui.core.trail import place_of
from tui.ingest.processes.fetching import FetchAnswer, FetchOrder
from tui.sources.readers import CACHED
from tui.sources.s3.errors import BY_ACCESS

if TYPE_CHECKING:
    from collections.abc import Callable
    from multiprocessing.connection import Connection

    from tui.ingest.ledger import Ledger
    from tui.sources.base import LineState
    from tui.sources.s3.access import Access
    from tui.sources.s3.fetch import Fetched

AHEAD = 4
"""Objects in the fetcher's hands for each GET in flight: it never waits for the next order."""
ASK_AGAIN = 30.0
"""Seconds between two requests for new credentials."""
FIRST_WAIT, LONGEST_WAIT = 10.0, 300.0
"""Seconds until an object is asked for again that the fetcher has given up for now."""
LAST_TRIES = 2
"""How often that happens where nothing is followed and so somebody waits for the end."""
PRICE_LIST, PRICE_GET = 0.005 / 1000, 0.0004 / 1000
"""Dollars a request of S3 Standard in us-east-1 (aws.amazon.com/s3/pricing)."""


class Ready(NamedTuple):
    """An object whose bytes are here, or that cannot be had."""

    object_id: int
    urgent: bool
    reason: str = ""
    """Why it cannot be had."""


class Remote:
    """The objects of buckets between the listing and the workers."""

    def __init__(
        self,
        hire: Callable[[], Connection],
        ledger: Ledger,
        clock: Callable[[], float],
        concurrency: int,
    ) -> None:
        self._hire = hire
        self._ledger = ledger
        self._clock = clock
        self._most = AHEAD * concurrency
        self.connection: Connection | None = None
        """To the fetcher; None until the first access is known."""
        self._access: list[Access] = []
        self._all_access: dict[str, Access] = {}
        self._waiting: tuple[deque[int], deque[int]] = deque(), deque()
        self._in_hand: dict[int, bool] = {}
        """What the fetcher is at, and whether that is urgent."""
        self._fresh: set[int] = set()
        self._brought: dict[int, list[Callable[[], None]]] = {}
        self._later: list[tuple[float, int]] = []
        self._tries: dict[int, int] = {}
        self._failed: list[int] = []
        self._asked = -ASK_AGAIN
        self._stale = False
        self._lines: dict[tuple[str, str, str, str], LineState] = {}
        self._gets: dict[tuple[str, str, str, str], int] = {}
        """By what is above `AWSLogs`, account, kind and region."""
        self._cached = 0
        self._bytes = 0
        self.state = ""
        self.complaint = ""
        self._steads: set[str] = set()
        """Folders that fetchers have made in place of the cache."""

    # What is to be fetched

    def access(self, access: Access) -> None:
        """How a bucket is spoken to from now on; what failed for want of it is tried again."""
        self._access.append(access)
        self._stale = False
        self._all_access[access.bucket] = access
        if self.connection is None:
            self.connection = self._hire()
        self._put_back({object_id for _, object_id in self._later})

    def want(self, object_id: int, *, urgent: bool, fresh: bool = False) -> None:
        """Fetch an object; `fresh`: what the cache has of it is no good."""
        if fresh:
            self._fresh.add(object_id)
        self._waiting[not urgent].append(object_id)

    def bring(self, object_id: int, then: Callable[[], None]) -> None:
        """Fetch an object's bytes once more, for they are wanted now; calls `then` at the end."""
        self._brought.setdefault(object_id, []).append(then)
        if object_id not in self._in_hand:
            self._waiting[0].appendleft(object_id)

    def is_here(self, object_id: int) -> bool:
        """Can the object be read without the network?"""
        path = self._ledger.parts[object_id].part.path
        return not path.startswith(CACHED) or os.access(path[len(CACHED) :], os.R_OK)

    def cancel(self) -> list[int]:
        """Fetch nothing more of what was there at the start; gives what is dropped."""
        dropped = [*self._waiting[1]]
        self._waiting[1].clear()
        return dropped

    def again(self) -> list[int]:
        """Try what could not be had; gives the objects that had been given up."""
        self._put_back({object_id for _, object_id in self._later})
        failed, self._failed = self._failed, []
        return failed

    def tick(self) -> bool:
        """Ask again for what has waited long enough; True if something has."""
        now = self._clock()
        due = set()
        while self._later and self._later[0][0] <= now:
            due.add(heapq.heappop(self._later)[1])
        self._put_back(due)
        return bool(due)

    def _put_back(self, objects: set[int]) -> None:
        if objects:
            self._later = [item for item in self._later if item[1] not in objects]
            heapq.heapify(self._later)
            self._waiting[0].extend(sorted(objects))

    @property
    def busy(self) -> bool:
        """Is anything being fetched, or about to be?

        Where nothing is followed, what is tried once more belongs to what there is.
        """
        postponed = self._later and not self._ledger.follow
        return bool(self._in_hand or self._waiting[0] or self._waiting[1] or postponed)

    def needs_access(self) -> bool:
        """Do the sources have to be asked for new credentials now?"""
        if not self._stale or self._clock() - self._asked < ASK_AGAIN:
            return False
        self._asked = self._clock()
        return True

    @property
    def postponed(self) -> int:
        """How many objects wait to be asked for once more."""
        return len(self._later)

    # To and from the fetcher

    def fill(self) -> None:
        """Give the fetcher as much as it can have in hand."""
        if self.connection is None or not (self._access or self._waiting[0] or self._waiting[1]):
            return
        from tui.sources.s3.fetch import Wanted

        wanted = []
        for queue in self._waiting:
            while queue and len(self._in_hand) < self._most:
                object_id = queue.popleft()
                if object_id in self._in_hand:
                    continue
                self._in_hand[object_id] = queue is self._waiting[0]
                ref = self._ledger.parts[object_id].file.ref
                wanted.append(Wanted(object_id, ref, object_id in self._fresh))
                self._fresh.discard(object_id)
        if wanted or self._access:
            order = FetchOrder(self._access, wanted)
            self._access = []
            try:
                self.connection.send_bytes(pickle.dumps(order, protocol=5))
            except OSError:
                return  # it has died: its end is noticed where its answers are read

    def take(self) -> list[Ready]:
        """The fetcher's next answer: what is ready, or cannot be had. Raises EOFError, OSError."""
        assert self.connection is not None
        answer: FetchAnswer = pickle.loads(self.connection.recv_bytes())  # noqa: S301 - our own
        self.state = answer.state
        if answer.stead:
            self._steads.add(answer.stead)
        if answer.complaint and answer.complaint != self.complaint:
            self.complaint = answer.complaint
            self._ledger.problem("", answer.complaint, harmless=True)
        ready = []
        for fetched in answer.fetched:
            one = self._came(fetched)
            if one is not None:
                ready.append(one)
        return ready

    def _came(self, fetched: Fetched) -> Ready | None:
        object_id = fetched.number
        urgent = self._in_hand.pop(object_id, True)
        self._count(object_id, fetched)
        state = self._ledger.parts[object_id]
        brought = self._brought.pop(object_id, None)
        name = state.file.ref.name
        if fetched.trouble is None:
            if object_id in self._tries:
                del self._tries[object_id]
                self._ledger.solved(name)
            state.part = state.part._replace(path=CACHED + fetched.path)
        if brought is not None:
            for then in brought:
                then()
            if state.counts is not None:
                return None
        if fetched.trouble is None:
            return Ready(object_id, urgent)
        reason = fetched.trouble.sentence
        self._stale = self._stale or fetched.trouble.refusal in BY_ACCESS
        tries = self._tries.get(object_id, 0) + 1
        if fetched.retry and (self._ledger.follow or tries <= LAST_TRIES):
            self._tries[object_id] = tries
            wait = max(min(LONGEST_WAIT, FIRST_WAIT * 2 ** (tries - 1)), fetched.trouble.after)
            heapq.heappush(self._later, (self._clock() + wait, object_id))
            self._ledger.solved(name)
            told = f"{reason.rstrip('.')}; it is tried again in {wait:.0f} s"
            self._ledger.problem(name, told)
            return None
        self._failed.append(object_id)
        if self._tries.pop(object_id, 0):
            self._ledger.solved(name)
        return Ready(object_id, urgent, reason)

    def _count(self, object_id: int, fetched: Fetched) -> None:
        if not fetched.requests:
            self._cached += fetched.trouble is None
            return
        self._bytes += max(0, fetched.size)
        place = place_of(self._ledger.parts[object_id].file.ref.name)
        line = (place.prefix, *place[2:5]) if place else ("", "", "", "")
        self._gets[line] = self._gets.get(line, 0) + fetched.requests

    def died(self) -> None:
        """The fetcher has ended: hire another, which begins with what that one was at."""
        if self.connection is not None:
            self.connection.close()
        lost = dict(self._in_hand)
        self._in_hand.clear()
        self._access = list(self._all_access.values())
        self.connection = self._hire()
        for object_id in reversed(lost):
            self._waiting[not lost[object_id]].appendleft(object_id)

    def close(self) -> None:
        """Let the fetcher end; what it kept in place of the cache goes, even if it was killed."""
        if self.connection is not None:
            self.connection.close()
        for folder in self._steads:
            shutil.rmtree(folder, ignore_errors=True)

    # What the person is told

    def line(self, line: LineState) -> None:
        """Keep how an account and region is doing."""
        self._lines[line.source, line.account, line.kind, line.region] = line

    def lines(self) -> list[SourceLine]:
        """How each account, kind and region is doing."""
        left = dict(self._gets)
        alike: dict[tuple[str, str, str], list[tuple[str, str, str, str]]] = {}
        for key in left:
            alike.setdefault(key[1:], []).append(key)
        found = []
        for line in self._lines.values():
            places = alike.get((line.account, line.kind, line.region), ())
            own = [key for key in places if key in left and _is_of(key[0], line.source)]
            gets = sum([left.pop(key) for key in own])
            found.append(SourceLine(*line[:8], line.lists, gets, line.due))
        if left and found:
            rest = sum(left.values())
            found[0] = found[0]._replace(gets=found[0].gets + rest)
        return found

    def traffic(self) -> Traffic:
        """All requests made so far, and what they cost at list price."""
        lists = sum(line.lists for line in self._lines.values())
        gets = sum(self._gets.values())
        cost = lists * PRICE_LIST + gets * PRICE_GET
        return Traffic(lists, gets, self._cached, self._bytes, cost)


def _is_of(above: str, source: str) -> bool:
    """Does a trail's folder lie in what was asked for, or what was asked for in the trail?"""
    trail, asked = f"{above}/AWSLogs/", source.rstrip("/") + "/"
    return trail.startswith(asked) or asked.startswith(trail)
