"""The actions that concern the values of fields: in the sidebar, and large."""

from __future__ import annotations

from typing import Final

from tui.actions.kinds import PANES, READING, SIDEBAR, action, group

FACETING: Final = group(
    "Fields and their values",
    action(
        "facet",
        "F",
        "Field of the sidebar",
        "Choose the field whose values the sidebar counts; of three, the one under its cursor.",
        PANES,
        argument="FIELD",
        hint="field",
    ),
    action(
        "facet_order",
        "o",
        "Order of the values",
        "By count, by name, or rarest first, which also counts the addresses of who, role and key.",
        (SIDEBAR,),
        hint="order",
    ),
    action(
        "narrow",
        "/",
        "Narrow the values",
        "Type what a value must hold to be listed; Esc lists all again.",
        (SIDEBAR,),
        hint="narrow",
    ),
    action(
        "top",
        "",
        "Values at large",
        "The values of a field with their share, and when each was first and last seen.",
        PANES,
        argument="FIELD",
    ),
    action(
        "copy_table",
        "y e, y v",
        "Copy the table",
        "Where values are shown at large: copy them as a Markdown table.",
        (READING,),
    ),
)
