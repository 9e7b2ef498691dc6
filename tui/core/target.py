"""What an event acted on: one name, by the first of fourteen rules that gives a value.

Which fields may name it, and in which order, depends on the call and on the names of its
parameters alone. So `_steps` is worked out once for each such pair, `target_of` walks the steps
with a record's values, and `flat_plan` tells the fast decoder when the first step is a plain
field, so that it needs no record at all.
"""

import re
from functools import lru_cache
from typing import Any, NamedTuple

from tui.core import target_rules as rules
from tui.core.call import call_name, event_text, service_name
from tui.core.exposure import acl_by_header, is_acl_header
from tui.core.outcome import record_failed
from tui.core.principal import principal_of
from tui.core.text import cut
from tui.core.values import (
    MAX_KEYS,
    MAX_NAME,
    MAX_OBJECT,
    answer_of,
    is_omitted,
    items_of,
    request_parameters,
    several,
    shorten,
    strings_of,
    text_of,
    unwrapped,
    value_at,
)

__all__ = [
    "MAX_OBJECT",
    "Plan",
    "Target",
    "call_name",
    "cut",
    "flat_plan",
    "shorten",
    "target_of",
]

OMITTED = "(omitted)"
EVERYTHING = "*"

_ON_RESOURCE = re.compile(
    r"\bon resource: (arn:[^\s,]+|(?:user|group|role|policy|instance profile|mfa) [^\s,]+)"
)
# `role/`, `volume/*`: what a refused list, or a refused creation, would have touched.
_ANY_OF_KIND = re.compile(r"(?:.*[/:])?\*?\Z")
# `vpc-id=…`, `InstanceIds=…`
_ID_FILTER = re.compile(r"[^=]*(?:-id|Ids?)=")
_CONTEXT = "encryptionContext"


class Target(NamedTuple):
    """The thing acted on, and for S3 the object in the bucket."""

    name: str
    object: str = ""


class Plan(NamedTuple):
    """How to get a call's target from flat values: see `flat_plan`."""

    name: tuple[str, ...] = ()
    """The path of the naming field in requestParameters: one key, for KMS sometimes two."""
    object: str = ""
    """The key of the S3 object's key in requestParameters, or ""."""
    constant: str = ""
    """The target itself, when no field decides. Valid only in a record without `resources`."""


class _Step(NamedTuple):
    """A place to look: `request` (a path), `answer` (a path) or `created` (no path)."""

    kind: str
    path: tuple[str, ...] = ()


def target_of(record: dict[str, Any]) -> Target:
    """What a record of any shape acted on."""
    source = service_name(text_of(record.get("eventSource")))
    event_name = text_of(record.get("eventName"))
    params = request_parameters(record)
    if is_omitted(params):
        return Target(OMITTED)
    failed = record_failed(record)
    call = call_name(event_name)
    name = _by_steps(record, source, event_name, params, failed)
    if name:
        return Target(name, _object_key(source, params))
    name = (
        _by_filter(params)
        or _by_resources(record.get("resources"))
        or (failed and _by_message(record, call))
        or _by_event_data(record, call)
        or _by_insight(record.get("insightDetails"))
        or _by_caller(record, call)
    )
    if name:
        return Target(name)
    return Target(EVERYTHING if call.startswith(rules.ALL_READS) else "")


def flat_plan(
    source: str,
    event_name: str,
    keys: tuple[str, ...],
    failed: bool,  # noqa: FBT001
    *,
    acl_checked: bool = False,
) -> Plan | None:
    """How `target_of` finds the target in a record with just these request parameters.

    `source` is the eventSource with or without `.amazonaws.com`. `keys` are the top-level keys of
    requestParameters in their order, and for an encryptionContext object also
    `encryptionContext.<key>` for each key in it; () when requestParameters is null or empty.
    `failed` is what `outcome.has_failure` says.

    A Plan with a `name`: where the value at that path is a str for which `shorten` gives a
    non-empty text, that text is the target's name, and its object is `cut(value, MAX_OBJECT)` of
    the `object` key's value if that is a str. For any other value, and for None, only
    `target_of` knows. A Plan with a `constant` holds for a record without `resources`.

    S3 calls with an ACL in a header have no plan, because only the whole record tells what they
    open, unless `acl_checked`: then the caller asks `exposure.opens_by_header` about each value.
    """
    if not acl_checked and acl_by_header(source, event_name) and any(map(is_acl_header, keys)):
        return None
    source = service_name(source)
    if len(keys) > MAX_KEYS or "omitted" in keys or any(key.endswith("Request") for key in keys):
        return None
    steps = _steps(source, event_name, keys)
    for step in steps:
        if step.kind == "created" and failed:
            continue
        if step.kind != "request":
            return None
        return Plan(name=step.path, object="key" if _is_s3(source) and "key" in keys else "")
    call = call_name(event_name)
    plain_read = call.startswith(rules.ALL_READS) and call not in rules.SELF_CALLS
    if failed or not plain_read or any(_is_filter(key) for key in keys):
        return None
    return Plan(constant=EVERYTHING)


def _by_steps(
    record: dict[str, Any],
    source: str,
    event_name: str,
    params: dict[str, Any],
    failed: bool,  # noqa: FBT001
) -> str:
    """Rules 1 to 7: the call's fields in their order, the first with a value."""
    answer: dict[str, Any] | None = None
    for step in _steps(source, event_name, _keys_of(params)):
        if step.kind == "request":
            name = several(strings_of(value_at(params, step.path)))
        else:
            if answer is None:
                answer = answer_of(record)
            if step.kind == "answer":
                name = several(strings_of(value_at(answer, step.path)))
            else:
                name = "" if failed else _created(answer, call_name(event_name))
        if name:
            return name
    return ""


@lru_cache(maxsize=16_384)
def _steps(source: str, event_name: str, keys: tuple[str, ...]) -> tuple[_Step, ...]:
    """The places that may name the target of such a call, the best first (rules 1 to 7)."""
    call = call_name(event_name)
    fields: dict[str, str] = {}  # lower-case name → the name as it stands
    for key in keys:
        fields.setdefault(key.lower(), key)
    steps: list[_Step] = []
    if source == "kms":
        steps += _kms_steps(keys, fields)
    for field in _own_fields(source, call):
        if field[0] == "=":
            steps.append(_Step("answer", tuple(field[1:].split("."))))
        elif field.lower() in fields:
            steps.append(_Step("request", (fields[field.lower()],)))
    if _is_s3(source):
        steps += [_Step("request", (fields[f],)) for f in ("bucketname", "bucket") if f in fields]
    if source in rules.CREATING_SERVICES and rules.CREATING_CALL.match(call):
        steps.append(_Step("created"))
    names = [low for low in fields if not _is_ignored(low)]
    ordered = _by_stem(names, call)
    ordered += [field for field in rules.WELL_KNOWN if field in fields]
    ordered += [low for low in names if low.endswith(rules.NAMING_SUFFIXES)]
    steps += [_Step("request", (fields[low],)) for low in dict.fromkeys(ordered)]
    return tuple(dict.fromkeys(steps))


def _own_fields(source: str, call: str) -> tuple[str, ...]:
    own = rules.OWN_FIELDS
    return own.get(f"{source}:{call}") or own.get(call) or ()


def _kms_steps(keys: tuple[str, ...], fields: dict[str, str]) -> list[_Step]:
    """Rule 1: what was locked or unlocked, else the key."""
    inner = {
        key.removeprefix(f"{_CONTEXT}.").lower(): key.removeprefix(f"{_CONTEXT}.")
        for key in keys
        if key.startswith(f"{_CONTEXT}.")
    }
    known = [field for field in rules.KMS_CONTEXT if field in inner]
    other = [field for field in inner if field.endswith(("arn", "id", "name"))]
    steps = [
        _Step("request", (_CONTEXT, inner[field])) for field in dict.fromkeys([*known, *other])
    ]
    if "keyid" in fields:
        steps.append(_Step("request", (fields["keyid"],)))
    return steps


def _by_stem(names: list[str], call: str) -> list[str]:
    """Rule 5: the fields whose stem stands in the call's name, earliest, then longest first."""
    low_call = call.lower()
    ranked: list[tuple[int, int, int, str]] = []
    for order, name in enumerate(names):
        stem = _stem(name)
        position = low_call.find(stem) if len(stem) > 2 else -1
        if position >= 0:
            ranked.append((position, -len(stem), order, name))
    return [name for *_, name in sorted(ranked)]


def _stem(name: str) -> str:
    """A lower-case field less Name, Id, Arn, Identifier, Set, s: `instancesset` → `instance`."""
    for _ in range(3):
        for suffix in rules.STEM_SUFFIXES:
            if name.endswith(suffix) and (suffix != "s" or not name.endswith("ss")):
                name = name.removesuffix(suffix)
                if suffix == "s" and name.endswith("ie"):
                    name = f"{name[:-2]}y"
                break
        else:
            break
    return name


def _is_ignored(low: str) -> bool:
    return (
        low in rules.IGNORED_FIELDS
        or low.startswith((*rules.IGNORED_PREFIXES, "encryptioncontext."))
        or any(part in low for part in rules.IGNORED_PARTS)
    )


def _is_filter(key: str) -> bool:
    low = key.lower()
    return "filter" in low or low.endswith("prefix")


def _is_s3(source: str) -> bool:
    return source in ("s3", "s3express", "s3-outposts")


def _object_key(source: str, params: dict[str, Any]) -> str:
    key = params.get("key")
    return cut(key, MAX_OBJECT) if _is_s3(source) and isinstance(key, str) else ""


def _created(answer: dict[str, Any], call: str) -> str:
    """Rule 4: the new thing's id out of the answer.

    The thing is the call without its verb (`NatGateway`). Its id stands at the top of the answer
    (`snapshotId`) or in an object or list named after it (`natGateway.natGatewayId`).
    """
    noun = rules.CREATING_CALL.sub("", call, count=1).lower()
    nested = [
        inner
        for key, value in answer.items()
        for inner in items_of(value)[:1]
        if isinstance(inner, dict) and (_stem(key.lower()) in noun or key.lower().startswith(noun))
    ]
    best: tuple[int, int, str] | None = None
    for fields in (answer, *nested):
        for order, (key, value) in enumerate(fields.items()):
            low = key.lower()
            stem = _stem(low)
            if not isinstance(value, str) or low in ("requestid", "state", "status"):
                continue
            if not low.endswith(("id", "arn", "name")) or len(stem) < 2 or not noun.endswith(stem):
                continue
            rank = (-len(stem), 0 if low.endswith("id") else 1 + order, value)
            if shorten(value) and (best is None or rank < best):
                best = rank
    if best:
        return shorten(best[2])
    return next((shorten(text_of(f["id"])) for f in (answer, *nested) if "id" in f), "")


def _by_filter(params: dict[str, Any]) -> str:
    """Rule 8: the first filter that names an id, as `vpc-id=vpc-0…`, else the first."""
    for key, value in list(params.items())[:MAX_KEYS]:
        if key.lower().endswith("prefix") and isinstance(value, str) and shorten(value):
            return f"{key}={shorten(value)}"
        if not _is_filter(key):
            continue
        found = [_one_filter(item) for item in items_of(value)[:MAX_KEYS]]
        named = [text for text in found if text]
        if named:
            return next((text for text in named if _ID_FILTER.match(text)), named[0])
    return ""


def _one_filter(item: object) -> str:
    if not isinstance(item, dict):
        return ""
    fields = {key.lower(): value for key, value in item.items()}
    name = fields.get("name", fields.get("key"))
    values = next((fields[k] for k in ("valueset", "values", "value") if k in fields), None)
    text = several(strings_of(values))
    return f"{shorten(name)}={text}" if isinstance(name, str) and name and text else ""


def _by_resources(resources: object) -> str:
    """Rule 9: the ARN of the first resource."""
    first = resources[0] if isinstance(resources, list) and resources else None
    if not isinstance(first, dict):
        return ""
    return next((shorten(text_of(first.get(k))) for k in ("ARN", "arn") if first.get(k)), "")


def _by_message(record: dict[str, Any], call: str) -> str:
    """Rule 10: `… is not authorized to perform: sts:AssumeRole on resource: arn:…`."""
    answer = record.get("responseElements")
    told = answer.get("message") if isinstance(answer, dict) else None
    for message in (record.get("errorMessage"), told):
        found = _ON_RESOURCE.search(message[:8192]) if isinstance(message, str) else None
        name = shorten(found[1].rstrip(".;\"'")) if found else ""
        if _ANY_OF_KIND.match(name) and (call.startswith(rules.ALL_READS) or "*/" in name):
            continue
        if name:
            return name
    return ""


def _by_event_data(record: dict[str, Any], call: str) -> str:
    """Rule 11: what a service event, or the service's own additional data, names."""
    if call.startswith(rules.ALL_READS):
        return ""
    for field in ("serviceEventDetails", "additionalEventData"):
        details = unwrapped(record.get(field), "")
        nested = [inner for inner in details.values() if isinstance(inner, dict)]
        for fields in (details, *nested[:MAX_KEYS]):
            for key in rules.EVENT_DATA_FIELDS:
                name = several(strings_of(fields.get(key)))
                if name:
                    return name
    return ""


def _by_insight(details: object) -> str:
    """The call whose rate an Insights event is about: it has no eventName of its own."""
    if not isinstance(details, dict):
        return ""
    return event_text(text_of(details.get("eventSource")), text_of(details.get("eventName")))


def _by_caller(record: dict[str, Any], call: str) -> str:
    """Rule 12: a call about oneself."""
    if call not in rules.SELF_CALLS:
        return ""
    own = text_of(record.get("recipientAccountId"))
    return cut(f"(self) {principal_of(record.get('userIdentity'), own).who}", MAX_NAME)


def _keys_of(params: dict[str, Any]) -> tuple[str, ...]:
    keys = [key for key in list(params)[:MAX_KEYS] if isinstance(key, str)]
    context = params.get(_CONTEXT)
    if isinstance(context, dict):
        keys += [f"{_CONTEXT}.{key}" for key in list(context)[:MAX_KEYS]]
    return tuple(keys)
