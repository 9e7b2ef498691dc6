"""A worker's dictionaries: each distinct value gets a number and is worked out once.

They are dicts with `__missing__`, so that a column is `map(dictionary.__getitem__, …)`, which
runs in C and comes back to Python only for a value never seen before.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Generic, TypeVar

from tui.core.index.batch import Identity
from tui.core.rules import flags as rules
from tui.core.rules.flags import Flag
from tui.core.rules.principal import principal_from
from tui.core.rules.target import shorten

if TYPE_CHECKING:
    from collections.abc import Callable


K = TypeVar("K")

_CONSOLE = int(Flag.CONSOLE)
MAX_KEY = 4096
"""Characters of a text that the index keeps; what is longer is cut there (a record is 256 KB)."""


class Texts(dict[Any, int]):
    """Texts by code; None is the empty text, code 0. `new` holds those not yet sent."""

    __slots__ = ("new", "next")

    def __init__(self) -> None:
        super().__init__()
        self[None] = self[""] = 0
        self.next = 1
        self.new: list[str] = []

    def __missing__(self, text: str) -> int:
        if len(text) > MAX_KEY:
            return self[text[: MAX_KEY - 1] + "…"]
        code = self[text] = self.next
        self.next += 1
        self.new.append(text)
        return code

    def new_codes(self, texts: list[str]) -> list[int]:
        """Give out a code for each of these texts, and remember none."""
        if max(map(len, texts), default=0) > MAX_KEY:
            texts = [t if len(t) <= MAX_KEY else t[: MAX_KEY - 1] + "…" for t in texts]
        first = self.next
        if "" not in texts:
            self.new += texts
            self.next += len(texts)
            return list(range(first, self.next))
        codes = []
        for text in texts:
            codes.append(self.next if text else 0)
            if text:
                self.new.append(text)
                self.next += 1
        return codes

    def take(self) -> list[str]:
        """The texts that are new since the last call, in the order of their codes."""
        new, self.new = self.new, []
        return new


class Names(dict[str, int]):
    """A naming field's value by the code of the target that a row shows; 0: it names nothing.

    Values that show as they stand are in here alone: a target found in another way has a second
    code, which costs less than looking all of them up in two dictionaries.
    """

    __slots__ = ("targets",)

    def __init__(self, targets: Texts) -> None:
        super().__init__()
        self.targets = targets
        self[""] = 0

    def __missing__(self, value: str) -> int:
        short = shorten(value)
        if short is value and len(value) <= MAX_KEY:
            code = self[value] = self.targets.next
            self.targets.next += 1
            self.targets.new.append(value)
            return code
        code = self.targets[short]
        if len(value) <= MAX_KEY:
            self[value] = code
        return code


class Numbered(dict[K, int], Generic[K]):
    """Any hashable keys; `make` is called once for each, its answer is what gets sent."""

    __slots__ = ("make",)

    def __init__(self, make: Callable[[K], int]) -> None:
        super().__init__()
        self.make = make

    def __missing__(self, key: K) -> int:
        code = self[key] = self.make(key)
        return code


IDENTITY_PARTS = (
    "type",
    "arn",
    "principalId",
    "accountId",
    "userName",
    "invokedBy",
    "identityProvider",
    "sessionContext",
    "onBehalfOf",
)
"""The fields of a userIdentity that say who it is: all but the access key."""


class Calls(Numbered[tuple[Any, ...]]):
    """Calls share their parts, so that comparing two of them stays in the processor's cache."""

    __slots__ = ("parts",)

    def __init__(self, make: Callable[[tuple[Any, ...]], int]) -> None:
        super().__init__(make)
        self.parts: dict[Any, Any] = {}

    def __missing__(self, key: tuple[Any, ...]) -> int:
        shared = tuple(map(self.parts.setdefault, key, key))
        code = self[shared] = self.make(shared)
        return code


def flags_of(
    source: str,
    event: str,
    error: str,
    read_only: bool | None,  # noqa: FBT001
    type_: str,
    from_console: object,
) -> int:
    """The flags that a call decides."""
    flags = rules.call_flags(source, event, error, bool(error), read_only, type_)
    if str(from_console).lower() == "true" or rules.is_sign_in(source, event, type_):
        flags |= _CONSOLE
    return flags


def identity_of(account: str, parts: tuple[Any, ...] | None) -> Identity:
    """The Identity that a userIdentity, given by its IDENTITY_PARTS, means in `account`."""
    if parts is None:
        return UNKNOWN
    type_, arn, principal_id, account_id, user_name, invoked_by, provider, context, behalf = parts
    issuer = context.sessionIssuer if context else None
    attributes = context.attributes if context else None
    return identity_from(
        account,
        type_ or "",
        arn or "",
        principal_id or "",
        account_id or "",
        user_name or "",
        invoked_by or "",
        provider or "",
        (issuer.userName if issuer else "") or "",
        (context.sourceIdentity if context else "") or "",
        attributes.mfaAuthenticated if attributes else None,
        (behalf.userId if behalf else "") or "",
    )


UNKNOWN = Identity("unknown", "", "", "", "", "", "", "", 0)
"""Who called where there is no userIdentity."""


def identity_from(
    own_account: str,
    type_: str,
    arn: str,
    principal_id: str,
    account_id: str,
    user_name: str,
    invoked_by: str,
    identity_provider: str,
    issuer_user_name: str,
    source_identity: str,
    mfa: str | bool | None,  # noqa: FBT001 - as it stands there
    on_behalf_of_user_id: str,
) -> Identity:
    """The same of flat values, each "" when absent."""
    principal = principal_from(
        type_,
        arn,
        user_name,
        principal_id,
        account_id,
        invoked_by,
        identity_provider,
        issuer_user_name,
        source_identity,
        on_behalf_of_user_id,
        own_account,
    )
    flags = rules.identity_flags(principal, own_account, rules.mfa_of(mfa, None), False, False)
    who, role, session, user, type_, account, arn, _, _, via = principal
    return Identity(who, role, session, user, type_, account, arn, via, flags)
