"""Lists over the events: the filter's steps to switch and change, and names to choose from."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, TypeVar

from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from tui.actions.registry import shown
from tui.core.text import cell_width, cut, fit, safe
from tui.ui.screens.keyed import key_name

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from textual import events
    from textual.app import ComposeResult

    from tui.ui.session.session import Session

Answer = TypeVar("Answer")
_CLOSING = ("escape", "q", "h")
_PAGE, _ALL = 8, 1 << 30
_MOVES = {
    **dict.fromkeys(("j", "down"), 1),
    **dict.fromkeys(("k", "up"), -1),
    **dict.fromkeys(("ctrl+d", "pagedown"), _PAGE),
    **dict.fromkeys(("ctrl+u", "pageup", "b"), -_PAGE),
    **dict.fromkeys(("G", "end"), _ALL),
    **dict.fromkeys(("g", "home"), -_ALL),
}
"""Lines that a key goes down or up."""


class Lines(ModalScreen[Answer], inherit_bindings=False):
    """Lines with a cursor, and below them what the keys do."""

    AUTO_FOCUS: ClassVar[str | None] = None
    DEFAULT_CSS = """
    Lines { align: left bottom; background: transparent; }
    Lines #lines { height: auto; width: 100%; background: $panel; }
    Lines Static { height: auto; width: 100%; background: $panel; }
    Lines #title { padding: 0 1; color: $foreground; text-style: bold; }
    Lines #keys { padding: 0 1; color: $secondary; }
    """
    KEYS = ""
    """What the keys do, in words."""

    def __init__(self, title: str) -> None:
        super().__init__()
        self._title = Static(Content(safe(title)), markup=False, id="title")
        self._list = Static(Content(""), markup=False)
        self._keys = Static(Content(self.KEYS), markup=False, id="keys")
        self._said = ""
        self._cursor = 0

    def compose(self) -> ComposeResult:
        from textual.containers import Vertical

        with Vertical(id="lines"):
            yield self._title
            yield self._list
            yield self._keys

    def on_mount(self) -> None:
        self.show()

    def on_resize(self) -> None:
        self.show()

    def lines(self, width: int) -> list[str]:
        """The lines, each in so many cells."""
        raise NotImplementedError

    def show(self) -> None:
        """Draw the lines anew."""
        width = max(self.app.size.width - 1, 20)
        lines = self.lines(width)
        self._cursor = max(min(self._cursor, len(lines) - 1), 0)
        height = max(self.app.size.height - 6, 1)
        first = max(min(self._cursor - height // 2, len(lines) - height), 0)
        drawn = [Content(" " + line) for line in lines]
        if drawn:
            drawn[self._cursor] = drawn[self._cursor].stylize("reverse")
        self._list.update(Content("\n").join(drawn[first : first + height]))

    def on_key(self, event: events.Key) -> None:
        event.stop()
        event.prevent_default()
        key, said = key_name(event), ""
        if key in _CLOSING:
            self.dismiss(None)
        elif key in _MOVES:
            self._cursor = max(self._cursor + _MOVES[key], 0)
            self.show()
        elif not self.pressed(key):
            said = f"{shown(key)} does nothing here · "
        if said != self._said:
            self._said = said
            self._keys.update(Content(said + self.KEYS))

    def pressed(self, key: str) -> bool:
        """A key that is not one of all lists; False: it is none of this one's."""
        raise NotImplementedError


class Picker(Lines[str | None]):
    """Names and what each stands for; returns the one that is chosen."""

    KEYS = "Enter: choose · j k: move · Esc: back"

    def __init__(self, title: str, texts: Mapping[str, str]) -> None:
        super().__init__(title)
        self._texts = list(texts.items())

    def lines(self, width: int) -> list[str]:
        room = min(max((cell_width(safe(name)) for name, _ in self._texts), default=0), width // 2)
        return [fit(f"{fit(safe(name), room)}  {safe(text)}", width) for name, text in self._texts]

    def pressed(self, key: str) -> bool:
        chosen = key in ("enter", "l")
        if chosen:
            self.dismiss(self._texts[self._cursor][0])
        return chosen


class StepsScreen(Lines[int | None]):
    """The steps with what each leaves; returns the number of one that is to be changed."""

    KEYS = "space: on, off · Enter: change · x: take out · j k: move · Esc: back"

    def __init__(self, session: Session, changed: Callable[[], None]) -> None:
        """`changed` is called when the session leaves other rows than before."""
        super().__init__(
            "Steps of the filter: events that each leaves alone, and after those above"
        )
        self._session = session
        self._changed = changed

    def lines(self, width: int) -> list[str]:
        session, lines = self._session, []
        for number, step in enumerate(session.steps.all):
            alone, left = session.hits(number)
            on = step.on and not session.steps.now.paused
            counts = f" {alone:>11,} {left:>11,}" if on else f" {alone:>11,} {'off':>11}"
            name = f"{step.name}: {step.text}" if step.name else step.text
            text = f"{'●' if on else '○'} {cut(safe(name), width - len(counts) - 2)}"
            lines.append(fit(text, width - len(counts)) + counts)
        return lines

    def pressed(self, key: str) -> bool:
        session, number = self._session, self._cursor
        if key in ("enter", "l"):
            self.dismiss(number)
            return True
        if key == "space":
            session.switch(number)
        elif key == "x":
            session.change(session.steps.remove(number))
        else:
            return False
        self._changed()
        if session.steps.all:
            self.show()
        else:
            self.dismiss(None)
        return True
