"""A call's name and its parts."""

import pytest

from tui.core.rules.call import call_name, event_text, service_name


@pytest.mark.parametrize(
    ("event_name", "call"),
    [
        ("GetFunction20150331v2", "GetFunction"),
        ("ListFunctions20150331", "ListFunctions"),
        ("CreateFunction2020_05_31", "CreateFunction"),
        ("GetBucketAcl", "GetBucketAcl"),
        ("AssumeRoleWithSAML", "AssumeRoleWithSAML"),
        ("20150331", "20150331"),
        ("", ""),
    ],
)
def test_call_name_is_without_the_version(event_name: str, call: str) -> None:
    assert call_name(event_name) == call


def test_service_name_is_without_the_domain() -> None:
    assert service_name("s3.amazonaws.com") == "s3"
    assert service_name("s3") == "s3"
    assert service_name("") == ""


def test_event_text() -> None:
    assert event_text("lambda.amazonaws.com", "Invoke20150331") == "lambda:Invoke"
    assert event_text("", "Invoke") == "Invoke"
    assert event_text("lambda", "") == "lambda"
    assert event_text("", "") == ""
