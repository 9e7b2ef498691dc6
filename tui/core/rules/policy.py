"""What a policy says, a line for each statement, and whether it lets anyone in.

Reads what `tui.core.rules.statement` found; the same questions asked of ACLs and network rules are
answered by `tui.core.rules.grants`, whose names can be had from here too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.core.rules.grants import Ingress, Verdict, acl_verdict, ingress
from tui.core.rules.statement import (
    Principal,
    Statement,
    find_policy,
    some,
    statements,
)

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = [
    "Ingress",
    "Statement",
    "Verdict",
    "acl_verdict",
    "find_policy",
    "ingress",
    "statements",
    "summaries",
    "verdict",
    "widest",
]

ARROW = "→"

# Conditions that let in one account out of everybody.
_ACCOUNT_KEYS = frozenset(
    (
        "aws:principalaccount",
        "aws:principalarn",
        "aws:sourceaccount",
        "aws:sourceowner",
        "aws:sourcearn",
        "kms:calleraccount",
    )
)
# -- in words -----------------------------------------------------------------------------------


def summaries(policy: object) -> list[str]:
    """A line for each statement: ``Allow AWS:* → es:* on arn:…:domain/logs/*``."""
    return [_summary(statement) for statement in statements(policy)]


def _summary(statement: Statement) -> str:
    what = _what(statement)
    if statement.resources:
        what += f" on {_where(statement, _short_arn)}"
    tests = " and ".join(map(str, statement.conditions))
    effect = statement.effect or "?"
    if statement.principals is None:
        return f"{effect} {what}" + (f" if {tests}" if tests else "")
    if statement.anyone and statement.narrowed and not statement.but_principals:
        return f"{effect} anyone, if {tests} {ARROW} {what}"
    who = some([_full_name(principal) for principal in statement.principals])
    if statement.but_principals:
        who = f"all but {who}"
    return f"{effect} {who} {ARROW} {what}" + (f" if {tests}" if tests else "")


def widest(policy: object) -> str:
    """The widest Allow in a few words: ``Allow anyone es:*``, ``Allow * on *``; empty without.

    Where nothing is allowed, the widest Deny.
    """
    left = statements(policy)
    if not left:
        return ""
    for width in _WIDTHS:
        if len(left) == 1:
            break
        found = list(map(width, left))
        most = max(found)
        left = [statement for statement, wide in zip(left, found, strict=True) if wide == most]
    return _note(left[0])


def _who_wide(statement: Statement) -> int:
    return 3 if statement.anyone else max(map(_reach, statement.principals or ()), default=0)


def _what_wide(statement: Statement) -> int:
    return 2 if statement.but_actions else max(map(_breadth, statement.actions), default=0)


def _where_wide(statement: Statement) -> int:
    return 2 if statement.but_resources else max(map(_breadth, statement.resources), default=0)


_WIDTHS: tuple[Callable[[Statement], int], ...] = (
    lambda statement: statement.allows,
    lambda statement: statement.any_subject or (statement.anyone and not statement.narrowed),
    _who_wide,
    _what_wide,
    _where_wide,
    lambda statement: not statement.conditions,
)
"""How wide a statement is: the first of these decides, the next where several are alike."""


def _reach(principal: Principal) -> int:
    return 2 if principal.account else 1


def _breadth(pattern: str) -> int:
    if pattern in ("*", "*:*"):
        return 3
    return 2 if pattern.endswith(":*") else int("*" in pattern)


def _note(statement: Statement) -> str:
    what = _what(statement)
    effect = statement.effect or "?"
    tests = _keys(statement)
    if statement.principals is None:
        where = f" on {_where(statement, _tail)}" if statement.resources else ""
        return f"{effect} {what}{where}" + tests
    if statement.anyone:
        but = f" but {_who(statement)}" if statement.but_principals else ""
        return f"{effect} anyone{but} {what}{tests}"
    if statement.any_subject:
        return f"{effect} anyone of {_who(statement)} {what}"
    if all(kind == "Federated" for kind, _ in statement.principals) and statement.subjects:
        return f"{effect} {some(statement.subjects)} {what}"
    if any(principal.account for principal in statement.principals):
        return f"{effect} {what} to {_who(statement)}"
    return f"{effect} {_who(statement)} {what}"


def _keys(statement: Statement) -> str:
    """What the statement asks, without the values; of everybody only what leaves some out."""
    asked = [
        condition.key
        for condition in statement.conditions
        if condition.narrows or statement.principals is None
    ]
    return f", if {some(asked)}" if asked else ""


def _who(statement: Statement) -> str:
    principals = sorted(statement.principals or (), key=_reach, reverse=True)
    return some([_short_name(principal) for principal in principals])


def _what(statement: Statement) -> str:
    actions = some(sorted(statement.actions, key=_breadth, reverse=True)) or "(no action)"
    return f"all but {actions}" if statement.but_actions else actions


def _where(statement: Statement, shorten: Callable[[str], str]) -> str:
    widest_first = sorted(statement.resources, key=_breadth, reverse=True)
    where = some([shorten(resource) for resource in widest_first])
    return f"all but {where}" if statement.but_resources else where


def _full_name(principal: Principal) -> str:
    if not principal.kind:
        return "anyone" if principal.name == "*" else principal.name
    if principal.kind == "Service":
        return principal.name
    return f"{principal.kind}:{_short_name(principal)}"


def _short_name(principal: Principal) -> str:
    """An account as its number, a role as account:role/name, anything else as it is."""
    name = principal.name
    parts = name.split(":", 5)
    if len(parts) < 6 or parts[0] != "arn":
        return name
    if principal.kind == "Federated":
        return parts[5]
    return parts[4] if parts[5] == "root" else f"{parts[4]}:{parts[5]}"


def _short_arn(resource: str) -> str:
    parts = resource.split(":", 5)
    return f"arn:…:{parts[5]}" if len(parts) == 6 and parts[0] == "arn" else resource


def _tail(resource: str) -> str:
    """What is behind the account; of ``domain/logs/*`` that is ``…/logs/*``."""
    parts = resource.split(":", 5)
    if len(parts) < 6 or parts[0] != "arn":
        return resource
    steps = parts[5].split("/", 1)
    return f"…/{steps[1]}" if parts[2] != "s3" and "/" in steps[-1] else parts[5]


# -- judging ------------------------------------------------------------------------------------


def verdict(policy: object, own_account: str | None, identity_policy: bool) -> Verdict:  # noqa: FBT001  # the callers' contract
    """Who is let in by a policy of `own_account`; `admin` is asked of an identity's policy alone.

    public: an Allow for anyone, or for any subject of an issuer that serves everybody, without a
    condition that narrows. shared: an Allow for an account
    other than `own_account` (None: unknown, then never). admin: Allow `*`, `iam:*` or all but some
    calls, on `*`.
    """
    public = shared = admin = False
    warnings: list[str] = []
    for statement in statements(policy):
        if not statement.allows:
            continue
        if statement.any_subject or (statement.anyone and not statement.narrowed):
            public = True
            warnings.append(_warning(statement))
        if own_account and not shared:
            shared = any(account != own_account for account in _accounts(statement))
        if identity_policy and statement.administers:
            admin = True
            what = _what(statement)
            warnings.append(f"may do {'everything: *' if what == '*' else what} on *")
    return Verdict(public, shared, admin, tuple(dict.fromkeys(warnings)))


def _accounts(statement: Statement) -> list[str]:
    """The accounts that are let in by name, or by a condition on everybody."""
    if statement.but_principals or statement.principals is None:
        return []
    if not statement.anyone:
        return [principal.account for principal in statement.principals if principal.account]
    return [
        account
        for condition in statement.conditions
        if condition.narrows and condition.key.lower() in _ACCOUNT_KEYS
        for value in condition.values
        if (account := Principal("AWS", value).account)
    ]


def _warning(statement: Statement) -> str:
    who = f"anyone but {_who(statement)}" if statement.but_principals else "anyone at all"
    where = f" on {_where(statement, _tail)}" if statement.resources else ""
    return f"{who} may {_what(statement)}{where}"
