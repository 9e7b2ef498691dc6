"""The shapes in which CloudTrail records are handed around, and the records inside them.

A delivery wraps them in `Records`, `aws cloudtrail lookup-events` in `Events[].CloudTrailEvent`
(a string), a CloudWatch Logs subscription in `logEvents[].message`, EventBridge in `detail`,
queries of CloudWatch Logs and of CloudTrail Lake in one field of a row; exporters add wrappers of
their own. What Lambda, Kinesis and Firehose hand to a function is base64, mostly of gzip. Records
keep the bytes that they were delivered with.
"""

from __future__ import annotations

import base64
import json
import re
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from tui.ingest.content import salvage
from tui.ingest.content.inflate import inflate

if TYPE_CHECKING:
    from collections.abc import Iterable

LOG, DIGEST, EMPTY, OTHER = "log", "digest", "empty", "other"

_RECORD_KEYS = frozenset(
    (
        "eventVersion",
        "eventName",
        "eventSource",
        "eventTime",
        "eventID",
        "eventType",
        "eventCategory",
        "userIdentity",
        "awsRegion",
        "sourceIPAddress",
        "userAgent",
        "requestParameters",
        "responseElements",
        "recipientAccountId",
    )
)
_WHOLE = ("_raw", "@message", "eventJson")
"""Where Splunk, CloudWatch Logs and CloudTrail Lake have the record, beside some of its fields."""
_ACTIONS = frozenset(("index", "create", "update", "delete"))
_MAX_WRAPPERS = 8
_MAX_PACKED = 64 << 20
"""Bytes that a string may inflate to; a batch of CloudWatch Logs has a megabyte."""
_GZIPPED = "H4sI"
"""How the base64 of gzip data begins."""
_ENCODED = ("eyJ", "ewo", "W3s")
"""How that of JSON does: an object, one on several lines, a list of objects."""
_OBJECT, _ARRAY, _STRING = b"{", b"[", b'"'
_TEXTS = (b'"{', b'"[')
"""How a text begins in which JSON is meant."""

fields_of = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode
_items = msgspec.json.Decoder(list[msgspec.Raw]).decode
_string = msgspec.json.Decoder(str).decode
_NOTICE = re.compile(rb'\s{0,9}:\s{0,9}"aws:')
_HEAD = 1 << 12
_SIGNS = (b'"eventName"', b'"eventSource"', b'"userIdentity"', b'"eventVersion"')
"""In broken JSON these tell of a record."""


class Stray(NamedTuple):
    """Something that stood where a record should stand."""

    offset: int
    """Where in the value it begins; in a text within the value: where that text begins."""
    reason: str
    lost: int = 1
    """0 where it was read in spite of that."""


class Unpacked(NamedTuple):
    """What a JSON value holds."""

    kind: str
    records: list[bytes]
    strays: list[Stray]


def fields_of_line(line: bytes) -> dict[str, msgspec.Raw]:
    """The fields of the object on a line, also where it is a string: `jq` without -r.

    Raises as `unpack` does where there is no object.
    """
    return fields_of(_string(line) if line[:1] == _STRING else line)


def is_record(keys: Iterable[str]) -> bool:
    """Do these top-level keys belong to a CloudTrail record?"""
    return len(_RECORD_KEYS.intersection(keys)) >= 2


def may_be_beside(head: bytes) -> bool:
    """May objects that begin with these bytes have fields of a record beside the record itself?"""
    return any(b'"%b"' % name.encode() in head for name in _WHOLE)


def starts_with_notice(content: bytes) -> bool:
    """Does this hold what AWS hands to a Lambda function rather than a trail's records?

    That has `Records` too, with `eventName` and `eventSource`: but `aws:kinesis`, `aws:s3`.
    """
    at = content.find(b'"eventSource"', 0, _HEAD)
    return at >= 0 and _NOTICE.match(content, at + 13) is not None


def unpack(value: bytes, depth: int = 0) -> Unpacked:
    """The records in one valid JSON value, each as the bytes that it was delivered with.

    Raises msgspec.DecodeError (or ValueError for bytes that are not UTF-8) if it is not valid.
    """
    first = value.lstrip()[:1]
    if first == _OBJECT:
        return _unpack_object(value, depth)
    if first == _ARRAY:
        return _unpack_list(value, depth)
    if first == _STRING and depth:
        return _unpack_text(text_of(value).strip(), depth)
    return Unpacked(OTHER, [], [])


def _unpack_text(text: str, depth: int) -> Unpacked:
    """The records in a string: JSON, or what base64 makes of that."""
    if text[:1] in ("{", "["):
        inner = [text.encode("utf-8", "surrogatepass")]
    elif text.startswith((_GZIPPED, *_ENCODED)) and depth < _MAX_WRAPPERS:
        try:
            packed = base64.b64decode(text, validate=True)
        except ValueError:
            return Unpacked(OTHER, [], [])
        content = inflate(packed, _MAX_PACKED)
        if content.complaint:
            reason = f"what a text has in base64 cannot be read: {content.complaint}"
            return Unpacked(LOG, [], [Stray(0, reason)])
        inner = content.data.splitlines() if _is_line(content.data) else [content.data]
    else:
        return Unpacked(OTHER, [], [])
    try:
        found = _merged(unpack(value, depth + 1) for value in inner)
    except (msgspec.DecodeError, ValueError, RecursionError):
        return _salvaged(b"\n".join(inner))
    return found._replace(strays=[stray._replace(offset=0) for stray in found.strays])


def _salvaged(text: bytes) -> Unpacked:
    """What can be read of a text that is not valid JSON, if a record seems to be in it."""
    if not any(sign in text for sign in _SIGNS):
        return Unpacked(OTHER, [], [])
    records: list[bytes] = []
    strays: list[Stray] = []
    for piece in salvage.pieces(text):
        found = unpack_loosely(piece.value)
        records += found.records
        if piece.reason and (piece.lost or found.records):
            strays.append(Stray(0, piece.reason, piece.lost))
    return Unpacked(LOG if records or strays else OTHER, records, strays)


def unpack_loosely(value: bytes) -> Unpacked:
    """The records in JSON that may be valid to the lenient parser alone; never raises.

    It lets a tab in a string pass, a number that is too long, half of a surrogate pair.
    """
    try:
        return unpack(value)
    except (msgspec.DecodeError, ValueError, RecursionError):
        pass
    try:
        loaded = salvage.load(value.decode("utf-8", "surrogateescape"))
        if isinstance(loaded, dict) and is_record(loaded):
            return Unpacked(LOG, [value], [])
        return unpack(json.dumps(loaded, ensure_ascii=False).encode("utf-8", "replace"))
    except (msgspec.DecodeError, ValueError, RecursionError):
        return Unpacked(OTHER, [], [])


def _is_line(content: bytes) -> bool:
    """Is the first line a whole object, so that the others may be so too?"""
    line, end, rest = content.partition(b"\n")
    try:
        return bool(end and rest.strip() and fields_of(line))
    except (msgspec.DecodeError, ValueError, RecursionError):
        return False


def _unpack_object(value: bytes, depth: int) -> Unpacked:
    fields = fields_of(value)
    if not fields:
        return Unpacked(EMPTY, [], [])
    asked = {}
    for name in _WHOLE:
        if name in fields and depth < _MAX_WRAPPERS:
            asked[name] = _unpack_field(bytes(fields[name]), value, depth)
            if asked[name].kind == LOG:
                return asked[name]
    if is_record(fields) and not _is_notice(fields):
        return Unpacked(LOG, [bytes(value).strip()], [])
    if _is_control(fields) or _is_action(fields):
        return Unpacked(EMPTY, [], [])
    if "digestPublicKeyFingerprint" in fields or {"logFiles", "digestS3Bucket"} <= fields.keys():
        return Unpacked(DIGEST, [], [])
    records = fields.get("Records")
    if records is not None and bytes(records)[:1] == _ARRAY:
        items = bytes(records)
        delivered = not starts_with_notice(items)
        return _moved(_unpack_list(items, depth, delivered=delivered), value, items)
    if depth >= _MAX_WRAPPERS:
        return Unpacked(OTHER, [], [])
    found = _merged(
        asked[name] if name in asked else _unpack_field(bytes(field), value, depth)
        for name, field in fields.items()
    )
    if found.kind == EMPTY and not {"Events", "logEvents"} & fields.keys():
        return Unpacked(OTHER, [], [])
    return found


def _unpack_field(field: bytes, value: bytes, depth: int) -> Unpacked:
    """The records in a field of the object that is this value."""
    if field[:1] not in (_OBJECT, _ARRAY, _STRING):
        return Unpacked(OTHER, [], [])
    return _moved(unpack(field, depth + 1), value, field)


def _unpack_list(
    value: bytes, depth: int, *, delivered: bool = False, nested: bool = False
) -> Unpacked:
    """The records of an array; in a delivery's every object is one, unless none has a field of one.

    One that is `nested` in another is a row of a table, of which other cells are no records, and so
    is a pair of a time and a record, as Fluent Bit writes it.
    """
    items = _items(value)
    if not items:
        return Unpacked(EMPTY, [], [])
    if depth >= _MAX_WRAPPERS + 2:
        return Unpacked(OTHER, [], [])
    records: list[bytes] = []
    strays: list[Stray] = []
    kinds: set[str] = set()
    pair = len(items) == 2 and bytes(items[0])[:1] not in (_OBJECT, _ARRAY, _STRING)
    row = pair or all(_is_cell(bytes(item), plain=nested) for item in items)
    row = row and not delivered
    seen = False
    at = value.find(_ARRAY) + 1
    for index, item in enumerate(items):
        raw = bytes(item)
        at = value.find(raw, at)  # only white space and a comma come between
        if raw[:1] == _ARRAY:
            inner = _unpack_list(raw, depth + 1, nested=True)
        else:
            inner = unpack(raw, depth + 1) if raw[:1] in b'{"' else Unpacked(OTHER, [], [])
        if inner.kind in (OTHER, EMPTY) and delivered and raw[:1] == _OBJECT:
            seen = seen or not _RECORD_KEYS.isdisjoint(fields_of(raw))
            inner = Unpacked(LOG, [raw], [])
        else:
            seen = seen or inner.kind == LOG
        if inner.kind == OTHER and not (row and raw[:2] not in _TEXTS):
            reason = f"item {index + 1:,} of the list is not a record: {_kind_of(raw)}"
            strays.append(Stray(at, reason))
        kinds.add(inner.kind)
        records += inner.records
        strays += [stray._replace(offset=at + stray.offset) for stray in inner.strays]
        at += len(raw)
    if not seen and not (delivered and not records):
        kind = DIGEST if DIGEST in kinds else EMPTY if kinds == {EMPTY} else OTHER
        return Unpacked(kind, [], [])
    return Unpacked(LOG, records, strays)


def _is_notice(fields: dict[str, msgspec.Raw]) -> bool:
    """Is this an item of what a Lambda function is given? The record may be inside."""
    return bytes(fields.get("eventSource", b"")).startswith(b'"aws:')


def _is_control(fields: dict[str, msgspec.Raw]) -> bool:
    """Does CloudWatch Logs only try here whether the subscription's destination answers?"""
    if bytes(fields.get("messageType", b"")) == b'"CONTROL_MESSAGE"':
        return True
    return bytes(fields.get("message", b"")).startswith(b'"CWL CONTROL MESSAGE')


def _is_action(fields: dict[str, msgspec.Raw]) -> bool:
    """Does this tell Elasticsearch what to do with the next line? A dump for it has such lines."""
    if len(fields) != 1 or not _ACTIONS.issuperset(fields):
        return False
    (target,) = map(bytes, fields.values())
    names = fields_of(target) if target[:1] == _OBJECT else None
    return names is not None and all(name.startswith(("_", "routing")) for name in names)


def _is_cell(raw: bytes, *, plain: bool) -> bool:
    """May this be one field of a row of a query's answer? Another of them holds the record.

    CloudWatch Logs writes `{"field": "@ptr", "value": "…"}`, CloudTrail Lake `{"eventID": "…"}`,
    Splunk and others the `plain` value.
    """
    if raw[:1] != _OBJECT:
        return plain and raw[:1] != _ARRAY
    fields = fields_of(raw)
    flat = all(bytes(value)[:1] not in (_OBJECT, _ARRAY) for value in fields.values())
    return flat and (len(fields) == 1 or fields.keys() == {"field", "value"})


def _moved(found: Unpacked, value: bytes, inner: bytes) -> Unpacked:
    """What was found in a part of a value, with places counted from the value's beginning."""
    if not found.strays:
        return found
    at = value.find(inner)
    return found._replace(strays=[s._replace(offset=at + s.offset) for s in found.strays])


def text_of(value: bytes) -> str:
    """A JSON string's text, half a surrogate pair and all."""
    try:
        return _string(value)
    except (msgspec.DecodeError, ValueError):
        return str(json.loads(value.decode("utf-8", "surrogateescape"), strict=False))


def _merged(parts: Iterable[Unpacked]) -> Unpacked:
    records: list[bytes] = []
    strays: list[Stray] = []
    kinds: set[str] = set()
    for part in parts:
        kinds.add(part.kind)
        records += part.records
        strays += part.strays
    for kind in (LOG, DIGEST, EMPTY):
        if kind in kinds:
            return Unpacked(kind, records, strays)
    return Unpacked(OTHER, [], [])


def _kind_of(raw: bytes) -> str:
    names = {b"{": "another object", b"[": "a list", b'"': "a text", b"n": "null"}
    return names.get(raw[:1], "true or false" if raw[:1] in (b"t", b"f") else "a number")
