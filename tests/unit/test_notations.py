"""Records in CSV, YAML and Python are the records that were written there."""

from __future__ import annotations

import base64
import csv
import datetime as dt
import gzip
import io
import json
import pprint
import time
from typing import Any

import pytest
import yaml

from tests.unit.made import delivery, raw, raws, record
from tui.ingest.content import csv_rows, decode, notations, shapes, tolerant
from tui.ingest.content.loose import load

ODD = "a \"b\" 'c' \\ d\te\nf, g; h" + " and much more of it" * 9 + " ü \U0001f600"
"""Whatever a notation may do to a text has a sign in this one."""
RECORDS = [record(n, userAgent=ODD, errorMessage=f"{{'x': {n}}}") for n in range(3)]
TEXTS = [json.dumps(one, ensure_ascii=number == 1) for number, one in enumerate(RECORDS)]


def table(rows: list[list[Any]], delimiter: str = ",", end: str = "\n", quoting: int = 0) -> bytes:
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter, lineterminator=end, quoting=quoting).writerows(rows)  # type: ignore[arg-type]
    return out.getvalue().encode()


def splunk(texts: list[str]) -> list[list[Any]]:
    return [["_raw", "_time", "host"], *([text, "2026-03-04T05:00:00", "h"] for text in texts)]


def looked_up(text: str) -> dict[str, Any]:
    """An entry of `aws cloudtrail lookup-events`, as boto3 gives it."""
    time = dt.datetime(2026, 3, 4, 5, tzinfo=dt.timezone(dt.timedelta(hours=1)))
    return {"EventId": "e", "EventName": "GetBucketAcl", "EventTime": time, "CloudTrailEvent": text}


ENTRIES = {"Events": [looked_up(text) for text in TEXTS], "NextToken": None}
NOTATIONS = {
    "CSV": table(splunk(TEXTS), quoting=csv.QUOTE_ALL),
    "CSV, CRLF": table([["_time", "_raw"], *(["x", text] for text in TEXTS)], end="\r\n"),
    "CSV with a mark": b"\xef\xbb\xbf" + table(splunk(TEXTS)),
    "CSV of semicolons": table(splunk(TEXTS), ";"),
    "CSV of tabs": table(splunk(TEXTS), "\t"),
    "CSV for Excel": b"sep=,\r\n\r\n" + table(splunk(TEXTS), end="\r\n"),
    "CSV of one column": table([["eventJson"], *([text] for text in TEXTS)]),
    "CSV without a header": table(splunk(TEXTS)[1:]),
    "CSV files one after another": table(splunk(TEXTS[:1])) + table(splunk(TEXTS[1:])),
    "CSV of pretty records": table(splunk([json.dumps(one, indent=2) for one in RECORDS])),
    "CSV of wrapped records": table(splunk([json.dumps({"detail": one}) for one in RECORDS])),
    "YAML": yaml.safe_dump(ENTRIES, allow_unicode=True).encode(),
    "YAML of ASCII": yaml.safe_dump(ENTRIES).encode(),
    "YAML, CRLF": yaml.safe_dump(ENTRIES, line_break="\r\n").encode(),
    "a YAML stream": b"---\n" + yaml.safe_dump([ENTRIES], width=40).encode(),
    "Python": repr(ENTRIES).encode(),
    "Python, an entry a line": "\n".join(map(repr, ENTRIES["Events"] or [])).encode(),
    "Python, indented": pprint.pformat({"Records": RECORDS, "more": (1, None, b"x")}).encode(),
    "Python, texts": repr(TEXTS).encode(),
    "CSV of Spark": b"_raw,n\n" + b"".join(b"%b,1\n" % json.dumps(text).encode() for text in TEXTS),
    "logfmt": b"".join(b"level=info msg=%b\n" % json.dumps(text).encode() for text in TEXTS),
    "base64": base64.b64encode(gzip.compress(json.dumps(RECORDS).encode())),
    "base64 in lines": base64.encodebytes(gzip.compress(json.dumps(RECORDS).encode())),
    "JSON encoded twice": json.dumps(json.dumps({"Records": RECORDS})).encode() + b"\n",
    "JSON encoded three times": json.dumps(json.dumps(json.dumps(RECORDS))).encode(),
}


@pytest.mark.parametrize("name", NOTATIONS)
def test_each_notation_gives_its_records_and_finds_them_again(name: str) -> None:
    content = NOTATIONS[name]
    reading = decode.read(content)
    assert (reading.kind, reading.troubles, reading.truncated) == (shapes.LOG, [], False)
    assert [load(one) for one in reading.raws or ()] == RECORDS
    again = decode.raws_at(content, reading.mode, range(3))
    assert [load(one or b"") for one in again] == RECORDS


def test_rows_without_a_record_are_losses_with_their_place() -> None:
    rows = splunk([TEXTS[0], "no JSON", "", '{"eventName": "x", ', TEXTS[2]])
    content = table(rows)
    reading = decode.read(content)
    assert [load(one) for one in reading.raws or ()] == [RECORDS[0], RECORDS[2]]
    places = [content[trouble.position :].partition(b"\n")[0] for trouble in reading.troubles]
    assert [place[:9] for place in places] == [b"no JSON,2", b",2026-03-", b'"{""event']
    assert [trouble.lost for trouble in reading.troubles] == [1, 1, 1]


def test_a_quote_that_was_lost_costs_one_row() -> None:
    lines = table(splunk(list(map(bytes.decode, raws(4))))).splitlines(keepends=True)
    lines[2] = lines[2].replace(b'}",', b"},")
    reading = decode.read(b"".join(lines))
    assert list(reading.raws or ()) == [raw(0), raw(2), raw(3)]
    assert sum(trouble.lost for trouble in reading.troubles) == 1


@pytest.mark.parametrize(
    "name", ["CSV", "CSV of one column", "YAML", "YAML of ASCII", "CSV of Spark", "logfmt"]
)
def test_what_ends_too_early_keeps_what_is_whole(name: str) -> None:
    reading = decode.read(NOTATIONS[name][: len(NOTATIONS[name]) * 5 // 6])
    assert [load(one) for one in reading.raws or ()] == RECORDS[:2]
    assert sum(trouble.lost for trouble in reading.troubles) == 1
    assert reading.truncated


@pytest.mark.parametrize(
    "content",
    [
        table([["name", "value"], ["a", '{"b": 1}'], ["c", '{"d": "e"}']]),
        b'key: \'{"a": 1}\'\nother: "{\\"b\\": 2}"\n',
        b"{'a': 1, 'b': [2]}",
        b"{'a': open('/etc/passwd')}",
        b"['{' , 1]" + b"[" * 100,
        b'"{\\"a\\": 1}"',
        b'"a text"',
        b"{'a': " * 3000,
        b"{'a': " + b"-" * 100_000 + b"1}",
    ],
)
def test_what_holds_no_record_is_left_to_others(content: bytes) -> None:
    assert notations.values(content) is None


def test_a_delivery_is_no_other_notation() -> None:
    for content in (delivery(raws(2)), raw(), b"[" + raw() + b"]", b"", b"{'"):
        assert notations.values(content) is None


@pytest.mark.parametrize(
    "content",
    [
        b'a "%b" ' % json.dumps(TEXTS[0])[1:-1].encode() + b'\\"{\\n' * 100_000,
        b"a: '{" + b" " * 500_000 + b"'\n",
        b'a: "{' + b" " * 500_000 + b'"\n',
        table(splunk(TEXTS)) + b'"a\nb"\n' * 20_000,
    ],
)
def test_what_is_made_to_be_slow_is_read_once(content: bytes) -> None:
    began = time.process_time()
    decode.read(content)
    assert time.process_time() - began < 5  # looked through from each place: minutes


def test_white_space_within_a_folded_text_stays() -> None:
    text = TEXTS[0].replace("and much", "and" + " " * 40 + "much")
    content = yaml.safe_dump({"CloudTrailEvent": text}, width=30, allow_unicode=True).encode()
    assert list(decode.read(content).raws or ()) == [text.encode()]


def test_what_holds_many_records_may_be_larger_than_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tolerant, "MAX_RECORD", len(TEXTS[0]) + 100)
    for name in ("Python, indented", "Python", "JSON encoded twice", "base64"):
        reading = decode.read(NOTATIONS[name])
        assert ([load(one) for one in reading.raws or ()], reading.troubles) == (RECORDS, [])
    large = repr({"Records": [*RECORDS, record(4, userAgent="x" * len(TEXTS[0]))]}).encode()
    reading = decode.read(large)
    assert len(reading.records) == 3
    assert sum(trouble.lost for trouble in reading.troubles) == 1


@pytest.mark.parametrize("end", ["\r", "\n", "\r\n", "\n\r\n"])
def test_lines_of_python_may_end_in_any_way(end: str) -> None:
    content = end.join([*map(repr, RECORDS), "{'a': 1}", "'a text'"]).encode()
    reading = decode.read(content)
    assert [load(one) for one in reading.raws or ()] == RECORDS
    places = [trouble.position for trouble in reading.troubles]
    assert places == [content.index(b"{'a': 1}"), content.index(b"'a text'")]


def test_numbers_of_python_stay_numbers() -> None:
    made = record(0, requestParameters={"a": -1, "b": [-2.5, 3, True, None]})
    assert [load(one) for one in decode.read(repr(made).encode()).raws or ()] == [made]


def test_python_that_takes_much_memory_is_not_parsed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(notations, "_MOST_SIGNS", 1000)
    assert notations.values(repr([*RECORDS, {"texts": ["a, b, c" * 999] * 50}]).encode())
    many = repr([*RECORDS, [1] * 999]).encode()
    in_comment = b"[  # '\n" + many[1:] + b"# '"
    in_format = b"[" + repr(RECORDS[0]).encode() + b", f'{" + b"1<" * 999 + b"1}']"
    between_quotes = b"['''a'b''', " + many + b", '''a'b''']"
    for content in (many, in_comment, in_format, between_quotes):
        assert notations.values(content) is None


def test_records_between_words_are_no_table() -> None:
    made = record(0, requestParameters={"command": ["sh", "[ -f x ] && y", "{1..3}"]})
    text = json.dumps(made, separators=(",", ":"))
    printed = f"EVENTS\tAKIA\t{text}\te-1\nRESOURCES\tb\tAWS::S3::Bucket\n" * 2
    for content in (printed, printed.replace("\t", "|")):
        reading = decode.read(content.encode())
        assert ([load(one) for one in reading.raws or ()], reading.troubles) == ([made, made], [])


@pytest.mark.parametrize(
    ("whole", "damaged"),
    [(b'}"', b"}"), (b'"{\\"event', b'"{"event'), (b'g="{', b"g={")],
)
def test_a_string_that_was_damaged_is_a_loss(whole: bytes, damaged: bytes) -> None:
    first, second, third = NOTATIONS["logfmt"].splitlines(keepends=True)
    assert whole in second
    content = first + second.replace(whole, damaged, 1) + third
    reading = decode.read(content)
    assert [load(one) for one in reading.raws or ()] == [RECORDS[0], RECORDS[2]]
    assert [trouble.lost for trouble in reading.troubles if trouble.lost] == [1]


def test_a_quote_that_yaml_lost_costs_one_record() -> None:
    content = NOTATIONS["YAML"]
    end = content.index(b"}'\n") + 1
    reading = decode.read(content[:end] + content[end + 1 :])
    known = [load(one)["eventID"] for one in reading.raws or ()]
    lost = sum(trouble.lost for trouble in reading.troubles)
    assert known[0] == RECORDS[0]["eventID"]
    assert known[-1] == RECORDS[2]["eventID"]
    assert len(known) + lost == 3


def test_a_first_record_that_became_many_rows_hides_no_others() -> None:
    reading = decode.read(NOTATIONS["CSV of pretty records"].replace(b'""', b'"', 1))
    assert [load(one) for one in reading.raws or ()] == RECORDS[1:]
    assert any(trouble.lost for trouble in reading.troubles)


def test_a_first_row_that_was_damaged_is_no_header() -> None:
    content = table(splunk(TEXTS)[1:])
    reading = decode.read(content.replace(b"{", b"(", 1))
    assert [load(one) for one in reading.raws or ()] == RECORDS[1:]
    assert [trouble.lost for trouble in reading.troubles] == [1]


def test_records_beside_strings_are_read() -> None:
    content = NOTATIONS["logfmt"] + b"now without quotes: " + raw(7) + b"\n"
    reading = decode.read(content)
    assert [load(one) for one in reading.raws or ()] == [*RECORDS, load(raw(7))]
    assert not any(trouble.lost for trouble in reading.troubles)


def test_a_row_longer_than_any_is_one_loss(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(csv_rows, "_LONGEST", 2 * len(TEXTS[0]))
    for long in ("x" * 9999, "ü" * 9999, '"' * 9999):
        content = table(splunk([TEXTS[0], long, TEXTS[2]]))
        reading = decode.read(content)
        assert [load(one) for one in reading.raws or ()] == [RECORDS[0], RECORDS[2]]
        assert [trouble.lost for trouble in reading.troubles] == [1]


@pytest.mark.parametrize(("encoding", "width"), [("utf-8-sig", 1), ("utf-16", 2)])
def test_each_of_many_losses_has_its_place_behind_a_mark(encoding: str, width: int) -> None:
    text = table(splunk([TEXTS[1], *["no \u00fc \U0001f600 record"] * 20_000])).decode()
    content = text.encode(encoding)
    began = time.process_time()
    reading = decode.read(content)
    assert time.process_time() - began < 5  # each place counted from the beginning: a minute
    assert len(reading.troubles) == 20_000
    for trouble in reading.troubles[::999]:
        beginning = content[trouble.position :][: 2 * width]
        assert beginning.decode("utf-16-le" if width == 2 else "utf-8") == "no"
