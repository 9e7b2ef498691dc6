"""What the compiled reader and its caller agree upon: numbers, tags, columns, room."""

from __future__ import annotations

PAD = 64
"""Zero bytes behind the last file in a buffer."""
DEPTH = 500
"""Nesting that is walked; deeper is for the tolerant readers."""
MOST_NAMES = 100
"""Parameters of one call, with those in an encryptionContext; more are for the other readers."""
LONGEST_KEY = 1 << 15
"""Bytes of a composite key."""
KEYS = 3
"""As many of them are made up side by side."""
LONGEST_ENTRY = 1 << 16
"""Bytes of an entry, its head included: longer values are for the other readers."""
LONGEST_NAME = 200
"""Bytes of a name of which nothing is cut out."""
LONGEST_HANDED = 128
"""Bytes of an access key that an answer handed out; of a longer one the record tells."""
LONGEST_MEMO = 2048
"""Bytes of parameters that are remembered as a whole."""
MOST_STEPS = 4096
"""Ways through the table are a few steps long; who makes up longer ones is read by the others."""

FITS, MISFIT, FULL = 0, 1, 2
"""What a record turned out to be; FULL: the table has no room for it."""
NO_ENTRIES, NO_ROWS, NO_FIT = -1, -2, -3
"""Why a file was not read: make room and begin anew, or leave it to the other readers."""

# What a number stands for: the tag of its entry.
(
    KIND,
    CALL,
    IDENTITY,
    KEY,
    ORIGIN,
    ADDRESS,
    USERAGENT,
    PLACE,
    HEADER,
    NAME,
    OBJECT,
    MEMO,
    HANDED,
) = range(1, 14)

# Columns of a row: where it stands, the numbers of its values, how its target is known.
(
    R_START,
    R_END,
    R_KIND,
    R_CALL,
    R_ORIGIN,
    R_ADDRESS,
    R_USERAGENT,
    R_STATE,
    R_TARGET,
    R_OBJECT,
    R_MEMO,
    R_HANDED,
    R_TIME_START,
    R_TIME_END,
    R_ID_START,
    R_ID_END,
) = range(16)
COLUMNS = 16

# What `scan` is given.
(
    G_BASE,
    G_START,
    G_END,
    G_COUNT,
    G_ROWS,
    G_TIMES,
    G_IDS,
    G_MOST_ROWS,
    G_WORK,
    G_SCRATCH,
    G_TABLE,
    G_SLOTS,
    G_BLOB,
    G_ROOM,
    G_OFFSETS,
    G_KINDS,
    G_PLACES,
    G_FINALS,
    G_MOST,
    G_BEGINNINGS,
    G_TASK,
) = range(21)
GIVEN = 21
"""G_START, G_END: where the file stands, from G_BASE on; G_COUNT: rows that are there already. For
BEGIN G_START is the first of the new entries."""

READ, FIND, PLACE_ALL, MARK, BEGIN = range(5)
"""G_TASK: what to do. Of FIND only these are given: where the bytes begin and end, where the text
begins and how long it is, and where its `spelled` begins (see `find`)."""
F_START, F_END, F_NEEDLE, F_LENGTH, F_SPELLED = 0, 1, 2, 3, 4
ABSENT, PRESENT, UNSURE = 0, 1, 2

# What PLACE_ALL is given: addresses of arrays, how many numbers there are, bytes of a number. No
# keys: all differ. L_OTHERS has pairs of an address and a width, for columns that must agree too.
(
    L_TABLE,
    L_SEGMENTS,
    L_COUNT,
    L_HASHES,
    L_NUMBERS,
    L_FOUND,
    L_SLOTS,
    L_KEYS,
    L_KEY_WIDTH,
    L_BLOB,
    L_ENDS,
    L_END_WIDTH,
    L_OTHERS,
    L_OTHERS_COUNT,
) = range(14)

# What MARK is given: see `mark`.
M_ORIGIN, M_BEGIN, M_COUNT, M_ENDS, M_MARKS, M_NEEDLE, M_LENGTH = range(7)

BY_RECORD, BY_NAME, BY_MEMO, EVERYTHING, WAITS = 0, 1, 2, 3, 4
"""How a target is known: from the decoded record, as a NAME, by a MEMO, as the place's
`everything`; WAITS: only the whole record tells, whatever the call."""

MEMO_COLUMNS = ("target", "object", "note", "flags")
"""What the caller remembers of a MEMO."""

# Columns of what the caller knows of a KIND.
K_MODE, K_ORIGIN = 0, 1
K_COLUMNS = 2
NEW, WHOLE, QUICK, REMEMBERED, HANDING = 0, 1, 2, 3, 4
"""A kind's targets: not known yet; from whole records, by places, by memos; by places or memos
beside the key that was handed out."""

# Columns of what the caller knows of a PLACE; the others are indexes of parameters, -1: none.
P_MODE, P_FIRST, P_OBJECT, P_HEADER = 0, 1, 2, 3
P_COLUMNS = 4
UNKNOWN, NEVER, NOWHERE, SOMEWHERE = 0, 1, 2, 3

# The texts of a record: each has two places in the work array, where it begins and ends.
(
    SOURCE,
    EVENT,
    TYPE,
    REGION,
    RECIPIENT,
    ERROR,
    CATEGORY,
    CONSOLE,
    TIME,
    AGENT,
    IP,
    ID,
    MESSAGE,
    ACCESS_KEY,
    HANDED_KEY,
    HANDED_TOO,
    LEAF_TYPE,
    LEAF_ARN,
    LEAF_PRINCIPAL,
    LEAF_ACCOUNT,
    LEAF_USER,
    LEAF_INVOKED,
    LEAF_PROVIDER,
    LEAF_ISSUER,
    LEAF_SOURCE,
    LEAF_MFA,
    LEAF_BEHALF,
    TEXTS,
) = range(28)

# The work array: texts, then these.
W_NAMES = 2 * TEXTS
W_PLAIN, W_READ_ONLY, W_ANSWERED, W_RESOURCES, W_IDENTIFIED, W_SEEN = range(
    2 * TEXTS + 1, 2 * TEXTS + 7
)
W_ZEROED = 2 * TEXTS + 7
W_COUNT, W_USED, W_SEED, W_STALE = range(W_ZEROED, W_ZEROED + 4)
"""Of the table: how many entries there are, bytes used by them, and the seed of its hash. W_STALE:
it is new and empty, and has to be filled from the entries."""
NAMES = 64
"""More than there are names that are looked at."""
W_NEXT = W_ZEROED + 4
"""By name which one came next the last time; behind these by schema which one came first."""
W_STACK = W_NEXT + NAMES + 16
W_LIST = W_STACK + DEPTH + 4
LIST_WIDTH = 5
"""A parameter: its name's begin and end, its value's, and the schema that it stands in."""
WORK = W_LIST + LIST_WIDTH * (MOST_NAMES + 1)
