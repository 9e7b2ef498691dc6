"""The order in which a call's fields are asked."""

import time
from typing import Any

import pytest

from tests.unit.test_target import OWN, name_of
from tui.core.rules.target_fields import by_fields, by_filter, steps_of

STARTED = "answer.instancesSet.items.instanceId"
PARAMETER = "encryptionContext.PARAMETER_ARN"


def order(source: str, name: str, *keys: str) -> list[str]:
    return [
        ".".join(step.path if step.kind == "request" else (step.kind, *step.path))
        for step in steps_of(source, name, keys)
    ]


@pytest.mark.parametrize(
    ("source", "name", "keys", "asked"),
    [
        ("iam", "DetachRolePolicy", ("policyArn", "roleName"), ["roleName", "policyArn"]),
        ("x", "GetThing", ("tags", "nextToken", "maxResults", "description"), []),
        ("x", "GetThing", ("zoneId", "name", "userName"), ["userName", "name", "zoneId"]),
        ("x", "RenameThing", ("name", "thingId"), ["thingId", "name"]),
        ("ec2", "CreateVpc", ("cidrBlock",), ["created"]),
        (
            "ec2",
            "RunInstances",
            ("instancesSet",),
            [STARTED, "instancesSet", "created"],
        ),
        ("s3", "GetObject", ("key", "bucketName"), ["bucketName"]),
        (
            "kms",
            "Decrypt",
            ("keyId", "encryptionContext.PARAMETER_ARN"),
            ["encryptionContext.PARAMETER_ARN", "keyId"],
        ),
        ("x", "GetThing", ("ThingId", "thingId"), ["ThingId"]),
    ],
)
def test_order(source: str, name: str, keys: tuple[str, ...], asked: list[str]) -> None:
    assert order(source, name, *keys) == asked


def test_without_the_record_the_answer_is_out_of_reach() -> None:
    assert by_fields("ec2", "CreateSubnet", {"vpcId": "vpc-1"}, False, None) is None
    assert by_fields("ec2", "CreateSubnet", {"vpcId": "vpc-1"}, True, None) == "vpc-1"
    assert by_fields("iam", "GetRole", {}, False, None) == ""


def test_a_filter_that_names_an_id_is_preferred() -> None:
    plain = {"name": "state", "values": ["available"]}
    assert by_filter({"filters": [plain]}) == "state=available"
    assert by_filter({"filters": [plain, {"name": "vpc-id", "values": ["vpc-1"]}]}) == (
        "vpc-id=vpc-1"
    )
    assert by_filter({"filters": ["x", {"name": 3, "values": []}]}) == ""


def test_hostile_names_cost_little() -> None:
    started = time.process_time()
    huge = {f"{'k' * 100_000}{n}Id": "v" for n in range(90)}
    assert by_fields("x", "G" * 100_000, huge, False, None) == "v"
    assert by_fields("x", "GetThing", {"things": [None] * 1_000_000}, False, None) == ""
    assert time.process_time() - started < 2


@pytest.mark.parametrize(
    ("chosen", "target"),
    [
        ({"key": "InstanceIds", "values": ["i-1", "i-2"]}, "i-1 +1"),
        ({"key": "tag:Env", "values": ["prod"]}, "tag:Env=prod"),
        ({"key": "tag-key", "values": ["Env", "Team"]}, "tag-key=Env +1"),
        ({"key": "resource-groups:Name", "values": ["web"]}, "resource-groups:Name=web"),
    ],
)
def test_a_command_to_whatever_has_a_tag(chosen: Any, target: str) -> None:
    params = {"targets": [chosen], "documentName": "AWS-RunShellScript"}
    assert name_of("ssm", "SendCommand", params) == target


@pytest.mark.parametrize(
    ("source", "name", "params", "target"),
    [
        ("glue", "PutResourcePolicy", {"policyInJson": "{}", "enableHybrid": "TRUE"}, ""),
        ("backup", "UpdateGlobalSettings", {"globalSettings": {"isX": "true"}}, ""),
        (
            "lakeformation",
            "GrantPermissions",
            {"resource": {"database": {"name": "sales"}}, "permissions": ["ALL"]},
            "sales",
        ),
        (
            "lakeformation",
            "GrantPermissions",
            {"resource": {"catalog": {}}, "permissions": ["CREATE_DATABASE"]},
            "",
        ),
    ],
)
def test_a_setting_is_no_name(source: str, name: str, params: Any, target: str) -> None:
    assert name_of(source, name, params) == target


@pytest.mark.parametrize(
    ("source", "name", "params", "target"),
    [
        (
            "autoscaling",
            "SetDesiredCapacity",
            {"autoScalingGroupName": "web", "desiredCapacity": 800, "honorCooldown": False},
            "web",
        ),
        (
            "ecr",
            "PutImageTagMutability",
            {"repositoryName": "base", "imageTagMutability": "MUTABLE"},
            "base",
        ),
        (
            "budgets",
            "UpdateNotification",
            {
                "accountId": OWN,
                "budgetName": "monthly",
                "oldNotification": {},
                "newNotification": {},
            },
            "monthly",
        ),
        (
            "elasticache",
            "CopySnapshot",
            {"sourceSnapshotName": "a", "targetSnapshotName": "b", "targetBucket": "out"},
            "b",
        ),
        (
            "sso-directory",
            "DeleteMfaDeviceForUser",
            {"userId": "u-1", "identityStoreId": "d-1", "deviceId": "x"},
            "u-1",
        ),
        (
            "ses",
            "SendBulkEmail",
            {
                "fromEmailAddress": "a@example.com",
                "defaultContent": "HIDDEN_DUE_TO_SECURITY_REASONS",
            },
            "a@example.com",
        ),
    ],
)
def test_fields_of_their_own(source: str, name: str, params: Any, target: str) -> None:
    assert name_of(source, name, params) == target


def test_a_new_user_whose_name_is_hidden_is_told_by_its_number() -> None:
    hidden = {"identityStoreId": "d-1", "userName": "HIDDEN_DUE_TO_SECURITY_REASONS"}
    answer = {"userId": "u-1", "identityStoreId": "d-1"}
    assert name_of("identitystore", "CreateUser", hidden, responseElements=answer) == "u-1"
    group = {"identityStoreId": "d-1", "displayName": "Admins"}
    assert name_of("identitystore", "CreateGroup", group) == "Admins"
