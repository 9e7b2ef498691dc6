"""Values of any shape as names."""

from typing import Any

import pytest

from tui.core.rules.values import (
    answer_of,
    is_everywhere,
    is_omitted,
    items_of,
    request_parameters,
    several,
    strings_of,
    texts_of,
    unwrapped,
    value_at,
)


@pytest.mark.parametrize(
    ("value", "names"),
    [
        ("x", ["x"]),
        (7, ["7"]),
        (True, []),
        (None, []),
        (1.5, []),
        (["a", "", "b"], ["a", "b"]),
        ({"items": [{"instanceId": "i-1"}, {"instanceId": "i-2"}]}, ["i-1", "i-2"]),
        ({"item": {"vpcId": "vpc-1"}}, ["vpc-1"]),
        ({"tag": 1, "content": "nat-1"}, ["nat-1"]),
        ({"size": 3, "name": "n", "arn": "arn:x"}, ["arn:x"]),
        ({"owner": "self"}, ["self"]),
        ({"a": "1", "b": "2"}, []),
        ([[["deep"]]], ["deep"]),
    ],
)
def test_names_in_a_value(value: Any, names: list[str]) -> None:
    assert strings_of(value) == names


def test_deep_nesting_ends() -> None:
    value: Any = "x"
    for _ in range(5000):
        value = [value]
    assert strings_of(value) == []


def test_texts_are_left_whole() -> None:
    assert texts_of(["arn:aws:iam::111122223333:role/x", ""]) == [
        "arn:aws:iam::111122223333:role/x"
    ]


def test_several_values_are_the_first_and_a_count() -> None:
    assert several([]) == ""
    assert several(["a"]) == "a"
    assert several(["a", "b", "c"]) == "a +2"


def test_wrappers() -> None:
    wrapped = {"DescribeHostsRequest": {"MaxResults": 5}}
    assert request_parameters({"requestParameters": wrapped}) == {"MaxResults": 5}
    assert request_parameters({"requestParameters": {"DescribeHostsRequest": ""}}) == {}
    assert request_parameters({"requestParameters": '{"name": "x"}'}) == {"name": "x"}
    assert request_parameters({"requestParameters": "[1]"}) == {}
    assert request_parameters({}) == {}
    answer = {"CreateHostResponse": {"hostId": "h-1"}}
    assert answer_of({"responseElements": answer}) == {"hostId": "h-1"}
    assert unwrapped({"aRequest": 3}, "Request") == {"aRequest": 3}


def test_paths_lead_through_lists() -> None:
    value = {"set": {"items": [{"id": "1"}, 2, {"id": "3"}]}}
    assert value_at(value, ("set", "items", "id")) == ["1", "3"]
    assert value_at(value, ("set", "none", "id")) is None
    assert items_of(None) == []
    assert items_of("x") == ["x"]


def test_omitted() -> None:
    assert is_omitted({"reason": "too large", "omitted": "true", "originalSize": "9"})
    assert not is_omitted({"omitted": "true"})
    assert not is_omitted({"reason": "x", "omitted": "false"})
    assert not is_omitted("omitted")


def test_everywhere() -> None:
    for network in ("0.0.0.0/0", "128.0.0.0/1", "64.0.0.0/7", "::/0", "2000::/3"):
        assert is_everywhere(network)
    for network in ("10.0.0.0/8", "2400::/12", "192.0.2.7", "2001:db8::", "", "/", "a/b", "pl-1"):
        assert not is_everywhere(network)
