"""What a path and a text mean, record by record."""

from __future__ import annotations

import base64
import json
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tui.core.matching.looking import holds, number_of, text_of, values_at
from tui.core.query.nodes import Compare, Exact, Glob, Network, Path, Present, Regex, Text, Value

POLICY = {"Statement": [{"Effect": "Allow", "Principal": {"AWS": "*"}}, {"Effect": "Deny"}]}
RECORD: dict[str, Any] = {
    "eventName": "PutBucketPolicy",
    "sourceIPAddress": "010.000.012.007",
    "responseElements": json.dumps({"instancesSet": {"items": [{"instanceId": "i-0abc"}, {}]}}),
    "requestParameters": {
        "bucketName": "prod-data",
        "policy": json.dumps(POLICY),
        "document": quote(json.dumps(POLICY)),
        "context": base64.b64encode(json.dumps({"aws:s3:arn": "arn:x"}).encode()).decode(),
        "count": 5,
        "ratio": 0.5,
        "port": "443",
        "public": True,
        "empty": "",
        "nothing": None,
        "none": [],
        "list": ["a", ["b", {"c": "d"}]],
        "x-amz-acl": "public-read",
        "Case": "upper",
        "case": "lower",
        "text": '["embedded", "list"]',
    },
}
RP = "requestParameters"


@pytest.mark.parametrize(
    ("keys", "value", "expected"),
    [
        ((RP, "bucketName"), Exact("PROD-DATA"), True),
        ((RP, "bucketName"), Exact("prod"), False),
        ((RP, "bucketname"), Exact("prod-data"), True),
        ((RP, "case"), Exact("upper"), False),
        ((RP, "Case"), Exact("upper"), True),
        ((RP, "CASE"), Exact("upper"), True),
        ((RP, "CASE"), Exact("lower"), True),
        ((RP, "policy", "Statement", "Principal", "AWS"), Exact("*"), True),
        ((RP, "document", "Statement", "Effect"), Exact("deny"), True),
        ((RP, "document", "Statement", "0", "Effect"), Exact("Deny"), False),
        ((RP, "document", "Statement", "1", "Effect"), Exact("Deny"), True),
        ((RP, "document", "Statement", "2", "Effect"), Present(), False),
        ((RP, "context", "aws:s3:arn"), Exact("arn:x"), True),
        (("responseElements", "instancesSet", "items", "instanceId"), Exact("i-0abc"), True),
        ((RP, "count"), Exact("5"), True),
        ((RP, "ratio"), Exact("0.5"), True),
        ((RP, "public"), Exact("TRUE"), True),
        ((RP, "nothing"), Exact("null"), False),
        ((RP, "list"), Exact("a"), True),
        ((RP, "list"), Exact("b"), True),
        ((RP, "list", "c"), Exact("d"), True),
        ((RP, "text"), Exact("list"), True),
        ((RP, "policy"), Exact("*"), False),
        ((RP,), Exact("prod-data"), False),
        ((RP, "bucketName"), Glob("P*-da?a"), True),
        ((RP, "bucketName"), Glob("p*\\*"), False),
        ((RP, "bucketName"), Regex("^prod"), True),
        ((RP, "bucketName"), Regex("^PROD"), False),
        ((RP,), Present(), True),
        ((RP, "empty"), Present(), False),
        ((RP, "nothing"), Present(), False),
        ((RP, "none"), Present(), False),
        ((RP, "count"), Present(), True),
        ((RP, "nowhere", "at", "all"), Present(), False),
        ((RP, "count"), Compare(">", 4.5), True),
        ((RP, "count"), Compare(">", 5), False),
        ((RP, "count"), Compare(">=", 5), True),
        ((RP, "port"), Compare("<=", 443), True),
        ((RP, "port"), Compare("<", 443), False),
        ((RP, "public"), Compare(">", 0), False),
        ((RP, "bucketName"), Compare(">", 0), False),
        (("sourceIPAddress",), Network("10.0.0.0/8"), True),
        (("sourceIPAddress",), Network("192.0.2.0/24"), False),
        (("eventName",), Network("10.0.0.0/8"), False),
    ],
)
def test_paths(keys: tuple[str, ...], value: Value, expected: bool) -> None:
    assert holds(Path(keys, (value,)), RECORD) is expected
    assert holds(Path(keys, (Exact("\0"), value)), RECORD) is expected


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        ("BUCKETpolicy", True),
        ("x-amz-ACL", True),
        ("443", True),
        ("0.5", True),
        ("true", False),
        ('"Effect": "Allow"', True),
        ("aws:s3:arn", False),
        ("i-0abc", True),
        ("nowhere", False),
    ],
)
def test_texts(wanted: str, expected: bool) -> None:
    assert holds(Text(wanted), RECORD) is expected


def test_a_text_reads_as_it_does_when_decoded() -> None:
    assert holds(Text("größe"), {"a": quote("GRÖSSE")})
    assert holds(Text("a b"), {"a": quote(quote("a b"))})
    assert holds(Text("line\nbreak"), {"a": json.dumps(["line\nbreak"])})
    assert holds(Text("%20"), {"a": "%20"})
    assert holds(Text("key name"), {"key%20name": 1})


def test_depth_is_nothing_to_fear() -> None:
    deep: Any = "bottom"
    for _ in range(3000):
        deep = [{"a": deep}]
    assert holds(Text("bottom"), deep)
    assert holds(Path(("a",), (Present(),)), deep)
    nested: Any = "bottom"
    for _ in range(3000):
        nested = [nested]
    assert holds(Path(("x",), (Exact("bottom"),)), {"x": nested})
    assert holds(Path(("y",), (Exact("bottom"),)), {"x": nested}) is False


def test_leaves_read_as_their_json() -> None:
    leaves: list[object] = [1, 1.5, True, False, "x", None, float("inf"), []]
    assert [text_of(leaf) for leaf in leaves] == [
        "1", "1.5", "true", "false", "x", None, None, None,
    ]  # fmt: skip
    assert text_of(10**5000) is None
    assert [number_of(text) for text in ("1", "-1.5e3", " 2 ", "1_0", "0x1", "nan", "")] == [
        1.0, -1500.0, 2.0, None, None, None, None,
    ]  # fmt: skip


ANY = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=2), inner),
    max_leaves=8,
)


@settings(deadline=None, max_examples=150)
@given(ANY, st.lists(st.text(max_size=2) | st.just("0"), min_size=1, max_size=3), st.text())
def test_nothing_raises(record: object, keys: list[str], text: str) -> None:
    values: tuple[Value, ...] = (
        Exact(text), Present(), Compare("<", 3.0), Network("::/0"), Network("0.0.0.0/0"),
    )  # fmt: skip
    for value in values:
        holds(Path(tuple(keys), (value,)), record)
    assert holds(Path(tuple(keys), (Present(),)), record) == any(
        value not in (None, "", [], {}) for value in values_at(record, tuple(keys))
    )
    assert holds(Text(""), {"a": record})
    holds(Text(text), record)
