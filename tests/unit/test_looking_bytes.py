"""The cheap tests miss nothing that the exact one finds, however it is written."""

from __future__ import annotations

import base64
import json
import sys
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tui.core.matching.looking import holds, text_of, texts, values_at
from tui.core.matching.looking_bytes import FOLDING, Hay, Probe
from tui.core.query.nodes import Exact, Glob, Path, Present, Regex, Text
from tui.core.query.values import escaped, fold
from tui.ingest.scanning import compiling
from tui.ingest.search_objects import whole_record

if TYPE_CHECKING:
    from collections.abc import Callable

    from tui.core.query.nodes import Value

FINDS = (None, compiling.finder())
"""Without the compiled search, and with it where it is to be had."""

WORDS = (
    "alpha",
    "Key-9",
    "e9abc",
    "n1",
    "a/b",
    "100%41x",
    'say "no"',
    "c:\\u0041",
    "1e5",
    "Straße",
)
LETTERS = 'aAkKsSu04%\\/"+ é\u212a\u017fßﬁ日😀\t'

words = st.sampled_from(WORDS) | st.text(LETTERS, max_size=6)
numbers = st.integers(-10, 1 << 80) | st.floats(allow_nan=False, allow_infinity=False)
leaves = words | numbers | st.booleans() | st.none()


def escape_some(text: str, pick: Callable[[], int]) -> str:
    """JSON text in which some letters are escaped that need not be."""
    return "".join(
        f"\\u{ord(c):04{'xX'[pick() % 2]}}"
        if c.isalnum() and ord(c) < 1 << 16 and pick() < 2
        else c
        for c in text
    )


@st.composite
def writings(draw: st.DrawFn, value: Any) -> str:
    """One of the ways in which JSON may be written."""
    text = json.dumps(value, ensure_ascii=draw(st.booleans()))
    if draw(st.booleans()):
        text = text.replace("/", "\\/")
    if draw(st.booleans()):
        strings = json.dumps  # only what lies in strings may be escaped, so they are written anew

        def write(value: Any) -> str:
            if isinstance(value, dict):
                pairs = [f"{write(key)}: {write(child)}" for key, child in value.items()]
                return "{" + ", ".join(pairs) + "}"
            if isinstance(value, list):
                return "[" + ",\n".join(map(write, value)) + "]"
            if not isinstance(value, str):
                return strings(value)
            marks = [strings(letter)[1:-1] for letter in value]
            pick = draw(st.lists(st.integers(0, 5), min_size=1, max_size=4))
            chosen = iter(range(sys.maxsize))
            return (
                '"'
                + "".join(
                    escape_some(mark, lambda: pick[next(chosen) % len(pick)])
                    if len(mark) == 1
                    else mark
                    for mark in marks
                )
                + '"'
            )

        text = write(value)
    return text


@st.composite
def packed(draw: st.DrawFn, inner: st.SearchStrategy[Any]) -> str:
    """A string that holds JSON, in some encoding."""
    text = draw(writings(draw(inner)))
    for _ in range(draw(st.integers(0, 2))):
        how = draw(st.integers(0, 3))
        if how == 0:
            text = quote(text, safe="")
        elif how == 1:
            text = "".join(f"%{byte:02x}" for byte in text.encode("utf-8", "surrogatepass"))
        elif how == 2:
            text = base64.b64encode(text.encode("utf-8", "surrogatepass")).decode()
        else:
            text = json.dumps(text)
    return text


names = st.sampled_from(["name", "Name", "key.9", "naïve", "a/b", "3"])
values = st.recursive(
    leaves | words.map(quote),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(names, inner, max_size=3)
        | packed(st.lists(inner, max_size=2) | st.dictionaries(names, inner, max_size=2))
    ),
    max_leaves=6,
)
records = st.dictionaries(names, values, min_size=1, max_size=3)


def loaded(raw: bytes) -> Any:
    return whole_record(raw)


def check(node: Path | Text, raw: bytes) -> bool:
    """Whether it holds; the cheap test must have said so, whatever lies around the record."""
    record = loaded(raw)
    held = holds(node, record)
    probe = Probe(node)
    many = b'{"Records":[{"other":"record"},' + raw + b"]}"
    if held:
        for find in FINDS:
            assert probe.may_hold(Hay(raw, find))
            assert probe.may_hold(Hay(many, find))
    if probe.surely_holds(raw.lower()):
        assert held
    return held


@settings(deadline=None, max_examples=300)
@given(st.data())
def test_no_text_is_missed(data: st.DataObject) -> None:
    raw = data.draw(records.flatmap(writings)).encode("utf-8", "surrogatepass")
    every = [text for text in texts(loaded(raw)) if text]
    if not every:
        return
    text = data.draw(st.sampled_from(every))
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    part = text[start:end]
    wanted = data.draw(st.sampled_from([part, part.upper(), part.lower(), fold(part)]))
    held = check(Text(wanted), raw)
    assert held or fold(wanted) != fold(part) or fold(wanted) not in fold(text)


@settings(deadline=None, max_examples=300)
@given(st.data())
def test_no_path_is_missed(data: st.DataObject) -> None:
    raw = data.draw(records.flatmap(writings)).encode("utf-8", "surrogatepass")
    record = loaded(raw)
    keys = tuple(data.draw(st.lists(names, min_size=1, max_size=3)))
    found = [text for value in values_at(record, keys) if (text := text_of(value)) is not None]
    text = data.draw(st.sampled_from(found) if found else words)
    choices: list[Value] = [
        Exact(text.upper()), Exact(text), Glob(escaped(text[:3]) + "*"), Present(), Regex("a"),
    ]  # fmt: skip
    value = data.draw(st.sampled_from(choices))
    held = check(Path(keys, (value,)), raw)
    if found and value == Exact(text):
        assert held


@settings(deadline=None, max_examples=200)
@given(st.text(LETTERS + "tfnrl", min_size=1, max_size=3), records.flatmap(writings))
@example("1000.0", '{"name": 1e3}')
@example("1e+22", '{"name": "{\\"a\\":\\n10000000000000000000000.0}"}')
@example("u00e9", '{"name": "\\\\u00e9"}')
@example("e9abc", '{"name": "\\u00e9abc"}')
@example("k", '{"name": "\\u212a"}')
@example("ss", '{"name": "%C3%9F"}')
@example("alpha", '{"name": "%2561lpha"}')
@example("41x", '{"name": "100%41\\u0078"}')
@example("true", '{"name": true}')
@example("n", '{"name": null}')
def test_any_text_in_any_record(wanted: str, written: str) -> None:
    raw = written.encode("utf-8", "surrogatepass")
    check(Text(wanted), raw)


def test_all_letters_that_become_ascii_are_known() -> None:
    found = [
        letter
        for letter in map(chr, range(128, sys.maxunicode + 1))
        if any(part.isascii() for part in fold(letter))
    ]
    assert "".join(found) == FOLDING


@pytest.mark.parametrize(
    ("written", "wanted"),
    [
        ('{"a": "nothing of it"}', "rare-word"),
        ('{"a": "\\u003crare\\u003e word %20 %3A \\n"}', "rare-word"),
        ('{"a": "{\\"b\\": [1, \\"rareword\\"]}"}', "rare-word"),
        ('{"a": "gr\\u00fcn grün"}', "rare-word"),
        ('{"a": "ascii"}', "日本"),
        ('{"a": 10000, "b": 1.5}', "1000.0"),
    ],
)
def test_what_is_not_there_costs_nothing(written: str, wanted: str) -> None:
    raw = written.encode()
    assert not Probe(Text(wanted)).may_hold(Hay(raw))


def test_a_path_asks_for_its_value_and_its_last_key() -> None:
    raw = b'{"requestParameters": {"bucketName": "prod-logs"}}'
    keys = ("requestParameters", "bucketName")

    def may(keys: tuple[str, ...], values: tuple[Value, ...]) -> bool:
        return Probe(Path(keys, values)).may_hold(Hay(raw))

    assert may(keys, (Exact("PROD-logs"),))
    assert may(keys, (Exact("other"), Glob("prod-*")))
    assert not may(keys, (Exact("other"),))
    assert not may(("requestParameters", "key"), (Exact("prod-logs"),))
    assert may(keys, (Present(),))
    assert may(("requestParameters", "bucketName", "0"), (Regex("x"),))
    within = base64.b64encode(b'{"key": "other"}')
    raw = b'{"requestParameters": {"bucketName": "' + within + b'"}}'
    assert may(("requestParameters", "bucketName", "key"), (Exact("other"),))


def test_a_word_in_a_string_is_sure_without_decoding() -> None:
    def sure(wanted: str, raw: bytes) -> bool:
        return Probe(Text(wanted)).surely_holds(raw.lower())

    assert sure("Backup", b'{"name": "the-BACKUP-plan"}')
    assert sure("name", b'{"name": 1}')
    assert not sure("nbackup", b'{"name": "a\\nbackup"}')
    assert not sure("als", b'{"name": false}')
    assert not sure("12", b'{"name": 12}')
    assert not sure("me: 1", b'{"name: 1": 12}')


texts_in = st.text("abAB19-/%\\u0ü\u212a\n", max_size=90)


@settings(deadline=None, max_examples=400)
@given(texts_in, texts_in.map(str.lower), st.integers(0, 70))
def test_the_compiled_search_says_what_stands_there(
    compiled: Callable[..., int], around: str, wanted: str, before: int
) -> None:
    find = compiling.finder()
    assert find is not None, "the compiled reader is there, and does not search"
    data = ("x" * before + around).encode()
    text = "".join(c for c in wanted if c.isascii())[:12].encode()
    found = find(data, text, bytes(256))
    if found is not None:
        assert found == (text in data.lower())
    else:
        assert not text or text not in data.lower()
