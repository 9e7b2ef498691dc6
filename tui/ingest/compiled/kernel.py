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
from tui.ingest.compiled.find import find
from tui.ingest.compiled.machine import byte, int32s, int64s, part, set_word, uint32s, uint64s, word
from tui.ingest.compiled.mark import mark
from tui.ingest.compiled.place import place as place_all
from tui.ingest.compiled.record import CONTEXT_SCHEMA, only, walk
from tui.ingest.compiled.table import intern, put, refill
from tui.ingest.compiled.texts import space, time_of, uuid_of

_RECORDS = np.frombuffer(b'Records"', "<u8")[0]
_U1, _U32 = np.uint64(1), np.uint64(32)
_NOT_FIRST = ~np.uint64(255)


@part
def _row(base, start, end, row, rows, times, ids, store, work, scratch, kinds, places, finals):
    """Number a record's values into a row; returns FITS, MISFIT or FULL."""
    first = layout.COLUMNS * row
    rows[first + layout.R_START] = start - base
    rows[first + layout.R_END] = end - base
    rows[first + layout.R_TIME_START] = work[2 * layout.TIME] - base
    rows[first + layout.R_TIME_END] = work[2 * layout.TIME + 1] - base
    rows[first + layout.R_ID_START] = work[2 * layout.ID] - base
    rows[first + layout.R_ID_END] = work[2 * layout.ID + 1] - base
    times[row] = time_of(work[2 * layout.TIME], work[2 * layout.TIME + 1])
    ids[row] = uuid_of(work[2 * layout.ID], work[2 * layout.ID + 1])
    for column in range(layout.R_TARGET, layout.R_HANDED + 1):
        rows[first + column] = -1
    failed = work[2 * layout.ERROR + 1] > work[2 * layout.ERROR]
    silent = work[2 * layout.MESSAGE + 1] == work[2 * layout.MESSAGE]
    names = work[layout.W_NAMES]
    kind = identity = access = 0
    mode = layout.WHOLE
    place = -1
    used = np.int64(0)
    tag = layout.KIND
    while True:
        # One value after another; what comes next depends on what is known of the last.
        at = scratch
        length = np.int64(0)
        if tag == layout.KIND:
            used = put(scratch, 1, work[2 * layout.SOURCE], work[2 * layout.SOURCE + 1])
            used = put(scratch, used, work[2 * layout.EVENT], work[2 * layout.EVENT + 1])
            used = put(scratch, used, work[2 * layout.TYPE], work[2 * layout.TYPE + 1])
            set_word(scratch, (word(scratch) & ~np.uint64(255)) | np.uint64(failed))
            length = used
        elif tag == layout.CALL:
            for text in range(layout.REGION, layout.CONSOLE + 1):
                used = put(scratch, used, work[2 * text], work[2 * text + 1])
            set_word(
                scratch, (word(scratch) & ~np.uint64(255)) | np.uint64(work[layout.W_READ_ONLY])
            )
            length = used
        elif tag == layout.IDENTITY:
            used = put(scratch, 1, work[2 * layout.RECIPIENT], work[2 * layout.RECIPIENT + 1])
            for text in range(layout.LEAF_TYPE, layout.TEXTS):
                used = put(scratch, used, work[2 * text], work[2 * text + 1])
            set_word(
                scratch, (word(scratch) & ~np.uint64(255)) | np.uint64(work[layout.W_IDENTIFIED])
            )
            length = used
        elif tag == layout.KEY:
            at = work[2 * layout.ACCESS_KEY]
            length = work[2 * layout.ACCESS_KEY + 1] - at
        elif tag == layout.ORIGIN:
            set_word(scratch, np.uint64(identity) << _U32 | np.uint64(access))
            length = np.int64(8)
        elif tag == layout.ADDRESS:
            at = work[2 * layout.IP]
            length = work[2 * layout.IP + 1] - at
        elif tag == layout.USERAGENT:
            at = work[2 * layout.AGENT]
            length = work[2 * layout.AGENT + 1] - at
        elif tag == layout.PLACE:
            set_word(scratch, np.uint64(kind) << _U32 | np.uint64(names))
            used = np.int64(8)
            for k in range(names):
                p = layout.W_LIST + layout.LIST_WIDTH * k
                if work[p + 4] == CONTEXT_SCHEMA:
                    used = put(scratch, used, scratch, scratch)
                used = put(scratch, used, work[p], work[p + 1])
            length = used
        elif tag == layout.HEADER:
            p = (
                layout.W_LIST
                + layout.LIST_WIDTH * places[layout.P_COLUMNS * place + layout.P_HEADER]
            )
            if byte(work[p + 2]) != 34:
                return layout.FITS
            at = work[p + 2] + 1
            length = work[p + 3] - 1 - at
        elif tag == layout.NAME:
            if places[layout.P_COLUMNS * place + layout.P_FIRST] < 0:
                if work[layout.W_RESOURCES] == 0:
                    rows[first + layout.R_STATE] = layout.EVERYTHING
                return layout.FITS
            p = (
                layout.W_LIST
                + layout.LIST_WIDTH * places[layout.P_COLUMNS * place + layout.P_FIRST]
            )
            at, until = only(work[p + 2])
            if at == 0:
                return layout.FITS
            length = until - at
        elif tag == layout.OBJECT:
            if places[layout.P_COLUMNS * place + layout.P_OBJECT] < 0:
                return layout.FITS
            p = (
                layout.W_LIST
                + layout.LIST_WIDTH * places[layout.P_COLUMNS * place + layout.P_OBJECT]
            )
            if byte(work[p + 2]) != 34:
                return layout.FITS
            at = work[p + 2] + 1
            length = work[p + 3] - 1 - at
        elif tag == layout.MEMO:
            who = identity if kinds[layout.K_COLUMNS * kind + layout.K_ORIGIN] else 0
            set_word(scratch, np.uint64(kind) << _U32 | np.uint64(who))
            set_word(
                scratch + 8, np.uint64(work[layout.W_RESOURCES] | work[layout.W_ANSWERED] << 1)
            )
            used = np.int64(9)
            if failed:  # a refusal's message may name the target
                used = put(scratch, used, work[2 * layout.MESSAGE], work[2 * layout.MESSAGE + 1])
            for k in range(names):
                p = layout.W_LIST + layout.LIST_WIDTH * k
                if work[p + 4] != CONTEXT_SCHEMA:
                    used = put(scratch, used, work[p], work[p + 1])
                    used = put(scratch, used, work[p + 2], work[p + 3])
            if used < 0 or used > layout.LONGEST_MEMO:
                return layout.FITS
            length = used
        else:  # HANDED
            at = work[2 * layout.HANDED_KEY]
            length = work[2 * layout.HANDED_KEY + 1] - at
            if length < 1:
                rows[first + layout.R_STATE] = layout.WAITS
                return layout.FITS
            if length > layout.LONGEST_HANDED:  # bytes: it may still be as many letters
                rows[first + layout.R_STATE] = layout.BY_RECORD
                return layout.FITS
        if length < 0:
            return layout.MISFIT if tag <= layout.USERAGENT else layout.FITS
        if length > layout.LONGEST_ENTRY - 64:
            return layout.MISFIT
        number = intern(store, work, at, length, tag)
        if number < 0:
            return layout.FULL if number == layout.NO_ENTRIES else layout.MISFIT
        if tag == layout.KIND:
            kind = number
            rows[first + layout.R_KIND] = number
            mode = kinds[layout.K_COLUMNS * kind + layout.K_MODE]
        elif tag == layout.CALL:
            rows[first + layout.R_CALL] = number
        elif tag == layout.IDENTITY:
            identity = number
        elif tag == layout.KEY:
            access = number
        elif tag == layout.ORIGIN:
            rows[first + layout.R_ORIGIN] = number
        elif tag == layout.ADDRESS:
            rows[first + layout.R_ADDRESS] = number
        elif tag == layout.USERAGENT:
            rows[first + layout.R_USERAGENT] = number
            plain = work[layout.W_PLAIN] == 1 and (silent or failed)
            rows[first + layout.R_STATE] = layout.BY_RECORD if plain else layout.WAITS
            if mode <= layout.WHOLE or not plain or names < 0:
                return layout.FITS
            if mode == layout.REMEMBERED:
                tag = layout.MEMO
                continue
        elif tag == layout.PLACE:
            place = number
            rows[first + layout.R_MEMO] = number
            if places[layout.P_COLUMNS * place + layout.P_MODE] == layout.UNKNOWN:
                return layout.FITS
            if places[layout.P_COLUMNS * place + layout.P_MODE] == layout.NEVER:
                rows[first + layout.R_STATE] = layout.WAITS
                return layout.FITS
            if places[layout.P_COLUMNS * place + layout.P_MODE] == layout.NOWHERE:
                tag = layout.MEMO
                continue
            if places[layout.P_COLUMNS * place + layout.P_HEADER] < 0:
                tag = layout.NAME
                continue
        elif tag == layout.HEADER:
            if finals[number] != 1:
                rows[first + layout.R_STATE] = layout.WAITS if finals[number] else layout.BY_RECORD
                return layout.FITS
        elif tag == layout.NAME:
            rows[first + layout.R_TARGET] = number
            rows[first + layout.R_STATE] = layout.BY_NAME
            if mode == layout.HANDING and work[layout.W_ANSWERED]:
                tag = layout.HANDED
                continue
        elif tag == layout.OBJECT:
            rows[first + layout.R_OBJECT] = number
            return layout.FITS
        elif tag == layout.MEMO:
            rows[first + layout.R_MEMO] = number
            rows[first + layout.R_STATE] = layout.BY_MEMO
            if mode != layout.HANDING or not work[layout.W_ANSWERED]:
                return layout.FITS
        else:
            rows[first + layout.R_HANDED] = number
            return layout.FITS
        tag += 1


@part
def scan(block):
    """Read the files of a buffer; returns how many rows there are, or what has no room. Or `find`.

    `block` is the address of the GIVEN numbers: addresses of arrays and their lengths. `bounds`
    has where each file begins and ends, `results` gets what it is and how many rows it has.
    `finals` has 1 for each HEADER that lets nobody in, 2 for each that may.
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
    base = given[layout.G_BASE]
    bounds = int64s(given[layout.G_BOUNDS], 2 * given[layout.G_FILES])
    results = int64s(given[layout.G_RESULTS], 2 * given[layout.G_FILES])
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
    if given[layout.G_STALE]:
        refill(store, work)
        given[layout.G_STALE] = 0
    count = 0
    for file in range(given[layout.G_FILES]):
        results[2 * file] = layout.MISFIT
        results[2 * file + 1] = 0
        stop = base + bounds[2 * file + 1]
        i = space(base + bounds[2 * file])
        if byte(i) != 123:
            continue
        i = space(i + 1)
        if byte(i) != 34 or word(i + 1) != _RECORDS:
            continue
        i = space(i + 9)
        if byte(i) != 58:
            continue
        i = space(i + 1)
        if byte(i) != 91:
            continue
        i = space(i + 1)
        first = count
        fits = byte(i) == 93
        if fits:
            i += 1
        else:
            while True:
                if count >= given[layout.G_MOST_ROWS]:
                    return layout.NO_ROWS
                start = i
                i = walk(i, work)
                if i == 0:
                    break
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
                    break
                count += 1
                i = space(i)
                c = byte(i)
                i += 1
                if c == 93:
                    fits = True
                    break
                if c != 44:
                    break
                i = space(i)
        if fits:
            i = space(i)
            fits = byte(i) == 125 and space(i + 1) == stop
        if fits:
            results[2 * file] = layout.FITS
            results[2 * file + 1] = count - first
        else:
            count = first
    return count
