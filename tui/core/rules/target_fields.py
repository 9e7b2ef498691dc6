"""Which of a call's own fields name what it acted on: the rules for targets that need no more.

The order of the fields depends on the call and on their names alone, so it is worked out once for
each such pair (`steps_of`), and `by_fields` walks it with a record's values.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any, NamedTuple

from tui.core.rules import target_rules as rules
from tui.core.rules.call import call_name
from tui.core.rules.values import (
    MAX_KEYS,
    answer_of,
    items_of,
    several,
    shorten,
    strings_of,
    text_of,
    value_at,
)

# `vpc-id=…`, `InstanceIds=…`
_ID_FILTER = re.compile(r"[^=]*(?:-id|Ids?)=")
_FILTERS = ("filter", "filters", "filterset", "prefix")
_MAX_REMEMBERED = 4096
_CONTEXT = "encryptionContext"


class Step(NamedTuple):
    """A place to look: `request` (a path), `answer` (a path) or `created` (no path)."""

    kind: str
    path: tuple[str, ...] = ()


def by_fields(
    source: str,
    event_name: str,
    params: dict[str, Any],
    failed: bool,  # noqa: FBT001
    record: dict[str, Any] | None,
) -> str | None:
    """Rules 1 to 7: the first field with a value, "" if none has one.

    Without the record None where only its answer could tell.
    """
    answer: dict[str, Any] | None = None
    for step in steps_of(source, event_name, _keys_of(params)):
        if step.kind == "request":
            name = several(strings_of(value_at(params, step.path)))
        elif step.kind == "created" and failed:
            continue
        elif record is None:
            return None
        else:
            if answer is None:
                answer = answer_of(record)
            if step.kind == "answer":
                name = several(strings_of(value_at(answer, step.path)))
            else:
                name = _created(answer, call_name(event_name))
        if name:
            return name
    return ""


def steps_of(source: str, event_name: str, keys: tuple[str, ...]) -> tuple[Step, ...]:
    """The steps, remembered unless the names are so long that a hostile trail made them."""
    if sum(map(len, keys)) + len(event_name) > _MAX_REMEMBERED:
        return _steps.__wrapped__(source, event_name, keys)
    return _steps(source, event_name, keys)


@lru_cache(maxsize=16_384)
def _steps(source: str, event_name: str, keys: tuple[str, ...]) -> tuple[Step, ...]:
    """The places that may name the target of such a call, the best first (rules 1 to 7)."""
    call = call_name(event_name)
    fields: dict[str, str] = {}  # lower-case name → the name as it stands
    for key in keys:
        fields.setdefault(key.lower(), key)
    steps: list[Step] = []
    if source == "kms":
        steps += _kms_steps(keys, fields)
    for field in _own_fields(source, call):
        if field[0] == "=":
            steps.append(Step("answer", tuple(field[1:].split("."))))
        elif field.lower() in fields:
            steps.append(Step("request", (fields[field.lower()],)))
    if is_s3(source):
        steps += [Step("request", (fields[f],)) for f in ("bucketname", "bucket") if f in fields]
    if source in rules.CREATING_SERVICES and rules.CREATING_CALL.match(call):
        steps.append(Step("created"))
    names = [low for low in fields if not _is_ignored(low)]
    ordered = _by_stem(names, call)
    ordered += [field for field in rules.WELL_KNOWN if field in fields]
    ordered += [low for low in names if low.endswith(rules.NAMING_SUFFIXES)]
    steps += [Step("request", (fields[low],)) for low in dict.fromkeys(ordered)]
    return tuple(dict.fromkeys(steps))


def _own_fields(source: str, call: str) -> tuple[str, ...]:
    own = rules.OWN_FIELDS
    return own.get(f"{source}:{call}") or own.get(call) or ()


def _kms_steps(keys: tuple[str, ...], fields: dict[str, str]) -> list[Step]:
    """Rule 1: what was locked or unlocked, else the key."""
    inner = {
        key.removeprefix(f"{_CONTEXT}.").lower(): key.removeprefix(f"{_CONTEXT}.")
        for key in keys
        if key.startswith(f"{_CONTEXT}.")
    }
    known = [field for field in rules.KMS_CONTEXT if field in inner]
    other = [field for field in inner if field.endswith(("arn", "id", "name"))]
    steps = [Step("request", (_CONTEXT, inner[field])) for field in dict.fromkeys([*known, *other])]
    if "keyid" in fields:
        steps.append(Step("request", (fields["keyid"],)))
    return steps


def _by_stem(names: list[str], call: str) -> list[str]:
    """Rule 5: the fields whose stem stands in the call's name, earliest, then longest first."""
    low_call = call.lower()
    ranked: list[tuple[int, int, int, str]] = []
    for order, name in enumerate(names):
        stem = next((stem for stem in _stems(name) if len(stem) > 2 and stem in low_call), "")
        if stem:
            ranked.append((low_call.index(stem), -len(stem), order, name))
    return [name for *_, name in sorted(ranked)]


def _stems(name: str) -> Iterator[str]:
    """A lower-case field with ever fewer endings: `instancesset`, `instances`, `instance`."""
    while name not in rules.BARE:
        yield name
        for suffix in rules.STEM_SUFFIXES:
            if name.endswith(suffix) and not name.endswith("ss"):
                name = name.removesuffix(suffix)
                if suffix == "s" and name.endswith("ie"):
                    name = f"{name[:-2]}y"
                break
        else:
            return


def _is_ignored(low: str) -> bool:
    return (
        low in rules.IGNORED_FIELDS
        or low.startswith(rules.IGNORED_PREFIXES)
        or low.endswith(rules.IGNORED_SUFFIXES)
    )


def is_filter(key: str) -> bool:
    low = key.lower()
    return low.endswith(_FILTERS)


def is_s3(source: str) -> bool:
    return source in ("s3", "s3express", "s3-outposts")


def _created(answer: dict[str, Any], call: str) -> str:
    """Rule 4: the new thing's id out of the answer.

    The thing is the call without its verb (`NatGateway`). Its id stands at the top of the answer
    (`snapshotId`) or in an object or list named after it (`natGateway.natGatewayId`).
    """
    noun = rules.CREATING_CALL.sub("", call, count=1).lower()
    nested = [
        inner
        for key, value in answer.items()
        if key.lower().startswith(noun) or any(stem in noun for stem in _stems(key.lower()))
        for inner in items_of(value)[:1]
        if isinstance(inner, dict)
    ]
    ranked: list[tuple[int, int, str]] = []
    for fields in (answer, *nested):
        for order, (key, value) in enumerate(fields.items()):
            low = key.lower()
            if not low.endswith(("id", "arn", "name")) or not shorten(text_of(value)):
                continue
            stem = next((stem for stem in _stems(low) if noun.endswith(stem)), "")
            if len(stem) > 1:
                ranked.append((-len(stem), 0 if low.endswith("id") else 1 + order, value))
    if ranked:
        return shorten(min(ranked)[2])
    return next((shorten(text_of(f["id"])) for f in (answer, *nested) if "id" in f), "")


def by_filter(params: dict[str, Any]) -> str:
    """Rule 8: the first filter that names an id, as `vpc-id=vpc-0…`, else the first."""
    for key, value in list(params.items())[:MAX_KEYS]:
        if key.lower().endswith("prefix") and isinstance(value, str) and shorten(value):
            return f"{key}={shorten(value)}"
        if not is_filter(key):
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


def _keys_of(params: dict[str, Any]) -> tuple[str, ...]:
    keys = [key for key in list(params)[:MAX_KEYS] if isinstance(key, str)]
    context = params.get(_CONTEXT)
    if isinstance(context, dict):
        keys += [f"{_CONTEXT}.{key}" for key in list(context)[:MAX_KEYS]]
    return tuple(keys)
