"""A prefix that is not laid out as a trail: all its keys are listed, after a question if many."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

from tui.core import trail
from tui.core.when import event_time
from tui.sources.base import Change, ChangeKind, LineState, Notice
from tui.sources.local_names import WAIT, verdict
from tui.sources.s3.client import PAGE
from tui.sources.s3.follow import reference
from tui.sources.s3.lines import NEVER, POLL_URGENCY, Backoff, Request

if TYPE_CHECKING:
    from collections.abc import Callable

    from tui.sources.base import Window
    from tui.sources.s3.client import Entry, Page
    from tui.sources.s3.errors import Trouble

ASKED_FROM = 10_000
"""Keys that are listed without a question."""
_PAGES = 1000
"""The same for pages, however few keys they hold."""
_PAUSE = 60.0
_PAUSE_OF_A_PAGE = 20.0


class Flat:
    """All keys below a prefix, in one listing after another."""

    def __init__(
        self,
        url: str,
        bucket: str,
        prefix: str,
        window: Window,
        *,
        following: bool,
        poll: float | None = None,
        asked_from: int = ASKED_FROM,
        page: int = PAGE,
        chance: Callable[[], float] = random.random,
    ) -> None:
        self.url = url
        self.backoff = Backoff(chance)
        self.lists = 0
        self.objects = 0
        self.filled = False
        """Has everything been listed once, or been left out by the person?"""
        self.question = False
        """Is an answer waited for?"""
        self.notices: list[Notice] = []
        """What is to be said; whoever says it takes it away."""
        self._where = (bucket, prefix)
        self._window = window
        self._following = following
        self._poll = poll
        self._asked_from = asked_from
        self._page = page
        self._chance = chance
        self._etags: dict[str, str] = {}
        self._archived: set[str] = set()
        self._hollow: set[str] = set()
        """Keys of objects that were empty when they were listed."""
        self._token = ""
        self._after = ""
        self._pages = 0
        self._allowed = False
        self._listed = 0
        self._held: list[tuple[int, Change]] = []
        self._pruned = 0
        self._busy = False
        self._due = 0.0
        self._newest = 0

    @property
    def settled(self) -> bool:
        """Need the first look not wait for this prefix (any more)?"""
        return self.filled or self.backoff.lasting

    @property
    def listed(self) -> int:
        """Keys so far."""
        return self._listed

    @property
    def archived(self) -> int:
        """How many objects cannot be read before they are restored."""
        return len(self._archived)

    def answer(self, *, yes: bool) -> list[Change]:
        """Hear whether the rest is to be listed; gives what has been held back."""
        if not self.question:
            return []
        self.question = False
        self._allowed = yes
        if not yes:
            self.filled = True
            self._due = NEVER
            self.notices.append(
                Notice(
                    "hint",
                    f"Only the first {self._listed:,} keys of {self.url} are read; "
                    "name a longer prefix to see others",
                    self.url,
                )
            )
        return self._release()

    def hurry(self) -> None:
        """Look now."""
        self.backoff.again()
        if self._due != NEVER:
            self._due = 0.0

    def drop(self) -> None:
        """The request under way will not be answered."""
        self._busy = False

    def when(self) -> tuple[float, float] | None:
        """See `Lister`."""
        if self._busy or self.question or self._due == NEVER:
            return None
        return max(self._due, self.backoff.until), POLL_URGENCY

    def next(self, now: float) -> Request | None:
        """See `Lister`."""
        when = self.when()
        if when is None or when[0] > now:
            return None
        self._busy = True
        bucket, prefix = self._where
        return Request(bucket, prefix, self._after, self._token, most=self._page)

    def take(self, _request: Request, page: Page, now: float) -> list[Change]:
        """See `Lister`: newest first within what has been listed."""
        self._busy = False
        self.backoff.worked()
        self.lists += 1
        self._pages += 1
        self._token = page.token
        for entry in page.entries:
            self._note(entry)
        if not self.filled:
            self._listed += len(page.entries)
        if page.token:
            if self.filled or self._allowed:
                return self._release()
            if self._listed >= self._asked_from or self._pages >= _PAGES:
                self.question = True
            return []
        self.filled = True
        wait = max(_PAUSE, self._pages * _PAUSE_OF_A_PAGE) * (0.75 + self._chance() / 2)
        self._due = now + (wait if self._poll is None else self._poll)
        if not self._following:
            self._due = NEVER
        self._pages = 0
        if self._pruned:
            text = "their label lies outside the window"
            self.notices.append(Notice("pruned", text, count=self._pruned))
            self._pruned = 0
        return self._release()

    def failed(self, _request: Request, trouble: Trouble, now: float) -> None:
        """See `Lister`."""
        self._busy = False
        self.lists += 1
        self.backoff.failed(trouble, now)

    def state(self, source: str) -> LineState:
        """A row of the sources screen."""
        trouble = self.backoff.trouble
        if trouble is not None:
            word = "failed" if self.backoff.until == NEVER else "retrying"
        elif self.question:
            word = "waiting"
        elif not self.filled:
            word = "listing"
        else:
            word = "done" if self._due == NEVER else "live"
        due = self._due if self._due != NEVER else 0.0
        text = trouble.sentence if trouble is not None else ""
        return LineState(
            source, "", "", "", word, text, self._newest, self.objects, self.lists, due
        )

    def _note(self, entry: Entry) -> None:
        """Keep what a key tells, if it may be a log."""
        known = self._etags.get(entry.key)
        if known == entry.etag:
            return
        self._etags[entry.key] = entry.etag
        name = entry.key.rpartition("/")[2]
        if not name:
            return
        label = trail.label_of(name)
        if label is not None and not trail.label_overlaps(
            label, self._window.since, self._window.until
        ):
            self._pruned += known is None
            return
        looks_like = verdict(name) if entry.size else "empty"
        if looks_like and looks_like != WAIT:
            ref = reference(self._where[0], entry)
            self.notices.append(Notice("skipped", looks_like, ref.name, 1))
            if looks_like == "empty" and known is None:
                self._hollow.add(entry.key)
            return
        if entry.archived:
            del self._etags[entry.key]  # the same one comes again when it is restored
            self._archived.add(entry.key)
            return
        self._archived.discard(entry.key)
        new = known is None or entry.key in self._hollow
        self._hollow.discard(entry.key)
        kind = ChangeKind.FOUND if new else ChangeKind.REPLACED
        self.objects += new
        if label is not None:
            self._newest = max(self._newest, label.time)
        time = label.time if label is not None else event_time(entry.modified) or 0
        self._held.append((time, Change(kind, reference(self._where[0], entry))))

    def _release(self) -> list[Change]:
        self._held.sort(key=_newest_first)
        changes = [change for _, change in self._held]
        self._held.clear()
        return changes


def _newest_first(item: tuple[int, Change]) -> int:
    return -item[0]
