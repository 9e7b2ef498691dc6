"""The sample trail: made again it is the same, and it holds what it is there to show."""

from __future__ import annotations

import base64
import gzip
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import orjson
import pytest

from tests.benchmarks.generate import make_sample

SAMPLE = Path(__file__).parents[2] / "sample_logs"
Json = dict[str, Any]


def _inflated(folder: Path) -> dict[str, bytes]:
    """Every file's content by its path: deflate itself may differ between zlib builds."""
    return {
        path.relative_to(folder).as_posix(): gzip.decompress(path.read_bytes())
        if path.suffix == ".gz"
        else path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


@pytest.fixture(scope="module")
def files() -> dict[str, list[Json]]:
    """The records of each trail file."""
    return {
        path: orjson.loads(body)["Records"]
        for path, body in _inflated(SAMPLE).items()
        if path.endswith(".gz")
    }


@pytest.fixture(scope="module")
def events(files: dict[str, list[Json]]) -> list[Json]:
    """The distinct records."""
    texts = {orjson.dumps(record) for records in files.values() for record in records}
    return sorted(map(orjson.loads, texts), key=lambda record: str(record["eventTime"]))


def _named(events: list[Json], name: str) -> list[Json]:
    return [event for event in events if event["eventName"] == name]


def test_made_again_it_is_the_same(tmp_path: Path) -> None:
    make_sample(tmp_path / "one")
    make_sample(tmp_path / "two")
    raw = [
        {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*.gz")}
        for folder in (tmp_path / "one", tmp_path / "two")
    ]
    assert raw[0] == raw[1]
    assert _inflated(tmp_path / "one") == _inflated(SAMPLE)


def test_size_and_spread(files: dict[str, list[Json]], events: list[Json]) -> None:
    assert len(events) == 3_000
    assert 60 <= len(files) <= 150
    assert sum(path.stat().st_size for path in SAMPLE.rglob("*") if path.is_file()) < 1_500_000
    assert len({event["eventSource"] for event in events}) >= 25
    assert {path.split("/")[1] for path in files} == {"111122223333", "123456789012"}
    assert {event["awsRegion"] for event in events} == {"us-east-1", "us-west-1", "us-west-2"}
    days = {event["eventTime"][:10] for event in events}
    assert days == {"2026-01-30", "2026-01-31", "redacted"}


def test_duplicates_order_and_the_undated(files: dict[str, list[Json]]) -> None:
    texts = Counter(orjson.dumps(record) for records in files.values() for record in records)
    assert sum(texts.values()) - len(texts) == 14
    times = [[record["eventTime"] for record in records] for records in files.values()]
    assert 0.15 < sum(moments != sorted(moments) for moments in times) / len(times) < 0.4
    assert [moments for moments in times if "redacted" in moments] == [["redacted"]]


def test_every_kind_of_identity(events: list[Json]) -> None:
    types = Counter(event["userIdentity"].get("type") for event in events)
    assert set(types) == {
        "Root", "IAMUser", "AssumedRole", "Role", "FederatedUser", "SAMLUser", "WebIdentityUser",
        "IdentityCenterUser", "AWSAccount", "AWSService", "Directory", "Unknown", None,
    }  # fmt: skip
    arns = {event["userIdentity"].get("arn", "") for event in events}
    assert any("/AWSReservedSSO_AdministratorAccess_" in arn for arn in arns)


def test_documented_examples(events: list[Json]) -> None:
    for name, cluster, version, engine in (
        ("CreateDomain", "clusterConfig", "engineVersion", "OpenSearch_1.0"),
        (
            "CreateElasticsearchDomain",
            "elasticsearchClusterConfig",
            "elasticsearchVersion",
            "6.3",
        ),
    ):
        (event,) = _named(events, name)
        assert event["eventSource"] == "es.amazonaws.com"
        status = event["responseElements"]["domainStatus"]
        for part in (event["requestParameters"], status):
            assert part[version] == engine
            assert part[cluster]["instanceCount"] == 1
            assert orjson.loads(part["accessPolicies"])["Statement"][0]["Effect"] == "Allow"
            assert part["advancedOptions"] == {"rest.action.multi.allow_explicit_index": "true"}
    (collection,) = _named(events, "CreateCollection")
    assert collection["eventSource"] == "aoss.amazonaws.com"
    assert collection["errorCode"] == "HttpFailureException"
    assert collection["responseElements"] is None
    layers = _named(events, "CreateLayer")
    instances = [e for e in events if e["eventSource"] == "opsworks.amazonaws.com"]
    assert len(layers) == 1
    assert {e["eventName"] for e in instances} == {"CreateLayer", "DescribeInstances"}
    assert {e["eventVersion"] for e in instances} == {"1.01"}
    assert all("linux" in e["userAgent"] for e in instances)
    (query,) = [e for e in events if e["eventSource"] == "kendra.amazonaws.com"]
    assert (query["eventName"], list(query["requestParameters"])) == ("Query", ["indexId"])


def test_every_encoding_of_a_document(events: list[Json]) -> None:
    (role,) = _named(events, "CreateRole")
    plain = role["requestParameters"]["assumeRolePolicyDocument"]
    escaped = role["responseElements"]["role"]["assumeRolePolicyDocument"]
    assert escaped.startswith("%7B")
    assert orjson.loads(unquote(escaped)) == orjson.loads(plain)
    context = next(
        e["requestParameters"]["x-amz-server-side-encryption-context"]
        for e in _named(events, "PutObject")
        if "x-amz-server-side-encryption-context" in e["requestParameters"]
    )
    assert "aws:s3:arn" in orjson.loads(base64.b64decode(context))
    (bucket,) = _named(events, "PutBucketPolicy")
    assert bucket["requestParameters"]["bucketPolicy"]["Statement"][0]["Principal"] == "*"
    (execution,) = _named(events, "StartExecution")
    assert "stateMachineArn" in orjson.loads(execution["requestParameters"])


def test_the_story_is_there(events: list[Json]) -> None:
    calls = [event["eventName"] for event in events]
    story = (
        "AssumeRole", "CreateUser", "CreateAccessKey", "AttachUserPolicy", "StopLogging",
        "PutBucketPolicy", "UpdateDomainConfig", "AuthorizeSecurityGroupIngress", "StartLogging",
    )  # fmt: skip
    at = 0
    for name in story:
        at = calls.index(name, at)
    by_key: dict[str, set[str]] = defaultdict(set)
    for event in events:
        by_key[event["userIdentity"].get("accessKeyId", "")].add(event["sourceIPAddress"])
    assert by_key["AKIACIDEPLOY7EXAMPLE"] == {"203.0.113.25", "198.51.100.77"}
    assert len(by_key["AKIABACKDOOR7EXAMPLE"]) == 2
    given = _named(events, "CreateAccessKey")[0]["responseElements"]["accessKey"]["accessKeyId"]
    assert given in by_key
    probes = [e for e in events if e["sourceIPAddress"] == "198.51.100.77"]
    denied = [e for e in probes if "Denied" in e.get("errorCode", "") or "Unauth" in str(e)]
    assert len({e["eventSource"] for e in denied}) > 20


def test_signs_worth_a_flag(events: list[Json]) -> None:
    omitted = [e for e in events if "omitted" in (e["requestParameters"] or {})]
    assert [e["eventName"] for e in omitted] == ["SendCommand"]
    logins = _named(events, "ConsoleLogin")
    assert [
        (e["responseElements"]["ConsoleLogin"], e["additionalEventData"]["MFAUsed"])
        for e in logins
        if e["sourceIPAddress"] == "192.0.2.146"
    ] == [("Failure", "No")] * 3 + [("Success", "No")]
    assert not any("errorCode" in e for e in logins)
    assert any(e["additionalEventData"]["MFAUsed"] == "Yes" for e in logins)
    codes = {e.get("errorCode") for e in events}
    assert {"ThrottlingException", "NoSuchBucketPolicy", "AccessDenied"} <= codes
    assert any(e.get("sessionCredentialFromConsole") == "true" for e in events)
    strangers = [
        e
        for e in events
        if e["userIdentity"].get("accountId", e.get("recipientAccountId"))
        != e.get("recipientAccountId", e["userIdentity"].get("accountId"))
    ]
    assert strangers
    shared = [e["requestParameters"] for e in _named(events, "ModifySnapshotAttribute")]
    assert {"userId", "group"} == {
        key for r in shared for item in r["createVolumePermission"]["add"]["items"] for key in item
    }


def test_readme_tells_the_story() -> None:
    text = (SAMPLE / "README.md").read_text(encoding="utf-8")
    for word in ("ci-deploy", "198.51.100.77", "svc-metrics-sync", "192.0.2.146"):
        assert word in text
