"""Columns that grow and stay small: of numbers, of distinct rows, of distinct texts.

A column is one array with room behind it. The room is memory that nothing has touched yet, which
the system does not count, so that doubling it costs no more than the copy now and then.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from tui.core.index.slots import Slots, mix

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from numpy.typing import NDArray

    from tui.core.index.slots import Hashes, Numbers

    Codes = NDArray[np.uint32]

_WIDTHS = (np.uint8, np.uint16, np.uint32, np.uint64)
_FIRST_ROOM, _MORE_ROOM = 256, 4
PIECE = 1 << 15
"""Rows that are looked up at once: their 8-byte indexes stay in the processor's cache."""
_TEXTS_AT_ONCE = 4096
_FEW = 2048
"""Texts up to which a dictionary has a dict beside it: a dict's entry takes 200 bytes."""


class Column:
    """An array that grows at its end, and in width if it is one of unsigned codes."""

    __slots__ = ("_data", "_size")

    def __init__(self, dtype: type[np.generic] = np.uint8) -> None:
        self._data: NDArray[Any] = np.empty(_FIRST_ROOM, dtype)
        self._size = 0

    def __len__(self) -> int:
        return self._size

    def __getitem__(self, row: int) -> int:
        return int(self._data[row])

    @property
    def values(self) -> NDArray[Any]:
        """All values: a window, not a copy. It no longer follows once the column has grown."""
        return self._data[: self._size]

    @property
    def nbytes(self) -> int:
        """Bytes in use."""
        return self._size * self._data.itemsize

    @property
    def words(self) -> NDArray[np.uint64]:
        """Of a column of bytes the eight from each place on, the first of them the lowest.

        What lies behind the end is anything.
        """
        return np.ndarray((self._size,), "<u8", self.padded, strides=(1,))

    @property
    def padded(self) -> NDArray[Any]:
        """All values and at least eight more, which are anything."""
        if self._size + 8 > len(self._data):
            self._grow(self._size + 8, self._data.dtype)
        return self._data

    def grow_ahead(self) -> bool:
        """Make room now if it is nearly full; False: it is not."""
        full = self._size > len(self._data) // 4 * 3
        if full:
            self._grow(len(self._data) + 1, self._data.dtype)
        return full

    def append(self, values: NDArray[Any]) -> None:
        """Add values at the end; a column of codes becomes as wide as they need."""
        if not len(values):
            return
        end = self._size + len(values)
        self._fit(values, end)
        self._data[self._size : end] = values
        self._size = end

    def put(self, rows: NDArray[Any], values: NDArray[Any]) -> None:
        """Set the values of some rows."""
        if len(rows):
            self._fit(values, self._size)
            self._data[rows] = values

    def keep(self, first: int, kept: NDArray[np.bool_]) -> None:
        """Of the values from `first` on let only those stay that `kept` marks."""
        rest = self._data[first : self._size][kept]
        self._size = first + len(rest)
        self._data[first : self._size] = rest

    def _fit(self, values: NDArray[Any], size: int) -> None:
        dtype = self._data.dtype
        if dtype.kind == "u" and dtype.itemsize < values.dtype.itemsize:
            largest = int(values.max())
            while largest >> 8 * dtype.itemsize:
                dtype = np.dtype(_WIDTHS[dtype.itemsize.bit_length()])
        if dtype != self._data.dtype or size > len(self._data):
            self._grow(size, dtype)

    def _grow(self, size: int, dtype: np.dtype[Any]) -> None:
        room = len(self._data)
        data = np.empty(room if size <= room else max(size, _MORE_ROOM * room), dtype)
        data[: self._size] = self._data[: self._size]
        self._data = data


def look_up(table: NDArray[Any], codes: NDArray[Any]) -> NDArray[Any]:
    """`table[codes]`, without an 8-byte copy of all codes."""
    if len(codes) <= PIECE:
        return table.take(codes)
    found = np.empty(len(codes), table.dtype)
    for start in range(0, len(codes), PIECE):
        piece = codes[start : start + PIECE]
        table.take(piece, out=found[start : start + PIECE], mode="clip")
    return found


def masked(values: NDArray[np.uint32], bits: int, wanted: int) -> NDArray[np.bool_]:
    """`values & bits == wanted`, without a copy of all values."""
    found = np.empty(len(values), np.bool_)
    for start in range(0, len(values), PIECE):
        piece = values[start : start + PIECE] & np.uint32(bits)
        np.equal(piece, np.uint32(wanted), out=found[start : start + PIECE])
    return found


def count_codes(codes: NDArray[Any], size: int) -> NDArray[np.int64]:
    """How often each code below `size` occurs."""
    counts = np.zeros(size, np.int64)
    for start in range(0, len(codes), PIECE):
        counts += np.bincount(codes[start : start + PIECE], minlength=size)
    return counts


class Distinct:
    """A table whose rows all differ: the row number is the code of their combination."""

    def __init__(self, *names: str) -> None:
        self._columns = {name: Column() for name in names}
        self._hash = Column(np.uint32)
        columns = tuple(self._columns.values())
        self._slots = Slots(self._hashes, self._hash, self._equal, others=columns)

    def __len__(self) -> int:
        return len(self._hash)

    def __getitem__(self, name: str) -> NDArray[Any]:
        return self._columns[name].values

    @property
    def nbytes(self) -> int:
        """Bytes in use."""
        columns = sum(column.nbytes for column in self._columns.values())
        return columns + self._hash.nbytes + self._slots.nbytes

    def add(self, *values: NDArray[Any]) -> Numbers:
        """The codes of these rows, given as columns; new ones are added."""
        first = len(self)
        for column, added in zip(self._columns.values(), values, strict=True):
            column.append(added)
        self._hash.append(mix(*values))
        numbers = np.arange(first, len(self))
        codes, slots = self._slots.place(numbers)
        new = codes == numbers
        if not new.all():
            for column in (*self._columns.values(), self._hash):
                column.keep(first, new)
            codes = _renumbered(self._slots, codes, slots, new, first)
        return codes

    def value(self, name: str, code: int) -> int:
        """One value of one row."""
        return self._columns[name][code]

    def row(self, code: int) -> dict[str, int]:
        """The values of one row."""
        return {name: column[code] for name, column in self._columns.items()}

    def _hashes(self, numbers: Numbers) -> Hashes:
        hashes: Hashes = self._hash.values[numbers]
        return hashes

    def _equal(self, candidates: Numbers, numbers: Numbers) -> NDArray[np.bool_]:
        same = np.ones(len(numbers), np.bool_)
        for column in self._columns.values():
            same &= column.values[candidates] == column.values[numbers]
        return same


def _renumbered(
    slots: Slots, codes: Numbers, places: Numbers, new: NDArray[np.bool_], first: int
) -> Numbers:
    """Close the gaps in the numbers from `first` on; returns the codes by their new numbers."""
    numbers = np.cumsum(new) + (first - 1)
    slots.renumber(places[new], numbers[new])
    inside = codes >= first
    codes[inside] = numbers[codes[inside] - first]
    return codes


class Dictionary:
    """Distinct texts by code, held as one run of bytes. Code 0 is the empty text.

    A dictionary of few texts has a dict beside it, which is quicker to ask one by one.
    """

    def __init__(self, *texts: str) -> None:
        self._blob = Column(np.uint8)
        self._ends = Column(np.uint32)  # where each text ends in the blob; it begins at the last's
        self._hash = Column(np.uint32)
        run = self._blob, self._ends
        self._slots = Slots(self._hashes, self._hash, self._equal, texts=run)
        self._known: dict[str, int] | None = {}
        self._recent: dict[int, str] = {}
        self.beside: object = None
        """What `tui.core.matching.texts` keeps of the same texts."""
        self.add(["", *texts])

    def __len__(self) -> int:
        return len(self._ends)

    @property
    def nbytes(self) -> int:
        """Bytes in use, without the dict of a small one."""
        columns = (self._blob, self._ends, self._hash)
        return sum(column.nbytes for column in columns) + self._slots.nbytes

    @property
    def blob(self) -> NDArray[np.uint8]:
        """All texts as UTF-8 one behind the other, by code; `ends` tells where each ends."""
        return self._blob.values

    @property
    def ends(self) -> NDArray[np.uint32]:
        """Where each text ends in the blob; it begins where the one before ends."""
        return self._ends.values

    def add(self, texts: Sequence[str]) -> Numbers:
        """The codes of these texts; new ones are added."""
        if self._known is None:
            return self._add_many(texts)
        known = self._known
        try:
            return np.fromiter(map(known.__getitem__, texts), np.int64, len(texts))
        except KeyError:
            pass
        new = [text for text in dict.fromkeys(texts) if text not in known]
        if len(known) + len(new) > _FEW:
            self._known = None
            self._slots.place(np.arange(len(self)))
            return self._add_many(texts)
        if new:
            known.update(zip(new, range(len(self), len(self) + len(new)), strict=True))
            self._append(new)
        return np.fromiter(map(known.__getitem__, texts), np.int64, len(texts))

    def _add_many(self, texts: Sequence[str]) -> Numbers:
        first, blob_first = len(self), len(self._blob)
        lengths = self._append(texts)
        numbers = np.arange(first, first + len(texts))
        codes, slots = self._slots.place(numbers)
        new = codes == numbers
        if not new.all():
            self._blob.keep(blob_first, np.repeat(new, lengths))
            self._hash.keep(first, new)
            self._ends.keep(first, np.zeros(len(new), np.bool_))
            self._ends.append(_ends(lengths[new], blob_first))
            codes = _renumbered(self._slots, codes, slots, new, first)
        return codes

    def _append(self, texts: Sequence[str]) -> Numbers:
        """Add texts whether they are new or not; returns their lengths in bytes."""
        count = len(texts)
        joined = "".join(texts)
        if joined.isascii():
            lengths = np.fromiter(map(len, texts), np.int64, count)
            raw = joined.encode()
        else:
            encoded = [text.encode("utf-8", "surrogatepass") for text in texts]
            lengths = np.fromiter(map(len, encoded), np.int64, count)
            raw = b"".join(encoded)
        hashes = np.fromiter(map(hash, texts), np.int64, count).view(np.uint64)
        self._ends.append(_ends(lengths, len(self._blob)))
        self._blob.append(np.frombuffer(raw, np.uint8))
        self._hash.append((hashes >> np.uint64(32)).astype(np.uint32))
        return lengths

    def text(self, code: int) -> str:
        """The text of a code."""
        text = self._recent.get(code)
        if text is None:
            if len(self._recent) >= _FEW:
                self._recent.clear()
            text = self._recent[code] = self._bytes(code).decode("utf-8", "surrogatepass")
        return text

    def find(self, text: str) -> int:
        """The code of a text, -1 if it is not here."""
        if self._known is not None:
            return self._known.get(text, -1)
        encoded = text.encode("utf-8", "surrogatepass")
        hash_ = (hash(text) & 0xFFFF_FFFF_FFFF_FFFF) >> 32
        return self._slots.find(hash_, lambda code: self._bytes(code) == encoded)

    def texts(self) -> Iterator[str]:
        """All texts in the order of their codes."""
        blob = self._blob.values.data
        ends: list[int] = self._ends.values.tolist()
        first = 0
        for start in range(0, len(ends), _TEXTS_AT_ONCE):
            bounds = [first, *ends[start : start + _TEXTS_AT_ONCE]]
            raw = bytes(blob[first : bounds[-1]])
            if raw.isascii():
                text = raw.decode()
                yield from (text[a - first : b - first] for a, b in pairwise(bounds))
            else:
                yield from (
                    raw[a - first : b - first].decode("utf-8", "surrogatepass")
                    for a, b in pairwise(bounds)
                )
            first = bounds[-1]

    def matching(self, predicate: Callable[[str], bool]) -> NDArray[np.bool_]:
        """For each code whether its text is one for which `predicate` holds."""
        return np.fromiter(map(predicate, self.texts()), np.bool_, len(self))

    def _bytes(self, code: int) -> bytes:
        start = self._ends[code - 1] if code else 0
        raw: bytes = self._blob.values[start : self._ends[code]].tobytes()
        return raw

    def _hashes(self, numbers: Numbers) -> Hashes:
        hashes: Hashes = self._hash.values[numbers]
        return hashes

    def _equal(self, candidates: Numbers, numbers: Numbers) -> NDArray[np.bool_]:
        """Compare texts eight bytes at a time, all pairs at once."""
        starts, lengths = self._spans(candidates)
        other_starts, other_lengths = self._spans(numbers)
        same: NDArray[np.bool_] = lengths == other_lengths
        counts = np.where(same, (lengths + 7) >> 3, 0)
        firsts = np.cumsum(counts) - counts
        pair = np.repeat(np.arange(len(counts)), counts)
        offsets = (np.arange(len(pair)) - firsts[pair]) << 3
        words = self._blob.words
        unlike = words[starts[pair] + offsets] ^ words[other_starts[pair] + offsets]
        # Of the last word only the bytes that belong to the text: they are the low ones.
        behind = np.maximum(8 - (lengths[pair] - offsets), 0) << 3
        same[pair[unlike << behind.astype(np.uint64) != 0]] = False
        return same

    def _spans(self, codes: Numbers) -> tuple[Numbers, Numbers]:
        ends = self._ends.values
        starts = np.where(codes > 0, ends[codes - 1], 0).astype(np.int64)
        return starts, ends[codes].astype(np.int64) - starts


def _ends(lengths: Numbers, first: int) -> NDArray[np.uint64]:
    """Where texts of these lengths end if the first begins at `first`."""
    return (np.cumsum(lengths) + first).astype(np.uint64)
