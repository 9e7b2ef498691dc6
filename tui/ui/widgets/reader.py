"""A text to read, taller than the screen: headings, paragraphs, aligned pairs."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, NamedTuple

from textual.message import Message

from tui.core.needle import Needle
from tui.core.query.regex import limited
from tui.core.text import cell_width, cut, fit, pad, safe
from tui.ui.widgets.painted import Line, Painted, Piece

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual import events


_PATIENCE = 1.0
"""Seconds that a regex may take over a text."""


class Paragraph(NamedTuple):
    """One thing to read; with a `label` it stands in two columns, else it is wrapped."""

    text: str
    kind: str = "text"
    """`heading`, `text`, `quiet` or `loss`."""
    label: str = ""
    label_width: int = 0


class Reader(Painted, can_focus=True):
    """Shows paragraphs, wrapped to its width; its lines move, there is no cursor."""

    class Refused(Message):
        """A key that can do nothing here, and why. Handler: `on_reader_refused`."""

        def __init__(self, reason: str) -> None:
            super().__init__()
            self.reason = reason

    def __init__(self, paragraphs: Sequence[Paragraph]) -> None:
        super().__init__()
        self._paragraphs = paragraphs
        self._wrapped: list[Line] = []
        self._wrapped_for = -1
        self._needle = Needle()
        self.top = 0

    def read(self, paragraphs: Sequence[Paragraph]) -> None:
        """Show another text, from the line where the reader is."""
        self._paragraphs = paragraphs
        self._wrapped_for = -1
        self.repaint()

    def lines(self, width: int, height: int) -> list[Line]:
        if width != self._wrapped_for:
            self._wrapped = [line for each in self._paragraphs for line in wrap(each, width)]
            self._wrapped_for = width
        self.top = max(min(self.top, len(self._wrapped) - height), 0)
        shown = self._wrapped[self.top : self.top + height]
        return [_marked(line, self._needle) for line in shown] if self._needle else shown

    @property
    def needle(self) -> Needle:
        """What is marked, wherever it stands; empty for nothing."""
        return self._needle

    @needle.setter
    def needle(self, needle: Needle) -> None:
        self._needle = needle
        self.repaint()

    def hits(self) -> list[int]:
        """The lines that have it. Raises TooSlow where a regex takes too long."""
        with limited(_PATIENCE):
            found = [
                self._needle.found("".join(text for text, _ in line)) for line in self._wrapped
            ]
        return [number for number, has_it in enumerate(found) if has_it]

    def bring(self, line: int) -> None:
        """Show a line with some of what stands above it, if it is not in view."""
        if not self.top <= line < self.top + self.size.height:
            self.go_to(line - self.size.height // 3)

    def go_to(self, top: int) -> None:
        """Show this line at the top, or the last screen."""
        self.top = max(min(top, len(self._wrapped) - self.size.height), 0)
        self.repaint()

    @property
    def progress(self) -> str:
        """How far the reading is: `all`, `34 %`, `end`."""
        most = len(self._wrapped) - self.size.height
        if most <= 0:
            return "all"
        return "end" if self.top >= most else f"{self.top * 100 // most} %"

    def _scroll(self, count: int) -> None:
        top = max(min(self.top + count, len(self._wrapped) - self.size.height), 0)
        if top == self.top:
            self.post_message(self.Refused("This is the end" if count > 0 else "This is the top"))
            return
        self.top = top
        self.repaint()

    def action_cursor_down(self) -> None:
        self._scroll(1)

    def action_cursor_up(self) -> None:
        self._scroll(-1)

    def action_half_page_down(self) -> None:
        self._scroll(self.size.height // 2)

    def action_half_page_up(self) -> None:
        self._scroll(-(self.size.height // 2))

    def action_page_down(self) -> None:
        self._scroll(self.size.height - 1)

    def action_page_up(self) -> None:
        self._scroll(1 - self.size.height)

    def action_home(self) -> None:
        self._scroll(-len(self._wrapped))

    def action_end(self) -> None:
        self._scroll(len(self._wrapped))

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        event.stop()
        self._scroll(3)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        event.stop()
        self._scroll(-3)


def _marked(line: Line, needle: Needle) -> Line:
    """A line with what is searched for in pieces of its own."""
    found: list[Piece] = []
    for text, names in line:
        at = 0
        for start, end in needle.spans(text):
            found += [(text[at:start], names), (text[start:end], ("match",))]
            at = end
        found.append((text[at:], names))
    return tuple(piece for piece in found if piece[0])


def wrap(paragraph: Paragraph, width: int) -> list[Line]:
    """The lines of a paragraph at a width."""
    text, style = safe(paragraph.text), (paragraph.kind,)
    indent = 1 if paragraph.kind == "heading" else 2
    if not paragraph.label:
        return [((" " * indent + line, style),) for line in _folded(text, width - indent - 1)]
    labels = min(paragraph.label_width or cell_width(paragraph.label), max(width // 2, 8))
    label = fit(safe(paragraph.label), labels)
    lines: list[Line] = []
    for line in _folded(text, width - indent - labels - 3):
        lines.append(((" " * indent + pad(label, labels) + "  ", ("key",)), (line, style)))
        label = ""
    return lines


def _folded(text: str, width: int) -> list[str]:
    """Words in lines; a word that is too long is cut in two, not shortened."""
    if width < 8:
        return [cut(text, max(width, 1))]
    return textwrap.wrap(text, width, drop_whitespace=True) or [""]
