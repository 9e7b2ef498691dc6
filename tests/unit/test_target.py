"""What an event acted on: each rule, and the shapes of values."""

from typing import Any

import pytest

from tui.core.rules.target import Target, shorten, target_of

OWN = "111122223333"


def record(source: str, name: str, params: Any = None, **more: Any) -> dict[str, Any]:
    return {
        "eventSource": f"{source}.amazonaws.com",
        "eventName": name,
        "requestParameters": params,
        "recipientAccountId": OWN,
        "userIdentity": {"type": "IAMUser", "userName": "alice", "accountId": OWN},
        **more,
    }


def name_of(source: str, name: str, params: Any = None, **more: Any) -> str:
    return target_of(record(source, name, params, **more)).name


def items(*members: Any) -> dict[str, Any]:
    return {"items": list(members)}


DENIED = {"errorCode": "AccessDenied"}


@pytest.mark.parametrize(
    ("value", "short"),
    [
        (f"arn:aws:iam::{OWN}:role/x", "role/x"),
        (f"arn:aws:iam::{OWN}:role/path/x", "role/path/x"),
        ("arn:aws:iam::aws:policy/AdministratorAccess", "policy/AdministratorAccess"),
        ("arn:aws:s3:::logs", "logs"),
        (f"arn:aws:secretsmanager:us-east-1:{OWN}:secret:db-AbC123", "db-AbC123"),
        (f"arn:aws:ssm:us-east-1:{OWN}:parameter/app/db", "/app/db"),
        (f"arn:aws:ssm:us-east-1:{OWN}:parameter/plain", "plain"),
        (f"arn:aws:logs:us-east-1:{OWN}:log-group:/app:*", "log-group:/app"),
        (f"https://sqs.us-east-1.amazonaws.com/{OWN}/jobs", "jobs"),
        ("arn%3Aaws%3Aiam%3A%3A111122223333%3Arole%2Fx", "role/x"),
        ("arn:broken", "arn:broken"),
        ("https://example.com/", "https://example.com/"),
        ("  padded ", "padded"),
        ("", ""),
        (" ", ""),
        ("HIDDEN_DUE_TO_SECURITY_REASONS", ""),
        ("****", ""),
        ('{"Version": "2012-10-17"}', ""),
        ("[P1] disk full", "[P1] disk full"),
        ("[2026] accounts", "[2026] accounts"),
        ("{prod} errors", "{prod} errors"),
        ("[1, 2]", ""),
        ('["a", "b"]', ""),
        ('[{"a": 1}', ""),
        ("{ $.errorCode = * }", ""),
        ("[REDACTED]", ""),
    ],
)
def test_shorten(value: str, short: str) -> None:
    assert shorten(value) == short


def test_what_is_very_long_is_cut_in_the_middle() -> None:
    short = shorten("a" * 500 + "z")
    assert len(short) == 200
    assert short[0] == "a"
    assert short[-1] == "z"
    assert "…" in short


OMITTED = {"reason": "requestParameters too large", "omitted": "true", "originalSize": "149893"}

RULES: list[tuple[str, str, str, Any, str]] = [
    ("0 omitted", "s3", "PutObject", OMITTED, "(omitted)"),
    ("0 label", "monitoring", "DeleteAlarms", {"alarmNames": ["[P1] cpu", "x"]}, "[P1] cpu +1"),
    (
        "0 wrapper and tag",
        "ec2",
        "DescribeNatGateways",
        {"DescribeNatGatewaysRequest": {"NatGatewayId": {"tag": 1, "content": "nat-1"}}},
        "nat-1",
    ),
    (
        "0 items",
        "ec2",
        "TerminateInstances",
        {
            "instancesSet": items(
                {"instanceId": "i-1"}, {"instanceId": "i-2"}, {"instanceId": "i-3"}
            )
        },
        "i-1 +2",
    ),
    ("0 version", "lambda", "GetFunction20150331v2", {"functionName": "resize"}, "resize"),
    ("0 text", "es", "CreateDomain", '{"domainName": "search"}', "search"),
    (
        "1 secret",
        "kms",
        "Decrypt",
        {
            "keyId": "alias/x",
            "encryptionContext": {
                "aws:other": "x",
                "SecretARN": f"arn:aws:secretsmanager:us-east-1:{OWN}:secret:db-AbC123",
            },
        },
        "db-AbC123",
    ),
    (
        "1 volume",
        "kms",
        "GenerateDataKeyWithoutPlaintext",
        {"encryptionContext": {"aws:ebs:id": "vol-1"}, "keyId": "alias/aws/ebs"},
        "vol-1",
    ),
    ("1 key", "kms", "Encrypt", {"encryptionContext": {"purpose": "x"}, "keyId": "k-1"}, "k-1"),
    (
        "2 role",
        "sts",
        "AssumeRole",
        {"roleSessionName": "s", "roleArn": f"arn:aws:iam::{OWN}:role/app"},
        "role/app",
    ),
    ("2 user", "iam", "AddUserToGroup", {"groupName": "Admins", "userName": "eve"}, "eve"),
    (
        "2 profile",
        "iam",
        "AddRoleToInstanceProfile",
        {"instanceProfileName": "p", "roleName": "r"},
        "r",
    ),
    ("2 key", "iam", "DeleteAccessKey", {"accessKeyId": "AKIAX", "userName": "eve"}, "eve"),
    (
        "2 tags",
        "ec2",
        "CreateTags",
        {"tagSet": items({"key": "a", "value": "b"}), "resourcesSet": items({"resourceId": "i-9"})},
        "i-9",
    ),
    (
        "2 command",
        "ssm",
        "SendCommand",
        {"documentName": "AWS-RunShellScript", "instanceIds": ["i-1", "i-2"]},
        "i-1 +1",
    ),
    ("2 session", "ssm", "StartSession", {"target": "i-1"}, "i-1"),
    ("2 selectors", "cloudtrail", "PutEventSelectors", {"trailName": "main"}, "main"),
    ("2 rule", "events", "PutTargets", {"targets": [{"id": "1"}], "rule": "nightly"}, "nightly"),
    (
        "2 flow logs",
        "ec2",
        "CreateFlowLogs",
        {"CreateFlowLogsRequest": {"ResourceId": {"tag": 1, "content": "vpc-1"}}},
        "vpc-1",
    ),
    ("3 bucket", "s3", "GetBucketAcl", {"acl": "", "bucketName": "logs", "Host": "h"}, "logs"),
    ("3 nothing", "s3", "ListBuckets", {"Host": "s3.amazonaws.com"}, "*"),
    ("5 earliest", "iam", "DetachRolePolicy", {"policyArn": "arn:x", "roleName": "app"}, "app"),
    (
        "5 longest",
        "rds",
        "ModifyDBSnapshotAttribute",
        {"attributeName": "restore", "dBSnapshotIdentifier": "s1", "valuesToAdd": ["all"]},
        "s1",
    ),
    ("5 plural", "ses", "GetIdentityVerificationAttributes", {"identities": ["a.com"]}, "a.com"),
    (
        "5 no policy text",
        "iam",
        "PutRolePolicy",
        {"policyDocument": "{}", "policyName": "inline", "roleName": "app"},
        "app",
    ),
    ("6 secret", "secretsmanager", "GetValue", {"x": "1", "versionId": "v", "secretId": "s"}, "s"),
    ("6 name", "cloudtrail", "StopLogging", {"name": "main"}, "main"),
    ("7 other", "route53resolver", "DoThing", {"firewallRuleGroupId": "rslvr-1"}, "rslvr-1"),
    (
        "8 filter",
        "ec2",
        "DescribeSubnets",
        {
            "subnetSet": {},
            "filterSet": items(
                {"name": "state", "valueSet": items({"value": "available"})},
                {"name": "vpc-id", "valueSet": items({"value": "vpc-1"}, {"value": "vpc-2"})},
            ),
        },
        "vpc-id=vpc-1 +1",
    ),
    (
        "8 key and values",
        "ssm",
        "DescribeInstanceInformation",
        {"filters": [{"key": "InstanceIds", "values": ["i-1"]}]},
        "InstanceIds=i-1",
    ),
    (
        "8 prefix",
        "logs",
        "DescribeLogGroups",
        {"logGroupNamePrefix": "/app"},
        "logGroupNamePrefix=/app",
    ),
    ("13 read", "ec2", "DescribeInstances", {"instancesSet": {}, "filterSet": {}}, "*"),
    ("13 read of nothing", "iam", "ListUsers", None, "*"),
    ("13 no read", "organizations", "LeaveOrganization", None, ""),
    ("2 alarm", "monitoring", "PutMetricAlarm", {"metricName": "m", "alarmName": "a"}, "a"),
    (
        "2 credential",
        "iam",
        "CreateServiceSpecificCredential",
        {"serviceName": "codecommit.amazonaws.com", "userName": "eve"},
        "eve",
    ),
    (
        "5 no filter",
        "ec2",
        "DeleteTrafficMirrorFilter",
        {"DeleteTrafficMirrorFilterRequest": {"TrafficMirrorFilterId": "tmf-1"}},
        "tmf-1",
    ),
    (
        "5 shortest",
        "guardduty",
        "UpdateIPSet",
        {"detectorId": "d-1", "ipSetId": "set-1"},
        "set-1",
    ),
    (
        "5 object",
        "config",
        "PutConfigurationRecorder",
        {"configurationRecorder": {"roleARN": "arn:x", "name": "default"}},
        "default",
    ),
    ("redacted", "x", "PutThing", {"thingName": "****", "groupId": "g-1"}, "g-1"),
    ("numbers", "organizations", "DescribeAccount", {"accountId": 111122223333}, OWN),
]


@pytest.mark.parametrize(("source", "name", "params", "target"), [r[1:] for r in RULES])
def test_rule(source: str, name: str, params: Any, target: str) -> None:
    assert name_of(source, name, params) == target


def test_the_object_of_a_bucket_is_a_second_part() -> None:
    params = {"bucketName": "logs", "key": "2026/01/31/x.gz"}
    assert target_of(record("s3", "GetObject", params)) == Target("logs", "2026/01/31/x.gz")
    assert target_of(record("glue", "GetObject", {**params, "name": "t"})).object == ""


CREATED: list[tuple[str, str, Any, Any, str]] = [
    ("ec2", "CreateVpc", {"cidrBlock": "10.0.0.0/16"}, {"vpc": {"vpcId": "vpc-1"}}, "vpc-1"),
    ("ec2", "CreateSnapshot", {"volumeId": "vol-1"}, {"snapshotId": "s-1", "volumeId": "v"}, "s-1"),
    ("ec2", "CreateImage", {"instanceId": "i-1"}, {"requestId": "r", "imageId": "ami-1"}, "ami-1"),
    ("ec2", "CreateSecurityGroup", {"groupName": "web"}, {"groupId": "sg-1"}, "sg-1"),
    ("ec2", "AllocateAddress", {}, {"publicIp": "192.0.2.1", "allocationId": "e-1"}, "e-1"),
    (
        "ec2",
        "CreateNatGateway",
        {"CreateNatGatewayRequest": {"SubnetId": "subnet-1"}},
        {"CreateNatGatewayResponse": {"natGateway": {"subnetId": "s", "natGatewayId": "nat-1"}}},
        "nat-1",
    ),
    (
        "ec2",
        "RunInstances",
        {"instancesSet": items({"imageId": "ami-1"})},
        {"instancesSet": items({"instanceId": "i-1"}, {"instanceId": "i-2"})},
        "i-1 +1",
    ),
    ("kms", "CreateKey", {"description": "x"}, {"keyMetadata": {"keyId": "k-1"}}, "k-1"),
    (
        "elasticloadbalancing",
        "CreateLoadBalancer",
        {"name": "web"},
        {"loadBalancers": [{"loadBalancerArn": "lb-1", "vpcId": "v"}]},
        "lb-1",
    ),
    ("guardduty", "CreateDetector", {"enable": True}, {"detectorId": "d-1"}, "d-1"),
    ("apigateway", "CreateApi", {"name": "shop"}, {"apiId": "a1", "name": "shop"}, "a1"),
    ("apigateway", "CreateRestApi", {"name": "shop"}, {"id": "r1", "name": "shop"}, "r1"),
]


@pytest.mark.parametrize(("source", "name", "params", "answer", "target"), CREATED)
def test_rule_4_the_new_thing_is_in_the_answer(
    source: str, name: str, params: Any, answer: Any, target: str
) -> None:
    assert name_of(source, name, params, responseElements=answer) == target


def test_rule_4_a_failed_creation_has_no_new_thing() -> None:
    answer = {"vpc": {"vpcId": "vpc-1"}}
    assert name_of(
        "ec2", "CreateSubnet", {"vpcId": "vpc-1"}, responseElements=answer, **DENIED
    ) == ("vpc-1")
    assert name_of("ec2", "CreateVpc", {}, responseElements=answer, **DENIED) == ""
    image = {"instancesSet": items({"imageId": "ami-1"})}
    assert name_of("ec2", "RunInstances", image, **DENIED) == "ami-1"


def test_rule_9_resources() -> None:
    resources = [{"ARN": f"arn:aws:kms:us-east-1:{OWN}:key/1"}, {"ARN": "arn:x"}]
    assert name_of("kms", "Decrypt", None, resources=resources) == "key/1"
    assert name_of("kms", "Decrypt", None, resources=["x"]) == ""


@pytest.mark.parametrize(
    ("name", "message", "target"),
    [
        ("AssumeRole", f"on resource: arn:aws:iam::{OWN}:role/app", "role/app"),
        ("StopLogging", f"on resource: arn:aws:x:r:{OWN}:trail/t because no policy", "trail/t"),
        ("AttachUserPolicy", "on resource: user eve because no policy", "user eve"),
        ("GetSecretValue", "on resource: prod/db because no policy", "prod/db"),
        ("GetSecretValue", "on resource: * because no policy", "*"),
        ("CreateUser", "on resource: user  because no policy", ""),
        ("CreateVolume", f"on resource: arn:aws:ec2:r:{OWN}:volume/*", "volume/*"),
        ("ListRoles", f"on resource: arn:aws:iam::{OWN}:role/", "*"),
        ("LeaveOrganization", "on resource: * because", ""),
    ],
)
def test_rule_10_a_refusal_names_the_resource(name: str, message: str, target: str) -> None:
    told = f"User: arn:aws:iam::{OWN}:user/eve is not authorized to perform: x:{name} {message}"
    assert name_of("sts", name, None, errorMessage=told, **DENIED) == target
    assert name_of("sts", name, None, responseElements={"message": told}, **DENIED) == target


def test_rule_11_service_events_and_additional_data() -> None:
    arn = f"arn:aws:secretsmanager:us-east-1:{OWN}:secret:db-AbC123"
    assert name_of("secretsmanager", "RotationStarted", additionalEventData={"ARN": arn}) == (
        "db-AbC123"
    )
    details = {"createAccountStatus": {"state": "SUCCEEDED", "accountId": "444455556666"}}
    assert name_of("organizations", "CreateAccountResult", serviceEventDetails=details) == (
        "444455556666"
    )
    assert name_of("kms", "RotateKey", serviceEventDetails={"keyId": "k-1"}) == "k-1"


def test_rule_11_the_portal_of_identity_center() -> None:
    entered = {"role_name": "AdministratorAccess", "account_id": "444455556666"}
    assert name_of("sso", "GetRoleCredentials", serviceEventDetails=entered) == (
        "AdministratorAccess"
    )
    assert name_of("sso", "Federate", serviceEventDetails=entered) == "AdministratorAccess"
    asked = {"account_id": "444455556666"}
    assert name_of("sso", "ListAccountRoles", serviceEventDetails=asked) == "444455556666"
    assert name_of("sso", "ListAccounts") == "*"
    assert name_of("sso", "GetRoleCredentials", {"roleName": "Audit"}) == "Audit"


def test_an_insight_is_about_a_call() -> None:
    details = {"state": "Start", "eventSource": "iam.amazonaws.com", "eventName": "PutRolePolicy"}
    assert target_of({"insightDetails": details}).name == "iam:PutRolePolicy"


@pytest.mark.parametrize(
    ("source", "name"),
    [
        ("iam", "GetUser"),
        ("iam", "CreateAccessKey"),
        ("iam", "ListAccessKeys"),
        ("signin", "ConsoleLogin"),
        ("signin", "EmailUpdated"),
        ("sts", "GetCallerIdentity"),
    ],
)
def test_rule_12_a_call_about_oneself(source: str, name: str) -> None:
    assert name_of(source, name) == "(self) alice"


def test_rule_12_who_signs_in_to_identity_center() -> None:
    number = "544894e8-80c1-707f-60e3-3ba6510dfac1"
    who = {"type": "IdentityCenterUser", "onBehalfOf": {"userId": number}}
    extra = {"AuthWorkflowID": "x", "UserName": "bob@example.com", "CredentialType": "PASSWORD"}
    told = {"userIdentity": who, "additionalEventData": extra}
    assert name_of("signin", "CredentialChallenge", **told) == "(self) bob@example.com"
    extra["UserName"] = "HIDDEN_DUE_TO_SECURITY_REASONS"
    assert name_of("signin", "CredentialChallenge", **told) == f"(self) {number}"
