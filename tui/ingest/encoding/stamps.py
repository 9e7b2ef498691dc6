"""Times and event IDs of a whole batch at once: text to numbers without a loop in Python.

Nearly all times are the twenty characters `2026-01-31T12:00:00Z` and nearly all IDs the 36 of a
UUID: joined, they are a matrix of bytes. Whatever looks otherwise is looked at alone.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import numpy as np

from tui.core.index.batch import UNDATED
from tui.core.when import event_time

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

_TIME_LENGTH = 20
_TIME_DIGITS = np.array([0, 1, 2, 3, 5, 6, 8, 9, 11, 12, 14, 15, 17, 18])
_TIME_MARKS = np.array([4, 7, 10, 13, 16, 19])
_TIME_MARK_BYTES = np.frombuffer(b"--T::Z", np.uint8)
_DAYS_BEFORE = np.array([0, 0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334, 365])
_MONTH_LENGTH = np.array([0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31])

_ID_LENGTH = 36
_ID_DIGITS = np.array([i for i in range(36) if i not in (8, 13, 18, 23)])
_ID_MARKS = np.array([8, 13, 18, 23])
_HEX = np.full(256, 255, np.uint8)
for _value, _digit in enumerate("0123456789abcdef"):
    _HEX[ord(_digit)] = _HEX[ord(_digit.upper())] = _value


def event_times(texts: Sequence[str | None]) -> NDArray[np.int64]:
    """Microseconds since 1970 UTC for each eventTime, UNDATED where it is no time."""
    times = np.full(len(texts), UNDATED, np.int64)
    matrix, rows, others = _matrix(texts, _TIME_LENGTH)
    if len(rows):
        digits = matrix[:, _TIME_DIGITS] - 48
        marks = matrix[:, _TIME_MARKS] == _TIME_MARK_BYTES
        good = (digits < 10).all(axis=1) & marks.all(axis=1)
        d = digits.astype(np.int64).T
        year = d[0] * 1000 + d[1] * 100 + d[2] * 10 + d[3]
        month, day = d[4] * 10 + d[5], d[6] * 10 + d[7]
        hour, minute, second = d[8] * 10 + d[9], d[10] * 10 + d[11], d[12] * 10 + d[13]
        leap = (year % 4 == 0) & ((year % 100 != 0) | (year % 400 == 0))
        good &= (year >= 1) & (month >= 1) & (month <= 12) & (day >= 1)
        good &= (hour < 24) & (minute < 60) & (second < 60)
        month = np.where(good, month, 1)
        good &= day <= _MONTH_LENGTH[month] + (leap & (month == 2))
        before = year - 1
        days = before * 365 + before // 4 - before // 100 + before // 400 - 719_162
        days += _DAYS_BEFORE[month] + (leap & (month > 2)) + day - 1
        seconds = ((days * 24 + hour) * 60 + minute) * 60 + second
        times[rows[good]] = seconds[good] * 1_000_000
        others.extend(rows[~good].tolist())
    for row in others:
        value = event_time(texts[row])
        if value is not None:
            times[row] = value
    return times


def event_numbers(texts: Sequence[str | None]) -> NDArray[np.uint64]:
    """Each eventID as 64 bits (0: none): a UUID's halves mixed, of anything else a hash."""
    numbers = np.zeros(len(texts), np.uint64)
    matrix, rows, others = _matrix(texts, _ID_LENGTH)
    if len(rows):
        digits = _HEX[matrix[:, _ID_DIGITS]]
        good = (digits < 16).all(axis=1) & (matrix[:, _ID_MARKS] == 45).all(axis=1)
        packed = np.ascontiguousarray((digits[:, ::2] << 4) | digits[:, 1::2])
        halves = packed.view(">u8").astype(np.uint64)
        mixed = halves[:, 0] * np.uint64(0x9E3779B97F4A7C15) ^ halves[:, 1]
        mixed[mixed == 0] = 1
        numbers[rows[good]] = mixed[good]
        others.extend(rows[~good].tolist())
    for row in others:
        text = texts[row]
        if text:
            digest = hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8)
            numbers[row] = int.from_bytes(digest.digest(), "big") or 1
    return numbers


def _matrix(
    texts: Sequence[str | None], length: int
) -> tuple[NDArray[np.uint8], NDArray[np.int64], list[int]]:
    """The texts of just this length as rows of bytes, their indexes, and the others' indexes."""
    others: list[int] = []
    try:
        joined = "".join(texts)  # type: ignore[arg-type] # a None among them raises
        regular = len(joined) == length * len(texts) and joined.isascii()
        # Equal in sum is not equal each: a longer one beside a shorter would shift the columns.
        regular = regular and set(map(len, texts)) <= {length}  # type: ignore[arg-type]
    except TypeError:
        regular = False
    if regular:
        rows = np.arange(len(texts))
    else:
        kept = []
        for row, text in enumerate(texts):
            if text is not None and len(text) == length and text.isascii():
                kept.append(row)
            else:
                others.append(row)
        rows = np.array(kept, np.int64)
        joined = "".join(texts[row] or "" for row in kept)
    return np.frombuffer(joined.encode(), np.uint8).reshape(-1, length), rows, others
