"""One object's content to records: the fast path for what AWS delivers, the tolerant for the rest.

Whatever the shape, each record gets a place (see `batch.BY_ORDINAL`, `BY_OFFSET`) by which it is
found again, with the bytes that it was delivered with, when its detail is opened.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from tui.core.batch import BY_OFFSET, BY_ORDINAL, BY_SEARCH, Trouble
from tui.ingest import salvage, shapes, typed
from tui.ingest.loose import UNFIT as _UNFIT
from tui.ingest.loose import loose_record

if TYPE_CHECKING:
    from collections.abc import Sequence

    import msgspec

_BOMS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_TEXT_SNIFF = 4096
_HINTS = (b"eventName", b"eventSource", b"userIdentity", b"CloudTrailEvent")


class Reading(NamedTuple):
    """What an object's content turned out to hold."""

    kind: str
    records: Sequence[typed.Record]
    positions: Sequence[int] | None
    """None: the ordinals."""
    mode: int
    raws: Sequence[bytes] | None
    """The records' own bytes, where the reader had to take them apart; else `raw_of` finds them."""
    troubles: list[Trouble]
    truncated: bool
    lines: bool
    end: int
    """Bytes of the content that were read to the end of a record."""
    what: str = ""


def read(
    content: bytes, *, asked: bool = False, more: bool = False, stretch: bool = False
) -> Reading:
    """All records of an inflated object, or of a `stretch` of one that has a record a line.

    `asked` says that a person named this very object, so that prose around the records is looked
    through. With `more` the last line may still be being written: it is left for later.
    """
    try:
        records = typed.decode_file(content).Records
        if None not in [r.eventName for r in records]:
            return _reading(records, len(content))
    except _UNFIT:
        pass
    if stretch or is_lines(content):
        return _read_lines(content, more=more)
    return _read_tolerantly(content, asked=asked)


def raws_of(content: bytes, reading: Reading) -> Sequence[bytes]:
    """The bytes of all records of a reading, in its order."""
    if reading.raws is not None:
        return reading.raws
    if reading.mode == BY_OFFSET:
        assert reading.positions is not None
        return [line_at(content, position) or b"" for position in reading.positions]
    return [bytes(raw) for raw in typed.decode_raw_file(content).Records]


def raws_at(
    content: bytes,
    mode: int,
    positions: Sequence[int],
    *,
    asked: bool = False,
    stretch: bool = False,
) -> list[bytes | None]:
    """The bytes of the records at these places; None where there is none any more."""
    if mode == BY_OFFSET:
        return [line_at(content, position) for position in positions]
    every: Sequence[bytes | msgspec.Raw]
    if mode == BY_ORDINAL:
        try:
            every = typed.decode_raw_file(content).Records
        except _UNFIT:
            every = []
    else:
        every = raws_of(content, read(content, asked=asked, stretch=stretch))
    return [bytes(every[p]) if p < len(every) else None for p in positions]


def line_at(content: bytes, start: int) -> bytes | None:
    """The line that begins at a byte."""
    end = content.find(b"\n", start)
    line = content[start : end if end >= 0 else len(content)].strip()
    return line or None


def _reading(records: Sequence[typed.Record], end: int) -> Reading:
    kind = shapes.LOG if records else shapes.EMPTY
    return Reading(kind, records, None, BY_ORDINAL, None, [], truncated=False, lines=False, end=end)


def is_lines(content: bytes) -> bool:
    """Does this content, or its beginning, hold one JSON object a line?"""
    at = 3 if content.startswith(b"\xef\xbb\xbf") else 0
    for _ in range(3):  # one of the first lines may be damaged
        end = content.find(b"\n", at)
        if end < 0:
            return False
        line = content[at:end].strip()
        following = content[end : end + 256].lstrip()[:1]
        if line[:1] == b"{" and following in (b"{", b""):
            try:
                fields = shapes.fields_of(line)
            except _UNFIT:
                pass
            else:
                return "Records" not in fields
        at = end + 1
    return False


def _read_lines(content: bytes, *, more: bool) -> Reading:
    """Records one a line."""
    stretch = content
    if more and not content.endswith(b"\n"):
        last = content.rfind(b"\n") + 1
        try:
            shapes.fields_of(content[last:])
        except _UNFIT:  # still being written
            stretch = content[:last]
    starts = line_starts(stretch)
    records: list[typed.Record] = []
    try:
        records = typed.decode_lines(stretch)
    except _UNFIT:
        pass
    if len(records) != len(starts) or not all(map(_known, records)):
        return _read_uneven_lines(stretch, starts, truncated=len(stretch) < len(content))
    return Reading(
        shapes.LOG if records else shapes.EMPTY,
        records,
        starts,
        BY_OFFSET,
        None,
        [],
        truncated=len(stretch) < len(content),
        lines=True,
        end=len(stretch),
    )


def _read_uneven_lines(content: bytes, starts: list[int], *, truncated: bool) -> Reading:
    """Lines of which some are no plain record: each is looked at alone."""
    raws: list[bytes] = []
    positions: list[int] = []
    troubles: list[Trouble] = []
    kinds: set[str] = set()
    for start in starts:
        line = line_at(content, start) or b""
        try:
            unpacked = shapes.unpack(line)
        except _UNFIT:
            piece = _salvaged(line, asked=False)
            unpacked = shapes.Unpacked(piece.kind, list(piece.raws or ()), [])
            troubles += [trouble._replace(position=start) for trouble in piece.troubles]
            if not piece.raws and not piece.troubles:
                troubles.append(Trouble(start, "a line is not valid JSON", 1))
        kinds.add(unpacked.kind)
        troubles += [Trouble(start, stray, 1) for stray in unpacked.strays]
        raws += unpacked.records
        positions += [start] * len(unpacked.records)
    plain = len(set(positions)) == len(positions) and all(
        line_at(content, start) == raw for start, raw in zip(positions, raws, strict=True)
    )
    kind = shapes.LOG
    if not raws and not troubles:
        kind = shapes.DIGEST if shapes.DIGEST in kinds else shapes.OTHER
    return Reading(
        kind,
        [loose_record(raw) for raw in raws],
        positions if plain else None,
        BY_OFFSET if plain else BY_SEARCH,
        raws,
        troubles,
        truncated=truncated,
        lines=True,
        end=len(content),
        what="JSON that is no CloudTrail record" if kind == shapes.OTHER else "",
    )


def _known(record: typed.Record) -> bool:
    return record.eventName is not None or (
        record.eventSource is not None and record.eventID is not None
    )


def line_starts(content: bytes) -> list[int]:
    """Where each line that is not blank begins."""
    breaks = np.flatnonzero(np.frombuffer(content, np.uint8) == 10)
    starts = np.concatenate((np.zeros(1, np.int64), breaks + 1))
    ends = np.concatenate((breaks, np.array([len(content)], np.int64)))
    longer = starts[ends > starts]
    found: list[int] = longer.tolist()
    if content.find(b"\r") >= 0 or content.find(b" \n") >= 0 or content.find(b"\n ") >= 0:
        found = [start for start in found if line_at(content, start) is not None]
    return found


def _read_tolerantly(content: bytes, *, asked: bool) -> Reading:
    """Any shape, any damage: what is valid is unpacked, the rest salvaged."""
    whole = len(content)
    for bom, encoding in _BOMS:
        if content.startswith(bom):
            content = _as_utf8(content, encoding)
            break
    stripped = content.strip()
    if not stripped:
        return _nothing(shapes.EMPTY, whole, "")
    foreign = _foreign(stripped, asked=asked)
    if foreign:
        return _nothing(shapes.OTHER, whole, foreign)
    try:
        unpacked = shapes.unpack(stripped)
    except _UNFIT:
        return _salvaged(content, asked=asked)
    if unpacked.kind == shapes.OTHER:
        return _nothing(shapes.OTHER, whole, "JSON that is no CloudTrail record")
    troubles = [Trouble(-1, stray, 1) for stray in unpacked.strays]
    return _of_raws(unpacked.kind, unpacked.records, troubles, truncated=False, end=whole)


def _of_raws(
    kind: str, raws: list[bytes], troubles: list[Trouble], *, truncated: bool, end: int
) -> Reading:
    records = [loose_record(raw) for raw in raws]
    return Reading(
        kind, records, None, BY_SEARCH, raws, troubles, truncated=truncated, lines=False, end=end
    )


def _nothing(kind: str, end: int, what: str) -> Reading:
    return Reading(
        kind, [], None, BY_SEARCH, [], [], truncated=False, lines=False, end=end, what=what
    )


def _foreign(content: bytes, *, asked: bool) -> str:
    """What content that holds no record looks like; "" if it may hold one."""
    if content[:1] in (b"{", b"["):
        return ""
    head = content[:_TEXT_SNIFF]
    if b"\0" in head:
        return "binary data"
    if (asked or b"```" in head) and any(hint in content for hint in _HINTS):
        return ""
    if head[:1] in (b"}", b"]", b",", b'"') and any(hint in head for hint in _HINTS):
        return ""  # the beginning is missing
    return "text"


def _salvaged(content: bytes, *, asked: bool) -> Reading:
    """What can still be read of content that is not valid JSON as a whole."""
    text = content.decode("utf-8", "surrogateescape")
    raws: list[bytes] = []
    troubles: list[Trouble] = []
    truncated = False
    kinds: set[str] = set()
    end = 0
    at_text = at_byte = 0
    for piece in salvage.pieces(text):
        at_byte += len(text[at_text : piece.start].encode("utf-8", "surrogateescape"))
        at_text = piece.start
        if piece.value:
            value = piece.value.encode("utf-8", "surrogateescape")
            unpacked = _unpacked(value)
            kinds.add(unpacked.kind)
            raws += unpacked.records
            troubles += [Trouble(at_byte, stray, 1) for stray in unpacked.strays]
            if piece.reason:
                troubles.append(Trouble(at_byte, piece.reason, 0))
        else:
            truncated |= piece.truncated
            lost = 0 if piece.reason.startswith("text that") else 1
            troubles.append(Trouble(at_byte, piece.reason, lost))
        if not piece.truncated:
            end = at_byte + len(text[piece.start : piece.end].encode("utf-8", "surrogateescape"))
    if not truncated and text.rstrip()[-1:] not in ("}", "]", "`") and not asked:
        truncated = bool(raws) and text.rstrip()[-1:] in (",", "[")
    if not raws and not any(hint in content for hint in _HINTS):
        kind = shapes.DIGEST if shapes.DIGEST in kinds else shapes.OTHER
        if kind == shapes.DIGEST or not (b'"Records"' in content or truncated):
            return _nothing(kind, len(content), "broken JSON" if kind == shapes.OTHER else "")
    return _of_raws(shapes.LOG, raws, troubles, truncated=truncated, end=end)


def _unpacked(value: bytes) -> shapes.Unpacked:
    try:
        return shapes.unpack(value)
    except _UNFIT:
        pass
    # Valid to the lenient parser alone: a tab in a string, a number too long, a half surrogate.
    try:
        loaded = salvage.load(value.decode("utf-8", "surrogateescape"))
        if isinstance(loaded, dict) and shapes.is_record(loaded):
            return shapes.Unpacked(shapes.LOG, [value], [])
        return shapes.unpack(json.dumps(loaded).encode())
    except _UNFIT:
        return shapes.Unpacked(shapes.OTHER, [], [])


def _as_utf8(content: bytes, encoding: str) -> bytes:
    if encoding == "utf-8":
        return content[3:]
    return content.decode(encoding, "replace").encode("utf-8", "surrogatepass")
