"""The index's hash tables: what `core.slots` does with whole arrays, one number after the other."""

from __future__ import annotations

import numpy as np

from tui.ingest.compiled import layout
from tui.ingest.compiled.machine import (
    byte,
    four_bytes,
    int32s,
    int64s,
    part,
    prefetch,
    two_bytes,
    uint32s,
    word,
)
from tui.ingest.compiled.texts import alike

_BITS = 13
"""Slots of a segment and steps in one as in `core.slots`."""
_LAST = (1 << _BITS) - 1
_FAR = 200
_AHEAD, _NEAR = 16, 8
"""So many numbers before its turn a slot is asked for, then what stands there already."""


@part
def _number(column, width, row):
    """A number of a column whose numbers take so many bytes: one, two, four or eight."""
    if width == 4:
        return four_bytes(column + 4 * row)
    if width == 8:
        return np.int64(word(column + 8 * row))
    if width == 2:
        return two_bytes(column + 2 * row)
    return byte(column + row)


@part
def _agree(others, count, one, other):
    """Do all of these columns have the same in two rows?"""
    for k in range(count):
        column, width = others[2 * k], others[2 * k + 1]
        if _number(column, width, one) != _number(column, width, other):
            return False
    return True


@part
def _same(blob, ends, width, one, other):
    """Are two texts the same? Each begins where the one before ends; `blob` has room behind it."""
    begin = _number(ends, width, one - 1) if one else 0
    second = _number(ends, width, other - 1) if other else 0
    length = _number(ends, width, one) - begin
    if length != _number(ends, width, other) - second:
        return False
    return alike(blob + begin, blob + second, length)


@part
def _first_slot(h, segments, bits):
    """Where the way of a hash begins."""
    segment = h & ((1 << bits) - 1)
    if segment >= segments:
        segment &= (1 << (bits - 1)) - 1
    return segment << _BITS | h >> (32 - _BITS)


@part
def place(block):
    """Find an equal one for each number, or put it in; see `core.slots.Slots.place`."""
    given = int64s(block, layout.GIVEN)
    segments = given[layout.L_SEGMENTS]
    table = int32s(given[layout.L_TABLE], segments << _BITS)
    count = given[layout.L_COUNT]
    hashes = uint32s(given[layout.L_HASHES], count)
    numbers = int64s(given[layout.L_NUMBERS], count)
    found = int64s(given[layout.L_FOUND], count)
    slots = int64s(given[layout.L_SLOTS], count)
    keys, width = given[layout.L_KEYS], given[layout.L_KEY_WIDTH]
    blob, ends = given[layout.L_BLOB], given[layout.L_ENDS]
    others = int64s(given[layout.L_OTHERS], 2 * given[layout.L_OTHERS_COUNT])
    bits = 0
    while segments >> bits:
        bits += 1
    for index in range(count):
        if index + _AHEAD < count:
            slot = _first_slot(np.int64(hashes[index + _AHEAD]), segments, bits)
            prefetch(given[layout.L_TABLE] + 4 * slot)
        if keys != 0 and index + _NEAR < count:
            slot = _first_slot(np.int64(hashes[index + _NEAR]), segments, bits)
            prefetch(keys + width * (np.int64(table[slot]) - 1))
        number = numbers[index]
        slot = _first_slot(np.int64(hashes[index]), segments, bits)
        step = 0
        found[index] = number
        while True:
            held = np.int64(table[slot]) - 1
            if held < 0:
                table[slot] = number + 1
                break
            if (
                keys != 0
                and _number(keys, width, held) == _number(keys, width, number)
                and (blob == 0 or _same(blob, ends, given[layout.L_END_WIDTH], held, number))
                and _agree(others, given[layout.L_OTHERS_COUNT], held, number)
            ):
                found[index] = held
                break
            if step >= _FAR:
                slot = np.int64(-1)
                break
            step += 1
            slot = slot & ~_LAST | (slot + step) & _LAST
        slots[index] = slot
    return 0
