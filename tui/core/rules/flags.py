"""Yes-or-no facts about an event: did it fail, does it write, who made it, what did it open.

Split by what each depends on, so that a reader of millions computes each part once for each
distinct value: the call and its error (`call_flags`), the principal (`identity_flags`), and the
content of the record (`content_flags`).
"""

import enum
import re
from typing import Any

from tui.core.rules.call import call_name, service_name
from tui.core.rules.outcome import Result, has_failure, is_write, result_of
from tui.core.rules.principal import Principal
from tui.core.rules.values import is_omitted, unwrapped

__all__ = [
    "Flag",
    "Level",
    "Result",
    "call_flags",
    "content_flags",
    "has_failure",
    "identity_flags",
    "is_sensitive",
    "is_sign_in",
    "is_write",
    "level_of",
    "mfa_of",
    "result_of",
    "sensitive_by_content",
    "sensitive_record",
    "settled",
]


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
    MFA_UNTOLD = 1 << 19
    """A step of signing in that does not say whether there was MFA: then it is not NOMFA either."""


# Plain integers: an operation on an enum's members costs twenty times as much.
(
    _ERROR,
    _DENIED,
    _ROUTINE,
    _THROTTLED,
    _WRITE,
    _ROOT,
    _CONSOLE,
    _AWS,
    _MFA,
    _NOMFA,
    _CROSS_ACCOUNT,
    _PUBLIC,
    _SHARED,
    _ADMIN,
    _OMITTED,
    _UNDATED,
    _SENSITIVE,
) = (1 << position for position in range(17))
_MFA_UNTOLD = int(Flag.MFA_UNTOLD)
_PERSONS = _NOMFA | _CROSS_ACCOUNT


class Level(enum.IntEnum):
    """What a row's colour says, the most urgent first."""

    FAILED = 0
    CHANGE = 1
    SENSITIVE = 2
    READ = 3


_CONSOLE_TYPES = ("AwsConsoleAction", "AwsConsoleSignIn")
_PORTALS = ("signin", "sso")
"""Whose AwsServiceEvents tell of people: they sign in to IAM Identity Center and take accounts."""

_SENSITIVE_CALL = re.compile(
    r"""(?x)(?:
        GetSecretValue | BatchGetSecretValue | GetPasswordData
      | AssumeRole\w* | AssumeRoot | SwitchRole
      | Get\w*Token
      | GetRoleCredentials | GetCredentialsForIdentity | GetClusterCredentials(?:WithIAM)?
      | GetLaunchTemplateData | DownloadDBLogFilePortion | DownloadCompleteDBLogFile
      # The private key of a certificate, what a domain is transferred with, ways into Lightsail,
      # credentials of clusters and of S3 Access Grants.
      | ExportCertificate | RetrieveDomainAuthCode
      | GetInstanceAccessDetails | DownloadDefaultKeyPair | GetRelationalDatabaseMasterUserPassword
      | GetClusterSessionCredentials | GetDataAccess
    )\Z"""
)
_SENSITIVE_OF = frozenset(
    (("rolesanywhere", "CreateSession"), ("redshift-serverless", "GetCredentials"))
)
"""The same, where other services have harmless calls of that name."""
_PARAMETER_READS = ("GetParameter", "GetParameters", "GetParametersByPath", "GetParameterHistory")


_VALUES_OF_KEYS = {"GetApiKey": "includeValue", "GetApiKeys": "includeValues"}
"""With these API Gateway answers with the keys themselves."""


def is_sensitive(source: str, call: str) -> bool:
    """Whether such a call always reads a secret or takes on an identity.

    GetParameter*, GetApiKey* and DescribeInstanceAttribute depend on what they ask for:
    `sensitive_record`.
    """
    if _SENSITIVE_CALL.match(call):
        return True
    return (service_name(source), call) in _SENSITIVE_OF


def sensitive_by_content(source: str, call: str) -> bool:
    """Whether only the parameters of such a call tell if it reads a secret."""
    service = service_name(source)
    if service == "ssm":
        return call in _PARAMETER_READS
    if service == "apigateway":
        return call in _VALUES_OF_KEYS
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
    if call in _VALUES_OF_KEYS:
        return str(params.get(_VALUES_OF_KEYS[call])).lower() == "true"
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
        flags |= _WRITE
    if event_type in _CONSOLE_TYPES:
        flags |= _CONSOLE
        if call != "ConsoleLogin" and service_name(source) == "signin":
            # https://docs.aws.amazon.com/awscloudtrail/latest/userguide/
            # cloudtrail-event-reference-aws-console-sign-in-events.html: MFAUsed is ConsoleLogin's.
            flags |= _MFA_UNTOLD
    if event_type == "AwsServiceEvent" and service_name(source) not in _PORTALS:
        flags |= _AWS
    if is_sensitive(source, call):
        flags |= _SENSITIVE
    return flags


_RESULT_FLAGS: dict[str, int] = {
    Result.OK: 0,
    Result.DENIED: _ERROR | _DENIED,
    Result.FAILED: _ERROR,
    Result.ABSENT: _ERROR | _ROUTINE,
    Result.THROTTLED: _ERROR | _THROTTLED,
}


def content_flags(record: dict[str, Any]) -> int:
    """The flags that only a look into the whole record can give.

    PUBLIC, SHARED and ADMIN say that something *was* opened: a call that failed opened nothing
    and has none of them, though its note still shows what it tried.
    """
    # The screen asks for no record's flags before its first paint.
    from tui.core.rules.exposure import exposure_of

    flags = 0
    opened = exposure_of(record)
    if opened.public:
        flags |= _PUBLIC
    if opened.shared:
        flags |= _SHARED
    if opened.admin:
        flags |= _ADMIN
    for value in record.values():
        if type(value) is dict and is_omitted(value):
            flags |= _OMITTED
            break
    if sensitive_record(record):
        flags |= _SENSITIVE
    if mfa_of(None, unwrapped(record.get("additionalEventData"), "").get("MFAUsed")):
        flags |= _MFA
    return flags


def mfa_of(mfa_authenticated: object, mfa_used: object) -> bool:
    """Whether the session, or this sign-in (`additionalEventData.MFAUsed`), had MFA."""
    return bool(
        (mfa_authenticated and str(mfa_authenticated).lower() == "true")
        or (mfa_used and str(mfa_used).lower() == "yes")
    )


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

    `own_account` is recipientAccountId; `console` is CONSOLE of the event. Where those are not
    known yet, pass False and let `settled` decide about NOMFA when all flags are together.
    """
    flags = 0
    if principal.is_root:
        flags |= _ROOT
    if principal.is_aws:
        flags |= _AWS
    if console or sign_in:
        flags |= _CONSOLE
    if mfa:
        flags |= _MFA
    if principal.account and own_account and principal.account != own_account:
        flags |= _CROSS_ACCOUNT
    return settled(flags)


def settled(flags: int) -> int:
    """The flags of one event, put together from several sources, made to agree.

    NOMFA is a console session (a sign-in is one) of a person without MFA, but not a password that
    is recovered or a factor that is asked for: those do not tell. What AWS does by itself is
    nobody's session and crosses no account.
    """
    if flags & _AWS:
        return flags & ~_PERSONS
    if flags & _CONSOLE and not flags & (_MFA | _MFA_UNTOLD):
        return flags | _NOMFA
    return flags & ~_NOMFA


def level_of(flags: int) -> Level:
    """The one thing a row's colour says about an event."""
    if flags & _ERROR:
        return Level.FAILED
    if flags & _WRITE:
        return Level.CHANGE
    return Level.SENSITIVE if flags & _SENSITIVE else Level.READ
