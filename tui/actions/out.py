"""The actions that mark events and take them out of the program."""

from __future__ import annotations

from typing import Final

from tui.actions.kinds import PANES, action, group

MARKING: Final = group(
    "Marks and export",
    action("mark", "m", "Mark", "Mark the event, or remove its mark.", PANES),
    action(
        "note",
        ";",
        "Note",
        "Write a note on the event; that marks it too.",
        PANES,
        argument="TEXT",
    ),
    action("clear_marks", "M", "Clear the marks", "Remove all marks and notes.", PANES),
    action("marks", "", "Marked events", "Filter by the marked events.", PANES),
    action(
        "export",
        "ctrl+s",
        "Export",
        "Write what the filter leaves to a file: whole records, CSV, or the marked events as"
        " a Markdown table. Again while it is being written: stop.",
        PANES,
        argument="FILE",
    ),
)
