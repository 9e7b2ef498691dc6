"""The registry of everything that a key or a command can do.

Key bindings, the hints of the status line, the help screen, the palette, the `:` line and
the README's key table are all made from `ACTIONS`. To add an action, add one entry here (or in
the module of its group, beside this one) and one method `action_<id>` to the pane, screen or app
that carries it out.
"""

from __future__ import annotations

from typing import Final

from tui.actions.facets import FACETING
from tui.actions.filters import FILTERING
from tui.actions.kinds import (
    ANYWHERE,
    EVERY,
    LIST,
    PANES,
    READING,
    SCOPES,
    SIDEBAR,
    TIMELINE,
    TREE,
    Action,
    action,
    group,
)
from tui.actions.list import LISTING
from tui.actions.out import MARKING
from tui.actions.texts import described, normal, places_of, shown, split_scope, used_in, where
from tui.actions.timeline import TIME

__all__ = [
    "ACTIONS",
    "ANYWHERE",
    "BY_COMMAND",
    "BY_ID",
    "EVERY",
    "LIST",
    "PANES",
    "READING",
    "SCOPES",
    "SIDEBAR",
    "TIMELINE",
    "TREE",
    "Action",
    "described",
    "groups",
    "key_table",
    "normal",
    "places_of",
    "shown",
    "split_scope",
    "used_in",
    "where",
]

ACTIONS: Final[tuple[Action, ...]] = (
    *group(
        "Moving",
        action("cursor_down", "j, down", "Down", "One line down.", EVERY),
        action("cursor_up", "k, up", "Up", "One line up.", EVERY),
        action("half_page_down", "ctrl+d", "Half a page down", "Half a page down.", EVERY),
        action("half_page_up", "ctrl+u", "Half a page up", "Half a page up.", EVERY),
        action(
            "page_down", "pagedown, list:space, reading:space", "Page down", "A page down.", EVERY
        ),
        action("page_up", "pageup, b", "Page up", "A page up.", EVERY),
        action("home", "g, home", "First", "To the first line, the oldest event.", EVERY),
        action(
            "end",
            "G, end",
            "Last",
            "To the last line; in the list the newest event, and follow.",
            EVERY,
        ),
        action(
            "next_failed",
            "e",
            "Next failure",
            "To the next denied or failed event.",
            PANES,
            hint="failed",
        ),
        action(
            "previous_failed",
            "E",
            "Previous failure",
            "To the previous denied or failed event.",
            PANES,
        ),
        action("next_change", "w", "Next change", "To the next change.", PANES),
        action("previous_change", "W", "Previous change", "To the previous change.", PANES),
        action(
            "go_to_time",
            "t",
            "Go to a time",
            "Ask for a time (2h ago, 14:30, 2026-01-31T12:00) and go there.",
            PANES,
            command="go",
            argument="TIME",
        ),
        action(
            "follow",
            "f",
            "Follow",
            "Keep the newest event in view and under the cursor.",
            PANES,
            hint="follow",
        ),
    ),
    *group(
        "Panes",
        action("next_pane", "tab", "Next pane", "To the next pane.", PANES),
        action("previous_pane", "shift+tab", "Previous pane", "To the previous pane.", PANES),
        action(
            "open_detail",
            "enter, l",
            "Open",
            "Open the event: go to its detail.",
            (LIST,),
            hint="open",
        ),
        action(
            "back",
            "escape, list:h, sidebar:h, reading:h",
            "Back",
            "Go back to the list; while events are being read, stop reading.",
            EVERY,
        ),
        action(
            "detail_down",
            "J",
            "Scroll the detail down",
            "Beside the list scroll the detail down; where it fills the screen, the next event.",
            PANES,
        ),
        action(
            "detail_up",
            "K",
            "Scroll the detail up",
            "Beside the list scroll the detail up; where it fills the screen, the previous event.",
            PANES,
        ),
        action("sidebar", "s", "Sidebar", "Show or hide the sidebar.", PANES),
        action("detail_larger", "+", "Larger detail", "Make the detail larger.", PANES),
        action("detail_smaller", "-", "Smaller detail", "Make the detail smaller.", PANES),
    ),
    *group(
        "The record",
        action(
            "fold_or_parent",
            "h, left",
            "Fold",
            "Fold what is open; else go to its parent; from the top, back to the list.",
            (TREE,),
        ),
        action("unfold", "l, right", "Unfold", "Open what is folded.", (TREE,)),
        action(
            "toggle_fold",
            "space, enter",
            "Fold or unfold",
            "Open what is folded, fold what is open.",
            (TREE,),
            hint="fold",
        ),
        action("unfold_all", ">", "Unfold all", "Open everything.", (TREE,)),
        action("fold_all", "<", "Fold all", "Fold everything.", (TREE,)),
        action("to_parent", "H", "To the parent", "To what contains it.", (TREE,)),
        action(
            "toggle_raw",
            "x",
            "Raw or decoded",
            "Show the string under the cursor as it was sent, or decoded.",
            (TREE,),
            hint="raw",
        ),
    ),
    *FILTERING,
    *FACETING,
    *LISTING,
    *TIME,
    *MARKING,
    *group(
        "Copying",
        action("copy_event", "y e", "Copy the event", "Copy the whole event as JSON.", PANES),
        action(
            "copy_value",
            "y v",
            "Copy the value",
            "Copy the value under the cursor: the chosen column's, the tree's, the sidebar's.",
            PANES,
        ),
        action("copy_key", "y k", "Copy the key", "Copy the name of the field.", PANES),
        action(
            "copy_path",
            "y p",
            "Copy the path",
            "Copy the path of the field in the record.",
            (TREE,),
        ),
        action("copy_id", "y i", "Copy the eventID", "Copy the eventID.", PANES),
        action(
            "page_record",
            "list:o, tree:o",
            "Read in the pager",
            "The record, decoded, in $PAGER.",
            PANES,
            command="pager",
        ),
        action(
            "edit_record",
            "O",
            "Open in the editor",
            "A copy of the record, decoded, in $EDITOR.",
            PANES,
            command="editor",
        ),
    ),
    *group(
        "View",
        action(
            "cycle_time",
            "z",
            "Time display",
            "Times in UTC, in the local zone, or as how long ago.",
            PANES,
            command="zone",
        ),
        action("look_now", "r", "Look now", "Look for new files and objects now.", PANES),
        action(
            "problems",
            "P",
            "Coverage and problems",
            "What was read, what cannot be in it, what could not be read and why.",
            PANES,
        ),
        action(
            "sources", "R", "Sources", "How each source is doing, requests and their cost.", PANES
        ),
    ),
    *group(
        "Program",
        action(
            "command_line",
            ":",
            "Command line",
            "A line for commands with arguments.",
            PANES,
            command="command",
        ),
        action("palette", "ctrl+p", "Palette", "Find an action by its name.", PANES),
        action("help", "?, f1", "Help", "This help.", EVERY, hint="help"),
        action("suspend", "ctrl+z", "Suspend", "Back to the shell; fg returns.", EVERY),
        action("quit", "q", "Back or quit", "Go back; from the list, quit.", EVERY),
        action("quit_now", "ctrl+c", "Quit now", "Quit at once.", (ANYWHERE,)),
    ),
)

BY_ID: Final[dict[str, Action]] = {each.id: each for each in ACTIONS}
BY_COMMAND: Final[dict[str, Action]] = {each.command_name: each for each in ACTIONS}


def groups() -> list[tuple[str, list[Action]]]:
    """The actions by group, in the registry's order."""
    found: dict[str, list[Action]] = {}
    for each in ACTIONS:
        found.setdefault(each.group, []).append(each)
    return list(found.items())


def key_table() -> str:
    """The README's table of keys, in Markdown."""
    lines = ["| keys | action |", "| --- | --- |"]
    for name, actions in groups():
        lines.append(f"| **{name}** | |")
        for each in actions:
            keys = " ".join(
                f"`{key}` ({places})" if places else f"`{key}`"
                for key, places in places_of(each.keys)
            )
            keys = keys or f"`:{each.command_name}`"
            lines.append(f"| {keys} | {described(each)} |".replace("`|`", r"`\|`"))
    return "\n".join(lines) + "\n"
