"""Names seen from an account: which of them are, or lie in, another one."""

from __future__ import annotations

import re

from tui.core.rules.statement import account_of
from tui.core.rules.values import shorten

_ACCOUNT = re.compile(r"[0-9]{12}")


def other_account(name: str, own: str) -> str:
    """The account that a name is or lies in, "" if that is `own`, or if either is not known."""
    account = account_of(name) or name
    return account if own and account != own and _ACCOUNT.fullmatch(account) else ""


def seen_from(own: str, name: str) -> str:
    """`function:x`, and `444455556666:function:x` for one of another account."""
    account, short = other_account(name, own), shorten(name)
    return f"{account}:{short}" if account and account != short else short
