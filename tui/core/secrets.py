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
from string import ascii_lowercase, ascii_uppercase
from typing import TYPE_CHECKING, Any, NamedTuple

from tui.core import embedded

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

MASK = "••••"


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_PLAIN, _LOOSE, _SECRET = 0, 1, 2  # where a value stands: anywhere, among variables, in a secret

# Endings of a name, in lower case and without punctuation.
_SECRET_NAME = re.compile(
    r"(?:passw(?:or)?d|passwords|passphrase|passwordhash|passworddata|secret"
    r"|secret(?:key|value|string|binary|accesskey)|accesskeysecret|keymaterial"
    r"|privatekey(?:plaintext)?|presharedkey|customerkey|apikey(?:value)?|tokenvalue|tokencode"
    r"|(?:session|security|auth|authorization|authentication|access|refresh|id|identity|bearer"
    r"|api|oauth|login|signin|federation|sso|csrf|join|secret)tokens?"
    r"|bearer|authorization|assertion|samlresponse|base32stringseed|qrcodepng|mfacode|otpcode"
    r"|(?:authorization|authentication|confirmation|verification)code[12]?|amzsignature"
    r"|\A(?:token|cookie|setcookie|plaintext|pwd|jwt|psk))\Z"
)
# Endings of what stands beside a secret: SECRET_ARN, TOKEN_URL, PASSWORD_LENGTH.
_HARMLESS_NAME = re.compile(
    r"(?:arns?|ids?|identifier|names?|status|types?|state|times?|dates?|versions?|algorithm|url"
    r"|uri|path|length|age|region|required|enabled|expiry|expiration|expires|ttl|count|endpoint"
    r"|host|port|policy|file|mode|source|issuer|audience|expression|md5)\Z"
)
_VARIABLES = frozenset(("environment", "environmentvariables", "variables", "env"))
_VARIABLE_WORDS = _words("password passwd passphrase secret secrets token")
_VARIABLE_ENDS = _words("pass pwd credentials creds apikey psk jwt bearer tokens")
_KEYS = _words("api private signing encryption auth ssh master account storage shared")
_AMOUNTS = frozenset(("max", "min", "num", "total"))
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|[^A-Za-z0-9]+")
_CONSTANT = re.compile(r"[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+")

_PAIR_NAMES = _words(
    "name key parametername parameterkey optionname variable variablename headername attributename"
)
_PAIR_VALUES = _words(
    "value values parametervalue stringvalue defaultvalue resolvedvalue previousvalue"
    " attributevalue"
)

# Values that a secret's name does not make secret.
_HARMLESS_VALUE = re.compile(
    r"\s*(?:[*•]+|[xX]{3,}|HIDDEN_DUE_TO_SECURITY_REASONS|[<(\[*]*(?:sensitiveDataRemoved|redacted"
    r"|masked|hidden|omitted|removed)[>)\]*]*|Value hidden due to security reasons\.?"
    r"|true|false|success|failure|succeeded|failed|none|null|enabled|disabled|optional|required"
    r"|aws_iam|bearer|basic|custom|aws4-hmac-sha256|arn:[\w-]+:\S*|\{\{resolve:\S*\}\}|)\s*",
    re.IGNORECASE,
)
# AWS's secret access keys are 40 letters of base64; under a name that is close to one they count.
_KEY_LOOK = re.compile(
    r"(?=[a-z0-9+/]*[A-Z])(?=[A-Z0-9+/]*[a-z])(?=[A-Za-z+/]*[0-9])[A-Za-z0-9+/]{40}"
)
_NEAR_KEY = ("credential", "credentials", "accesskey", "secrets")

# What is masked wherever it stands; group 1 stays.
_CONTENT = tuple(
    re.compile(pattern, re.DOTALL)
    for pattern in (
        r"()-----BEGIN [A-Z0-9 ]*PRIVATE KEY[A-Z ]*-----"
        r"(?:.*?-----END [A-Z0-9 ]*PRIVATE KEY[A-Z ]*-----|.*)",
        r"(\b(?i:bearer)\s+)(?![A-Z]?[a-z]+\b)[\w.~+/-]{12,}=*",
        r"(\b(?i:basic)\s+)(?![A-Z]?[a-z]+\b)(?![A-Z]+\b)[A-Za-z0-9+/]{6,}=*",
        r"(\b[A-Za-z][A-Za-z0-9+.-]{1,20}://[^\s/:@\"'?#]{0,256}:)[^\s/@\"'?#•]{1,512}(?=@)",
        r"()(?<![\w-])eyJ[\w-]{8,}\.eyJ[\w-]{8,}\.[\w-]*",
        r"()\b(?:IQoJb3JpZ2lu|FwoGZXIvYXdz|FQoGZXIvYXdz|FQoDYXdz|AQoDYXdz)[\w+/=%-]{50,}",
        r"()\b(?:gh[pousr]_\w{30,}|github_pat_\w{30,}|glpat-[\w-]{20,}|xox[abeprs]-[\w-]{10,}"
        r"|sk_live_\w{16,})",
    )
)
# name=value, name: value, "name":"value" at any depth of escaping, --name value.
_ASSIGNED = re.compile(
    r"""(?<![\w.-])(?:(?P<name>[\w.-]{2,80}+)(?P<named>\\*["'])?\s{0,4}+"""
    r"""(?P<sign>=|:|%3[Dd])\s{0,4}+|(?P<flag>--[\w.-]{2,80}+)\s{1,4}+(?!-))"""
)
_VALUE = re.compile(
    r"""(?P<quote>\\*["'])(?P<quoted>(?:(?!(?P=quote))(?:\\.|.))*+)|(?P<bare>[^\s"'&;,<>]++)""",
    re.DOTALL,
)

# A text without any of these holds no secret. Compared in lower case, without punctuation.
_HINTS = _words(
    "pass secret token privatekey keymaterial presharedkey customerkey apikey bearer basic"
    " authorization assertion samlresponse base32stringseed qrcodepng mfacode otpcode ationcode"
    " amzsignature cookie plaintext pwd jwt psk securestring signature= signature%3d signingkey"
    " encryptionkey authkey sshkey masterkey accountkey storagekey sharedkey credentials creds eyj"
    ' credential" accesskey" iqojb3 fwogzx fqogzx fqodyx aqodyx ghp gho ghu ghs ghr githubpat glpat'
    " xox sklive %7b %5b %25"
)


def _any_of(words: Iterable[str]) -> str:
    """A pattern for any of the words that tries no letter twice; five times as fast as `a|b|c`."""
    tails: dict[str, list[str]] = {}
    for word in words:
        tails.setdefault(word[:1], []).append(word[1:])
    if "" in tails:
        return ""
    branches = [re.escape(first) + _any_of(rest) for first, rest in sorted(tails.items())]
    return branches[0] if len(branches) == 1 else f"(?:{'|'.join(branches)})"


_HINT = re.compile(_any_of(_HINTS).encode())
_PUNCTUATION = "-_. /\\"
_SQUASH = str.maketrans(ascii_uppercase, ascii_lowercase, _PUNCTUATION + ":")
_BASE64_JSON = re.compile(rb'"[eW][w-z0-3][A-Za-z0-9+/_-]{10}')


def may_hold_secret(raw: bytes) -> bool:
    """False when no part of `raw`, a record or any text, can be a secret. Errs on the safe side."""
    if b"\\u00" in raw or (b"@" in raw and (b"//" in raw or b"\\/" in raw)):
        return True
    squashed = raw.lower().translate(None, _PUNCTUATION.encode())
    return _HINT.search(squashed) is not None or _BASE64_JSON.search(raw) is not None


def is_secret(path: Sequence[str | int], value: object) -> bool:
    """Whether `value`, found under these keys and positions, must not be shown as it is.

    Containers are no secret, their parts may be. What stands beside the value is not known here:
    a pair's name, and `SecureString`, count in `mask_record` alone.
    """
    scope, name = _PLAIN, ""
    for step in path:
        if isinstance(step, str):
            scope, name = _step(scope, step[-128:]), step
    if isinstance(value, str):
        return _mask_string(value, scope, name, 0)[1] > 0
    return scope == _SECRET and _is_number(value)


def mask_record(record: object) -> tuple[object, int]:
    """A copy of `record` in which `MASK` stands for each secret, and how many there were.

    A string that holds JSON with a secret in it comes back as JSON text with the mask, whatever
    its encoding was. Nothing recurses: the record may be nested deeply.
    """
    root: list[object] = [record]
    work: list[tuple[Any, int, str]] = [(root, _PLAIN, "")]
    count = 0
    while work:
        holder, outer, name = work.pop()
        keyed = isinstance(holder, dict)
        revealed = keyed and _is_secret_pair(holder)
        for slot, child in list(holder.items() if keyed else enumerate(holder)):
            scope = outer
            if keyed and isinstance(slot, str):
                name = slot
                scope = _step(outer, slot[-128:])
                if revealed and _squash(slot) in _PAIR_VALUES:
                    scope = _SECRET
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
            elif scope == _SECRET and _is_number(child):
                holder[slot] = MASK
                count += 1
    return root[0], count


def mask_text(text: str) -> str:
    """Free text (a message, a user agent, a URL) without the secrets that it holds."""
    return _mask_text(text)[0]


def mask_json_line(raw: bytes) -> bytes:
    """A record's own bytes on one line, `MASK` in the place of each secret.

    Key order, repeated keys, the spelling of numbers and of all other strings stay as they were;
    only blanks between the tokens go. Broken JSON is treated as far as it can be understood.
    """
    if may_hold_secret(raw):
        masked, count = _mask_json(raw.decode("utf-8", "surrogateescape"), 0)
        if count:
            return _on_one_line(masked.encode("utf-8", "surrogateescape"))
    return _on_one_line(raw)


def _squash(name: str) -> str:
    return name.translate(_SQUASH)


@lru_cache(maxsize=4096)
def _step(scope: int, name: str) -> int:
    """Where the value of the key `name` stands when its object stands in `scope`."""
    squashed = _squash(name)
    if scope == _SECRET:
        return _PLAIN if _HARMLESS_NAME.search(squashed) else _SECRET
    if _SECRET_NAME.search(squashed):
        return _SECRET
    if (scope == _LOOSE or _CONSTANT.fullmatch(name)) and _is_secret_variable(name, squashed):
        return _SECRET
    return _LOOSE if scope == _LOOSE or squashed in _VARIABLES else _PLAIN


def _is_secret_variable(name: str, squashed: str) -> bool:
    words = [word.lower() for word in _CAMEL.split(name) if word]
    if not words or words[0] in _AMOUNTS or _HARMLESS_NAME.search(squashed):
        return False
    if words[-1] == "key":
        return len(words) > 1 and words[-2] in _KEYS
    return words[-1] in _VARIABLE_ENDS or not _VARIABLE_WORDS.isdisjoint(words)


def _is_secret_name(value: str) -> bool:
    return _step(_LOOSE, value[-128:]) == _SECRET


def _is_secret_pair(mapping: dict[object, object]) -> bool:
    """Whether another value of `mapping` says that its `value` is a secret."""
    return any(
        isinstance(key, str) and isinstance(value, str) and _reveals(_squash(key), value)
        for key, value in mapping.items()
    )


def _reveals(key: str, value: str) -> bool:
    if key in _PAIR_NAMES:
        return _is_secret_name(value)
    return key.endswith("type") and value.lower() == "securestring"


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _mask_string(value: str, scope: int, name: str, layer: int) -> tuple[str, int]:
    """`value` without its secrets, and how many; `layer` counts the strings around it."""
    if scope == _SECRET and not _HARMLESS_VALUE.fullmatch(value):
        return MASK, 1
    if len(value) == 40 and _KEY_LOOK.fullmatch(value) and _squash(name).endswith(_NEAR_KEY):
        return MASK, 1
    if len(value) < 5:
        return value, 0
    found = embedded.unwrap(value)
    if found is None:
        return _mask_text(value)
    if not may_hold_secret(found.source.encode("utf-8", "surrogatepass")):
        return value, 0
    if layer >= embedded.MAX_LAYERS:
        return MASK, 1
    masked, count = _mask_json(found.source, layer + 1)
    return (masked, count) if count else (value, 0)


def _mask_text(text: str) -> tuple[str, int]:
    if not may_hold_secret(text.encode("utf-8", "surrogatepass")):
        return text, 0
    count = 0
    for pattern in _CONTENT:
        text, found = pattern.subn(rf"\1{MASK}", text)
        count += found

    return _mask_assigned(text, count)


def _mask_assigned(text: str, count: int) -> tuple[str, int]:
    """Mask what is given to a secret's name. A value may be such a name itself (`error: pwd=…`),
    so the search goes on behind the sign wherever there is nothing to mask."""
    parts: list[str] = []
    done = at = 0
    while assigned := _ASSIGNED.search(text, at):
        at = assigned.end()
        if not _names_secret(assigned):
            continue
        value = _VALUE.match(text, at)
        if value is None or not _is_secret_value(assigned, value):
            continue
        parts += (text[done:at], value["quote"] or "", MASK)
        done = at = value.end()
        count += 1
    return "".join((*parts, text[done:])) if parts else text, count


def _names_secret(assigned: re.Match[str]) -> bool:
    name = assigned["name"] or assigned["flag"]
    if _step(_PLAIN, name) == _SECRET:
        return True
    return _squash(name) == "signature" and assigned["sign"] != ":"


def _is_secret_value(assigned: re.Match[str], value: re.Match[str]) -> bool:
    text = value["bare"] or value["quoted"] or ""
    if MASK in text or _HARMLESS_VALUE.fullmatch(text):
        return False
    # "password: must be longer" is a sentence, "password: hunter2" is not.
    spoken = assigned["sign"] == ":" and value["bare"] and not assigned["named"]
    return not (spoken and text.isalpha())


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
    here = _Container(-1, False, _PLAIN, "")
    scope, name = _PLAIN, ""
    key_next = False
    count = 0
    revealed: set[int] = set()
    for match in _TOKEN.finditer(text):
        token = match[0]
        first = token[0]
        if first == '"':
            if key_next:
                name, key_next = _unquote(token), False
                scope = _step(here.scope, name[-128:])
                if here.start in pairs and _squash(name) in _PAIR_VALUES:
                    scope = _SECRET
            else:
                value = _unquote(token)
                if here.keyed and _reveals(_squash(name), value):
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
            if scope == _SECRET and token not in ("true", "false", "null"):
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
