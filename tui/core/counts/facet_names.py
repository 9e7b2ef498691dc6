"""What a facet is: the fields that can be counted, the orders of their values, what is told of one.

Nothing here counts: the first paint needs it before the events are there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from tui.core.query.names import FACETS, FIELDS, nearest, top_level

if TYPE_CHECKING:
    from tui.core.index.rows import FacetValue

COUNT: Final = "count"
NAME: Final = "name"
RARE: Final = "rare"
ORDERS: Final = (COUNT, NAME, RARE)
SHOWN: Final = 2_000
"""Values that are made into texts; whoever wants others narrows them."""
NONE: Final = "(none)"
"""Stands for an event that has no value, where people read."""
WITH_ADDRESSES: Final = ("who", "role", "key")
"""Fields of which it matters from how many addresses each value came."""


class Facet(NamedTuple):
    """The values of a field that are shown, and what is known of the others."""

    values: list[FacetValue]
    distinct: int
    """How many values there are, of those that hold what was typed."""
    others: int
    """How many of them are not in `values`."""
    most: int
    """The largest count of any value, shown or not."""
    note: str = ""
    """What of the events was counted, where it is not all of them."""


EMPTY: Final = Facet([], 0, 0, 0)


class Seen(NamedTuple):
    """When a value was first and last seen, µs since 1970; None: only undated, or never."""

    first: int | None
    last: int | None


def field_name(name: str) -> str:
    """A facet by any of its names (`address` is `ip`), or a path: a dot or a quote is in it.

    Raises ValueError with what is wrong.
    """
    name = name.strip()
    lower = name.lower()
    if lower in FACETS:
        return lower
    for each in FACETS:
        if FIELDS.get(lower) == FIELDS[each]:
            return each
    if is_path(name) and ('"' in name or not any(map(str.isspace, name))):
        return name
    if top_level(name):
        raise ValueError(f"{name} is a field of the whole record: only its parts can be counted")
    near = nearest(name, FACETS)
    raise ValueError(f"There is no field {name}" + (f": do you mean {near}?" if near else ""))


def is_path(field: str) -> bool:
    """Is it not a field of the index but a place in the record?"""
    return "." in field or '"' in field


def value_text(field: str, value: str) -> str:
    """A value as a person reads it: what is empty has words too. It has yet to pass the gate."""
    return value or ("ok" if field == "result" else NONE)
