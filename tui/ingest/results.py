"""What became of an object: its content, unpacked, and the result that the engine is told."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from tui.core.index.batch import Details, ObjectResult, Trouble
from tui.core.rules.flags import Flag, content_flags
from tui.core.rules.note import new_key, note_of
from tui.core.rules.outcome import record_failed
from tui.core.rules.target import target_of
from tui.core.trail import label_of
from tui.ingest.content import shapes
from tui.ingest.content.foreign import is_damaged
from tui.ingest.content.loose import UNFIT, load
from tui.ingest.content.salvage import CUT, CUT_LIST

if TYPE_CHECKING:
    from tui.ingest.content.tolerant import Reading
    from tui.ingest.jobs import Part

MOST_TROUBLES = 100


class Content(NamedTuple):
    """What a part holds, unpacked."""

    data: bytes
    complaint: str = ""
    truncated: bool = False
    foreign: str = ""
    """What it looks like, where its first bytes tell that it is no log."""
    plain: bool = False
    """Not compressed, so that it may be continued where it ended."""
    stretch: bool = False
    """Whole lines of an object that has a record a line."""
    offset: int = 0
    """Stored byte at which `data` begins, counted from the part's start."""


def result_of(part: Part, content: Content, reading: Reading) -> ObjectResult:
    troubles = reading.troubles
    if content.offset:
        troubles = [t._replace(position=t.position + content.offset) for t in troubles]
    complaint = content.complaint if reading.kind != shapes.OTHER else ""
    if complaint:
        lost = 0
        while troubles and troubles[-1].reason in (CUT, CUT_LIST):
            # The break in the compression explains the broken record before it.
            lost += troubles[-1].lost
            troubles = troubles[:-1]
        troubles = [*troubles, Trouble(len(content.data), complaint, lost)]
    unreadable = sum(trouble.lost for trouble in troubles)
    if len(troubles) > MOST_TROUBLES:
        rest = troubles[MOST_TROUBLES:]
        lost = sum(trouble.lost for trouble in rest)
        more = f"and {len(rest):,} more places like these in this file"
        troubles = [*troubles[:MOST_TROUBLES], Trouble(rest[0].position, more, lost)]
    return ObjectResult(
        kind=shapes.LOG if complaint and reading.kind == shapes.EMPTY else reading.kind,
        mode=reading.mode,
        found=len(reading.records) + unreadable,
        unreadable=unreadable,
        outside=0,
        truncated=content.truncated or reading.truncated,
        lines=reading.lines and content.plain,
        consumed=part.start + content.offset + reading.end if content.plain else 0,
        inflated=len(content.data),
        troubles=troubles,
        what=reading.what,
    )


def misfit(part: Part, what: str, complaint: str = "") -> str:
    """Why an object that is no log is a problem although others beside the logs are none."""
    name = part.name.rpartition("/")[2]
    if complaint and (part.asked or ".json" in name):
        return complaint
    if is_damaged(what) and label_of(name):
        return f"is a log file by its name, but holds {what}"
    return ""


def details_of(raw: bytes) -> Details | None:
    """What the whole record tells beyond its flat values."""
    try:
        record = load(raw)
    except UNFIT:
        return Details("", "", "", "", 0)
    if not isinstance(record, dict):
        return None
    try:
        # What `event.describe` says, without what follows from the call and the identity.
        target = target_of(record)
        flags = content_flags(record) | (Flag.ERROR if record_failed(record) else 0)
        return Details(
            target.name, target.object, note_of(record), new_key(record), int(flags) & _ROW
        )
    except RecursionError:  # nested almost too deeply to be loaded
        return Details("", "", "", "", 0)


_ROW = int(
    Flag.ERROR | Flag.MFA | Flag.PUBLIC | Flag.SHARED | Flag.ADMIN | Flag.OMITTED | Flag.SENSITIVE
)
"""The flags that only a whole record can add; the others follow from the call and the origin."""


def failed(
    trouble: Trouble | None, *, kind: str = "failed", what: str = "", truncated: bool = False
) -> ObjectResult:
    """The result of an object of which nothing could be read."""
    return ObjectResult(
        kind=kind,
        mode=0,
        found=trouble.lost if trouble else 0,
        unreadable=trouble.lost if trouble else 0,
        outside=0,
        truncated=truncated,
        lines=False,
        consumed=0,
        inflated=0,
        troubles=[trouble] if trouble else [],
        what=what,
    )
