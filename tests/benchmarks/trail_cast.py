"""Who takes part in the sample trail, and how one of its records is written.

Account numbers, addresses and keys are those that documentation uses, or are made to look so.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

Json = dict[str, Any]

PROD = "111122223333"
DATA = "123456789012"
OUTSIDE = "777788889999"
HOME, WEST, NORTH = "us-east-1", "us-west-1", "us-west-2"

OFFICE = "203.0.113.25"
ATTACKER = "198.51.100.77"
SECOND_HOP = "192.0.2.146"

CLI = (
    "aws-cli/2.15.10 md/awscrt#0.19.19 ua/2.0 os/linux#6.5.0-15-generic md/arch#x86_64 "
    "lang/python#3.11.6 md/pyimpl#CPython cfg/retry-mode#standard md/installer#exe md/prompt#off"
)
BOTO = "Boto3/1.34.11 md/Botocore#1.34.11 ua/2.0 os/linux#6.5.0-kali3 lang/python#3.11.8"
BROWSER = (
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/121.0.0.0 Safari/537.36"
)
CONSOLE = (
    "[S3Console/0.4, aws-internal/3 aws-sdk-java/1.12.625 Linux/5.10.205-172.807.amzn2int.x86_64 "
    "OpenJDK_64-Bit_Server_VM/25.392-b09 java/1.8.0_392 vendor/Oracle_Corporation "
    "cfg/retry-mode/standard]"
)
TERRAFORM = (
    "APN/1.0 HashiCorp/1.0 Terraform/1.6.6 (+https://www.terraform.io) terraform-provider-aws/"
    "5.31.0 (+https://registry.terraform.io/providers/hashicorp/aws) aws-sdk-go-v2/1.24.0 "
    "os/linux lang/go#1.20.12 md/GOOS#linux md/GOARCH#amd64"
)


def at(day: int, clock: str) -> datetime:
    """A moment of the two days: `at(31, "02:04:11")`."""
    hours, minutes, seconds = map(int, clock.split(":"))
    return datetime(2026, 1, day, hours, minutes, seconds, tzinfo=UTC)


def stamp(when: datetime) -> str:
    """A moment as eventTime writes it."""
    return when.strftime("%Y-%m-%dT%H:%M:%SZ")


@dataclass(frozen=True)
class Actor:
    """Somebody who calls: the userIdentity, from where, with what."""

    identity: Json
    address: str
    agent: str
    account: str = PROD
    console: bool = False
    extra: Json = field(default_factory=dict)

    def moved(self, address: str, agent: str | None = None) -> Actor:
        """The same credentials at another address."""
        return Actor(
            self.identity, address, agent or self.agent, self.account, self.console, self.extra
        )


def user(name: str, key: str, address: str, agent: str, account: str = PROD) -> Actor:
    """An IAM user with a long-lived key."""
    identity = {
        "type": "IAMUser",
        "principalId": f"AIDA{name.upper().replace('-', '')[:8]:X<8}7EXAMPLE",
        "arn": f"arn:aws:iam::{account}:user/{name}",
        "accountId": account,
        "accessKeyId": key,
        "userName": name,
    }
    return Actor(identity, address, agent, account)


def role(
    name: str,
    session: str,
    key: str,
    address: str,
    agent: str,
    started: datetime,
    account: str = PROD,
    mfa: bool = False,
    console: bool = False,
    **more: Any,
) -> Actor:
    """A session of a role."""
    short = name.upper().replace("-", "").replace("_", "")[:8]
    principal = f"AROA{short:X<8}7EXAMPLE"
    path = "aws-reserved/sso.amazonaws.com/" if name.startswith("AWSReservedSSO") else ""
    identity = {
        "type": "AssumedRole",
        "principalId": f"{principal}:{session}",
        "arn": f"arn:aws:sts::{account}:assumed-role/{name}/{session}",
        "accountId": account,
        "accessKeyId": key,
        "sessionContext": {
            "sessionIssuer": {
                "type": "Role",
                "principalId": principal,
                "arn": f"arn:aws:iam::{account}:role/{path}{name}",
                "accountId": account,
                "userName": name,
            },
            "webIdFederationData": {},
            "attributes": {
                "creationDate": stamp(started),
                "mfaAuthenticated": "true" if mfa else "false",
            },
            **more,
        },
    }
    return Actor(identity, address, agent, account, console)


def service(name: str, account: str = PROD) -> Actor:
    """An AWS service acting by itself."""
    dns = f"{name}.amazonaws.com"
    return Actor({"type": "AWSService", "invokedBy": dns}, dns, dns, account)


_READS = (
    "Get", "List", "Describe", "Head", "Lookup", "Search", "Query", "BatchGet", "Check",
    "Decrypt", "Encrypt", "GenerateDataKey", "AssumeRole", "Scan",
)  # fmt: skip
_DATA_EVENTS = {"s3:GetObject", "s3:PutObject", "s3:ListObjects", "lambda:Invoke"}


class Scribe:
    """Writes records; ids follow from its seed and the order of writing."""

    def __init__(self, seed: str) -> None:
        self.rng = Random(seed)
        self.records: list[Json] = []

    def uuid(self) -> str:
        """An id as CloudTrail makes them."""
        h = f"{self.rng.getrandbits(128):032x}"
        return f"{h[:8]}-{h[8:12]}-4{h[13:16]}-a{h[17:20]}-{h[20:]}"

    def write(
        self,
        when: datetime,
        who: Actor,
        call: str,
        request: Any = None,
        answer: Any = None,
        *,
        error: str = "",
        message: str = "",
        region: str = HOME,
        **more: Any,
    ) -> Json:
        """One record of `service:EventName`; `more` adds or replaces fields."""
        source, name = call.split(":")
        record: Json = {
            "eventVersion": "1.09",
            "userIdentity": who.identity,
            "eventTime": stamp(when),
            "eventSource": f"{source}.amazonaws.com",
            "eventName": name,
            "awsRegion": region,
            "sourceIPAddress": who.address,
            "userAgent": who.agent,
        }
        if error:
            record["errorCode"] = error
        if message or error:
            record["errorMessage"] = message or self._message(error, source, name, who)
        data = call in _DATA_EVENTS
        record |= {
            "requestParameters": request,
            "responseElements": None if error else answer,
            "requestID": self.uuid(),
            "eventID": self.uuid(),
            "readOnly": name.startswith(_READS),
            "eventType": "AwsApiCall",
            "managementEvent": not data,
            "recipientAccountId": who.account,
            "eventCategory": "Data" if data else "Management",
        }
        if who.address[-1:].isdigit() and who.agent != BROWSER:
            record["tlsDetails"] = {
                "tlsVersion": "TLSv1.3",
                "cipherSuite": "TLS_AES_128_GCM_SHA256",
                "clientProvidedHostHeader": f"{source}.{region}.amazonaws.com",
            }
        if who.console:
            record["sessionCredentialFromConsole"] = "true"
        record |= who.extra | more
        self.records.append(record)
        return record

    def shortly(self, when: datetime, low: int = 2, high: int = 20) -> datetime:
        """A moment some seconds later."""
        return when + timedelta(seconds=self.rng.randint(low, high))

    @staticmethod
    def _message(error: str, source: str, name: str, who: Actor) -> str:
        if error.startswith("Throttling"):
            return "Rate exceeded"
        if error == "Client.UnauthorizedOperation":
            return (
                "You are not authorized to perform this operation. Encoded authorization failure "
                "message: EXAMPLEzQ7hV0cJk3mB1rT9yWnX5sDg2LpA8fEu6KiOq4"
            )
        if "Denied" in error:
            arn = who.identity.get("arn", who.address)
            return (
                f"User: {arn} is not authorized to perform: {source}:{name} because no "
                f"identity-based policy allows the {source}:{name} action"
            )
        return f"{name} failed: {error}"
