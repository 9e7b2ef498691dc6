"""The palette: every action that can be used here, and one's own filters, found by their names."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from tui.actions.registry import ACTIONS, BY_ID, Action
from tui.core.text import cell_width, cut, cut_end, fit, pad, safe
from tui.ui.widgets.prompt_pane import Prompt

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tui.ui.screens.main import MainScreen
    from tui.ui.widgets.painted import Line

_HELP = "Type to find one · ↑ ↓ choose · Enter does it · Esc goes back"
_NONE = "No action has these words"
_MOST_NAME = 30
_ROOM = 6
"""Lines of the screen that are left to what lies behind."""


class Offer(NamedTuple):
    """One line of the palette."""

    name: str
    key: str
    told: str
    action: Action
    argument: str = ""


def open_palette(screen: MainScreen) -> None:
    """Show the palette over the main screen; what is chosen is done where the focus was."""
    palette = Palette(list(_offers(screen)))

    def chosen(answer: str | None) -> None:
        if answer is not None:
            offer = palette.chosen
            screen.call_later(screen.perform, offer.action, offer.argument)

    screen.prompt.open(palette, chosen)


def _offers(screen: MainScreen) -> Iterator[Offer]:
    """What can be done here, in the registry's order; moving after that, then one's own."""
    scopes = {*screen.scopes()}
    usable = [action for action in ACTIONS if scopes & {*action.scopes} and action.id != "palette"]
    for action in sorted(usable, key=lambda action: action.group == "Moving"):
        key = screen.keymap.first_key(action.id, screen.scopes()[0])
        yield Offer(action.title, key or f":{action.command_name}", action.description, action)
    for identity, title, texts in screen.filters.own():
        for name, text in texts.items():
            yield Offer(f"{title}: {safe(name)}", "", safe(text), BY_ID[identity], name)


class Palette(Prompt):
    """Answered with Enter, and then `chosen` is what is wanted; or None after Esc."""

    def __init__(self, offers: Sequence[Offer]) -> None:
        super().__init__()
        self._offers = offers
        self._fitting = list(offers)
        self._cursor = 0
        self._names = min(max((cell_width(offer.name) for offer in offers), default=0), _MOST_NAME)
        self._keys = max((cell_width(offer.key) for offer in offers), default=0)
        self.keys |= {
            "up": lambda: self._move(-1),
            "down": lambda: self._move(1),
            "pageup": lambda: self._move(-self._room),
            "pagedown": lambda: self._move(self._room),
        }

    @property
    def chosen(self) -> Offer:
        """What the cursor is on."""
        return self._fitting[self._cursor]

    def changed(self) -> None:
        """Those with every typed word; first those whose names begin so, then have them so."""
        self._cursor = 0
        typed = self.editor.text.casefold().strip()
        words = typed.split()

        def rank(offer: Offer) -> int:
            name = offer.name.casefold()
            if name.startswith(typed):
                return 0
            return 1 if typed in name else 2 if all(word in name for word in words) else 3

        def has(offer: Offer) -> bool:
            said = f"{offer.name} {offer.key} {offer.told} {offer.action.command_name}".casefold()
            return all(word in said for word in words)

        self._fitting = sorted(filter(has, self._offers), key=rank)

    def _move(self, step: int) -> None:
        self._cursor = max(min(self._cursor + step, len(self._fitting) - 1), 0)

    @property
    def _room(self) -> int:
        """Offers in view at most."""
        return max(self.pane.room.height - _ROOM, 1)

    def height(self) -> int:
        return min(len(self._fitting), self._room) + 2

    def lines(self, width: int) -> list[Line]:
        fitting, room = self._fitting, self._room
        first = max(min(self._cursor - room // 2, len(fitting) - room), 0)
        lines: list[Line] = []
        for number, offer in enumerate(fitting[first : first + room], first):
            name = pad(cut(offer.name, self._names), self._names)
            begin = f"  {name}  {pad(offer.key, self._keys)}  "
            text = begin + cut_end(offer.told, max(width - cell_width(begin) - 1, 0))
            style = "asked-chosen" if number == self._cursor else "asked"
            lines.append(((fit(text, width), (style,)),))
        title = " What to do: "
        typed = self.editor.view(max(width - cell_width(title), 1))
        words = fit(f" {_HELP if fitting else _NONE}", width)
        style = "asked-words" if fitting else "asked-wrong"
        return [*lines, ((title, ("asked-words",)), *typed), ((words, (style,)),)]

    def submit(self) -> None:
        if self._fitting:
            self.pane.close(self.editor.text)
