"""The columns of the list to choose from: which are shown, and in which order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.core.text import fit
from tui.ui.screens.filters import Lines
from tui.ui.widgets.columns import HEADINGS

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_KEYS = "space: show, hide · K J: up, down · r: as in the settings · Esc: back"


class ColumnsChooser(Lines[None]):
    """Shows each change behind it at once."""

    KEYS = _KEYS

    def __init__(
        self,
        shown: Sequence[str],
        settings: Sequence[str],
        changed: Callable[[Sequence[str]], None],
    ) -> None:
        """`changed` gets the columns that are to be shown, in their order."""
        super().__init__("Columns from left to right: the last ones are shown as there is room")
        self._settings = settings
        self._changed = changed
        self._take(shown)

    def _take(self, shown: Sequence[str]) -> None:
        self._fields = [*shown, *(field for field in HEADINGS if field not in shown)]
        self._shown = set(shown)

    def lines(self, width: int) -> list[str]:
        return [
            fit(f"{'[x]' if field in self._shown else '[ ]'} {field.capitalize()}", width)
            for field in self._fields
        ]

    def pressed(self, key: str) -> bool:
        field = self._fields[self._cursor]
        if key in ("space", "enter"):
            self._toggle(field)
        elif key in ("J", "+", "shift+down"):
            self._move(1)
        elif key in ("K", "-", "shift+up"):
            self._move(-1)
        elif key == "r":
            self._take(self._settings)
        else:
            return False
        self._changed([each for each in self._fields if each in self._shown])
        self.show()
        return True

    def _toggle(self, field: str) -> None:
        if field not in self._shown:
            self._shown.add(field)
        elif len(self._shown) > 1:
            self._shown.remove(field)

    def _move(self, step: int) -> None:
        place = self._cursor + step
        if 0 <= place < len(self._fields):
            field = self._fields.pop(self._cursor)
            self._fields.insert(place, field)
            self._cursor = place
