"""What an S3 address names, and where in a bucket a time lies.

AWS writes log files below `[prefix/]AWSLogs/[organization/]<account>/<kind>/<region>/` into
a folder a day, with the time in the name; S3 lists in the order of names. So a listing can
begin at any time: behind `…/YYYY/MM/DD/<account>_<kind>_<region>_<label>`.
"""

from __future__ import annotations

import datetime as dt
import functools
import re
from typing import NamedTuple

from tui.core import trail
from tui.core.trail import DAY
from tui.errors import SourceError

SCHEME = "s3://"
_BUCKET = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{1,254}")
_ARN = re.compile(
    r"(arn:[a-z0-9-]+:s3[a-z0-9-]*:[a-z0-9-]*:[^/]*[:/]accesspoint[:/][^/]+)(?:/(.*))?", re.DOTALL
)
_EPOCH_DAY = dt.date(1970, 1, 1).toordinal()
DIGESTS = "CloudTrail-Digest"


class Line(NamedTuple):
    """One account, kind and region of a bucket: what is listed by itself."""

    bucket: str
    prefix: str
    """`…/<account>/<kind>/<region>/`."""
    account: str
    kind: str
    region: str

    @property
    def url(self) -> str:
        """As a person would name it."""
        return f"{SCHEME}{self.bucket}/{self.prefix}"


class Entrance(NamedTuple):
    """Where an address enters the layout of a trail."""

    level: str
    """What the folders below are: `organization`, `kind`, `region` or `date`."""
    prefix: str
    """With a slash at its end; for `date` without the date."""
    account: str = ""
    kind: str = ""
    region: str = ""
    dates: tuple[int, int] | None = None
    """The span of a year, month or day in the address: labels in [start, end)."""


def is_address(argument: str) -> bool:
    """Is this meant to be a place in S3, well-formed or not?"""
    return argument[: len(SCHEME)].lower() == SCHEME


def parse_url(url: str) -> tuple[str, str]:
    """Bucket and prefix of `s3://bucket/prefix`; a bucket may be an access point's ARN.

    Raises SourceError.
    """
    if not url.startswith(SCHEME):
        if is_address(url):
            raise SourceError(f"{url} must begin with s3:// in small letters")
        raise SourceError(f"{url} is no address in S3: write s3://bucket/prefix")
    rest = url[len(SCHEME) :]
    if rest.startswith("arn:"):
        match = _ARN.fullmatch(rest)
        if match is None:
            raise SourceError(f"{url} names no access point: write s3://arn:aws:s3:…/prefix")
        return match[1], match[2] or ""
    bucket, _, prefix = rest.partition("/")
    if not bucket:
        raise SourceError(f"{url} names no bucket: write s3://bucket/prefix")
    if not _BUCKET.fullmatch(bucket):
        raise SourceError(
            f"{bucket!r} in {url} cannot be a bucket: their names have letters, digits, "
            "dots and hyphens"
        )
    if any(ord(letter) < 32 or letter == "\x7f" for letter in prefix):
        raise SourceError(f"The address of the bucket {bucket} holds a control character")
    return bucket, prefix


def split_name(name: str) -> tuple[str, str]:
    """Bucket and key of an object that was listed: its key may hold anything."""
    rest = name[len(SCHEME) :]
    match = _ARN.fullmatch(rest) if rest.startswith("arn:") else None
    if match is not None:
        return match[1], match[2] or ""
    bucket, _, key = rest.partition("/")
    return bucket, key


def bare_etag(header: str) -> str:
    """What S3 calls a content, without quotes and the sign of a weak one."""
    return header.removeprefix("W/").strip('"')


def entry_of(prefix: str) -> Entrance | None:
    """Where a prefix enters a trail's layout; None above `AWSLogs`, and where it is none."""
    path = prefix.rstrip("/")
    place = trail.place_of(path)
    if place is None or (place.kind and not place.kind.startswith("CloudTrail")):
        return None
    if not place.account:
        return Entrance("organization", f"{path}/")
    if not place.kind:
        return Entrance("kind", f"{path}/", place.account)
    if not place.region:
        return Entrance("region", f"{path}/", place.account, place.kind)
    parts = path.split("/")
    below = _parts_below_region(parts)
    prefix_of_line = "/".join(parts[: len(parts) - below]) + "/"
    line = Entrance("date", prefix_of_line, place.account, place.kind, place.region)
    if not below:
        return line
    dates = _dates(parts[-below:])
    return line._replace(dates=dates) if dates is not None else None


def _parts_below_region(parts: list[str]) -> int:
    for below in range(len(parts)):
        above = "/".join(parts[: len(parts) - below])
        place = trail.place_of(above)
        if place is None or not place.region:
            return max(0, below - 1)
    return 0


def _dates(parts: list[str]) -> tuple[int, int] | None:
    """[start, end) of `2026`, `2026/01` or `2026/01/31`."""
    path = "/".join(parts)
    end = trail.folder_end(path)
    if end is None or len(parts) > 3:
        return None
    numbers = [int(part) for part in parts] + [1, 1]
    return midnight(dt.date(*numbers[:3])), end


def midnight(date: dt.date) -> int:
    """The first microsecond of a day."""
    return (date.toordinal() - _EPOCH_DAY) * DAY


def day_folder(time: int) -> str:
    """`2026/01/31/`."""
    return _day_folder(time // DAY)


@functools.lru_cache(maxsize=1024)
def _day_folder(day: int) -> str:
    date = dt.date.fromordinal(day + _EPOCH_DAY)
    return f"{date.year:04}/{date.month:02}/{date.day:02}/"


def stem(line: Line) -> str:
    """What the names of the line's log files begin with."""
    return f"{line.account}_{line.kind}_{line.region}_"


def start_of_day(line: Line, time: int) -> str:
    """Sorts before everything in the folder of a time's day."""
    return f"{line.prefix}{day_folder(time)}"


def start_at(line: Line, time: int) -> str:
    """Sorts before the log files with this label or a later one, behind those before."""
    return f"{line.prefix}{day_folder(time)}{stem(line)}{trail.label_text(time)}"


def is_standard(line: Line, tail: str, label: trail.Label | None) -> bool:
    """Does a name below the line's prefix sort by its label, as AWS names log files?"""
    return (
        label is not None
        and label.account == line.account
        and label.kind == line.kind
        and label.region == line.region
        and tail.startswith(day_folder(label.time))
        and tail.count("/") == 3
    )
