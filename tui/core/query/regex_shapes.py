"""A regex as plain pieces of text that must stand one behind the other: quick to look for at once.

Most regexes that people type say no more than that: `prod-[0-9]+`, `Get.*Policy`, `admin|root`. Of
all others the pieces tell where it is worth trying. What is said here holds for texts of one line
in ASCII; others are tried one by one.
"""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import product
from re import _constants as ops  # type: ignore[attr-defined] # the parse tree has no other door
from typing import TYPE_CHECKING, Any, NamedTuple

from tui.core.query.regex import compiled

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    Bytes = frozenset[int] | None
    """Which bytes may stand at a place; None: any."""
    Piece = tuple[Bytes, ...]
    Item = frozenset[int] | str | None
    Way = tuple[Item, ...]

_START, _END = "start", "end"
_GAP, _OPTIONAL, _DOUBT = "gap", "optional", "doubt"
"""Anything may stand there; something certain may stand there that is not looked at; more is asked
than is said here."""
_UNKNOWN: tuple[Way, ...] = ((_DOUBT, _GAP),)
_MOST_WAYS = 12
_LONGEST = 64
"""Places that a repetition is written out to."""
_ASCII = range(128)
_WIDE = 128
"""In a class: characters that are several bytes may stand there too."""
_OTHER_CASES = frozenset(b"iksIKS")
"""Letters that beyond ASCII have other cases: dotless i, the long s, the sign of Kelvin."""
_TYPES = int(re.ASCII | re.LOCALE | re.UNICODE)
_CATEGORIES = {
    ops.CATEGORY_DIGIT: r"\d",
    ops.CATEGORY_NOT_DIGIT: r"\D",
    ops.CATEGORY_SPACE: r"\s",
    ops.CATEGORY_NOT_SPACE: r"\S",
    ops.CATEGORY_WORD: r"\w",
    ops.CATEGORY_NOT_WORD: r"\W",
}


class Shape(NamedTuple):
    """One of the ways in which a regex can be found in a text."""

    pieces: tuple[Piece, ...]
    """In turn, with anything between: the text begins with the first and ends with the last."""
    exact: bool
    """The regex says no more than this."""


def loosened(pieces: Sequence[Piece]) -> list[Piece]:
    """What of the pieces also holds for texts in which a character may be several bytes."""
    loose: list[list[Bytes]] = [[]]
    for piece in pieces:
        loose.append([])
        for wanted in piece:
            if wanted is None or _WIDE in wanted:
                loose.append([])
            else:
                loose[-1].append(wanted)
    return [(), *(tuple(piece) for piece in loose if piece), ()]


class _How(NamedTuple):
    flags: int
    first: bool
    """Nothing that is certain stands before it."""


@lru_cache(maxsize=256)
def shapes(pattern: str) -> tuple[Shape, ...]:
    """A text in which a sound regex is found has one of these shapes."""
    regex, tree = compiled(pattern)
    try:
        ways = _ways(tree, _How(regex.flags, first=True))
    except RecursionError:
        ways = _UNKNOWN
    return tuple(dict.fromkeys(map(_shape, ways)))


def _shape(way: Way) -> Shape:
    exact = _DOUBT not in way
    items = [item for item in way if item != _DOUBT]
    at_start, at_end = items[:1] == [_START], items[-1:] == [_END]
    items = items[at_start : len(items) - at_end]
    if _START in items or _END in items:
        exact = False
        items = [item for item in items if item not in (_START, _END)]
    while not at_start and items and items[0] in (_GAP, _OPTIONAL):
        del items[0]
    while not at_end and items and items[-1] in (_GAP, _OPTIONAL):
        del items[-1]
    items = [*([] if at_start else [_GAP]), *items, *([] if at_end else [_GAP])]
    pieces: list[list[Bytes]] = [[]]
    for item in items:
        if isinstance(item, str):
            exact = exact and item == _GAP
            pieces.append([])
        else:
            pieces[-1].append(item)
    inner = (piece for piece in pieces[1:-1] if piece)
    ends = (pieces[0],) if len(pieces) == 1 else (pieces[0], *inner, pieces[-1])
    return Shape(tuple(map(tuple, ends)), exact)


def _ways(tree: Any, how: _How) -> tuple[Way, ...]:
    """All that a tree may stand for."""
    ways: tuple[Way, ...] = ((),)
    for op, value in tree:
        leads = how.first and all(isinstance(item, str) for way in ways for item in way)
        more = _node(op, value, how._replace(first=leads))
        if len(ways) * len(more) > _MOST_WAYS:
            more = _UNKNOWN
        ways = tuple((*before, *behind) for before, behind in product(ways, more))
    return ways


def _node(op: Any, value: Any, how: _How) -> tuple[Way, ...]:
    if op in _NODES:
        return _NODES[op](value, how)
    if op is ops.ANY:
        return ((None,),)
    if op in (ops.ASSERT, ops.ASSERT_NOT):
        return ((_DOUBT,),)
    return _UNKNOWN


def _literal(value: int, how: _How) -> tuple[Way, ...]:
    return _one((), [(ops.LITERAL, value)], how.flags)


def _not_literal(value: int, how: _How) -> tuple[Way, ...]:
    return _one((ops.NEGATE,), [(ops.LITERAL, value)], how.flags)


def _class(value: list[tuple[Any, Any]], how: _How) -> tuple[Way, ...]:
    return _one([op for op, _ in value], value, how.flags)


def _one(kinds: Iterable[Any], members: Iterable[tuple[Any, Any]], flags: int) -> tuple[Way, ...]:
    """One character of a class."""
    negated = ops.NEGATE in kinds
    found: set[int] = set()
    for op, value in members:
        if op is ops.CATEGORY:
            found |= _category(value, flags & re.ASCII)
            found.add(_WIDE)
        elif op in (ops.LITERAL, ops.RANGE):
            low, high = value if op is ops.RANGE else (value, value)
            if high > _ASCII[-1] and flags & re.IGNORECASE:
                # Some letters beyond ASCII are others of it in another case.
                return ((_DOUBT, None),)
            found.update(range(low, min(high, _ASCII[-1]) + 1))
            if high > _ASCII[-1]:
                found.add(_WIDE)
    if flags & re.IGNORECASE:
        found |= {ord(chr(one).swapcase()) for one in found if one in _ASCII}
        if found & _OTHER_CASES:
            found.add(_WIDE)
    if negated:
        found = set(_ASCII) - found | {_WIDE}
    return ((None if found.issuperset(_ASCII) else frozenset(found),),)


@lru_cache(maxsize=16)
def _category(category: Any, flags: int) -> frozenset[int]:
    one = re.compile(_CATEGORIES[category], flags)
    return frozenset(code for code in _ASCII if one.match(chr(code)))


def _place(value: Any, _: _How) -> tuple[Way, ...]:
    if value in (ops.AT_BEGINNING, ops.AT_BEGINNING_STRING):
        return ((_START,),)
    return ((_END,),) if value in (ops.AT_END, ops.AT_END_STRING) else ((_DOUBT,),)


def _group(value: Any, how: _How) -> tuple[Way, ...]:
    _, added, dropped, tree = value
    flags = how.flags & ~_TYPES if added & _TYPES else how.flags
    return _ways(tree, how._replace(flags=(flags | added) & ~dropped))


def _branch(value: Any, how: _How) -> tuple[Way, ...]:
    ways = tuple(way for tree in value[1] for way in _ways(tree, how))
    return ways if len(ways) <= _MOST_WAYS else _UNKNOWN


def _repeat(value: Any, how: _How) -> tuple[Way, ...]:
    low, high, tree = value
    ways = _ways(tree, how)
    if low == 0 and ways == ((None,),) and high is ops.MAXREPEAT:
        return ((_GAP,),)
    if low == 0:
        return ((_OPTIONAL,),)
    if low == high == 1:
        return ways
    plain = len(ways) == 1 and not any(isinstance(item, str) for item in ways[0])
    if not plain:
        more: Way = (_OPTIONAL,) if low == 1 else (_DOUBT, _OPTIONAL)
        return tuple((*more, *way) if how.first else (*way, *more) for way in ways)
    count = min(low, max(_LONGEST // max(len(ways[0]), 1), 1))
    more = (_OPTIONAL,) if high > low else ()
    if ways == ((None,),) and high is ops.MAXREPEAT:
        more = (_GAP,)
    if count < low:
        more = (_DOUBT, _OPTIONAL)
    way = ways[0] * count
    return ((*more, *way) if how.first else (*way, *more),)


_NODES: dict[Any, Callable[[Any, _How], tuple[Way, ...]]] = {
    ops.LITERAL: _literal,
    ops.NOT_LITERAL: _not_literal,
    ops.IN: _class,
    ops.AT: _place,
    ops.SUBPATTERN: _group,
    ops.BRANCH: _branch,
    ops.MAX_REPEAT: _repeat,
    ops.MIN_REPEAT: _repeat,
}
