"""How the values of a field look in the sidebar: a title, a line for each, what is not in view."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tui.core.counts.facet_names import COUNT, NAME, RARE, value_text
from tui.core.text import cell_width, cut, cut_who, fit, safe

if TYPE_CHECKING:
    from tui.core.index.rows import FacetValue

BARS: Final = "▁▂▃▄▅▆▇█"
TITLES: Final = {
    "service": "Services",
    "event": "Events",
    "who": "Who",
    "role": "Roles",
    "type": "Types",
    "result": "Results",
    "error": "Errors",
    "ip": "Addresses",
    "region": "Regions",
    "account": "Accounts",
    "key": "Keys",
    "agent": "Agents",
    "target": "Targets",
    "user": "Users",
    "session": "Sessions",
    "useragent": "userAgent",
    "newkey": "New keys",
    "object": "Objects",
    "note": "Notes",
    "category": "Categories",
    "via": "Via",
    "arn": "ARNs",
}
"""A facet → what stands above it."""
WHAT: Final = {
    "service": "the AWS service that was called",
    "event": "the call: eventName",
    "who": "who made the call",
    "role": "the role that made it",
    "type": "userIdentity.type",
    "result": "how it ended",
    "error": "errorCode",
    "ip": "sourceIPAddress",
    "region": "awsRegion",
    "account": "recipientAccountId, or the name you gave it",
    "key": "the access key that signed it",
    "agent": "the kind of program that called",
    "target": "what the call was about",
    "user": "userIdentity.userName",
    "session": "the role session's name",
    "useragent": "userAgent, whole",
    "newkey": "the access key that the call handed out",
    "object": "what within the target",
    "note": "what is odd about the change",
    "category": "eventCategory",
    "via": "the service that called on someone's behalf",
    "arn": "userIdentity.arn",
}
"""A facet → what it tells of an event."""
ORDER_WORDS: Final = {COUNT: "by count", NAME: "by name", RARE: "rarest first"}
_SHORT: Final = {COUNT: "count", NAME: "name", RARE: "rarest"}
_COUNT: Final = 7
_KEYS: Final = ("key", "newkey")
_KEY_END: Final = 6
"""Characters of an access key's end that stay as long as they can."""


def title_of(field: str) -> str:
    """What stands above a field's values; of a path its last key."""
    return TITLES.get(field) or safe(field.rpartition(".")[2].strip('"'))


def title_line(field: str, order: str, width: int) -> str:
    """`── Services · count ───`; what does not fit goes, the order last."""
    title, short = title_of(field), _SHORT[order]
    choices = [f"── {title} · {ORDER_WORDS[order]} ", f"── {title} · {short} "]
    choices += [f"─ {title} · {short} ", f"{title} · {short} "]
    text = next((each for each in choices if cell_width(each) <= width), "")
    text = cut(text or f"{cut(title, width - 11)} · {short} ", width)
    return text + "─" * (width - cell_width(text))


def state_style(state: int, *, only: bool) -> tuple[str, str]:
    """The style and the sign of a value that is included, excluded or neither."""
    if state > 0:
        return "included", "+"
    if state < 0:
        return "excluded", "-"
    return ("left-out" if only else "value"), " "


def value_line(value: FacetValue, mark: str, most: int, width: int, field: str = "") -> str:
    """`+iam        1,203 ▁` in `width` cells; the bar is a share of the largest count.

    A value whose addresses were counted has their number there, unless a key had no room then.
    """
    count = short_count(value.count)
    if field in _KEYS and value.addresses is not None:
        end = addresses_text(value.addresses)
        if width - 1 - 1 - len(count) - 1 - len(end) < _KEY_END + 2:
            value = value._replace(addresses=None)
    if value.addresses is None:
        end = BARS[(value.count * 8 - 1) // most] if most and value.count else " "
        room = width - 1 - _COUNT - 1 - 2
    else:
        end = addresses_text(value.addresses)
        count, room = f"{count} {end}", width - 1 - _COUNT - 1
    text, left = safe(value_text(field, value.value)), room + _COUNT - len(count)
    name = _cut_key(text, left) if field in _KEYS else cut_who(text, left)
    gap = " " * (room + _COUNT - cell_width(name) - len(count))
    tail = f" {end}" if value.addresses is None else ""
    return fit(f"{mark}{name} {gap}{count}{tail}", width)


def _cut_key(text: str, width: int) -> str:
    """An access key in at most `width` cells; its end tells it from others."""
    tail = max((width - 1) // 2, min(_KEY_END, width - 2))
    if len(text) <= width or tail < 1 or not text.isascii():
        return cut(text, width)
    return f"{text[: width - 1 - tail]}…{text[-tail:]}"


def addresses_text(count: int) -> str:
    """`1 ip`, `3 ips`."""
    return "1 ip" if count == 1 else f"{count:,} ips"


def more_line(count: int, distinct: int, width: int) -> str:
    """How many values stand below those in view, and how to come to them."""
    if not count:
        choices = [f" {distinct:,} values", f"{distinct:,}"]
    else:
        choices = [
            f" and {count:,} more: / narrows",
            f" and {count:,} more: /",
            f" {count:,} more: /",
            f"{count:,} more",
        ]
    return fit(next((each for each in choices if len(each) <= width), choices[-1]), width)


def short_count(count: int) -> str:
    """A count in at most seven cells: `21,310`, `999,999`, `1.24 M`."""
    if count < 1_000_000:
        return f"{count:,}"
    return f"{count / 1_000_000:.2f} M" if count < 10_000_000 else f"{count / 1_000_000:.1f} M"
