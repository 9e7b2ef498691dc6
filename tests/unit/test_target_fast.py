"""The fast ways to a target, which must agree with the rules whenever they give an answer."""

import json
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.unit.test_target import CREATED, OWN, RULES
from tui.core.rules.outcome import has_failure
from tui.core.rules.target import Target, target_from, target_of
from tui.ingest.content.loose import loose_record
from tui.ingest.encoding.encode import Encoder

SOURCES = ["s3", "kms", "ec2", "iam", "sts", "ssm", "lambda", "secretsmanager", "guardduty", "x"]
CALLS = [
    *sorted({name for _, _, name, *_ in RULES} | {name for _, name, *_ in CREATED}),
    "GetUser",
    "ConsoleLogin",
    "SharedSnapshotVolumeCreated",
]
FIELDS = sorted(
    {key for rule in RULES if isinstance(rule[3], dict) for key in rule[3]}
    | {
        "roleArn",
        "omitted",
        "reason",
        "Name",
        "id",
        "bundlesSet",
        "tags",
        "encryptionContext.SecretARN",
    }
)
texts = st.sampled_from(
    ["a", "", " ", "****", "{}", f"arn:aws:iam::{OWN}:role/x", "true", "é" * 300]
)
scalars = st.none() | st.booleans() | st.integers() | st.floats() | texts | st.text(max_size=4)
values = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner, max_size=2)
        | st.dictionaries(
            st.sampled_from(["items", "item", "content", "SecretARN", "aws:ebs:id", "name", "x"]),
            inner,
            max_size=2,
        )
    ),
    max_leaves=4,
)
parameters = st.dictionaries(
    st.sampled_from(FIELDS), texts | texts | values, min_size=1, max_size=4
)
records = st.fixed_dictionaries(
    {
        "eventSource": st.sampled_from([f"{source}.amazonaws.com" for source in SOURCES]),
        "eventName": st.sampled_from(CALLS),
        "requestParameters": st.none() | parameters,
    },
    optional={
        "errorCode": st.sampled_from(["", "AccessDenied"]),
        "errorMessage": st.just(f"on resource: arn:aws:iam::{OWN}:role/y"),
        "responseElements": st.just({"vpcId": "vpc-9", "ConsoleLogin": "Failure"}) | values,
        "resources": st.just([{"ARN": f"arn:aws:iam::{OWN}:role/z"}]) | values,
        "additionalEventData": st.just({"ARN": "arn:z"}) | values,
        "userIdentity": values,
    },
)


LIST = {"eventSource": "kms.amazonaws.com", "eventName": "ListKeys"}


def _kms(**parameters: object) -> dict[str, Any]:
    name = {"encryptionContext.SecretARN": "a"}  # as it stands within the context
    made = {"eventSource": "kms.amazonaws.com", "eventName": "Decrypt"}
    return {**made, "requestParameters": {**name, **parameters}}


@settings(max_examples=600, deadline=None)
@example(_kms())
@example(_kms(keyId="k"))
@example(_kms(encryptionContext={}))
@example(_kms(encryptionContext={"SecretARN": "b"}))
@example({**LIST, "requestParameters": {"encryptionContext": {"prefix": "b"}}})
@example({**LIST, "requestParameters": {"encryptionContext": {"prefix": "b"}, "prefix": "c"}})
@given(records)
def test_the_encoder_agrees_with_the_rules(made: dict[str, Any]) -> None:
    raw = json.dumps(made).encode()
    expected = target_of(made)
    encoder = Encoder()
    names, keys = [""], [""]
    for _ in range(2):  # the second time it takes the quick way, if there is one
        pending = encoder.add([loose_record(raw)], 0)
        batch, _outside = encoder.take()
        names += batch.texts["target"]
        keys += batch.texts["object"]
        if not pending:
            found = names[batch.codes["target"][0]], keys[batch.codes["object"][0]]
            assert found == expected


@pytest.mark.parametrize("header", [["private"], {"private": 1}, 1, True, None])
def test_a_header_that_is_no_text_is_left_to_the_whole_record(header: object) -> None:
    made = {"eventSource": "s3.amazonaws.com", "eventName": "PutObject"}
    params = {"bucketName": "b", "key": "k", "x-amz-acl": header}
    raw = json.dumps({**made, "requestParameters": params}).encode()
    encoder = Encoder()
    for _ in range(3):
        assert encoder.add([loose_record(raw)], 0) == [0]


@settings(max_examples=400, deadline=None)
@given(records)
def test_parameters_alone_agree_with_the_rules(made: dict[str, Any]) -> None:
    failed = has_failure(
        made["eventName"],
        made.get("errorCode"),
        made.get("errorMessage"),
        made.get("responseElements"),
        None,
    )
    found = target_from(
        made["eventSource"],
        made["eventName"],
        made["requestParameters"],
        failed,
        bare="resources" not in made,
    )
    assert found is None or found == target_of(made)


@pytest.mark.parametrize(
    ("source", "name", "params", "bare", "target"),
    [
        ("ec2", "DescribeVpcs", {"vpcSet": {"items": [{"vpcId": "vpc-1"}]}}, False, "vpc-1"),
        ("ec2", "DescribeVpcs", {"vpcSet": {}, "filterSet": {}}, True, "*"),
        ("ec2", "DescribeVpcs", {"vpcSet": {}, "filterSet": {}}, False, None),
        ("ec2", "CreateVpc", {"cidrBlock": "10.0.0.0/16"}, True, None),
        ("ec2", "DescribeHosts", {"DescribeHostsRequest": {"HostId": "h-1"}}, True, "h-1"),
        ("iam", "GetUser", None, True, None),
        ("organizations", "LeaveOrganization", None, True, None),
        ("s3", "PutObject", {"reason": "x", "omitted": "true"}, True, "(omitted)"),
    ],
)
def test_target_from(source: str, name: str, params: Any, bare: bool, target: str | None) -> None:
    found = target_from(f"{source}.amazonaws.com", name, params, False, bare=bare)
    assert (found and found.name) == target


@given(st.dictionaries(st.sampled_from(["eventName", "requestParameters", "resources"]), values))
def test_any_shape_survives(made: dict[str, Any]) -> None:
    assert isinstance(target_of(made), Target)
