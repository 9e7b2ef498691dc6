"""Tables as text (CSV and its kin) of which one column holds whole records, as JSON.

Splunk exports them with `_raw`, CloudWatch Logs with `@message`, CloudTrail Lake with `eventJson`,
others by any name: the column is found by what is in it.
"""

from __future__ import annotations

import csv
import re
from itertools import islice
from typing import TYPE_CHECKING

from tui.ingest.content import shapes
from tui.ingest.content.foreign import KEY
from tui.ingest.content.loose import UNFIT
from tui.ingest.content.salvage import MAX_RECORD

if TYPE_CHECKING:
    from collections.abc import Iterator

_DELIMITERS = ",;\t|"
_SNIFF = 1 << 16
_LONGEST = 2 * MAX_RECORD
"""Characters of a cell: quotes in it may be doubled."""
_AHEAD = 3
"""Rows that may stand before the first record: `sep=,` of Excel, a remark, the columns' names."""
TRIED = 500
"""Rows at the beginning in one of which there must be a record. A damaged one may be many rows."""
_CELL = re.compile(rb'(?:^|(?<=[,;\t|]))"\s{0,99}[{\[][\s{\[]{0,99}""', re.MULTILINE)
"""JSON with its quotes doubled. Where they are not, it stands in a text of another kind."""


def record_cells(content: bytes) -> Iterator[tuple[int, bytes]] | None:
    """The column with the records, row by row, each with the byte at which its row begins.

    None where this is no such table. An empty text where a row has no such cell.
    """
    if not _CELL.search(content, 0, _SNIFF):
        return None
    for delimiter in _DELIMITERS:
        for _, row in islice(_rows(content, delimiter, 0), TRIED):
            column = next((n for n, cell in enumerate(row) if is_log(cell)), -1)
            if column >= 0:
                return _cells(content, delimiter, column)
    return None


def is_log(text: bytes) -> bool:
    """Is this JSON with records in it?"""
    if text.lstrip()[:1] not in (b"{", b"[", b'"'):
        return False
    try:
        return shapes.unpack(text, depth=1).kind == shapes.LOG
    except UNFIT:
        return False


def _cells(content: bytes, delimiter: str, column: int) -> Iterator[tuple[int, bytes]]:
    rows = _rows(content, delimiter, 0)
    following = _Following(content)
    header: list[bytes] = []
    ahead = _AHEAD
    while (found := next(rows, None)) is not None:
        start, row = found
        cell = row[column] if len(row) > column else b""
        if ahead and not is_log(cell) and not any(map(_is_begun, row)):
            header = row
            ahead -= 1
        elif any(row) and row != header:
            ahead = 0
            begin = following.swallowed(start, cell)
            if begin:
                cell = content[start:begin]
                rows = _rows(content, delimiter, begin)
            yield start, cell


def _is_begun(cell: bytes) -> bool:
    """Does this look like a record, whole or not?"""
    return b"{" in cell or KEY.search(cell.replace(b'""', b'"')) is not None


class _Following:
    """Where the next cell with a record stands, looked for once however many rows ask."""

    def __init__(self, content: bytes) -> None:
        self._content = content
        self._at = 0

    def swallowed(self, start: int, cell: bytes) -> int:
        """Where the next row begins, if a quote that was lost made it a part of this one; else 0.

        The rows that ask come in order.
        """
        content = self._content
        line_end = content.find(b"\n", start) + 1
        if not line_end or b"\n" not in cell or is_log(cell):
            return 0
        if self._at < line_end:
            found = _CELL.search(content, line_end)
            self._at = found.start() if found else len(content)
        return content.rfind(b"\n", 0, self._at) + 1 if self._at < len(content) else 0


def _rows(content: bytes, delimiter: str, at: int) -> Iterator[tuple[int, list[bytes]]]:
    """The rows from a byte on, each with the byte at which it begins."""
    csv.field_size_limit(_LONGEST)
    start = at

    def lines() -> Iterator[str]:
        nonlocal at
        while at < len(content):
            begin = at
            at = content.find(b"\n", at) + 1 or len(content)
            end = min(at, begin + 3 * _LONGEST)  # too long for sure; all of it takes much memory
            yield content[begin:end].decode("utf-8", "surrogateescape")

    reader = csv.reader(lines(), delimiter=delimiter)
    while True:
        try:
            row = next(reader, None)
        except csv.Error:  # a field without end, or of more bytes than any record has
            yield start, [content[start:at]]
        else:
            if row is None:
                return
            yield start, [cell.encode("utf-8", "surrogateescape") for cell in row]
        start = at
