"""Who made a call: userIdentity as one short name and its parts.

The identity types are those of the AWS page "CloudTrail userIdentity element". The rules work on
flat strings, because the fast decoder delivers those; `principal_of` takes a whole identity.
"""

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

_DOMAIN = ".amazonaws.com"
_SSO_ROLE = re.compile(r"AWSReservedSSO_(.+)_[0-9a-fA-F]+\Z")
_SSO = "AWSReservedSSO_"
_SERVICE_LINKED = "AWSServiceRoleFor"


class Principal(NamedTuple):
    """Who made the call. Every part is "" where the record does not say."""

    who: str
    """What a row shows."""
    role: str
    session: str
    """The session's name, or the sourceIdentity where there is one: it survives role chaining."""
    user: str
    type: str
    account: str
    """The account of the principal, which need not be the record's own."""
    arn: str
    is_aws: bool
    is_root: bool
    via: str
    """The service through which a person's call came (invokedBy), without `.amazonaws.com`."""


def principal_of(identity: object, own_account: str) -> Principal:
    """The principal of a userIdentity of any shape, in a record of `own_account`."""
    who = _mapping(identity)
    context = _mapping(who.get("sessionContext"))
    issuer = _mapping(context.get("sessionIssuer"))
    on_behalf_of = _mapping(who.get("onBehalfOf"))
    return principal_from(
        type=_text(who.get("type")),
        arn=_text(who.get("arn")),
        user_name=_text(who.get("userName")),
        principal_id=_text(who.get("principalId")),
        account_id=_text(who.get("accountId")),
        invoked_by=_text(who.get("invokedBy")),
        identity_provider=_text(who.get("identityProvider")),
        issuer_user_name=_text(issuer.get("userName")),
        source_identity=_text(context.get("sourceIdentity")),
        on_behalf_of_user_id=_text(on_behalf_of.get("userId")),
        own_account=own_account,
    )


def principal_from(
    type: str,  # noqa: A002 - AWS's own name for the field
    arn: str,
    user_name: str,
    principal_id: str,
    account_id: str,
    invoked_by: str,
    identity_provider: str,
    issuer_user_name: str,
    source_identity: str,
    on_behalf_of_user_id: str,
    own_account: str,
) -> Principal:
    """The same from flat values, each "" when absent."""
    role = session = user = ""
    names_account = False
    if type == "AssumedRole":
        role, named = _role_and_session(arn, principal_id, issuer_user_name)
        role = role or user_name
        session = source_identity or named
        who = _role_name(role, session)
    elif type == "Role":
        role = _iam_name(arn, "role/") or user_name or issuer_user_name
        who = role
    elif type == "Root":
        who = "(root)"
    elif type == "IAMUser":
        who = user = user_name or _iam_name(arn, "user/") or principal_id
    elif type == "FederatedUser":
        user = _behind_account(arn, "federated-user/") or _behind(principal_id) or user_name
        who = f"{user} ({issuer_user_name})" if user and issuer_user_name else user
    elif type in ("SAMLUser", "WebIdentityUser"):
        user = user_name or _behind(principal_id)
        provider = _provider(identity_provider)
        who = f"{user} @ {provider}" if user and provider else user or provider
    elif type == "IdentityCenterUser":
        who = user = on_behalf_of_user_id or user_name or principal_id
    elif type == "AWSAccount":
        who = "/".join(part for part in (account_id, principal_id) if part)
        names_account = True
    elif type == "AWSService":
        service = _service(invoked_by)
        who = f"aws:{service}" if service else "aws"
    elif type:
        who = user = user_name
    else:
        who = invoked_by or account_id or "unknown"
        names_account = True
    if not who:
        who = f"{type} @ {account_id}" if account_id else type
        names_account = True
    is_aws = (
        type == "AWSService" or (not type and bool(invoked_by)) or role.startswith(_SERVICE_LINKED)
    )
    if account_id and own_account and account_id != own_account and not (is_aws or names_account):
        who = f"{who} @{account_id}"
    via = _service(invoked_by) if invoked_by and type and type != "AWSService" else ""
    # By position: names cost half a microsecond, and a large trail has many identities.
    return Principal(
        who,
        role,
        session,
        user,
        type,
        account_id,
        arn,
        is_aws,
        type == "Root",
        via,
    )


def sso_permission_set(role: str) -> str:
    """The permission set of a role made by IAM Identity Center, "" for any other role."""
    made = _SSO_ROLE.match(role) if role.startswith(_SSO) else None
    return made[1] if made else ""


def _role_name(role: str, session: str) -> str:
    """`role/session`, or `session (SSO PermissionSet)` for a role of IAM Identity Center."""
    permission_set = sso_permission_set(role)
    if permission_set:
        return f"{session} (SSO {permission_set})" if session else f"SSO {permission_set}"
    return f"{role}/{session}" if role and session else role or session


def _role_and_session(arn: str, principal_id: str, issuer_user_name: str) -> tuple[str, str]:
    """Role and session of `arn:aws:sts::<account>:assumed-role/<role>/<session>`.

    The issuer's userName is the role where it is given. The session is behind the last `/` of
    the ARN, or the last `:` of the principalId (`AROA…:session`).
    """
    role, slash, session = _behind_account(arn, "assumed-role/").rpartition("/")
    if not slash:
        role, session = session, ""
    return issuer_user_name or role, session or _behind(principal_id)


def _behind_account(arn: str, prefix: str) -> str:
    """What stands behind `prefix` in the resource part of an ARN, or ""."""
    parts = arn.split(":", 5)
    if len(parts) == 6 and parts[5].startswith(prefix):
        return parts[5][len(prefix) :]
    return ""


def _iam_name(arn: str, prefix: str) -> str:
    """The name in the ARN of an IAM user or role, without the path before it, or "".

    `role/aws-service-role/ssm.amazonaws.com/AWSServiceRoleForAmazonSSM` is the role
    AWSServiceRoleForAmazonSSM; names hold no slash.
    """
    return _behind_account(arn, prefix).rpartition("/")[2]


def _behind(principal_id: str) -> str:
    """What stands behind the last colon of a principalId, or ""."""
    return principal_id.rpartition(":")[2] if ":" in principal_id else ""


def _provider(identity_provider: str) -> str:
    """An identity provider's name, from an ARN what stands behind `saml-provider/`."""
    if identity_provider.startswith("arn:"):
        return identity_provider.rpartition("-provider/")[2] or identity_provider
    return identity_provider


def _service(invoked_by: str) -> str:
    return invoked_by.removesuffix(_DOMAIN)


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _text(value: object) -> str:
    """A string as it is, a number as its digits (YAML round trips lose the quotes), else ""."""
    if isinstance(value, str):
        return value
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value) if abs(value) < 10**20 else ""
    return ""
