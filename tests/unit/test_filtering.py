"""What filters leave of an index that grows, is told more, and waits for records."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.test_session import Engine, by_aws, record
from tui.core.filters import filtering
from tui.core.filters.filtering import Filtering, record_nodes, with_account_names, without_aws
from tui.core.matching.matcher import Matcher
from tui.core.query.nodes import And, Exact, Field, Glob, Not, Or
from tui.core.query.parser import parse

if TYPE_CHECKING:
    from tui.core.query.nodes import Node

NOW = dt.datetime(2026, 1, 31, 12, tzinfo=dt.UTC)
TEXTS = (
    "service:iam",
    "-service:(iam s3)",
    "is:write",
    "alice",
    "-is:aws",
    "target:logs",
    "result:denied or service:sts",
    "requestParameters.bucketName:logs",
    "service:s3 text:needle",
    "(service:(iam sts) or event:Get*) -is:aws",
    "service:s3 -is:aws text:needle",
    "(service:s3 event:Put*) or (region:us-* -event:(Get* Put*)) or alice",
)


def node(text: str) -> Node:
    return parse(text, now=NOW, zone=dt.UTC)


def calls(engine: Engine, filtering: Filtering, *texts: str) -> list[str]:
    rows = filtering.rows([node(text) for text in texts])
    return [engine.index.event(int(row)).event for row in rows]


@pytest.fixture
def engine() -> Engine:
    engine = Engine()
    engine.arrive(
        record(10, "iam", "CreateUser"),
        record(0),
        record(20, "iam", "ListUsers", errorCode="AccessDenied", errorMessage="no"),
        by_aws(30),
        record(40, "sts", "AssumeRole"),
    )
    return engine


def test_filters_stand_side_by_side(engine: Engine) -> None:
    found = Filtering(engine.index)
    assert calls(engine, found) == [
        "s3:GetBucketAcl",
        "iam:CreateUser",
        "iam:ListUsers",
        "ec2:DescribeVolumes",
        "sts:AssumeRole",
    ]
    assert calls(engine, found, "service:iam") == ["iam:CreateUser", "iam:ListUsers"]
    assert calls(engine, found, "service:iam", "is:denied") == ["iam:ListUsers"]
    assert found.count([node("service:iam"), node("service:sts")]) == 0


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.lists(st.sampled_from(["s3", "iam", "sts"]), max_size=4), min_size=1, max_size=4),
    st.sets(st.sampled_from(TEXTS), min_size=1),
)
def test_an_answer_that_grew_is_one_that_was_asked_at_once(
    batches: list[list[str]], texts: set[str]
) -> None:
    engine = Engine()
    grown = Filtering(engine.index)
    nodes = [node(text) for text in sorted(texts)]
    for minute, batch in enumerate(batches):
        records = [
            record(minute * 60 + n, service, "GetBucketAcl" if n % 2 else "PutBucketPolicy")
            for n, service in enumerate(batch)
        ]
        if records:
            engine.arrive(*records)
        for each in nodes:
            fresh = Filtering(engine.index).answer(each)
            answer = grown.answer(each)
            assert answer.yes.tolist() == fresh.yes.tolist()
            assert answer.yes.tolist() == Matcher(engine.index).find(each).yes.tolist()
            maybe = [] if answer.maybe is None else answer.maybe.tolist()
            assert maybe == ([] if fresh.maybe is None else fresh.maybe.tolist())


def test_only_new_rows_are_asked_about(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    starts: list[int] = []
    found = Filtering(engine.index)
    find = found.matcher.find

    def noted(*given: object) -> object:
        starts.append(int(given[2]))  # type: ignore[call-overload]
        return find(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(found.matcher, "find", noted)
    asked = [node("service:iam"), node("is:write")]
    found.rows(asked)
    found.rows(asked)
    assert starts == [0, 0]
    engine.arrive(record(60, "iam", "DeleteUser"))
    assert len(found.rows(asked)) == 2
    assert starts == [0, 0, 5, 5]


def test_what_a_record_told_later_is_asked_again(engine: Engine) -> None:
    engine.arrive(record(60, "s3", "PutBucketPolicy"))
    found, index = Filtering(engine.index), engine.index
    asked = [node("is:public"), node("service:s3")]
    assert found.count(asked) == 0
    row = 5
    assert index.pending(np.array([row]))[0]
    from tui.core.index.batch import Details
    from tui.core.rules.flags import Flag

    index.amend(np.array([row]), [Details("logs", "", "Allow anyone", "", int(Flag.PUBLIC))])
    assert found.count(asked) == 1


def test_answers_of_records_come_in(engine: Engine) -> None:
    found = Filtering(engine.index)
    asked = [node("text:needle"), node("service:iam")]
    (text,) = record_nodes(asked)
    assert found.rows(asked).tolist() == []
    unsure = found.unsure_rows(asked).tolist()
    assert [engine.index.event(row).event for row in unsure] == ["iam:ListUsers", "iam:CreateUser"]
    assert found.count(asked, unsure=True) == 2
    found.take(text, np.array(unsure[:1]), np.array([True]))
    assert found.rows(asked).tolist() == unsure[:1]
    assert found.unsure_rows(asked).tolist() == unsure[1:]
    found.take(text, np.array(unsure[1:]), np.array([False]))
    assert found.unsure_rows(asked).tolist() == []
    engine.arrive(record(90, "iam", "DeleteUser"))
    assert found.unsure_rows(asked).tolist() == [5]


def test_questions_to_records_are_asked_once_each() -> None:
    nodes = [node('text:a a.b:"c*" a.b:c*'), node("-text:a or text:b")]
    assert len(record_nodes(nodes)) == 4


def test_so_many_answers_are_kept(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(filtering, "KEPT", 3)
    found = Filtering(engine.index)
    for number in range(10):
        found.count([node(f"word{number}")])
    assert len(found._answers) == 3


def test_what_records_told_of_the_last_questions_is_kept(engine: Engine) -> None:
    found = Filtering(engine.index)
    asked = [node(f"text:word{number}") for number in range(filtering.KNOWN + 3)]
    for each in asked:
        (text,) = record_nodes([each])
        found.take(text, np.arange(5), np.ones(5, np.bool_))
    assert [repr(each) for each in found.known.nodes] == [repr(each) for each in asked[3:]]
    assert (found.count(asked[:1]), found.count(asked[-1:])) == (0, 5)


def test_a_filter_may_ask_records_more_than_is_kept(engine: Engine) -> None:
    found = Filtering(engine.index)
    asked = [node(" or ".join(f"text:word{number}" for number in range(filtering.KNOWN + 3)))]
    rows = found.unsure_rows(asked)
    for each in record_nodes(asked):
        found.take(each, rows, np.zeros(len(rows), np.bool_))
    assert found.unsure_rows(asked).tolist() == []


def test_what_is_asked_again_is_kept_beside_what_is_new(engine: Engine) -> None:
    found = Filtering(engine.index)
    for text in ("text:old", *(f"text:word{number}" for number in range(filtering.KNOWN - 1))):
        (each,) = record_nodes([node(text)])
        found.take(each, np.arange(2), np.zeros(2, np.bool_))
    asked = [node("-(text:old or text:new)")]
    rows = found.unsure_rows(asked)
    for each in record_nodes(asked):
        found.take(each, rows, np.zeros(len(rows), np.bool_))
    assert found.count(asked) == len(rows) == 5
    assert found.unsure_rows(asked).tolist() == []
    assert len(found.known.nodes) == filtering.KNOWN


def test_there_is_no_trouble_where_all_is_answered(engine: Engine) -> None:
    assert Filtering(engine.index).trouble([node("service:iam")]) == ""


# What AWS made


@pytest.mark.parametrize(
    ("text", "freed"),
    [
        ("is:write -is:aws", "is:write"),
        ("-is:aws", ""),
        ("(is:write -is:aws) alice", "is:write alice"),
        ("is:write or -is:aws", "is:write or -is:aws"),
        ("is:aws", "is:aws"),
    ],
)
def test_a_filter_without_its_word_on_aws(text: str, freed: str) -> None:
    asked = node(text)
    assert repr(without_aws(asked)) == repr(node(freed))
    assert (without_aws(asked) is asked) is (text == freed)


def test_what_is_left_out_because_aws_made_it_is_counted(engine: Engine) -> None:
    engine.arrive(by_aws(50), by_aws(70))
    found = Filtering(engine.index)
    assert found.left_out_aws([node("is:read -is:aws")]) == 3
    assert found.left_out_aws([node("-is:aws")]) == 3
    assert found.left_out_aws([node("is:write -is:aws")]) == 0
    assert found.left_out_aws([node("is:read")]) == 0
    assert found.left_out_aws([node("-is:aws"), node("time:2026-01-30T22:00:45..")]) == 2
    assert found.left_out_aws([]) == 0


# Account names

NAMES = {"111122223333": "prod", "444455556666": "Prod-EU", "777788889999": "test"}


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("account:prod", (Exact("prod"), Exact("111122223333"))),
        ("account:PROD*", (Glob("PROD*"), Exact("111122223333"), Exact("444455556666"))),
        ("account:123", (Exact("123"),)),
    ],
)
def test_names_of_accounts_are_their_ids(text: str, values: tuple[object, ...]) -> None:
    assert repr(with_account_names(node(text), NAMES)) == repr(Field("account", values))  # type: ignore[arg-type]


def test_names_are_found_wherever_they_stand() -> None:
    named = with_account_names(node("is:write or -(account:test who:x)"), NAMES)
    ids = Field("account", (Exact("test"), Exact("777788889999")))
    expected = Or((node("is:write"), Not(And((ids, node("who:x"))))))
    assert repr(named) == repr(expected)
    assert with_account_names(node("account:test"), {}) == node("account:test")
