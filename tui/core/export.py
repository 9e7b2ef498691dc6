"""Events as text that leaves the program: aligned lines, CSV, JSON lines.

Lines and CSV pass the gate always: whatever reads them may be a terminal in the end. JSON is
a whole record on one line, its key order and numbers as delivered; a terminal gets the
characters that it must not see as ``\\uXXXX``, which is the same JSON.
"""

from __future__ import annotations

import functools
import json
import re
from datetime import date
from typing import TYPE_CHECKING, NamedTuple, Protocol

from tui.core.text import mask_json_line, mask_text, noted, pad, safe

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
    read_only: str = ""
    """`true`, `false`, or nothing where the record does not say."""
    category: str = ""
    key_made: str = ""
    """The access key that the answer handed out."""
    event_id: str = ""
    """Of the record: the index knows it as a number alone."""


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
    "read-only",
    "category",
    "key made",
    "event id",
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


def shown(text: str, *, show_secrets: bool) -> str:
    """A value through the gate, its secrets masked unless they are wanted."""
    return _shown(text, show_secrets)


def _shown(text: str, show_secrets: bool) -> str:  # noqa: FBT001  # the key of a cache, below
    """A value through the gate, its secrets masked."""
    return safe(text if show_secrets else mask_text(text))


# Most values come again and again; long ones are not worth their memory.
_REMEMBERED = 1 << 14
_LONG = 256


# -- lines


def event_line(event: Listed, accounts: Mapping[str, str], *, show_secrets: bool) -> str:
    """One event on one line, with its end; nothing is cut, columns hold as far as they can.

    `accounts` gives the name to show for an account ID.
    """
    what = noted(event.target, event.note)
    account = accounts.get(event.account, event.account)
    cells = (
        _line_time(event.time),
        _padded(event.who, 20, show_secrets),
        _padded(event.event, 32, show_secrets),
        _padded(what, 36, show_secrets),
        _padded(event.result, 9, show_secrets),
        _padded(event.address, 15, show_secrets),
        _padded(event.region, 14, show_secrets),
        _padded(account, 0, show_secrets),
    )
    return "  ".join(cells).rstrip() + "\n"


@functools.lru_cache(maxsize=1 << 10)
def _line_time(time: int | None) -> str:
    """Whole seconds: CloudTrail writes no finer ones, and the column holds."""
    return pad("undated" if time is None else iso_time(time - time % 1_000_000), 20)


def _padded(text: str, width: int, show_secrets: bool) -> str:  # noqa: FBT001  # as `_shown`
    if len(text) > _LONG:
        return _shown(text, show_secrets)
    return _padded_again(text, width, show_secrets)


@functools.lru_cache(maxsize=_REMEMBERED)
def _padded_again(text: str, width: int, show_secrets: bool) -> str:  # noqa: FBT001  # as `_shown`
    return pad(_shown(text, show_secrets), width)


# -- CSV


def csv_header() -> str:
    """The names of the columns, as a line of CSV with its end."""
    return ",".join(CSV_COLUMNS) + "\r\n"


def csv_line(event: Listed, more: More, *, show_secrets: bool) -> str:
    """One event as a line of CSV with its end (CRLF, as RFC 4180 has it)."""
    cells = [
        _quoted(text, show_secrets)
        for text in (
            event.who,
            event.service,
            event.event.removeprefix(f"{event.service}:"),
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
            more.read_only,
            more.category,
            more.key_made,
        )
    ]
    # Each event has its own: remembering it would push out what comes again.
    event_id = _cell_quoted(more.event_id, show_secrets)
    return f"{iso_time(event.time)},{','.join(cells)},{event_id}\r\n"


def csv_cells(texts: Iterable[str], *, show_secrets: bool) -> str:
    """Raw texts as a line of CSV with its end."""
    return ",".join(_cell_quoted(text, show_secrets) for text in texts) + "\r\n"


_FORMULA = re.compile(r"[\s\ufeff]*[=+\-@＝＋－＠\t\r\n]")  # noqa: RUF001  # these are meant


def csv_cell(text: str, *, show_secrets: bool) -> str:
    """A cell that no spreadsheet takes for a formula, and that is fit for a terminal.

    A spreadsheet runs what begins with = + - @ (in their wide forms too, and behind blanks);
    an apostrophe before it makes it text. https://owasp.org/www-community/attacks/CSV_Injection
    """
    shown = _shown(text, show_secrets)
    return f"'{shown}" if _FORMULA.match(text) else shown


def _quoted(text: str, show_secrets: bool) -> str:  # noqa: FBT001  # as `_shown`
    if len(text) > _LONG:
        return _cell_quoted(text, show_secrets)
    return _quoted_again(text, show_secrets)


def _cell_quoted(text: str, show_secrets: bool) -> str:  # noqa: FBT001  # as `_shown`
    cell = csv_cell(text, show_secrets=show_secrets)
    # No line end is left in it: those do not pass the gate.
    return '"' + cell.replace('"', '""') + '"' if "," in cell or '"' in cell else cell


_quoted_again = functools.lru_cache(maxsize=_REMEMBERED)(_cell_quoted)


# -- JSON

# A string (without its end quote where there is none: never twice over the same text), or what
# stands between strings and is no blank.
_NO_BLANKS = re.compile(r'"(?:[^"\\]++|\\.)*+"?|[^" \t\r\n]+', re.DOTALL)
_CONTROL = re.compile("[\x00-\x1f]")
_CONTROL_BYTES = bytes(range(0x20))


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
    controls = len(raw.translate(None, _CONTROL_BYTES)) != len(raw)
    if not controls and raw.isascii():
        return raw
    text = raw.decode("utf-8", "replace")
    if controls:
        # What is left of them after the first step is inside strings.
        text = "".join(_NO_BLANKS.findall(text))
        text = _CONTROL.sub(lambda found: f"\\u{ord(found[0]):04x}", text)
    return text.encode()


def json_object(entry: Mapping[str, object]) -> str:
    """Counts and raw texts as JSON on one line with its end, fit for a terminal."""
    return _escape_for_terminal(json.dumps(entry, ensure_ascii=False)) + "\n"


def _escape_for_terminal(text: str) -> str:
    if safe(text) == text:
        return text
    return "".join(
        character if safe(character) == character else json.dumps(character)[1:-1]
        for character in text
    )
