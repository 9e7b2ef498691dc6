"""Counts by value, compared with counting the events one by one."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.made import record
from tui.core.counts.facet_names import (
    COUNT,
    NAME,
    ORDERS,
    RARE,
    Seen,
    field_name,
    is_path,
    value_text,
)
from tui.core.counts.facets import Facets
from tui.core.index.index import Index
from tui.core.query.values import fold
from tui.ingest.content.loose import loose_record
from tui.ingest.encoding.encode import Encoder

START = 1_772_600_400_000_000
"""2026-03-04T05:00Z, where `made.record` begins."""


def index_of(records: list[dict[str, Any]]) -> Index:
    index, encoder = Index(), Encoder()
    encoder.add([loose_record(json.dumps(each).encode()) for each in records], 0)
    index.add(encoder.take()[0], index.vocabulary(), [0])
    return index


def event(number: int, bucket: str = "", user: str = "dana", address: str = "") -> dict[str, Any]:
    return record(
        number,
        requestParameters={"bucketName": bucket} if bucket else {},
        userIdentity={"type": "IAMUser", "userName": user, "accountId": "111122223333"},
        sourceIPAddress=address or None,
    )


def by_name(text: str) -> tuple[bytes, str]:
    return text.encode("utf-8", "surrogatepass").lower(), text


names = st.one_of(
    st.text("abAB", max_size=3),
    st.text("aZ\u00e9\u00c9", min_size=1, max_size=4).map("arn:aws:s3:::Common-Begin-".__add__),
)


@given(
    agents=st.lists(names, max_size=40),
    n=st.integers(0, 12),
    contains=st.sampled_from(("", "a", "B", "in-\u00e9", "zz")),
    order=st.sampled_from(ORDERS),
    data=st.data(),
)
@settings(max_examples=150, deadline=None)
def test_the_first_few_of_a_plain_count(
    agents: list[str], n: int, contains: str, order: str, data: st.DataObject
) -> None:
    index = index_of([record(n, userAgent=agent) for n, agent in enumerate(agents)])
    chosen = sorted(data.draw(st.sets(st.sampled_from(range(len(agents))))) if agents else ())
    rows = np.array(chosen, np.int64)
    everything = len(chosen) == len(agents)
    facet = Facets(index).top(
        "useragent", None if everything else rows, n, contains=contains, order=order
    )

    counted = Counter(agents[number] for number in chosen)
    fitting = {text: count for text, count in counted.items() if fold(contains) in fold(text)}
    found = [(value.value, value.count) for value in facet.values]
    assert facet.distinct == len(fitting)
    assert facet.others == len(fitting) - len(found)
    assert facet.most == max(fitting.values(), default=0)
    assert len(found) == min(n, len(fitting))
    assert all(fitting[text] == count for text, count in found)
    if order == NAME:
        assert [text for text, _ in found] == sorted(fitting, key=by_name)[:n]
    else:
        sign = 1 if order == RARE else -1
        counts = sorted(sign * count for count in fitting.values())[:n]
        assert [sign * count for _, count in found] == counts
        assert found == sorted(found, key=lambda each: (sign * each[1], by_name(each[0])))
    if len(found) == len(fitting) and order == COUNT:
        assert dict(found) == fitting


def test_what_is_filtered_by_is_shown_in_any_case() -> None:
    targets = ["often", "often", "once", "other"]
    index = index_of([event(number, bucket) for number, bucket in enumerate(targets)])
    facets = Facets(index)
    facets.prepare("target")
    states = {"other": 1, "gone": -1}

    def top(**how: Any) -> list[tuple[str, int, int]]:
        facet = facets.top(
            "target", None, 1, state=lambda text: states.get(text, 0), held=states, **how
        )
        return [(value.value, value.count, value.state) for value in facet.values]

    assert top() == [("often", 2, 0), ("other", 1, 1), ("gone", 0, -1)]
    assert top(contains="O") == [("often", 2, 0), ("other", 1, 1), ("gone", 0, -1)]
    assert top(contains="TH") == [("other", 1, 1)]
    assert top(order=RARE) == [("gone", 0, -1), ("once", 1, 0), ("other", 1, 1)]
    assert facets.top("target", None, 1, held=states).others == 1


@pytest.mark.parametrize("many", [False, True])
@given(
    events=st.lists(
        st.tuples(st.sampled_from("abc"), st.sampled_from(("", "192.0.2.1", "192.0.2.2", "x"))),
        min_size=1,
        max_size=30,
    ),
    data=st.data(),
)
@settings(max_examples=40, deadline=None)
def test_rare_ones_tell_from_how_many_addresses_they_came(
    many: bool, events: list[tuple[str, str]], data: st.DataObject
) -> None:
    index = index_of(
        [event(number, user=who, address=ip) for number, (who, ip) in enumerate(events)]
    )
    chosen = sorted(data.draw(st.sets(st.sampled_from(range(len(events))), min_size=1)))
    with pytest.MonkeyPatch.context() as patch:
        if many:
            patch.setattr("tui.core.counts.facets._BITMAP", 0)
        facet = Facets(index).top("who", np.array(chosen), order=RARE)
    addresses: dict[str, set[str]] = {}
    for who, ip in (events[number] for number in chosen):
        addresses.setdefault(who, set()).update({ip} - {""})
    assert {value.value: value.addresses for value in facet.values} == {
        who: len(ips) for who, ips in addresses.items()
    }


def test_addresses_are_told_of_rare_people_roles_and_keys_alone() -> None:
    facets = Facets(index_of([event(1, address="192.0.2.1")]))
    for field in ("who", "role", "key"):
        assert facets.top(field, None, order=RARE).values[0].addresses == 1
        assert facets.top(field, None, order=COUNT).values[0].addresses is None
    assert facets.top("service", None, order=RARE).values[0].addresses is None


def test_accounts_are_counted_by_the_names_that_they_were_given() -> None:
    accounts = ["111122223333", "444455556666", "444455556666", "777788889999"]
    index = index_of([record(n, recipientAccountId=each) for n, each in enumerate(accounts)])
    facets = Facets(index, {"111122223333": "Prod", "777788889999": "Prod"})
    both = [("444455556666", 2), ("Prod", 2)]
    assert [value[:2] for value in facets.top("account", None).values] == both
    assert [value[:2] for value in facets.top("account", None, contains="prod").values] == both[1:]
    by_id = facets.top("account", None, contains="7777")
    assert [value[:2] for value in by_id.values] == [("Prod", 1)]
    one = facets.top("account", None, 1, held=("Prod", "gone"))
    assert ([value[:2] for value in one.values], one.others) == ([*both, ("gone", 0)], 0)
    seen = facets.seen("account", index.order, ["Prod"])
    assert seen == [Seen(START, START + 3_000_000)]


def test_when_each_value_was_first_and_last_seen() -> None:
    index = index_of(
        [
            event(5, "a"),
            event(2, "b"),
            event(9, "a"),
            record(3, eventTime="redacted", requestParameters={"bucketName": "a"}),
            record(4, eventTime="redacted", requestParameters={"bucketName": "undated"}),
        ]
    )
    facets = Facets(index)
    assert facets.seen("target", index.order, ["a", "b", "undated", "never"]) == [
        Seen(START + 5_000_000, START + 9_000_000),
        Seen(START + 2_000_000, START + 2_000_000),
        Seen(None, None),
        Seen(None, None),
    ]
    late = index.order[index.times[index.order] > START + 6_000_000]
    assert facets.seen("target", late, ["a", "b"]) == [
        Seen(START + 9_000_000, START + 9_000_000),
        Seen(None, None),
    ]


def test_a_facet_is_known_by_each_of_its_names() -> None:
    assert [field_name(name) for name in ("ip", "Address", " who ", "type")] == [
        "ip", "ip", "who", "type",
    ]  # fmt: skip
    with pytest.raises(ValueError, match=r"There is no field regoin: do you mean region\?"):
        field_name("regoin")
    with pytest.raises(ValueError, match=r"There is no field qqq$"):
        field_name("qqq")
    for path in ("requestParameters.bucketName", '"@version"', 'tlsDetails."a b"'):
        assert field_name(path) == path
        assert is_path(path)
    with pytest.raises(ValueError, match="only its parts can be counted"):
        field_name("requestid")


def test_what_is_empty_has_words() -> None:
    assert value_text("result", "") == "ok"
    assert value_text("error", "") == "(none)"
    assert value_text("error", "AccessDenied") == "AccessDenied"
