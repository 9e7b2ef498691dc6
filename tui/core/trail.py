"""What a name says about a CloudTrail file: account, kind, region, and the label as a time.

AWS names a log file `<account>_<kind>_<region>_YYYYMMDDTHHMMZ_<16 letters or digits>` and
puts it below `[prefix/]AWSLogs/[organization/]<account>/<kind>/<region>/YYYY/MM/DD/`
(AWS CloudTrail User Guide, "CloudTrail log file name format" and "Finding your CloudTrail
log files"). A name is a hint for the order of reading, and for what need not be opened;
what an event says is decided by its record.
"""

from __future__ import annotations

import datetime as dt
import functools
import re
from typing import NamedTuple

SECOND = 1_000_000
"""Microseconds; every time here counts microseconds since 1970 UTC."""
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR

LABEL_LAG = 15 * MINUTE
"""How long after an event the label of its file can be: measured 3 minutes in the median, 10
at most, on 34,000 records of management and data events."""
OTHER_KINDS_LAG = 6 * HOUR
"""The same for Insights events and five-minute summaries, which AWS delivers later."""
PROMPT_KINDS = frozenset({"CloudTrail", "CloudTrail-NetworkActivity"})

_EPOCH_DAY = dt.date(1970, 1, 1).toordinal()

_LOG_NAME = re.compile(
    r"([^_/]+)_(CloudTrail(?:-[A-Za-z]+)?)_([a-z0-9-]+)_"
    r"([0-9]{8})T((?:[01][0-9]|2[0-3])[0-5][0-9])Z_[A-Za-z0-9]{16}(?=\.|$)"
)
_DIGEST_NAME = re.compile(r"[^_/]+_CloudTrail-Digest_.+_[0-9]{8}T[0-9]{6}Z(?=\.|$)")
_FOLDER_DATE = re.compile(
    r"(?:^|/)([0-9]{4})(?:/(0[1-9]|1[0-2])(?:/(0[1-9]|[12][0-9]|3[01])(?:/(?:[^/]+/?)*)?)?)?/?$"
)
_ORGANIZATION = re.compile(r"o-[a-z0-9]{4,32}")


class Label(NamedTuple):
    """What the name of a log file says."""

    account: str
    kind: str
    """`CloudTrail`, `CloudTrail-Insight`, `CloudTrail-NetworkActivity`, …"""
    region: str
    time: int
    """The five-minute label: microseconds since 1970 UTC."""


class Place(NamedTuple):
    """What a path below an `AWSLogs` segment says; what the path does not reach is empty."""

    prefix: str
    """What stands before `AWSLogs`, without the slash at its end."""
    organization: str
    account: str
    kind: str
    region: str
    day: int | None
    """Midnight UTC of the date folder, in microseconds."""


@functools.lru_cache(maxsize=1024)
def _midnight(year: int, month: int, day: int) -> int | None:
    """The first microsecond of a date, None where the calendar has no such day."""
    try:
        return (dt.date(year, month, day).toordinal() - _EPOCH_DAY) * DAY
    except ValueError:
        return None


@functools.lru_cache(maxsize=1024)
def _midnight_of(digits: str) -> int | None:
    return _midnight(int(digits[:4]), int(digits[4:6]), int(digits[6:]))


def label_of(file_name: str) -> Label | None:
    """Account, kind, region and label of a log file's name (no folders), else None."""
    match = _LOG_NAME.match(file_name)
    if match is None:
        return None
    account, kind, region, day, clock = match.groups()
    midnight = _midnight_of(day)
    if midnight is None:
        return None
    hours, minutes = divmod(int(clock), 100)
    return Label(account, kind, region, midnight + hours * HOUR + minutes * MINUTE)


def label_text(time: int) -> str:
    """The label that stands for a time in a file name: `20260131T1205Z`."""
    moment = dt.datetime.fromtimestamp(time // SECOND, tz=dt.UTC)
    return moment.strftime("%Y%m%dT%H%MZ")


def is_digest_name(file_name: str) -> bool:
    """Is this the name of an hourly integrity digest? Digests hold no events."""
    return "_CloudTrail-Digest_" in file_name and _DIGEST_NAME.match(file_name) is not None


def may_contain(file_name: str, since: int | None, until: int | None) -> bool:
    """May a file of this name hold events of [since, until)? True where the name does not say.

    A label is never before an event in its file, and at most `LABEL_LAG` after it.
    """
    label = label_of(file_name)
    return label is None or label_overlaps(label, since, until)


def label_overlaps(label: Label, since: int | None, until: int | None) -> bool:
    """May a file with this label hold events of [since, until)?"""
    if since is not None and label.time < since - since % MINUTE:
        return False
    if until is None:
        return True
    return label.time < until + (LABEL_LAG if label.kind in PROMPT_KINDS else OTHER_KINDS_LAG)


def folder_end(path: str) -> int | None:
    """The end of the year, month or day that a folder path stands for, None without a date.

    `…/2026`, `…/2026/01` and `…/2026/01/31` stand for ever shorter spans, so the end is a
    bound for the labels below: it tells which folder to look through first.
    """
    match = _FOLDER_DATE.search(path)
    if match is None:
        return None
    year, month, day = match.groups()
    if day is not None:
        start = _midnight(int(year), int(month), int(day))
        return None if start is None else start + DAY
    if month is not None:
        after = (int(year), int(month) + 1, 1) if month != "12" else (int(year) + 1, 1, 1)
        return _midnight(*after)
    return _midnight(int(year) + 1, 1, 1)


def folder_day(path: str) -> int | None:
    """Midnight UTC of a path that ends in (or lies below) `YYYY/MM/DD`, else None."""
    match = _FOLDER_DATE.search(path)
    if match is None or match[3] is None:
        return None
    return _midnight(int(match[1]), int(match[2]), int(match[3]))


def place_of(path: str) -> Place | None:
    """What a path says below its last `AWSLogs` segment, None where there is none.

    An organization trail has an `o-…` segment there (old ones lack it); landing zones repeat
    it as `o-…/AWSLogs/o-…/<account>`. Accounts need not be numbers.
    """
    parts = path.split("/")
    if "AWSLogs" not in parts:
        return None
    below = len(parts) - parts[::-1].index("AWSLogs")
    rest = parts[below:]
    organization = ""
    while rest and _ORGANIZATION.fullmatch(rest[0]):
        organization = rest.pop(0)
    account, kind, region = (*rest[:3], "", "", "")[:3]
    date = rest[3:6]
    day = folder_day("/".join(date)) if len(date) == 3 else None
    return Place("/".join(parts[: below - 1]), organization, account, kind, region, day)
