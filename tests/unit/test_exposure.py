"""What a call opened, in each of the shapes that openings come in."""

import json
from typing import Any
from urllib.parse import quote

import pytest

from tui.core.rules.exposure import (
    Exposure,
    acl_by_header,
    exposure_of,
    needs_content,
    opens_by_header,
    policies_in,
)

OWN = "111122223333"
OTHER = "444455556666"
INVOKE = "lambda:InvokeFunction"
MANAGED = "arn:aws:iam::aws:policy"
NOTHING = Exposure()
PUBLIC = Exposure(public=True)
SHARED = Exposure(shared=True)
ADMIN = Exposure(admin=True)


def opened(source: str, name: str, params: Any, **more: Any) -> Exposure:
    record = {
        "eventSource": f"{source}.amazonaws.com",
        "eventName": name,
        "requestParameters": params,
        "recipientAccountId": OWN,
        **more,
    }
    return exposure_of(record)


def document(principal: Any, **more: Any) -> dict[str, Any]:
    statement = {
        "Effect": "Allow",
        "Principal": principal,
        "Action": "s3:GetObject",
        "Resource": "arn:aws:s3:::b/*",
        **more,
    }
    return {"Version": "2012-10-17", "Statement": [statement]}


ANYONE = document("*")
PARTNER = document({"AWS": f"arn:aws:iam::{OTHER}:root"})
OURSELVES = document({"AWS": f"arn:aws:iam::{OWN}:role/app"})
EVERYTHING = {"Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}


def items(*members: Any) -> dict[str, Any]:
    return {"items": list(members)}


def text(value: Any) -> str:
    return json.dumps(value)


OPENINGS: list[tuple[str, str, Any, Exposure]] = [
    ("s3", "PutBucketPolicy", {"bucketName": "b", "bucketPolicy": ANYONE}, PUBLIC),
    ("s3", "PutBucketPolicy", {"bucketName": "b", "bucketPolicy": PARTNER}, SHARED),
    ("s3", "PutBucketPolicy", {"bucketName": "b", "bucketPolicy": OURSELVES}, NOTHING),
    ("es", "CreateDomain", {"accessPolicies": text(ANYONE)}, PUBLIC),
    ("es", "CreateElasticsearchDomain", {"accessPolicies": quote(text(ANYONE))}, PUBLIC),
    ("sqs", "SetQueueAttributes", {"attributes": {"Policy": text(ANYONE)}}, PUBLIC),
    ("sns", "SetTopicAttributes", {"attributeValue": text(PARTNER)}, SHARED),
    ("ecr", "SetRepositoryPolicy", {"policyText": text(ANYONE)}, PUBLIC),
    ("unheardof", "PutThingPolicy", {"deep": [{"er": {"p": text(ANYONE)}}]}, PUBLIC),
    ("iam", "UpdateAssumeRolePolicy", {"policyDocument": text(PARTNER)}, SHARED),
    ("iam", "CreateRole", {"assumeRolePolicyDocument": text(document({"AWS": "*"}))}, PUBLIC),
    ("iam", "PutUserPolicy", {"policyDocument": text(EVERYTHING)}, ADMIN),
    ("iam", "CreatePolicyVersion", {"policyDocument": text(EVERYTHING)}, ADMIN),
    ("organizations", "CreatePolicy", {"content": text(EVERYTHING)}, NOTHING),
    ("organizations", "PutResourcePolicy", {"content": text(PARTNER)}, SHARED),
    ("organizations", "PutResourcePolicy", {"content": text(OURSELVES)}, NOTHING),
    ("ec2", "CreateVpcEndpoint", {"policyDocument": text(ANYONE)}, NOTHING),
    (
        "lambda",
        "AddPermission20150331v2",
        {"action": INVOKE, "principal": "*"},
        PUBLIC,
    ),
    (
        "lambda",
        "AddPermission20150331v2",
        {"action": INVOKE, "principal": "*", "principalOrgID": "o-example"},
        NOTHING,
    ),
    (
        "lambda",
        "AddPermission20150331v2",
        {"action": INVOKE, "principal": "s3.amazonaws.com"},
        NOTHING,
    ),
    ("lambda", "AddPermission20150331v2", {"action": "lambda:*", "principal": OTHER}, SHARED),
    ("sns", "AddPermission", {"aWSAccountId": [OTHER], "actionName": ["Publish"]}, SHARED),
    ("sqs", "AddPermission", {"aWSAccountIds": [OWN], "actions": ["SendMessage"]}, NOTHING),
    ("events", "PutPermission", {"action": "events:PutEvents", "principal": "*"}, PUBLIC),
    (
        "events",
        "PutPermission",
        {
            "action": "events:PutEvents",
            "principal": "*",
            "condition": {"type": "StringEquals", "key": "aws:PrincipalOrgID", "value": "o-1"},
        },
        NOTHING,
    ),
    ("s3", "PutBucketAcl", {"bucketName": "b", "x-amz-acl": "public-read"}, PUBLIC),
    ("s3", "PutBucketAcl", {"bucketName": "b", "x-amz-acl": ["private"]}, NOTHING),
    (
        "s3",
        "PutObjectAcl",
        {
            "AccessControlPolicy": {
                "AccessControlList": {
                    "Grant": {
                        "Grantee": {"URI": "http://acs.amazonaws.com/groups/global/AllUsers"},
                        "Permission": "READ",
                    }
                }
            }
        },
        PUBLIC,
    ),
    ("s3", "PutObject", {"bucketName": "b", "key": "k", "x-amz-acl": "public-read-write"}, PUBLIC),
    ("s3", "PutObject", {"bucketName": "b", "x-amz-acl": "bucket-owner-full-control"}, NOTHING),
    (
        "ec2",
        "ModifySnapshotAttribute",
        {"createVolumePermission": {"add": items({"group": "all"})}},
        PUBLIC,
    ),
    (
        "ec2",
        "ModifySnapshotAttribute",
        {"createVolumePermission": {"add": items({"userId": OTHER})}},
        SHARED,
    ),
    (
        "ec2",
        "ModifySnapshotAttribute",
        {"createVolumePermission": {"remove": items({"group": "all"})}},
        NOTHING,
    ),
    ("ec2", "ModifyImageAttribute", {"launchPermission": {"add": items({"userId": OWN})}}, NOTHING),
    ("ec2", "ModifyImageAttribute", {"launchPermission": {"add": items({"group": "all"})}}, PUBLIC),
    ("rds", "ModifyDBSnapshotAttribute", {"valuesToAdd": ["all"]}, PUBLIC),
    ("rds", "ModifyDBSnapshotAttribute", {"valuesToAdd": [OTHER, OWN]}, SHARED),
    ("rds", "ModifyDBClusterSnapshotAttribute", {"valuesToRemove": [OTHER]}, NOTHING),
    ("ssm", "ModifyDocumentPermission", {"accountIdsToAdd": ["All"]}, PUBLIC),
    ("kms", "CreateGrant", {"granteePrincipal": f"arn:aws:iam::{OTHER}:role/x"}, SHARED),
    ("redshift", "AuthorizeDataShare", {"consumerIdentifier": OTHER}, SHARED),
    ("ram", "CreateResourceShare", {"name": "s", "principals": [OTHER]}, SHARED),
    ("ram", "AssociateResourceShare", {"principals": [f"arn:aws:iam::{OTHER}:role/x"]}, SHARED),
    ("ram", "AssociateResourceShare", {"principals": [OWN]}, NOTHING),
    ("ram", "DisassociateResourceShare", {"principals": [OTHER]}, NOTHING),
    ("lambda", "CreateFunctionUrlConfig", {"functionName": "f", "authType": "NONE"}, PUBLIC),
    ("lambda", "UpdateFunctionUrlConfig", {"functionName": "f", "authType": "AWS_IAM"}, NOTHING),
    (
        "ec2",
        "AuthorizeSecurityGroupIngress",
        {"ipPermissions": items({"ipRanges": items({"cidrIp": "0.0.0.0/0"})})},
        PUBLIC,
    ),
    (
        "ec2",
        "AuthorizeSecurityGroupIngress",
        {"ipPermissions": items({"ipv6Ranges": items({"cidrIpv6": "::/0"})})},
        PUBLIC,
    ),
    (
        "ec2",
        "AuthorizeSecurityGroupIngress",
        {"ipPermissions": items({"ipRanges": items({"cidrIp": "198.51.100.7/32"})})},
        NOTHING,
    ),
    (
        "ec2",
        "AuthorizeSecurityGroupIngress",
        {"ipPermissions": items({"ipRanges": items({"cidrIp": "128.0.0.0/1"})})},
        PUBLIC,
    ),
    (
        "ec2",
        "AuthorizeSecurityGroupEgress",
        {"ipPermissions": items({"ipRanges": items({"cidrIp": "0.0.0.0/0"})})},
        NOTHING,
    ),
    ("rds", "AuthorizeDBSecurityGroupIngress", {"cIDRIP": "0.0.0.0/0"}, PUBLIC),
    (
        "ec2",
        "CreateNetworkAclEntry",
        {"cidrBlock": "0.0.0.0/0", "ruleAction": "allow", "egress": False},
        PUBLIC,
    ),
    (
        "ec2",
        "CreateNetworkAclEntry",
        {"cidrBlock": "0.0.0.0/0", "ruleAction": "deny", "egress": False},
        NOTHING,
    ),
    (
        "iam",
        "AttachUserPolicy",
        {"policyArn": f"{MANAGED}/AdministratorAccess"},
        ADMIN,
    ),
    ("iam", "AttachRolePolicy", {"policyArn": f"{MANAGED}/PowerUserAccess"}, ADMIN),
    ("iam", "AttachGroupPolicy", {"policyArn": f"{MANAGED}/IAMFullAccess"}, ADMIN),
    ("iam", "AttachUserPolicy", {"policyArn": f"{MANAGED}/ReadOnlyAccess"}, NOTHING),
    ("codebuild", "UpdateProjectVisibility", {"projectVisibility": "PUBLIC_READ"}, PUBLIC),
    ("s3", "GetBucketPolicy", {"bucketPolicy": ANYONE}, NOTHING),
    ("s3", "PutBucketPolicy", "no object", NOTHING),
    ("s3", "PutBucketPolicy", None, NOTHING),
]


@pytest.mark.parametrize(("source", "name", "params", "exposure"), OPENINGS)
def test_exposure(source: str, name: str, params: Any, exposure: Exposure) -> None:
    assert opened(source, name, params) == exposure


def test_a_call_that_failed_opened_nothing() -> None:
    params = {"bucketName": "b", "bucketPolicy": ANYONE}
    assert opened("s3", "PutBucketPolicy", params, errorCode="AccessDenied") == NOTHING


def test_without_an_own_account_nobody_is_another() -> None:
    params = {"valuesToAdd": [OTHER]}
    assert opened("rds", "ModifyDBSnapshotAttribute", params, recipientAccountId=None) == NOTHING


def test_what_opens_something_is_looked_at() -> None:
    for source, name, _, exposure in OPENINGS:
        if exposure != NOTHING:
            assert needs_content(source, name) or acl_by_header(source, name)


@pytest.mark.parametrize("name", ["GetObject", "PutObject", "PutMetricData", "DescribeInstances"])
def test_frequent_calls_are_not_looked_at(name: str) -> None:
    assert not needs_content("s3.amazonaws.com", name)


def test_headers() -> None:
    assert acl_by_header("s3.amazonaws.com", "PutObject")
    assert not acl_by_header("s3.amazonaws.com", "PutBucketAcl")
    assert opens_by_header("x-amz-acl", "public-read")
    assert opens_by_header("x-amz-grant-read", "id=x")
    assert not opens_by_header("x-amz-acl", "bucket-owner-full-control")
    assert not opens_by_header("bucketName", "public-read")


def test_policies_are_found_in_any_depth_and_encoding_up_to_a_bound() -> None:
    assert policies_in({"a": [text(ANYONE), {"b": PARTNER}]}) == [ANYONE, PARTNER]
    assert policies_in(text({"inner": text(ANYONE)})) == [ANYONE]
    buried: Any = ANYONE
    for _ in range(50):
        buried = {"in": buried}
    assert policies_in(buried) == []
    assert policies_in([[]] * 100_000) == []
