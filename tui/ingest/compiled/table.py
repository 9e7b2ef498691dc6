"""The hash table of raw bytes: a number for each distinct value, and composite keys for it."""

from __future__ import annotations

import numpy as np

from tui.ingest.compiled import layout
from tui.ingest.compiled.machine import part, prefetch, set_word, word

_U0, _U1, _U32, _U56 = map(np.uint64, (0, 1, 32, 56))
_LOW = np.uint64(0xFFFF_FFFF)
_LENGTH = np.uint64(0xFF_FFFF)
_MULTIPLIER = np.uint64(0xD6E8FEB86659FD93)
_SECOND = np.uint64(0xA3B195354A39B70D)
_GOLDEN = np.uint64(0x9E3779B97F4A7C15)


@part
def _hash(start, length, seed):
    h = seed ^ (np.uint64(length) * _GOLDEN)
    other = h
    k = 0
    while k + 16 <= length:  # two at a time, as each step waits for the one before
        h = (h ^ word(start + k)) * _MULTIPLIER
        other = (other ^ word(start + k + 8)) * _SECOND
        h ^= h >> _U32
        other ^= other >> _U32
        k += 16
    if k + 8 <= length:
        h = (h ^ word(start + k)) * _MULTIPLIER
        h ^= h >> _U32
        k += 8
    if k < length:
        other = (other ^ (word(start + k) & ((_U1 << np.uint64(8 * (length - k))) - _U1))) * _SECOND
        other ^= other >> _U32
    h = (h ^ seed ^ (other << _U32 | other >> _U32)) * _MULTIPLIER
    return h ^ (h >> _U32)


@part
def sought(store, work, start, length, tag):
    """The hash of these bytes under this tag; their place in the table is asked for."""
    table, slots, _, _, _, _ = store
    h = _hash(start, length, np.uint64(work[layout.W_SEED]) ^ np.uint64(tag) << _U56)
    prefetch(table + 8 * np.int64(h & np.uint64(slots - 1)))
    return h


@part
def nearly(store, h):
    """The entry that probably has this hash is asked for; its place should be there by now."""
    table, slots, blob, _, _, _ = store
    prefetch(blob + 8 * np.int64(word(table + 8 * np.int64(h & np.uint64(slots - 1))) & _LOW))


@part
def intern(store, work, start, length, tag, h):
    """The number of these bytes, `sought` under this tag, given out now if need be.

    NO_ENTRIES: there is no room; less: too many others are in its way.

    `store` has the addresses and sizes of the table, the entries and their offsets. An entry is
    its head (number, length, tag) and its bytes, filled up with zeros to whole words.
    """
    table, slots, blob, room, offsets, most = store
    slot = np.int64(h & np.uint64(slots - 1))
    mark = h >> _U32
    full = length >> 3
    last = (_U1 << np.uint64(8 * (length & 7))) - _U1
    head = np.uint64(length) << _U32 | np.uint64(tag) << _U56
    steps = 0
    while True:
        held = word(table + 8 * slot)
        if held == _U0:
            break
        if held >> _U32 == mark:
            at = blob + np.int64(held & _LOW) * 8
            top = word(at)
            if top >> _U32 == head >> _U32:
                at += 8
                same = True
                for k in range(full):
                    if word(at + 8 * k) != word(start + 8 * k):
                        same = False
                        break
                if same and (last == _U0 or word(at + 8 * full) == word(start + 8 * full) & last):
                    return np.int64(top & _LOW)
        steps += 1
        if steps > layout.MOST_STEPS:
            return layout.NO_ENTRIES - 1
        slot = (slot + 1) & (slots - 1)
    count = work[layout.W_COUNT]
    used = work[layout.W_USED]
    if count * 2 >= slots or count >= most or used + length + 24 > room:
        return layout.NO_ENTRIES
    set_word(table + 8 * slot, mark << _U32 | np.uint64(used >> 3))
    set_word(offsets + 8 * count, np.uint64(used))
    at = blob + used
    set_word(at, head | np.uint64(count))
    for k in range(full):
        set_word(at + 8 + 8 * k, word(start + 8 * k))
    used += 8 + 8 * full
    if last:
        set_word(blob + used, word(start + 8 * full) & last)
        used += 8
    work[layout.W_COUNT] = count + 1
    work[layout.W_USED] = used
    return count


@part
def refill(store, work):
    """Fill a new, empty table from the entries."""
    table, slots, blob, _, offsets, _ = store
    for number in range(work[layout.W_COUNT]):
        used = np.int64(word(offsets + 8 * number))
        top = word(blob + used)
        tag = top >> _U56
        length = np.int64(top >> _U32 & np.uint64(0xFF_FFFF))
        h = _hash(blob + used + 8, length, np.uint64(work[layout.W_SEED]) ^ tag << _U56)
        slot = np.int64(h & np.uint64(slots - 1))
        while word(table + 8 * slot) != _U0:
            slot = (slot + 1) & (slots - 1)
        set_word(table + 8 * slot, h >> _U32 << _U32 | np.uint64(used >> 3))


@part
def put(to, used, start, end):
    """Add a part to a composite key; returns how long that is now, -1: too long.

    A zero follows each part: no JSON text has one, so other parts make another key.
    """
    length = end - start
    if used < 0 or used + length + 16 > layout.LONGEST_KEY:
        return -1
    k = 0
    while k < length:
        set_word(to + used + k, word(start + k))
        k += 8
    set_word(to + used + length, _U0)
    return used + length + 1
