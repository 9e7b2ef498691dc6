"""Tables in Markdown: whatever the cells hold, they stay cells."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tui.core.export import iso_time, shown
from tui.core.text import noted

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from tui.core.export import Listed

_SPECIAL = re.compile(r"[\\|<>`*_\[\]!#~&$@]")
"""What Markdown, or HTML in it, would take for its own; `@` would call people together."""

HEADINGS = (
    "Time",
    "Who",
    "Event",
    "Target",
    "Result",
    "Address",
    "Region",
    "Account",
    "Note",
)


def markdown_table(
    head: Sequence[str], rows: Iterable[Sequence[str]], *, numbers: int = 0
) -> Iterator[str]:
    """The lines of a table whose texts passed the gate; the first `numbers` columns are numbers."""
    yield _row(head)
    yield f"| {' | '.join('---:' if place < numbers else '---' for place in range(len(head)))} |\n"
    for row in rows:
        yield _row(row)


def events_table(
    events: Iterable[tuple[Listed, str]], accounts: Mapping[str, str], *, show_secrets: bool
) -> Iterator[str]:
    """Events, each with the note that a person wrote beside it, as a table.

    `accounts` gives the name to show for an account ID.
    """

    def cells(event: Listed, note: str) -> list[str]:
        what = noted(event.target, event.note)
        account = accounts.get(event.account, event.account)
        texts = (
            event.who,
            event.event,
            what,
            event.result,
            event.address,
            event.region,
            account,
            note,
        )
        when = "undated" if event.time is None else iso_time(event.time)
        return [when, *(shown(text, show_secrets=show_secrets) for text in texts)]

    return markdown_table(HEADINGS, (cells(event, note) for event, note in events))


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(_SPECIAL.sub(_escaped, cell) for cell in cells)} |\n"


def _escaped(found: re.Match[str]) -> str:
    # An entity holds where a backslash would not: inside of what is taken for a link or for HTML.
    return f"\\{found[0]}" if found[0] != "@" else "&#64;"
