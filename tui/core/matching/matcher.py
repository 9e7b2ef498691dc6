"""Which rows of the index a filter lets through: each distinct value is asked once.

What only whole records tell (paths, `text:`) has three values: yes, no, and not known yet.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from tui.core.index.batch import UNDATED
from tui.core.index.columns import look_up, masked
from tui.core.index.tables import FLAG_FIELDS, codes_by_flags
from tui.core.matching.fields import Fields
from tui.core.matching.known import NO, YES, Known
from tui.core.matching.masks import Masks
from tui.core.matching.moved import Moved
from tui.core.matching.parts import (
    FEW,
    Asked,
    Contains,
    Open,
    Part,
    cost,
    left_of,
    part_of,
    texts_in,
)
from tui.core.query.names import FLAGS, WORD_FIELDS
from tui.core.query.nodes import (
    And,
    EventId,
    Exact,
    Field,
    Glob,
    Is,
    Network,
    Node,
    Not,
    Or,
    Path,
    Present,
    Regex,
    Text,
    Time,
    Value,
)
from tui.core.query.regex import TooSlow, given_up, limited
from tui.core.query.values import Span, address_of, event_number, fold

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from tui.core.index.index import Index
    from tui.core.matching.fields import Source

    Mask = NDArray[np.bool_]

__all__ = ["Contains", "Found", "Matcher"]

_LARGE = 4096
"""Texts of which some may be left out: those of rows that are decided already."""
_PATIENCE = 1.0
"""Seconds that a regex may take in all over one dictionary."""


class Found(NamedTuple):
    """Masks over the rows that were asked."""

    yes: Mask
    maybe: Mask
    """Only their records can tell, and they have not been looked at."""
    trouble: str = ""
    """A sentence, if something could not be answered: these rows are in neither mask."""


class _Answer(NamedTuple):
    """Rows for which something surely holds, and for which it may hold (they hold the former).

    The two are one array where the index can tell. Nobody changes them in place.
    """

    yes: Mask
    possible: Mask


class Matcher:
    """Asks one index. It remembers what it found out about distinct values."""

    def __init__(self, index: Index, names: Mapping[str, str] | None = None) -> None:
        """`names` are those that a person gave to account IDs, by ID."""
        self._index = index
        self._fields = Fields(index, dict(names or {}))
        self._moved = Moved(index, self._fields.numbers)
        self._masks = Masks()
        self._slow: set[str] = set()
        self._known = Known()
        self._start = 0
        self._size = 0
        self._trouble = ""

    @property
    def nbytes(self) -> int:
        """Bytes in use for what is remembered."""
        return self._fields.nbytes + self._masks.nbytes

    def warm(self) -> bool:
        """Take in some of the texts that are new; False if there were none.

        Whoever calls it often enough before the first word is asked need not wait for that.
        """
        for name in WORD_FIELDS:
            for source in self._fields.sources(name):
                source.update()
                if source.texts.advance():
                    return True
        return self._fields.numbers.advance()

    def find(self, node: Node, known: Known | None = None, start: int = 0) -> Found:
        """The rows from `start` to the index's size that the tree lets through.

        `known` is what records told of its Path and Text nodes.
        """
        self._known = known or Known()
        self._start, self._size, self._trouble = start, self._index.size, ""
        yes, possible = self._ask(node, None)
        gone = self._index.gone(start)
        if gone is not None:
            yes, possible = yes & ~gone, possible & ~gone
        return Found(yes, possible & ~yes, self._trouble)

    def having(self, fields: Sequence[str], value: Value | Contains, start: int = 0) -> Found:
        """The rows from `start` on with a text in one of the index's fields that the value means.

        Rows that went with their object are not left out.
        """
        self._start, self._size, self._trouble = start, self._index.size, ""
        yes = self._any([Part(fields, (value,), for_words=True)], None)
        return Found(yes, np.zeros(0, np.bool_), self._trouble)

    # -- the tree: of rows that are not `open_` any more (None: all are) an answer means nothing

    def _ask(self, node: Node, open_: Mask | None) -> _Answer:
        if isinstance(node, And | Or) and self._is_of_calls(node):
            mask = self._look("call", self._of_calls(node))
            return _Answer(mask, mask)
        if isinstance(node, And):
            return self._all(node, open_)
        if isinstance(node, Or):
            return self._one_of(node, open_)
        if isinstance(node, Not):
            yes, possible = self._ask(node.node, open_)
            no = ~possible
            return _Answer(no, no if yes is possible else ~yes)
        if isinstance(node, Path | Text):
            return self._told(node)
        mask = self._indexed(node, open_)
        return _Answer(mask, mask)

    def _is_of_calls(self, node: Node) -> bool:
        """Does the call alone decide? Then each distinct one is asked, and not each row."""
        if isinstance(node, And | Or):
            return bool(node.nodes) and all(map(self._is_of_calls, node.nodes))
        if isinstance(node, Not):
            return self._is_of_calls(node.node)
        sources = self._fields.sources(node.name) if isinstance(node, Field) else ()
        return bool(sources) and all(source.column == "call" for source in sources)

    def _of_calls(self, node: Node) -> Mask:
        """Which of the calls a tree lets through that asks of nothing else."""
        if isinstance(node, Not):
            return ~self._of_calls(node.node)
        if isinstance(node, And | Or):
            join = np.logical_and if isinstance(node, And) else np.logical_or
            joined: Mask = join.reduce([self._of_calls(one) for one in node.nodes])
            return joined
        assert isinstance(node, Field)
        every = Open(self._size - self._start, None, np.zeros(0, np.bool_))
        found = np.zeros(len(self._index.tables.calls), np.bool_)
        for number, source in enumerate(self._fields.sources(node.name)):
            source.update()
            masks = [self._mask(node.name, number, source, value, every) for value in node.values]
            wanted, path = np.logical_or.reduce(masks), source.path()
            found |= wanted if path is None else wanted[path]
        return found

    def _all(self, node: And, open_: Mask | None) -> _Answer:
        if not node.nodes:
            mask = np.ones(self._size - self._start, np.bool_)
            return _Answer(mask, mask)
        first, *others = sorted(node.nodes, key=cost)
        answer = self._ask(first, open_)
        for one in others:
            left = answer.possible if open_ is None else answer.possible & open_
            if not left.any():
                break
            answer = _joined(np.logical_and, answer, self._ask(one, left))
        return answer

    def _one_of(self, node: Or, open_: Mask | None) -> _Answer:
        of_calls: list[Node] = []
        others: list[Node] = []
        for one in node.nodes:
            (of_calls if self._is_of_calls(one) else others).append(one)
        parts = [part for one in others if (part := part_of(one)) is not None]
        mask = self._any(parts, open_)
        if of_calls:
            mask = mask | self._look("call", self._of_calls(Or(tuple(of_calls))))
        answer = _Answer(mask, mask)
        for one in others:
            if part_of(one) is None:
                left = ~answer.yes if open_ is None else ~answer.yes & open_
                answer = _joined(np.logical_or, answer, self._ask(one, left))
        return answer

    def _told(self, node: Path | Text) -> _Answer:
        told = self._known.get(node, self._size)[self._start :]
        return _Answer(told == YES, told != NO)

    def _indexed(self, node: Node, open_: Mask | None) -> Mask:
        """What the index alone tells."""
        if isinstance(node, Is):
            if node.name == "moved":
                return self._look("origin", self._moved.origins())
            flag, wanted = FLAGS[node.name]
            mask = masked(self._index.raw(self._start)[0], flag, 0)
            return ~mask if wanted else mask
        if isinstance(node, Time):
            return self._time(node)
        if isinstance(node, EventId):
            return self._event_id(node)
        part = part_of(node)
        assert part is not None
        return self._any([part], open_)

    def _time(self, node: Time) -> Mask:
        times = self._index.times[self._start :]
        mask: Mask = times >= (UNDATED + 1 if node.since is None else node.since)
        if node.until is not None:
            mask &= times < node.until
        return mask

    def _event_id(self, node: EventId) -> Mask:
        mask: Mask = self._index.raw(self._start)[1] == np.uint64(event_number(node.text))
        return mask

    # -- fields

    def _any(self, parts: Sequence[Part], open_: Mask | None) -> Mask:
        """The rows with a text that any of the parts means: columns of few texts come first."""
        columns: dict[str, list[Asked]] = {}
        for fields, values, for_words in parts:
            for field in fields:
                for number, source in enumerate(self._fields.sources(field)):
                    if source.for_words or not for_words:
                        asked = Asked(field, number, source, values)
                        columns.setdefault(source.column, []).append(asked)
        found = np.zeros(self._size - self._start, np.bool_)
        left = left_of(found, open_)
        for column, some in sorted(columns.items(), key=texts_in):
            if not left.number:
                break
            wanted: Mask | None = None
            for field, number, source, values in some:
                source.update()
                for value in values:
                    mask = self._mask(field, number, source, value, left)
                    if mask.any():
                        path = source.path()
                        mask = mask if path is None else mask[path]
                        wanted = mask if wanted is None else wanted | mask
            if wanted is None:
                continue
            if left.rows is None:
                found |= self._look(column, wanted)
            else:
                found[left.rows] = look_up(wanted, self._codes(column, left.rows))
            left = left_of(found, open_)
        return found

    def _look(self, column: str, mask: Mask) -> Mask:
        """The rows whose code in a column is marked."""
        if not mask.any():
            return np.zeros(self._size - self._start, np.bool_)
        found: Mask = look_up(mask, self._codes(column, None))
        return found

    def _codes(self, column: str, rows: NDArray[np.intp] | None) -> NDArray[Any]:
        """The codes of these rows (None: all), counted from the first one that is asked."""
        flagged = column in FLAG_FIELDS
        codes: NDArray[Any]
        codes = self._index.raw(self._start)[0] if flagged else self._index.column(column)
        codes = codes if flagged else codes[self._start :]
        codes = codes if rows is None else look_up(codes, rows)
        return codes_by_flags(column, codes) if flagged else codes

    def _mask(
        self, field: str, number: int, source: Source, value: Value | Contains, left: Open
    ) -> Mask:
        """Which texts of a source a value means; only texts that are new are asked."""
        count = source.texts.update()
        alike = isinstance(value, Contains | Glob | Regex)
        # Tuples of different classes may be equal.
        key = ("" if alike else field, 0 if alike else number, id(source.texts), type(value), value)
        known = self._masks.get(key)
        first = 0 if known is None else len(known)
        if known is None or first < count:
            wanted = self._wanted(source, value, left, first, count)
            new = self._ask_texts(field, source, value, first, wanted)
            known = new if known is None else np.concatenate((known, new))
            if wanted is None:
                self._masks.put(key, known)
        if isinstance(value, Regex) and value.pattern in self._slow:
            self._trouble = given_up(value.pattern)
        return known

    def _wanted(
        self, source: Source, value: Value | Contains, left: Open, first: int, count: int
    ) -> Mask | None:
        """Which texts from code `first` on open rows have, where it is worth knowing; None: all."""
        size = self._size - self._start
        if count - first < _LARGE or not isinstance(value, Contains | Glob | Regex):
            return None
        if left.number * 2 > size or (isinstance(value, Contains) and left.number * FEW > count):
            return None
        rows = np.flatnonzero(left.mask) if left.rows is None else left.rows
        path = source.path()
        there = np.zeros(count if path is None else len(path), np.bool_)
        there[self._codes(source.column, rows)] = True
        if path is None:
            return there[first:]
        wanted = np.zeros(count, np.bool_)
        wanted[path[there]] = True
        return wanted[first:]

    def _ask_texts(
        self,
        field: str,
        source: Source,
        value: Value | Contains,
        first: int,
        wanted: Mask | None,
    ) -> Mask:
        texts = source.texts
        if isinstance(value, Contains):
            return texts.containing(value.text, first, wanted)
        if isinstance(value, Exact):
            return self._equal(field, source, value.text, first)
        if isinstance(value, Glob | Regex) and source.named not in fold(value.pattern):
            return np.zeros(len(texts) - first, np.bool_)
        if isinstance(value, Glob):
            return texts.like(value.pattern, first, wanted)
        if isinstance(value, Regex):
            return self._regex(source, value.pattern, first, wanted)
        mask = np.zeros(len(texts) - first, np.bool_)
        if isinstance(value, Present):
            mask[:] = source.is_main
            if not first:
                mask[0] = False
        elif isinstance(value, Network) and field == "address" and source.is_main:
            return self._fields.numbers.network(value.network, first)
        return mask

    def _equal(self, field: str, source: Source, text: str, first: int) -> Mask:
        """The empty text is that of a field that is missing."""
        mask = source.texts.equal(text, first)
        if not first:
            mask[0] = not text and source.is_main
        address = address_of(text) if field == "address" and source.is_main else None
        if address is not None:
            span = Span(address.version, address.number, address.number)
            mask |= self._fields.numbers.inside(span, first)
        return mask

    def _regex(self, source: Source, pattern: str, first: int, wanted: Mask | None) -> Mask:
        if pattern not in self._slow:
            try:
                with limited(_PATIENCE):
                    return source.texts.matching(pattern, first, wanted)
            except TooSlow:
                self._slow.add(pattern)
        return np.zeros(len(source.texts) - first, np.bool_)


def _joined(join: np.ufunc, one: _Answer, other: _Answer) -> _Answer:
    yes = join(one.yes, other.yes)
    if one.yes is one.possible and other.yes is other.possible:
        return _Answer(yes, yes)
    return _Answer(yes, join(one.possible, other.possible))
