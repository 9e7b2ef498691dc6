"""Draws a summary and a record's outline line by line, keeps its cursor and what is in view."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from rich.segment import Segment
from textual.geometry import Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from tui.core.record.folds import Folds
from tui.core.record.outline import Outline
from tui.ui.widgets.detail_lines import GUTTER, DetailLines, Piece
from tui.ui.widgets.hit_marks import MATCH, join_pieces

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tui.core.needle import Needle
    from tui.core.record.folds import Opened
    from tui.core.record.outline_text import Path


class TreeView(ScrollView, can_focus=True, inherit_bindings=False):
    """Shows one record; where the cursor is and what is open holds from record to record.

    | component class | what |
    | --- | --- |
    | `detail-tree--key` | keys and indexes |
    | `detail-tree--string`, `--number`, `--boolean`, `--null` | values; `--null` also `{}`, `[]` |
    | `detail-tree--mark` | how a string was encoded, sizes, previews |
    | `detail-tree--warning` | what is dangerous or left out |
    | `detail-tree--guide` | the signs for open and shut |
    | `detail-tree--summary` | the lines above the tree |
    | `detail-tree--match` | what is searched for |
    | `detail-tree--cursor` | the line under the cursor, reversed while the pane has the focus |
    """

    ALLOW_SELECT = False
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "detail-tree--key",
        "detail-tree--string",
        "detail-tree--number",
        "detail-tree--boolean",
        "detail-tree--null",
        "detail-tree--mark",
        "detail-tree--warning",
        "detail-tree--guide",
        "detail-tree--summary",
        "detail-tree--match",
        "detail-tree--cursor",
    }

    DEFAULT_CSS = """
    TreeView {
        overflow-x: hidden;
        overflow-y: auto;
        scrollbar-gutter: stable;
        scrollbar-size-vertical: 1;
    }
    TreeView > .detail-tree--key { color: $text-primary; }
    TreeView > .detail-tree--string { color: $foreground; }
    TreeView > .detail-tree--number { color: $text-accent; }
    TreeView > .detail-tree--boolean { color: $text-accent; }
    TreeView > .detail-tree--null { color: $text-muted; }
    TreeView > .detail-tree--mark { color: $text-muted; }
    TreeView > .detail-tree--warning { color: $text-warning; text-style: bold; }
    TreeView > .detail-tree--guide { color: $text-muted; }
    TreeView > .detail-tree--summary { color: $foreground; text-style: bold; }
    TreeView > .detail-tree--match {
        color: $foreground; text-style: bold reverse underline;
    }
    TreeView > .detail-tree--cursor { color: $foreground; text-style: bold; }
    TreeView:focus > .detail-tree--cursor { color: $foreground; text-style: reverse; }
    """

    class CursorMoved(Message, namespace="detail_tree"):
        """The cursor is on another node. Handler: `on_detail_tree_cursor_moved`."""

        def __init__(self, path: Path, value: object) -> None:
            super().__init__()
            self.path = path
            self.value = value

    def __init__(
        self,
        *,
        name: str | None = None,
        id: str | None = None,  # noqa: A002 (Textual's own name)
        classes: str | None = None,
    ) -> None:
        super().__init__(name=name, id=id, classes=classes)
        self._folds = Folds()
        self._outline = Outline(self._folds)
        self._heads: list[Piece] = []
        self._lines = DetailLines(self._outline, (), 1)
        self._cursor = -1
        self._wanted: Path | None = None
        self._scrolled = False
        self._scroll_sizes: tuple[Size, Size] | None = None
        self._drawn: dict[int, list[Piece]] = {}

    # What is shown

    def show(self, record: object, *, summary: Sequence[str], note: str = "") -> None:
        """Show a record, already masked: summary lines, a note that stands out, then the tree."""
        heads = [("summary", line) for line in summary]
        if note:
            heads.append(("warning", note))
        self._show(Outline.of(record, folds=self._folds), heads)

    def show_message(self, text: str) -> None:
        """Show words where there is no record."""
        self._show(Outline(self._folds), [("summary", text)])

    def clear(self) -> None:
        """Show nothing."""
        self._show(Outline(self._folds), [])

    def _show(self, outline: Outline, heads: list[Piece]) -> None:
        offset = self._cursor_line - self.scroll_offset.y if self._cursor >= 0 else 0
        self._outline, self._heads, self._scrolled = outline, heads, False
        node = -1 if self._wanted is None else outline.nearest(self._wanted)
        stay = node >= 0
        self._cursor = outline.shown_at(node) if stay else outline.start()
        self._rewrap(self._lines.width)
        self._scroll(max(self._cursor_line - offset, 0) if stay else 0)
        if stay or self.has_focus:
            self._keep_in_view()

    def _rewrap(self, width: int) -> None:
        self._lines = DetailLines(self._outline, self._heads, width, self._lines.needle)
        self._grow()

    def _refold(self) -> None:
        """Lines have come or gone below a fold: keep the cursor's line where it is."""
        self._lines.refold()
        self._grow()
        self._keep_in_view()

    def _grow(self) -> None:
        """Tell the scrollbar, without laying out the whole screen as `virtual_size` would."""
        size = Size(self._lines.width, len(self._lines))
        self.set_reactive(TreeView.virtual_size, size)
        self._scroll_update(size)
        self._repaint()

    def _scroll_update(self, virtual_size: Size) -> None:
        """As Textual does it, but only if anything is other than before: it draws the bar anew."""
        sizes = (virtual_size, self.container_size)
        if sizes != self._scroll_sizes:
            self._scroll_sizes = sizes
            super()._scroll_update(virtual_size)

    def on_resize(self) -> None:
        width = self.scrollable_content_region.width
        if width != self._lines.width:
            offset = self._cursor_line - self.scroll_offset.y
            self._rewrap(width)
            self._scroll(max(self._cursor_line - offset, 0))
        if self.has_focus:
            self._keep_in_view()

    def on_focus(self) -> None:
        if self._cursor < 0:
            return
        if self._scrolled and not self._in_view():
            self._move_to(self._lines.node_at(self.scroll_offset.y))
        self._keep_in_view()

    # The cursor

    @property
    def cursor_path(self) -> Path:
        """The keys that lead to the node under the cursor; empty where there is none."""
        return self._outline.path(self._cursor) if self._cursor >= 0 else ()

    @property
    def cursor_path_text(self) -> str:
        """The path as `requestParameters.Statement[0].Action`; it has not passed the gate."""
        return self._outline.path_text(self._cursor) if self._cursor >= 0 else ""

    @property
    def cursor_value_text(self) -> str:
        """The value to copy, decoded unless shown raw; it has not passed the gate."""
        return self._outline.value_text(self._cursor) if self._cursor >= 0 else ""

    @property
    def cursor_value(self) -> object:
        """The value under the cursor as it is shown, None where there is none."""
        return self._outline.shown(self._cursor) if self._cursor >= 0 else None

    @property
    def cursor_is_string(self) -> bool:
        """Whether the record holds a string here, decoded or not."""
        return self._cursor >= 0 and self._outline.is_string(self._cursor)

    @property
    def outline(self) -> Outline:
        """The record as it is shown, to search in."""
        return self._outline

    def go_to(self, node: int) -> None:
        """Unfold what hides a node of the outline and put the cursor there."""
        self._outline.reveal(node)
        self._refold()
        self._move_to(node)

    @property
    def cursor(self) -> int:
        """The node of the outline under the cursor, -1 for none."""
        return self._cursor

    @property
    def needle(self) -> Needle:
        """What is searched for and marked."""
        return self._lines.needle

    @needle.setter
    def needle(self, needle: Needle) -> None:
        self._lines.needle = needle
        self._repaint()

    def go_to_hit(self, node: int) -> None:
        """Go to a node that has what is searched for, and open a string that would hide it."""
        self.go_to(node)
        if not self._lines.shows_hit(node) and self._outline.fold(node, shut=False):
            self._refold()
        line, top = self._lines.hit_line(node), self.scroll_offset.y
        if not top <= line < top + self._height:
            self._scroll(max(line - self._height // 2, 0))

    def back_to(self, node: int, opened: Opened, top: int) -> None:
        """Stand on a node again, open what was open then, and scroll there."""
        self._outline.reopen(opened)
        self._lines.refold()
        if node != self._cursor:
            self._cursor = node
            self._wanted = self._outline.path(node)
            self.post_message(self.CursorMoved(self._wanted, self._outline.shown(node)))
        self._grow()
        self._scroll(top)

    @property
    def _cursor_line(self) -> int:
        return self._lines.first.get(self._cursor, 0)

    @property
    def _height(self) -> int:
        return max(self.scrollable_content_region.height, 1)

    def _in_view(self) -> bool:
        top = self.scroll_offset.y
        return top <= self._cursor_line < top + self._height

    def _scroll(self, line: int) -> None:
        self.scroll_to(y=line, animate=False, force=True)

    def _move_to(self, node: int) -> None:
        if node < 0:
            return
        self._scrolled = False
        if node != self._cursor:
            for changed in (self._cursor, node):
                first, after = self._lines.span(changed)
                self.refresh_lines(first, after - first)
            self._cursor = node
            self._wanted = self._outline.path(node)
            self.post_message(self.CursorMoved(self._wanted, self._outline.shown(node)))
        self._keep_in_view()

    def _keep_in_view(self) -> None:
        """Scroll half a page when the cursor has met an edge; nothing before the first layout."""
        if self._cursor < 0 or not self.size:
            return
        top, height = self.scroll_offset.y, self._height
        first, after = self._lines.span(self._cursor)
        if first < top:
            self._scroll(max(min(first, top - height // 2), 0))
        elif after > top + height:
            self._scroll(min(max(after - height, top + height // 2), first))

    def _move_lines(self, count: int) -> None:
        """Move cursor and text together, as a page does."""
        if self._cursor < 0:
            self.scroll_by_lines(count)
            return
        line = self._cursor_line + count
        top = self.scroll_offset.y
        node = self._lines.node_at(line)
        self._scroll(top + count)
        self._move_to(node)

    def scroll_by_lines(self, count: int) -> None:
        """Scroll from outside, the cursor staying where it is."""
        self._scrolled = True
        self._scroll(self.scroll_offset.y + count)

    # Drawing

    def _line(self, y: int) -> list[Piece]:
        """The pieces of a line of the pane, with the cursor's mark."""
        line = self.scroll_offset.y + y
        pieces = self._lines.line(line)
        if line < len(self._lines.heads) or not pieces:
            return pieces
        if self._lines.node_at(line) != self._cursor:
            return [(pieces[0][0], " " * GUTTER + pieces[0][1]), *pieces[1:]]
        if line > self._cursor_line:
            return [("guide", "▌"), *pieces]
        parts = [(part if part == MATCH else "cursor", text) for part, text in pieces]
        return join_pieces([("cursor", "▌"), *parts])

    def _repaint(self) -> None:
        """Refresh the lines that differ from what was drawn, and no other."""
        width = self.size.width
        for y in range(self.size.height):
            if self._drawn.get(y) != self._line(y):
                self.refresh(Region(0, y, width, 1))

    def render_line(self, y: int) -> Strip:
        pieces = self._drawn[y] = self._line(y)
        style = self.get_component_rich_style
        segments = [Segment(text, style(f"detail-tree--{part}")) for part, text in pieces]
        on_cursor = bool(pieces) and pieces[0][0] == "cursor"
        rest = segments[0].style if on_cursor else self.rich_style
        width = self.scrollable_content_region.width
        return Strip(segments).adjust_cell_length(width, rest).simplify()
