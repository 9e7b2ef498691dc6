"""How a value, a key and a path of a record are written in one line of the tree.

A string stands bare unless it could be taken for something else; then it stands in quotes, so
that types are told apart without colour. Nothing here passes the gate: whoever draws does that.
"""

from __future__ import annotations

import json
import re
from itertools import islice
from typing import Final

Key = str | int | None
"""A member's key, an array's index, or None for a record that is no container."""

Path = tuple[str | int, ...]

_PLAIN_KEY: Final = re.compile(r"[^\s.\"\\\[\]\x00-\x1f\x7f-\x9f]+")
_MISTAKABLE: Final = re.compile(
    r"true|false|null|NaN|-?Infinity|\{\}|\[\]|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|\".*|\s.*|.*\s",
    re.DOTALL,
)
_LONGEST_MISTAKABLE: Final = 400


def key_text(key: str) -> str:
    """The key bare, or as a JSON string where a path would otherwise be ambiguous."""
    return key if _PLAIN_KEY.fullmatch(key) else json.dumps(key, ensure_ascii=False)


def path_text(path: Path) -> str:
    """`requestParameters.Statement[0]."rest.action.multi"`."""
    parts: list[str] = []
    for key in path:
        if isinstance(key, int):
            parts.append(f"[{key}]")
        else:
            parts.append(f".{key_text(key)}" if parts else key_text(key))
    return "".join(parts)


def string_text(text: str) -> str:
    """The string as it is, in quotes when it is empty or looks like another type."""
    if not text or (len(text) <= _LONGEST_MISTAKABLE and _MISTAKABLE.fullmatch(text)):
        return f'"{text}"'
    return text


def scalar_json(value: object) -> str:
    """A string, number, true, false, null or empty container as JSON; huge numbers survive."""
    if isinstance(value, int) and not isinstance(value, bool):
        return number_text(value)
    return json.dumps(value, ensure_ascii=False)


def number_text(value: int | float) -> str:
    """The number's digits; hexadecimal beyond 4,300 of them, where Python refuses decimal."""
    try:
        return str(value)
    except ValueError:
        return hex(int(value))


def size_text(value: object) -> str:
    """How many members a container has, told apart by its brackets."""
    if isinstance(value, dict):
        return f"{{{len(value):,}}}"
    return f"[{len(value):,}]" if isinstance(value, list) else ""


def preview(value: object, limit: int) -> str:
    """The first members of a folded container, about `limit` characters; nothing below them."""
    parts: list[str] = []
    length = 0
    members: islice[tuple[str | None, object]]
    if isinstance(value, dict):
        members = islice(((str(key)[:limit], member) for key, member in value.items()), limit)
    elif isinstance(value, list):
        members = islice(((None, member) for member in value), limit)
    else:
        return ""
    for key, member in members:
        text = brief(member, limit)
        part = text if key is None else f"{key}: {text}"
        parts.append(part)
        length += len(part) + 2
        if length > limit:
            break
    return ", ".join(parts)


def brief(value: object, limit: int) -> str:
    """A value in at most about `limit` characters: containers by their size alone."""
    if isinstance(value, (dict, list)):
        return size_text(value) if value else ("{}" if isinstance(value, dict) else "[]")
    if isinstance(value, str):
        return string_text(value) if len(value) <= limit else value[:limit]
    return scalar_json(value)
