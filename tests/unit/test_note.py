"""The note behind a target, and the key that an answer hands out."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.core.rules.note import MAX_NOTE, needs_note, new_key, note_of

OWN = "111122223333"
OTHER = "444455556666"
KEY = "ASIAEXAMPLE"
TIMES = "\u00d7"


def note(source: str, name: str, params: Any = None, **more: Any) -> str:
    record = {
        "eventSource": f"{source}.amazonaws.com",
        "eventName": name,
        "requestParameters": params,
        "recipientAccountId": OWN,
        **more,
    }
    return note_of(record)


def items(*members: Any) -> dict[str, Any]:
    return {"items": list(members)}


def policy(*statements: dict[str, Any]) -> str:
    allowed = [{"Effect": "Allow", "Resource": "*", **statement} for statement in statements]
    return json.dumps({"Version": "2012-10-17", "Statement": allowed})


def zone(*entries: dict[str, Any]) -> dict[str, Any]:
    changes = [
        {"action": "UPSERT", "resourceRecordSet": {"name": "login.example.com.", **entry}}
        for entry in entries
    ]
    return {"hostedZoneId": "Z1", "changeBatch": {"changes": changes}}


NOTES: list[tuple[str, str, Any, str]] = [
    (
        "iam",
        "PutUserPolicy",
        {"policyDocument": policy({"Action": "s3:Get*"}, {"Action": "*"})},
        "Allow * on *",
    ),
    (
        "es",
        "UpdateDomainConfig",
        {"accessPolicies": policy({"Action": "es:*", "Principal": "*"})},
        "Allow anyone es:*",
    ),
    (
        "s3",
        "PutBucketPolicy",
        {
            "bucketPolicy": json.loads(
                policy({"Action": "s3:GetObject", "Principal": {"AWS": OTHER}})
            )
        },
        f"Allow s3:GetObject to {OTHER}",
    ),
    ("s3", "PutBucketAcl", {"x-amz-acl": "public-read"}, "anyone at all may read"),
    ("s3", "PutBucketAcl", {"x-amz-acl": "private"}, "private"),
    (
        "s3",
        "PutBucketAcl",
        {"AccessControlPolicy": {"Owner": {"ID": "o"}, "Grant": {"Grantee": {"ID": "p"}}}},
        "to others than the owner",
    ),
    ("redshift", "AuthorizeDataShare", {"consumerIdentifier": OTHER}, f"+ {OTHER}"),
    ("s3", "PutObject", {"x-amz-acl": "public-read"}, "anyone at all may read"),
    ("s3", "PutObject", {"x-amz-acl": "bucket-owner-full-control"}, ""),
    (
        "iam",
        "AttachUserPolicy",
        {"userName": "eve", "policyArn": "arn:aws:iam::aws:policy/AdministratorAccess"},
        "AdministratorAccess",
    ),
    (
        "ec2",
        "ModifySnapshotAttribute",
        {"createVolumePermission": {"add": items({"userId": OTHER})}},
        f"+ {OTHER}",
    ),
    (
        "ec2",
        "ModifyImageAttribute",
        {"launchPermission": {"add": items({"group": "all"}), "remove": items({"userId": OWN})}},
        f"+ all, - {OWN}",
    ),
    ("rds", "ModifyDBSnapshotAttribute", {"valuesToAdd": ["all", OTHER]}, "+ all +1"),
    ("ram", "CreateResourceShare", {"name": "s", "principals": [OTHER]}, f"+ {OTHER}"),
    ("ram", "CreateResourceShare", {"name": "s", "principals": []}, ""),
    (
        "ram",
        "AssociateResourceShare",
        {"principals": [f"arn:aws:iam::{OTHER}:role/x", OWN]},
        f"+ {OTHER}:role/x +1",
    ),
    (
        "ec2",
        "ModifyVpcEndpointServicePermissions",
        {"AddAllowedPrincipals": f"arn:aws:iam::{OTHER}:root"},
        f"+ {OTHER}",
    ),
    ("redshift", "AuthorizeSnapshotAccess", {"accountWithRestoreAccess": OTHER}, f"+ {OTHER}"),
    (
        "ec2",
        "AuthorizeSecurityGroupIngress",
        {
            "groupId": "sg-1",
            "ipPermissions": items(
                {
                    "ipProtocol": "tcp",
                    "fromPort": 22,
                    "toPort": 22,
                    "ipRanges": items({"cidrIp": "0.0.0.0/0"}),
                }
            ),
        },
        "tcp 22 from 0.0.0.0/0",
    ),
    (
        "ec2",
        "AuthorizeSecurityGroupEgress",
        {"ipPermissions": items({"ipProtocol": "-1", "ipRanges": items({"cidrIp": "0.0.0.0/0"})})},
        "all to 0.0.0.0/0",
    ),
    (
        "ec2",
        "CreateNetworkAclEntry",
        {
            "aclProtocol": "6",
            "cidrBlock": "0.0.0.0/0",
            "egress": False,
            "portRange": {"from": 22, "to": 22},
            "ruleAction": "allow",
        },
        "tcp 22 from 0.0.0.0/0",
    ),
    (
        "ec2",
        "CreateNetworkAclEntry",
        {"aclProtocol": "-1", "cidrBlock": "0.0.0.0/0", "egress": True, "ruleAction": "allow"},
        "all to 0.0.0.0/0",
    ),
    (
        "lambda",
        "AddPermission20150331v2",
        {"action": "lambda:InvokeFunction", "principal": "*", "functionName": "f"},
        "* lambda:InvokeFunction",
    ),
    (
        "sns",
        "AddPermission",
        {"aWSAccountId": [OTHER], "actionName": ["Publish", "Subscribe"]},
        f"{OTHER} Publish +1",
    ),
    ("cloudtrail", "UpdateTrail", {"isMultiRegionTrail": False}, "other regions off"),
    (
        "ec2",
        "RunInstances",
        {"instanceType": "p2.xlarge", "instancesSet": items({"imageId": "ami-1", "maxCount": 10})},
        f"10 {TIMES} p2.xlarge",
    ),
    ("ssm", "GetParameter", {"name": "a", "withDecryption": True}, "decrypted"),
    ("ssm", "GetParameter", {"name": "a", "withDecryption": False}, ""),
    ("ssm", "GetParameters", {"names": ["a", "b"], "withDecryption": True}, "decrypted, 2 names"),
    ("iam", "AddUserToGroup", {"userName": "eve", "groupName": "Admins"}, "Admins"),
    (
        "iam",
        "AddRoleToInstanceProfile",
        {"roleName": "r", "instanceProfileName": "web"},
        "web",
    ),
    ("iam", "RemoveUserFromGroup", {"userName": "eve", "groupName": "Denied"}, "Denied"),
    (
        "ec2",
        "AssociateIamInstanceProfile",
        {"AssociateIamInstanceProfileRequest": {"IamInstanceProfile": {"Name": "admin"}}},
        "admin",
    ),
    (
        "ec2",
        "ReplaceIamInstanceProfileAssociation",
        {"iamInstanceProfile": {"arn": f"arn:aws:iam::{OWN}:instance-profile/admin"}},
        "instance-profile/admin",
    ),
    (
        "iam",
        "UpdateAccessKey",
        {"userName": "eve", "accessKeyId": KEY, "status": "Inactive"},
        f"Inactive {KEY}",
    ),
    ("iam", "DeleteAccessKey", {"userName": "eve", "accessKeyId": KEY}, KEY),
    ("iam", "SetDefaultPolicyVersion", {"policyArn": "p", "versionId": "v1"}, "v1"),
    ("iam", "DeleteRolePolicy", {"roleName": "r", "policyName": "deny-all"}, "deny-all"),
    (
        "iam",
        "DetachRolePolicy",
        {"roleName": "r", "policyArn": f"arn:aws:iam::{OWN}:policy/limits"},
        "limits",
    ),
    ("organizations", "DetachPolicy", {"policyId": "p-1", "targetId": "ou-1"}, "p-1"),
    (
        "eks",
        "AssociateAccessPolicy",
        {"policyArn": "arn:aws:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy"},
        "AmazonEKSClusterAdminPolicy",
    ),
    ("codebuild", "UpdateProjectVisibility", {"projectVisibility": "PUBLIC_READ"}, "PUBLIC_READ"),
    (
        "kms",
        "CreateGrant",
        {"granteePrincipal": f"arn:aws:iam::{OTHER}:role/x", "operations": ["Decrypt"]},
        f"Decrypt to {OTHER}:role/x",
    ),
    ("lambda", "CreateFunctionUrlConfig", {"authType": "NONE"}, "auth NONE"),
    ("rds", "ModifyDBInstance", {"publiclyAccessible": True}, "publicly accessible"),
    (
        "rds",
        "ModifyDBInstance",
        {"publiclyAccessible": True, "masterUserPassword": "****"},
        "publicly accessible, new password",
    ),
    ("rds", "CreateDBInstance", {"masterUserPassword": "****", "publiclyAccessible": False}, ""),
    ("redshift", "ModifyCluster", {"publiclyAccessible": "true"}, "publicly accessible"),
    ("ecs", "CreateCluster", {"clusterName": "c"}, ""),
    ("ssm", "StartSession", {"target": "i-1"}, ""),
    (
        "ssm",
        "StartSession",
        {
            "target": "i-1",
            "documentName": "AWS-StartPortForwardingSessionToRemoteHost",
            "parameters": {"host": ["db.internal"], "portNumber": ["5432"]},
        },
        "to db.internal:5432",
    ),
    ("ssm", "StartSession", {"parameters": {"portNumber": ["3389"]}}, "to port 3389"),
    (
        "ssm",
        "StartSession",
        {"documentName": "AWS-StartSSHSession", "parameters": "HIDDEN_DUE_TO_SECURITY_REASONS"},
        "AWS-StartSSHSession",
    ),
    (
        "ssm",
        "SendCommand",
        {"documentName": f"arn:aws:ssm:eu-west-1:{OTHER}:document/run", "instanceIds": ["i-1"]},
        "document/run",
    ),
    (
        "route53",
        "ChangeResourceRecordSets",
        zone(
            {"type": "A", "resourceRecords": [{"value": "192.0.2.7"}, {"value": "192.0.2.8"}]},
            {"type": "TXT"},
        ),
        "UPSERT login.example.com A 192.0.2.7 +1",
    ),
    (
        "route53",
        "ChangeResourceRecordSets",
        zone({"type": "A", "aliasTarget": {"dNSName": "elsewhere.example.net."}}),
        "UPSERT login.example.com A elsewhere.example.net",
    ),
    ("iam", "CreateUser", {"userName": "eve"}, ""),
    ("iam", "GetUser", {"userName": "eve"}, ""),
    ("iam", "AttachUserPolicy", None, ""),
]


@pytest.mark.parametrize(("source", "name", "params", "text"), NOTES)
def test_note(source: str, name: str, params: Any, text: str) -> None:
    assert note(source, name, params) == text


def test_a_call_that_failed_shows_what_it_tried() -> None:
    params = {"valuesToAdd": ["all"]}
    assert note("rds", "ModifyDBSnapshotAttribute", params, errorCode="AccessDenied") == "+ all"


def test_a_sign_in() -> None:
    assert note("signin", "ConsoleLogin", additionalEventData={"MFAUsed": "Yes"}) == "MFA"
    assert note("signin", "ConsoleLogin", additionalEventData={"MFAUsed": "No"}) == "no MFA"
    assert note("signin", "ConsoleLogin") == ""


def test_instances_that_started_are_counted() -> None:
    params = {"instanceType": "t3.nano", "instancesSet": items({"maxCount": 9})}
    answer = {"instancesSet": items({"instanceId": "i-1"}, {"instanceId": "i-2"})}
    assert note("ec2", "RunInstances", params, responseElements=answer) == f"2 {TIMES} t3.nano"
    odd = {"instanceType": "t3.nano", "instancesSet": items({"maxCount": "many"}, 7)}
    assert note("ec2", "RunInstances", odd) == f"1 {TIMES} t3.nano"


@pytest.mark.parametrize(
    ("name", "answer"),
    [
        ("AssumeRole", {"credentials": {"accessKeyId": KEY}}),
        ("AssumeRoleWithSAML", {"credentials": {"accessKeyId": KEY}}),
        ("GetSessionToken", {"credentials": {"accessKeyId": KEY}}),
        ("GetFederationToken", {"credentials": {"accessKeyId": KEY}}),
        ("CreateAccessKey", {"accessKey": {"accessKeyId": KEY, "userName": "eve"}}),
        ("GetRoleCredentials", {"roleCredentials": {"accessKeyId": KEY}}),
        ("AssumeRole", json.dumps({"credentials": {"accessKeyId": KEY}})),
    ],
)
def test_a_key_that_is_handed_out(name: str, answer: Any) -> None:
    assert new_key({"eventName": name, "responseElements": answer}) == KEY
    assert note("sts", name, responseElements=answer) == f"→ {KEY}"


@pytest.mark.parametrize(
    "name", ["CredentialChallenge", "CredentialVerification", "UserAuthentication"]
)
def test_the_factors_of_a_sign_in_to_identity_center(name: str) -> None:
    extra = {"AuthWorkflowID": "x", "CredentialType": "PASSWORD,TOTP"}
    assert note("signin", name, additionalEventData=extra) == "PASSWORD,TOTP"
    assert note("signin", name) == ""


def test_a_role_of_another_account() -> None:
    answer = {"credentials": {"accessKeyId": KEY}}
    theirs = {"roleArn": f"arn:aws:iam::{OTHER}:role/x", "roleSessionName": "s"}
    ours = {"roleArn": f"arn:aws:iam::{OWN}:role/x"}
    handed = {"responseElements": answer}
    assert note("sts", "AssumeRole", theirs, **handed) == f"→ {KEY} in {OTHER}"
    assert note("sts", "AssumeRole", ours, **handed) == f"→ {KEY}"
    assert note("sts", "AssumeRole", theirs, recipientAccountId=OTHER) == ""
    assert note("sts", "AssumeRole", theirs, recipientAccountId=None, **handed) == f"→ {KEY}"
    assert note("sts", "AssumeRole", {"roleArn": [theirs["roleArn"]]}) == f"in {OTHER}"
    assert note("sts", "AssumeRole", {"roleArn": "arn:aws:iam::x:role/x"}) == ""
    refused = "User: a is not authorized to perform: sts:AssumeRole on resource: "
    told = {"errorCode": "AccessDenied", "errorMessage": refused + theirs["roleArn"]}
    assert note("sts", "AssumeRole", None, **told) == f"in {OTHER}"


def test_a_session_of_roles_anywhere() -> None:
    answer = {"credentialSet": [{"credentials": {"accessKeyId": KEY}}]}
    assert note("rolesanywhere", "CreateSession", responseElements=answer) == f"→ {KEY}"
    assert not needs_note("s3express.amazonaws.com", "CreateSession")


@pytest.mark.parametrize(
    "answer", [None, "", "x", [], {}, {"credentials": None}, {"accessKey": []}]
)
def test_no_key(answer: Any) -> None:
    assert new_key({"responseElements": answer}) == ""


def test_every_note_is_announced() -> None:
    for source, name, params, text in NOTES:
        if text and "x-amz-acl" not in str(params):
            assert needs_note(f"{source}.amazonaws.com", name)
    assert not needs_note("s3.amazonaws.com", "PutObject")
    assert not needs_note("iam.amazonaws.com", "GetUser")
    assert not needs_note("rds.amazonaws.com", "DescribeDBInstances")


def test_a_note_is_bounded() -> None:
    long = note("iam", "AddUserToGroup", {"groupName": "g" * 5000})
    assert len(long) <= MAX_NOTE


shapes = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=4),
    lambda inner: (
        st.lists(inner, max_size=2)
        | st.dictionaries(st.sampled_from(["items", "add", "credentials", "Statement"]), inner)
    ),
    max_leaves=5,
)


@given(
    st.sampled_from([(source, name) for source, name, *_ in NOTES]),
    st.dictionaries(
        st.sampled_from(sorted({k for *_, p, _ in NOTES if isinstance(p, dict) for k in p})), shapes
    ),
    shapes,
)
def test_any_shape_survives(call: tuple[str, str], params: Any, answer: Any) -> None:
    assert isinstance(note(*call, params, responseElements=answer), str)
