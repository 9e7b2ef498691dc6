"""Which bytes may hold what a path or a text asks for: nearly free, and misses nothing.

Nothing is decoded. A probe looks for a stretch of what is asked for, in small letters, that
stands in the bytes as it is unless somebody escaped letters that nobody needs to escape
(`\\u0061`, `%61`). Bytes with such escapes, and with letters that turn into ASCII when case is
ignored (`ß`, the Kelvin sign), are said to match: `tui.core.matching.looking` decides.
"""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING

from tui.core.query.nodes import Exact, Glob, Path, Text
from tui.core.query.values import fold, glob_parts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from tui.core.query.nodes import Value

    Find = Callable[[bytes, bytes, bytes], bool | None]
    """Whether bytes hold a text in small letters: True, False, or None where escapes, or letters
    beyond ASCII, may hide it. The last are 256 bytes: not 0 for each character that, written as an
    escape, could."""

FOLDING = (
    "\u00df\u0130\u0149\u017f\u01f0\u1e96\u1e97\u1e98\u1e99\u1e9a\u1e9e"
    "\u212a\ufb00\ufb01\ufb02\ufb03\ufb04\ufb05\ufb06"
)
"""All letters beyond ASCII that `query_values.fold` turns into something with ASCII in it."""

_LONG = 4
"""A stretch of this length without punctuation is taken before a longer one with it."""
_FEW = 64
_TELLING = 3
"""A value of this length tells more than the name of its field."""

_UNRESERVED = re.compile(r"[a-z0-9._~-]+")
_PLAIN = re.compile(r"[ !#$&-\[\]-~]+")  # printable, but not `"`, `%` and the backslash
# Digits, letters, `%` and the backslash, of which escapes are made, and `+-._~`.
_ALWAYS = "3[0-9]|[46][1-9a-f]|[57][0-9a]|25|5c|2b|2d|2e|5f|7e"
_FOLDING_RAW = re.compile("|".join(FOLDING).encode())
_FOLDING_U = "|".join(f"{ord(letter):04x}" for letter in FOLDING)
_FOLDING_URL = "|".join("%".join(f"{byte:02x}" for byte in letter.encode()) for letter in FOLDING)

_NUMERIC = re.compile(r"[0-9.e+-]+")
# A number that reads otherwise than it is written, behind whatever may stand before a number.
_ODD_NUMBER = re.compile(
    rb"(?:[:\[,\s]|\\[nrt]|\\u00[0-9a-f]{2}|%(?:25)*[0-9a-f]{2})-?"
    rb"(?:[0-9][0-9.]*e[+-]?[0-9]|0\.0000|[0-9][0-9.]{15})"
)
# How base64 of an object or array begins, behind the quote before it.
_BASE64 = re.compile(rb'(?:"|22)(?:e(?:y[A-DI-L]|w[k-r0-3]|3[0-3])|W[wyz1-3])')

_SURE = re.compile(r"(?=.*[a-df-z_])[a-z0-9_.-]+")
_LITERALS = ("true", "false", "null", "nan", "infinity")


class Hay:
    """Bytes that are looked through."""

    def __init__(self, data: bytes, find: Find | None = None) -> None:
        """With `find` most of them need not be brought to small letters."""
        self.data = data
        self.find = find

    @cached_property
    def lowered(self) -> bytes:
        """The same in small letters."""
        return self.data.lower()


class Probe:
    """The cheap test for one predicate."""

    def __init__(self, node: Path | Text) -> None:
        self._sure = b""
        self._in_base64 = isinstance(node, Path)
        self._needles: list[tuple[_Needle, ...]] = []
        """Of each group one has to be there."""
        if isinstance(node, Text):
            folded = fold(node.text)
            self._needles.append((_Needle(folded),))
            if _SURE.fullmatch(folded) and not any(folded in word for word in _LITERALS):
                self._sure = folded.encode()
            return
        names = [key for key in node.keys if not key.isdecimal()]
        if names:
            self._needles.append((_Needle(fold(names[-1])),))
        literals = [_literal(value) for value in node.values]
        if literals and min(map(len, literals)) >= _TELLING:
            self._needles.append(tuple(_Needle(literal) for literal in literals))

    def may_hold(self, hay: Hay) -> bool:
        """May one of the records in these bytes hold it?"""
        for group in self._needles:
            if not any(needle.may_be_in(hay) for needle in group):
                return self._in_base64 and _BASE64.search(hay.data) is not None
        return True

    def surely_holds(self, lowered: bytes) -> bool:
        """Is it certain, without decoding, that the record in these bytes holds it?

        A value that a repeated key hides counts too.
        """
        wanted = self._sure
        at = lowered.find(wanted) if wanted else -1
        while at >= 0:
            # What begins in an escape (`\\n`, `\\u00e9`) reads differently.
            if b"\\" not in lowered[max(0, at - 5) : at]:
                return True
            at = lowered.find(wanted, at + 1)
        return False


class _Needle:
    """One text to be found in bytes, in some or other writing. The text is folded."""

    def __init__(self, text: str) -> None:
        self._run = _run(text)
        self._foreign = bool(text) and not self._run and not text.isascii()
        self._numeric = _NUMERIC.fullmatch(text) is not None
        codes = {f"{ord(sign):02x}" for sign in self._run.decode() if not sign.isalnum()}
        escapes = "|".join([_ALWAYS, *sorted(codes)])
        self._in_json = re.compile(rf"\\u(?:00(?:{escapes})|{_FOLDING_U})".encode())
        self._in_url = re.compile(rf"%(?:{escapes}|{_FOLDING_URL})".encode())
        self._slash = b"/" in self._run
        spells = re.compile(escapes)
        self._spelled = bytes(spells.fullmatch(f"{code:02x}") is not None for code in range(256))

    def may_be_in(self, hay: Hay) -> bool:
        """May one of the strings or numbers in these bytes contain the text?"""
        if hay.find is not None and self._run and not self._numeric:
            found = hay.find(hay.data, self._run, self._spelled)
            if found is not None:
                return found
        lowered = hay.lowered
        if not self._run:
            ascii_only = lowered.isascii() and b"%" not in lowered and b"\\u" not in lowered
            return not (self._foreign and ascii_only)
        if self._run in lowered:
            return True
        if not lowered.isascii() and _FOLDING_RAW.search(lowered):
            return True
        if b"\\" in lowered and (
            self._in_json.search(lowered) or (self._slash and b"\\/" in lowered)
        ):
            return True
        if self._is_escaped_in_url(lowered):
            return True
        return self._numeric and _ODD_NUMBER.search(lowered) is not None

    def _is_escaped_in_url(self, lowered: bytes) -> bool:
        at = lowered.find(b"%")
        for _ in range(_FEW):  # most bytes have few of them, and this is six times as fast
            if at < 0:
                return False
            if self._in_url.match(lowered, at):
                return True
            at = lowered.find(b"%", at + 1)
        return at >= 0 and self._in_url.search(lowered, at) is not None


def _run(text: str) -> bytes:
    """The stretch of a folded text to look for; empty if none stands in bytes as it is."""
    free = max(_UNRESERVED.findall(text), key=len, default="")
    plain = max(_PLAIN.findall(text), key=len, default="")
    return (free if len(free) >= min(_LONG, len(plain)) else plain).encode()


def _literal(value: Value) -> str:
    """The longest text that must stand in whatever is this value, folded."""
    if isinstance(value, Exact):
        return fold(value.text)
    if isinstance(value, Glob):
        return max(_stretches(glob_parts(value.pattern)), key=len)
    return ""


def _stretches(parts: Iterable[str | None]) -> list[str]:
    found = [""]
    for part in parts:
        if part:
            found[-1] += part
        else:
            found.append("")
    return found
