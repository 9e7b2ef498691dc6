"""The names that the filter language knows: of fields, of flags, of a record's own fields."""

from __future__ import annotations

import difflib

from tui.core.query.nodes import And, Node, Not, Or, Path, Text
from tui.core.rules.flags import Flag

FIELDS: dict[str, str] = {
    "service": "service",
    "event": "event",
    "who": "who",
    "role": "role",
    "user": "user",
    "session": "session",
    "type": "identity_type",
    "account": "account",
    "region": "region",
    "ip": "address",
    "address": "address",
    "agent": "agent",
    "useragent": "useragent",
    "key": "key",
    "newkey": "newkey",
    "error": "error",
    "result": "result",
    "target": "target",
    "object": "object",
    "note": "note",
    "category": "category",
    "arn": "arn",
    "via": "via",
}
"""What a person writes before the colon → the index's field. `type` is that of userIdentity."""

COLUMNS: dict[str, str] = {
    "eventSource": "service",
    "eventName": "event",
    "awsRegion": "region",
    "recipientAccountId": "account",
    "errorCode": "error",
    "eventType": "type",
    "eventCategory": "category",
    "sourceIPAddress": "address",
    "userAgent": "useragent",
}
"""A record's own fields that the index holds → its field: they need no record."""

FACETS = (
    "service",
    "event",
    "who",
    "role",
    "type",
    "result",
    "error",
    "ip",
    "region",
    "account",
    "key",
    "agent",
    "target",
    "user",
    "session",
    "useragent",
    "newkey",
    "object",
    "note",
    "category",
    "via",
    "arn",
)
"""The fields that the sidebar offers, the most asked for first."""

WORD_FIELDS = tuple(dict.fromkeys(FIELDS.values()))
"""The index's fields in which a bare word is looked for."""

OTHERS = ("id", "is", "text", "time", "after", "before")
"""Names that take a colon and are no field of the index."""

FLAGS: dict[str, tuple[Flag, bool]] = {
    "error": (Flag.ERROR, True),
    "denied": (Flag.DENIED, True),
    "routine": (Flag.ROUTINE, True),
    "throttled": (Flag.THROTTLED, True),
    "write": (Flag.WRITE, True),
    "read": (Flag.WRITE, False),
    "root": (Flag.ROOT, True),
    "console": (Flag.CONSOLE, True),
    "aws": (Flag.AWS, True),
    "human": (Flag.AWS, False),
    "mfa": (Flag.MFA, True),
    "nomfa": (Flag.NOMFA, True),
    "cross-account": (Flag.CROSS_ACCOUNT, True),
    "public": (Flag.PUBLIC, True),
    "shared": (Flag.SHARED, True),
    "admin": (Flag.ADMIN, True),
    "moved": (Flag.MOVED, True),
    "omitted": (Flag.OMITTED, True),
    "undated": (Flag.UNDATED, True),
    "sensitive": (Flag.SENSITIVE, True),
    "doubled": (Flag.DOUBLED, True),
}
"""The words behind `is:` → the flag, and whether it has to be there or to be missing."""

IS = tuple(FLAGS)
"""The words behind `is:`."""

TOP_LEVEL = (
    "eventVersion",
    "userIdentity",
    "eventTime",
    "eventSource",
    "eventName",
    "awsRegion",
    "sourceIPAddress",
    "userAgent",
    "errorCode",
    "errorMessage",
    "requestParameters",
    "responseElements",
    "additionalEventData",
    "requestID",
    "eventID",
    "eventType",
    "apiVersion",
    "managementEvent",
    "readOnly",
    "resources",
    "recipientAccountId",
    "serviceEventDetails",
    "sharedEventID",
    "vpcEndpointId",
    "vpcEndpointAccountId",
    "eventCategory",
    "addendum",
    "sessionCredentialFromConsole",
    "edgeDeviceDetails",
    "tlsDetails",
    "insightDetails",
    "eventContext",
    "inScopeOf",
    "annotation",
)
"""A record's own fields, which are paths without a dot.

They are those of the AWS pages "CloudTrail record contents" and "CloudTrail record contents for
Insights events".
"""

KEYWORDS = ("and", "or", "not")

_TOP_LEVEL = {name.lower(): name for name in TOP_LEVEL}


def top_level(name: str) -> str | None:
    """A record's field by its name in whatever case, None if there is none."""
    return _TOP_LEVEL.get(name.lower())


_MEANT = {
    "key": ("accessKeyId", "accessKey", "access_key"),
    "user": ("userName", "user_name"),
    "who": ("principal", "principalId", "identity", "actor"),
    "event": ("action", "operation", "api", "call"),
    "service": ("source",),
    "ip": ("sourceIP", "source_ip", "src_ip", "srcip", "ipaddress"),
    "result": ("status", "outcome"),
    "error": ("failed", "failure"),
    "target": (
        *("resource", "bucket", "bucketName", "instanceId", "functionName"),
        *("roleName", "groupName", "secretId", "keyId", "trailName"),
    ),
}
MEANT = {word.lower(): field for field, words in _MEANT.items() for word in words}
"""What a person may call a field, in lower case, because the record or another tool does."""


def nearest(name: str, names: tuple[str, ...]) -> str:
    """The name that a person may have meant, "" if none is near."""
    known = {one.lower(): one for one in names}
    meant = MEANT.get(name.lower(), "")
    if meant in names:
        return meant
    found = difflib.get_close_matches(name.lower()[:64], known, 1, 0.6)
    return known[found[0]] if found else ""


def needs_records(node: Node) -> tuple[Node, ...]:
    """The Path and Text nodes in a tree, each once, in the order in which they stand."""
    found: dict[str, Node] = {}  # tuples of different classes may be equal
    waiting = [node]
    while waiting:
        one = waiting.pop()
        if isinstance(one, Path | Text):
            found[repr(one)] = one
        elif isinstance(one, Not):
            waiting.append(one.node)
        elif isinstance(one, And | Or):
            waiting.extend(reversed(one.nodes))
    return tuple(found.values())
