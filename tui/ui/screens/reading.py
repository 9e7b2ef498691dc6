"""A screen that is only read: a text, its title above, what can be done below."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.actions.registry import READING
from tui.ui.screens.keyed import KeyedScreen
from tui.ui.widgets.prompt_pane import PromptPane
from tui.ui.widgets.reader import Paragraph, Reader
from tui.ui.widgets.status import Chip, Status

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from textual.app import ComposeResult
    from textual.events import Key, Paste

    from tui.ui.commands.text_search import TextSearchKeys
    from tui.ui.keymap import Keymap


class ReadingScreen(KeyedScreen[None]):
    """Shows paragraphs; keys move and search them, those of going back close it."""

    def __init__(self, keymap: Keymap, title: str, paragraphs: Sequence[Paragraph]) -> None:
        super().__init__(keymap)
        self._title = title
        self.reader = Reader(paragraphs)
        self.status = Status(id="status")
        self.prompt = PromptPane(id="prompt")
        self._search: TextSearchKeys | None = None

    def compose(self) -> ComposeResult:
        yield self.reader
        yield self.status
        yield self.prompt

    def on_mount(self) -> None:
        self.set_focus(self.reader)
        self.call_after_refresh(self.tell)

    def on_resize(self) -> None:
        self.prompt.show()
        self.call_after_refresh(self.tell)

    def tell(self) -> None:
        """Say how far the reading is, and how to leave."""
        key = self.keymap.first_key
        chips = [Chip(self.reader.progress), Chip(f"{key('back', READING)} goes back")]
        self.status.tell(self._title, chips)

    def scopes(self) -> tuple[str, ...]:
        return (READING,)

    def targets(self) -> Iterator[object]:
        yield self.reader
        yield self.search
        yield self
        yield self.app

    @property
    def search(self) -> TextSearchKeys:
        """What searches here; made when it is wanted."""
        if self._search is None:
            from tui.ui.commands.text_search import TextSearchKeys

            self._search = TextSearchKeys(self)
        return self._search

    def types(self, event: Key) -> bool:
        if self.prompt.prompt is None:
            return False
        self.prompt.press(event.key, event.character if event.is_printable else None)
        return True

    def on_paste(self, event: Paste) -> None:
        self.prompt.paste(event.text)

    def say(self, text: str, *, warning: bool = False) -> None:
        if text:
            self.said()
        self.status.say(text, warning=warning)
        self.tell()

    def on_reader_refused(self, message: Reader.Refused) -> None:
        self.say(message.reason, warning=True)

    def action_back(self) -> None:
        """Close the screen."""
        self.dismiss()

    def action_quit(self) -> None:
        self.dismiss()

    def action_help(self) -> None:
        """Help over help closes it; over another screen it opens."""
        from tui.ui.screens.help import HelpScreen

        self.app.push_screen(HelpScreen(self.keymap, READING))
