"""The flat array of nodes: what is where, what is folded, what is copied."""

from __future__ import annotations

import base64
import json
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.core.needle import Needle
from tui.core.record import outline as outline_module
from tui.core.record.folds import MAX_REMEMBERED, Folds
from tui.core.record.outline import Kind, Outline

POLICY = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {"AWS": "*"},
            "Action": "es:*",
            "Resource": "arn:aws:es:eu-west-1:111122223333:domain/films/*",
        },
        {
            "Effect": "Deny",
            "Principal": {"AWS": "arn:aws:iam::111122223333:root"},
            "Action": "es:ESHttpDelete",
            "Resource": "*",
        },
    ],
}
RECORD = {
    "eventVersion": "1.08",
    "userIdentity": {"type": "IAMUser", "userName": "alice"},
    "requestParameters": {
        "domainName": "films",
        "accessPolicies": json.dumps(POLICY),
        "advancedOptions": {"rest.action.multi": "true"},
        "tagList": [],
        "filter": {},
        "reason": None,
        "count": 3,
        "force": False,
    },
    "responseElements": None,
    "recipientAccountId": "111122223333",
}

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=30,
)


def visible(outline: Outline) -> list[str]:
    return [outline.path_text(node) for node in outline.rows()]


def at(outline: Outline, *path: str | int) -> int:
    node = outline.find(path)
    assert node >= 0, path
    return node


def test_nodes_lie_in_the_records_order_with_links() -> None:
    outline = Outline.of({"a": {"b": 1, "c": [True]}, "d": "x"})
    assert outline.key == ["a", "b", "c", 0, "d"]
    assert outline.depth == [0, 1, 1, 2, 0]
    assert outline.parent == [-1, 0, 0, 2, -1]
    assert outline.end == [4, 2, 4, 4, 5]
    assert list(outline.children(-1)) == [0, 4]
    assert list(outline.children(0)) == [1, 2]
    assert len(outline) == 5


def test_kinds_and_empty_containers_are_told_apart() -> None:
    outline = Outline.of(RECORD)
    kinds = {
        name: outline.kind(at(outline, "requestParameters", name))
        for name in ("tagList", "filter", "reason", "count", "force", "domainName")
    }
    assert kinds == {
        "tagList": Kind.ARRAY,
        "filter": Kind.OBJECT,
        "reason": Kind.NULL,
        "count": Kind.NUMBER,
        "force": Kind.BOOLEAN,
        "domainName": Kind.STRING,
    }
    assert not outline.has_children(at(outline, "requestParameters", "tagList"))


def test_at_first_the_identity_is_folded_and_the_cursor_is_on_the_request() -> None:
    outline = Outline.of(RECORD)
    shown = visible(outline)
    assert "userIdentity" in shown
    assert "userIdentity.type" not in shown
    assert "requestParameters.accessPolicies.Statement[0].Principal.AWS" in shown
    assert outline.path(outline.start()) == ("requestParameters",)
    assert Outline.of({"x": 1}).start() == 0
    assert Outline.of({"large": list(range(51))}).rows() == [0]


def test_embedded_json_becomes_children_with_a_mark_and_turns_raw() -> None:
    outline = Outline.of(RECORD)
    policy = at(outline, "requestParameters", "accessPolicies")
    assert outline.encoding[policy] == "decoded JSON"
    assert outline.kind(policy) is Kind.OBJECT
    assert outline.is_string(policy)
    assert outline.toggle_raw(policy)
    assert outline.kind(policy) is Kind.STRING
    assert outline.shown(policy) == json.dumps(POLICY)
    assert not outline.has_children(policy)
    assert outline.value_text(policy) == json.dumps(POLICY)
    assert not any("Statement" in path for path in visible(outline))
    outline.toggle_raw(policy)
    assert json.loads(outline.value_text(policy)) == POLICY
    assert not outline.toggle_raw(at(outline, "requestParameters", "domainName"))


def test_json_in_strings_in_json_is_decoded_down_to_a_small_depth() -> None:
    text = "[1]"
    for level in range(outline_module.MAX_DECODED + 2):
        text = json.dumps({"level": level, "inner": text})
    outline = Outline.of({"a": text})
    outline.fold_all(shut=False)
    assert len(outline.encoding) == outline_module.MAX_DECODED


@pytest.mark.parametrize(
    ("text", "mark"),
    [
        (quote(json.dumps(POLICY)), "URL-encoded"),
        (base64.b64encode(json.dumps(POLICY).encode()).decode(), "base64"),
    ],
)
def test_the_mark_says_how_a_string_was_encoded(text: str, mark: str) -> None:
    outline = Outline.of({"requestParameters": {"policyDocument": text}})
    node = at(outline, "requestParameters", "policyDocument")
    assert mark in outline.encoding[node]
    assert json.loads(outline.value_text(node)) == POLICY


def test_a_policys_statements_are_summed_up_and_its_danger_is_said() -> None:
    outline = Outline.of(RECORD)
    policy = at(outline, "requestParameters", "accessPolicies")
    statements = at(outline, "requestParameters", "accessPolicies", "Statement")
    assert outline.warning[policy]
    first, second = (outline.note[node] for node in outline.children(statements))
    assert first.startswith("Allow")
    assert "es:*" in first
    assert second.startswith("Deny")


def test_a_single_statement_that_is_no_list_has_its_line() -> None:
    policy = {"Version": "2012-10-17", "Statement": POLICY["Statement"][1]}
    outline = Outline.of({"requestParameters": {"bucketPolicy": policy}})
    node = at(outline, "requestParameters", "bucketPolicy", "Statement")
    assert outline.note[node].startswith("Deny")
    assert at(outline, "requestParameters", "bucketPolicy") not in outline.warning


def test_a_statements_line_stands_at_the_statement_beside_members_that_are_none() -> None:
    policy = {"version": "2012-10-17", "statement": ["?", *POLICY["Statement"]]}
    outline = Outline.of({"requestParameters": {"policy": policy}})
    places = [outline.path(node)[-1] for node in sorted(outline.note)]
    assert places == [1, 2]
    alone = Outline.of({"responseElements": {"statement": json.dumps(POLICY["Statement"][0])}})
    node = at(alone, "responseElements", "statement")
    assert alone.note[node].startswith("Allow")
    assert alone.warning[node]


def test_everything_for_an_identity_is_a_danger_only_where_identities_get_it() -> None:
    policy = {"Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}
    for source, warned in (("iam.amazonaws.com", True), ("organizations.amazonaws.com", False)):
        outline = Outline.of({"eventSource": source, "requestParameters": {"policy": policy}})
        assert (at(outline, "requestParameters", "policy") in outline.warning) is warned


@pytest.mark.parametrize("statement", [None, 5, "x", [], [None], [[]], {}, {"Effect": []}])
def test_odd_policies_are_shown_as_they_are(statement: object) -> None:
    outline = Outline.of({"requestParameters": {"policy": {"Statement": statement}}})
    node = at(outline, "requestParameters", "policy")
    assert json.loads(outline.value_text(node)) == {"Statement": statement}


def test_a_field_that_was_left_out_is_said() -> None:
    field = {"reason": "requestParameters too large", "omitted": "true", "originalSize": "149893"}
    outline = Outline.of({"requestParameters": field})
    assert outline.warning[0] == "left out by AWS: requestParameters too large, 149893 bytes"
    assert not Outline.of({"requestParameters": {"omitted": "true"}}).warning


def test_folding_hides_what_is_below_and_only_that() -> None:
    outline = Outline.of(RECORD)
    before = visible(outline)
    request = at(outline, "requestParameters")
    assert outline.fold(request, shut=True)
    assert not outline.fold(request, shut=True)
    assert visible(outline) == [path for path in before if "requestParameters." not in path]
    deep = at(outline, "requestParameters", "accessPolicies", "Statement", 0, "Effect")
    assert outline.shown_at(deep) == request
    outline.reveal(deep)
    assert visible(outline) == before
    assert outline.shown_at(deep) == deep


def test_all_open_and_all_shut() -> None:
    outline = Outline.of(RECORD)
    outline.fold_all(shut=True)
    assert visible(outline) == list(RECORD)
    outline.fold_all(shut=False)
    assert len(outline.rows()) == len(outline)


def test_what_cannot_fold_says_so() -> None:
    outline = Outline.of(RECORD)
    for name in ("tagList", "filter", "reason", "count"):
        node = at(outline, "requestParameters", name)
        assert not outline.fold(node, shut=False)
        assert not outline.fold(node, shut=True)


def test_choices_hold_for_the_next_record() -> None:
    folds = Folds()
    first = Outline.of(RECORD, folds=folds)
    first.fold(at(first, "userIdentity"), shut=False)
    first.toggle_raw(at(first, "requestParameters", "accessPolicies"))
    second = Outline.of(RECORD, folds=folds)
    assert "userIdentity.type" in visible(second)
    assert second.kind(at(second, "requestParameters", "accessPolicies")) is Kind.STRING
    second.fold_all(shut=True)
    assert visible(Outline.of(RECORD, folds=folds)) == list(RECORD)
    # A path that is no decoded string any more is not turned raw.
    plain = Outline.of({"requestParameters": {"accessPolicies": "x"}}, folds=folds)
    assert not any(plain.raw)


def test_only_so_many_choices_are_remembered() -> None:
    folds = Folds()
    for number in range(MAX_REMEMBERED + 5):
        folds.remember_shut((number,), shut=True)
    assert len(folds.shut) == MAX_REMEMBERED
    assert (0,) not in folds.shut


def test_paths_quote_keys_that_would_be_ambiguous() -> None:
    outline = Outline.of(RECORD)
    node = at(outline, "requestParameters", "advancedOptions", "rest.action.multi")
    assert outline.path_text(node) == 'requestParameters.advancedOptions."rest.action.multi"'
    assert outline.find(outline.path(node)) == node
    assert outline.find(("requestParameters", "absent")) == -1
    nearest = outline.nearest(("requestParameters", "accessPolicies", "Statement", 7, "Sid"))
    assert outline.path_text(nearest) == "requestParameters.accessPolicies.Statement"
    odd = Outline.of({"": 1, "a b": 2, "[0]": 3, "\x1b": 4})
    assert [odd.path_text(node) for node in range(4)] == ['""', '"a b"', '"[0]"', '"\\u001b"']


def test_values_to_copy() -> None:
    outline = Outline.of(RECORD)
    assert outline.value_text(at(outline, "requestParameters", "domainName")) == "films"
    assert outline.value_text(at(outline, "requestParameters", "force")) == "false"
    assert outline.value_text(at(outline, "requestParameters", "reason")) == "null"
    assert outline.value_text(at(outline, "requestParameters", "tagList")) == "[]"
    copied = json.loads(outline.value_text(at(outline, "requestParameters")))
    assert copied == {**RECORD["requestParameters"], "accessPolicies": POLICY}  # type: ignore[dict-item]


@given(json_values)
def test_the_copy_of_a_container_is_its_json(value: object) -> None:
    outline = Outline.of({"field": value})
    if not outline.encoding and not isinstance(value, str):
        assert outline.value_text(0) == json.dumps(value, indent=2, ensure_ascii=False)


@given(json_values)
def test_every_node_is_found_at_its_path_and_rows_agree_with_the_links(value: object) -> None:
    outline = Outline.of(value)
    for node in range(len(outline)):
        assert outline.find(outline.path(node)) == node or outline.path(node) == ()
        assert all(outline.parent[child] == node for child in outline.children(node))
    outline.fold_all(shut=False)
    assert outline.rows() == list(range(len(outline)))
    outline.fold_all(shut=True)
    assert outline.rows() == list(outline.children(-1))


@pytest.mark.parametrize("record", [None, 5, "text", [], {}, True])
def test_a_record_that_is_no_object_is_one_node(record: object) -> None:
    outline = Outline.of(record)
    assert len(outline) == 1
    assert outline.shown(0) == record
    assert outline.path(0) == ()
    assert outline.path_text(0) == ""


def test_levels_beyond_what_python_recurses_fold_and_copy() -> None:
    value: object = "bottom"
    for _ in range(5_000):
        value = {"in": value}
    outline = Outline.of({"requestParameters": value})
    outline.fold_all(shut=False)
    assert len(outline.rows()) == 5_001
    assert outline.value_text(4_990).endswith("}")
    assert outline.path_text(5_000).count(".in") == 5_000


def test_millions_of_values_are_cut_and_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outline_module, "MAX_NODES", 100)
    outline = Outline.of({"a": {"b": list(range(500)), "c": 1}, "d": 2})
    assert len(outline) < 110
    assert outline.kind(len(outline) - 1) is Kind.MORE
    assert "…" in outline.value_text(0)


def test_numbers_that_python_will_not_write_are_written() -> None:
    outline = Outline.of({"huge": 10**5_000, "float": 1.5})
    assert outline.value_text(0) == hex(10**5_000)
    assert outline.value_text(1) == "1.5"


def test_search_finds_keys_and_values_whatever_the_case() -> None:
    outline = Outline.of(RECORD)
    found = {outline.path_text(node) for node in outline.search(Needle(text="ALICE").found)}
    assert found == {"userIdentity.userName"}
    assert at(outline, "requestParameters", "domainName") in set(
        outline.search(Needle(text="domainn").found)
    )
    deep = [outline.path_text(node) for node in outline.search(Needle(text="eshttpdelete").found)]
    assert deep == ["requestParameters.accessPolicies.Statement[1].Action"]
    outline.toggle_raw(at(outline, "requestParameters", "accessPolicies"))
    raw = [outline.path_text(node) for node in outline.search(Needle(text="eshttpdelete").found)]
    assert raw == ["requestParameters.accessPolicies"]
    assert list(outline.search(Needle(text="3").found)) != []
