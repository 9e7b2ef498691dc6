"""A screen that is only read: a text, its title above, what can be done below."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.actions.registry import READING
from tui.ui.screens.keyed import KeyedScreen
from tui.ui.widgets.reader import Paragraph, Reader
from tui.ui.widgets.status import Chip, Status

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from textual.app import ComposeResult

    from tui.ui.keymap import Keymap


class ReadingScreen(KeyedScreen[None]):
    """Shows paragraphs; the keys of moving move them, those of going back close it."""

    def __init__(self, keymap: Keymap, title: str, paragraphs: Sequence[Paragraph]) -> None:
        super().__init__(keymap)
        self._title = title
        self.reader = Reader(paragraphs)
        self.status = Status(id="status")

    def compose(self) -> ComposeResult:
        yield self.reader
        yield self.status

    def on_mount(self) -> None:
        self.set_focus(self.reader)
        self.call_after_refresh(self.tell)

    def on_resize(self) -> None:
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
        yield self
        yield self.app

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
