"""Any shape, any damage: what is valid is unpacked, the rest salvaged, nothing left unsaid."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from tui.core.index.batch import BY_SEARCH, Trouble
from tui.ingest.content import salvage, shapes
from tui.ingest.content.foreign import HINTS, NO_RECORD, SNIFF, foreign, json_kind
from tui.ingest.content.loose import UNFIT, loose_record
from tui.ingest.content.salvage import MAX_RECORD

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from tui.ingest.encoding import typed

_MARKS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_UNMARKED = (
    (b"{\0", "utf-16-le"),
    (b"[\0", "utf-16-le"),
    (b"\0{", "utf-16-be"),
    (b"\0[", "utf-16-be"),
)
_COLOUR = re.compile(rb"\x1b\[[0-9;]*m")
"""What `jq -C` puts around each part of what it prints; it begins with it."""
_DIGEST = b'"digestPublicKeyFingerprint"'


class Reading(NamedTuple):
    """What an object's content turned out to hold."""

    kind: str
    records: Sequence[typed.Record]
    positions: Sequence[int] | None
    """None: the ordinals."""
    mode: int
    raws: Sequence[bytes] | None
    """The records' own bytes, where the reader had to take them apart; else `raws_of` does it."""
    troubles: list[Trouble]
    truncated: bool
    lines: bool
    end: int
    """Bytes of the content that were read to the end of a record."""
    what: str = ""


def read_tolerantly(content: bytes, *, asked: bool) -> Reading:
    """Any shape, any damage: what is valid is unpacked, the rest salvaged."""
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            return _read_encoded(content, len(mark), encoding, asked=asked)
    for start, encoding in _UNMARKED:
        if content.startswith(start):
            return _read_encoded(content, 0, encoding, asked=asked)
    whole = len(content)
    if content[:2] == b"\x1b[":
        content = _COLOUR.sub(lambda sequence: b" " * len(sequence[0]), content)
    stripped = content.strip()
    if not stripped:
        return nothing(shapes.EMPTY, whole, "")
    from tui.ingest.content import notations  # rare, and 3 ms to load

    if (values := notations.values(stripped)) is not None:
        return _read_values(values, whole - len(content.lstrip()), whole)
    what = foreign(stripped, asked=asked)
    if what:
        return nothing(shapes.OTHER, whole, what)
    if stripped[:1] not in (b"{", b"["):
        return _salvaged(content, asked=asked)
    try:
        unpacked = shapes.unpack(stripped)
    except UNFIT:
        return _salvaged(content, asked=asked)
    if unpacked.kind == shapes.OTHER:
        return nothing(shapes.OTHER, whole, json_kind(stripped))
    indent = whole - len(content.lstrip())
    troubles = [
        Trouble(indent + stray.offset, stray.reason, stray.lost) for stray in unpacked.strays
    ]
    return of_raws(unpacked.kind, unpacked.records, troubles, truncated=False, end=whole)


def read_line(line: bytes) -> Reading:
    """What one line of several holds; what is no record is said."""
    if len(line) > MAX_RECORD:
        return of_raws(shapes.LOG, [], [Trouble(0, salvage.TOO_LARGE, 1)], truncated=False, end=0)
    return _read_value(line, "a line")


def _read_value(line: bytes, name: str) -> Reading:
    """What a line, or what stands in its place, holds; `name` is what it is called."""
    try:
        unpacked = shapes.unpack(line, depth=1)
    except UNFIT:
        reading = _salvaged(line, asked=False)
        if reading.raws or reading.troubles:
            return reading
        unpacked = shapes.Unpacked(shapes.OTHER, [], [])
    troubles = [Trouble(stray.offset, stray.reason, stray.lost) for stray in unpacked.strays]
    if unpacked.kind == shapes.OTHER:
        troubles.append(Trouble(0, f"{name} is no CloudTrail record", 1))
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


def _read_values(values: Iterable[tuple[int, bytes]], start: int, end: int) -> Reading:
    """Values of another notation, each with its place behind the `start`."""
    raws: list[bytes] = []
    troubles: list[Trouble] = []
    truncated = False
    for offset, text in values:
        reading = _read_value(text, "what stands here")
        raws += reading.raws or ()
        troubles += [t._replace(position=start + offset) for t in reading.troubles]
        truncated = reading.truncated
    return of_raws(shapes.LOG, raws, troubles, truncated=truncated, end=end)


def _read_encoded(content: bytes, mark: int, encoding: str, *, asked: bool) -> Reading:
    """Content in another encoding, or with a byte order mark, which is no part of the text."""
    if encoding == "utf-8":
        text = content[mark:]
    else:
        text = content.decode(encoding, "replace").encode("utf-8", "surrogatepass")
    reading = read_tolerantly(text, asked=asked)
    troubles = []
    read, place = 0, mark  # so far: bytes of the text, and where they end in the content
    for trouble in reading.troubles:
        position = max(0, trouble.position)
        if position < read:
            read, place = 0, mark
        between = text[read:position]
        if encoding != "utf-8":
            between = between.decode("utf-8", "replace").encode("utf-16-le", "surrogatepass")
        read, place = position, place + len(between)
        # Half a character may be at the end.
        troubles.append(trouble._replace(position=min(len(content), place)))
    return reading._replace(troubles=troubles, end=len(content))


def of_raws(
    kind: str, raws: list[bytes], troubles: list[Trouble], *, truncated: bool, end: int
) -> Reading:
    """A reading of records that were taken out of what holds them."""
    if any(len(raw) > MAX_RECORD for raw in raws):
        large = [raw for raw in raws if len(raw) > MAX_RECORD]
        troubles = [*troubles, *[Trouble(-1, salvage.TOO_LARGE, 1) for _ in large]]
        raws = [raw for raw in raws if len(raw) <= MAX_RECORD]
    records = [loose_record(raw) for raw in raws]
    return Reading(
        kind, records, None, BY_SEARCH, raws, troubles, truncated=truncated, lines=False, end=end
    )


def nothing(kind: str, end: int, what: str) -> Reading:
    """A reading of content that holds no record."""
    return Reading(
        kind, [], None, BY_SEARCH, [], [], truncated=False, lines=False, end=end, what=what
    )


def _salvaged(content: bytes, *, asked: bool) -> Reading:
    """What can still be read of content that is not valid JSON as a whole."""
    raws: list[bytes] = []
    troubles: list[Trouble] = []
    truncated = False
    kinds: set[str] = set()
    end = 0
    prose = salvage.is_prose(content) or (asked and content.lstrip()[:1] not in (b"{", b"["))
    prefixed = not prose and _is_prefixed(content)
    for piece in salvage.pieces(content):
        truncated |= piece.truncated
        end = piece.start if piece.truncated else piece.end
        if not piece.value:
            stretch = content[piece.start : piece.end]
            known = not prose or any(hint in stretch for hint in HINTS)
            harmless = not known or (not piece.lost and (prose or prefixed))
            if piece.truncated or not harmless:
                troubles.append(Trouble(piece.start, piece.reason, piece.lost))
            continue  # braces in a text are no record: {account}
        unpacked = shapes.unpack_loosely(piece.value)
        kinds.add(unpacked.kind)
        raws += unpacked.records
        troubles += [Trouble(piece.start + s.offset, s.reason, s.lost) for s in unpacked.strays]
        if unpacked.kind == shapes.OTHER and not (prose or prefixed):
            troubles.append(Trouble(piece.start, NO_RECORD, 1))
        elif piece.reason:
            troubles.append(Trouble(piece.start, piece.reason, 0))
    if not raws and not any(hint in content for hint in HINTS):
        if shapes.DIGEST in kinds or _DIGEST in content:
            return nothing(shapes.DIGEST, len(content), "")
        begun = truncated and len(content) < SNIFF
        if not begun and b'"Records"' not in content:
            return nothing(shapes.OTHER, len(content), "broken JSON")
    if prose and not raws and not troubles:
        return nothing(shapes.OTHER, len(content), "text")
    return of_raws(shapes.LOG, raws, troubles, truncated=truncated, end=end)


def _is_prefixed(content: bytes) -> bool:
    """Does the first record stand behind words on its line? Then words are between all of them.

    So it is in exports of CloudWatch Logs to S3, in what `aws logs tail` and `--output text` print
    and in what syslog writes.
    """
    at = content.find(b"{", 0, SNIFF)
    before = content[: max(0, at)].strip()
    if not before or b'"' in before or b"}" in before:
        return False  # the rest of a record
    first = next(salvage.pieces(content[at:]), None)
    return first is not None and shapes.unpack_loosely(first.value).kind == shapes.LOG
