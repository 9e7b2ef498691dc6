"""What the fast reader tells of an event is what its whole record tells."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tui.core.index.batch import PENDING, Details
from tui.ingest.content.inflate import inflate
from tui.ingest.encoding import typed
from tui.ingest.encoding.encode import Encoder
from tui.ingest.encoding.naming import only_text
from tui.ingest.results import details_of

SAMPLE = Path(__file__).parents[2] / "sample_logs"
ROLE = "arn:aws:iam::111122223333:role/reader"


def fast(records: list[dict[str, Any]]) -> list[tuple[Details, int] | None]:
    """The details of each event with the flags of its call and identity; None: they wait."""
    encoder = Encoder()
    encoder.add(typed.decode_file(json.dumps({"Records": records}).encode()).Records, 0)
    batch, _ = encoder.take()
    texts = {name: ["", *new] for name, new in batch.texts.items()}
    told: list[tuple[Details, int] | None] = []
    for row in range(len(batch.time)):
        if batch.flags[row] & PENDING:
            told.append(None)
            continue
        named = {
            name: texts[name][batch.codes[name][row]]
            for name in ("target", "object", "note", "newkey")
        }
        identity = batch.origins[batch.origin[row]][0]
        known = batch.calls[-1][batch.call[row]] | batch.identities[-1][identity]  # their flags
        told.append((Details(**named, flags=int(batch.flags[row])), known))
    return told


def check(records: list[dict[str, Any]]) -> list[tuple[Details, int] | None]:
    told = fast(records)
    for record, one in zip(records, told, strict=True):
        if one is not None:
            details, known = one
            whole = details_of(json.dumps(record).encode())
            assert whole is not None
            assert details._replace(flags=details.flags | known) == whole._replace(
                flags=whole.flags | known
            ), record
    return told


def call(source: str, name: str, params: Any, **more: Any) -> dict[str, Any]:
    return {
        "eventSource": f"{source}.amazonaws.com",
        "eventName": name,
        "eventType": "AwsApiCall",
        "recipientAccountId": "111122223333",
        "userIdentity": {"type": "IAMUser", "userName": "ana", "accountId": "111122223333"},
        "requestParameters": params,
        **more,
    }


def test_the_sample() -> None:
    waiting = count = 0
    for path in sorted(SAMPLE.rglob("*.json.gz")):
        records = json.loads(inflate(path.read_bytes()).data)["Records"]
        told = check(records)
        count += len(told)
        waiting += told.count(None)
    assert count > 2500
    assert waiting < count / 8


@pytest.mark.parametrize(
    ("record", "target"),
    [
        (
            call("ec2", "DescribeInstances", {"instancesSet": {"items": [{"instanceId": "i-1"}]}}),
            "i-1",
        ),
        (
            call(
                "ec2",
                "DescribeInstances",
                {"instancesSet": {"items": [{"instanceId": "i-1"}, {"instanceId": "i-2"}]}},
            ),
            "i-1 +1",
        ),
        (call("ec2", "DescribeInstances", {"instancesSet": {}, "filterSet": {}}), "*"),
        (
            call(
                "ec2",
                "DescribeTags",
                {
                    "filterSet": {
                        "items": [
                            {"name": "resource-id", "valueSet": {"items": [{"value": "i-1"}]}}
                        ]
                    }
                },
            ),
            "resource-id=i-1",
        ),
        (call("ssm", "DescribeParameters", {"parameterFilters": []}), "*"),
        (call("iam", "GetUser", None), "(self) ana"),
        (call("iam", "GetUser", None, resources=[{"ARN": "arn:aws:s3:::logs"}]), None),
        (call("ec2", "DescribeInstances", {"omitted": "true", "reason": "too large"}), None),
        (
            call(
                "iam",
                "ListRoles",
                None,
                errorCode="AccessDenied",
                errorMessage=f"User: x is not authorized to perform: y on resource: {ROLE}",
            ),
            "role/reader",
        ),
        (call("kms", "Decrypt", {"encryptionContext": {"SecretARN": ROLE}}), "role/reader"),
        (call("kms", "Decrypt", {"encryptionContext": None, "keyId": "k-1"}), "k-1"),
        (call("s3", "PutObject", {"bucketName": "b", "x-amz-acl": "public-read"}), None),
        (call("s3", "PutObject", {"bucketName": "b", "key": "k", "x-amz-acl": "private"}), "b"),
        (call("ec2", "CreateSubnet", {"vpcId": "vpc-1"}), None),
        (call("ssm", "GetParameter", {"name": "/p", "withDecryption": True}), "/p"),
        (
            call(
                "sts",
                "AssumeRole",
                {"roleArn": ROLE},
                responseElements={"credentials": {"accessKeyId": "ASIAEXAMPLE"}},
            ),
            "role/reader",
        ),
        (call("sts", "AssumeRole", {"roleArn": ROLE}, responseElements={"other": 1}), None),
        (call("iam", "ListRoles", None, errorMessage="went wrong", errorCode=""), None),
    ],
)
def test_shapes(record: dict[str, Any], target: str | None) -> None:
    (told,) = check([record])
    assert (told and told[0].target) == target


def test_one_set_of_names_with_different_values() -> None:
    """The recipe is remembered for the names; what the values are decides each time."""
    contexts: list[Any] = [None, {}, {"SecretARN": ROLE}, {"aws:s3:arn": "arn:aws:s3:::b"}, "text"]
    told = check(
        [call("kms", "Decrypt", {"encryptionContext": one, "keyId": "k-1"}) for one in contexts]
    )
    assert None not in told
    names = [{"instanceId": "i-1"}, {"items": [1]}, [], "i-2", {"items": [{"a": {"b": "c"}}]}]
    check([call("ec2", "DescribeInstances", {"instancesSet": name}) for name in names])


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("x", "x"),
        ({"items": [{"instanceId": "i-1"}]}, "i-1"),
        ([], ""),
        (None, ""),
        (True, ""),
        (1, None),
        (["a", "b"], None),
        ([[[[["a"]]]]], None),
    ],
)
def test_only_text(value: Any, text: str | None) -> None:
    assert only_text(value) == text
