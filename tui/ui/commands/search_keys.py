"""What `/`, `n` and `N` do in the list and in the record: the filter stays as it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.core.needle import Needle
from tui.core.query.regex import RegexError
from tui.ui.commands.list_search import ListSearch
from tui.ui.commands.tree_search import TreeSearch
from tui.ui.screens.search_line import Said, SearchLine

if TYPE_CHECKING:
    from tui.ui.screens.main import MainScreen

MOST_REMEMBERED = 50


class SearchKeys:
    """Searches in the pane that has the focus; list and record have a search each."""

    def __init__(self, screen: MainScreen) -> None:
        self._screen = screen
        self._list = ListSearch(screen)
        self._tree = TreeSearch(screen.detail)
        self._history: list[str] = []

    @property
    def _search(self) -> ListSearch | TreeSearch:
        return self._tree if self._screen.pane is self._screen.detail else self._list

    def action_search(self, text: str = "") -> None:
        """Ask what to search for, and go to the first from here on; or to the text's."""
        search = self._search
        if not search.begin():
            self._screen.say("There is nothing to search in", warning=True)
            return
        if text:
            self._keep(search, text)
            return

        def given(answer: str | None) -> None:
            if answer is None:
                search.give_up()
            else:
                self._keep(search, answer or str(search.needle))

        line = SearchLine(lambda typed: self._typed(search, typed), self._history)
        self._screen.prompt.open(line, given)
        self._screen.call_after_refresh(search.prepare)

    def _typed(self, search: ListSearch | TreeSearch, text: str) -> Said:
        try:
            needle = Needle.of(text)
        except RegexError as error:
            search.show(Needle())
            return Said(str(error), wrong=True)
        return search.show(needle)

    def _keep(self, search: ListSearch | TreeSearch, text: str) -> None:
        """Stay where the search went, and search on from there."""
        said = self._typed(search, text) if text else Said("Nothing was searched for", wrong=True)
        if not said.wrong:
            said = said._replace(text=f"{search.name}: {said.text}")
        if text in self._history:
            self._history.remove(text)
        if text:
            self._history.append(text)
            del self._history[:-MOST_REMEMBERED]
        search.keep()
        self._screen.say(said.advice or said.text, warning=said.wrong)

    def action_search_next(self) -> None:
        """To the next hit."""
        self._step(1)

    def action_search_previous(self) -> None:
        """To the hit before."""
        self._step(-1)

    def _step(self, step: int) -> None:
        search, screen = self._search, self._screen
        if search is self._tree and not search.needle:
            # What was searched for in the list is what one wants to see in the record.
            search.needle = self._list.needle
        if not search.needle:
            key = screen.keymap.first_key("search")
            screen.say(f"Nothing has been searched for yet: {key} searches", warning=True)
            return
        said = search.step(step)
        screen.say(said.text, warning=said.wrong)

    def clear(self) -> bool:
        """Mark nothing any more; False if nothing was marked."""
        marked = bool(self._list.needle) or bool(self._tree.needle)
        self._list.clear()
        self._tree.clear()
        return marked
