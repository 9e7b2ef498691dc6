"""The flags of an event, from each of their sources."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.core.rules.event import describe
from tui.core.rules.flags import (
    Flag,
    Level,
    call_flags,
    content_flags,
    identity_flags,
    is_sensitive,
    is_sign_in,
    level_of,
    mfa_of,
    sensitive_by_content,
    sensitive_record,
    settled,
)
from tui.core.rules.principal import principal_of

OWN = "111122223333"
OTHER = "444455556666"
OMITTED = {"reason": "requestParameters too large", "omitted": "true", "originalSize": "149893"}


def test_the_values_are_bits_of_their_own() -> None:
    assert sum(Flag) == 2 ** len(Flag) - 1
    assert len(Flag) <= 32


@pytest.mark.parametrize(
    ("error", "failed", "read_only", "event_type", "flags"),
    [
        ("", False, True, "AwsApiCall", Flag(0)),
        ("", False, False, "AwsApiCall", Flag.WRITE),
        ("AccessDenied", True, True, "AwsApiCall", Flag.ERROR | Flag.DENIED),
        ("NoSuchBucket", True, True, "AwsApiCall", Flag.ERROR | Flag.ROUTINE),
        ("NoSuchBucket", True, False, "AwsApiCall", Flag.ERROR | Flag.WRITE),
        ("SlowDown", True, True, "AwsApiCall", Flag.ERROR | Flag.THROTTLED),
        ("", True, True, "AwsApiCall", Flag.ERROR),
        ("", False, True, "AwsConsoleAction", Flag.CONSOLE),
        ("", False, True, "AwsConsoleSignIn", Flag.CONSOLE),
        ("", False, False, "AwsServiceEvent", Flag.AWS | Flag.WRITE),
    ],
)
def test_call_flags(
    error: str, failed: bool, read_only: bool, event_type: str, flags: Flag
) -> None:
    assert call_flags("s3.amazonaws.com", "X", error, failed, read_only, event_type) == flags


@pytest.mark.parametrize("call", ["signin CredentialVerification", "sso Federate"])
def test_people_sign_in_to_identity_center(call: str) -> None:
    source, name = call.split()
    flags = call_flags(f"{source}.amazonaws.com", name, "", True, False, "AwsServiceEvent")
    assert flags == Flag.ERROR | Flag.WRITE


@pytest.mark.parametrize(
    ("source", "call", "sensitive"),
    [
        ("secretsmanager", "GetSecretValue", True),
        ("secretsmanager", "BatchGetSecretValue", True),
        ("secretsmanager", "DescribeSecret", False),
        ("ec2", "GetPasswordData", True),
        ("ec2", "GetLaunchTemplateData", True),
        ("sts", "AssumeRoleWithSAML", True),
        ("sts", "GetFederationToken", True),
        ("ecr", "GetAuthorizationToken", True),
        ("rolesanywhere", "CreateSession", True),
        ("s3express", "CreateSession", False),
        ("acm", "ExportCertificate", True),
        ("route53domains", "RetrieveDomainAuthCode", True),
        ("lightsail", "GetInstanceAccessDetails", True),
        ("elasticmapreduce", "GetClusterSessionCredentials", True),
        ("s3", "GetDataAccess", True),
        ("redshift-serverless", "GetCredentials", True),
        ("other", "GetCredentials", False),
        ("apigateway", "GetApiKeys", False),
        ("ssm", "GetParameter", False),
        ("iam", "GetTokens", False),
    ],
)
def test_sensitive_calls(source: str, call: str, sensitive: bool) -> None:
    assert is_sensitive(f"{source}.amazonaws.com", call) is sensitive
    assert bool(call_flags(source, call, "", False, True, "") & Flag.SENSITIVE) is sensitive


@pytest.mark.parametrize(
    ("source", "name", "params", "sensitive"),
    [
        ("ssm", "GetParameter", {"name": "a", "withDecryption": True}, True),
        ("ssm", "GetParametersByPath", {"path": "/", "withDecryption": "true"}, True),
        ("ssm", "GetParameter", {"name": "a", "withDecryption": False}, False),
        ("ssm", "GetParameter", {"name": "a"}, False),
        ("ssm", "GetParameter", None, False),
        ("ec2", "DescribeInstanceAttribute", {"attribute": "userData"}, True),
        ("ec2", "DescribeInstanceAttribute", {"attribute": "kernel"}, False),
        ("apigateway", "GetApiKey", {"apiKey": "k", "includeValue": True}, True),
        ("apigateway", "GetApiKeys", {"includeValues": "true"}, True),
        ("apigateway", "GetApiKeys", {"limit": 500}, False),
        ("appsync", "GetApiKeys", {"includeValues": "true"}, False),
        ("secretsmanager", "GetSecretValue", None, True),
        ("s3", "GetObject", {"withDecryption": True}, False),
    ],
)
def test_sensitive_records(source: str, name: str, params: Any, sensitive: bool) -> None:
    record = {
        "eventSource": f"{source}.amazonaws.com",
        "eventName": name,
        "requestParameters": params,
    }
    assert sensitive_record(record) is sensitive
    assert bool(content_flags(record) & Flag.SENSITIVE) is sensitive
    if sensitive and not is_sensitive(source, name):
        assert sensitive_by_content(source, name)


def flags_of(identity: dict[str, Any], **more: bool) -> Flag:
    given_facts = {"mfa": False, "console": False, "sign_in": False, **more}
    return Flag(identity_flags(principal_of(identity, OWN), OWN, **given_facts))


def test_identity_flags() -> None:
    alice = {"type": "IAMUser", "userName": "alice", "accountId": OWN}
    assert flags_of(alice) == Flag(0)
    assert flags_of(alice, mfa=True) == Flag.MFA
    assert flags_of(alice, console=True) == Flag.CONSOLE | Flag.NOMFA
    assert flags_of(alice, sign_in=True) == Flag.CONSOLE | Flag.NOMFA
    assert flags_of(alice, console=True, mfa=True) == Flag.CONSOLE | Flag.MFA
    assert flags_of({"type": "Root", "accountId": OWN}) == Flag.ROOT
    assert flags_of({**alice, "accountId": OTHER}) == Flag.CROSS_ACCOUNT
    assert flags_of({"type": "AWSService", "accountId": OTHER}, console=True) == (
        Flag.AWS | Flag.CONSOLE
    )


def test_settled_makes_flags_of_several_sources_agree() -> None:
    person = int(Flag.CONSOLE | Flag.NOMFA | Flag.CROSS_ACCOUNT)
    assert settled(person | Flag.AWS) == Flag.CONSOLE | Flag.AWS
    assert settled(person | Flag.MFA) == Flag.CONSOLE | Flag.CROSS_ACCOUNT | Flag.MFA
    assert settled(int(Flag.CONSOLE)) == Flag.CONSOLE | Flag.NOMFA
    assert settled(0) == 0


@given(st.integers(0, 2 ** len(Flag) - 1))
def test_settled_is_settled(flags: int) -> None:
    once = settled(flags)
    assert settled(once) == once
    assert not (once & Flag.NOMFA and once & Flag.MFA)


def test_mfa() -> None:
    assert mfa_of("true", None)
    assert mfa_of(True, None)
    assert mfa_of("false", "Yes")
    assert not mfa_of("false", "No")
    assert not mfa_of(None, None)


def test_sign_in() -> None:
    assert is_sign_in("signin.amazonaws.com", "ConsoleLogin", "AwsConsoleSignIn")
    assert is_sign_in("signin.amazonaws.com", "SwitchRole", "AwsConsoleSignIn")
    assert not is_sign_in("iam.amazonaws.com", "CreateUser", "AwsApiCall")


def test_a_sign_in_with_mfa() -> None:
    sign_in = {
        "eventSource": "signin.amazonaws.com",
        "eventName": "ConsoleLogin",
        "eventType": "AwsConsoleSignIn",
        "userIdentity": {"type": "IAMUser", "userName": "alice"},
    }
    without = describe({**sign_in, "additionalEventData": {"MFAUsed": "No"}}).flags
    assert without & Flag.NOMFA
    with_mfa = describe({**sign_in, "additionalEventData": {"MFAUsed": "Yes"}}).flags
    assert with_mfa & Flag.MFA
    assert not with_mfa & Flag.NOMFA


@pytest.mark.parametrize("name", ["CheckMfa", "PasswordRecoveryRequested", "EmailUpdated"])
def test_a_step_of_signing_in_that_does_not_tell_of_mfa(name: str) -> None:
    step = {
        "eventSource": "signin.amazonaws.com",
        "eventName": name,
        "eventType": "AwsConsoleSignIn",
        "userIdentity": {"type": "Root", "accountId": OWN},
        "responseElements": {name: "Success"},
    }
    flags = describe(step).flags
    assert flags & Flag.CONSOLE
    assert not flags & (Flag.NOMFA | Flag.MFA)


@pytest.mark.parametrize(
    "field", ["requestParameters", "responseElements", "additionalEventData", "serviceEventDetails"]
)
def test_an_omitted_field(field: str) -> None:
    assert content_flags({field: OMITTED}) == Flag.OMITTED
    assert content_flags({field: {**OMITTED, "omitted": True}}) == Flag.OMITTED
    assert content_flags({field: {"omitted": "true"}}) == 0


def test_openings_become_flags() -> None:
    record = {
        "eventSource": "rds.amazonaws.com",
        "eventName": "ModifyDBSnapshotAttribute",
        "requestParameters": {"valuesToAdd": ["all", OTHER]},
        "recipientAccountId": OWN,
    }
    assert content_flags(record) == Flag.PUBLIC | Flag.SHARED
    attach = {
        "eventSource": "iam.amazonaws.com",
        "eventName": "AttachUserPolicy",
        "requestParameters": {"policyArn": "arn:aws:iam::aws:policy/AdministratorAccess"},
    }
    assert content_flags(attach) == Flag.ADMIN
    assert content_flags({**attach, "errorCode": "AccessDenied"}) == 0


@pytest.mark.parametrize(
    ("flags", "level"),
    [
        (Flag.ERROR | Flag.WRITE, Level.FAILED),
        (Flag.WRITE, Level.CHANGE),
        (Flag.WRITE | Flag.SENSITIVE, Level.CHANGE),
        (Flag.SENSITIVE, Level.SENSITIVE),
        (Flag.MFA | Flag.CONSOLE, Level.READ),
    ],
)
def test_level(flags: Flag, level: Level) -> None:
    assert level_of(int(flags)) is level
