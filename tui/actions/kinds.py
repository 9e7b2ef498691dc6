"""What an action is: a thing that a key or a command can do, and where."""

from __future__ import annotations

from typing import Final, NamedTuple

LIST: Final = "list"
TREE: Final = "tree"
SIDEBAR: Final = "sidebar"
READING: Final = "reading"
"""The screens that are only read: help, coverage and problems, sources."""
TIMELINE: Final = "timeline"
"""The large timeline; keys that have no meaning there have that of the list."""
ANYWHERE: Final = "anywhere"

PANES: Final = (LIST, TREE, SIDEBAR)
EVERY: Final = (*PANES, READING)
SCOPES: Final = (*EVERY, TIMELINE, ANYWHERE)


class Action(NamedTuple):
    """One thing a person can do.

    A key is written as on the keyboard (`j`, `ctrl+d`, `pagedown`); `y e` is one key after
    the other; `list:space` is that key in that scope alone.
    """

    id: str
    keys: tuple[str, ...]
    title: str
    description: str
    group: str
    scopes: tuple[str, ...]
    command: str = ""
    """Its name on the `:` line; the id with hyphens where this is empty."""
    argument: str = ""
    """What may follow the name on the `:` line, e.g. `TIME`."""
    hint: str = ""
    """A word for the status line; empty for what is not hinted at."""

    @property
    def command_name(self) -> str:
        """The name that the `:` line knows it by."""
        return self.command or self.id.replace("_", "-")


def action(
    id: str,  # noqa: A002 (the field's name)
    keys: str,
    title: str,
    description: str,
    scopes: tuple[str, ...],
    *,
    command: str = "",
    argument: str = "",
    hint: str = "",
) -> Action:
    """An entry of a group; its keys stand in one text, commas between them."""
    split = tuple(keys.split(", ")) if keys else ()
    return Action(id, split, title, description, "", scopes, command, argument, hint)


def group(name: str, *actions: Action) -> list[Action]:
    return [each._replace(group=name) for each in actions]
