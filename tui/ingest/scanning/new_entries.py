"""Entries of the compiled reader's table that were made since the last look, all at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from msgspec import json

from tui.core.rules.values import shorten

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Numbers = NDArray[np.int64]


class New:
    """Bytes of new entries one behind the other, and where each begins and ends in them.

    `which` are places among them, as `of` gives them.
    """

    def __init__(
        self,
        first: int,
        tags: Numbers,
        begins: Numbers,
        lengths: Numbers,
        beginnings: NDArray[np.int32],
        raw: bytes,
    ) -> None:
        """`first` is the number of the first of them, `beginnings` are the kernel's."""
        self._first = first
        self._tags = tags
        self._begins = begins
        self._ends = begins + lengths
        self._shown = beginnings
        self._raw = raw
        self._text = raw.decode("latin-1")
        """A letter for each byte: of ASCII the text."""

    def of(self, tag: int) -> Numbers:
        """Those with a tag."""
        return np.flatnonzero(self._tags == tag)

    def numbers(self, which: Numbers) -> Numbers:
        """The numbers that they have in the table."""
        return which + self._first

    def keys(self, which: Numbers) -> list[bytes]:
        """Their bytes."""
        raw = self._raw
        return [raw[begin:end] for begin, end in self._spans(which)]

    def heads(self, which: Numbers) -> NDArray[np.uint64]:
        """The first eight bytes of each as a number, the first byte the lowest.

        What is shorter has zeros behind it.
        """
        padded = np.frombuffer(self._raw + bytes(8), np.uint64, len(self._raw) // 8 + 1)
        heads: NDArray[np.uint64] = padded[self._begins[which] >> 3]
        return heads

    def texts(self, which: Numbers) -> list[str]:
        """Each as the text that stands between two quotes."""
        text = self._text
        texts = [text[begin:end] for begin, end in self._spans(which)]
        for place in self._odd(which):
            texts[place] = text_of(self._raw_at(which[place]))
        return texts

    def parts(self, which: Numbers, start: int) -> list[list[str]]:
        """The texts of composite keys from a byte on; a zero is behind each."""
        text = self._text
        parts = [
            text[begin + start : end - 1].split("\0") if end > begin + start else []
            for begin, end in self._spans(which)
        ]
        for place in self._odd(which):
            parts[place] = parts_of(self._raw_at(which[place]), start)
        return parts

    def names(self, which: Numbers) -> list[str]:
        """Of each NAME what `values.shorten` makes of the text."""
        text = self._text
        starts, ends = self._begins[which] + self._shown[which], self._ends[which]
        names = [text[start:end] for start, end in zip(starts.tolist(), ends.tolist(), strict=True)]
        for place in self._odd(which):
            names[place] = shorten(text_of(self._raw_at(which[place])))
        return names

    def _odd(self, which: Numbers) -> list[int]:
        """Those of which the bytes are not what is shown."""
        odd: list[int] = np.flatnonzero(self._shown[which] < 0).tolist()
        return odd

    def _spans(self, which: Numbers) -> zip[tuple[int, int]]:
        return zip(self._begins[which].tolist(), self._ends[which].tolist(), strict=True)

    def _raw_at(self, place: int) -> bytes:
        return self._raw[self._begins[place] : self._ends[place]]


def text_of(raw: bytes) -> str:
    """The text that stands between two quotes."""
    if b"\\" in raw:
        return json.decode(b'"' + raw + b'"', type=str)
    return raw.decode()


def parts_of(key: bytes, start: int) -> list[str]:
    """The texts of a composite key from a byte on; a zero is behind each."""
    if len(key) == start:
        return []
    parts = key[start:-1].decode().split("\0")
    if b"\\" in key:
        return [text_of(part.encode()) for part in parts]
    return parts
