"""What is so at the moment, in words: the status line's background and chips, the empty list."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.core.index.rows import skipped_as
from tui.core.text import cut
from tui.ui.protocols import LOADING_EARLIER
from tui.ui.widgets.status import Chip, progress_text, state_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tui.core.index.rows import SourceLine
    from tui.ui.screens.main import MainScreen

_STATE, _QUIET_STATE = 30, 40
"""Cells that a source's state may take in the status line."""
MOSTLY = 0.5
"""Share of events made by AWS from which on it is worth saying."""


class Standing:
    """Writes the status line of the main screen anew; unchanged text costs nothing."""

    def __init__(self, screen: MainScreen, *, masked: bool) -> None:
        self._screen = screen
        self._masked = masked
        self._state = ""
        self._hint = ""
        self._failure = ""
        """What was said last of a state that had failed."""

    def tell(self) -> None:
        """Bring the status line up to date."""
        screen = self._screen
        progress = screen.session.progress()
        key = screen.keymap.first_key
        if progress.loading:
            traffic = screen.session.traffic()
            background = progress_text(progress, key("back"), traffic.lists + traffic.gets)
            hints: list[str] = []
        elif (search := screen.session.search_progress()) is not None:
            background = (
                f"looking through records: {search.done:,} of {search.all:,}"
                f" · {search.found:,} found · {key('back')} stops"
            )
            hints = []
        else:
            background = self._span()
            hints = self._hints()
        state = screen.engine.state
        if state != self._state:
            self._tell_state(state)
        self._state = state
        chips = self._chips(state.partition(":")[0], loading=progress.loading)
        screen.status.tell(background, chips, hints)
        self.tell_hint()

    def _tell_state(self, state: str) -> None:
        """Say what a new state has to say, once: why it is so, or what failed."""
        if _failed(state):
            failures = [line.text for line in self._screen.session.lines() if _failed(line.state)]
            self._screen.say(next(filter(None, failures), state), warning=True)
            self._failure = self._screen.status.message
        elif ":" in state:
            self._screen.say(state)
        elif self._failure and self._screen.status.message == self._failure:
            self._screen.say("")  # it is so no longer

    def tell_hint(self) -> None:
        """Say what the sources want to tell, once, when nothing else is being said."""
        screen = self._screen
        hint = screen.session.hint()
        said = screen.status.message not in ("", LOADING_EARLIER)
        if hint == self._hint or said or screen.session.progress().loading:
            return
        self._hint = hint
        if hint:
            screen.say(hint)

    def _span(self) -> str:
        """The days of the rows: `2026-01-01 … 2026-01-31 UTC`."""
        dates = [date for date in self._screen.events.dates if date]
        if not dates:
            return ""
        zone = self._screen.times.zone_name
        return f"{dates[0]} … {dates[-1]} {zone}" if len(dates) > 1 else f"{dates[0]} {zone}"

    def _hints(self) -> list[str]:
        from tui.actions.registry import ACTIONS, READING

        scope = self._screen.scopes()[0]
        known = {"follow"} if self._screen.session.follow else set()
        found = [
            action
            for action in ACTIONS
            if action.hint and scope in action.scopes and action.id not in known
        ]
        # What few panes of this screen have comes first.
        found.sort(key=lambda action: (len({*action.scopes} - {READING}), len(action.scopes)))
        keymap = self._screen.keymap
        keys = [(keymap.first_key(action.id, scope), action.hint) for action in found]
        return [f"{key} {hint}" for key, hint in keys if key and hint != "help"]

    def _chips(self, state: str, *, loading: bool) -> list[Chip]:
        """The least important first: a narrow line drops it first."""
        session, key = self._screen.session, self._screen.keymap.first_key
        chips = [Chip("•••• masked") if self._masked else Chip("secrets shown", urgent=True)]
        share = session.aws_share()
        if session.hide_aws:
            chips.append(Chip(f"AWS-made hidden: {key('toggle_aws')} shows"))
        elif share > MOSTLY:
            chips.append(Chip(f"AWS-made {share * 100:.0f} %: {key('toggle_aws')} hides"))
        state_chip, failing = self._state_chip(state)
        if state and not failing and not loading:
            chips.append(state_chip)
        if session.follow and not loading:
            chips.append(Chip("following"))
        if session.new_count and not session.follow:
            chips.append(Chip(f"{session.new_count:,} new", urgent=True))
        problems = len(session.problems())
        if problems:
            words = "problem" if problems == 1 else "problems"
            chips.append(Chip(f"{problems:,} {words}: {key('problems')}", urgent=True))
        if failing:
            chips.append(state_chip)
        chips.append(Chip(f"{key('help')} help"))
        return chips

    def _state_chip(self, state: str) -> tuple[Chip, bool]:
        """A source's state, and whether it stands in the way of what is new."""
        failing = "retrying" in state
        text = cut(state_text(state), _STATE if failing or _failed(state) else _QUIET_STATE)
        if _failed(state):
            return Chip(f"{text}: {self._screen.keymap.first_key('sources')}", urgent=True), True
        return Chip(text, urgent=failing), failing

    def empty_text(self) -> str:
        """What stands in a list without rows: why, and what would help."""
        session, key = self._screen.session, self._screen.keymap.first_key
        if session.total:
            if session.search_progress() is not None:
                return "Looking through records: what is found shows here at once"
            parts = ["No event is left by the filter"]
            if session.hide_aws:
                parts.append(f"{key('toggle_aws')} shows what AWS made")
            parts.append(f"{key('undo')} takes back the last step")
            parts.append(f"{key('toggle_filters')} shows all")
            return " · ".join(parts)
        lost = f"Nothing could be read · {key('problems')} says why · {key('look_now')} tries again"
        progress = session.progress()
        if all_failed(session.lines()):
            return lost
        if progress.loading:
            return "Reading: the newest events come first"
        losses = sum(not problem.harmless for problem in session.problems())
        if losses and losses >= progress.objects_found and not session.sums().found:
            return lost
        return f"No events were found{self._why_none()} · {key('problems')} says what was read"

    def _why_none(self) -> str:
        """What the command line left out, or what was found in place of logs."""
        session = self._screen.session
        outside, coverage = session.sums().outside, session.coverage()
        if outside:
            return f": {outside:,} lie outside of what is wanted"
        if coverage.pruned:
            return f": {coverage.pruned:,} files are outside, by their names"
        if len(coverage.skipped) == 1:
            where, what = coverage.skipped[0]
            return f": {where.rpartition('/')[2]} {skipped_as(what, brief=True)}"
        return f": {len(coverage.skipped):,} files are no logs" if coverage.skipped else ""


def all_failed(lines: Sequence[SourceLine]) -> bool:
    """Will nothing come from any source until somebody does something?"""
    return bool(lines) and all(_failed(line.state) for line in lines)


def _failed(state: str) -> bool:
    return "failed" in state
