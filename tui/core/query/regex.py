"""Regular expressions that a person types: are they sound, what must a match hold, how long.

Python's `re` goes back and tries again, and some patterns do so for years. Those that repeat a
repetition are refused when they are read. Others may still be slow over a text made for it, so
that whoever tries many texts does it within `limited`: `re` looks for signals while it matches.
"""

from __future__ import annotations

import re
import signal
import threading
import warnings
from contextlib import contextmanager
from functools import lru_cache
from re import _constants as ops  # type: ignore[attr-defined] # the parse tree has no other door
from re import _parser  # type: ignore[attr-defined]
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_SUBJECT = 4096
"""Characters of a text that a regex sees; the index keeps no longer ones."""
_MAX_PATTERN = 1000
_MANY = 16
_REPEATS = (ops.MAX_REPEAT, ops.MIN_REPEAT)


class RegexError(ValueError):
    """What is wrong with a regex, as a sentence, and where in it."""

    def __init__(self, message: str, position: int = 0) -> None:
        super().__init__(message)
        self.position = position


class TooSlow(Exception):  # noqa: N818 - it says of a pattern what it is
    """A regex took longer than it may."""


def given_up(pattern: str) -> str:
    """What is said of a regex that took too long."""
    return f"/{pattern}/ takes too long and was given up"


class Compiled(NamedTuple):
    regex: re.Pattern[str]
    tree: Any
    """What `re` read."""


@lru_cache(maxsize=256)
def compiled(pattern: str) -> Compiled:
    """A regex ready for use. Raises RegexError."""
    if len(pattern) > _MAX_PATTERN:
        raise RegexError(f"A regex may have {_MAX_PATTERN} characters", _MAX_PATTERN)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            regex = re.compile(pattern)
            tree = _parser.parse(pattern)
        _refuse_nested(tree, inside=False)
        return Compiled(regex, tree)
    except re.error as error:
        raise RegexError(f"No regex: {error.msg}", error.pos or 0) from None
    except (RecursionError, OverflowError, ValueError) as error:
        if isinstance(error, RegexError):
            raise
        raise RegexError("No regex: it is too large or too deep") from None


def find_regex(pattern: str, text: str) -> bool:
    """Whether the regex is found in the text, or in as much of it as is looked at."""
    return compiled(pattern).regex.search(text[:MAX_SUBJECT]) is not None


@contextmanager
def limited(seconds: float) -> Iterator[None]:
    """Raise TooSlow if what is inside takes longer. In a thread beside the main one it may."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def stop(*_: object) -> None:
        raise TooSlow

    before = signal.signal(signal.SIGALRM, stop)
    try:
        signal.setitimer(signal.ITIMER_REAL, seconds)
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def _refuse_nested(tree: Any, *, inside: bool) -> None:
    """Raise RegexError where a repetition is repeated and nothing fixed stands between."""
    for op, value in tree:
        if op in _REPEATS:
            low, high, inner = value
            many = high > _MANY
            if inside and high > low and high > 1:
                raise RegexError("A repetition of a repetition, such as (a+)+, can take for ever")
            _refuse_nested(inner, inside=many and not _has_fixed(inner))
        else:
            for inner in _inner(op, value):
                _refuse_nested(inner, inside=inside)


def _inner(op: Any, value: Any) -> list[Any]:
    """The trees in a node."""
    if op is ops.BRANCH:
        return list(value[1])
    if op is ops.SUBPATTERN:
        return [value[3]]
    if op in (ops.ASSERT, ops.ASSERT_NOT):
        return [value[1]]
    if op is ops.GROUPREF_EXISTS:
        return [one for one in value[1:] if one is not None]
    # ATOMIC_GROUP and POSSESSIVE_REPEAT do not go back.
    return []


def _has_fixed(tree: Any) -> bool:
    """Whether a character stands in it that is always there."""
    if len(tree) == 1 and tree[0][0] is ops.SUBPATTERN:
        return _has_fixed(tree[0][1][3])
    return len(tree) > 1 and any(op is ops.LITERAL for op, _ in tree)
