"""One address that was asked for: what it turned out to be, its lines, and what is wrong there."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from tui.sources.base import LineState, Notice
from tui.sources.s3 import follow, places
from tui.sources.s3.discovery import Discovery
from tui.sources.s3.errors import RETRIED
from tui.sources.s3.flat import Flat
from tui.sources.s3.lines import NEVER, Track

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tui.sources.base import Window
    from tui.sources.s3.errors import Trouble
    from tui.sources.s3.lines import Backoff, Lister
    from tui.sources.s3.places import Line

_DISCOVER_EVERY = 900.0
"""Seconds between two looks for new accounts, kinds and regions."""
_AWAIT_EVERY = 60.0
"""The same where there is nothing yet, as with a trail that has just been made."""
_ALIKE = 3
"""Lines that are named one by one where a server or a network is away for all of them."""


class Terms(NamedTuple):
    """What holds for all addresses of a source."""

    window: Window
    """As the person gave it."""
    accounts: tuple[str, ...]
    regions: tuple[str, ...]
    following: bool
    poll: float | None
    page: int
    asked_from: int


class Root:
    """One address, once it is looked at."""

    def __init__(self, url: str, terms: Terms, since: int, now: float) -> None:
        self.url = url
        self.since = since
        """Events from here on are listed, µs."""
        bucket, prefix = places.parse_url(url)
        self.discovery = Discovery(bucket, prefix, terms.accounts, terms.regions, page=terms.page)
        self.tracks: dict[Line, Track] = {}
        self.flat: Flat | None = None
        self.since_of_address: int | None = None
        """Where the time begins that the address itself names."""
        self._terms = terms
        self._where = (bucket, prefix)
        self._problems: dict[str, str] = {}
        self._digests = 0
        self._left_out = 0
        self.discovery.begin()
        self.looked = now

    @property
    def bucket(self) -> str:
        """Where all of it lies."""
        return self._where[0]

    @property
    def listers(self) -> list[Lister]:
        """All that makes requests."""
        return [self.discovery, *self._followed]

    @property
    def windowed(self) -> bool:
        """Does the source's window hold here, which may be widened?"""
        return bool(self.tracks) and self.discovery.dates is None

    @property
    def objects(self) -> int:
        """Reported so far."""
        count = sum(track.cursor.objects for track in self.tracks.values())
        count += self.flat.objects if self.flat is not None else 0
        return count + (self.discovery.exact is not None)

    @property
    def pause(self) -> float:
        """Seconds from one look for accounts and regions to the next."""
        found = self.listed or self.discovery.exact is not None
        if found or self.discovery.refused or not self.discovery.done:
            return _DISCOVER_EVERY
        return _AWAIT_EVERY if self._terms.poll is None else self._terms.poll

    @property
    def archived(self) -> int:
        """Objects that cannot be read before they are restored."""
        exact = self.discovery.exact
        count = sum(track.cursor.archived for track in self.tracks.values())
        count += self.flat.archived if self.flat is not None else 0
        return count + (exact is not None and exact.archived)

    @property
    def settled(self) -> bool:
        """Is the first look over?"""
        if not self.discovery.done and not self.discovery.backoff.lasting:
            return False
        flat = self.flat
        if flat is not None and not flat.settled:
            return False
        return all(track.settled for track in self.tracks.values())

    def grow(self, now: float) -> list[Lister]:
        """What discovery has found that is to be listed, too."""
        discovery = self.discovery
        grown: list[Lister] = [self._track(line, now) for line in discovery.fresh]
        discovery.fresh.clear()
        if discovery.flat and self.flat is None and not self.tracks:
            terms = self._terms
            bucket, prefix = self._where
            if prefix and not prefix.endswith("/"):
                prefix += "/"
            self.flat = Flat(
                self.url,
                bucket,
                prefix,
                terms.window,
                following=terms.following,
                poll=terms.poll,
                asked_from=terms.asked_from,
                page=terms.page,
            )
            grown.append(self.flat)
        return grown

    def look_again(self, now: float) -> None:
        """Discover anew, and try again what has failed."""
        self.looked = now
        if self.flat is None:
            self.discovery.begin()
        for lister in self._followed:
            if lister.backoff.trouble is not None:
                lister.backoff.again()

    def hurry(self, now: float, *, sweep: bool = False) -> None:
        """Look at everything now; `sweep`: through the whole last day."""
        self.look_again(now)
        for track in self.tracks.values():
            track.hurry(sweep=sweep)
        if self.flat is not None:
            self.flat.hurry()

    def earlier(self, since: int, now: float) -> None:
        """List from this time on."""
        self.since = since
        if self.discovery.dates is None:
            for track in self.tracks.values():
                track.earlier(since, now)

    def notices(self) -> list[Notice]:
        """What has become wrong since the last call, and what is well again."""
        said = [*self.discovery.notices]
        self.discovery.notices.clear()
        if self.flat is not None:
            said += self.flat.notices
            self.flat.notices.clear()
        left_out = self.discovery.left_out if self.discovery.done and self.tracks else 0
        if left_out > self._left_out:
            many = "1 folder is" if left_out == 1 else f"{left_out:,} folders are"
            text = f"{many} not looked through for more of the trail: name a longer prefix"
            said.append(Notice("hint", text))
            self._left_out = left_out
        digests = sum(track.cursor.digests for track in self.tracks.values())
        if digests > self._digests:
            said.append(Notice("skipped", "digest", self.url, digests - self._digests))
            self._digests = digests
        problems = self._wrong()
        for where in self._problems.keys() - problems.keys():
            said.append(Notice("solved", where=where))
        for where, text in problems.items():
            before = self._problems.get(where)
            if before not in (None, text):
                said.append(Notice("solved", where=where))
            if before != text:
                said.append(Notice("problem", text, where))
        self._problems = problems
        return said

    @property
    def failing(self) -> int:
        """Lines (or this address itself) of which nothing is known at the moment."""
        count = sum(lister.backoff.trouble is not None for lister in self._followed)
        stuck = self.url in self._problems or self.discovery.backoff.trouble is not None
        return count or (not self.listed and stuck)

    def behind(self, now: float) -> int:
        """For how many minutes nothing has been known of a line that fails."""
        failing = [lister.backoff for lister in self._followed if lister.backoff.trouble]
        return int(max((now - backoff.since for backoff in failing), default=0.0) // 60)

    @property
    def listed(self) -> int:
        """How many lines and flat prefixes are followed."""
        return len(self.tracks) + (self.flat is not None)

    @property
    def backoffs(self) -> list[Backoff]:
        """Of all that makes requests."""
        return [self.discovery.backoff, *(lister.backoff for lister in self._followed)]

    @property
    def _followed(self) -> list[Track | Flat]:
        followed: list[Track | Flat] = [*self.tracks.values()]
        if self.flat is not None:
            followed.append(self.flat)
        return followed

    def rows(self, now: float) -> list[LineState]:
        """Of the sources screen: what finds out what there is, and each line."""
        if self.flat is not None:
            row = self.flat.state(self.url)
            return [row._replace(lists=row.lists + self.discovery.lists)]
        return [self._row(), *(track.state(self.url, now) for track in self.tracks.values())]

    def _row(self) -> LineState:
        discovery = self.discovery
        trouble = discovery.backoff.trouble
        text = self._problems.get(self.url, "")
        if trouble is not None:
            word, text = "retrying", trouble.sentence
        elif not discovery.done:
            word = "listing"
        elif text:
            word = "failed"
        else:
            word = "live" if self._terms.following and discovery.exact is None else "done"
        count = 1 if discovery.exact is not None else 0
        due = discovery.backoff.until if trouble is not None else 0.0
        return LineState(
            self.url, "", "", "", word, text, objects=count, lists=discovery.lists, due=due
        )

    def _track(self, line: Line, now: float) -> Track:
        terms = self._terms
        low, high = follow.label_bounds(line, self.since, terms.window.until)
        dates = self.discovery.dates
        if dates is not None:
            low = dates[0] if terms.window.since is None else max(dates[0], terms.window.since)
            high = min(dates[1], high)
            self.since_of_address = low
        track = Track(
            line,
            (low, high),
            now,
            following=terms.following,
            poll=terms.poll,
            page=terms.page,
            lines=self.tracks.__len__,
        )
        self.tracks[line] = track
        return track

    def _wrong(self) -> dict[str, str]:
        """What cannot be read, by where it is."""
        wrong: dict[str, str] = {}
        discovery = self.discovery
        lasting = 0
        alike: dict[Trouble, list[str]] = {}
        for lister in self._followed:
            trouble = lister.backoff.trouble
            if trouble is not None and lister.backoff.lasting:
                lasting += 1
                url = lister.line.url if isinstance(lister, Track) else self.url
                alike.setdefault(trouble._replace(after=0.0), []).append(url)
        for trouble, urls in alike.items():
            many = trouble.refusal in RETRIED and len(urls) > _ALIKE
            named = [f"{self.url} (several accounts and regions)"] if many else urls
            wrong.update(dict.fromkeys(named, trouble.sentence))
        if lasting and lasting == self.listed:
            if len(alike) == 1:
                wrong.clear()  # once is enough
            wrong[self.url] = next(iter(alike)).sentence
        refused = {} if discovery.done else discovery.refused_before
        for prefix, refusal in {**refused, **discovery.refused}.items():
            same = prefix.rstrip("/") == self._where[1].rstrip("/")
            where = self.url if same else f"{places.SCHEME}{self.bucket}/{prefix}"
            wrong[where] = refusal.sentence
        if discovery.backoff.trouble is not None and discovery.backoff.lasting:
            wrong[self.url] = discovery.backoff.trouble.sentence
        elif not discovery.done and self.url in self._problems:
            wrong[self.url] = self._problems[self.url]  # until it is known to be well
        elif discovery.done and not self.listed and not discovery.flat and discovery.exact is None:
            wrong[self.url] = discovery.nothing()
        if self.archived:
            wrong[f"{self.url} (archived)"] = _archived(self.archived)
        return wrong


def _archived(count: int) -> str:
    what = "1 object is" if count == 1 else f"{count:,} objects are"
    return f"{what} in Glacier and not read: restore first (`aws s3api restore-object`)"


def soonest(roots: Sequence[Root], now: float) -> float:
    """Seconds until the first of the waiting lines is tried again; 0 for never."""
    times = [
        backoff.until
        for root in roots
        for backoff in root.backoffs
        if backoff.trouble is not None and backoff.until < NEVER
    ]
    return max(1.0, min(times) - now) if times else 0.0
