"""Into which other account a call leads: its target, `role/x`, does not say."""

from __future__ import annotations

import re
from typing import Any

from tui.core.rules.elsewhere import other_account
from tui.core.rules.values import texts_of

_REFUSED = re.compile(r"sts:AssumeRole\w* on resource: (arn:[^\s,]{1,2048})")


def entered_account(params: dict[str, Any], message: object, own: str) -> str:
    """The account of the role that the call takes on, "" if that is the record's own.

    A refused call has no parameters: its `message` names the role.
    """
    role = params.get("roleArn")
    roles = [role] if type(role) is str and role else texts_of(role)
    if not roles and isinstance(message, str):
        found = _REFUSED.search(message[:8192])
        roles = [found[1]] if found else []
    return other_account(roles[0], own) if roles else ""


def portal_account(params: dict[str, Any], details: dict[str, Any], own: str) -> str:
    """The account whose role IAM Identity Center hands out, "" if that is the record's own.

    A call names it in its parameters or, as the portal's service events do, in `details`.
    """
    named = [*texts_of(details.get("account_id")), *texts_of(params.get("accountId"))]
    return other_account(named[0], own) if named else ""


def entering_note(key: str, account: str) -> str:
    """`→ ASIA… in 444455556666`: the key that was handed out, and the other account."""
    if not account:
        return f"→ {key}" if key else ""
    return f"→ {key} in {account}" if key else f"in {account}"
