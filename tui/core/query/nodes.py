"""The filter language's tree: what a filter says, one node a part.

`tui.core.query.parser` makes it. A tree says nothing of how it is answered:
`tui.core.matching.matcher` asks the index, `tui.core.matching.looking` whole records.
"""

from __future__ import annotations

from typing import NamedTuple, TypeAlias

# -- values: what the right side of `field:` may be


class Exact(NamedTuple):
    """This text and nothing else, whatever the case."""

    text: str


class Glob(NamedTuple):
    """A text with `*` and `?`, whatever the case; a backslash before one takes it as it is."""

    pattern: str


class Regex(NamedTuple):
    """Found anywhere in the text, the case as written."""

    pattern: str


class Present(NamedTuple):
    """`field:*`: there, and not null or empty."""


class Compare(NamedTuple):
    """A number beside this one."""

    operator: str
    """`>`, `>=`, `<`, `<=`."""
    number: float


class Network(NamedTuple):
    """`10.0.0.0/8`, `2001:db8::/32`: an address in it."""

    network: str


Value: TypeAlias = Exact | Glob | Regex | Present | Compare | Network

# -- predicates


class Word(NamedTuple):
    """A bare word or quoted words: found in any of the indexed columns, whatever the case."""

    text: str


class Pattern(NamedTuple):
    """A bare `/regex/`: found in any of the indexed columns."""

    pattern: str


class Field(NamedTuple):
    """An indexed field (its canonical name) has one of these values."""

    name: str
    values: tuple[Value, ...]


class Path(NamedTuple):
    """What stands at a path in the record, through arrays and decoded JSON, is one of these."""

    keys: tuple[str, ...]
    values: tuple[Value, ...]


class Text(NamedTuple):
    """`text:"…"`: anywhere in the record, as its strings read after decoding."""

    text: str


class Is(NamedTuple):
    """A flag's name: `denied`, `write`, `public`…"""

    name: str


class Time(NamedTuple):
    """Within [since, until): microseconds since 1970 UTC, None for an open end."""

    since: int | None
    until: int | None


class EventId(NamedTuple):
    """The event with this ID."""

    text: str


# -- what joins them


class Not(NamedTuple):
    node: Node


class And(NamedTuple):
    nodes: tuple[Node, ...]
    """None: everything."""


class Or(NamedTuple):
    nodes: tuple[Node, ...]


Node: TypeAlias = Word | Pattern | Field | Path | Text | Is | Time | EventId | Not | And | Or
