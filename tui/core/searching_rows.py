"""In which rows something stands that a person searches for, in the columns that they chose.

Each distinct value is asked once, then every row is looked up; nothing is filtered.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from tui.core.index.columns import look_up
from tui.core.matching.matcher import Contains
from tui.core.query.nodes import Exact, Glob, Regex
from tui.core.query.values import escaped

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from tui.core.index.index import Index
    from tui.core.matching.matcher import Matcher
    from tui.core.needle import Needle
    from tui.core.query.nodes import Value

    Mask = NDArray[np.bool_]
    Rows = NDArray[Any]

_FIELDS = {"target": ("target", "object", "note")}
"""Columns that show more than the field of their name."""
_JOINT = "/"
"""Stands between target and object."""


class RowSearch:
    """Remembers one answer, and asks only about new rows as long as the question is the same."""

    def __init__(self, index: Index, matcher: Matcher, names: Mapping[str, str]) -> None:
        """`names` are those that a person gave to account IDs, by ID."""
        self._index = index
        self._matcher = matcher
        self._names = names
        self._asked: tuple[object, ...] = ()
        self._mask: Mask = np.zeros(0, np.bool_)
        self.trouble = ""
        """A sentence, if the last question could not be answered in full."""

    def positions(self, needle: Needle, columns: Sequence[str], rows: Rows) -> NDArray[np.intp]:
        """Where in `rows` are those that have it in one of the columns, ascending."""
        if not needle:
            return np.zeros(0, np.intp)
        return np.flatnonzero(look_up(self._answer(needle, columns), rows))

    def _answer(self, needle: Needle, columns: Sequence[str]) -> Mask:
        # A row may be told more later, from its whole record.
        asked = (needle, frozenset(columns), self._index.amended)
        start = len(self._mask) if asked == self._asked else 0
        if start < self._index.size:
            self.trouble = ""
            found = self._find(needle, columns, start)
            self._mask = np.concatenate((self._mask, found)) if start else found
        elif not start:
            self._mask = np.zeros(0, np.bool_)
        self._asked = asked
        return self._mask

    def _find(self, needle: Needle, columns: Sequence[str], start: int) -> Mask:
        fields = [field for name in columns for field in _FIELDS.get(name, (name,))]
        if needle.means_key:
            fields.append("key")
        value = Regex(needle.pattern) if needle.pattern else Contains(needle.text)
        mask = self._having(fields, value, start)
        if "account" in columns:
            for account, name in self._names.items():
                if needle.found(name):
                    mask = mask | self._having(["account"], Exact(account), start)
        if "target" in columns and _JOINT in needle.text:
            mask = mask | self._across(needle.text, start)
        return mask

    def _across(self, text: str, start: int) -> Mask:
        """The rows in which it begins in the target and ends in the object."""
        found = np.zeros(self._index.size - start, np.bool_)
        for place, character in enumerate(text):
            if character == _JOINT:
                left = Glob("*" + escaped(text[:place]))
                right = Glob(escaped(text[place + 1 :]) + "*")
                ending = self._having(["target"], left, start)
                if ending.any():
                    found |= ending & self._having(["object"], right, start)
        return found

    def _having(self, fields: Sequence[str], value: Value | Contains, start: int) -> Mask:
        found = self._matcher.having(fields, value, start)
        self.trouble = self.trouble or found.trouble
        return found.yes
