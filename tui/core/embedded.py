"""JSON inside strings, found by structure and never by the name of a field.

CloudTrail carries policies, manifests, patterns and whole records as text: plain JSON, URL-encoded
JSON (the IAM API returns its documents so:
https://docs.aws.amazon.com/IAM/latest/APIReference/API_Role.html), base64 of JSON (the S3
encryption context), or a JSON string that holds JSON. Only an object or an array counts as
found: the text ``"42"`` is a string to the person who reads it, whatever a parser says.
"""

from __future__ import annotations

import binascii
import json
import re
from typing import Any, NamedTuple

import orjson

MAX_LENGTH = 1 << 20
"""Longer strings (in characters) are left as they are."""

MAX_LAYERS = 4
"""How many encodings may lie around one another: base64 of a JSON string of JSON is three."""

MAX_NESTING = 500
"""Deeper values are left as text, so that whoever walks the value need not fear its depth."""


class Embedded(NamedTuple):
    """What a string held: the value, and its encodings from the outermost to ``json``."""

    value: dict[str, object] | list[object]
    encodings: tuple[str, ...]


class Unwrapped(NamedTuple):
    """An `Embedded` together with the JSON text itself, freed of the other encodings."""

    value: dict[str, object] | list[object]
    encodings: tuple[str, ...]
    source: str


_BLANK = " \t\r\n\ufeff"
OPENERS = frozenset('{["%eW' + _BLANK)
"""A string that begins otherwise holds nothing."""
# Decides without a parser that `[S3Console/0.4, …]` and `{name}` are no JSON.
_PLAUSIBLE = re.compile(r'\{\s*["}]|\[\s*[\[\]{"\-0-9tfn]')
_URL_ENCODED = re.compile(r"(?:%20|%0[9ad])*%(?:25)*[57]b", re.IGNORECASE)
# `{` or `[`, then any ASCII character: the first base64 letter is e or W, the second of eight.
_BASE64 = re.compile(r"[eW][w-z0-3](?:[A-Za-z0-9+/_-]{6,}={0,2}|[A-Za-z0-9+/_-]+={1,2})")
_LONG_NUMBER = re.compile(r"[0-9]{19}")
_FROM_URL_SAFE = str.maketrans("-_", "+/")


def decode(text: str) -> Embedded | None:
    """The object or array that `text` holds, or None for an ordinary string."""
    found = unwrap(text)
    return None if found is None else Embedded(found.value, found.encodings)


def unwrap(text: str) -> Unwrapped | None:
    """As `decode`, with the JSON text that was found inside."""
    if not text or text[0] not in OPENERS or not 2 <= len(text) <= MAX_LENGTH:
        return None
    return _unwrap(text, MAX_LAYERS)


def label(encodings: tuple[str, ...]) -> str:
    """How a string was encoded, in words: ``decoded URL-encoded JSON``."""
    outer = [_WORDS.get(encoding, encoding) for encoding in encodings[:-1]]
    return " ".join(["decoded", *outer, "JSON"])


_WORDS = {"url": "URL-encoded", "base64": "base64", "json": "quoted"}


def _unwrap(untrimmed: str, layers: int) -> Unwrapped | None:
    text = untrimmed.strip(_BLANK)
    if layers <= 0 or len(text) < 2:
        return None
    first = text[0]
    if first in "{[":
        value = _parse(text) if text[-1] in "}]" and _PLAUSIBLE.match(text) else None
        if not isinstance(value, (dict, list)) or _too_deep(value, text):
            return None
        return Unwrapped(value, ("json",), text)
    # Base64 begins at once: what looks for secrets in bytes relies on the quote before it.
    if first in "eW" and untrimmed[0] != first:
        return None
    encoding, inner = _peel(text, first)
    if inner is None:
        return None
    found = _unwrap(inner, layers - 1)
    if found is None:
        return None
    return Unwrapped(found.value, (encoding, *found.encodings), found.source)


def _peel(text: str, first: str) -> tuple[str, str | None]:
    """One encoding taken off: its name, and the text within where it is one."""
    if first == "%":
        if _URL_ENCODED.match(text):
            from urllib.parse import unquote

            return "url", unquote(text)
    elif first == '"':
        quoted = _parse(text) if text[-1] == '"' else None
        return "json", quoted if isinstance(quoted, str) else None
    elif first in "eW" and _BASE64.fullmatch(text):
        return "base64", _from_base64(text)
    return "", None


def _from_base64(text: str) -> str | None:
    if len(text) % 4:
        if text.endswith("="):
            return None
        text += "=" * (-len(text) % 4)
    try:
        inner = binascii.a2b_base64(text.translate(_FROM_URL_SAFE)).decode()
    except ValueError:  # bad padding, or the bytes are no UTF-8
        return None
    return inner if inner[:1] in ("{", "[") else None


def _parse(text: str) -> object:
    """What `text` means as JSON, None if nothing.

    orjson turns integers beyond 64 bits into floats, refuses lone surrogates and literal tabs
    in strings; the slower parser takes all of them as they are.
    """
    if _LONG_NUMBER.search(text) is None:
        try:
            return orjson.loads(text)
        except orjson.JSONDecodeError:
            pass
    try:
        return json.loads(text, strict=False, parse_constant=_refuse, parse_float=_finite)
    except (ValueError, RecursionError):  # ValueError: also an integer of over 4,300 digits
        return None


def _refuse(name: str) -> object:
    raise ValueError(name)


def _finite(digits: str) -> float:
    number = float(digits)
    if number - number != 0:
        raise ValueError(digits)
    return number


def _too_deep(value: dict[str, object] | list[object], text: str) -> bool:
    if text.count("{") + text.count("[") <= MAX_NESTING:
        return False
    level: list[Any] = [value]
    for _ in range(MAX_NESTING):
        level = [
            child
            for node in level
            for child in (node.values() if isinstance(node, dict) else node)
            if isinstance(child, (dict, list))
        ]
        if not level:
            return False
    return True
