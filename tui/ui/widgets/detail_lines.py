"""The detail's screen lines: a summary and an outline, cut and wrapped to a width.

Lines are `(component, text)` pieces without colour, made when they are painted; only what
is needed to find a node by its line and a line by its node is made beforehand. Every text has
passed the gate here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tui.core.needle import Needle
from tui.core.record.outline import Kind, Outline
from tui.core.record.outline_text import brief, preview, size_text, string_text
from tui.core.text import cell_width, safe
from tui.ui.widgets.hit_marks import MATCH, cut_out, mark_pieces, spans_by_line

if TYPE_CHECKING:
    from collections.abc import Sequence

Piece = tuple[str, str]
"""A component (`key`, `string`, …) and a text that may be painted."""

NOTHING: Final = Needle()

GUTTER: Final = 1
INDENT: Final = 2
DEEPEST: Final = 3
"""Indentation takes at most one part in this many of the width; further in, the depth is told."""

OPENED: Final = 100_000
"""At most this many characters of one string are wrapped; the rest is named."""

NARROW: Final = 12
"""A value with less room than this beside its key goes below it."""

_COMPONENTS: Final = {
    Kind.STRING: "string",
    Kind.NUMBER: "number",
    Kind.BOOLEAN: "boolean",
    Kind.NULL: "null",
    Kind.OBJECT: "null",
    Kind.ARRAY: "null",
    Kind.MORE: "mark",
}


class DetailLines:
    """Which node is on which line, at one width and one state of the folds."""

    def __init__(
        self, outline: Outline, heads: Sequence[Piece], width: int, needle: Needle = NOTHING
    ) -> None:
        """`heads` are paragraphs above the tree, wrapped here; `needle` is marked in the tree."""
        self.outline = outline
        self.needle = needle
        self.width = max(width, 1)
        self.heads: list[Piece] = [
            (component, line)
            for component, paragraph in heads
            for part in paragraph.split("\n")
            for line in wrap(safe(part), self.width, self.width)
        ]
        self._wrapped: dict[int, list[str]] = {}
        self.refold()

    def refold(self) -> None:
        """Lay the lines out again after folds changed: one pass over the visible nodes."""
        outline = self.outline
        self._wrapped.clear()
        nodes = outline.rows()
        folded, value, raw = outline.folded, outline.value, outline.raw
        if any(not folded[node] and (raw[node] or isinstance(value[node], str)) for node in nodes):
            spread: list[int] = []
            for node in nodes:
                spread.extend([node] * self._height(node))
            nodes = spread
        self.nodes = nodes
        self.first: dict[int, int] = {}
        top = len(self.heads)
        for line in range(len(nodes) - 1, -1, -1):
            self.first[nodes[line]] = top + line

    def __len__(self) -> int:
        return len(self.heads) + len(self.nodes)

    def node_at(self, line: int) -> int:
        """The node on a line; above the tree and below it the first and last, -1 if none."""
        if not self.nodes:
            return -1
        return self.nodes[min(max(line - len(self.heads), 0), len(self.nodes) - 1)]

    def span(self, node: int) -> tuple[int, int]:
        """The first line of a visible node and the line after its last."""
        first = self.first[node]
        return first, first + len(self._wrapped.get(node, "1"))

    def opens(self, node: int) -> bool:
        """Whether a string is longer than its line, opened or not."""
        return len(self._wrap(node)) > 1

    def line(self, line: int) -> list[Piece]:
        """The pieces of a line, without the gutter of the tree's lines, what is searched marked."""
        pieces = self._pieces(line)
        if not self.needle or line < len(self.heads) or not pieces:
            return pieces
        node = self.nodes[line - len(self.heads)]
        wrapped = self._wrapped.get(node)
        if wrapped is None:
            return mark_pieces(pieces, self.needle)
        spans = spans_by_line(wrapped, self.needle)[line - self.first[node]]
        component, text = pieces[-1]
        return [*mark_pieces(pieces[:-1], self.needle), *cut_out(component, text, spans)]

    def hit_line(self, node: int) -> int:
        """The first line of a visible node on which its value has what is searched for."""
        spans = spans_by_line(self._wrapped.get(node, []), self.needle)
        offset = next((number for number, found in enumerate(spans) if found), 0)
        return self.first[node] + offset

    def shows_hit(self, node: int) -> bool:
        """Whether the needle is to be seen where a visible node stands."""
        first, after = self.span(node)
        return any(
            component == MATCH for line in range(first, after) for component, _ in self.line(line)
        )

    def _pieces(self, line: int) -> list[Piece]:
        if line < len(self.heads):
            return [self.heads[line]]
        row = line - len(self.heads)
        if row >= len(self.nodes):
            return []
        node = self.nodes[row]
        wrapped = self._wrapped.get(node)
        if wrapped is None:
            return self._one_line(node)
        part = line - self.first[node]
        if part == 0:
            return [*self._name(node, colon=True), ("string", wrapped[0])]
        return [("guide", " " * (self._indent(node) + 2 * INDENT)), ("string", wrapped[part])]

    # One node

    def _indent(self, node: int) -> int:
        return INDENT * min(self.outline.depth[node], self.width // (INDENT * DEEPEST))

    def _name(self, node: int, *, colon: bool = False) -> list[Piece]:
        outline = self.outline
        indent = self._indent(node)
        depth = outline.depth[node]
        deep = f"{depth}: " if INDENT * depth > indent else ""
        marker = "  "
        if outline.has_children(node):
            marker = "▶ " if outline.folded[node] else "▼ "
        guide = f"{' ' * indent}{deep}{marker}"
        key = outline.key[node]
        if key is None:
            return [("guide", guide)]
        name = f"[{key}]" if isinstance(key, int) else safe(key[: self.width + 1]) or '""'
        name = clip(name, max(self.width // 2, NARROW))
        if node in outline.source and outline.raw[node]:
            return [("guide", guide), ("key", name), ("mark", "  raw: ")]
        if colon:
            name += ": "
        # Blanks need no colour of their own: fewer changes of colour are fewer bytes.
        return [("key", guide + name)] if guide.isspace() else [("guide", guide), ("key", name)]

    def _one_line(self, node: int) -> list[Piece]:
        outline = self.outline
        kind = outline.kind(node)
        if outline.has_children(node):
            pieces = self._name(node)
            self._add_marks(pieces, node, branch=True)
        elif kind is Kind.MORE:
            pieces = [*self._name(node), ("mark", "… more values than the tree can show")]
        else:
            pieces = self._name(node, colon=outline.key[node] is not None)
            value = outline.shown(node)
            if isinstance(value, str):
                self._add_string(pieces, value)
            else:
                pieces.append((_COMPONENTS[kind], safe(brief(value, self.width))))
            self._add_marks(pieces, node, branch=False)
        return fit(pieces, self.width - GUTTER)

    def _add_string(self, pieces: list[Piece], value: str) -> None:
        room = self.width - GUTTER - _cells(pieces)
        if len(value) <= room:
            text = safe(string_text(value))
            if cell_width(text) <= room:
                pieces.append(("string", text))
                return
        length = f" {len(value):,} characters"
        pieces.append(("string", clip(safe(value[: room + 1]), max(room - len(length), NARROW))))
        pieces.append(("mark", length))

    def _add_marks(self, pieces: list[Piece], node: int, *, branch: bool) -> None:
        outline = self.outline
        marks: list[Piece] = []
        if node in outline.encoding and not outline.raw[node]:
            marks.append(("mark", safe(outline.encoding[node])))
        if node in outline.warning:
            marks.append(("warning", f"⚠ {safe(outline.warning[node])}"))
        if node in outline.note:
            marks.append(("string", safe(outline.note[node])))
        elif branch and outline.folded[node]:
            value = outline.value[node]
            marks.append(("mark", f"{size_text(value)} {safe(preview(value, self.width))}"))
        for index, mark in enumerate(marks):
            pieces.append(("guide", " · " if index else "  "))
            pieces.append(mark)

    def _height(self, node: int) -> int:
        """How many lines a visible node takes; an opened string is wrapped for it."""
        if self.outline.folded[node]:
            return 1
        lines = self._wrap(node)
        if len(lines) > 1:
            self._wrapped[node] = lines
        return max(len(lines), 1)

    def _wrap(self, node: int) -> list[str]:
        """A string in lines, the first as long as its key leaves room; nothing for other kinds."""
        value = self.outline.shown(node)
        if not isinstance(value, str):
            return []
        used = _cells(self._name(node, colon=True)) + GUTTER
        room = max(self.width - self._indent(node) - 2 * INDENT - GUTTER, 1)
        first = self.width - used
        text = string_text(value)
        lines = [] if first >= min(NARROW, cell_width(safe(text[:NARROW]))) else [""]
        for part in text[:OPENED].split("\n"):
            lines.extend(wrap(safe(part), room if lines else first, room))
        if len(text) > OPENED:
            lines.append(f"… {len(text) - OPENED:,} more characters")
        return lines


def _cells(pieces: Sequence[Piece]) -> int:
    return sum(cell_width(text) for _, text in pieces)


def _reach(text: str, start: int, room: int) -> int:
    """The end of the longest part from `start` that fits `room` cells, one character at least."""
    if text.isascii():
        return max(start + room, start + 1)
    end = start
    while end < len(text):
        room -= cell_width(text[end])
        if room < 0:
            break
        end += 1
    return max(end, start + 1)


def clip(text: str, room: int) -> str:
    """The text, or as much of it as fits with an ellipsis."""
    if len(text) <= room and cell_width(text) <= room:
        return text
    return f"{text[: _reach(text, 0, room - 1)]}…" if room > 1 else "…"[: max(room, 0)]


def fit(pieces: list[Piece], room: int) -> list[Piece]:
    """The pieces cut at the width."""
    fitting: list[Piece] = []
    for component, text in pieces:
        if len(text) > room or cell_width(text) > room:
            fitting.append((component, clip(text, room)))
            break
        fitting.append((component, text))
        room -= cell_width(text)
    return fitting


def wrap(text: str, first: int, room: int) -> list[str]:
    """The text in lines of `room` cells, the first of `first`; broken at a space if one is near."""
    lines: list[str] = []
    start = 0
    while start < len(text):
        end = _reach(text, start, room if lines else first)
        if end < len(text) and text[end] != " ":
            space = text.rfind(" ", start, end)
            if space > start + (end - start) // 2:
                end = space + 1
        lines.append(text[start:end])
        start = end
    return lines or [""]
