"""Secrets in JSON text of any kind, broken too, taken token by token.

Strings hold JSON that holds strings, so what a string hides is told here as well.
"""

from __future__ import annotations

import json.encoder
import re
from typing import NamedTuple

from tui.core import embedded
from tui.core.secret_signs import (
    HARMLESS_VALUE,
    KEY_LOOK,
    NEAR_KEY,
    PAIR_VALUES,
    PLAIN,
    SECRET,
    mask_free_text,
    may_hold_secret,
    reveals,
    scope_of,
    squash,
)
from tui.core.text import MASK


def mask_by_tokens(raw: bytes) -> bytes:
    """A record on one line without its secrets, whatever is wrong with its JSON."""
    if may_hold_secret(raw):
        masked, count = _mask_json(raw.decode("utf-8", "surrogateescape"), 0)
        if count:
            return _on_one_line(masked.encode("utf-8", "surrogateescape"))
    return _on_one_line(raw)


def mask_string(value: str, scope: int, name: str, layer: int) -> tuple[str, int]:
    """`value` without its secrets, and how many; `layer` counts the strings around it."""
    if scope == SECRET and not HARMLESS_VALUE.fullmatch(value):
        return MASK, 1
    if len(value) == 40 and KEY_LOOK.fullmatch(value) and squash(name).endswith(NEAR_KEY):
        return MASK, 1
    if len(value) < 5:
        return value, 0
    found = embedded.unwrap(value)
    if found is None:
        return mask_free_text(value)
    if not may_hold_secret(found.source.encode("utf-8", "surrogatepass")):
        return value, 0
    if layer >= embedded.MAX_LAYERS:
        return MASK, 1
    masked, count = _mask_json(found.source, layer + 1)
    return (masked, count) if count else (value, 0)


class _Container(NamedTuple):
    start: int
    keyed: bool
    scope: int
    name: str


_TOKEN = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+(?:"|\\?\Z)|[{}\[\],:]|[^\s{}\[\],:"]++', re.DOTALL)
_SURROGATE = re.compile("[\ud800-\udfff]")


def _mask_json(text: str, layer: int) -> tuple[str, int]:
    masked, count, pairs = _scan(text, layer, frozenset())
    if pairs:
        masked, count, _ = _scan(text, layer, pairs)
    return masked, count


def _scan(text: str, layer: int, pairs: frozenset[int]) -> tuple[str, int, frozenset[int]]:
    """JSON text without blanks and secrets, how many, and the objects whose value is a secret.

    Whether the `value` of an object is a secret can stand behind it. So a first pass finds these
    objects by their position, and a second one is told of them.
    """
    pieces: list[str] = []
    outer: list[_Container] = []
    here = _Container(-1, False, PLAIN, "")
    scope, name = PLAIN, ""
    key_next = False
    count = 0
    revealed: set[int] = set()
    for match in _TOKEN.finditer(text):
        token = match[0]
        first = token[0]
        if first == '"':
            if key_next:
                name, key_next = unquote(token), False
                scope = scope_of(here.scope, name[-128:])
                if here.start in pairs and squash(name) in PAIR_VALUES:
                    scope = SECRET
            else:
                value = unquote(token)
                if here.keyed and reveals(squash(name), value):
                    revealed.add(here.start)
                masked, found = mask_string(value, scope, name, layer)
                if found:
                    token = quote(masked)
                    count += found
        elif first in "{[":
            outer.append(here)
            here = _Container(match.start(), first == "{", scope, name)
            key_next = here.keyed
        elif first in "}]":
            here = outer.pop() if outer else here
            scope, name, key_next = here.scope, here.name, False
        elif first == ",":
            scope, name, key_next = here.scope, here.name, here.keyed
        elif first != ":":
            if scope == SECRET and token not in ("true", "false", "null"):
                token = f'"{MASK}"'
                count += 1
            elif pieces and pieces[-1][-1] not in "{[,:":
                token = " " + token
        pieces.append(token)
    return "".join(pieces), count, frozenset(revealed)


def unquote(token: str) -> str:
    """The string that a token of JSON spells."""
    if "\\" in token:
        try:
            return str(json.loads(token, strict=False))
        except ValueError:  # an escape that JSON does not know, or no closing quote
            pass
    return token[1:-1] if len(token) > 1 and token[-1] == '"' else token[1:]


def quote(value: str) -> str:
    """`value` as JSON spells it, with a number for each lone surrogate."""
    return _SURROGATE.sub(
        lambda match: f"\\u{ord(match[0]):04x}", json.encoder.encode_basestring(value)
    )


_STRING = re.compile(rb'("[^"\\]*+(?:\\.[^"\\]*+)*+(?:"|\\?\Z))', re.DOTALL)


def _on_one_line(raw: bytes) -> bytes:
    """JSON without the blanks between its tokens; a line's end within a string is escaped."""
    if b"\\" in raw:
        quote, parts = b"", _STRING.split(raw)
    else:
        quote, parts = b'"', raw.split(b'"')
    between = quote.join(parts[::2])
    if len(between.translate(None, b" \t\r\n")) != len(between):
        parts[::2] = [part.translate(None, b" \t\r\n") for part in parts[::2]]
        raw = quote.join(parts)
    return raw.replace(b"\n", rb"\n").replace(b"\r", rb"\r")
