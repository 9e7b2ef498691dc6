"""What policies say and whom they let in, in every shape in which they are written."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tui.core.rules.policy import (
    find_policy,
    statements,
    summaries,
    verdict,
    widest,
)

OWN = "111122223333"
OTHER = "444455556666"
DOMAIN = f"arn:aws:es:us-east-1:{OWN}:domain/test-domain/*"


def _policy(*listed: dict[str, Any]) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": list(listed)}


def _allow(**parts: Any) -> dict[str, Any]:
    return {"Effect": "Allow", **parts}


OPEN = _allow(Principal={"AWS": "*"}, Action="es:*", Resource=DOMAIN)
FROM_OFFICE = {"IpAddress": {"aws:SourceIp": "192.0.2.0/24"}}


@pytest.mark.parametrize(
    "value",
    [
        _policy(OPEN),
        {"Statement": OPEN},
        {"statement": [{"effect": "Allow"}]},
        {"Version": "2012-10-17", "Statement": []},
        OPEN,
        {"Effect": "Deny", "NotPrincipal": "*"},
    ],
)
def test_a_policy_is_found(value: dict[str, Any]) -> None:
    assert find_policy(value) is value
    assert find_policy(json.dumps(value)) == value


@pytest.mark.parametrize(
    "value",
    [
        None,
        7,
        "text",
        "[1]",
        [],
        [OPEN],
        {},
        {"Statement": "SELECT 1"},
        {"Statement": ["SELECT 1"]},
        {"statement": []},
        {"Effect": "Allow"},
        {"effect": {"x": 1}, "action": "y"},
        {"effect": "blur"},
    ],
)
def test_what_is_no_policy(value: object) -> None:
    assert find_policy(value) is None


@pytest.mark.parametrize(
    ("statement", "line"),
    [
        (OPEN, "Allow AWS:* → es:* on arn:…:domain/test-domain/*"),
        (_allow(Action="*", Resource="*"), "Allow * on *"),
        (_allow(Principal="*", Action="es:*", Resource="*"), "Allow anyone → es:* on *"),
        (
            {**OPEN, "Condition": FROM_OFFICE},
            "Allow anyone, if aws:SourceIp 192.0.2.0/24 → es:* on arn:…:domain/test-domain/*",
        ),
        (
            {**OPEN, "Condition": {"Bool": {"aws:SecureTransport": True}}},
            "Allow AWS:* → es:* on arn:…:domain/test-domain/* if aws:SecureTransport true",
        ),
        (
            _allow(Principal={"Service": "lambda.amazonaws.com"}, Action="sts:AssumeRole"),
            "Allow lambda.amazonaws.com → sts:AssumeRole",
        ),
        (
            _allow(
                Principal={"AWS": [f"arn:aws:iam::{OTHER}:root", OTHER]},
                Action=["s3:GetObject", "s3:Put*"],
                Resource=["arn:aws:s3:::b", "arn:aws:s3:::b/*"],
                Condition={"StringNotEquals": {"aws:PrincipalOrgID": ["o-1", "o-2"]}},
            ),
            f"Allow AWS:{OTHER} +1 → s3:Put* +1 on arn:…:b/* +1 if aws:PrincipalOrgID not o-1 +1",
        ),
        (
            {
                "Effect": "Deny",
                "NotPrincipal": {"AWS": OWN},
                "NotAction": "iam:*",
                "NotResource": "*",
            },
            f"Deny all but AWS:{OWN} → all but iam:* on all but *",
        ),
        (
            _allow(
                Principal={"Federated": f"arn:aws:iam::{OWN}:saml-provider/corp"},
                Action="sts:AssumeRoleWithSAML",
                Condition={"Null": {"saml:aud": "false"}},
            ),
            "Allow Federated:saml-provider/corp → sts:AssumeRoleWithSAML if saml:aud present",
        ),
        (
            _allow(Principal={"AWS": f"arn:aws:iam::{OTHER}:role/x"}, Action="sts:AssumeRole"),
            f"Allow AWS:{OTHER}:role/x → sts:AssumeRole",
        ),
        ({"Effect": None, "Action": None}, "? (no action)"),
    ],
)
def test_a_statement_in_a_line(statement: dict[str, Any], line: str) -> None:
    assert summaries(_policy(statement)) == [line]
    assert summaries(statement) == [line]


@pytest.mark.parametrize(
    ("policy", "note"),
    [
        (_policy(_allow(Action="*", Resource="*")), "Allow * on *"),
        (
            _policy(
                _allow(Action="logs:PutLogEvents", Resource="*"),
                _allow(Action=["s3:*", "*"], Resource="*"),
                {"Effect": "Deny", "Action": "*", "Resource": "*"},
            ),
            "Allow * +1 on *",
        ),
        (
            _policy(_allow(Principal={"AWS": OTHER}, Action="s3:GetObject", Resource="*")),
            f"Allow s3:GetObject to {OTHER}",
        ),
        (_policy(_allow(Principal={"AWS": OTHER}, Action="*"), OPEN), "Allow anyone es:*"),
        (OPEN, "Allow anyone es:*"),
        ({**OPEN, "Condition": FROM_OFFICE}, "Allow anyone es:*, if aws:SourceIp"),
        (_policy(_allow(Principal="*", Action="sts:AssumeRole")), "Allow anyone sts:AssumeRole"),
        (
            _policy(_allow(Principal={"Service": "lambda.amazonaws.com"}, Action="sts:AssumeRole")),
            "Allow lambda.amazonaws.com sts:AssumeRole",
        ),
        (
            _policy(_allow(NotPrincipal={"AWS": OWN}, Action="s3:*", Resource="*")),
            f"Allow anyone but {OWN} s3:*",
        ),
        (_policy(_allow(NotAction="iam:*", Resource="*")), "Allow all but iam:* on *"),
        (
            _policy({"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": "*"}),
            "Deny anyone s3:*",
        ),
        (
            _policy(_allow(Action="iam:*", Resource="*", Condition={"Bool": {"aws:x": "true"}})),
            "Allow iam:* on *, if aws:x",
        ),
        (_policy(), ""),
        (None, ""),
    ],
)
def test_the_widest_statement(policy: object, note: str) -> None:
    assert widest(policy) == note


@pytest.mark.parametrize(
    "principal",
    [
        "*",
        {"AWS": "*"},
        {"AWS": [OWN, "*"]},
        {"*": "*"},
        ["*"],
        {"aws": "*"},
        {"AWS": "arn:aws:iam::*:root"},
        {"CanonicalUser": "*"},
    ],
)
def test_anyone(principal: object) -> None:
    policy = _policy({**OPEN, "Principal": principal})
    found = verdict(policy, OWN, identity_policy=False)
    assert found == (True, False, False, ("anyone at all may es:* on …/test-domain/*",))


@pytest.mark.parametrize(
    "condition",
    [
        {"Bool": {"aws:SecureTransport": "true"}},
        {"StringEquals": {"s3:x-amz-acl": "private"}},
        {"StringLike": {"aws:Referer": "https://example.com/*"}},
        {"StringLike": {"aws:PrincipalArn": "*"}},
        {"IpAddress": {"aws:SourceIp": ["192.0.2.0/24", "0.0.0.0/0"]}},
        {"IpAddress": {"aws:SourceIp": ["0.0.0.0/1", "128.0.0.0/1"]}},
        {"IpAddress": {"aws:VpcSourceIp": "::/0"}},
        {"NotIpAddress": {"aws:SourceIp": "192.0.2.0/24"}},
        {"StringEqualsIfExists": {"aws:SourceVpce": "vpce-1"}},
        {"ForAllValues:StringEquals": {"aws:PrincipalOrgID": "o-1"}},
        {"Null": {"aws:PrincipalArn": "true"}},
        {"StringEquals": {"lambda:FunctionUrlAuthType": "NONE"}},
        {"StringEquals": "broken"},
        {"StringEquals": {}},
        "broken",
        {},
        None,
    ],
)
def test_conditions_that_keep_nobody_out(condition: object) -> None:
    assert verdict({**OPEN, "Condition": condition}, OWN, identity_policy=False).public


@pytest.mark.parametrize(
    "condition",
    [
        FROM_OFFICE,
        {"StringEquals": {"aws:PrincipalOrgID": "o-1"}},
        {"StringEquals": {"aws:SourceVpce": ["vpce-1"]}},
        {"StringEquals": {"aws:SourceAccount": OWN}},
        {"IpAddressIfExists": {"aws:SourceIp": "192.0.2.0/24"}},
        {"IpAddress": {"aws:SourceIp": ["10.0.0.0/8", "192.0.2.7"]}},
        {"StringEquals": {"aws:PrincipalTag/7": "team/7"}},
        {"Null": {"aws:PrincipalArn": "false"}},
        {"Bool": {"aws:SecureTransport": "true"}, **FROM_OFFICE},
        {"StringLike": {"s3:DataAccessPointArn": f"arn:aws:s3:us-east-1:{OWN}:accesspoint/*"}},
    ],
)
def test_conditions_that_narrow(condition: object) -> None:
    found = verdict({**OPEN, "Condition": condition}, OWN, identity_policy=False)
    assert found == (False, False, False, ())


def test_everybody_but_one_is_public() -> None:
    policy = _policy(
        _allow(NotPrincipal={"AWS": OTHER}, Action="s3:*", Resource="arn:aws:s3:::b/*")
    )
    found = verdict(policy, OWN, identity_policy=False)
    assert (found.public, found.shared) == (True, False)
    assert found.warnings == (f"anyone but {OTHER} may s3:* on b/*",)


@pytest.mark.parametrize(
    ("statement", "own", "shared"),
    [
        (_allow(Principal={"AWS": OTHER}, Action="x:y"), OWN, True),
        (_allow(Principal={"AWS": f"arn:aws:iam::{OTHER}:role/x"}, Action="x:y"), OWN, True),
        (_allow(Principal=OTHER, Action="x:y"), OWN, True),
        (_allow(Principal={"AWS": [OWN, OTHER]}, Action="x:y"), OWN, True),
        (_allow(Principal={"AWS": OWN}, Action="x:y"), OWN, False),
        (_allow(Principal={"AWS": OTHER}, Action="x:y"), None, False),
        ({"Effect": "Deny", "Principal": {"AWS": OTHER}, "Action": "x:y"}, OWN, False),
        (_allow(NotPrincipal={"AWS": OTHER}, Action="x:y"), OWN, False),
        (_allow(Principal={"Service": "ec2.amazonaws.com"}, Action="x:y"), OWN, False),
        (_allow(Principal={"AWS": "arn:aws:iam::cloudfront:user/x"}, Action="x:y"), OWN, False),
        (
            {**OPEN, "Condition": {"StringEquals": {"aws:PrincipalAccount": OTHER}}},
            OWN,
            True,
        ),
        ({**OPEN, "Condition": {"StringEquals": {"kms:CallerAccount": OWN}}}, OWN, False),
    ],
)
def test_shared(statement: dict[str, Any], own: str | None, shared: bool) -> None:
    assert verdict(_policy(statement), own, identity_policy=False).shared is shared


@pytest.mark.parametrize(
    ("statement", "admin"),
    [
        (_allow(Action="*", Resource="*"), True),
        (_allow(Action=["s3:*", "*:*"], Resource=["x", "*"]), True),
        (_allow(Action="*", Resource="arn:aws:s3:::b"), False),
        (_allow(Action="s3:*", Resource="*"), False),
        (_allow(NotAction="*", Resource="*"), False),
        (_allow(NotAction=[], Resource="*"), False),
        (_allow(NotAction=["iam:*", "organizations:*"], Resource="*"), True),
        (_allow(NotAction="iam:*", Resource="arn:aws:s3:::b"), False),
        (_allow(Action=["s3:Get*", "iam:*"], Resource="*"), True),
        (_allow(Action="IAM:*", Resource="*", Condition=FROM_OFFICE), False),
        (_allow(Action="iam:Get*", Resource="*"), False),
        (_allow(Action="*", NotResource="*"), False),
        (_allow(Action="*", Resource="*", Condition=FROM_OFFICE), False),
        ({"Effect": "Deny", "Action": "*", "Resource": "*"}, False),
        (_allow(Action="*"), False),
    ],
)
def test_admin(statement: dict[str, Any], admin: bool) -> None:
    found = verdict(_policy(statement), OWN, identity_policy=True)
    assert found.admin is admin
    assert not found.public
    assert not verdict(_policy(statement), OWN, identity_policy=False).admin


ODD = st.recursive(
    st.none() | st.booleans() | st.integers() | st.sampled_from(["*", "Allow", "a:*", OWN, ""]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["AWS", "Bool", "Null", "*", "aws:SourceIp"]), inner, max_size=3
        )
    ),
    max_leaves=6,
)
KEYS = st.sampled_from(
    [
        "Effect",
        "Principal",
        "NotPrincipal",
        "Action",
        "NotAction",
        "Resource",
        "NotResource",
        "Condition",
    ]
)


@settings(deadline=None)
@given(st.lists(st.dictionaries(KEYS, ODD) | ODD, max_size=4))
def test_wrong_types_survive(listed: list[Any]) -> None:
    policy = {"Version": "2012-10-17", "Statement": listed}
    assert len(summaries(policy)) == len(statements(policy)) <= len(listed)
    assert isinstance(widest(policy), str)
    found = verdict(policy, OWN, identity_policy=True)
    assert found.public == any("anyone" in warning for warning in found.warnings)
