"""The registry of everything that a key or a command can do.

Key bindings, the hints of the status line, the help screen, the palette, the `:` line and
the README's key table are all made from `ACTIONS`. To add an action, add one entry here and
one method `action_<id>` to the pane, screen or app that carries it out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

LIST: Final = "list"
TREE: Final = "tree"
SIDEBAR: Final = "sidebar"
READING: Final = "reading"
"""The screens that are only read: help, coverage and problems."""
ANYWHERE: Final = "anywhere"

PANES: Final = (LIST, TREE, SIDEBAR)
EVERY: Final = (*PANES, READING)
SCOPES: Final = (*EVERY, ANYWHERE)


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


def _action(
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


def _group(name: str, *actions: Action) -> list[Action]:
    return [action._replace(group=name) for action in actions]


ACTIONS: Final[tuple[Action, ...]] = (
    *_group(
        "Moving",
        _action("cursor_down", "j, down", "Down", "One line down.", EVERY),
        _action("cursor_up", "k, up", "Up", "One line up.", EVERY),
        _action("half_page_down", "ctrl+d", "Half a page down", "Half a page down.", EVERY),
        _action("half_page_up", "ctrl+u", "Half a page up", "Half a page up.", EVERY),
        _action(
            "page_down", "pagedown, list:space, reading:space", "Page down", "A page down.", EVERY
        ),
        _action("page_up", "pageup, b", "Page up", "A page up.", EVERY),
        _action("home", "g, home", "First", "To the first line, the oldest event.", EVERY),
        _action(
            "end",
            "G, end",
            "Last",
            "To the last line; in the list the newest event, and follow.",
            EVERY,
        ),
        _action(
            "next_failed",
            "e",
            "Next failure",
            "To the next denied or failed event.",
            PANES,
            hint="failed",
        ),
        _action(
            "previous_failed",
            "E",
            "Previous failure",
            "To the previous denied or failed event.",
            PANES,
        ),
        _action("next_change", "w", "Next change", "To the next change.", PANES),
        _action("previous_change", "W", "Previous change", "To the previous change.", PANES),
        _action(
            "go_to_time",
            "t",
            "Go to a time",
            "Ask for a time (2h ago, 14:30, 2026-01-31T12:00) and go there.",
            PANES,
            command="go",
            argument="TIME",
        ),
        _action(
            "follow",
            "f",
            "Follow",
            "Keep the newest event in view and under the cursor.",
            PANES,
            hint="follow",
        ),
    ),
    *_group(
        "Panes",
        _action("next_pane", "tab", "Next pane", "To the next pane.", PANES),
        _action("previous_pane", "shift+tab", "Previous pane", "To the previous pane.", PANES),
        _action(
            "open_detail",
            "enter, l",
            "Open",
            "Open the event: go to its detail.",
            (LIST,),
            hint="open",
        ),
        _action(
            "back",
            "escape, list:h, sidebar:h, reading:h",
            "Back",
            "Go back to the list; while events are being read, stop reading.",
            EVERY,
        ),
        _action(
            "detail_down",
            "J",
            "Scroll the detail down",
            "Beside the list scroll the detail down; where it fills the screen, the next event.",
            PANES,
        ),
        _action(
            "detail_up",
            "K",
            "Scroll the detail up",
            "Beside the list scroll the detail up; where it fills the screen, the previous event.",
            PANES,
        ),
        _action("sidebar", "s", "Sidebar", "Show or hide the sidebar.", PANES),
        _action("detail_larger", "+", "Larger detail", "Make the detail larger.", PANES),
        _action("detail_smaller", "-", "Smaller detail", "Make the detail smaller.", PANES),
    ),
    *_group(
        "The record",
        _action(
            "fold_or_parent",
            "h, left",
            "Fold",
            "Fold what is open; else go to its parent; from the top, back to the list.",
            (TREE,),
        ),
        _action("unfold", "l, right", "Unfold", "Open what is folded.", (TREE,)),
        _action(
            "toggle_fold",
            "space, enter",
            "Fold or unfold",
            "Open what is folded, fold what is open.",
            (TREE,),
            hint="fold",
        ),
        _action("unfold_all", ">", "Unfold all", "Open everything.", (TREE,)),
        _action("fold_all", "<", "Fold all", "Fold everything.", (TREE,)),
        _action("to_parent", "H", "To the parent", "To what contains it.", (TREE,)),
        _action(
            "toggle_raw",
            "x",
            "Raw or decoded",
            "Show the string under the cursor as it was sent, or decoded.",
            (TREE,),
            hint="raw",
        ),
    ),
    *_group(
        "Filtering",
        _action(
            "column_left",
            "left",
            "Column to the left",
            "Choose the column to the left: = ! and y v act on it.",
            (LIST,),
        ),
        _action(
            "column_right",
            "right",
            "Column to the right",
            "Choose the column to the right: = ! and y v act on it.",
            (LIST,),
        ),
        _action(
            "only",
            "=, sidebar:enter",
            "Only this",
            "Only events with this value (the chosen column's, or the sidebar's); again: all.",
            (LIST, SIDEBAR),
            hint="only",
        ),
        _action(
            "exclude",
            "!",
            "Without this",
            "Without events that have this value; in the sidebar again brings them back.",
            (LIST, SIDEBAR),
            hint="without",
        ),
        _action(
            "toggle_value",
            "space",
            "This one too",
            "Take this value in, or out again.",
            (SIDEBAR,),
            hint="add",
        ),
        _action("all_values", "a", "All", "All values again.", (SIDEBAR,), hint="all"),
        _action(
            "toggle_aws", "A", "AWS-made", "Hide or show what AWS services do by themselves.", PANES
        ),
    ),
    *_group(
        "Copying",
        _action("copy_event", "y e", "Copy the event", "Copy the whole event as JSON.", PANES),
        _action(
            "copy_value",
            "y v",
            "Copy the value",
            "Copy the value under the cursor: the chosen column's, the tree's, the sidebar's.",
            PANES,
        ),
        _action("copy_key", "y k", "Copy the key", "Copy the name of the field.", PANES),
        _action(
            "copy_path",
            "y p",
            "Copy the path",
            "Copy the path of the field in the record.",
            (TREE,),
        ),
        _action("copy_id", "y i", "Copy the eventID", "Copy the eventID.", PANES),
        _action(
            "page_record",
            "o",
            "Read in the pager",
            "The record, decoded, in $PAGER.",
            PANES,
            command="pager",
        ),
        _action(
            "edit_record",
            "O",
            "Open in the editor",
            "A copy of the record, decoded, in $EDITOR.",
            PANES,
            command="editor",
        ),
    ),
    *_group(
        "View",
        _action(
            "cycle_time",
            "z",
            "Time display",
            "Times in UTC, in the local zone, or as how long ago.",
            PANES,
            command="zone",
        ),
        _action("look_now", "r", "Look now", "Look for new files now.", PANES),
        _action(
            "problems",
            "P",
            "Coverage and problems",
            "What was read, what cannot be in it, what could not be read and why.",
            PANES,
        ),
    ),
    *_group(
        "Program",
        _action(
            "command_line",
            ":",
            "Command line",
            "A line for commands with arguments.",
            PANES,
            command="command",
        ),
        _action("palette", "ctrl+p", "Palette", "Find an action by its name.", PANES),
        _action("help", "?, f1", "Help", "This help.", EVERY, hint="help"),
        _action("suspend", "ctrl+z", "Suspend", "Back to the shell; fg returns.", EVERY),
        _action("quit", "q", "Back or quit", "Go back; from the list, quit.", EVERY),
        _action("quit_now", "ctrl+c", "Quit now", "Quit at once.", (ANYWHERE,)),
    ),
)

BY_ID: Final[dict[str, Action]] = {action.id: action for action in ACTIONS}
BY_COMMAND: Final[dict[str, Action]] = {action.command_name: action for action in ACTIONS}

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


def groups() -> list[tuple[str, list[Action]]]:
    """The actions by group, in the registry's order."""
    found: dict[str, list[Action]] = {}
    for action in ACTIONS:
        found.setdefault(action.group, []).append(action)
    return list(found.items())


_WHERE: Final = {
    (LIST,): "in the list",
    (TREE,): "in the record",
    (SIDEBAR,): "in the sidebar",
    (LIST, SIDEBAR): "in the list and the sidebar",
}
_NAMES: Final = {LIST: "list", TREE: "record", SIDEBAR: "sidebar", READING: "help"}


def where(action: Action) -> str:
    """Where an action can be used, where that is not everywhere: `in the list`."""
    return _WHERE.get(action.scopes, "")


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


def key_table() -> str:
    """The README's table of keys, in Markdown."""
    lines = ["| keys | action |", "| --- | --- |"]
    for group, actions in groups():
        lines.append(f"| **{group}** | |")
        for action in actions:
            keys = " ".join(
                f"`{key}` ({places})" if places else f"`{key}`"
                for key, places in places_of(action.keys)
            )
            lines.append(f"| {keys} | {described(action)} |".replace("`|`", r"`\|`"))
    return "\n".join(lines) + "\n"
