"""Each refusal of S3 has one sentence, which names what would mend it and no secret."""

from __future__ import annotations

import json
import socket
import ssl
from typing import Any

import botocore.exceptions as botocore
import pytest

from tui.sources.s3.answers import parse_error, region_told, retry_after
from tui.sources.s3.errors import (
    Refusal,
    Trouble,
    explain,
    explain_status,
)

KEY = "org/AWSLogs/o-1/123/CloudTrail/us-east-1/2026/01/02/x.json.gz"
LIST: dict[str, Any] = {"operation": "ListObjectsV2", "bucket": "trail"}
GET: dict[str, Any] = {"operation": "GetObject", "bucket": "trail", "key": KEY}


def refused(status: int, code: str, message: str = "", **more: str) -> Trouble:
    return explain_status(status, code, message, **{**GET, **more})


def client_error(
    code: str, status: int = 400, message: str = "", call: str = "ListObjectsV2", **headers: str
) -> Exception:
    error: Exception = botocore.ClientError(
        {
            "Error": {"Code": code, "Message": message},
            "ResponseMetadata": {
                "HTTPStatusCode": status,
                "HTTPHeaders": {name.replace("_", "-"): text for name, text in headers.items()},
            },
        },
        call,
    )
    return error


@pytest.mark.parametrize(
    ("status", "code", "message", "refusal", "part"),
    [
        (
            403,
            "AccessDenied",
            "",
            Refusal.DENIED,
            "s3:GetObject on arn:aws:s3:::trail/org/AWSLogs/*",
        ),
        (403, "", "", Refusal.DENIED, "s3:GetObject"),
        (
            403,
            "AccessDenied",
            "User: x is not authorized with an explicit deny in a service control policy",
            Refusal.DENIED,
            "explicit deny in a service control policy",
        ),
        (
            403,
            "AccessDenied",
            "not authorized to perform: kms:Decrypt on resource: "
            "arn:aws:kms:eu-west-1:123456789012:key/0a-1b because",
            Refusal.KMS,
            "kms:Decrypt on arn:aws:kms:eu-west-1:123456789012:key/0a-1b",
        ),
        (403, "AccessDenied", "The ciphertext refers to a key", Refusal.KMS, "kms:Decrypt"),
        (400, "KMS.DisabledException", "arn is disabled", Refusal.KMS, "enable"),
        (403, "KMS.AccessDeniedException", "", Refusal.KMS, "allow kms:Decrypt"),
        (400, "KMS.ThrottlingException", "", Refusal.THROTTLED, "fewer requests"),
        (403, "AllAccessDisabled", "", Refusal.DENIED, "ask AWS"),
        (
            403,
            "InvalidObjectState",
            "",
            Refusal.ARCHIVED,
            "aws s3api restore-object --bucket trail",
        ),
        (404, "NoSuchKey", "", Refusal.GONE, "deleted"),
        (404, "", "", Refusal.GONE, "deleted"),
        (404, "NoSuchBucket", "", Refusal.NO_BUCKET, "trail does not exist"),
        (400, "InvalidBucketName", "", Refusal.NO_BUCKET, "spelling"),
        (301, "PermanentRedirect", "", Refusal.REGION, "--region"),
        (400, "AuthorizationHeaderMalformed", "", Refusal.BAD_CREDENTIALS, "not accepted"),
        (
            400,
            "AuthorizationHeaderMalformed",
            "unexpected scope: 20260102/us-east-1/s3/aws4_request",
            Refusal.REGION,
            "--region",
        ),
        (400, "ExpiredToken", "", Refusal.EXPIRED, "aws sso login"),
        (403, "RequestExpired", "", Refusal.EXPIRED, "aws sso login"),
        (403, "InvalidAccessKeyId", "", Refusal.BAD_CREDENTIALS, "get-caller-identity"),
        (403, "SignatureDoesNotMatch", "", Refusal.BAD_CREDENTIALS, "secret key"),
        (403, "SignatureDoesNotMatch", "Signature expired: …", Refusal.CLOCK, "timedatectl"),
        (400, "InvalidToken", "", Refusal.BAD_CREDENTIALS, "session token"),
        (403, "RequestTimeTooSkewed", "", Refusal.CLOCK, "timedatectl"),
        (503, "SlowDown", "", Refusal.THROTTLED, "--concurrency"),
        (503, "", "", Refusal.THROTTLED, "503"),
        (429, "", "", Refusal.THROTTLED, "429"),
        (503, "SlowDownRead", "", Refusal.THROTTLED, "--concurrency"),
        (503, "XMinioServerNotInitialized", "", Refusal.SERVER, "failed by itself"),
        (
            403,
            "SecondLevelDomainForbidden",
            "Use the third level domain.",
            Refusal.DENIED,
            "(SecondLevelDomainForbidden): Use the third level domain.",
        ),
        (500, "InternalError", "", Refusal.SERVER, "InternalError"),
        (502, "", "", Refusal.SERVER, "502"),
        (400, "RequestTimeout", "", Refusal.NETWORK, "waited too long"),
        (412, "PreconditionFailed", "", Refusal.CHANGED, "Replaced"),
        (407, "", "", Refusal.OTHER, "proxy"),
        (400, "InvalidRequest", "a form of Server Side Encryption", Refusal.OTHER, "SSE-C"),
        (400, "", "", Refusal.OTHER, "expired credentials"),
        (418, "Teapot", "short and stout", Refusal.OTHER, "Teapot): short and stout"),
    ],
)
def test_answers(status: int, code: str, message: str, refusal: Refusal, part: str) -> None:
    trouble = refused(status, code, message)
    assert trouble.refusal is refusal
    assert part in trouble.sentence
    assert KEY not in trouble.sentence
    assert "\n" not in trouble.sentence


@pytest.mark.parametrize("status", [401, 403])
def test_a_web_page_that_refuses_is_no_policy(status: int) -> None:
    page = "text/html; charset=utf-8"
    told = "a web page and not S3 that refuses"
    assert told in refused(status, "", kind=page).sentence
    assert told not in refused(status, "AccessDenied", kind=page).sentence
    busy = refused(503, "", kind=page)
    assert (busy.refusal, "none of S3's (503)" in busy.sentence) == (Refusal.SERVER, True)
    error = client_error(str(status), status, content_type=page)
    assert told in explain(error, **LIST).sentence
    assert told not in explain(client_error(str(status), status), **LIST).sentence


def test_who_sends_no_credentials_is_not_told_to_allow_it_to_everybody() -> None:
    for trouble in (
        explain_status(403, "AccessDenied", "", **GET, signed=False),
        explain(client_error("AccessDenied", 403), **LIST, signed=False),
    ):
        assert trouble.refusal is Refusal.DENIED
        assert "leave out `--no-sign-request`" in trouble.sentence
        assert "allow" not in trouble.sentence


def test_what_a_listing_needs() -> None:
    trouble = explain_status(403, "AccessDenied", "", **LIST)
    assert "s3:ListBucket on arn:aws:s3:::trail." in trouble.sentence
    assert explain_status(404, "", "", **LIST).refusal is Refusal.NO_BUCKET


POINT = "arn:aws-us-gov:s3:us-gov-west-1:111122223333:accesspoint/logs"


@pytest.mark.parametrize(
    ("home", "bucket", "key", "grant"),
    [
        ("", "trail", "", "s3:ListBucket on arn:aws:s3:::trail."),
        ("eu-west-1", "trail", "", "s3:ListBucket on arn:aws:s3:::trail."),
        ("cn-north-1", "trail", "", "s3:ListBucket on arn:aws-cn:s3:::trail."),
        ("cn-northwest-1", "trail", "a/b", "s3:GetObject on arn:aws-cn:s3:::trail/a/*"),
        ("us-gov-east-1", "trail", "", "s3:ListBucket on arn:aws-us-gov:s3:::trail."),
        ("us-iso-east-1", "trail", "", "s3:ListBucket on arn:aws-iso:s3:::trail."),
        ("us-isob-east-1", "trail", "", "s3:ListBucket on arn:aws-iso-b:s3:::trail."),
        ("eusc-de-east-1", "trail", "", "s3:ListBucket on arn:aws-eusc:s3:::trail."),
        ("", POINT, "", f"s3:ListBucket on {POINT}."),
        ("us-gov-west-1", POINT, "a/b", f"s3:GetObject on {POINT}/object/a/*"),
    ],
)
def test_what_is_to_be_allowed_is_named_as_its_partition_does(
    home: str, bucket: str, key: str, grant: str
) -> None:
    operation = "GetObject" if key else "ListObjectsV2"
    plain = explain_status(
        403, "AccessDenied", "", operation=operation, bucket=bucket, key=key, home=home
    )
    assert grant in plain.sentence
    error = client_error("AccessDenied", 403)
    caught = explain(error, operation=operation, bucket=bucket, key=key, home=home)
    assert grant in caught.sentence


def test_a_region_that_is_told_is_named() -> None:
    trouble = explain_status(301, "PermanentRedirect", "", region="eu-west-1", **LIST)
    assert "--region eu-west-1" in trouble.sentence
    wrong = "the region 'us-east-1' is wrong; expecting 'eu-west-1'"
    trouble = explain(client_error("AuthorizationHeaderMalformed", 400, wrong), **LIST)
    assert "--region eu-west-1" in trouble.sentence
    trouble = explain(
        client_error("301", 301, call="HeadBucket", x_amz_bucket_region="eu-west-1"),
        operation="HeadBucket",
        bucket="trail",
    )
    assert trouble.refusal is Refusal.REGION
    assert "eu-west-1" in trouble.sentence
    body = b"<Message>the region 'us-east-1' is wrong; expecting 'eu-west-1'</Message>"
    assert region_told(body) == "eu-west-1"
    assert region_told(b"<Region>eu-west-2</Region>") == "eu-west-2"


@pytest.mark.parametrize(
    ("error", "refusal", "part"),
    [
        (client_error("AccessDenied", 403), Refusal.DENIED, "s3:ListBucket on arn:aws:s3:::trail"),
        (client_error("403", 403, call="HeadBucket"), Refusal.DENIED, "s3:ListBucket"),
        (client_error("404", 404, call="HeadBucket"), Refusal.NO_BUCKET, "trail"),
        (
            client_error("AccessDenied", 403, call="AssumeRole"),
            Refusal.BAD_CREDENTIALS,
            "sts:Assume",
        ),
        (
            client_error("UnauthorizedException", 401, call="GetRoleCredentials"),
            Refusal.EXPIRED,
            "sso",
        ),
        (client_error("ExpiredTokenException", 400, call="AssumeRole"), Refusal.EXPIRED, "aws sso"),
        # botocore has followed another region by itself: 400 to a HEAD is about something else.
        (
            client_error("400", 400, call="HeadBucket", x_amz_bucket_region="us-east-1"),
            Refusal.OTHER,
            "expired credentials",
        ),
        (botocore.ClientError({}, "ListObjectsV2"), Refusal.OTHER, "ListObjectsV2"),
        (botocore.NoCredentialsError(), Refusal.NO_CREDENTIALS, "--no-sign-request"),
        (
            botocore.PartialCredentialsError(provider="env", cred_var="AWS_SECRET_ACCESS_KEY"),
            Refusal.BAD_CREDENTIALS,
            "AWS_SECRET_ACCESS_KEY",
        ),
        (
            botocore.CredentialRetrievalError(provider="custom-process", error_msg="exit 1"),
            Refusal.NO_CREDENTIALS,
            "custom-process gave no credentials (exit 1)",
        ),
        (
            botocore.CredentialRetrievalError(provider="custom-process", error_msg=""),
            Refusal.NO_CREDENTIALS,
            "custom-process gave no credentials: mend it",
        ),
        (botocore.ProfileNotFound(profile="work"), Refusal.BAD_CREDENTIALS, "list-profiles"),
        (
            botocore.TokenRetrievalError(provider="sso", error_msg="Token has expired"),
            Refusal.EXPIRED,
            "aws sso login --profile work",
        ),
        (botocore.SSOTokenLoadError(error_msg="no file"), Refusal.EXPIRED, "--profile work"),
        (botocore.UnauthorizedSSOTokenError(), Refusal.EXPIRED, "aws sso login"),
        (botocore.ConfigParseError(path="/x/config"), Refusal.BAD_CREDENTIALS, "/x/config"),
        (botocore.InvalidRegionError(region_name="mars"), Refusal.REGION, "mars"),
        (botocore.NoRegionError(), Refusal.REGION, "--region"),
        (botocore.ParamValidationError(report="Invalid bucket"), Refusal.OTHER, "Invalid bucket"),
        (
            botocore.EndpointConnectionError(endpoint_url="https://me:word@s3.test/x?y"),
            Refusal.NETWORK,
            "s3.test",
        ),
        (botocore.ConnectTimeoutError(endpoint_url="https://s3.test/"), Refusal.NETWORK, "s3.test"),
        (botocore.ReadTimeoutError(endpoint_url="https://s3.test/"), Refusal.NETWORK, "in time"),
        (
            botocore.ProxyConnectionError(proxy_url="http://me:word@proxy.test:1", error="no"),
            Refusal.NETWORK,
            "proxy proxy.test:1",
        ),
        (
            botocore.SSLError(endpoint_url="https://s3.test/", error="CERTIFICATE_VERIFY_FAILED"),
            Refusal.OTHER,
            "AWS_CA_BUNDLE",
        ),
        (botocore.SSLError(endpoint_url="https://s3.test/", error="EOF"), Refusal.NETWORK, "broke"),
        (
            botocore.SSLError(endpoint_url="https://s3.test/", error="[Errno 2] No such file"),
            Refusal.OTHER,
            "cannot be used ([Errno 2] No such file): check AWS_CA_BUNDLE",
        ),
        (
            botocore.SSLError(endpoint_url="https://s3.test/", error="WRONG_VERSION_NUMBER"),
            Refusal.NETWORK,
            "s3.test does not speak TLS",
        ),
        (
            json.JSONDecodeError("Expecting value", "hello", 0),
            Refusal.NO_CREDENTIALS,
            "is no JSON",
        ),
        (
            FileNotFoundError(2, "No such file or directory", "/no/such/program"),
            Refusal.NO_CREDENTIALS,
            "/no/such/program, which",
        ),
        (botocore.ConnectionClosedError(endpoint_url="https://s3.test/"), Refusal.NETWORK, "broke"),
        (
            botocore.IncompleteReadError(actual_bytes=1, expected_bytes=2),
            Refusal.NETWORK,
            "broke",
        ),
        (botocore.PaginationError(message="odd"), Refusal.OTHER, "odd"),
        (socket.gaierror(-2, "Name or service not known"), Refusal.NETWORK, "leads nowhere"),
        (TimeoutError("timed out"), Refusal.NETWORK, "in time"),
        (ConnectionRefusedError(111, "refused"), Refusal.NETWORK, "takes no connections"),
        (ConnectionResetError(104, "reset"), Refusal.NETWORK, "broke"),
        (ssl.SSLCertVerificationError(1, "self-signed"), Refusal.OTHER, "AWS_CA_BUNDLE"),
        (OSError(101, "Network is unreachable"), Refusal.NETWORK, "unreachable"),
        (RuntimeError("what"), Refusal.OTHER, "bucket trail failed: what"),
    ],
)
def test_exceptions(error: BaseException, refusal: Refusal, part: str) -> None:
    trouble = explain(error, operation="ListObjectsV2", bucket="trail", profile="work")
    assert trouble.refusal is refusal
    assert part in trouble.sentence
    assert "word" not in trouble.sentence
    assert "?" not in trouble.sentence


def test_every_exception_of_botocore_has_a_sentence() -> None:
    """Made without what they are about, they are explained nevertheless."""
    for kind in vars(botocore).values():
        if isinstance(kind, type) and issubclass(kind, botocore.BotoCoreError):
            made: Any = kind
            error = made.__new__(made)
            trouble = explain(error, **LIST)
            assert trouble.sentence.strip(" .")


def test_no_secret_and_no_line_break_gets_through() -> None:
    token = "FwoGZXIvYXdzE" + "a1B2" * 40
    for trouble in (
        refused(418, "Odd", f"token {token} at http://me:word@proxy/\x1b[2J\r\nmore"),
        explain(RuntimeError(f"{token}\nhttps://me:word@x/"), **GET),
        explain(client_error("Odd", 418, f"{token}\x9b"), **GET),
    ):
        assert token[:60] not in trouble.sentence
        assert "word" not in trouble.sentence
        assert trouble.sentence.isprintable()
    assert len(refused(418, "Odd", "long " * 1000).sentence) < 500


def test_xml_is_looked_through() -> None:
    body = (
        b'<?xml version="1.0"?>\n<Error><Code>AccessDenied</Code>'
        b"<Message>User &lt;a&gt; &amp;lt; b</Message><Token-0>secret</Token-0></Error>"
    )
    assert parse_error(body) == ("AccessDenied", "User <a> &lt; b")
    assert parse_error(b'<s:Error xmlns:s="x"><s:Code>SlowDown</s:Code>') == ("SlowDown", "")


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\xff\xfe\x00",
        b"<html>proxy error</html>",
        b"<Code>" * 20_000,
        b"<Code>a b\x1b[2J</Code>",
        b'<!DOCTYPE x [<!ENTITY a "b"><!ENTITY c "&a;&a;">]><Error><Code>&c;</Code></Error>',
    ],
)
def test_what_is_no_answer_of_s3_has_no_code(body: bytes) -> None:
    assert parse_error(body)[0] == ""


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("7", 7.0),
        (" 7 ", 7.0),
        ("86400", 300.0),
        ("9" * 400, 300.0),
        ("Thu, 01 Jan 1970 00:01:40 GMT", 50.0),
        ("Thu, 01 Jan 1970 00:00:10 GMT", 0.0),
        ("Fri, 01 Jan 2100 00:00:00 GMT", 300.0),
        ("-5", 0.0),
        ("", 0.0),
        ("soon", 0.0),
        ("Thu, 01 Jan 99999 00:00:00 GMT", 0.0),
    ],
)
def test_how_long_the_server_wants_us_to_wait(header: str, seconds: float) -> None:
    assert retry_after(header, now=50.0) == seconds


def test_a_key_that_nobody_asked_for_cannot_be_missing() -> None:
    told = explain_status(404, "NoSuchKey", "", operation="ListObjectsV2", bucket="trail")
    assert told.refusal is Refusal.NO_BUCKET


def test_before_a_bucket_is_asked_it_is_credentials_that_fail() -> None:
    told = explain(RuntimeError("Missing"), operation="ListObjectsV2", bucket="")
    assert told.sentence == "The credentials cannot be looked for: Missing"
