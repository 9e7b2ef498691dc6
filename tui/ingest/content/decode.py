"""One object's content to records: the fast path for what AWS delivers, the tolerant for the rest.

Whatever the shape, each record gets a place (see `batch.BY_ORDINAL`, `BY_OFFSET`) by which it is
found again, with the bytes that it was delivered with, when its detail is opened.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from tui.core.index.batch import BY_OFFSET, BY_ORDINAL, Trouble
from tui.ingest.content import salvage, shapes
from tui.ingest.content.foreign import json_kind
from tui.ingest.content.loose import UNFIT
from tui.ingest.content.salvage import MAX_RECORD
from tui.ingest.content.tolerant import Reading, nothing, of_raws, read_line, read_tolerantly
from tui.ingest.encoding import typed

if TYPE_CHECKING:
    from collections.abc import Sequence

    import msgspec

_HEAD = 1 << 16


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
    except UNFIT:
        pass
    if stretch or is_lines(content):
        return _read_lines(content, more=more)
    return read_tolerantly(content, asked=asked)


def _has_huge(content: bytes) -> bool:
    """Is one record of a delivered file larger than we show?"""
    if len(content) <= MAX_RECORD:
        return False
    return any(len(bytes(raw)) > MAX_RECORD for raw in typed.decode_raw_file(content).Records)


def raws_of(
    content: bytes, reading: Reading, wanted: Sequence[int] | None = None
) -> Sequence[bytes]:
    """The bytes of records of a reading: of those wanted by their order in it; None: of all."""
    rows = range(len(reading.records)) if wanted is None else wanted
    if reading.raws is not None:
        return [reading.raws[row] for row in rows]
    if reading.mode == BY_OFFSET:
        assert reading.positions is not None
        return [line_at(content, reading.positions[row]) or b"" for row in rows]
    every = typed.decode_raw_file(content).Records
    return [bytes(every[row]) for row in rows]


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
        except UNFIT:
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
            except UNFIT:
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
    except UNFIT:
        pass
    whole = len(records) == len(starts) and all(map(_known, records))
    if not whole or shapes.may_be_beside(stretch[:_HEAD]) or _has_long(stretch, starts):
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
    except UNFIT:
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
        reading = read_line(line_at(content, start) or b"")
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
        what = json_kind(content) if kind == shapes.OTHER else ""
        return nothing(kind, len(content), what)._replace(lines=True)
    truncated = truncated and not content.endswith(b"\n")
    reading = of_raws(kind, raws, troubles, truncated=truncated, end=len(content))
    if plain:
        reading = reading._replace(positions=positions, mode=BY_OFFSET)
    return reading._replace(lines=True)


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
