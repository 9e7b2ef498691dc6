"""What a value of the filter language means for one text: the rules, one text at a time.

`tui.core.matching.texts` does the same for all texts of the index at once.
"""

from __future__ import annotations

import re
import socket
from functools import lru_cache
from typing import NamedTuple

from tui.core.query.nodes import Exact, Glob, Present, Value
from tui.core.query.regex import find_regex

_OCTETS = re.compile(r"([0-9]{1,3})\.([0-9]{1,3})\.([0-9]{1,3})\.([0-9]{1,3})", re.ASCII)
_UUID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}", re.ASCII)
_MAPPED = bytes(10) + b"\xff\xff"
_64_BITS = (1 << 64) - 1
ANY, ONE = "*", "?"


def fold(text: str) -> str:
    """The text without its case."""
    return text.lower() if text.isascii() else text.casefold()


def is_uuid(text: str) -> bool:
    """Whether the text has the form of an eventID."""
    return _UUID.fullmatch(text) is not None


def event_number(text: str) -> int:
    """The 64 bits by which the index knows the eventID of this form of a UUID."""
    digits = int(text.replace("-", ""), 16)
    high, low = digits >> 64, digits & _64_BITS
    return (high * 0x9E37_79B9_7F4A_7C15 & _64_BITS) ^ low or 1


# -- globs


def glob_parts(pattern: str) -> list[str | None]:
    """A glob as characters, folded, with ANY and ONE as `None` and the empty text."""
    parts: list[str | None] = []
    characters = iter(pattern)
    for character in characters:
        if character == ANY:
            if not parts or parts[-1] is not None:
                parts.append(None)
        elif character == ONE:
            parts.append("")
        elif character == "\\":
            parts.append(fold(next(characters, "\\")))
        else:
            parts.append(fold(character))
    return parts


def escaped(text: str) -> str:
    """A text as a glob that means just this text."""
    return re.sub(r"([*?\\])", r"\\\1", text)


def has_wildcard(pattern: str) -> bool:
    """Whether anything in a glob is a wildcard."""
    return any(not part for part in glob_parts(pattern))


def bare_value(text: str) -> Value:
    """A bare value: a backslash takes a wildcard as it is, and is itself before all else."""
    if "*" not in text and "?" not in text:
        return Exact(text)
    pattern, plain, wild, at = "", "", False, 0
    while at < len(text):
        character = text[at]
        if character == "\\" and text[at + 1 : at + 2] in ("*", "?"):
            at += 1
            character = text[at]
            pattern += "\\" + character
        elif character in "*?":
            wild = True
            pattern += character
        else:
            pattern += escaped(character)
        plain += character
        at += 1
    if not wild:
        return Exact(plain)
    return Present() if not pattern.strip("*") else Glob(pattern)


@lru_cache(maxsize=256)
def _glob_pieces(pattern: str) -> tuple[re.Pattern[str], ...]:
    """The stretches between the asterisks, each as a regex: none repeats, so none is slow."""
    pieces = [""]
    for part in glob_parts(pattern):
        if part is None:
            pieces.append("")
        else:
            pieces[-1] += re.escape(part) if part else "."
    return tuple(re.compile(piece, re.DOTALL) for piece in pieces)


def glob_matches(pattern: str, text: str) -> bool:
    """Whether the whole text is what the glob says, whatever the case."""
    pieces = _glob_pieces(pattern)
    folded = fold(text)
    if len(pieces) == 1:
        return pieces[0].fullmatch(folded) is not None
    first = pieces[0].match(folded)
    if first is None:
        return False
    at = first.end()
    for piece in pieces[1:-1]:
        found = piece.search(folded, at)
        if found is None:
            return False
        at = found.end()
    last = pieces[-1]
    length = _length(last)
    return len(folded) - at >= length and last.fullmatch(folded, len(folded) - length) is not None


@lru_cache(maxsize=1024)
def _length(piece: re.Pattern[str]) -> int:
    """How many characters a piece stands for."""
    return len(re.sub(r"\\(.)", r"\1", piece.pattern, flags=re.DOTALL))


# -- regexes


def regex_matches(pattern: str, text: str) -> bool:
    """Whether the regex is found in the text."""
    return find_regex(pattern, text)


# -- addresses


class Address(NamedTuple):
    """An IP address as a number; an IPv4 address that came as IPv6 (`::ffff:…`) is IPv4."""

    version: int
    number: int


def address_of(text: str) -> Address | None:
    """The address that a text is; leading zeros in its numbers mean nothing."""
    octets = _OCTETS.fullmatch(text)
    if octets is not None:
        numbers = [int(octet) for octet in octets.groups()]
        return Address(4, int.from_bytes(bytes(numbers), "big")) if max(numbers) < 256 else None
    if ":" not in text:
        return None
    try:
        packed = socket.inet_pton(socket.AF_INET6, text)
    except (OSError, ValueError):
        return None
    if packed.startswith(_MAPPED):
        return Address(4, int.from_bytes(packed[12:], "big"))
    return Address(6, int.from_bytes(packed, "big"))


def plain_address(text: str) -> str:
    """An IPv4 address without leading zeros, "" for any other text and if it has none."""
    octets = _OCTETS.fullmatch(text)
    if octets is None:
        return ""
    numbers = [int(octet) for octet in octets.groups()]
    plain = ".".join(map(str, numbers))
    return plain if max(numbers) < 256 and plain != text else ""


class Span(NamedTuple):
    """The addresses of a network: from the first to the last."""

    version: int
    first: int
    last: int


@lru_cache(maxsize=1024)
def span_of(network: str) -> Span | None:
    """The addresses in `10.0.0.0/8`, None if that is no network. Bits behind the mask are free."""
    address, slash, bits = network.partition("/")
    if not slash or not bits.isascii() or not bits.isdigit() or len(bits) > 3:
        return None
    known = address_of(address)
    if known is None:
        return None
    width, length = (32 if known.version == 4 else 128), int(bits)
    if known.version == 4 and ":" in address:
        length -= 96
    if not 0 <= length <= width:
        return None
    rest = (1 << (width - length)) - 1
    return Span(known.version, known.number & ~rest, known.number | rest)


def in_network(network: str, text: str) -> bool:
    """Whether the text is an address in the network."""
    span, address = span_of(network), address_of(text)
    if span is None or address is None:
        return False
    return address.version == span.version and span.first <= address.number <= span.last


_PRIVATE = (
    "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "127.0.0.0/8",
    "169.254.0.0/16", "0.0.0.0/8", "fc00::/7", "fe80::/10", "::/127",
)  # fmt: skip
"""Addresses that mean something within a network only: RFC 1918, 6598, 3927, 4193, 4291."""
_PRIVATE_SPANS = tuple(span for text in _PRIVATE if (span := span_of(text)) is not None)


def network_of(address: Address) -> int:
    """A number for the network that an address is in (v4 /16, v6 /32); 0: a private one.

    Providers and companies give out addresses from networks of about this size, so that a
    machine that merely gets another address stays in its network.
    """
    version, number = address
    if any(s.version == version and s.first <= number <= s.last for s in _PRIVATE_SPANS):
        return 0
    return version << 32 | number >> (16 if version == 4 else 96)
