"""Counts by value: right, in order, and fit for whoever reads them."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

import numpy as np
import pytest

from tests.unit.test_session import Engine, record
from tui.core.counts import tops
from tui.core.counts.tops import Top, Tops, tops_of, tops_of_texts


def index_of(*records: dict[str, Any]) -> Any:
    engine = Engine()
    engine.arrive(*records)
    return engine.index


def who(name: str, address: str | None = None, second: int = 0, **more: Any) -> dict[str, Any]:
    identity = {"type": "IAMUser", "userName": name}
    return record(second, userIdentity=identity, sourceIPAddress=address, **more)


INDEX = index_of(
    who("alice", "192.0.2.1", 1),
    who("bob", "192.0.2.1", 2),
    who("bob", "192.0.2.2", 3),
    who("bob", "192.0.2.2", 4),
    who("bob", None, 5),
    who("carol", None, 6),
)


def test_values_are_counted_most_first_then_by_name() -> None:
    found = tops_of(INDEX, "who", "who", INDEX.order)
    assert found.total == 6
    assert found.values == [Top("bob", 4, 2), Top("alice", 1, 1), Top("carol", 1, 0)]


def test_only_the_rows_that_are_given_count() -> None:
    found = tops_of(INDEX, "who", "who", INDEX.order[:2])
    assert found.values == [Top("alice", 1, 1), Top("bob", 1, 1)]
    assert tops_of(INDEX, "who", "who", INDEX.order[:0]).values == []


def test_addresses_are_told_of_people_and_keys_alone() -> None:
    found = tops_of(INDEX, "ip", "address", INDEX.order)
    assert found.values == [
        Top("", 2),
        Top("192.0.2.1", 2),
        Top("192.0.2.2", 2),
    ]


def test_calls_are_named_as_in_the_list_without_their_version() -> None:
    names = ("GetFunction20150331v2", "GetFunction20150331", "GetFunction", "Invoke")
    index = index_of(*(record(second, "lambda", name) for second, name in enumerate(names)))
    found = tops_of(index, "event", "event", index.order)
    assert found == Tops("event", 4, [Top("GetFunction", 3), Top("Invoke", 1)])


def test_an_event_counts_once_for_each_text_it_has() -> None:
    found = tops_of_texts("tags.key", [["a", "b", "a"], ["b"], []])
    assert found == Tops("tags.key", 3, [Top("b", 2), Top("", 1), Top("a", 1)])


def text(found: Tops, **more: Any) -> list[str]:
    return "".join(tops.lines(found, show_secrets=False, **more)).splitlines()


def test_lines_are_aligned_whatever_the_values_are() -> None:
    found = Tops("who", 1200, [Top("Zoë", 1100, 12), Top("日本 \x1b[31m", 99, 3), Top("", 1, 0)])
    assert text(found) == [
        "events  share  addresses  who",
        " 1,100  91.7%         12  Zoë",
        "    99   8.2%          3  日本 ␛[31m",
        "     1   0.1%          0  (none)",
    ]


def test_a_call_that_worked_is_called_ok_as_in_the_sidebar() -> None:
    assert text(Tops("result", 1, [Top("", 1)]))[1].endswith("  ok")


def test_accounts_are_called_as_the_person_calls_them() -> None:
    found = Tops("account", 2, [Top("111122223333", 2)])
    assert text(found, names={"111122223333": "prod"})[1].endswith("  prod")


def test_nothing_counted_is_a_heading_alone() -> None:
    assert text(Tops("who", 0, [])) == ["events  share  who"]


def test_csv_can_be_read_and_runs_nothing() -> None:
    found = Tops("useragent", 3, [Top('=cmd|"x"!A1', 2), Top("a,b", 1)])
    rows = list(csv.reader(io.StringIO("".join(tops.csv(found, show_secrets=False)), newline="")))
    assert rows == [["useragent", "events"], ['\'=cmd|"x"!A1', "2"], ["a,b", "1"]]


def test_json_gives_the_texts_back_as_they_were() -> None:
    found = Tops("who", 3, [Top('a"\x1b\u202e\ud800', 2, 1), Top("", 1, 0)])
    lines = "".join(tops.json_lines(found, show_secrets=False)).splitlines()
    assert [json.loads(line) for line in lines] == [
        {"field": "who", "value": 'a"\x1b\u202e\ud800', "events": 2, "addresses": 1},
        {"field": "who", "value": "", "events": 1, "addresses": 0},
    ]
    assert all(line.isprintable() for line in lines)


@pytest.mark.parametrize("write", [tops.lines, tops.csv, tops.json_lines])
def test_secrets_are_masked_unless_they_are_wanted(write: Any) -> None:
    secret = "https://x/?X-Amz-Signature=" + "5ec2e7" * 10
    found = Tops("target", 1, [Top(secret, 1)])
    assert "5ec2e7" not in "".join(write(found, show_secrets=False))
    assert "5ec2e7" in "".join(write(found, show_secrets=True))


def test_many_codes_of_many_addresses_are_told_apart() -> None:
    chance = np.random.default_rng(4)
    pairs = chance.integers(0, 40, (300, 2)).tolist()
    index = index_of(*(who(f"p{a}", f"192.0.2.{b}", n) for n, (a, b) in enumerate(pairs)))
    wanted: dict[str, set[int]] = {}
    for a, b in pairs:
        wanted.setdefault(f"p{a}", set()).add(b)
    found = tops_of(index, "who", "who", index.order)
    assert {top.value: top.addresses for top in found.values} == {
        name: len(addresses) for name, addresses in wanted.items()
    }
