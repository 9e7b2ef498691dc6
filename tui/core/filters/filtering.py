"""Which rows a filter's parts leave: each part's answer is kept, and grows with the index.

What a part says of a row changes only when the row's record told more (`Index.amended`) or when
answers about whole records came; new rows are asked about alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from tui.core.index.columns import look_up
from tui.core.matching.known import Known
from tui.core.matching.matcher import Matcher
from tui.core.query.names import needs_records
from tui.core.query.nodes import And, Exact, Field, Glob, Is, Node, Not, Or, Path, Text
from tui.core.rules.flags import Flag

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    from numpy.typing import NDArray

    from tui.core.index.index import Index
    from tui.core.query.nodes import Value

    Bits = NDArray[np.uint8]
    Mask = NDArray[np.bool_]
    Rows = NDArray[Any]

KEPT = 30
"""Answers that are kept; of a million rows each takes 125 kilobytes."""
KNOWN = 24
"""Questions to records whose answers are kept, the last ones; a filter may have more of them."""
_TOLD = frozenset(("target", "object", "note", "newkey", "result", "level"))
"""Fields that a row may get later, from its whole record."""
_FOUND_OUT = frozenset(("moved",))
"""Flags that one event may change in another."""


_ONES = np.array([number.bit_count() for number in range(256)], np.uint8)
"""How many bits are set in a byte: a filter of twenty steps is counted forty times."""


class Answer(NamedTuple):
    """What a part says of all rows: a bit each."""

    size: int
    """How many rows were asked about."""
    bits: Bits
    unsure: Bits | None
    """Rows whose records decide and were not looked at yet; None: there are none."""
    amended: int
    looked: int
    trouble: str = ""
    """A sentence, if something could not be answered."""

    @property
    def yes(self) -> Mask:
        """The rows that pass."""
        return _unpacked(self.bits, self.size)

    @property
    def maybe(self) -> Mask | None:
        """The rows that may pass once their records were looked at; None: there are none."""
        return None if self.unsure is None else _unpacked(self.unsure, self.size)


def _unpacked(bits: Bits, size: int) -> Mask:
    return np.unpackbits(bits, count=size).view(np.bool_)


class Filtering:
    """Asks the index on behalf of filters, and remembers the answers."""

    def __init__(self, index: Index) -> None:
        self._index = index
        self.matcher = Matcher(index)
        """What asks the index."""
        self._answers: dict[str, Answer] = {}
        self.known = Known()
        """What whole records said."""
        self._asked: frozenset[str] = frozenset()
        """What the questions look like that are being asked: each of them is needed."""
        self.looked = 0
        """How often whole records said something."""

    def take(self, node: Path | Text, rows: Rows, yes: Mask) -> None:
        """Take in what the records of these rows said."""
        self.known.put(node, rows, yes)
        self.known.keep(KNOWN, self._asked)
        self.looked += 1

    def answer(self, node: Node) -> Answer:
        """What a filter, or a part of one, says of all rows that there are now."""
        # Tuples of different classes may be equal, their descriptions are not.
        key = repr(node)
        kept = self._answers.pop(key, None)
        index, start = self._index, 0
        if kept is not None and not self._changed(node, kept):
            start = kept.size
        if kept is None or start < index.size:
            freed = without_aws(node)
            if freed is node or _is_everything(freed):
                kept = self._found(node, kept, start)
            else:
                kept = self._but_aws(self.answer(freed))
        self._answers[key] = kept
        while len(self._answers) > KEPT:
            del self._answers[next(iter(self._answers))]
        return kept

    def _found(self, node: Node, kept: Answer | None, start: int) -> Answer:
        """What the index says of it; of the rows before `start` it is what was kept."""
        found = self.matcher.find(node, self.known, start)
        yes, maybe = found.yes, found.maybe
        if kept is not None and start:
            before = kept.maybe if kept.maybe is not None else np.zeros(start, np.bool_)
            yes = np.concatenate((kept.yes, yes))
            maybe = np.concatenate((before, maybe))
        unsure = np.packbits(maybe) if maybe.any() else None
        bits = np.packbits(yes)
        return Answer(len(yes), bits, unsure, self._index.amended, self.looked, found.trouble)

    def _but_aws(self, answer: Answer) -> Answer:
        """The same without what AWS made: how many that leaves out is asked next."""
        others = ~np.packbits(self._index.flag_mask(int(Flag.AWS)))
        unsure = None if answer.unsure is None else answer.unsure & others
        if unsure is not None and not unsure.any():
            unsure = None
        return answer._replace(bits=answer.bits & others, unsure=unsure)

    def _changed(self, node: Node, kept: Answer) -> bool:
        """May it say something else now of rows that it was asked about?"""
        if kept.amended != self._index.amended and not is_steady(node):
            return True
        if kept.looked != self.looked and needs_records(node):
            return True
        return kept.size < self._index.size and _mentions(node, _FOUND_OUT)

    def passing(self, nodes: Sequence[Node], *, unsure: bool = False) -> Mask | None:
        """All rows that pass all of the filters; None: every row does.

        `unsure`: also those that may pass once their records were looked at.
        """
        bits = self._passing(nodes, unsure=unsure)
        return None if bits is None else _unpacked(bits, self._index.size)

    def _passing(self, nodes: Sequence[Node], *, unsure: bool) -> Bits | None:
        """The same, a bit for each row."""
        bits: Bits | None = None
        for node in nodes:
            answer = self.answer(node)
            passing = answer.bits
            if unsure and answer.unsure is not None:
                passing = passing | answer.unsure
            bits = passing if bits is None else bits & passing
        return bits

    def rows(self, nodes: Sequence[Node], *, unsure: bool = False) -> Rows:
        """The rows that pass, the oldest first."""
        order = self._index.order
        mask = self.passing(nodes, unsure=unsure)
        return order if mask is None else order[look_up(mask, order)]

    def unsure_rows(self, nodes: Sequence[Node]) -> Rows:
        """The rows whose records must be looked at to say whether they pass, the newest first."""
        order = self._index.order
        self._asked = frozenset(map(repr, record_nodes(nodes)))
        if all(self.answer(node).maybe is None for node in nodes):
            return order[:0]
        sure, perhaps = self.passing(nodes), self.passing(nodes, unsure=True)
        if sure is None or perhaps is None:
            return order[:0]
        rows: Rows = order[look_up(perhaps & ~sure, order)][::-1]
        return rows

    def count(self, nodes: Sequence[Node], *, unsure: bool = False) -> int:
        """How many listed events pass all of the filters."""
        bits = self._passing(nodes, unsure=unsure)
        order, size = self._index.order, self._index.size
        if bits is None:
            return len(order)
        if len(order) == size:  # every row is listed: their order does not matter
            return int(_ONES.take(bits).sum(dtype=np.int64))
        return int(np.count_nonzero(look_up(_unpacked(bits, size), order)))

    def trouble(self, nodes: Sequence[Node]) -> str:
        """What kept a filter from being answered, empty for nothing."""
        return next(filter(None, (self.answer(node).trouble for node in nodes)), "")

    def left_out_aws(self, nodes: Sequence[Node]) -> int:
        """How many AWS-made events these filters leave out by saying `-is:aws`, nothing else."""
        freed = [without_aws(node) for node in nodes]
        if all(free is node for free, node in zip(freed, nodes, strict=True)):
            return 0
        mask = self._index.flag_mask(int(Flag.AWS))
        rest = self.passing([node for node in freed if not _is_everything(node)])
        return int(np.count_nonzero(mask if rest is None else mask & rest))


def without_aws(node: Node) -> Node:
    """The same filter without its `-is:aws`; the node itself if that is not a part of it."""
    if isinstance(node, Not) and isinstance(node.node, Is) and node.node.name == "aws":
        return And(())
    if isinstance(node, And):
        freed = tuple(without_aws(each) for each in node.nodes)
        if any(free is not each for free, each in zip(freed, node.nodes, strict=True)):
            left = tuple(free for free in freed if not _is_everything(free))
            return left[0] if len(left) == 1 else And(left)
    return node


def _is_everything(node: Node) -> bool:
    return isinstance(node, And) and not node.nodes


def record_nodes(nodes: Sequence[Node]) -> list[Path | Text]:
    """What whole records must tell for these filters, each question once."""
    # Tuples of different classes may be equal, their descriptions are not.
    found = {repr(each): each for node in nodes for each in needs_records(node)}
    return [each for each in found.values() if isinstance(each, Path | Text)]


def is_steady(node: Node) -> bool:
    """Is all that it asks known as soon as a row is there?"""
    if isinstance(node, Not):
        return is_steady(node.node)
    if isinstance(node, And | Or):
        return all(is_steady(each) for each in node.nodes)
    if isinstance(node, Field):
        return node.name not in _TOLD
    return type(node).__name__ in ("Time", "EventId", "Path", "Text")


def _mentions(node: Node, flags: frozenset[str]) -> bool:
    if isinstance(node, Not):
        return _mentions(node.node, flags)
    if isinstance(node, And | Or):
        return any(_mentions(each, flags) for each in node.nodes)
    return isinstance(node, Is) and node.name in flags


def with_account_names(node: Node, names: Mapping[str, str]) -> Node:
    """The same filter, with the names that a person gave to accounts turned into their IDs.

    `names` are those names by account ID.
    """
    if not names:
        return node
    if isinstance(node, Not):
        return Not(with_account_names(node.node, names))
    if isinstance(node, And | Or):
        return type(node)(tuple(with_account_names(each, names) for each in node.nodes))
    if isinstance(node, Field) and node.name == "account":
        values: list[Value] = list(node.values)
        for value in node.values:
            values += [Exact(each) for each, name in names.items() if _names(value, name)]
        return Field("account", tuple(values))
    return node


def _names(value: Value, name: str) -> bool:
    if isinstance(value, Exact):
        return value.text.casefold() == name.casefold()
    if isinstance(value, Glob):
        from fnmatch import fnmatchcase

        return fnmatchcase(name.casefold(), value.pattern.casefold())
    return False
