"""Who made a call, for every identity type and for what is none."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.core.rules.principal import Principal, principal_of

OWN = "111122223333"
OTHER = "444455556666"


def assumed(role: str = "deploy", session: str = "ci", **more: Any) -> dict[str, Any]:
    return {
        "type": "AssumedRole",
        "principalId": f"AROAEXAMPLE:{session}",
        "arn": f"arn:aws:sts::{OWN}:assumed-role/{role}/{session}",
        "accountId": OWN,
        "sessionContext": {"sessionIssuer": {"type": "Role", "userName": role}},
        **more,
    }


TABLE: list[tuple[dict[str, Any], str]] = [
    ({"type": "Root", "accountId": OWN, "arn": f"arn:aws:iam::{OWN}:root"}, "(root)"),
    ({"type": "Root", "userName": "prod-account"}, "(root)"),
    ({"type": "IAMUser", "userName": "alice", "accountId": OWN}, "alice"),
    ({"type": "IAMUser", "userName": "root", "accountId": OWN}, "root"),
    ({"type": "IAMUser", "arn": f"arn:aws:iam::{OWN}:user/ops/bob"}, "bob"),
    ({"type": "IAMUser", "principalId": "AIDAEXAMPLE"}, "AIDAEXAMPLE"),
    (assumed(), "deploy/ci"),
    (assumed(role="AWSReservedSSO_Read_Only_0123456789abcdef"), "ci (SSO Read_Only)"),
    ({"type": "AssumedRole", "arn": f"arn:aws:sts::{OWN}:assumed-role/app/i-0abc"}, "app/i-0abc"),
    ({"type": "AssumedRole", "principalId": "AROAEXAMPLE:late", "userName": "app"}, "app/late"),
    ({"type": "AssumedRole", "arn": f"arn:aws:iam::{OWN}:role/app"}, "AssumedRole"),
    ({"type": "Role", "arn": f"arn:aws:iam::{OWN}:role/batch"}, "batch"),
    ({"type": "Role", "arn": f"arn:aws:iam::{OWN}:role/jobs/nightly/batch"}, "batch"),
    (
        {
            "type": "FederatedUser",
            "arn": f"arn:aws:sts::{OWN}:federated-user/carol",
            "sessionContext": {"sessionIssuer": {"type": "IAMUser", "userName": "broker"}},
        },
        "carol (broker)",
    ),
    ({"type": "FederatedUser", "principalId": f"{OWN}:carol"}, "carol"),
    (
        {
            "type": "SAMLUser",
            "userName": "dave@example.com",
            "identityProvider": f"arn:aws:iam::{OWN}:saml-provider/Okta",
        },
        "dave@example.com @ Okta",
    ),
    (
        {"type": "WebIdentityUser", "userName": "77", "identityProvider": "accounts.google.com"},
        "77 @ accounts.google.com",
    ),
    ({"type": "IdentityCenterUser", "onBehalfOf": {"userId": "u-1"}, "accountId": OWN}, "u-1"),
    (
        {"type": "AWSAccount", "accountId": OTHER, "principalId": "AIDAOTHER"},
        f"{OTHER}/AIDAOTHER",
    ),
    ({"type": "AWSAccount", "accountId": OTHER}, OTHER),
    ({"type": "AWSService", "invokedBy": "config.amazonaws.com"}, "aws:config"),
    ({"type": "AWSService", "invokedBy": "AWS Internal"}, "aws:AWS Internal"),
    ({"type": "AWSService"}, "aws"),
    ({"type": "Directory", "userName": "erin"}, "erin"),
    ({"type": "Unknown", "accountId": OWN}, f"Unknown @ {OWN}"),
    ({"type": "BrandNew"}, "BrandNew"),
    ({"accountId": OWN, "invokedBy": "ec2.amazonaws.com"}, "ec2.amazonaws.com"),
    ({"accountId": OWN}, OWN),
    ({}, "unknown"),
]


@pytest.mark.parametrize(("identity", "who"), TABLE)
def test_who(identity: dict[str, Any], who: str) -> None:
    assert principal_of(identity, OWN).who == who


def test_a_principal_of_another_account_shows_it() -> None:
    assert principal_of(assumed(), OTHER).who == f"deploy/ci @{OWN}"
    assert principal_of({"type": "Root", "accountId": OTHER}, OWN).who == f"(root) @{OTHER}"
    assert principal_of({"type": "Unknown", "accountId": OTHER}, OWN).who == f"Unknown @ {OTHER}"
    assert principal_of(assumed(), "").who == "deploy/ci"


def test_source_identity_is_better_than_the_session() -> None:
    identity = assumed(session="i-0123456789abcdef0")
    identity["sessionContext"]["sourceIdentity"] = "alice"
    found = principal_of(identity, OWN)
    assert found.who == "deploy/alice"
    assert found.session == "alice"


def test_via_is_the_service_beside_a_person() -> None:
    through = principal_of(assumed(invokedBy="athena.amazonaws.com"), OWN)
    assert (through.who, through.via, through.is_aws) == ("deploy/ci", "athena", False)
    service = principal_of({"type": "AWSService", "invokedBy": "athena.amazonaws.com"}, OWN)
    assert (service.via, service.is_aws) == ("", True)
    untyped = principal_of({"invokedBy": "ec2.amazonaws.com"}, OWN)
    assert (untyped.via, untyped.is_aws) == ("", True)


def test_a_service_linked_role_is_aws() -> None:
    found = principal_of(assumed(role="AWSServiceRoleForExample", accountId=OTHER), OWN)
    assert found.is_aws
    path = f"arn:aws:iam::{OWN}:role/aws-service-role/ssm.amazonaws.com/AWSServiceRoleForExample"
    found = principal_of({"type": "Role", "arn": path}, OWN)
    assert (found.who, found.is_aws) == ("AWSServiceRoleForExample", True)
    assert "@" not in found.who


def test_a_session_or_user_with_the_prefix_of_a_service_linked_role_is_a_person() -> None:
    assert not principal_of(assumed(session="AWSServiceRoleForExample"), OWN).is_aws
    user = {"type": "IAMUser", "userName": "AWSServiceRoleForExample"}
    assert not principal_of(user, OWN).is_aws


def test_the_parts() -> None:
    assert principal_of(assumed(), OWN) == Principal(
        who="deploy/ci",
        role="deploy",
        session="ci",
        user="",
        type="AssumedRole",
        account=OWN,
        arn=f"arn:aws:sts::{OWN}:assumed-role/deploy/ci",
        is_aws=False,
        is_root=False,
        via="",
    )
    assert principal_of({"type": "Root"}, OWN).is_root
    assert principal_of({"type": "IAMUser", "userName": "alice"}, OWN).user == "alice"


def test_an_account_written_as_a_number_is_its_digits() -> None:
    assert principal_of({"type": "AWSAccount", "accountId": 444455556666}, OWN).who == OTHER


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner),
    max_leaves=6,
)
FIELDS = ("type", "arn", "userName", "principalId", "accountId", "invokedBy", "identityProvider")


@given(
    st.one_of(
        anything,
        st.fixed_dictionaries(
            {},
            optional={
                **dict.fromkeys(FIELDS, anything),
                "type": st.sampled_from(["AssumedRole", "IAMUser", "AWSService", "X", 3]),
                "sessionContext": st.dictionaries(
                    st.sampled_from(["sessionIssuer", "sourceIdentity"]), anything
                ),
                "onBehalfOf": anything,
            },
        ),
    )
)
def test_any_shape_gives_a_principal_with_a_name(identity: Any) -> None:
    found = principal_of(identity, OWN)
    assert found.who
    assert all(isinstance(part, (str, bool)) for part in found)
