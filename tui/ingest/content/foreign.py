"""What content looks like that holds no record, and what would make it readable."""

from __future__ import annotations

import re

SNIFF = 1 << 14
"""Bytes by which content is judged."""
HINTS = (b"eventName", b"eventSource", b"userIdentity", b"CloudTrailEvent")
"""Without one of these there is no record in a text."""
BINARY = "binary data"
NO_RECORD = "JSON that is no CloudTrail record"
_PACKED = b"H4sI"
"""How the base64 of gzip data begins."""
KEY = re.compile(
    rb'"(event(?:Name|Source|Time|ID)|userIdentity|awsRegion|CloudTrailEvent)\\?"\s{0,9}:'
)
"""The name of a record's field, as JSON has it."""
_FEW = 2
"""Different field names of CloudTrail after which a text is taken for broken records."""
_FEW_ZEROS = 4
"""Zero bytes that damage may have made of a text; binary data has more."""

_SIGNS = (
    (0, b"PK\x03\x04", "a zip archive; unpack it and open its folder"),
    (0, b"7z\xbc\xaf\x27\x1c", "a 7z archive; unpack it and open its folder"),
    (0, b"Rar!\x1a\x07", "a rar archive; unpack it and open its folder"),
    (257, b"ustar", "a tar archive; unpack it (tar -x) and open its folder"),
    (0, b"\xfd7zXZ\0", "data compressed by xz; unpack it (xz -d) and open what comes out"),
    (4, b"1AY&SY", "data compressed by bzip2; unpack it (bzip2 -d) and open what comes out"),
    (0, b"\x04\x22\x4d\x18", "data compressed by lz4; unpack it (lz4 -d) and open what comes out"),
    (0, b"SQLite format 3\0", "an SQLite database; export its records as JSON"),
    (0, b"PAR1", "a Parquet table; export its records as JSON"),
    (0, b"version https://git-lfs", "the place of a file in Git LFS; fetch it (git lfs pull)"),
    (0, b"Obj\x01", "an Avro file; export its records as JSON"),
)
_TABLE = re.compile(
    rb'["\w@. -]{1,60}(?:[,;\t|]["\w@. -]{1,60}){2,200}[\r\n]', re.ASCII
)  # the names of columns
_NAMES = re.compile(rb"(?i)event[ _]?(?:name|source|time|id)\b")
_MARKUP = re.compile(rb"&quot;(?:eventName|eventSource|eventVersion|userIdentity)&quot;")
_JSON = (
    (
        (b'"class_uid"', b'"metadata"'),
        "events of Security Lake (OCSF), without the records; open the trail itself",
    ),
    (
        (b'"cloudtrail"', b'"@timestamp"'),
        "documents of Elastic without the record in event.original; open the trail itself",
    ),
    (
        (b'"eventversion"', b'"useridentity"'),
        "records whose names were put in lower case; open the trail itself",
    ),
    (
        (b'"QueryResultRows"', b'"event'),
        "a query's rows of single fields; open the trail itself",
    ),
    (
        (b'"ResultSet"', b'"VarCharValue"'),
        "a query's rows of single fields; open the trail itself",
    ),
    ((b'"configurationItems"', b'"configSnapshotId"'), "AWS Config, not of CloudTrail"),
    ((b'"schemaVersion"', b'"severity"', b'"resourceType"'), "GuardDuty, not of CloudTrail"),
    ((b'"ObjectCreated:', b'"s3"'), "S3 about new files; open the bucket that it names"),
    ((b"s3ObjectKey", b"s3Bucket"), "CloudTrail about new files; open the bucket that it names"),
)


def foreign(content: bytes, *, asked: bool) -> str:
    """What content that holds no record looks like; "" if it may hold one."""
    if content[:1] in (b"{", b"["):
        return ""
    head = content[:SNIFF]
    if (binary := binary_kind(head)) != BINARY or head.count(0) > _FEW_ZEROS:
        return binary
    few = len(set(KEY.findall(head))) < _FEW
    if few and _TABLE.match(head) and _NAMES.search(head.partition(b"\n")[0]):
        return "a table of single fields; export whole records, as JSON"
    if _MARKUP.search(head):
        return "XML or HTML; export the records as JSON"
    if (asked or b"```" in head) and any(hint in content for hint in HINTS):
        return ""
    if not few:
        return ""  # the beginning is missing, or does not matter
    return BINARY if b"\0" in head else "text"


def binary_kind(head: bytes) -> str:
    """What the first bytes of something that is no text tell of it."""
    kinds = [kind for at, sign, kind in _SIGNS if head.startswith(sign, at)]
    return kinds[0] if kinds else BINARY


def json_kind(content: bytes) -> str:
    """What JSON without a record in it looks like."""
    head = content[:SNIFF]
    for signs, kind in _JSON:
        if all(sign in head for sign in signs):
            return f"JSON of {kind}"
    return NO_RECORD


def is_damaged(what: str) -> bool:
    """May this be what is left of a log? JSON of another kind is rather something else."""
    return not what.startswith("JSON ")


def looks_foreign(head: bytes) -> str:
    """What the first bytes of a long object say that it is, if certainly no log; else ""."""
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return ""
    head = head.removeprefix(b"\xef\xbb\xbf").strip()
    if head[:1] in (b"{", b"[") or head.startswith(_PACKED) or not head:
        return ""
    if (binary := binary_kind(head)) != BINARY or head[:SNIFF].count(0) > _FEW_ZEROS:
        return binary
    return "" if b"```" in head or KEY.search(head) or b"{" in head else "text"
