"""One line that asks: for a time, for a command."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding
from textual.content import Content
from textual.screen import ModalScreen
from textual.suggester import Suggester
from textual.widgets import Input, Static

from tui.actions import ACTIONS
from tui.core.text import safe

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from textual.app import ComposeResult


class Ask(ModalScreen[str | None]):
    """Returns what was typed, or None after Esc; what `check` finds wrong is said at once."""

    DEFAULT_CSS = """
    Ask { align: left bottom; background: transparent; }
    Ask #ask { height: 2; width: 100%; background: $panel; }
    Ask Static { height: 1; width: 100%; padding: 0 1; color: $secondary; }
    Ask Static.-wrong { color: $warning; text-style: bold; }
    Ask Input, Ask Input:focus { height: 1; border: none; padding: 0 1; background: $panel; }
    """

    BINDINGS: ClassVar[list[Binding]] = [  # type: ignore[assignment]  # Textual's alias is invariant
        Binding("escape", "leave", show=False),
        Binding("tab", "complete", show=False, priority=True),
    ]

    def __init__(
        self,
        title: str,
        *,
        check: Callable[[str], str],
        words: Sequence[tuple[str, str]] = (),
        value: str = "",
        empty: bool = False,
    ) -> None:
        """`value` stands there at first; with `empty`, nothing typed is an answer too."""
        super().__init__()
        self._title = title
        self._empty = empty
        self._check = check
        self._words = words
        suggester = _Words([word for word, _ in words]) if words else None
        self._input = Input(safe(value), suggester=suggester, select_on_focus=False)
        self._input.cursor_blink = False
        self._label = Static(Content(safe(title)), markup=False)

    def compose(self) -> ComposeResult:
        from textual.containers import Vertical

        with Vertical(id="ask"):
            yield self._label
            yield self._input

    def on_mount(self) -> None:
        self.set_focus(self._input)
        self._tell()

    def on_input_changed(self) -> None:
        self._tell()

    def _tell(self) -> None:
        """The title, or what the word typed so far may become."""
        text = self._title
        if self._words:
            typed = self._input.value
            name, blank, _ = typed.partition(" ")
            fitting = [
                (w, d) for w, d in self._words if w == name or (not blank and w.startswith(name))
            ]
            if len(fitting) == 1:
                text = f"{fitting[0][0]}: {fitting[0][1]}"
            elif fitting and typed:
                text = "Tab completes: " + "  ".join(word for word, _ in fitting)
            elif fitting:
                text = "A command · Tab completes · Esc goes back"
            else:
                text = f"There is no command {name}"
        self._say(text)

    def _say(self, text: str, *, wrong: bool = False) -> None:
        self._label.set_class(wrong, "-wrong")
        self._label.update(Content(safe(text)), layout=False)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        text = event.value.strip()
        if not text:
            self.dismiss("" if self._empty else None)
            return
        wrong = self._check(text)
        if wrong:
            self._say(wrong, wrong=True)
        else:
            self.dismiss(text)

    def action_leave(self) -> None:
        """Nothing is asked any more."""
        self.dismiss(None)

    def action_complete(self) -> None:
        """Complete as far as the words agree."""
        typed = self._input.value
        fitting = [word for word, _ in self._words if word.startswith(typed)]
        if not fitting:
            return
        common = fitting[0]
        for word in fitting:
            while not word.startswith(common):
                common = common[:-1]
        self._input.value = common
        self._input.cursor_position = len(common)


class _Words(Suggester):
    """Suggests the first word that begins with what was typed."""

    def __init__(self, words: Sequence[str]) -> None:
        super().__init__(use_cache=False)
        self._words = words

    async def get_suggestion(self, value: str) -> str | None:
        return next((word for word in self._words if value and word.startswith(value)), None)


def command_words(scopes: Sequence[str]) -> list[tuple[str, str]]:
    """The commands that can be given in one of the scopes, with what they do."""
    return [
        (action.command_name, action.description)
        for action in ACTIONS
        if any(scope in action.scopes for scope in scopes) or action.scopes == ("anywhere",)
    ]
