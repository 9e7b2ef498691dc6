"""Which texts of a run hold some bytes: what `core.byte_search` asks of all at once."""

from __future__ import annotations

from tui.ingest.compiled import layout
from tui.ingest.compiled.machine import byte, first_bit, int64s, part, same, uint8s, uint32s
from tui.ingest.compiled.texts import alike

_STEP = 32


@part
def mark(block):
    """Set the mark of each text that holds the bytes as a whole; returns 0.

    `block` is the address of the GIVEN numbers. The texts stand one behind the other, `ends` has
    where each ends, counted from the run's origin. What begins in one and ends in the next is in
    neither.
    """
    given = int64s(block, layout.GIVEN)
    origin, count = given[layout.M_ORIGIN], given[layout.M_COUNT]
    ends = uint32s(given[layout.M_ENDS], count)
    marks = uint8s(given[layout.M_MARKS], count)
    needle, length = given[layout.M_NEEDLE], given[layout.M_LENGTH]
    i = origin + given[layout.M_BEGIN]
    if count == 0 or length == 0:
        return 0
    stop = origin + ends[count - 1] - length + 1  # what is found begins before it
    first, last = byte(needle), byte(needle + length - 1)
    text = 0
    while i < stop:
        if i + _STEP <= stop:
            found = same(i, first) & same(i + length - 1, last)
        else:
            found = byte(i) == first and byte(i + length - 1) == last
        after = i + (_STEP if i + _STEP <= stop else 1)
        while found:
            at = i + first_bit(found)
            found &= found - 1
            if alike(at, needle, length):
                while origin + ends[text] <= at:
                    text += 1
                if at + length <= origin + ends[text]:
                    marks[text] = 1
                    after = origin + ends[text]  # once is enough
                    break
        i = after
    return 0
