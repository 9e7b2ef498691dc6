"""The pane at the foot of the main screen in which is asked; it covers only its own lines."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.ui.widgets.editor import Editor
from tui.ui.widgets.sparing import Sparing

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from textual.geometry import Size

    from tui.ui.widgets.painted import Line


class Prompt:
    """Something that asks for a line of text: what it shows, and what its keys do.

    `keys` maps those that are not the editor's to what they do.
    """

    def __init__(self, text: str = "", history: Sequence[str] = ()) -> None:
        """`history` is what was typed before, the newest last."""
        self.editor = Editor(text)
        self._history = [*history, text]
        self._at = len(history)
        self.pane: PromptPane
        self.keys: dict[str, Callable[[], None]] = {
            "escape": lambda: self.pane.close(None),
            "enter": self.submit,
            "up": lambda: self.recall(-1),
            "down": lambda: self.recall(1),
        }

    def opened(self) -> None:
        """It is in its pane now."""

    def closed(self) -> None:
        """It was answered or left."""

    def changed(self) -> None:
        """Another text stands there."""

    def submit(self) -> None:
        """Enter was pressed."""
        self.pane.close(self.editor.text)

    def height(self) -> int:
        """How many lines it takes."""
        return 1

    def lines(self, width: int) -> list[Line]:
        """What is to be seen."""
        raise NotImplementedError

    def recall(self, step: int) -> None:
        """To what was typed before, or back to what is newer."""
        if 0 <= self._at + step < len(self._history):
            if self.newest:
                self._history[-1] = self.editor.text
            self._at += step
            self.editor.write(self._history[self._at])

    @property
    def newest(self) -> bool:
        """Whether there is nothing newer to recall."""
        return self._at == len(self._history) - 1


class PromptPane(Sparing, can_focus=False):
    """Shows one prompt at a time and gives it the keys, in the order in which they come.

    The panes keep their focus, and their look, while it is open; the screen hands over its keys.
    """

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 (Textual's own name)
        super().__init__(id=id)
        self._lines = []
        self._place = (-1, -1)
        self._then: Callable[[str | None], None] | None = None
        self.prompt: Prompt | None = None

    @property
    def room(self) -> Size:
        """The size of the screen."""
        return self.app.size

    def open(self, prompt: Prompt, then: Callable[[str | None], None]) -> None:
        """Ask; `then` is told what was typed, or None after Esc."""
        if self.prompt is not None:
            self.close(None)
        prompt.pane = self
        self.prompt, self._then = prompt, then
        prompt.opened()
        self.show()

    def close(self, answer: str | None) -> None:
        """The prompt is answered, or left."""
        prompt, then = self.prompt, self._then
        self.prompt = self._then = None
        self._place = (1, self.room.height)
        self.styles.offset = (0, "100vh")
        if prompt is not None and then is not None:
            prompt.closed()
            then(answer)

    def press(self, key: str, character: str | None) -> None:
        """Give the prompt a key; `character` is what it types, if it types something."""
        prompt = self.prompt
        if prompt is None:
            return
        before = prompt.editor.text
        if key in prompt.keys:
            prompt.keys[key]()
        elif not prompt.editor.press(key) and character is not None:
            prompt.editor.type(character)
        self._pressed(prompt, before)

    def paste(self, text: str) -> None:
        """Type what was pasted, its lines as one: a list of addresses has one a line."""
        prompt, line = self.prompt, " ".join(filter(str.strip, text.splitlines()))
        if prompt is not None and line:
            before = prompt.editor.text
            prompt.editor.type(line)
            self._pressed(prompt, before)

    def _pressed(self, prompt: Prompt, before: str) -> None:
        if prompt is not self.prompt:
            return
        if prompt.editor.text != before:
            prompt.changed()
        self.show()

    def show(self) -> None:
        """Draw what the prompt shows now."""
        if self.prompt is None:
            return
        height = self.prompt.height()
        top = self.room.height - height
        if (height, top) != self._place:
            self._place = (height, top)
            self.styles.height = height
            # Moved, not displayed or docked: that would lay out and draw the whole screen anew.
            self.styles.offset = (0, top)
        # Closed and opened again at once it has not moved, and nothing else would draw it.
        self.repaint()

    def lines(self, width: int, height: int) -> list[Line]:
        return [] if self.prompt is None else self.prompt.lines(width)[:height]
