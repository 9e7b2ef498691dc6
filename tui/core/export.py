"""Events as text that leaves the program: aligned lines, CSV, JSON lines.

Lines and CSV pass the gate always: whatever reads them may be a terminal in the end. JSON is
a whole record on one line, its key order and numbers as delivered; a terminal gets the
characters that it must not see as ``\\uXXXX``, which is the same JSON.
"""

from __future__ import annotations

import csv
import functools
import io
import json
import re
from datetime import date
from typing import TYPE_CHECKING, NamedTuple, Protocol

from tui.core.text import mask_json_line, mask_text, pad, safe

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_DAY = 86_400_000_000
_EPOCH = date(1970, 1, 1).toordinal()


class Listed(Protocol):
    """What a line says of an event: the part of the event list's rows that is printed."""

    @property
    def time(self) -> int | None:
        """Microseconds since 1970 UTC; None: undated."""

    @property
    def who(self) -> str: ...
    @property
    def event(self) -> str:
        """`service:Name`."""

    @property
    def target(self) -> str: ...
    @property
    def note(self) -> str: ...
    @property
    def result(self) -> str: ...
    @property
    def address(self) -> str: ...
    @property
    def agent(self) -> str: ...
    @property
    def region(self) -> str: ...
    @property
    def account(self) -> str: ...
    @property
    def service(self) -> str: ...


class More(NamedTuple):
    """What the index knows of an event beside what the list shows; raw text, "" for nothing."""

    error: str = ""
    useragent: str = ""
    role: str = ""
    user: str = ""
    type: str = ""
    access_key: str = ""
    event_id: str = ""
    read_only: str = ""
    """`true`, `false`, or nothing where the record does not say."""
    category: str = ""
    key_made: str = ""
    """The access key that the answer handed out."""


CSV_COLUMNS = (
    "time",
    "who",
    "service",
    "event",
    "target",
    "note",
    "result",
    "error",
    "address",
    "agent",
    "useragent",
    "region",
    "account",
    "role",
    "user",
    "type",
    "access key",
    "event id",
    "read-only",
    "category",
    "key made",
)


def iso_time(time: int | None) -> str:
    """`2026-01-31T12:00:58Z`, with a fraction where there is one; "" for undated."""
    if time is None:
        return ""
    days, rest = divmod(time, _DAY)
    seconds, fraction = divmod(rest, 1_000_000)
    text = f"{_day(days)}T{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"
    return f"{text}.{fraction:06}Z" if fraction else f"{text}Z"


@functools.lru_cache(maxsize=64)
def _day(days: int) -> str:
    return date.fromordinal(_EPOCH + days).isoformat()


def _shown(text: str, show_secrets: bool) -> str:  # noqa: FBT001  # a cache's key, as below
    """A value through the gate, its secrets masked."""
    if len(text) > 256:
        return _gated(text, show_secrets)
    return _remembered(text, show_secrets)


def _gated(text: str, show_secrets: bool) -> str:  # noqa: FBT001  # by position: it is a cache's key
    return safe(text if show_secrets else mask_text(text))


# Most values come again and again; long ones are not worth their memory.
_remembered = functools.lru_cache(maxsize=1 << 14)(_gated)


# -- lines


def event_line(event: Listed, accounts: Mapping[str, str], *, show_secrets: bool) -> str:
    """One event on one line, with its end; nothing is cut, columns hold as far as they can.

    `accounts` gives the name to show for an account ID.
    """
    what = f"{event.target} ← {event.note}" if event.note else event.target
    time = "undated" if event.time is None else iso_time(event.time - event.time % 1_000_000)
    cells = (
        pad(time, 20),
        pad(_shown(event.who, show_secrets), 20),
        pad(_shown(event.event, show_secrets), 32),
        pad(_shown(what, show_secrets), 36),
        pad(event.result, 9),
        pad(_shown(event.address, show_secrets), 15),
        pad(_shown(event.region, show_secrets), 14),
        _shown(accounts.get(event.account, event.account), show_secrets),
    )
    return "  ".join(cells).rstrip() + "\n"


# -- CSV


def csv_header() -> str:
    """The names of the columns, as a line of CSV with its end."""
    return _csv_row(CSV_COLUMNS)


def csv_line(event: Listed, more: More, *, show_secrets: bool) -> str:
    """One event as a line of CSV with its end (CRLF, as RFC 4180 has it)."""
    name = event.event.removeprefix(f"{event.service}:")
    return _csv_row(
        (
            iso_time(event.time),
            *(
                csv_cell(text, show_secrets=show_secrets)
                for text in (
                    event.who,
                    event.service,
                    name,
                    event.target,
                    event.note,
                    event.result,
                    more.error,
                    event.address,
                    event.agent,
                    more.useragent,
                    event.region,
                    event.account,
                    more.role,
                    more.user,
                    more.type,
                    more.access_key,
                    more.event_id,
                    more.read_only,
                    more.category,
                    more.key_made,
                )
            ),
        )
    )


_FORMULA = re.compile(r"[\s\ufeff]*[=+\-@＝＋－＠\t\r\n]")  # noqa: RUF001  # these are meant


def csv_cell(text: str, *, show_secrets: bool) -> str:
    """A cell that no spreadsheet takes for a formula, and that is fit for a terminal.

    A spreadsheet runs what begins with = + - @ (in their wide forms too, and behind blanks);
    an apostrophe before it makes it text. https://owasp.org/www-community/attacks/CSV_Injection
    """
    shown = _shown(text, show_secrets)
    return f"'{shown}" if _FORMULA.match(text) else shown


def _csv_row(cells: Iterable[str]) -> str:
    line = io.StringIO()
    csv.writer(line).writerow(cells)
    return line.getvalue()


# -- JSON

_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[ \t\r\n]+', re.DOTALL)
_RAW_CONTROL = re.compile("[\x00-\x1f]")


def json_line(raw: bytes, *, show_secrets: bool, for_terminal: bool) -> bytes:
    """A record as delivered, on one line, with its end; secrets masked unless they are wanted."""
    line = one_line(raw)
    if not show_secrets:
        line = mask_json_line(line)
    if for_terminal:
        line = _escape_for_terminal(line.decode("utf-8", "replace")).encode()
    return line + b"\n"


def one_line(raw: bytes) -> bytes:
    """JSON without the blanks between its values; what is inside strings stays.

    A record on several lines was written for people. Control characters inside a string,
    which JSON forbids and some exports contain, become escapes.
    """
    if not _needs_work(raw):
        return raw
    return _TOKEN.sub(_squeezed, raw.decode("utf-8", "replace")).encode()


_CONTROL_BYTE = re.compile(rb"[\x00-\x1f]")


def _needs_work(raw: bytes) -> bool:
    if _CONTROL_BYTE.search(raw) is not None:
        return True
    if raw.isascii():
        return False
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError:
        return True
    return False


def _squeezed(token: re.Match[str]) -> str:
    text = token[0]
    if text[0] != '"':
        return ""
    return _RAW_CONTROL.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def _escape_for_terminal(text: str) -> str:
    if safe(text) == text:
        return text
    return "".join(
        character if safe(character) == character else json.dumps(character)[1:-1]
        for character in text
    )
