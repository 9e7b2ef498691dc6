"""The signs of a secret: names that make a value one, and what free text holds.

A value's name counts together with where its object stands: in a plain one, among variables, or
in a secret itself. Names are compared in lower case and without punctuation, for `DBPassword`,
`db-password` and `DB_PASSWORD` are the same.
"""

from __future__ import annotations

import re
from functools import lru_cache
from string import ascii_lowercase, ascii_uppercase
from typing import TYPE_CHECKING

from tui.core.text import MASK

if TYPE_CHECKING:
    from collections.abc import Iterable


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


PLAIN, LOOSE, SECRET = 0, 1, 2  # where a value stands: anywhere, among variables, in a secret

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
VARIABLES = frozenset(("environment", "environmentvariables", "variables", "env"))
_VARIABLE_WORDS = _words("password passwd passphrase secret secrets token")
_VARIABLE_ENDS = _words("pass pwd credentials creds apikey psk jwt bearer tokens")
_KEYS = _words("api private signing encryption auth ssh master account storage shared")
_AMOUNTS = frozenset(("max", "min", "num", "total"))
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|[^A-Za-z0-9]+")
_CONSTANT = re.compile(r"[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+")

_PAIR_NAMES = _words(
    "name key parametername parameterkey optionname variable variablename headername attributename"
)
PAIR_VALUES = _words(
    "value values parametervalue stringvalue defaultvalue resolvedvalue previousvalue"
    " attributevalue"
)

# Values that a secret's name does not make secret.
HARMLESS_VALUE = re.compile(
    r"\s*(?:[*•]+|[xX]{3,}|HIDDEN_DUE_TO_SECURITY_REASONS|[<(\[*]*(?:sensitiveDataRemoved|redacted"
    r"|masked|hidden|omitted|removed)[>)\]*]*|Value hidden due to security reasons\.?"
    r"|true|false|success|failure|succeeded|failed|none|null|enabled|disabled|optional|required"
    r"|aws_iam|bearer|basic|custom|aws4-hmac-sha256|arn:[\w-]+:\S*|\{\{resolve:\S*\}\}|)\s*",
    re.IGNORECASE,
)
# AWS's secret access keys are 40 letters of base64; under a name that is close to one they count.
KEY_LOOK = re.compile(
    r"(?=[a-z0-9+/]*[A-Z])(?=[A-Z0-9+/]*[a-z])(?=[A-Za-z+/]*[0-9])[A-Za-z0-9+/]{40}"
)
NEAR_KEY = ("credential", "credentials", "accesskey", "secrets")

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
# What each of them needs; a text has seldom any.
_CONTENT_SIGN = re.compile(
    r"-----BEGIN |(?i:bearer|basic)\s|://|eyJ|IQoJb3JpZ2lu|F[wQ]oGZXIvYXdz|[FA]QoDYXdz|gh[pousr]_"
    r"|github_pat_|glpat-|xox[abeprs]-|sk_live_"
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


HINT = re.compile(_any_of(_HINTS).encode())
PUNCTUATION = b"-_. /\\:"
_SQUASH = str.maketrans(ascii_uppercase, ascii_lowercase, PUNCTUATION.decode())
BASE64_JSON = re.compile(rb'"[eW][w-z0-3][A-Za-z0-9+/_-]{10}')


def may_hold_secret(raw: bytes) -> bool:
    """False when no part of `raw`, a record or any text, can be a secret. Errs on the safe side."""
    if b"\\u00" in raw or (b"@" in raw and (b"//" in raw or b"\\/" in raw)):
        return True
    squashed = raw.lower().translate(None, PUNCTUATION)
    return HINT.search(squashed) is not None or BASE64_JSON.search(raw) is not None


def squash(name: str) -> str:
    return name.translate(_SQUASH)


@lru_cache(maxsize=4096)
def scope_of(scope: int, name: str) -> int:
    """Where the value of the key `name` stands when its object stands in `scope`."""
    squashed = squash(name)
    if scope == SECRET:
        return PLAIN if _HARMLESS_NAME.search(squashed) else SECRET
    if _SECRET_NAME.search(squashed):
        return SECRET
    if (scope == LOOSE or _CONSTANT.fullmatch(name)) and _is_secret_variable(name, squashed):
        return SECRET
    return LOOSE if scope == LOOSE or squashed in VARIABLES else PLAIN


def _is_secret_variable(name: str, squashed: str) -> bool:
    words = [word.lower() for word in _CAMEL.split(name) if word]
    if not words or words[0] in _AMOUNTS or _HARMLESS_NAME.search(squashed):
        return False
    if words[-1] == "key":
        return len(words) > 1 and words[-2] in _KEYS
    return words[-1] in _VARIABLE_ENDS or not _VARIABLE_WORDS.isdisjoint(words)


def is_secret_name(value: str) -> bool:
    # A name of which a part was masked names nothing: it was a value itself.
    return MASK not in value and scope_of(LOOSE, value[-128:]) == SECRET


def is_secret_pair(mapping: dict[object, object]) -> bool:
    """Whether another value of `mapping` says that its `value` is a secret."""
    return any(
        isinstance(key, str) and isinstance(value, str) and reveals(squash(key), value)
        for key, value in mapping.items()
    )


def reveals(key: str, value: str) -> bool:
    if key in _PAIR_NAMES:
        return is_secret_name(value)
    return key.endswith("type") and value.lower() == "securestring"


def mask_free_text(text: str) -> tuple[str, int]:
    if not may_hold_secret(text.encode("utf-8", "surrogatepass")):
        return text, 0
    count = 0
    if _CONTENT_SIGN.search(text):
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
        if not _names_secret(assigned) or _is_in_arn(text, assigned.start()):
            continue
        value = _VALUE.match(text, at)
        if value is None or not _is_secret_value(assigned, value):
            continue
        parts += (text[done:at], value["quote"] or "", MASK)
        done = at = value.end()
        count += 1
    return "".join((*parts, text[done:])) if parts else text, count


_ARN = re.compile(r"arn:[\w:/.+*@-]{0,200}\Z")


def _is_in_arn(text: str, place: int) -> bool:
    """Is this a part of an ARN, as `secret:` is in `arn:aws:secretsmanager:…:secret:prod/db`?"""
    return (
        text[place - 1 : place] == ":" and _ARN.search(text, max(0, place - 250), place) is not None
    )


def _names_secret(assigned: re.Match[str]) -> bool:
    name = assigned["name"] or assigned["flag"]
    if scope_of(PLAIN, name) == SECRET:
        return True
    return squash(name) == "signature" and assigned["sign"] != ":"


def _is_secret_value(assigned: re.Match[str], value: re.Match[str]) -> bool:
    text = value["bare"] or value["quoted"] or ""
    if MASK in text or HARMLESS_VALUE.fullmatch(text):
        return False
    # "password: must be longer" is a sentence, "password: hunter2" is not.
    spoken = assigned["sign"] == ":" and value["bare"] and not assigned["named"]
    return not (spoken and text.isalpha())
