"""A painted widget that sends only the cells of a line that have changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.core.text import cell_width
from tui.ui.widgets.painted import Painted

if TYPE_CHECKING:
    from tui.ui.widgets.painted import Line


class Sparing(Painted):
    """For lines in which little changes at a time: a mark that moves, one count of many."""

    def changed(self, old: Line, new: Line, width: int) -> tuple[int, int]:
        return changed_cells(old, new, width)


def changed_cells(before: Line, now: Line, width: int) -> tuple[int, int]:
    """From which cell to before which one two lines differ; equal numbers: nowhere."""
    if before == now:
        return 0, 0
    old, new = _characters(before, width), _characters(now, width)
    shorter = min(len(old), len(new))
    left = 0
    while left < shorter and old[left] == new[left]:
        left += 1
    right = 0
    while right < shorter - left and old[-1 - right] == new[-1 - right]:
        right += 1
    # A character that has no cell of its own is drawn with the one before it.
    while left and any(left < len(line) and not cell_width(line[left][0]) for line in (old, new)):
        left -= 1
    start = sum(cell_width(character) for character, _ in new[:left])
    end = width - sum(cell_width(character) for character, _ in new[len(new) - right :])
    return (start, end) if start < end else (0, 0)


def _characters(line: Line, width: int) -> list[tuple[str, tuple[str, ...]]]:
    """Each character with its style; what the line lacks is blank in its last style."""
    found = [(character, names) for text, names in line for character in text]
    last = found[-1][1] if found else ()
    missing = width - sum(cell_width(text) for text, _ in line)
    return found + [(" ", last)] * max(missing, 0)
