"""What is a secret in a record, and the record without it.

AWS hides most secrets before it writes a record, but not all: the answers of STS carry session
tokens (https://docs.aws.amazon.com/IAM/latest/UserGuide/cloudtrail-integration.html), and what
people paste into descriptions, tags and variables arrives as it is.

A value is a secret by its *name* (`password`, `sessionToken`, `DB_PASS` among variables, the
`value` of a pair whose `name` is such a name, or of a SecureString) or by its *content* (bearer
tokens, private keys, signed URLs, passwords in URLs). What AWS has redacted, what only names a
secret (ARNs, ids), settings (`minimumPasswordLength`) and page marks (`nextToken`) are none.
"""

from __future__ import annotations

import json.encoder
import re
from functools import lru_cache
from itertools import filterfalse
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec

from tui.core import embedded
from tui.core.secret_signs import (
    BASE64_JSON,
    HARMLESS_VALUE,
    HINT,
    KEY_LOOK,
    MASK,
    NEAR_KEY,
    PAIR_VALUES,
    PLAIN,
    PUNCTUATION,
    SECRET,
    VARIABLES,
    is_secret_name,
    is_secret_pair,
    mask_free_text,
    may_hold_secret,
    reveals,
    scope_of,
    squash,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = [
    "MASK",
    "is_secret",
    "mask_json_line",
    "mask_record",
    "mask_text",
    "may_hold_secret",
]


def is_secret(path: Sequence[str | int], value: object) -> bool:
    """Whether `value`, found under these keys and positions, must not be shown as it is.

    Containers are no secret, their parts may be. What stands beside the value is not known here:
    a pair's name, and `SecureString`, count in `mask_record` alone.
    """
    scope, name = PLAIN, ""
    for step in path:
        if isinstance(step, str):
            scope, name = scope_of(scope, step[-128:]), step
    if isinstance(value, str):
        return _mask_string(value, scope, name, 0)[1] > 0
    return scope == SECRET and _is_number(value)


def mask_record(record: object) -> tuple[object, int]:
    """A copy of `record` in which `MASK` stands for each secret, and how many there were.

    A string that holds JSON with a secret in it comes back as JSON text with the mask, whatever
    its encoding was. Nothing recurses: the record may be nested deeply.
    """
    root: list[object] = [record]
    work: list[tuple[Any, int, str]] = [(root, PLAIN, "")]
    count = 0
    while work:
        holder, outer, name = work.pop()
        keyed = isinstance(holder, dict)
        revealed = keyed and is_secret_pair(holder)
        for slot, child in list(holder.items() if keyed else enumerate(holder)):
            scope = outer
            if keyed and isinstance(slot, str):
                name = slot
                scope = scope_of(outer, slot[-128:])
                if revealed and squash(slot) in PAIR_VALUES:
                    scope = SECRET
            if isinstance(child, str):
                masked, found = _mask_string(child, scope, name, 0)
                if found:
                    holder[slot] = masked
                    count += found
            elif isinstance(child, dict):
                holder[slot] = copy = dict(child)
                work.append((copy, scope, name))
            elif isinstance(child, (list, tuple)):
                holder[slot] = items = list(child)
                work.append((items, scope, name))
            elif scope == SECRET and _is_number(child):
                holder[slot] = MASK
                count += 1
    return root[0], count


def mask_text(text: str) -> str:
    """Free text (a message, a user agent, a URL) without the secrets that it holds."""
    return mask_free_text(text)[0]


def mask_json_line(raw: bytes) -> bytes:
    """A record's own bytes on one line, `MASK` in the place of each secret.

    Key order, repeated keys, the spelling of numbers and of all other strings stay as they were;
    only blanks between the tokens go. Broken JSON is treated as far as it can be understood.
    """
    try:
        _check(raw)
    except (msgspec.DecodeError, RecursionError):
        return _mask_by_tokens(raw)
    # Odd positions are what stands in quotes.
    parts = (_QUOTED.split if b"\\" in raw else _split_plain)(raw)
    between = b'"'.join(parts[::2])
    if len(between.translate(None, _BLANKS)) != len(between):
        parts[::2] = [part.translate(None, _BLANKS) for part in parts[::2]]
        raw = b'"'.join(parts)
    unknown = list(filterfalse(_known.__contains__, parts[1::2]))
    suspects = _suspects(unknown) if unknown else None
    if not suspects:
        return raw
    return b'"'.join(parts) if _mask_parts(parts, suspects) else _mask_by_tokens(raw)


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _mask_string(value: str, scope: int, name: str, layer: int) -> tuple[str, int]:
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


# -- The lines of valid JSON: most strings were met before, few of the others need a look.

_check = msgspec.json.Decoder(msgspec.Raw).decode  # strict, but for what is no UTF-8
_BLANKS = b" \t\r\n"
_QUOTED = re.compile(rb'"((?:[^"\\]++|\\.)*+)"')
_MOST_KNOWN = 16384  # strings, of at most so many bytes each:
_LONGEST_KNOWN = 512
_LONGEST_JUDGED = 128
_MASK = MASK.encode()
_HARMLESS, _NAME, _CONTENT = 0, 1, 2  # what a string may be

_known: set[bytes] = set()  # harmless wherever they stand, and met more than once
_met: set[bytes] = set()  # harmless, met once: most are ids and never come again


def _split_plain(raw: bytes) -> list[bytes]:
    return raw.split(b'"')


def _suspects(strings: list[bytes]) -> dict[bytes, int]:
    """Those of a record's strings that may be a secret or name one. The others are learned."""
    # One search in all of them, each on a line of its own.
    lines = b'"%b"' % b'"\n"'.join(strings)
    squashed = lines.lower().translate(None, PUNCTUATION)
    lines = lines.replace(b"\\/", b"/")
    hits = {squashed.count(b"\n", 0, match.start()) for match in HINT.finditer(squashed)}
    hits.update([lines.count(b"\n", 0, match.start()) for match in BASE64_JSON.finditer(lines)])
    if b"\\u00" in lines or (b"@" in lines and b"//" in lines):
        hits.update([at for at, text in enumerate(strings) if b"\\u00" in text or b"@" in text])
    suspects = {}
    for at in hits:
        text = strings[at]
        kind = (_judge_again if len(text) <= _LONGEST_JUDGED else _judge)(text)
        if kind != _HARMLESS:
            suspects[text] = kind
    harmless = set(strings)
    if suspects:
        harmless.difference_update(suspects)
    if len(lines) > _LONGEST_KNOWN:
        harmless = {text for text in harmless if len(text) <= _LONGEST_KNOWN}
    _learn(harmless)
    return suspects


def _learn(strings: set[bytes]) -> None:
    for known in (_known, _met):
        if len(known) > _MOST_KNOWN:
            known.clear()
    _known.update(strings & _met)
    _met.update(strings)


def _judge(spelled: bytes) -> int:
    """What the string may be in any place of a record: no secret, the name of one, or one."""
    text = _text(spelled)
    if _mask_string(text, PLAIN, "", 0)[1]:
        return _CONTENT
    named = is_secret_name(text) or text.lower() == "securestring"
    return _NAME if named or squash(text).endswith(NEAR_KEY) else _HARMLESS


_judge_again = lru_cache(maxsize=4096)(_judge)


def _text(spelled: bytes) -> str:
    return _unquote(f'"{spelled.decode("utf-8", "surrogateescape")}"')


def _mask_parts(parts: list[bytes], suspects: dict[bytes, int]) -> bool:
    """Mask the secrets among `parts`. False where that takes more than a look at neighbours:
    containers and numbers under a secret's name, variables."""
    places = [at for at in range(1, len(parts), 2) if parts[at] in suspects]
    for at in places:
        if (
            parts[at - 1] == b":"
            and parts[at + 1][:1] != b":"
            and reveals(squash(_text(parts[at - 2])), _text(parts[at]))
            and not _mask_pair(parts, at)
        ):
            return False
    for at in places:
        kind = suspects.get(parts[at])
        if parts[at + 1][:1] == b":":
            if not _mask_named(parts, at, _text(parts[at])):
                return False
        elif kind == _CONTENT:
            masked, _ = _mask_string(_text(parts[at]), PLAIN, "", 0)
            parts[at] = _quote(masked)[1:-1].encode()
    return True


def _mask_named(parts: list[bytes], at: int, name: str) -> bool:
    """Mask what the key at this place names; False where it is not a string's place."""
    secret, near = scope_of(PLAIN, name[-128:]) == SECRET, squash(name).endswith(NEAR_KEY)
    if not secret and is_secret_name(name) and _has_variables(parts):
        return False
    if near and parts[at + 1] == b":" and KEY_LOOK.fullmatch(_text(parts[at + 2])):
        parts[at + 2] = _MASK
    if secret:
        return _mask_value(parts, at)
    return not (near and parts[at + 1][1:2] == b"[")


def _mask_pair(parts: list[bytes], revealing: int) -> bool:
    """Mask the `value` beside the string at this place, which says that it is a secret."""
    objects: list[int] = []  # the number of the object or array in which each string stands
    opened, outer = 0, [0]
    for between in parts[::2]:
        for sign in between:
            if sign in b"{[":
                opened += 1
                outer.append(opened)
            elif sign in b"}]":
                outer.pop()
        objects.append(outer[-1])
    here = objects[revealing // 2]
    return all(
        _mask_value(parts, at)
        for at in range(1, len(parts), 2)
        if objects[at // 2] == here
        and parts[at + 1][:1] == b":"
        and squash(_text(parts[at])) in PAIR_VALUES
    )


def _mask_value(parts: list[bytes], key: int) -> bool:
    """Mask the secret string behind the key at this place; False for containers and numbers."""
    if parts[key + 1] != b":":
        return parts[key + 1][1:2] in b"tfn"  # true, false, null
    if not HARMLESS_VALUE.fullmatch(_text(parts[key + 2])):
        parts[key + 2] = _MASK
    return True


def _has_variables(parts: list[bytes]) -> bool:
    return any(
        after[:2] in (b":{", b":[") and squash(_text(name)) in VARIABLES
        for name, after in zip(parts[1::2], parts[2::2], strict=True)
    )


# -- The lines of any JSON, token by token.


def _mask_by_tokens(raw: bytes) -> bytes:
    if may_hold_secret(raw):
        masked, count = _mask_json(raw.decode("utf-8", "surrogateescape"), 0)
        if count:
            return _on_one_line(masked.encode("utf-8", "surrogateescape"))
    return _on_one_line(raw)


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
                name, key_next = _unquote(token), False
                scope = scope_of(here.scope, name[-128:])
                if here.start in pairs and squash(name) in PAIR_VALUES:
                    scope = SECRET
            else:
                value = _unquote(token)
                if here.keyed and reveals(squash(name), value):
                    revealed.add(here.start)
                masked, found = _mask_string(value, scope, name, layer)
                if found:
                    token = _quote(masked)
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


def _unquote(token: str) -> str:
    if "\\" in token:
        try:
            return str(json.loads(token, strict=False))
        except ValueError:  # an escape that JSON does not know, or no closing quote
            pass
    return token[1:-1] if len(token) > 1 and token[-1] == '"' else token[1:]


def _quote(value: str) -> str:
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
