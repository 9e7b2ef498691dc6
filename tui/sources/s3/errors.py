"""What went wrong with S3, in a sentence that says what, where, and what would mend it.

Codes: https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html. Exceptions are told
apart by the names of their classes: botocore need not be loaded to explain one of Python's own.
"""

from __future__ import annotations

import enum
import re
from typing import NamedTuple

from tui.sources.s3.answers import UNSHOWN, clean, is_page, region_told, retry_after


class Refusal(enum.StrEnum):
    """Why a request was not answered as asked."""

    DENIED = "denied"
    """AccessDenied: an IAM or bucket policy does not allow it."""
    KMS = "kms"
    """The object is there, the key that encrypts it may not be used."""
    GONE = "gone"
    """The object was deleted after it had been listed."""
    NO_BUCKET = "no-bucket"
    REGION = "region"
    """The bucket is in another region, and which was not said."""
    ARCHIVED = "archived"
    """Glacier: it would have to be restored first."""
    NO_CREDENTIALS = "no-credentials"
    EXPIRED = "expired"
    """The credentials have expired."""
    BAD_CREDENTIALS = "bad-credentials"
    """Unknown key, wrong signature, a profile that does not exist."""
    CLOCK = "clock"
    """This machine's clock is too far off."""
    THROTTLED = "throttled"
    NETWORK = "network"
    """No connection, or one that broke."""
    SERVER = "server"
    """5xx."""
    CHANGED = "changed"
    """The object has another ETag than was listed."""
    OTHER = "other"


RETRIED = frozenset({Refusal.THROTTLED, Refusal.NETWORK, Refusal.SERVER})
"""What may well go away by itself."""
BY_ACCESS = frozenset(
    {
        Refusal.EXPIRED,
        Refusal.BAD_CREDENTIALS,
        Refusal.CLOCK,
        Refusal.REGION,
        Refusal.NO_BUCKET,
    }
)
"""What holds for every object of a bucket until there are new credentials, or another look."""


class Trouble(NamedTuple):
    """A refusal and the sentence about it."""

    refusal: Refusal
    sentence: str
    """Without the object's name, which is shown beside it."""
    after: float = 0.0
    """Seconds that the server wants us to wait; 0 where it does not say."""


class Asked(NamedTuple):
    """What was asked for, as the sentences need it."""

    operation: str
    bucket: str
    key: str
    profile: str
    region: str = ""
    """Where the answer says that the bucket is."""
    host: str = ""
    """Who was spoken to, where it is known."""
    home: str = ""
    """The region that was asked."""
    signed: bool = True
    """With credentials?"""
    page: bool = False
    """It was a web page that answered."""

    @property
    def grant(self) -> str:
        """The IAM action that the operation needs, and on what."""
        action, on_objects = _ACTIONS.get(self.operation, (self.operation, bool(self.key)))
        if self.operation == "ListBuckets":
            return "s3:ListAllMyBuckets on *"
        if self.bucket.startswith("arn:"):  # an access point
            arn, below = self.bucket, "/object/"
        else:
            partition = _PARTITION.match(self.region or self.home)
            name = _PARTITIONS[partition[1]] if partition else "aws"
            arn, below = f"arn:{name}:s3:::{self.bucket}", "/"
        return f"s3:{action} on {arn}{below + _objects(self.key) if on_objects else ''}"

    @property
    def sign_in(self) -> str:
        return f"`aws sso login --profile {self.profile}`" if self.profile else "`aws sso login`"


_ACTIONS = {
    "ListObjectsV2": ("ListBucket", False),
    "ListObjects": ("ListBucket", False),
    "HeadBucket": ("ListBucket", False),
    "GetBucketLocation": ("GetBucketLocation", False),
    "GetObject": ("GetObject", True),
    "HeadObject": ("GetObject", True),
}

_PARTITIONS = {
    "cn": "aws-cn",
    "us-gov": "aws-us-gov",
    "us-iso": "aws-iso",
    "us-isob": "aws-iso-b",
    "eu-isoe": "aws-iso-e",
    "us-isof": "aws-iso-f",
    "eusc": "aws-eusc",
}
"""By how their regions begin; ARNs there begin with this. All other regions: `aws`."""
_PARTITION = re.compile(f"({'|'.join(_PARTITIONS)})-")
_ROLE_CALLS = frozenset({"AssumeRole", "AssumeRoleWithWebIdentity", "AssumeRoleWithSAML"})
_SIGN_IN_CALLS = frozenset({"GetRoleCredentials", "CreateToken"})

_CODES = {
    Refusal.DENIED: "AccessDenied AccessDeniedException AllAccessDisabled AccountProblem Forbidden",
    Refusal.GONE: "NoSuchKey NoSuchVersion",
    Refusal.NO_BUCKET: "NoSuchBucket InvalidBucketName",
    Refusal.REGION: "PermanentRedirect TemporaryRedirect AuthorizationHeaderMalformed Redirect "
    "IllegalLocationConstraintException",
    Refusal.ARCHIVED: "InvalidObjectState",
    Refusal.EXPIRED: "ExpiredToken ExpiredTokenException RequestExpired TokenRefreshRequired",
    Refusal.BAD_CREDENTIALS: "InvalidAccessKeyId SignatureDoesNotMatch InvalidToken "
    "InvalidClientTokenId UnrecognizedClientException AuthFailure InvalidSecurity NotSignedUp "
    "InvalidIdentityToken",
    Refusal.CLOCK: "RequestTimeTooSkewed",
    Refusal.THROTTLED: "SlowDown Throttling ThrottlingException ThrottledException "
    "RequestThrottled RequestLimitExceeded TooManyRequestsException BandwidthLimitExceeded "
    "ServiceUnavailable KMS.ThrottlingException",
    Refusal.NETWORK: "RequestTimeout RequestTimeoutException",
    Refusal.SERVER: "InternalError InternalFailure InternalServerError",
    Refusal.CHANGED: "PreconditionFailed",
}
_BY_CODE = {code: refusal for refusal, codes in _CODES.items() for code in codes.split()}

_BY_STATUS = {
    301: Refusal.REGION,
    302: Refusal.SERVER,
    303: Refusal.SERVER,
    307: Refusal.REGION,
    308: Refusal.SERVER,
    401: Refusal.BAD_CREDENTIALS,
    403: Refusal.DENIED,
    408: Refusal.NETWORK,
    412: Refusal.CHANGED,
    429: Refusal.THROTTLED,
    503: Refusal.THROTTLED,
}

_SLOWER = re.compile("SlowDown|Throttl|TooMany|Limit|Busy")
"""What codes hold by which servers that are not AWS ask for fewer requests."""
_KMS = re.compile(r"\bkms:|\bKMS\b|ciphertext refers", re.IGNORECASE)
_KMS_KEY = re.compile(r"arn:[a-z0-9-]{3,20}:kms:[a-z0-9-]{0,30}:\d{0,12}:key/[A-Za-z0-9-]{1,64}")
_DENY = re.compile(r"explicit deny in (?:an?|the) ([a-z -]{3,40}policy)")


def explain_status(
    status: int,
    code: str,
    message: str,
    *,
    operation: str,
    bucket: str,
    key: str = "",
    profile: str = "",
    region: str = "",
    after: str = "",
    home: str = "",
    signed: bool = True,
    kind: str = "",
) -> Trouble:
    """Explain an HTTP answer that is none of the good ones; all text in it may be hostile.

    `region` is where it says that the bucket is, `home` where we thought; `after` its
    `Retry-After`, `kind` its `Content-Type`.
    """
    asked = Asked(operation, bucket, key, profile, clean(region), home=home, signed=signed)
    asked = asked._replace(page=is_page(kind))
    return _of_answer(status, code, clean(message), asked, after)


def explain(
    error: BaseException,
    *,
    operation: str,
    bucket: str,
    key: str = "",
    profile: str = "",
    host: str = "",
    home: str = "",
    signed: bool = True,
) -> Trouble:
    """Explain an exception of botocore's, or one of Python's own from a connection."""
    asked = Asked(operation, bucket, key, profile, host=host, home=home, signed=signed)
    names = [kind.__name__ for kind in type(error).__mro__]
    if "ClientError" in names:
        return _of_client_error(error, asked)
    from tui.sources.s3.exceptions import trouble_of

    return trouble_of(error, names, asked)


def _of_client_error(error: BaseException, asked: Asked) -> Trouble:
    """Explain botocore's ClientError, whose `response` may be anything."""
    response = getattr(error, "response", None)
    response = response if isinstance(response, dict) else {}
    told = response.get("Error")
    told = told if isinstance(told, dict) else {}
    meta = response.get("ResponseMetadata")
    meta = meta if isinstance(meta, dict) else {}
    headers = meta.get("HTTPHeaders")
    headers = headers if isinstance(headers, dict) else {}
    code = str(told.get("Code") or "")
    status = meta.get("HTTPStatusCode")
    # An answer to HEAD has no body: botocore gives the status as the code.
    number = status if isinstance(status, int) else int(code) if code.isdecimal() else 0
    message = clean(str(told.get("Message") or ""))
    region = headers.get("x-amz-bucket-region") or told.get("Region")
    region = region or region_told(message.encode())
    page = is_page(str(headers.get("content-type") or ""))
    asked = asked._replace(region=clean(str(region)), page=page)
    call = str(getattr(error, "operation_name", ""))
    if call in _SIGN_IN_CALLS:
        return Trouble(
            Refusal.EXPIRED, f"The sign-in has ended or was refused: run {asked.sign_in}."
        )
    if call in _ROLE_CALLS and _BY_CODE.get(code) is Refusal.DENIED:
        return Trouble(
            Refusal.BAD_CREDENTIALS,
            f"The role may not be assumed: allow sts:{call} on it, and trust the caller in its "
            f"trust policy{_because(message)}.",
        )
    after = str(headers.get("retry-after") or "")
    return _of_answer(number, "" if code.isdecimal() else code, message, asked, after)


def _of_answer(status: int, code: str, message: str, asked: Asked, after: str) -> Trouble:
    refusal = _refusal(status, code, message, asked)
    wait = retry_after(after) if after and refusal in RETRIED else 0.0
    return Trouble(refusal, _SENTENCES[refusal](status, code, message, asked), wait)


def _refusal(status: int, code: str, message: str, asked: Asked) -> Refusal:
    known = _BY_CODE.get(code)
    if (known is Refusal.DENIED and _KMS.search(message)) or (
        code.startswith("KMS.") and not known
    ):
        return Refusal.KMS
    region = asked.region or re.search("region|scope", message)  # some call it the scope
    if code == "AuthorizationHeaderMalformed" and not region:
        return Refusal.BAD_CREDENTIALS
    if code == "SignatureDoesNotMatch" and re.search("expired|not yet current", message):
        return Refusal.CLOCK
    if known is Refusal.GONE and not asked.key:
        return Refusal.NO_BUCKET
    if known is not None:
        return known
    if code == "NotImplemented":
        return Refusal.OTHER
    if not code and status == 404:
        return Refusal.GONE if asked.key else Refusal.NO_BUCKET
    if status == 503 and (asked.page if not code else not _SLOWER.search(code)):
        return Refusal.SERVER
    by_status = _BY_STATUS.get(status)
    return by_status or (Refusal.SERVER if status >= 500 else Refusal.OTHER)


def _denied(status: int, code: str, message: str, asked: Asked) -> str:
    if asked.page and not code:
        return _refused_by_page(status, asked)
    if code and code not in _BY_CODE:
        return _other(status, code, message, asked)
    if code in {"AllAccessDisabled", "AccountProblem"}:
        return f"Bucket {asked.bucket}: AWS has closed access for the account ({code}): ask AWS."
    what = "it may not be read" if asked.key else f"bucket {asked.bucket} may not be listed"
    if asked.operation not in _ACTIONS:
        what = f"{asked.operation} is refused"
    if not asked.signed:
        return f"Access denied without credentials, {what}: leave out `--no-sign-request`."
    return f"Access denied, {what}: allow {asked.grant}{_because(message)}."


def _refused_by_page(status: int, asked: Asked) -> str:
    return (
        f"It is a web page and not S3 that refuses {asked.operation} on bucket {asked.bucket} "
        f"({status}): check the network, the proxy and `--endpoint-url`."
    )


def _because(message: str) -> str:
    """What the answer says of the policy that refuses."""
    found = _DENY.search(message)
    return f" (an explicit deny in a {found[1]} refuses it now)" if found else ""


def _kms(_status: int, code: str, message: str, _asked: Asked) -> str:
    found = _KMS_KEY.search(message)
    key = found[0] if found else "the key that encrypts it"
    if code.startswith("KMS.") and code != "KMS.AccessDeniedException":
        return f"The KMS key cannot be used ({code}): enable or restore {key}."
    return f"Encrypted with a KMS key that may not be used: allow kms:Decrypt on {key}."


def _region(_status: int, _code: str, _message: str, asked: Asked) -> str:
    if asked.region:
        return f"Bucket {asked.bucket} is in {asked.region}: use `--region {asked.region}`."
    return f"Bucket {asked.bucket} is in another region: give it with `--region`."


def _no_bucket(_status: int, code: str, _message: str, asked: Asked) -> str:
    if code == "InvalidBucketName":
        return f"{asked.bucket} is no name for a bucket: check the spelling."
    return f"Bucket {asked.bucket} does not exist: check its name and `--endpoint-url`."


def _expired(_status: int, _code: str, _message: str, asked: Asked) -> str:
    return f"The credentials have expired: renew them, with {asked.sign_in} for instance."


def _bad(status: int, code: str, _message: str, asked: Asked) -> str:
    if asked.page and not code:
        return _refused_by_page(status, asked)
    why = {
        "InvalidAccessKeyId": "AWS does not know the access key",
        "InvalidClientTokenId": "AWS does not know the access key",
        "SignatureDoesNotMatch": "the secret key does not fit the access key",
        "InvalidToken": "the session token is not valid",
        "NotSignedUp": "the account has not signed up for S3",
    }.get(code, f"they are not accepted ({code or 'no reason given'})")
    return (
        f"The credentials for bucket {asked.bucket} are wrong, {why}: "
        "check `aws sts get-caller-identity`, or give a `--profile`."
    )


def _archived(_status: int, _code: str, _message: str, asked: Asked) -> str:
    return (
        "Archived (Glacier or Deep Archive): bring it back with "
        f"`aws s3api restore-object --bucket {asked.bucket} --key …`."
    )


def _throttled(status: int, code: str, _message: str, asked: Asked) -> str:
    return (
        f"S3 asks for fewer requests to bucket {asked.bucket} ({code or status}): "
        "a smaller `--concurrency` helps."
    )


def _server(status: int, code: str, _message: str, asked: Asked) -> str:
    if not code:
        return (
            f"The answer for bucket {asked.bucket} is none of S3's ({status}): check the network "
            "and `--endpoint-url`."
        )
    return f"S3 failed by itself on bucket {asked.bucket} ({code}): that mostly passes."


def _other(status: int, code: str, message: str, asked: Asked) -> str:
    if status == 407:
        return "The proxy wants a name and a password: put them into the proxy's address."
    if "Server Side Encryption" in message:
        return "Encrypted with a key of the customer's own (SSE-C): it cannot be read here."
    if status == 400 and not code:
        return (
            f"S3 refused {asked.operation} on bucket {asked.bucket} without saying why (400): "
            f"expired credentials are a common reason, try {asked.sign_in}."
        )
    said = f": {message}" if message else "."
    return f"S3 refused {asked.operation} on bucket {asked.bucket} ({code or status}){said}"


_SENTENCES = {
    Refusal.DENIED: _denied,
    Refusal.KMS: _kms,
    Refusal.GONE: lambda *_: "Not there: deleted after it had been listed, or the name is wrong.",
    Refusal.NO_BUCKET: _no_bucket,
    Refusal.REGION: _region,
    Refusal.ARCHIVED: _archived,
    Refusal.EXPIRED: _expired,
    Refusal.BAD_CREDENTIALS: _bad,
    Refusal.CLOCK: lambda *_: (
        "This machine's clock is too far off for signed requests: "
        "set it, with `timedatectl set-ntp true` for instance."
    ),
    Refusal.THROTTLED: _throttled,
    Refusal.NETWORK: lambda *_: "S3 waited too long for the request: check the network.",
    Refusal.SERVER: _server,
    Refusal.CHANGED: lambda *_: "Replaced after it had been listed: it is listed anew.",
    Refusal.OTHER: _other,
}


def _objects(key: str) -> str:
    """A pattern for the key and its kind: the trail's folder, or the folder that it is in."""
    above, found, _ = key.rpartition("AWSLogs/")
    folder = above + found if found else key.rpartition("/")[0]
    folder = folder if found or not folder else folder + "/"
    return f"{UNSHOWN.sub('?', folder)[:200]}*"
