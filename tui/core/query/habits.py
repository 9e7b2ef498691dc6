"""How other tools write a filter: what is meant is said, where it would only find nothing."""

from __future__ import annotations

import re
from typing import Final

from tui.core.query.names import FIELDS, MEANT, OTHERS, top_level

_JOINS = {"&&": "and, or the two side by side", "||": "or", "!": "- right before it"}
_COMPARED = re.compile(r"(!?)(@?[A-Za-z][\w.@-]*)(==|!=|=~|!~|=|:)(.*)", re.DOTALL)
ONE_WORD: Final = frozenset(
    (
        *("service", "event", "region", "account", "error"),
        *("identity_type", "type", "result", "category", "address", "key"),
    )
)
"""Fields of the index whose values hold no comma."""


def elsewhere_written(word: str) -> str:
    """What a bare word is in this language, where it looks like a filter of another; else ""."""
    if word in _JOINS:
        return _JOINS[word]
    found = _COMPARED.fullmatch(word)
    if found is None:
        return ""
    denied, name, operator, value = found.groups()
    name = MEANT.get(name.lower(), name)
    first = name.partition(".")[0].lower()
    if not (first in FIELDS or first in OTHERS or top_level(first)):
        return ""
    if operator == ":" and not denied:
        return ""
    minus = "-" if bool(denied) != operator.startswith("!") else ""
    value = value.strip("\"'") or "value"
    return f"{minus}{name}:/{value}/" if "~" in operator else f"{minus}{name}:{value}"
