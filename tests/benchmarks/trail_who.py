"""Who calls in a generated trail: users, role sessions, services; their agents and addresses."""

from __future__ import annotations

from bisect import bisect_right
from itertools import accumulate
from typing import TYPE_CHECKING, NamedTuple

from tests.benchmarks.trail_mix import CALLERS
from tests.benchmarks.trail_values import NEEDLE, letters, scramble

if TYPE_CHECKING:
    from tests.benchmarks.trail_values import Facts

ACCOUNTS = ("111122223333", "444455556666", "777788889999", "123456789012")
_TYPES = tuple(CALLERS)
_TYPE_LIMITS = tuple(accumulate(share / 10_000 for share in CALLERS.values()))
_NAMES = ("ada", "bo", "carla", "dev", "emil", "fay", "gus", "hana", "ivo", "jun", "kim", "lea")
_JOBS = ("terraform", "deploy", "backup", "scanner", "metrics", "release")
_PERMISSION_SETS = ("AdministratorAccess", "ReadOnly", "Billing", "Developer")

_TERRAFORM = (
    "APN/1.0 HashiCorp/1.0 Terraform/1.{a}.{b} (+https://www.terraform.io) terraform-provider-aws/"
    "5.{c}.0 (+https://registry.terraform.io/providers/hashicorp/aws) aws-sdk-go-v2/1.{c}.{b} "
    "ua/2.1 os/linux lang/go#1.22.{b} md/GOOS#linux md/GOARCH#amd64 exec-env/AWS_ECS_FARGATE "
    "api/{api}#1.{c}.{b} m/C,g HashiCorp-terraform-exec/0.2{a}.3 terraform-plugin-sdk/2.{b}.0 "
    "(+https://www.terraform.io/docs/extend/sdk/v2-intro.html)"
)
_AGENTS = (
    (4050, _TERRAFORM),
    (1500, "[S3Console/0.4, aws-internal/3 aws-sdk-java/1.12.{c} Linux/5.10.2{b}.amzn2int.x86_64 "
           "OpenJDK_64-Bit_Server_VM/25.39{a}-b08 java/1.8.0_39{a} vendor/Oracle_Corporation "
           "cfg/retry-mode/standard]"),
    (1300, "redteam-drill_{uuid}"),
    (1250, "aws-cli/2.{c}.{b} md/awscrt#0.19.{b} ua/2.0 os/linux#6.5.0-{c}-generic md/arch#x86_64 "
           "lang/python#3.11.{a} md/pyimpl#CPython exec-env/CloudShell cfg/retry-mode#standard "
           "md/installer#exe md/prompt#off md/command#{api}.call"),
    (1100, "AWS Internal"),
    (450, "Boto3/1.34.{c} md/Botocore#1.34.{c} ua/2.0 os/linux#5.15.0-{c}-aws md/arch#x86_64 "
          "lang/python#3.10.{a} md/pyimpl#CPython cfg/retry-mode#legacy Botocore/1.34.{c}"),
    (150, "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) "
          "Chrome/12{a}.0.0.0 Safari/537.36"),
    (100, "aws-sdk-go/1.44.{c} (go1.19.{a}; linux; amd64)"),
    (100, "Coral/Netty4"),
)  # fmt: skip
_AGENT_LIMITS = tuple(accumulate(share / 10_000 for share, _ in _AGENTS))


class Caller(NamedTuple):
    """Who made a call: the userIdentity as JSON, and what the truth counts of it."""

    identity: str
    type: str
    arn: str
    access_key: str
    address: str
    agent: str


def service_caller(service: str) -> Caller:
    """An AWS service acting by itself."""
    identity = f'{{"type":"AWSService","invokedBy":"{service}"}}'
    return Caller(identity, "AWSService", "", "", service, service)


def agent_of(facts: Facts, api: str, account: str) -> str:
    """A user agent in its usual share; versions differ by account, not by record."""
    template = _AGENTS[min(bisect_right(_AGENT_LIMITS, facts.rnd()), len(_AGENTS) - 1)][1]
    z = scramble(facts.pick(1, 12), int(account[:4]))
    uuid = f"{z:016x}"
    text = template.format(
        a=z % 9, b=(z >> 8) % 12, c=(z >> 16) % 60 + 10, api=api, uuid=f"{uuid[:8]}-{uuid[8:]}"
    )
    return f"{text} {NEEDLE}" if facts.needle == "agent" else text


def address_of(number: int) -> str:
    """An IPv4 address, the same for the same number, different for different numbers."""
    z = (number * 2654435761 + 97) & 0xFFFFFF  # odd factor: one to one on 24 bits
    return f"{44 + (number >> 24) % 100}.{z >> 16}.{z >> 8 & 255}.{z & 255}"


def caller(facts: Facts, api: str) -> Caller:
    """Somebody who is not an AWS service, in the usual mix of types."""
    account = facts["account"]
    kind = _TYPES[min(bisect_right(_TYPE_LIMITS, facts.rnd()), len(_TYPES) - 1)]
    agent = agent_of(facts, api, account)
    if kind == "IAMUser":
        return _user(facts, account, agent)
    if kind == "AssumedRole":
        return _role(facts, account, agent)
    if kind == "Root":
        arn = f"arn:aws:iam::{account}:root"
        identity = (
            f'{{"type":"Root","principalId":"{account}","arn":"{arn}","accountId":"{account}",'
            f'"accessKeyId":""}}'
        )
        return Caller(identity, "Root", arn, "", f"203.0.113.{int(account[0])}", agent)
    if kind == "accountless":
        service = facts.one_of(("rds.amazonaws.com", "backup.amazonaws.com", "kms.amazonaws.com"))
        identity = f'{{"accountId":"{account}","invokedBy":"{service}"}}'
        return Caller(identity, "", "", "", service, agent if facts.needle else service)
    if kind == "FederatedUser":
        name = facts.one_of(_NAMES)
        arn = f"arn:aws:sts::{account}:federated-user/{name}"
        key = "ASIA" + letters(scramble(int(account), len(name)), 16)
        identity = (
            f'{{"type":"FederatedUser","principalId":"{account}:{name}","arn":"{arn}","accountId":'
            f'"{account}","accessKeyId":"{key}","sessionContext":{{"sessionIssuer":{{"type":'
            f'"IAMUser","principalId":"AIDA{letters(int(account), 16)}","arn":"arn:aws:iam::'
            f'{account}:user/broker","accountId":"{account}","userName":"broker"}}}}}}'
        )
        return Caller(identity, kind, arn, key, "198.51.100.20", agent)
    if kind == "Unknown":
        identity = f'{{"type":"Unknown","principalId":"{account}","accountId":"{account}"}}'
        return Caller(identity, kind, "", "", "198.51.100.21", agent)
    if kind == "AWSAccount":
        other = ACCOUNTS[(ACCOUNTS.index(account) + 1) % 4]
        identity = (
            f'{{"type":"AWSAccount","principalId":"AIDA{letters(int(other), 17)}",'
            f'"accountId":"{other}"}}'
        )
        return Caller(identity, kind, "", "", "198.51.100.23", agent)
    return Caller('{"principalId":""}', "", "", "", "198.51.100.22", agent)


def _user(facts: Facts, account: str, agent: str) -> Caller:
    number = int(facts.rnd() ** 2 * 60)
    first = facts.rnd() < 0.97  # a second key of the same user
    z = scramble(number * 2 + first, int(account))
    name = f"{_NAMES[number % 12]}.{_JOBS[number % 5]}{number}" if number > 5 else _JOBS[number]
    arn = f"arn:aws:iam::{account}:user/{name}"
    middle = ""
    if agent == "AWS Internal" or agent.startswith("["):
        number_of_session = number * 100 + int(facts.rnd() * 60 * max(1.0, facts.scale * 10))
        key = "ASIA" + letters(scramble(number_of_session, int(account)), 16)
        middle = _context(facts, '"sessionIssuer":{},"webIdFederationData":{},')
    else:
        key = "AKIA" + letters(z, 16)
    address = "AWS Internal" if agent == "AWS Internal" else _home(number, facts)
    by = ',"invokedBy":"AWS Internal"' if address == "AWS Internal" else ""
    identity = (
        f'{{"type":"IAMUser","principalId":"AIDA{letters(z >> 3, 17)}","arn":"{arn}",'
        f'"accountId":"{account}","accessKeyId":"{key}","userName":"{name}"{middle}{by}}}'
    )
    return Caller(identity, "IAMUser", arn, key, address, agent)


def _home(number: int, facts: Facts) -> str:
    """A user's address: nearly always the same one."""
    if facts.rnd() < 0.02:
        number += 100 + int(facts.rnd() * 3000 * facts.scale)
    return address_of(number)


def _role(facts: Facts, account: str, agent: str) -> Caller:
    number = int(facts.rnd() * max(30, 9000 * facts.scale))
    return role_session(facts, account, number, agent)


def role_session(facts: Facts, account: str, number: int, agent: str) -> Caller:
    """A session of a role with a key and an address of its own, by its number."""
    role = number % 40
    name = f"{_JOBS[role % 6]}-{role}"
    session = f"i-0{scramble(number, 5):016x}" if role % 3 else f"{_NAMES[role % 12]}-{number}"
    if role % 7 == 0:
        name = f"AWSReservedSSO_{_PERMISSION_SETS[role % 4]}_{scramble(role, 6):016x}"
        session = f"{_NAMES[number % 12]}{number}@example.com"
    z = scramble(role, 7)
    arn = f"arn:aws:sts::{account}:assumed-role/{name}/{session}"
    key = "ASIA" + letters(scramble(number, 8) << 16 | number & 0xFFFF, 16)
    issuer = (
        f'"sessionIssuer":{{"type":"Role","principalId":"AROA{letters(z, 17)}","arn":"arn:aws:iam::'
        f'{account}:role/{name}","accountId":"{account}","userName":"{name}"}},'
        '"webIdFederationData":{},'
    )
    identity = (
        f'{{"type":"AssumedRole","principalId":"AROA{letters(z, 17)}:{session}","arn":"{arn}",'
        f'"accountId":"{account}","accessKeyId":"{key}"{_context(facts, issuer)}}}'
    )
    return Caller(identity, "AssumedRole", arn, key, address_of(number + 5000), agent)


def _context(facts: Facts, issuer: str) -> str:
    mfa = "true" if facts.rnd() < 0.3 else "false"
    return (
        f',"sessionContext":{{{issuer}"attributes":{{"creationDate":"{facts["sessionStart"]}",'
        f'"mfaAuthenticated":"{mfa}"}}}}'
    )
