"""The actions that concern the filter."""

from __future__ import annotations

from typing import Final

from tui.actions.kinds import LIST, PANES, SIDEBAR, Action, action, group

LENS: Final = "lens_"
"""How the actions of the lenses that come with the program begin: `lens_sign_ins`."""


def _lens(key: str, name: str, what: str) -> Action:
    identity = LENS + name.replace(" ", "_").replace("-", "_")
    title = f"Lens: {name}"
    return action(identity, key, title, f"Only {what}; again: without this lens.", PANES)


FILTERING: Final = (
    *group(
        "Filtering",
        action(
            "filter",
            "&",
            "Filter",
            "Type a filter: its words are completed, and the list shows what it leaves.",
            PANES,
            argument="FILTER",
            hint="filter",
        ),
        action(
            "filters",
            "",
            "Steps of the filter",
            "List the steps with what each leaves: switch, change or remove them.",
            PANES,
        ),
        action("undo", "u", "Undo", "Undo the last change of the filter.", PANES),
        action("redo", "ctrl+r", "Redo", "Make the change again that was undone.", PANES),
        action(
            "toggle_filters",
            "ctrl+f",
            "All filters",
            "All steps of the filter off, or on again; the place in the list is kept.",
            PANES,
            command="filters-off",
        ),
        action(
            "column_left",
            "left",
            "Column to the left",
            "Choose the column to the left: = ! and y v act on it.",
            (LIST,),
        ),
        action(
            "column_right",
            "right",
            "Column to the right",
            "Choose the column to the right: = ! and y v act on it.",
            (LIST,),
        ),
        action(
            "only",
            "=, sidebar:enter",
            "Only this",
            "Only events with this value (the chosen column's, the record's, the sidebar's);"
            " again: all, or for a key, ARN, address or ID in the record: in this place.",
            PANES,
            hint="only",
        ),
        action(
            "exclude",
            "!",
            "Without this",
            "Without events that have this value; again: with them, as Only this.",
            PANES,
            hint="without",
        ),
        action(
            "toggle_value",
            "space",
            "This one too",
            "Add this value, or remove it again.",
            (SIDEBAR,),
            hint="add",
        ),
        action("all_values", "a", "All", "All values again.", (SIDEBAR,), hint="all"),
        action(
            "toggle_aws", "A", "AWS-made", "Hide or show what AWS services do by themselves.", PANES
        ),
        action(
            "story",
            "S",
            "The key's story",
            "From a call that handed out a key to all that the key did; from any other event to"
            " the call that issued its key.",
            PANES,
        ),
    ),
    *group(
        "Lenses",
        _lens("1", "changes", "what people changed"),
        _lens("2", "failures", "what failed, without look-ups that found nothing"),
        _lens("3", "denied", "what was denied"),
        _lens("4", "sign-ins", "sign-ins"),
        _lens("5", "identity changes", "changes of users, roles, groups and their policies"),
        _lens("6", "root", "what root did"),
        _lens(
            "7",
            "opened up",
            "what was opened to anyone, to another account, or for everything, with blocks of"
            " public access and permissions boundaries taken away and databases made public",
        ),
        _lens(
            "8",
            "tampering",
            "logs, detectors, rules, alarms, keys and backups stopped, deleted or weakened",
        ),
        _lens("9", "secrets read", "reads of secrets, parameters, passwords and tokens"),
        _lens("0", "credentials made", "users, keys, passwords, sessions, trust made or changed"),
        action(
            "lens",
            "",
            "A lens by its name",
            "Filter by a lens: the program's or one of the settings'.",
            PANES,
            argument="NAME",
        ),
        action(
            "save_filter",
            "",
            "Save the filter",
            "Keep the filter under a name.",
            PANES,
            command="save",
            argument="NAME",
        ),
        action(
            "load_filter",
            "",
            "Load a filter",
            "Filter by one that was saved; without a name, list them.",
            PANES,
            command="load",
            argument="NAME",
        ),
    ),
)
