"""What the tree says beside a node: a policy's statements in a line each, dangers, omissions."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from tui.core import policy

if TYPE_CHECKING:
    from tui.core.outline_text import Path


class PolicyNotes(NamedTuple):
    """A line for each statement by its path below the policy, and a warning or nothing."""

    lines: list[tuple[Path, str]]
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


def policy_notes(value: dict[str, object], own_account: str) -> PolicyNotes | None:
    """The notes on a policy or a lone statement, None for any other object."""
    if "Statement" not in value and "Effect" not in value:
        return None
    found = policy.find_policy(value)
    if found is None:
        return None
    verdict = policy.verdict(found, own_account, identity_policy=False)
    statements = value.get("Statement")
    places: list[Path]
    if isinstance(statements, list):
        places = [("Statement", index) for index in range(len(statements))]
    else:
        places = [("Statement",)] if "Statement" in value else [()]
    lines = list(zip(places, policy.summaries(found), strict=False))
    return PolicyNotes(lines, " · ".join(verdict.warnings))
