"""Filters as other tools write them are told how they are written here."""

from __future__ import annotations

import datetime as dt

import pytest

from tui.core.query.nodes import Exact, Field, Word
from tui.core.query.parser import QueryError, parse, quoted

NOW = dt.datetime(2026, 3, 4, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("text", "place", "said"),
    [
        ("error=AccessDenied", "error=AccessDenied", "Write error:AccessDenied;"),
        ("is:error service!=s3", "service!=s3", "Write -service:s3;"),
        ("!service:s3", "!service:s3", "Write -service:s3;"),
        ("!service!=s3", "!service!=s3", "Write service:s3;"),
        ("eventName=='GetObject'", "eventName=='GetObject'", "Write eventName:GetObject;"),
        ("user=~bo.*", "user=~bo.*", "Write user:/bo.*/;"),
        ("user!~bo", "user!~bo", "Write -user:/bo/;"),
        ("requestParameters.key=a", "requestParameters.key=a", "Write requestParameters.key:a;"),
        ("who=", "who=", "Write who:value;"),
        ("is:error && who:bo", "&&", "Write and,"),
        ("is:error || who:bo", "||", "Write or;"),
        ("service:iam,sts", "iam,sts", "parentheses: service:(iam sts)"),
        ("accessKeyId=AKIAX", "accessKeyId=AKIAX", "Write key:AKIAX;"),
        ("ip:192.0.2.1,192.0.2.2", "192.0.2.1,192.0.2.2", "ip:(192.0.2.1 192.0.2.2)"),
        ("region:us-east-1,", "us-east-1,", "parentheses: region:(us-east-1)"),
    ],
)
def test_what_is_meant_is_said_and_where(text: str, place: str, said: str) -> None:
    with pytest.raises(QueryError) as caught:
        parse(text, now=NOW, zone=dt.UTC)
    assert said in str(caught.value)
    assert text[caught.value.start : caught.value.end] == place


@pytest.mark.parametrize("text", ["abc=def", "X-Amz-Date=2026", "a&&b", '"error=x"', "=", "x!"])
def test_a_text_that_names_no_field_stays_one(text: str) -> None:
    assert parse(text, now=NOW, zone=dt.UTC) == Word(text.strip('"'))


def test_a_value_with_a_comma_is_one_in_quotes() -> None:
    assert quoted("a,b") == '"a,b"'
    field = parse(f"service:{quoted('a,b')}", now=NOW, zone=dt.UTC)
    assert field == Field("service", (Exact("a,b"),))
    assert parse("useragent:a,b", now=NOW, zone=dt.UTC) == Field("useragent", (Exact("a,b"),))
