"""The compiled reader: what delivered log files hold, as numbers, in one pass over their bytes.

It walks the JSON once and makes no objects. Each distinct value (a text, or several together) has
a number in one hash table of raw bytes; the caller works out what a new one means, once. Whatever
is not exactly what AWS delivers makes a file a MISFIT, which the other readers take: they know all
shapes. So the rules here may be narrower than theirs, but never wider.

numba compiles this, once on a machine (see `compiling`). Places in a text are addresses, and
nothing checks bounds: each read is inside because the one before was no end, and a buffer is
followed by PAD zeros, which end every string, number and space.
"""

from __future__ import annotations

import numpy as np

from tui.ingest.compiled import layout
from tui.ingest.compiled.beginnings import beginnings
from tui.ingest.compiled.find import find
from tui.ingest.compiled.machine import byte, int32s, int64s, part, set_word, uint32s, uint64s, word
from tui.ingest.compiled.mark import mark
from tui.ingest.compiled.place import place as place_all
from tui.ingest.compiled.record import CONTEXT_SCHEMA, only, walk
from tui.ingest.compiled.table import intern, nearly, put, refill, sought
from tui.ingest.compiled.texts import space, time_of, uuid_of

_RECORDS = np.frombuffer(b'Records"', "<u8")[0]
_U32 = np.uint64(32)
_NOT_FIRST = ~np.uint64(255)
_LONGEST = layout.LONGEST_ENTRY - 64


@part
def _kind_key(work, to, failed):
    used = put(to, 1, work[2 * layout.SOURCE], work[2 * layout.SOURCE + 1])
    used = put(to, used, work[2 * layout.EVENT], work[2 * layout.EVENT + 1])
    used = put(to, used, work[2 * layout.TYPE], work[2 * layout.TYPE + 1])
    set_word(to, (word(to) & _NOT_FIRST) | np.uint64(failed))
    return used


@part
def _call_key(work, to, kind):
    set_word(to, np.uint64(kind) << _U32 | np.uint64(work[layout.W_READ_ONLY]))
    used = np.int64(8)
    for text in range(layout.REGION, layout.CONSOLE + 1):
        used = put(to, used, work[2 * text], work[2 * text + 1])
    return used


@part
def _identity_key(work, to):
    used = put(to, 1, work[2 * layout.RECIPIENT], work[2 * layout.RECIPIENT + 1])
    for text in range(layout.LEAF_TYPE, layout.TEXTS):
        used = put(to, used, work[2 * text], work[2 * text + 1])
    set_word(to, (word(to) & _NOT_FIRST) | np.uint64(work[layout.W_IDENTIFIED]))
    return used


@part
def _place_key(work, to, kind):
    names = work[layout.W_NAMES]
    set_word(to, np.uint64(kind) << _U32 | np.uint64(names))
    used = np.int64(8)
    for k in range(names):
        p = layout.W_LIST + layout.LIST_WIDTH * k
        if work[p + 4] == CONTEXT_SCHEMA:
            used = put(to, used, to, to)
        used = put(to, used, work[p], work[p + 1])
    return used


@part
def _memo_key(work, to, kind, who, failed):
    """The key of a call with all that it was given; -1: that is too long to be remembered."""
    set_word(to, np.uint64(kind) << _U32 | np.uint64(who))
    set_word(to + 8, np.uint64(work[layout.W_RESOURCES] | work[layout.W_ANSWERED] << 1))
    used = np.int64(9)
    if failed:  # a refusal's message may name the target
        used = put(to, used, work[2 * layout.MESSAGE], work[2 * layout.MESSAGE + 1])
    for k in range(work[layout.W_NAMES]):
        p = layout.W_LIST + layout.LIST_WIDTH * k
        if work[p + 4] != CONTEXT_SCHEMA:
            used = put(to, used, work[p], work[p + 1])
            used = put(to, used, work[p + 2], work[p + 3])
    return used if used <= layout.LONGEST_MEMO else -1


@part
def _parameter_of(work, places, place, column):
    """Where in the work array the parameter is that a place has in a column; -1: it has none."""
    index = np.int64(places[layout.P_COLUMNS * place + column])
    return layout.W_LIST + layout.LIST_WIDTH * index if index >= 0 else np.int64(-1)


@part
def _text_at(work, parameter):
    """Where a parameter's text stands, and its length; 0, -1: it has none."""
    if parameter < 0 or byte(work[parameter + 2]) != 34:
        return np.int64(0), np.int64(-1)
    return work[parameter + 2] + 1, work[parameter + 3] - work[parameter + 2] - 2


@part
def _way(first, rows, store, work, to, kind, plain, kinds, places, finals):
    """By what the target is known: NAME, MEMO, or 0 where the row's state says it all.

    Less than that: an entry for which there is no room.
    """
    mode = kinds[layout.K_COLUMNS * kind + layout.K_MODE]
    rows[first + layout.R_STATE] = layout.BY_RECORD if plain else layout.WAITS
    if mode <= layout.WHOLE or not plain or work[layout.W_NAMES] < 0:
        return 0
    if mode == layout.REMEMBERED:
        return layout.MEMO
    length = _place_key(work, to, kind)
    if length < 0:
        return 0
    place = intern(
        store, work, to, length, layout.PLACE, sought(store, work, to, length, layout.PLACE)
    )
    if place < 0:
        return place
    rows[first + layout.R_MEMO] = place
    known = places[layout.P_COLUMNS * place + layout.P_MODE]
    if known == layout.NOWHERE:
        return layout.MEMO
    if known == layout.NEVER:
        rows[first + layout.R_STATE] = layout.WAITS
    if known != layout.SOMEWHERE:
        return 0
    if _parameter_of(work, places, place, layout.P_HEADER) >= 0:
        at, length = _text_at(work, _parameter_of(work, places, place, layout.P_HEADER))
        if length < 0:
            return 0
        if length > _LONGEST:
            return layout.NO_ENTRIES - 1
        header = intern(
            store, work, at, length, layout.HEADER, sought(store, work, at, length, layout.HEADER)
        )
        if header < 0:
            return header
        if finals[header] != 1:
            rows[first + layout.R_STATE] = layout.WAITS if finals[header] else layout.BY_RECORD
            return 0
    if _parameter_of(work, places, place, layout.P_FIRST) < 0:
        if work[layout.W_RESOURCES] == 0:
            rows[first + layout.R_STATE] = layout.EVERYTHING
        return 0
    return layout.NAME


@part
def _row(base, start, end, row, rows, times, ids, store, work, scratch, kinds, places, finals):
    """Number a record's values into a row; returns FITS, MISFIT or FULL.

    What a number needs is asked for long before it is looked at: the table is larger than the
    processor's nearest memory, and waiting for it took a quarter of the time.
    """
    first = layout.COLUMNS * row
    rows[first + layout.R_START] = start - base
    rows[first + layout.R_END] = end - base
    rows[first + layout.R_TIME_START] = work[2 * layout.TIME] - base
    rows[first + layout.R_TIME_END] = work[2 * layout.TIME + 1] - base
    rows[first + layout.R_ID_START] = work[2 * layout.ID] - base
    rows[first + layout.R_ID_END] = work[2 * layout.ID + 1] - base
    for column in range(layout.R_TARGET, layout.R_HANDED + 1):
        rows[first + column] = -1
    failed = work[2 * layout.ERROR + 1] > work[2 * layout.ERROR]
    silent = work[2 * layout.MESSAGE + 1] == work[2 * layout.MESSAGE]
    plain = work[layout.W_PLAIN] == 1 and (silent or failed)

    call_at = scratch
    identity_at = scratch + layout.LONGEST_KEY
    target_at = scratch + 2 * layout.LONGEST_KEY
    kind_length = _kind_key(work, target_at, failed)
    identity_length = _identity_key(work, identity_at)
    key_at = work[2 * layout.ACCESS_KEY]
    key_length = work[2 * layout.ACCESS_KEY + 1] - key_at
    address_at = work[2 * layout.IP]
    address_length = work[2 * layout.IP + 1] - address_at
    agent_at = work[2 * layout.AGENT]
    agent_length = work[2 * layout.AGENT + 1] - agent_at
    if kind_length < 0 or identity_length < 0:
        return layout.MISFIT
    if max(key_length, address_length, agent_length) > _LONGEST:
        return layout.MISFIT
    identity_hash = sought(store, work, identity_at, identity_length, layout.IDENTITY)
    key_hash = sought(store, work, key_at, key_length, layout.KEY)
    address_hash = sought(store, work, address_at, address_length, layout.ADDRESS)
    agent_hash = sought(store, work, agent_at, agent_length, layout.USERAGENT)
    kind = intern(
        store,
        work,
        target_at,
        kind_length,
        layout.KIND,
        sought(store, work, target_at, kind_length, layout.KIND),
    )
    if kind < 0:
        return _unfit(kind)
    rows[first + layout.R_KIND] = kind
    call_length = _call_key(work, call_at, kind)
    if call_length < 0:
        return layout.MISFIT
    call_hash = sought(store, work, call_at, call_length, layout.CALL)

    way = _way(first, rows, store, work, target_at, kind, plain, kinds, places, finals)
    if way < 0:
        return _unfit(way)
    place = np.int64(rows[first + layout.R_MEMO])
    at = thing_at = np.int64(0)
    length = thing_length = np.int64(-1)
    target_hash = thing_hash = np.uint64(0)
    handing = (
        kinds[layout.K_COLUMNS * kind + layout.K_MODE] == layout.HANDING
        and work[layout.W_ANSWERED] != 0
    )
    if way == layout.NAME:
        parameter = _parameter_of(work, places, place, layout.P_FIRST)
        at, until = only(work[parameter + 2])
        length = until - at
        if at == 0:
            way = 0
        elif length > _LONGEST:
            return layout.MISFIT
        else:
            target_hash = sought(store, work, at, length, layout.NAME)
            if not handing:
                parameter = _parameter_of(work, places, place, layout.P_OBJECT)
                thing_at, thing_length = _text_at(work, parameter)
                if thing_length > _LONGEST:
                    return layout.MISFIT
                if thing_length >= 0:
                    thing_hash = sought(store, work, thing_at, thing_length, layout.OBJECT)

    times[row] = time_of(work[2 * layout.TIME], work[2 * layout.TIME + 1])
    nearly(store, identity_hash)
    nearly(store, key_hash)
    nearly(store, address_hash)
    nearly(store, agent_hash)
    nearly(store, call_hash)
    ids[row] = uuid_of(work[2 * layout.ID], work[2 * layout.ID + 1])

    identity = intern(store, work, identity_at, identity_length, layout.IDENTITY, identity_hash)
    if identity < 0:
        return _unfit(identity)
    access = intern(store, work, key_at, key_length, layout.KEY, key_hash)
    if access < 0:
        return _unfit(access)
    # Its place is free for the two numbers that make an origin.
    set_word(identity_at, np.uint64(identity) << _U32 | np.uint64(access))
    origin_hash = sought(store, work, identity_at, 8, layout.ORIGIN)
    if way == layout.NAME:
        nearly(store, target_hash)
        if thing_length >= 0:
            nearly(store, thing_hash)
    elif way == layout.MEMO:
        who = identity if kinds[layout.K_COLUMNS * kind + layout.K_ORIGIN] else 0
        at = target_at
        length = _memo_key(work, target_at, kind, who, failed)
        if length < 0:
            way = 0
        else:
            target_hash = sought(store, work, target_at, length, layout.MEMO)
    address = intern(store, work, address_at, address_length, layout.ADDRESS, address_hash)
    if address < 0:
        return _unfit(address)
    rows[first + layout.R_ADDRESS] = address
    nearly(store, origin_hash)
    agent = intern(store, work, agent_at, agent_length, layout.USERAGENT, agent_hash)
    if agent < 0:
        return _unfit(agent)
    rows[first + layout.R_USERAGENT] = agent
    call = intern(store, work, call_at, call_length, layout.CALL, call_hash)
    if call < 0:
        return _unfit(call)
    rows[first + layout.R_CALL] = call
    origin = intern(store, work, identity_at, 8, layout.ORIGIN, origin_hash)
    if origin < 0:
        return _unfit(origin)
    rows[first + layout.R_ORIGIN] = origin
    if way == 0:
        return layout.FITS

    number = intern(store, work, at, length, way, target_hash)
    if number < 0:
        return _unfit(number)
    if way == layout.NAME:
        rows[first + layout.R_TARGET] = number
        rows[first + layout.R_STATE] = layout.BY_NAME
        if thing_length >= 0:
            number = intern(store, work, thing_at, thing_length, layout.OBJECT, thing_hash)
            if number < 0:
                return _unfit(number)
            rows[first + layout.R_OBJECT] = number
    else:
        rows[first + layout.R_MEMO] = number
        rows[first + layout.R_STATE] = layout.BY_MEMO
    if handing:
        at = work[2 * layout.HANDED_KEY]
        length = work[2 * layout.HANDED_KEY + 1] - at
        if length < 1:
            rows[first + layout.R_STATE] = layout.WAITS
        elif length > layout.LONGEST_HANDED:  # bytes: it may still be as many letters
            rows[first + layout.R_STATE] = layout.BY_RECORD
        else:
            handed_hash = sought(store, work, at, length, layout.HANDED)
            number = intern(store, work, at, length, layout.HANDED, handed_hash)
            if number < 0:
                return _unfit(number)
            rows[first + layout.R_HANDED] = number
    return layout.FITS


@part
def _unfit(number):
    """What a record is that has an entry without a number."""
    return layout.FULL if number == layout.NO_ENTRIES else layout.MISFIT


@part
def scan(block):
    """Read a file of a buffer; returns how many rows it has, or why not. Or another task.

    `block` is the address of the GIVEN numbers: addresses of arrays and their lengths. `finals` has
    1 for each HEADER that lets nobody in, 2 for each that may.
    """
    given = int64s(block, layout.GIVEN)
    if given[layout.G_TASK] == layout.FIND:
        return find(
            given[layout.F_START],
            given[layout.F_END],
            given[layout.F_NEEDLE],
            given[layout.F_LENGTH],
            given[layout.F_SPELLED],
        )
    if given[layout.G_TASK] == layout.PLACE_ALL:
        return place_all(block)
    if given[layout.G_TASK] == layout.MARK:
        return mark(block)
    if given[layout.G_TASK] == layout.BEGIN:
        return beginnings(given)
    return _file(given)


@part
def _file(given):
    """Read a file; returns how many rows it has, NO_FIT, or what there is no room for."""
    base = given[layout.G_BASE]
    rows = int32s(given[layout.G_ROWS], layout.COLUMNS * given[layout.G_MOST_ROWS])
    times = int64s(given[layout.G_TIMES], given[layout.G_MOST_ROWS])
    ids = uint64s(given[layout.G_IDS], given[layout.G_MOST_ROWS])
    work = int64s(given[layout.G_WORK], layout.WORK)
    scratch = given[layout.G_SCRATCH]
    most = given[layout.G_MOST]
    kinds = int32s(given[layout.G_KINDS], layout.K_COLUMNS * most)
    places = int32s(given[layout.G_PLACES], layout.P_COLUMNS * most)
    finals = uint32s(given[layout.G_FINALS], most)
    store = (
        given[layout.G_TABLE],
        given[layout.G_SLOTS],
        given[layout.G_BLOB],
        given[layout.G_ROOM],
        given[layout.G_OFFSETS],
        most,
    )
    if work[layout.W_STALE]:
        refill(store, work)
        work[layout.W_STALE] = 0
    stop = base + given[layout.G_END]
    i = space(base + given[layout.G_START])
    if byte(i) != 123:
        return layout.NO_FIT
    i = space(i + 1)
    if byte(i) != 34 or word(i + 1) != _RECORDS:
        return layout.NO_FIT
    i = space(i + 9)
    if byte(i) != 58:
        return layout.NO_FIT
    i = space(i + 1)
    if byte(i) != 91:
        return layout.NO_FIT
    i = space(i + 1)
    count = given[layout.G_COUNT]
    if byte(i) == 93:
        i += 1
    else:
        while True:
            if count >= given[layout.G_MOST_ROWS]:
                return layout.NO_ROWS
            start = i
            i = walk(i, work)
            if i == 0:
                return layout.NO_FIT
            state = _row(
                base,
                start,
                i,
                count,
                rows,
                times,
                ids,
                store,
                work,
                scratch,
                kinds,
                places,
                finals,
            )
            if state == layout.FULL:
                return layout.NO_ENTRIES
            if state == layout.MISFIT:
                return layout.NO_FIT
            count += 1
            i = space(i)
            c = byte(i)
            i += 1
            if c == 93:
                break
            if c != 44:
                return layout.NO_FIT
            i = space(i)
    i = space(i)
    if byte(i) != 125 or space(i + 1) != stop:
        return layout.NO_FIT
    return count - given[layout.G_COUNT]
