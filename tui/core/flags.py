"""Yes-or-no facts about an event: did it fail, does it write, who made it, what did it open.

Split by what each depends on, so that a reader of millions computes each part once for each
distinct value: the call and its error (`call_flags`), the principal (`identity_flags`), and the
content of requestParameters (`tui.core.exposure.content_flags`).
"""

import enum
import re
from typing import Any, Final

from tui.core.call import call_name, service_name
from tui.core.principal import Principal


class Flag(enum.IntFlag):
    """What `is:` asks for. The values are stored in 32-bit columns: do not renumber."""

    ERROR = 1
    """The call failed in whatever way."""
    DENIED = 1 << 1
    ROUTINE = 1 << 2
    """A read that found nothing (`NoSuchBucketPolicy`)."""
    THROTTLED = 1 << 3
    WRITE = 1 << 4
    ROOT = 1 << 5
    CONSOLE = 1 << 6
    AWS = 1 << 7
    """An AWS service acted by itself."""
    MFA = 1 << 8
    NOMFA = 1 << 9
    """A person's sign-in or console session without MFA."""
    CROSS_ACCOUNT = 1 << 10
    PUBLIC = 1 << 11
    """Lets anyone in."""
    SHARED = 1 << 12
    """Lets another account in."""
    ADMIN = 1 << 13
    """Gives an identity everything."""
    OMITTED = 1 << 14
    """A field was left out because the record was too large."""
    UNDATED = 1 << 15
    SENSITIVE = 1 << 16
    """Reads a secret or takes on an identity."""
    MOVED = 1 << 17
    """Its key or instance session was used from more than one network (known over all events)."""
    DOUBLED = 1 << 18
    """Another event has the same eventID and other content (known over all events)."""


class Result:
    """The words for how a call ended."""

    OK: Final = ""
    DENIED: Final = "denied"
    FAILED: Final = "failed"
    ABSENT: Final = "absent"
    THROTTLED: Final = "throttled"


class Level(enum.IntEnum):
    """What a row's colour says, the most urgent first."""

    FAILED = 0
    CHANGE = 1
    SENSITIVE = 2
    READ = 3


_READ_CALL = re.compile(r"Get|List|Describe|Head|Lookup|Search|Query|BatchGet|Check|Validate|Test")
_THROTTLED = re.compile(r"Throttl|RequestLimitExceeded|SlowDown|TooManyRequests")
_DENIED = re.compile(r"AccessDenied|Unauthorized")
_ABSENT = re.compile(r"\ANoSuch|NotFound|DoesNotExist")
_FAILURES = ("Failure", "Failed")
_CONSOLE_TYPES = ("AwsConsoleAction", "AwsConsoleSignIn")

_SENSITIVE_CALL = re.compile(
    r"""(?x)(?:
        GetSecretValue | BatchGetSecretValue | GetPasswordData
      | AssumeRole\w* | AssumeRoot | SwitchRole
      | Get\w*Token
      | GetRoleCredentials | GetCredentialsForIdentity | GetClusterCredentials(?:WithIAM)?
      | GetLaunchTemplateData | DownloadDBLogFilePortion | DownloadCompleteDBLogFile
    )\Z"""
)
_PARAMETER_READS = ("GetParameter", "GetParameters", "GetParametersByPath", "GetParameterHistory")


def is_write(read_only: object, call: str) -> bool:
    """Whether the call changes something: by AWS's readOnly, else by the call's name."""
    if isinstance(read_only, str):
        read_only = {"true": True, "false": False}.get(read_only.strip().lower())
    if isinstance(read_only, bool):
        return not read_only
    return _READ_CALL.match(call) is None


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
    return any(
        isinstance(answer, dict) and answer.get(event_name) in _FAILURES
        for answer in (response_elements, service_event_details)
    )


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


def is_sensitive(source: str, call: str) -> bool:
    """Whether such a call always reads a secret or takes on an identity.

    GetParameter* and DescribeInstanceAttribute depend on what they ask for: `sensitive_record`.
    """
    if _SENSITIVE_CALL.match(call):
        return True
    return call == "CreateSession" and service_name(source) == "rolesanywhere"


def sensitive_by_content(source: str, call: str) -> bool:
    """Whether only the parameters of such a call tell if it reads a secret."""
    service = service_name(source)
    if service == "ssm":
        return call in _PARAMETER_READS
    return service == "ec2" and call == "DescribeInstanceAttribute"


def sensitive_record(record: dict[str, Any]) -> bool:
    """Whether this record reads a secret or takes on an identity."""
    source, event_name = record.get("eventSource"), record.get("eventName")
    if not isinstance(source, str) or not isinstance(event_name, str):
        return False
    call = call_name(event_name)
    if is_sensitive(source, call):
        return True
    params = record.get("requestParameters")
    if not sensitive_by_content(source, call) or not isinstance(params, dict):
        return False
    if call == "DescribeInstanceAttribute":
        return params.get("attribute") == "userData"
    return str(params.get("withDecryption")).lower() == "true"


def call_flags(
    source: str,
    event_name: str,
    error_code: str,
    has_error: bool,  # noqa: FBT001
    read_only: object,
    event_type: str,
) -> int:
    """The flags that the call, its error, readOnly and eventType decide."""
    call = call_name(event_name)
    write = is_write(read_only, call)
    result = result_of(error_code, has_error, write)
    flags = _RESULT_FLAGS[result]
    if write:
        flags |= Flag.WRITE
    if event_type in _CONSOLE_TYPES:
        flags |= Flag.CONSOLE
    if event_type == "AwsServiceEvent":
        flags |= Flag.AWS
    if is_sensitive(source, call):
        flags |= Flag.SENSITIVE
    return int(flags)


_RESULT_FLAGS: dict[str, int] = {
    Result.OK: 0,
    Result.DENIED: int(Flag.ERROR | Flag.DENIED),
    Result.FAILED: int(Flag.ERROR),
    Result.ABSENT: int(Flag.ERROR | Flag.ROUTINE),
    Result.THROTTLED: int(Flag.ERROR | Flag.THROTTLED),
}


def mfa_of(mfa_authenticated: object, mfa_used: object) -> bool:
    """Whether the session, or this sign-in (`additionalEventData.MFAUsed`), had MFA."""
    return str(mfa_authenticated).lower() == "true" or str(mfa_used).lower() == "yes"


def is_sign_in(source: str, event_name: str, event_type: str) -> bool:
    """Whether the event is a person signing in to the console."""
    return event_name == "ConsoleLogin" or (
        event_type == "AwsConsoleSignIn" and service_name(source) == "signin"
    )


def identity_flags(
    principal: Principal,
    own_account: str,
    mfa: bool,  # noqa: FBT001
    console: bool,  # noqa: FBT001
    sign_in: bool,  # noqa: FBT001
) -> int:
    """The flags that the principal decides, with the session's MFA and the way in.

    `own_account` is recipientAccountId; `console` is `Flag.CONSOLE` of the event. An event that
    turns out to be an AwsServiceEvent loses some of them again: see `settled`.
    """
    flags = Flag(0)
    if principal.is_root:
        flags |= Flag.ROOT
    if principal.is_aws:
        flags |= Flag.AWS
    if console:
        flags |= Flag.CONSOLE
    if mfa:
        flags |= Flag.MFA
    elif (console or sign_in) and not principal.is_aws:
        flags |= Flag.NOMFA
    if principal.account and own_account and principal.account != own_account:
        flags |= Flag.CROSS_ACCOUNT
    return settled(int(flags))


def settled(flags: int) -> int:
    """Flags from several sources as one: what AWS does is nobody's session and no crossing."""
    if flags & _AWS:
        return flags & ~_PERSONS
    return flags


_AWS = int(Flag.AWS)
_PERSONS = int(Flag.NOMFA | Flag.CROSS_ACCOUNT)


def level_of(flags: int) -> Level:
    """The one thing a row's colour says about an event."""
    if flags & _ERROR:
        return Level.FAILED
    if flags & _WRITE:
        return Level.CHANGE
    return Level.SENSITIVE if flags & _SENSITIVE else Level.READ


_ERROR = int(Flag.ERROR)
_WRITE = int(Flag.WRITE)
_SENSITIVE = int(Flag.SENSITIVE)
