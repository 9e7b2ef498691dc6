"""A policy document read into statements: who, what, on what, and when.

The grammar is at https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html.
Any part may be missing, one value for a list, or of another type than it should be; the names of
the elements are taken in any case.
"""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from tui.core import embedded
from tui.core.rules.values import is_everywhere


class Principal(NamedTuple):
    """Who: a kind (`AWS`, `Service`, …; empty for a bare `*`) and a name of that kind."""

    kind: str
    name: str

    @property
    def anyone(self) -> bool:
        """`*`, or an ARN of every account."""
        if self.name == "*":
            return self.kind != "Service"
        if "*" not in self.name and "?" not in self.name:
            return False
        account = account_of(self.name)
        return self.kind != "Service" and account.strip("*?") == "" != account

    @property
    def account(self) -> str:
        """The twelve digits of the account that is let in, empty where there are none."""
        account = account_of(self.name) or self.name
        return account if self.kind in ("AWS", "") and _ACCOUNT.fullmatch(account) else ""


class Condition(NamedTuple):
    """One test: operator, key, values."""

    operator: str
    key: str
    values: tuple[str, ...]

    @property
    def narrows(self) -> bool:
        """Whether it leaves less than everybody.

        It does not when it asks how or when and not who, when it lets all values pass, when it
        only excludes some, or when it holds for a request that lacks the key (`…IfExists`,
        `ForAllValues:`), as the request of a stranger does; all have a source address.
        """
        operator, key = self.operator.lower(), self.key.lower()
        if _NOT_ABOUT_WHO.fullmatch(key) or not _EVERYTHING.isdisjoint(self.values):
            return False
        if key.endswith("sourceip") and any(map(is_everywhere, self.values)):
            return False
        if operator == "null":
            return all(value.lower() == "false" for value in self.values)
        if key.endswith(":sub") and any(map(_ANY_SUBJECT.match, self.values)):
            return False
        if "not" in operator:
            return False
        lenient = operator.endswith("ifexists") or operator.startswith("forallvalues:")
        return not lenient or key == "aws:sourceip" or key in _SHARED_SUBJECTS

    def __str__(self) -> str:
        if self.operator.lower() == "null":
            absent = all(value.lower() == "true" for value in self.values)
            return f"{self.key} {'absent' if absent else 'present'}"
        negated = "not " if "not" in self.operator.lower() else ""
        return f"{self.key} {negated}{some(self.values)}".rstrip()


class Statement:
    """A statement; `principals` is None where it names none, as in an identity's policy."""

    def __init__(self, value: dict[str, object]) -> None:
        parts = _lowered(value)
        effect = parts.get("effect")
        self.effect: str = effect.strip() if isinstance(effect, str) else ""
        self.allows = self.effect.lower() == "allow"
        """Whether it gives; whatever is not `Allow` takes."""
        named = parts.get("principal", parts.get("notprincipal"))
        self.principals = None if named is None else _principals(named)
        self.but_principals = "principal" not in parts and "notprincipal" in parts
        self.actions = _texts(parts.get("action", parts.get("notaction")))
        self.but_actions = "action" not in parts and "notaction" in parts
        self.resources = _texts(parts.get("resource", parts.get("notresource")))
        self.but_resources = "resource" not in parts and "notresource" in parts
        self._condition = parts.get("condition")
        # Until it is known; functools.cached_property takes a lock each time in Python 3.11.
        self._conditions: tuple[Condition, ...] | None = None
        self._anyone: bool | None = None
        self._narrowed: bool | None = None

    @property
    def conditions(self) -> tuple[Condition, ...]:
        """What it asks besides; read when it is wanted, as of most statements it is not."""
        if self._conditions is None:
            self._conditions = _conditions(self._condition)
        return self._conditions

    @property
    def anyone(self) -> bool:
        """Whether it speaks of everybody, before its conditions."""
        if self._anyone is None:
            named = self.principals
            self._anyone = named is not None and (
                self.but_principals or any(principal.anyone for principal in named)
            )
        return self._anyone

    @property
    def narrowed(self) -> bool:
        """Whether a condition leaves less than everybody."""
        if self._narrowed is None:
            self._narrowed = any(condition.narrows for condition in self.conditions)
        return self._narrowed

    @property
    def any_subject(self) -> bool:
        """Whether it trusts whomever an issuer of tokens to everybody names.

        https://docs.aws.amazon.com/IAM/latest/UserGuide/
        id_roles_providers_oidc_secure-by-default.html: an identity provider that is shared
        by many tenants has to be asked for the subject.
        """
        named = self.principals
        if not named:
            return False
        return (
            any(kind == "Federated" and name.endswith(_SHARED_PROVIDERS) for kind, name in named)
            and (self.but_actions or any(action.lower() in _ENTERING for action in self.actions))
            and not self.narrowed
        )

    @property
    def subjects(self) -> tuple[str, ...]:
        """Whom of an identity provider's users it lets in: `repo:example/app:*`."""
        return tuple(
            value
            for condition in self.conditions
            if condition.key.lower().endswith(":sub") and condition.narrows
            for value in condition.values
        )

    @property
    def administers(self) -> bool:
        """What AdministratorAccess, IAMFullAccess or, by its NotAction, PowerUserAccess gives.

        That is `*`, `iam:*` or all but some calls, on `*` and without a condition.
        """
        if self.but_resources or not any(map(_is_all, self.resources)) or self.conditions:
            return False
        every = any(action in ("*", "*:*") for action in self.actions)
        if self.but_actions:
            return bool(self.actions) and not every
        return every or any(action.lower() == "iam:*" for action in self.actions)


def _is_all(resource: str) -> bool:
    return not resource.strip("*")


_ACCOUNT = re.compile(r"[0-9]{12}")
_EVERYTHING = frozenset(("*", "arn:*", "arn:aws:*"))
# Keys that ask when, how, from which page or for what, as any stranger's request may answer.
_NOT_ABOUT_WHO = re.compile(
    r"aws:(?:securetransport|currenttime|epochtime|useragent|referer|multifactorauth.*"
    r"|requestedregion|(?:resource|request)tag/.*|tagkeys)"
    r"|s3:(?!dataaccesspoint).*|lambda:(?:functionurlauthtype|invokedviafunctionurl)"
    r"|kms:(?:viaservice|grantisforawsresource)"
    # Whoever gets a token of GitHub's, GitLab's or Terraform's chooses for whom it is.
    r"|(?:token\.actions\.githubusercontent\.com|gitlab\.com|app\.terraform\.io):aud"
)
_SHARED_ISSUERS = ("token.actions.githubusercontent.com", "gitlab.com", "app.terraform.io")
"""Issuers of tokens at which anybody may have an account."""
_SHARED_PROVIDERS = tuple(f":oidc-provider/{issuer}" for issuer in _SHARED_ISSUERS)
_SHARED_SUBJECTS = tuple(f"{issuer}:sub" for issuer in _SHARED_ISSUERS)
"""Each of their tokens has a subject, so that what only asks if there is one asks always."""
_ENTERING = ("sts:assumerolewithwebidentity", "sts:assumerole*", "sts:*", "*")
_ANY_SUBJECT = re.compile(r"(?:\w+:)?[*?]")
"""A subject whose owner is left open: `*`, `repo:*`, `repo:*/app:*`."""


def find_policy(value: object) -> dict[str, object] | None:
    """`value` as a policy document: itself when it has statements or is one, else None.

    A string is decoded first. Answers of AddPermission hold a statement alone.
    """
    if isinstance(value, str):
        found = embedded.decode(value)
        value = found.value if found else None
    if not isinstance(value, dict):
        return None
    parts = _lowered(value)
    inner = parts.get("statement")
    if isinstance(inner, (dict, list)):
        listed = inner if isinstance(inner, list) else [inner]
        if any(isinstance(item, dict) and _has_effect(item) for item in listed):
            return value
        return value if not listed and "version" in parts else None
    if isinstance(parts.get("effect"), str) and not parts.keys().isdisjoint(_SAYS):
        return value
    return None


def _has_effect(item: dict[str, Any]) -> bool:
    return "Effect" in item or "effect" in _lowered(item)


_SAYS = ("action", "notaction", "principal", "notprincipal")


_RECENT = 4
_recent: list[tuple[dict[str, object], list[Statement]]] = []


def statements(policy: object) -> list[Statement]:
    """The statements of what `find_policy` found; of anything else none.

    Note, flags and summary of a record ask for the same policy one after another, so the last few
    are remembered, by the very object.
    """
    if not isinstance(policy, dict):
        return []
    for known, found in _recent:
        if known is policy:
            return found
    found = _statements(policy)
    _recent.append((policy, found))
    del _recent[:-_RECENT]
    return found


def _statements(policy: dict[str, object]) -> list[Statement]:
    inner = _lowered(policy).get("statement", policy)
    listed = inner if isinstance(inner, list) else [inner]
    return [Statement(item) for item in listed if isinstance(item, dict)]


def _principals(value: object) -> tuple[Principal, ...]:
    if isinstance(value, dict):
        return tuple(
            Principal(_KINDS.get(str(kind).lower(), str(kind)), name)
            for kind, names in value.items()
            for name in _texts(names)
        )
    return tuple(Principal("", name) for name in _texts(value))


_KINDS = {
    "aws": "AWS",
    "service": "Service",
    "federated": "Federated",
    "canonicaluser": "CanonicalUser",
    "*": "",
}


def _conditions(value: object) -> tuple[Condition, ...]:
    if not isinstance(value, dict):
        return ()
    return tuple(
        Condition(str(operator), str(key), _texts(values))
        for operator, tests in value.items()
        if isinstance(tests, dict)
        for key, values in tests.items()
    )


def _lowered(value: dict[str, Any]) -> dict[str, Any]:
    return {key.lower(): item for key, item in value.items()}


def _texts(value: object) -> tuple[str, ...]:
    """A value or a list of them as texts; what is neither text, number nor truth is left out."""
    if isinstance(value, str):
        return (value.strip(),)
    if value is None:
        return ()
    items = value if isinstance(value, list) else [value]
    return tuple(
        [
            item.strip() if isinstance(item, str) else _number(item)
            for item in items
            if isinstance(item, (str, int, float))
        ]
    )


def _number(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def some(values: list[str] | tuple[str, ...]) -> str:
    """The first value, and how many more there are."""
    if not values:
        return ""
    return values[0] if len(values) == 1 else f"{values[0]} +{len(values) - 1}"


def account_of(name: str) -> str:
    """The account in an ARN, empty for any other text."""
    parts = name.split(":", 5)
    return parts[4] if len(parts) == 6 and parts[0] == "arn" else ""
