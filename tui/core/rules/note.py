"""The note behind a target, for calls that give, open, hide or hand out.

It says what the call's name leaves open: which policy, to whom, from where, how many, which key.
A call that failed has its note too: what it tried.
"""

import re
from functools import lru_cache
from typing import Any

from tui.core.rules import note_fields, note_instances, note_partners, policy
from tui.core.rules.call import call_name, service_name
from tui.core.rules.entering import entered_account, entering_note, portal_account
from tui.core.rules.exposure import (
    acl_by_header,
    attached_policies,
    documents_of,
    is_identity_policy,
    needs_content,
    shares_of,
)
from tui.core.rules.openings import setting_of
from tui.core.rules.told import Told, Writer
from tui.core.rules.tracking import tracking_note
from tui.core.rules.values import (
    items_of,
    request_parameters,
    several,
    shorten,
    strings_of,
    text_of,
    texts_of,
    unwrapped,
    value_at,
)
from tui.core.text import cut

MAX_NOTE = 160


# Where an answer holds the access key that it hands out.
_KEY_HOLDERS = ("credentials", "accessKey", "roleCredentials", "Credentials", "credentialSet")
_GRANT_CALL = re.compile(r"(?:Authorize|Revoke)\w*SecurityGroup(?:Ingress|Egress)\Z")
_RULE_CALL = re.compile(r"ModifySecurityGroupRules\Z|(?:Create|Replace)NetworkAclEntry\Z")
_SHARE_CALL = re.compile(
    r"(?:Modify\w*(?:SnapshotAttribute|ImageAttribute|DocumentPermission)"
    r"|ModifyVpcEndpointServicePermissions|Authorize(?:SnapshotAccess|DataShare)"
    r"|(?:Create|Associate)ResourceShare)\Z"
)
_KEY_CALL = re.compile(
    r"(?:CreateAccessKey|AssumeRoot|GetFederationToken|GetSessionToken"
    r"|GetCredentialsForIdentity)\Z"
)
_ROLE_CALL = re.compile(r"AssumeRole\w*\Z")
_PARAMETER_CALL = re.compile(r"GetParameter(?:s|sByPath|History)?\Z")
_ACL_CALL = re.compile(r"(?:Put\w*Acl|CreateBucket|PutObject|CopyObject|CreateMultipartUpload)\Z")
_ATTACH_CALL = re.compile(r"(?:(?:At|De)tach\w*Policy\w*|(?:Dis|A)ssociateAccessPolicy)\Z")
_DATABASE_CALL = re.compile(r"(?:Create|Modify|Restore)DB(?:Instance|Cluster)\w*\Z")
_TRACKING_CALL = re.compile(
    r"(?:PutEventSelectors|UpdateTrail|UpdateDetector|PutBucketVersioning|PutBucketLogging"
    r"|PutRetentionPolicy|ScheduleKeyDeletion|DeleteSecret"
    r"|PutBucketReplication|StartExportTask|ExportTableToPointInTime|CreateStoreImageTask|CreateTrail"
    r"|Put(?:Bucket|Account)?PublicAccessBlock|PutBucketLifecycle\w*)\Z"
)


@lru_cache(maxsize=16_384)
def needs_note(source: str, event_name: str) -> bool:
    """Whether such a call may have a note.

    Not so for the S3 calls of `acl_by_header`, which are told by their headers.
    """
    if acl_by_header(source, event_name):
        return False
    call = call_name(event_name)
    return _writer(service_name(source), call) is not None or needs_content(source, event_name)


def note_of(record: dict[str, Any]) -> str:
    """The note of a record, "" where there is nothing to add."""
    event_name = text_of(record.get("eventName"))
    source = text_of(record.get("eventSource"))
    if not needs_note(source, event_name) and not acl_by_header(source, event_name):
        return "" if event_name else _insight(record.get("insightDetails"))
    call = call_name(event_name)
    told = Told(call, request_parameters(record), record)
    writer = _writer(service_name(source), call)
    note = writer(told) if writer else ""
    if not note and needs_content(source, event_name):
        service = service_name(source)
        note = _widest(service, told) or setting_of(service, call, told.params, told.own).note
    return cut(note, MAX_NOTE)


def _insight(details: object) -> str:
    """`ApiErrorRate Start`: what was unusual about the calls that an Insights event tells of."""
    if not isinstance(details, dict):
        return ""
    kind, state = text_of(details.get("insightType")), text_of(details.get("state"))
    return cut(f"{kind.removesuffix('Insight')} {state}".strip(), MAX_NOTE)


def new_key(record: dict[str, Any]) -> str:
    """The access key that an answer handed out, "" for almost every record."""
    answer = record.get("responseElements")
    if not answer:
        return ""
    answer = unwrapped(answer, "Response")
    for holder in _KEY_HOLDERS:
        for inner in items_of(answer.get(holder))[:1]:
            held = inner.get("credentials", inner) if isinstance(inner, dict) else None
            if not isinstance(held, dict):
                continue
            key = text_of(held.get("accessKeyId")) or text_of(held.get("AccessKeyId"))
            if key:
                return key
    return ""


@lru_cache(maxsize=4096)
def _writer(service: str, call: str) -> Writer | None:
    known = _BY_CALL.get(f"{service}:{call}") or _BY_CALL.get(call)
    return known or next((write for pattern, write in _BY_PATTERN if pattern.match(call)), None)


def _key(told: Told) -> str:
    key = new_key(told.record)
    return f"→ {key}" if key else ""


def _role(told: Told) -> str:
    message = told.record.get("errorMessage")
    account = entered_account(told.params, message, told.own)
    return entering_note(new_key(told.record), account)


def _portal(told: Told) -> str:
    """The key if it is there (the portal's own record leaves it out), and the other account."""
    details = unwrapped(told.record.get("serviceEventDetails"), "")
    account = portal_account(told.params, details, told.own)
    return entering_note(new_key(told.record), account)


def _factor(told: Told) -> str:
    """`PASSWORD,TOTP`: with what somebody signs in to IAM Identity Center."""
    given = unwrapped(told.record.get("additionalEventData"), "")
    return shorten(text_of(given.get("CredentialType")))


def _sign_in(told: Told) -> str:
    used = unwrapped(told.record.get("additionalEventData"), "").get("MFAUsed")
    return {"yes": "MFA", "no": "no MFA"}.get(str(used).lower(), "")


def _attached(told: Told) -> str:
    return several([shorten(arn).rpartition("/")[2] for arn in attached_policies(told.params)])


def _shares(told: Told) -> str:
    shares = shares_of(told.params)
    parts = [
        f"{sign} {several([_who(name) for name in names])}"
        for sign, names in zip("+-", shares, strict=True)
        if names
    ]
    return ", ".join(parts)


def _rules(told: Told) -> str:
    """`tcp 22 from 0.0.0.0/0`; `to` for what goes out."""
    leaving = told.call.endswith("Egress") or str(told.params.get("egress")).lower() == "true"
    note = policy.ingress({**told.params, "egress": False}).note
    return note.replace(" from ", " to ") if leaving else note


def _permission(told: Told) -> str:
    documents = documents_of(told.call, told.params)
    statement = documents[-1] if documents else {}
    who = several([_who(name) for name in _principals(statement.get("Principal"))])
    what = several(texts_of(statement.get("Action")))
    return " ".join(part for part in (who, what) if part)


def _principals(principal: object) -> list[str]:
    if isinstance(principal, dict):
        return [name for names in principal.values() for name in texts_of(names)]
    return texts_of(principal)


def _who(name: str) -> str:
    """`111122223333` for a whole account, `111122223333:role/x` for one in it."""
    parts = name.split(":", 5)
    if len(parts) < 6:
        return name
    return parts[4] if parts[5] == "root" else f"{parts[4]}:{parts[5]}"


def _acl(told: Told) -> str:
    """What everybody may, else that somebody else may, else for Put…Acl the canned name."""
    verdict = policy.acl_verdict(told.params)
    if verdict.warnings:
        return verdict.warnings[0]
    if verdict.shared:
        return "to others than the owner"
    return (
        several(texts_of(told.params.get("x-amz-acl")))
        if told.call.startswith("Put") and told.call.endswith("Acl")
        else ""
    )


def _parameters(told: Told) -> str:
    names = len(texts_of(told.params.get("names")))
    decrypted = "decrypted" if str(told.params.get("withDecryption")).lower() == "true" else ""
    return ", ".join(part for part in (decrypted, f"{names} names" if names > 1 else "") if part)


def _grant(told: Told) -> str:
    grantee = several([_who(name) for name in texts_of(told.params.get("granteePrincipal"))])
    operations = several(strings_of(told.params.get("operations")))
    return f"{operations} to {grantee}".strip() if grantee else ""


def _function_url(told: Told) -> str:
    kind = text_of(told.params.get("authType"))
    return f"auth {kind}" if kind else ""


def _database(told: Told) -> str:
    """AWS's words for one with an address on the internet; a new password of its master user.

    Automated backups that are kept for no day are off, and those that there were are deleted:
    https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_ModifyDBInstance.html.
    """
    parts = []
    if str(told.params.get("publiclyAccessible")).lower() == "true":
        parts.append("publicly accessible")
    if told.call.startswith("Modify") and told.params.get("masterUserPassword"):
        parts.append("new password")
    if told.call.startswith("Modify") and str(told.params.get("backupRetentionPeriod")) == "0":
        parts.append("automated backups off")
    parts.append(_unprotected(told))
    return ", ".join(filter(None, parts))


_unprotected = note_fields.fields_writer(
    "!deletionProtection deletion protection off", "from {dBSnapshotIdentifier|snapshotIdentifier}"
)


def _session(told: Told) -> str:
    """Where a session forwards to; else the document that it runs, if that is not the usual one."""
    given = unwrapped(told.params.get("parameters"), "")
    host, port = (several(strings_of(given.get(name))) for name in ("host", "portNumber"))
    if port:
        return f"to {host}:{port}" if host else f"to port {port}"
    return _document(told)


def _document(told: Told) -> str:
    return shorten(text_of(told.params.get("documentName")))


def _names(told: Told) -> str:
    """`UPSERT login.example.com A 192.0.2.7`: the first change of a zone, and how many more."""
    changes = value_at(told.params, ("changeBatch", "changes"))
    return several([_change(change) for change in items_of(changes) if isinstance(change, dict)])


def _change(change: dict[str, Any]) -> str:
    entry = unwrapped(change.get("resourceRecordSet"), "")
    alias = unwrapped(entry.get("aliasTarget"), "")
    values = strings_of(value_at(entry, ("resourceRecords", "value")))
    name, kind = text_of(entry.get("name")).removesuffix("."), text_of(entry.get("type"))
    value = values[0] if values else text_of(alias.get("dNSName")).removesuffix(".")
    return " ".join(part for part in (text_of(change.get("action")), name, kind, value) if part)


def _key_status(told: Told) -> str:
    """`Inactive AKIAEXAMPLE`: the target is the user. Cut, it still says what became of the key."""
    parts = (text_of(told.params.get(field)) for field in ("status", "accessKeyId"))
    return " ".join(filter(None, parts))


def _field(name: str) -> Writer:
    def write(told: Told) -> str:
        return several(strings_of(told.params.get(name)))

    return write


def _tracking(told: Told) -> str:
    return tracking_note(told.call, told.params)


def _version(told: Told) -> str:
    """The widest statement of a policy's new version, and whether it is the one that counts."""
    note = _widest("iam", told)
    is_default = str(told.params.get("setAsDefault")).lower() == "true"
    return ", ".join(filter(None, (note, "default" if is_default else "")))


def _widest(service: str, told: Told) -> str:
    """The widest statement of the policies that the call carries."""
    own = told.own or None
    identity = is_identity_policy(service, told.call)
    documents = documents_of(told.call, told.params)
    if not documents:
        return ""
    return policy.widest(
        max(documents, key=lambda document: policy.verdict(document, own, identity)[:3])
    )


_BY_CALL: dict[str, Writer] = {
    **note_fields.WRITERS,
    **note_instances.WRITERS,
    **note_partners.WRITERS,
    "rolesanywhere:CreateSession": _key,
    "redshift:CreateCluster": _database,
    "redshift:ModifyCluster": _database,
    "redshift:RestoreFromClusterSnapshot": _database,
    "redshift-serverless:CreateWorkgroup": _database,
    "redshift-serverless:UpdateWorkgroup": _database,
    "dms:CreateReplicationInstance": _database,
    "eks:UpdateClusterConfig": _tracking,
    "elasticloadbalancing:ModifyLoadBalancerAttributes": _tracking,
    "dynamodb:UpdateContinuousBackups": _tracking,
    "backup:UpdateRegionSettings": _tracking,
    "elasticmapreduce:PutBlockPublicAccessConfiguration": _tracking,
    "iam:CreatePolicyVersion": _version,
    "DeletePolicyVersion": _field("versionId"),
    "ConsoleLogin": _sign_in,
    "signin:CredentialChallenge": _factor,
    "signin:CredentialVerification": _factor,
    "signin:UserAuthentication": _factor,
    "GetRoleCredentials": _portal,
    "sso:Federate": _portal,
    "AddPermission": _permission,
    "AddLayerVersionPermission": _permission,
    "PutPermission": _permission,
    "AddUserToGroup": _field("groupName"),
    "RemoveUserFromGroup": _field("groupName"),
    "AddRoleToInstanceProfile": _field("instanceProfileName"),
    "UpdateAccessKey": _key_status,
    "DeleteAccessKey": _key_status,
    "SetDefaultPolicyVersion": _field("versionId"),
    "DeleteUserPolicy": _field("policyName"),
    "DeleteRolePolicy": _field("policyName"),
    "DeleteGroupPolicy": _field("policyName"),
    "CreateGrant": _grant,
    "UpdateProjectVisibility": _field("projectVisibility"),
    "CreateFunctionUrlConfig": _function_url,
    "UpdateFunctionUrlConfig": _function_url,
    "StartSession": _session,
    "SendCommand": _document,
    "ChangeResourceRecordSets": _names,
}
_BY_PATTERN: tuple[tuple[re.Pattern[str], Writer], ...] = (
    (_KEY_CALL, _key),
    (_ROLE_CALL, _role),
    (_GRANT_CALL, _rules),
    (_RULE_CALL, _rules),
    (_SHARE_CALL, _shares),
    (_PARAMETER_CALL, _parameters),
    (_ATTACH_CALL, _attached),
    (_ACL_CALL, _acl),
    (_TRACKING_CALL, _tracking),
    (_DATABASE_CALL, _database),
)
