"""Whom ACLs and network rules let in, in CloudTrail's shapes."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tui.core.rules.grants import acl_verdict, ingress

ALL_USERS = "http://acs.amazonaws.com/groups/global/AllUsers"
AUTHENTICATED = "http://acs.amazonaws.com/groups/global/AuthenticatedUsers"


def _acl(*grants: tuple[dict[str, str], str]) -> dict[str, Any]:
    listed = [{"Grantee": grantee, "Permission": right} for grantee, right in grants]
    return {
        "bucketName": "b",
        "AccessControlPolicy": {"Owner": {"ID": "me"}, "AccessControlList": {"Grant": listed}},
    }


@pytest.mark.parametrize(
    ("value", "warnings"),
    [
        ("public-read", ["anyone at all may read"]),
        ("public-read-write", ["anyone at all may read and write"]),
        ("authenticated-read", ["anyone with an AWS account may read"]),
        ("private", []),
        ("bucket-owner-full-control", []),
        ({"bucketName": "b", "x-amz-acl": "public-read"}, ["anyone at all may read"]),
        ({"x-amz-acl": ["public-read"]}, ["anyone at all may read"]),
        ({"accessControlList": {"x-amz-acl": "public-read"}}, ["anyone at all may read"]),
        ({"x-amz-grant-read-acp": f'uri="{ALL_USERS}"'}, ["anyone at all may read the ACL"]),
        (_acl(({"URI": ALL_USERS}, "READ")), ["anyone at all may read"]),
        (
            _acl(({"URI": ALL_USERS}, "FULL_CONTROL"), ({"URI": AUTHENTICATED}, "WRITE_ACP")),
            [
                "anyone at all may do everything",
                "anyone with an AWS account may change the ACL",
            ],
        ),
        (_acl(({"URI": "http://acs.amazonaws.com/groups/s3/LogDelivery"}, "WRITE")), []),
        (_acl(({"ID": "me"}, "FULL_CONTROL")), []),
        (
            {
                "AccessControlPolicy": {
                    "AccessControlList": {"Grant": {"Grantee": {"URI": ALL_USERS}}}
                }
            },
            ["anyone at all may enter"],
        ),
        (None, []),
        (7, []),
        ([], []),
    ],
)
def test_public_acls(value: object, warnings: list[str]) -> None:
    found = acl_verdict(value)
    assert list(found.warnings) == warnings
    assert found.public is bool(warnings)
    assert not found.shared


def test_an_acl_for_somebody_else_is_shared() -> None:
    assert acl_verdict(_acl(({"ID": "me"}, "READ"), ({"ID": "other"}, "READ"))).shared
    assert acl_verdict(_acl(({"EmailAddress": "x@example.com"}, "READ"))).shared


def _rule(**parts: Any) -> dict[str, Any]:
    return {"groupId": "sg-0own", "ipPermissions": {"items": [parts]}}


@pytest.mark.parametrize(
    ("value", "rules", "public"),
    [
        (
            _rule(
                ipProtocol="tcp",
                fromPort=22,
                toPort=22,
                groups={},
                ipRanges={"items": [{"cidrIp": "10.0.0.0/8"}, {"cidrIp": "0.0.0.0/0"}]},
                ipv6Ranges={},
                prefixListIds={},
            ),
            ["tcp 22 from 0.0.0.0/0", "tcp 22 from 10.0.0.0/8"],
            True,
        ),
        (
            _rule(
                ipProtocol="udp", fromPort=1, toPort=9, ipv6Ranges={"items": [{"cidrIpv6": "::/0"}]}
            ),
            ["udp 1-9 from ::/0"],
            True,
        ),
        (
            _rule(
                ipProtocol="-1", groups={"items": [{"groupId": "sg-1", "userId": "111122223333"}]}
            ),
            ["all from sg-1"],
            False,
        ),
        (
            _rule(
                ipProtocol="tcp",
                fromPort=0,
                toPort=65535,
                prefixListIds={"items": [{"prefixListId": "pl-1"}]},
            ),
            ["tcp all ports from pl-1"],
            False,
        ),
        (
            {
                "groupId": "sg-1",
                "cidrIp": "0.0.0.0/0",
                "ipProtocol": "tcp",
                "fromPort": 3389,
                "toPort": 3389,
            },
            ["tcp 3389 from 0.0.0.0/0"],
            True,
        ),
        (
            {"ipPermissions": [{"ipProtocol": "icmp", "fromPort": -1, "cidrIp": "192.0.2.1/32"}]},
            ["icmp from 192.0.2.1/32"],
            False,
        ),
        (
            {
                "securityGroupRuleSet": {
                    "items": [{"isEgress": True, "cidrIpv4": "0.0.0.0/0", "ipProtocol": "-1"}]
                }
            },
            [],
            False,
        ),
        (
            {
                "ModifySecurityGroupRulesRequest": {
                    "SecurityGroupRule": {
                        "SecurityGroupRule": {
                            "CidrIpv4": "0.0.0.0/0",
                            "IpProtocol": "tcp",
                            "FromPort": 80,
                            "ToPort": 80,
                        }
                    }
                }
            },
            ["tcp 80 from 0.0.0.0/0"],
            True,
        ),
        (
            {
                "networkAclId": "acl-1",
                "egress": False,
                "ruleAction": "allow",
                "aclProtocol": "6",
                "cidrBlock": "0.0.0.0/0",
                "portRange": {"from": 22, "to": 22},
            },
            ["tcp 22 from 0.0.0.0/0"],
            True,
        ),
        (
            {"egress": False, "ruleAction": "deny", "aclProtocol": "-1", "cidrBlock": "0.0.0.0/0"},
            ["deny all from 0.0.0.0/0"],
            False,
        ),
        (
            {"egress": True, "ruleAction": "allow", "aclProtocol": "-1", "cidrBlock": "0.0.0.0/0"},
            [],
            False,
        ),
        ({"groupId": "sg-1"}, [], False),
        (None, [], False),
        ("text", [], False),
        ({"ipPermissions": {"items": ["x", None, {"ipRanges": "x", "groups": [7]}]}}, [], False),
    ],
)
def test_ingress(value: object, rules: list[str], public: bool) -> None:
    found = ingress(value)
    assert list(found.rules) == rules
    assert found.public is public


def test_the_note_names_the_widest() -> None:
    ranges = {"items": [{"cidrIp": "10.0.0.0/8"}, {"cidrIp": "0.0.0.0/0"}]}
    assert ingress(_rule(ipProtocol="-1", ipRanges=ranges)).note == "all from 0.0.0.0/0 +1"
    assert ingress({}).note == ""


ODD = st.recursive(
    st.none()
    | st.integers()
    | st.sampled_from(["0.0.0.0/0", "-1", "deny", ALL_USERS, "public-read"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [
                    "items",
                    "ipPermissions",
                    "ipRanges",
                    "cidrIp",
                    "portRange",
                    "grantee",
                    "owner",
                    "x-amz-acl",
                ]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=8,
)


@settings(deadline=None)
@given(ODD)
def test_wrong_types_survive(value: object) -> None:
    assert ingress(value).public == any(
        "/0" in rule for rule in ingress(value).rules if "deny" not in rule
    )
    assert acl_verdict(value).public == bool(acl_verdict(value).warnings)
