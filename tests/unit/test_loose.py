"""A record of any types becomes one that the index can take."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.made import raw, record
from tui.ingest.content.loose import load, loose_record
from tui.ingest.encoding.encode import Encoder

anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.text(max_size=8) | st.sampled_from(["userName", "arn"]), inner, max_size=3
        )
    ),
    max_leaves=8,
)
fields = st.dictionaries(
    st.sampled_from([*record(), "@timestamp", "errorCode", "errorMessage", "resources"]), anything
)


def test_what_fits_is_read_by_its_types() -> None:
    found = loose_record(raw(3))
    assert found.eventID == record(3)["eventID"]
    assert found.requestParameters == {"bucketName": "bücket-3"}


@pytest.mark.parametrize(
    ("field", "value", "expected"),
    [
        ("userAgent", ["a", "b"], "a, b"),
        ("userAgent", {"a": 1}, '{"a": 1}'),
        ("readOnly", "True", True),
        ("readOnly", "false ", False),
        ("readOnly", "maybe", None),
        ("readOnly", 1, None),
        ("eventTime", 1700000000, "1700000000"),
        ("requestParameters", "text", "text"),
        ("requestParameters", [1], "[1]"),
        ("awsRegion", None, None),
        ("eventName", "", ""),
    ],
)
def test_another_type_becomes_a_text(field: str, value: Any, expected: Any) -> None:
    found = loose_record(json.dumps({**record(), "errorCode": 5, field: value}).encode())
    assert getattr(found, field) == expected
    assert found.errorCode == "5"


def test_an_identity_may_be_a_text_that_holds_one() -> None:
    inner = json.dumps({"type": "IAMUser", "userName": "dana", "sessionContext": [1]})
    found = loose_record(raw(1, userIdentity=inner))
    assert found.userIdentity is not None
    assert found.userIdentity.userName == "dana"
    assert loose_record(raw(1, userIdentity="nobody")).userIdentity is None


@pytest.mark.parametrize("content", [b"", b"[1]", b"7", b"{", b"\xff", b'{"eventName":' * 5000])
def test_what_is_no_record_is_an_empty_one(content: bytes) -> None:
    assert loose_record(content).eventName is None


def test_what_is_nested_almost_too_deeply_is_taken() -> None:
    for levels in range(400, 1100, 50):
        deep = b"[" * levels + b"]" * levels
        for field in (b"eventName", b"@timestamp", b"userIdentity", b"requestParameters"):
            made = loose_record(raw(1)[:-1] + b',"' + field + b'":' + deep + b"}")
            encoder = Encoder()
            encoder.add([made], 0)
            assert encoder.take()[0].time.size == 1


def test_lenient_loading() -> None:
    assert load(b'{"a":"\t\xff"}') == {"a": "\t\udcff"}
    assert load(b'{"a":"\\ud800"}') == {"a": "\ud800"}
    assert load(b'{"a":' + b"9" * 5000 + b"}")["a"] == float("inf")
    with pytest.raises(ValueError, match="Expecting"):
        load(b"{")


@settings(max_examples=50, deadline=None)
@given(fields)
def test_any_types_are_taken(made: dict[str, Any]) -> None:
    content = json.dumps({**record(), **made}).encode()
    encoder = Encoder()
    encoder.add([loose_record(content)], 0)
    batch, _ = encoder.take()
    assert batch.time.size == 1
