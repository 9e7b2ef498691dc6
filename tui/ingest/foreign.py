"""What content looks like that is no log."""

from __future__ import annotations

import re

SNIFF = 1 << 14
"""Bytes by which content is judged."""
HINTS = (b"eventName", b"eventSource", b"userIdentity", b"CloudTrailEvent")
"""Without one of these there is no record in a text."""
_KEY = re.compile(
    rb'"(event(?:Name|Source|Time|ID)|userIdentity|awsRegion|CloudTrailEvent)\\?"\s{0,9}:'
)
_FEW = 2
"""Different field names of CloudTrail after which a text is taken for broken records."""
_FEW_ZEROS = 4
"""Zero bytes that damage may have made of a text; binary data has more."""


def foreign(content: bytes, *, asked: bool) -> str:
    """What content that holds no record looks like; "" if it may hold one."""
    if content[:1] in (b"{", b"["):
        return ""
    head = content[:SNIFF]
    if head.count(0) > _FEW_ZEROS:
        return "binary data"
    if (asked or b"```" in head) and any(hint in content for hint in HINTS):
        return ""
    if len(set(_KEY.findall(head))) >= _FEW:
        return ""  # the beginning is missing, or does not matter
    return "binary data" if b"\0" in head else "text"


def looks_foreign(head: bytes) -> str:
    """What the first bytes of a long object say that it is, if certainly no log; else ""."""
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return ""
    head = head.removeprefix(b"\xef\xbb\xbf").strip()
    if head[:1] in (b"{", b"[") or not head:
        return ""
    if head[:SNIFF].count(0) > _FEW_ZEROS:
        return "binary data"
    return "" if b"```" in head or _KEY.search(head) or b"{" in head else "text"
