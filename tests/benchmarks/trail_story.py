"""The sample's story: a leaked key of a build user, from the first probe to the repair."""

from __future__ import annotations

from typing import Any

import orjson

from tests.benchmarks.trail_cast import (
    ATTACKER,
    BOTO,
    BROWSER,
    CLI,
    CONSOLE,
    DATA,
    HOME,
    NORTH,
    OFFICE,
    OUTSIDE,
    PROD,
    SECOND_HOP,
    WEST,
    Actor,
    Json,
    Scribe,
    at,
    role,
    stamp,
    user,
)  # fmt: skip
from tests.benchmarks.trail_regions import GLOBAL

CI = user("ci-deploy", "AKIACIDEPLOY7EXAMPLE", OFFICE, CLI)
STOLEN = CI.moved(ATTACKER, BOTO)
SESSION_KEY, USER_KEY, FAR_KEY = (
    "ASIAATTACKER7EXAMPLE", "AKIABACKDOOR7EXAMPLE", "ASIAFARSIDE77EXAMPLE",
)  # fmt: skip
DEPLOYER = role("deploy-admin", "ci-run-4711", SESSION_KEY, ATTACKER, BOTO, at(31, "02:12:40"))
BACKDOOR = user("svc-metrics-sync", USER_KEY, SECOND_HOP, CLI)
FAR_SIDE = role(
    "DataLakeAdmin", "metrics", FAR_KEY, SECOND_HOP, CLI, at(31, "02:58:20"), account=DATA
)
ALICE = role(
    "AWSReservedSSO_AdministratorAccess_0123456789abcdef", "alice@example.com",
    "ASIAALICE777EXAMPLES", "203.0.113.40", CONSOLE, at(31, "06:31:00"), mfa=True, console=True,
)  # fmt: skip

_PROBES = (
    "iam:ListUsers", "iam:ListRoles", "iam:GetAccountAuthorizationDetails", "iam:ListAccessKeys",
    "iam:GetAccountSummary", "s3:ListBuckets", "ec2:DescribeInstances", "ec2:DescribeSnapshots",
    "ec2:DescribeSecurityGroups", "ec2:GetPasswordData", "rds:DescribeDBInstances",
    "rds:DescribeDBSnapshots", "secretsmanager:ListSecrets", "ssm:DescribeParameters",
    "ssm:DescribeInstanceInformation", "lambda:ListFunctions20150331", "kms:ListKeys",
    "kms:ListAliases", "dynamodb:ListTables", "organizations:DescribeOrganization",
    "organizations:ListAccounts", "cloudtrail:DescribeTrails", "guardduty:ListDetectors",
    "config:DescribeConfigurationRecorders", "logs:DescribeLogGroups", "sns:ListTopics",
    "sqs:ListQueues", "ses:GetSendQuota", "ses:ListIdentities", "ecr:DescribeRepositories",
    "eks:ListClusters", "ecs:ListClusters", "es:ListDomainNames", "route53:ListHostedZones",
    "cloudformation:ListStacks", "redshift:DescribeClusters", "sagemaker:ListNotebookInstances",
    "bedrock:ListFoundationModels", "lightsail:GetInstances", "servicequotas:ListServiceQuotas",
    "support:DescribeCases", "ce:GetCostAndUsage", "glue:GetDatabases", "athena:ListWorkGroups",
    "apigateway:GetRestApis", "wafv2:ListWebACLs", "backup:ListBackupVaults",
)  # fmt: skip
_ALLOWED_PROBES = {
    "s3:ListBuckets",
    "ecr:DescribeRepositories",
    "ecs:ListClusters",
    "iam:ListRoles",
}


def policy(*statements: Json) -> Json:
    """A policy document."""
    return {"Version": "2012-10-17", "Statement": list(statements)}


def text(document: Any) -> str:
    """JSON as the string that a request carries."""
    return orjson.dumps(document).decode()


def tell(scribe: Scribe) -> None:
    """Writes the whole story."""
    _root_by_day(scribe)
    _probe(scribe)
    _take_the_role(scribe)
    _read_secrets(scribe)
    _stay(scribe)
    _blind(scribe)
    _open_up(scribe)
    _console(scribe)
    _cross_over(scribe)
    _repair(scribe)


def _root_by_day(s: Scribe) -> None:
    identity = {
        "type": "Root", "principalId": PROD, "arn": f"arn:aws:iam::{PROD}:root",
        "accountId": PROD, "accessKeyId": "",
    }  # fmt: skip
    root = Actor(identity, "203.0.113.9", BROWSER)
    sign_in(s, at(30, "16:40:12"), root, "Success", mfa=False)
    signed_in = Actor(identity | {"accessKeyId": "ASIAROOTUSER7EXAMPLE"}, "203.0.113.9", CONSOLE,
                      console=True)  # fmt: skip
    s.write(at(30, "16:41:05"), signed_in, "iam:GetAccountSummary")
    s.write(at(30, "16:43:31"), signed_in, "iam:UpdateAccountPasswordPolicy",
            {"minimumPasswordLength": 8, "requireSymbols": False, "hardExpiry": False})  # fmt: skip
    s.write(at(30, "16:44:02"), signed_in, "billingconsole:GetBillsForBillingPeriod")


def sign_in(s: Scribe, when: Any, who: Actor, result: str, *, mfa: bool) -> Json:
    """A ConsoleLogin; a failed one has no errorCode, as AWS writes it."""
    return s.write(
        when, who, "signin:ConsoleLogin", None, {"ConsoleLogin": result},
        message="Failed authentication" if result == "Failure" else "",
        eventType="AwsConsoleSignIn", readOnly=False,
        additionalEventData={
            "LoginTo": "https://console.aws.amazon.com/console/home?region=us-east-1",
            "MobileVersion": "No", "MFAUsed": "Yes" if mfa else "No",
        },
    )  # fmt: skip


def _probe(s: Scribe) -> None:
    when = at(31, "02:04:11")
    s.write(when, STOLEN, "sts:GetCallerIdentity")
    for region in (HOME, NORTH):
        for call in _PROBES:
            if region != HOME and call.split(":")[0] in GLOBAL:
                continue
            when = s.shortly(when, 1, 4)
            name = call.split(":")[1]
            request = {"maxResults": 100} if name.startswith(("List", "Describe")) else None
            if call in _ALLOWED_PROBES:
                s.write(when, STOLEN, call, None, region=region)
            elif s.rng.random() < 0.08:
                s.write(when, STOLEN, call, request, error="ThrottlingException", region=region)
            else:
                error = "AccessDenied"
                if call.startswith("ec2:"):
                    error = "Client.UnauthorizedOperation"
                elif call.split(":")[0] in {"kms", "dynamodb", "eks", "ecs", "es"}:
                    error = "AccessDeniedException"
                s.write(when, STOLEN, call, request, error=error, region=region)
    bucket = {"bucketName": "example-customer-exports",
              "Host": "example-customer-exports.s3.us-east-1.amazonaws.com"}  # fmt: skip
    for name, code in (
        ("GetBucketPolicy", "NoSuchBucketPolicy"),
        ("GetBucketLifecycle", "NoSuchLifecycleConfiguration"),
        ("GetBucketCors", "NoSuchCORSConfiguration"),
        ("GetBucketAcl", ""),
    ):
        when = s.shortly(when)
        message = "The bucket policy does not exist" if code == "NoSuchBucketPolicy" else code
        s.write(when, STOLEN, f"s3:{name}", bucket, error=code, message=message)


def _take_the_role(s: Scribe) -> None:
    arn = f"arn:aws:iam::{PROD}:role/"
    for clock, name in (("02:11:02", "OrganizationAccountAccessRole"), ("02:11:31", "admin")):
        s.write(
            at(31, clock), STOLEN, "sts:AssumeRole", None, error="AccessDenied",
            message=f"User: {STOLEN.identity['arn']} is not authorized to perform: "
            f"sts:AssumeRole on resource: {arn}{name}",
        )  # fmt: skip
    s.write(
        at(31, "02:12:40"), STOLEN, "sts:AssumeRole",
        {"roleArn": f"{arn}deploy-admin", "roleSessionName": "ci-run-4711",
         "durationSeconds": 43200},
        credentials(SESSION_KEY, f"arn:aws:sts::{PROD}:assumed-role/deploy-admin/ci-run-4711"),
        resources=[{"accountId": PROD, "type": "AWS::IAM::Role", "ARN": f"{arn}deploy-admin"}],
    )  # fmt: skip
    s.write(at(31, "02:12:52"), DEPLOYER, "sts:GetCallerIdentity")


def credentials(key: str, arn: str) -> Json:
    """What STS answers; the token is plainly no token."""
    return {
        "credentials": {
            "accessKeyId": key,
            "sessionToken": "FAKE-SESSION-TOKEN-FOR-THE-SAMPLE-TRAIL//////////EXAMPLE==",
            "expiration": "Jan 31, 2026, 2:12:40 PM",
        },
        "assumedRoleUser": {"assumedRoleId": "AROADEPLOYAD7EXAMPLE:session", "arn": arn},
    }


def _read_secrets(s: Scribe) -> None:
    when = at(31, "02:13:05")
    s.write(when, DEPLOYER, "secretsmanager:ListSecrets", {"maxResults": 100})
    through = Actor(
        DEPLOYER.identity | {"invokedBy": "secretsmanager.amazonaws.com"},
        "secretsmanager.amazonaws.com", "secretsmanager.amazonaws.com",
    )  # fmt: skip
    for name in ("prod/db/master", "prod/stripe/live", "prod/jwt/signing", "prod/smtp", "prod/sso"):
        when = s.shortly(when)
        arn = f"arn:aws:secretsmanager:us-east-1:{PROD}:secret:{name}-AbCdEf"
        s.write(when, DEPLOYER, "secretsmanager:GetSecretValue", {"secretId": name})
        s.write(
            when, through, "kms:Decrypt",
            {"encryptionContext": {"SecretARN": arn, "SecretVersionId": s.uuid()},
             "encryptionAlgorithm": "SYMMETRIC_DEFAULT"},
            resources=[{"accountId": PROD, "type": "AWS::KMS::Key",
                        "ARN": f"arn:aws:kms:us-east-1:{PROD}:key/{s.uuid()}"}],
        )  # fmt: skip
    for name in ("/prod/api/token", "/prod/db/password"):
        when = s.shortly(when)
        s.write(when, DEPLOYER, "ssm:GetParameter", {"name": name, "withDecryption": True})
    when = s.shortly(when)
    s.write(when, DEPLOYER, "ssm:GetParametersByPath",
            {"path": "/prod", "recursive": True, "withDecryption": True})  # fmt: skip


def _stay(s: Scribe) -> None:
    name = "svc-metrics-sync"
    arn = f"arn:aws:iam::{PROD}:user/{name}"
    s.write(at(31, "02:18:00"), DEPLOYER, "iam:CreateUser", {"userName": name},
            {"user": {"path": "/", "userName": name, "userId": "AIDASVCMETRI7EXAMPLE", "arn": arn,
                      "createDate": "Jan 31, 2026, 2:18:00 AM"}})  # fmt: skip
    s.write(at(31, "02:18:09"), DEPLOYER, "iam:CreateAccessKey", {"userName": name},
            {"accessKey": {"userName": name, "accessKeyId": USER_KEY, "status": "Active",
                           "createDate": "Jan 31, 2026, 2:18:09 AM"}})  # fmt: skip
    s.write(at(31, "02:18:20"), DEPLOYER, "iam:AttachUserPolicy",
            {"userName": name,
             "policyArn": "arn:aws:iam::aws:policy/AdministratorAccess"})  # fmt: skip
    s.write(at(31, "02:18:44"), DEPLOYER, "iam:CreateLoginProfile",
            {"userName": name, "passwordResetRequired": False},
            {"loginProfile": {"userName": name, "passwordResetRequired": False}})  # fmt: skip
    everything = policy({"Effect": "Allow", "Action": "*", "Resource": "*"})
    s.write(at(31, "02:19:30"), DEPLOYER, "iam:PutUserPolicy",
            {"userName": name, "policyName": "sync",
             "policyDocument": text(everything)})  # fmt: skip
    trust = policy({"Effect": "Allow", "Action": "sts:AssumeRole",
                    "Principal": {"AWS": f"arn:aws:iam::{OUTSIDE}:root"}})  # fmt: skip
    s.write(at(31, "02:20:11"), DEPLOYER, "iam:UpdateAssumeRolePolicy",
            {"roleName": "deploy-admin", "policyDocument": text(trust)})  # fmt: skip
    s.write(at(31, "02:21:02"), BACKDOOR.moved(ATTACKER), "sts:GetCallerIdentity")


def _blind(s: Scribe) -> None:
    trail = f"arn:aws:cloudtrail:us-east-1:{PROD}:trail/org-trail"
    s.write(at(31, "02:24:00"), BACKDOOR, "cloudtrail:DescribeTrails", {"trailNameList": []})
    s.write(at(31, "02:24:18"), BACKDOOR, "cloudtrail:StopLogging", {"name": trail})
    s.write(at(31, "02:24:39"), BACKDOOR, "cloudtrail:DeleteTrail", {"name": trail},
            error="AccessDenied")  # fmt: skip
    s.write(at(31, "02:25:02"), BACKDOOR, "cloudtrail:PutEventSelectors",
            {"trailName": "org-trail", "eventSelectors": [
                {"readWriteType": "WriteOnly", "includeManagementEvents": False}]})  # fmt: skip
    s.write(at(31, "02:25:40"), BACKDOOR, "guardduty:UpdateDetector",
            {"detectorId": "12abc34d567e8fa901bc2d34eexample", "enable": False})  # fmt: skip
    s.write(at(31, "02:26:10"), BACKDOOR, "ec2:DeleteFlowLogs",
            {"DeleteFlowLogsRequest": {"FlowLogId": {"tag": 1, "content": "fl-0aabbccddeeff0011"}}},
            {"DeleteFlowLogsResponse": {"unsuccessful": "", "requestId": s.uuid()}})  # fmt: skip
    s.write(at(31, "02:26:55"), BACKDOOR, "organizations:LeaveOrganization", error="AccessDenied")


def _open_up(s: Scribe) -> None:
    host = {"bucketName": "example-customer-exports",
            "Host": "example-customer-exports.s3.us-east-1.amazonaws.com"}  # fmt: skip
    s.write(at(31, "02:30:02"), BACKDOOR, "s3:PutBucketPublicAccessBlock",
            host | {"publicAccessBlock": "", "PublicAccessBlockConfiguration": {
                "BlockPublicAcls": False, "IgnorePublicAcls": False, "BlockPublicPolicy": False,
                "RestrictPublicBuckets": False}})  # fmt: skip
    public = policy({"Sid": "Share", "Effect": "Allow", "Principal": "*",
                     "Action": ["s3:GetObject", "s3:ListBucket"],
                     "Resource": ["arn:aws:s3:::example-customer-exports",
                                  "arn:aws:s3:::example-customer-exports/*"]})  # fmt: skip
    s.write(at(31, "02:30:20"), BACKDOOR, "s3:PutBucketPolicy",
            host | {"policy": "", "bucketPolicy": public})  # fmt: skip
    domain = f"arn:aws:es:us-west-1:{PROD}:domain/orders-search"
    access = text(policy({"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "es:*",
                          "Resource": f"{domain}/*"}))  # fmt: skip
    s.write(
        at(31, "02:33:10"), BACKDOOR, "es:UpdateDomainConfig",
        {"domainName": "orders-search", "accessPolicies": access},
        {"domainConfig": {"accessPolicies": {"options": access, "status": {
            "state": "Processing", "pendingDeletion": False, "updateVersion": 17}}}},
        region=WEST,
    )  # fmt: skip
    snapshot = "snap-0123456789abcdef0"
    s.write(at(31, "02:35:00"), BACKDOOR, "ec2:CreateSnapshot",
            {"volumeId": "vol-0fedcba9876543210"},
            {"requestId": s.uuid(), "snapshotId": snapshot, "status": "pending"})  # fmt: skip
    for clock, items in (
        ("02:36:12", [{"userId": OUTSIDE}]),
        ("02:36:50", [{"group": "all"}]),
    ):
        s.write(at(31, clock), BACKDOOR, "ec2:ModifySnapshotAttribute",
                {"snapshotId": snapshot, "attributeType": "CREATE_VOLUME_PERMISSION",
                 "createVolumePermission": {"add": {"items": items}}},
                {"requestId": s.uuid(), "_return": True})  # fmt: skip
    s.write(at(31, "02:38:05"), BACKDOOR, "rds:ModifyDBSnapshotAttribute",
            {"dBSnapshotIdentifier": "orders-final", "attributeName": "restore",
             "valuesToAdd": [OUTSIDE]})  # fmt: skip
    s.write(
        at(31, "02:40:00"), BACKDOOR, "ec2:AuthorizeSecurityGroupIngress",
        {"groupId": "sg-0a1b2c3d4e5f60718", "ipPermissions": {"items": [
            {"ipProtocol": "tcp", "fromPort": 22, "toPort": 22, "groups": {},
             "ipRanges": {"items": [{"cidrIp": "0.0.0.0/0"}]}, "ipv6Ranges": {},
             "prefixListIds": {}}]}},
        {"requestId": s.uuid(), "_return": True}, region=NORTH,
    )  # fmt: skip
    s.write(
        at(31, "02:42:00"), BACKDOOR, "ec2:RunInstances",
        {"instancesSet": {"items": [
            {"imageId": "ami-0abcdef1234567890", "minCount": 10, "maxCount": 10}]},
         "instanceType": "p2.xlarge", "userData": "<sensitiveDataRemoved>"},
        error="Client.VcpuLimitExceeded",
        message="You have requested more vCPU capacity than your current vCPU limit of 0 allows",
        region=NORTH,
    )  # fmt: skip
    function = "orders-webhook"
    s.write(at(31, "02:44:00"), BACKDOOR, "lambda:CreateFunctionUrlConfig",
            {"functionName": function, "authType": "NONE"},
            {"functionUrl": "https://example.lambda-url.us-east-1.on.aws/",
             "authType": "NONE"})  # fmt: skip
    statement = {"Sid": "url", "Effect": "Allow", "Principal": "*",
                 "Action": "lambda:InvokeFunctionUrl",
                 "Resource": f"arn:aws:lambda:us-east-1:{PROD}:function:{function}"}  # fmt: skip
    s.write(at(31, "02:44:09"), BACKDOOR, "lambda:AddPermission20150331v2",
            {"functionName": function, "statementId": "url", "principal": "*",
             "action": "lambda:InvokeFunctionUrl"}, {"statement": text(statement)})  # fmt: skip
    s.write(at(31, "02:47:00"), BACKDOOR, "ssm:SendCommand",
            {"reason": "requestParameters too large", "omitted": "true", "originalSize": "149893"},
            {"command": {"commandId": s.uuid(), "status": "Pending"}})  # fmt: skip


def _console(s: Scribe) -> None:
    identity = {k: v for k, v in BACKDOOR.identity.items() if k != "accessKeyId"}
    browser = Actor(identity | {"accessKeyId": ""}, SECOND_HOP, BROWSER)
    for clock in ("02:50:05", "02:50:31", "02:51:10"):
        sign_in(s, at(31, clock), browser, "Failure", mfa=False)
    sign_in(s, at(31, "02:52:00"), browser, "Success", mfa=False)
    session = {"sessionContext": {"sessionIssuer": {}, "webIdFederationData": {}, "attributes": {
        "creationDate": stamp(at(31, "02:52:00")), "mfaAuthenticated": "false"}}}  # fmt: skip
    inside = Actor(identity | {"accessKeyId": "ASIACONSOLE77EXAMPLE"} | session, SECOND_HOP,
                   CONSOLE, console=True)  # fmt: skip
    when = at(31, "02:52:20")
    for call in ("s3:ListBuckets", "ce:GetCostAndUsage", "iam:ListUsers", "ec2:DescribeRegions"):
        when = s.shortly(when)
        s.write(when, inside, call)


def _cross_over(s: Scribe) -> None:
    arn = f"arn:aws:iam::{DATA}:role/DataLakeAdmin"
    request = {"roleArn": arn, "roleSessionName": "metrics"}
    answer = credentials(FAR_KEY, f"arn:aws:sts::{DATA}:assumed-role/DataLakeAdmin/metrics")
    shared = s.uuid()
    resources = [{"accountId": DATA, "type": "AWS::IAM::Role", "ARN": arn}]
    when = at(31, "02:58:20")
    s.write(when, BACKDOOR, "sts:AssumeRole", request, answer, resources=resources,
            sharedEventID=shared)  # fmt: skip
    outside = Actor(
        {"type": "AWSAccount", "principalId": BACKDOOR.identity["principalId"], "accountId": PROD},
        SECOND_HOP, CLI, account=DATA,
    )  # fmt: skip
    s.write(when, outside, "sts:AssumeRole", request, answer, resources=resources,
            sharedEventID=shared)  # fmt: skip
    for call in ("s3:ListBuckets", "glue:GetDatabases", "athena:ListWorkGroups", "kms:ListKeys"):
        when = s.shortly(when)
        s.write(when, FAR_SIDE, call)
    for number in range(24):
        when = s.shortly(when, 1, 3)
        key = f"customers/2026/part-{number:05d}.parquet"
        s.write(
            when, FAR_SIDE, "s3:GetObject",
            {"bucketName": "example-data-lake", "key": key,
             "Host": "example-data-lake.s3.us-east-1.amazonaws.com"},
            additionalEventData={"bytesTransferredOut": 41_943_040 + number,
                                 "AuthenticationMethod": "AuthHeader"},
            resources=[{"type": "AWS::S3::Object", "ARN": f"arn:aws:s3:::example-data-lake/{key}"}],
        )  # fmt: skip
    s.write(s.shortly(when), FAR_SIDE, "logs:DeleteLogGroup",
            {"logGroupName": "/aws/datalake/access"})  # fmt: skip


def _repair(s: Scribe) -> None:
    sign_in(
        s, at(31, "06:31:00"), Actor(ALICE.identity, ALICE.address, BROWSER), "Success", mfa=True
    )
    steps: tuple[tuple[str, Json], ...] = (
        ("cloudtrail:LookupEvents", {"maxResults": 50, "lookupAttributes": [
            {"attributeKey": "AccessKeyId", "attributeValue": CI.identity["accessKeyId"]}]}),
        ("iam:UpdateAccessKey", {"userName": "ci-deploy", "status": "Inactive",
                                 "accessKeyId": CI.identity["accessKeyId"]}),
        ("iam:DeleteAccessKey", {"userName": "svc-metrics-sync", "accessKeyId": USER_KEY}),
        ("iam:DetachUserPolicy", {"userName": "svc-metrics-sync",
                                  "policyArn": "arn:aws:iam::aws:policy/AdministratorAccess"}),
        ("cloudtrail:StartLogging", {"name": "org-trail"}),
        ("s3:DeleteBucketPolicy", {"bucketName": "example-customer-exports"}),
        ("ec2:RevokeSecurityGroupIngress", {"groupId": "sg-0a1b2c3d4e5f60718"}),
    )  # fmt: skip
    when = at(31, "06:33:00")
    for call, request in steps:
        s.write(when, ALICE, call, request)
        when = s.shortly(when, 20, 90)
