"""One record as a flat array of nodes with links: what the detail tree walks, folds and copies.

Nodes lie in the record's own order, a container before its content. Each knows its parent and
where its subtree ends, so folding changes one flag, the visible rows are one pass of jumps, and
nothing recurses: 10,000 nodes and 500 levels cost milliseconds. Strings that hold JSON get their
decoded content as child nodes; `toggle_raw` shows the string again.
"""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, Final

from tui.core import embedded
from tui.core.record.folds import Folds, Opened
from tui.core.record.outline_notes import omission, policy_notes
from tui.core.record.outline_text import Key, Path, path_text, scalar_json

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

MAX_NODES: Final = 200_000
"""A record of millions of values is cut here, and says so, instead of taking the memory."""

LARGE: Final = 50
"""Containers with more members start folded."""

DEEP: Final = 12
"""Containers further in start folded."""

FOLDED_AT_FIRST: Final = frozenset({"userIdentity", "tlsDetails"})
"""Top-level fields that the summary already tells, or that are rarely asked for."""

MAX_DECODED: Final = 4
"""JSON in strings in decoded JSON: so many times over."""

START: Final = "requestParameters"


class Kind(Enum):
    """What a node shows."""

    OBJECT = "object"
    ARRAY = "array"
    STRING = "string"
    NUMBER = "number"
    BOOLEAN = "boolean"
    NULL = "null"
    MORE = "more"


class Outline:
    """The nodes of one record, by index; `-1` is no node. Columns are for reading only.

    A container's node holds its members' nodes behind it, up to `end`. `value` is the decoded
    content where the string at a node holds JSON, `source` the string itself. A string's
    `folded` says that it stands on one line, cut at the width.
    """

    __slots__ = (
        "depth",
        "encoding",
        "end",
        "folded",
        "folds",
        "key",
        "note",
        "parent",
        "raw",
        "source",
        "value",
        "warning",
    )

    def __init__(self, folds: Folds | None = None) -> None:
        self.folds = folds if folds is not None else Folds()
        self.key: list[Key] = []
        self.value: list[object] = []
        self.depth: list[int] = []
        self.parent: list[int] = []
        self.end: list[int] = []
        self.folded = bytearray()
        self.raw = bytearray()
        self.source: dict[int, str] = {}
        self.encoding: dict[int, str] = {}
        self.note: dict[int, str] = {}
        self.warning: dict[int, str] = {}

    @classmethod
    def of(cls, record: object, *, folds: Folds | None = None) -> Outline:
        """Flatten a record as a JSON parser made it; `folds` carries over what was opened."""
        outline = cls(folds)
        outline._build(record)
        outline._annotate(record)
        outline._restore()
        return outline

    def __len__(self) -> int:
        return len(self.key)

    # Building

    def _build(self, record: object) -> None:
        """Walk with a stack of iterators: as deep as the record, not as deep as Python allows."""
        stack = [(_members(record) or iter([(None, record)]), -1, 0)]
        while stack:
            members, parent, decoded = stack[-1]
            for key, value in members:
                if len(self.key) >= MAX_NODES:
                    self._add(None, _More(), len(stack) - 1, parent)
                    stack.pop()
                    break
                inner, level = value, decoded
                if isinstance(value, str) and decoded < MAX_DECODED:
                    found = embedded.decode(value)
                    if found is not None:
                        self.source[len(self.key)] = value
                        self.encoding[len(self.key)] = embedded.label(found.encodings)
                        inner, level = found.value, decoded + 1
                node = self._add(key, inner, len(stack) - 1, parent)
                below = _members(inner)
                if below is not None:
                    stack.append((below, node, level))
                    break
            else:
                stack.pop()
        for node in range(len(self.key) - 1, -1, -1):
            parent = self.parent[node]
            if parent >= 0 and self.end[parent] < self.end[node]:
                self.end[parent] = self.end[node]

    def _add(self, key: Key, value: object, depth: int, parent: int) -> int:
        node = len(self.key)
        self.key.append(key)
        self.value.append(value)
        self.depth.append(depth)
        self.parent.append(parent)
        self.end.append(node + 1)
        self.raw.append(0)
        if isinstance(value, (dict, list)):
            rare = depth == 0 and key in FOLDED_AT_FIRST
            self.folded.append(rare or depth >= DEEP or len(value) > LARGE)
        else:
            self.folded.append(1)
        return node

    def _annotate(self, record: object) -> None:
        noted = 0
        for node, value in enumerate(self.value):
            if not isinstance(value, dict):
                continue
            left_out = omission(value)
            if left_out:
                self.warning[node] = left_out
            found = policy_notes(value, record) if node >= noted else None
            if found is None:
                continue
            noted = self.end[node]
            if found.warning:
                self.warning[node] = found.warning
            holder = self.find(found.holder, below=node)
            if holder >= 0:
                members = list(self.children(holder))
                for at, line in found.lines:
                    self.note[holder if at < 0 else members[at]] = line

    def _restore(self) -> None:
        if self.folds.everything is not None:
            self._set_all(shut=self.folds.everything)
        for path, shut in self.folds.shut.items():
            node = self.find(path)
            if node >= 0:
                self.folded[node] = shut
        for path, raw in self.folds.raw.items():
            node = self.find(path)
            if node in self.source:
                self.raw[node] = raw

    # Facts

    def kind(self, node: int) -> Kind:
        """What the node shows: a decoded string counts as its content, unless it is shown raw."""
        value = self.shown(node)
        if isinstance(value, str):
            return Kind.STRING
        if isinstance(value, dict):
            return Kind.OBJECT
        if isinstance(value, list):
            return Kind.ARRAY
        if isinstance(value, bool):
            return Kind.BOOLEAN
        if isinstance(value, _More):
            return Kind.MORE
        return Kind.NULL if value is None else Kind.NUMBER

    def shown(self, node: int) -> object:
        """The node's value as it is shown now."""
        return self.source[node] if self.raw[node] else self.value[node]

    def has_children(self, node: int) -> bool:
        return self.end[node] > node + 1 and not self.raw[node]

    def is_open(self, node: int) -> bool:
        """Whether its members are listed, or the string stands wrapped over several lines."""
        return not self.folded[node]

    def is_string(self, node: int) -> bool:
        """Whether the record holds a string here, decoded or not."""
        return node in self.source or isinstance(self.value[node], str)

    def children(self, node: int) -> Iterator[int]:
        """The nodes right below, `-1` for the record's own; also those that are folded away."""
        child = node + 1
        stop = len(self.key) if node < 0 else self.end[node]
        while child < stop:
            yield child
            child = self.end[child]

    def path(self, node: int) -> Path:
        keys: list[str | int] = []
        while node >= 0:
            key = self.key[node]
            if key is not None:
                keys.append(key)
            node = self.parent[node]
        return tuple(reversed(keys))

    def path_text(self, node: int) -> str:
        return path_text(self.path(node))

    def find(self, path: Path, *, below: int = -1) -> int:
        """The node at a path, or -1."""
        node = below
        for key in path:
            node = next((child for child in self.children(node) if self.key[child] == key), -1)
            if node < 0:
                return -1
        return node

    def nearest(self, path: Path) -> int:
        """The node at a path, else at as much of its beginning as there is, else -1."""
        node = -1
        for key in path:
            child = next((child for child in self.children(node) if self.key[child] == key), -1)
            if child < 0:
                break
            node = child
        return node

    def start(self) -> int:
        """Where the cursor stands at first: requestParameters, else the first node."""
        node = self.find((START,))
        return node if node >= 0 else (0 if self.key else -1)

    def shown_at(self, node: int) -> int:
        """The node itself, or the outermost folded one that hides it."""
        seen = node
        while node >= 0:
            node = self.parent[node]
            if node >= 0 and (self.folded[node] or self.raw[node]):
                seen = node
        return seen

    def rows(self) -> list[int]:
        """The visible nodes from top to bottom, in one pass over them."""
        rows: list[int] = []
        append = rows.append
        end, folded, raw = self.end, self.folded, self.raw
        node, stop = 0, len(self.key)
        while node < stop:
            append(node)
            node = end[node] if folded[node] or raw[node] else node + 1
        return rows

    # Folding

    def foldable(self, node: int) -> bool:
        """Whether it has members, or is a string, whose lines can fold."""
        return self.has_children(node) or isinstance(self.shown(node), str)

    def fold(self, node: int, *, shut: bool) -> bool:
        """Fold or unfold a container, or a string's lines; say whether that changed anything."""
        if bool(self.folded[node]) == shut or not self.foldable(node):
            return False
        self.folded[node] = shut
        self.folds.remember_shut(self.path(node), shut=shut)
        return True

    def fold_all(self, *, shut: bool) -> None:
        """Every container of the record; long strings are cut again when all is shut."""
        self._set_all(shut=shut)
        self.folds.remember_all(shut=shut)

    def _set_all(self, *, shut: bool) -> None:
        if shut:
            self.folded[:] = b"\x01" * len(self.folded)
            return
        raw = self.raw
        for node, value in enumerate(self.value):
            if isinstance(value, (dict, list)) and not raw[node]:
                self.folded[node] = 0

    def reveal(self, node: int) -> None:
        """Unfold whatever hides the node."""
        node = self.parent[node]
        while node >= 0:
            if self.raw[node]:
                self.toggle_raw(node)
            self.fold(node, shut=False)
            node = self.parent[node]

    def toggle_raw(self, node: int) -> bool:
        """Turn a string that holds JSON to its raw text, all of it, or back; False for others."""
        if node not in self.source:
            return False
        self.raw[node] = not self.raw[node]
        self.folds.remember_raw(self.path(node), raw=bool(self.raw[node]))
        self.folded[node] = 0
        self.folds.remember_shut(self.path(node), shut=False)
        return True

    # Taking out

    def value_text(self, node: int) -> str:
        """What a copy of the value holds: a string as it is, else JSON, decoded and indented."""
        shown = self.shown(node)
        return shown if isinstance(shown, str) else self._json(node)

    def _json(self, top: int) -> str:
        lines: list[str] = []
        ends: list[tuple[int, str]] = []
        node, stop = top, self.end[top]
        while node < stop:
            pad = "  " * len(ends)
            key = self.key[node]
            name = f"{scalar_json(key)}: " if isinstance(key, str) and node != top else ""
            after = self.end[node]
            if self.has_children(node):
                left, right = "{}" if isinstance(self.value[node], dict) else "[]"
                lines.append(f"{pad}{name}{left}")
                ends.append((after, right))
                node += 1
                continue
            value = self.shown(node)
            lines.append(f"{pad}{name}{'…' if isinstance(value, _More) else scalar_json(value)}")
            while ends and after >= ends[-1][0]:
                lines.append("  " * (len(ends) - 1) + ends.pop()[1])
            if ends:
                lines[-1] += ","
            node = after
        return "\n".join(lines)

    def search(self, found: Callable[[str], bool]) -> Iterator[int]:
        """The nodes in whose key or value it is found, hidden ones too."""
        skip = 0
        for node, key in enumerate(self.key):
            if node < skip:
                continue
            if self.raw[node]:
                skip = self.end[node]
            value = self.shown(node)
            if isinstance(key, str) and found(key):
                yield node
            elif isinstance(value, str):
                if found(value):
                    yield node
            elif not isinstance(value, (dict, list, _More)) and found(scalar_json(value)):
                yield node

    def opened(self) -> Opened:
        """What is open and raw now, to come back to."""
        return Opened(bytes(self.folded), bytes(self.raw), self.folds.copy())

    def reopen(self, opened: Opened) -> None:
        """Open, shut and raw as it was then; the record has to be the same."""
        self.folded[:], self.raw[:] = opened.folded, opened.raw
        self.folds.take_over(opened.folds)


class _More:
    """Stands where a record was cut at MAX_NODES."""


def _members(value: object) -> Iterator[tuple[Key, object]] | None:
    """A container's members with their keys or indexes; None for what has none."""
    if isinstance(value, dict) and value:
        return iter(value.items())
    if isinstance(value, list) and value:
        return enumerate(value)
    return None
