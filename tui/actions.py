"""The registry of everything that a key or a command can do.

Key bindings, the hints of the status line, the help screen, the palette, the `:` line and
the README's key table are all made from `ACTIONS`. To add an action, add one entry here and
one method `action_<id>` to the pane, screen or app that carries it out.
"""

from __future__ import annotations

from typing import Final, NamedTuple

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


ACTIONS: Final[tuple[Action, ...]] = (
    Action("cursor_down", ("j", "down"), "Down", "One line down.", "Moving", EVERY),
    Action("cursor_up", ("k", "up"), "Up", "One line up.", "Moving", EVERY),
    Action("half_page_down", ("ctrl+d",), "Half a page down", "Half a page down.", "Moving", EVERY),
    Action("half_page_up", ("ctrl+u",), "Half a page up", "Half a page up.", "Moving", EVERY),
    Action(
        "page_down",
        ("pagedown", "list:space", "reading:space"),
        "Page down",
        "A page down.",
        "Moving",
        EVERY,
    ),
    Action("page_up", ("pageup", "b"), "Page up", "A page up.", "Moving", EVERY),
    Action("home", ("g", "home"), "First", "To the first line, the oldest event.", "Moving", EVERY),
    Action(
        "end",
        ("G", "end"),
        "Last",
        "To the last line; in the list the newest event, and follow.",
        "Moving",
        EVERY,
    ),
    Action(
        "next_failed",
        ("e",),
        "Next failure",
        "To the next denied or failed event.",
        "Moving",
        PANES,
        hint="failed",
    ),
    Action(
        "previous_failed",
        ("E",),
        "Previous failure",
        "To the previous denied or failed event.",
        "Moving",
        PANES,
    ),
    Action("next_change", ("w",), "Next change", "To the next change.", "Moving", PANES),
    Action(
        "previous_change", ("W",), "Previous change", "To the previous change.", "Moving", PANES
    ),
    Action(
        "go_to_time",
        ("t",),
        "Go to a time",
        "Ask for a time (2h ago, 14:30, 2026-01-31T12:00) and go there.",
        "Moving",
        PANES,
        command="go",
        argument="TIME",
    ),
    Action(
        "follow",
        ("f",),
        "Follow",
        "Keep the newest event in view and under the cursor.",
        "Moving",
        PANES,
        hint="follow",
    ),
    Action("next_pane", ("tab",), "Next pane", "To the next pane.", "Panes", PANES),
    Action(
        "previous_pane", ("shift+tab",), "Previous pane", "To the previous pane.", "Panes", PANES
    ),
    Action(
        "open_detail",
        ("enter", "l"),
        "Open",
        "Open the event: go to its detail.",
        "Panes",
        (LIST,),
        hint="open",
    ),
    Action(
        "back",
        ("escape", "list:h", "sidebar:h", "reading:h"),
        "Back",
        "Go back to the list; while events are being read, stop reading.",
        "Panes",
        EVERY,
    ),
    Action(
        "detail_down",
        ("J",),
        "Scroll the detail down",
        "Beside the list scroll the detail down; where it fills the screen, the next event.",
        "Panes",
        PANES,
    ),
    Action(
        "detail_up",
        ("K",),
        "Scroll the detail up",
        "Beside the list scroll the detail up; where it fills the screen, the previous event.",
        "Panes",
        PANES,
    ),
    Action("sidebar", ("s",), "Sidebar", "Show or hide the sidebar.", "Panes", PANES),
    Action("detail_larger", ("+",), "Larger detail", "Make the detail larger.", "Panes", PANES),
    Action("detail_smaller", ("-",), "Smaller detail", "Make the detail smaller.", "Panes", PANES),
    Action(
        "fold_or_parent",
        ("h", "left"),
        "Fold",
        "Fold what is open; else go to its parent; from the top, back to the list.",
        "The record",
        (TREE,),
    ),
    Action("unfold", ("l", "right"), "Unfold", "Open what is folded.", "The record", (TREE,)),
    Action(
        "toggle_fold",
        ("space", "enter"),
        "Fold or unfold",
        "Open what is folded, fold what is open.",
        "The record",
        (TREE,),
        hint="fold",
    ),
    Action("unfold_all", (">",), "Unfold all", "Open everything.", "The record", (TREE,)),
    Action("fold_all", ("<",), "Fold all", "Fold everything.", "The record", (TREE,)),
    Action("to_parent", ("H",), "To the parent", "To what contains it.", "The record", (TREE,)),
    Action(
        "toggle_raw",
        ("x",),
        "Raw or decoded",
        "Show the string under the cursor as it was sent, or decoded.",
        "The record",
        (TREE,),
        hint="raw",
    ),
    Action(
        "column_left",
        ("left",),
        "Column to the left",
        "Choose the column to the left: = ! and y v act on it.",
        "Filtering",
        (LIST,),
    ),
    Action(
        "column_right",
        ("right",),
        "Column to the right",
        "Choose the column to the right: = ! and y v act on it.",
        "Filtering",
        (LIST,),
    ),
    Action(
        "only",
        ("=", "sidebar:enter"),
        "Only this",
        "Only events with this value: the chosen column's, or the sidebar's.",
        "Filtering",
        (LIST, SIDEBAR),
        hint="only",
    ),
    Action(
        "exclude",
        ("!",),
        "Without this",
        "Without events that have this value; in the sidebar again brings them back.",
        "Filtering",
        (LIST, SIDEBAR),
        hint="without",
    ),
    Action(
        "toggle_value",
        ("space",),
        "This one too",
        "Take this value in, or out again.",
        "Filtering",
        (SIDEBAR,),
        hint="add",
    ),
    Action(
        "all_values",
        ("a",),
        "All",
        "All values again.",
        "Filtering",
        (SIDEBAR,),
        hint="all",
    ),
    Action(
        "toggle_aws",
        ("A",),
        "AWS-made",
        "Hide or show what AWS services do by themselves.",
        "Filtering",
        PANES,
    ),
    Action(
        "copy_event",
        ("y e",),
        "Copy the event",
        "Copy the whole event as JSON.",
        "Copying",
        PANES,
    ),
    Action(
        "copy_value",
        ("y v",),
        "Copy the value",
        "Copy the value under the cursor: the chosen column's, the tree's, the sidebar's.",
        "Copying",
        PANES,
    ),
    Action("copy_key", ("y k",), "Copy the key", "Copy the name of the field.", "Copying", PANES),
    Action(
        "copy_path",
        ("y p",),
        "Copy the path",
        "Copy the path of the field in the record.",
        "Copying",
        (TREE,),
    ),
    Action("copy_id", ("y i",), "Copy the eventID", "Copy the eventID.", "Copying", PANES),
    Action(
        "page_record",
        ("o",),
        "Read in the pager",
        "The record, decoded, in $PAGER.",
        "Copying",
        PANES,
        command="pager",
    ),
    Action(
        "edit_record",
        ("O",),
        "Open in the editor",
        "A copy of the record, decoded, in $EDITOR.",
        "Copying",
        PANES,
        command="editor",
    ),
    Action(
        "cycle_time",
        ("z",),
        "Time display",
        "Times in UTC, in the local zone, or as how long ago.",
        "View",
        PANES,
        command="zone",
    ),
    Action("look_now", ("r",), "Look now", "Look for new files now.", "View", PANES),
    Action(
        "problems",
        ("P",),
        "Coverage and problems",
        "What was read, what cannot be in it, what could not be read and why.",
        "View",
        PANES,
    ),
    Action(
        "command_line",
        (":",),
        "Command line",
        "A line for commands with arguments.",
        "Program",
        PANES,
        command="command",
    ),
    Action("palette", ("ctrl+p",), "Palette", "Find an action by its name.", "Program", PANES),
    Action("help", ("?", "f1"), "Help", "This help.", "Program", EVERY, hint="help"),
    Action("suspend", ("ctrl+z",), "Suspend", "Back to the shell; fg returns.", "Program", EVERY),
    Action("quit", ("q",), "Back or quit", "Go back; from the list, quit.", "Program", EVERY),
    Action("quit_now", ("ctrl+c",), "Quit now", "Quit at once.", "Program", (ANYWHERE,)),
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


def where(action: Action) -> str:
    """Where an action can be used, where that is not everywhere: `in the list`."""
    return _WHERE.get(action.scopes, "")


def key_table() -> str:
    """The README's table of keys, in Markdown."""
    lines = ["| keys | action |", "| --- | --- |"]
    for group, actions in groups():
        lines.append(f"| **{group}** | |")
        for action in actions:
            seen = dict.fromkeys(shown(key) for key in action.keys)
            keys = " ".join(f"`{key}`" for key in seen)
            place = where(action)
            text = (
                f"{place[0].upper()}{place[1:]}: {action.description}"
                if place
                else (action.description)
            )
            lines.append(f"| {keys} | {text} |".replace("`|`", r"`\|`"))
    return "\n".join(lines) + "\n"
