"""The filter step of a value in the record: anywhere first where it names one thing, then there."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, NamedTuple

from tui.core.query.lexer import in_quotes
from tui.core.query.names import top_level
from tui.core.query.parser import quoted
from tui.core.text import MASK

if TYPE_CHECKING:
    from tui.core.filters.steps import Steps
    from tui.core.record.outline_text import Path

_NAMES_ONE_THING = re.compile(
    r"""(?x)
    (?:AKIA|ASIA|AIDA|AROA|AGPA|ANPA|ANVA|APKA|ABIA|ACCA)[A-Z0-9]{12,}   # keys, unique IDs
    | arn:aws[a-z-]*:[^\s]+
    | \d{1,3}(?:\.\d{1,3}){3}                                            # an IPv4 address
    | (?=[0-9a-fA-F:.]*:[0-9a-fA-F:.]*:)[0-9a-fA-F:.]+                   # an IPv6 address
    | i-[0-9a-f]{8,}
    | [0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}               # eventID
    """
)
_PLAIN_KEY = re.compile(r"[^\W\d][\w@$-]*", re.ASCII)
_BARE = re.compile(r"[A-Za-z0-9][\w.-]*", re.ASCII)
_LONGEST = 1_000
"""Characters of a value that a filter takes."""


class LeafError(Exception):
    """A place in the record of which no filter can be made; says why."""


class Leaf(NamedTuple):
    """The filters of one value."""

    here: str
    """In its path."""
    anywhere: str
    """In any column; empty for a value that does not name one thing."""


def leaf_of(path: Path, value: object) -> Leaf:
    """The filters of the value at a path. Raises LeafError."""
    keys = [key for key in path if isinstance(key, str)]
    if not keys:
        raise LeafError("This record has no fields to filter by")
    if isinstance(value, dict | list) and value:
        raise LeafError("This is no single value: open it and choose one inside")
    name = ".".join(key if _PLAIN_KEY.fullmatch(key) else in_quotes(key) for key in keys)
    if len(keys) == 1 and top_level(name) != name:
        # Alone and bare it would be one of the language's own names, or none.
        name = in_quotes(keys[0])
    if value is None or isinstance(value, dict | list) or value == "":
        return Leaf(f"-{name}:*", "")
    text = value if isinstance(value, str) else json.dumps(value)
    if MASK in text:
        raise LeafError("This value is masked: it cannot be looked for")
    if len(text) > _LONGEST:
        raise LeafError(f"This value is too long for a filter: {len(text):,} characters")
    anywhere = ""
    if isinstance(value, str) and _NAMES_ONE_THING.fullmatch(text):
        anywhere = text if _BARE.fullmatch(text) else in_quotes(text)
    return Leaf(f"{name}:{quoted(text)}", anywhere)


class Turn(NamedTuple):
    """What a press of a key on a value does to the steps."""

    number: int
    """The step that goes; -1: none does."""
    text: str
    """The step that comes; empty: none does."""


def turn_of(leaf: Leaf, steps: Steps, *, out: bool) -> Turn:
    """From no step to one on the value anywhere, then to one in its path, then to none."""
    sign = "-" if out else ""
    here = leaf.here[1:] if out and leaf.here.startswith("-") else sign + leaf.here
    texts = {step.text: number for number, step in enumerate(steps.all) if step in steps.active}
    if here in texts:
        return Turn(texts[here], "")
    anywhere = sign + leaf.anywhere
    if leaf.anywhere and anywhere in texts:
        return Turn(texts[anywhere], here)
    return Turn(-1, anywhere if leaf.anywhere else here)
