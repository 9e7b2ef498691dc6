"""What is started, and what about an instance is changed."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.test_note import TIMES, items, note, shapes
from tui.core.rules.note import needs_note
from tui.core.rules.note_instances import WRITERS

NOTES: list[tuple[str, Any, str]] = [
    (
        "ModifyInstanceAttribute",
        {"instanceId": "i-1", "userData": "<sensitiveDataRemoved>"},
        "new user data",
    ),
    (
        "ModifyInstanceAttribute",
        {"instanceId": "i-1", "attribute": "userData", "value": "<sensitiveDataRemoved>"},
        "new user data",
    ),
    (
        "ModifyInstanceAttribute",
        {"instanceId": "i-1", "disableApiTermination": {"value": False}},
        "termination protection off",
    ),
    (
        "ModifyInstanceAttribute",
        {"instanceId": "i-1", "disableApiTermination": {"value": True}},
        "termination protection on",
    ),
    ("ModifyInstanceAttribute", {"disableApiStop": {"value": "true"}}, "stop protection on"),
    ("ModifyInstanceAttribute", {"sourceDestCheck": {"value": "true"}}, ""),
    ("ModifyInstanceAttribute", {"sourceDestCheck": {"value": "false"}}, "source check off"),
    ("ModifyInstanceAttribute", {"groupSet": items({"groupId": "sg-1"})}, "groups sg-1"),
    ("ModifyInstanceAttribute", {"instanceType": {"value": "p3.2xlarge"}}, "p3.2xlarge"),
    (
        "ModifyInstanceAttribute",
        {"attribute": "disableApiTermination", "value": "<sensitiveDataRemoved>"},
        "disableApiTermination",
    ),
    (
        "ModifyInstanceMetadataOptions",
        {"ModifyInstanceMetadataOptionsRequest": {"HttpTokens": "optional", "InstanceId": "i-1"}},
        "IMDSv1 allowed",
    ),
    ("ModifyInstanceMetadataOptions", {"instanceId": "i-1", "httpTokens": "required"}, ""),
    (
        "ModifyInstanceMetadataDefaults",
        {"ModifyInstanceMetadataDefaultsRequest": {"HttpTokens": "optional"}},
        "IMDSv1 allowed",
    ),
    (
        "RunInstances",
        {"instanceType": "t3.nano", "metadataOptions": {"httpTokens": "optional"}},
        f"1 {TIMES} t3.nano, IMDSv1 allowed",
    ),
    ("RunInstances", {"metadataOptions": {"httpTokens": "optional"}}, "IMDSv1 allowed"),
    (
        "RunInstances",
        {"instanceType": "t3.nano", "metadataOptions": {"httpTokens": "required"}},
        f"1 {TIMES} t3.nano",
    ),
]


@pytest.mark.parametrize(("name", "params", "text"), NOTES)
def test_note(name: str, params: Any, text: str) -> None:
    assert note("ec2", name, params) == text
    assert note("ec2", name, params, errorCode="Client.UnauthorizedOperation") == text
    assert needs_note("ec2.amazonaws.com", name)


@given(
    st.sampled_from(sorted(WRITERS)),
    st.dictionaries(
        st.sampled_from(sorted({key for _, params, _ in NOTES for key in params})), shapes
    ),
)
def test_any_shape_survives(name: str, params: Any) -> None:
    assert isinstance(note("ec2", name, params), str)
