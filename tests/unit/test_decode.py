"""Every shape in which records come, every damage that they have suffered: nothing uncounted."""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.unit.made import delivery, raw, raws, record
from tui.core.index.batch import BY_OFFSET, BY_ORDINAL, BY_SEARCH
from tui.ingest.content import decode, shapes, tolerant
from tui.ingest.content.foreign import looks_foreign
from tui.ingest.content.loose import load

if TYPE_CHECKING:
    from tui.ingest.content.tolerant import Reading


def names(reading: Reading) -> list[str | None]:
    return [r.eventID for r in reading.records]


def found_again(content: bytes, reading: Reading, *, asked: bool = False) -> list[bytes | None]:
    """The records' bytes, read again by their places."""
    positions = reading.positions or range(len(reading.records))
    return decode.raws_at(content, reading.mode, list(positions), asked=asked)


def lookup(number: int) -> dict[str, object]:
    return {
        "EventId": f"e{number}",
        "EventName": "GetBucketAcl",
        "Resources": [{"ResourceType": "AWS::S3::Bucket", "ResourceName": "b"}],
        "CloudTrailEvent": raw(number).decode(),
    }


def encoded(value: object) -> bytes:
    return json.dumps(value).encode()


SHAPES = {
    "delivery": delivery(raws(3)),
    "pretty": json.dumps({"Records": [record(n) for n in range(3)]}, indent=2).encode(),
    "list": b"[" + b",\n".join(raws(3)) + b"]\n",
    "lines": b"\n".join(raws(3)) + b"\n",
    "lines without a last end": b"\n".join(raws(3)),
    "lines with CRLF and blanks": b"\r\n\r\n".join([b"", *raws(3), b" \r\n"]),
    "back to back": b"".join(raws(3)),
    "pretty back to back": b"\n".join(json.dumps(record(n), indent=1).encode() for n in range(3)),
    "trailing commas": b",\n".join(raws(3)) + b",\n",
    "lookup-events": encoded({"Events": [lookup(n) for n in range(3)], "NextToken": "x"}),
    "lookup-events a line each": b"\n".join(encoded(lookup(n)) for n in range(3)) + b"\n",
    "lookup-events pages, indented, with tokens": b"\n".join(
        json.dumps({"Events": [lookup(n)], "NextToken": "x", "more": {"a": [1]}}, indent=4).encode()
        for n in range(3)
    ),
    "lookup-events' records as strings": b"\n".join(encoded(one.decode()) for one in raws(3)),
    "lookup-events pages": b"".join(encoded({"Events": [lookup(n)]}) + b"\n" for n in range(3)),
    "EventBridge": encoded(
        [{"detail-type": "AWS API Call via CloudTrail", "detail": record(n)} for n in range(3)]
    ),
    "EventBridge a line each": b"\n".join(
        encoded({"version": "0", "detail-type": "x", "resources": [], "detail": record(n)})
        for n in range(3)
    ),
    "Splunk's results": b"\n".join(
        encoded({"offset": n, "result": {"_raw": raw(n).decode(), "eventName": "GetBucketAcl"}})
        for n in range(3)
    ),
    "records beside their fields": b"\n".join(
        encoded({"eventName": "GetBucketAcl", "awsRegion": "x", "_raw": raw(n).decode()})
        for n in range(3)
    ),
    "an answer of Elasticsearch": encoded(
        {
            "took": 1,
            "hits": {"total": {"value": 3}, "hits": [{"_source": record(n)} for n in range(3)]},
        }
    ),
    "a dump for Elasticsearch": b"\n".join(
        encoded({"index": {"_id": str(n)}}) + b"\n" + raw(n) for n in range(3)
    ),
    "Filebeat": b"\n".join(
        encoded({"_source": {"@timestamp": "x", "event": {"original": raw(n).decode(), "id": "1"}}})
        for n in range(3)
    ),
    "CloudWatch Logs": encoded(
        {
            "messageType": "DATA_MESSAGE",
            "subscriptionFilters": ["f"],
            "logEvents": [
                {"id": "1", "timestamp": 1, "message": raw(n).decode()} for n in range(3)
            ],
        }
    ),
    "Fluent Bit": b"\n".join(encoded([1772604000.5, record(n)]) for n in range(3)),
    "Loki": encoded(
        {"data": {"result": [{"values": [["17", raw(n).decode()] for n in range(3)]}]}}
    ),
    "jq -C": b"".join(b"\x1b[1;39m" + one + b"\x1b[0m\n" for one in raws(3)),
    "files with marks put together": b"".join(b"\xef\xbb\xbf" + one + b"\n" for one in raws(3)),
    "deliveries one after another": delivery(raws(2)) + b"\n" + delivery([raw(2)]) + b"\n",
    "UTF-8 with a mark": b"\xef\xbb\xbf" + delivery(raws(3)),
    "UTF-8 lines with a mark": b"\xef\xbb\xbf" + b"\n".join(raws(3)),
    "UTF-16": delivery(raws(3)).decode().encode("utf-16"),
    "a fence": b"# How\n\n```json\n" + b"\n".join(raws(3)) + b"\n```\nand so on\n",
    "more beside": delivery(raws(3))[:-1] + b',"other":{"eventName":1}}',
}


@pytest.mark.parametrize("name", SHAPES)
def test_each_shape_gives_its_records_and_finds_them_again(name: str) -> None:
    content = SHAPES[name]
    reading = decode.read(content)
    assert names(reading) == [record(n)["eventID"] for n in range(3)]
    assert reading.troubles == []
    assert not reading.truncated
    assert reading.kind == shapes.LOG
    again = found_again(content, reading)
    assert [load(one or b"") for one in again] == [record(n) for n in range(3)]
    assert [bytes(one) for one in decode.raws_of(content, reading)] == again


def test_what_lambda_is_told_by_s3_is_no_delivery() -> None:
    notice = {"eventVersion": "2.1", "eventSource": "aws:s3", "eventName": "ObjectCreated:Put"}
    reading = decode.read(encoded({"Records": [notice]}))
    assert (reading.kind, reading.what) == (shapes.OTHER, "JSON that is no CloudTrail record")


@pytest.mark.parametrize("asked", [False, True])
@pytest.mark.parametrize(
    ("before", "behind"),
    [
        (b"2026-03-04T05:00:00.000Z ", b"\n"),
        (b"2026-03-04T05:00:00+00:00 111122223333_CloudTrail_eu-west-1 ", b"\n"),
        (b"Mar  4 05:00:01 host cloudtrail[77]: ", b"\n"),
        (b"EVENTS\tAKIA7\t", b"\te-1\tGetBucketAcl\ts3.amazonaws.com\tdana\nRESOURCES\tb\tx\n"),
        (b"---\n|| CloudTrailEvent | ", b" |\n|| EventName | GetBucketAcl |\n"),
        (b"INSERT INTO events VALUES ('", b"');\n"),
    ],
)
def test_words_around_each_record_are_no_problem(before: bytes, behind: bytes, asked: bool) -> None:
    """CloudWatch Logs exports so to S3, `aws logs tail`, `--output text` and syslog print so."""
    lines = [before + one + behind for one in raws(3)]
    reading = decode.read(b"".join(lines), asked=asked)
    assert (reading.raws, reading.troubles) == (raws(3), [])
    broken = [lines[0], lines[1].replace(b'"s3.', b'"s3" .'), lines[2][:-20]]
    reading = decode.read(b"".join(broken), asked=asked)
    assert [trouble.lost for trouble in reading.troubles if trouble.lost] == [1] * (
        3 - len(reading.raws or ())
    )


def test_one_bare_record_pretty_or_with_a_comma_behind() -> None:
    for content in (raw(5), json.dumps(record(5), indent=4).encode() + b",\n"):
        assert names(decode.read(content)) == [record(5)["eventID"]]


@pytest.mark.parametrize(
    "content", [b"", b" \n", b"[]", b"{}", b'{"Records":[]}', b'{"Events":[]}']
)
def test_no_events_are_no_problem(content: bytes) -> None:
    reading = decode.read(content)
    assert (reading.kind, reading.records, reading.troubles) == (shapes.EMPTY, [], [])


def test_a_digest_is_recognised_whole_or_broken() -> None:
    digest = (
        b'{"awsAccountId":"1","digestS3Bucket":"b","digestPublicKeyFingerprint":"f","logFiles":['
    )
    for content in (digest + b'{"s3Bucket":"b"}]}', digest + b"{]}", digest):
        assert decode.read(content)[0] == shapes.DIGEST


@pytest.mark.parametrize(
    "content",
    [
        b"# A folder of logs\n\nNothing to see here.\n",
        b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR",
        b"a,b,c\n1,2,3\n",
        b'{"Version":"2012-10-17","Statement":[{"Effect":"Allow"}]}',
        b'[{"name":"x"},{"name":"y"}]',
        b'{"name":"x"}\n{"name":"y"}\n',
        b'{"name": broken}',
        b'"text"',
        b"null",
    ],
)
def test_what_is_something_else_is_skipped_not_a_problem(content: bytes) -> None:
    reading = decode.read(content)
    assert (reading.kind, reading.troubles, len(reading.records)) == (shapes.OTHER, [], 0)
    assert reading.what


def test_what_stands_between_records_is_counted_with_its_place() -> None:
    content = b'\n {"Records": [' + raw(0) + b', 17, null, "x", [1], ' + raw(1) + b"]}"
    reading = decode.read(content)
    assert len(reading.records) == 2
    places = [content.index(mark) for mark in (b"17", b'null, "x"', b'"x"', b"[1]")]
    assert [trouble.position for trouble in reading.troubles] == places
    assert [trouble.lost for trouble in reading.troubles] == [1, 1, 1, 1]
    assert reading.troubles[0].reason == "item 2 of the list is not a record: a number"


def test_a_delivered_object_is_a_record_whatever_it_lacks() -> None:
    content = b'{"Records":[{},{"x":1},' + raw(0) + b"]}"
    reading = decode.read(content)
    assert (len(reading.records), reading.mode, reading.troubles) == (3, BY_SEARCH, [])
    assert found_again(content, reading) == [b"{}", b'{"x":1}', raw(0)]


def test_a_lookup_event_whose_record_is_cut_is_counted() -> None:
    page = {"Events": [lookup(0), {**lookup(1), "CloudTrailEvent": raw(1)[:-9].decode()}]}
    reading = decode.read(encoded(page))
    assert names(reading) == [record(0)["eventID"]]
    assert [trouble.lost for trouble in reading.troubles] == [1]


def entry(number: int, **more: object) -> dict[str, object]:
    return {**more, "timestamp": 1772600400000 + number, "message": raw(number).decode()}


@pytest.mark.parametrize(
    "content",
    [
        encoded({"Events": [lookup(n) for n in range(4)]}),
        encoded({"logGroup": "g", "logEvents": [entry(n, id=str(n)) for n in range(4)]}),
        encoded({"events": [entry(n, logStreamName="s") for n in range(4)]}),
    ],
    ids=["lookup-events", "delivered by CloudWatch Logs", "filter-log-events"],
)
def test_of_texts_that_hold_records_the_whole_ones_are_kept(content: bytes) -> None:
    """The beginning is gone, or one in the middle is broken: nobody named the file."""
    cut = decode.read(content[content.index(b"s3.amazonaws.com") :])
    assert names(cut) == [record(n)["eventID"] for n in (1, 2, 3)]
    assert sum(trouble.lost for trouble in cut.troubles) == 1
    second = content.index(b"bucketName", content.index(b"bucketName") + 1)
    broken = decode.read(content[:second] + b'"' + content[second:])
    assert names(broken) == [record(n)["eventID"] for n in (0, 2, 3)]
    assert sum(trouble.lost for trouble in broken.troubles) == 1


def test_braces_in_the_prose_around_records_are_no_loss() -> None:
    prose = b"# Of {account}\n\nSee {it}.\n```json\n" + raw(0) + b'\n```\n{"eventName": x}\n'
    reading = decode.read(prose, asked=True)
    assert names(reading) == [record(0)["eventID"]]
    assert [trouble.lost for trouble in reading.troubles] == [1]


def test_lines_keep_their_places_around_a_broken_one() -> None:
    content = b"\r\n".join([raw(0), b"", raw(1)[:-30], b"no json", b'{"a":1}', raw(2)]) + b"\r\n"
    reading = decode.read(content)
    assert names(reading) == [record(0)["eventID"], record(2)["eventID"]]
    assert reading.mode == BY_OFFSET
    assert found_again(content, reading) == [raw(0), raw(2)]
    broken = [content.index(mark) for mark in (raw(1)[:-30], b"no json", b'{"a":1}')]
    assert [trouble.position for trouble in reading.troubles] == broken
    assert sum(trouble.lost for trouble in reading.troubles) == 3
    assert not reading.truncated


def test_a_last_line_that_may_still_be_written_is_left_and_said() -> None:
    content = b"\n".join(raws(3))[:-10]
    reading = decode.read(content, more=True)
    start = content.index(raw(2)[:-10])
    assert names(reading) == [record(n)["eventID"] for n in range(2)]
    assert (reading.end, reading.truncated) == (start, True)
    assert [(t.position, t.lost) for t in reading.troubles] == [(start, 1)]


def test_a_last_line_without_its_end_is_read_when_it_is_whole() -> None:
    content = b"\n".join(raws(3))
    reading = decode.read(content, more=True)
    assert (len(reading.records), reading.end, reading.truncated) == (3, len(content), False)


def test_odd_types_and_odd_bytes_are_kept() -> None:
    odd = [
        raw(0, userAgent=["a", "b"], readOnly="True", requestParameters="text"),
        raw(1).replace(b"GetBucketAcl", b"\\ud800x"),
        raw(2).replace(b"GetBucketAcl", b"Get\xff\xfeAcl"),
        raw(3).replace(b"GetBucketAcl", b"Get\\u0000Acl"),
        raw(4)[:-1] + b',"big":' + b"9" * 9000 + b"}",
        raw(5)[:-1] + b',"eventName":"Twice"}',
        raw(6).replace(b"GetBucketAcl", b"Get\tAcl"),
        raw(7, eventTime=1.5e9, eventID=7, eventName=None),
        raw(8, userIdentity=[1], eventSource={"a": 1}, awsRegion=False),
    ]
    for content in (delivery(odd), b"\n".join(odd)):
        reading = decode.read(content)
        assert len(reading.records) == len(odd)
        assert reading.troubles == []
        assert found_again(content, reading) == odd
        assert reading.records[5].eventName == "Twice"


def test_half_a_surrogate_in_a_text_that_holds_a_record() -> None:
    inner = raw(1).replace(b"GetBucketAcl", b"\\ud800").decode()
    content = encoded({"Events": [lookup(0), {"CloudTrailEvent": inner}]})
    content = content.replace(b"\\\\ud800", b"\\ud800")
    reading = decode.read(content)
    assert len(reading.records) + sum(t.lost for t in reading.troubles) == 2


def test_deep_nesting_costs_the_record_alone() -> None:
    def deep(levels: int) -> bytes:
        tail = b'"x":' + b"[" * levels + b"]" * levels + b"}"
        return raw(1, requestParameters=None)[:-1] + b"," + tail

    assert len(decode.read(delivery([raw(0), deep(500), raw(2)])).records) == 3
    for levels in (10_000, 100_000):
        for content in (
            delivery([raw(0), deep(levels), raw(2)]),
            b"\n".join([raw(0), deep(levels), raw(2)]),
        ):
            reading = decode.read(content)
            assert names(reading) == [record(0)["eventID"], record(2)["eventID"]]
            (trouble,) = reading.troubles
            assert (trouble.position, trouble.lost) == (content.index(deep(levels)), 1)
            assert "500 levels" in trouble.reason


def test_a_record_that_is_too_large_is_a_loss_in_every_shape(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for module in (decode, tolerant):
        monkeypatch.setattr(module, "MAX_RECORD", 2000)
    every = [raw(0), raw(1, userAgent="x" * 3000), raw(2)]
    for content in (delivery(every), b"[" + b",".join(every) + b"]", b"\n".join(every)):
        reading = decode.read(content)
        assert names(reading) == [record(0)["eventID"], record(2)["eventID"]]
        assert [trouble.lost for trouble in reading.troubles] == [1]
        assert "16 MiB" in reading.troubles[0].reason
        assert found_again(content, reading) == [raw(0), raw(2)]


def test_places_count_the_mark_at_the_beginning() -> None:
    for encoding, mark in (("utf-8", b"\xef\xbb\xbf"), ("utf-16-le", b"\xff\xfe")):
        text = ("[" + raw(0).decode() + ",\n5]").encode(encoding)
        (trouble,) = decode.read(mark + text).troubles
        assert (mark + text)[trouble.position :].decode(encoding) == "5]"


def test_the_fast_way_gives_the_same_as_the_slow_way() -> None:
    fast = decode.read(delivery(raws(5)))
    slow = decode.read(b"[" + b",".join(raws(5)) + b"]")
    assert (fast.mode, slow.mode) == (BY_ORDINAL, BY_SEARCH)
    assert list(fast.records) == list(slow.records)


LINES = b"\n".join(raws(6)) + b"\n"
FORMS = [delivery(raws(6)), LINES, SHAPES["pretty"], SHAPES["lookup-events"], SHAPES["EventBridge"]]

damages = st.lists(
    st.tuples(
        st.sampled_from(["cut", "head", "flip", "drop", "double"]),
        st.integers(0, 10_000),
        st.integers(1, 300),
    ),
    max_size=4,
)


def damaged(content: bytes, damage: list[tuple[str, int, int]]) -> bytes:
    for how, place, size in damage:
        at = place % (len(content) + 1)
        if how == "cut":
            content = content[:at]
        elif how == "head":
            content = content[at % 1000 :]
        elif how == "flip":
            content = content[:at] + bytes([size % 256]) + content[at + 1 :]
        elif how == "drop":
            content = content[:at] + content[at + size % 40 :]
        else:
            content = content[:at] + content[at : at + size] + content[at:]
    return content


def standing(content: bytes) -> set[bytes]:
    """The records that still stand whole, with whole ones or an end of the text beside them."""
    return {one for one in raws(6) if one in content}


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(FORMS), damages, st.booleans(), st.booleans())
@example(FORMS[0], [("drop", 1, 1)], False, False)
def test_no_damage_raises_or_goes_uncounted(
    form: bytes, damage: list[tuple[str, int, int]], asked: bool, more: bool
) -> None:
    content = damaged(form, damage)
    reading = decode.read(content, asked=asked, more=more)
    again = found_again(content, reading, asked=asked)
    assert len(again) == len(reading.records)
    assert all(0 <= t.position <= len(content) for t in reading.troubles)
    if not damage:
        assert reading.troubles == []
    if reading.kind != shapes.LOG:
        assert not reading.troubles


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(FORMS[:2]), damages)
@example(FORMS[0], [("flip", 2, 128)])
@example(FORMS[0], [("flip", 2, 1)])
@example(FORMS[0], [("head", 1, 1)])
def test_a_record_that_stands_whole_is_never_lost(
    form: bytes, damage: list[tuple[str, int, int]]
) -> None:
    content = damaged(form, damage)
    reading = decode.read(content)
    kept = [load(bytes(one)) for one in decode.raws_of(content, reading)]
    missing = [one for one in standing(content) if load(one) not in kept]
    # A quotation mark too many may hide what follows it on its line, up to the next record.
    lost = sum(trouble.lost for trouble in reading.troubles)
    assert not missing or (lost and len(missing) <= len(damage)), (content, missing)


def test_base64_is_not_taken_for_a_log() -> None:
    assert decode.read(base64.b64encode(delivery(raws(2)))).kind == shapes.OTHER


def test_the_head_of_a_long_object_tells_what_is_certainly_no_log() -> None:
    assert looks_foreign(b"\x7fELF" + bytes(100)) == "binary data"
    assert looks_foreign(b"just prose, page after page\n" * 99) == "text"
    for head in (
        raw(0),
        b"\n[",
        b"\xef\xbb\xbf{",
        b"\xff\xfe{\0",
        b"   ",
        b"log: {}",
        b"H4sIAAAAAAAAA6tWSs",
        b'"awsRegion":',
    ):
        assert looks_foreign(head) == ""
