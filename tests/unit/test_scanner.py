"""What the compiled reader takes, it tells as the plain one does; whatever else is no fit."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.made import delivery, raw, raws, record, write
from tests.unit.scanned import Pair, Writer
from tests.unit.test_target_fast import CALLS, FIELDS, SOURCES, values
from tui.ingest.content.salvage import MAX_RECORD
from tui.ingest.jobs import Part, ReadDone, ReadJob
from tui.ingest.processes import worker
from tui.ingest.results import details_of
from tui.ingest.scanning import entries, scanner
from tui.sources.base import Window
from tui.sources.readers import read_bytes

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Call = Callable[..., int]

TYPES = (None, "", "AwsApiCall", "AwsApiCall", "AwsServiceEvent", "AwsConsoleSignIn")
ROLE = "arn:aws:iam::111122223333:role/x"
THEIRS = "arn:aws:iam::444455556666:role/x"
REFUSED = f"User: a is not authorized to perform: x on resource: {ROLE}"
ELSEWHERE = f"User: a is not authorized to perform: sts:AssumeRole on resource: {THEIRS}"
USUAL: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("ssm", "GetParameter", ("name", "withDecryption")),
    ("ec2", "DescribeInstanceAttribute", ("instanceId", "attribute")),
    ("sts", "AssumeRole", ("roleArn", "roleSessionName")),
    ("sts", "AssumeRole", ("roleArn", "roleSessionName")),
    ("sts", "AssumeRoleWithSAML", ("roleArn", "principalArn")),
    ("s3", "PutObject", ("bucketName", "key", "x-amz-acl")),
    ("s3", "GetObject", ("bucketName", "key")),
    ("s3", "GetObject", ("bucketName", "key")),
    ("sts", "GetCallerIdentity", ()),
    ("iam", "GetUser", ("userName",)),
    ("kms", "Decrypt", ("keyId", "encryptionContext")),
    ("kms", "ListKeys", ("encryptionContext", "limit")),
    ("ec2", "DescribeInstances", ("instancesSet", "filterSet", "nextToken")),
    ("logs", "DescribeLogStreams", ("logGroupName", "logStreamNamePrefix")),
    ("iam", "CreateAccessKey", ("userName",)),
    ("lambda", "GetFunction20150331v2", ("functionName",)),
)
"""Calls, and the parameters that they have."""
PIECES = rb"""{ } [ ] " , : \ \u \u00 \ud800 \u0041 null tru false -0 01 1e5 1e999 0. ,"a":1 ,"a":{}
"eventName":"x", "eventName":null, "responseElements":{}, "readOnly":1, "requestParameters":{"a":1},
""".split()
PIECES += [b"", b"\0", b"\n", b"\x1f", b"\x7f", "é".encode()]
"""What damage may put into a file."""


def _nested(text: str, kinds: list[bool]) -> Any:
    value: Any = text
    for kind in kinds:
        value = {"id": value} if kind else [value]
    return value


texts = st.sampled_from(
    ["a", "b", "", " ", "é", "x" * 210, "****", "{}", ROLE, THEIRS, "i-1", '"q\\"', "\t", "😀"]
)
inner = st.dictionaries(st.sampled_from(["SecretARN", "aws:ebs:id", "a.b", "", "prefix"]), texts)
plain_texts = st.sampled_from(["a", "b", "i-1", ROLE, THEIRS])
plain_values = plain_texts | st.builds(lambda text: {"items": [{"instanceId": text}]}, texts)
nested = st.builds(_nested, texts, st.lists(st.booleans(), max_size=7))
FILTERS = {"items": [{"name": "vpc-id", "valueSet": {"items": [{"value": "v"}]}}]}
SPECIAL = {
    "x-amz-acl": st.sampled_from(["private", "private", "public-read", "", 1, None]),
    "encryptionContext": inner | inner | values,
    "filterSet": st.sampled_from([{}, {"items": []}, FILTERS]),
    "attribute": st.sampled_from(["userData", "x"]),
    "withDecryption": st.sampled_from([True, False, "true"]),
}
odd_parameters = st.dictionaries(
    st.sampled_from([*FIELDS, "key", "name", "instancesSet", "nextToken", "withDecryption", ""]),
    plain_values | values | nested,
    max_size=4,
)


def _usual(call: tuple[str, str, tuple[str, ...]]) -> st.SearchStrategy[tuple[str, str, Any]]:
    source, name, fields = call
    told = {
        field: SPECIAL.get(field, plain_texts | plain_texts | texts | plain_values | nested)
        for field in fields
    }
    whole = st.fixed_dictionaries(told)
    params = whole | whole | st.fixed_dictionaries({}, optional=told)
    return st.tuples(st.just(source), st.just(name), params | st.none())


usual = st.sampled_from(USUAL).flatmap(_usual)
calls = (
    usual
    | usual
    | usual
    | st.tuples(
        st.sampled_from(SOURCES), st.sampled_from(CALLS), st.none() | odd_parameters | st.just("x")
    )
)
handed = st.sampled_from(["ASIA1", "", "A" * 128, "A" * 129, "é" * 100, None])
answers = st.sampled_from([None, None, None, {}, "x", {"omitted": True}, {"omitted": None}])
answers |= st.builds(lambda key: {"credentials": {"accessKeyId": key}}, handed)
answers |= st.builds(lambda key: {"accessKey": {"accessKeyId": key}, "credentials": None}, handed)
contexts = st.fixed_dictionaries(
    {},
    optional={
        "sessionIssuer": st.sampled_from([None, {}, {"userName": "r"}, {"userName": None}]),
        "attributes": st.sampled_from(
            [{"mfaAuthenticated": mfa} for mfa in ("true", "false", True, False, "", None)]
        ),
        "sourceIdentity": texts | st.none(),
        "webIdFederationData": values,
    },
)
identities = st.none() | st.fixed_dictionaries(
    {},
    optional={
        "type": st.sampled_from(["IAMUser", "AssumedRole", "Root", "AWSService", "", None]),
        "arn": st.sampled_from([ROLE, "arn:aws:sts::444455556666:assumed-role/r/s", "", None]),
        "principalId": texts | st.none(),
        "accountId": st.sampled_from(["111122223333", "444455556666", "", None]),
        "accessKeyId": texts | st.none(),
        "userName": texts | st.none(),
        "invokedBy": st.sampled_from(["ec2.amazonaws.com", "AWS Internal", "", None]),
        "identityProvider": texts,
        "sessionContext": contexts | st.none(),
        "onBehalfOf": st.sampled_from([None, {}, {"userId": "u"}, {"userId": None, "x": [1]}]),
    },
)
TIMES = ("2024-02-29T23:59:59Z", "2023-02-29T00:00:00Z", "1999-01-01T00:00:00Z", "", "now")
TIMES += ("2026-12-31T12:00:00+01:00", "2100-03-01T00:00:00Z", "2026-13-01T00:00:00Z", None)
IDS = (
    "ABCDEF01-2345-4789-abcd-ef0123456789",
    "00000000-0000-0000-0000-000000000000",
    "",
    "x",
    None,
)
IDS += ("g0000000-0000-0000-0000-000000000000", "é", "000000000000000000000000000000000000")
calm = {
    "eventTime": st.sampled_from(TIMES),
    "eventID": st.sampled_from(IDS),
    "eventType": st.sampled_from([None, "", "AwsApiCall"]),
    "resources": st.sampled_from([None, [], [{"ARN": ROLE}]]),
    "readOnly": st.sampled_from([None, True, False]),
    "sessionCredentialFromConsole": st.sampled_from([None, True, "true", "True", False, ""]),
    "userIdentity": identities,
    "recipientAccountId": st.sampled_from([None, "", "444455556666"]),
    "sourceIPAddress": texts | st.none(),
    "userAgent": texts | st.none(),
    "eventCategory": texts | st.none(),
    "awsRegion": texts | st.none(),
    "tlsDetails": values,
}
wild = {
    "eventType": st.sampled_from(TYPES),
    "errorCode": st.sampled_from([None, "", "AccessDenied", "Client.X"]),
    "errorMessage": st.sampled_from([None, "", "no", REFUSED, ELSEWHERE]),
    "responseElements": answers,
    "additionalEventData": st.sampled_from([None, {}, "x", {"omitted": 1}, {"a": "Yes"}]),
    "serviceEventDetails": st.sampled_from([None, None, None, "x", {"a": 1}]),
    "resources": st.sampled_from([None, [], {}, "", [{"ARN": ROLE}], [[]]]),
    "@timestamp": st.none(),
}
answered = {"responseElements": answers}
events = st.fixed_dictionaries({}, optional=calm) | st.fixed_dictionaries({}, optional=answered)
events |= st.fixed_dictionaries({}, optional={**calm, **wild})
made = st.builds(
    lambda call, fields: {
        **record(7),
        "eventSource": f"{call[0]}.amazonaws.com",
        "eventName": call[1],
        "requestParameters": call[2],
        **fields,
    },
    calls,
    events,
)
files = st.lists(st.lists(made, max_size=5), min_size=1, max_size=4)


def _written(records: list[dict[str, Any]], seed: int, oddness: float = 0.0) -> bytes:
    return Writer(seed, oddness=oddness).write({"Records": records}).encode()


@settings(max_examples=250)
@given(files, st.integers(0, 99), st.booleans())
def test_both_readers_say_the_same(
    compiled: Call, groups: list[list[dict[str, Any]]], seed: int, rich: bool
) -> None:
    contents = [_written(records, seed) for records in groups]
    pair = Pair(compiled)
    for some in (contents[:1], contents[:1], contents, contents):  # it uses what it has learned
        pair.agree(some, details_of if rich else None)


@settings(max_examples=150)
@given(files, st.integers())
def test_whatever_is_written_otherwise_means_the_same_or_does_not_fit(
    compiled: Call, groups: list[list[dict[str, Any]]], seed: int
) -> None:
    contents = [_written(records, seed + n, 0.01) for n, records in enumerate(groups)]
    pair = Pair(compiled)
    for _ in range(4):
        pair.agree([content for content in contents if _is_for_it(content)] or [b'{"Records":[]}'])


def _is_for_it(content: bytes) -> bool:
    """Does a worker give the compiled reader such a content?"""
    return worker._is_delivered(worker.Content(content))


def test_tables_grow_and_begin_anew(compiled: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(entries, "_FIRST_ENTRIES", 1)
    monkeypatch.setattr(entries, "_FIRST_BYTES", 64)
    monkeypatch.setattr(entries, "_FIRST_SLOTS", 2)
    monkeypatch.setattr(scanner, "_FIRST_ROWS", 1)
    monkeypatch.setattr(scanner, "_FIRST_BUFFER", 1)
    monkeypatch.setattr(entries, "_MOST_ENTRIES", 3000)
    pair = Pair(compiled)
    for number in range(12):
        group = [
            delivery(
                raw(one + number * 90, userAgent=f"agent {one % 7} {'x' * 900 * (one % 9)}")
                for one in range(90 * file, 90 * file + 200)
            )
            for file in range(3)
        ]
        assert pair.agree(group) == [200, 200, 200]
    assert len(pair.scanner._entries.offsets) >= 2048
    monkeypatch.setattr(entries, "_MOST_BYTES", 10)
    old = pair.scanner._entries
    assert pair.agree(group) == [200, 200, 200]
    assert pair.agree(group[::-1]) == [200, 200, 200]
    assert pair.scanner._entries is not old


@settings(max_examples=30)
@given(files, st.integers(0, 99))
def test_the_smallest_tables_say_the_same(
    compiled: Call, groups: list[list[dict[str, Any]]], seed: int
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(entries, "_FIRST_ENTRIES", 1)
        patch.setattr(entries, "_FIRST_BYTES", 64)
        patch.setattr(entries, "_FIRST_SLOTS", 2)
        patch.setattr(scanner, "_FIRST_ROWS", 1)
        pair = Pair(compiled)
        for _ in range(3):
            pair.agree([_written(records, seed) for records in groups])


@given(st.sampled_from(range(60)), st.data())
def test_damage_is_no_fit_or_the_same(compiled: Call, seed: int, data: st.DataObject) -> None:
    rng = random.Random(seed)
    chosen = [(name, fields) for _, name, fields in USUAL]
    records = [
        record(one, eventName=name, requestParameters=dict.fromkeys(fields, "a"), tls={"a": [1.5]})
        for one, (name, fields) in enumerate(rng.sample(chosen, 3))
    ]
    content = bytearray(_written(records, seed, rng.choice([0, 0.02])))
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(content)))
        new = data.draw(st.sampled_from(PIECES) | st.binary(max_size=2))
        content[at : at + data.draw(st.sampled_from([0, 0, 1, 2, 50, 9999]))] = new
    pair = Pair(compiled)
    whole = delivery(raws(2))
    if _is_for_it(bytes(content)):
        for _ in range(3):  # the others in the group are none the worse
            assert pair.agree([whole, bytes(content), whole])[::2] == [2, 2]


@pytest.mark.parametrize(
    ("content", "fits"),
    [
        (b'{"Records":[]}', True),
        (b'{ "Records" : [ ] }\r\n\t ', True),
        (b'{"Records":[]}\0', False),
        (b'{"Records":[]}}', False),
        (b'{"Records":[]}{}', False),
        (b'{"Records":[],"a":1}', False),
        (b'{"a":1,"Records":[]}', False),
        (b'{"Records":[],"Records":[]}', False),
        (b'{"records":[]}', False),
        (b'{"Records":null}', False),
        (b'{"Records":[{}]}', False),
        (b'{"Records":[null]}', False),
        (b'{"Records":[{"eventName":null}]}', False),
        (b'{"Records":[{"eventName":""}]}', True),
        (b'{"Records":[{"eventName":"x"},]}', False),
        (b'{"Records":[{"eventName":"x",}]}', False),
        (b'{"Records":[{"eventName":"x","eventName":"y"}]}', False),
        (b'{"Records":[{"event\\u004eame":"x"}]}', False),
        (b'{"Records":[{"eventName":"x","a":1,"a":2}]}', True),
        (b'{"Records":[{"eventName":"x","a":01}]}', False),
        (b'{"Records":[{"eventName":"x","a":-0.0e-0}]}', True),
        (b'{"Records":[{"eventName":"x","a":"\\ud83d\\ude00"}]}', False),
        (b'{"Records":[{"eventName":"x","a":"\t"}]}', False),
        (b'{"Records":[{"eventName":"x","a":"\\q"}]}', False),
        (b'{"Records":[{"eventName":"x","readOnly":"true"}]}', False),
        (b'{"Records":[{"eventName":"x","userIdentity":"x"}]}', False),
        (b'{"Records":[{"eventName":"x","@timestamp":"2026"}]}', False),
        (b'{"Records":[{"eventName":"x","a":' + b"[" * 499 + b"]" * 499 + b"}]}", True),
        (b'{"Records":[{"eventName":"x","a":' + b"[" * 501 + b"]" * 501 + b"}]}", False),
        (b'{"Records":[{"eventName":"x","a":' + b"[" * 100_000, False),
        (b'{"Records":[{"eventName":"' + b"x" * 32_700 + b'"}]}', True),
        (b'{"Records":[{"eventName":"' + b"x" * 40_000 + b'"}]}', False),
        (b'{"Records":[{"eventName":"x","userAgent":"' + b"x" * 65_472 + b'"}]}', True),
        (b'{"Records":[{"eventName":"x","userAgent":"' + b"x" * 65_473 + b'"}]}', False),
        (b'{"Records":[{"eventName":"x","' + b"k" * 700_000 + b'":1}]}', True),
    ],
    ids=lambda value: str(value)[:60],
)
def test_what_fits(compiled: Call, content: bytes, fits: bool) -> None:
    pair = Pair(compiled)
    for _ in range(3):
        assert (pair.agree([content])[0] >= 0) == fits


ARN = "arn:aws:{}:eu-west-1:111122223333:{}"
services = st.sampled_from(["iam", "ssm", "logs", "secretsmanager", "secrets", "s3", "", "ssmx"])
resources = st.sampled_from(
    ["role/x", "secret:a-AbCdEf", "parameter/a", "parameter/a/b", "log-group:/x:*", "", ":", "b/k"]
)
arns = st.builds(ARN.format, services, resources)
shapes = st.sampled_from(
    ["a", "arn", "arn:", "arn:aws:iam::1:", "h", "http://x/1/queue", "here", "HIDDEN", "****", "{}"]
)
named = (
    arns
    | shapes
    | st.text(max_size=12)
    | st.text(st.sampled_from(':/ar n"\\é\0{[*%'), max_size=9)
    | st.builds(lambda text, count: text * count, arns | shapes, st.integers(0, 230))
    | st.builds(lambda text, end: text + end, arns, st.sampled_from([" ", "\x7f", "é", "\\", "\n"]))
)


@settings(max_examples=300)
@given(st.lists(named, min_size=1, max_size=30))
def test_names_and_texts_of_every_kind(compiled: Call, names: list[str]) -> None:
    pair = Pair(compiled)
    content = delivery(
        raw(
            number,
            eventSource="kms.amazonaws.com",
            eventName="Decrypt",
            userAgent=name,
            awsRegion=name,
            userIdentity={"type": "AssumedRole", "arn": name, "accessKeyId": name},
            requestParameters={"keyId": name},
        )
        for number, name in enumerate(names)
    )
    for _ in range(3):  # the place of a target is learned first
        pair.agree([content])


def test_only_uuids_are_taken_for_uuids(compiled: Call) -> None:
    whole = "89abcdef-0123-4567-89AB-CDEF01234567"
    letters = [chr(code) for code in range(32, 128)] + ["\x80", "é", "\u0667", "\uff41"]
    ids = [
        whole[:place] + letter + whole[place + 1 :]
        for place in range(len(whole))
        for letter in letters
    ]
    pair = Pair(compiled)
    content = delivery(raw(number, eventID=one) for number, one in enumerate(ids))
    assert pair.agree([content]) == [len(ids)]


def test_what_came_next_is_no_promise(compiled: Call) -> None:
    fields = list(record(1, userIdentity={"type": "Root", "arn": ROLE, "accountId": "1" * 12}))
    pair = Pair(compiled)
    for seed in range(60):
        order = random.Random(seed)
        groups = []
        for number in range(20):
            whole = record(number, userAgent=f"a{number}", eventVersion="1.09", requestID="r")
            some = order.sample(fields, order.randrange(len(fields)))
            picked = {name: whole[name] for name in some if name in whole}
            groups.append({"eventName": "x", **picked, "requestParameters": {"eventID": "y"}})
        assert pair.agree([_written(groups, seed)]) == [20]


def test_no_end_of_parameters(compiled: Call) -> None:
    pair = Pair(compiled)
    for count in (98, 99, 100, 101, 102, 50_000):
        params = {f"p{number}": "v" for number in range(count)} | {"instanceId": "i-1"}
        inner = {f"p{number}": "v" for number in range(count)} | {"SecretARN": "s"}
        ec2 = {"eventSource": "ec2.amazonaws.com", "eventName": "StopInstances"}
        kms = {"eventSource": "kms.amazonaws.com", "eventName": "Decrypt"}
        content = delivery(
            [
                raw(1, **ec2, requestParameters=params),
                raw(2, **kms, requestParameters={"encryptionContext": inner}),
            ]
        )
        for _ in range(3):
            assert pair.agree([content]) == [2]


def test_a_record_that_is_too_large_to_show_is_left_to_the_other_readers(compiled: Call) -> None:
    fits = delivery([raw(number, note="x" * (9 << 20)) for number in range(2)])
    huge = delivery([raw(0), raw(1, note="x" * MAX_RECORD)])
    pair = Pair(compiled)
    assert pair.agree([fits]) == [2]
    assert pair.scanner.take(huge, 1) == -1
    assert not pair.scanner.finish()
    assert pair.agree([delivery(raws(3))]) == [3]
    assert len(pair.scanner._buffer) < len(fits)  # nobody keeps so much


def test_a_large_file_is_read_by_it_and_by_itself(
    compiled: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    groups: list[list[int]] = [[]]
    take, finish = scanner.Scanner.take, scanner.Scanner.finish

    def seen(self: scanner.Scanner, content: bytes, number: int) -> int:
        groups[-1].append(len(content))
        return take(self, content, number)

    def finished(self: scanner.Scanner, *others: Any) -> list[scanner.Waiting]:
        groups.append([])
        return finish(self, *others)

    monkeypatch.setattr(scanner.Scanner, "take", seen)
    monkeypatch.setattr(scanner.Scanner, "finish", finished)
    sizes = [1, 1, 12_000, 1]
    for number, count in enumerate(sizes):
        records = [raw(50_000 * number + each, note="é" * 400) for each in range(count)]
        write(tmp_path / f"{number}.json", delivery(records))
    parts = [Part(number, str(tmp_path / f"{number}.json")) for number in range(len(sizes))]
    reader = worker.Worker(lambda *where: read_bytes(*where, spool_fd=None))
    done = reader.do(ReadJob(parts, Window(), rich=True, compiled=True))
    assert isinstance(done, ReadDone)
    assert [result.found for result in done.results] == sizes
    assert [len(group) for group in groups] == [2, 1, 1, 0]
    assert groups[1][0] > worker._GROUP


@pytest.mark.parametrize(
    ("fields", "note"),
    [
        ({"requestParameters": {"roleArn": THEIRS}}, "→ ASIA1 in 444455556666"),
        ({"requestParameters": {"roleArn": ROLE}}, "→ ASIA1"),
        ({"requestParameters": {"roleArn": THEIRS, "tags": [1]}}, "→ ASIA1 in 444455556666"),
        ({"requestParameters": {"roleArn": [THEIRS, ROLE]}}, "→ ASIA1 in 444455556666"),
        ({"requestParameters": {"principalArn": THEIRS}}, "→ ASIA1"),
        ({"recipientAccountId": "444455556666"}, "→ ASIA1"),
        ({"recipientAccountId": None}, "→ ASIA1"),
        ({"responseElements": None, "errorCode": "ValidationError"}, "in 444455556666"),
        (
            {
                "requestParameters": None,
                "responseElements": None,
                "errorCode": "AccessDenied",
                "errorMessage": ELSEWHERE,
            },
            "in 444455556666",
        ),
    ],
)
def test_an_account_that_is_entered_stands_in_the_note(
    compiled: Call, fields: dict[str, Any], note: str
) -> None:
    answer = {"credentials": {"accessKeyId": "ASIA1"}}
    whole = {"requestParameters": {"roleArn": THEIRS}, "responseElements": answer, **fields}
    content = delivery([raw(1, **ASSUMED, **whole), raw(2, **ASSUMED, **whole)])
    pair = Pair(compiled)
    for _ in range(3):
        assert pair.agree([content], details_of) == [2]
        assert {row[3]["note"] for row in pair.seen} == {note}


ASSUMED = {"eventSource": "sts.amazonaws.com", "eventName": "AssumeRole"}


@pytest.mark.parametrize(
    "fields",
    [
        {"requestParameters": {"bucketName": _nested("b", [False] * depth), "key": "k"}}
        for depth in range(8)
    ]
    + [{"requestParameters": {"bucketName": _nested("b", [True] * depth)}} for depth in range(8)]
    + [
        {
            **ASSUMED,
            "requestParameters": {"roleArn": ROLE} if named else {"roleArn": ROLE, "tags": [1]},
            "responseElements": {"credentials": {"accessKeyId": key}},
        }
        for key in ("é" * 100, "é" * 128, "é" * 129, "A" * 128, "A" * 129, '"' * 64, '"' * 65, "")
        for named in (True, False)
    ],
)
def test_limits(compiled: Call, fields: dict[str, Any]) -> None:
    pair = Pair(compiled)
    for _ in range(4):
        assert pair.agree([delivery([raw(1, **fields)])]) == [1]
