"""Counts by value as a table: for a terminal, as CSV, as JSON lines."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from tui.core.counts.facet_names import WITH_ADDRESSES, value_text
from tui.core.export import csv_cells, json_object, shown
from tui.core.rules.call import call_name
from tui.core.text import cell_width, mask_text, pad

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import Any

    from numpy.typing import NDArray

    from tui.core.index.index import Index


class Top(NamedTuple):
    """A value and how often it is there."""

    value: str
    """Raw; "" for events that have none."""
    events: int
    addresses: int | None = None
    """From how many addresses it came, of the fields where that matters."""


class Tops(NamedTuple):
    """The values of a field, most first."""

    name: str
    """As the person wrote it: `ip`, `requestParameters.bucketName`."""
    total: int
    """Events that were counted. One with several values at a path counts with each of them."""
    values: list[Top]


def tops_of(index: Index, name: str, field: str, rows: NDArray[Any]) -> Tops:
    """Count these rows by a field of the index."""
    counts = index.counts(field, rows)
    dictionary = index.dictionary(field)
    codes = np.flatnonzero(counts).tolist()
    addresses = _addresses(index, field, rows) if field in WITH_ADDRESSES else None
    if field == "event":  # named as in the list, whatever the version of the API
        calls: Counter[str] = Counter()
        for code in codes:
            calls[call_name(dictionary.text(code))] += int(counts[code])
        return Tops(name, len(rows), _sorted([Top(text, many) for text, many in calls.items()]))
    values = [
        Top(
            dictionary.text(code),
            int(counts[code]),
            None if addresses is None else int(addresses[code]),
        )
        for code in codes
    ]
    return Tops(name, len(rows), _sorted(values))


def _addresses(index: Index, field: str, rows: NDArray[Any]) -> NDArray[np.int64]:
    """How many addresses each code of a field has."""
    size = len(index.dictionary("address"))
    pairs = index.field_codes(field, rows).astype(np.int64) * size
    pairs = np.unique(pairs + index.field_codes("address", rows))
    # Code 0 is the empty text: no address.
    return np.bincount(pairs[pairs % size != 0] // size, minlength=len(index.dictionary(field)))


def tops_of_texts(name: str, events: Iterable[Iterable[str]]) -> Tops:
    """Count events by the texts that each has; each counts once for each of its distinct ones."""
    total = 0
    counts: Counter[str] = Counter()
    for texts in events:
        total += 1
        counts.update(set(texts) or {""})
    return Tops(name, total, _sorted([Top(text, count) for text, count in counts.items()]))


def _sorted(values: list[Top]) -> list[Top]:
    return sorted(values, key=lambda top: (-top.events, top.value))


# -- as text


def lines(
    tops: Tops, *, show_secrets: bool, names: Mapping[str, str] | None = None
) -> Iterable[str]:
    """A line for each value behind a line of headings, columns aligned.

    `names` stand for values: those that a person gave to account IDs.
    """
    head, rows = _table(tops, show_secrets=show_secrets, names=names or {})
    widths = [max(map(cell_width, column)) for column in zip(head[:-1], *rows, strict=False)]
    for row in (head, *rows):
        # Numbers end at the same place; the value is last and as long as it is.
        numbers = (
            pad("", width - cell_width(cell)) + cell
            for cell, width in zip(row[:-1], widths, strict=True)
        )
        yield "  ".join((*numbers, row[-1])).rstrip() + "\n"


def _table(
    tops: Tops, *, show_secrets: bool, names: Mapping[str, str]
) -> tuple[list[str], list[list[str]]]:
    with_addresses = any(top.addresses is not None for top in tops.values)
    head = ["events", "share", *(["addresses"] if with_addresses else []), tops.name]
    rows = []
    for value, events, addresses in tops.values:
        row = [f"{events:,}", f"{100 * events / max(1, tops.total):.1f}%"]
        if with_addresses:
            row.append("" if addresses is None else f"{addresses:,}")
        text = value_text(tops.name, names.get(value, value))
        row.append(shown(text, show_secrets=show_secrets))
        rows.append(row)
    return head, rows


def csv(tops: Tops, *, show_secrets: bool) -> Iterable[str]:
    """The same as CSV, numbers as they are."""
    with_addresses = any(top.addresses is not None for top in tops.values)
    more = ("addresses",) if with_addresses else ()
    yield csv_cells((tops.name, "events", *more), show_secrets=True)
    for value, events, addresses in tops.values:
        cells = [value, str(events)]
        if with_addresses:
            cells.append("" if addresses is None else str(addresses))
        yield csv_cells(cells, show_secrets=show_secrets)


def json_lines(tops: Tops, *, show_secrets: bool) -> Iterable[str]:
    """The same as JSON, an object a line."""
    for value, events, addresses in tops.values:
        entry: dict[str, object] = {
            "field": tops.name,
            "value": value if show_secrets else mask_text(value),
            "events": events,
        }
        if addresses is not None:
            entry["addresses"] = addresses
        yield json_object(entry)
