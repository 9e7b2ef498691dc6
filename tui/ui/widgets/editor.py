"""A line of text that is being typed: its cursor, the keys that change it, the part in view."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from tui.core.text import cell_width, safe

if TYPE_CHECKING:
    from collections.abc import Callable

    from tui.ui.widgets.painted import Line

_WORD = re.compile(r"\w+\W*")
_WORD_BEFORE = re.compile(r"\w*\W*\Z")

TYPED: Final = ("asked",)
CURSOR: Final = ("asked-cursor",)


class Editor:
    """What was typed, and where in it the cursor stands."""

    def __init__(self, text: str = "") -> None:
        self._text = text
        self.cursor = len(text)
        self._left = 0
        self._keys: dict[str, Callable[[], None]] = {
            "left": lambda: self._move(self.cursor - 1),
            "right": lambda: self._move(self.cursor + 1),
            "home": lambda: self._move(0),
            "ctrl+a": lambda: self._move(0),
            "end": lambda: self._move(len(self._text)),
            "ctrl+e": lambda: self._move(len(self._text)),
            "ctrl+left": lambda: self._move(self._word_before()),
            "ctrl+right": lambda: self._move(self._word_behind()),
            "backspace": lambda: self._cut(self.cursor - 1, self.cursor),
            "delete": lambda: self._cut(self.cursor, self.cursor + 1),
            "ctrl+d": lambda: self._cut(self.cursor, self.cursor + 1),
            "ctrl+w": lambda: self._cut(self._word_before(), self.cursor),
            "ctrl+u": lambda: self._cut(0, self.cursor),
            "ctrl+k": lambda: self._cut(self.cursor, len(self._text)),
            "alt+backspace": lambda: self._cut(self._word_before(), self.cursor),
            "ctrl+backspace": lambda: self._cut(self._word_before(), self.cursor),
        }

    @property
    def text(self) -> str:
        """What stands there."""
        return self._text

    def write(self, text: str, cursor: int = -1) -> None:
        """Another text; the cursor goes behind it where no place is given."""
        self._text = text
        self._move(len(text) if cursor < 0 else cursor)

    def type(self, text: str) -> None:
        """Put text where the cursor is."""
        before, behind = self._text[: self.cursor], self._text[self.cursor :]
        self.write(before + text + behind, len(before + text))

    def press(self, key: str) -> bool:
        """Carry out a key that moves or deletes; False if it is another one."""
        change = self._keys.get(key)
        if change is not None:
            change()
        return change is not None

    def _move(self, place: int) -> None:
        self.cursor = max(min(place, len(self._text)), 0)

    def _cut(self, start: int, end: int) -> None:
        start = max(start, 0)
        self.write(self._text[:start] + self._text[end:], start)

    def _word_before(self) -> int:
        found = _WORD_BEFORE.search(self._text[: self.cursor])
        return found.start() if found and found.start() < self.cursor else 0

    def _word_behind(self) -> int:
        found = _WORD.search(self._text, self.cursor)
        return found.end() if found else len(self._text)

    def scroll(self, width: int) -> int:
        """How many cells of the text are out of view at the left of a line that is so wide."""
        place = cell_width(safe(self._text[: self.cursor]))
        self._left = max(min(self._left, place), place + cell_width(self._at) - width, 0)
        return self._left

    @property
    def _at(self) -> str:
        """What stands under the cursor."""
        at = safe(self._text[self.cursor : self.cursor + 1])
        return at if cell_width(at) else f" {at}"

    def view(self, width: int) -> Line:
        """The part that fits, in exactly `width` cells; the cursor is always among it."""
        before, at = safe(self._text[: self.cursor]), self._at
        before = _cells(before, self.scroll(width), cell_width(before))
        room = width - cell_width(before) - cell_width(at)
        behind = _cells(safe(self._text[self.cursor + 1 :]), 0, room)
        behind += " " * (room - cell_width(behind))
        return ((before, TYPED), (at, CURSOR), (behind, TYPED))


def _cells(text: str, start: int, end: int) -> str:
    """The characters between two cells; blanks for the half of a wide one."""
    found, at = [], 0
    for character in text:
        width = cell_width(character)
        if start <= at and at + width <= end:
            found.append(character)
        elif at + width > start and at < end:
            found.append(" " * (min(at + width, end) - max(at, start)))
        at += width
    return "".join(found)
