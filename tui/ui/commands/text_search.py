"""A search in a text that is only read: help, problems, sources, values at large."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from typing import TYPE_CHECKING

from tui.core.needle import Needle
from tui.core.query.regex import TooSlow
from tui.ui.commands.search_keys import SearchKeys
from tui.ui.screens.search_line import Said, named

if TYPE_CHECKING:
    from tui.ui.screens.reading import ReadingScreen
    from tui.ui.widgets.reader import Reader


class TextSearch:
    """Goes to the first line with it from where it began on, and from hit to hit."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._top = 0
        self._before = Needle()
        self._at = -1
        """The line of the hit where the search is."""

    @property
    def needle(self) -> Needle:
        """What is searched for; empty for nothing."""
        return self._reader.needle

    @needle.setter
    def needle(self, needle: Needle) -> None:
        self._reader.needle = needle

    def begin(self) -> bool:
        """Remember the place."""
        self._top, self._before = self._reader.top, self.needle
        return True

    def prepare(self) -> None:
        """A text is small: there is nothing to prepare."""

    def give_up(self) -> None:
        """Back to where it began."""
        self.needle = self._before
        self._reader.go_to(self._top)

    def keep(self) -> None:
        """Stay here."""

    def show(self, needle: Needle) -> Said:
        """Go to the first that has it, from where the search began on."""
        self.needle = needle
        self._reader.go_to(self._top)
        if not needle:
            return Said()
        hits, trouble = self._hits()
        if not hits:
            return self._nothing(trouble)
        at = bisect_left(hits, self._top)
        return self._go(hits, at % len(hits), 1 if at == len(hits) else 0)

    def step(self, step: int) -> Said:
        """Go to the next hit, or to the one before."""
        hits, trouble = self._hits()
        if not hits:
            return self._nothing(trouble)
        at = bisect_right(hits, self._at) if step > 0 else bisect_left(hits, self._at) - 1
        wrapped = step if not 0 <= at < len(hits) else 0
        said = self._go(hits, at % len(hits), wrapped)
        return said._replace(text=f"{self.name}: {said.text}")

    def _hits(self) -> tuple[list[int], str]:
        try:
            return self._reader.hits(), ""
        except TooSlow:
            return [], f"{self.needle} takes too long and was given up"

    def _go(self, hits: list[int], at: int, wrapped: int) -> Said:
        self._at = hits[at]
        self._reader.bring(self._at)
        text = f"{at + 1:,} of {len(hits):,} lines"
        if wrapped:
            text += f" · begun again at the {'top' if wrapped > 0 else 'end'}"
        return Said(text)

    @property
    def name(self) -> str:
        """What is searched for, in a sentence."""
        return named(self.needle)

    def _nothing(self, trouble: str) -> Said:
        return Said(trouble or f"{self.name} is not in this text", wrong=True)


class TextSearchKeys(SearchKeys):
    """What `/`, `n` and `N` do in such a text."""

    def __init__(self, screen: ReadingScreen) -> None:
        super().__init__(screen, screen.prompt)
        self._text = TextSearch(screen.reader)

    @property
    def _search(self) -> TextSearch:
        return self._text
