"""Which columns the event list shows at a width, how wide they are, and what a row's text is."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from tui.core.text import cell_width, cut, cut_who, fit, pad, safe

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tui.core.index.rows import EventRow


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

TIME: Final = 8
"""Cells of a time of day."""
_CORE: Final = ("time", "who", "event", "target", "result")
# Cells of (time, who, event, target, result) from a width on; between them what is left over
# goes to who, event and target.
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
    (210, "region", 14),
    (225, "account", 12),
)
_WIDEST: Final = {"who": 32, "event": 44}
_SHARES: Final = {"who": 1, "event": 1, "target": 4}
"""How a wide list shares out the cells that are left over: target and note are the answer."""
_ACCOUNT: Final = re.compile(r"(?<![\w-])\d{12}(?![\w-])", re.ASCII)
_NOTE_HEAD: Final = len("Allow anyone")
"""Characters that a note keeps at its beginning as long as it can."""


def framed(width: int, *, beside: bool) -> bool:
    """Whether a list of this width has a frame; `beside`: a sidebar stands next to it."""
    return beside or width > UNFRAMED


def columns_for(
    width: int, screen: int, wanted: Sequence[str] = tuple(HEADINGS), *, time: int = TIME
) -> list[Column]:
    """The columns for `width` cells (frame not counted) on a screen of `screen` cells.

    `wanted` leaves columns out or orders them anew; what is left out makes room for the rest.
    A time takes `time` cells.
    """
    cells = _extras(width - time + TIME, screen, wanted)
    left = width - sum(cells.values()) - len(cells) - (time - TIME if "time" in wanted else 0)
    core = next(sizes for least, sizes in reversed(_ANCHORS) if left >= least)
    cells.update(zip(_CORE, core, strict=True))
    cells["time"] = time
    for field in _CORE:
        if field not in wanted:
            del cells[field]
    spare = width - sum(cells.values()) - len(cells) + 1
    if spare >= 3:
        wide = left >= _ANCHORS[-1][0]
        growing = [field for field in _SHARES if field in cells]
        for number, field in enumerate(growing):
            parts = [_SHARES[each] if wide else 1 for each in growing[number:]]
            share = spare * parts[0] // sum(parts)
            if field in _WIDEST:
                share = min(share, _WIDEST[field] - cells[field])
            cells[field] += share
            spare -= share
    return [Column(field, HEADINGS[field], cells[field]) for field in wanted if field in cells]


def _extras(width: int, screen: int, wanted: Sequence[str]) -> dict[str, int]:
    """The columns that come as there is room; where others were taken away, as soon as they fit."""
    sizes = {field: size for _, field, size in _EXTRAS}
    chosen = set(wanted) != set(HEADINGS)
    least = dict(zip(_CORE, _ANCHORS[2][1], strict=True))
    left = width + 1 - sum(size + 1 for field, size in least.items() if field in wanted)
    cells: dict[str, int] = {}
    for field in (field for field in wanted if field in sizes):
        from_here = next(width for width, each, _ in _EXTRAS if each == field)
        if screen >= from_here or (chosen and left > sizes[field]):
            cells[field] = sizes[field]
            left -= sizes[field] + 1
    return cells


def cell_text(event: EventRow, field: str) -> str:
    """The raw text of a column; not the time, which depends on the zone."""
    value = getattr(event, field)
    return value if isinstance(value, str) else ""


def target_text(target: str, note: str, width: int) -> str:
    """`target ← note` in exactly `width` cells.

    The target is cut first; a note that is too long beside a third of the width is cut too, each
    down to its half, but the target to no less than a quarter of the width. Where even that is too
    long the target keeps a third of the width, and a quarter beside a note that names an account.
    """
    target, note = safe(target), safe(note)
    if not note:
        return fit(target, width)
    sign = " " if note.startswith("→") else " ← "
    sign = sign if target else sign.lstrip()
    wide, noted = cell_width(target), len(sign) + cell_width(note)
    half, third = max((wide + 1) // 2, min(wide, width // 4)), min(wide, max(width // 3, 4))
    whole = third + noted <= width
    least = third if whole or half + (noted + 1) // 2 > width else half
    room = min(noted, width - least)
    if room < noted and (account := _ACCOUNT.search(note)):
        # A `+` or `-` before it has to be seen; of more words a sign that some were left out.
        wanted = len(sign) + min(account.start(), 2) + len(account[0])
        quarter = 3 if account.start() == 2 else max(width // 4, 4)
        room = max(room, min(noted, wanted, width - min(wide, quarter)))
    text = cut(target, width - room) + sign + _cut_note(note, room - len(sign))
    return fit(text, width)


def _cut_note(note: str, width: int) -> str:
    """A note without its middle; its beginning stays longest: whom a statement allows.

    The account that it names stays whole.
    """
    head = min(_NOTE_HEAD, width - 3)
    account = _ACCOUNT.search(note) if note.removeprefix("→").isascii() else None
    if len(note) > width and account and len(account[0]) <= width:
        return _around(note[: account.start()], account[0], note[account.end() :], width)
    if len(note) <= width or 2 * head < width - 1 or note.startswith("→") or not note.isascii():
        return cut(note, width)
    return f"{note[:head]}…{note[head + 1 - width :]}"


def _around(head: str, account: str, tail: str, width: int) -> str:
    """A text that is too long, cut before and behind its account."""
    room = width - len(account)
    if len(head) > room - len(tail[:1]):
        end = tail if 2 * len(tail) <= room else "…"[:room]
        left = room - len(end)
        return (f"{head[: left - 1]}…" if left else "") + account + end
    left = room - len(head)
    return head + account + (tail if len(tail) <= left else f"{tail[: left - 1]}…")


def row_cells(event: EventRow, time: str, columns: Sequence[Column]) -> list[str]:
    """The line of an event, column by column, each as wide as it is."""
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
        elif field == "who":
            text = pad(cut_who(safe(event.who), width), width)
        else:
            text = fit(safe(cell_text(event, field)), width)
        parts.append(text)
    return parts
