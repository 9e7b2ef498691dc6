"""The palette: every action of the registry that can be used here, and one's own filters, found
by their names."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, ClassVar, NamedTuple

from textual.command import CommandPalette, DiscoveryHit, Hit, Provider

from tui.actions import ACTIONS, BY_ID, Action
from tui.core.text import safe

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator

    from textual.command import Hits

    from tui.ui.screens.main import MainScreen


def open_palette(screen: MainScreen) -> None:
    """Show the palette over the main screen; what is chosen is done where the focus was."""
    scopes = {*screen.scopes()}
    usable = [action for action in ACTIONS if scopes & {*action.scopes} and action.id != "palette"]
    usable.sort(key=lambda action: action.group == "Moving")

    class Actions(RegistryProvider):
        actions = usable
        main = screen

    screen.app.push_screen(CommandPalette([Actions], placeholder="What do you want to do?"))


class Offer(NamedTuple):
    """One line of the palette."""

    name: str
    text: str
    """The name without its key."""
    told: str
    run: Callable[[], Awaitable[None]]


class RegistryProvider(Provider):
    """Offers `actions`, with their keys, and performs them on `main`."""

    actions: ClassVar[list[Action]] = []
    main: ClassVar[MainScreen]

    def _offers(self) -> Iterator[Offer]:
        perform = self.main.perform
        for action in self.actions:
            key = self.main.keymap.first_key(action.id, self.main.scopes()[0])
            name = f"{action.title}  ({key})" if key else action.title
            yield Offer(name, action.title, action.description, partial(perform, action))
        for identity, title, texts in self.main.filters.own():
            for name, text in texts.items():
                shown = f"{title}: {safe(name)}"
                run = partial(perform, BY_ID[identity], name)
                yield Offer(shown, shown, safe(text), run)

    async def discover(self) -> Hits:
        """Everything there is, in the registry's order, moving last, then one's own filters."""
        for name, text, told, run in self._offers():
            yield DiscoveryHit(name, run, text=text, help=told)

    async def search(self, query: str) -> Hits:
        """What matches the typed letters."""
        matcher = self.matcher(query)
        for name, _, told, run in self._offers():
            score = max(matcher.match(name), matcher.match(told) * 0.8)
            if score > 0:
                yield Hit(score, matcher.highlight(name), run, help=told)
