"""A bucket in memory: objects with prepared answers, and listings as ListObjectsV2 gives them.

Keys are bytes, ordered as bytes: that is the order in which S3 lists.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import os
from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field
from email.utils import formatdate
from pathlib import Path
from time import gmtime, strftime
from typing import TYPE_CHECKING
from urllib.parse import quote, quote_plus
from xml.sax.saxutils import escape

if TYPE_CHECKING:
    from collections.abc import Mapping

MOST_KEYS = 1000
"""What a page holds, whatever is asked for."""
_XMLNS = "http://s3.amazonaws.com/doc/2006-03-01/"
_END = b"\xff"
"""Sorts behind each byte of UTF-8."""


class BadArgumentError(ValueError):
    """A listing was asked for in words that S3 refuses."""


@dataclass(slots=True)
class Stored:
    """An object with its answer, made once."""

    key: bytes
    whole: bytes
    """The answer to a GET: head and body."""
    start: int
    """Where the body begins in it."""
    etag: str
    """With its quotes."""
    row: str
    """What a listing says of it behind its key."""
    gets: int = 0
    heads: int = 0

    @property
    def head(self) -> bytes:
        return self.whole[: self.start]

    @property
    def body(self) -> bytes:
        return self.whole[self.start :]


def stored(key: bytes, body: bytes, modified: float) -> Stored:
    """Prepare what is said of an object."""
    etag = f'"{hashlib.md5(body).hexdigest()}"'
    coding = "Content-Encoding: gzip\r\n" if key.endswith(b".gz") else ""
    head = (
        "HTTP/1.1 200 OK\r\n"
        f"Last-Modified: {formatdate(modified, usegmt=True)}\r\n"
        f"ETag: {etag}\r\n"
        "Accept-Ranges: bytes\r\n"
        "Content-Type: application/json\r\n"
        f"{coding}Content-Length: {len(body)}\r\n\r\n"
    ).encode()
    stamp = strftime("%Y-%m-%dT%H:%M:%S.000Z", gmtime(modified))
    row = (
        f"<LastModified>{stamp}</LastModified><ETag>&quot;{etag[1:-1]}&quot;</ETag>"
        f"<Size>{len(body)}</Size><StorageClass>STANDARD</StorageClass>"
    )
    return Stored(key, head + body, len(head), etag, row)


@dataclass(slots=True)
class Page:
    """One answer to a listing, not written out yet."""

    objects: list[Stored] = field(default_factory=list)
    prefixes: list[bytes] = field(default_factory=list)
    last: bytes = b""
    """The last name of either kind: the next page begins behind it."""
    truncated: bool = False


class Bucket:
    """Objects by key and by the path that a client asks for."""

    def __init__(self, name: str, objects: Mapping[bytes, tuple[bytes, float]]) -> None:
        """`objects`: body and time of modification by key."""
        self.name = name
        self.keys = sorted(objects)
        self.by_key = {key: stored(key, *objects[key]) for key in self.keys}
        self.by_path = {
            f"/{name}/{quote(key, safe='/~')}".encode(): self.by_key[key] for key in self.keys
        }

    @classmethod
    def of_folder(cls, name: str, folder: Path, prefix: str = "") -> Bucket:
        """Each file below a folder, its path behind the prefix."""
        found = {}
        for parent, _, names in os.walk(folder):
            for each in names:
                path = Path(parent, each)
                key = prefix.encode() + os.fsencode(path.relative_to(folder))
                found[key] = (path.read_bytes(), path.stat().st_mtime)
        return cls(name, found)

    def page(self, prefix: bytes, delimiter: bytes, after: bytes, most: int) -> Page:
        """Keys and common prefixes behind a name, together at most so many, in order."""
        page = Page()
        position = bisect_left(self.keys, prefix)
        if after:
            position = max(position, self._behind(after, prefix, delimiter))
        while position < len(self.keys) and self.keys[position].startswith(prefix):
            if len(page.objects) + len(page.prefixes) >= most:
                page.truncated = most > 0
                break
            key = self.keys[position]
            end = key.find(delimiter, len(prefix)) if delimiter else -1
            if end < 0:
                page.objects.append(self.by_key[key])
                page.last = key
                position += 1
            else:
                page.last = key[: end + len(delimiter)]
                page.prefixes.append(page.last)
                position = self._past(page.last)
        return page

    def _behind(self, after: bytes, prefix: bytes, delimiter: bytes) -> int:
        """The first key whose name in the listing, its own or a common prefix, is greater."""
        position = bisect_right(self.keys, after)
        if delimiter and position < len(self.keys):
            key = self.keys[position]
            end = key.find(delimiter, len(prefix)) if key.startswith(prefix) else -1
            if end >= 0 and key[: end + len(delimiter)] <= after:
                return self._past(key[: end + len(delimiter)])
        return position

    def _past(self, common: bytes) -> int:
        """The first key that does not begin so."""
        return bisect_left(self.keys, common + _END)

    def listing(self, query: Mapping[str, bytes]) -> tuple[str, int]:
        """The XML of a ListObjectsV2, and how many objects it names. Raises BadArgumentError."""
        prefix, delimiter = query.get("prefix", b""), query.get("delimiter", b"")
        start_after, token = query.get("start-after", b""), query.get("continuation-token")
        coded = query.get("encoding-type", b"")
        if coded not in {b"", b"url"}:
            raise BadArgumentError("Invalid Encoding Method specified in Request")
        most = _number(query.get("max-keys", b"1000"))
        after = start_after if token is None else _name(token)
        page = self.page(prefix, delimiter, after, min(most, MOST_KEYS))
        code = _url if coded else _xml
        parts = [
            f'<?xml version="1.0" encoding="UTF-8"?>\n<ListBucketResult xmlns="{_XMLNS}">'
            f"<Name>{self.name}</Name><Prefix>{code(prefix)}</Prefix>"
            f"<KeyCount>{len(page.objects) + len(page.prefixes)}</KeyCount>"
            f"<MaxKeys>{most}</MaxKeys><IsTruncated>{str(page.truncated).lower()}</IsTruncated>"
        ]
        parts += [
            f"<{tag}>{value}</{tag}>"
            for tag, value in (
                ("Delimiter", code(delimiter)),
                ("StartAfter", code(start_after)),
                ("EncodingType", coded.decode()),
                ("ContinuationToken", _xml(token or b"")),
                ("NextContinuationToken", _token(page.last) if page.truncated else ""),
            )
            if value
        ]
        parts += [f"<Contents><Key>{code(o.key)}</Key>{o.row}</Contents>" for o in page.objects]
        parts += [
            f"<CommonPrefixes><Prefix>{code(each)}</Prefix></CommonPrefixes>"
            for each in page.prefixes
        ]
        parts.append("</ListBucketResult>")
        return "".join(parts), len(page.objects)


def _number(text: bytes) -> int:
    if not text.isdigit():
        raise BadArgumentError("Provided max-keys not an integer or within integer range")
    return int(text)


def _token(name: bytes) -> str:
    return base64.urlsafe_b64encode(b"1" + name).decode()


def _name(token: bytes) -> bytes:
    """The name that a token stands for."""
    try:
        name = base64.b64decode(token, altchars=b"-_", validate=True)
    except binascii.Error:
        name = b""
    if not name.startswith(b"1"):
        raise BadArgumentError("The continuation token provided is incorrect")
    return name[1:]


def _url(name: bytes) -> str:
    """A name as `encoding-type=url` has it: a space is a plus."""
    return quote_plus(name, safe="/")


def _xml(name: bytes) -> str:
    """A name between tags; what XML cannot hold stays as it is, which S3 does too."""
    return escape(name.decode(errors="replace"), {"\r": "&#13;"})
