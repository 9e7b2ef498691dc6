"""One record, walked once: what is asked of it is noted in the work array."""

from __future__ import annotations

import numpy as np

from tui.ingest.compiled import layout
from tui.ingest.compiled.machine import alike_lanes, byte, first_bit, part, word
from tui.ingest.compiled.texts import scalar, space, string

_U1 = np.uint64(1)
_A_SKIP, _A_TEXT, _A_OBJECT, _A_BOOL, _A_FLAG, _A_PLAIN, _A_PARAMETERS, _A_CONTEXT = range(8)
_A_OMITTED, _A_RESOURCES, _A_UNPLAIN, _A_REFUSED = range(8, 12)

(
    _S_ANY,
    _S_RECORD,
    _S_IDENTITY,
    _S_SESSION,
    _S_ISSUER,
    _S_ATTRIBUTES,
    _S_BEHALF,
    _S_ANSWER,
    _S_CREDENTIALS,
    _S_ACCESS_KEY,
    _S_EXTRA,
    _S_PARAMETERS,
    _S_CONTEXT,
) = range(13)
CONTEXT_SCHEMA = _S_CONTEXT

_NAMES: tuple[tuple[int, str, int, int], ...] = (
    (_S_RECORD, "userIdentity", _A_OBJECT, _S_IDENTITY),
    (_S_RECORD, "eventTime", _A_TEXT, layout.TIME),
    (_S_RECORD, "eventSource", _A_TEXT, layout.SOURCE),
    (_S_RECORD, "eventName", _A_TEXT, layout.EVENT),
    (_S_RECORD, "awsRegion", _A_TEXT, layout.REGION),
    (_S_RECORD, "sourceIPAddress", _A_TEXT, layout.IP),
    (_S_RECORD, "userAgent", _A_TEXT, layout.AGENT),
    (_S_RECORD, "requestParameters", _A_PARAMETERS, _S_PARAMETERS),
    (_S_RECORD, "responseElements", _A_PLAIN, _S_ANSWER),
    (_S_RECORD, "eventID", _A_TEXT, layout.ID),
    (_S_RECORD, "readOnly", _A_BOOL, 0),
    (_S_RECORD, "eventType", _A_TEXT, layout.TYPE),
    (_S_RECORD, "recipientAccountId", _A_TEXT, layout.RECIPIENT),
    (_S_RECORD, "eventCategory", _A_TEXT, layout.CATEGORY),
    (_S_RECORD, "errorCode", _A_TEXT, layout.ERROR),
    (_S_RECORD, "errorMessage", _A_TEXT, layout.MESSAGE),
    (_S_RECORD, "additionalEventData", _A_PLAIN, _S_EXTRA),
    (_S_RECORD, "serviceEventDetails", _A_UNPLAIN, 0),
    (_S_RECORD, "sessionCredentialFromConsole", _A_FLAG, layout.CONSOLE),
    (_S_RECORD, "resources", _A_RESOURCES, 0),
    (_S_RECORD, "@timestamp", _A_REFUSED, 0),
    (_S_IDENTITY, "type", _A_TEXT, layout.LEAF_TYPE),
    (_S_IDENTITY, "principalId", _A_TEXT, layout.LEAF_PRINCIPAL),
    (_S_IDENTITY, "arn", _A_TEXT, layout.LEAF_ARN),
    (_S_IDENTITY, "accountId", _A_TEXT, layout.LEAF_ACCOUNT),
    (_S_IDENTITY, "accessKeyId", _A_TEXT, layout.ACCESS_KEY),
    (_S_IDENTITY, "userName", _A_TEXT, layout.LEAF_USER),
    (_S_IDENTITY, "sessionContext", _A_OBJECT, _S_SESSION),
    (_S_IDENTITY, "invokedBy", _A_TEXT, layout.LEAF_INVOKED),
    (_S_IDENTITY, "identityProvider", _A_TEXT, layout.LEAF_PROVIDER),
    (_S_IDENTITY, "onBehalfOf", _A_OBJECT, _S_BEHALF),
    (_S_SESSION, "sessionIssuer", _A_OBJECT, _S_ISSUER),
    (_S_SESSION, "attributes", _A_OBJECT, _S_ATTRIBUTES),
    (_S_SESSION, "sourceIdentity", _A_TEXT, layout.LEAF_SOURCE),
    (_S_ISSUER, "userName", _A_TEXT, layout.LEAF_ISSUER),
    (_S_ISSUER, "type", _A_SKIP, 0),
    (_S_ISSUER, "principalId", _A_SKIP, 0),
    (_S_ISSUER, "arn", _A_SKIP, 0),
    (_S_ISSUER, "accountId", _A_SKIP, 0),
    (_S_ATTRIBUTES, "creationDate", _A_SKIP, 0),
    (_S_SESSION, "webIdFederationData", _A_SKIP, 0),
    (_S_RECORD, "eventVersion", _A_SKIP, 0),
    (_S_RECORD, "requestID", _A_SKIP, 0),
    (_S_RECORD, "managementEvent", _A_SKIP, 0),
    (_S_RECORD, "tlsDetails", _A_SKIP, 0),
    (_S_ATTRIBUTES, "mfaAuthenticated", _A_FLAG, layout.LEAF_MFA),
    (_S_BEHALF, "userId", _A_TEXT, layout.LEAF_BEHALF),
    (_S_ANSWER, "omitted", _A_OMITTED, 0),
    (_S_ANSWER, "credentials", _A_OBJECT, _S_CREDENTIALS),
    (_S_ANSWER, "accessKey", _A_OBJECT, _S_ACCESS_KEY),
    (_S_CREDENTIALS, "accessKeyId", _A_TEXT, layout.HANDED_KEY),
    (_S_ACCESS_KEY, "accessKeyId", _A_TEXT, layout.HANDED_TOO),
    (_S_EXTRA, "omitted", _A_OMITTED, 0),
    (_S_PARAMETERS, "encryptionContext", _A_CONTEXT, _S_CONTEXT),
)
"""What is looked at: the schema that a name stands in, the name, what its value may be, and the
text or the schema that it is. AWS's order, which makes for short ways."""


def _padded(text: str) -> bytes:
    return text.encode().ljust(40, b"\0")


_words = np.frombuffer(b"".join(_padded(name) for _, name, _, _ in _NAMES), "<u8").reshape(-1, 5)
_N_WORDS = np.ascontiguousarray(_words)
_KEYS = [f'{name}":'.encode() for _, name, _, _ in _NAMES]
_N_KEYS = np.frombuffer(b"".join(key.ljust(32, b"\0") for key in _KEYS), np.uint8)
"""Each with what stands behind it, in 32 bytes."""
_N_SPAN = np.array([len(key) for key in _KEYS], np.int64)
_N_LANES = np.array([(1 << len(key)) - 1 for key in _KEYS], np.int64)
_N_ACTION = np.array([action for _, _, action, _ in _NAMES], np.int64)
_N_SLOT = np.array([slot for _, _, _, slot in _NAMES], np.int64)
_LONGEST = max(len(name) for _, name, _, _ in _NAMES)
_N_OF_LENGTH = np.zeros(((_S_CONTEXT + 1), _LONGEST + 1), np.int64)
"""By schema and length: a bit for each of the _NAMES."""
for _number, (_schema, _name, _, _) in enumerate(_NAMES):
    _N_OF_LENGTH[_schema, len(_name)] |= 1 << _number


@part
def _name_number(begin, end, schema):
    """Which of the _NAMES of a schema stands here; -1: none."""
    length = end - begin
    if length > _LONGEST:
        return -1
    left = _N_OF_LENGTH[schema, length]
    while left:
        number = first_bit(left)
        rest = length
        k = 0
        while rest >= 8:
            if word(begin + 8 * k) != _N_WORDS[number, k]:
                break
            rest -= 8
            k += 1
        if rest < 8:
            mask = (_U1 << np.uint64(8 * rest)) - _U1
            if word(begin + 8 * k) & mask == _N_WORDS[number, k]:
                return number
        left &= left - 1
    return -1


@part
def _parameter(work, begin, end, schema):
    """Add a parameter to the list; False: it cannot stand there as a Python dict would have it."""
    count = work[layout.W_NAMES]
    if count < 0 or count >= layout.MOST_NAMES:
        return False
    for k in range(count):
        at = layout.W_LIST + layout.LIST_WIDTH * k
        if work[at + 4] == schema and work[at + 1] - work[at] == end - begin:
            same = True
            for j in range(end - begin):
                if byte(begin + j) != byte(work[at] + j):
                    same = False
                    break
            if same:
                return False
    at = layout.W_LIST + layout.LIST_WIDTH * count
    work[at] = begin
    work[at + 1] = end
    work[at + 4] = schema
    work[layout.W_NAMES] = count + 1
    return True


@part
def walk(i, work):
    """Walk one record and note in the work array what is asked; returns behind it, 0: misfit."""
    for k in range(layout.W_ZEROED):
        work[k] = 0
    work[layout.W_READ_ONLY] = 2
    work[layout.W_PLAIN] = 1
    if byte(i) != 123:
        return 0
    depth = 0
    keys = _N_KEYS.ctypes.data
    last = 0
    action = _A_OBJECT
    slot = _S_RECORD
    param = 0  # where the list has the parameter whose value comes, 0: none does
    while True:
        # A value begins here, and `action` says what it may be.
        c = byte(i)
        complete = True
        opened = 0
        schema = 0
        if c == 34:
            end = abs(string(i + 1))
            if end == 0:
                return 0
            if action == _A_TEXT or action == _A_FLAG:
                work[2 * slot] = i + 1
                work[2 * slot + 1] = end
            elif action == _A_PLAIN or action == _A_OMITTED or action == _A_UNPLAIN:
                work[layout.W_PLAIN] = 0
                if slot == _S_ANSWER:
                    work[layout.W_ANSWERED] = 1
            elif action == _A_PARAMETERS:
                work[layout.W_NAMES] = -1
            elif action == _A_RESOURCES:
                work[layout.W_RESOURCES] = 1
            elif action == _A_OBJECT or action == _A_BOOL or action == _A_REFUSED:
                return 0
            i = end + 1
        elif c == 123 or c == 91:
            opened = c
            if action == _A_RESOURCES:
                work[layout.W_RESOURCES] = 1
            elif action == _A_OMITTED:
                work[layout.W_PLAIN] = 0
            elif c == 91 and action != _A_SKIP and action != _A_CONTEXT:
                return 0
            elif action == _A_TEXT or action == _A_FLAG or action == _A_BOOL:
                return 0
            elif action == _A_REFUSED:
                return 0
            elif action == _A_UNPLAIN:
                work[layout.W_PLAIN] = 0
            elif c == 123 and action != _A_SKIP:
                schema = slot
                if slot == _S_ANSWER:
                    work[layout.W_ANSWERED] = 1
                elif slot == _S_IDENTITY:
                    work[layout.W_IDENTIFIED] = 1
            start = i
            i = space(i + 1)
            if byte(i) == opened + 2:
                i += 1
                if action == _A_RESOURCES and opened == 91 and i - start == 2:
                    work[layout.W_RESOURCES] = 0
            else:
                if depth >= layout.DEPTH:
                    return 0
                work[layout.W_STACK + depth] = opened | schema << 8 | last << 16 | param << 24
                depth += 1
                param = 0
                last = layout.NAMES + schema
                complete = False
        else:
            end = scalar(i)
            if end == 0:
                return 0
            if c != 110:
                if action == _A_BOOL and c > 57:
                    work[layout.W_READ_ONLY] = c == 116
                elif action == _A_FLAG and c > 57:
                    work[2 * slot] = i
                    work[2 * slot + 1] = end
                elif action == _A_OMITTED:
                    work[layout.W_PLAIN] = 0
                elif action == _A_RESOURCES:
                    work[layout.W_RESOURCES] = 1
                elif action != _A_SKIP and action != _A_CONTEXT:
                    return 0
            i = end
        while complete:
            if param:
                work[param + 3] = i
                param = 0
            if depth == 0:
                return i if work[2 * layout.EVENT] else 0
            top = work[layout.W_STACK + depth - 1]
            opened = top & 255
            schema = top >> 8 & 255
            i = space(i)
            c = byte(i)
            if c == 44:
                i = space(i + 1)
                break
            if c != opened + 2:
                return 0
            i += 1
            depth -= 1
            last = top >> 16 & 255
            param = top >> 24
        if opened == 91:
            action = _A_SKIP
            continue
        if byte(i) != 34:
            return 0
        begin = i + 1
        action = _A_SKIP
        if schema and schema < _S_PARAMETERS:
            number = work[np.uint64(layout.W_NEXT + last)]
            lanes = _N_LANES[np.uint64(number)]
            if alike_lanes(begin, keys + 32 * number) & lanes == lanes:
                if work[layout.W_SEEN] >> number & 1:
                    return 0
                work[layout.W_SEEN] |= 1 << number
                action = _N_ACTION[np.uint64(number)]
                slot = _N_SLOT[np.uint64(number)]
                last = number
                i = space(begin + _N_SPAN[np.uint64(number)])
                continue
        end = string(begin)
        if end == 0:
            return 0
        if schema:
            if end < 0 and schema < _S_PARAMETERS:
                return 0  # an escape may spell a name that counts
            number = _name_number(begin, abs(end), schema)
            if number >= 0:
                action = _N_ACTION[number]
                slot = _N_SLOT[number]
                if schema < _S_PARAMETERS:
                    if work[layout.W_SEEN] >> number & 1:
                        return 0
                    work[layout.W_SEEN] |= 1 << number
                    work[layout.W_NEXT + last] = number
                    last = number
            if schema >= _S_PARAMETERS and work[layout.W_NAMES] >= 0:
                # An empty name could not be told from the mark of one in the context.
                if end <= begin or not _parameter(work, begin, end, schema):
                    work[layout.W_NAMES] = -1
                else:
                    param = layout.W_LIST + layout.LIST_WIDTH * (work[layout.W_NAMES] - 1)
        i = space(abs(end) + 1)
        if byte(i) != 58:
            return 0
        i = space(i + 1)
        if param:
            work[param + 2] = i


@part
def only(i):
    """Where the one text of a value stands, in up to four containers of one thing each.

    0, 0: there is none, or more than one thing. What begins at `i` is known to be valid.
    """
    depth = 0
    while True:
        c = byte(i)
        if c == 34:
            break
        if depth >= 4 or (c != 123 and c != 91):
            return 0, 0
        depth += 1
        i = space(i + 1)
        if c == 123:
            if byte(i) != 34:
                return 0, 0
            i = space(space(abs(string(i + 1)) + 1) + 1)
    start = i + 1
    end = abs(string(start))
    i = end + 1
    while depth:
        i = space(i)
        if byte(i) != 125 and byte(i) != 93:
            return 0, 0
        i += 1
        depth -= 1
    return start, end
