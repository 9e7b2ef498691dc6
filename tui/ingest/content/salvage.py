"""What can still be read of broken JSON: every whole record, and where the others stood.

Half-copied files, a stray token, a trailing comma, records pasted one after another, JSON in a
Markdown fence: the bytes are walked value by value; a broken one costs itself and no other. They
are looked at as Latin-1, so that a place in the text is a place in the bytes whatever is broken,
and in windows, so that neither time nor memory grows faster than what is read.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, NamedTuple, cast

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_NESTING = 500
MAX_RECORD = 16 << 20
_MAX_REPAIRS = 8
_MAX_DIGITS = 4000
_EFFORT = 3
"""How often each character may be looked at in vain before a stretch is given up."""

_STEPS = (1 << 14, 1 << 18, 1 << 22, 2 * MAX_RECORD)
_LONGEST_WORD = 16
"""Characters at the end of a text that may be cut short: `Infinity`, an escaped half surrogate."""

_A = re.ASCII
_OPEN = re.compile(r"[\[{]")
_CLOSE = re.compile(r"[\]}]")
_CONTAINER = re.compile(
    r'\{(?>\s*"[^"\\]{0,200}+"\s*:\s*'
    r'(?>"[^"\\]{0,2000}+"|[\w.+-]{1,40}+|\[[^\[\]{}]{0,2000}+\])\s*,)*+'
    r'\s*"(?:Records|[Ee]vents|logEvents)"\s*:\s*\[',
    _A,
)
_DEEP_LIST = re.compile(rf"\[(?>\s*\[){{{MAX_NESTING},}}+", _A)
_RECORD_START = re.compile(
    r'\{\s{0,99}"(?:(eventVersion|userIdentity|eventTime|EventId)|eventName|eventSource|eventID'
    r"|eventType|eventCategory|awsRegion|sourceIPAddress|userAgent|recipientAccountId|errorCode"
    r"|errorMessage|requestParameters|responseElements|requestID|readOnly|managementEvent"
    r'|additionalEventData|apiVersion|resources|tlsDetails|@timestamp)"\s{0,99}:'
    # Entries of CloudWatch Logs: a delivered one, one of filter-log-events.
    r'|\{\s{0,99}"(?:id|logStreamName)"\s{0,9}:\s{0,9}"[^"]{0,600}"\s{0,9},'
    r'\s{0,99}"timestamp"\s{0,9}:\s{0,9}[0-9]{1,20}\s{0,9},\s{0,99}"message"\s{0,9}:',
    _A,
)
_STRUCTURE = re.compile(r'"(?:[^"\\]++|\\.)*+"|"|[{}\[\]]', re.DOTALL)
_BEHIND_LIST = re.compile(r'\s*\]\s*,(?=\s*")', _A)
_NO_JUNK = re.compile(r"(?:[\s,;\]}]++|\xef\xbb\xbf)*+", _A)
"""What may stand between values; a byte order mark does where files were put together."""
_TRAILING_COMMA = re.compile(r",\s*(?=[}\]])", _A)
_STRAY = re.compile(r"[^\s,}\]\"{\[:]{1,40}(?=\s*[,}\]])", _A)
_FENCE = re.compile(rb"^[ \t]*(?:```|~~~)", re.MULTILINE)

CUT = "ends in the middle of a record"
CUT_LIST = "ends before the list of records does"


class Piece(NamedTuple):
    """A stretch of the bytes: a value that can be read, or one that cannot."""

    start: int
    end: int
    value: bytes
    """JSON that parses (repaired, if `reason` says so); empty where nothing could be read."""
    reason: str = ""
    lost: int = 0
    """1 where a record stood, or may have stood, that cannot be read."""
    truncated: bool = False
    """The bytes end inside of it."""


def _int(digits: str) -> int | float:
    return int(digits) if len(digits) < _MAX_DIGITS else float(digits)


_decoder = json.JSONDecoder(strict=False, parse_int=_int)
# strict=False lets literal tabs and newlines in strings pass, as AWS's own examples have them.


def load(text: str) -> object:
    """Any JSON value that `pieces` accepts; raises ValueError or RecursionError."""
    return _decoder.decode(text)


def is_prose(content: bytes) -> bool:
    """Is this a text with JSON in fences, rather than JSON?"""
    return _FENCE.search(content) is not None


def pieces(content: bytes) -> Iterator[Piece]:
    """The values of bytes that as a whole are not valid JSON, in order."""
    prose = is_prose(content)
    window = _Window(content)
    depth = 0  # lists and objects that were stepped into and have not ended
    at = 0
    while True:
        window.reach(at)
        text, base = window.text, window.base
        behind = _BEHIND_LIST.match(text, at - base) if depth else None
        end = window.rest_of_object(behind.end()) if behind else None
        if end is not None:
            at = base + end
            depth = max(0, depth - 2)
            continue
        opening = _OPEN.search(text, at - base)
        stop = opening.start() if opening else len(text)
        depth = max(0, depth - sum(1 for _ in _CLOSE.finditer(text, at - base, stop)))
        junk = stop if prose else cast("re.Match[str]", _NO_JUNK.match(text, at - base, stop)).end()
        if junk < stop:
            piece = window.junk(junk, stop)
            yield piece
            if piece.end > base + stop:
                at = piece.end
                continue
        if opening is None:
            if window.is_last:
                break
            at = base + stop
            continue
        if window.reach(base + stop):
            at = base + stop
            continue
        inside = _CONTAINER.match(text, stop) or _DEEP_LIST.match(text, stop)
        if inside is None:
            found = window.value(stop)
            if found is None:  # a broken list: its items may be whole
                depth += 1
                at = base + stop + 1
            else:
                yield found
                at = found.end
            continue
        at = base + inside.end()
        if text[stop] == "{":
            depth += 2
        else:
            reason = f"nested deeper than {MAX_NESTING} levels"
            yield Piece(base + stop, at, b"", reason, 1)
    if depth and not prose:
        end = len(content)
        yield Piece(end, end, b"", CUT_LIST, 0, truncated=True)


class _Window:
    """The stretch of the bytes that is being looked at, as Latin-1."""

    def __init__(self, content: bytes) -> None:
        self._content = content
        self._slide(0)

    def _slide(self, base: int) -> None:
        end = base + 2 * MAX_RECORD
        self.base = base
        self.text = self._content[base:end].decode("latin-1")
        self.is_last = end >= len(self._content)
        self._following = -1
        self._effort = _EFFORT * len(self.text) + MAX_RECORD // 16

    def reach(self, at: int) -> bool:
        """Make sure that the largest record that may begin there fits; True if that moved it."""
        if self.is_last or at - self.base <= MAX_RECORD:
            return False
        self._slide(at)
        return True

    def rest_of_object(self, start: int) -> int | None:
        """Where an object ends of which a list was stepped into, if it is whole behind its comma.

        Pages of `aws cloudtrail lookup-events` have a NextToken there.
        """
        if self._effort < 0:
            return None
        try:
            _, end = _decoder.raw_decode("{" + self.text[start : start + _STEPS[0]])
        except json.JSONDecodeError as error:
            self._effort -= error.pos
            return None
        except RecursionError:
            self._effort -= _STEPS[0]
            return None
        end += start - 1
        return None if _RECORD_START.search(self.text, start, end) else end

    def junk(self, start: int, end: int) -> Piece:
        """Something between the values: rubbish, or the rest of a record without its beginning."""
        text = self.text[start:end]
        if '"event' not in text and '"userIdentity' not in text:
            return self._piece(start, end, "text that is no JSON was passed over")
        following = self.following(start)
        end = len(self.text) if following is None else max(end, following)
        return self._piece(start, end, "the beginning of a record is missing", 1)

    def value(self, start: int) -> Piece | None:
        """The object or list that begins here; None for a list to step into."""
        text = self.text
        is_list = text[start] == "["
        if self._effort < 0:
            reason = "too badly broken to be read on; what follows was passed over"
            return self._piece(start, len(text), reason, 1, truncated=True)
        try:
            end = start + self._whole(start, _STEPS[:1] if is_list else _STEPS)
        except json.JSONDecodeError as error:
            self._effort -= error.pos
            if is_list:
                return None
            return self._broken(start, error)
        except RecursionError:
            self._effort -= MAX_RECORD // 256
            if is_list:
                return None
            until = self._end_of_broken(start)
            cut = until is None and self.is_last
            reason = f"nested deeper than {MAX_NESTING} levels"
            return self._piece(start, until or len(text), reason, 1, truncated=cut)
        if end - start > MAX_RECORD and not is_list:
            return self._piece(start, end, TOO_LARGE, 1)
        value = text[start:end].encode("latin-1")
        return Piece(self.base + start, self.base + end, value)

    def _whole(self, start: int, steps: tuple[int, ...]) -> int:
        """The length of the value that begins here; raises JSONDecodeError, counted from there.

        An error costs as much as the text that the decoder was given is long, so that is little
        at first; what may be the fault of its end is tried again with more.
        """
        for step in steps:
            piece = self.text[start : start + step]
            try:
                _, end = _decoder.raw_decode(piece)
            except json.JSONDecodeError as error:
                is_rest = start + step >= len(self.text) or step == steps[-1]
                cut = error.pos > step - _LONGEST_WORD or error.msg.startswith("Unterminated")
                if is_rest or not cut:
                    raise
                self._effort -= step
            else:
                return end
        raise AssertionError(steps)

    def following(self, position: int) -> int | None:
        """Where the next record begins, as far as its first field tells."""
        if self._following < position:
            self._following = self._search(position)
        return self._following if self._following < len(self.text) else None

    def _beyond(self) -> int:
        """The byte at which the next record behind this window begins."""
        following = None
        while following is None and not self.is_last:
            self._slide(self.base + len(self.text) - 200)  # a record's beginning may be cut in two
            following = self.following(0)
        return self.base + (len(self.text) if following is None else following)

    def _search(self, position: int) -> int:
        for found in _RECORD_START.finditer(self.text, position):
            start = found.start()
            if found.group(1):
                return start
            # Parameters may have such names too, but they are not in a list or on a new line.
            before = self.text[max(0, start - 99) : start]
            if not before or before[-1] == "\n" or before.rstrip(" \t\r\n")[-1:] in "[,}":
                return start
        return len(self.text)

    def _broken(self, start: int, error: json.JSONDecodeError) -> Piece:
        text = self.text
        end = self._end_of_broken(start)
        if end is None:
            if not self.is_last:
                begin = self.base + start
                return Piece(begin, self._beyond(), b"", TOO_LARGE, 1)
            return self._piece(start, len(text), CUT, 1, truncated=True)
        repaired = self._repaired(start, end, error)
        if repaired is not None:
            return repaired
        place = start + error.pos
        quote = _shown(text[max(start, place - 10) : place + 10])
        reason = f"a record is not valid JSON ({error.msg} near “{quote}”)"
        return self._piece(start, end, reason, 1)

    def _repaired(self, start: int, end: int, error: json.JSONDecodeError) -> Piece | None:
        """The record without a stray word or a comma too many, if that is all it suffers from."""
        if end - start > MAX_RECORD:
            return None
        record = self.text[start:end]
        dropped: list[str] = []
        at = error.pos
        for _ in range(_MAX_REPAIRS):
            edit = _edit(record, at)
            if edit is None or self._effort < 0:
                return None
            left, right = edit
            dropped.append(_shown(record[left:right].strip()))
            record = record[:left] + record[right:]
            self._effort -= len(record)
            try:
                _, stop = _decoder.raw_decode(record)
            except json.JSONDecodeError as again:
                at = again.pos
                continue
            except RecursionError:
                return None
            if record[stop:].strip(" \t\r\n,"):
                return None
            words = ", ".join(f"“{word}”" for word in dropped)
            reason = f"read after leaving out {words}"
            value = record[:stop].encode("latin-1")
            return Piece(self.base + start, self.base + end, value, reason)
        return None

    def _end_of_broken(self, start: int) -> int | None:
        """Where a broken object ends: at its closing brace, or before the next record begins."""
        following = self.following(start + 1)
        end = self._balanced_end(start, len(self.text) if following is None else following)
        if end is not None or following is not None:
            return end or following
        # One a line, and none of them begins as records do.
        line = self.text.rfind("\n", max(0, start - 200), start) + 1
        indent = start - line if not self.text[line:start].strip() else 0
        found = re.compile(rf"\n[ \t]{{0,{indent}}}(?=\{{)").search(self.text, start + 1)
        self._effort -= (found.end() if found else len(self.text)) - start
        return found.end() if found else None

    def _balanced_end(self, start: int, stop: int) -> int | None:
        depth = 0
        end = start
        try:
            for token in _STRUCTURE.finditer(self.text, start, stop):
                end = token.end()
                mark = self.text[token.start()]
                if mark in "{[":
                    depth += 1
                elif mark in "}]":
                    depth -= 1
                    if depth == 0:
                        return end
                elif end - token.start() == 1:  # a string that never ends
                    end = stop  # so far its end was looked for
                    return None
            return None
        finally:
            self._effort -= 2 * (end - start)

    def _piece(
        self, start: int, end: int, reason: str, lost: int = 0, *, truncated: bool = False
    ) -> Piece:
        return Piece(self.base + start, self.base + end, b"", reason, lost, truncated)


TOO_LARGE = f"one record of more than {MAX_RECORD >> 20} MiB"


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


def _shown(text: str) -> str:
    """A few characters of the content as it was meant, on one line."""
    return text.encode("latin-1").decode("utf-8", "replace").replace("\n", " ")
