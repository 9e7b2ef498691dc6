"""A whole record in the words of a row and of a summary: who, what, on what, and how it ended.

The slow and obvious composition of the rules beside it. It serves the tolerant reader and the
detail; the fast reader takes the same rules apart and computes each once per distinct value.
"""

from functools import lru_cache
from typing import Any, NamedTuple

from tui.core.embedded import decode
from tui.core.rules.agent import agent_family, clean, is_console_agent
from tui.core.rules.call import INSIGHT, call_name, event_text, service_name
from tui.core.rules.entering import entered_account
from tui.core.rules.exposure import needs_content
from tui.core.rules.flags import (
    Flag,
    Level,
    call_flags,
    content_flags,
    identity_flags,
    is_sign_in,
    is_write,
    level_of,
    mfa_of,
    result_of,
    sensitive_by_content,
    settled,
)
from tui.core.rules.note import needs_note, new_key, note_of
from tui.core.rules.outcome import record_failed
from tui.core.rules.principal import Principal, principal_of, sso_permission_set
from tui.core.rules.target import Target, target_of
from tui.core.rules.values import is_omitted, request_parameters, text_of, texts_of
from tui.core.text import noted

__all__ = [
    "Described",
    "call_name",
    "describe",
    "event_text",
    "needs_rich",
    "service_name",
    "summary",
]


class Described(NamedTuple):
    """Everything that a row, a facet or a filter says about one record."""

    principal: Principal
    service: str
    """eventSource without `.amazonaws.com`."""
    call: str
    """eventName without an API version."""
    region: str
    account: str
    """The record's account: recipientAccountId."""
    target: Target
    note: str
    result: str
    """One of outcome.Result's words."""
    error: str
    """errorCode."""
    flags: int
    level: Level
    agent: str
    """The family of the userAgent."""
    user_agent: str
    """The userAgent without outer brackets."""
    address: str
    access_key: str
    new_key: str
    """The access key that the answer handed out."""


@lru_cache(maxsize=16_384)
def needs_rich(source: str, event_name: str) -> bool:
    """Whether only the whole record can give this call's note, new key or flags.

    The S3 calls of `exposure.acl_by_header` are told by their headers and are not among them.
    """
    return (
        needs_note(source, event_name)
        or needs_content(source, event_name)
        or sensitive_by_content(source, call_name(event_name))
    )


def describe(record: dict[str, Any]) -> Described:
    """All that is said about a record of any shape."""
    source = _told(record.get("eventSource"))
    event_name = _told(record.get("eventName"))
    event_type = _told(record.get("eventType"))
    own = _told(record.get("recipientAccountId"))
    error = _told(record.get("errorCode"))
    failed = record_failed(record)
    call = call_name(event_name)
    identity = _identity(record.get("userIdentity"))
    principal = principal_of(identity, own)
    user_agent = clean(" ".join(texts_of(record.get("userAgent"))))
    read_only = record.get("readOnly")
    write = is_write(read_only, call)
    flags = call_flags(source, event_name, error, failed, read_only, event_type)
    flags |= identity_flags(
        principal,
        own,
        mfa=_session_mfa(identity),
        console=_is_console(record, user_agent),
        sign_in=is_sign_in(source, event_name, event_type),
    )
    flags = settled(flags | content_flags(record))
    return Described(
        principal=principal,
        service=service_name(source),
        call=call,
        region=_told(record.get("awsRegion")),
        account=own,
        target=target_of(record),
        note=note_of(record),
        result=result_of(error, failed, write),
        error=error,
        flags=flags,
        level=level_of(flags),
        agent=agent_family(user_agent),
        user_agent=user_agent,
        address=_told(record.get("sourceIPAddress")),
        access_key=text_of(identity.get("accessKeyId")),
        new_key=new_key(record),
    )


def summary(record: dict[str, Any], accounts: dict[str, str]) -> list[str]:
    """The lines above a record's tree: who and how, what and how it ended, what is odd.

    `accounts` gives names to account IDs. The text has not passed the gate of `tui.core.text`.
    """
    told = describe(record)
    lines = [_who_line(told, accounts), _what_line(told, record)]
    odd = _odd(told, record, accounts)
    if odd:
        lines.append(f"⚠ {' · '.join(odd)}")
    if told.new_key and told.new_key not in told.note:
        lines.append(f"handed out the access key {told.new_key}")
    return lines


def _who_line(told: Described, accounts: dict[str, str]) -> str:
    how = [_who(told.principal, told.account)]
    if told.flags & Flag.CONSOLE:
        how.append("console")
    if told.flags & Flag.MFA:
        how.append("MFA")
    if told.principal.via:
        how.append(f"via {told.principal.via}")
    account = _account(told.account, accounts)
    where = [", ".join(how), told.address, told.region, account]
    return " · ".join(part for part in where if part)


def _who(principal: Principal, own_account: str) -> str:
    """`alice as role Admin` for a session, the name that a row shows for anybody else."""
    if principal.type != "AssumedRole" or not (principal.role and principal.session):
        return principal.who
    from_outside = principal.account and own_account and principal.account != own_account
    outside = f" @{principal.account}" if from_outside and not principal.is_aws else ""
    permission_set = sso_permission_set(principal.role)
    role = f"SSO {permission_set}" if permission_set else f"role {principal.role}"
    return f"{principal.session} as {role}{outside}"


def _what_line(told: Described, record: dict[str, Any]) -> str:
    what = event_text(told.service, told.call)
    if not what:
        what = INSIGHT if record.get("insightDetails") else "(no eventName)"
    if told.target.name:
        what += f" on {told.target.name}"
    if told.target.object:
        what += f" / {told.target.object}"
    what = noted(what, told.note)
    message = " ".join(text_of(record.get("errorMessage")).split())
    ending = ": ".join(part for part in (told.result, told.error, message) if part)
    return f"{what} · {ending}" if ending else what


_ODD: tuple[tuple[Flag, str], ...] = (
    (Flag.ROOT, "root"),
    (Flag.NOMFA, "without MFA"),
    (Flag.PUBLIC, "lets anyone in"),
    (Flag.SHARED, "lets another account in"),
    (Flag.ADMIN, "gives administrator rights"),
)


def _odd(told: Described, record: dict[str, Any], accounts: dict[str, str]) -> list[str]:
    odd = [words for flag, words in _ODD if told.flags & flag]
    if told.flags & Flag.CROSS_ACCOUNT:
        odd.append(f"from account {_account(told.principal.account, accounts)}")
    entered = _entered(record, told)
    if entered:
        odd.append(f"into account {_account(entered, accounts)}")
    for field, value in record.items():
        if is_omitted(value):
            size = _told(value.get("originalSize"))
            odd.append(f"{field} omitted" + (f" ({size} bytes)" if size else ""))
    return odd


def _entered(record: dict[str, Any], told: Described) -> str:
    """The other account of the role that such a call takes on."""
    if not told.call.startswith("AssumeRole"):
        return ""
    message = record.get("errorMessage")
    return entered_account(request_parameters(record), message, told.account)


def _account(account: str, accounts: dict[str, str]) -> str:
    name = accounts.get(account)
    return f"{name} ({account})" if name and account else account


def _is_console(record: dict[str, Any], user_agent: str) -> bool:
    from_console = str(record.get("sessionCredentialFromConsole")).lower() == "true"
    return from_console or is_console_agent(user_agent)


def _session_mfa(identity: dict[str, Any]) -> bool:
    context = _mapping(identity.get("sessionContext"))
    return mfa_of(_mapping(context.get("attributes")).get("mfaAuthenticated"), None)


def _identity(value: object) -> dict[str, Any]:
    """userIdentity, also where it was made a text: tables have no objects."""
    found = decode(value) if isinstance(value, str) else None
    return _mapping(value if found is None else found.value)


def _mapping(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _told(value: object) -> str:
    """A string, a whole number as its digits, several strings with commas, as a row shows them."""
    if type(value) is int:
        return str(value)[:40]
    if isinstance(value, list) and all(isinstance(text, str) for text in value):
        return ", ".join(value)
    return text_of(value)
