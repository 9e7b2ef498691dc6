"""Which texts values meant, as long as there is room: a filter asked again only asks new texts."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Hashable

    from numpy.typing import NDArray

    Mask = NDArray[np.bool_]

MOST_BYTES = 2 << 20
"""A mask over two hundred thousand texts takes 25 kilobytes."""


class _Packed(NamedTuple):
    size: int
    bits: NDArray[np.uint8]


class Masks:
    """The masks that were asked for last, by what was asked; a bit for each text."""

    def __init__(self) -> None:
        self._masks: dict[Hashable, _Packed] = {}
        self.nbytes = 0
        """Bytes in use."""

    def get(self, key: Hashable) -> Mask | None:
        """A mask that is kept: it was not asked for longest no more."""
        packed = self._masks.pop(key, None)
        if packed is None:
            return None
        self._masks[key] = packed
        return np.unpackbits(packed.bits, count=packed.size).view(np.bool_)

    def put(self, key: Hashable, mask: Mask) -> None:
        """Keep a mask, in the place of the one before; others go for it."""
        before = self._masks.pop(key, None)
        packed = _Packed(len(mask), np.packbits(mask))
        self.nbytes += packed.bits.nbytes - (0 if before is None else before.bits.nbytes)
        self._masks[key] = packed
        while self.nbytes > MOST_BYTES:
            self.nbytes -= self._masks.pop(next(iter(self._masks))).bits.nbytes
