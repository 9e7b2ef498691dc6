"""Counts drawn as bars of block characters, with a sign for none."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tui.core.counts.timeline import Counts
    from tui.ui.widgets.painted import Line

BLOCKS: Final = "▁▂▃▄▅▆▇█"
NONE: Final = "·"
"""Where there is nothing at all, however few there are elsewhere."""
HERE: Final = "▸"
"""Before the bar that holds the cursor."""
NOTABLE: Final = 10
"""From one failure in so many events on a bar of the strip has the failures' colour."""


def height(count: int, peak: int, most: int) -> int:
    """How high a bar is if the highest is `most`; no bar of something is 0 high."""
    return max(round(count * most / peak), 1) if count else 0


def bar_rows(counts: Sequence[int], rows: int, wide: int = 1) -> list[str]:
    """The bars, from the top row down; each takes `wide` cells, from three on with a gap."""
    steps = len(BLOCKS)
    peak = max(counts, default=0)
    heights = [height(count, peak, rows * steps) for count in counts]
    gap = " " if wide > 2 else ""
    lines = []
    for row in range(rows):
        floor = (rows - 1 - row) * steps
        cells = []
        for high in heights:
            part = min(high - floor, steps)
            if high or floor:
                cells.append((BLOCKS[part - 1] if part > 0 else " ") * (wide - len(gap)) + gap)
            else:
                cells.append(NONE.center(wide - len(gap)) + gap)
        lines.append("".join(cells))
    return lines


def strip_line(counts: Counts, here: int) -> Line:
    """All bars in one line of the status line; `here` is the bucket of the cursor, or -1."""
    (bars,) = bar_rows(counts.events, 1)
    pieces: list[tuple[str, tuple[str, ...]]] = []
    for number, sign in enumerate(bars):
        if number == here:
            pieces.append((HERE, ("message",)))
        events, errors = counts.events[number], counts.errors[number]
        names = ("status", "failed") if errors and errors * NOTABLE >= events else ("status",)
        if pieces and pieces[-1][1] == names:
            pieces[-1] = (pieces[-1][0] + sign, names)
        else:
            pieces.append((sign, names))
    return tuple(pieces)
