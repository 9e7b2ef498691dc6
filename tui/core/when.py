"""Times: what a person types for one, and what a record holds for one.

Everything is counted in whole microseconds since 1970 UTC.
"""

from __future__ import annotations

import datetime as dt
import re
from typing import NamedTuple

from tui.core.trail import DAY, HOUR, MINUTE, SECOND

_EPOCH_DAY = dt.date(1970, 1, 1).toordinal()
EARLIEST = (1 - _EPOCH_DAY) * DAY
"""The first microsecond of the year 1: what lies before cannot be shown as a date."""
LATEST = (dt.date.max.toordinal() - _EPOCH_DAY + 1) * DAY
"""The end of the year 9999, exclusive."""

_SMALLEST_EPOCH = 10**8
_SECONDS_BELOW = 10**11
_MILLISECONDS_BELOW = 10**14
"""A number of seconds or milliseconds since 1970 lies between 1973 and 5138; others are none."""

_ZONE = r"(?P<zone>[Zz]|UTC|(?P<sign>[+-])(?P<zh>[0-9]{2}):?(?P<zm>[0-5][0-9])?)?"
_CLOCK = (
    r"(?P<hour>[01][0-9]|2[0-3])(?::(?P<minute>[0-5][0-9])"
    r"(?::(?P<second>[0-5][0-9]|60)(?:[.,](?P<fraction>[0-9]{1,9}))?)?)?"
)
_DATE = r"(?P<year>[0-9]{4})-(?P<month>[0-9]{2})-(?P<day>[0-9]{2})"
_EVENT_TIME = re.compile(rf"{_DATE}[Tt ]{_CLOCK} ?{_ZONE}", re.ASCII)
_DATE_TIME = re.compile(rf"{_DATE}(?:[Tt ] ?{_CLOCK} ?{_ZONE})?", re.ASCII)
_TIME_OF_DAY = re.compile(rf"(?=..:){_CLOCK} ?{_ZONE}", re.ASCII)
_LABEL = re.compile(
    r"(?P<year>[0-9]{4})(?P<month>[0-9]{2})(?P<day>[0-9]{2})"
    r"(?:T(?P<hour>[01][0-9]|2[0-3])(?P<minute>[0-5][0-9])(?P<second>[0-5][0-9])?(?P<zone>Z))?",
    re.ASCII,
)
_MONTH = re.compile(r"(?P<year>[0-9]{4})-(?P<month>[0-9]{2})", re.ASCII)
_EPOCH = re.compile(r"([0-9]{9,14})(?:\.([0-9]{1,9}))?", re.ASCII)
_SPAN = re.compile(
    r"([0-9]{1,9}) ?(s|secs?|seconds?|m|mins?|minutes?|h|hrs?|hours?|d|days?|w|weeks?)(?![a-z])",
    re.ASCII,
)
_UNIT = {"s": SECOND, "m": MINUTE, "h": HOUR, "d": DAY, "w": 7 * DAY}


class When(NamedTuple):
    """What a typed time stands for: [start, end) in microseconds; equal for a mere instant."""

    start: int
    end: int
    is_date: bool = False
    """It names days, not a time of day."""


class WhenError(ValueError):
    """A text that is no time; the message is a sentence that says what is accepted."""

    def __init__(self, text: str) -> None:
        shown = text if len(text) <= 40 else text[:39] + "…"
        super().__init__(
            f"'{shown}' is not a time: write 2h, 14:30, 2026-01-31, 2026-01-31T12:00Z, yesterday"
        )


def parse_when(text: str, *, now: dt.datetime, zone: dt.tzinfo) -> When:
    """What a person means by a time; without a zone it is one of `zone`.

    `2h`, `1h30m` and `2h ago` count back from `now` (which is aware); a date is its whole day
    in the zone, `12:00` its minute (today's), `12:00:05` its second. Raises WhenError.
    """
    typed = text.strip()
    try:
        when = _parse(typed, now, zone)
    except (ValueError, OverflowError):
        when = None
    if when is None or not EARLIEST <= when.start <= when.end <= LATEST:
        raise WhenError(typed)
    return when


def since_value(text: str, *, now: dt.datetime, zone: dt.tzinfo) -> int:
    """The first microsecond that counts. Raises WhenError."""
    return parse_when(text, now=now, zone=zone).start


def until_value(text: str, *, now: dt.datetime, zone: dt.tzinfo) -> int:
    """The first microsecond that no longer counts: a date is included, a time of day not.

    Raises WhenError.
    """
    when = parse_when(text, now=now, zone=zone)
    return when.end if when.is_date else when.start


def event_time(value: object) -> int | None:
    """The time that a record's field holds, None where it holds none; never raises.

    Takes ISO 8601 with T or a space, up to nine fraction digits, Z, `UTC`, an offset or none (UTC),
    and seconds or milliseconds since 1970 as a number or as digits.
    """
    if isinstance(value, str):
        if len(value) == 20 and value[10] == "T" and value[19] == "Z":
            try:
                moment = dt.datetime.fromisoformat(value)
            except ValueError:  # a leap second, or no time
                return _event_text(value)
            days = moment.toordinal() - _EPOCH_DAY
            seconds = (moment.hour * 60 + moment.minute) * 60 + moment.second
            return (days * 86_400 + seconds) * SECOND + moment.microsecond
        return _event_text(value) if len(value) <= 64 else None
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    return _epoch(value)


def _parse(text: str, now: dt.datetime, zone: dt.tzinfo) -> When | None:
    word = text.lower()
    if word == "now":
        return _instant(microseconds(now))
    today = now.astimezone(zone).date()
    if word in ("today", "yesterday"):
        first = today if word == "today" else today - dt.timedelta(days=1)
        return _days(first, first + dt.timedelta(days=1), zone)
    back = _span(word)
    if back is not None:
        return _instant(microseconds(now) - back)
    match = _TIME_OF_DAY.fullmatch(text)
    if match is not None:
        return _clock_time(today, match, zone)
    match = _DATE_TIME.fullmatch(text) or _LABEL.fullmatch(text)
    if match is not None:
        date = dt.date(int(match["year"]), int(match["month"]), int(match["day"]))
        if match["hour"] is None:
            return _days(date, date + dt.timedelta(days=1), zone)
        return _clock_time(date, match, zone)
    match = _MONTH.fullmatch(text)
    if match is not None:
        first = dt.date(int(match["year"]), int(match["month"]), 1)
        return _days(first, (first + dt.timedelta(days=31)).replace(day=1), zone)
    match = _EPOCH.fullmatch(text)
    if match is not None:
        time = _epoch_text(match)
        if time is not None:
            length = SECOND if len(match[1]) <= 11 and not match[2] else 1000
            return When(time, time + length)
    return None


def _span(word: str) -> int | None:
    """Microseconds of `2h`, `1h30m`, `3 days ago`; None for anything else."""
    rest = word.removesuffix("ago").strip().removeprefix("-")
    total, at = 0, 0
    while at < len(rest):
        match = _SPAN.match(rest, at)
        if match is None:
            return None
        total += int(match[1]) * _UNIT[match[2][0]]
        at = match.end()
        while at < len(rest) and rest[at] == " ":
            at += 1
    return total if rest else None


def _instant(time: int) -> When:
    return When(time, time)


def _days(first: dt.date, after: dt.date, zone: dt.tzinfo) -> When:
    return When(_midnight(first, zone), _midnight(after, zone), is_date=True)


def _midnight(date: dt.date, zone: dt.tzinfo) -> int:
    return microseconds(dt.datetime.combine(date, dt.time(), tzinfo=zone))


def _clock_time(date: dt.date, match: re.Match[str], zone: dt.tzinfo) -> When:
    """A date with the time of day in the match, as long as what it leaves open."""
    groups = match.groupdict()
    length = SECOND if groups["second"] else MINUTE if groups["minute"] else HOUR
    fraction = groups.get("fraction")
    if fraction:
        length = max(1, SECOND // 10 ** len(fraction))
    if groups["zone"]:
        start = (date.toordinal() - _EPOCH_DAY) * DAY + _clock(groups) - _offset(groups)
    else:
        hours, minutes = int(groups["hour"]), int(groups["minute"] or 0)
        minute = dt.datetime.combine(date, dt.time(hours, minutes), tzinfo=zone)
        start = microseconds(minute) + _clock(groups) % MINUTE
    return When(start, start + length)


def _clock(groups: dict[str, str | None]) -> int:
    """Microseconds since midnight."""
    seconds = int(groups["hour"] or 0) * 3600 + int(groups["minute"] or 0) * 60
    seconds += int(groups["second"] or 0)
    return seconds * SECOND + int((groups.get("fraction") or "").ljust(6, "0")[:6])


def _offset(groups: dict[str, str | None]) -> int:
    """What a zone is ahead of UTC."""
    ahead = int(groups.get("zh") or 0) * HOUR + int(groups.get("zm") or 0) * MINUTE
    return -ahead if groups.get("sign") == "-" else ahead


def microseconds(moment: dt.datetime) -> int:
    """An aware datetime as microseconds since 1970 UTC, exactly."""
    since = moment - dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
    return since.days * DAY + since.seconds * SECOND + since.microseconds


def _event_text(value: str) -> int | None:
    text = value.strip()
    match = _EVENT_TIME.fullmatch(text)
    if match is None:
        digits = _EPOCH.fullmatch(text)
        return _epoch_text(digits) if digits is not None else None
    groups = match.groupdict()
    try:
        date = dt.date(int(match["year"]), int(match["month"]), int(match["day"]))
    except ValueError:
        return None
    time = (date.toordinal() - _EPOCH_DAY) * DAY + _clock(groups) - _offset(groups)
    return time if EARLIEST <= time < LATEST else None


def _epoch_text(match: re.Match[str]) -> int | None:
    """Seconds or milliseconds since 1970, written as digits."""
    whole = _epoch(int(match[1]))
    if whole is None or not match[2]:
        return whole
    fraction = int(match[2].ljust(6, "0")[:6])
    return whole + (fraction if int(match[1]) < _SECONDS_BELOW else fraction // 1000)


def _epoch(number: float) -> int | None:
    """Seconds or milliseconds since 1970, told apart by their size."""
    if _SMALLEST_EPOCH <= number < _SECONDS_BELOW:
        return round(number * SECOND)
    if _SECONDS_BELOW <= number < _MILLISECONDS_BELOW:
        return round(number * 1000)
    return None
