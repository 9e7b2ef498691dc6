"""Does a whole record hold what a path or a text asks for? Exact and obvious, and slow.

`tui.core.matching.looking_bytes` says without decoding which records are not worth asking here.

"Ignoring case" is `query_values.fold` on both sides: `STRASSE` finds `straße`. A number reads as
its JSON text (`5`, `0.5`), a boolean as `true` or `false`.
"""

from __future__ import annotations

import re
from functools import lru_cache, partial
from typing import TYPE_CHECKING, Any, TypeAlias
from urllib.parse import unquote

from tui.core.embedded import MAX_LAYERS, decode
from tui.core.query.nodes import Compare, Exact, Glob, Path, Present, Regex, Text, Value
from tui.core.query.values import fold, glob_matches, in_network, regex_matches

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Test: TypeAlias = Callable[[Any], bool]
    """Is this value, or the text that a leaf reads as, what was asked for?"""

_NUMBER = re.compile(r"\s*[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?\s*", re.ASCII)
_MOST_DIGITS = 400
_BEYOND = float("inf")


def holds(node: Path | Text, record: object) -> bool:
    """Does this record hold it? Never raises, whatever the record is."""
    if isinstance(node, Text):
        wanted = fold(node.text)
        return any(wanted in fold(text) for text in texts(record))
    tests = [(_test(value), isinstance(value, Present)) for value in node.values]
    for value in values_at(record, node.keys):
        leaf = None if isinstance(value, (dict, list)) else text_of(value)
        for test, whole in tests:
            if test(value) if whole else leaf is not None and test(leaf):
                return True
    return False


def text_of(value: object) -> str | None:
    """What a leaf reads as; None for null, an object, an array, and a number without digits."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return _digits(value)
    if isinstance(value, float) and -_BEYOND < value < _BEYOND:
        return repr(value)
    return None


def _digits(number: int) -> str | None:
    try:
        return str(number)
    except ValueError:  # Python writes no integer of more than 4,300 digits
        return None


# -- paths


def values_at(record: object, keys: tuple[str, ...]) -> Iterator[object]:
    """What stands at a path: through objects, any element of an array, and embedded JSON.

    A key means the field of exactly this name; if an object has none, those whose names differ
    in case only. A number may also count the elements of an array, from 0. Where an array stands
    at the path's end, its elements come too, also those of an array that is embedded JSON.
    """
    nodes = [record]
    for key in keys:
        nodes = [child for node in nodes for child in _below(node, key)]
    for node in nodes:
        yield from _with_elements(node)


def _below(node: object, key: str) -> Iterator[object]:
    work = [node]
    while work:
        value: Any = _opened(work.pop())
        if isinstance(value, list):
            if key.isascii() and key.isdecimal() and int(key[:9]) < len(value) and len(key) < 10:
                yield value[int(key)]
            work.extend(reversed(value))
        elif isinstance(value, dict):
            if key in value:
                yield value[key]
            else:
                folded = fold(key)
                yield from [value[name] for name in value if fold(name) == folded]


def _with_elements(node: object) -> Iterator[object]:
    work = [node]
    while work:
        value = work.pop()
        yield value
        inner = _opened(value)
        if isinstance(inner, list):
            work.extend(reversed(inner))


def _opened(value: object) -> object:
    """A value, or the object or array that a string holds."""
    if not isinstance(value, str):
        return value
    found = decode(value)
    return value if found is None else found.value


# -- texts


def texts(record: object) -> Iterator[str]:
    """Every key, string and number of a record, as they stand and as they read when decoded.

    Decoded is what is URL-encoded and what is embedded JSON, but not what is base64.
    """
    work = [record]
    while work:
        value: Any = work.pop()
        if isinstance(value, dict):
            for key in value:
                yield from _readings(key)
            work.extend(value.values())
        elif isinstance(value, list):
            work.extend(value)
        elif isinstance(value, str):
            yield from _readings(value)
            found = decode(value)
            if found is not None and "base64" not in found.encodings:
                work.append(found.value)
        elif not isinstance(value, bool):
            text = text_of(value)
            if text is not None:
                yield text


def _readings(text: str) -> Iterator[str]:
    """A text, and what it reads as when URL decoding is undone, more than once if need be."""
    yield text
    for _ in range(MAX_LAYERS):
        if "%" not in text:
            return
        before, text = text, unquote(text)
        if text == before:
            return
        yield text


# -- values


@lru_cache(256, typed=True)
def _test(value: Value) -> Test:
    """What a value asks: of the whole value for Present, of a leaf's text for the others."""
    if isinstance(value, Present):
        return _is_present
    if isinstance(value, Exact):
        wanted = fold(value.text)
        return lambda text: fold(text) == wanted
    if isinstance(value, Glob):
        return partial(glob_matches, value.pattern)
    if isinstance(value, Regex):
        return partial(regex_matches, value.pattern)
    if isinstance(value, Compare):
        return partial(_compares, value.operator, value.number)
    return partial(in_network, value.network)


def _is_present(value: object) -> bool:
    return value is not None and value not in ("", [], {})


def number_of(text: str) -> float | None:
    """The number that a text is, None if it is none."""
    if len(text) > _MOST_DIGITS or not _NUMBER.fullmatch(text):
        return None
    return float(text)


def _compares(operator: str, limit: float, text: str) -> bool:
    number = number_of(text)
    if number is None:
        return False
    if number == limit:
        return operator in (">=", "<=")
    return (number > limit) == operator.startswith(">")
