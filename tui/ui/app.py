"""Wires the screen together: what it is given from outside, themes, signals, the way out."""

from __future__ import annotations

import asyncio
import os
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from textual.app import App
from textual.binding import Binding
from textual.events import Key, Paste

from tui.actions.registry import ANYWHERE
from tui.ui import themes
from tui.ui.key_order import KeyOrder
from tui.ui.keymap import Keymap
from tui.ui.screens.main import MainScreen
from tui.ui.signals import EndingSignals
from tui.ui.times import TimeDisplay

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Mapping

    from textual.driver import Driver
    from textual.events import AppBlur, AppFocus, Event
    from textual.screen import Screen

    from tui.ui.protocols import Clipboard, Engine, Memory, ScreenSettings
    from tui.ui.session.session import Session

STYLES = Path(__file__).parent / "styles"


class CloudTrailApp(App[None], inherit_bindings=False):
    """The terminal browser. After `run`, `fault` is what went wrong, if anything did.

    `ended_by` is the number of the signal that ended it, 0 for none.
    """

    CSS_PATH: ClassVar[list[str | Path]] = [STYLES / "screen.tcss"]  # type: ignore[assignment]  # Textual's alias is invariant
    TITLE = "cloudtrail-tui"
    ENABLE_COMMAND_PALETTE = False
    ESCAPE_TO_MINIMIZE = False
    ALLOW_SELECT = False
    BINDINGS: ClassVar[list[Binding]] = []  # type: ignore[assignment]  # all keys are the registry's

    def __init__(
        self,
        session: Session,
        settings: ScreenSettings,
        *,
        engine: Engine,
        clock: Callable[[], float] = time.time,
        clipboard: Clipboard | None = None,
        environ: Mapping[str, str] | None = None,
        show_secrets: bool = False,
        memory: Memory | None = None,
    ) -> None:
        self.environ = os.environ if environ is None else environ
        plain = themes.needs_terminal_colours(self.environ)
        super().__init__(ansi_color=True if plain else None)
        self.session = session
        self.settings = settings
        self.engine = engine
        self.masked = not show_secrets
        self.memory = memory
        self.fault: BaseException | None = None
        self._signals = EndingSignals(self._end_by)
        self.ended_by = 0
        self.keymap = Keymap(settings.keys)
        self.key_order = KeyOrder(self, super().on_event)
        mode, zone = _zone(settings.time_zone)
        self.times = TimeDisplay(clock, mode=mode, local=zone)
        self.copier = clipboard or self._copy
        self.animation_level = "none"
        for theme in themes.THEMES:
            self.register_theme(theme)
        self.mistakes = [*settings.mistakes, *self.keymap.complaints]
        chosen = settings.theme or themes.DARK
        if chosen not in self.available_themes:
            self.mistakes.append(f"theme: there is no theme {chosen}")
            chosen = themes.DARK
        self.theme = themes.ANSI if plain else chosen
        for keys, action in self._everywhere():
            self._bindings._add_binding(Binding(keys, action, show=False, priority=True))

    def _everywhere(self) -> list[tuple[str, str]]:
        """Keys that work even in a prompt."""
        table = self.keymap.by_key()
        return [(keys, action.id) for scope, keys, action in table if scope == ANYWHERE]

    def get_driver_class(self) -> type[Driver]:
        from tui.ui.keyboard import Keyboard

        return Keyboard

    def get_default_screen(self) -> Screen[None]:
        return MainScreen(self)

    def on_mount(self) -> None:
        self.app_resume_signal.subscribe(self, self._again)
        if not self.is_headless:
            self._signals.listen(asyncio.get_running_loop())

    def run(self, *, mouse: bool = False, **options: Any) -> None:
        """Show the screen until it is left; `options` are Textual's."""
        try:
            return super().run(mouse=mouse, **options)
        finally:
            self._signals.leave()

    async def on_event(self, event: Event) -> None:
        if isinstance(event, (Key, Paste)) and not (event.is_forwarded or self._at_once(event)):
            await self.key_order.press(event)
        else:
            await super().on_event(event)

    def _at_once(self, event: Key | Paste) -> bool:
        """Whether it waits for nothing, as the key that ends the program."""
        return isinstance(event, Key) and self.keymap.find((ANYWHERE,), event.key) is not None

    def _again(self, _app: App[None]) -> None:
        """Draw everything: the terminal was somebody else's, and Textual sends what changed."""
        self.call_later(
            lambda: self._display(self.screen, self.screen._compositor.render_update(full=True))
        )

    def _end_by(self, number: int) -> None:
        self.ended_by = number
        self.exit()

    def action_quit_now(self) -> None:
        """End at once, whatever is open."""
        self.exit()

    def action_suspend(self) -> None:
        """Stop as any program does; `fg` brings the screen back."""
        self.action_suspend_process()

    def _copy(self, text: str, what: str) -> tuple[bool, str]:
        from tui.ui.clipboard import copy

        return copy(text, what, write=self._to_terminal, environ=self.environ)

    def _to_terminal(self, sequence: str) -> None:
        if self._driver is not None:
            self._driver.write(sequence)
            self._driver.flush()

    # The terminal's focus is not the panes': switching windows repaints nothing.

    async def _on_app_focus(self, event: AppFocus) -> None:
        event.prevent_default()

    async def _on_app_blur(self, event: AppBlur) -> None:
        event.prevent_default()

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """Our own colours for Textual's themes, which know nothing of rows and their levels."""
        return themes.own_variables(self.current_theme)

    # A fault of the program: Textual would print every local variable, secrets among them.

    def _handle_exception(self, error: Exception) -> None:
        if self.fault is None:
            self.fault = error
        self._return_code = 70
        if self._exception is None:
            self._exception = error
            self._exception_event.set()
        self._close_messages_no_wait()

    def panic(self, *renderables: object) -> None:  # noqa: ARG002 (they may hold secrets)
        """End; what Textual would print stays unprinted."""
        if self.fault is None:
            self.fault = RuntimeError("the terminal could not be read")
        self._return_code = 70
        self._close_messages_no_wait()

    def _print_error_renderables(self) -> None:
        self._exit_renderables.clear()


def _zone(name: str) -> tuple[str, dt.tzinfo | None]:
    """The time display and the local zone that a setting asks for."""
    if name in ("utc", "local", "relative"):
        return name, None
    import zoneinfo

    return "local", zoneinfo.ZoneInfo(name)
