"""Events that an encoder has collected, as columns of its codes, before they become a batch."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from tui.core.batch import Codes


class Rows(NamedTuple):
    """A stretch of rows, a number each in every column."""

    call: Codes
    origin: Codes
    address: Codes
    useragent: Codes
    target: Codes
    object: Codes
    note: Codes
    newkey: Codes
    flags: Codes
    time: NDArray[np.int64]
    event_id: NDArray[np.uint64]
    which: Codes
    """Which of the job's objects, counted from 0."""
    position: Codes


def joined(stretches: Sequence[Rows]) -> Rows:
    """All of them, one behind another."""
    if len(stretches) == 1:
        return stretches[0]
    return Rows(*map(np.concatenate, zip(*stretches, strict=True)))
