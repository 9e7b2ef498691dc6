"""New entries of the table: where in each begins what a row shows of it."""

from __future__ import annotations

import numpy as np

from tui.ingest.compiled import layout
from tui.ingest.compiled.machine import (
    byte,
    first_bit,
    four_bytes,
    int32s,
    int64s,
    part,
    unusual,
    word,
)

_U32, _U56 = map(np.uint64, (32, 56))
_LENGTH = np.uint64(0xFF_FFFF)
_ARN, _HTTP, _SSM, _LOGS, _SECRETS = (
    int.from_bytes(text, "little") for text in (b"arn:", b"http", b"ssm:", b"logs", b"secr")
)
_ARN_LETTERS = 0xFF_FFFF
_PLAIN = np.zeros(256, np.uint8)
"""What a name may begin with of which nothing is left out: see `values.is_plain`."""
_PLAIN[list(b"bcdefgijklmnopqrstuvwxyzBCDEFGIJKLMNOPQSTUVWXYZ0123456789/_-.$@ah")] = 1
_COLONS = 5
"""They stand before what an ARN names."""


@part
def _is_odd(at, end):
    """Are there bytes that are no ASCII, or may begin an escape?"""
    while at < end:
        found = unusual(at)
        if found:
            return at + first_bit(found) < end
        at += 32
    return False


@part
def _name(at, length):
    """Where what `values.shorten` leaves of a text begins; -1: that has to be asked."""
    end = at + length
    if length == 0 or length > layout.LONGEST_NAME or byte(end - 1) <= 32:
        return -1
    four = four_bytes(at)
    if four != _ARN:
        if four == _HTTP or four & _ARN_LETTERS == _ARN & _ARN_LETTERS:
            return -1
        return 0 if _PLAIN[byte(at)] else -1
    colons = 1
    i = at + 4
    while i < end:
        if byte(i) == 58:
            colons += 1
            if colons == _COLONS:
                return i + 1 - at if i + 1 < end else -1
            if colons == 2:  # the service comes, of some of which more is left out
                four = four_bytes(i + 1)
                if four == _SSM or four == _LOGS or four == _SECRETS:
                    return -1
        i += 1
    return -1


@part
def beginnings(given):
    """Of each new entry: what of its bytes is shown begins here, and is ASCII.

    -1: it has escapes or other letters, or is a name of another kind.
    """
    blob, offsets = given[layout.G_BLOB], given[layout.G_OFFSETS]
    work = int64s(given[layout.G_WORK], layout.WORK)
    found = int32s(given[layout.G_BEGINNINGS], given[layout.G_MOST])
    for number in range(given[layout.G_START], work[layout.W_COUNT]):
        at = blob + np.int64(word(offsets + 8 * number))
        head = word(at)
        length = np.int64(head >> _U32 & _LENGTH)
        if _is_odd(at + 8, at + 8 + length):
            found[number] = -1
        elif head >> _U56 == np.uint64(layout.NAME):
            found[number] = _name(at + 8, length)
        else:
            found[number] = 0
    return 0
