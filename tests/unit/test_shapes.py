"""Which records a valid JSON value holds, and what stood where one should."""

from __future__ import annotations

import json

import msgspec
import pytest

from tests.unit.made import delivery, raw, raws, record
from tui.ingest.shapes import DIGEST, EMPTY, LOG, OTHER, is_record, unpack


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
