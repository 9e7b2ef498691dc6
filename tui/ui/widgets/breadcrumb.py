"""The filter's steps in a line: `is:error`, then `service:iam`, what is off marked and dim."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from tui.core.text import cell_width, cut, safe

if TYPE_CHECKING:
    from tui.core.filters.steps import Steps

BETWEEN = " › "  # noqa: RUF001 - a sign of its own
OFF = "○"
"""Before a step that is off."""
_LEAST = 12
"""Cells that a step keeps before whole steps are left out."""


class Crumb(NamedTuple):
    """A part of the line."""

    text: str
    off: bool = False


def breadcrumb(steps: Steps, width: int) -> list[Crumb]:
    """The steps and what stands between them, in at most `width` cells.

    Where room is short the longest are cut in the middle first; then the steps between the first
    and the last ones are left out and counted.
    """
    paused = steps.now.paused
    crumbs = [
        Crumb(f"{'' if on else OFF}{safe(step.shown)}", not on)
        for step in steps.all
        for on in [step.on and not paused]
    ]
    if not crumbs or width < _LEAST:
        return []
    left_out = 0
    while _least(crumbs, left_out) > width and len(crumbs) > 1:
        # The newest step says most about what is seen, the oldest where it began.
        crumbs.pop(1 if len(crumbs) > 2 else 0)
        left_out += 1
    room = width - _between(crumbs, left_out)
    if room < len(crumbs):  # not even to count what is left out
        return [crumbs[-1]._replace(text=cut(crumbs[-1].text, width))]
    sizes = _shares([cell_width(crumb.text) for crumb in crumbs], room)
    texts = [
        crumb._replace(text=cut(crumb.text, size))
        for crumb, size in zip(crumbs, sizes, strict=True)
    ]
    if left_out:
        texts.insert(1 if len(texts) > 1 else 0, Crumb(_more(left_out)))
    found: list[Crumb] = []
    for crumb in texts:
        found += [Crumb(BETWEEN), crumb] if found else [crumb]
    return found


def _more(count: int) -> str:
    return f"… {count} more …"


def _between(crumbs: list[Crumb], left_out: int) -> int:
    """Cells that are not the steps' own."""
    parts = len(crumbs) + (1 if left_out else 0)
    return len(BETWEEN) * (parts - 1) + (len(_more(left_out)) if left_out else 0)


def _least(crumbs: list[Crumb], left_out: int) -> int:
    steps = sum(min(cell_width(crumb.text), _LEAST) for crumb in crumbs)
    return steps + _between(crumbs, left_out)


def _shares(sizes: list[int], room: int) -> list[int]:
    """The sizes, the longest made as short as it takes to fit."""
    limit = max(sizes)
    while limit > 1 and sum(min(size, limit) for size in sizes) > room:
        limit -= 1
    return [min(size, limit) for size in sizes]
