"""What a trail covers: what was recorded at all decides what can be found in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from tui.core.index.batch import UNDATED
from tui.core.index.rows import Coverage
from tui.core.rules.flags import Flag

if TYPE_CHECKING:
    from tui.core.index.index import Index


def coverage_of(
    index: Index | None, skipped: list[tuple[str, str]], digests: int, pruned: int
) -> Coverage:
    """Sum up what an index holds, and what beside the logs was not read; None: no event yet."""
    if index is None:
        return Coverage({}, {}, None, None, 0, 0, 0, 0, skipped, digests, pruned)
    times = index.times[index.order]
    undated = int(np.searchsorted(times, UNDATED, side="right"))
    category = index.dictionary("category")
    data_codes = np.zeros(len(category), np.bool_)
    code = category.find("Data")
    if code >= 0:
        data_codes[code] = True
    data = index.mask("category", data_codes)[index.order]
    write = index.flag_mask(int(Flag.WRITE))[index.order]
    return Coverage(
        accounts=_counted(index, "account"),
        regions=_counted(index, "region"),
        first=int(times[undated]) if undated < len(times) else None,
        last=int(times[-1]) if undated < len(times) else None,
        management_reads=int(np.count_nonzero(~data & ~write)),
        management_writes=int(np.count_nonzero(~data & write)),
        data_events=int(np.count_nonzero(data)),
        undated=undated,
        skipped=skipped,
        digests=digests,
        pruned=pruned,
    )


def _counted(index: Index, field: str) -> dict[str, int]:
    counts = index.counts(field, None)
    dictionary = index.dictionary(field)
    codes = sorted(np.flatnonzero(counts), key=lambda code: -int(counts[code]))
    return {dictionary.text(int(code)): int(counts[code]) for code in codes}
