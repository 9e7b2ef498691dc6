"""Stored bytes to content: gzip with all its members, zstd with all its frames, or plain.

The content decides, never the name: gzip begins with `1f 8b` (RFC 1952), zstd with
`28 b5 2f fd` (RFC 8878). What a broken file held up to the break is kept.
"""

from __future__ import annotations

import zlib
from typing import NamedTuple

from isal import igzip_lib

INFLATED_LIMIT = 1 << 30
"""Bytes that one stored object may inflate to; what lies behind is reported, not read."""

_GZIP = b"\x1f\x8b"
_DAMAGED: type[Exception] = igzip_lib.error  # type: ignore[assignment] # its stub has an instance
_ZSTD = b"\x28\xb5\x2f\xfd"
_SAFE_STORED = 1 << 15
"""Deflate shrinks at most 1,032 times, so this many bytes never inflate beyond 34 MB."""
_WINDOW = 1 << 22
_SNIFF = 1 << 16
_FIRST_STEP = 1 << 14
_STEP = 1 << 18
_EVEN = 1 << 20
"""Inflated bytes in one go that are all the same: nothing but a bomb has them."""
_ZSTD_SKIPPABLE = b"\x2a\x4d\x18"
_ZSTD_SKIPPABLES = [bytes([first]) for first in range(0x50, 0x60)]
_ZSTD_STEP = 1 << 10
"""A run-length block of 4 bytes inflates to 128 KiB, so a step yields at most 32 MiB (and as much
again while it is joined)."""


class Content(NamedTuple):
    """What an object holds, and what kept us from reading all of it."""

    data: bytes
    complaint: str = ""
    """One sentence, empty where all is well."""
    truncated: bool = False
    """More was to come: the object may still be being written."""
    foreign: bool = False
    """It does not begin like JSON or text, so the rest was not inflated."""


def is_compressed(head: bytes) -> bool:
    """Do these first bytes announce gzip or zstd?"""
    return head[:2] == _GZIP or head[:4] == _ZSTD


def inflate(stored: bytes, limit: int = INFLATED_LIMIT) -> Content:
    """The content of an object's stored bytes; never raises for bad input.

    What is compressed twice is inflated twice: CloudWatch Logs sends gzip, and Firehose may be
    told to compress what it was sent.
    """
    content = _inflated(stored, limit)
    if content.foreign or not is_compressed(content.data[:4]) or content.data is stored:
        return content
    inner = _inflated(content.data, limit)
    complaint = content.complaint or inner.complaint
    return inner._replace(complaint=complaint, truncated=content.truncated or inner.truncated)


def _inflated(stored: bytes, limit: int) -> Content:
    if stored[:2] == _GZIP:
        return _gunzip(stored, limit)
    if stored[:4] == _ZSTD:
        return _unzstd(stored, limit)
    return Content(stored)


def _gunzip(stored: bytes, limit: int) -> Content:
    # The last four bytes tell how long the last member is, of nearly all files the only one.
    # A buffer of that length saves a third of the time; nothing is lost where they lie.
    size = int.from_bytes(stored[-4:], "little")
    small = len(stored) <= _SAFE_STORED
    if small or size < min(_WINDOW, limit):
        reader = igzip_lib.IgzipDecompressor(flag=igzip_lib.DECOMP_GZIP)
        try:
            data = reader.decompress(stored, max_length=size + 1 if size < _WINDOW else -1)
        except _DAMAGED:
            return _gunzip_members(stored, limit)  # keeps what lies before the damage
        if reader.eof and not reader.unused_data:
            if small:
                return Content(data)
            taken = _Taken(limit)
            taken.add(data, len(stored))
            return taken.content("")
    return _gunzip_members(stored, limit)


def _gunzip_members(stored: bytes, limit: int) -> Content:
    taken = _Taken(limit)
    view = memoryview(stored)
    offset = 0
    while offset < len(stored):
        if stored[offset : offset + 2] != _GZIP:
            return taken.content(_behind(stored, offset, "gzip"))
        reader = igzip_lib.IgzipDecompressor(flag=igzip_lib.DECOMP_GZIP)
        at, step = offset, _FIRST_STEP
        before = taken.mark()
        while not reader.eof:
            chunk: bytes | memoryview = view[at : at + step]
            if not chunk:
                return taken.content("the gzip data ends too early", truncated=True)
            at += len(chunk)
            step = _STEP
            while chunk or not (reader.eof or reader.needs_input):
                try:
                    piece = reader.decompress(chunk, max_length=_WINDOW)
                except _DAMAGED as error:
                    taken.back_to(before)
                    taken.add(_up_to_damage(view[offset:], limit - taken.total), at)
                    return taken.content(f"the gzip data is damaged: {_reason(error)}")
                chunk = b""
                taken.add(piece, at)
                if taken.stopped:
                    return taken.content("")
        offset = at - len(reader.unused_data)
    return taken.content("")


def _up_to_damage(view: memoryview, limit: int) -> bytes:
    """All that a damaged member yields before the damage: a failing call gives nothing back."""
    reader = zlib.decompressobj(wbits=31)
    parts: list[bytes] = []
    total = at = 0
    step = _FIRST_STEP
    while at < len(view) and total < limit and not reader.eof:
        kept = reader.copy()
        try:
            piece = reader.decompress(view[at : at + step], max(1, limit - total))
        except zlib.error:
            if step == 1:
                break
            reader, step = kept, max(1, step // 8)
            continue
        if reader.unconsumed_tail:
            total = limit
        at += step
        parts.append(piece)
        total += len(piece)
    return b"".join(parts)


def _unzstd(stored: bytes, limit: int) -> Content:
    import zstandard  # rare, and 6 ms to load

    taken = _Taken(limit)
    view = memoryview(stored)
    offset = 0
    while offset < len(stored):
        head = stored[offset : offset + 4]
        if head != _ZSTD and not (head[1:] == _ZSTD_SKIPPABLE and head[:1] in _ZSTD_SKIPPABLES):
            return taken.content(_behind(stored, offset, "zstd"))
        if head != _ZSTD:
            length = int.from_bytes(stored[offset + 4 : offset + 8], "little")
            offset += 8 + length
            continue
        reader = zstandard.ZstdDecompressor(max_window_size=1 << 27).decompressobj()
        at = offset
        while not reader.eof:
            chunk = view[at : at + _ZSTD_STEP]
            if not chunk:
                return taken.content("the zstd data ends too early", truncated=True)
            try:
                piece = reader.decompress(chunk)
            except zstandard.ZstdError as error:
                return taken.content(f"the zstd data is damaged: {_reason(error)}")
            at += len(chunk)
            taken.add(piece, at)
            if taken.stopped:
                return taken.content("")
        offset = at - len(reader.unused_data)
    return taken.content("")


class _Taken:
    """What has been inflated so far, and whether to go on."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._parts: list[bytes] = []
        self.total = 0
        self._complaint = ""
        self._foreign = False

    @property
    def stopped(self) -> bool:
        """Is there no more to be had from this object?"""
        return self._foreign or bool(self._complaint)

    def mark(self) -> tuple[int, int]:
        """How much there is now."""
        return len(self._parts), self.total

    def back_to(self, mark: tuple[int, int]) -> None:
        """Forget what came after the mark."""
        count, self.total = mark
        del self._parts[count:]

    def add(self, piece: bytes, consumed: int) -> None:
        """Take what the first `consumed` stored bytes gave."""
        if not piece:
            return
        if not self.total and _is_foreign(piece):
            self._parts, self._foreign = [piece[:_SNIFF]], True
            return
        self.total += len(piece)
        if self.total > self._limit:
            self._complaint = _too_large(self._limit)
            return
        self._parts.append(piece)
        even = len(piece) >= _EVEN and piece[:1] == piece[-1:]
        if even and piece.count(piece[:1]) == len(piece):
            self._complaint = (
                f"inflates to millions of “{chr(piece[0])}”: no log does; it was not read on "
                f"(stored byte {consumed:,})"
            )
            self._parts[-1] = piece[:1]

    def content(self, complaint: str, *, truncated: bool = False) -> Content:
        """All of it, with what kept us from reading more."""
        complaint = self._complaint or complaint
        return Content(b"".join(self._parts), complaint, truncated, self._foreign)


def _behind(stored: bytes, offset: int, kind: str) -> str:
    """What to say of bytes behind the last member; tapes and some tools pad with zeros."""
    if stored.count(0, offset) == len(stored) - offset:
        return ""
    return (
        f"{len(stored) - offset:,} bytes behind the end of the {kind} data are not {kind} "
        f"(stored byte {offset:,})"
    )


def _is_foreign(head: bytes) -> bool:
    """Binary data (a tar, an image, zeros) in a compressed file is nobody's log."""
    if head.lstrip(b" \t\r\n\xef\xbb\xbf")[:1] in (b"{", b"[") or is_compressed(head):
        return False
    return b"\0" in head[:512] and not head.startswith((b"\xff\xfe", b"\xfe\xff"))


def _too_large(limit: int) -> str:
    return (
        f"inflates to more than {limit >> 20:,} MiB; the rest was not read "
        "(unpack it and open the plain file: that is streamed)"
    )


def _reason(error: Exception) -> str:
    return str(error) or type(error).__name__
