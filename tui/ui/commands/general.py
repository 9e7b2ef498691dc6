"""What the keys of the main screen do that belong to no pane: jumps, filters, other screens."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.actions.registry import ANYWHERE, BY_COMMAND, where

if TYPE_CHECKING:
    from tui.ui.screens.main import MainScreen


class Commands:
    """The actions of the main screen as a whole, each a method `action_<id>`."""

    def __init__(self, screen: MainScreen) -> None:
        self._screen = screen

    # Jumps

    def action_follow(self) -> None:
        """Keep the newest event in view; by time again, if the list is sorted otherwise."""
        if not self._screen.session.by_time:
            self._screen.session.sort()
            self._screen.take_in()
        self._screen.events.action_end()
        self._screen.say("Following: the newest event stays under the cursor")

    def action_next_failed(self) -> None:
        self._jump("failed", 1, "denied or failed event")

    def action_previous_failed(self) -> None:
        self._jump("failed", -1, "denied or failed event")

    def action_next_change(self) -> None:
        self._jump("write", 1, "change")

    def action_previous_change(self) -> None:
        self._jump("write", -1, "change")

    def _jump(self, what: str, step: int, name: str) -> None:
        screen = self._screen
        jump = screen.session.next_flagged(screen.events.cursor, what, step)
        if jump is None:
            loading = screen.session.progress().loading
            screen.say(f"There is no {name} {'yet' if loading else 'here'}", warning=True)
            return
        if jump.position == screen.events.cursor:
            screen.say(f"This is the only {name}", warning=True)
            return
        screen.events.go_to(jump.position)
        if screen.panes.full_detail:
            screen.fill_detail()
        if jump.wrapped:
            first, last = screen.events.edges
            edge = first if step > 0 else last
            screen.say(f"Wrapped round to the {edge} event")

    def action_go_to_time(self, text: str = "") -> None:
        """Go to a time; ask for it where none is given."""
        if text:
            wrong = self._go_to(text)
            if wrong:
                self._screen.say(wrong, warning=True)
            return
        from tui.ui.screens.prompts import Ask

        zone = self._screen.times.zone_name
        title = f"Go to ({zone}): 14:30 · 2h ago · 2026-01-31T12:00"
        self._screen.prompt.open(Ask(title, check=self._wrong_time), self._time_given)

    def _time_given(self, text: str | None) -> None:
        if text:
            self.action_go_to_time(text)

    def _wrong_time(self, text: str) -> str:
        moment = self._moment(text)
        return "" if isinstance(moment, int) else moment

    def _moment(self, text: str) -> int | str:
        """Microseconds since 1970, or what is wrong with the text."""
        from tui.core.when import WhenError, parse_when

        times = self._screen.times
        now = times.now()
        event = self._screen.events.cursor_event
        if event is not None and event.time is not None and ":" in text[:3]:
            # A time of day is that of the day in view.
            now = times.moment(event.time) or now
        try:
            return parse_when(text, now=now, zone=times.zone).start
        except WhenError as error:
            return str(error)

    def _go_to(self, text: str) -> str:
        moment = self._moment(text)
        if isinstance(moment, str):
            return moment
        screen = self._screen
        if not len(screen.session):
            return "There are no events here"
        position = screen.session.position_at(moment)
        last = len(screen.session) - 1
        screen.events.go_to(min(position, last))
        if screen.panes.full_detail:
            screen.fill_detail()
        if position > last:
            screen.say("All events are older: this is the newest")
        else:
            screen.say(f"The first event from {screen.times.full(moment)} on")
        return ""

    def action_detail_down(self) -> None:
        self._detail(1)

    def action_detail_up(self) -> None:
        self._detail(-1)

    def _detail(self, step: int) -> None:
        screen = self._screen
        if screen.panes.full_detail:
            if step > 0:
                screen.events.action_cursor_down()
            else:
                screen.events.action_cursor_up()
            screen.fill_detail()
        elif screen.panes.detail_shown:
            before = screen.detail.scroll_offset
            screen.detail.scroll_by_lines(step)
            if screen.detail.scroll_offset == before:
                screen.say("There is nothing further that way", warning=True)
        else:
            screen.say("There is no detail beside the list: Enter opens it", warning=True)

    # The filter and the view

    def action_toggle_aws(self) -> None:
        """Hide or show what AWS services do by themselves."""
        screen = self._screen
        screen.session.toggle_aws()
        screen.take_in()
        hidden = screen.session.hide_aws
        screen.say(f"What AWS services do by themselves is {'hidden' if hidden else 'shown'}")

    def action_cycle_time(self) -> None:
        """UTC, local, how long ago."""
        screen = self._screen
        screen.times.cycle()
        screen.session.zone = screen.times.zone
        screen.events.take_in()
        screen.timeline.repaint()
        screen.standing.tell()
        name = screen.times.zone_name
        if screen.times.mode == "relative":
            screen.say(f"Times say how long ago; days are {name}")
        else:
            screen.say(f"Times are {name}")

    def action_look_now(self) -> None:
        """Look for new files now."""
        self._screen.engine.poll_now()
        self._screen.say("Looking for new files and objects")

    # Leaving

    def action_back(self) -> None:
        """Towards the list; in the list stop reading, if events are being read."""
        if self._go_back():
            return
        screen = self._screen
        if screen.session.cancel_search():
            screen.standing.tell()
            screen.say("No more records are looked at: what was found so far stays")
        elif screen.session.progress().loading:
            screen.engine.cancel()
            screen.say("Reading is stopped: what is listed so far stays")
        elif screen.search_keys.clear():
            screen.say("The hits of the search are no longer marked")
        else:
            screen.say(f"This is the list: {screen.keymap.first_key('quit')} quits", warning=True)

    def action_quit(self) -> None:
        """Go back; from the list, quit."""
        if not self._go_back():
            self._screen.app.exit()

    def _go_back(self) -> bool:
        screen = self._screen
        if screen.pane is screen.events:
            return False
        if screen.pane is screen.sidebar and screen.sidebar.widen():
            return True
        screen.panes.to_list()
        return True

    # Other screens

    def action_help(self) -> None:
        """Show every key."""
        from tui.ui.screens.help import HelpScreen

        self._screen.app.push_screen(HelpScreen(self._screen.keymap, self._screen.scopes()[0]))

    def action_problems(self) -> None:
        """Show what was read and what could not be."""
        from tui.ui.screens.problems import ProblemsScreen

        screen = self._screen
        problems = ProblemsScreen(screen.keymap, screen.session, screen.times, screen.mistakes)
        screen.app.push_screen(problems)

    def action_sources(self) -> None:
        """Show how each source is doing and what it cost."""
        from tui.ui.screens.sources import SourcesScreen

        screen = self._screen
        screen.app.push_screen(SourcesScreen(screen.keymap, screen.session, screen.times))

    def action_palette(self) -> None:
        """Find an action by its name."""
        from tui.ui.commands.palette import open_palette

        open_palette(self._screen)

    def action_command_line(self) -> None:
        """Ask for a command with its argument."""
        from tui.ui.screens.prompts import Ask, command_words

        words = command_words(self._screen.scopes())
        ask = Ask(":", check=self._wrong_command, words=words)
        self._screen.prompt.open(ask, self._command_given)

    def _wrong_command(self, text: str) -> str:
        name, _, argument = text.strip().partition(" ")
        action = BY_COMMAND.get(name)
        if action is None:
            return f"There is no command {name}"
        if not {*self._screen.scopes(), ANYWHERE} & set(action.scopes):
            return f"{name} does nothing here: it is used {where(action)}"
        if argument and not action.argument:
            return f"{name} takes no argument"
        return ""

    def _command_given(self, text: str | None) -> None:
        if text:
            name, _, argument = text.strip().partition(" ")
            perform = self._screen.perform
            self._screen.call_later(perform, BY_COMMAND[name], argument.strip())
