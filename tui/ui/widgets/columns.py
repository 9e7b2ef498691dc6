"""Which columns the event list shows at a width, how wide they are, and what a row's text is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from tui.core.text import cell_width, cut, fit, safe

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tui.core.rows import EventRow


class Column(NamedTuple):
    """A column of the list: the field it shows, its heading, its cells."""

    field: str
    heading: str
    width: int


HEADINGS: Final = {
    "time": "UTC",
    "who": "Who",
    "event": "Event",
    "target": "Target",
    "result": "Result",
    "address": "Address",
    "agent": "Agent",
    "region": "Region",
    "account": "Account",
}

LEVELS: Final = ("failed", "change", "sensitive", "read")
"""The names of `core.flags.Level`, by value."""
MARKS: Final = ("", "*", "~", "")
"""The same without colour, before the event: it changes something, it reads a secret."""

FRAME: Final = 3
"""Cells beside the columns of a list with room: the cursor's mark, a gap, the scroll bar."""
UNFRAMED: Final = 80
"""Up to this many cells a list without a sidebar beside it has no frame."""

_CORE: Final = ("time", "who", "event", "target", "result")
# Cells of (time, who, event, target, result) from a width on; between them what is left over
# goes to who, event and target alike.
_ANCHORS: Final = (
    (0, (8, 8, 14, 10, 8)),
    (56, (8, 10, 15, 11, 8)),
    (60, (8, 11, 17, 12, 8)),
    (77, (8, 14, 22, 20, 9)),
    (80, (8, 14, 24, 22, 8)),
    (81, (8, 14, 24, 22, 9)),
    (95, (8, 18, 27, 26, 12)),
)
# (from this many columns of the whole screen on, field, cells)
_EXTRAS: Final = (
    (140, "address", 15),
    (160, "agent", 9),
    (180, "region", 14),
    (195, "account", 12),
)
_WIDEST: Final = {"who": 32, "event": 44}


def framed(width: int, *, beside: bool) -> bool:
    """Whether a list of this width has a frame; `beside`: a sidebar stands next to it."""
    return beside or width > UNFRAMED


def columns_for(width: int, screen: int, wanted: Sequence[str] = tuple(HEADINGS)) -> list[Column]:
    """The columns for `width` cells (frame not counted) on a screen of `screen` cells.

    `wanted` leaves columns out or orders them anew; what is left out makes room for the rest.
    """
    cells = {field: size for least, field, size in _EXTRAS if screen >= least and field in wanted}
    left = width - sum(cells.values()) - len(cells)
    core = next(sizes for least, sizes in reversed(_ANCHORS) if left >= least)
    cells.update(zip(_CORE, core, strict=True))
    for field in _CORE:
        if field not in wanted:
            del cells[field]
    spare = width - sum(cells.values()) - len(cells) + 1
    if spare >= 3:
        growing = [field for field in ("who", "event", "target") if field in cells]
        for left_to, field in zip(range(len(growing), 0, -1), growing, strict=True):
            share = spare // left_to
            if field in _WIDEST:
                share = min(share, _WIDEST[field] - cells[field])
            cells[field] += share
            spare -= share
    return [Column(field, HEADINGS[field], cells[field]) for field in wanted if field in cells]


def cell_text(event: EventRow, field: str) -> str:
    """The raw text of a column; not the time, which depends on the zone."""
    value = getattr(event, field)
    return value if isinstance(value, str) else ""


def target_text(target: str, note: str, width: int) -> str:
    """`target ← note` in exactly `width` cells; the note keeps its head when both are long."""
    target, note = safe(target), safe(note)
    if not note:
        return fit(target, width)
    tail = f" {note}" if note.startswith("→") else f" ← {note}"
    room = width - cell_width(tail)
    least = min(cell_width(target), max(width // 3, 4))
    if room < least:
        tail = cut(tail, width - least)
        room = width - cell_width(tail)
    return fit(cut(target, room) + tail, width)


def row_text(event: EventRow, time: str, columns: Sequence[Column]) -> str:
    """The line of an event: its columns, a blank between them."""
    parts = []
    for field, _, width in columns:
        if field == "time":
            text = fit(time, width)
        elif field == "target":
            text = target_text(event.target, event.note, width)
        elif field == "result":
            text = event.result if len(event.result) <= width else event.result[: width - 1] + "…"
            text = fit(safe(text), width)
        elif field == "event":
            text = fit(MARKS[event.level] + safe(event.event), width)
        else:
            text = fit(safe(cell_text(event, field)), width)
        parts.append(text)
    return " ".join(parts)
