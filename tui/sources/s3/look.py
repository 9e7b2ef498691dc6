"""One run of the S3 source: who is asked what, when, and what is reported of the answers."""

from __future__ import annotations

import os
import queue
import threading
from typing import TYPE_CHECKING

from tui.core import trail
from tui.core.trail import DAY, SECOND
from tui.errors import SourceError
from tui.sources.base import Change, ChangeKind, Notice
from tui.sources.s3.access import Access
from tui.sources.s3.client import Store, renewal
from tui.sources.s3.errors import Refusal, Trouble, explain
from tui.sources.s3.follow import reference
from tui.sources.s3.newest import Newest
from tui.sources.s3.outage import ALL_DOWN, Outage
from tui.sources.s3.pool import THREADS, Answer, Pool
from tui.sources.s3.roots import Root
from tui.sources.s3.told import Told, what_came, when_newest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from tui.sources.base import Item
    from tui.sources.s3.access import S3Settings
    from tui.sources.s3.pool import Heard
    from tui.sources.s3.roots import Terms

_ROWS_EVERY = 1.0
_WORDS_EVERY = 0.05
"""Seconds between two looks at all lines for what is to be said of them."""


class Look:
    """Runs in the scout; everything but the requests themselves happens on one thread."""

    def __init__(
        self,
        urls: Sequence[str],
        terms: Terms,
        settings: S3Settings,
        clock: Callable[[], float],
        inbox: queue.SimpleQueue[Heard],
        *,
        ask: bool,
    ) -> None:
        self._terms = terms
        self._settings = settings
        self._clock = clock
        self._inbox = inbox
        self._ask = ask
        now = clock()
        until = terms.window.until
        self._since = terms.window.since
        if self._since is None:
            end = int(now * SECOND) if until is None else min(until, int(now * SECOND))
            self._since = end - DAY
        self._roots = [Root(url, terms, self._since, now) for url in urls]
        self._pool = Pool(inbox)
        self._store: Store | None = None
        self._outage = Outage(following=terms.following, poll=terms.poll)
        self._access: dict[str, Access] = {}
        self._told_buckets: set[str] = set()
        """Whose objects others fetch: they need to hear of new credentials."""
        self._renew = float("inf")
        self._newest: Newest | None = None
        self._listed = False
        self._told_since = False
        self._before_earlier = -1
        self._told = Told(self._roots, following=terms.following)
        self._rows_due = 0.0
        self._words_due = 0.0
        self._changed = True
        """Has anything happened since something was last said of the whole?"""
        self._asked: set[str] = set()
        self._questioned: Root | None = None
        """Whose question the person has before them: one at a time."""
        self._ended = False

    def run(self, wake: threading.Event, stop: threading.Event) -> Iterator[list[Item]]:
        """Chunks, until stopped or, where nothing is followed, all is listed."""
        threading.Thread(target=_hear, args=(wake, stop, self._inbox), daemon=True).start()
        try:
            yield [Notice("state", "looking for credentials")]
            out: list[Item] = []
            self._connect(out)
            while not stop.is_set():
                now = self._clock()
                due = self._step(now, out)
                if out:
                    yield out
                    out = []
                if self._ended:
                    yield from self._stay(stop)
                    return
                self._listen(min(due - self._clock(), 60.0), out)
        finally:
            self._pool.close()
            if self._store is not None:
                self._store.close()

    def _stay(self, stop: threading.Event) -> Iterator[list[Item]]:
        """All is listed, but not yet fetched: credentials are renewed until the end."""
        while not stop.is_set() and self._store is not None:
            out: list[Item] = []
            try:
                heard = self._inbox.get(timeout=max(min(self._renew - self._clock(), 60.0), 0.0))
            except queue.Empty:
                heard = ""
            if heard == "again":
                self._connect(out)
            if heard == "again" or self._renew <= self._clock():
                self._renew = float("inf")
                for bucket in self._told_buckets:
                    self._get_access(bucket, self._clock(), out)
            if access := [item for item in out if isinstance(item, Access)]:
                yield [*access]

    def _connect(self, out: list[Item]) -> None:
        """Make a client with what the environment and the files say now."""
        self._pool.give_up()
        self._access.clear()
        self._renew = float("inf")
        try:
            store = Store(self._settings, connections=THREADS)
        except _known_errors() as error:
            self._fail(self._explain(error), out)
            return
        if self._store is not None:
            self._store.close()
        self._store = store
        for root in self._roots:
            for lister in root.listers:
                lister.drop()
                self._pool.want(lister)
        if self._newest is not None:
            self._newest.drop()
            self._pool.want(self._newest)

    def _fail(self, trouble: Trouble, out: list[Item]) -> None:
        """Nothing can be asked until there is other access."""
        self._pool.give_up()
        self._renew = float("inf")
        self._rows_due = self._clock()
        before = self._outage.trouble
        if self._outage.failed(trouble, self._clock()):
            if before is not None:
                out += [Notice("solved", where=root.url) for root in self._roots]
            told = self._outage.trouble
            assert told is not None
            out += [Notice("problem", told.sentence, root.url) for root in self._roots]
        if not self._terms.following:
            self._end(out)

    def _explain(self, error: BaseException | None, bucket: str = "", key: str = "") -> Trouble:
        assert error is not None
        if isinstance(error, SourceError):
            return Trouble(Refusal.BAD_CREDENTIALS, str(error))
        return explain(
            error,
            operation="HeadObject" if key else "ListObjectsV2",
            bucket=bucket,
            key=key,
            profile=self._settings.profile or os.environ.get("AWS_PROFILE", ""),
            host=self._store.host if self._store is not None else "",
            home=self._store.region if self._store is not None else "",
            signed=self._settings.sign,
        )

    def _end(self, out: list[Item]) -> None:
        self._ended = True
        now = self._clock()
        out += self._told.rows(now, self._outage)
        out += self._told.state(now, self._outage)
        out.append(Notice("ended"))

    def _step(self, now: float, out: list[Item]) -> float:
        """Begin what is due, say what has changed; gives the time of the next step."""
        if self._outage.until <= now:
            self._outage.begin()
            self._connect(out)
        due = self._outage.until
        if not (self._outage.shut or self._ended):
            assert self._store is not None
            if self._terms.following:
                due = min(due, self._discover(now))
            if self._renew <= now:
                self._renew_access(now, out)
            due = min(due, self._pool.serve(self._store, now), self._renew)
        if self._changed and (now >= self._words_due or not self._pool.under_way):
            self._changed = False
            self._words_due = now + _WORDS_EVERY
            if self._outage.trouble is None and not self._ended:
                for root in self._roots:
                    out += root.notices()
                self._say_hints(out)
                self._say_listed(out)
            if not self._ended:
                out += self._told.state(now, self._outage)
        elif self._changed:
            due = min(due, self._words_due)  # answers come faster than anybody reads
        elif now >= self._told.due:
            out += self._told.state(now, self._outage)
        if self._rows_due and now >= self._rows_due and not self._ended:
            self._rows_due = 0.0
            out += self._told.rows(now, self._outage)
        return min(due, self._told.due, self._rows_due or due)

    def _listen(self, patience: float, out: list[Item]) -> None:
        """Wait for an answer or a word, and take all there are."""
        try:
            heard = self._inbox.get(timeout=max(patience, 0.0))
        except queue.Empty:
            return
        self._changed = True
        changes: list[Change] = []
        parts = 0
        while True:
            if isinstance(heard, Answer):
                found = self._take(heard, out)
                parts += bool(found)
                changes += found
            else:
                changes += self._hear_word(heard, out)
            try:
                heard = self._inbox.get_nowait()
            except queue.Empty:
                break
        if parts > 1:
            changes.sort(key=_label, reverse=True)
        out += changes

    def _take(self, answer: Answer, out: list[Item]) -> list[Change]:
        if not self._pool.answered(answer) or self._outage.shut:
            return []
        lister, request, now = answer.lister, answer.request, self._clock()
        self._rows_due = self._rows_due or now + _ROWS_EVERY
        if answer.page is None:
            error = answer.error
            if not isinstance(error, _known_errors()):
                assert error is not None
                raise error
            trouble = self._explain(error, request.bucket, request.key)
            if trouble.refusal in ALL_DOWN:
                self._fail(trouble, out)  # the request is made again with the next client
                return []
            self._recover(out)
            lister.failed(request, trouble, now)
            changes: list[Change] = []
        else:
            self._recover(out)
            changes = lister.take(request, answer.page, now)
        for root in self._roots:
            if root.discovery is lister:
                changes += self._grow(root, now, out)
        self._pool.want(lister)
        bucket = request.bucket
        if bucket not in self._access and (changes or bucket in self._told_buckets):
            self._get_access(bucket, now, out)
        return changes

    def _recover(self, out: list[Item]) -> None:
        """There is access again, if there was none."""
        if self._outage.trouble is not None:
            self._outage.over()
            out += [Notice("solved", where=root.url) for root in self._roots]

    def _grow(self, root: Root, now: float, out: list[Item]) -> list[Change]:
        """Begin to list what discovery has found."""
        had = root.discovery.exact is not None and root.url in self._asked
        for lister in root.grow(now):
            self._pool.want(lister)
        if root.windowed and not self._told_since:
            self._told_since = True
            assert self._since is not None
            out.append(Notice("since", count=self._since))
            if self._terms.window.since is None:
                out.append(Notice("hint", self._how_to_widen()))
        elif root.since_of_address is not None and root.url not in self._asked:
            self._asked.add(root.url)
            out.append(Notice("since", count=root.since_of_address))
        exact = root.discovery.exact
        if exact is None or had or exact.archived:
            return []
        self._asked.add(root.url)
        return [Change(ChangeKind.FOUND, reference(root.bucket, exact))]

    def _how_to_widen(self) -> str:
        past = self._terms.window.until is not None
        span = "the 24 hours before --until" if past else "the last 24 hours"
        how = "[ loads the day before" if self._ask else "--since reaches further back"
        return f"Only {span} are listed; {how}"

    def _get_access(self, bucket: str, now: float, out: list[Item]) -> None:
        """Tell what a GET needs, where it has changed."""
        assert self._store is not None
        try:
            access = self._store.access(bucket)
        except _known_errors() as error:
            self._fail(self._explain(error, bucket), out)
            return
        if access != self._access.get(bucket):
            out.append(access)
        self._access[bucket] = access
        self._told_buckets.add(bucket)
        self._renew = min(self._renew, renewal(access, now) or float("inf"))

    def _renew_access(self, now: float, out: list[Item]) -> None:
        self._renew = float("inf")
        for bucket in list(self._access):
            if not self._outage.shut:
                self._get_access(bucket, now, out)

    def _discover(self, now: float) -> float:
        """Look for new accounts, kinds and regions now and then."""
        due = float("inf")
        for root in self._roots:
            if now >= root.looked + root.pause:
                root.look_again(now)
                for lister in root.listers:
                    self._pool.want(lister)
            due = min(due, root.looked + root.pause)
        return due

    def _hear_word(self, word: str, out: list[Item]) -> list[Change]:
        """Do what the person says; gives what had been held back."""
        now = self._clock()
        if word in ("wake", "again"):
            if self._outage.trouble is not None or word == "again":
                self._outage.begin()
                self._connect(out)
            if not self._outage.shut:
                for root in self._roots:
                    root.hurry(now, sweep=word == "wake")  # a person wants to see all there is
                    for lister in root.listers:
                        self._pool.want(lister)
        elif word == "earlier":
            self._earlier(now, out)
        elif word in ("yes", "no") and self._questioned is not None:
            flat, self._questioned = self._questioned.flat, None
            assert flat is not None
            changes = flat.answer(yes=word == "yes")
            self._pool.want(flat)
            return changes
        return []

    def _earlier(self, now: float, out: list[Item]) -> None:
        windowed = [root for root in self._roots if root.windowed]
        if not windowed:
            out.append(Notice("hint", "There is no earlier day to load: all is listed"))
            return
        assert self._since is not None
        self._since -= DAY
        if self._before_earlier < 0:
            self._before_earlier = sum(root.objects for root in windowed)
        for root in self._roots:
            root.earlier(self._since, now)
            for lister in root.listers:
                self._pool.want(lister)
        self._rows_due = self._rows_due or now
        out.append(Notice("since", count=self._since))

    def _say_hints(self, out: list[Item]) -> None:
        """Questions, and what to do where there is nothing."""
        for root in self._roots:
            flat = root.flat
            if flat is None or not flat.question or self._questioned is not None:
                continue
            self._questioned = root
            text = f"{root.url} is not laid out as a trail and holds more than {flat.listed:,} keys"
            if not self._ask:
                out.append(Notice("refused", f"{text}: name a longer prefix", root.url))
                self._end(out)
                return
            out += flat.notices
            flat.notices.clear()
            out.append(Notice("question", f"{text}: list them all?", root.url, flat.listed))
        if self._before_earlier >= 0 and all(root.settled for root in self._roots):
            assert self._since is not None
            count = sum(root.objects for root in self._roots if root.windowed)
            out.append(Notice("hint", what_came(count - self._before_earlier, self._since)))
            self._before_earlier = -1

    def _say_listed(self, out: list[Item]) -> None:
        """Say once that the first look is over, and when the newest file was if it found none."""
        if self._listed or self._ended or not all(root.settled for root in self._roots):
            return
        count = sum(root.objects for root in self._roots)
        lines = [line for root in self._roots if root.windowed for line in root.tracks]
        failing = sum(root.failing for root in self._roots)
        archived = any(root.archived for root in self._roots)
        if not count and lines and not failing and not archived:
            if self._newest is None:
                self._newest = Newest(lines)
                self._pool.want(self._newest)
                assert self._store is not None
                self._pool.serve(self._store, self._clock())
            if not self._newest.done:
                return
            out.append(Notice("hint", when_newest(self._newest)))
        self._listed = True
        out.append(Notice("listed", count=count))
        only_keys = all(root.discovery.exact is not None for root in self._roots)
        if not self._terms.following or only_keys:
            self._end(out)


def _label(change: Change) -> int:
    label = trail.label_of(change.ref.name.rpartition("/")[2])
    return label.time if label is not None else 0


def _known_errors() -> tuple[type[BaseException], ...]:
    """What requests, credentials and files may raise; anything else is a fault of ours."""
    from botocore.exceptions import BotoCoreError, ClientError

    return (BotoCoreError, ClientError, SourceError, OSError, ValueError)


def _hear(wake: threading.Event, stop: threading.Event, inbox: queue.SimpleQueue[Heard]) -> None:
    """Turn the events into words for the one who listens."""
    while not stop.is_set():
        if wake.wait(1.0) and not stop.is_set():
            wake.clear()
            inbox.put("wake")
    inbox.put("stop")
