"""Sorting by a column, held to Python's own over the texts as the list shows them."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.test_session import Engine, record
from tui.core.index.ranking import FEW, Ranking, Run, ranked
from tui.core.index.rows import EventRow
from tui.core.query.values import address_of, fold
from tui.core.sorting import Sorting

LETTERS = "aAbB/é\x00 ßz\U0001f600"
NAMES = {"111122223333": "prod", "444455556666": "Audit"}
COLUMNS = ("who", "event", "target", "result", "address", "agent", "region", "account", "time")

words = st.text(LETTERS, max_size=12)
long_words = st.builds(lambda head, tail: head * 9 + tail, st.sampled_from(["", "ab/"]), words)


@given(st.lists(long_words, min_size=1, max_size=60))
def test_texts_get_the_places_that_they_have_among_all(texts: list[str]) -> None:
    folded = [fold(text) for text in texts]
    in_order = sorted(set(folded))
    assert ranked(Run.of(folded)).tolist() == [in_order.index(text) for text in folded]


@given(st.lists(long_words, min_size=1, max_size=60), st.lists(st.integers(1, 9), min_size=9))
def test_texts_that_come_later_find_their_place(texts: list[str], steps: list[int]) -> None:
    folded = [fold(text) for text in texts]
    ranking = Ranking(lambda first, end: Run.of(folded[first:end]))
    count = 0
    for step in steps:
        count = min(len(folded), count + step)
        in_order = sorted(set(folded[:count]))
        assert ranking.ranks(count).tolist() == [in_order.index(t) for t in folded[:count]]
        assert len(ranking) == len(in_order)


def test_many_that_come_at_once_are_sorted_with_all_others() -> None:
    texts = [f"{number * 7919 % 2003:05}" for number in range(2 * FEW)]
    ranking = Ranking(lambda first, end: Run.of(texts[first:end]))
    for count in (3, 2 * FEW):
        in_order = sorted(texts[:count])
        assert ranking.ranks(count).tolist() == [in_order.index(t) for t in texts[:count]]


def shown(event: EventRow, column: str) -> str:
    return NAMES.get(event.account, event.account) if column == "account" else event[_AT[column]]


_AT = {column: EventRow._fields.index(column) for column in COLUMNS}


def sort_key(engine: Engine, row: int, column: str) -> tuple[Any, ...]:
    """What rows are sorted by, said plainly; none is the last."""
    event = engine.index.event(row)
    if column == "target":
        codes = (
            engine.index.field_codes(name, np.array([row]))[0] for name in ("target", "object")
        )
        target, object_ = (
            engine.index.dictionary(name).text(int(code))
            for name, code in zip(("target", "object"), codes, strict=True)
        )
        return (fold(target or object_), fold(object_) if target else "")
    text = shown(event, column)
    if column == "address":
        address = address_of(text)
        return (9, 0, fold(text)) if address is None else (address.version, address.number, "")
    return (fold(text),)


def naive(engine: Engine, column: str, *, descending: bool) -> list[int]:
    rows: list[int] = engine.index.order.tolist()
    if column == "time":
        return rows[::-1] if descending else rows
    filled = [row for row in rows if shown(engine.index.event(row), column)]
    empty = [row for row in rows if not shown(engine.index.event(row), column)]
    keys = {row: sort_key(engine, row, column) for row in filled}
    if not descending:
        return sorted(filled, key=keys.__getitem__) + empty
    # Python's `reverse` keeps equal ones as they stand.
    return sorted(filled, key=keys.__getitem__, reverse=True) + empty


def made(number: int, draw: st.DrawFn) -> dict[str, Any]:
    more: dict[str, Any] = {
        "userIdentity": {"type": "IAMUser", "userName": draw(words)},
        "awsRegion": draw(st.sampled_from(["us-east-1", "eu-west-1", ""])),
        "recipientAccountId": draw(st.sampled_from([*NAMES, "777788889999"])),
        "sourceIPAddress": draw(
            st.sampled_from(["10.0.0.9", "9.0.0.10", "2001:db8::1", "s3.amazonaws.com", "x", ""])
        ),
        "requestParameters": {"bucketName": draw(words), "key": draw(words)},
        "errorCode": draw(st.sampled_from(["AccessDenied", "Throttling", "ValidationError", None])),
        "eventID": f"00000000-0000-4000-8000-{number:012}",
    }
    service, name = draw(
        st.sampled_from([("s3", "GetObject"), ("S3", "getobject"), ("iam", "ListUsers"), ("", "x")])
    )
    return record(draw(st.sampled_from([None, 1, 2, 3])), service, name, **more)


@st.composite
def records(draw: st.DrawFn) -> list[dict[str, Any]]:
    return [made(number, draw) for number in range(draw(st.integers(1, 12)))]


@settings(max_examples=60, deadline=None)
@given(records(), records())
def test_rows_are_sorted_as_they_are_shown(
    first: list[dict[str, Any]], later: list[dict[str, Any]]
) -> None:
    engine = Engine()
    sorting = Sorting(engine.index, NAMES)
    for number, arriving in enumerate((first, later)):
        for each in arriving:
            each["eventID"] = each["eventID"].replace("-4000-", f"-400{number}-")
        engine.arrive(*arriving)
        for column in COLUMNS:
            for descending in (False, True):
                found = sorting.sorted(engine.index.order, column, descending=descending)
                assert found.tolist() == naive(engine, column, descending=descending), column
