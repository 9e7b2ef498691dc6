"""Places as consoles and policies write them, and how they are named here."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, unquote, urlsplit

_ARN = re.compile(r"arn:aws[\w-]*:s3:::([^/*]+)/?(.*)", re.IGNORECASE)
_VIRTUAL_HOST = re.compile(r"(.+)\.s3[.-](?:[\w-]+\.)*amazonaws\.com(?:\.cn)?", re.IGNORECASE)
_PATH_HOST = re.compile(r"s3[.-](?:[\w-]+\.)*amazonaws\.com(?:\.cn)?", re.IGNORECASE)
_CONSOLE = re.compile(r"(?:[\w-]+\.)*console\.(?:aws\.amazon\.com|amazonaws\.cn)", re.IGNORECASE)
_CONSOLE_PATH = re.compile(r"/s3/(?:buckets|object)/([^/]+)")


def s3_place(address: str) -> str:
    """`s3://bucket/prefix` for a bucket's ARN, its URL or its page in the console; else ""."""
    arn = _ARN.fullmatch(address)
    if arn is not None:
        return _place(arn[1], arn[2].rstrip("*"))
    if not re.match(r"https?://", address, re.IGNORECASE):
        return ""
    url = urlsplit(address)
    host, path = url.hostname or "", unquote(url.path).lstrip("/")
    if virtual := _VIRTUAL_HOST.fullmatch(host):
        return _place(virtual[1], path)
    if _PATH_HOST.fullmatch(host):
        return _place(*path.partition("/")[::2]) if path else ""
    page = _CONSOLE_PATH.match(url.path) if _CONSOLE.fullmatch(host) else None
    return _place(page[1], parse_qs(url.query).get("prefix", [""])[0]) if page is not None else ""


def _place(bucket: str, prefix: str) -> str:
    return f"s3://{bucket}/{prefix}".rstrip("/")
