"""A whole record in words."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.core.rules.event import describe, needs_rich, summary
from tui.core.rules.flags import Flag, Level

OWN = "111122223333"
OTHER = "444455556666"
ACCOUNTS = {OWN: "prod", OTHER: "partner"}

RECORD: dict[str, Any] = {
    "eventSource": "es.amazonaws.com",
    "eventName": "UpdateDomainConfig",
    "awsRegion": "us-east-1",
    "sourceIPAddress": "198.51.100.7",
    "userAgent": "[Mozilla/5.0 (X11; Linux x86_64)]",
    "readOnly": False,
    "eventType": "AwsApiCall",
    "sessionCredentialFromConsole": "true",
    "recipientAccountId": OWN,
    "userIdentity": {
        "type": "AssumedRole",
        "arn": f"arn:aws:sts::{OWN}:assumed-role/Admin/alice",
        "accountId": OWN,
        "accessKeyId": "ASIAEXAMPLE",
        "sessionContext": {
            "attributes": {"mfaAuthenticated": "true"},
            "sessionIssuer": {"userName": "Admin"},
        },
    },
    "requestParameters": {
        "domainName": "test-domain",
        "accessPolicies": (
            '{"Statement": [{"Effect": "Allow", "Principal": "*", "Action": "es:*",'
            ' "Resource": "*"}]}'
        ),
    },
    "responseElements": None,
}


def test_describe() -> None:
    told = describe(RECORD)
    assert told.principal.who == "Admin/alice"
    assert (told.service, told.call) == ("es", "UpdateDomainConfig")
    assert told.target.name == "test-domain"
    assert told.note == "Allow anyone es:*"
    assert told.result == ""
    assert told.flags == Flag.WRITE | Flag.CONSOLE | Flag.MFA | Flag.PUBLIC
    assert told.level is Level.CHANGE
    assert (told.agent, told.user_agent) == ("browser", "Mozilla/5.0 (X11; Linux x86_64)")
    assert (told.address, told.region, told.account) == ("198.51.100.7", "us-east-1", OWN)
    assert (told.access_key, told.new_key) == ("ASIAEXAMPLE", "")


def test_summary() -> None:
    assert summary(RECORD, ACCOUNTS) == [
        f"alice as role Admin, console, MFA · 198.51.100.7 · us-east-1 · prod ({OWN})",
        "es:UpdateDomainConfig on test-domain ← Allow anyone es:*",
        "⚠ lets anyone in",
    ]


def test_summary_of_a_failure() -> None:
    failed = {**RECORD, "errorCode": "ValidationException", "errorMessage": "Not\na policy"}
    lines = summary(failed, {})
    assert lines[1] == (
        "es:UpdateDomainConfig on test-domain ← Allow anyone es:* · "
        "failed: ValidationException: Not a policy"
    )
    assert len(lines) == 2


def test_summary_says_what_is_odd() -> None:
    record = {
        **RECORD,
        "eventSource": "s3.amazonaws.com",
        "eventName": "PutObject",
        "userIdentity": {"type": "Root", "accountId": OTHER},
        "requestParameters": {"reason": "too large", "omitted": "true", "originalSize": "149893"},
    }
    lines = summary(record, ACCOUNTS)
    assert lines[0].startswith(f"(root) @{OTHER}, console · ")
    assert lines[1] == "s3:PutObject on (omitted)"
    assert lines[2] == (
        f"⚠ root · without MFA · from account partner ({OTHER}) · "
        "requestParameters omitted (149893 bytes)"
    )


def test_summary_of_a_session_from_outside_and_through_a_service() -> None:
    identity = {
        **RECORD["userIdentity"],
        "accountId": OTHER,
        "invokedBy": "athena.amazonaws.com",
    }
    first = summary({**RECORD, "userIdentity": identity}, {})[0]
    assert first.startswith(f"alice as role Admin @{OTHER}, console, MFA, via athena · ")


def test_summary_of_identity_center() -> None:
    role = "AWSReservedSSO_ReadOnly_0123456789abcdef"
    identity = {"type": "AssumedRole", "arn": f"arn:aws:sts::{OWN}:assumed-role/{role}/alice"}
    assert summary({**RECORD, "userIdentity": identity}, {})[0].startswith("alice as SSO ReadOnly,")


def test_summary_of_an_object_and_of_a_handed_out_key() -> None:
    get = {
        **RECORD,
        "eventSource": "s3.amazonaws.com",
        "eventName": "GetObject",
        "requestParameters": {"bucketName": "logs", "key": "a/b"},
    }
    assert summary(get, {})[1] == "s3:GetObject on logs / a/b"
    assume = {
        **RECORD,
        "eventSource": "sts.amazonaws.com",
        "eventName": "AssumeRole",
        "requestParameters": {"roleArn": f"arn:aws:iam::{OWN}:role/app"},
        "responseElements": {"credentials": {"accessKeyId": "ASIANEW"}},
    }
    assert summary(assume, {})[1] == "sts:AssumeRole on role/app → ASIANEW"
    assert len(summary(assume, {})) == 2
    other = {**assume, "eventSource": "x.amazonaws.com", "eventName": "Exchange"}
    assert summary(other, {})[-1] == "handed out the access key ASIANEW"


def test_summary_of_a_role_of_another_account() -> None:
    record = {
        **RECORD,
        "eventSource": "sts.amazonaws.com",
        "eventName": "AssumeRole",
        "requestParameters": {"roleArn": f"arn:aws:iam::{OTHER}:role/app"},
    }
    assert summary(record, ACCOUNTS)[1:] == [
        f"sts:AssumeRole on role/app ← in {OTHER}",
        f"⚠ into account partner ({OTHER})",
    ]
    assert len(summary({**record, "eventName": "GetRole"}, ACCOUNTS)) == 2


def test_an_empty_record() -> None:
    assert summary({}, {}) == ["unknown", "(no eventName)"]


def test_summary_of_an_insight() -> None:
    details = {
        "state": "Start",
        "eventSource": "iam.amazonaws.com",
        "eventName": "PutRolePolicy",
        "insightType": "ApiErrorRateInsight",
    }
    insight = {"eventCategory": "Insight", "insightDetails": details}
    told = ["unknown", "(insight) on iam:PutRolePolicy ← ApiErrorRate Start"]
    assert summary(insight, {}) == told
    assert describe(insight).level == Level.READ


@pytest.mark.parametrize(
    ("source", "name", "rich"),
    [
        ("iam", "PutUserPolicy", True),
        ("sts", "AssumeRole", True),
        ("ssm", "GetParameter", True),
        ("ec2", "DescribeInstanceAttribute", True),
        ("signin", "ConsoleLogin", True),
        ("s3", "GetObject", False),
        ("s3", "PutObject", False),
        ("kms", "Decrypt", False),
        ("ec2", "DescribeInstances", False),
    ],
)
def test_needs_rich(source: str, name: str, rich: bool) -> None:
    assert needs_rich(f"{source}.amazonaws.com", name) is rich


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=6),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=6), inner),
    max_leaves=5,
)


@given(
    st.fixed_dictionaries(
        {},
        optional={
            "eventSource": st.sampled_from(["s3.amazonaws.com", "kms.amazonaws.com"]) | anything,
            "eventName": st.sampled_from(["PutBucketAcl", "ConsoleLogin", "RunInstances"])
            | anything,
            **{name: anything for name in RECORD if name not in ("eventSource", "eventName")},
            "errorCode": anything,
            "resources": anything,
            "additionalEventData": anything,
            "serviceEventDetails": anything,
        },
    )
)
def test_any_shape_survives(record: dict[str, Any]) -> None:
    told = describe(record)
    assert told.flags >= 0
    lines = summary(record, ACCOUNTS)
    assert 2 <= len(lines) <= 4
    assert all(isinstance(line, str) for line in lines)


def test_other_types_are_told_as_the_row_tells_them() -> None:
    """Tables and other tools make texts of objects, and lists of texts."""
    told = describe(
        {
            **RECORD,
            "userIdentity": '{"type": "IAMUser", "userName": "dana", "accessKeyId": "AKIA7"}',
            "errorCode": ["AccessDenied"],
            "sourceIPAddress": ["192.0.2.7", "192.0.2.8"],
        }
    )
    assert (told.principal.who, told.access_key) == ("dana", "AKIA7")
    assert (told.result, told.error, told.address) == (
        "denied",
        "AccessDenied",
        "192.0.2.7, 192.0.2.8",
    )
