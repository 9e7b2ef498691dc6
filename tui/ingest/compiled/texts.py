"""JSON at addresses: spaces, strings, scalars; and the times and IDs that CloudTrail writes."""

from __future__ import annotations

import numpy as np

from tui.ingest.compiled.machine import byte, first_bit, part, special, word

_U0, _U1, _U4, _U6, _U8, _U9, _U16 = map(np.uint64, (0, 1, 4, 6, 8, 9, 16))
_U24, _U32, _U39, _U40, _U48, _U255 = map(np.uint64, (24, 32, 39, 40, 48, 255))
_ONES, _LOW_HALVES = np.uint64(0x0101_0101_0101_0101), np.uint64(0x0F0F_0F0F_0F0F_0F0F)
_EVEN_BYTES, _EVEN_PAIRS = np.uint64(0x00FF_00FF_00FF_00FF), np.uint64(0x0000_FFFF_0000_FFFF)
_LOW_WORD = np.uint64(0xFFFF_FFFF)
_GOLDEN = np.uint64(0x9E3779B97F4A7C15)


@part
def space(i):
    """The first byte from here that is no white space."""
    while True:
        c = byte(i)
        if c > 32 or not (c == 32 or c == 10 or c == 13 or c == 9):
            return i
        i += 1


@part
def alike(i, j, length):
    """Are so many bytes at two addresses the same? No byte behind them is read."""
    k = 0
    while k + 8 <= length:
        if word(i + k) != word(j + k):
            return False
        k += 8
    while k < length:
        if byte(i + k) != byte(j + k):
            return False
        k += 1
    return True


@part
def hexadecimal(c):
    """A digit's value, 16 for any other byte."""
    if 48 <= c <= 57:
        return c - 48
    c |= 32
    return c - 87 if 97 <= c <= 102 else 16


@part
def string(i):
    """From behind a quote to the closing one, negative if it has escapes; 0: no valid string."""
    found = special(i)
    while found == 0:
        i += 32
        found = special(i)
    i += first_bit(found)
    return i if byte(i) == 34 else _escaped(i)


@part
def _escaped(i):
    """The same from a string's first byte on that is not plain."""
    while True:
        c = byte(i)
        if c == 34:
            return -i
        if c != 92:
            return 0
        c = byte(i + 1)
        if c == 117:
            unit = 0
            for k in range(2, 6):
                digit = hexadecimal(byte(i + k))
                if digit > 15:
                    return 0
                unit = unit * 16 + digit
            if 0xD800 <= unit < 0xE000:  # pairs are for the other readers
                return 0
            i += 6
        elif (
            c == 34 or c == 92 or c == 47 or c == 98 or c == 102 or c == 110 or c == 114 or c == 116
        ):
            i += 2
        else:
            return 0
        found = special(i)
        while found == 0:
            i += 32
            found = special(i)
        i += first_bit(found)


@part
def _digits(i):
    while 48 <= byte(i) <= 57:
        i += 1
    return i


@part
def scalar(i):
    """Behind a number, true, false or null that begins here; 0: there is none, or a long one."""
    c = byte(i)
    if c == 116:
        return i + 4 if byte(i + 1) == 114 and byte(i + 2) == 117 and byte(i + 3) == 101 else 0
    if c == 110:
        return i + 4 if byte(i + 1) == 117 and byte(i + 2) == 108 and byte(i + 3) == 108 else 0
    if c == 102:
        fits = byte(i + 1) == 97 and byte(i + 2) == 108 and byte(i + 3) == 115
        return i + 5 if fits and byte(i + 4) == 101 else 0
    if c == 45:
        i += 1
    end = i + 1 if byte(i) == 48 else _digits(i)
    if end == i or end - i > 15:
        return 0
    i = end
    if byte(i) == 46:
        end = _digits(i + 1)
        if end == i + 1 or end - i > 15:
            return 0
        i = end
    if byte(i) | 32 == 101:
        i += 1
        if byte(i) == 43 or byte(i) == 45:
            i += 1
        end = _digits(i)
        if end == i or end - i > 2:
            return 0
        i = end
    return i


@part
def _two(i):
    a = byte(i) - 48
    b = byte(i + 1) - 48
    return a * 10 + b if 0 <= a <= 9 and 0 <= b <= 9 else -1


@part
def time_of(i, end):
    """Microseconds since 1970 of `2026-01-31T12:00:00Z`; -1: another form, or a month's end."""
    if end - i != 20:
        return -1
    marks = byte(i + 4) == 45 and byte(i + 7) == 45 and byte(i + 10) == 84
    marks = marks and byte(i + 13) == 58 and byte(i + 16) == 58 and byte(i + 19) == 90
    century, year, month, day = _two(i), _two(i + 2), _two(i + 5), _two(i + 8)
    hour, minute, second = _two(i + 11), _two(i + 14), _two(i + 17)
    if not marks or century < 20 or year < 0 or not 1 <= month <= 12 or not 1 <= day <= 31:
        return -1
    if not (0 <= hour < 24 and 0 <= minute < 60 and 0 <= second < 60):
        return -1
    y = century * 100 + year
    if day > 28:
        leap = y % 4 == 0 and (y % 100 != 0 or y % 400 == 0)
        short = month == 4 or month == 6 or month == 9 or month == 11
        if (month == 2 and not (leap and day == 29)) or (short and day == 31):
            return -1
    if month <= 2:  # years that begin in March have their odd day at the end
        y -= 1
        month += 12
    days = 365 * y + y // 4 - y // 100 + y // 400 + (153 * (month - 3) + 2) // 5 + day - 719469
    return ((days * 24 + hour) * 60 + minute) * 60_000_000 + second * 1_000_000


@part
def _eight_digits(w):
    """The number that eight hexadecimal digits are, the first in the lowest byte, and what of them
    is none: 0 if all are. None of them is a control character."""
    value = (w & _LOW_HALVES) + _U9 * (w >> _U6 & _ONES)
    letters = value + _U6 * _ONES >> _U4 & _ONES
    odd = (value + _U48 * _ONES + _U39 * letters) ^ (w | _U32 * _ONES) | value & ~_LOW_HALVES
    value = (value << _U4 | value >> _U8) & _EVEN_BYTES
    value = (value | value >> _U8) & _EVEN_PAIRS
    first = value & _U255
    return first << _U24 | (value >> _U8 & _U255) << _U16 | (value >> _U32 & _U255) << _U8 | (
        value >> _U40 & _U255
    ), odd


@part
def uuid_of(i, end):
    """A UUID's halves mixed into one number, as `stamps.event_numbers` does; 0: it is none."""
    if end - i != 36:
        return _U0
    if byte(i + 8) != 45 or byte(i + 13) != 45 or byte(i + 18) != 45 or byte(i + 23) != 45:
        return _U0
    one, odd = _eight_digits(word(i))
    two, odd_two = _eight_digits(word(i + 9) & _LOW_WORD | word(i + 14) << _U32)
    three, odd_three = _eight_digits(word(i + 19) & _LOW_WORD | word(i + 24) << _U32)
    four, odd_four = _eight_digits(word(i + 28))
    if odd | odd_two | odd_three | odd_four:
        return _U0
    mixed = (one << _U32 | two) * _GOLDEN ^ (three << _U32 | four)
    return mixed if mixed else _U1
