"""A bucket that CloudTrail delivers to: what is in it, newest first, and what comes later.

Requests are made by `client`, chosen by `pool`; `discovery` finds accounts, kinds
and regions, `fill` cuts the time before now into listings, `follow` looks for what is
new. Only objects are listed here; others fetch them.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from tui.sources.base import Window
from tui.sources.s3.places import is_address, parse_url

if TYPE_CHECKING:
    import queue
    import threading
    from collections.abc import Callable, Iterator, Sequence

    from tui.sources.base import Item
    from tui.sources.s3.access import S3Settings
    from tui.sources.s3.pool import Heard

__all__ = ["S3Source", "is_address", "parse_url"]

_ALL_TIMES = Window()


class S3Source:
    """Any number of addresses, `s3://bucket/prefix`, read with the same credentials.

    Raises SourceError for an address that is none. Until `changes` is called it can be sent to
    another process. `ask=False`: nobody can answer a question; what would be asked is refused.
    """

    def __init__(
        self,
        urls: Sequence[str],
        window: Window,
        settings: S3Settings,
        accounts: Sequence[str] = (),
        regions: Sequence[str] = (),
        *,
        ask: bool = True,
        clock: Callable[[], float] = time.time,
        page: int = 1000,
        asked_from: int = 10_000,
    ) -> None:
        self._urls = list(dict.fromkeys(urls))
        for url in self._urls:
            parse_url(url)
        self._window = window
        self._settings = settings
        self._globs = (tuple(accounts), tuple(regions))
        self._ask = ask
        self._clock = clock
        self._page = page
        self._asked_from = asked_from
        self._inbox: queue.SimpleQueue[Heard] | None = None
        self._early: list[str] = []

    @property
    def name(self) -> str:
        """See `Source.name`: each line of a bucket tells for itself."""
        return ""

    def tell(self, word: str) -> None:
        """See `Source.tell`."""
        if self._inbox is not None:
            self._inbox.put(word)
        else:
            self._early.append(word)

    def changes(
        self, *, follow: bool, poll: float | None, wake: threading.Event, stop: threading.Event
    ) -> Iterator[list[Item]]:
        """See `Source.changes`."""
        from queue import SimpleQueue

        from tui.sources.s3.look import Look
        from tui.sources.s3.roots import Terms

        inbox: queue.SimpleQueue[Heard] = SimpleQueue()
        for word in self._early:
            inbox.put(word)
        self._inbox = inbox
        accounts, regions = self._globs
        terms = Terms(self._window, accounts, regions, follow, poll, self._page, self._asked_from)
        look = Look(self._urls, terms, self._settings, self._clock, inbox, ask=self._ask)
        yield from look.run(wake, stop)
