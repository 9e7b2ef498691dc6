"""JSON inside strings: each encoding that AWS uses, and the traps that look like it."""

from __future__ import annotations

import base64
import json
from urllib.parse import quote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tui.core.embedded import MAX_LENGTH, decode, label, unwrap

POLICY = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Sid": "größe"}]}
TEXT = json.dumps(POLICY, ensure_ascii=False)

JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)
CONTAINERS = st.lists(JSON_VALUES, max_size=4) | st.dictionaries(st.text(), JSON_VALUES, max_size=4)


def _base64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


@pytest.mark.parametrize(
    ("text", "encodings"),
    [
        (TEXT, ("json",)),
        (json.dumps(POLICY, indent=4), ("json",)),
        (f"\n  {TEXT}\r\n", ("json",)),
        (f"\ufeff{TEXT}", ("json",)),
        (quote(TEXT), ("url", "json")),
        (quote(quote(TEXT)), ("url", "url", "json")),
        (quote("\n " + TEXT, safe=""), ("url", "json")),
        (_base64(TEXT), ("base64", "json")),
        (_base64(TEXT).rstrip("="), ("base64", "json")),
        (base64.urlsafe_b64encode(TEXT.encode()).decode(), ("base64", "json")),
        (json.dumps(TEXT), ("json", "json")),
        (json.dumps(quote(TEXT)), ("json", "url", "json")),
        (json.dumps(json.dumps(json.dumps(TEXT))), ("json", "json", "json", "json")),
    ],
)
def test_every_encoding_is_found(text: str, encodings: tuple[str, ...]) -> None:
    found = decode(text)
    assert found is not None
    assert found == (POLICY, encodings)
    inside = unwrap(text)
    assert inside is not None
    assert json.loads(inside.source) == POLICY


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "{",
        "[",
        "[S3Console/0.4, aws-internal/3 aws-sdk-java/1.11.666 Linux/4.9]",
        "[aws-cli/1.16]",
        "{user}",
        "{1: 2}",
        "[10.0.0.0/8]",
        "[1 2]",
        "Encoded authorization failure message: eyJhIjoxfQ",
        '"plain"',
        '"unclosed',
        "42",
        "true",
        "null",
        "%7Bnot json%7D",
        "%41",
        "eyJhIjox",  # base64 of half an object
        "eyJhIjoxfQ=x",
        "W3s",
        "example-bucket-of-mine",
        _base64('"text"'),
        "[NaN]",
        "[1e999]",
        "[Infinity]",
        '{"a": ' + "1" * 5000 + "}",
        "[" * 600 + "]" * 600,
        "[" * 200_000,
        "[" * 200_000 + "]" * 200_000,
        '{"a":' * 600 + "1" + "}" * 600,
        json.dumps(json.dumps(json.dumps(json.dumps(TEXT)))),
    ],
)
def test_what_only_looks_like_json_is_left(text: str) -> None:
    assert decode(text) is None


def test_the_size_is_capped() -> None:
    assert decode("[" + "1," * (MAX_LENGTH // 2) + "1]") is None
    assert decode("[" + "1," * (MAX_LENGTH // 2 - 4) + "1]") is not None


def test_numbers_keep_their_precision() -> None:
    found = decode('{"n": 123456789012345678901234567890, "m": -9223372036854775809}')
    assert found is not None
    assert found.value == {"n": 123456789012345678901234567890, "m": -9223372036854775809}


def test_what_the_fast_parser_refuses() -> None:
    lone = decode('{"a": "\\ud800"}')
    tabbed = decode('{"a": "b\tc"}')
    raw = decode('{"a": "\ud800"}')
    assert lone == ({"a": "\ud800"}, ("json",))
    assert tabbed == ({"a": "b\tc"}, ("json",))
    assert raw == ({"a": "\ud800"}, ("json",))


def test_repeated_keys_do_not_crash() -> None:
    found = decode('{"a": 1, "a": 2}')
    assert found is not None
    assert found.value == {"a": 2}


def test_five_hundred_levels_are_read() -> None:
    assert decode("[" * 500 + "]" * 500) is not None
    assert decode("[" * 501 + "]" * 501) is None


@pytest.mark.parametrize(
    ("encodings", "words"),
    [
        (("json",), "decoded JSON"),
        (("url", "json"), "decoded URL-encoded JSON"),
        (("base64", "json"), "decoded base64 JSON"),
        (("json", "json"), "decoded quoted JSON"),
    ],
)
def test_labels(encodings: tuple[str, ...], words: str) -> None:
    assert label(encodings) == words


@settings(deadline=None)
@given(CONTAINERS, st.lists(st.sampled_from(["url", "base64", "json"]), max_size=3))
def test_what_is_wrapped_is_unwrapped(value: object, layers: list[str]) -> None:
    text = json.dumps(value)
    kept = []
    for layer in layers:
        # Base64 is taken for JSON's only when JSON itself is what it holds.
        if layer == "base64" and text[:1] not in "{[":
            continue
        if layer == "url" and text[:1] not in "{[%":
            continue
        kept.append(layer)
        text = {"url": quote, "base64": _base64, "json": json.dumps}[layer](text)
    found = decode(text)
    assert found is not None
    assert found == (value, (*reversed(kept), "json"))


@settings(deadline=None)
@given(st.text(st.sampled_from('{}[]":,%7Bb5DeyJW \\u0123456789tfn\n'), max_size=60))
def test_no_text_crashes_the_decoder(text: str) -> None:
    found = decode(text)
    assert found is None or isinstance(found.value, (dict, list))
