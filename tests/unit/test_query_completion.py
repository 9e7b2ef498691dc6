"""What the filter's prompt offers."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.made import record
from tests.unit.test_matching import EVENTS, loaded
from tui.core.query.completion import MOST, Completions, complete
from tui.core.query.parser import QueryError, parse

INDEX = loaded(
    [
        *EVENTS,
        *(record(10 + n, userAgent="two words", awsRegion=f"r-{n}") for n in range(60)),
        record(99, userAgent="(odd)", eventName="PutObject"),
    ]
)


def offered(text: str) -> Completions:
    """At the `|`."""
    cursor = text.index("|")
    return complete(text.replace("|", ""), cursor, INDEX)


@pytest.mark.parametrize(
    ("text", "place", "first"),
    [
        ("|", (0, 0), "service:"),
        ("se|", (0, 2), "service:"),
        ("-se|", (1, 3), "service:"),
        ("(who:x or s|)", (10, 11), "service:"),
        ("ser|vice:iam", (0, 8), "service:"),
        ("x an|", (2, 4), "and "),
        ("requestP|", (0, 8), "requestParameters"),
        ("eventn|", (0, 6), "eventName:"),
        ("service:|", (8, 8), "s3"),
        ("service:i|", (8, 9), "iam"),
        ("service:(s3 i|)", (12, 13), "iam"),
        ("service:(|", (9, 9), "s3"),
        ("-service:l|a", (9, 11), "lambda"),
        ("event:get|", (6, 9), "GetBucketAcl"),
        ("event:s3:|", (6, 9), "s3:GetBucketAcl"),
        ("eventName:crea|", (10, 14), "CreateUser"),
        ("is:den|", (3, 6), "denied"),
        ("is:|", (3, 3), "error"),
        ("useragent:two|", (10, 13), '"two words"'),
        ('useragent:"two w|"', (10, 17), '"two words"'),
        ('useragent:"two w|', (10, 16), '"two words"'),
        ("useragent:odd|", (10, 13), '"(odd)"'),
        ("target:STRASS|", (7, 13), "Straße"),
        ("after:t|", (6, 7), "today"),
    ],
)
def test_the_likeliest(text: str, place: tuple[int, int], first: str) -> None:
    found = offered(text)
    assert (found.start, found.end) == place
    assert found.choices[0].text == first


def test_values_come_with_their_counts_the_most_frequent_first() -> None:
    choices = offered("service:|").choices
    assert [(choice.text, choice.count) for choice in choices] == [
        ("s3", 64),
        ("iam", 1),
        ("lambda", 1),
    ]
    assert len(offered("region:r|").choices) == MOST
    assert ("ok", 65) in [(one.text, one.count) for one in offered("result:|").choices]
    assert "ok" not in [one.text for one in offered("result:d|").choices]
    by_name = {choice.text: choice.count for choice in offered("is:|").choices}
    assert (by_name["denied"], by_name["write"], by_name["read"]) == (1, 1, 65)


@pytest.mark.parametrize("text", ["/rege|", "a.b:|", "text:x|", "nothing:|", '"wo|', "zzz|"])
def test_nothing_to_offer(text: str) -> None:
    assert offered(text).choices == []


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet='abers:"/()- \\*.é', max_size=14), st.integers(0, 14))
def test_it_never_fails(text: str, cursor: int) -> None:
    found = complete(text, cursor, INDEX)
    assert 0 <= found.start <= found.end <= len(text)
    assert len(found.choices) <= MOST


@pytest.mark.parametrize("field", ["service", "event", "useragent", "target", "region", "is"])
def test_what_is_offered_is_a_filter(field: str) -> None:
    for choice in complete(f"{field}:", len(field) + 1, INDEX).choices:
        try:
            parse(f"{field}:{choice.text}", now=dt.datetime.now(dt.UTC), zone=dt.UTC)
        except QueryError as error:
            pytest.fail(f"{choice.text}: {error.message}")
