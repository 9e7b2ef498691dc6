"""Finding out what an address holds: a trail's lines, one object, or something else.

Every level is listed by delimiter and to its last page: what is above `AWSLogs`,
organizations, accounts, kinds, regions. Only what has data exists, so a line is never guessed.
"""

from __future__ import annotations

import collections
import fnmatch
import random
import re
from typing import TYPE_CHECKING, NamedTuple

from tui.sources.base import Notice
from tui.sources.s3 import places
from tui.sources.s3.client import PAGE
from tui.sources.s3.errors import Refusal
from tui.sources.s3.lines import FIND_URGENCY, Backoff, Request
from tui.sources.s3.places import Line

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tui.sources.base import Change
    from tui.sources.s3.client import Entry, Page
    from tui.sources.s3.errors import Trouble

_ORGANIZATION = re.compile(r"o-[a-z0-9]{4,32}")
_DATE = re.compile(r"[0-9]{1,4}")
_DEPTH = 4
"""Levels of folders above `AWSLogs` that are looked through."""
_SEARCHES = 200
_LOOSE = 2
"""Pages of keys that are listed where folders are looked for: a level may hold millions."""
_PAGES = 1000
"""Further pages of levels in one look: no bucket has a million accounts."""
_NESTED = 4
"""How often `AWSLogs` and organizations may follow each other."""
_NEAR = 5


class _Ask(NamedTuple):
    """One level to list."""

    level: str
    """`name`, `head`, `exists`, `search`, `organization`, `kind` or `region`."""
    prefix: str
    account: str = ""
    kind: str = ""
    depth: int = 0


class Discovery:
    """What one address holds. Several levels may be listed at once; can be done over again."""

    def __init__(
        self,
        bucket: str,
        prefix: str,
        accounts: Sequence[str] = (),
        regions: Sequence[str] = (),
        *,
        page: int = PAGE,
        chance: Callable[[], float] = random.random,
    ) -> None:
        self.bucket = bucket
        self.prefix = prefix
        self.url = f"{places.SCHEME}{bucket}/{prefix}"
        self.lists = 0
        self.lines: dict[Line, None] = {}
        """All that have been found; what is found once stays."""
        self.fresh: list[Line] = []
        """Those that have not been taken yet."""
        self.exact: Entry | None = None
        """The address is an object's key."""
        self.dates: tuple[int, int] | None = None
        """The span of labels that the address names."""
        self.notices: list[Notice] = []
        """What is to be said; whoever says it takes it away."""
        self.refused: dict[str, Trouble] = {}
        """Places that could not be listed."""
        self.refused_before: dict[str, Trouble] = {}
        """The same of the last look, while there is a new one."""
        self.backoff = Backoff(chance)
        self.anything = False
        """Is there any key or folder?"""
        self.others = False
        """Are there folders that were left out, by name or because of what was asked for?"""
        self._accounts = tuple(accounts)
        self._regions = tuple(regions)
        self._page = page
        self._asks: collections.deque[_Ask] = collections.deque()
        self._tokens: dict[_Ask, str] = {}
        self._under_way: dict[Request, _Ask] = {}
        self.left_out = 0
        """Folders that were not looked through to their end: there are too many, or many keys."""
        self._near: list[str] = []
        self._hollow = False
        self._searches = self._loose = self._pages = 0
        self._told: set[str] = set()

    @property
    def done(self) -> bool:
        """Is nothing left to list?"""
        return not self._asks and not self._under_way

    @property
    def flat(self) -> bool:
        """Is there something, but no trail?"""
        return (
            self.done
            and self.anything
            and not (self.lines or self.others or self.exact or self.refused)
        )

    def begin(self) -> None:
        """Look (again) from the top; what has been found stays."""
        self.backoff.again()
        if not self.done or self.exact is not None:
            return
        self.refused_before, self.refused = self.refused, {}
        self._near.clear()
        self._searches = self._loose = self._pages = self.left_out = 0
        self.anything = self.others = False
        if self.prefix and not self.prefix.endswith("/"):
            self._ask(_Ask("name", self.prefix))
        else:
            self._enter(self.prefix)

    def drop(self) -> None:
        """The requests under way will not be answered: make them again."""
        for request, ask in self._under_way.items():
            self._asks.appendleft(ask)
            if request.token:
                self._tokens[ask] = request.token
        self._under_way.clear()

    def when(self) -> tuple[float, float] | None:
        """See `Lister`."""
        return (self.backoff.until, FIND_URGENCY) if self._asks else None

    def next(self, now: float) -> Request | None:
        """See `Lister`."""
        if not self._asks or self.backoff.until > now:
            return None
        ask = self._asks.popleft()
        if ask.level == "head":
            request = Request(self.bucket, "", key=ask.prefix)
        else:
            delimiter = "" if ask.level == "exists" else "/"
            most = 1 if ask.level == "exists" else self._page
            token = self._tokens.pop(ask, "")
            request = Request(self.bucket, ask.prefix, "", token, delimiter, most)
        self._under_way[request] = ask
        return request

    def take(self, request: Request, page: Page, _now: float) -> list[Change]:
        """See `Lister`: finds `lines`, no objects."""
        ask = self._under_way.pop(request)
        self.lists += 1
        self.backoff.worked()
        if ask.level == "name":
            self._take_name(ask, page)
            return []
        if ask.level == "head":
            self.exact = page.entries[0]
            return []
        if page.token and ask.level != "exists":
            self._go_on(ask, page)
        self.anything = self.anything or bool(page.folders or page.entries)
        names = [folder[len(ask.prefix) : -1] for folder in page.folders]
        if ask.level == "exists":
            if page.entries:
                entry = places.entry_of(self.prefix)
                assert entry is not None
                self._found(Line(self.bucket, entry.prefix, *entry[2:5]))
        elif ask.level == "search":
            self._take_search(ask, names)
        elif ask.level == "organization":
            self._take_accounts(ask, names)
        elif ask.level == "kind":
            self._take_kinds(ask, names)
        else:
            self._take_regions(ask, names)
        return []

    def failed(self, request: Request, trouble: Trouble, now: float) -> None:
        """See `Lister`: what may mend is asked again, the rest is left out and said."""
        ask = self._under_way.pop(request)
        self.lists += 1
        if trouble.refusal is Refusal.DENIED and ask.level == "name":
            # A policy may allow to get the object alone, or to list below the folder only.
            self._ask(_Ask("head", ask.prefix))
            return
        if ask.level == "head" and trouble.refusal in (Refusal.DENIED, Refusal.GONE):
            self._enter(f"{ask.prefix}/")
            return
        self.backoff.failed(trouble, now)
        if request.token:
            self._tokens[ask] = request.token
        if self.backoff.until == float("inf"):
            self.backoff.worked()
            self.refused[ask.prefix] = trouble
        else:
            self._asks.append(ask)

    def nothing(self) -> str:
        """Why there is nothing to read, in a sentence."""
        if self.refused:
            return next(iter(self.refused.values())).sentence
        if self.others:
            if self._accounts or self._regions:
                return "no account and region there is asked for by --account and --event-region"
            return "there are logs of other services, none of CloudTrail"
        if not self.prefix:
            return "the bucket is empty"
        if self._hollow:
            return "the object is empty"
        if self._near:
            near = ", ".join(self._near[:_NEAR])
            return f"there is nothing of this name; near it: {near}"
        return "there is nothing of this name"

    def _ask(self, ask: _Ask) -> None:
        self._asks.append(ask)

    def _go_on(self, ask: _Ask, page: Page) -> None:
        """List the next page of a level, unless it is keys that fill its pages."""
        self._loose += len(page.entries)
        self._pages += 1
        few = not page.entries or self._loose <= _LOOSE * self._page
        if few and self._pages <= _PAGES:
            self._tokens[ask] = page.token
            self._asks.appendleft(ask)
            return
        self.left_out += 1
        below = f"{ask.prefix}AWSLogs/"
        names = [*(entry.key for entry in page.entries[-1:]), *page.folders[-1:]]
        if ask.level == "search" and max(names, default="") < below:
            self._ask(_Ask("organization", below))  # it would stand on a later page

    def _take_name(self, ask: _Ask, page: Page) -> None:
        """A key of exactly this name, or the folder; a name that goes on is another one."""
        if page.entries and page.entries[0].key == ask.prefix and page.entries[0].size:
            self.exact = page.entries[0]
            self.anything = True
            return
        names = sorted([*page.folders, *(entry.key for entry in page.entries)])
        folder = f"{ask.prefix}/"
        if folder in page.folders or page.token:
            self._enter(folder)
        self._near = [name for name in names if name not in (folder, ask.prefix)]
        self._hollow = any(entry.key == ask.prefix for entry in page.entries)

    def _enter(self, prefix: str) -> None:
        entry = places.entry_of(prefix) if prefix else None
        if entry is None:
            self._ask(_Ask("search", prefix))
        elif not self._is_wanted(entry):
            self.others = True
        elif entry.level == "date":
            self.dates = entry.dates
            self._ask(_Ask("exists", prefix))
        else:
            self._ask(_Ask(entry.level, entry.prefix, entry.account, entry.kind))

    def _is_wanted(self, entry: places.Entrance) -> bool:
        """May the account and region that the address itself names be listed?"""
        account = not entry.account or _wanted(entry.account, self._accounts)
        return account and (not entry.region or _wanted(entry.region, self._regions))

    def _take_search(self, ask: _Ask, names: list[str]) -> None:
        for name in names:
            below = f"{ask.prefix}{name}/"
            if name == "AWSLogs":
                self._ask(_Ask("organization", below))
            elif ask.depth >= _DEPTH or _DATE.fullmatch(name):
                continue
            elif self._searches < _SEARCHES:
                self._searches += 1
                self._ask(_Ask("search", below, depth=ask.depth + 1))
            else:
                self.left_out += 1

    def _take_accounts(self, ask: _Ask, names: list[str]) -> None:
        for name in names:
            below = f"{ask.prefix}{name}/"
            if name == "AWSLogs" or _ORGANIZATION.fullmatch(name):
                if ask.depth < _NESTED:
                    self._ask(_Ask("organization", below, depth=ask.depth + 1))
            elif _wanted(name, self._accounts):
                self._ask(_Ask("kind", below, name))
            else:
                self.others = True

    def _take_kinds(self, ask: _Ask, names: list[str]) -> None:
        if not _wanted(ask.account, self._accounts):
            self.others = True
            return
        for name in names:
            below = f"{ask.prefix}{name}/"
            if name == places.DIGESTS:
                self.others = True
                if below not in self._told:
                    self._told.add(below)
                    where = f"{places.SCHEME}{self.bucket}/{below}"
                    self.notices.append(Notice("skipped", "digest", where, 1))
            elif name.startswith("CloudTrail"):
                self._ask(_Ask("region", below, ask.account, name))
            else:
                self.others = True

    def _take_regions(self, ask: _Ask, names: list[str]) -> None:
        for name in names:
            if _DATE.fullmatch(name):  # a copy without the level of regions
                self._found(Line(self.bucket, ask.prefix, ask.account, ask.kind, ""))
            elif _wanted(name, self._regions):
                below = f"{ask.prefix}{name}/"
                self._found(Line(self.bucket, below, ask.account, ask.kind, name))
            else:
                self.others = True

    def _found(self, line: Line) -> None:
        if line not in self.lines:
            self.lines[line] = None
            self.fresh.append(line)


def _wanted(name: str, globs: tuple[str, ...]) -> bool:
    return not globs or any(fnmatch.fnmatchcase(name, glob) for glob in globs)
