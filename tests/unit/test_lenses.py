"""Each lens against every record of the sample logs, judged a second time in plain Python."""

from __future__ import annotations

import datetime as dt
import gzip
from collections import Counter
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson
import pytest

from tests.unit.test_pipeline import loaded
from tui.actions.filters import LENS
from tui.actions.registry import BY_ID
from tui.core.filters.filtering import Filtering
from tui.core.filters.lenses import BY_NAME, LENSES
from tui.core.query.parser import parse

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tui.core.index.index import Index

SAMPLE = Path(__file__).parents[2] / "sample_logs"
NOW = dt.datetime(2026, 2, 1, tzinfo=dt.UTC)
Json = dict[str, Any]
Told = Counter[tuple[int, str]]


@cache
def records() -> list[Json]:
    """The distinct records, by time."""
    texts: dict[bytes, None] = {}
    for path in sorted(SAMPLE.rglob("*.json.gz")):
        for record in orjson.loads(gzip.decompress(path.read_bytes()))["Records"]:
            texts[orjson.dumps(record, option=orjson.OPT_SORT_KEYS)] = None
    return sorted(map(orjson.loads, texts), key=lambda record: str(record["eventTime"]))


@pytest.fixture(scope="module")
def index() -> Iterator[Index]:
    with loaded(SAMPLE) as pipeline:
        yield pipeline.index


# What a record is, said once more


def service(record: Json) -> str:
    return str(record["eventSource"]).removesuffix(".amazonaws.com")


def call(record: Json) -> str:
    return str(record["eventName"])


def is_aws(record: Json) -> bool:
    who = record.get("userIdentity") or {}
    by_itself = record.get("eventType") == "AwsServiceEvent"
    if who.get("type") == "AWSService" or (by_itself and service(record) not in ("signin", "sso")):
        return True
    if "type" not in who and "invokedBy" in who:
        return True
    return "AWSServiceRoleFor" in str(who.get("arn"))


READS = ("Get", "List", "Describe", "Head", "Lookup", "Search", "Query", "BatchGet", "Check")


def is_write(record: Json) -> bool:
    known = record.get("readOnly")
    return not call(record).startswith(READS) if known is None else str(known).lower() == "false"


def code(record: Json) -> str:
    return str(record.get("errorCode") or "").removeprefix("Client.").removeprefix("Server.")


def has_error(record: Json) -> bool:
    for name in ("responseElements", "serviceEventDetails"):
        answer = record.get(name)
        if isinstance(answer, dict) and answer.get(call(record)) in ("Failure", "Failed"):
            return True
    return bool(code(record) or record.get("errorMessage"))


def is_denied(record: Json) -> bool:
    return code(record).startswith("AccessDenied") or "Unauthorized" in code(record)


def is_absent(record: Json) -> bool:
    words = ("NoSuch", "NotFound", "DoesNotExist")
    return not is_write(record) and any(word in code(record) for word in words)


def is_throttled(record: Json) -> bool:
    words = ("Throttl", "RequestLimitExceeded", "SlowDown", "TooManyRequests")
    return any(word in code(record) for word in words)


def is_root(record: Json) -> bool:
    return (record.get("userIdentity") or {}).get("type") == "Root"


IDENTITY = ("iam", "sso", "sso-directory", "identitystore", "rolesanywhere")


def reads_secret(record: Json) -> bool:
    name, parameters = call(record), record.get("requestParameters") or {}
    if name.startswith("GetParameter"):
        return str(parameters.get("withDecryption")).lower() == "true"
    if name == "DescribeInstanceAttribute":
        return parameters.get("attribute") == "userData"
    always = ("GetSecretValue", "BatchGetSecretValue", "GetPasswordData", "GetLaunchTemplateData")
    return name in always or (name.startswith("Get") and name.endswith("Token"))


def makes_credentials(record: Json) -> bool:
    name = call(record)
    if name in ("CreateUser", "GetFederationToken", "GetSessionToken", "StartSession"):
        return True
    if name == "UpdateAssumeRolePolicy":  # whom it names gets keys by AssumeRole
        return True
    kinds = ("AccessKey", "LoginProfile", "SSHPublicKey", "KeyPair", "MFADevice", "SAMLProvider")
    return is_write(record) and name.endswith(kinds)


TAMPERING = {
    ("cloudtrail", "StopLogging"),
    ("cloudtrail", "DeleteTrail"),
    ("cloudtrail", "PutEventSelectors"),
    ("guardduty", "UpdateDetector"),
    ("ec2", "DeleteFlowLogs"),
    ("organizations", "LeaveOrganization"),
    ("logs", "DeleteLogGroup"),
}

RULES: dict[str, Callable[[Json], bool]] = {
    "changes": lambda r: is_write(r) and r.get("eventCategory") == "Management",
    "failures": lambda r: has_error(r) and not is_absent(r) and not is_throttled(r),
    "denied": is_denied,
    "sign-ins": lambda r: service(r) == "signin",
    "identity changes": lambda r: service(r) in IDENTITY and is_write(r),
    "root": is_root,
    "tampering": lambda r: (service(r), call(r)) in TAMPERING,
    "secrets read": reads_secret,
    "credentials made": makes_credentials,
}


def counted(found: list[Json]) -> Told:
    """Records by their time and call; an undated one has the time 0."""
    told: Told = Counter()
    for record in found:
        try:
            time = dt.datetime.fromisoformat(str(record["eventTime"]))
            moment = int(time.timestamp()) * 1_000_000
        except ValueError:
            moment = 0
        told[moment, call(record)] += 1
    return told


def seen(index: Index, text: str) -> Told:
    """What a filter leaves of the index."""
    rows = Filtering(index).rows([parse(text, now=NOW, zone=dt.UTC)])
    told: Told = Counter()
    for row in rows:
        event = index.event(int(row))
        name = index.fingerprint(int(row)).event
        told[(event.time or 0) // 1_000_000 * 1_000_000, name] += 1
    return told


@pytest.mark.parametrize("name", RULES)
def test_a_lens_leaves_what_its_rule_says(index: Index, name: str) -> None:
    rule, lens = RULES[name], BY_NAME[name]
    hides = "-is:aws" in lens.text
    expected = [each for each in records() if rule(each) and not (hides and is_aws(each))]
    assert expected
    assert len(expected) < len(records())
    assert seen(index, lens.text) == counted(expected)


@pytest.mark.parametrize("name", RULES)
def test_what_aws_made_is_left_out_and_counted(index: Index, name: str) -> None:
    rule, lens = RULES[name], BY_NAME[name]
    node = parse(lens.text, now=NOW, zone=dt.UTC)
    made = [each for each in records() if rule(each) and is_aws(each)]
    expected = len(made) if "-is:aws" in lens.text else 0
    assert Filtering(index).left_out_aws([node]) == expected


OPENED = [
    "AddPermission20150331v2",
    "AttachUserPolicy",
    "AuthorizeSecurityGroupIngress",
    "CreateFunctionUrlConfig",
    "ModifyDBSnapshotAttribute",
    "ModifySnapshotAttribute",
    "ModifySnapshotAttribute",
    "PutBucketPolicy",
    "PutBucketPublicAccessBlock",
    "PutUserPolicy",
    "UpdateAssumeRolePolicy",
    "UpdateDomainConfig",
]
"""Each call of the sample that lets anyone, another account or an identity do too much, or
switches off what would keep a bucket from being public."""


def test_what_was_opened_up(index: Index) -> None:
    told = seen(index, BY_NAME["opened up"].text)
    assert sorted(event for _, event in told.elements()) == OPENED


def guard(name: str, setting: object = None, source: str = "s3", **more: Any) -> Json:
    """A call about what keeps buckets or snapshots from being public."""
    params = {"PublicAccessBlockConfiguration": {"BlockPublicPolicy": setting}}
    return {"name": name, "service": source, "requestParameters": params, **more}


def database(name: str, *, address: bool) -> Json:
    """A call that gives, or does not give, a database an address on the internet."""
    params = {"dBInstanceIdentifier": "orders", "publiclyAccessible": address}
    return {"name": name, "service": "rds", "requestParameters": params}


GUARDS_OFF = [
    guard("PutBucketPublicAccessBlock", setting=False),
    guard("PutAccountPublicAccessBlock", setting=False),
    guard("DeleteBucketPublicAccessBlock"),
    guard("DeleteAccountPublicAccessBlock"),
    guard("DisableSnapshotBlockPublicAccess", source="ec2"),
    database("ModifyDBInstance", address=True),
    database("CreateDBInstance", address=True),
    {**database("CreateWorkgroup", address=True), "service": "redshift-serverless"},
    guard("DeleteRolePermissionsBoundary", source="iam"),
    guard("DeletePermissionsBoundaryFromPermissionSet", source="sso"),
    {
        "name": "PutBlockPublicAccessConfiguration",
        "service": "elasticmapreduce",
        "requestParameters": {
            "blockPublicAccessConfiguration": {"blockPublicSecurityGroupRules": False}
        },
    },
]
GUARDS_KEPT = [
    guard("PutBucketPublicAccessBlock", setting=True),
    guard("GetBucketPublicAccessBlock", setting=False),
    guard("EnableImageBlockPublicAccess", source="ec2"),
    guard("DeletePublicAccessBlock", errorCode="AccessDenied"),
    guard("PutRolePermissionsBoundary", source="iam"),
    guard("DeleteUserPermissionsBoundary", source="iam", errorCode="AccessDenied"),
    database("RestoreDBInstanceFromDBSnapshot", address=False),
]


def test_what_went_off_that_kept_the_public_out_is_an_opening(tmp_path: Path) -> None:
    from tests.unit.test_session import record

    made = [record(n, **each) for n, each in enumerate(GUARDS_OFF + GUARDS_KEPT)]
    for n, each in enumerate(made):
        each["eventID"] = f"guard-{n}"
    (tmp_path / "guards.json").write_bytes(orjson.dumps({"Records": made}))
    with loaded(tmp_path) as pipeline:
        told = [event for _, event in seen(pipeline.index, BY_NAME["opened up"].text).elements()]
    assert sorted(told) == sorted(each["name"] for each in GUARDS_OFF)


LOGGING = {"clusterLogging": [{"types": ["api", "audit"], "enabled": False}]}
RECOVERY = {"pointInTimeRecoveryEnabled": False}


def test_what_only_its_note_shows_as_weakened(tmp_path: Path) -> None:
    from tests.unit.test_session import record

    settings: list[tuple[str, str, Json]] = [
        ("eks", "UpdateClusterConfig", {"name": "c", "logging": LOGGING}),
        ("eks", "UpdateClusterConfig", {"resourcesVpcConfig": {"endpointPublicAccess": True}}),
        ("dynamodb", "UpdateContinuousBackups", {"pointInTimeRecoverySpecification": RECOVERY}),
        ("dynamodb", "UpdateContinuousBackups", {"pointInTimeRecoverySpecification": {}}),
        ("events", "PutRule", {"name": "r", "state": "DISABLED"}),
        ("events", "PutRule", {"name": "r", "state": "ENABLED"}),
    ]
    made = [
        {**record(n, name=name, service=source, requestParameters=params), "eventID": f"e-{n}"}
        for n, (source, name, params) in enumerate(settings)
    ]
    (tmp_path / "settings.json").write_bytes(orjson.dumps({"Records": made}))
    with loaded(tmp_path) as pipeline:
        told = [event for _, event in seen(pipeline.index, BY_NAME["tampering"].text).elements()]
    assert sorted(told) == ["PutRule", "UpdateClusterConfig", "UpdateContinuousBackups"]


NEAR_MISSES = [
    ("opened up", "SetQueueAttributes"),
    ("opened up", "RevokeSecurityGroupIngress"),
    ("opened up", "DetachUserPolicy"),
    ("opened up", "CreateRole"),
    ("opened up", "CreatePolicy"),
    ("opened up", "DeleteBucketPolicy"),
    ("tampering", "StartLogging"),
    ("tampering", "PutRule"),
    ("tampering", "GetTrailStatus"),
    ("tampering", "CreateLogStream"),
    ("tampering", "DeleteBucketPolicy"),
    ("credentials made", "ListAccessKeys"),
    ("credentials made", "CreateRole"),
    ("secrets read", "DescribeParameters"),
    ("secrets read", "ListSecrets"),
    ("secrets read", "GetQueryResults"),
    ("sign-ins", "Authenticate"),
    ("identity changes", "ListUsers"),
    ("identity changes", "AssumeRole"),
]


@pytest.mark.parametrize(("name", "near"), NEAR_MISSES)
def test_what_only_looks_like_it_is_not_shown(index: Index, name: str, near: str) -> None:
    assert any(call(record) == near for record in records())
    assert near not in {event for _, event in seen(index, BY_NAME[name].text)}


def test_each_lens_has_a_key_and_an_action() -> None:
    assert [lens.key for lens in LENSES] == list("1234567890")
    for lens in LENSES:
        action = BY_ID[LENS + lens.name.replace(" ", "_").replace("-", "_")]
        assert action.keys == (lens.key,)
        assert lens.name in action.title


MADE_UP = {
    "tampering": [
        ("cloudtrail", "UpdateTrail"),
        ("config", "StopConfigurationRecorder"),
        ("monitoring", "DeleteAlarms"),
        ("events", "DisableRule"),
        ("s3", "PutBucketLifecycle"),
        ("securityhub", "DisableSecurityHub"),
        ("wafv2", "DisassociateWebACL"),
        ("bedrock", "DeleteModelInvocationLoggingConfiguration"),
        ("redshift", "DisableLogging"),
        ("securitylake", "DeleteAwsLogSource"),
        ("kms", "ScheduleKeyDeletion"),
        ("kms", "DisableKey"),
        ("backup", "DeleteRecoveryPoint"),
        ("backup", "DeleteBackupVault"),
        ("ec2", "DisableEbsEncryptionByDefault"),
    ],
    "secrets read": [
        ("secretsmanager", "BatchGetSecretValue"),
        ("ec2", "GetLaunchTemplateData"),
        ("rds", "DownloadDBLogFilePortion"),
        ("sts", "GetSessionToken"),
    ],
    "credentials made": [
        ("sts", "GetFederationToken"),
        ("iam", "UploadSSHPublicKey"),
        ("ec2", "ImportKeyPair"),
        ("iam", "CreateVirtualMFADevice"),
        ("iam", "CreateSAMLProvider"),
        ("iam", "CreateOpenIDConnectProvider"),
        ("iam", "AddUserToGroup"),
        ("ssm", "StartSession"),
        ("apigateway", "CreateApiKey"),
        ("rolesanywhere", "CreateTrustAnchor"),
        ("ecs", "ExecuteCommand"),
        ("ec2-instance-connect", "OpenTunnel"),
        ("sso", "CreateAccountAssignment"),
        ("eks", "CreateAccessEntry"),
    ],
}
"""Calls that the sample does not have."""

ELSEWHERE = {
    "tampering": [
        ("elasticloadbalancing", "DeleteRule"),
        ("lambda", "PutBucketLifecycle"),
        ("kms", "CancelKeyDeletion"),
        ("eks", "UpdateClusterConfig"),
        ("ec2", "DeleteBackupPlan"),
    ],
    "secrets read": [("ssm", "GetParameter"), ("ec2", "DescribeInstanceAttribute")],
    "credentials made": [
        ("iam", "GetLoginProfile"),
        ("iam", "GetSSHPublicKey"),
        ("redshift-data", "ExecuteCommand"),
    ],
}
"""The same names, where or in a way that means nothing of the kind."""


@pytest.mark.parametrize("name", MADE_UP)
def test_calls_that_the_sample_lacks(name: str) -> None:
    from tests.unit.test_session import Engine, record

    engine = Engine()
    for calls in (MADE_UP[name], ELSEWHERE[name]):
        engine.arrive(*[record(n, *each) for n, each in enumerate(calls)])
    told = {event for _, event in seen(engine.index, BY_NAME[name].text)}
    assert told == {event for _, event in MADE_UP[name]}
