"""How a call ended, and whether it writes."""

from typing import Any

import pytest

from tui.core.rules.outcome import has_failure, is_write, record_failed, result_of


@pytest.mark.parametrize(
    ("code", "write", "result"),
    [
        ("AccessDenied", True, "denied"),
        ("AccessDeniedException", False, "denied"),
        ("VpceAccessDenied", False, "denied"),
        ("Client.UnauthorizedOperation", True, "denied"),
        ("UnauthorizedException", False, "denied"),
        ("ThrottlingException", True, "throttled"),
        ("Throttling", False, "throttled"),
        ("Client.RequestLimitExceeded", False, "throttled"),
        ("SlowDown", False, "throttled"),
        ("TooManyRequestsException", False, "throttled"),
        ("NoSuchBucketPolicy", False, "absent"),
        ("NoSuchEntityException", False, "absent"),
        ("Client.InvalidRouteTableID.NotFound", False, "absent"),
        ("ObjectLockConfigurationNotFoundError", False, "absent"),
        ("InvocationDoesNotExist", False, "absent"),
        ("NoSuchBucket", True, "failed"),
        ("TrailNotFoundException", True, "failed"),
        ("ValidationException", False, "failed"),
        ("Client.InvalidParameterValue", True, "failed"),
        ("NotSuch", False, "failed"),
    ],
)
def test_result(code: str, write: bool, result: str) -> None:
    assert result_of(code, True, write) == result


def test_a_failure_needs_no_code() -> None:
    assert result_of("", True, False) == "failed"
    assert result_of("", False, True) == ""


@pytest.mark.parametrize(
    ("record", "failed"),
    [
        ({}, False),
        ({"errorCode": "AccessDenied"}, True),
        ({"errorCode": "", "errorMessage": None}, False),
        ({"errorMessage": "Failed authentication"}, True),
        ({"responseElements": {"ConsoleLogin": "Failure"}}, True),
        ({"responseElements": {"ConsoleLogin": "Success"}}, False),
        ({"responseElements": {"CheckMfa": "Failure"}}, False),
        ({"serviceEventDetails": {"ConsoleLogin": "Failed"}}, True),
        ({"responseElements": "Failure"}, False),
        ({"responseElements": {"ConsoleLogin": ["Failure"]}}, False),
    ],
)
def test_failure(record: dict[str, Any], failed: bool) -> None:
    assert record_failed({"eventName": "ConsoleLogin", **record}) is failed


def test_failure_of_a_call_without_a_name() -> None:
    assert not record_failed({"eventName": 7, "responseElements": {"": "Success"}})
    assert has_failure("", 5, None, None, None)


@pytest.mark.parametrize(
    ("read_only", "call", "write"),
    [
        (True, "DeleteUser", False),
        (False, "GetUser", True),
        ("False", "GetUser", True),
        ("true", "DeleteUser", False),
        (None, "DeleteUser", True),
        (None, "GetUser", False),
        (None, "BatchGetItem", False),
        (None, "LookupEvents", False),
        (None, "AssumeRole", True),
        ("perhaps", "ListUsers", False),
        (3, "PutItem", True),
        (None, "", False),
        (False, "", True),
    ],
)
def test_write(read_only: object, call: str, write: bool) -> None:
    assert is_write(read_only, call) is write
