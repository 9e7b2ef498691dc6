"""What is said of a run as a whole: the state in a few words, the rows that have changed."""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING

from tui.core.trail import SECOND
from tui.sources.base import LineState, Notice
from tui.sources.s3.lines import NEVER
from tui.sources.s3.roots import soonest

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tui.sources.s3.newest import Newest
    from tui.sources.s3.outage import Outage
    from tui.sources.s3.roots import Root

_STATE_EVERY = 0.5
"""Seconds between two states that differ in their numbers only."""
_RETRY_EVERY = 5.0
"""The same while it waits: nobody wants to watch the seconds go."""
_BEHIND = 2
"""Minutes without a look that worked from which on it is worth saying."""
_DIGITS = re.compile(r"[0-9][0-9,]*")


class Told:
    """Remembers what has been said, so that only changes are."""

    def __init__(self, roots: Sequence[Root], *, following: bool) -> None:
        self._roots = roots
        self._following = following
        self.due = float("inf")
        """When a state is to be said that was held back, or the seconds until the next try."""
        self._state = ""
        self._next = 0.0
        self._rows: dict[tuple[str, ...], LineState] = {}

    def state(self, now: float, outage: Outage) -> list[Notice]:
        """The state, where it has changed."""
        state = self._word(now, outage)
        kind, before = _DIGITS.sub("#", state), _DIGITS.sub("#", self._state)
        self.due = float("inf")
        said = []
        if state != self._state and (kind != before or now >= self._next):
            self._state = state
            self._next = now + (_RETRY_EVERY if "retrying" in state else _STATE_EVERY)
            said.append(Notice("state", state))
        if state != self._state or "retrying in" in state:
            self.due = max(self._next, now + _STATE_EVERY)
        return said

    def rows(self, now: float, outage: Outage) -> list[LineState]:
        """Rows of the sources screen that have changed."""
        changed = []
        down = outage.trouble
        due = outage.until if outage.until < NEVER else 0.0
        for root in self._roots:
            for row in root.rows(now):
                told = row
                if down is not None:
                    told = row._replace(state="failed", text=down.sentence, due=due)
                if self._rows.get(row[:4]) != told:
                    self._rows[row[:4]] = told
                    changed.append(told)
        return changed

    def _word(self, now: float, outage: Outage) -> str:
        if outage.trouble is not None:
            return "failed, retrying" if self._following else "failed; r tries again"
        listed = sum(root.listed for root in self._roots)
        failing = sum(root.failing for root in self._roots)
        if any(root.flat is not None and root.flat.question for root in self._roots):
            return "waiting for an answer"
        behind = max((root.behind(now) for root in self._roots), default=0)
        late = f"behind by {behind:,} min, " if behind >= _BEHIND else ""
        if failing and failing >= listed:
            if late and soonest(self._roots, now):
                return f"{late}retrying"
            wait = soonest(self._roots, now)
            return f"retrying in {round(wait)} s" if wait else "failed; r tries again"
        if not listed and not all(root.settled for root in self._roots):
            return "looking for accounts and regions"
        lines = sum(len(root.tracks) for root in self._roots)
        filled = sum(track.filled for root in self._roots for track in root.tracks.values())
        flat = any(root.flat is not None and not root.flat.filled for root in self._roots)
        if filled + failing < lines or flat:
            return f"listing {filled:,} of {lines:,}" if lines else "listing"
        word = "live" if self._following else "listed"
        return f"{late or word + ', '}{failing:,} of {listed:,} failing" if failing else word


def what_came(count: int, since: int) -> str:
    """What came of loading a day before: objects that events from `since` on may be in."""
    back = dt.datetime.fromtimestamp(since // SECOND, dt.UTC).strftime("%Y-%m-%d %H:%M UTC")
    if not count:
        return f"That day holds nothing, back to {back}; [ loads the one before"
    return f"{count:,} object{'s' if count > 1 else ''} more, back to {back}"


def when_newest(newest: Newest) -> str:
    """What to do about an empty window."""
    if not newest.date:
        return "Nothing has been delivered there yet"
    where = "" if newest.all else " of those looked at"
    return (
        f"Nothing in this window: the newest file{where} is of {newest.date}; "
        f"--since {newest.date} shows it"
    )
