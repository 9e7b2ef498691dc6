"""The values that fill a generated record: ids, names, ARNs, policies, made when first asked for.

Every value follows from the record's own random source, so a record is the same whenever and
wherever it is made.
"""

from __future__ import annotations

from base64 import b64encode
from typing import TYPE_CHECKING
from urllib.parse import quote

import orjson

if TYPE_CHECKING:
    from collections.abc import Callable
    from random import Random

NEEDLE = "quokkalantern"
_MASK = (1 << 64) - 1
_BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
_ALNUM = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"

_TEAMS = ("billing", "search", "ledger", "media", "mobile", "edge", "risk", "crm", "data", "ops")
_THINGS = ("api", "worker", "cache", "export", "archive", "events", "queue", "portal", "batch")
_STAGES = ("prod", "stage", "dev", "test")
_SIDS = ("AllowRead", "AllowWrite", "DenyInsecureTransport", "CrossAccount", "Admins", "Delivery")
_ACTIONS = (
    '"s3:GetObject"',
    '["s3:GetObject","s3:PutObject","s3:ListBucket"]',
    '["logs:CreateLogGroup","logs:CreateLogStream","logs:PutLogEvents"]',
    '["kms:Decrypt","kms:GenerateDataKey*"]',
    '"sts:AssumeRole"',
    '["ec2:Describe*","ec2:CreateTags"]',
)


def scramble(number: int, salt: int) -> int:
    """A number of 64 bits that looks random (splitmix64), the same for the same arguments."""
    z = (number + salt * 0x9E3779B97F4A7C15 + 0x9E3779B97F4A7C15) & _MASK
    z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & _MASK
    z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & _MASK
    return z ^ (z >> 31)


def letters(number: int, length: int) -> str:
    """A number as capital letters and digits, as in access keys and principal ids."""
    out = []
    for _ in range(length):
        out.append(_BASE32[number & 31])
        number = number >> 5 or scramble(length, len(out))
    return "".join(out)


_EVERYTHING = (
    '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}'
)
_OUTSIDE = "999999999999"


class Facts(dict[str, str]):
    """What one record is made of; a missing value is made by its maker and kept."""

    __slots__ = ("bits", "needle", "rnd", "scale")

    def __init__(self, rng: Random, scale: float) -> None:
        self.rnd = rng.random
        self.bits = rng.getrandbits
        self.scale = scale  # events of the trail / 1,000,000
        self.needle = ""  # the place that must hold the needle, if any

    def __missing__(self, name: str) -> str:
        value = self[name] = MAKERS[name](self)
        return value

    def pick(self, pool: int, hot: int = 40) -> int:
        """A number below the pool's size (for a million events): half of them from a hot few."""
        if self.rnd() < 0.4:
            return int(self.rnd() ** 2 * hot)
        return int(self.rnd() * max(hot, 0.78 * pool * self.scale))

    def one_of(self, options: tuple[str, ...]) -> str:
        """Any of these."""
        return options[int(self.rnd() * len(options))]


def _uuid(facts: Facts) -> str:
    h = f"{facts.bits(128):032x}"
    return f"{h[:8]}-{h[8:12]}-4{h[13:16]}-{h[16:20]}-{h[20:]}"


def _uuid_of(number: int) -> str:
    h = f"{scramble(number, 1):016x}{scramble(number, 2):016x}"
    return f"{h[:8]}-{h[8:12]}-4{h[13:16]}-a{h[17:20]}-{h[20:]}"


def _ec2_id(prefix: str, salt: int, pool: int) -> Callable[[Facts], str]:
    def make(facts: Facts) -> str:
        return f"{prefix}-0{scramble(facts.pick(pool), salt):016x}"

    return make


def _named(pattern: str, salt: int, pool: int, hot: int = 40) -> Callable[[Facts], str]:
    """Names such as `billing-api-prod-3f2a`; `{a}` team, `{b}` thing, `{c}` stage, `{x}` hex."""

    def make(facts: Facts) -> str:
        z = scramble(facts.pick(pool, hot), salt)
        return pattern.format(
            a=_TEAMS[z % 10], b=_THINGS[(z >> 8) % 9], c=_STAGES[(z >> 16) % 4], x=f"{z >> 32:08x}"
        )

    return make


def _arn(service: str, middle: str, maker: str, region: bool = True) -> Callable[[Facts], str]:
    def make(facts: Facts) -> str:
        place = facts["region"] if region else ""
        return f"arn:aws:{service}:{place}:{facts['account']}:{middle}{facts[maker]}"

    return make


def _bucket(facts: Facts) -> str:
    z = scramble(facts.pick(400, 30), 71)
    return f"{_TEAMS[z % 10]}-{_THINGS[(z >> 8) % 9]}-{_STAGES[(z >> 16) % 4]}-{z >> 40:06x}"


def _object_key(facts: Facts) -> str:
    word = f"{NEEDLE}/" if facts.needle == "objectKey" else ""
    z = facts.bits(64) if facts.rnd() < 0.3 else scramble(facts.pick(12_000), 72)
    return f"{word}AWSLogs/{facts['account']}/vpcflowlogs/{facts['region']}/{z:016x}.log.gz"


def policy(facts: Facts) -> str:
    """A small policy as JSON text, in one of AWS's usual shapes; a few allow everything."""
    if not facts.needle and facts.rnd() < 0.03:
        return _EVERYTHING
    sid = NEEDLE if facts.needle in {"policy", "urlPolicy"} else facts.one_of(_SIDS)
    actions = facts.one_of(_ACTIONS)
    arn = f"arn:aws:s3:::{facts['bucket']}"
    if facts.rnd() < 0.3:
        principal = f'"Principal":{{"AWS":"arn:aws:iam::{facts["account"]}:root"}},'
    else:
        principal = ""
    return (
        f'{{"Version":"2012-10-17","Statement":[{{"Sid":"{sid}","Effect":"Allow",{principal}'
        f'"Action":{actions},"Resource":["{arn}","{arn}/*"]}},'
        f'{{"Sid":"Own","Effect":"Allow","Action":"sts:GetCallerIdentity","Resource":"*"}}]}}'
    )


def trust_policy(facts: Facts) -> str:
    """A role's trust policy as JSON text."""
    sid = NEEDLE if facts.needle == "urlPolicy" else ""
    service = facts.one_of(("ec2", "lambda", "ecs-tasks", "states", "glue"))
    return (
        f'{{"Version":"2012-10-17","Statement":[{{"Sid":"{sid}","Effect":"Allow",'
        f'"Principal":{{"Service":"{service}.amazonaws.com"}},"Action":"sts:AssumeRole"}}]}}'
    )


def _tag_items(facts: Facts) -> str:
    """Tags as EC2 lists them: three, or hundreds where the record is to be large."""
    size = int(facts.get("bulk", "300"))
    items = []
    if facts.needle == "tags":
        items.append(f'{{"key":"Purpose","value":"{NEEDLE}"}}')
    while size > 0:
        z = facts.bits(48)
        team = _TEAMS[z % 10]
        item = (
            f'{{"key":"{team}:cost-centre-{z >> 20 & 0xFFFF}","value":"{_THINGS[(z >> 8) % 9]} of '
            f'{team}, approved under change CHG{z >> 24:08d}"}}'
        )
        items.append(item)
        size -= len(item) + 1
    return ",".join(items)


def _commands(facts: Facts) -> str:
    size = int(facts.get("bulk", "200"))
    lines = [f"echo {NEEDLE}"] if facts.needle == "command" else []
    while size > 0:
        z = facts.bits(32)
        unit = f"{_TEAMS[z % 10]}-{_THINGS[(z >> 8) % 9]}"
        line = f"systemctl restart {unit} && logger -t deploy {z:08x}"
        lines.append(line)
        size -= len(line) + 3
    return orjson.dumps(lines).decode()


def _statements(facts: Facts) -> str:
    """The statements of a policy, as many as the size asks for."""
    size = int(facts.get("bulk", "400"))
    out: list[str] = []
    while size > 0:
        sid = NEEDLE if facts.needle == "statements" and not out else f"S{facts.bits(32):08x}"
        z = facts.bits(64)
        item = (
            f'{{"Sid":"{sid}","Effect":"Allow","Action":{_ACTIONS[z % 6]},'
            f'"Resource":"arn:aws:s3:::{_TEAMS[z % 10]}-{_THINGS[(z >> 8) % 9]}-{z >> 40:06x}/*",'
            '"Condition":{"StringEquals":{"aws:PrincipalOrgID":"o-exampleorgid"}}}'
        )
        out.append(item)
        size -= len(item) + 1
    return ",".join(out)


def _bucket_statements(facts: Facts) -> str:
    """A bucket policy's statements: one to the account, to another, or to anyone, then more."""
    who = _one_in(facts, 12, '"*"', f'{{"AWS":"arn:aws:iam::{facts["partner"]}:root"}}')
    arn = f"arn:aws:s3:::{facts['bucket']}/*"
    first = f'{{"Effect":"Allow","Principal":{who},"Action":"s3:GetObject","Resource":"{arn}"}}'
    return f"{first},{facts['statements']}"


def _one_in(facts: Facts, times: int, rare: str, usual: str) -> str:
    return rare if facts.rnd() * times < 1 else usual


def _encryption_context(facts: Facts) -> str:
    text = f'{{"aws:s3:arn":"arn:aws:s3:::{facts["bucket"]}"}}'
    return b64encode(text.encode()).decode()


def _opaque(length: int) -> Callable[[Facts], str]:
    def make(facts: Facts) -> str:
        bits = facts.bits(6 * length)
        return "".join([_ALNUM[bits >> shift & 63] for shift in range(0, 6 * length, 6)])

    return make


def _description(facts: Facts) -> str:
    word = NEEDLE if facts.needle == "description" else facts.one_of(_TEAMS)
    return f"{word} {facts.one_of(_THINGS)}, kept for the nightly run"


def _json_string(text: str) -> str:
    return orjson.dumps(text).decode()


MAKERS: dict[str, Callable[[Facts], str]] = {
    "eventID": _uuid,
    "requestID": _uuid,
    "sharedEventID": _uuid,
    "uuid": lambda facts: _uuid_of(facts.pick(20_000)),
    "s3RequestID": lambda facts: letters(facts.bits(80), 16),
    "x-amz-id-2": _opaque(75),
    "encoded": _opaque(260),
    "bucket": _bucket,
    "objectKey": _object_key,
    "objectArn": lambda facts: f"arn:aws:s3:::{facts['bucket']}/{facts['objectKey']}",
    "contextBase64": _encryption_context,
    "instance": _ec2_id("i", 1, 16_600),
    "vpc": _ec2_id("vpc", 2, 8_900),
    "subnet": _ec2_id("subnet", 3, 10_200),
    "group": _ec2_id("sg", 4, 11_500),
    "routeTable": _ec2_id("rtb", 5, 14_000),
    "interface": _ec2_id("eni", 6, 8_900),
    "volume": _ec2_id("vol", 7, 14_000),
    "snapshot": _ec2_id("snap", 8, 8_900),
    "image": _ec2_id("ami", 9, 5_700),
    "gateway": _ec2_id("igw", 10, 5_700),
    "nat": _ec2_id("nat", 11, 7_600),
    "allocation": _ec2_id("eipalloc", 12, 8_900),
    "acl": _ec2_id("acl", 13, 5_700),
    "endpoint": _ec2_id("vpce", 14, 100),
    "flowLog": _ec2_id("fl", 15, 3_800),
    "template": _ec2_id("lt", 16, 3_800),
    "parameter": _named("/{a}/{c}/{b}/setting-{x}", 17, 23_000),
    "parameterArn": _arn("ssm", "parameter", "parameter"),
    "secret": _named("{c}/{a}/{b}-{x}", 18, 19_200),
    "secretArn": _arn("secretsmanager", "secret:", "secret"),
    "key": lambda facts: _uuid_of(facts.pick(900, 60)),
    "keyArn": _arn("kms", "key/", "key"),
    "keyMaterial": lambda facts: facts["key"].replace("-", "") * 2,
    "role": _named("{a}-{b}-{c}-{x}", 19, 5_700),
    "roleArn": _arn("iam", "role/", "role", region=False),
    "user": _named("{a}.{b}.{x}", 20, 3_800),
    "policyName": _named("{a}-{b}-{x}", 21, 3_800),
    "policyArn": _arn("iam", "policy/", "policyName", region=False),
    "profile": _named("{a}-{b}-profile-{x}", 22, 2_500),
    "function": _named("{a}-{b}-{c}-{x}", 23, 1_900),
    "database": _named("{a}-{c}-{x}", 24, 5_100),
    "name": _named("{a}-{b}-{c}-{x}", 25, 10_200),
    "logGroup": _named("/aws/lambda/{a}-{b}-{x}", 26, 1_900),
    "trail": _named("{a}-trail-{x}", 27, 1_200),
    "session": _named("{a}-session-{x}", 28, 7_600),
    "policy": policy,
    "policyEscaped": lambda facts: _json_string(facts["policy"]),
    "trustEscaped": lambda facts: _json_string(facts["trust"]),
    "trust": trust_policy,
    "trustUrl": lambda facts: quote(facts["trust"], safe=""),
    "statements": _statements,
    "bucketStatements": _bucket_statements,
    "partner": lambda facts: _one_in(facts, 3, _OUTSIDE, facts["account"]),
    "grantee": lambda facts: _one_in(
        facts, 8, '{"group":"all"}', f'{{"userId":"{facts["partner"]}"}}'
    ),
    "restorer": lambda facts: _one_in(facts, 8, "all", facts["partner"]),
    "cidr": lambda facts: _one_in(facts, 8, "0.0.0.0/0", "10.0.0.0/8"),
    "anyone": lambda facts: _one_in(facts, 8, "*", "apigateway.amazonaws.com"),
    "urlAuth": lambda facts: _one_in(facts, 4, "NONE", "AWS_IAM"),
    "managedPolicy": lambda facts: facts.one_of(
        ("AdministratorAccess", "ReadOnlyAccess", "AmazonS3ReadOnlyAccess", "SecurityAudit")
    ),
    "login": lambda facts: _one_in(facts, 6, "Failure", "Success"),
    "mfaUsed": lambda facts: _one_in(facts, 3, "No", "Yes"),
    "statementsEscaped": lambda facts: _json_string(facts["statements"])[1:-1],
    "tagItems": _tag_items,
    "commands": _commands,
    "description": _description,
    "number": lambda facts: str(facts.bits(12) + 1),
    "fakeKey": lambda facts: "ASIA" + letters(facts.bits(80), 16),
    "token": lambda facts: "EXAMPLETOKEN" + _opaque(180)(facts),
}
