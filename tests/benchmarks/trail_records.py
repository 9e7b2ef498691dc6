"""One record of a generated trail from its number, as the bytes that a trail file holds.

A record depends on the seed, its number and the file that delivers it first, and on nothing else:
the second delivery of a duplicate is made again and is the same to the byte.
"""

from __future__ import annotations

from bisect import bisect_right
from math import exp, log
from random import Random
from statistics import NormalDist
from time import gmtime, strftime
from typing import NamedTuple

from tests.benchmarks.trail_mix import CALLS, Call
from tests.benchmarks.trail_regions import RUNNING_SHARES, region_kind
from tests.benchmarks.trail_shapes import shape_of
from tests.benchmarks.trail_values import NEEDLE, Facts
from tests.benchmarks.trail_who import ACCOUNTS, agent_of, caller, role_session, service_caller

LARGE_SHARE = 0.0035
_LARGE_FROM, _LARGE_TO = 8_600, 58_000
_LARGE_CALLS = (
    "iam:PutRolePolicy", "s3:PutBucketPolicy", "ec2:CreateTags", "ec2:RunInstances",
    "ssm:SendCommand",
)  # fmt: skip
# Where the needles lie, by the call that carries each; "" is any call.
NEEDLE_PLACES = (
    ("policy", "iam:CreatePolicy"), ("urlPolicy", "iam:CreateRole"), ("agent", ""),
    ("tags", "ec2:CreateTags"), ("objectKey", "s3:GetObject"), ("command", "ssm:SendCommand"),
    ("message", ""), ("statements", "s3:PutBucketPolicy"), ("description", "ssm:PutParameter"),
    ("description", "appsync:UpdateResolver"), ("statements", "iam:PutRolePolicy"),
)  # fmt: skip
NEEDLES = 44
_OMITTED_SHARE = 0.001  # of the changes: requests too large to be recorded
_OMITTED = '{"reason":"requestParameters too large","omitted":"true","originalSize":"%(number)s99"}'
_OLD_SHARE = 0.07  # records without readOnly and eventCategory, as old ones are

# Delivery label minus eventTime: median 3.2 minutes, p99 9.0, at most 10.1, never negative.
_DELAYS = tuple(
    min(606, max(1, round(192 * exp(0.4444 * NormalDist().inv_cdf((i + 0.5) / 1024)))))
    for i in range(1024)
)
_BY_NAME = {f"{call.service}:{call.name}": call for call in CALLS}

_HEAD = (
    '{"eventVersion":"%(version)s","userIdentity":%(identity)s,"eventTime":"%(eventTime)s",'
    '"eventSource":"SOURCE","eventName":"NAME","awsRegion":"%(region)s","sourceIPAddress":'
    '"%(address)s","userAgent":"%(agent)s",'
)
_TLS = (
    ',"tlsDetails":{"tlsVersion":"TLSv1.3","cipherSuite":"TLS_AES_128_GCM_SHA256",'
    '"clientProvidedHostHeader":"SERVICE.%(region)s.amazonaws.com"}'
)
_CONSOLE = ',"sessionCredentialFromConsole":"true"'


class Delivery(NamedTuple):
    """The file that a record is first delivered in, as far as the record shows it."""

    account: str
    region: str
    label: int  # seconds of the five-minute label


class Record(NamedTuple):
    """A record's bytes and what the truth counts of it."""

    time: int
    text: str
    event_id: str
    fields: tuple[str, str, str, str, str, str, str]
    arn: str
    access_key: str
    address: str
    target: str


class _Templates(NamedTuple):
    succeeded: str
    failed: str
    omitted: str
    target: str


def _compile(call: Call) -> _Templates:
    shape = shape_of(call.service, call.name)
    head = _HEAD.replace("SOURCE", call.source).replace("NAME", call.name)
    body = f'"requestParameters":{shape.request},"responseElements":'
    request_id = "%(s3RequestID)s" if call.service == "s3" else "%(requestID)s"
    tail = f',"additionalEventData":{shape.additional}' if shape.additional else ""
    tail += f',"requestID":"{request_id}","eventID":"%(eventID)s"'
    tail += "%(readOnly)s"
    if shape.resources:
        tail += f',"resources":{shape.resources}'
    kind = "AwsConsoleSignIn" if call.name == "ConsoleLogin" else "AwsApiCall"
    if call.name == "SharedSnapshotVolumeCreated":
        kind = "AwsServiceEvent"
    tail += f',"eventType":"{kind}"%(management)s,"recipientAccountId":"%(account)s"'
    tail += "%(shared)s%(vpce)s%(category)s%(tls)s%(console)s}"
    error = '"errorCode":"%(errorCode)s","errorMessage":"%(errorMessage)s",'
    omitted = f'"requestParameters":{_OMITTED},"responseElements":'
    return _Templates(
        head + body + shape.answer + tail,
        head + error + body + "null" + tail,
        head + omitted + "null" + tail,
        shape.target,
    )


_TEMPLATES = {call: _compile(call) for call in CALLS}
_TLS_OF = {call: _TLS.replace("SERVICE", call.service) for call in CALLS}


class Recorder:
    """Makes the records of one trail."""

    def __init__(self, seed: int, events: int, distinct_sessions: bool = False) -> None:
        self._seed = seed
        self._scale = events / 1_000_000
        self._distinct = distinct_sessions
        self._rng = Random()
        step = events / NEEDLES
        self._needles = {
            int(i * step + step / 2): NEEDLE_PLACES[i % len(NEEDLE_PLACES)]
            for i in range(NEEDLES if events >= 1000 else 0)
        }

    def is_needle(self, number: int) -> bool:
        """Whether this record holds the needle (such a record is delivered once)."""
        return number in self._needles

    def place(self, number: int) -> str:
        """Where in its record a needle lies."""
        place, call = self._needles[number]
        return f"{place} of {call}" if call else place

    def record(self, number: int, delivery: Delivery) -> Record:
        """The record of this number."""
        self._rng.seed((self._seed << 44) + number)
        facts = Facts(self._rng, self._scale)
        rnd = facts.rnd
        call = self._choose(number, facts, delivery.region)
        time = delivery.label - _DELAYS[int(rnd() * 1024)]
        account, region = delivery.account, delivery.region
        start = time - int(rnd() * 3600)
        facts.update(
            account=account,
            region=region,
            eventTime=strftime("%Y-%m-%dT%H:%M:%SZ", gmtime(time)),
            sessionStart=strftime("%Y-%m-%dT%H:%M:%SZ", gmtime(start)),
        )
        if self._distinct:
            session = number * 3 // 10
            agent = agent_of(facts, call.service, account)
            who = role_session(facts, account, session, agent)
        elif call.by_aws and not facts.needle and rnd() < call.aws_share:
            who = service_caller(call.by_aws)
        else:
            who = caller(facts, call.service)
        error = self._error(call, facts)
        old = rnd() < _OLD_SHARE
        read_only = "" if old else "true" if call.reads else "false"
        self._fill(facts, call, who.type == "AWSService", old)
        facts.update(
            identity=who.identity,
            address=who.address,
            agent=who.agent,
            readOnly=f',"readOnly":{read_only}' if read_only else "",
        )
        templates = _TEMPLATES[call]
        if error:
            facts["errorCode"] = error
            facts["errorMessage"] = _message(error, call, who.arn or who.address, facts)
            text = templates.failed % facts
        elif not call.reads and not facts.needle and rnd() < _OMITTED_SHARE:
            text = templates.omitted % facts
            templates = templates._replace(target="")
        else:
            text = templates.succeeded % facts
        target = facts[templates.target] if templates.target else ""
        fields = (call.source, call.name, region, account, error, who.type, read_only)
        return Record(
            time, text, facts["eventID"], fields, who.arn, who.access_key, who.address, target
        )

    def _choose(self, number: int, facts: Facts, region: str) -> Call:
        rnd = facts.rnd
        place = self._needles.get(number)
        if place:
            facts.needle, name = place
            if name:
                return _BY_NAME[name]
        elif rnd() < LARGE_SHARE:
            size = exp(log(_LARGE_FROM) + rnd() * (log(_LARGE_TO) - log(_LARGE_FROM)))
            call = _BY_NAME[_LARGE_CALLS[int(rnd() * len(_LARGE_CALLS))]]
            facts["bulk"] = str(int(size * (0.87 if call.service == "iam" else 0.97)))
            return call
        shares = RUNNING_SHARES[region_kind(region)]
        at = bisect_right(shares, rnd() * shares[-1])
        return CALLS[min(at, len(CALLS) - 1)]

    @staticmethod
    def _error(call: Call, facts: Facts) -> str:
        if facts.needle:
            return "AccessDenied" if facts.needle == "message" else ""
        if "bulk" in facts or not call.error_limits:
            return ""
        at = bisect_right(call.error_limits, facts.rnd())
        return call.error_codes[at] if at < len(call.error_codes) else ""

    @staticmethod
    def _fill(facts: Facts, call: Call, by_aws: bool, old: bool) -> None:
        """The fields that come and go: category, tlsDetails, sharedEventID, vpcEndpointId."""
        rnd = facts.rnd
        category = "Data" if call.is_data else "Management"
        facts["version"] = "1.05" if old else "1.09" if rnd() < 0.3 else "1.11"
        facts["category"] = "" if old else f',"eventCategory":"{category}"'
        facts["management"] = (
            "" if old else f',"managementEvent":{"false" if call.is_data else "true"}'
        )
        facts["shared"] = f',"sharedEventID":"{facts["sharedEventID"]}"' if by_aws else ""
        endpoint = not by_aws and rnd() < 0.2
        facts["vpce"] = (
            f',"vpcEndpointId":"{facts["endpoint"]}","vpcEndpointAccountId":"{facts["account"]}"'
            if endpoint
            else ""
        )
        facts["tls"] = "" if by_aws or old or rnd() < 0.1 else _TLS_OF[call] % facts
        facts["console"] = _CONSOLE if not by_aws and rnd() < 0.065 else ""


def _message(code: str, call: Call, arn: str, facts: Facts) -> str:
    """The error message that AWS gives with such a code."""
    action = f"{call.service}:{call.name}"
    if code == "Client.UnauthorizedOperation":
        return (
            f"You are not authorized to perform this operation. User: {arn} is not authorized to "
            f"perform: {action}. Encoded authorization failure message: {facts['encoded']}"
        )
    if code.startswith(("AccessDenied", "Unauthorized")):
        word = f" in the boundary {NEEDLE}" if facts.needle == "message" else ""
        return (
            f"User: {arn} is not authorized to perform: {action} on resource: "
            f"arn:aws:{call.service}:{facts['region']}:{facts['account']}:* because no "
            f"identity-based policy{word} allows the {action} action"
        )
    if code.startswith("Throttling"):
        return "Rate exceeded"
    return f"The request of {call.name} could not be completed ({code.rpartition('.')[2]})"


__all__ = ["ACCOUNTS", "NEEDLE", "NEEDLES", "Delivery", "Record", "Recorder"]
