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

from functools import lru_cache
from itertools import filterfalse
from typing import TYPE_CHECKING, Any

import msgspec

from tui.core.secret_signs import (
    BASE64_JSON,
    HARMLESS_VALUE,
    HINT,
    KEY_LOOK,
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
from tui.core.secret_tokens import mask_by_tokens, mask_string, quote, unquote
from tui.core.text import MASK

if TYPE_CHECKING:
    import re
    from collections.abc import Iterator, Sequence

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
        return mask_string(value, scope, name, 0)[1] > 0
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
                masked, found = mask_string(child, scope, name, 0)
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
        return mask_by_tokens(raw)
    # Odd positions are what stands in quotes.
    parts = _split(raw)
    between = b'"'.join(parts[::2])
    if len(between.translate(None, _BLANKS)) != len(between):
        parts[::2] = [part.translate(None, _BLANKS) for part in parts[::2]]
        raw = b'"'.join(parts)
    unknown = [
        text
        for text in filterfalse(_known.__contains__, parts[1::2])
        if text.translate(None, _NO_LETTERS)
    ]
    suspects = _suspects(unknown) if unknown else None
    if not suspects:
        return raw
    return b'"'.join(parts) if _mask_parts(parts, suspects) else mask_by_tokens(raw)


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


# -- The lines of valid JSON: most strings were met before, few of the others need a look.

_check = msgspec.json.Decoder(msgspec.Raw).decode  # strict, but for what is no UTF-8
_BLANKS = b" \t\r\n"
_NO_LETTERS = b"0123456789abcdef-:.TZ"  # ids, times and numbers: no secret's sign without others
_MOST_KNOWN = 16384  # strings, of at most so many bytes each:
_LONGEST_KNOWN = 512
_LONGEST_JUDGED = 128
_MASK = MASK.encode()
_HARMLESS, _NAME, _CONTENT = 0, 1, 2  # what a string may be

_known: set[bytes] = set()  # harmless wherever they stand, and met more than once
_met: set[bytes] = set()  # harmless, met once: most are ids and never come again


def _split(raw: bytes) -> list[bytes]:
    """Valid JSON at its quotes, but not at those within strings."""
    if b"\\" not in raw:
        return raw.split(b'"')
    # What valid JSON cannot hold stands for the escapes meanwhile.
    raw = raw.replace(rb"\\", b"\1").replace(rb"\"", b"\2").replace(b'"', b"\0")
    return raw.replace(b"\2", rb"\"").replace(b"\1", rb"\\").split(b"\0")


def _suspects(strings: list[bytes]) -> dict[bytes, int]:
    """Those of a record's strings that may be a secret or name one. The others are learned."""
    # One search in all of them, each on a line of its own.
    lines = b'"%b"' % b'"\n"'.join(strings)
    squashed = lines.lower().translate(None, PUNCTUATION)
    lines = lines.replace(b"\\/", b"/")
    hits = {*_lines_of(HINT, squashed), *_lines_of(BASE64_JSON, lines)}
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


def _lines_of(sign: re.Pattern[bytes], lines: bytes) -> Iterator[int]:
    """The number of the line of each place where the sign stands: one text may be full of them."""
    line = before = 0
    for match in sign.finditer(lines):
        line += lines.count(b"\n", before, match.start())
        before = match.start()
        yield line


def _learn(strings: set[bytes]) -> None:
    for known in (_known, _met):
        if len(known) > _MOST_KNOWN:
            known.clear()
    _known.update(strings & _met)
    _met.update(strings)


def _judge(spelled: bytes) -> int:
    """What the string may be in any place of a record: no secret, the name of one, or one."""
    text = _text(spelled)
    if mask_string(text, PLAIN, "", 0)[1]:
        return _CONTENT
    named = is_secret_name(text) or text.lower() == "securestring"
    return _NAME if named or squash(text).endswith(NEAR_KEY) else _HARMLESS


_judge_again = lru_cache(maxsize=4096)(_judge)


def _text(spelled: bytes) -> str:
    text = spelled.decode("utf-8", "surrogateescape")
    return unquote(f'"{text}"') if "\\" in text else text


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
        if parts[at + 1][:1] == b":":
            if not _mask_named(parts, at, _text(parts[at])):
                return False
        elif suspects.get(parts[at]) == _CONTENT:  # no longer there if masked by its name
            masked, _ = mask_string(_text(parts[at]), PLAIN, "", 0)
            parts[at] = quote(masked)[1:-1].encode()
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
