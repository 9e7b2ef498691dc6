"""A screen whose keys come from the registry, one after the other or two in a row."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, ClassVar, TypeVar

from textual.reactive import Reactive
from textual.screen import Screen

from tui.actions.registry import ACTIONS, ANYWHERE, shown, split_scope, used_in

if TYPE_CHECKING:
    from collections.abc import Iterator

    from textual import events
    from textual.widget import Widget

    from tui.actions.registry import Action
    from tui.ui.keymap import Keymap

Answer = TypeVar("Answer")


def key_name(event: events.Key) -> str:
    """A pressed key as the registry writes it: `?`, `ctrl+d`, `pagedown`."""
    if event.is_printable and event.character not in (None, " "):
        return event.character or ""
    return event.key


class KeyedScreen(Screen[Answer], inherit_bindings=False):
    """Finds what a key means where it is pressed, and says so where it means nothing."""

    AUTO_FOCUS: ClassVar[str | None] = None

    # As Textual has it, but the whole screen is not sent again when another pane gets the focus.
    focused: Reactive[Widget | None] = Reactive(None, repaint=False)

    def __init__(self, keymap: Keymap) -> None:
        super().__init__()
        self.keymap = keymap
        self._prefix = ""
        self._said = False

    def scopes(self) -> tuple[str, ...]:
        """Where keys are looked up, the nearest first."""
        raise NotImplementedError

    def targets(self) -> Iterator[object]:
        """What may have the method `action_<id>`, the nearest first."""
        yield self
        yield self.app

    def say(self, text: str, *, warning: bool = False) -> None:
        """Tell the person something until the next key."""
        raise NotImplementedError

    def said(self) -> None:
        """Note that this key was answered in words."""
        self._said = True

    def types(self, event: events.Key) -> bool:  # noqa: ARG002 (for those where one can type)
        """Take a key as text that is being typed; False if it is a key like any other."""
        return False

    def expects(self) -> bool:
        """Whether what the keys are about is still on its way: they wait for it, not for long."""
        return False

    async def on_key(self, event: events.Key) -> None:
        event.stop()
        event.prevent_default()
        if self.types(event):
            return
        key, prefix = key_name(event), self._prefix
        keys = f"{prefix} {key}" if prefix else key
        scopes = (*self.scopes(), ANYWHERE)
        self._prefix = ""
        self._said = False
        action = self.keymap.find(scopes, keys)
        if action is not None:
            await self.perform(action)
        elif not prefix and self.keymap.is_prefix(scopes, key):
            self._prefix = key
            choices = self.keymap.continuations(scopes, key)
            words = " · ".join(f"{shown(last)} {_short(action)}" for last, action in choices)
            self.say(f"{shown(key)} …  {words}")
        elif prefix and key == "escape":
            pass
        else:
            self.say(self._nothing(keys), warning=True)
        if not self._said:
            self.say("")

    async def perform(self, action: Action, argument: str = "") -> None:
        """Carry out an action, whichever of the targets knows how."""
        for target in self.targets():
            method = getattr(target, f"action_{action.id}", None)
            if method is not None:
                result = method(argument) if argument else method()
                if inspect.isawaitable(result):
                    await result
                return
        self.say(f"{action.title}: not here", warning=True)

    def _nothing(self, keys: str) -> str:
        """What to say about a key that means nothing here."""
        name = shown(keys)
        if any(keys == split_scope(known)[1] for action in ACTIONS for known in action.keys):
            place = used_in(keys, ACTIONS)
            return f"{name} does nothing here{f': it is used {place}' if place else ''}"
        return f"{name} does nothing · {self.keymap.first_key('help')} shows the keys"


def _short(action: Action) -> str:
    return action.title.lower().removeprefix("copy the ").replace("eventid", "eventID")
