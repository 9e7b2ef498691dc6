"""Keys and actions in words: as a person writes and reads them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tui.actions.kinds import ANYWHERE, LIST, READING, SCOPES, SIDEBAR, TIMELINE, TREE, Action

if TYPE_CHECKING:
    from collections.abc import Iterable

_SHOWN: Final = {
    "escape": "Esc",
    "enter": "Enter",
    "tab": "Tab",
    "shift+tab": "⇧Tab",
    "space": "space",
    "pagedown": "PgDn",
    "pageup": "PgUp",
    "home": "Home",
    "end": "End",
    "up": "↑",
    "down": "↓",
    "left": "←",
    "right": "→",
}
_WRITTEN: Final = {
    "esc": "escape",
    "return": "enter",
    "pgdn": "pagedown",
    "pgup": "pageup",
    "⇧tab": "shift+tab",
}


def split_scope(key: str) -> tuple[str, str]:
    """`list:space` → (`list`, `space`); a key without a scope gives an empty one."""
    scope, colon, rest = key.partition(":")
    return (scope, rest) if colon and rest and scope in SCOPES else ("", key)


def normal(key: str) -> str:
    """A key as a person may write it, as the registry does: `^D`, `Ctrl+d` → `ctrl+d`."""
    scope, key = split_scope(key.strip())
    parts = []
    for part in key.split():
        if len(part) == 1:
            parts.append(part)
        elif part[0] == "^" and len(part) == 2:
            parts.append(f"ctrl+{part[1].lower()}")
        else:
            lower = part.lower()
            parts.append(_WRITTEN.get(lower, lower))
    return f"{scope}:{' '.join(parts)}" if scope else " ".join(parts)


def shown(key: str) -> str:
    """How a key is written for a person: `ctrl+d` → `^d`, `pagedown` → `PgDn`."""
    _, key = split_scope(key)
    words = []
    for part in key.split(" "):
        if part in _SHOWN:
            words.append(_SHOWN[part])
        elif part.startswith("ctrl+"):
            words.append("^" + part[5:])
        elif len(part) > 1 and part[0] == "f" and part[1:].isdigit():
            words.append(part.upper())
        else:
            words.append(part)
    return " ".join(words)


_WHERE: Final = {
    (LIST,): "in the list",
    (TREE,): "in the record",
    (SIDEBAR,): "in the sidebar",
    (TIMELINE,): "in the timeline",
    (LIST, SIDEBAR): "in the list and the sidebar",
}
_NAMES: Final = {
    LIST: "list",
    TREE: "record",
    SIDEBAR: "sidebar",
    READING: "help",
    TIMELINE: "timeline",
}


def where(action: Action) -> str:
    """Where an action can be used, where that is not everywhere: `in the list`."""
    return _WHERE.get(action.scopes, "")


def used_in(keys: str, actions: Iterable[Action]) -> str:
    """Where a key means something, where that is not everywhere: `in the list and the record`."""
    found: dict[str, None] = {}
    for action in actions:
        for scope, key in map(split_scope, action.keys):
            if key == keys:
                found.update(dict.fromkeys([scope] if scope else action.scopes))
    if ANYWHERE in found:
        return ""
    names = [f"the {name}" for scope, name in _NAMES.items() if scope in found and scope != READING]
    *first, last = names or [""]
    return f"in {', '.join(first)} and {last}" if first else f"in {last}" if last else ""


def described(action: Action) -> str:
    """What an action does, and where, if that is not everywhere."""
    place, text = where(action), action.description
    return f"{place[0].upper()}{place[1:]}: {text[0].lower()}{text[1:]}" if place else text


def places_of(keys: Iterable[str]) -> list[tuple[str, str]]:
    """Each key as it is written, and the places where alone it works: `space`, `list, help`."""
    found: dict[str, list[str]] = {}
    for key in keys:
        scope, _ = split_scope(key)
        found.setdefault(shown(key), []).extend([_NAMES[scope]] if scope else [])
    return [(key, ", ".join(names)) for key, names in found.items()]
