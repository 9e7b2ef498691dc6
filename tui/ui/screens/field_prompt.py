"""A short list of the fields that can be counted: type to narrow it, Enter takes one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.core.counts.facet_names import field_name
from tui.core.query.names import FACETS, MEANT
from tui.core.text import cell_width, fit, safe
from tui.ui.widgets.facet_lines import WHAT
from tui.ui.widgets.prompt_pane import Prompt

if TYPE_CHECKING:
    from collections.abc import Callable

    from tui.ui.widgets.painted import Line

_NAMES = max(map(len, FACETS)) + 2
_ROOM = 6
"""Lines of the screen that are left to what lies behind."""
_HELP = "Type to narrow, or a path · ↑ ↓ choose · Enter takes it · Esc goes back"


class FieldPrompt(Prompt):
    """Answered by a field, or None after Esc; what cannot be counted is said at once."""

    def __init__(self, title: str, field: str, *, wrong: Callable[[str], str]) -> None:
        """`field` is the one that is shown now; `wrong` says what a path cannot be used for."""
        super().__init__()
        self._title = title
        self._check = wrong
        self._wrong = ""
        self._cursor = FACETS.index(field) if field in FACETS else 0
        self.keys.update({"up": lambda: self._move(-1), "down": lambda: self._move(1)})

    @property
    def fitting(self) -> list[str]:
        """The fields that what was typed may mean: those that begin so come first."""
        typed = self.editor.text.strip().lower()
        begin = [name for name in FACETS if name.startswith(typed)]
        meant = {field for word, field in MEANT.items() if word.startswith(typed)}
        return begin + [
            name
            for name in FACETS
            if name not in begin and (typed in name or typed in WHAT[name].lower() or name in meant)
        ]

    def changed(self) -> None:
        self._cursor = 0
        self._wrong = ""

    def _move(self, step: int) -> None:
        self._cursor = max(min(self._cursor + step, len(self.fitting) - 1), 0)

    @property
    def _room(self) -> int:
        """Fields in view at most."""
        return max(self.pane.room.height - _ROOM, 1)

    def height(self) -> int:
        return min(len(self.fitting), self._room) + 2

    def lines(self, width: int) -> list[Line]:
        names, room = self.fitting, self._room
        first = max(min(self._cursor - room // 2, len(names) - room), 0)
        lines: list[Line] = []
        for number, name in enumerate(names[first : first + room], first):
            style = "asked-chosen" if number == self._cursor else "asked"
            lines.append(((fit(f"  {name.ljust(_NAMES)}{WHAT[name]}", width), (style,)),))
        title = f" {safe(self._title)}: "
        typed = self.editor.view(max(width - cell_width(title), 1))
        words = fit(f" {safe(self._wrong or _HELP)}", width)
        style = "asked-wrong" if self._wrong else "asked-words"
        return [*lines, ((title, ("asked-words",)), *typed), ((words, (style,)),)]

    def submit(self) -> None:
        names = self.fitting
        if names:
            self.pane.close(names[self._cursor])
            return
        text = self.editor.text
        self._wrong = self._check(text)
        if not self._wrong:
            self.pane.close(field_name(text))
