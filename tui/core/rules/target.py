"""What an event acted on: one name, by the first of fourteen rules that gives a value.

Which fields may name it, and in which order, depends on the call and on the names of its
parameters alone (`tui.core.rules.target_fields`). `target_of` walks them with a record's
values, and `target_from` does as much without the rest of the record.
"""

import re
from typing import Any, NamedTuple

from tui.core.rules import target_rules as rules
from tui.core.rules.call import call_name, event_text, service_name
from tui.core.rules.outcome import record_failed
from tui.core.rules.principal import principal_of
from tui.core.rules.target_fields import by_fields, by_filter, is_s3
from tui.core.rules.values import (
    MAX_KEYS,
    MAX_NAME,
    MAX_OBJECT,
    is_omitted,
    request_parameters,
    several,
    shorten,
    strings_of,
    text_of,
    unwrapped,
)
from tui.core.text import cut

__all__ = [
    "MAX_OBJECT",
    "Target",
    "call_name",
    "cut",
    "is_read",
    "is_self_read",
    "read_target",
    "shorten",
    "target_from",
    "target_of",
]

OMITTED = "(omitted)"
EVERYTHING = "*"

_ON_RESOURCE = re.compile(
    r"""(?x)\bon\ resource:\ (
        arn:[^\s,]+
      | (?:user|group|role|policy|instance\ profile|mfa)\ [^\s,]+
      # A secret is refused under the name by which it was asked for.
      | [\w/+=.@:-]+(?=\ because\ )
    )"""
)
# `role/`, `volume/*`: what a refused list, or a refused creation, would have touched.
_ANY_OF_KIND = re.compile(r"(?:.*[/:])?\*?\Z")


class Target(NamedTuple):
    """The thing acted on, and for S3 the object in the bucket."""

    name: str
    object: str = ""


def target_of(record: dict[str, Any]) -> Target:
    """What a record of any shape acted on."""
    source = service_name(text_of(record.get("eventSource")))
    event_name = text_of(record.get("eventName"))
    params = request_parameters(record)
    if is_omitted(params):
        return Target(OMITTED)
    failed = record_failed(record)
    call = call_name(event_name)
    name = by_fields(source, event_name, params, failed, record)
    if name:
        return Target(name, _object_key(source, params))
    name = (
        by_filter(params)
        or _by_resources(record.get("resources"))
        or (failed and _by_message(record, call))
        or _by_event_data(record, call)
        or _by_insight(record.get("insightDetails"))
        or _by_caller(record, call)
    )
    if name:
        return Target(name)
    return Target(EVERYTHING if call.startswith(rules.ALL_READS) else "")


def target_from(
    source: str,
    event_name: str,
    params: object,
    failed: bool,  # noqa: FBT001
    *,
    bare: bool,
) -> Target | None:
    """What `target_of` would say, if the request parameters suffice to tell; else None.

    For a decoder that has requestParameters and not the rest: it spares most reads of EC2 a second
    look. `bare` says that the record has no `resources`; `failed` is what `outcome.has_failure`
    says. What a call opens is another question: see `exposure.acl_by_header`.
    """
    source = service_name(source)
    unpacked = request_parameters({"requestParameters": params})
    if is_omitted(unpacked):
        return Target(OMITTED)
    name = by_fields(source, event_name, unpacked, failed, None)
    if name:
        return Target(name, _object_key(source, unpacked))
    if name is None:
        return None
    name = by_filter(unpacked)
    if name:
        return Target(name)
    call = call_name(event_name)
    if bare and not failed and is_read(call) and not is_self_read(call):
        return Target(EVERYTHING)
    return None


def is_read(call: str) -> bool:
    """Whether such a call, if it names nothing, is about everything or about the caller."""
    return call.startswith(rules.ALL_READS)


def is_self_read(call: str) -> bool:
    """Whether such a call, if it names nothing, is about the caller."""
    return call in rules.SELF_CALLS and is_read(call)


def read_target(call: str, message: str, who: str) -> str:
    """The target of an `is_read` call whose parameters, answer and resources name nothing.

    `message` is its errorMessage if it failed, `who` the caller.
    """
    name = _by_message({"errorMessage": message}, call) if message else ""
    if not name and call in rules.SELF_CALLS:
        name = cut(f"(self) {who}", MAX_NAME)
    return name or EVERYTHING


def _object_key(source: str, params: dict[str, Any]) -> str:
    key = params.get("key")
    return cut(key, MAX_OBJECT) if is_s3(source) and isinstance(key, str) else ""


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
    portal = unwrapped(record.get("serviceEventDetails"), "")
    for key in rules.PORTAL_FIELDS:
        name = several(strings_of(portal.get(key)))
        if name:
            return name
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
    """Rule 12: a call about oneself, by the name under which one signs in, where that is told.

    Of who signs in to IAM Identity Center `userIdentity` says no more than a number.
    """
    if call not in rules.SELF_CALLS:
        return ""
    own = text_of(record.get("recipientAccountId"))
    extra = {} if is_read(call) else unwrapped(record.get("additionalEventData"), "")
    given = shorten(text_of(extra.get("UserName")))
    return cut(f"(self) {given or principal_of(record.get('userIdentity'), own).who}", MAX_NAME)
