"""What is masked, what is not, and that a record loses nothing else."""

from __future__ import annotations

import base64
import copy
import json
import time
from urllib.parse import quote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tui.core.secrets import (
    MASK,
    is_secret,
    mask_json_line,
    mask_record,
    mask_text,
    may_hold_secret,
)

# Made up, in the shape of the real ones, and put together here so that no scanner reports them.
SESSION_TOKEN = "IQoJb3JpZ2lu" + "X2VjEPr" * 30
SECRET_KEY = "wJalrXUtnFEMI/K7MDENG/bPx" + "RfiCYzzzzzKEY12"
PRIVATE_KEY = "-----BEGIN RSA PRIVATE " + "KEY-----\nMIIabc\n-----END RSA PRIVATE " + "KEY-----"
JWT = "eyJhbGciOiJIUzI1NiJ9" + "." + "eyJzdWIiOiIxIn0xMjM" + ".c2lnbmF0dXJl"


def _mask_as_value(*path: str | int, value: object) -> object:
    """What `mask_record` makes of a value at this path."""
    record: object = value
    for step in reversed(path):
        record = {step: record} if isinstance(step, str) else [record]
    masked, _ = mask_record(record)
    for step in path:
        masked = masked[step]  # type: ignore[index]
    return masked


SECRET_NAMES = """
    sessionToken SessionToken session_token secretAccessKey SecretAccessKey password Password
    masterUserPassword newPassword oldPassword SecretString SecretBinary secretString authToken
    clientSecret privateKey PrivateKey keyMaterial authorization Authorization tokenCode
    SAMLAssertion webIdentityToken passwordData apiKey accessToken refreshToken idToken token
    X-Amz-Security-Token X-Amz-Signature x-amz-server-side-encryption-customer-key DB_PASSWORD
    STRIPE_API_KEY GITHUB_TOKEN preSharedKey userPassword authenticationCode1
    base32StringSeed MasterUserPassword confirmationCode secret DB_PASS
"""


@pytest.mark.parametrize("name", SECRET_NAMES.split())
def test_secret_by_name(name: str) -> None:
    assert is_secret(["requestParameters", name], "hunter2")
    assert _mask_as_value("requestParameters", name, value="hunter2") == MASK
    line = mask_json_line(json.dumps({"a": {name: "hunter2"}}).encode())
    assert json.loads(line) == {"a": {name: MASK}}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("secretId", "prod/db"),
        ("secretArn", "arn:aws:secretsmanager:us-east-1:111122223333:secret:x"),
        ("SecretARN", "arn:aws:secretsmanager:us-east-1:111122223333:secret:x"),
        ("masterUserSecret", "arn:aws:secretsmanager:us-east-1:111122223333:secret:x"),
        ("secretName", "prod/db"),
        ("eventName", "GetSecretValue"),
        ("action", "secretsmanager:GetSecretValue"),
        ("minimumPasswordLength", 14),
        ("maxPasswordAge", 90),
        ("passwordResetRequired", True),
        ("allowUsersToChangePassword", True),
        ("manageMasterUserPassword", "true"),
        ("ChangePassword", "Success"),
        ("PasswordUpdated", "Failure"),
        ("nextToken", "AAEAAbwQkplease"),
        ("NextToken", "AAEAAbwQkplease"),
        ("continuationToken", "AAEAAbwQkplease"),
        ("clientToken", "c3a259b3-250e-46f5-bbe3-1e60bdb4a094"),
        ("clientRequestToken", "c3a259b3-250e-46f5-bbe3-1e60bdb4a094"),
        ("accessKeyId", "AKIA" + "IOSFODNN7EXAMPLE"),
        ("httpTokens", "required"),
        ("tokenType", "Bearer"),
        ("authorizationType", "NONE"),
        ("sessionCredentialFromConsole", "true"),
        ("publicKey", "ssh-rsa AAAAB3NzaC1yc2E"),
        ("kmsKeyId", "alias/secret"),
        ("key", "folder/secrets/password.txt"),
        ("masterUserPassword", "HIDDEN_DUE_TO_SECURITY_REASONS"),
        ("password", "<sensitiveDataRemoved>"),
        ("password", "****"),
        ("password", ""),
        ("password", None),
        ("tokenValue", "Value hidden due to security reasons."),
        ("password", "{{resolve:secretsmanager:prod/db}}"),
        ("password", MASK),
        ("userAgent", "[S3Console/0.4, aws-internal/3]"),
        ("errorMessage", "Encoded authorization failure message: abcDEF123_-456"),
        ("errorMessage", "The security token included in the request is expired"),
        ("errorMessage", "Basic authentication failed: password must be longer"),
        ("errorMessage", "Bearer authentication is not supported"),
        ("errorMessage", "Password: must contain a digit"),
        ("sha1", "Da39a3ee5e6b4b0d3255bfef95601890afd80709"),
    ],
)
def test_no_secret(name: str, value: object) -> None:
    assert not is_secret(["requestParameters", name], value)
    record = {"requestParameters": {name: value}}
    assert mask_record(record) == (record, 0)
    line = json.dumps(record, separators=(",", ":")).encode()
    assert mask_json_line(line) == line


def test_numbers_are_secrets_by_name_too() -> None:
    assert is_secret(["tokenCode"], 123456)
    assert mask_record({"tokenCode": 123456, "n": 1}) == ({"tokenCode": MASK, "n": 1}, 1)
    assert (
        mask_json_line(b'{"tokenCode":123456,"n":1}') == f'{{"tokenCode":"{MASK}","n":1}}'.encode()
    )


def test_what_lies_below_a_secret() -> None:
    record = {"passwords": ["a1", {"value": "b2", "id": "c3"}], "secretString": {"user": "x"}}
    masked, count = mask_record(record)
    assert masked == {
        "passwords": [MASK, {"value": MASK, "id": "c3"}],
        "secretString": {"user": MASK},
    }
    assert count == 3


@pytest.mark.parametrize(
    ("pair", "value_key"),
    [
        ({"name": "/prod/db", "type": "SecureString", "value": "hunter2"}, "value"),
        ({"value": "hunter2", "type": "SecureString", "name": "/prod/db"}, "value"),
        ({"parameterKey": "DBPassword", "parameterValue": "hunter2"}, "parameterValue"),
        ({"name": "DB_PASSWORD", "value": "hunter2"}, "value"),
        ({"Name": "API_TOKEN", "Value": "hunter2"}, "Value"),
        ({"optionName": "DBPassword", "value": "hunter2"}, "value"),
        ({"Key": "db-password", "Value": "hunter2"}, "Value"),
    ],
)
def test_pairs(pair: dict[str, str], value_key: str) -> None:
    record = {"items": [pair, {"name": "stage", "value": "prod"}]}
    wanted = {"items": [{**pair, value_key: MASK}, {"name": "stage", "value": "prod"}]}
    assert mask_record(record) == (wanted, 1)
    assert json.loads(mask_json_line(json.dumps(record).encode())) == wanted


def test_variables() -> None:
    variables = {
        "DB_PASS": "hunter2",
        "slackToken": "hunter2",
        "SECRET_ARN": "x",
        "TOKEN_URL": "https://example.com/token",
        "MAX_TOKENS": "4096",
        "STAGE": "prod",
        "AWS_ACCESS_KEY_ID": "AKIA",
    }
    masked, count = mask_record({"environment": {"variables": variables}})
    assert masked == {
        "environment": {"variables": {**variables, "DB_PASS": MASK, "slackToken": MASK}}
    }
    assert count == 2


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        (f"key {PRIVATE_KEY} end", f"key {MASK} end"),
        (PRIVATE_KEY[:40], MASK),
        ("Authorization: Bearer abcDEF123456.x-y", f"Authorization: Bearer {MASK}"),
        ("bearer abcdef0123456789", f"bearer {MASK}"),
        ("Basic dXNlcjpwYXNz", f"Basic {MASK}"),
        (
            "https://b/x?X-Amz-Credential=AKIA%2F1&X-Amz-Security-Token=IQ%2F&X-Amz-Signature=ab&x=1",
            "https://b/x?X-Amz-Credential=AKIA%2F1"
            f"&X-Amz-Security-Token={MASK}&X-Amz-Signature={MASK}&x=1",
        ),
        ("?AWSAccessKeyId=AKIA&Signature=abc%3D", f"?AWSAccessKeyId=AKIA&Signature={MASK}"),
        (
            "git clone https://me:hunter2@example.com/x",
            f"git clone https://me:{MASK}@example.com/x",
        ),
        (f"token {JWT} here", f"token {MASK} here"),
        (f"t={SESSION_TOKEN};", f"t={MASK};"),
        ("DB_PASSWORD=hunter2 x", f"DB_PASSWORD={MASK} x"),
        ("mysql --password hunter2 -u me", f"mysql --password {MASK} -u me"),
        ("password: hunter2", f"password: {MASK}"),
        ('{"password": "hunter2", "broken', f'{{"password": "{MASK}", "broken'),
        ('{\\"password\\":\\"hunter2\\",\\"broken', f'{{\\"password\\":\\"{MASK}\\",\\"broken'),
        ("{'password': 'two words', 'n': 1}", f"{{'password': '{MASK}', 'n': 1}}"),
        ('"secretString":"a\\"b"', f'"secretString":"{MASK}"'),
        ("gh" + "p_" + "a1" * 18, MASK),
    ],
)
def test_free_text(text: str, masked: str) -> None:
    assert mask_text(text) == masked
    assert mask_text(masked) == masked
    assert is_secret(["errorMessage"], text)


def test_a_secret_key_under_a_name_close_to_one() -> None:
    assert is_secret(["x", "accessKey"], SECRET_KEY)
    assert not is_secret(["x", "objectKey"], SECRET_KEY)


SECRET_WITHIN = '{"user": "me", "password": "hunter2", "n": 12345678901234567890123, "f": 1.10}'
MASKED_WITHIN = f'{{"user":"me","password":"{MASK}","n":12345678901234567890123,"f":1.10}}'


@pytest.mark.parametrize(
    "text",
    [
        SECRET_WITHIN,
        quote(SECRET_WITHIN),
        base64.b64encode(SECRET_WITHIN.encode()).decode(),
        json.dumps(SECRET_WITHIN),
        quote(quote(SECRET_WITHIN)),
    ],
)
def test_secrets_in_embedded_json(text: str) -> None:
    masked, count = mask_record({"policy": [text]})
    assert (masked, count) == ({"policy": [MASKED_WITHIN]}, 1)
    line = mask_json_line(json.dumps({"policy": [text]}).encode())
    assert json.loads(line) == masked


def test_embedded_json_within_embedded_json() -> None:
    text = SECRET_WITHIN
    for _ in range(4):
        text = json.dumps({"inner": text})
    masked, count = mask_record([text])
    assert count == 1
    assert "hunter2" not in json.dumps(masked)
    for _ in range(6):
        text = json.dumps({"inner": text})
    assert "hunter2" not in json.dumps(mask_record([text]))


def test_embedded_json_without_secrets_stays_as_it_is() -> None:
    record = {"policy": '{ "a" : "clientToken" }'}
    assert mask_record(record) == (record, 0)


def test_the_record_is_not_changed() -> None:
    record = {"a": [{"password": "x1"}, "y", ("z", {"token": "x2"})], "b": SECRET_WITHIN}
    before = copy.deepcopy(record)
    masked, count = mask_record(record)
    assert record == before
    assert count == 3
    assert masked != record


def test_deep_records_are_walked() -> None:
    deep: object = {"password": "hunter2"}
    for _ in range(5000):
        deep = [deep]
    masked, count = mask_record(deep)
    assert count == 1
    for _ in range(5000):
        assert isinstance(masked, list)
        masked = masked[0]
    assert masked == {"password": MASK}
    line = mask_json_line(b"[" * 5000 + b'{"password":"hunter2"}' + b"]" * 5000)
    assert b"hunter2" not in line
    assert len(line) == 10_000 + len(f'{{"password":"{MASK}"}}'.encode())


def test_a_line_keeps_order_spelling_and_double_keys() -> None:
    raw = b"""{
  "z": 1.10, "a": 1E400, "n": 123456789012345678901234567890,
  "password": "one", "password": "two\\u0021",
  "t": "caf\\u00e9 \\/ \xc3\xa9 \xff", "e": {}, "l": [ ], "x": null
}
"""
    assert mask_json_line(raw) == (
        '{"z":1.10,"a":1E400,"n":123456789012345678901234567890,'
        f'"password":"{MASK}","password":"{MASK}","t":"caf\\u00e9 \\/ é '.encode()
        + b'\xff","e":{},"l":[],"x":null}'
    )


@pytest.mark.parametrize(
    ("raw", "line"),
    [
        (b'{"a": "b  c", "d" : 1}\n', b'{"a":"b  c","d":1}'),
        (b'{"a":"b\\" , c"}', b'{"a":"b\\" , c"}'),
        (b'{"a": "b\\\\" , "c":\r\n\t2}', b'{"a":"b\\\\","c":2}'),
        (b'{"a":"b\nc"}', b'{"a":"b\\nc"}'),
        (b"", b""),
    ],
)
def test_a_line_without_secrets_loses_its_blanks_alone(raw: bytes, line: bytes) -> None:
    assert mask_json_line(raw) == line


@pytest.mark.parametrize(
    "raw",
    [
        b'{"password": "hunter2',
        b'{"password": hunter2, "a": 1}',
        b'{"password": "hunter2"',
        b'{"a": {"password": "hunter2"}}}}]',
        b'{"\\u0070assword": "hunter2"}',
        b'{"a": 1,, "password": "hunter2",}',
        b'{"password"ed: "hunter2"}',
        b'{"password": ["hunter2", ["hunter2"',
        b'{"password": "hunter2\\',
        b'{"type": "SecureString", "value": "hunter2"',
    ],
)
def test_broken_lines_leak_nothing(raw: bytes) -> None:
    assert b"hunter2" not in mask_json_line(raw)


def test_a_lone_surrogate_survives_in_a_masked_string() -> None:
    raw = json.dumps({"t": '{"password":"x1","s":"\ud800"}'}).encode()
    line = mask_json_line(raw)
    assert json.loads(line) == {"t": f'{{"password":"{MASK}","s":"\ud800"}}'}


NAMES = st.sampled_from(
    [
        *("password", "sessionToken", "name", "value", "type", "a", "environment", "DB_PASS"),
        *("id", "accessKey", "slackToken"),
    ]
)
VALUES = st.sampled_from(
    [
        "x",
        "SecureString",
        "DB_PASSWORD",
        "****",
        "Bearer abcDEF123456789",
        SECRET_WITHIN,
        SECRET_KEY,
        "é\n\t",
    ]
)
RECORDS = st.recursive(
    VALUES | st.text() | st.integers() | st.none() | st.booleans() | st.floats(allow_nan=False),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(NAMES | st.text(), inner, max_size=5)
    ),
    max_leaves=20,
)


@settings(deadline=None)
@given(RECORDS)
def test_a_line_is_masked_as_its_record_is(record: object) -> None:
    record = {"r": record}
    for indent in (None, 2):
        line = mask_json_line(json.dumps(record, indent=indent).encode())
        assert json.loads(line) == mask_record(record)[0]
        assert b"\n" not in line


@settings(deadline=None)
@given(RECORDS)
def test_masking_again_changes_nothing(record: object) -> None:
    masked, _ = mask_record({"r": record})
    assert mask_record(masked) == (masked, 0)


@settings(deadline=None)
@given(RECORDS)
def test_the_quick_test_never_misses(record: object) -> None:
    _, count = mask_record({"r": record})
    if count:
        assert may_hold_secret(json.dumps({"r": record}).encode())


@pytest.mark.parametrize(
    ("before", "repeated", "after"),
    [
        ("", "password ", ""),
        ("", "eyJabcdefgh-", ""),
        ("", "-----BEGIN A PRIVATE KEY-----", ""),
        ("-----BEGIN ", "A", "password"),
        ("bearer", " ", ""),
        ("", "Bearer a ", ""),
        ("", "a", "password"),
        ("", "https://", "@password"),
        ("", "a:", "token"),
        ("", 'password"\\', ""),
        ("", "password:'", ""),
        ("", "password='", ""),
        ("", "--password ", ""),
        ("password='", "\\", ""),
    ],
)
def test_no_text_takes_long(before: str, repeated: str, after: str) -> None:
    """Each takes some 50 ms; what grows with the square of the length would take minutes."""
    text = before + repeated * (200_000 // len(repeated)) + after
    began = time.process_time()
    mask_text(text)
    assert time.process_time() - began < 3


@pytest.mark.parametrize(
    "text",
    [
        "the password=hunter22",
        "set password=hunter22",
        "error: password=hunter22",
        "curl token=hunter22 https://example.com",
        "a=b password=hunter22",
        "x: y: password=hunter22",
        "deploy --password hunter22",
        "url?a=1&password=hunter22&b=2",
    ],
)
def test_words_before_an_assignment_do_not_hide_it(text: str) -> None:
    assert "hunter22" not in mask_text(text)


@pytest.mark.parametrize("sign", ["%257B", "token "])
def test_masking_a_line_full_of_signs_takes_linear_time(sign: str) -> None:
    """It would take a quarter of an hour if each sign was counted from the line's beginning."""
    raw = json.dumps({"a": sign * 1_000_000, "password": "hunter22"}).encode()
    assert mask_json_line(raw).endswith(f'"password":"{MASK}"}}'.encode())


def test_masking_a_long_text_of_assignments_takes_linear_time() -> None:
    text = "name=" * 200_000 + "password=hunter22"
    assert mask_text(text).endswith(f"password={MASK}")


@pytest.mark.parametrize(
    "text",
    [
        "arn:aws:secretsmanager:us-east-1:111122223333:secret:prod/db-AbC123",
        "is not authorized to perform: secretsmanager:GetSecretValue on resource: "
        "arn:aws:secretsmanager:us-east-1:111122223333:secret:prod/db-AbC123",
    ],
)
def test_the_name_of_a_secret_is_none(text: str) -> None:
    assert mask_text(text) == text
    line = f'{{"errorMessage":"{text}","secretId":"{text}"}}'.encode()
    assert mask_json_line(line) == line
