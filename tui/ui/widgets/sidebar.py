"""The sidebar: the values of a field with their counts, to include and exclude."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.message import Message

from tui.core.text import cell_width, cut, fit, safe
from tui.ui.widgets.painted import Line, Painted

if TYPE_CHECKING:
    from textual import events

    from tui.core.rows import FacetValue
    from tui.ui.session import Session

BARS = "▁▂▃▄▅▆▇█"
_COUNT = 7


class Sidebar(Painted, can_focus=True):
    """Services by count; what its keys choose becomes one step of the filter."""

    class Filtered(Message):
        """A step of the filter was changed. Handler: `on_sidebar_filtered`."""

    class Refused(Message):
        """A key that can do nothing here, and why. Handler: `on_sidebar_refused`."""

        def __init__(self, reason: str) -> None:
            super().__init__()
            self.reason = reason

    def __init__(self, session: Session, *, id: str | None = None) -> None:  # noqa: A002 (Textual's own name)
        super().__init__(id=id)
        self._session = session
        self.field = "service"
        self._values: list[FacetValue] = []
        self._cursor = 0
        self._top = 0

    @property
    def cursor_value(self) -> str:
        """The value under the cursor; empty where there is none."""
        return self._values[self._cursor].value if self._values else ""

    @property
    def values(self) -> list[FacetValue]:
        """What is shown, by count."""
        return self._values

    def take_in(self) -> None:
        """Counts or filter have changed: the cursor stays on its value, unless it is first."""
        before = self.cursor_value if self._cursor else ""
        self._values = self._session.facet(self.field)
        places = {value.value: index for index, value in enumerate(self._values)}
        last = max(len(self._values) - 1, 0)
        self._cursor = places.get(before, min(self._cursor, last)) if before else 0
        self._into_view()
        self.repaint()

    # Moving

    @property
    def _height(self) -> int:
        return max(self.size.height - 1, 1)

    def _scroll(self, top: int) -> None:
        self._top = max(min(top, len(self._values) - self._height), 0)

    def _into_view(self) -> None:
        if self._cursor < self._top:
            self._scroll(min(self._cursor, self._top - self._height // 2))
        elif self._cursor >= self._top + self._height:
            self._scroll(max(self._cursor - self._height + 1, self._top + self._height // 2))
        else:
            self._scroll(self._top)

    def _step(self, count: int) -> None:
        wanted = max(min(self._cursor + count, len(self._values) - 1), 0)
        if wanted == self._cursor:
            self.post_message(self.Refused("There is no value further that way"))
            return
        self._cursor = wanted
        self._into_view()
        self.repaint()

    def action_cursor_down(self) -> None:
        self._step(1)

    def action_cursor_up(self) -> None:
        self._step(-1)

    def action_half_page_down(self) -> None:
        self._step(max(self._height // 2, 1))

    def action_half_page_up(self) -> None:
        self._step(-max(self._height // 2, 1))

    def action_page_down(self) -> None:
        self._step(max(self._height - 1, 1))

    def action_page_up(self) -> None:
        self._step(-max(self._height - 1, 1))

    def action_home(self) -> None:
        self._step(-len(self._values))

    def action_end(self) -> None:
        self._step(len(self._values))

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
        if not any(value.state for value in self._values):
            self.post_message(self.Refused("All values are shown already"))
            return
        self._session.clear(self.field)
        self.post_message(self.Filtered())

    def _has_value(self) -> bool:
        if not self._values:
            self.post_message(self.Refused("There are no values here"))
        return bool(self._values)

    # Drawing

    def place(self) -> None:
        """Keep the cursor where it can be seen."""
        self._into_view()

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        event.stop()
        self._step(3)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        event.stop()
        self._step(-3)

    def on_click(self, event: events.Click) -> None:
        index = self._top + event.y - 1
        if event.y > 0 and index < len(self._values):
            self._step(index - self._cursor)

    def lines(self, width: int, height: int) -> list[Line]:
        name = "title-focused" if self.has_focus else "title"
        lines: list[Line] = [(("── Services ".ljust(width - 1, "─") + "┬", (name,)),)]
        most = max((value.count for value in self._values), default=0)
        only = any(value.state > 0 for value in self._values)
        for index in range(self._top, self._top + height - 1):
            if index >= len(self._values):
                lines.append(((" " * (width - 1) + "│", ("title",)),))
                continue
            value = self._values[index]
            style, mark = _state(value.state, only=only)
            names: tuple[str, ...] = (style,)
            if index == self._cursor:
                names += ("cursor" if self.has_focus else "cursor-blurred",)
            text = value_line(value, mark, most, width - 1)
            lines.append(((text, names), ("│", ("title",))))
        return lines


def _state(state: int, *, only: bool) -> tuple[str, str]:
    if state > 0:
        return "included", "+"
    if state < 0:
        return "excluded", "-"
    return ("left-out" if only else "value"), " "


def value_line(value: FacetValue, mark: str, most: int, width: int) -> str:
    """`+iam        1,203 ▁` in `width` cells; the bar is a share of the largest count."""
    count = short_count(value.count)
    room = width - 1 - _COUNT - 1 - 2
    name = cut(safe(value.value) or "(none)", room + _COUNT - len(count))
    gap = " " * (room + _COUNT - cell_width(name) - len(count))
    bar = BARS[(value.count * 8 - 1) // most] if most and value.count else " "
    return fit(f"{mark}{name} {gap}{count} {bar}", width)


def short_count(count: int) -> str:
    """A count in at most seven cells: `21,310`, `999,999`, `1.24 M`."""
    if count < 1_000_000:
        return f"{count:,}"
    return f"{count / 1_000_000:.2f} M" if count < 10_000_000 else f"{count / 1_000_000:.1f} M"
