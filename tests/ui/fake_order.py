"""Sorting and searching the fake session's rows, one after the other."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from tui.core.index.rows import EventRow
    from tui.core.needle import Needle
    from tui.ui.session.arrangement import Sorted


def arranged(rows: list[EventRow], by: Sorted) -> list[EventRow]:
    """The rows, given by time, in the order of a column; what is empty comes last."""
    if by.column == "time":
        return rows[::-1] if by.descending else list(rows)
    filled = [row for row in rows if getattr(row, by.column)]
    filled.sort(key=lambda row: getattr(row, by.column).casefold(), reverse=by.descending)
    return filled + [row for row in rows if not getattr(row, by.column)]


def found(rows: list[EventRow], needle: Needle, columns: Sequence[str]) -> NDArray[np.intp]:
    """Where the rows are that have it in one of the columns."""
    fields = [*columns, "note"] if "target" in columns else columns
    hits = [
        position
        for position, row in enumerate(rows)
        if any(needle.found(getattr(row, field)) for field in fields if field != "time")
    ]
    return np.array(hits, np.intp)
