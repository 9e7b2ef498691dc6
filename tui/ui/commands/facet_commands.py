"""What the keys do that choose a field: for the sidebar, or to see its values at large."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.core.counts.facet_names import field_name, is_path

if TYPE_CHECKING:
    from collections.abc import Callable

    from tui.ui.screens.main import MainScreen


class FacetCommands:
    """The actions about fields that belong to no pane, each a method `action_<id>`."""

    def __init__(self, screen: MainScreen) -> None:
        self._screen = screen

    def action_facet(self, name: str = "") -> None:
        """Show a field in the sidebar; ask for it where none is given."""
        self._with_field(name, "Field of the sidebar", self._show, self._wrong_path)

    def action_top(self, name: str = "") -> None:
        """Show a field's values large; ask for it where none is given."""
        self._with_field(name, "Values of a field", self._open_top, self._no_path)

    def _with_field(
        self,
        name: str,
        title: str,
        use: Callable[[str], None],
        wrong_path: Callable[[str], str],
    ) -> None:
        screen = self._screen

        def wrong(text: str) -> str:
            try:
                field = field_name(text)
            except ValueError as error:
                return str(error)
            return wrong_path(field) if is_path(field) else ""

        if name:
            trouble = wrong(name)
            if trouble:
                screen.say(trouble, warning=True)
            else:
                use(field_name(name))
            return
        from tui.ui.screens.field_prompt import FieldPrompt

        def chosen(field: str | None) -> None:
            if field:
                use(field)

        screen.prompt.open(FieldPrompt(title, screen.sidebar.field, wrong=wrong), chosen)

    def _wrong_path(self, path: str) -> str:
        from tui.core.query.parser import QueryError

        try:
            self._screen.session.path_keys(path)
        except QueryError as error:
            return error.message
        return ""

    def _no_path(self, path: str) -> str:
        return f"The sidebar counts what stands at a path (F), and --top {path} prints it"

    def _show(self, field: str) -> None:
        screen = self._screen
        screen.sidebar.show_field(field)
        screen.panes.show_sidebar()

    def _open_top(self, field: str) -> None:
        from tui.ui.screens.top import TopScreen

        screen = self._screen
        copier = screen.app.copier  # type: ignore[attr-defined] # it is ours
        masked = screen.app.masked  # type: ignore[attr-defined]
        top = TopScreen(screen.keymap, screen.session, screen.times, field, copier, masked=masked)
        screen.app.push_screen(top)
