"""One record of any types, as the index can take it: what is no text becomes one.

Anything in a record may be missing, null, empty or of another type; hand-edited records and those
of other tools are full of it (a list as `userAgent`, "True" as `readOnly`, a whole
requestParameters as a string).
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import msgspec
import orjson

from tui.ingest.content import salvage
from tui.ingest.content.salvage import MAX_RECORD
from tui.ingest.encoding import typed

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

UNFIT = (msgspec.DecodeError, ValueError, RecursionError)
"""What the fast decoders raise for content that is not what AWS delivers."""


def load(raw: bytes) -> Any:
    """A record's bytes as Python values; raises ValueError or RecursionError."""
    try:
        return orjson.loads(raw)
    except orjson.JSONDecodeError:
        return salvage.load(raw.decode("utf-8", "surrogateescape"))


def loose_record(raw: bytes) -> typed.Record:
    """A record of any types as the index sees it: what is no text becomes one."""
    if len(raw) <= MAX_RECORD:
        try:
            return typed.decode_record(raw)
        except UNFIT:
            pass
    try:
        fields = load(raw)
    except (ValueError, RecursionError):
        fields = {}
    return _coerced(fields if isinstance(fields, dict) else {})


def event_ids(records: Iterable[tuple[int, bytes]]) -> Iterator[tuple[int, bytes]]:
    """The eventIDs of records, each with the position that came with its record."""
    for position, raw in records:
        text = loose_record(raw).eventID or ""
        yield position, text.encode("utf-8", "surrogatepass")


_TEXTS = (
    "eventSource",
    "eventName",
    "eventTime",
    "awsRegion",
    "recipientAccountId",
    "errorCode",
    "errorMessage",
    "eventType",
    "eventCategory",
    "sourceIPAddress",
    "userAgent",
    "eventID",
)


def _coerced(fields: dict[str, Any]) -> typed.Record:
    record = typed.Record()
    for name in _TEXTS:
        setattr(record, name, _text(fields.get(name)))
    read_only = fields.get("readOnly")
    if isinstance(read_only, str):
        read_only = {"true": True, "false": False}.get(read_only.strip().lower())
    record.readOnly = read_only if isinstance(read_only, bool) else None
    stamp = fields.get("@timestamp")
    record.timestamp = stamp if isinstance(stamp, str | int | float) else None
    record.userIdentity = _identity(fields.get("userIdentity"))
    from_console = fields.get("sessionCredentialFromConsole")
    record.sessionCredentialFromConsole = _text(from_console)
    if fields.get("resources") is not None:
        resources = json.dumps(fields["resources"]).encode("utf-8", "surrogatepass")
        record.resources = msgspec.Raw(resources)
    params = fields.get("requestParameters")
    record.requestParameters = params if isinstance(params, dict) else _text(params)
    # A text in these makes the event one whose whole record is looked at.
    for name in ("responseElements", "additionalEventData", "serviceEventDetails"):
        if fields.get(name):
            setattr(record, name, "{}")
    return record


def _identity(value: Any) -> typed.Identity | None:
    if isinstance(value, str):
        try:
            value = load(value.encode("utf-8", "surrogatepass"))
        except (ValueError, RecursionError):
            return None
    if not isinstance(value, dict):
        return None
    names = ("type", "arn", "principalId", "accountId", "accessKeyId", "userName", "invokedBy")
    context = value.get("sessionContext")
    context = context if isinstance(context, dict) else {}
    issuer, attributes = context.get("sessionIssuer"), context.get("attributes")
    behalf = value.get("onBehalfOf")
    return typed.Identity(
        **{name: _text(value.get(name)) for name in names},
        identityProvider=_text(value.get("identityProvider")),
        sessionContext=typed.SessionContext(
            sessionIssuer=typed.Issuer(_text(issuer.get("userName")))
            if isinstance(issuer, dict)
            else None,
            attributes=typed.SessionAttributes(_text(attributes.get("mfaAuthenticated")))
            if isinstance(attributes, dict)
            else None,
            sourceIdentity=_text(context.get("sourceIdentity")),
        ),
        onBehalfOf=typed.OnBehalfOf(_text(behalf.get("userId")))
        if isinstance(behalf, dict)
        else None,
    )


def _text(value: Any) -> str | None:
    """A field's value as a text: of a list the first that is one, of anything else its JSON."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, list) and value and all(isinstance(item, str) for item in value):
        return ", ".join(value)
    try:
        return json.dumps(value, ensure_ascii=False)[:4096]
    except RecursionError:
        return "…"
