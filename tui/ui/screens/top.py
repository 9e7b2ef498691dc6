"""The values of a field at large: how often, what share, first and last seen; copied as a table."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from tui.core.counts.facet_names import value_text
from tui.core.export import shown
from tui.core.markdown import markdown_table
from tui.core.text import cell_width, cut, pad, safe
from tui.ui.screens.reading import ReadingScreen
from tui.ui.widgets.facet_lines import ORDER_WORDS, TITLES
from tui.ui.widgets.reader import Paragraph

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tui.core.counts.facet_names import Seen
    from tui.core.index.rows import FacetValue
    from tui.ui.keymap import Keymap
    from tui.ui.protocols import Clipboard
    from tui.ui.session.session import Session
    from tui.ui.times import TimeDisplay

_MARGINS = 3
_TIMES_FROM = 110
"""Columns of the screen from which on there is room for times; below, the value has it."""
_BAR, _SHORT_BAR = 20, 10
_LEAST_BAR = 6
_LEAST_VALUE = 16
_EIGHTHS = " ▏▎▍▌▋▊▉█"
_GAP = "  "


class Table(NamedTuple):
    """What is told of a field."""

    field: str
    total: int
    """Events that were counted."""
    values: list[FacetValue]
    seen: list[Seen]
    others: int
    """Values that are not listed."""


class TopScreen(ReadingScreen):
    """The state when it was opened; it is made anew each time."""

    def __init__(
        self,
        keymap: Keymap,
        session: Session,
        times: TimeDisplay,
        field: str,
        copy: Clipboard,
        *,
        masked: bool,
    ) -> None:
        super().__init__(keymap, f"{TITLES[field]} · {ORDER_WORDS['count']}", ())
        self._times = times
        self._copy = copy
        self._masked = masked
        self.table = table_of(session, field)

    def on_mount(self) -> None:
        self._read()
        super().on_mount()

    def on_resize(self) -> None:
        self._read()
        super().on_resize()

    def _read(self) -> None:
        self.reader.read(table_text(self.table, self._times, self.app.size.width))

    def action_copy_table(self) -> None:
        """Copy it as Markdown."""
        text = table_markdown(self.table, self._times, show_secrets=not self._masked)
        done, words = self._copy(text, "the table as Markdown")
        self.say(safe(words), warning=not done)


def table_of(session: Session, field: str) -> Table:
    """Count a field in what the filter leaves, but for the field's own step."""
    facet = session.top(field)
    seen = session.counts.seen(field, [value.value for value in facet.values])
    return Table(field, len(session.counts.rows(field)), facet.values, seen, facet.others)


def _moments(table: Table, times: TimeDisplay) -> list[tuple[str, str]]:
    """When each value was first and last seen, in words."""
    return [
        (times.full(seen.first), times.full(seen.last)) if count else ("", "")
        for (_, count, *_), seen in zip(table.values, table.seen, strict=True)
    ]


def share_text(count: int, total: int) -> str:
    """`12.3%`; what is there is never shown as nothing."""
    share = 100 * count / max(total, 1)
    return "<0.1%" if 0 < share < 0.05 else f"{share:.1f}%"


def bar_text(count: int, most: int, width: int) -> str:
    """A bar in `width` cells, exact to an eighth of a cell."""
    eighths = -(-count * width * 8 // max(most, 1))
    full, rest = divmod(eighths, 8)
    return ("█" * full + (_EIGHTHS[rest] if rest else "")).ljust(width)


def table_text(table: Table, times: TimeDisplay, width: int) -> list[Paragraph]:
    """One value a line, as many columns as there is room for: times go first, then the bar."""
    zone = times.zone_name
    events = f"{table.total:,} event{'' if table.total == 1 else 's'}"
    head = f"{TITLES[table.field]}: {len(table.values) + table.others:,} in {events}"
    found = [Paragraph(head, "heading"), Paragraph("")]
    if not table.values:
        return [*found, Paragraph("There are no values here.", "quiet")]
    counts = [f"{value.count:,}" for value in table.values]
    shares = [share_text(value.count, table.total) for value in table.values]
    columns = [_right("events", counts), _right("share", shares)]
    room = width - _MARGINS - _LEAST_VALUE - sum(len(each[0]) + len(_GAP) for each in columns)
    moments = _moments(table, times)
    ends = [
        _left(f"first seen ({zone})", [first for first, _ in moments]),
        _left("last seen", [last for _, last in moments]),
    ]
    needed = sum(len(each[0]) + len(_GAP) for each in ends)
    if width >= _TIMES_FROM and room >= needed:
        room -= needed
    else:
        ends = []
    bar = min(_BAR if width >= _TIMES_FROM else _SHORT_BAR, room - len(_GAP))
    if bar >= _LEAST_BAR:
        most = max(value.count for value in table.values)
        columns.append(_left("", [bar_text(value.count, most, bar) for value in table.values]))
    columns += ends
    taken = sum(len(each[0]) + len(_GAP) for each in columns)
    texts = [safe(value_text(table.field, value.value)) for value in table.values]
    names = [cut(text, width - _MARGINS - taken) for text in ["value", *texts]]
    for number, cells in enumerate(zip(*columns, names, strict=True)):
        found.append(Paragraph(_GAP.join(cells).rstrip(), "text" if number else "quiet"))
    if table.others:
        text = f"and {table.others:,} more: {TITLES[table.field].lower()} in the sidebar (F)"
        found.append(Paragraph(f"{text} can be narrowed (/)", "quiet"))
    return found


def _right(head: str, cells: Sequence[str]) -> list[str]:
    width = max(map(len, (head, *cells)))
    return [cell.rjust(width) for cell in (head, *cells)]


def _left(head: str, cells: Sequence[str]) -> list[str]:
    width = max(map(cell_width, (head, *cells)))
    return [pad(cell, width) for cell in (head, *cells)]


def table_markdown(table: Table, times: TimeDisplay, *, show_secrets: bool) -> str:
    """The same as a Markdown table."""
    head = ("events", "share", table.field, "first seen", "last seen")
    rows = [
        (
            f"{value.count:,}",
            share_text(value.count, table.total),
            shown(value_text(table.field, value.value), show_secrets=show_secrets),
            *moments,
        )
        for value, moments in zip(table.values, _moments(table, times), strict=True)
    ]
    return "".join(markdown_table(head, rows, numbers=2))
