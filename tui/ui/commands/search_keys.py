"""What `/`, `n` and `N` do in the list, in the record and in a text: the filter stays as it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from tui.core.needle import Needle
from tui.core.query.regex import RegexError
from tui.ui.commands.list_search import ListSearch
from tui.ui.commands.tree_search import TreeSearch
from tui.ui.screens.search_line import Said, SearchLine

if TYPE_CHECKING:
    from tui.ui.screens.keyed import KeyedScreen
    from tui.ui.screens.main import MainScreen
    from tui.ui.widgets.prompt_pane import PromptPane

MOST_REMEMBERED = 50


class Search(Protocol):
    """A search in one pane."""

    @property
    def needle(self) -> Needle:
        """What is searched for; empty for nothing."""

    @property
    def name(self) -> str:
        """The same in a sentence."""

    def begin(self) -> bool:
        """Remember the place; False where there is nothing to search in."""

    def prepare(self) -> None:
        """Do beforehand what the first key would wait for."""

    def give_up(self) -> None:
        """Back to where it began."""

    def keep(self) -> None:
        """Stay here."""

    def show(self, needle: Needle) -> Said:
        """Go to the first that has it, from where the search began on."""

    def step(self, step: int) -> Said:
        """Go to the next hit, or to the one before."""


class SearchKeys:
    """Asks what to search for, and remembers it."""

    def __init__(self, screen: KeyedScreen[None], prompt: PromptPane) -> None:
        self._screen = screen
        self._prompt = prompt
        self._history: list[str] = []

    @property
    def _search(self) -> Search:
        """What is searched in."""
        raise NotImplementedError

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
        self._prompt.open(line, given)
        self._screen.call_after_refresh(search.prepare)

    def _typed(self, search: Search, text: str) -> Said:
        try:
            needle = Needle.of(text)
        except RegexError as error:
            search.show(Needle())
            return Said(str(error), wrong=True)
        return search.show(needle)

    def _keep(self, search: Search, text: str) -> None:
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
        if not search.needle:
            key = screen.keymap.first_key("search")
            screen.say(f"Nothing has been searched for yet: {key} searches", warning=True)
            return
        said = search.step(step)
        screen.say(said.text, warning=said.wrong)


class PaneSearchKeys(SearchKeys):
    """Searches in the pane that has the focus; list and record have a search each."""

    def __init__(self, screen: MainScreen) -> None:
        super().__init__(screen, screen.prompt)
        self._main = screen
        self._list = ListSearch(screen)
        self._tree = TreeSearch(screen.detail)

    @property
    def _search(self) -> ListSearch | TreeSearch:
        return self._tree if self._main.pane is self._main.detail else self._list

    def _step(self, step: int) -> None:
        if self._search is self._tree and not self._tree.needle:
            # What was searched for in the list is what one wants to see in the record.
            self._tree.needle = self._list.needle
        super()._step(step)

    def clear(self) -> bool:
        """Mark nothing any more; False if nothing was marked."""
        marked = bool(self._list.needle) or bool(self._tree.needle)
        self._list.clear()
        self._tree.clear()
        return marked
