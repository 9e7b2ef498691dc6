"""What a filter asks of the texts of fields, part by part, and which rows it still asks about."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from tui.core.query.names import WORD_FIELDS
from tui.core.query.nodes import And, Field, Glob, Node, Not, Or, Pattern, Regex, Value, Word

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from tui.core.matching.fields import Source

    Mask = NDArray[np.bool_]

FEW = 8
"""Where at most one of so many rows is still open, only these are looked at."""


class Contains(NamedTuple):
    """What a bare word asks of a text."""

    text: str


class Asked(NamedTuple):
    """What is asked of the texts of one source."""

    field: str
    number: int
    """Which of the field's sources it is."""
    source: Source
    values: Sequence[Value | Contains]


class Part(NamedTuple):
    """What is asked of the texts of fields: any of the values of any of the fields."""

    fields: Sequence[str]
    values: Sequence[Value | Contains]
    for_words: bool


class Open(NamedTuple):
    """Rows that are not decided yet. Of all others whatever is said is not heard."""

    number: int
    rows: NDArray[np.intp] | None
    """None: too many to be looked at one by one."""
    mask: Mask


def part_of(node: Node) -> Part | None:
    """What a node asks of the texts of fields; None: it asks something else."""
    if isinstance(node, Field):
        return Part([node.name], node.values, for_words=False)
    if isinstance(node, Word):
        return Part(WORD_FIELDS, (Contains(node.text),), for_words=True)
    if isinstance(node, Pattern):
        return Part(WORD_FIELDS, (Regex(node.pattern),), for_words=True)
    return None


def cost(node: Node) -> int:
    """What is quickly answered comes first: it leaves fewer rows to be asked about."""
    if isinstance(node, Not):
        return cost(node.node)
    if isinstance(node, And | Or):
        return max(map(cost, node.nodes), default=0)
    if isinstance(node, Field):
        return 2 if any(isinstance(value, Glob | Regex) for value in node.values) else 1
    return 4 if isinstance(node, Pattern) else 3 if isinstance(node, Word) else 0


def texts_in(column: tuple[str, list[Asked]]) -> int:
    return sum(len(asked.source.texts) for asked in column[1])


def left_of(found: Mask, open_: Mask | None) -> Open:
    """The rows that were not found yet."""
    mask = ~found if open_ is None else open_ & ~found
    count = int(np.count_nonzero(mask))
    rows = np.flatnonzero(mask) if count * FEW < len(mask) else None
    return Open(count, rows, mask)
