"""That a line masked by its strings alone is what a look at every token makes of it."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.test_secrets import RECORDS, SECRET_KEY
from tui.core.secret_tokens import mask_by_tokens
from tui.core.secrets import MASK, mask_json_line
from tui.ingest.encoding.typed import decode_raw_file


@pytest.fixture(scope="module")
def sample_records() -> list[bytes]:
    """Every tenth record of the sample, as delivered."""
    root = Path(__file__).parents[2] / "sample_logs"
    records = [
        bytes(record)
        for path in sorted(root.rglob("*.json.gz"))
        if "CloudTrail-" not in path.name and "Digest" not in str(path)
        for record in decode_raw_file(gzip.decompress(path.read_bytes())).Records
    ]
    return records[::10]


@settings(deadline=None)
@given(RECORDS, st.booleans())
def test_strings_alone_tell_what_all_tokens_do(record: object, ascii_only: bool) -> None:
    for separators in ((",", ":"), (" ,\r\n", "\t: ")):
        text = json.dumps({"r": record}, separators=separators, ensure_ascii=ascii_only)
        raw = text.encode("utf-8", "surrogatepass")
        assert mask_json_line(raw) == mask_by_tokens(raw)


@pytest.mark.parametrize(
    "text",
    [
        '{"password":"x","password":"y","a":{"password":[]},"token":{"a":"b"}}',
        '{"password":null,"token":true,"secret":"","jwt":12,"psk":"****"}',
        '{"value":"a","type":"SecureString","b":{"value":"c"},"l":[{"value":"d"}],"Value":"e"}',
        '{"value":["a","b"],"name":"DB_PASSWORD"}',
        '{"value":7,"name":"DB_PASSWORD"}',
        '{"value":null,"name":"DB_PASSWORD"}',
        '{"value":" ghp_' + "a1" * 18 + ' ","name":"DB_PASSWORD"}',
        '{"name":["DB_PASSWORD"],"value":"x"}',
        '{"env":{"nextToken":"x"},"nextToken":"y"}',
        '{"\\u0065nv":{"nextToken":"x"}}',
        '{"env":"a","nextToken":"y"}',
        f'{{"accessKey":"{SECRET_KEY}","objectKey":"{SECRET_KEY}"}}',
        f'{{"credentials":["{SECRET_KEY}",["{SECRET_KEY}"],{{"a":"{SECRET_KEY}"}}]}}',
        f'{{"credentials":{{"a":"{SECRET_KEY}","accessKey":{{"b":"{SECRET_KEY}"}}}}}}',
        '{"a":["b",":password","c"],":password":"d","to:ken":"e"}',
        '{"a":"https:\\/\\/me:hunter2@example.com","b":"\\u0042earer abcDEF123456.x-y"}',
        '{"a":"Bearer abcDEF123456.x-y","b":"Bearer abcDEF123456.x-y"}',
        '{"a":"\\\\","password":"\\"","b":"password=\\"c d\\" e"}',
        '{"a":"\\ud800 password=hunter2"}',
        '["password=hunter2",{"Bearer abcDEF123456.x-y":"Bearer abcDEF123456.x-z"}]',
        '"password=hunter2"',
    ],
)
def test_odd_places_of_strings(text: str) -> None:
    for raw in (text.encode(), text.replace(",", " , ").encode(), text.encode() + b"\xff"):
        for _ in range(3):  # the second time its strings are known
            assert mask_json_line(raw) == mask_by_tokens(raw)


def test_the_sample_is_masked_as_all_its_tokens_are(sample_records: list[bytes]) -> None:
    lines = [mask_json_line(raw) for raw in sample_records]
    assert lines == [mask_by_tokens(raw) for raw in sample_records]
    assert any(MASK.encode() in line for line in lines)
