"""The screen over the fake session, driven by keys, with what a test wants to know about it."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, cast

from textual.events import Key
from textual.keys import _character_to_key

from tests.ui.fake_session import NOW, FakeEngine, FakeSession, make_rows
from tui.actions.registry import LIST, READING, SIDEBAR, TIMELINE, TREE
from tui.core.filters.steps import Steps
from tui.settings import Settings
from tui.ui.app import CloudTrailApp
from tui.ui.screens.main import MainScreen

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from textual.pilot import Pilot

    from tui.ui.protocols import Memory
    from tui.ui.session.session import Session
    from tui.ui.widgets.prompt_pane import Prompt
    from tui.ui.widgets.reader import Reader

TRUECOLOR = {"TERM": "xterm-256color", "COLORTERM": "truecolor"}


@dataclass
class Stand:
    app: CloudTrailApp
    pilot: Pilot[None]
    session: FakeSession
    engine: FakeEngine
    copied: list[tuple[str, str]] = field(default_factory=list)

    @property
    def main(self) -> MainScreen:
        screen = self.app.screen_stack[0]
        assert isinstance(screen, MainScreen)
        return screen

    @property
    def reader(self) -> Reader:
        from tui.ui.screens.reading import ReadingScreen

        screen = self.app.screen
        assert isinstance(screen, ReadingScreen)
        return screen.reader

    @property
    def prompt(self) -> Prompt | None:
        """What is asked at the foot of the screen."""
        return self.main.prompt.prompt

    @property
    def typed(self) -> str:
        """What stands in the line that asks."""
        assert self.prompt is not None
        return self.prompt.editor.text

    @property
    def message(self) -> str:
        return self.main.status.message

    @property
    def pane(self) -> str:
        return self.main.scopes()[0]

    async def press(self, *keys: str) -> None:
        """As `Pilot.press`, without its rests of 20 ms: what a key does is done at once."""
        for key in keys:
            self.app.post_message(self.key(key))
            await self.settle()

    async def press_at_once(self, *keys: str) -> None:
        """As a slow line or a paste brings them: all in one piece."""
        for key in keys:
            self.app.post_message(self.key(key))
        await self.settle()

    @staticmethod
    def key(key: str) -> Key:
        """A key as the terminal's driver names it."""
        name = _character_to_key(key) if len(key) == 1 and not key.isalnum() else key
        return Key(name, key if len(key) == 1 else " " if key == "space" else None)

    async def settle(self) -> None:
        """Until every key was carried out, every message handled and the screen drawn."""
        await self.pilot._wait_for_screen()
        while not self.app.key_order.idle:
            await self.pilot._wait_for_screen()
        for _ in range(3):
            await self.pilot._wait_for_screen()
            self.app.screen._on_timer_update()

    async def stand_in(self, scope: str) -> None:
        """From wherever the screen is: the list's middle, the record's top, then the pane."""
        while len(self.app.screen_stack) > 1:
            self.app.pop_screen()
            await self.settle()
        main = self.main
        main.prompt.close(None)
        main.panes.show_timeline(shown=scope == TIMELINE)
        main.set_focus(main.events)
        self.session.steps = Steps()
        self.session.sift(anew=True)
        main.take_in()
        main.events.go_to(len(self.session) // 2)
        main.fill_detail()
        main.status.say("")
        await self.settle()
        main.detail.scroll_by_lines(-main.detail.scroll_offset.y)
        if scope == TREE:
            main.set_focus(main.detail)
            main.detail.action_fold_all()
            main.detail.go_to(main.detail.outline.find(("requestParameters",)))
            main.detail.action_unfold()
        elif scope == TIMELINE:
            main.set_focus(main.timeline)
        elif scope == SIDEBAR:
            main.set_focus(main.sidebar)
            main.sidebar.action_home()
        elif scope == READING:
            main.commands.action_help()
        await self.settle()

    def place(self, scope: str) -> int:
        """Where the cursor of a pane, or the top line of a text, is."""
        if scope == LIST:
            return self.main.events.cursor
        if scope == TREE:
            return self.main.detail._cursor
        if scope == SIDEBAR:
            values = [value.value for value in self.main.sidebar.values]
            return values.index(self.main.sidebar.cursor_value)
        return self.reader.top

    def text(self) -> list[str]:
        """What the terminal shows, line by line."""
        lines = self.app.screen._compositor.render_strips()
        return ["".join(segment.text for segment in line) for line in lines]


@contextlib.asynccontextmanager
async def stand(
    size: tuple[int, int] = (120, 40),
    *,
    events: int = 300,
    session: FakeSession | None = None,
    settings: Settings | None = None,
    environ: dict[str, str] | None = None,
    memory: Memory | None = None,
) -> AsyncIterator[Stand]:
    """Open the screen; it is closed at the end."""
    session = FakeSession(make_rows(events)) if session is None else session
    engine = FakeEngine(session)
    copied: list[tuple[str, str]] = []

    def clipboard(text: str, what: str) -> tuple[bool, str]:
        copied.append((text, what))
        return True, f"Copied {what}"

    app = CloudTrailApp(
        cast("Session", session),
        Settings() if settings is None else settings,
        engine=engine,
        clock=lambda: NOW,
        clipboard=clipboard,
        environ=TRUECOLOR if environ is None else environ,
        memory=memory,
    )
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        yield Stand(app, pilot, session, engine, copied)
