"""Records of the sample that show a shape: AWS's documented examples, each kind of identity, odds.

The documented ones keep the fields and values of AWS's developer guides (OpenSearch Service,
OpenSearch Serverless, OpsWorks Stacks, Kendra: "Logging API calls with AWS CloudTrail"); only
their dates are moved into the sample's two days.
"""

from __future__ import annotations

import base64
from typing import Any
from urllib.parse import quote

from tests.benchmarks.trail_cast import (
    BROWSER,
    CLI,
    CONSOLE,
    DATA,
    HOME,
    NORTH,
    PROD,
    TERRAFORM,
    WEST,
    Actor,
    Json,
    Scribe,
    at,
    role,
    service,
    stamp,
)  # fmt: skip
from tests.benchmarks.trail_story import credentials, policy, text

_OPENSEARCH = ("CreateDomain", "clusterConfig", "m4.large.search", "engineVersion",
               "OpenSearch_1.0")  # fmt: skip
_ELASTICSEARCH = ("CreateElasticsearchDomain", "elasticsearchClusterConfig",
                  "m4.large.elasticsearch", "elasticsearchVersion", "6.3")  # fmt: skip


def show(scribe: Scribe) -> None:
    """Writes them all."""
    for minute, names in ((5, _OPENSEARCH), (25, _ELASTICSEARCH)):
        scribe.records.append(_domain(minute, *names))
    scribe.records += [_collection(), *_opsworks(), _kendra(scribe)]
    _identities(scribe)
    _encodings(scribe)
    _odds(scribe)


def _domain(minute: int, name: str, cluster: str, kind: str, version: str, engine: str) -> Json:
    """CreateDomain and CreateElasticsearchDomain differ in a few names only."""
    arn = f"arn:aws:es:us-west-1:{DATA}:domain/test-domain"

    def access(principal: Any, action: Any) -> str:
        statement = {"Effect": "Allow", "Principal": {"AWS": principal}, "Action": action,
                     "Resource": f"{arn}/*"}  # fmt: skip
        return text(policy(statement))

    storage = {"eBSEnabled": True, "volumeSize": 10, "volumeType": "gp2"}
    advanced = {"rest.action.multi.allow_explicit_index": "true"}
    return {
        "eventVersion": "1.05",
        "userIdentity": {
            "type": "IAMUser",
            "principalId": "AIDACKCEVSQ6C2EXAMPLE",
            "arn": f"arn:aws:iam::{DATA}:user/test-user",
            "accountId": DATA,
            "accessKeyId": "access-key",
            "userName": "test-user",
            "sessionContext": {
                "attributes": {
                    "mfaAuthenticated": "false",
                    "creationDate": stamp(at(30, "21:59:11")),
                }
            },
            "invokedBy": "signin.amazonaws.com",
        },
        "eventTime": stamp(at(30, f"22:{minute:02d}:05")),
        "eventSource": "es.amazonaws.com",
        "eventName": name,
        "awsRegion": WEST,
        "sourceIPAddress": "123.123.123.123",
        "userAgent": "signin.amazonaws.com",
        "requestParameters": {
            version: engine,
            cluster: {"instanceType": kind, "instanceCount": 1},
            "snapshotOptions": {"automatedSnapshotStartHour": 0},
            "domainName": "test-domain",
            "encryptionAtRestOptions": {},
            "eBSOptions": storage,
            "accessPolicies": access([DATA], ["es:*"]),
            "advancedOptions": advanced,
        },
        "responseElements": {
            "domainStatus": {
                "created": True,
                cluster: {
                    "zoneAwarenessEnabled": False,
                    "instanceType": kind,
                    "dedicatedMasterEnabled": False,
                    "instanceCount": 1,
                },
                "cognitoOptions": {"enabled": False},
                "encryptionAtRestOptions": {"enabled": False},
                "advancedOptions": advanced,
                "upgradeProcessing": False,
                "snapshotOptions": {"automatedSnapshotStartHour": 0},
                "eBSOptions": storage,
                version: engine,
                "processing": True,
                "aRN": arn,
                "domainId": f"{DATA}/test-domain",
                "deleted": False,
                "domainName": "test-domain",
                "accessPolicies": access(f"arn:aws:iam::{DATA}:root", "es:*"),
            }
        },
        "requestID": "12345678-1234-1234-1234-987654321098",
        "eventID": "87654321-4321-4321-4321-987654321098",
        "eventType": "AwsApiCall",
        "recipientAccountId": DATA,
    }


def _collection() -> Json:
    """A refused CreateCollection of OpenSearch Serverless."""
    return {
        "eventVersion": "1.08",
        "userIdentity": {
            "type": "AssumedRole",
            "principalId": "AIDACKCEVSQ6C2EXAMPLE",
            "arn": f"arn:aws:iam::{DATA}:user/test-user",
            "accountId": DATA,
            "accessKeyId": "access-key",
            "sessionContext": {
                "sessionIssuer": {
                    "type": "Role",
                    "principalId": "AIDACKCEVSQ6C2EXAMPLE",
                    "arn": f"arn:aws:iam::{DATA}:role/Admin",
                    "accountId": DATA,
                    "userName": "Admin",
                },
                "webIdFederationData": {},
                "attributes": {
                    "creationDate": stamp(at(30, "14:11:34")),
                    "mfaAuthenticated": "false",
                },
            },
        },
        "eventTime": stamp(at(30, "14:11:49")),
        "eventSource": "aoss.amazonaws.com",
        "eventName": "CreateCollection",
        "awsRegion": HOME,
        "sourceIPAddress": "AWS Internal",
        "userAgent": "aws-cli/2.1.30 Python/3.8.8 Linux/5.4.176-103.347.amzn2int.x86_64 "
        "exe/x86_64.amzn.2 prompt/off command/aoss.create-collection",
        "errorCode": "HttpFailureException",
        "errorMessage": "An unknown error occurred",
        "requestParameters": {
            "accountId": DATA,
            "name": "test-collection",
            "description": "A sample collection",
            "clientToken": "d3a227d2-a2a7-49a6-8fb2-e5c8303c0718",
        },
        "responseElements": None,
        "requestID": "12345678-1234-1234-1234-987654321098",
        "eventID": "12345678-1234-1234-1234-987654321098",
        "readOnly": False,
        "eventType": "AwsApiCall",
        "managementEvent": True,
        "recipientAccountId": DATA,
        "eventCategory": "Management",
        "tlsDetails": {"clientProvidedHostHeader": "user.aoss-sample.us-east-1.amazonaws.com"},
    }


def _opsworks() -> list[Json]:
    """CreateLayer and DescribeInstances of OpsWorks Stacks: old records, fewer fields."""
    identity = {
        "accessKeyId": "AKIAIOSFODNN7EXAMPLE",
        "accountId": PROD,
        "arn": f"arn:aws:iam::{PROD}:user/A-User-Name",
        "principalId": "AKIAI44QH8DHBEXAMPLE",
        "type": "IAMUser",
        "userName": "A-User-Name",
    }
    layer = {
        "awsRegion": NORTH,
        "eventID": "342cd1ec-8214-4a0f-a68f-8e6352feb5af",
        "eventName": "CreateLayer",
        "eventSource": "opsworks.amazonaws.com",
        "eventTime": stamp(at(30, "16:05:29")),
        "eventVersion": "1.01",
        "requestID": "e3952a2b-e681-11e3-aa71-81092480ee2e",
        "requestParameters": {
            "attributes": {},
            "customRecipes": {},
            "name": "2014-05-28 16:05:29 +0000 a073",
            "shortname": "customcf4571d5c0d6",
            "stackId": "a263312e-f937-4949-a91f-f32b6b641b2c",
            "type": "custom",
        },
        "responseElements": None,
        "sourceIPAddress": "198.51.100.0",
        "userAgent": "aws-sdk-ruby/2.0.0 ruby/2.1 x86_64-linux",
        "userIdentity": identity,
    }
    instances = layer | {
        "eventID": "a860d8f8-c1eb-449b-8f55-eafc373b49a4",
        "eventName": "DescribeInstances",
        "eventTime": stamp(at(30, "16:05:31")),
        "requestID": "e4691bfd-e681-11e3-aa71-81092480ee2e",
        "requestParameters": {"instanceIds": ["218289c4-0492-473d-a990-3fbe1efa25f6"]},
        "userAgent": "aws-sdk-ruby/2.0.0 ruby/2.1x86_64-linux",
    }
    return [layer, instances]


def _kendra(s: Scribe) -> Json:
    """A Query of Kendra: the guide shows its fields, and words where the values stand."""
    started = at(30, "11:02:10")
    who = role("SearchApp", "search-frontend", "ASIAKENDRAAPPEXAMPLE", "192.0.2.80", CLI, started)
    return {
        "eventVersion": "1.05",
        "userIdentity": who.identity,
        "eventTime": stamp(at(30, "11:08:47")),
        "eventSource": "kendra.amazonaws.com",
        "eventName": "Query",
        "awsRegion": HOME,
        "sourceIPAddress": who.address,
        "userAgent": who.agent,
        "requestParameters": {"indexId": s.uuid()},
        "responseElements": None,
        "requestID": s.uuid(),
        "eventID": s.uuid(),
        "eventType": "AwsApiCall",
        "recipientAccountId": PROD,
    }


def _identities(s: Scribe) -> None:
    """A record of each type of userIdentity that the story and the background do not have."""
    arn = f"arn:aws:iam::{PROD}:role/"
    person = {"accountId": PROD, "principalId": "EXAMPLEPRINCIPAL"}

    def who(address: str, agent: str, **identity: Any) -> Actor:
        return Actor(identity, address, agent)

    plain_role = who(
        "192.0.2.81", CLI, type="Role", arn=f"{arn}batch-runner", accountId=PROD,
        principalId="AROABATCHRUN7EXAMPLE",
    )  # fmt: skip
    s.write(at(30, "09:20:00"), plain_role, "batch:DescribeJobQueues", {"maxResults": 50})
    federated = who(
        "203.0.113.50", CLI, type="FederatedUser",
        arn=f"arn:aws:sts::{PROD}:federated-user/contractor",
        accountId=PROD, principalId=f"{PROD}:contractor", accessKeyId="ASIACONTRACTOREXAMPL",
        sessionContext={"sessionIssuer": {
            "type": "IAMUser", "principalId": "AIDABROKERXX7EXAMPLE", "accountId": PROD,
            "arn": f"arn:aws:iam::{PROD}:user/broker", "userName": "broker"}},
    )  # fmt: skip
    s.write(at(30, "09:31:00"), federated, "dynamodb:ListTables", {"limit": 100})
    saml = who(
        "203.0.113.51", BROWSER, type="SAMLUser", principalId="SamlExample:bob@example.com",
        userName="bob@example.com", identityProvider="SamlExample", accountId=PROD,
    )  # fmt: skip
    s.write(
        at(30, "09:40:00"), saml, "sts:AssumeRoleWithSAML",
        {"roleArn": f"{arn}Analysts", "roleSessionName": "bob@example.com",
         "principalArn": f"arn:aws:iam::{PROD}:saml-provider/SamlExample",
         "sAMLAssertionID": "_c0046cEXAMPLEb9d4b8eEXAMPLE2619aEXAMPLE"},
        credentials("ASIASAMLBOB77EXAMPLE", f"arn:aws:sts::{PROD}:assumed-role/Analysts/bob"),
    )  # fmt: skip
    web = who(
        "192.0.2.82", "aws-sdk-js/3.478.0 ua/2.0 os/linux lang/js md/nodejs#20.10.0",
        type="WebIdentityUser", userName="repo:example/app:ref:refs/heads/main", accountId=PROD,
        principalId="token.actions.githubusercontent.com:sts.amazonaws.com:repo:example/app",
        identityProvider="token.actions.githubusercontent.com",
    )  # fmt: skip
    s.write(
        at(30, "10:05:00"), web, "sts:AssumeRoleWithWebIdentity",
        {"roleArn": f"{arn}github-deploy", "roleSessionName": "GitHubActions"},
        credentials("ASIAGITHUBDPLEXAMPLE", f"arn:aws:sts::{PROD}:assumed-role/github-deploy/ga"),
    )  # fmt: skip
    centre = who(
        "203.0.113.52", BROWSER, type="IdentityCenterUser", accountId=PROD,
        credentialId="EXAMPLE-credential-0f2d",
        onBehalfOf={
            "userId": "544894e8-80c1-707f-60e3-3ba6510dfac1",
            "identityStoreArn": f"arn:aws:identitystore::{PROD}:identitystore/d-9067642ac7",
        },
    )  # fmt: skip
    s.write(at(30, "10:20:00"), centre, "codewhisperer:GenerateRecommendations",
            {"fileContext": {"filename": "main.py"}})  # fmt: skip
    directory = who("203.0.113.53", BROWSER, type="Directory", userName="CORP\\carol", **person)
    s.write(at(30, "10:41:00"), directory, "workspaces:DescribeWorkspaces", {"limit": 25})
    unknown = who("203.0.113.54", BROWSER, type="Unknown", **person)
    s.write(at(30, "10:52:00"), unknown, "sso:Authenticate", eventType="AwsServiceEvent",
            serviceEventDetails={"CredentialType": "PASSWORD",
                                 "Authenticate": "Failed"})  # fmt: skip
    typeless = Actor({"accountId": PROD, "invokedBy": "backup.amazonaws.com"},
                     "backup.amazonaws.com", "backup.amazonaws.com")  # fmt: skip
    s.write(at(30, "11:00:00"), typeless, "backup:BackupJobStarted", eventType="AwsServiceEvent",
            serviceEventDetails={"backupVaultName": "nightly", "state": "RUNNING"})  # fmt: skip


def _encodings(s: Scribe) -> None:
    """JSON inside strings, in each way that AWS writes it."""
    deployer = role("terraform", "plan", "ASIATERRAFORMEXAMPLE", "203.0.113.26", TERRAFORM,
                    at(30, "12:00:00"))  # fmt: skip
    trust = policy({"Effect": "Allow", "Action": "sts:AssumeRole",
                    "Principal": {"Service": "ecs-tasks.amazonaws.com"}})  # fmt: skip
    s.write(
        at(30, "12:01:10"), deployer, "iam:CreateRole",
        {"roleName": "orders-task", "path": "/", "assumeRolePolicyDocument": text(trust)},
        {"role": {"roleName": "orders-task", "path": "/", "roleId": "AROAORDERSTA7EXAMPLE",
                  "arn": f"arn:aws:iam::{PROD}:role/orders-task",
                  "assumeRolePolicyDocument": quote(text(trust), safe="")}},
    )  # fmt: skip
    context = base64.b64encode(text({"aws:s3:arn": "arn:aws:s3:::example-backups"}).encode())
    s.write(
        at(30, "12:03:00"), deployer, "s3:PutObject",
        {"bucketName": "example-backups", "key": "state/terraform.tfstate",
         "x-amz-server-side-encryption": "aws:kms",
         "x-amz-server-side-encryption-context": context.decode()},
    )  # fmt: skip
    s.write(at(30, "12:05:00"), deployer, "states:StartExecution",
            text({"stateMachineArn": f"arn:aws:states:us-east-1:{PROD}:stateMachine:orders",
                  "input": text({"orderId": 4711, "rush": True})}))  # fmt: skip
    pattern = {"source": ["aws.guardduty"], "detail": {"severity": [{"numeric": [">=", 7]}]}}
    s.write(at(30, "12:06:00"), deployer, "events:PutRule",
            {"name": "guardduty-high", "state": "ENABLED", "eventPattern": text(pattern)},
            {"ruleArn": f"arn:aws:events:us-east-1:{PROD}:rule/guardduty-high"})  # fmt: skip
    queue = policy({"Effect": "Allow", "Principal": {"Service": "sns.amazonaws.com"},
                    "Action": "sqs:SendMessage", "Resource": "*",
                    "Condition": {"ArnEquals": {
                        "aws:SourceArn": f"arn:aws:sns:*:{PROD}:orders"}}})  # fmt: skip
    s.write(at(30, "12:07:00"), deployer, "sqs:SetQueueAttributes",
            {"queueUrl": f"https://sqs.us-east-1.amazonaws.com/{PROD}/orders",
             "attributes": {"Policy": text(queue)}})  # fmt: skip


def _odds(s: Scribe) -> None:
    """An event without a date, a call from outside, an answer of a service-linked role."""
    config = role(
        "AWSServiceRoleForConfig", "ConfigResourceCompositionSession", "ASIACONFIGSLREXAMPLE",
        "config.amazonaws.com", "config.amazonaws.com", at(30, "13:00:00"),
    )  # fmt: skip
    s.write(at(30, "13:02:00"), config, "s3:GetBucketPolicy", {"bucketName": "example-backups"},
            error="NoSuchBucketPolicy", message="The bucket policy does not exist")  # fmt: skip
    s.write(at(30, "13:30:00"), Actor({"type": "IAMUser", "accountId": PROD, "userName": "audit",
            "principalId": "AIDAAUDITXXX7EXAMPLE", "accessKeyId": "ASIAAUDITCON7EXAMPLE",
            "arn": f"arn:aws:iam::{PROD}:user/audit"}, "2001:db8:30::17", CONSOLE, console=True),
            "cloudtrail:GetTrailStatus", {"name": "org-trail"})  # fmt: skip
    anonymous = Actor({"type": "AWSAccount", "principalId": "", "accountId": "anonymous"},
                      "192.0.2.200", "[curl/8.4.0]")  # fmt: skip
    s.write(at(31, "03:10:00"), anonymous, "s3:ListObjects",
            {"bucketName": "example-customer-exports", "list-type": "2"})  # fmt: skip
    undated = s.write(at(30, "15:00:00"), service("ec2"), "ec2:BidEvictedEvent",
                      eventType="AwsServiceEvent",
                      serviceEventDetails={"instanceIdSet": ["i-0abc123def4567890"]})  # fmt: skip
    undated["eventTime"] = "redacted"
