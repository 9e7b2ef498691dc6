"""One field in the sidebar: its values in view, the cursor among them, what narrows them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.core.counts.facet_names import COUNT, EMPTY, Facet
from tui.core.text import cell_width, fit, safe
from tui.ui.widgets.facet_lines import more_line, state_style, title_line, value_line

if TYPE_CHECKING:
    from tui.core.index.rows import FacetValue
    from tui.ui.session.session import Session
    from tui.ui.widgets.painted import Line

CURSOR_MARK = "▏"


class FacetPane:
    """`top` is the first value in view, `height` the lines for values and what is below them."""

    def __init__(self, session: Session, field: str, order: str = COUNT) -> None:
        self._session = session
        self.field = field
        self.order = order
        self.needle = ""
        self.typing = False
        self.facet: Facet = EMPTY
        self.cursor = 0
        self._top = 0
        self._body = 1

    @property
    def values(self) -> list[FacetValue]:
        """The values that can be come to."""
        return self.facet.values

    @property
    def value(self) -> FacetValue | None:
        """The one under the cursor."""
        return self.values[self.cursor] if self.values else None

    def show(self, field: str) -> None:
        """Another field, from its first value on."""
        self.field = field
        self.needle, self.typing, self.cursor, self._top = "", False, 0, 0
        self.take_in()

    def sort(self, order: str) -> None:
        """Another order; the cursor stays on its value, unless it is on the first."""
        self.order = order
        self.take_in()

    def narrow(self, needle: str) -> None:
        """Only the values that hold a text."""
        self.needle = needle
        self.cursor = self._top = 0
        self.take_in()

    def take_in(self) -> None:
        """Counts or filter have changed: the cursor stays on its value, unless it is first."""
        value = self.value if self.cursor else None
        self.facet = self._session.top(self.field, contains=self.needle, order=self.order)
        last = max(len(self.values) - 1, 0)
        if value is not None:
            places = (n for n, each in enumerate(self.values) if each.value == value.value)
            self.cursor = next(places, min(self.cursor, last))
        else:
            self.cursor = 0
        self._into_view()

    # Place

    @property
    def wanted_height(self) -> int:
        """Lines that it could fill."""
        return 1 + max(len(self.values), 1) + self._foot + (1 if self.facet.others else 0)

    @property
    def _foot(self) -> int:
        return (1 if self.typing or self.needle else 0) + (1 if self.facet.note else 0)

    def place(self, height: int) -> None:
        """So many lines are its own, the title among them."""
        self._body = max(height - 1, 1)
        self._into_view()

    @property
    def height(self) -> int:
        """Values in view at most."""
        room = max(self._body - self._foot, 1)
        return room if self._total <= room or room < 2 else room - 1

    @property
    def _total(self) -> int:
        """Values that there are, those too that can only be come to by narrowing."""
        return len(self.values) + self.facet.others

    def _scroll(self, top: int) -> None:
        self._top = max(min(top, len(self.values) - self.height), 0)

    def _into_view(self) -> None:
        height = self.height
        if self.cursor < self._top:
            self._scroll(min(self.cursor, self._top - height // 2))
        elif self.cursor >= self._top + height:
            self._scroll(max(self.cursor - height + 1, self._top + height // 2))
        else:
            self._scroll(self._top)

    def go_to(self, place: int) -> bool:
        """Put the cursor on a value, as far as there are any; False if it is there already."""
        place = max(min(place, len(self.values) - 1), 0)
        if place == self.cursor:
            return False
        self.cursor = place
        self._into_view()
        return True

    def place_at(self, y: int) -> int | None:
        """Which value stands at a line, counted from the title; None: none does."""
        place = self._top + y - 1
        return place if 0 < y <= self.height and place < len(self.values) else None

    # Drawing

    def lines(self, width: int, height: int, *, active: bool, focus: bool) -> list[Line]:
        """What it looks like in `height` lines."""
        edge = ("│", ("title",))
        title = "title-focused" if active and focus else "title"
        lines: list[Line] = [((title_line(self.field, self.order, width - 1) + "┬", (title,)),)]
        only = any(value.state > 0 for value in self.values)
        inner = width - 1
        end = self._top + self.height
        for place, value in enumerate(self.values[self._top : end], self._top):
            style, mark = state_style(value.state, only=only)
            names: tuple[str, ...] = (style,)
            if active and place == self.cursor:
                names += ("cursor" if focus else "cursor-blurred",)
            text = value_line(value, mark, self.facet.most, inner, self.field)
            lines.append(((text, names), edge))
        if not self.values and (self.needle or (active and focus)):
            cursor = ("cursor",) if active and focus else ()
            word = " no value holds that" if self.needle else " no values"
            word = " being read" if self.facet.note and not self.needle else word
            lines.append(((word[:inner].ljust(inner), ("quiet", *cursor)), edge))
        blank: Line = ((" " * inner + "│", ("title",)),)
        foot: list[Line] = []
        if height - 1 - self._foot > self.height < self._total:
            below = self._total - min(end, len(self.values))
            foot.append(((more_line(below, self._total, inner), ("quiet",)), edge))
        if self.facet.note:
            foot.append(((fit(f" {self.facet.note}", inner), ("quiet",)), edge))
        if self.typing or self.needle:
            foot.append(self._needle_line(inner, edge))
        lines = lines[: height - len(foot)]
        lines += [blank] * (height - len(lines) - len(foot))
        return lines + foot

    def _needle_line(self, width: int, edge: tuple[str, tuple[str, ...]]) -> Line:
        text = safe(self.needle)
        mark = CURSOR_MARK if self.typing else ""
        room = width - 1 - len(mark)
        while cell_width(text) > room:  # the end is what is being typed
            text = text[1:]
        return ((fit(f"/{text}{mark}", width), ("key",)), edge)
