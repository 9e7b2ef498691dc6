"""The line in which is typed what to search for; every key is answered behind it at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from tui.core.text import cell_width, cut, safe
from tui.ui.widgets.prompt_pane import Prompt

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tui.core.needle import Needle
    from tui.ui.widgets.painted import Line

_SIGN = " /"
_SHARE = 55
"""Of a hundred cells, those for what was found."""


class Said(NamedTuple):
    """What was found, in words."""

    text: str = ""
    wrong: bool = False
    advice: str = ""
    """What is said in its place after Enter, where something else helps on."""


def named(needle: Needle) -> str:
    """What is searched for, in a sentence."""
    return f"“{safe(needle.text)}”" if needle.text else str(needle)


class SearchLine(Prompt):
    """Answered by what was typed, or None after Esc: back to where the search began."""

    def __init__(self, typed: Callable[[str], Said], history: Sequence[str]) -> None:
        """`typed` is told each text and says what was found; `history` ends with the newest."""
        super().__init__(history=history)
        self._typed = typed
        self._said = Said("Esc: back · ↑: earlier searches")

    def changed(self) -> None:
        self._said = self._typed(self.editor.text)

    def lines(self, width: int) -> list[Line]:
        share = width * _SHARE // 100
        words = cut(safe(self._said.text), share - 1) + " "
        gap = " " * max(share - cell_width(words), 0)
        style = "asked-wrong" if self._said.wrong else "asked-words"
        typed = self.editor.view(width - len(_SIGN) - share)
        return [((_SIGN, ("asked-words",)), *typed, (gap, ("asked",)), (words, (style,)))]
