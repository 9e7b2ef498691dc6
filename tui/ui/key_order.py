"""Keys in the order in which they were pressed, whatever screen the one before opens or closes.

Textual gives a key to what has the focus when the key comes, though the keys before it may not
have been carried out yet: of `:marks` in one piece (a paste, a slow line, a busy machine) the `m`
would go to the screen under the prompt. So one key at a time is given out here; those behind it
wait until it has been carried out and until the screen that it opened can take keys. So do those
for a record that is still on its way.
"""

from __future__ import annotations

from collections import deque
from time import monotonic
from typing import TYPE_CHECKING

from tui.ui.screens.keyed import KeyedScreen

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from textual.app import App
    from textual.dom import DOMNode
    from textual.events import Key, Paste

_LOOK = 0.002
"""Seconds between two looks at whether the screen can take keys."""

_PATIENCE = 2.0
"""Seconds after which a key holds up the others no more: what had it may have been closed."""

_LOOKS = 5
"""In so many parts: in a stall of the whole program nobody can be late for more than one."""


class KeyOrder:
    """Gives keys, and pasted text, out with `send`, one after the other."""

    def __init__(self, app: App[None], send: Callable[[Key | Paste], Awaitable[None]]) -> None:
        self._app = app
        self._send = send
        self._waiting: deque[Key | Paste] = deque()
        self._number = 0
        """How many were given out."""
        self._since: float | None = None
        """When the one that is being carried out was given out; None while there is none."""
        self._watched = False

    @property
    def idle(self) -> bool:
        """Whether every key that was pressed has been carried out."""
        return self._since is None

    async def press(self, key: Key | Paste) -> None:
        """Give a key out, now or as soon as those before it have been carried out."""
        self._waiting.append(key)
        if self._since is None:
            await self._next()
        elif not self._watched:
            self._watched = True
            self._watch(self._number, _LOOKS)

    def _watch(self, number: int, looks: int) -> None:
        """Give out what waits when a key is not carried out for so many more looks."""

        async def look() -> None:
            if not self._waiting:
                self._watched = False
            elif number != self._number:
                self._watch(self._number, _LOOKS)
            elif looks > 1:
                self._watch(number, looks - 1)
            else:
                self._watched = False
                await self._next()

        self._app.set_timer(_PATIENCE / _LOOKS, look)

    async def _next(self) -> None:
        if not self._waiting:
            return
        key = self._waiting.popleft()
        self._number += 1
        self._since = monotonic()
        await self._send(key)
        number = self._number
        # Twice: what a widget makes of a key (`Submitted`) goes the same way up once more.
        self._climb(self._path * 2, lambda: self._done(number))

    @property
    def _path(self) -> list[DOMNode]:
        """From what has the focus up to its screen."""
        screen = self._app.screen
        path = (screen.focused or screen).ancestors_with_self
        return path[: path.index(screen) + 1]

    def _climb(self, path: list[DOMNode], then: Callable[[], None]) -> None:
        """Call `then` when each of these, one after the other, has done what it was given."""
        while path:
            node = path.pop(0)
            if node.is_running and node.call_later(self._climb, path, then):
                return
        then()

    def _done(self, number: int) -> None:
        """The key has been carried out: on to the next, if there is one."""
        if number != self._number:
            return
        if not self._waiting:
            self._since = None
            # What has the focus now may have something to tell, too.
            self._climb(self._path, lambda: self._draw(number))
        elif self._ready:
            self._app.call_later(self._next)
        else:
            self._app.set_timer(_LOOK, lambda: self._done(number))

    @property
    def _ready(self) -> bool:
        """Whether the screen can take keys, and shows what the one before asked for."""
        screen = self._app.screen
        if not screen.is_mounted:
            return False
        late = self._since is None or monotonic() - self._since > _PATIENCE
        return late or not isinstance(screen, KeyedScreen) or not screen.expects()

    def _draw(self, number: int) -> None:
        """Repaint now: Textual would wait for its next frame, 17 ms after the last."""
        screen = self._app.screen
        if number == self._number and screen.is_mounted:
            screen._on_timer_update()
