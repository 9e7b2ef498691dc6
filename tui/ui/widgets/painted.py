"""A widget that draws its own lines and repaints only those that have changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.segment import Segment
from textual.geometry import Region, Size
from textual.strip import Strip
from textual.widget import Widget

from tui.ui.themes import line_style

if TYPE_CHECKING:
    from rich.style import Style

Piece = tuple[str, tuple[str, ...]]
"""Text that has passed the gate, and the names of `tui.ui.themes.STYLES` laid over one another."""
Line = tuple[Piece, ...]


class Painted(Widget, inherit_bindings=False):
    """Subclasses say what all lines are now; the difference to before goes to the terminal.

    A terminal behind SSH pays for every byte: a cursor that moves costs two lines, and what
    is the same as before costs nothing, whatever led to the repaint.
    """

    ALLOW_SELECT = False

    _lines: list[Line]
    _painted_size = Size(-1, -1)

    def lines(self, width: int, height: int) -> list[Line]:
        """What is to be seen, at most `height` lines; what a line lacks is left blank."""
        raise NotImplementedError

    def place(self) -> None:
        """Another size: decide anew which part is in view, before it is drawn."""

    def watch_has_focus(self, _has_focus: bool) -> None:  # noqa: FBT001 (Textual's signature)
        """Textual would look through the style sheet, which says nothing about the focus here."""
        if self.is_mounted:
            self.repaint()

    def repaint(self) -> None:
        """Send the lines that differ from what is on the screen."""
        size = self.size
        if size != self._painted_size:
            return  # drawn as a whole by the layout that changed the size
        before = self._lines
        self._lines = self.lines(size.width, size.height)
        changed = [
            y
            for y in range(size.height)
            if (before[y] if y < len(before) else ())
            != (self._lines[y] if y < len(self._lines) else ())
        ]
        if changed:
            self.refresh(*[Region(0, y, size.width, 1) for y in changed])

    def render_line(self, y: int) -> Strip:
        size = self.size
        if size != self._painted_size:
            self._painted_size = size
            self.place()
            self._lines = self.lines(size.width, size.height)
        base = self._style(())
        if y >= len(self._lines):
            return Strip.blank(size.width, base)
        segments = [Segment(text, self._style(names)) for text, names in self._lines[y] if text]
        last = segments[-1].style if segments else base
        return Strip(segments).adjust_cell_length(size.width, last)

    def _style(self, names: tuple[str, ...]) -> Style:
        app = self.app
        key = (app.theme, names)
        style = _styles.get(key)
        if style is None:
            ansi = app.current_theme.ansi
            style = _styles[key] = line_style(app.theme_variables, names, ansi=ansi)
        return style


_styles: dict[tuple[str, tuple[str, ...]], Style] = {}
