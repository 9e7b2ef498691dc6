"""What a person types becomes a tree, or an error that points at its place."""

from __future__ import annotations

import datetime as dt
import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tui.core.query.names import FACETS, FIELDS, FLAGS, IS, TOP_LEVEL, needs_records
from tui.core.query.nodes import (
    And,
    Compare,
    EventId,
    Exact,
    Field,
    Glob,
    Is,
    Network,
    Node,
    Not,
    Or,
    Path,
    Pattern,
    Present,
    Regex,
    Text,
    Time,
    Word,
)
from tui.core.query.parser import QueryError, parse, quoted
from tui.core.query.regex import RegexError, TooSlow, compiled, limited
from tui.core.query.values import (
    Address,
    address_of,
    glob_matches,
    has_wildcard,
    in_network,
    plain_address,
    span_of,
)

NOW = dt.datetime(2026, 1, 31, 16, tzinfo=dt.UTC)
ROME = dt.timezone(dt.timedelta(hours=1))
ID = "0Abc9def-0000-4000-8000-000000000001"
A, B, C = Word("a"), Word("b"), Word("c")


def read(text: str, zone: dt.tzinfo = dt.UTC) -> Node:
    return parse(text, now=NOW, zone=zone)


def at(text: str) -> int:
    return int(dt.datetime.fromisoformat(text).timestamp()) * 1_000_000


def field(name: str, *texts: str) -> Field:
    return Field(name, tuple(map(Exact, texts)))


@pytest.mark.parametrize(
    ("text", "node"),
    [
        ("", And(())),
        ("  ", And(())),
        ("*", And(())),
        ("a", A),
        ('"two words"', Word("two words")),
        (r'"a \"b\" \\ \n"', Word(r"a " + r'"b" \ \n')),
        ("/a+ b/", Pattern("a+ b")),
        (r"/a\/b\d/", Pattern(r"a/b\d")),
        ("a b", And((A, B))),
        ("a and b AND c", And((A, B, C))),
        ("a b or c", Or((And((A, B)), C))),
        ("a or b c", Or((A, And((B, C))))),
        ("a (b or c)", And((A, Or((B, C))))),
        ("a(b)c", And((A, B, C))),
        ("-a", Not(A)),
        ("not a b", And((Not(A), B))),
        ("not not a", Not(Not(A))),
        ("--a", Not(Not(A))),
        ("-(a b)", Not(And((A, B)))),
        ("not(a)", Not(A)),
        ("nota or orb", Or((Word("nota"), Word("orb")))),
        ('"or"', Word("or")),
        ("a-b", Word("a-b")),
        ("12:30", Word("12:30")),
        ("fe80::1", Word("fe80::1")),
        ("arn:aws:iam::1:user/x", Word("arn:aws:iam::1:user/x")),
        ("arn:arn:aws:iam::1:user/x", field("arn", "arn:aws:iam::1:user/x")),
        ("service:iam", field("service", "iam")),
        ("Service:iam", field("service", "iam")),
        ("result:ok", field("result", "")),
        ("result:(OK denied)", field("result", "", "denied")),
        ("result:*ok", Field("result", (Glob("*ok"),))),
        ("error:ok", field("error", "ok")),
        ("service:(iam sts)", field("service", "iam", "sts")),
        ("service:( iam or sts )", field("service", "iam", "sts")),
        ('who:("(root)" bo)', field("who", "(root)", "bo")),
        ("type:Root", field("identity_type", "Root")),
        ("eventSource:iam.amazonaws.com", field("service", "iam.amazonaws.com")),
        ("eventname:X", field("event", "X")),
        ("event:s3:GetObject", field("event", "s3:GetObject")),
        ('event:"s3:Get*"', field("event", "s3:Get*")),
        ("event:s3:Get*", Field("event", (Glob("s3:Get*"),))),
        (r"target:a\*b", field("target", "a*b")),
        ('"user":x', Path(("user",), (Exact("x"),))),
        ('-"a b"."c">1', Not(Path(("a b", "c"), (Compare(">", 1.0),)))),
        ('"two words" "a" :b', And((Word("two words"), A, Word(":b")))),
        (r"target:a\*b*\c", Field("target", (Glob(r"a\*b*\\c"),))),
        (r"target:a\b", field("target", r"a\b")),
        ("error:*", Field("error", (Present(),))),
        ("error:(/^No/ X*)", Field("error", (Regex("^No"), Glob("X*")))),
        ('error:""', field("error", "")),
        ("ip:10.0.0.0/8", Field("address", (Network("10.0.0.0/8"),))),
        ("address:(10.0.0.0/8 ::1/128 AWS*)",
         Field("address", (Network("10.0.0.0/8"), Network("::1/128"), Glob("AWS*")))),
        ("sourceIPAddress:10.0.0.0/8", Field("address", (Network("10.0.0.0/8"),))),
        ("target:10.0.0.0/8", field("target", "10.0.0.0/8")),
        ("a.b.0:c", Path(("a", "b", "0"), (Exact("c"),))),
        ("requestparameters.bucketName:prod-*",
         Path(("requestParameters", "bucketName"), (Glob("prod-*"),))),
        ('requestParameters."rest.action\\"x":true',
         Path(("requestParameters", 'rest.action"x'), (Exact("true"),))),
        ("requestParameters.x-amz-acl:(a b)",
         Path(("requestParameters", "x-amz-acl"), (Exact("a"), Exact("b")))),
        ("a.b>100", Path(("a", "b"), (Compare(">", 100.0),))),
        ("a.b>=-1.5", Path(("a", "b"), (Compare(">=", -1.5),))),
        ("a.b:<=1e3", Path(("a", "b"), (Compare("<=", 1000.0),))),
        ("a.b:(<1 >5)", Path(("a", "b"), (Compare("<", 1.0), Compare(">", 5.0)))),
        ("apiVersion>5", Path(("apiVersion",), (Compare(">", 5.0),))),
        ("requestParameters:*", Path(("requestParameters",), (Present(),))),
        ("errorMessage:*limit*", Path(("errorMessage",), (Glob("*limit*"),))),
        ("service.x:y", Path(("service", "x"), (Exact("y"),))),
        ("is:denied", Is("denied")),
        ("is:Cross-Account", Is("cross-account")),
        ("is:(public shared)", Or((Is("public"), Is("shared")))),
        (ID, EventId(ID)),
        (f'"{ID}"', Word(ID)),
        (f"eventID:{ID}", EventId(ID)),
        (f'id:({ID} "{ID}")', Or((EventId(ID), EventId(ID)))),
        ("id:0Abc*", Path(("eventID",), (Glob("0Abc*"),))),
        ("text:word", Text("word")),
        ('text:"two words"', Text("two words")),
        ("text:(a b)", Or((Text("a"), Text("b")))),
        ("text:a*", Text("a*")),
        ("time:2026-01-31", Time(at("2026-01-31T00:00+00:00"), at("2026-02-01T00:00+00:00"))),
        ("time:14:00..15:30", Time(at("2026-01-31T14:00+00:00"), at("2026-01-31T15:30+00:00"))),
        ("time:2026-01-30T14:00..15:30",
         Time(at("2026-01-30T14:00+00:00"), at("2026-01-30T15:30+00:00"))),
        ('time:"2026-01-30 14:00 .. 15:30"',
         Time(at("2026-01-30T14:00+00:00"), at("2026-01-30T15:30+00:00"))),
        ("time:..2026-01-31", Time(None, at("2026-02-01T00:00+00:00"))),
        ("time:2026-01-31..", Time(at("2026-01-31T00:00+00:00"), None)),
        ("time:3h..1h", Time(at("2026-01-31T13:00+00:00"), at("2026-01-31T15:00+00:00"))),
        ("after:2h", Time(at("2026-01-31T14:00+00:00"), None)),
        ("before:2026-01-31T12:00", Time(None, at("2026-01-31T12:00+00:00"))),
        ("before:2026-01-31", Time(None, at("2026-01-31T00:00+00:00"))),
    ],
)  # fmt: skip
def test_trees(text: str, node: Node) -> None:
    # Tuples of different classes may be equal.
    assert repr(read(text)) == repr(node)


def test_a_word_with_wildcards_is_found_in_any_column() -> None:
    found = read("Get*Policy")
    assert isinstance(found, Or)
    assert Field("event", (Glob("*Get*Policy*"),)) in found.nodes
    assert {node.name for node in found.nodes if isinstance(node, Field)} == set(FIELDS.values())


def test_times_are_those_of_the_zone() -> None:
    assert read("time:12:00..13:00", ROME) == read("time:11:00..12:00")


@pytest.mark.parametrize(
    ("text", "place", "words"),
    [
        ("(a", "(", "has no )"),
        ("a b)", ")", "no ( before"),
        ("a ()", "()", "between ( and )"),
        ("service:(iam", "(", "has no )"),
        ("service:()", "()", "Expected a value"),
        ("service:(iam (x))", "(", "Expected a value"),
        ("service:(iam -sts)", "-sts", "before the field"),
        ("service:", "service:", "Expected a value"),
        ("service: iam", "service:", "Expected a value"),
        ("sevice:iam", "sevice", "did you mean service?"),
        ("evnetName:x", "evnetName", "did you mean eventName?"),
        ("s3:GetObject", "s3", "write event:s3:…"),
        ("xyzzy>5", "xyzzy", "has a dot in it"),
        ("is:denyed", "denyed", "did you mean denied?"),
        ("is:failed", "failed", "did you mean error?"),
        ("is:zzzzzz", "zzzzzz", "expected error, denied, routine, throttled, …"),
        ('a "b c', '"b c', "no second one"),
        ('"a"b', "b", "a space"),
        ("/ab", "/ab", "second one"),
        ("/var/log", "l", "a space"),
        ("a /x[/", "[/", "No regex"),
        ("/(a+)+/", "(a+)+/", "for ever"),
        ("/a{1,9999999999999}/", "a{1,9999999999999}/", "too large"),
        ("a or", "", "Expected a word"),
        ("or a", "or", "Expected a word"),
        ("and a", "and", "before and"),
        ("not", "", "Expected a word"),
        ("a - b", "-", "right behind the -"),
        ("ip:10.0.0/8", "10.0.0/8", "a network"),
        ("ip:10.0.0.0/33", "10.0.0.0/33", "a network"),
        ("service>5", ">", "Only numbers"),
        ("time>5", ">", "Write after:2h or after:"),
        ("eventTime<=2026-01-31", "<=", "Write before:2h or before:"),
        ("accessKeyId:AKIA", "accessKeyId", "did you mean key?"),
        ("userName:bob", "userName", "did you mean user?"),
        ("bucketname:logs", "bucketname", "did you mean target?"),
        ("id>5", ">", "Only numbers"),
        ("a.b>x", "x", "Expected a number"),
        ("a.b>", "a.b>", "Expected a number"),
        ("a.b:>nan", ">nan", "Expected a number"),
        ("time:2h", "2h", "write after:2h or before:2h"),
        ("time:soon", "soon", "is not a time"),
        ("time:15:00..14:00", "15:00..14:00", "ends before"),
        ("time:..", "..", "before or behind"),
        ("after:", "after:", "Expected a time, such as 2h"),
        ("time:", "time:", "Expected a time, such as 14:00..15:30 or 2026-01-31, behind :"),
        ("text:/x/", "/x/", "no regex"),
        ('text:""', '""', "words behind"),
        ("(" * 101 + "a" + ")" * 101, "(", "100 deep"),
        ("-" * 300 + "a", "-", "100 deep"),
        ("x" * 100_001, "x", "100000 characters"),
    ],
)
def test_errors_point_at_their_place(text: str, place: str, words: str) -> None:
    with pytest.raises(QueryError) as raised:
        read(text)
    error = raised.value
    assert words in error.message
    assert text[error.start : error.end] == place
    assert str(error) == error.message


NESTED = st.recursive(
    st.sampled_from(
        ["a", '"b c"', "/d/", "service:(iam sts)", "-e", "is:root", "a.b:>5", "ip:::/0"]
    ),
    lambda inner: st.tuples(inner, st.sampled_from([" ", " or ", " and ", ") ", " -("]), inner).map(
        "".join
    ),
)  # fmt: skip


@settings(max_examples=400, deadline=None)
@given(
    st.text(max_size=30)
    | st.text(alphabet='a1 :()"/\\-*?<>=.{}[]+|^$or\n', max_size=25)
    | NESTED
    | st.tuples(
        st.sampled_from([*FIELDS, *TOP_LEVEL, "time", "after", "is", "text", "id", "a.b"]),
        st.sampled_from([":", ">", "<="]),
        st.text(max_size=12),
    ).map("".join)
)
def test_nothing_but_its_own_error(text: str) -> None:
    try:
        needs_records(read(text))
        return
    except QueryError as error:
        found = error
    assert 0 <= found.start <= found.end <= len(text)
    assert found.message


@settings(max_examples=300)
@given(st.text(max_size=20) | st.text(alphabet='a"\\*?()/-<> or:.0', max_size=8))
def test_a_quoted_value_is_itself(value: str) -> None:
    for text in (f"target:{quoted(value)}", f"target:({quoted(value)})"):
        assert read(text) == field("target", value)
    assert repr(read(f"a.b:({quoted(value)} x)")) == repr(
        Path(("a", "b"), (Exact(value), Exact("x")))
    )


def test_plain_values_stay_without_quotes() -> None:
    for value in ("iam", "a-b", "s3:GetObject", "i-0abc", "arn:aws:iam::1:role/x", "élan"):
        assert quoted(value) == value
    assert quoted("10.0.0.0/8") == '"10.0.0.0/8"'


def test_the_nodes_that_need_records() -> None:
    tree = read("a (text:x or -b.c:1) -(b.c:1 b.c:/1/) service:x")
    assert needs_records(tree) == (
        Text("x"),
        Path(("b", "c"), (Exact("1"),)),
        Path(("b", "c"), (Regex("1"),)),
    )


def test_names() -> None:
    assert set(FACETS) <= set(FIELDS)
    assert set(IS) == set(FLAGS)
    assert {"error", "cross-account", "human", "moved", "undated"} <= set(IS)


# -- values


@pytest.mark.parametrize(
    ("pattern", "yes", "no"),
    [
        ("prod-*", ["PROD-", "prod-x"], ["xprod-1", "prod"]),
        ("*-prod", ["a-prod", "-prod"], ["prod", "a-prod-"]),
        ("a*b*c", ["abc", "aXbXc", "abbcc"], ["ac", "acb"]),
        ("a?c", ["abc", "a\nc"], ["ac", "abbc"]),
        ("ab*ba", ["abba", "abXba"], ["aba"]),
        ("a*?", ["ab", "abc"], ["a"]),
        (r"a\*", ["a*"], ["ab"]),
        ("straße", ["STRASSE"], ["strase"]),
    ],
)
def test_globs(pattern: str, yes: list[str], no: list[str]) -> None:
    assert all(glob_matches(pattern, text) for text in yes)
    assert not any(glob_matches(pattern, text) for text in no)


def test_a_glob_of_many_asterisks_takes_no_time() -> None:
    assert not glob_matches("*a" * 200 + "b", "a" * 4000)


def test_wildcards_are_told_from_themselves() -> None:
    assert has_wildcard("a*")
    assert not has_wildcard(r"a\*\?\\")


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("192.0.2.7", Address(4, 0xC0000207)),
        ("075.050.255.067", Address(4, 0x4B32FF43)),
        ("::1", Address(6, 1)),
        ("::ffff:192.0.2.7", Address(4, 0xC0000207)),
        ("256.1.1.1", None),
        ("1.2.3", None),
        ("s3.amazonaws.com", None),
        ("AWS Internal", None),
        ("a:b", None),
        ("::1\0", None),
        ("::\ud800", None),
        ("", None),
    ],
)
def test_addresses(text: str, address: Address | None) -> None:
    assert address_of(text) == address


def test_networks() -> None:
    assert in_network("75.0.0.0/8", "075.050.255.067")
    assert in_network("10.1.2.3/8", "10.9.9.9")
    assert not in_network("10.0.0.0/8", "11.0.0.0")
    assert in_network("2001:db8::/32", "2001:DB8:ffff::1")
    assert not in_network("::/0", "10.0.0.1")
    assert in_network("::ffff:10.0.0.0/104", "10.9.9.9")
    for text in ("10.0.0.0", "10.0.0.0/", "10.0.0.0/x", "10.0.0.0/²", "x/8", "::ffff:1.2.3.4/9"):
        assert span_of(text) is None
        assert not in_network(text, "10.0.0.1")
    assert plain_address("075.050.255.067") == "75.50.255.67"
    assert plain_address("75.50.255.67") == plain_address("999.01.1.1") == ""


# -- regexes


@pytest.mark.parametrize(
    "pattern", ["(a*)*", "(a+)+b", "(?:(a|b)*)+", "((x+)y*)*", "(.*)*", "(a{2,})*"]
)
def test_repeated_repetitions_are_refused(pattern: str) -> None:
    with pytest.raises(RegexError, match="for ever"):
        compiled(pattern)


@pytest.mark.parametrize(
    "pattern", ["(", "[z-a]", "a" * 2000, "(" * 500 + ")" * 500, "a**", r"\8", "(?<n"]
)
def test_bad_regexes_have_an_error_of_their_own(pattern: str) -> None:
    with pytest.raises(RegexError) as raised:
        compiled(pattern)
    assert 0 <= raised.value.position <= len(pattern)


@given(st.text(alphabet="ab(|)*+?{1,}[^-]\\d.$(?:", max_size=15))
def test_any_regex_is_compiled_or_refused(pattern: str) -> None:
    try:
        found = compiled(pattern).regex.pattern
    except RegexError as error:
        found = pattern if 0 <= error.position <= len(pattern) else str(error)
    assert found == pattern


def test_a_slow_regex_is_stopped() -> None:
    slow = compiled(r"(.|\w)*$x").regex
    with pytest.raises(TooSlow), limited(0.05):
        slow.search("a" * 60)
    with limited(5):
        assert math.isfinite(1)
