"""Values of a record as names: objects out of their wrappers, text out of objects, ARNs short.

The shapes are those that CloudTrail makes of the services' protocols: `{items: […]}` and
`{item: […]}` (EC2's older calls), `…Request` with `{tag, content}` (its newer ones), and objects
that came as JSON in a string.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import islice
from typing import Any, TypeGuard
from urllib.parse import unquote

from tui.core.embedded import decode
from tui.core.text import cut

MAX_NAME = 200
MAX_OBJECT = 1024
MAX_KEYS = 100
"""More keys of one object than this are not looked at."""
MAX_VALUES = 10_000
_MAX_REMEMBERED = 2048

_REDACTED = re.compile(
    r"HIDDEN_DUE_TO_SECURITY_REASONS|<sensitiveDataRemoved>|\*{2,}|\[?REDACTED\]?"
)
# `[P1] disk full`, `{prod} errors`: a name that begins with a label, where JSON has a quote.
_LABELLED = re.compile(r"""\[[^]["'{}]+\]|\{[\w.:-]+\}""")
_QUEUE_URL = re.compile(r"https?://[^/]+/\d+/([^/?#]+)\Z")
_PLAIN = frozenset("bcdefgijklmnopqrstuvwxyzBCDEFGIJKLMNOPQSTUVWXYZ0123456789/_-.$@")
"""Of a short ASCII text that begins with one of these nothing is left out: all the rules of
`shorten` ask for other beginnings."""
_LISTS = ("items", "item", "member", "members")


def shorten(value: str) -> str:
    """A value as a row shows it, "" when it names nothing (blank, redacted, JSON).

    ARNs from behind the account (`role/x`), secrets, parameters, buckets and queues by their
    names, what is very long cut in the middle.
    """
    if is_plain(value):
        return value
    if value.startswith("arn:") and len(value) <= MAX_NAME and value[-1] > " " and value.isascii():
        return _shorten_arn(value)
    if len(value) > _MAX_REMEMBERED:
        return _shortened.__wrapped__(value)
    return _shortened(value)


def is_plain(value: str) -> bool:
    """Is this certainly a name of which `shorten` leaves out nothing?"""
    first = value[:1]
    if not (first in _PLAIN or (first in ("a", "h") and not value.startswith(("arn", "http")))):
        return False
    return len(value) <= MAX_NAME and value[-1:] > " " and value.isascii()


@lru_cache(maxsize=65_536)
def _shortened(value: str) -> str:
    text = value.strip()
    if text[:6].lower() == "arn%3a":
        text = unquote(text)
    if not text or _REDACTED.fullmatch(text) or (text[0] in "{[" and not _is_labelled(text)):
        return ""
    if text.startswith("arn:"):
        text = _shorten_arn(text)
    elif text.startswith("http"):
        queue = _QUEUE_URL.match(text)
        text = queue[1] if queue else text
    return cut(text, MAX_NAME)


def _is_labelled(text: str) -> bool:
    return _LABELLED.match(text) is not None and decode(text) is None


def request_parameters(record: dict[str, Any]) -> dict[str, Any]:
    """A record's requestParameters as an object: decoded from a string, out of its wrapper."""
    return unwrapped(record.get("requestParameters"), "Request")


def answer_of(record: dict[str, Any]) -> dict[str, Any]:
    """A record's responseElements as an object: decoded from a string, out of its wrapper."""
    return unwrapped(record.get("responseElements"), "Response")


def is_omitted(value: object) -> TypeGuard[dict[str, Any]]:
    """Whether a field was replaced because the record was too large (CloudTrail's `omitted`)."""
    return (
        isinstance(value, dict)
        and "omitted" in value
        and "reason" in value
        and str(value["omitted"]).lower() == "true"
    )


def strings_of(value: object) -> list[str]:
    """The names in a value of any shape: text, numbers, lists, `{tag, content}`, `{items: […]}`."""
    found: list[str] = []
    for text in _strings(value, 0):
        short = shorten(text)
        if short:
            found.append(short)
        if len(found) >= MAX_VALUES:
            break
    return found


def texts_of(value: object) -> list[str]:
    """The same as they stand, ARNs whole."""
    return [text for text in islice(_strings(value, 0), MAX_VALUES) if text]


def several(names: list[str]) -> str:
    """The first name and how many more there are: `i-1 +2`."""
    if len(names) < 2:
        return names[0] if names else ""
    return f"{names[0]} +{len(names) - 1}"


def unwrapped(value: object, wrapper: str) -> dict[str, Any]:
    """An object: decoded where it came as a JSON string, and out of its `…Request` wrapper."""
    if isinstance(value, str):
        found = decode(value)
        value = found.value if found else None
    if not isinstance(value, dict):
        return {}
    if wrapper and len(value) <= 2:
        for key, inner in value.items():
            if key.endswith(wrapper) and (isinstance(inner, dict) or inner == ""):
                return inner or {}
    return value


def is_everywhere(network: str) -> bool:
    """Whether a network means everybody: `0.0.0.0/0`, or what is written to look like less.

    A registry gets blocks of /8, of IPv6 /12, so wider than these belongs to nobody: half of all,
    `0.0.0.0/1`, is the usual disguise.
    """
    address, _, prefix = network.strip().partition("/")
    return prefix[:3].isdecimal() and int(prefix[:3]) < (12 if ":" in address else 8)


def value_at(value: object, path: tuple[str, ...]) -> object:
    """The value at a path; a step through a list looks at each of its members."""
    for key in path:
        if isinstance(value, list):
            value = [item.get(key) for item in value[:MAX_VALUES] if isinstance(item, dict)]
        elif isinstance(value, dict):
            value = value.get(key)
        else:
            return None
    return value


def items_of(value: object) -> list[Any]:
    """The members of a list, of `{items: […]}`, or the value itself as the only member."""
    if isinstance(value, dict):
        for key in _LISTS:
            if key in value:
                inner = value[key]
                return inner if isinstance(inner, list) else [inner]
    if isinstance(value, list):
        return value
    return [] if value is None else [value]


def _strings(value: object, depth: int) -> Iterator[str]:
    """The naming texts in a value, in order."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, bool) or value is None or depth > 6:
        return
    elif isinstance(value, int):
        yield str(value) if abs(value) < 10**30 else ""
    elif isinstance(value, list):
        for item in value[:MAX_VALUES]:
            yield from _strings(item, depth + 1)
    elif isinstance(value, dict):
        if "content" in value:
            yield from _strings(value["content"], depth + 1)
        elif any(key in value for key in _LISTS):
            for item in items_of(value)[:MAX_VALUES]:
                yield from _strings(item, depth + 1)
        else:
            yield from _name_in(value, depth)


# The names of such a field, the surest first; True: the whole name, False: its ending.
_NAMING: tuple[tuple[tuple[str, ...], bool], ...] = (
    (("id", "arn", "identifier"), True),
    (("name",), True),
    (("id", "arn", "identifier"), False),
    (("name",), False),
    (("value", "values"), True),
)


_CHOOSING = ("tag:", "tag-key", "resource-groups:")
"""Of a key of SSM's targets: its values name no instance, but what one must have to be meant."""


def _name_in(item: dict[str, Any], depth: int) -> Iterator[str]:
    """The one field of an object that names it: `{instanceId: …}`, `{owner: …}`, `{value: …}`."""
    fields = [(key.lower(), value) for key, value in list(item.items())[:MAX_KEYS]]
    if len(fields) == 2:
        chosen = dict(fields)
        key = chosen.get("key")
        if isinstance(key, str) and key.lower().startswith(_CHOOSING) and "values" in chosen:
            yield from (f"{key}={text}" for text in _strings(chosen["values"], depth + 1))
            return
    for endings, whole in _NAMING:
        for low, value in fields:
            named = low in endings if whole else low.endswith(endings)
            if named and isinstance(value, (str, list)) and value:
                yield from _strings(value, depth + 1)
                return
    if len(fields) == 1:
        yield from _strings(fields[0][1], depth + 1)


def _shorten_arn(arn: str) -> str:
    """`arn:aws:iam::111122223333:role/x` → `role/x`."""
    parts = arn.split(":", 5)
    if len(parts) < 6 or not parts[5]:
        return arn
    service, resource = parts[2], parts[5]
    if service == "secretsmanager":
        return resource.removeprefix("secret:") or resource
    if service == "ssm" and resource.startswith("parameter/"):
        name = resource.removeprefix("parameter/")
        return f"/{name}" if "/" in name.strip("/") else name or resource
    if service == "logs":
        return resource.removesuffix(":*").removesuffix(":log-stream:") or resource
    return resource


def text_of(value: object) -> str:
    """The value if it is a string, else ""."""
    return value if isinstance(value, str) else ""
