"""The sidebar: the values of a field, or of three, with their counts, to include and exclude."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.message import Message

from tui.core.counts.facet_names import COUNT, ORDERS, is_path
from tui.core.query.names import FACETS
from tui.core.text import MASK
from tui.ui.screens.keyed import key_name
from tui.ui.widgets.facet_pane import FacetPane
from tui.ui.widgets.painted import Line, Painted

if TYPE_CHECKING:
    from textual import events

    from tui.core.index.rows import FacetValue
    from tui.ui.protocols import Memory
    from tui.ui.session.session import Session

TALL = 50
"""Rows of the terminal from which on three fields stand above each other."""
_USUAL = ("service", "who", "result")
_LEAST = 4
"""Lines that each of three fields has at least."""


class Sidebar(Painted, can_focus=True):
    """Fields by count; what its keys choose becomes one step of the filter for each field."""

    MEMORY: ClassVar = "sidebar"
    """The section of what is remembered."""

    class Filtered(Message):
        """A step of the filter was changed. Handler: `on_sidebar_filtered`."""

    class Refused(Message):
        """A key that can do nothing here, and why. Handler: `on_sidebar_refused`."""

        def __init__(self, reason: str) -> None:
            super().__init__()
            self.reason = reason

    def __init__(
        self,
        session: Session,
        *,
        memory: Memory | None = None,
        id: str | None = None,  # noqa: A002 (Textual's own name)
    ) -> None:
        super().__init__(id=id)
        self._session = session
        self._memory = memory
        fields, orders = self._remembered("fields"), self._remembered("orders")
        if len(set(fields)) != len(_USUAL) or not all(map(self._can_show, fields)):
            fields, orders = list(_USUAL), []
        if len(orders) != len(_USUAL) or not set(orders) <= set(ORDERS):
            orders = [COUNT] * len(_USUAL)
        self._panes = [FacetPane(session, *each) for each in zip(fields, orders, strict=True)]
        self._active = 0
        self._stale = False

    def _remembered(self, key: str) -> list[str]:
        known = None if self._memory is None else self._memory.get(self.MEMORY, key)
        return [each for each in known if isinstance(each, str)] if isinstance(known, list) else []

    def _can_show(self, field: str) -> bool:
        if not is_path(field):
            return field in FACETS
        from tui.core.query.lexer import QueryError

        try:
            self._session.path_keys(field)
        except QueryError:
            return False
        return True

    def _remember(self) -> None:
        if self._memory is not None:
            self._memory.set(self.MEMORY, "fields", [pane.field for pane in self._panes])
            self._memory.set(self.MEMORY, "orders", [pane.order for pane in self._panes])

    # What is shown

    @property
    def _shown(self) -> list[FacetPane]:
        """The fields that are in view."""
        tall = self.app.size.height >= TALL and self.size.height >= len(self._panes) * _LEAST
        return self._panes if tall else [self._pane]

    @property
    def _pane(self) -> FacetPane:
        return self._panes[self._active]

    @property
    def field(self) -> str:
        """The field under the cursor."""
        return self._pane.field

    @property
    def order(self) -> str:
        """In which order its values stand: one of `tui.core.counts.facets.ORDERS`."""
        return self._pane.order

    @property
    def fields(self) -> list[str]:
        """The fields in view, from top to bottom."""
        return [pane.field for pane in self._shown]

    @property
    def cursor_value(self) -> str:
        """The value under the cursor; empty where there is none."""
        value = self._pane.value
        return value.value if value is not None else ""

    @property
    def values(self) -> list[FacetValue]:
        """What can be come to of the field under the cursor."""
        return self._pane.values

    def take_in(self) -> None:
        """Counts or filter have changed: each cursor stays on its value, unless it is first.

        Nothing is counted while nobody can see it.
        """
        self._stale = self.is_mounted and not self.display
        if self._stale:
            return
        for pane in self._shown:
            pane.take_in()
        self._divide()
        self.repaint()

    def freshen(self) -> None:
        """It can be seen again."""
        if self._stale:
            self.take_in()

    def show_field(self, field: str) -> None:
        """Show a field where the cursor is; if it is in view elsewhere, the two change places.

        Records are read for one path at a time: another one gives way to a usual field.
        """
        for pane in self._panes:
            if pane is self._pane:
                continue
            if pane.field == field:
                pane.show(self.field)
            elif is_path(field) and is_path(pane.field):
                shown = {each.field for each in self._panes}
                pane.show(next(each for each in _USUAL if each not in shown))
        self._pane.show(field)
        self._remember()
        self.take_in()

    # Moving

    def place(self) -> None:
        """Keep the cursors where they can be seen."""
        for pane in self._shown:
            if not pane.values:
                pane.take_in()
        self._divide()

    def _divide(self) -> None:
        """Share the lines out: a field that needs fewer than its part leaves them to the others."""
        for pane, height in zip(self._shown, self._heights(), strict=True):
            pane.place(height)

    def _heights(self) -> list[int]:
        panes = self._shown
        left, heights = self.size.height, [0] * len(panes)
        by_need = sorted(range(len(panes)), key=lambda n: panes[n].wanted_height)
        for done, number in enumerate(by_need):
            part = left // (len(panes) - done)
            heights[number] = max(min(panes[number].wanted_height, part), min(_LEAST, part))
            left -= heights[number]
        heights[-1] += left
        return heights

    def _step(self, count: int) -> None:
        pane = self._pane
        if not pane.go_to(pane.cursor + count) and not self._turn(1 if count > 0 else -1, count):
            self.post_message(self.Refused("There is no value further that way"))
            return
        self.repaint()

    def _turn(self, step: int, place: int) -> bool:
        """To the field below or above: to its first value, or its last; False: there is none."""
        panes = self._shown
        number = panes.index(self._pane) + step
        if not 0 <= number < len(panes):
            return False
        self._active = self._panes.index(panes[number])
        self._pane.go_to(0 if place > 0 else len(self._pane.values))
        return True

    def _page(self) -> int:
        return self._pane.height

    def action_cursor_down(self) -> None:
        self._step(1)

    def action_cursor_up(self) -> None:
        self._step(-1)

    def action_half_page_down(self) -> None:
        self._step(max(self._page() // 2, 1))

    def action_half_page_up(self) -> None:
        self._step(-max(self._page() // 2, 1))

    def action_page_down(self) -> None:
        self._step(max(self._page() - 1, 1))

    def action_page_up(self) -> None:
        self._step(-max(self._page() - 1, 1))

    def action_home(self) -> None:
        """To the first value; from there to the first one of the field above."""
        self._edge(0, -1)

    def action_end(self) -> None:
        """To the last value; from there to the last one of the field below."""
        self._edge(len(self.values), 1)

    def _edge(self, place: int, step: int) -> None:
        if not self._pane.go_to(place):
            if not self._turn(step, 1):
                self.post_message(self.Refused("There is no value further that way"))
                return
            self._pane.go_to(0 if step < 0 else len(self._pane.values))
        self.repaint()

    # Filtering

    def action_only(self) -> None:
        if self._has_value():
            self._session.only(self.field, self.cursor_value)
            self.post_message(self.Filtered())

    def action_toggle_value(self) -> None:
        if self._has_value():
            self._session.toggle(self.field, self.cursor_value)
            self.post_message(self.Filtered())

    def action_exclude(self) -> None:
        if self._has_value():
            self._session.exclude(self.field, self.cursor_value)
            self.post_message(self.Filtered())

    def action_all_values(self) -> None:
        if not any(value.state for value in self.values):
            self.post_message(self.Refused("All values are shown already"))
            return
        self._session.clear(self.field)
        self.post_message(self.Filtered())

    def _has_value(self) -> bool:
        if not self.values:
            self.post_message(self.Refused("There are no values here"))
        elif is_path(self.field) and self.cursor_value == MASK:
            self.post_message(self.Refused("This value is masked: it cannot be looked for"))
            return False
        return bool(self.values)

    # Order and narrowing

    def action_facet_order(self) -> None:
        """By count, by name, rarest first, by count again."""
        pane = self._pane
        pane.sort(ORDERS[(ORDERS.index(pane.order) + 1) % len(ORDERS)])
        self._remember()
        self._divide()
        self.repaint()

    def action_narrow(self) -> None:
        """Open a line at the field's foot: values that hold what is typed there stay."""
        self._pane.typing = True
        self.call_after_refresh(self._session.counts.prepare, self.field)
        self._divide()
        self.repaint()

    def widen(self) -> bool:
        """Show all values again; False if all are shown."""
        pane = self._pane
        if not pane.needle and not pane.typing:
            return False
        self._narrow("", typing=False)
        return True

    def _narrow(self, needle: str, *, typing: bool) -> None:
        pane = self._pane
        pane.typing = typing
        if needle != pane.needle:
            pane.narrow(needle)
        self._divide()
        self.repaint()

    def type_key(self, event: events.Key) -> bool:
        """While a text is being typed take the keys that are its own; False: it is another."""
        pane = self._pane
        if not pane.typing:
            return False
        key, needle = key_name(event), pane.needle
        if event.is_printable and event.character:
            self._narrow(needle + event.character, typing=True)
        elif key == "backspace":
            self._narrow(needle[:-1], typing=bool(needle))
        elif key == "ctrl+u":
            self._narrow("", typing=True)
        elif key in ("enter", "escape"):
            self._narrow(needle if key == "enter" else "", typing=False)
        else:
            return False
        return True

    def watch_has_focus(self, has_focus: bool) -> None:  # noqa: FBT001 (Textual's signature)
        """Whoever goes elsewhere has typed enough."""
        if not has_focus:
            self._pane.typing = False
        super().watch_has_focus(has_focus)

    # Drawing

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        event.stop()
        self._step(3)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        event.stop()
        self._step(-3)

    def on_click(self, event: events.Click) -> None:
        top = 0
        for pane, height in zip(self._shown, self._heights(), strict=True):
            if top <= event.y < top + height:
                place = pane.place_at(event.y - top)
                if place is not None:
                    self._active = self._panes.index(pane)
                    pane.go_to(place)
                    self.repaint()
                return
            top += height

    def lines(self, width: int, height: int) -> list[Line]:  # noqa: ARG002 (divided already)
        focus = self.has_focus
        return [
            line
            for pane, own in zip(self._shown, self._heights(), strict=True)
            for line in pane.lines(width, own, active=pane is self._pane, focus=focus)
        ]
