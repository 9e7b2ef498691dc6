"""Which request is made next: a few threads, the most urgent first, nothing before its time."""

from __future__ import annotations

import heapq
import itertools
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from tui.sources.s3.client import Page

if TYPE_CHECKING:
    import queue
    from concurrent.futures import Future

    from tui.sources.s3.client import Store
    from tui.sources.s3.lines import Lister, Request

THREADS = 12


class Answer(NamedTuple):
    """What came of a request."""

    lister: Lister
    request: Request
    page: Page | None
    error: BaseException | None
    generation: int
    """Of the client that made the request."""


Heard: TypeAlias = "Answer | str"
"""What the one who reports waits for: an answer, or a word of the person's."""


class Pool:
    """Makes requests for listers; the answers go to the inbox."""

    def __init__(self, inbox: queue.SimpleQueue[Heard], threads: int = THREADS) -> None:
        self.generation = 0
        self._inbox = inbox
        self._threads = threads
        self._executor = ThreadPoolExecutor(threads, "listing")
        self._numbers = itertools.count()
        self._later: list[tuple[float, int, Lister]] = []
        self._ready: list[tuple[float, int, Lister]] = []
        self._valid: dict[Lister, int] = {}
        """The number under which each lister waits; others are out of date."""
        self.under_way = 0
        """Requests that have not been answered."""

    def want(self, lister: Lister) -> None:
        """Ask the lister again what it wants: something has changed with it."""
        when = lister.when()
        if when is not None and when[0] < float("inf"):
            number = next(self._numbers)
            self._valid[lister] = number
            heapq.heappush(self._later, (when[0], number, lister))

    def serve(self, store: Store, now: float) -> float:
        """Begin what is due; gives when there is more to begin, seconds since 1970."""
        while self._promote(now) and self.under_way < self._threads:
            _, number, lister = heapq.heappop(self._ready)
            request = lister.next(now) if self._valid.get(lister) == number else None
            if request is None:
                continue
            self.under_way += 1
            future = self._executor.submit(_make, store, request)
            future.add_done_callback(partial(self._done, lister, request, self.generation))
            self.want(lister)  # discovery asks for several levels at once
        return self._later[0][0] if self._later else float("inf")

    def _promote(self, now: float) -> bool:
        """Sort what has become due by its urgency; is there anything?"""
        while self._later and self._later[0][0] <= now:
            _, number, lister = heapq.heappop(self._later)
            if self._valid.get(lister) != number:
                continue
            when = lister.when()
            if when is not None and when[0] <= now:
                heapq.heappush(self._ready, (when[1], number, lister))
            else:
                self.want(lister)
        return bool(self._ready)

    def _done(self, lister: Lister, request: Request, generation: int, done: Future[Page]) -> None:
        if not done.cancelled():
            error = done.exception()
            page = None if error else done.result()
            self._inbox.put(Answer(lister, request, page, error, generation))

    def answered(self, answer: Answer) -> bool:
        """Note an answer; False where it is to a request of a client that is given up."""
        self.under_way -= 1
        return answer.generation == self.generation

    def give_up(self) -> None:
        """Answers to what is under way count no more, nothing waits."""
        self.generation += 1
        self._later.clear()
        self._ready.clear()
        self._valid.clear()

    def close(self) -> None:
        """Begin nothing more; what is under way ends by itself."""
        self._executor.shutdown(wait=False, cancel_futures=True)


def _make(store: Store, request: Request) -> Page:
    if request.key:
        return Page([store.head(request.bucket, request.key)], [], "")
    return store.page(
        request.bucket,
        request.prefix,
        after=request.after,
        token=request.token,
        delimiter=request.delimiter,
        most=request.most,
    )
