"""The main screen: list, sidebar and detail over one session, and what their keys do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text
from textual.containers import Container
from textual.message import Message

from tui.actions.registry import LIST, READING, SIDEBAR, TIMELINE, TREE
from tui.ui.commands.facet_commands import FacetCommands
from tui.ui.commands.filter_commands import FilterCommands
from tui.ui.commands.general import Commands
from tui.ui.commands.list_keys import ListKeys
from tui.ui.commands.out_commands import OutCommands
from tui.ui.commands.record_desk import RecordDesk
from tui.ui.commands.search_keys import PaneSearchKeys
from tui.ui.commands.timeline_keys import TimelineKeys
from tui.ui.layout import Layout
from tui.ui.screens.confirm import Questions
from tui.ui.screens.keyed import KeyedScreen
from tui.ui.session.saved_filters import SavedFilters
from tui.ui.standing import Standing
from tui.ui.widgets.detail_tree import DetailTree
from tui.ui.widgets.event_list import EventList
from tui.ui.widgets.prompt_pane import PromptPane
from tui.ui.widgets.sidebar import Sidebar
from tui.ui.widgets.status import Status
from tui.ui.widgets.timeline import Timeline

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.console import RenderableType
    from textual.app import ComposeResult
    from textual.events import Key, Paste, Resize
    from textual.timer import Timer
    from textual.widget import Widget

    from tui.actions.registry import Action
    from tui.ui.app import CloudTrailApp

QUIET = 0.5
"""Seconds between two repaints for what comes in by itself; the first comes at once."""
REST = 0.1
"""Seconds that the cursor rests before the detail is filled."""


class MainScreen(KeyedScreen[None]):
    """Gives the widgets what they show, and carries out what concerns more than one of them."""

    class Changed(Message):
        """The engine has something new. Handler: `on_main_screen_changed`."""

    def __init__(self, app: CloudTrailApp) -> None:
        super().__init__(app.keymap)
        self.session = app.session
        self.engine = app.engine
        self.times = app.times
        app.session.zone = app.times.zone
        self.events = EventList(app.session, app.times, app.settings.columns, id="events")
        self.sidebar = Sidebar(app.session, memory=app.memory, id="sidebar")
        self.detail = DetailTree(id="detail")
        self.timeline = Timeline(app.times, id="timeline")
        self.status = Status(id="status")
        self.prompt = PromptPane(id="prompt")
        self.panes = Layout(self, sidebar=app.settings.sidebar, memory=app.memory)
        self.desk = RecordDesk(self, app.copier)
        self.commands = Commands(self)
        self.out_commands = OutCommands(self)
        self.filters = FilterCommands(self, SavedFilters(app.memory), app.settings.lenses)
        self.facet_commands = FacetCommands(self)
        self.timeline_keys = TimelineKeys(self)
        self.search_keys = PaneSearchKeys(self)
        self.list_keys = ListKeys(self, app.memory, app.settings.columns)
        self.standing = Standing(self, masked=app.masked)
        self.questions = Questions(self)
        self.mistakes = app.mistakes
        self._memory = app.memory
        self._wait: Timer | None = None
        self._new = False
        self._generation = -1
        self._followed = app.session.follow
        self._rest: Timer | None = None

    def compose(self) -> ComposeResult:
        self.detail.border_title = "Detail"
        self.panes.arrange(self.app.size)
        with Container(id="body"):
            yield self.sidebar
            with Container(id="right"):
                yield self.timeline
                yield self.events
                yield self.detail
        yield self.status
        yield self.prompt

    def on_mount(self) -> None:
        self.set_focus(self.events)
        self.take_in()
        self.engine.start(self._engine_changed)
        self.set_interval(60, self._minute)
        if self.mistakes:
            count, key = len(self.mistakes), self.keymap.first_key("problems")
            many = f"{count} mistakes in the settings: {key}"
            self.say(self.mistakes[0] if count == 1 else many, warning=True)

    def on_unmount(self) -> None:
        self.engine.stop()

    def render(self) -> RenderableType:
        if self.panes.tiny:
            return Text("cloudtrail-tui needs 60 columns and 15 rows: make the window larger.")
        return super().render()

    def on_resize(self, event: Resize) -> None:
        self.panes.arrange(event.size)
        self.prompt.show()

    def on_descendant_focus(self) -> None:
        """The hints are those of the pane."""
        self.standing.tell()

    def keep(self, what: str) -> None:
        """Write down at once what a person wants kept, and say so where that cannot be done."""
        if self._memory is not None and (reason := self._memory.keep()):
            self.say(f"{what} until the program ends, and not kept: {reason}", warning=True)

    # Keys

    @property
    def pane(self) -> Widget:
        """The pane that has the focus."""
        focused = self.focused
        panes = (self.sidebar, self.detail, self.timeline)
        return focused if focused in panes and focused else self.events

    def scopes(self) -> tuple[str, ...]:
        pane = self.pane
        if pane is self.timeline:
            return (TIMELINE, LIST)
        return (SIDEBAR if pane is self.sidebar else TREE if pane is self.detail else LIST,)

    def targets(self) -> Iterator[object]:
        if self.pane is self.timeline:
            yield self.events
        yield self.pane
        yield self
        yield self.panes
        yield self.desk
        yield self.commands
        yield self.out_commands
        yield self.filters
        yield self.facet_commands
        yield self.timeline_keys
        yield self.search_keys
        yield self.list_keys
        yield self.app

    def expects(self) -> bool:
        return self.pane is self.detail and self.desk.fetching

    def types(self, event: Key) -> bool:
        if self.prompt.prompt is not None:
            self._asked(event)
            return True
        return self.pane is self.sidebar and self.sidebar.type_key(event)

    def _asked(self, event: Key) -> None:
        """Give a key to the prompt."""
        self.prompt.press(event.key, event.character if event.is_printable else None)
        if self.prompt.prompt is None:
            # What waited for the end of the typing can be asked.
            self.call_later(self.questions.look)

    def on_paste(self, event: Paste) -> None:
        self.prompt.paste(event.text)

    async def perform(self, action: Action, argument: str = "") -> None:
        """Carry it out; a move in the record that moves nothing says so, as the list's do."""
        tree = self.detail
        watched = self.pane is tree and action.group == "Moving" and READING in action.scopes
        before = (tree.cursor_path, tree.scroll_offset)
        await super().perform(action, argument)
        if watched and before == (tree.cursor_path, tree.scroll_offset):
            self.say("There is nothing further that way", warning=True)

    def say(self, text: str, *, warning: bool = False) -> None:
        if text:
            self.said()
        if text or self.status.message:
            self.status.say(text, warning=warning)
        if not text:
            self.standing.tell_hint()

    # What is new

    def on_screen_resume(self) -> None:
        """What lay over it is closed: what waited for that can be asked."""
        self.questions.look()

    def _engine_changed(self) -> None:
        if not self._new or not len(self.session):
            self._new = True
            self.post_message(self.Changed())

    def on_main_screen_changed(self) -> None:
        """Show it at once when it was quiet, else when the half second is over.

        The first events are shown at once, whatever was told before of the search for them.
        """
        if self._wait is not None and (len(self.session) or not self.session.refresh()):
            return
        shown = self._take_in_new()
        # News of a file is not yet news of its events: they must not wait for it.
        if self._wait is None and (shown or self.session.progress().loading):
            self._wait = self.set_timer(QUIET, self._quiet_again)

    def _quiet_again(self) -> None:
        self._wait = None
        if self._new:
            self.on_main_screen_changed()

    def _take_in_new(self) -> bool:
        """Show what there is; True if it is other than before."""
        self._new = False
        self.questions.look()
        self.session.refresh()
        if self.session.generation == self._generation:
            if not len(self.session) and self.events.empty_text != self.standing.empty_text():
                self.events.empty_text = self.standing.empty_text()
                self.events.repaint()
            self.standing.tell()
            return False
        self.take_in()
        return True

    def take_in(self) -> None:
        """Rows, counts or filter are other ones now."""
        self._generation = self.session.generation
        self.events.empty_text = self.standing.empty_text()
        self.events.take_in()
        self.sidebar.take_in()
        self.timeline_keys.take_in()
        self.standing.tell()

    def show_changes(self) -> None:
        """Take in what the session leaves, if it is something else than is shown."""
        if self.session.generation != self._generation:
            self.take_in()

    def _minute(self) -> None:
        if self.times.mode == "relative":
            self.events.repaint()

    def on_event_list_filtered(self) -> None:
        self._filtered()

    def on_sidebar_filtered(self) -> None:
        self._filtered()

    def _filtered(self) -> None:
        self.take_in()
        session = self.session
        if not len(session) and session.total and session.search_progress() is None:
            self.say("Nothing is left", warning=True)

    def on_event_list_refused(self, message: EventList.Refused) -> None:
        self.say(message.reason, warning=True)

    def on_sidebar_refused(self, message: Sidebar.Refused) -> None:
        self.say(message.reason, warning=True)

    def on_detail_tree_refused(self, message: DetailTree.Refused) -> None:
        self.say(message.reason, warning=True)

    def on_timeline_refused(self, message: Timeline.Refused) -> None:
        self.say(message.reason, warning=True)

    def on_timeline_moved(self) -> None:
        self.timeline_keys.moved()

    def on_timeline_chosen(self, message: Timeline.Chosen) -> None:
        if self.timeline_keys.choose(message.text):
            self._filtered()

    def on_timeline_closed(self) -> None:
        self.timeline_keys.close()

    # The detail follows the cursor

    def on_event_list_cursor_moved(self) -> None:
        self.timeline_keys.cursor_moved()
        if self.session.follow is not self._followed:
            self._followed = self.session.follow
            self.standing.tell()
        if self._rest is not None:
            self._rest.stop()
        self._rest = self.set_timer(REST, self.fill_detail)

    def fill_detail(self) -> None:
        """Show the record under the cursor, if the detail is to be seen."""
        if self._rest is not None:
            self._rest.stop()
            self._rest = None
        if self.panes.detail_shown:
            self.desk.show(self.detail, self.events.cursor_event)

    def on_detail_tree_leave(self) -> None:
        self.panes.to_list()
