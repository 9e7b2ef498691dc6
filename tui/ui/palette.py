"""The palette: every action of the registry that can be used here, found by its name."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual.command import CommandPalette, DiscoveryHit, Hit, Provider

from tui.actions import ACTIONS, Action

if TYPE_CHECKING:
    from collections.abc import Iterator

    from textual.command import Hits

    from tui.ui.screens.main import MainScreen


def open_palette(screen: MainScreen) -> None:
    """Show the palette over the main screen; what is chosen is done where the focus was."""
    scope = screen.scopes()[0]
    usable = [action for action in ACTIONS if scope in action.scopes and action.id != "palette"]
    usable.sort(key=lambda action: action.group == "Moving")

    class Actions(RegistryProvider):
        actions = usable
        main = screen

    screen.app.push_screen(CommandPalette([Actions], placeholder="What do you want to do?"))


class RegistryProvider(Provider):
    """Offers `actions`, with their keys, and performs them on `main`."""

    actions: ClassVar[list[Action]] = []
    main: ClassVar[MainScreen]

    def _named(self) -> Iterator[tuple[str, Action]]:
        for action in self.actions:
            key = self.main.keymap.first_key(action.id, self.main.scopes()[0])
            yield (f"{action.title}  ({key})" if key else action.title), action

    async def discover(self) -> Hits:
        """Everything there is, in the registry's order, moving last."""
        for name, action in self._named():
            run = partial(self.main.perform, action)
            yield DiscoveryHit(name, run, text=action.title, help=action.description)

    async def search(self, query: str) -> Hits:
        """What matches the typed letters."""
        matcher = self.matcher(query)
        for name, action in self._named():
            score = max(matcher.match(name), matcher.match(action.description) * 0.8)
            if score > 0:
                run = partial(self.main.perform, action)
                yield Hit(score, matcher.highlight(name), run, help=action.description)
