"""What whole records told of the nodes that only they can answer, kept by row."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Container

    from numpy.typing import NDArray

    from tui.core.query.nodes import Node

    Mask = NDArray[np.bool_]

NO, YES = 1, 2
"""How `Known` writes an answer down; 0 is none."""


class Known:
    """What the records told of Path and Text nodes, by row."""

    def __init__(self) -> None:
        self._told: dict[str, tuple[Node, NDArray[np.uint8]]] = {}
        # By what they look like: tuples of different classes may be equal.

    @property
    def nodes(self) -> tuple[Node, ...]:
        """The nodes of which anything is known."""
        return tuple(node for node, _ in self._told.values())

    def get(self, node: Node, size: int) -> NDArray[np.uint8]:
        """For each row below `size`: 0 not known, 1 no, 2 yes."""
        return self._grown(node, size)[:size]

    def put(self, node: Node, rows: NDArray[Any], yes: Mask) -> None:
        """Take what the records of these rows told."""
        if len(rows):
            told = self._grown(node, int(rows.max()) + 1)
            told[rows] = np.where(yes, YES, NO)
            self._told.pop(repr(node), None)
            self._told[repr(node)] = node, told

    def keep(self, most: int, asked: Container[str]) -> None:
        """Forget what was told longest ago until so many are left, but nothing that is asked."""
        others = [looks for looks in self._told if looks not in asked]
        for looks in others[: max(0, len(self._told) - most)]:
            del self._told[looks]

    def forget(self, node: Node) -> None:
        """Nothing is known of the node any more."""
        self._told.pop(repr(node), None)

    def _grown(self, node: Node, size: int) -> NDArray[np.uint8]:
        """What is known, with room for so many rows."""
        _, told = self._told.get(repr(node), (node, np.zeros(0, np.uint8)))
        if len(told) >= size:
            return told
        grown = np.zeros(max(size, 2 * len(told)), np.uint8)
        grown[: len(told)] = told
        return grown
