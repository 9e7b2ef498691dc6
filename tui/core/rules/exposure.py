"""What a call opened, and to whom: everybody, another account, or one identity to everything.

Openings come in many shapes: policies (wherever they are embedded), lone statements, ACLs,
shared snapshots and images, function URLs, network rules, attached policies. Looking for
`Principal: *` alone would find one in eight of them.
"""

import re
from functools import lru_cache
from typing import Any, NamedTuple

from tui.core.embedded import OPENERS, decode
from tui.core.rules import policy
from tui.core.rules.call import call_name, service_name
from tui.core.rules.elsewhere import other_account
from tui.core.rules.openings import setting_of
from tui.core.rules.outcome import record_failed
from tui.core.rules.values import request_parameters, text_of, texts_of

_MAX_NODES = 5_000
_MAX_DEPTH = 10

# Calls that give, open or attach. Any of them may carry a policy in some service or other.
_GIVING = re.compile(
    r"(?:Put|Create|Update|Set|Add|Attach|Modify|Authorize|Replace|Associate|Register|Import"
    r"|(?:Batch)?Grant|Share|Restore|Enable|Publish|OpenInstance)(?=[A-Z])"
)
# Of those, what is frequent and carries none.
_NEVER = re.compile(
    r"""(?x)(?:
        PutObject | CopyObject | CreateMultipartUpload | PutObjectTagging | PutObjectRetention
      | PutParameter | PutSecretValue | PutInventory | PutComplianceItems | PutMetric\w*
      | PutLogEvents | PutRecord\w* | PutItem | UpdateItem | PutEvents | PutEvaluations
      | PutTraceSegments | PutTelemetryRecords | CreateLogStream | CreateLogGroup
      | CreateTags | AddTags\w* | CreateNetworkInterface | CreateControlChannel
      | CreateDataChannel | CreateSession | UpdateInstance(?:Information|AssociationStatus)
      | CreateAccessKey | CreateVolume | CreateSnapshot\w* | CreateSubnet | CreateRoute\w*
      | AssociateRouteTable | AssociateAddress | AttachVolume | AttachNetworkInterface
      | AttachInternetGateway | UpdateAccessKey | CreateLoginProfile | UpdateLoginProfile
    )\Z"""
)
# Calls whose only opening is the ACL in a header.
_ACL_BY_HEADER = frozenset({"PutObject", "CopyObject", "CreateMultipartUpload", "CreateBucket"})
_ACL_CALL = re.compile(r"(?:Put\w*Acl|PutObject|CopyObject|CreateMultipartUpload|CreateBucket)\Z")
_INGRESS_CALL = re.compile(
    r"(?:Authorize\w*SecurityGroupIngress|ModifySecurityGroupRules"
    r"|(?:Create|Replace)NetworkAclEntry)\Z"
)
_PERMISSION_CALLS = frozenset({"AddPermission", "AddLayerVersionPermission", "PutPermission"})
_SHARING_CALL = re.compile(
    r"(?:Modify\w*Attribute|ModifyDocumentPermission|ModifyVpcEndpointServicePermissions"
    r"|AuthorizeSnapshotAccess|AuthorizeDataShare|CreateGrant|(?:Create|Associate)ResourceShare)\Z"
)
_IDENTITY_POLICY = re.compile(
    r"(?:Put(?:User|Role|Group)Policy|CreatePolicy(?:Version)?|PutInlinePolicyToPermissionSet)\Z"
)
_ADMIN_POLICY = re.compile(r"(?:.*/)?(?:AdministratorAccess|PowerUserAccess|IAMFullAccess)\Z")
_ATTACH_CALL = re.compile(r"Attach\w*Policy\w*\Z")
# Policies that limit and never give: those of an organization, of VPC endpoints. What delegates an
# organization's administration (PutResourcePolicy) does give.
_LIMITING = re.compile(r"organizations:(?!PutResourcePolicy\Z)|ec2:\w*VpcEndpoint")

# Where the names of those who are let in, or no longer, stand.
_ADDING = (
    "valuestoadd",
    "accountidstoadd",
    "addallowedprincipals",
    "accountwithrestoreaccess",
    "consumeridentifier",
    "principals",
)
_REMOVING = ("valuestoremove", "accountidstoremove", "removeallowedprincipals")


class Exposure(NamedTuple):
    """What a call opened."""

    public: bool = False
    """Anyone is let in."""
    shared: bool = False
    """An account other than the record's own is let in."""
    admin: bool = False
    """An identity may do everything, or manage identities."""


class Shares(NamedTuple):
    """Who was added to a snapshot, an image, a document, a key or a share, and who taken away."""

    added: list[str]
    removed: list[str]


@lru_cache(maxsize=16_384)
def needs_content(source: str, event_name: str) -> bool:
    """Whether such a call may open something, so that its content must be looked at.

    Not so for the S3 calls of `acl_by_header`: they are half of many trails.
    """
    call = call_name(event_name)
    if acl_by_header(source, event_name):
        return False
    return _GIVING.match(call) is not None and _NEVER.match(call) is None


def acl_by_header(source: str, event_name: str) -> bool:
    """Whether such a call opens something only by an ACL in its headers.

    Its content matters only if `opens_by_header` says so of one of its parameters.
    """
    return event_name in _ACL_BY_HEADER and service_name(source) == "s3"


def is_acl_header(key: str) -> bool:
    """Whether a parameter of an S3 call is an ACL: `x-amz-acl`, `x-amz-grant-…`."""
    return key.startswith(("x-amz-acl", "x-amz-grant-")) or key == "accessControlList"


def opens_by_header(key: str, value: object) -> bool:
    """Whether such a parameter may let in others: a canned ACL tells, a list of grants may."""
    if key == "x-amz-acl":
        return policy.acl_verdict({key: value}).public
    return is_acl_header(key)


def exposure_of(record: dict[str, Any]) -> Exposure:
    """What the call of this record opened; nothing if it failed."""
    source, event_name = text_of(record.get("eventSource")), text_of(record.get("eventName"))
    if not (needs_content(source, event_name) or acl_by_header(source, event_name)):
        return Exposure()
    params = request_parameters(record)
    if not params or record_failed(record):
        return Exposure()
    service, call = service_name(source), call_name(event_name)
    own = text_of(record.get("recipientAccountId"))
    public, shared, admin = _by_policies(service, call, params, own)
    setting = setting_of(service, call, params, own)
    public, shared = public or setting.public, shared or setting.shared
    if _ACL_CALL.match(call) and service == "s3":
        verdict = policy.acl_verdict(params)
        public, shared = public or verdict.public, shared or verdict.shared
    if _INGRESS_CALL.match(call):
        public = public or policy.ingress(params).public
    if _SHARING_CALL.match(call):
        added = shares_of(params).added
        public = public or any(name.lower() in ("all", "*") for name in added)
        shared = shared or any(other_account(name, own) for name in added)
    if call.endswith("FunctionUrlConfig"):
        public = public or text_of(params.get("authType")).upper() == "NONE"
    if call == "UpdateProjectVisibility":
        public = public or params.get("projectVisibility") == "PUBLIC_READ"
    if _ATTACH_CALL.match(call):
        admin = admin or any(_ADMIN_POLICY.match(arn) for arn in attached_policies(params))
    return Exposure(public, shared, admin)


def documents_of(call: str, params: dict[str, Any]) -> list[dict[str, object]]:
    """The policies that a call carries, and the lone statement that it adds."""
    statement = permission_statement(call, params)
    return [*policies_in(params), *([statement] if statement else [])]


_last: list[tuple[object, list[dict[str, object]]]] = []


def policies_in(value: object) -> list[dict[str, object]]:
    """The policies in a value of any shape, decoded where they stand in strings.

    Note and flags ask for the same parameters one after the other: the last are remembered, by
    the very object.
    """
    if _last and _last[0][0] is value and isinstance(value, dict):
        return _last[0][1]
    found = _policies_in(value)
    _last[:] = [(value, found)]
    return found


def _policies_in(value: object) -> list[dict[str, object]]:
    found: list[dict[str, object]] = []
    budget = _MAX_NODES
    waiting: list[tuple[object, int]] = [(value, 0)]
    while waiting and budget:
        node, depth = waiting.pop()
        budget -= 1
        if isinstance(node, str):
            decoded = decode(node)
            if decoded is None:
                continue
            node = decoded.value
        if isinstance(node, dict):
            document = policy.find_policy(node) if _has_policy_keys(node) else None
            if document is not None:
                found.append(document)
                continue
            inner = list(node.values())
        elif isinstance(node, list):
            inner = node
        else:
            continue
        if depth < _MAX_DEPTH:
            room = max(0, budget - len(waiting))
            waiting += [
                (member, depth + 1)
                for member in reversed(inner[:room])
                if not isinstance(member, str) or member[:1] in OPENERS
            ]
    return found


def _has_policy_keys(node: dict[str, Any]) -> bool:
    """May it be a policy or a statement? `find_policy` takes longer to say so."""
    names = "".join(node).lower()
    return "statement" in names or "effect" in names


def permission_statement(call: str, params: dict[str, Any]) -> dict[str, object] | None:
    """The statement that AddPermission and its like add, put together from their parameters.

    Lambda names a principal and conditions; SNS and SQS a list of accounts.
    """
    if call not in _PERMISSION_CALLS:
        return None
    fields = {key.lower(): value for key, value in params.items()}
    named = text_of(fields.get("principal"))
    accounts = [
        account
        for key in ("awsaccountid", "awsaccountids", "accountids")
        for account in texts_of(fields.get(key))
    ]
    principal: object = {"AWS": accounts}
    if named.endswith(".amazonaws.com"):
        principal = {"Service": named}
    elif named:
        principal = "*" if named == "*" else {"AWS": named}
    elif not accounts:
        return None
    conditions = {
        key: text_of(fields.get(field))
        for field, key in (
            ("sourcearn", "aws:SourceArn"),
            ("sourceaccount", "aws:SourceAccount"),
            ("principalorgid", "aws:PrincipalOrgID"),
            ("organizationid", "aws:PrincipalOrgID"),
        )
        if text_of(fields.get(field))
    }
    statement: dict[str, object] = {
        "Effect": "Allow",
        "Principal": principal,
        "Action": [
            action
            for key in ("action", "actionname", "actionnames", "actions")
            for action in texts_of(fields.get(key))
        ],
    }
    given = fields.get("condition")
    if conditions:
        statement["Condition"] = {"StringLike": conditions}
    elif isinstance(given, dict) and text_of(given.get("key")):
        operator = text_of(given.get("type")) or "StringEquals"
        statement["Condition"] = {operator: {given["key"]: given.get("value")}}
    return statement


def shares_of(params: dict[str, Any]) -> Shares:
    """Whom Modify…Attribute and its like add and remove: accounts, ARNs, `all`."""
    added: list[str] = []
    removed: list[str] = []
    for key, value in params.items():
        low = key.lower()
        if low in _ADDING or low == "granteeprincipal":
            added += texts_of(value)
        elif low in _REMOVING:
            removed += texts_of(value)
        elif isinstance(value, dict):
            added += texts_of(value.get("add"))
            removed += texts_of(value.get("remove"))
    return Shares(added, removed)


def attached_policies(params: dict[str, Any]) -> list[str]:
    """The ARNs of the policies that an Attach…Policy call names."""
    return [
        arn
        for key in ("policyArn", "managedPolicyArn", "policyId")
        for arn in texts_of(params.get(key))
    ]


def is_identity_policy(service: str, call: str) -> bool:
    """Whether such a call writes what an identity may do, and not who may enter."""
    return service in ("iam", "sso") and _IDENTITY_POLICY.match(call) is not None


def _by_policies(
    service: str, call: str, params: dict[str, Any], own: str
) -> tuple[bool, bool, bool]:
    if _LIMITING.match(f"{service}:{call}"):
        return False, False, False
    identity = is_identity_policy(service, call)
    verdicts = [
        policy.verdict(document, own or None, identity) for document in documents_of(call, params)
    ]
    return (
        any(verdict.public for verdict in verdicts),
        any(verdict.shared for verdict in verdicts),
        any(verdict.admin for verdict in verdicts),
    )
