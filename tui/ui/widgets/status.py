"""The status line: what was just said or is being read, and what is so at the moment."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from tui.core.text import cell_width, cut, safe
from tui.ui.widgets.sparing import Sparing

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tui.core.index.rows import Progress
    from tui.ui.widgets.painted import Line


_SHORTEST, _LONGEST = 8, 24
"""Cells of the timeline."""
_ROOMY = 100
"""From this width on the timeline stays beside a message."""


class Chip(NamedTuple):
    """One thing that is so: its text, and whether it asks for attention."""

    text: str
    urgent: bool = False


class Status(Sparing, can_focus=False):
    """One line: to the left a message, the progress or hints; to the right the chips."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 (Textual's own name)
        super().__init__(id=id)
        self._message = ""
        self._warning = False
        self._background = ""
        self._chips: Sequence[Chip] = ()
        self._hints: Sequence[str] = ()
        self.strip: Callable[[int], Line] = lambda _cells: ()
        """Gives the timeline in so many cells."""

    @property
    def message(self) -> str:
        """What was said last; empty once another key was pressed."""
        return self._message

    @property
    def background(self) -> str:
        """What stands there while there is nothing to say."""
        return self._background

    @property
    def chips(self) -> Sequence[Chip]:
        """What is so, the most important last."""
        return self._chips

    def say(self, text: str, *, warning: bool = False) -> None:
        """Show a message until the next key."""
        self._message, self._warning = safe(text), warning
        self.repaint()

    def tell(self, background: str, chips: Sequence[Chip], hints: Sequence[str] = ()) -> None:
        """Set what stands there while there is no message, the chips, and keys worth a hint."""
        self._background, self._chips, self._hints = safe(background), chips, hints
        self.repaint()

    def lines(self, width: int, height: int) -> list[Line]:  # noqa: ARG002 (there is one)
        strip = self._strip(width)
        taken = sum(cell_width(piece) for piece, _ in strip)
        return [(*strip, *self._rest(width - taken))]

    def _strip(self, width: int) -> Line:
        """The timeline, where it leaves a message room enough."""
        if self._message and width < _ROOMY:
            return ()
        strip = self.strip(max(min(width // 4 - 14, _LONGEST), _SHORTEST))
        return ((" ", ("status",)), *strip, (" ", ("status",))) if strip else ()

    def _rest(self, width: int) -> Line:
        """What stands behind the timeline."""
        text = self._message or self._background
        least = min(cell_width(text), max(width // 2, width - 24) if self._message else width // 3)
        chips = list(self._chips)
        while chips and sum(cell_width(chip.text) + 3 for chip in chips) - 1 > width - least - 2:
            chips.pop(0)
        pieces = []
        for index, chip in enumerate(chips):
            if index:
                pieces.append((" · ", ("status",)))
            pieces.append((safe(chip.text), ("warning" if chip.urgent else "status",)))
        used = sum(cell_width(piece) for piece, _ in pieces) + 1
        room = width - used - 2
        name = "status"
        if self._message:
            name = "warning" if self._warning else "message"
        shown = text if self._message else _shortened(text, room)
        shown = cut(shown, room)
        if not self._message:
            for hint in self._hints:
                if cell_width(shown) + len(hint) + 3 > room:
                    break
                shown += f" · {hint}" if shown else hint
        gap = " " * max(width - 1 - cell_width(shown) - used, 0)
        return ((" " + shown, (name,)), (gap, ("status",)), *pieces, (" ", ("status",)))


def _shortened(text: str, width: int) -> str:
    """`2026-01-01 … 2026-01-31 UTC` in few cells: without blanks, its zone, the second year."""
    first, dots, last = text.partition(" … ")
    if not dots:
        return text
    day = last.partition(" ")[0]
    same = day.removeprefix(first[:5])
    shorter = (text, f"{first}…{last}", f"{first}…{day}", f"{first}…{same}")
    return next((each for each in shorter if cell_width(each) <= width), text)


def size_text(count: int) -> str:
    """Bytes for a person: `734 KB`, `61 MB`, `1.5 GB`."""
    if count < 1_000_000:
        return f"{max(count, 0) // 1000} KB"
    if count < 1_000_000_000:
        return f"{count // 1_000_000} MB"
    return f"{count / 1_000_000_000:.1f} GB"


_SIGNS = (
    ("failed", "✗"),
    ("retrying", "↻"),
    ("listing", "◐"),
    ("behind", "◐"),
    ("waiting", "○"),
    ("live", "●"),
    ("polling", "●"),
)


def state_text(state: str) -> str:
    """A state behind a sign that needs no colour: `● live`, `✗ failed`; others as they are."""
    for word, sign in _SIGNS:
        if word in state:
            return f"{sign} {state}"
    return state


def progress_text(progress: Progress, stop_key: str, requests: int = 0) -> str:
    """The load in a line, the most useful first: how far, how long still, how to stop."""
    if progress.listing and not progress.objects_read:
        return f"looking for files: {progress.objects_found:,} so far · {stop_key} stops"
    of = f"{progress.objects_found:,}{'+' if progress.listing else ''}"
    parts = [f"reading {progress.objects_read:,} of {of} files"]
    if progress.seconds_left is not None and not progress.listing:
        parts.append(f"{duration_text(progress.seconds_left)} left")
    parts.append(f"{progress.events:,} events")
    parts.append(f"{size_text(progress.bytes_read)} of {size_text(progress.bytes_found)}")
    if requests:
        parts.append(f"{requests:,} requests")
    return " · ".join([*parts, f"{stop_key} stops"])


def duration_text(seconds: float) -> str:
    """`4 s`, `3 min`, `2 h`."""
    if seconds < 60:
        return f"{max(round(seconds), 1)} s"
    return f"{round(seconds / 60)} min" if seconds < 5400 else f"{round(seconds / 3600)} h"
