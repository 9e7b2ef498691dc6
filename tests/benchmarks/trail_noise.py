"""The sample's background: what goes on in two accounts on any two days."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple

import orjson

from tests.benchmarks.trail_cast import (
    BROWSER,
    CLI,
    CONSOLE,
    DATA,
    HOME,
    OFFICE,
    PROD,
    TERRAFORM,
    Actor,
    Scribe,
    at,
    role,
    service,
    user,
)  # fmt: skip
from tests.benchmarks.trail_regions import GLOBAL
from tests.benchmarks.trail_shapes import shape_of
from tests.benchmarks.trail_story import CI, sign_in
from tests.benchmarks.trail_values import Facts

if TYPE_CHECKING:
    from datetime import datetime

_SDK = "aws-sdk-go-v2/1.24.0 os/linux lang/go#1.21.5 md/GOOS#linux md/GOARCH#amd64"
_SSM_AGENT = "aws-sdk-go/1.49.12 (go1.21.5; linux; amd64) amazon-ssm-agent/3.2.2086.0"
_LAMBDA = "Boto3/1.34.11 md/Botocore#1.34.11 lang/python#3.12.1 exec-env/AWS_Lambda_python3.12"
_KEY_DISABLED = at(31, "06:30:00")
_MORNING = at(30, "00:00:00")


def _machine(account: str, name: str, session: str, key: str, address: str, agent: str) -> Actor:
    return role(name, session, f"ASIA{key}{account[-1]}EXAMPLE", address, agent, _MORNING, account)


class Routine(NamedTuple):
    """Somebody's usual calls: `service:Name` or `service:Name!Error`, and how often they run."""

    who: Actor
    share: int
    calls: str


def _routines() -> list[Routine]:
    """Who is at work, with their shares per 1,000."""
    rows = []
    for account, tag in ((PROD, "P"), (DATA, "D")):
        rows += [
            Routine(service("cloudtrail", account), 60, "s3:GetBucketAcl"),
            Routine(service("delivery.logs", account), 90, "s3:PutObject"),
            Routine(service("ec2", account), 30, "sts:AssumeRole"),
            Routine(service("lambda", account), 45, "sts:AssumeRole logs:CreateLogStream"),
            Routine(service("ecs-tasks", account), 20, "sts:AssumeRole"),
            Routine(service("s3", account), 40, "kms:GenerateDataKey kms:Decrypt"),
            Routine(
                _machine(account, "AWSServiceRoleForConfig", "AWSConfig-Describe", "CONFIGXX",
                        "config.amazonaws.com", "config.amazonaws.com"), 60,
                "ec2:DescribeSecurityGroups ec2:DescribeVolumes iam:ListAttachedRolePolicies "
                "rds:DescribeDBInstances s3:GetBucketPolicy!NoSuchBucketPolicy "
                "s3:GetBucketReplication!ReplicationConfigurationNotFoundError "
                "lambda:ListFunctions20150331 dynamodb:DescribeTable kinesis:ListStreams "
                "elasticloadbalancing:DescribeLoadBalancers cloudfront:ListDistributions",
            ),
            Routine(
                _machine(account, "AWSServiceRoleForAutoScaling", "AutoScaling", "AUTOSCAL",
                        "autoscaling.amazonaws.com", "autoscaling.amazonaws.com"), 40,
                "ec2:DescribeInstances ec2:DescribeInstanceStatus "
                "elasticloadbalancing:DescribeTargetHealth",
            ),
            Routine(
                _machine(account, "web-instance", "i-0a1b2c3d4e5f60001", "INSTANCE", "192.0.2.61",
                        _SSM_AGENT), 90,
                "ssm:UpdateInstanceInformation ssm:ListInstanceAssociations ec2:DescribeTags "
                "ssm:UpdateInstanceInformation secretsmanager:GetSecretValue s3:GetObject "
                "ssm:UpdateInstanceInformation!ThrottlingException",
            ),
            Routine(
                _machine(account, "orders-function", "orders-function", "LAMBDAFN", "192.0.2.70",
                         _LAMBDA),
                90, "kms:Decrypt s3:GetObject ssm:GetParameters sqs:GetQueueAttributes "
                "logs:CreateLogStream s3:PutObject",
            ),
            Routine(
                _machine(account, "eks-node", "i-0a1b2c3d4e5f60002", "EKSNODEX", "192.0.2.62",
                         _SDK), 40,
                "ecr:GetAuthorizationToken ecr:DescribeRepositories ec2:DescribeInstances "
                "eks:DescribeCluster ecr:BatchGetImage",
            ),
            Routine(
                _machine(account, "terraform", "plan", "TERRAFRM", "203.0.113.26", TERRAFORM), 110,
                "ec2:DescribeVpcs ec2:DescribeSubnets ec2:DescribeRouteTables iam:GetRole "
                "iam:ListRolePolicies iam:GetPolicy s3:GetBucketAcl s3:GetBucketVersioning "
                "s3:GetBucketCors!NoSuchCORSConfiguration route53:ListHostedZones "
                "kms:DescribeKey rds:DescribeDBSubnetGroups dynamodb:DescribeTable "
                "ec2:DescribeSecurityGroups ec2:CreateTags iam:CreatePolicy ec2:CreateVolume "
                "cloudfront:GetDistribution acm:DescribeCertificate",
            ),
            Routine(
                role("AWSReservedSSO_Developer_fedcba9876543210", "dana@example.com",
                     f"ASIADANA{tag}7777EXAMPLE", "203.0.113.41", CONSOLE,
                     at(30, "08:55:00"), account, mfa=True, console=True), 70,
                "ec2:DescribeInstances monitoring:DescribeAlarms logs:DescribeLogGroups "
                "lambda:GetFunction20150331v2 health:DescribeEventAggregates s3:ListBuckets "
                "notifications:ListNotificationHubs ecs:DescribeServices ecs:ListClusters "
                "cloudformation:DescribeStacks iam:ListUsers!AccessDenied",
            ),
            Routine(
                user("backup", f"AKIABACKUP{tag}X7EXAMPLE", "203.0.113.30", CLI, account), 30,
                "ec2:CreateSnapshot ec2:DescribeSnapshots ec2:DeleteSnapshot s3:PutObject "
                "rds:DescribeDBSnapshots rds:CreateDBSnapshot",
            ),
        ]  # fmt: skip
    rows += [
        Routine(
            CI, 100,
            "sts:GetCallerIdentity ecr:GetAuthorizationToken ecs:DescribeServices "
            "ecs:UpdateService s3:PutObject cloudformation:DescribeStacks s3:GetObject "
            "lambda:UpdateFunctionCode20150331v2 codebuild:BatchGetBuilds ecs:DescribeServices",
        ),
        Routine(
            role("Analysts", "bob@example.com", "ASIASAMLBOB77EXAMPLE", "203.0.113.51", BROWSER,
                 at(30, "09:40:00"), DATA, mfa=True, console=True), 60,
            "athena:StartQueryExecution athena:GetQueryResults glue:GetTables s3:GetObject "
            "quicksight:DescribeDashboard athena:GetWorkGroup "
            "glue:GetDatabase!EntityNotFoundException",
        ),
    ]  # fmt: skip
    return rows


_WORK_ONLY = ("Developer", "Analysts", "terraform")


def hum(scribe: Scribe, slots: list[tuple[str, str, datetime, int]]) -> None:
    """Fills each slot (account, region, end, number of events) with what is usual there."""
    rng = scribe.rng
    facts_scale = 0.003
    routines = _routines()
    for account, region, end, count in slots:
        here = [row for row in routines if row.who.account == account]
        if not 7 <= end.hour < 19:
            here = [row for row in here if not any(w in str(row.who.identity) for w in _WORK_ONLY)]
        if region != HOME or end >= _KEY_DISABLED:
            here = [row for row in here if row.who is not CI]
        weights = [row.share for row in here]
        for _ in range(count):
            row = rng.choices(here, weights)[0]
            facts = Facts(rng, facts_scale)
            facts.update(account=account, region=region)
            when = end - timedelta(seconds=rng.randint(4, 290))
            _act(scribe, row, facts, when, region)
    for clock, address, name in (
        ("08:52:10", "203.0.113.41", "dana"),
        ("09:15:30", OFFICE, "erin"),
    ):
        person = user(name, "", address, BROWSER)
        sign_in(scribe, at(30, clock), person, "Success", mfa=True)
        sign_in(scribe, at(31, clock), person, "Success", mfa=True)


def _act(scribe: Scribe, row: Routine, facts: Facts, when: datetime, region: str) -> None:
    """One call of a routine, with the request and answer that such calls have."""
    calls = [
        call for call in row.calls.split() if region == HOME or call.split(":")[0] not in GLOBAL
    ]
    call, _, error = calls[int(facts.rnd() * len(calls))].partition("!")
    shape = shape_of(*call.split(":"))
    more = {}
    if shape.resources:
        more["resources"] = orjson.loads(shape.resources % facts)
    if row.who.identity["type"] == "AWSService":
        more["sharedEventID"] = scribe.uuid()
    elif facts.rnd() < 0.1 and row.who.address.startswith("192.0.2."):
        more["vpcEndpointId"] = "vpce-0123456789abcdef0"
    facts["requestID"] = scribe.uuid()
    facts["token"] = "FAKE-SESSION-TOKEN-FOR-THE-SAMPLE-TRAIL-EXAMPLE"
    scribe.write(
        when, row.who, call, orjson.loads(shape.request % facts),
        orjson.loads(shape.answer % facts), error=error, region=region, **more,
    )  # fmt: skip
