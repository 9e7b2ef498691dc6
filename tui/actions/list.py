"""The actions that search, sort and go through time in the list."""

from __future__ import annotations

from typing import Final

from tui.actions.kinds import LIST, READING, TREE, action, group

LISTING: Final = (
    *group(
        "Searching",
        action(
            "search",
            "/",
            "Search",
            "Search in the columns of all events, in the whole record, or in a text such as the"
            " help, while you type; an access key is found in what it signed, too; between slashes"
            " a regex. The filter stays as it is.",
            (LIST, TREE, READING),
            argument="TEXT",
            hint="search",
        ),
        action(
            "search_next", "n", "Next hit", "To the next hit of the search.", (LIST, TREE, READING)
        ),
        action(
            "search_previous",
            "N",
            "Previous hit",
            "To the previous hit of the search.",
            (LIST, TREE, READING),
        ),
    ),
    *group(
        "The list",
        action(
            "sort",
            ".",
            "Sort",
            "Sort by the chosen column; again: the other way; again: by time.",
            (LIST,),
            argument="COLUMN",
        ),
        action(
            "columns",
            "c",
            "Columns",
            "Choose which columns are shown, and in which order.",
            (LIST,),
            argument="COLUMNS",
        ),
        action("hour_back", "{", "An hour back", "An hour back from the event.", (LIST,)),
        action("hour_forward", "}", "An hour forward", "An hour forward from the event.", (LIST,)),
        action("day_forward", "d", "A day forward", "A day forward from the event.", (LIST,)),
        action("day_back", "D", "A day back", "A day back from the event.", (LIST,)),
    ),
)
