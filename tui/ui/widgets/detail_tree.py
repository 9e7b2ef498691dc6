"""The detail pane: a summary and the whole record as a tree that folds.

The tree has no keys of its own; the application binds its `action_…` methods.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.message import Message

from tui.ui.widgets.tree_view import TreeView

if TYPE_CHECKING:
    from textual import events


class DetailTree(TreeView, can_focus=True, inherit_bindings=False):
    """Shows one record, and moves and folds in it."""

    class Leave(Message):
        """`h` where there is nothing left to fold. Handler: `on_detail_tree_leave`."""

    class Refused(Message):
        """A key that can do nothing here, and why. Handler: `on_detail_tree_refused`."""

        def __init__(self, reason: str) -> None:
            super().__init__()
            self.reason = reason

    # Actions

    def action_cursor_down(self) -> None:
        """To the next line; through a text that is taller than the pane, half a page at a time."""
        if self._cursor < 0:
            self.scroll_by_lines(1)
            return
        after = self._lines.span(self._cursor)[1]
        bottom = self.scroll_offset.y + self._height
        if after > bottom and self._in_view_partly():
            self._scroll(min(self.scroll_offset.y + self._height // 2, after - self._height))
        elif after < len(self._lines):
            self._move_to(self._lines.node_at(after))

    def action_cursor_up(self) -> None:
        """To the line before; from the first node to the summary."""
        if self._cursor < 0:
            self.scroll_by_lines(-1)
            return
        first, _ = self._lines.span(self._cursor)
        top = self.scroll_offset.y
        if first < top and self._in_view_partly():
            self._scroll(max(top - self._height // 2, first))
        elif first > len(self._lines.heads):
            self._move_to(self._lines.node_at(first - 1))
        else:
            self._scroll(0)

    def _in_view_partly(self) -> bool:
        first, after = self._lines.span(self._cursor)
        top = self.scroll_offset.y
        return first < top + self._height and after > top

    def action_page_down(self) -> None:
        self._move_lines(max(self._height - 1, 1))

    def action_page_up(self) -> None:
        self._move_lines(-max(self._height - 1, 1))

    def action_half_page_down(self) -> None:
        self._move_lines(max(self._height // 2, 1))

    def action_half_page_up(self) -> None:
        self._move_lines(-max(self._height // 2, 1))

    def action_home(self) -> None:
        """To the first node, the summary in view."""
        self._move_to(self._lines.node_at(0))
        self._scroll(0)

    def action_end(self) -> None:
        self._move_to(self._lines.node_at(len(self._lines)))
        self._scroll(len(self._lines))

    def action_fold_or_parent(self) -> None:
        """Fold; what is folded or has nothing to fold goes to its parent, then out of the tree."""
        if self._set_fold(shut=True):
            return
        if self._cursor >= 0 and self._outline.parent[self._cursor] >= 0:
            self._move_to(self._outline.parent[self._cursor])
        else:
            self.post_message(self.Leave())

    def action_to_parent(self) -> None:
        node = self._cursor
        if node >= 0 and self._outline.parent[node] >= 0:
            self._move_to(self._outline.parent[node])
        else:
            self.post_message(self.Refused("This is the top of the record"))

    def action_unfold(self) -> None:
        """Unfold a container, open a long string; what is open goes to its first member."""
        if self._set_fold(shut=False):
            return
        if self._cursor >= 0 and self._outline.has_children(self._cursor):
            self._move_to(self._cursor + 1)
        else:
            self.post_message(self.Refused("There is nothing to open here"))

    def action_toggle_fold(self) -> None:
        if not (self._set_fold(shut=True) or self._set_fold(shut=False)):
            self.post_message(self.Refused("There is nothing to open here"))

    def _set_fold(self, *, shut: bool) -> bool:
        """Fold or unfold under the cursor; False if that would change nothing that is seen."""
        node, outline = self._cursor, self._outline
        if node < 0 or not outline.foldable(node):
            return False
        if not outline.has_children(node) and not self._lines.opens(node):
            return False
        if not outline.fold(node, shut=shut):
            return False
        self._refold()
        return True

    def action_unfold_all(self) -> None:
        self._outline.fold_all(shut=False)
        self._refold()

    def action_fold_all(self) -> None:
        """Shut everything; the cursor goes to the outermost node that held it."""
        self._outline.fold_all(shut=True)
        cursor = self._outline.shown_at(self._cursor)
        self._lines.refold()
        self._grow()
        if cursor >= 0:
            self._cursor = cursor
            self._wanted = self._outline.path(cursor)
            self.post_message(self.CursorMoved(self._wanted, self._outline.shown(cursor)))
        self._keep_in_view()

    def action_toggle_raw(self) -> None:
        """Turn a decoded string to its raw text or back."""
        if self._cursor >= 0 and self._outline.toggle_raw(self._cursor):
            self._refold()
        else:
            self.post_message(self.Refused("This value is no string that holds JSON"))

    def on_click(self, event: events.Click) -> None:
        """Put the cursor on a line; on the cursor's own line, fold."""
        at = event.get_content_offset(self)
        if at is None or not len(self._outline):
            return
        line = self.scroll_offset.y + at.y
        if len(self._lines.heads) <= line < len(self._lines):
            node = self._lines.node_at(line)
            if node == self._cursor:
                self.action_toggle_fold()
            self._move_to(node)
