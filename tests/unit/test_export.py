"""Events as lines, CSV and JSON: nothing hostile gets out, nothing of value is lost."""

from __future__ import annotations

import csv
import io
import json
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.core.export import (
    CSV_COLUMNS,
    More,
    csv_cell,
    csv_header,
    csv_line,
    event_line,
    iso_time,
    json_line,
    one_line,
)
from tui.core.text import safe

NOON = 1_769_860_858_000_000  # 2026-01-31T12:00:58Z


class Event(NamedTuple):
    time: int | None = NOON
    who: str = "ci/deploy"
    event: str = "s3:GetBucketAcl"
    target: str = "logs-prod"
    note: str = ""
    result: str = "denied"
    address: str = "198.51.100.7"
    agent: str = "cli"
    region: str = "us-east-1"
    account: str = "111122223333"
    service: str = "s3"


def _line(event: Event) -> str:
    return event_line(event, {}, show_secrets=False)


_NOTHING_MORE = More()


def _row(event: Event, more: More = _NOTHING_MORE, *, show_secrets: bool = False) -> dict[str, str]:
    text = csv_header() + csv_line(event, more, show_secrets=show_secrets)
    (row,) = csv.DictReader(io.StringIO(text, newline=""))
    return row


@pytest.mark.parametrize(
    ("time", "text"),
    [
        (None, ""),
        (0, "1970-01-01T00:00:00Z"),
        (NOON, "2026-01-31T12:00:58Z"),
        (NOON + 1500, "2026-01-31T12:00:58.001500Z"),
        (-1, "1969-12-31T23:59:59.999999Z"),
        (253_402_300_799_000_000, "9999-12-31T23:59:59Z"),
    ],
)
def test_times_are_utc(time: int | None, text: str) -> None:
    assert iso_time(time) == text


# -- lines


def test_a_line_says_it_all_in_order() -> None:
    words = _line(Event(note="Allow anyone")).split("  ")
    assert [word.strip() for word in words if word.strip()] == [
        "2026-01-31T12:00:58Z",
        "ci/deploy",
        "s3:GetBucketAcl",
        "logs-prod ← Allow anyone",
        "denied",
        "198.51.100.7",
        "us-east-1",
        "111122223333",
    ]


def test_columns_stand_below_each_other() -> None:
    first = _line(Event())
    second = _line(Event(time=None, who="日本", event="a:B", target="", result="", address="x"))
    assert first.index("us-east-1") == second.index("us-east-1") + len("日本")
    assert second.startswith("undated ")
    assert _line(Event(time=NOON + 5)).startswith("2026-01-31T12:00:58Z ")


def test_a_long_value_is_whole_and_the_end_has_no_blanks() -> None:
    line = _line(Event(who="w" * 200, account="", region=""))
    assert "w" * 200 in line
    assert line == line.rstrip() + "\n"


@pytest.mark.parametrize(
    ("note", "what"), [("", "t"), ("+ all", "t ← + all"), ("→ ASIAEXAMPLE", "t → ASIAEXAMPLE")]
)
def test_a_note_stands_behind_the_target_with_one_arrow(note: str, what: str) -> None:
    assert f"  {what:<36}  " in _line(Event(target="t", note=note))


def test_an_account_has_its_name() -> None:
    line = event_line(Event(), {"111122223333": "prod"}, show_secrets=False)
    assert line.endswith("  prod\n")


def test_secrets_in_a_line_are_masked_unless_wanted() -> None:
    event = Event(target="https://user:hunter2secret@host/")
    assert "hunter2secret" not in _line(event)
    assert "hunter2secret" in event_line(event, {}, show_secrets=True)


@given(st.tuples(*[st.text(alphabet=st.characters(), max_size=20)] * 4))
def test_no_control_character_gets_into_a_line(texts: tuple[str, ...]) -> None:
    who, event, target, note = texts
    line = _line(Event(who=who, event=event, target=target, note=note))
    assert line.endswith("\n")
    assert safe(line[:-1]) == line[:-1]
    line.encode("utf-8")


# -- CSV


def test_csv_has_a_cell_for_each_column() -> None:
    more = More("AccessDenied", "aws-cli/2", "deploy", "ci", "AssumedRole", "ASIA1", "true")
    more = more._replace(event_id="e-1")
    row = _row(Event(note="n"), more)
    assert tuple(row) == CSV_COLUMNS
    assert row["time"] == "2026-01-31T12:00:58Z"
    assert (row["service"], row["event"]) == ("s3", "GetBucketAcl")
    assert (row["error"], row["useragent"]) == ("AccessDenied", "aws-cli/2")
    assert (row["role"], row["user"], row["type"]) == ("deploy", "ci", "AssumedRole")
    assert (row["access key"], row["event id"], row["read-only"]) == ("ASIA1", "e-1", "true")
    assert row["account"] == "111122223333"


def test_every_field_has_a_column() -> None:
    event = Event(**{name: f"<{name}>" for name in Event._fields if name != "time"})  # type: ignore[arg-type]
    more = More(**{name: f"<{name}>" for name in More._fields})
    cells = list(_row(event, more).values())[1:]
    assert sorted(cells) == sorted([*event[1:], *more])


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", " =", "\uff1d", "\ufeff="])
def test_no_cell_is_a_formula(start: str) -> None:
    assert csv_cell(f"{start}cmd|' /C calc'!A0", show_secrets=True)[0] == "'"


def test_ordinary_cells_are_as_they_are() -> None:
    for text in ("", "ci/deploy", "a=b", "10.0.0.1", "'quoted'", "a,b", 'a"b'):
        assert csv_cell(text, show_secrets=False) == text
        assert _row(Event(who=text))["who"] == text


@given(st.text(max_size=30), st.text(max_size=30))
def test_csv_rows_stay_rows_and_printable(who: str, agent: str) -> None:
    row = _row(Event(who=who), More(useragent=agent))
    assert len(row) == len(CSV_COLUMNS)
    assert safe(row["who"]) == row["who"]
    assert row["useragent"][:1] not in {"=", "+", "-", "@"} or not agent


def test_secrets_in_csv_are_masked_unless_wanted() -> None:
    event = Event(target="https://user:hunter2secret@host/")
    assert "hunter2secret" not in _row(event)["target"]
    assert "hunter2secret" in _row(event, show_secrets=True)["target"]


# -- JSON


def _json(raw: bytes, *, for_terminal: bool = False, show_secrets: bool = True) -> bytes:
    return json_line(raw, show_secrets=show_secrets, for_terminal=for_terminal)


def test_order_and_numbers_are_as_delivered() -> None:
    raw = b'{"z":1.0,"a":1e5,"n":12345678901234567890123,"s":"\\u00e4 \xc3\xa4","z":-0}'
    assert _json(raw) == raw + b"\n"


def test_a_record_on_several_lines_becomes_one() -> None:
    raw = b'{\r\n  "a" : [ 1.50,\n\t2 ],\n  "s": "two  words \\"{ }\\" \\\\"\n}'
    assert _json(raw) == b'{"a":[1.50,2],"s":"two  words \\"{ }\\" \\\\"}\n'


def test_control_characters_in_strings_become_escapes() -> None:
    assert json.loads(_json(b'{"a\t":"b\nc\x1b"}')) == {"a\t": "b\nc\x1b"}


def test_broken_utf8_is_still_json() -> None:
    assert json.loads(_json(b'{"a":"\xff\xc3"}')) == {"a": "\ufffd\ufffd"}


def test_secrets_in_json_are_masked_unless_wanted() -> None:
    raw = b'{"responseElements":{"credentials":{"sessionToken":"FwoGZXIvYXdzEBoaD"}},"n":1.0}'
    masked = _json(raw, show_secrets=False)
    assert b"FwoGZXIvYXdzEBoaD" not in masked
    assert masked.endswith(b',"n":1.0}\n')
    assert _json(raw) == raw + b"\n"


_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(st.text(), _VALUES, max_size=4), st.sampled_from([None, 2]))
def test_a_terminal_gets_the_same_json_without_what_it_must_not_see(
    record: dict[str, object], indent: int | None
) -> None:
    raw = json.dumps(record, ensure_ascii=False, indent=indent).encode("utf-8", "replace")
    expected = json.loads(raw)
    line = _json(raw, for_terminal=True)
    assert json.loads(line) == expected
    shown = line[:-1].decode()
    assert safe(shown) == shown
    assert json.loads(_json(raw)) == expected
    assert _json(raw).count(b"\n") == 1


def test_what_a_terminal_must_not_see_is_escaped() -> None:
    raw = '{"a":"\x7f\x9b\u202e\U000e0041 ä"}'.encode()
    assert (
        _json(raw, for_terminal=True) == '{"a":"\\u007f\\u009b\\u202e\\udb40\\udc41 ä"}\n'.encode()
    )
    assert _json(raw) == raw + b"\n"


def test_one_line_leaves_a_line_alone() -> None:
    raw = b'{"a": 1,  "b" : 2}'
    assert one_line(raw) is raw
