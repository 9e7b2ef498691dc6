"""Filters over the index beside the slow evaluator over whole records: the same rows, always."""

from __future__ import annotations

import datetime as dt
import json
import re
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.made import record
from tests.unit.slow_query import slow_rows
from tui.core.index.columns import Dictionary
from tui.core.index.index import Index
from tui.core.matching import byte_search
from tui.core.matching import masks as matching_masks
from tui.core.matching import matcher as matching
from tui.core.matching import parts as matching_parts
from tui.core.matching.known import Known
from tui.core.matching.matcher import Found, Matcher
from tui.core.matching.texts import searchable
from tui.core.query.names import IS, WORD_FIELDS, needs_records
from tui.core.query.nodes import (
    And,
    EventId,
    Exact,
    Field,
    Glob,
    Is,
    Network,
    Node,
    Not,
    Or,
    Pattern,
    Present,
    Regex,
    Time,
    Word,
)
from tui.core.query.parser import parse
from tui.core.query.values import escaped, event_number, fold, glob_matches
from tui.ingest.content.loose import loose_record
from tui.ingest.encoding.encode import Encoder
from tui.ingest.encoding.stamps import event_numbers
from tui.ingest.results import details_of

if TYPE_CHECKING:
    import uuid

NOW = dt.datetime(2026, 3, 4, 6, tzinfo=dt.UTC)


class Loaded:
    """An index of records, as the workers would have filled it."""

    def __init__(self) -> None:
        self.index = Index()
        self.vocabulary = self.index.vocabulary()
        self.encoder = Encoder()

    def add(self, records: list[dict[str, Any]], number: int = 0) -> None:
        raws = [json.dumps(one).encode() for one in records]
        pending = self.encoder.add([loose_record(raw) for raw in raws], 0)
        for row in pending:
            details = details_of(raws[row])
            assert details is not None
            self.encoder.amend(row, details)
        batch, _ = self.encoder.take()
        self.index.add(batch, self.vocabulary, [number])


def loaded(records: list[dict[str, Any]]) -> Index:
    made = Loaded()
    made.add(records)
    return made.index


def found(index: Index, text: str, **how: Any) -> list[int]:
    """The rows that surely are let through, none being open."""
    answer = Matcher(index, **how).find(parse(text, now=NOW, zone=dt.UTC))
    assert not answer.maybe.any()
    return np.flatnonzero(answer.yes).tolist()


EVENTS = [
    record(0),
    record(1, eventSource="iam.amazonaws.com", eventName="CreateUser", readOnly=False,
           requestParameters={"userName": "Straße"}, errorCode="AccessDenied"),
    record(2, eventSource="lambda.amazonaws.com", eventName="GetFunction20150331v2",
           requestParameters={"functionName": "fn-1"}, sourceIPAddress="075.050.255.067"),
    record(3, sourceIPAddress="2001:DB8:0:0::1", userAgent="[Boto3/1.2]", eventTime="redacted"),
    record(4, sourceIPAddress="config.amazonaws.com", recipientAccountId="444455556666"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("", [0, 1, 2, 3, 4]),
        ("service:iam", [1]),
        ("service:IAM.amazonaws.com", [1]),
        ("eventSource:iam.amazonaws.com", [1]),
        ("eventSource:*m.AMAZONAWS.com", [1]),
        ("eventSource:/^iam\\.amazonaws/", [1]),
        ("service:*m", [1]),
        ("service:*aws*", []),
        ("service:/[mo]$/", [1]),
        ("service:(iam lambda)", [1, 2]),
        ("event:createuser", [1]),
        ("event:iam:CreateUser", [1]),
        ('event:"lambda:GetFunction"', [2]),
        ("event:GetFunction event:GetFunction20150331v2", [2]),
        ("event:Get*", [0, 2, 3, 4]),
        ('event:"Get*"', []),
        ('"lambda:getf"', [2]),
        ("target:STRASSE", [1]),
        ("target:stra?e", []),
        ("target:stra??e", [1]),
        ("straße or fn-1", [1, 2]),
        ("BÜCKET-0", [0]),
        ("bücket-?", [0, 3, 4]),
        ("ip:75.50.255.67", [2]),
        ("75.50.255", [2]),
        ("ip:75.50.0.0/16", [2]),
        ("ip:075.050.0.0/16", [2]),
        ("ip:2001:db8::/32", [3]),
        ("ip:2001:db8::1", [3]),
        ("ip:config.amazonaws.com", [4]),
        ("address:0.0.0.0/0", [0, 1, 2]),
        ("-ip:0.0.0.0/0", [3, 4]),
        ("account:prod", [4]),
        ("prod", [4]),
        ("account:4444*", [4]),
        ("error:*", [1]),
        ('error:""', [0, 2, 3, 4]),
        ("-error:AccessDenied", [0, 2, 3, 4]),
        ("is:denied", [1]),
        ("result:denied", [1]),
        ("is:read", [0, 2, 3, 4]),
        ("is:undated", [3]),
        ("after:2020-01-01", [0, 1, 2, 4]),
        ("before:2030-01-01", [0, 1, 2, 4]),
        ("time:2026-03-04T05:00:01..05:00:03", [1, 2]),
        ("-time:2026-03-04", [3]),
        ("useragent:Boto3/1.2", [3]),
        ('userAgent:"[Boto3/1.2]"', [3]),
        ("agent:boto3", [3]),
        ("/Function$/", [2]),
        ("/^fn-[0-9]/", [2]),
        ("event:/^create/", []),
        ("event:/(?i)^create/", [1]),
        ("00000000-0000-4000-8000-000000000002", [2]),
        ("id:(00000000-0000-4000-8000-000000000002 00000000-0000-4000-8000-000000000004)", [2, 4]),
        ("service:iam or lambda event:GetFunction", [1, 2]),
        ("type:IAMUser", [0, 1, 2, 3, 4]),
    ],
)
def test_rows(text: str, rows: list[int]) -> None:
    assert found(loaded(EVENTS), text, names={"444455556666": "Prod"}) == rows


def test_what_only_records_tell_has_three_values() -> None:
    matcher = Matcher(loaded(EVENTS))

    def ask(text: str) -> Found:
        return matcher.find(parse(text, now=NOW, zone=dt.UTC), known)

    known = Known()
    (node,) = needs_records(parse("a.b:1", now=NOW, zone=dt.UTC))
    answer = ask("service:iam a.b:1")
    assert (answer.yes.tolist(), np.flatnonzero(answer.maybe).tolist()) == ([False] * 5, [1])
    known.put(node, np.array([0, 1, 2]), np.array([True, False, True]))
    assert known.get(node, 7).tolist() == [2, 1, 2, 0, 0, 0, 0]
    assert known.nodes == (node,)
    for text, yes, maybe in [
        ("a.b:1", [0, 2], [3, 4]),
        ("-a.b:1", [1], [3, 4]),
        ("a.b:1 or service:s3", [0, 2, 3, 4], []),
        ("a.b:1 service:s3", [0], [3, 4]),
        ("-(a.b:1 or service:iam)", [], [3, 4]),
        ("-(a.b:1 -is:undated)", [1, 3], [4]),
    ]:
        answer = ask(text)
        assert (np.flatnonzero(answer.yes).tolist(), np.flatnonzero(answer.maybe).tolist()) == (
            yes,
            maybe,
        ), text
    known.forget(node)
    assert np.flatnonzero(ask("a.b:1").maybe).tolist() == [0, 1, 2, 3, 4]


def test_a_growing_index_is_asked_on() -> None:
    made = Loaded()
    matcher = Matcher(made.index)
    texts = ["bücket-3*", "service:iam", "/[0-9]$/", "event:s3:*", "ip:192.0.2.0/24", "-dana"]
    nodes = [parse(text, now=NOW, zone=dt.UTC) for text in texts]
    for number in range(5):
        start = made.index.size
        made.add([record(20 * number + n) for n in range(20)], number)
        made.add([EVENTS[1] | {"eventID": f"{number}"}], number)
        for node in nodes:
            whole = Matcher(made.index).find(node).yes
            assert matcher.find(node).yes.tolist() == whole.tolist()
            assert matcher.find(node, start=start).yes.tolist() == whole[start:].tolist()
    made.index.remove_object(2)
    for node in nodes:
        assert not matcher.find(node).yes[42:63].any()


# -- the same rows, always

texts = st.sampled_from(
    [
        *("a", "A", "ab", "prod", "Prod-1", "x.y", "é", "É", "ß", "STRASSE", "Straße", "K", "*"),
        *(
            "a*b",
            "a?b",
            "\\",
            "a b",
            '"',
            "i-0abc",
            "I-0ABC",
            "İ",
            "\u017f",
            "\u212a",
            "a\nb",
            "/x/",
            "(y)",
        ),
    ]
) | st.text(alphabet="aAbBéß-.:/ \n", max_size=5)
addresses = st.sampled_from(
    ["192.0.2.7", "192.000.002.007", "198.51.100.1", "203.0.113.9", "10.1.2.3", "1.2.3",
     "999.1.1.1", "2001:db8::1", "2001:DB8:0::0:1", "::ffff:192.0.2.7", "s3.amazonaws.com",
     "AWS Internal", "::"]
)  # fmt: skip
identities = st.fixed_dictionaries(
    {"type": st.sampled_from(["IAMUser", "AssumedRole", "AWSService", "Root", "AWSAccount"])},
    optional={
        "userName": texts,
        "accountId": st.sampled_from(["111122223333", "444455556666"]),
        "accessKeyId": st.sampled_from(["AKIAIOSFODNN7EXAMPLE", "ASIAIOSFODNN7EXAMPLE"]),
        "invokedBy": st.just("ec2.amazonaws.com"),
        "arn": st.sampled_from(["arn:aws:sts::111122223333:assumed-role/Role/i-0abc", "arn:x"]),
    },
)
events = st.fixed_dictionaries(
    {},
    optional={
        "eventSource": st.sampled_from(["iam.amazonaws.com", "s3", "lambda.amazonaws.com", ""]),
        "eventName": st.sampled_from(
            ["GetObject", "CreateUser", "GetFunction20150331v2", "AssumeRole", "é", ""]
        ),
        "userIdentity": identities,
        "sourceIPAddress": addresses,
        "userAgent": st.sampled_from(
            ["[Boto3/1.2]", "aws-cli/2", "console.amazonaws.com", "", "[]"]
        )
        | texts,
        "awsRegion": st.sampled_from(["eu-west-1", "us-east-1", ""]),
        "errorCode": st.sampled_from(["AccessDenied", "NoSuchBucket", "SlowDown", "X", ""]),
        "readOnly": st.booleans(),
        "recipientAccountId": st.sampled_from(["111122223333", "444455556666"]),
        "requestParameters": st.fixed_dictionaries(
            {}, optional={"bucketName": texts, "key": texts, "userName": texts, "n": st.integers()}
        ),
        "eventTime": st.sampled_from(
            ["2026-03-04T05:00:00Z", "2026-03-03T23:59:59Z", "redacted", "2026-03-04T05:30:00Z"]
        ),
        "eventCategory": st.sampled_from(["Management", "Data"]),
    },
)
REGEXES = ["a", "^a", "b$", "[a-b]+", "(?i)PROD", r"\d", "a.b", "^$", "x|y", "ß", r"\bi-", "."]
globs = st.lists(texts.map(escaped) | st.sampled_from(["*", "?"]), min_size=1, max_size=4).map(
    "".join
)
values = (
    texts.map(Exact)
    | globs.map(Glob)
    | st.sampled_from(REGEXES).map(Regex)
    | st.just(Present())
    | st.sampled_from(["*m", "*.amazonaws.*", "*:*"]).map(Glob)
    | st.sampled_from(["IAM.amazonaws.com", "s3", "lambda:GetFunction", "getfunction", "prod",
                       "denied", "boto3", "Boto3/1.2"]).map(Exact)
)  # fmt: skip
networks = st.sampled_from(
    ["192.0.2.0/24", "0.0.0.0/0", "192.000.2.7/32", "::/0", "2001:db8::/31", "::ffff:192.0.0.0/104"]
)
leaves = (
    texts.map(Word)
    | st.sampled_from(["lambda:getf", "111122223333", "192.0.2.7", "prod", "denied"]).map(Word)
    | st.sampled_from(REGEXES).map(Pattern)
    | st.builds(
        Field,
        st.sampled_from((*WORD_FIELDS, "type")),
        st.lists(values, min_size=1, max_size=3).map(tuple),
    )
    | st.builds(Field, st.just("address"), st.tuples(networks.map(Network) | addresses.map(Exact)))
    | st.sampled_from([name for name in IS if name != "doubled"]).map(Is)
    | st.builds(
        Time,
        st.none() | st.just(1772600400_000_000),
        st.none() | st.just(1772600400_000_000) | st.just(1772602200_000_000),
    )
    | st.integers(0, 4).map(lambda n: EventId(f"00000000-0000-4000-8000-{n:012}"))
)
nodes = st.recursive(
    leaves,
    lambda inner: (
        inner.map(Not)
        | st.lists(inner, max_size=3).map(tuple).map(And)
        | st.lists(inner, max_size=3).map(tuple).map(Or)
    ),
    max_leaves=5,
)


@settings(max_examples=150, deadline=None)
@given(
    st.lists(events, max_size=6),
    st.lists(nodes, min_size=1, max_size=6),
    st.integers(0, 6),
    st.booleans(),
)
def test_the_index_agrees_with_the_records(
    fields: list[dict[str, Any]], asked: list[Node], cut: int, narrows: bool
) -> None:
    records = [record(number, **one) for number, one in enumerate(fields)]
    names = {"444455556666": "Prod"}
    with pytest.MonkeyPatch.context() as patch:
        if narrows:  # what only pays for many rows and texts is done for these few too
            patch.setattr(matching, "_LARGE", 0)
            patch.setattr(matching, "FEW", 0)
            patch.setattr(matching_parts, "FEW", 1)
            patch.setattr(byte_search, "_GATHERED", 1)
            patch.setattr(byte_search, "_OFTEN", 0)
        made = Loaded()
        matcher = Matcher(made.index, names)
        made.add(records[:cut], 0)
        for node in asked:
            matcher.find(node)
        made.add(records[cut:], 1)
        for node in asked:
            answer = matcher.find(node)
            assert not answer.maybe.any()
            assert answer.yes.tolist() == slow_rows(node, records, names), node


def test_a_regex_that_never_ends_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(matching, "_PATIENCE", 0.05)
    index = loaded([record(0, userAgent="a" * 200 + "x"), record(1, userAgent="b")])
    matcher = Matcher(index)
    node = parse(r"useragent:/(.|\w)*(?!x)x$/", now=NOW, zone=dt.UTC)
    for _ in range(2):
        answer = matcher.find(node)
        assert "takes too long" in answer.trouble
        assert not answer.yes.any()
    assert not matcher.find(Word("b")).trouble


def test_what_is_remembered_stays_within_bounds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(matching_masks, "MOST_BYTES", 20)
    matcher = Matcher(loaded(EVENTS))
    for number in range(50):
        assert not matcher.find(Field("who", (Exact(f"{number}"),))).yes.any()
    before = matcher.nbytes
    matcher.find(Field("who", (Exact("more"),)))
    assert matcher.nbytes == before


def test_many_texts_are_searched_at_once() -> None:
    """The quick ways that only many hits take say the same as asking text by text."""
    words = [f"{'ab' * (n % 3)}{n:x}{'é' * (n % 7 == 0)}-ba{n % 5}" for n in range(9000)]
    dictionary = Dictionary(*words)
    whole = searchable(dictionary)
    whole.update()
    every = list(dictionary.texts())
    for first in (0, 4321):
        for text in ("a", "ab", "-BA", "É-ba", "ababab", "0-ba0" * 5):
            found = whole.containing(text, first).tolist()
            assert found == [fold(text) in fold(one) for one in every[first:]], text
        for pattern in ("*a*b*", "ab*3*-ba?", "*?é*a1", "*1*2*", "??ab*", "*-ba?"):
            found = whole.like(pattern, first).tolist()
            assert found == [bool(one) and glob_matches(pattern, one) for one in every[first:]]
        for regex in (r"\d{3}", "ab.*ba1", "é"):
            found = whole.matching(regex, first).tolist()
            assert found == [re.search(regex, one) is not None for one in every[first:]]


@given(st.uuids(), st.booleans())
def test_event_numbers_are_those_of_the_index(identity: uuid.UUID, upper: bool) -> None:
    text = str(identity).upper() if upper else str(identity)
    assert event_number(text) == event_numbers([text])[0]


def test_warming_up_takes_in_all_texts_in_steps_and_ends() -> None:
    index = loaded([record(number, userAgent=f"agent {number}") for number in range(9000)])
    matcher = Matcher(index)
    steps = 0
    while matcher.warm():
        steps += 1
    assert steps > 3  # the agents alone are taken in three pieces
    assert found(index, "8999") == [8999]
