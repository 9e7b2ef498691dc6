"""One object's content to records: the fast path for what AWS delivers, the tolerant for the rest.

Whatever the shape, each record gets a place (see `batch.BY_ORDINAL`, `BY_OFFSET`) by which it is
found again, with the bytes that it was delivered with, when its detail is opened.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from tui.core.batch import BY_OFFSET, BY_ORDINAL, BY_SEARCH, Trouble
from tui.ingest import salvage, shapes, typed
from tui.ingest.loose import UNFIT as _UNFIT
from tui.ingest.loose import loose_record
from tui.ingest.salvage import MAX_RECORD

if TYPE_CHECKING:
    from collections.abc import Sequence

    import msgspec

_BOMS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_TEXT_SNIFF = 1 << 14
_HINTS = (b"eventName", b"eventSource", b"userIdentity", b"CloudTrailEvent")
_KEY = re.compile(
    rb'"(event(?:Name|Source|Time|ID)|userIdentity|awsRegion|CloudTrailEvent)\\?"\s{0,9}:'
)
_FEW = 2
"""Different field names of CloudTrail after which a text is taken for broken records."""
_FEW_ZEROS = 4
"""Zero bytes that damage may have made of a text; binary data has more."""
_DIGEST = b'"digestPublicKeyFingerprint"'


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
        known = None not in [r.eventName for r in records]
        if known and not shapes.starts_with_notice(content) and not _has_huge(content):
            return _reading(records, len(content))
    except _UNFIT:
        pass
    if stretch or is_lines(content):
        return _read_lines(content, more=more)
    return _read_tolerantly(content, asked=asked)


def _has_huge(content: bytes) -> bool:
    """Is one record of a delivered file larger than we show?"""
    if len(content) <= MAX_RECORD:
        return False
    return any(len(bytes(raw)) > MAX_RECORD for raw in typed.decode_raw_file(content).Records)


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


def scanned(count: int, end: int) -> Reading:
    """What the compiled reader made of a content of `end` bytes; it keeps no records."""
    return _reading([], end)._replace(kind=shapes.LOG if count else shapes.EMPTY)


def is_lines(content: bytes) -> bool:
    """Does this content, or its beginning, hold one JSON object a line, or such ones as strings?"""
    at = 3 if content.startswith(b"\xef\xbb\xbf") else 0
    for _ in range(3):  # one of the first lines may be damaged
        end = content.find(b"\n", at)
        if end < 0:
            return False
        line = content[at:end].strip()
        following = content[end : end + 256].lstrip()[:1]
        if line[:1] in (b"{", b'"') and following in (line[:1], b""):
            try:
                fields = shapes.fields_of_line(line)
            except _UNFIT:
                pass
            else:
                return "Records" not in fields
        at = end + 1
    return False


def _read_lines(content: bytes, *, more: bool) -> Reading:
    """Records one a line."""
    stretch = content
    unfinished: list[Trouble] = []
    if more and not content.endswith(b"\n"):
        last = content.rfind(b"\n") + 1
        if content[last:].strip() and not _is_object(content[last:]):  # still being written
            stretch = content[:last]
            unfinished = [Trouble(last, salvage.CUT, 1)]
    starts = line_starts(stretch)
    records: list[typed.Record] = []
    try:
        records = typed.decode_lines(stretch[starts[0] :] if starts else b"")
    except _UNFIT:
        pass
    if len(records) != len(starts) or not all(map(_known, records)) or _has_long(stretch, starts):
        reading = _read_uneven_lines(stretch, starts)
    else:
        kind = shapes.LOG if records else shapes.EMPTY
        reading = _reading(records, len(stretch))
        reading = reading._replace(kind=kind, positions=starts, mode=BY_OFFSET, lines=True)
    if unfinished:
        kind = shapes.LOG if reading.kind == shapes.EMPTY else reading.kind
        troubles = [*reading.troubles, *unfinished]
        reading = reading._replace(kind=kind, troubles=troubles, truncated=True)
    return reading


def _is_object(line: bytes) -> bool:
    try:
        shapes.fields_of_line(line)
    except _UNFIT:
        return False
    return True


def _has_long(content: bytes, starts: list[int]) -> bool:
    if len(content) <= MAX_RECORD:
        return False
    return bool((np.diff(np.array([*starts, len(content)])) > MAX_RECORD).any())


def _read_uneven_lines(content: bytes, starts: list[int]) -> Reading:
    """Lines of which some are no plain record: each is looked at alone."""
    raws: list[bytes] = []
    positions: list[int] = []
    troubles: list[Trouble] = []
    kinds: set[str] = set()
    truncated = False
    for start in starts:
        reading = _read_line(line_at(content, start) or b"")
        truncated = reading.truncated
        kinds.add(reading.kind)
        troubles += [t._replace(position=start + max(0, t.position)) for t in reading.troubles]
        found = reading.raws or ()
        raws += found
        positions += [start] * len(found)
    plain = len(set(positions)) == len(positions) and all(
        line_at(content, start) == raw for start, raw in zip(positions, raws, strict=True)
    )
    kind = shapes.LOG
    if not raws and not kinds & {shapes.LOG, shapes.EMPTY}:
        kind = shapes.DIGEST if shapes.DIGEST in kinds else shapes.OTHER
    if kind != shapes.LOG:
        what = "JSON that is no CloudTrail record" if kind == shapes.OTHER else ""
        return _nothing(kind, len(content), what)._replace(lines=True)
    truncated = truncated and not content.endswith(b"\n")
    reading = _of_raws(kind, raws, troubles, truncated=truncated, end=len(content))
    if plain:
        reading = reading._replace(positions=positions, mode=BY_OFFSET)
    return reading._replace(lines=True)


def _read_line(line: bytes) -> Reading:
    """What one line of several holds; what is no record is said."""
    if len(line) > MAX_RECORD:
        return _of_raws(shapes.LOG, [], [Trouble(0, salvage.TOO_LARGE, 1)], truncated=False, end=0)
    try:
        unpacked = shapes.unpack(line, depth=1)
    except _UNFIT:
        reading = _salvaged(line, asked=False)
        if reading.raws or reading.troubles:
            return reading
        unpacked = shapes.Unpacked(shapes.OTHER, [], [])
    troubles = [Trouble(stray.offset, stray.reason, 1) for stray in unpacked.strays]
    if unpacked.kind == shapes.OTHER:
        troubles.append(Trouble(0, "a line is no CloudTrail record", 1))
    return Reading(
        unpacked.kind,
        [],
        None,
        BY_SEARCH,
        unpacked.records,
        troubles,
        truncated=False,
        lines=True,
        end=len(line),
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
    if content.startswith(b"\xef\xbb\xbf"):
        starts[0] = 3
    longer = starts[ends > starts]
    found: list[int] = longer.tolist()
    if content.find(b"\r") >= 0 or content.find(b" \n") >= 0 or content.find(b"\n ") >= 0:
        found = [start for start in found if line_at(content, start) is not None]
    return found


def _read_tolerantly(content: bytes, *, asked: bool) -> Reading:
    """Any shape, any damage: what is valid is unpacked, the rest salvaged."""
    for bom, encoding in _BOMS:
        if content.startswith(bom):
            return _read_marked(content, bom, encoding, asked=asked)
    whole = len(content)
    stripped = content.strip()
    if not stripped:
        return _nothing(shapes.EMPTY, whole, "")
    foreign = _foreign(stripped, asked=asked)
    if foreign:
        return _nothing(shapes.OTHER, whole, foreign)
    if stripped[:1] not in (b"{", b"["):
        return _salvaged(content, asked=asked)
    try:
        unpacked = shapes.unpack(stripped)
    except _UNFIT:
        return _salvaged(content, asked=asked)
    if unpacked.kind == shapes.OTHER:
        return _nothing(shapes.OTHER, whole, "JSON that is no CloudTrail record")
    indent = whole - len(content.lstrip())
    troubles = [Trouble(indent + stray.offset, stray.reason, 1) for stray in unpacked.strays]
    return _of_raws(unpacked.kind, unpacked.records, troubles, truncated=False, end=whole)


def _read_marked(content: bytes, bom: bytes, encoding: str, *, asked: bool) -> Reading:
    """Content that begins with a byte order mark, which is no part of the text."""
    if encoding == "utf-8":
        text = content[len(bom) :]
    else:
        text = content.decode(encoding, "replace").encode("utf-8", "surrogatepass")
    reading = _read_tolerantly(text, asked=asked)
    troubles = []
    for trouble in reading.troubles:
        before = text[: max(0, trouble.position)]
        if encoding != "utf-8":
            before = before.decode("utf-8", "replace").encode("utf-16-le", "surrogatepass")
        troubles.append(trouble._replace(position=len(bom) + len(before)))
    return reading._replace(troubles=troubles, end=len(content))


def _of_raws(
    kind: str, raws: list[bytes], troubles: list[Trouble], *, truncated: bool, end: int
) -> Reading:
    if any(len(raw) > MAX_RECORD for raw in raws):
        large = [raw for raw in raws if len(raw) > MAX_RECORD]
        troubles = [*troubles, *[Trouble(-1, salvage.TOO_LARGE, 1) for _ in large]]
        raws = [raw for raw in raws if len(raw) <= MAX_RECORD]
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
    if head.count(0) > _FEW_ZEROS:
        return "binary data"
    if (asked or b"```" in head) and any(hint in content for hint in _HINTS):
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
    if head[:_TEXT_SNIFF].count(0) > _FEW_ZEROS:
        return "binary data"
    return "" if b"```" in head or _KEY.search(head) or b"{" in head else "text"


def _salvaged(content: bytes, *, asked: bool) -> Reading:
    """What can still be read of content that is not valid JSON as a whole."""
    raws: list[bytes] = []
    troubles: list[Trouble] = []
    truncated = False
    kinds: set[str] = set()
    end = 0
    prose = salvage.is_prose(content) or (asked and content.lstrip()[:1] not in (b"{", b"["))
    for piece in salvage.pieces(content):
        truncated |= piece.truncated
        end = piece.start if piece.truncated else piece.end
        if not piece.value:
            stretch = content[piece.start : piece.end]
            if not prose or piece.truncated or any(hint in stretch for hint in _HINTS):
                troubles.append(Trouble(piece.start, piece.reason, piece.lost))
            continue  # braces in a text are no record: {account}
        unpacked = _unpacked(piece.value)
        kinds.add(unpacked.kind)
        raws += unpacked.records
        troubles += [Trouble(piece.start + s.offset, s.reason, 1) for s in unpacked.strays]
        if unpacked.kind == shapes.OTHER and not prose:
            troubles.append(Trouble(piece.start, "JSON that is no CloudTrail record", 1))
        elif piece.reason:
            troubles.append(Trouble(piece.start, piece.reason, 0))
    if not raws and not any(hint in content for hint in _HINTS):
        if shapes.DIGEST in kinds or _DIGEST in content:
            return _nothing(shapes.DIGEST, len(content), "")
        begun = truncated and len(content) < _TEXT_SNIFF
        if not begun and b'"Records"' not in content:
            return _nothing(shapes.OTHER, len(content), "broken JSON")
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
        return shapes.unpack(json.dumps(loaded, ensure_ascii=False).encode("utf-8", "replace"))
    except _UNFIT:
        return shapes.Unpacked(shapes.OTHER, [], [])
