"""Searching in the list's columns, held to a look at every row's texts."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.test_session import Engine, record
from tests.unit.test_sorting import NAMES, records, words
from tui.core.matching.matcher import Matcher
from tui.core.needle import Needle
from tui.core.query.regex import RegexError
from tui.core.searching_rows import RowSearch

COLUMNS = ("who", "event", "target", "result", "address", "agent", "region", "account")


def search_of(engine: Engine) -> RowSearch:
    return RowSearch(engine.index, Matcher(engine.index), NAMES)


def naive(engine: Engine, needle: Needle, columns: list[str]) -> list[int]:
    positions = []
    for position, row in enumerate(engine.index.order.tolist()):
        event = engine.index.event(row)
        texts = [getattr(event, column) for column in columns]
        texts += [event.note] if "target" in columns else []
        texts += [NAMES.get(event.account, "")] if "account" in columns else []
        if any(needle.found(text) for text in texts):
            positions.append(position)
    return positions


@settings(max_examples=60, deadline=None)
@given(
    records(),
    records(),
    st.lists(words | st.sampled_from(["us-", "prod", "a/b", "/", "s3:Get", "10.0"]), max_size=6),
    st.sets(st.sampled_from(COLUMNS)),
)
def test_every_row_that_shows_it_is_found(
    first: list[dict[str, Any]],
    later: list[dict[str, Any]],
    texts: list[str],
    columns: set[str],
) -> None:
    engine = Engine()
    search = search_of(engine)
    for number, arriving in enumerate((first, later)):
        for each in arriving:
            each["eventID"] = each["eventID"].replace("-4000-", f"-400{number}-")
        engine.arrive(*arriving)
        for text in texts:
            needle = Needle(text=text)
            found = search.positions(needle, sorted(columns), engine.index.order).tolist()
            assert found == naive(engine, needle, sorted(columns)), text


def test_new_rows_and_what_rows_are_told_later_count() -> None:
    engine = Engine()
    search = search_of(engine)
    needle = Needle.of("LOGS")

    def found() -> list[int]:
        return search.positions(needle, COLUMNS, engine.index.order).tolist()

    assert found() == []
    engine.arrive(record(1), record(2, requestParameters={"bucketName": "other"}))
    assert found() == [0]
    engine.arrive(record(3))
    assert found() == [0, 2]
    assert search.positions(Needle(), COLUMNS, engine.index.order).tolist() == []


def test_a_regex_keeps_the_case() -> None:
    engine = Engine()
    engine.arrive(record(1, name="GetBucketAcl"), record(2, name="DeleteTrail"))
    search = search_of(engine)
    for typed, expected in {"/Del.*Trail/": [1], "/del.*trail/": [], "deletet": [1]}.items():
        found = search.positions(Needle.of(typed), COLUMNS, engine.index.order).tolist()
        assert found == expected, typed
    with pytest.raises(RegexError):
        Needle.of("/(/")
    assert Needle.of("/") == Needle(text="/")


def test_an_access_key_is_found_in_what_it_signed_too() -> None:
    engine = Engine()
    key = "AKIAIOSFODNN7EXAMPLE"
    signed = {"type": "IAMUser", "userName": "bob", "accessKeyId": key}
    engine.arrive(record(1), record(2, "iam", "ListUsers", userIdentity=signed))
    search = search_of(engine)
    rows = {"akiaios": [1], key: [1], "/AKIA.*7/": [1], "7EXAMPLE": [], "AKIAX": []}
    for typed, expected in rows.items():
        found = search.positions(Needle.of(typed), COLUMNS, engine.index.order).tolist()
        assert found == expected, typed


@given(words, words)
def test_what_is_found_is_where_it_is_said_to_be(text: str, within: str) -> None:
    needle = Needle(text=text)
    spans = needle.spans(within)
    assert bool(spans) == needle.found(within)
    assert spans == sorted(spans)
    for start, end in spans:
        assert needle.found(within[start:end])
    bare = "".join(within[start:end] for start, end in spans)
    assert len(bare) == sum(end - start for start, end in spans)


def test_a_character_that_grows_without_its_case_is_marked_whole() -> None:
    assert Needle(text="s").spans("aßb") == [(1, 2)]
    assert Needle(text="strasse").spans("Die Straße") == [(4, 10)]
    assert Needle(pattern="a*").spans("baac") == [(1, 3)]
    assert str(Needle.of("/x+/")) == "/x+/"


def test_a_regex_that_takes_too_long_over_a_text_marks_nothing() -> None:
    needle = Needle.of("/a*a*a*a*a*a*b/")
    assert needle.spans("aab") == [(0, 3)]
    assert needle.spans("a" * 4000) == []
    assert needle.spans("aab") == []  # nor does it hold up the next line
