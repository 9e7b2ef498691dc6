"""What is started as an instance, and what about one is changed.

Its profile, its user data, and whether it gives its credentials to whoever asks.

`httpTokens` and the first version of the metadata service (IMDSv1):
https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/configuring-instance-metadata-service.html.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tui.core.rules.values import (
    items_of,
    several,
    shorten,
    strings_of,
    text_of,
    unwrapped,
    value_at,
)

if TYPE_CHECKING:
    from tui.core.rules.told import Told, Writer

_TIMES = "\u00d7"
_OFF = {
    "disableApiTermination": "termination protection off",
    "disableApiStop": "stop protection off",
    "sourceDestCheck": "source check off",
}
_ON = {
    "disableApiTermination": "termination protection on",
    "disableApiStop": "stop protection on",
}
"""What keeps an instance from being ended by those who find it."""


def _started(told: Told) -> str:
    """How many of which type: as many as were started, or were asked for."""
    started = strings_of(value_at(told.answer, ("instancesSet", "items", "instanceId")))
    kind = told.text("instanceType")
    asked = items_of(told.params.get("instancesSet"))
    counts = [_number(item.get("maxCount")) for item in asked if isinstance(item, dict)]
    count = len(started) or sum(counts) or 1
    options = unwrapped(told.params.get("metadataOptions"), "")
    parts = (f"{count} {_TIMES} {kind}" if kind else "", _first_version(options))
    return ", ".join(filter(None, parts))


def _attribute(told: Told) -> str:
    """New user data, which runs as root at the next start; protections off or on; new groups."""
    params, named = told.params, told.text("attribute")
    parts = ["new user data"] if "userData" in params or named == "userData" else []
    parts += [words for field, words in _OFF.items() if _says(params.get(field), "false")]
    parts += [words for field, words in _ON.items() if _says(params.get(field), "true")]
    groups = several(strings_of(params.get("groupSet")))
    kind = several(strings_of(params.get("instanceType")))
    parts += [*([f"groups {groups}"] if groups else []), *([kind] if kind else [])]
    return ", ".join(parts) or shorten(named)


def _metadata(told: Told) -> str:
    return _first_version(told.params)


def _first_version(options: dict[str, Any]) -> str:
    fields = {key.lower(): value for key, value in options.items()}
    return "IMDSv1 allowed" if text_of(fields.get("httptokens")) == "optional" else ""


def _profile(told: Told) -> str:
    """The instance profile that an instance gets."""
    fields = [unwrapped(told.params.get(f"{i}amInstanceProfile"), "") for i in "iI"]
    names = [text_of(each.get(key)) for each in fields for key in ("name", "Name", "arn", "Arn")]
    return shorten(next(filter(None, names), ""))


def _says(value: object, word: str) -> bool:
    """`false` or `true`, as a truth, a text, or in `{value: …}`."""
    if isinstance(value, dict):
        value = value.get("value")
    return str(value).lower() == word


def _number(value: object) -> int:
    try:
        return max(0, int(str(value)[:9]))
    except ValueError:
        return 0


WRITERS: dict[str, Writer] = {
    "RunInstances": _started,
    "ModifyInstanceAttribute": _attribute,
    "ModifyInstanceMetadataOptions": _metadata,
    "ModifyInstanceMetadataDefaults": _metadata,
    "AssociateIamInstanceProfile": _profile,
    "ReplaceIamInstanceProfileAssociation": _profile,
}
"""By the call's name."""
