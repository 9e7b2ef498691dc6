"""How a call ended, and whether it meant to change anything.

Error codes are taken as the services write them: EC2 puts `Client.` or `Server.` before its own.
"""

import re
from typing import Any, Final


class Result:
    """The words for how a call ended."""

    OK: Final = ""
    DENIED: Final = "denied"
    FAILED: Final = "failed"
    ABSENT: Final = "absent"
    THROTTLED: Final = "throttled"


_READ_CALL = re.compile(r"Get|List|Describe|Head|Lookup|Search|Query|BatchGet|Check|Validate|Test")
_THROTTLED = re.compile(r"Throttl|RequestLimitExceeded|SlowDown|TooManyRequests")
_DENIED = re.compile(r"AccessDenied|Unauthorized")
_ABSENT = re.compile(r"\ANoSuch|NotFound|DoesNotExist")
_FAILURES = ("Failure", "Failed")


def is_write(read_only: object, call: str) -> bool:
    """Whether the call changes something: by AWS's readOnly, else by the call's name.

    What has neither is no call: an Insights event tells of others.
    """
    if isinstance(read_only, str):
        read_only = {"true": True, "false": False}.get(read_only.strip().lower())
    if isinstance(read_only, bool):
        return not read_only
    return bool(call) and _READ_CALL.match(call) is None


def has_failure(
    event_name: str,
    error_code: object,
    error_message: object,
    response_elements: object,
    service_event_details: object,
) -> bool:
    """Whether the call failed: not every failure has an errorCode (a ConsoleLogin has none)."""
    if error_code or error_message:
        return True
    for answer in (response_elements, service_event_details):
        if isinstance(answer, dict) and answer.get(event_name) in _FAILURES:
            return True
    return False


def result_of(error_code: str, has_error: bool, write: bool) -> str:  # noqa: FBT001
    """How the call ended, in one of Result's words."""
    if not error_code:
        return Result.FAILED if has_error else Result.OK
    code = error_code.removeprefix("Client.").removeprefix("Server.")
    if _THROTTLED.search(code):
        return Result.THROTTLED
    if _DENIED.search(code):
        return Result.DENIED
    if not write and _ABSENT.search(code):
        return Result.ABSENT
    return Result.FAILED


def record_failed(record: dict[str, Any]) -> bool:
    """Whether the call of this record failed."""
    event_name = record.get("eventName")
    return has_failure(
        event_name if isinstance(event_name, str) else "",
        record.get("errorCode"),
        record.get("errorMessage"),
        record.get("responseElements"),
        record.get("serviceEventDetails"),
    )
