"""The times of the filter language: a span from what stands behind `time:`, `after:`, `before:`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tui.core.query.nodes import Time
from tui.core.when import WhenError, parse_when

if TYPE_CHECKING:
    import datetime as dt

    from tui.core.when import When

_DATE = re.compile(r"(\d{4}-\d{2}-\d{2})[Tt ]", re.ASCII)
_CLOCK = re.compile(r"\d{2}:\d{2}", re.ASCII)


class TimeError(ValueError):
    """A text that is no time, as a sentence."""


def time_of(name: str, text: str, now: dt.datetime, zone: dt.tzinfo) -> Time:
    """The span that `name:text` asks for. Raises TimeError.

    `after:` counts from the start of what is named, `before:` ends there. `time:` takes one time
    (a day, an hour, a minute…) or two with `..`: a day at the end counts with all of it.
    """
    if name != "time":
        start = _when(text, now, zone).start
        return Time(start, None) if name == "after" else Time(None, start)
    first, dots, last = text.partition("..")
    if not dots:
        when = _when(text, now, zone)
        if when.start == when.end:
            raise TimeError(f"{text} is one moment: write after:{text} or before:{text}")
        return Time(when.start, when.end)
    first, last = first.strip(), last.strip()
    if not first and not last:
        raise TimeError("Expected a time before or behind the ..")
    since = _when(first, now, zone).start if first else None
    date = _DATE.match(first)
    if date is not None and _CLOCK.match(last):
        last = f"{date[1]}T{last}"
    until = None
    if last:
        when = _when(last, now, zone)
        until = when.end if when.is_date else when.start
    if since is not None and until is not None and until <= since:
        raise TimeError("This span ends before it begins")
    return Time(since, until)


def _when(text: str, now: dt.datetime, zone: dt.tzinfo) -> When:
    try:
        return parse_when(text, now=now, zone=zone)
    except WhenError as error:
        raise TimeError(str(error)[:1].upper() + str(error)[1:]) from None
