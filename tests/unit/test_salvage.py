"""Broken JSON: each whole record is found, each loss is said, and it never takes long."""

from __future__ import annotations

import time

import pytest

from tests.unit.made import delivery, raw, raws
from tui.ingest.content import salvage
from tui.ingest.content.salvage import CUT, CUT_LIST, MAX_RECORD, Piece, pieces

SECONDS = 4.0
"""Of processor time; each takes a tenth of it, and anything quadratic hours."""


def values(content: bytes) -> list[bytes]:
    return [piece.value for piece in pieces(content) if piece.value]


def losses(content: bytes) -> list[Piece]:
    return [piece for piece in pieces(content) if not piece.value]


def test_a_cut_list_keeps_all_before_the_cut() -> None:
    content = delivery(raws(3))[:-40]
    assert values(content) == raws(2)
    cut, end = losses(content)
    assert (cut.start, cut.reason, cut.lost, cut.truncated) == (
        content.index(raw(2)[:-40]),
        CUT,
        1,
        True,
    )
    assert (end.reason, end.lost) == (CUT_LIST, 0)


def test_a_list_cut_between_two_records_is_cut() -> None:
    content = b'{"Records":[' + raw(1)
    assert values(content) == [raw(1)]
    assert [(p.reason, p.lost, p.truncated) for p in losses(content)] == [(CUT_LIST, 0, True)]


def test_a_whole_document_behind_rubbish_is_not_cut() -> None:
    content = b"log: " + delivery(raws(2))
    assert values(content) == raws(2)
    assert [(p.start, p.lost, p.truncated) for p in losses(content)] == [(0, 0, False)]


def test_one_bad_record_costs_itself() -> None:
    bad = raw(1).replace(b'"eventName": ', b'"eventName"= ')
    content = delivery([raw(0), bad, raw(2)])
    assert values(content) == [raw(0), raw(2)]
    (lost,) = losses(content)
    assert content[lost.start :].startswith(bad)
    assert lost.lost == 1
    assert "not valid JSON" in lost.reason


@pytest.mark.parametrize("sign", [b'"', b"}", b"{", b":", b","])
def test_a_missing_sign_costs_one_record(sign: bytes) -> None:
    for at in [i for i, byte in enumerate(raw(1)) if byte == sign[0]]:
        bad = raw(1)[:at] + raw(1)[at + 1 :]
        found = values(delivery([raw(0), bad, raw(2)]))
        assert raw(0) in found, at
        assert raw(2) in found, at


def test_records_whose_first_field_is_another_are_found_behind_a_broken_one() -> None:
    def turned(number: int) -> bytes:
        return b'{"awsRegion":"eu-west-1",' + raw(number)[1:]

    content = delivery([turned(0), turned(1)[:-1], turned(2)])
    assert values(content) == [turned(0), turned(2)]


def test_pretty_printed_lists_nested_in_a_broken_record_are_not_records() -> None:
    text = b'{\n  "Records": [\n    {\n      "resources": [\n        {"ARN": "a"}\n      ],\n x'
    assert values(text) == []
    assert losses(text)[0].reason == CUT


@pytest.mark.parametrize(
    ("broken", "left_out"),
    [
        (b'{"eventVersion": "1.01"ed, "eventName": "A"}', "ed"),
        (b'{"eventVersion": "1.01", "eventName": "A",}', ","),
        (b'{"eventVersion": "1.01", "resources": [1, 2,], "eventName": "A",}', ",”, “,"),
    ],
)
def test_a_stray_word_or_comma_is_left_out_and_said(broken: bytes, left_out: str) -> None:
    (piece,) = pieces(broken)
    assert salvage.load(piece.value.decode())
    assert piece.reason == f"read after leaving out “{left_out}”"
    assert piece.lost == 0


def test_a_tab_in_a_string_is_no_fault() -> None:
    broken = b'{"eventVersion": "1\t2", "eventName": "A"}'
    assert values(broken) == [broken]


def test_records_back_to_back_and_in_a_fence() -> None:
    assert values(raw(0) + raw(1) + b",\n" + raw(2) + b",") == raws(3)
    prose = b"# Example\n\n```json\n" + raw(0) + b"\n```\n\nand then\n\n~~~\n" + raw(1) + b"\n~~~\n"
    assert list(pieces(prose)) == [
        Piece(prose.index(raw(0)), prose.index(raw(0)) + len(raw(0)), raw(0)),
        Piece(prose.index(raw(1)), prose.index(raw(1)) + len(raw(1)), raw(1)),
    ]


def test_a_missing_beginning_is_one_loss() -> None:
    content = delivery(raws(3))[30:]
    assert values(content) == [raw(1), raw(2)]
    assert next((p.start, p.lost) for p in losses(content)) == (0, 1)
    assert sum(p.lost for p in losses(content)) == 1


def test_500_levels_are_read_and_10_000_are_a_loss() -> None:
    def deep(levels: int) -> bytes:
        return (
            raw(1, requestParameters=None)[:-1]
            + b',"x":'
            + b'{"a":' * levels
            + b"1"
            + (b"}" * levels + b"}")
        )

    assert values(b"[" + deep(499) + b",") == [deep(499)]
    for levels in (10_000, 100_000):
        content = delivery([raw(0), deep(levels), raw(2)])
        assert values(content) == [raw(0), raw(2)]
        (lost,) = losses(content)
        assert "500 levels" in lost.reason


def test_a_record_larger_than_the_bound_is_a_loss(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(salvage, "MAX_RECORD", 4096)
    large = raw(1, userAgent="x" * 5000)
    for huge in (large, raw(1, userAgent="x" * 50_000)):
        content = b"x" + delivery([raw(0), huge, raw(2)])
        assert values(content) == [raw(0), raw(2)]
        assert sum(p.lost for p in losses(content)) == 1


def test_windows_lose_nothing_at_their_borders(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(salvage, "MAX_RECORD", 1500)
    every = raws(60)
    content = b" " * 4000 + delivery([*every[:30], b" " * 9000 + every[30], *every[31:]])[:-1]
    assert values(content) == every
    for piece in pieces(content):
        assert content[piece.start : piece.end].strip() == piece.value


SLOW = {
    "braces missing": b'{"Records":[' + b",".join(r[:-1] for r in raws(4_000)) + b"]}",
    "stray words": b'{"Records":[' + b",".join(raws(4_000)).replace(b'1.08"', b'1.0"8') + b"]}",
    "open lines": b'{"a": [\n' * 60_000,
    "broken lines": b'{"foo" bad \n' * 60_000,
    "open lists": b"[" * 800_000,
    "open objects": b'{"a":' * 100_000,
    "open records": b'{"eventVersion":' * 60_000,
    "broken deep in lists": b"[" * 400 + b"1," * 300_000 + b"x" + b"]" * 400,
    "broken deep in records": b'{"eventVersion":' * 400 + b"[" + b"1," * 200_000 + b"x]",
    "blanks": b"[" + b" \n" * 800_000,
    "quotes": b"{" + b'"' * 300_001,
    "quotes behind backslashes": b'{\n\\"\n' * 90_000,
    "backslashes": b'{"' + b"\\" * 800_001,
    "long wrapper": b"{" + b'"a":1,' * 100_000,
    "closing": b'{"Records":[' + b"}" * 300_000,
}


@pytest.mark.parametrize("name", SLOW)
def test_no_damage_takes_long(name: str) -> None:
    before = time.process_time()
    count = sum(1 for _ in pieces(SLOW[name]))
    assert time.process_time() - before < SECONDS
    assert count <= 600_001


def test_the_bound_of_a_record_is_16_mebibytes() -> None:
    assert MAX_RECORD == 16 * 1024 * 1024
