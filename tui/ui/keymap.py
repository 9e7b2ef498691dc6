"""Which action a key stands for, after what a person changed in the settings."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from tui.actions.registry import ACTIONS, ANYWHERE, Action, normal, shown, split_scope

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_NAME: Final = (
    "(?:enter|escape|tab|backspace|delete|insert|home|end|pageup|pagedown|up|down|left|right|space"
    "|f[0-9]{1,2})"
)
_KEY: Final = re.compile(rf"\S|ctrl\+[a-z]|(?:(?:ctrl|shift|alt)\+)*{_NAME}")
"""What a terminal can send: `?`, `ctrl+d`, `shift+tab`; Alt and a letter are Esc and the letter."""


class Keymap:
    """Which action a key stands for in a scope, after what a person changed."""

    def __init__(self, overrides: Mapping[str, Iterable[str]] | None = None) -> None:
        self.complaints: list[str] = []
        """What is wrong with the overrides: a sentence each."""
        self._keys: dict[str, tuple[str, ...]] = {action.id: action.keys for action in ACTIONS}
        self._table: dict[tuple[str, str], Action] = {}
        self._prefixes: set[tuple[str, str]] = set()
        changed = self._read(overrides or {})
        # What a person chose takes a key away from what has it by default.
        for action in sorted(ACTIONS, key=lambda action: action.id not in changed):
            self._claim(action, changed)
        self._leave_to_those_everywhere()
        for scope, keys in self._table:
            first, space, _ = keys.partition(" ")
            if space:
                self._prefixes.add((scope, first))

    def _read(self, overrides: Mapping[str, Iterable[str]]) -> set[str]:
        changed = set()
        for name, keys in overrides.items():
            identity = name.replace("-", "_")
            if identity not in self._keys:
                self.complaints.append(f"keys: there is no action named {name}")
                continue
            changed.add(identity)
            listed = (keys,) if isinstance(keys, str) else keys
            self._keys[identity] = tuple(filter(self._can_be_pressed, map(normal, listed)))
        return changed

    def _can_be_pressed(self, key: str) -> bool:
        wrong = [part for part in split_scope(key)[1].split(" ") if not _KEY.fullmatch(part)]
        if wrong:
            self._complain(f"keys: a terminal sends no key {wrong[0]}")
        return not wrong

    def _complain(self, text: str) -> None:
        if text not in self.complaints:
            self.complaints.append(text)

    def _claim(self, action: Action, changed: set[str]) -> None:
        kept = []
        for key in self._keys[action.id]:
            only, plain = split_scope(key)
            won = False
            for scope in (only,) if only else action.scopes:
                owner = self._table.setdefault((scope, plain), action)
                if owner is action:
                    won = True
                elif action.id in changed:
                    self._complain(
                        f"keys: {shown(plain)} is given to both {owner.id} and {action.id};"
                        f" {owner.id} has it"
                    )
            if won:
                kept.append(key)
        self._keys[action.id] = tuple(kept)

    def _leave_to_those_everywhere(self) -> None:
        """What works everywhere is found before all that has the same key."""
        for (scope, keys), action in list(self._table.items()):
            owner = self._table.get((ANYWHERE, keys), action)
            if owner is not action:
                del self._table[scope, keys]
                self._keys[action.id] = tuple(
                    key for key in self._keys[action.id] if split_scope(key)[1] != keys
                )
                self._complain(f"keys: {shown(keys)} is that of {owner.id}, not of {action.id}")

    def find(self, scopes: Iterable[str], keys: str) -> Action | None:
        """The action that these keys (one, or two with a space between) stand for."""
        for scope in scopes:
            action = self._table.get((scope, keys))
            if action is not None:
                return action
        return None

    def is_prefix(self, scopes: Iterable[str], key: str) -> bool:
        """Whether another key must follow this one."""
        return any((scope, key) in self._prefixes for scope in scopes)

    def continuations(self, scopes: Iterable[str], prefix: str) -> list[tuple[str, Action]]:
        """What may follow a prefix: (key, action), in the registry's order."""
        found = {}
        for scope in scopes:
            for (where, keys), action in self._table.items():
                first, _, second = keys.partition(" ")
                if where == scope and first == prefix and second:
                    found[action.id] = (second, action)
        return [found[action.id] for action in ACTIONS if action.id in found]

    def keys_of(self, action_id: str) -> tuple[str, ...]:
        """The keys that an action has now."""
        return self._keys[action_id]

    def first_key(self, action_id: str, scope: str = "") -> str:
        """The key to name to a person, as it is written for one; empty if it has none."""
        for key in self._keys[action_id]:
            only, plain = split_scope(key)
            if not only or not scope or only == scope:
                return shown(plain)
        return ""

    def by_key(self) -> list[tuple[str, str, Action]]:
        """Every (scope, keys, action) there is."""
        return [(scope, keys, action) for (scope, keys), action in self._table.items()]
