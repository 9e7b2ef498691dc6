"""What the tree says beside a node: a policy's statements in a line each, dangers, omissions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from tui.core.rules import policy

if TYPE_CHECKING:
    from tui.core.record.outline_text import Path


LONGEST: Final = 1_000
MOST: Final = 8
"""No screen shows more characters, or warnings, in a line."""

_STATEMENT: Final = frozenset(("Statement", "statement"))
_EFFECT: Final = frozenset(("Effect", "effect"))
_IDENTITY_SOURCES: Final = frozenset(("iam.amazonaws.com", "sso.amazonaws.com"))


class PolicyNotes(NamedTuple):
    """A line for each statement, and a warning or nothing.

    The statements are the members of `holder`, a path below the policy, by their index; a single
    one that is no list is the holder itself and has the index -1.
    """

    holder: Path
    lines: list[tuple[int, str]]
    warning: str


def omission(value: dict[str, object]) -> str:
    """What CloudTrail left out here because it was too large; empty for any other value.

    https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html
    """
    if value.get("omitted") not in ("true", "True", True) or "reason" not in value:
        return ""
    size = value.get("originalSize")
    told = f", {size} bytes" if isinstance(size, (str, int)) and str(size)[:20].isdigit() else ""
    return f"left out by AWS: {str(value['reason'])[:200]}{told}"


def policy_notes(value: dict[str, object], record: object) -> PolicyNotes | None:
    """The notes on a policy or a lone statement of a record, None for any other object."""
    if not (_STATEMENT.isdisjoint(value) and _EFFECT.isdisjoint(value)):
        found = policy.find_policy(value)
        if found is not None:
            warnings = policy.verdict(found, None, _is_identitys(found, record)).warnings
            holder, places = _places(value)
            sums = [line[:LONGEST] for line in policy.summaries(found)]
            lines = list(zip(places, sums, strict=False))
            return PolicyNotes(holder, lines, " · ".join(warnings[:MOST])[:LONGEST])
    return None


def _places(value: dict[str, object]) -> tuple[Path, list[int]]:
    """Where the statements lie that `policy.statements` counts."""
    for key, inner in value.items():
        if isinstance(key, str) and key.lower() == "statement":
            if isinstance(inner, list):
                return (key,), [at for at, item in enumerate(inner) if isinstance(item, dict)]
            return (key,), [-1]
    return (), [-1]


def _is_identitys(found: object, record: object) -> bool:
    """Whether a policy gives rights to those it is attached to, as IAM's do that name nobody."""
    source = record.get("eventSource") if isinstance(record, dict) else None
    return source in _IDENTITY_SOURCES and all(
        statement.principals is None for statement in policy.statements(found)
    )
