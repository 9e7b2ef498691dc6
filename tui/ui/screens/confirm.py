"""A question of the sources that is answered with yes or no, over whatever screen there is."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from tui.core.text import safe
from tui.ui.screens.keyed import KeyedScreen, key_name

if TYPE_CHECKING:
    from textual import events
    from textual.app import ComposeResult

    from tui.ui.screens.main import MainScreen

_KEYS = "y: yes · n or Esc: no"
_LONGEST = 600
"""Characters of a question: what is asked must not push the keys out of the screen."""


class Confirm(ModalScreen[bool | None], inherit_bindings=False):
    """Returns True or False; None if the question was taken back."""

    AUTO_FOCUS: ClassVar[str | None] = None
    DEFAULT_CSS = """
    Confirm { align: left bottom; background: transparent; }
    Confirm #confirm { height: auto; width: 100%; background: $panel; }
    Confirm Static { height: auto; width: 100%; padding: 0 1; }
    Confirm #question { color: $warning; text-style: bold; max-height: 10; }
    Confirm #keys { height: 1; color: $secondary; }
    """

    def __init__(self, question: str) -> None:
        super().__init__()
        self.question = question
        shown = safe(question)
        if len(shown) > _LONGEST:
            shown = shown[: _LONGEST - 1] + "…"
        self._text = Static(Content(shown), markup=False, id="question")
        self._keys = Static(Content(_KEYS), markup=False, id="keys")

    def compose(self) -> ComposeResult:
        from textual.containers import Vertical

        with Vertical(id="confirm"):
            yield self._text
            yield self._keys

    def on_key(self, event: events.Key) -> None:
        event.stop()
        event.prevent_default()
        key = key_name(event)
        if key in ("y", "Y"):
            self.dismiss(True)
        elif key in ("n", "N", "escape"):
            self.dismiss(False)
        else:
            self._keys.update(Content(f"Only y or n answers · {_KEYS}"), layout=False)


class Questions:
    """Asks what the sources ask, one question after the other, and hands the answer back."""

    def __init__(self, screen: MainScreen) -> None:
        self._screen = screen
        self._open: Confirm | None = None
        self._answered = ""

    def look(self) -> None:
        """Ask what is to be asked, unless the person is typing; close what is no longer asked."""
        question = self._screen.session.question()
        if question != self._answered:
            self._answered = ""
        if self._open is not None:
            if question != self._open.question and self._open.is_current:
                self._open.dismiss(None)
            return
        app = self._screen.app
        typing = self._screen.prompt.prompt is not None
        free = isinstance(app.screen, KeyedScreen) and not typing
        if question and not self._answered and free:
            self._open = Confirm(question)
            app.push_screen(self._open, self._given)

    def _given(self, yes: bool | None) -> None:  # noqa: FBT001 (Textual hands it over so)
        asked, self._open = self._open, None
        if yes is not None and asked is not None:
            self._answered = asked.question
            self._screen.session.answer(yes)
        self._screen.call_later(self.look)
