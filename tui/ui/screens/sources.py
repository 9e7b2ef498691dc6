"""Sources: how each account, kind and region is doing, what was asked of S3 and what it cost."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from tui.core.text import cell_width, fit, safe
from tui.ui.screens.reading import ReadingScreen
from tui.ui.times import ago
from tui.ui.widgets.reader import Paragraph
from tui.ui.widgets.status import duration_text, size_text, state_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from tui.core.index.rows import SourceLine, Traffic
    from tui.ui.keymap import Keymap
    from tui.ui.session.session import Session
    from tui.ui.times import TimeDisplay

_LABELS = 12
_MOST = 500
"""Rows of the table; the rest is counted, and the failing ones come first."""
_NAMED = 40
"""Places that are named above a failure they share."""
_MARGINS = 3
_LEAST = 12
_USUAL = "CloudTrail"
_PRICES = "LIST $0.005, GET $0.0004 per 1,000, us-east-1 prices; data transfer and KMS not counted"
_SECOND = 1_000_000
_EVERY = 1.0
_MINUTE = 60


class SourcesScreen(ReadingScreen):
    """Looks once a second whether anything is new; else times are written anew each minute."""

    def __init__(self, keymap: Keymap, session: Session, times: TimeDisplay) -> None:
        super().__init__(keymap, "Sources", ())
        self._session = session
        self._times = times
        self._shown: tuple[object, ...] = ()

    def on_mount(self) -> None:
        self.look()
        super().on_mount()
        self.set_interval(_EVERY, self.look)

    def on_resize(self) -> None:
        self.look()
        super().on_resize()

    def look(self) -> None:
        """Show what there is now, if it is other than what is shown."""
        lines, traffic = self._session.lines(), self._session.traffic()
        now, width = self._times.now().timestamp(), self.app.size.width
        state = (lines, traffic, now // _MINUTE, width)
        if state != self._shown:
            self._shown = state
            self.reader.read(sources_text(lines, traffic, self._times, width))
            self.call_after_refresh(self.tell)


def sources_text(
    lines: Sequence[SourceLine], traffic: Traffic, times: TimeDisplay, width: int
) -> list[Paragraph]:
    """Totals, failures in full, then a table for each source, for a screen of a width."""
    if not lines:
        return [Paragraph("Nothing has been looked for yet.", "quiet")]
    remote = any(line.source.startswith("s3://") for line in lines)
    found = totals_text(lines, traffic) if remote else []
    found += failures_text(lines)
    sources: dict[str, list[SourceLine]] = {}
    for line in sorted(lines, key=_urgency):
        sources.setdefault(line.source, []).append(line)
    left = _MOST
    for source, own in sources.items():
        shown = own[:left]
        left -= len(shown)
        found += [Paragraph(""), Paragraph(source, "heading")]
        found += table_text(shown, times, width)
        if len(own) > len(shown):
            found.append(Paragraph(f"… and {len(own) - len(shown):,} more", "quiet"))
    return found if found[0].text else found[1:]


def totals_text(lines: Sequence[SourceLine], traffic: Traffic) -> list[Paragraph]:
    """The requests made until now, what they brought, and about what they cost."""
    asked = traffic.lists + traffic.gets
    requests = f"{asked:,} (LIST {traffic.lists:,}, GET {traffic.gets:,})"
    objects = f"{sum(line.objects for line in lines):,} ({traffic.cached:,} from the disk cache)"
    rows = (
        ("requests", requests),
        ("objects", objects),
        ("fetched", size_text(traffic.bytes)),
        ("cost", f"{dollars_text(traffic.dollars)} ({_PRICES})"),
    )
    return [
        Paragraph("Requests to S3", "heading"),
        *(Paragraph(text, label=label, label_width=_LABELS) for label, text in rows),
    ]


def dollars_text(dollars: float) -> str:
    """`about $0.0043`, `about $12.40`."""
    if dollars <= 0:
        return "nothing yet"
    if dollars < 0.0001:
        return "less than $0.0001"
    return f"about ${dollars:,.4f}" if dollars < 1 else f"about ${dollars:,.2f}"


def failures_text(lines: Sequence[SourceLine]) -> list[Paragraph]:
    """Each failure once and in full, behind the places that have it."""
    places: dict[tuple[str, str], list[str]] = {}
    for line in sorted(lines, key=_urgency):
        if line.text:
            names = places.setdefault((line.source, line.text), [])
            kind = "" if line.kind == _USUAL else line.kind
            names.append(" ".join(filter(None, (line.account, kind, line.region))))
    found: list[Paragraph] = []
    for (source, text), names in places.items():
        named = [name for name in names if name]
        where = ", ".join(named[:_NAMED])
        if len(named) > _NAMED:
            where += f" and {len(named) - _NAMED:,} more"
        found.append(Paragraph(f"{source}: {where}" if where else source, "loss"))
        found.append(Paragraph(f"  {text}"))
    return [Paragraph(""), Paragraph("What does not work", "heading"), *found] if found else []


class _Column(NamedTuple):
    name: str
    cells: list[str]
    right: bool = False


def table_text(lines: Sequence[SourceLine], times: TimeDisplay, width: int) -> list[Paragraph]:
    """One row a line, as many columns as there is room for."""
    columns = _columns(lines, times.now().timestamp(), times)
    gap = _make_room(columns, width - _MARGINS)
    if [column.name for column in columns] == ["state"]:
        return [_row(line, state_of(line)) for line in lines]
    widths = [max(map(cell_width, (column.name, *column.cells))) for column in columns]
    over = sum(widths) + gap * (len(widths) - 1) - (width - _MARGINS)
    if over > 0:  # not even what is always there has room: the longest loses its middle
        longest = widths.index(max(widths))
        widths[longest] = max(widths[longest] - over, _LEAST)

    def joined(texts: Iterable[str]) -> str:
        cells = []
        for text, cells_wide, column in zip(texts, widths, columns, strict=True):
            cell = fit(text, cells_wide)
            cells.append(_right(cell) if column.right else cell)
        return (" " * gap).join(cells).rstrip()

    found = [Paragraph(joined(column.name for column in columns), "quiet")]
    for number, line in enumerate(lines):
        found.append(_row(line, joined(column.cells[number] for column in columns)))
    return found


def state_of(line: SourceLine) -> str:
    """A line's state behind its sign; what is over has a mere dot."""
    text = safe(line.state) or "waiting"
    signed = state_text(text)
    return signed if signed != text else f"· {text}"


def _row(line: SourceLine, text: str) -> Paragraph:
    quiet = line.state in ("done", "waiting", "")
    return Paragraph(text, "loss" if line.state == "failed" else "quiet" if quiet else "text")


def _columns(lines: Sequence[SourceLine], now: float, times: TimeDisplay) -> list[_Column]:
    """All columns that say something."""

    def ahead(due: float) -> str:
        return f"in {duration_text(due - now)}" if due > now else "now" if due else ""

    def counts(name: str, values: Iterable[int]) -> _Column:
        return _Column(name, [f"{value:,}" if value else "" for value in values], right=True)

    discovers = any(line.account for line in lines)
    columns = [
        _Column("state", [state_of(line) for line in lines]),
        _Column("next", [ahead(line.due) for line in lines]),
        _Column(
            "account",
            [safe(line.account) or ("discovery" if discovers else "") for line in lines],
        ),
        _Column("kind", [safe(line.kind) for line in lines]),
        _Column("region", [safe(line.region) for line in lines]),
        _Column(
            "newest",
            [ago(int(now) - line.newest // _SECOND) if line.newest else "" for line in lines],
        ),
        _Column("at", [times.full(line.newest) if line.newest else "" for line in lines]),
        counts("objects", (line.objects for line in lines)),
        counts("LIST", (line.lists for line in lines)),
        counts("GET", (line.gets for line in lines)),
    ]
    return [column for column in columns if any(column.cells)]


def _make_room(columns: list[_Column], room: int) -> int:
    """Drop the least important columns until the rest has room; the cells between two."""
    kinds = {kind for column in columns if column.name == "kind" for kind in column.cells if kind}
    usual = kinds <= {_USUAL}
    order = ["at", *(["kind"] if usual else []), "GET", "LIST", "objects", "newest"]
    for name in ["", *order]:
        columns[:] = [column for column in columns if column.name != name]
        needed = sum(max(map(cell_width, (each.name, *each.cells))) for each in columns)
        for gap in (2, 1):
            if needed + gap * (len(columns) - 1) <= room:
                return gap
    return 1


def _right(cell: str) -> str:
    text = cell.rstrip()
    return " " * (len(cell) - len(text)) + text


def _urgency(line: SourceLine) -> tuple[int, int, str, str, str]:
    """Failing first, then the newest, then by name."""
    rank = {"failed": 0, "retrying": 1}.get(line.state, 2)
    return (rank, -line.newest, line.account, line.region, line.kind)
