"""The filter language's smallest parts: where a name, a word, a quoted text or a regex ends."""

from __future__ import annotations

import re
from typing import NamedTuple

OPERATORS = (":", ">=", "<=", ">", "<")

_SPACE = re.compile(r"\s*")
_BARE = re.compile(r"[^\s()]+")
_SEGMENT = re.compile(r"[^\W\d][\w@$-]*|@[\w@$-]+")
_FURTHER = re.compile(r"[\w@$/-]+")
_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)("?)', re.DOTALL)
_REGEX = re.compile(r"/((?:[^/\\]|\\.)*)(/?)", re.DOTALL)
_ESCAPED = re.compile(r'\\(["\\])')


class QueryError(Exception):
    """A text that is no filter: what was expected, and the place in the text."""

    def __init__(self, message: str, start: int, end: int) -> None:
        super().__init__(message)
        self.message = message
        self.start = start
        self.end = end


class Name(NamedTuple):
    """What stands before a colon or a comparison: `service:`, `requestParameters."a.b">`.

    A field of the record that the language does not know stands in quotes: `"@version":`.
    """

    keys: tuple[str, ...]
    quoted: bool
    """A part of it is in quotes, so that it can only be a path."""
    operator: str
    start: int
    end: int
    """Behind the operator."""


class Part(NamedTuple):
    """A word, a quoted text or a regex, as it was meant."""

    kind: str
    """`bare`, `quoted`, `regex`."""
    text: str
    start: int
    end: int
    closed: bool = True
    """False: its second quote or slash is missing."""


def skip(text: str, at: int) -> int:
    """The place of the next character that is no space."""
    match = _SPACE.match(text, at)
    return match.end() if match else at


def read_name(text: str, at: int) -> Name | None:
    """The name that begins here, if a colon or a comparison stands behind it."""
    start = at
    first = _QUOTED.match(text, at)
    quoted = first is not None and bool(first[2])
    match = first if quoted else _SEGMENT.match(text, at)
    if match is None:
        return None
    keys, at = [unescaped(match[1]) if quoted else match[0]], match.end()
    while text.startswith(".", at):
        further = _QUOTED.match(text, at + 1)
        if further is not None and further[2]:
            keys.append(unescaped(further[1]))
            quoted = True
        else:
            further = _FURTHER.match(text, at + 1)
            if further is None:
                return None
            keys.append(further[0])
        at = further.end()
    for operator in OPERATORS:
        if text.startswith(operator, at):
            return Name(tuple(keys), quoted, operator, start, at + len(operator))
    return None


def read_part(text: str, at: int) -> Part | None:
    """The word, quoted text or regex that begins here; None where a bracket or the end is."""
    match = _QUOTED.match(text, at)
    if match is not None:
        return Part("quoted", unescaped(match[1]), at, match.end(), bool(match[2]))
    match = _REGEX.match(text, at)
    if match is not None:
        written = match[1].replace("\\/", "/")
        return Part("regex", written, at, match.end(), bool(match[2]))
    match = _BARE.match(text, at)
    if match is None:
        return None
    return Part("bare", match[0], at, match.end())


def unescaped(written: str) -> str:
    """What a text in quotes says: a backslash takes a quote and another backslash as they are."""
    return _ESCAPED.sub(r"\1", written)


def in_quotes(text: str) -> str:
    """A text as it stands in quotes."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def ends_well(text: str, at: int) -> bool:
    """Whether a quoted text or a regex that ends here is followed by a space or a bracket."""
    return at >= len(text) or text[at].isspace() or text[at] in "()"
