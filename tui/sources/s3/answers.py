"""What an answer says of itself: code, message, region, how long to wait; it may be hostile.

The text is looked through, not parsed, and comes out as short lines without secrets.
"""

from __future__ import annotations

import re
import time

LONGEST_AFTER = 300.0
"""Seconds; no server makes us wait for longer than this by its word."""
_ELEMENT = re.compile(r"<(?:\w{1,20}:)?(Code|Message)>([^<]{0,2000})</")
_REGION = re.compile(r"expecting '([a-z0-9-]{4,30})'|<Region>([a-z0-9-]{4,30})</Region>")
_LONG = re.compile(r"[A-Za-z0-9+/=]{40,}")
_USER = re.compile(r"//[^/@\s]*@")
_ENTITIES = (
    ("&lt;", "<"),
    ("&gt;", ">"),
    ("&quot;", '"'),
    ("&apos;", "'"),
    ("&#39;", "'"),
    ("&amp;", "&"),
)
UNSHOWN = re.compile(r"[\x00-\x20\x7f-\x9f\u2028\u2029]+")
"""What may not stand in a line."""


def parse_error(body: bytes) -> tuple[str, str]:
    """Code and message of S3's XML; empty where it is something else.

    The text is looked through, not parsed: no entity is followed, no depth can hurt.
    """
    found = {"Code": "", "Message": ""}
    for name, text in _ELEMENT.findall(body[: 1 << 16].decode("utf-8", "replace")):
        if not found[name]:
            plain = text
            for entity, sign in _ENTITIES:
                plain = plain.replace(entity, sign)
            found[name] = clean(plain)
    code = found["Code"]
    return code if re.fullmatch(r"[\w.-]{1,80}", code, re.ASCII) else "", found["Message"]


def region_told(body: bytes) -> str:
    """The region that a refusal says the bucket is in; empty where it does not."""
    found = _REGION.search(body[: 1 << 16].decode("utf-8", "replace"))
    return (found[1] or found[2]) if found else ""


def is_page(kind: str) -> bool:
    """Is an answer of this `Content-Type` made for people?"""
    return kind.lower().startswith("text/html")


def retry_after(header: str, now: float | None = None) -> float:
    """Seconds that a `Retry-After` asks for, at most `LONGEST_AFTER`; 0 where it says nothing."""
    header = header.strip()
    if header.isascii() and header.isdecimal():
        return min(float(header[:9]), LONGEST_AFTER)
    from email.utils import parsedate_to_datetime

    try:
        wait = parsedate_to_datetime(header).timestamp() - (time.time() if now is None else now)
    except (ValueError, OverflowError):
        return 0.0
    return min(max(wait, 0.0), LONGEST_AFTER)


def clean(text: str) -> str:
    """One short line; passwords in addresses and whatever is long enough to be a token go."""
    text = UNSHOWN.sub(" ", text[:4000]).strip()
    text = _LONG.sub("…", _USER.sub("//", text))
    return text if len(text) <= 300 else text[:299] + "…"
