"""Leaving out the events that were not asked for: by time, account and region."""

from __future__ import annotations

import re
from fnmatch import translate
from typing import TYPE_CHECKING

import numpy as np

from tui.core.index.batch import UNDATED

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from tui.core.index.batch import Batch, Call
    from tui.sources.base import Window

    Mask = NDArray[np.bool_]

_COLUMNS = ("call", "origin", "time", "event_id", "flags", "object", "position")


class Narrow:
    """Remembers of each call whether its account and region are wanted."""

    def __init__(self) -> None:
        self._asked: tuple[tuple[str, ...], tuple[str, ...]] = ((), ())
        self._known: list[bool] = []

    def inside(
        self, batch: Batch, calls: Sequence[Call], parts: list[tuple[int, int]], window: Window
    ) -> tuple[Batch, list[int]]:
        """The batch's events that are wanted, and for each part how many are not.

        `parts` are objects with the number of their events. Undated events lie outside any time.
        """
        inside: Mask = np.ones(len(batch.time), np.bool_)
        if window.accounts or window.regions:
            inside = self._wanted(calls, window)[batch.call]
        if window.has_end:
            inside &= batch.time != UNDATED
        if window.since is not None:
            inside &= batch.time >= window.since
        if window.until is not None:
            inside &= batch.time < window.until
        lengths = [part[1] for part in parts]
        which = np.repeat(np.arange(len(lengths)), lengths)
        outside = np.bincount(which[~inside], minlength=len(lengths)).tolist()
        return batch._replace(
            codes={name: codes[inside] for name, codes in batch.codes.items()},
            **{name: getattr(batch, name)[inside] for name in _COLUMNS},
        ), outside

    def _wanted(self, calls: Sequence[Call], window: Window) -> Mask:
        """For each call whether its account and region are. What is not told is not left out."""
        asked = (window.accounts, window.regions)
        if asked != self._asked:
            self._asked, self._known = asked, []
        accounts, regions = map(_pattern, asked)
        self._known += [
            bool(
                (not call.account or accounts.fullmatch(call.account))
                and (not call.region or regions.fullmatch(call.region))
            )
            for call in calls[len(self._known) :]
        ]
        return np.array(self._known, np.bool_)


def _pattern(globs: Sequence[str]) -> re.Pattern[str]:
    """What any of the patterns matches, whatever the case; none of them: everything."""
    return re.compile("|".join(map(translate, globs)) or "(?s:.*)", re.IGNORECASE)
