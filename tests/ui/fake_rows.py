"""Events and sources that are made up: always the same, whatever the day."""

from __future__ import annotations

import datetime as dt
import random

from tui.core.index.rows import EventRow, SourceLine
from tui.core.rules.flags import Level

NOW = dt.datetime(2026, 1, 31, 15, 0, tzinfo=dt.UTC).timestamp()
SECOND = 1_000_000

_SERVICES = {
    "s3": ("GetObject", "GetBucketAcl", "PutBucketPolicy", "ListBuckets"),
    "ec2": ("DescribeInstances", "RunInstances", "AuthorizeSecurityGroupIngress"),
    "iam": ("CreateAccessKey", "ListUsers", "AttachUserPolicy"),
    "sts": ("AssumeRole", "GetCallerIdentity"),
    "es": ("UpdateDomainConfig", "DescribeElasticsearchDomains"),
    "kms": ("Decrypt", "GenerateDataKey"),
    "secretsmanager": ("GetSecretValue",),
    "logs": ("CreateLogStream", "DeleteLogGroup"),
    "opensearchserverless": ("CreateCollection",),
}
_WEIGHTS = (40, 22, 8, 14, 3, 9, 2, 5, 1)
_PEOPLE = (
    "Admin/alice",
    "ci/deploy-2026-01-31T03-12-44Z",
    "bob",
    "root",
    "ReadOnly/auditor@example.com",
)
_TARGETS = ("logs-prod", "i-0abc12345def67890", "Developer", "test-domain", "alias/billing-key")
_RESULTS = ("", "", "", "", "", "", "denied", "failed", "absent", "throttled")


def make_row(identity: int, time: int | None, chance: random.Random) -> EventRow:
    service = chance.choices(list(_SERVICES), _WEIGHTS)[0]
    name = chance.choice(_SERVICES[service])
    result = chance.choice(_RESULTS)
    by_aws = chance.random() < 0.3
    if result in ("denied", "failed"):
        level = Level.FAILED
    elif name in ("AssumeRole", "GetSecretValue"):
        level = Level.SENSITIVE
    elif name.startswith(("Get", "List", "Describe", "Decrypt")):
        level = Level.READ
    else:
        level = Level.CHANGE
    return EventRow(
        row=identity,
        time=time,
        who="autoscaling" if by_aws else chance.choice(_PEOPLE),
        event=f"{service}:{name}",
        target=chance.choice(_TARGETS),
        note="Allow anyone" if name == "PutBucketPolicy" else "",
        result=result,
        address=f"198.51.100.{chance.randrange(1, 255)}",
        agent=chance.choice(("console", "cli", "boto3", "terraform")),
        region=chance.choice(("us-east-1", "eu-west-1")),
        account=chance.choice(("prod", "111122223333")),
        service=service,
        level=int(level),
        by_aws=by_aws,
        flags=0,
    )


def make_rows(count: int, *, seed: int = 7, undated: int = 2) -> list[EventRow]:
    """`count` events over two and a half days that end at `NOW`, the oldest first."""
    chance = random.Random(seed)
    end = int(NOW) * SECOND
    span = int(2.5 * 86_400) * SECOND
    dated = sorted(end - chance.randrange(span) for _ in range(count - undated))
    times: list[int | None] = [*[None] * undated, *dated]
    return [make_row(index, time, chance) for index, time in enumerate(times)]


def bucket_lines() -> list[SourceLine]:
    """An organization's bucket, some of it in trouble, and a folder beside it."""
    bucket, now = "s3://trail-bucket/prefix", int(NOW)
    denied = (
        "AccessDenied: the caller may not list the bucket under this prefix."
        " Allow s3:ListBucket on arn:aws:s3:::trail-bucket."
    )
    slow = "SlowDown: S3 asks for fewer requests. It is tried again by itself."

    def line(account: str, region: str, state: str, **known: object) -> SourceLine:
        empty = SourceLine(bucket, account, "CloudTrail", region, state, "", 0, 0, 0, 0, 0.0)
        return empty._replace(**known)  # type: ignore[arg-type]

    def newest(minutes: int) -> int:
        return (now - 60 * minutes) * SECOND

    due = float(now)
    return [
        SourceLine(bucket, "", "", "", "live", "", 0, 0, 7, 0, due + 840),
        line(
            "111122223333",
            "us-east-1",
            "live",
            newest=newest(4),
            objects=21_310,
            lists=65,
            gets=9_004,
            due=due + 22,
        ),
        line(
            "111122223333",
            "ap-northeast-1",
            "retrying",
            text=slow,
            newest=newest(190),
            objects=12,
            lists=9,
            gets=12,
            due=due + 8,
        ),
        line("111122223333", "eu-west-1", "listing", newest=newest(11), objects=530, lists=3),
        line("444455556666", "us-east-1", "failed", text=denied, lists=1),
        line("444455556666", "eu-west-1", "failed", text=denied, lists=1),
        line("444455556666", "us-west-2", "waiting"),
        SourceLine("/trail", "", "", "", "done", "", newest(2000), 40, 0, 0, 0.0),
    ]


def record_of(event: EventRow) -> dict[str, object]:
    """A record with nested values, an embedded policy, and a hostile user agent."""
    service, _, name = event.event.partition(":")
    return {
        "eventVersion": "1.11",
        "userIdentity": {"type": "IAMUser", "userName": event.who, "accountId": "111122223333"},
        "eventSource": f"{service}.amazonaws.com",
        "eventName": name,
        "awsRegion": event.region,
        "sourceIPAddress": event.address,
        "userAgent": "aws-cli/2.0 \x1b]52;c;aGk=\x07 [/bold]",
        "requestParameters": {
            "bucketName": event.target,
            "policy": '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*",'
            '"Action":"s3:GetObject","Resource":"arn:aws:s3:::logs-prod/*"}]}',
            "tags": [{"key": f"k{n}", "value": n} for n in range(12)],
        },
        "responseElements": None,
        "eventID": f"00000000-0000-4000-8000-{event.row:012d}",
    }
