"""A search in the record: its keys and values, those that are folded away and decoded ones too."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from typing import TYPE_CHECKING

from tui.core.needle import Needle
from tui.core.query.regex import TooSlow, limited
from tui.ui.screens.search_line import Said, named

if TYPE_CHECKING:
    from tui.core.record.folds import Opened
    from tui.core.record.outline import Outline
    from tui.ui.widgets.detail_tree import DetailTree

_PATIENCE = 1.0
"""Seconds that a regex may take over one record."""


class TreeSearch:
    """Goes to the first node from where it began on, and from hit to hit; unfolds what hides it."""

    def __init__(self, tree: DetailTree) -> None:
        self._tree = tree
        self._outline: Outline | None = None
        self._opened: Opened | None = None
        self._node = -1
        self._top = 0
        self._before = Needle()

    @property
    def needle(self) -> Needle:
        """What is searched for; empty for nothing."""
        return self._tree.needle

    @needle.setter
    def needle(self, needle: Needle) -> None:
        self._tree.needle = needle

    def begin(self) -> bool:
        """Remember the place; False where there is no record."""
        tree = self._tree
        self._outline, self._node = tree.outline, tree.cursor
        self._opened, self._top = tree.outline.opened(), tree.scroll_offset.y
        self._before = tree.needle
        return len(tree.outline) > 0

    def prepare(self) -> None:
        """A record is small: there is nothing to prepare."""

    def give_up(self) -> None:
        """Back to where it began, folded as it was."""
        self._tree.needle = self._before
        self._return()
        self._outline = None

    def keep(self) -> None:
        """Stay here."""
        self._outline = None

    def clear(self) -> None:
        """Mark nothing any more."""
        if self.needle:
            self._tree.needle = Needle()

    def _return(self) -> None:
        if self._outline is self._tree.outline and self._opened is not None:
            self._tree.back_to(self._node, self._opened, self._top)

    def show(self, needle: Needle) -> Said:
        """Go to the first that has it, from where the search began on."""
        tree = self._tree
        tree.needle = needle
        if tree.outline is not self._outline:
            # Another record is shown by now: the search goes on in that.
            before = self._before
            self.begin()
            self._before = before
        self._return()
        if not needle:
            return Said()
        hits, trouble = self._hits()
        if not hits:
            return self._nothing(trouble)
        at = bisect_left(hits, self._node)
        wrapped = at == len(hits)
        return self._go(hits, at % len(hits), 1 if wrapped else 0)

    def step(self, step: int) -> Said:
        """Go to the next hit, or to the one before."""
        hits, trouble = self._hits()
        if not hits:
            return self._nothing(trouble)
        cursor = self._tree.cursor
        at = bisect_right(hits, cursor) if step > 0 else bisect_left(hits, cursor) - 1
        wrapped = step if not 0 <= at < len(hits) else 0
        said = self._go(hits, at % len(hits), wrapped)
        return said._replace(text=f"{self.name}: {said.text}")

    def _hits(self) -> tuple[list[int], str]:
        try:
            with limited(_PATIENCE):
                return list(self._tree.outline.search(self.needle.found)), ""
        except TooSlow:
            return [], f"{self.needle} takes too long and was given up"

    def _go(self, hits: list[int], at: int, wrapped: int) -> Said:
        self._tree.go_to_hit(hits[at])
        text = f"{at + 1:,} of {len(hits):,}"
        if wrapped:
            text += f" · begun again at the {'top' if wrapped > 0 else 'end'} of the record"
        return Said(text)

    @property
    def name(self) -> str:
        """What is searched for, in a sentence."""
        return named(self.needle)

    def _nothing(self, trouble: str) -> Said:
        return Said(trouble or f"{self.name} is not in this record", wrong=True)
