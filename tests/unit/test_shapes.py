"""Which records a valid JSON value holds, and what stood where one should."""

from __future__ import annotations

import base64
import gzip
import json
from typing import TYPE_CHECKING

import msgspec
import pytest

from tests.unit.made import delivery, raw, raws, record
from tui.ingest.content import shapes
from tui.ingest.content.shapes import (
    DIGEST,
    EMPTY,
    LOG,
    OTHER,
    is_record,
    starts_with_notice,
    unpack,
)

if TYPE_CHECKING:
    from collections.abc import Callable


def test_records_keep_their_bytes() -> None:
    odd = b'{ "eventName" :"A",\t"eventSource": "s" , "x": 1.0e2 }'
    assert unpack(delivery([odd, raw(1)])) == (LOG, [odd, raw(1)], [])


def test_wrappers_may_be_nested() -> None:
    notice = {"Type": "Notification", "Message": json.dumps({"detail": record(1)})}
    queue = {"Messages": [{"Body": json.dumps(notice)}]}
    found = unpack(json.dumps(queue).encode())
    assert found.kind == LOG
    assert [json.loads(one) for one in found.records] == [record(1)]


def test_wrappers_without_end_are_no_record() -> None:
    value: object = record(1)
    for _ in range(20):
        value = {"a": value}
    assert unpack(json.dumps(value).encode()).kind == OTHER


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        (b"{}", EMPTY),
        (b"[]", EMPTY),
        (b"[[], {}]", EMPTY),
        (b'{"Records": []}', EMPTY),
        (b'{"Records": null}', OTHER),
        (b'{"Records": "x"}', OTHER),
        (b'{"logEvents": []}', EMPTY),
        (b'{"Resources": []}', OTHER),
        (b"7", OTHER),
        (b'"{}"', OTHER),
        (b'{"logFiles": [], "digestS3Bucket": "b"}', DIGEST),
    ],
)
def test_kinds(value: bytes, kind: str) -> None:
    assert unpack(value) == (kind, [], [])


def test_strays_say_where_they_are_and_what() -> None:
    value = b'{"Records": [' + raw(0) + b", true , [2]]}"
    strays = unpack(value).strays
    assert [value[stray.offset :][:4] for stray in strays] == [b"true", b"[2]]"]
    assert [stray.reason for stray in strays] == [
        "item 2 of the list is not a record: true or false",
        "item 3 of the list is not a record: a list",
    ]


def test_a_list_with_some_records_counts_the_others() -> None:
    found = unpack(b"[" + b",".join(raws(2)) + b',{"name":"x"}]')
    assert (len(found.records), len(found.strays)) == (2, 1)


@pytest.mark.parametrize(
    "row",
    [
        [
            {"field": "@timestamp", "value": "2026-01-31 12:00:00.000"},
            {"field": "@message", "value": json.dumps(record(1))},
            {"field": "@ptr", "value": "CmUKKgom"},
        ],
        [{"eventID": "e-1"}, {"eventJson": json.dumps(record(1))}, {"errorCode": None}],
    ],
)
def test_a_query_s_other_fields_are_no_strays(row: list[object]) -> None:
    """`aws logs get-query-results` and `aws cloudtrail get-query-results`."""
    found = unpack(json.dumps({"results": [row], "status": "Complete"}).encode())
    assert (found.kind, len(found.records), found.strays) == (LOG, 1, [])


def test_broken_values_raise() -> None:
    for value in (b"{", b'{"a":}', b"[1,"):
        with pytest.raises(msgspec.DecodeError):
            unpack(value)


def test_two_fields_make_a_record() -> None:
    assert is_record(["eventName", "eventSource"])
    assert not is_record(["eventName", "name"])


def batch(*messages: str) -> dict[str, object]:
    """What a subscription of CloudWatch Logs sends."""
    events = [{"id": "1", "timestamp": 1, "message": message} for message in messages]
    return {"messageType": "DATA_MESSAGE", "logGroup": "g", "logEvents": events}


def packed(value: bytes) -> str:
    return base64.b64encode(gzip.compress(value)).decode()


@pytest.mark.parametrize(
    "wrap",
    [
        lambda data: {"awslogs": {"data": data}},
        lambda data: {"invocationId": "i", "records": [{"recordId": "1", "data": data}]},
        lambda data: {"Records": [{"SequenceNumber": "1", "Data": data}], "MillisBehindLatest": 0},
        lambda data: {
            "Records": [
                {
                    "kinesis": {"partitionKey": "p", "data": data},
                    "eventSource": "aws:kinesis",
                    "eventVersion": "1.0",
                    "eventName": "aws:kinesis:record",
                    "awsRegion": "us-east-1",
                }
            ]
        },
    ],
)
def test_what_functions_are_given_is_unpacked(wrap: Callable[[str], object]) -> None:
    """Lambda, Firehose and Kinesis hand on what CloudWatch Logs compressed."""
    content = json.dumps(batch(*[one.decode() for one in raws(2)])).encode()
    assert unpack(json.dumps(wrap(packed(content))).encode()) == (LOG, raws(2), [])


def test_base64_may_hold_a_record_or_one_a_line() -> None:
    for content, count in ((raw(), 1), (b"\n".join(raws(3)) + b"\n", 3)):
        for data in (packed(content), base64.b64encode(content).decode()):
            assert unpack(json.dumps({"data": data}).encode()) == (LOG, raws(count), [])


def test_base64_that_is_cut_is_a_loss() -> None:
    data = packed(json.dumps(batch(raw().decode())).encode())[:-40]
    found = unpack(json.dumps({"awslogs": {"data": data}}).encode())
    assert found.kind == LOG
    assert [stray.reason for stray in found.strays] == [
        "what a text has in base64 cannot be read: the gzip data ends too early"
    ]


@pytest.mark.parametrize("data", ["H4sI", "H4sI no base64", "eyJ", "eyJhIjoxfQ=="])
def test_other_texts_that_begin_like_base64_are_nothing(data: str) -> None:
    assert not unpack(json.dumps({"data": data}).encode()).records


def test_a_message_that_only_tries_the_destination_is_no_loss() -> None:
    message = "CWL CONTROL MESSAGE: Checking health of destination Kinesis stream."
    control = batch(message) | {"messageType": "CONTROL_MESSAGE"}
    assert unpack(json.dumps(control).encode()) == (EMPTY, [], [])
    assert unpack(json.dumps(control["logEvents"]).encode()) == (EMPTY, [], [])


def test_notices_of_other_services_are_no_records() -> None:
    """SQS and S3 tell a function of messages and objects in `Records` too."""
    notice = {"eventSource": "aws:sqs", "awsRegion": "eu-west-1", "body": "no JSON"}
    content = json.dumps({"Records": [notice]}).encode()
    assert starts_with_notice(content)
    assert unpack(content) == (OTHER, [], [])
    event = {"detail-type": "AWS API Call via CloudTrail", "detail": record(1)}
    content = json.dumps({"Records": [notice | {"body": json.dumps(event)}]}).encode()
    assert [json.loads(one) for one in unpack(content).records] == [record(1)]
    assert not starts_with_notice(delivery(raws(2)))


@pytest.mark.parametrize("name", ["_raw", "@message", "eventJson"])
def test_a_record_counts_more_than_its_fields_beside_it(name: str) -> None:
    """Splunk's exports have some fields of the record beside the whole of it."""
    beside = {"eventName": "GetBucketAcl", "awsRegion": "eu-west-1", name: json.dumps(record(1))}
    for value in (beside, {"preview": False, "result": beside}, {"results": [beside]}):
        found = unpack(json.dumps(value).encode())
        assert [json.loads(one) for one in found.records] == [record(1)]
    without = {**beside, name: "a text"}
    assert unpack(json.dumps(without).encode()).records == [json.dumps(without).encode()]


def test_other_cells_of_a_row_are_no_strays() -> None:
    """Splunk's rows, and those of others."""
    rows = [["2026-03-04", 7, None, json.dumps(record(number))] for number in range(2)]
    found = unpack(json.dumps({"fields": ["_time", "n", "x", "_raw"], "rows": rows}).encode())
    assert (found.kind, len(found.records), found.strays) == (LOG, 2, [])
    broken = [["2026", json.dumps(record(1)), '{"eventName": "x"']]
    assert len(unpack(json.dumps(broken).encode()).strays) == 1


def test_what_elasticsearch_is_told_of_the_next_line_is_no_loss() -> None:
    assert unpack(b'{"index": {"_index": "a", "_id": "1"}}') == (EMPTY, [], [])
    assert unpack(b'{"create": {}}') == (EMPTY, [], [])
    assert unpack(b'{"index": {"name": "a"}}').kind == OTHER
    assert unpack(b'{"index": 1}').kind == OTHER


@pytest.mark.parametrize(
    "odd",
    ['{"n": NaN}', '{"n": 1' + "0" * 5000 + "}", '"\\ud800"', '"a\ttab"', "[" * 600 + "]" * 600],
)
def test_a_text_may_hold_what_only_the_lenient_parser_takes(odd: str) -> None:
    text = json.dumps(record(1, requestParameters=0)).replace(
        '"requestParameters": 0', f'"x": {odd}'
    )
    for value in ([{"message": text}], {"awslogs": {"data": packed(text.encode())}}):
        found = unpack(json.dumps(value).encode())
        assert (found.kind, found.records, found.strays) == (LOG, [text.encode()], [])


def test_a_text_with_a_broken_record_is_a_loss_or_mended() -> None:
    entry = {"EventId": "e", "CloudTrailEvent": raw(1).decode()[:-30]}
    found = unpack(json.dumps(entry).encode())
    assert (found.kind, found.records) == (LOG, [])
    assert [stray[1:] for stray in found.strays] == [("ends in the middle of a record", 1)]
    entry["CloudTrailEvent"] = raw(1).decode()[:-1] + ",}"
    found = unpack(json.dumps(entry).encode())
    assert found.records == [raw(1)]
    assert [stray[1:] for stray in found.strays] == [("read after leaving out “,”", 0)]


def test_records_of_something_else_are_no_events() -> None:
    """Other programs have a list of that name too."""
    assert unpack(b'{"Records": [{"name": "a"}, {"name": "b"}]}') == (OTHER, [], [])
    assert len(unpack(b'{"Records": [{"name": "a"}, {"eventTime": "x"}]}').records) == 2
    assert len(unpack(b'{"Records": [{"name": "a"}, ' + raw() + b"]}").records) == 2


def test_what_is_beside_fields_of_a_record_is_unpacked_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked = []

    def spy(value: bytes) -> object:
        asked.append(value)
        return fields_of(value)

    fields_of = shapes.fields_of
    monkeypatch.setattr(shapes, "fields_of", spy)
    assert unpack(b'{"_raw": ' * 400 + b'{"a": 1}' + b"}" * 400).kind == OTHER
    assert len(asked) < 20  # unpacked twice at each level: 2 ** 8, and each level a copy
