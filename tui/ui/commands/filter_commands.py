"""What the keys of the filter do on the main screen: the prompt, steps, lenses, saved filters."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.actions.filters import LENS
from tui.core.filters.lenses import BY_NAME, LENSES
from tui.core.query.lexer import QueryError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tui.ui.screens.main import MainScreen
    from tui.ui.session.saved_filters import SavedFilters

_BREATH = 0.003
"""Seconds between two steps of what is made ready: keys come first."""


class FilterCommands:
    """The actions that change the filter, each a method `action_<id>`."""

    def __init__(
        self, screen: MainScreen, saved: SavedFilters, lenses: Mapping[str, str] | None = None
    ) -> None:
        """`lenses` are those of the settings, by name."""
        self._screen = screen
        self._saved = saved
        self._lenses = {name: lens.text for name, lens in BY_NAME.items()}
        self._lenses.update(lenses or {})

    # The prompt

    def action_filter(self, text: str = "") -> None:
        """Ask for a filter; or filter by the one that is given."""
        if text:
            self._push(text)
            return
        from tui.ui.screens.filter_prompt import FilterPrompt

        screen = self._screen
        prompt = FilterPrompt(screen.session, screen.take_in, history=self._saved.history)
        back = self._remembered_place()

        def given(answer: str | None) -> None:
            if answer:
                self._push(answer)  # in place of what was shown while it was typed
            screen.session.draft("")
            back()

        screen.prompt.open(prompt, given)
        screen.call_after_refresh(self._warm)

    def _warm(self) -> None:
        """Make ready for the first word while it is being typed, a few milliseconds at a time."""
        if self._screen.session.warm():
            self._screen.set_timer(_BREATH, self._warm)

    def _remembered_place(self) -> Callable[[], None]:
        """How to come back to the event that is under the cursor now, and to its line."""
        screen = self._screen
        place = screen.events.held()

        def back() -> None:
            screen.show_changes()
            if place.cursor_row is not None and not screen.session.follow:
                screen.events.back_to(place, follow=False)

        return back

    def _push(self, text: str, *, name: str = "") -> None:
        try:
            self._screen.session.push(text, name=name)
        except QueryError as error:
            self._screen.say(error.message, warning=True)
            return
        if not name:
            self._saved.remember(text)
        self._tell(len(self._screen.session.steps.all) - 1)

    def _tell(self, number: int) -> None:
        """Show what is left; say what should be known of a step."""
        screen = self._screen
        screen.take_in()
        from tui.ui.session.filter_words import step_words

        words = step_words(screen.session, number)
        if words:
            screen.say(words, warning=not len(screen.session))

    # The value under the cursor in the record; list and sidebar have their own

    def action_only(self) -> None:
        """Only events with the value under the cursor."""
        self._leaf(out=False)

    def action_exclude(self) -> None:
        """Only events without it."""
        self._leaf(out=True)

    def _leaf(self, *, out: bool) -> None:
        from tui.ui.session.filter_words import step_words
        from tui.ui.session.leaf_filter import LeafError, leaf_of, turn_of

        screen = self._screen
        session, tree = screen.session, screen.detail
        try:
            leaf = leaf_of(tree.cursor_path, tree.cursor_value)
        except LeafError as error:
            screen.say(str(error), warning=True)
            return
        turn = turn_of(leaf, session.steps, out=out)
        steps = session.steps
        if not turn.text:
            session.change(steps.remove(turn.number))
            screen.take_in()
            screen.say(f"Without the step {steps.all[turn.number].text}")
            return
        try:
            step = session.step(turn.text)
        except QueryError as error:
            screen.say(error.message, warning=True)
            return
        if turn.number >= 0:
            session.change(steps.replace(turn.number, step))
        else:
            session.change(steps.push(step))
        number = turn.number if turn.number >= 0 else len(session.steps.all) - 1
        screen.take_in()
        words = step_words(session, number)
        if leaf.anywhere and turn.number < 0:
            key = screen.keymap.first_key("exclude" if out else "only")
            place = f"{step.text} anywhere · {key} again: in {leaf.here.rpartition(':')[0]} alone"
        else:
            place = step.text
        screen.say(" · ".join(filter(None, [words, place])), warning=not len(session))

    # Steps

    def action_undo(self) -> None:
        """Take back the last change."""
        self._turn(self._screen.session.undo, "undo", "Back to")

    def action_redo(self) -> None:
        """Change again what was undone."""
        self._turn(self._screen.session.redo, "redo", "Again")

    def _turn(self, turn: Callable[[int], int | None], what: str, done: str) -> None:
        screen = self._screen
        event = screen.events.cursor_event
        row = turn(-1 if event is None else event.row)
        if row is None:
            screen.say(f"There is nothing to {what}", warning=True)
            return
        screen.take_in()
        if row >= 0 and len(screen.session):
            screen.events.go_to(screen.session.position_of(row))
            screen.fill_detail()
        steps = " › ".join(step.shown for step in screen.session.steps.active)  # noqa: RUF001
        screen.say(f"{done}: {steps or 'no filter'}")

    def action_toggle_filters(self) -> None:
        """All steps off, or on again."""
        session = self._screen.session
        if not session.steps.all:
            self._screen.say("There is no filter", warning=True)
            return
        session.toggle_all()
        self._screen.take_in()
        key = self._screen.keymap.first_key("toggle_filters")
        off = f"The filter is off: {key} switches it on again"
        self._screen.say("The filter is on" if session.steps.active else off)

    def action_filters(self) -> None:
        """List the steps."""
        from tui.ui.screens.filters import StepsScreen

        screen = self._screen
        if not screen.session.steps.all:
            screen.say("There is no filter", warning=True)
            return
        screen.app.push_screen(StepsScreen(screen.session, screen.take_in), self._edit)

    def _edit(self, number: int | None) -> None:
        """Change the text of a step."""
        from tui.ui.screens.filter_prompt import FilterPrompt

        screen = self._screen
        screen.take_in()
        if number is None:
            return
        session = screen.session
        before = session.steps
        step = before.all[number]
        session.change(before.remove(number))
        screen.take_in()

        def given(answer: str | None) -> None:
            session.draft("")
            session.change(before)
            if answer:
                self._saved.remember(answer)
                session.change(before.replace(number, session.step(answer)))
            screen.take_in()

        prompt = FilterPrompt(session, screen.take_in, text=step.text, history=self._saved.history)
        screen.prompt.open(prompt, given)

    def action_story(self) -> None:
        """Follow the access key of the event under the cursor."""
        from tui.ui.session.story import story_of

        screen = self._screen
        event = screen.events.cursor_event
        if event is None:
            screen.say("There are no events here", warning=True)
            return
        session = screen.session
        story = story_of(session, event.row)
        if not story.text:
            screen.say(story.words, warning=True)
            return
        step = session.step(story.text)
        session.change(session.steps.push_alone(step, event.row))
        screen.take_in()
        screen.events.go_to(session.position_of(story.row if story.row >= 0 else event.row))
        screen.fill_detail()
        screen.say(story.words)

    # Lenses

    def action_lens(self, name: str = "") -> None:
        """Filter by a lens; ask for its name where none is given."""
        if name:
            self.press(name)
        else:
            self._choose("Lens", self._lenses, self.press)

    def press(self, name: str) -> None:
        """Look through a lens in place of the one before, or through none if it is this one."""
        screen, text = self._screen, self._lenses.get(name)
        if text is None:
            screen.say(f"There is no lens {name}", warning=True)
            return
        steps = screen.session.steps
        number = next((n for n, step in enumerate(steps.all) if step.name == name), -1)
        if number >= 0 and not steps.now.paused and steps.all[number].on:
            screen.session.change(steps.remove(number))
            screen.take_in()
            screen.say(f"Without the lens {name}")
        elif number >= 0 and not steps.now.paused:
            screen.session.switch(number)
            self._tell(number)
        elif (before := self._looked_through()) >= 0:
            self._replace(before, text, name)
        else:
            self._push(text, name=name)

    def _looked_through(self) -> int:
        """The number of the step that is a lens and filters; -1 if there is none."""
        steps = self._screen.session.steps
        if steps.now.paused:
            return -1
        numbers = (n for n, step in enumerate(steps.all) if step.on and step.name in self._lenses)
        return next(numbers, -1)

    def _replace(self, number: int, text: str, name: str) -> None:
        session = self._screen.session
        try:
            session.change(session.steps.replace(number, session.step(text, name=name)))
        except QueryError as error:
            self._screen.say(error.message, warning=True)
            return
        self._tell(number)

    def own(self) -> list[tuple[str, str, dict[str, str]]]:
        """A person's own filters for the palette: the action, what they are, text by name."""
        lenses = {name: text for name, text in self._lenses.items() if name not in BY_NAME}
        return [("lens", "Lens", lenses), ("load_filter", "Saved filter", self._saved.all)]

    # Saved filters

    def action_save_filter(self, name: str = "") -> None:
        """Keep the filter under a name."""
        screen = self._screen
        text = screen.session.filter_text()
        if not text:
            screen.say("There is no filter to save", warning=True)
        elif name:
            wrong = self._saved.save(name, text)
            screen.say(wrong or f"Saved as {name}: {text}", warning=bool(wrong))
            if not wrong:
                screen.keep("The filter is saved")
        else:
            from tui.ui.screens.prompts import Ask

            def given(answer: str | None) -> None:
                if answer:
                    self.action_save_filter(answer)

            screen.prompt.open(Ask("Save the filter as", check=lambda _: ""), given)

    def action_load_filter(self, name: str = "") -> None:
        """Filter by what was saved under a name; ask for it where none is given."""
        saved = self._saved.all
        if not saved:
            self._screen.say("No filter was saved yet: :save NAME keeps one", warning=True)
        elif not name:
            self._choose("Saved filters", saved, self.action_load_filter)
        elif name not in saved:
            self._screen.say(f"No filter was saved as {name}", warning=True)
        else:
            self._push(saved[name], name=name)

    def _choose(self, title: str, texts: Mapping[str, str], then: Callable[[str], None]) -> None:
        from tui.ui.screens.filters import Picker

        def given(name: str | None) -> None:
            if name:
                then(name)

        self._screen.app.push_screen(Picker(title, texts), given)

    def __getattr__(self, name: str) -> Callable[[], None]:
        """`action_lens_root`: press that lens."""
        lens = _BY_ACTION.get(name)
        if lens is None:
            raise AttributeError(name)
        return lambda: self.press(lens)


_BY_ACTION = {
    f"action_{LENS}{lens.name.replace(' ', '_').replace('-', '_')}": lens.name for lens in LENSES
}
"""The method that carries out a lens's action → the lens."""
