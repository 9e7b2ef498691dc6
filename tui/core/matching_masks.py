"""Which texts values meant, as long as there is room: a filter asked again only asks new texts."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Hashable

    import numpy as np
    from numpy.typing import NDArray

    Mask = NDArray[np.bool_]

MOST_BYTES = 16 << 20


class Masks:
    """The masks that were asked for last, by what was asked."""

    def __init__(self) -> None:
        self._masks: dict[Hashable, Mask] = {}
        self.nbytes = 0
        """Bytes in use."""

    def get(self, key: Hashable) -> Mask | None:
        """A mask that is kept: it was not asked for longest no more."""
        mask = self._masks.pop(key, None)
        if mask is not None:
            self._masks[key] = mask
        return mask

    def put(self, key: Hashable, mask: Mask) -> None:
        """Keep a mask, in the place of the one before; others go for it."""
        before = self._masks.pop(key, None)
        self.nbytes += mask.nbytes - (0 if before is None else before.nbytes)
        self._masks[key] = mask
        while self.nbytes > MOST_BYTES:
            self.nbytes -= self._masks.pop(next(iter(self._masks))).nbytes
