"""What the flat values tell of a target is what the whole record tells."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.made import record
from tui.core.rules.event import describe
from tui.ingest.content.loose import loose_record
from tui.ingest.encoding.encode import Encoder

calls = st.sampled_from(
    [
        ("s3.amazonaws.com", "GetObject"),
        ("s3.amazonaws.com", "GetBucketAcl"),
        ("kms.amazonaws.com", "Decrypt"),
        ("ec2.amazonaws.com", "DescribeInstances"),
        ("iam.amazonaws.com", "GetUser"),
        ("sts.amazonaws.com", "AssumeRole"),
        ("logs.amazonaws.com", "DescribeLogStreams"),
        ("lambda.amazonaws.com", "GetFunction20150331v2"),
    ]
)
names = st.sampled_from(
    [
        *("bucketName", "key", "keyId", "roleArn", "userName", "functionName", "instanceId"),
        *("instancesSet", "logGroupName", "encryptionContext", "x-amz-acl", "name", "id"),
    ]
)
parameters = st.none() | st.dictionaries(names, st.text(min_size=1, max_size=8))


@settings(max_examples=80, deadline=None)
@given(st.lists(st.tuples(calls, parameters, st.sampled_from([None, "AccessDenied"])), max_size=6))
def test_fast_targets_are_those_of_the_whole_record(
    events: list[tuple[tuple[str, str], Any, str | None]],
) -> None:
    made = []
    for number, ((source, name), params, error) in enumerate(events):
        fields: dict[str, Any] = {"eventSource": source, "eventName": name}
        fields |= {"requestParameters": params, "errorCode": error}
        made.append(json.dumps({**record(number), **fields}).encode())
    encoder = Encoder()
    pending = encoder.add([loose_record(one) for one in made], 0)
    batch, _ = encoder.take()
    texts = {name: ["", *batch.texts[name]] for name in ("target", "object")}
    for row in set(range(len(made))) - set(pending):
        told = describe(json.loads(made[row])).target
        fast = [texts[name][batch.codes[name][row]] for name in ("target", "object")]
        assert fast == [told.name, told.object], made[row]
