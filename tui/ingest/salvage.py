"""What can still be read of broken JSON: every whole record, and where the others stood.

Half-copied files, a stray token, a trailing comma, records pasted one after another, JSON in a
Markdown fence: the text is walked value by value; a broken one costs itself and no other.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_NESTING = 500
MAX_RECORD = 16 << 20
_MAX_REPAIRS = 8
_MAX_DIGITS = 4000

_OPEN = re.compile(r"[\[{]")
_CONTAINER = re.compile(
    r'\{(?:\s*"[^"\\]{0,200}"\s*:\s*(?:"[^"\\]{0,2000}"|[\w.+-]{1,40})\s*,)*'
    r'\s*"(?:Records|Events|logEvents)"\s*:\s*\['
)
_RECORD_START = re.compile(r'\{\s*"(?:eventVersion|userIdentity|eventTime|EventId)"\s*:')
_LINE_START = re.compile(r"\n\s*(?=\{)")
_STRUCTURE = re.compile(r'"(?:[^"\\]|\\.)*"|"|[{}\[\]]', re.DOTALL)
_JUNK = re.compile(r"[^\s,;\]}]")
_TRAILING_COMMA = re.compile(r",\s*(?=[}\]])")
_STRAY = re.compile(r"[^\s,}\]\"{\[:]{1,40}(?=\s*[,}\]])")
_FENCE = re.compile(r"^\s*(?:```|~~~)", re.MULTILINE)


class Piece(NamedTuple):
    """A stretch of the text: a value that can be read, or one that cannot."""

    start: int
    end: int
    value: str
    """JSON that parses (repaired, if `reason` says so); "" where nothing could be read."""
    reason: str = ""
    truncated: bool = False
    """The text ends inside of it."""


def _int(digits: str) -> int | float:
    return int(digits) if len(digits) < _MAX_DIGITS else float(digits)


_decoder = json.JSONDecoder(strict=False, parse_int=_int)
# strict=False lets literal tabs and newlines in strings pass, as AWS's own examples have them.


def pieces(text: str) -> Iterator[Piece]:
    """The values of a text that as a whole is not valid JSON, in order."""
    prose = _FENCE.search(text) is not None
    position = 0
    while True:
        opening = _OPEN.search(text, position)
        junk_end = opening.start() if opening else len(text)
        junk = _JUNK.search(text, position, junk_end)
        if junk and not prose:
            yield _junk(text, junk.start(), junk_end)
        if opening is None:
            return
        start = opening.start()
        container = _CONTAINER.match(text, start)
        if container:
            position = container.end()
            continue
        piece = _value(text, start)
        if piece is None:
            position = start + 1  # a broken list: its items may be whole
            continue
        yield piece
        position = piece.end


def load(text: str) -> object:
    """Any JSON value that `pieces` accepts; raises ValueError or RecursionError."""
    return _decoder.decode(text)


def _junk(text: str, start: int, end: int) -> Piece:
    lost = '"event' in text[start:end] or '"userIdentity' in text[start:end]
    what = (
        "the beginning of a record is missing" if lost else "text that is no JSON was passed over"
    )
    return Piece(start, end, "", what, truncated=False)


def _value(text: str, start: int) -> Piece | None:
    """The object or list that begins here; None for a list to step into."""
    try:
        _, end = _decoder.raw_decode(text, start)
    except json.JSONDecodeError as error:
        if text[start] == "[":
            return None
        return _repaired(text, start, error) or _broken(text, start, error)
    except RecursionError:
        end = _balanced_end(text, start) or len(text)
        return Piece(start, end, "", f"nested deeper than {MAX_NESTING} levels")
    if end - start > MAX_RECORD and text[start] == "{":
        return Piece(start, end, "", f"one record of more than {MAX_RECORD >> 20} MiB")
    return Piece(start, end, text[start:end])


def _repaired(text: str, start: int, error: json.JSONDecodeError) -> Piece | None:
    """The record without a stray word or a comma too many, if that is all it suffers from."""
    end = _end_of_broken(text, start)
    if end is None or end - start > MAX_RECORD:
        return None
    record = text[start:end]
    dropped: list[str] = []
    at = error.pos - start
    for _ in range(_MAX_REPAIRS):
        edit = _edit(record, at)
        if edit is None:
            return None
        left, right = edit
        dropped.append(record[left:right].strip())
        record = record[:left] + record[right:]
        try:
            _, stop = _decoder.raw_decode(record)
        except json.JSONDecodeError as again:
            at = again.pos
            continue
        except RecursionError:
            return None
        if record[stop:].strip():
            return None
        words = ", ".join(f"“{word}”" for word in dropped)
        return Piece(start, end, record, f"read after leaving out {words}")
    return None


def _edit(record: str, at: int) -> tuple[int, int] | None:
    """What to leave out near a fault: a stray word, or a comma before a closing bracket."""
    stray = _STRAY.match(record, at)
    if stray and record[:at].rstrip()[-1:] not in (":", ",", "{", "["):
        return stray.span()
    before = record.rfind(",", 0, at + 1)
    comma = _TRAILING_COMMA.match(record, before) if before >= 0 else None
    if comma and comma.end() >= at:
        return before, before + 1
    return None


def _broken(text: str, start: int, error: json.JSONDecodeError) -> Piece:
    end = _end_of_broken(text, start)
    if end is None:
        return Piece(start, len(text), "", "ends in the middle of a record", truncated=True)
    place = error.pos
    quote = text[max(start, place - 10) : place + 10].replace("\n", " ")
    return Piece(start, end, "", f"a record is not valid JSON ({error.msg} near “{quote}”)")


def _end_of_broken(text: str, start: int) -> int | None:
    """Where the broken object ends: at its closing brace, or before the next record begins."""
    end = _balanced_end(text, start)
    following = _RECORD_START.search(text, start + 1)
    if end is None and following is None:
        following = _LINE_START.search(text, start + 1)
    if following and (end is None or following.start() < end):
        return following.start()
    return end


def _balanced_end(text: str, start: int) -> int | None:
    depth = 0
    for token in _STRUCTURE.finditer(text, start, start + 4 * MAX_RECORD):
        mark = token.group()[0]
        if mark in "{[":
            depth += 1
        elif mark in "}]":
            depth -= 1
            if depth == 0:
                return token.end()
        elif len(token.group()) == 1:  # a string that never ends
            return None
    return None
