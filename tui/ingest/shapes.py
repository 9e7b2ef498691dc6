"""The shapes in which CloudTrail records are handed around, and the records inside them.

A delivery wraps them in `Records`, `aws cloudtrail lookup-events` in `Events[].CloudTrailEvent`
(a string), a CloudWatch Logs subscription in `logEvents[].message`, EventBridge in `detail`,
queries of CloudWatch Logs and of CloudTrail Lake in one field of a row; exporters add wrappers of
their own. Records keep the bytes that they were delivered with.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, NamedTuple

import msgspec

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
_MAX_WRAPPERS = 8
_OBJECT, _ARRAY, _STRING = b"{", b"[", b'"'

fields_of = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode
_items = msgspec.json.Decoder(list[msgspec.Raw]).decode
_string = msgspec.json.Decoder(str).decode


class Stray(NamedTuple):
    """Something that stood where a record should stand."""

    offset: int
    """Where in the value it begins; in a text within the value: where that text begins."""
    reason: str


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
        text = _text(value).strip()
        if text[:1] in ("{", "["):
            try:
                inner = unpack(text.encode("utf-8", "surrogatepass"), depth + 1)
            except (msgspec.DecodeError, ValueError, RecursionError):
                return Unpacked(OTHER, [], [])
            return inner._replace(strays=[stray._replace(offset=0) for stray in inner.strays])
    return Unpacked(OTHER, [], [])


def _unpack_object(value: bytes, depth: int) -> Unpacked:
    fields = fields_of(value)
    if not fields:
        return Unpacked(EMPTY, [], [])
    if is_record(fields):
        return Unpacked(LOG, [bytes(value).strip()], [])
    if "digestPublicKeyFingerprint" in fields or {"logFiles", "digestS3Bucket"} <= fields.keys():
        return Unpacked(DIGEST, [], [])
    records = fields.get("Records")
    if records is not None and bytes(records)[:1] == _ARRAY:
        items = bytes(records)
        return _moved(_unpack_list(items, depth, delivered=True), value, items)
    if depth >= _MAX_WRAPPERS:
        return Unpacked(OTHER, [], [])
    inner = [bytes(field) for field in fields.values()]
    found = _merged(
        _moved(unpack(field, depth + 1), value, field)
        for field in inner
        if field[:1] in (b"{", b"[", b'"')
    )
    if found.kind == EMPTY and not {"Events", "logEvents"} & fields.keys():
        return Unpacked(OTHER, [], [])
    return found


def _unpack_list(value: bytes, depth: int, *, delivered: bool = False) -> Unpacked:
    """The records of an array; in a delivery's every object is one, whatever it looks like."""
    items = _items(value)
    if not items:
        return Unpacked(EMPTY, [], [])
    if depth >= _MAX_WRAPPERS + 2:
        return Unpacked(OTHER, [], [])
    records: list[bytes] = []
    strays: list[Stray] = []
    kinds: set[str] = set()
    row = not delivered and all(_is_cell(bytes(item)) for item in items)
    at = value.find(_ARRAY) + 1
    for index, item in enumerate(items):
        raw = bytes(item)
        at = value.find(raw, at)  # only white space and a comma come between
        inner = unpack(raw, depth + 1) if raw[:1] in b'{["' else Unpacked(OTHER, [], [])
        if inner.kind in (OTHER, EMPTY) and delivered and raw[:1] == _OBJECT:
            inner = Unpacked(LOG, [raw], [])
        if inner.kind == OTHER and not row:
            reason = f"item {index + 1:,} of the list is not a record: {_kind_of(raw)}"
            strays.append(Stray(at, reason))
        kinds.add(inner.kind)
        records += inner.records
        strays += [stray._replace(offset=at + stray.offset) for stray in inner.strays]
        at += len(raw)
    if not records and not delivered:
        kind = DIGEST if DIGEST in kinds else EMPTY if kinds == {EMPTY} else OTHER
        return Unpacked(kind, [], [])
    return Unpacked(LOG, records, strays)


def _is_cell(raw: bytes) -> bool:
    """May this be one field of a row of a query's answer? Another of them holds the record.

    CloudWatch Logs writes `{"field": "@ptr", "value": "…"}`, CloudTrail Lake `{"eventID": "…"}`.
    """
    if raw[:1] != _OBJECT:
        return False
    fields = fields_of(raw)
    plain = all(bytes(value)[:1] not in (_OBJECT, _ARRAY) for value in fields.values())
    return plain and (len(fields) == 1 or fields.keys() == {"field", "value"})


def _moved(found: Unpacked, value: bytes, inner: bytes) -> Unpacked:
    """What was found in a part of a value, with places counted from the value's beginning."""
    if not found.strays:
        return found
    at = value.find(inner)
    return found._replace(strays=[s._replace(offset=at + s.offset) for s in found.strays])


def _text(value: bytes) -> str:
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
