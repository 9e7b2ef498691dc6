"""Into which other account an AssumeRole leads: its target, `role/x`, does not say."""

from __future__ import annotations

import re
from typing import Any

from tui.core.statement import account_of
from tui.core.values import texts_of

_ACCOUNT = re.compile(r"[0-9]{12}", re.ASCII)
_REFUSED = re.compile(r"sts:AssumeRole\w* on resource: (arn:[^\s,]{1,2048})")


def entered_account(params: dict[str, Any], message: object, own: object) -> str:
    """The account of the role that the call takes on, "" if that is the record's own.

    A refused call has no parameters: its `message` names the role.
    """
    role = params.get("roleArn")
    roles = [role] if type(role) is str and role else texts_of(role)
    if not roles and isinstance(message, str):
        found = _REFUSED.search(message[:8192])
        roles = [found[1]] if found else []
    return account_entered(roles[0], own) if roles else ""


def account_entered(role: str, own: object) -> str:
    """The account of a role's ARN, "" if that is `own`, or if that is not known."""
    account = account_of(role)
    return account if own and account != own and _ACCOUNT.fullmatch(account) else ""


def entering_note(key: str, account: str) -> str:
    """`→ ASIA… in 444455556666`: the key that was handed out, and the other account."""
    if not account:
        return f"→ {key}" if key else ""
    return f"→ {key} in {account}" if key else f"in {account}"
