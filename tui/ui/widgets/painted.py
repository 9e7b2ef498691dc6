"""A widget that draws its own lines and repaints only those that have changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.segment import Segment
from textual.events import DescendantBlur, DescendantFocus
from textual.geometry import Region, Size
from textual.strip import Strip
from textual.widget import Widget

from tui.core.text import cell_width
from tui.ui.themes import line_style

if TYPE_CHECKING:
    from rich.style import Style
    from textual import events

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

    def _on_focus(self, event: events.Focus) -> None:
        self._turned(event, focused=True)

    def _on_blur(self, event: events.Blur) -> None:
        self._turned(event, focused=False)

    def _turned(self, event: events.Focus | events.Blur, *, focused: bool) -> None:
        """As Textual does it, but the pane is not drawn as a whole."""
        event.prevent_default()
        self.has_focus = focused
        if self.parent is not None:
            message = DescendantFocus(self) if focused else DescendantBlur(self)
            self.parent.post_message(message)

    def _size_updated(
        self,
        size: Size,
        virtual_size: Size,
        container_size: Size,
        layout: bool = True,  # noqa: FBT001, ARG002 (Textual's signature)
    ) -> bool:
        """What the layout that changed the size draws need not be laid out and drawn once more."""
        known = size == self.size
        changed = super()._size_updated(size, virtual_size, container_size, layout=False)
        if not known:
            self._exchange_repaint_regions()
        return changed

    def repaint(self) -> None:
        """Send the lines that differ from what is on the screen."""
        size = self.size
        if size != self._painted_size:
            # Drawn as a whole by the layout that changed the size; what is hidden now may get
            # the size that it had, and shows other lines than then.
            self._painted_size = Size(-1, -1)
            # Textual keeps the lines that it drew, also of what something above them hides.
            self._styles_cache.clear()
            return
        before, self._lines = self._lines, self.lines(size.width, size.height)
        regions = []
        for y in range(size.height):
            old = before[y] if y < len(before) else ()
            new = self._lines[y] if y < len(self._lines) else ()
            if old != new:
                start, end = self.changed(old, new, size.width)
                regions += [Region(start, y, end - start, 1)] if start < end else []
        if regions:
            self.refresh(*regions)

    def changed(self, old: Line, new: Line, width: int) -> tuple[int, int]:
        """From which cell to before which one a line is sent that is another now.

        What is the same at its end stays, as a scroll bar does. Its beginning would not: Textual
        always sends a line from its widget's left edge.
        """
        end = width
        for before, now in zip(reversed(old), reversed(new), strict=False):
            if before != now:
                break
            end -= cell_width(now[0])
        whole = sum(cell_width(text) for text, _ in old) == sum(cell_width(t) for t, _ in new)
        return 0, end if whole else width

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
