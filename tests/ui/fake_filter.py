"""Filters over made-up events, one event at a time: slow, simple, and blind to records."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from tui.core.query.nodes import And, Exact, Field, Glob, Is, Not, Or, Time, Word
from tui.core.rules.flags import Level

if TYPE_CHECKING:
    from collections.abc import Callable

    from tui.core.index.rows import EventRow
    from tui.core.query.nodes import Node


def field_text(row: EventRow, field: str) -> str:
    """What a row has in an indexed field; nothing in those that it does not show."""
    if field == "event":
        return row.event.partition(":")[2]
    if field == "category":
        return "Management"
    value = getattr(row, field, "")
    return value if isinstance(value, str) else ""


def passes(node: Node, row: EventRow) -> bool:
    """Whether a filter lets a row through; records are not looked at."""
    if isinstance(node, And):
        return all(passes(each, row) for each in node.nodes)
    if isinstance(node, Or):
        return any(passes(each, row) for each in node.nodes)
    if isinstance(node, Not):
        return not passes(node.node, row)
    if isinstance(node, Word):
        shown = (row.who, row.event, row.target, row.address, row.region, row.service)
        return any(node.text.lower() in text.lower() for text in shown)
    if isinstance(node, Field):
        text = field_text(row, node.name).lower()
        return any(_is_value(value, text) for value in node.values)
    if isinstance(node, Time):
        time = row.time if row.time is not None else -1
        return (node.since or 0) <= time < (node.until or 1 << 62)
    if isinstance(node, Is):
        return _FLAGS.get(node.name, lambda _: False)(row)
    return False


def _is_value(value: object, text: str) -> bool:
    if isinstance(value, Exact):
        return value.text.lower() == text
    return isinstance(value, Glob) and fnmatchcase(text, value.pattern.lower())


_FLAGS: dict[str, Callable[[EventRow], bool]] = {
    "aws": lambda row: row.by_aws,
    "human": lambda row: not row.by_aws,
    "write": lambda row: row.level == Level.CHANGE,
    "read": lambda row: row.level in (Level.READ, Level.SENSITIVE),
    "error": lambda row: row.result != "",
    "denied": lambda row: row.result == "denied",
    "routine": lambda row: row.result == "absent",
    "throttled": lambda row: row.result == "throttled",
    "root": lambda row: row.who == "root",
}
