"""A search in the event list: over all its rows, in the columns that may be shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.core.needle import Needle
from tui.core.text import safe
from tui.ui.screens.search_line import Said, named
from tui.ui.widgets.columns import HEADINGS, cell_text

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from tui.ui.screens.main import MainScreen
    from tui.ui.widgets.viewport import Place

_NAMED = 24
"""Characters of a value that is named because its column is out of view."""


class ListSearch:
    """Goes to the first event from where it began on, and from hit to hit."""

    def __init__(self, screen: MainScreen) -> None:
        self._screen = screen
        self._place: Place | None = None
        self._follow = False
        self._before = Needle()
        self._went: tuple[Needle, int, int] | None = None
        """What was searched for, to which row that went, and whether it wrapped."""

    @property
    def needle(self) -> Needle:
        """What is searched for; empty for nothing."""
        return self._screen.events.needle

    def begin(self) -> bool:
        """Remember the place; False in an empty list."""
        events = self._screen.events
        self._place, self._follow = events.held(), self._screen.session.follow
        self._before = events.needle
        self._went = None
        return bool(len(self._screen.session))

    def prepare(self) -> None:
        """Take in the texts of the columns, so that the first key need not wait for that."""
        self._find(Needle(text="\0"))

    def give_up(self) -> None:
        """Back to where it began."""
        self._screen.events.needle = self._before
        self._return()

    def keep(self) -> None:
        """Stay here."""
        self._place = None

    def clear(self) -> None:
        """Mark nothing any more."""
        if self.needle:
            self._screen.events.needle = Needle()

    def _return(self) -> None:
        if self._place is not None:
            self._screen.events.back_to(self._place, follow=self._follow)

    def _hits(self) -> NDArray[np.intp]:
        return self._find(self.needle)

    def _find(self, needle: Needle) -> NDArray[np.intp]:
        columns = [column for column in self._screen.events.wanted if column != "time"]
        return self._screen.session.find(needle, columns)

    def show(self, needle: Needle) -> Said:
        """Go to the first that has it, from where the search began on."""
        events, place = self._screen.events, self._place
        events.needle = needle
        if not needle or place is None or place.cursor_row is None:
            self._return()
            return Said()
        hits = self._hits()
        if not len(hits):
            self._return()
            return self._nothing()
        if self._went is not None and self._went[0] == needle:
            # What came in meanwhile may be nearer: what one sees is what one wants to keep.
            went = self._screen.session.position_of(self._went[1])
            at = int(hits.searchsorted(went))
            if at < len(hits) and hits[at] == went == events.cursor:
                return self._said(at, len(hits), self._went[2])
        begun = self._screen.session.position_of(place.cursor_row)
        at = int(hits.searchsorted(begun))
        wrapped = at == len(hits)
        at %= len(hits)
        if hits[at] == begun:
            self._return()
        else:
            self._go(int(hits[at]))
        self._went = needle, events.row_id(int(hits[at])), int(wrapped)
        return self._said(at, len(hits), int(wrapped))

    def step(self, step: int) -> Said:
        """Go to the next hit, or to the one before."""
        hits = self._hits()
        if not len(hits):
            return self._nothing()
        cursor = self._screen.events.cursor
        at = int(hits.searchsorted(cursor, "right" if step > 0 else "left"))
        at -= 0 if step > 0 else 1
        wrapped = step if not 0 <= at < len(hits) else 0
        at %= len(hits)
        if hits[at] == cursor:
            return Said(f"This is the only event with {self.name}", wrong=True)
        self._go(int(hits[at]))
        said = self._said(at, len(hits), wrapped)
        return said._replace(text=f"{self.name}: {said.text}")

    def _go(self, position: int) -> None:
        screen = self._screen
        if position != screen.events.cursor or screen.session.follow:
            screen.events.go_to(position)
            if screen.panes.full_detail:
                screen.fill_detail()

    # In words

    @property
    def name(self) -> str:
        """What is searched for, in a sentence."""
        return named(self.needle)

    def _nothing(self) -> Said:
        session = self._screen.session
        which = "No event that the filter leaves" if session.steps.active else "No event"
        nothing = f"{which} has {self.name} in its columns"
        if session.search_trouble:
            return Said(session.search_trouble, wrong=True)
        key = self._screen.keymap.first_key("filter")
        advice = f"In no column: {key} text:… looks in whole records"
        return Said(nothing, wrong=True, advice=advice)

    def _said(self, at: int, count: int, wrapped: int) -> Said:
        text = f"{at + 1:,} of {count:,}{self._elsewhere()}"
        if wrapped:
            first, last = self._screen.events.edges
            text += f" · begun again at the {first if wrapped > 0 else last} event"
        return Said(text)

    def _elsewhere(self) -> str:
        """The column that has it, where that one is out of view, or the key that signed it."""
        events = self._screen.events
        event = events.cursor_event
        if event is None:
            return ""
        having = [field for field in events.wanted if events.drawn.found_in(event, field)]
        if not having and self.needle.means_key:
            key = self._screen.session.value(event.row, "key")
            return f" · signed with {safe(key)}" if self.needle.found(key) else ""
        if not having or {column.field for column in events.columns} & set(having):
            return ""
        value = cell_text(event, having[0])[:_NAMED]
        return f" · {HEADINGS[having[0]].lower()} {value}"
