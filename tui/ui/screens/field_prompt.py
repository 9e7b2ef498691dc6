"""A short list of the fields that can be counted: type to narrow it, Enter takes one."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from tui.core.facet_names import field_name
from tui.core.query_names import FACETS
from tui.core.text import cut, pad, safe
from tui.ui.screens.keyed import key_name
from tui.ui.widgets.facet_lines import WHAT

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual import events
    from textual.app import ComposeResult

_NAMES = max(map(len, FACETS)) + 2
_ROOM = 6
"""Lines of the screen that are left to what lies behind."""


class FieldPrompt(ModalScreen[str | None], inherit_bindings=False):
    """Returns a field, or None after Esc; what cannot be counted is said at once."""

    AUTO_FOCUS: ClassVar[str | None] = None
    DEFAULT_CSS = """
    FieldPrompt { align: left bottom; background: transparent; }
    FieldPrompt #fields { height: auto; width: 100%; background: $panel; }
    FieldPrompt Static { height: auto; width: 100%; padding: 0 1; background: $panel; }
    FieldPrompt #typed { height: 1; text-style: bold; }
    FieldPrompt #words { height: 1; color: $secondary; }
    FieldPrompt #words.-wrong { color: $warning; text-style: bold; }
    """

    def __init__(self, title: str, field: str, *, wrong: Callable[[str], str]) -> None:
        """`field` is the one that is shown now; `wrong` says what a path cannot be used for."""
        super().__init__()
        self._title = title
        self._wrong = wrong
        self._cursor = FACETS.index(field) if field in FACETS else 0
        self._text = ""
        self._list = Static(Content(""), markup=False)
        self._typed = Static(Content(""), markup=False, id="typed")
        self._words = Static(Content(""), markup=False, id="words")

    def compose(self) -> ComposeResult:
        from textual.containers import Vertical

        with Vertical(id="fields"):
            yield self._list
            yield self._typed
            yield self._words

    def on_mount(self) -> None:
        self._show()

    def on_resize(self) -> None:
        self._show()

    @property
    def fitting(self) -> list[str]:
        """The fields that what was typed may mean: those that begin so come first."""
        typed = self._text.strip().lower()
        begin = [name for name in FACETS if name.startswith(typed)]
        return begin + [
            name
            for name in FACETS
            if name not in begin and (typed in name or typed in WHAT[name].lower())
        ]

    def _show(self) -> None:
        names = self.fitting
        self._cursor = max(min(self._cursor, len(names) - 1), 0)
        width = max(self.app.size.width - 2, 20)
        height = max(self.app.size.height - _ROOM, 1)
        first = max(min(self._cursor - height // 2, len(names) - height), 0)
        lines = []
        for number, name in enumerate(names[first : first + height], first):
            line = Content(pad(cut(f" {name.ljust(_NAMES)}{WHAT[name]}", width), width))
            lines.append(line.stylize("reverse") if number == self._cursor else line)
        self._list.display = bool(lines)
        self._list.update(Content("\n").join(lines))
        self._typed.update(Content(cut(f"{self._title}: {safe(self._text)}▏", width)))
        self._say("Type to narrow, or a path · ↑ ↓ choose · Enter takes it · Esc goes back")

    def _say(self, text: str, *, wrong: bool = False) -> None:
        self._words.set_class(wrong, "-wrong")
        self._words.update(Content(cut(safe(text), max(self.app.size.width - 2, 20))))

    def on_key(self, event: events.Key) -> None:
        event.stop()
        event.prevent_default()
        key = key_name(event)
        if key == "escape":
            self.dismiss(None)
        elif key == "enter":
            self._take()
        elif key in ("up", "down"):
            self._cursor += 1 if key == "down" else -1
            self._show()
        elif key in ("backspace", "ctrl+u"):
            self._type(self._text[:-1] if key == "backspace" else "")
        elif event.is_printable and event.character:
            self._type(self._text + event.character)

    def _type(self, text: str) -> None:
        self._text, self._cursor = text, 0
        self._show()

    def _take(self) -> None:
        names = self.fitting
        if names:
            self.dismiss(names[self._cursor])
            return
        wrong = self._wrong(self._text)
        if wrong:
            self._say(wrong, wrong=True)
        else:
            self.dismiss(field_name(self._text))
