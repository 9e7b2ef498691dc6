"""A value in the record as a filter: what names one thing is looked for anywhere first."""

from __future__ import annotations

import datetime as dt

import pytest

from tui.core.filters.steps import Step, Steps
from tui.core.query.nodes import EventId, Exact, Field, Not, Path, Present, Word
from tui.core.query.parser import parse
from tui.core.secret_signs import MASK
from tui.ui.session.leaf_filter import LeafError, leaf_of, turn_of

NOW = dt.datetime(2026, 1, 31, 12, tzinfo=dt.UTC)


def node(text: str) -> object:
    return parse(text, now=NOW, zone=dt.UTC)


@pytest.mark.parametrize(
    ("value", "anywhere"),
    [
        ("AKIAIOSFODNN7EXAMPLE", Word("AKIAIOSFODNN7EXAMPLE")),
        ("arn:aws:iam::111122223333:role/x", Word("arn:aws:iam::111122223333:role/x")),
        ("arn:aws-cn:s3:::b", Word("arn:aws-cn:s3:::b")),
        ("198.51.100.7", Word("198.51.100.7")),
        ("2001:db8::7", Word("2001:db8::7")),
        ("i-0abc12345def67890", Word("i-0abc12345def67890")),
        (
            "00000000-0000-4000-8000-000000000001",
            EventId("00000000-0000-4000-8000-000000000001"),
        ),
    ],
)
def test_what_names_one_thing_is_looked_for_anywhere(value: str, anywhere: object) -> None:
    leaf = leaf_of(("requestParameters", "x"), value)
    assert repr(node(leaf.anywhere)) == repr(anywhere)
    assert repr(node(leaf.here)) == repr(Path(("requestParameters", "x"), (Exact(value),)))


@pytest.mark.parametrize(
    "value", ["logs-prod", "us-east-1", "a b", 'say "hi"', "a*b", "-x", "or", "12:30", "é", "\\"]
)
def test_another_value_is_looked_for_in_its_path(value: str) -> None:
    leaf = leaf_of(("requestParameters", "x"), value)
    assert leaf.anywhere == ""
    assert repr(node(leaf.here)) == repr(Path(("requestParameters", "x"), (Exact(value),)))


@pytest.mark.parametrize(
    ("path", "keys"),
    [
        (("requestParameters", "a.b"), ("requestParameters", "a.b")),
        (("responseElements", "items", 0, "id"), ("responseElements", "items", "id")),
        (("requestParameters", 'a"b\\c', "ä ö"), ("requestParameters", 'a"b\\c', "ä ö")),
        (("requestParameters", "aws:SourceIp"), ("requestParameters", "aws:SourceIp")),
        (("@version",), ("@version",)),
        (("p_log_type",), ("p_log_type",)),
        (("user",), ("user",)),
        (("user", "name"), ("user", "name")),
        (("0 bad", "x"), ("0 bad", "x")),
        (("a:b",), ("a:b",)),
    ],
)
def test_a_path_is_written_as_the_language_takes_it(
    path: tuple[str | int, ...], keys: tuple[str, ...]
) -> None:
    assert repr(node(leaf_of(path, "v").here)) == repr(Path(keys, (Exact("v"),)))


def test_numbers_and_words_of_json() -> None:
    assert leaf_of(("requestParameters", "n"), 5).here == "requestParameters.n:5"
    assert leaf_of(("requestParameters", "n"), True).here == "requestParameters.n:true"


@pytest.mark.parametrize("value", [None, "", {}, []])
def test_what_is_empty_is_looked_for_as_missing(value: object) -> None:
    leaf = leaf_of(("requestParameters", "n"), value)
    assert repr(node(leaf.here)) == repr(Not(Path(("requestParameters", "n"), (Present(),))))
    assert turn_of(leaf, Steps(), out=True).text == "requestParameters.n:*"


def test_a_records_own_field_is_that_of_the_index() -> None:
    assert repr(node(leaf_of(("awsRegion",), "us-east-1").here)) == repr(
        Field("region", (Exact("us-east-1"),))
    )


@pytest.mark.parametrize(
    ("path", "value", "why"),
    [
        (("requestParameters",), {"a": 1}, "open it"),
        ((), "x", "no fields"),
        (("requestParameters", "password"), MASK, "masked"),
        (("requestParameters", "long"), "x" * 2000, "too long"),
    ],
)
def test_of_some_places_no_filter_is_made(path: tuple[str, ...], value: object, why: str) -> None:
    with pytest.raises(LeafError, match=why):
        leaf_of(path, value)


def test_presses_go_from_anywhere_to_the_path_and_off() -> None:
    leaf = leaf_of(("sourceIPAddress",), "198.51.100.7")
    steps = Steps()
    turn = turn_of(leaf, steps, out=False)
    assert turn == (-1, "198.51.100.7")
    steps = steps.push(Step(turn.text, Word(turn.text)))
    turn = turn_of(leaf, steps, out=False)
    assert turn == (0, "sourceIPAddress:198.51.100.7")
    steps = steps.replace(0, Step(turn.text, Word("x")))
    assert turn_of(leaf, steps, out=False) == (0, "")
    assert turn_of(leaf, steps, out=True) == (-1, "-198.51.100.7")


def test_a_step_that_is_off_is_no_press() -> None:
    leaf = leaf_of(("sourceIPAddress",), "198.51.100.7")
    steps = Steps().push(Step("198.51.100.7", Word("198.51.100.7"))).switch(0)
    assert turn_of(leaf, steps, out=False) == (-1, "198.51.100.7")
