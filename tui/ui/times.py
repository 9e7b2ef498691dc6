"""How a moment is written on the screen: UTC, the local zone, or how long ago."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

MODES: Final = ("utc", "local", "relative")
UNDATED: Final = "undated"

_WEEKDAYS: Final = (
    "Monday",
    "Tuesday",
    "Wednesday",
    "Thursday",
    "Friday",
    "Saturday",
    "Sunday",
)
_SECOND: Final = 1_000_000
_UNITS: Final = ((60, 1, "s"), (3600, 60, "m"), (86_400, 3600, "h"), (8_640_000, 86_400, "d"))


class TimeDisplay:
    """The chosen way of showing times; `cycle` goes to the next one.

    `clock` gives seconds since 1970, `local` is the zone called local.
    """

    def __init__(
        self, clock: Callable[[], float], *, mode: str = "utc", local: dt.tzinfo | None = None
    ) -> None:
        self._clock = clock
        self._local = local
        self.mode = mode if mode in MODES else "utc"
        self._days: dt.tzinfo | None = local if mode == "local" else dt.UTC

    def cycle(self) -> None:
        """UTC → local → relative → UTC; relative keeps the days of the zone before it."""
        self.mode = MODES[(MODES.index(self.mode) + 1) % len(MODES)]
        if self.mode == "utc":
            self._days = dt.UTC
        elif self.mode == "local":
            self._days = self.local_zone

    @property
    def local_zone(self) -> dt.tzinfo:
        """The zone that `local` means."""
        if self._local is None:
            self._local = dt.datetime.now(dt.UTC).astimezone().tzinfo or dt.UTC
        return self._local

    @property
    def zone(self) -> dt.tzinfo:
        """The zone whose days are shown and in which a typed time is read."""
        return self._days or self.local_zone

    @property
    def zone_name(self) -> str:
        """`UTC`, or the local zone's name at this moment."""
        if self.zone is dt.UTC:
            return "UTC"
        return self.now().tzname() or "local"

    @property
    def heading(self) -> str:
        """What stands above the time column."""
        return "ago" if self.mode == "relative" else self.zone_name

    def now(self) -> dt.datetime:
        """This moment in the shown zone."""
        return dt.datetime.fromtimestamp(self._clock(), self.zone)

    def tick(self) -> int:
        """Differs whenever relative times must be written again: once a minute."""
        return int(self._clock() // 60) if self.mode == "relative" else 0

    def short(self, time: int | None) -> str:
        """A moment in eight cells: `12:00:58`, `58s ago`, `undated`."""
        if time is None:
            return UNDATED
        if self.mode == "relative":
            return ago(int(self._clock()) - time // _SECOND)
        if self.zone is dt.UTC:
            seconds = time // _SECOND
            return f"{seconds // 3600 % 24:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"
        moment = self.moment(time)
        return "?" if moment is None else f"{moment:%H:%M:%S}"

    def dated(self, time: int | None, width: int) -> str:
        """A moment with its date, the year and the seconds as there is room in `width` cells."""
        moment = None if time is None else self.moment(time)
        if moment is None:
            return UNDATED if time is None else "?"
        return moment.strftime("%Y-%m-%d %H:%M:%S" if width >= 19 else "%m-%d %H:%M:%S")

    def full(self, time: int | None) -> str:
        """A moment to copy or to name in a sentence: `2026-01-31T12:00:58Z`."""
        if time is None:
            return UNDATED
        moment = self.moment(time)
        if moment is None:
            return "?"
        return moment.replace(microsecond=0).isoformat().replace("+00:00", "Z")

    def day(self, time: int | None) -> str:
        """The ISO date of a moment in the shown zone; empty where there is none."""
        moment = None if time is None else self.moment(time)
        return "" if moment is None else moment.date().isoformat()

    def moment(self, time: int) -> dt.datetime | None:
        """A moment in the shown zone, None if it lies outside the calendar."""
        try:
            return dt.datetime.fromtimestamp(time / _SECOND, self.zone)
        except (OverflowError, ValueError, OSError):
            return None


def ago(seconds: int) -> str:
    """`58s ago`, `3m ago`, `12d ago`; `in 5m` for what lies ahead."""
    distance = abs(seconds)
    for limit, unit, letter in _UNITS:
        if distance < limit:
            count = f"{distance // unit}{letter}"
            break
    else:
        count = (
            f"{distance // 31_557_600}y"
            if distance >= 31_557_600 * 2
            else (f"{distance // 2_629_800}mo")
        )
    return f"{count} ago" if seconds >= 0 else f"in {count}"


def weekday(date: str) -> str:
    """`2026-01-31` → `Saturday 2026-01-31`; an empty date is undated."""
    if not date:
        return UNDATED
    return f"{_WEEKDAYS[dt.date.fromisoformat(date).weekday()]} {date}"
