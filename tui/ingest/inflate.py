"""Stored bytes to content: gzip with all its members, zstd with all its frames, or plain.

The content decides, never the name: gzip begins with `1f 8b` (RFC 1952), zstd with
`28 b5 2f fd` (RFC 8878). What a broken file held up to the break is kept.
"""

from __future__ import annotations

from typing import NamedTuple

from isal import igzip_lib

INFLATED_LIMIT = 1 << 30
"""Bytes that one stored object may inflate to; what lies behind is reported, not read."""

_GZIP = b"\x1f\x8b"
_DAMAGED: type[Exception] = igzip_lib.error  # type: ignore[assignment] # its stub has an instance
_ZSTD = b"\x28\xb5\x2f\xfd"
_SAFE_STORED = 1 << 17
"""Deflate shrinks at most 1,032 times, so this many bytes never inflate beyond 135 MB."""
_WINDOW = 1 << 22
_SNIFF = 1 << 16
_ZSTD_STEP = 1 << 12
"""A run-length block of 4 bytes inflates to 128 KiB, so a step yields at most 128 MiB."""


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
    """The content of an object's stored bytes; never raises for bad input."""
    if stored[:2] == _GZIP:
        return _gunzip(stored, limit)
    if stored[:4] == _ZSTD:
        return _unzstd(stored, limit)
    return Content(stored)


def _gunzip(stored: bytes, limit: int) -> Content:
    if len(stored) <= _SAFE_STORED:
        reader = igzip_lib.IgzipDecompressor(flag=igzip_lib.DECOMP_GZIP)
        try:
            data = reader.decompress(stored)
        except _DAMAGED:
            return _gunzip_members(stored, limit)  # keeps what lies before the damage
        if reader.eof and not reader.unused_data:
            return Content(data)
    return _gunzip_members(stored, limit)


def _gunzip_members(stored: bytes, limit: int) -> Content:
    parts: list[bytes] = []
    total = 0
    rest = stored
    while rest:
        offset = len(stored) - len(rest)
        if rest[:2] != _GZIP:
            if not rest.strip(b"\0"):  # tapes and some tools pad with zeros
                break
            return Content(
                b"".join(parts),
                f"{len(rest):,} bytes behind the end of the gzip data are not gzip "
                f"(stored byte {offset:,})",
            )
        reader = igzip_lib.IgzipDecompressor(flag=igzip_lib.DECOMP_GZIP)
        chunk = rest
        while not reader.eof:
            try:
                piece = reader.decompress(chunk, max_length=_WINDOW)
            except _DAMAGED as error:
                return Content(b"".join(parts), f"the gzip data is damaged: {_reason(error)}")
            chunk = b""
            if total == 0 and piece and _is_foreign(piece[:_SNIFF]):
                return Content(piece[:_SNIFF], foreign=True)
            total += len(piece)
            if total > limit:
                return Content(b"".join(parts), _too_large(limit))
            parts.append(piece)
            if not piece and reader.needs_input and not reader.eof:
                return Content(b"".join(parts), "the gzip data ends too early", truncated=True)
        rest = reader.unused_data
    return Content(b"".join(parts))


def _unzstd(stored: bytes, limit: int) -> Content:
    import zstandard  # rare, and 6 ms to load

    parts: list[bytes] = []
    total = 0
    rest = stored
    while rest:
        if rest[:4] != _ZSTD:
            offset = len(stored) - len(rest)
            return Content(
                b"".join(parts),
                f"{len(rest):,} bytes behind the end of the zstd data are not zstd "
                f"(stored byte {offset:,})",
            )
        reader = zstandard.ZstdDecompressor(max_window_size=1 << 27).decompressobj()
        at = 0
        while not reader.eof:
            if at >= len(rest):
                return Content(b"".join(parts), "the zstd data ends too early", truncated=True)
            try:
                piece = reader.decompress(rest[at : at + _ZSTD_STEP])
            except zstandard.ZstdError as error:
                return Content(b"".join(parts), f"the zstd data is damaged: {_reason(error)}")
            at += _ZSTD_STEP
            if total == 0 and piece and _is_foreign(piece[:_SNIFF]):
                return Content(piece[:_SNIFF], foreign=True)
            total += len(piece)
            if total > limit:
                return Content(b"".join(parts), _too_large(limit))
            parts.append(piece)
        rest = reader.unused_data + rest[at:]
    return Content(b"".join(parts))


def _is_foreign(head: bytes) -> bool:
    """Binary data (a tar, an image, zeros) in a compressed file is nobody's log."""
    return b"\0" in head[:512] and not head.startswith((b"\xff\xfe", b"\xfe\xff"))


def _too_large(limit: int) -> str:
    return (
        f"inflates to more than {limit >> 20:,} MiB; the rest was not read "
        "(unpack it and open the plain file: that is streamed)"
    )


def _reason(error: Exception) -> str:
    return str(error) or type(error).__name__
