"""One line that asks: for a time, a command, a note, a name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.actions.registry import ACTIONS
from tui.core.text import fit, safe
from tui.ui.widgets.prompt_pane import Prompt

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tui.ui.widgets.painted import Line


class Ask(Prompt):
    """Answered by what was typed, or None after Esc; what `check` finds wrong is said at once."""

    def __init__(
        self,
        title: str,
        *,
        check: Callable[[str], str],
        words: Sequence[tuple[str, str]] = (),
        value: str = "",
        empty: bool = False,
    ) -> None:
        """`value` stands there at first; with `empty`, nothing typed is an answer too.

        `words` are those that Tab completes, each with what it means.
        """
        super().__init__(value)
        self._title = title
        self._check = check
        self._words = words
        self._empty = empty
        self._wrong = ""
        self.keys["tab"] = self.complete

    def changed(self) -> None:
        self._wrong = ""

    def height(self) -> int:
        return 2

    def lines(self, width: int) -> list[Line]:
        style = "asked-wrong" if self._wrong else "asked-words"
        said = fit(f" {safe(self._wrong or self._told())}", width)
        blank = (" ", ("asked",))
        return [((said, (style,)),), (blank, *self.editor.view(width - 2), blank)]

    def _told(self) -> str:
        """The title, or what the word typed so far may become."""
        if not self._words:
            return self._title
        typed = self.editor.text
        name, blank, _ = typed.partition(" ")
        fitting = [
            (word, what)
            for word, what in self._words
            if word == name or (not blank and word.startswith(name))
        ]
        if len(fitting) == 1:
            return f"{fitting[0][0]}: {fitting[0][1]}"
        if fitting and typed:
            return "Tab completes: " + "  ".join(word for word, _ in fitting)
        if fitting:
            return "A command · Tab completes · Esc goes back"
        return f"There is no command {name}"

    def submit(self) -> None:
        text = self.editor.text.strip()
        if not text:
            self.pane.close("" if self._empty else None)
            return
        self._wrong = self._check(text)
        if not self._wrong:
            self.pane.close(text)

    def complete(self) -> None:
        """Complete as far as the words agree."""
        typed = self.editor.text
        fitting = [word for word, _ in self._words if word.startswith(typed)]
        if not fitting:
            return
        common = fitting[0]
        for word in fitting:
            while not word.startswith(common):
                common = common[:-1]
        self.editor.write(common)


def command_words(scopes: Sequence[str]) -> list[tuple[str, str]]:
    """The commands that can be given in one of the scopes, with what they do."""
    return [
        (action.command_name, action.description)
        for action in ACTIONS
        if any(scope in action.scopes for scope in scopes) or action.scopes == ("anywhere",)
    ]
