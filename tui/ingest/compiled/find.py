"""Looking for a text in the bytes of many records, whatever its case: is it surely not there?"""

from __future__ import annotations

from tui.ingest.compiled import layout
from tui.ingest.compiled.machine import byte, first_bit, part, part_of, unusual
from tui.ingest.compiled.texts import hexadecimal

_STEP = 32


@part
def _lower(c):
    return c + 32 if 65 <= c <= 90 else c


@part
def _stands_at(i, needle, length):
    for k in range(length):
        if _lower(byte(i + k)) != byte(needle + k):
            return False
    return True


@part
def _may_spell(i, end, spelled):
    """May an escape that begins here be one of a character of the text, or hide another escape?"""
    c = byte(i)
    if c >= 128:
        return True  # some letters turn into ASCII when case is ignored
    if c == 37:
        at = i + 1
    elif i + 1 < end and byte(i + 1) == 117:
        if i + 4 >= end or byte(i + 2) != 48 or byte(i + 3) != 48:
            return True
        at = i + 4
    else:
        return i + 1 < end and byte(i + 1) == 47 and byte(spelled + 47) != 0
    if at + 1 >= end:
        return False
    high, low = hexadecimal(byte(at)), hexadecimal(byte(at + 1))
    if high > 15 or low > 15:
        return False
    return high > 7 or byte(spelled + 16 * high + low) != 0


@part
def find(start, end, needle, length, spelled):
    """ABSENT, PRESENT or UNSURE: whether bytes hold a text, given in small ASCII letters.

    `spelled` has 256 bytes: not 0 for each character that could hide the text if it stood there
    as an escape (`\\u0061`, `%61`, and `\\/` for a slash). UNSURE: one does, or may.
    """
    if length == 0 or length > end - start:
        return layout.UNSURE
    unsure = False
    i = start
    first, last = byte(needle) | 32, byte(needle + length - 1) | 32
    whole = end - length - _STEP  # up to here both ends can be compared in one go
    while i < end:
        if i <= whole:
            found = part_of(i, first) & part_of(i + length - 1, last)
            while found:
                at = i + first_bit(found)
                found &= found - 1
                if _stands_at(at, needle, length):
                    return layout.PRESENT
            odd = 0 if unsure else unusual(i)
            while odd:
                if _may_spell(i + first_bit(odd), end, spelled):
                    unsure = True
                    break
                odd &= odd - 1
            i += _STEP
        else:
            if i + length <= end and _stands_at(i, needle, length):
                return layout.PRESENT
            c = byte(i)
            if not unsure and (c == 92 or c == 37 or c >= 128):
                unsure = _may_spell(i, end, spelled)
            i += 1
    return layout.UNSURE if unsure else layout.ABSENT
