"""What is said of a regex at a glance is what `re` finds, over ASCII and over anything else."""

from __future__ import annotations

import re

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tui.core.index.columns import Dictionary
from tui.core.matching.byte_search import Run
from tui.core.matching.texts import searchable
from tui.core.query.regex import RegexError, compiled
from tui.core.query.regex_shapes import shapes

ATOMS = (
    *("a", "b", "B", "-", ".", r"\d", r"\w", r"\s", r"\S", "[ab]", "[^a]", "[A-b]", "[^\\W_]"),
    *("é", "K", "[k-\u212a]", r"\b", "^", "$", r"\A", r"\Z", "(?=a)", "(?!a)", "(?<=b)", r"\n"),
)
QUANTIFIERS = ("", "", "", "?", "*", "+", "{2}", "{2,}", "{1,3}", "*?", "++")
atoms = st.builds(
    lambda atom, how: atom + how, st.sampled_from(ATOMS), st.sampled_from(QUANTIFIERS)
)
patterns = st.recursive(
    st.lists(atoms, max_size=3).map("".join),
    lambda inner: (
        st.lists(inner, min_size=2, max_size=3).map("".join)
        | st.builds("({}|{})".format, inner, inner)
        | st.builds(
            "({}{}){}".format,
            st.sampled_from(["", "?:", "?i:", "?a:", "?s:", "?>"]),
            inner,
            st.sampled_from(["", "?", "+", "{2}"]),
        )
        | inner.map(r"(a)?{}\1".format)
    ),
    max_leaves=4,
)
texts = st.text("aabbB-_ 1\x1ckK\u212aé\u017f\n", max_size=8)


@settings(max_examples=400, deadline=None)
@given(patterns, st.booleans(), st.lists(texts, min_size=1, max_size=12), st.data())
def test_a_regex_is_found_where_re_finds_it(
    pattern: str, ignores_case: bool, words: list[str], data: st.DataObject
) -> None:
    pattern = f"(?i){pattern}" if ignores_case else pattern
    try:
        regex = compiled(pattern).regex
    except RegexError:
        assume(False)
    dictionary = Dictionary(*words)
    whole = searchable(dictionary)
    whole.update()
    every = list(dictionary.texts())
    expected = [bool(text) and regex.search(text) is not None for text in every]
    for first in {0, len(every) // 2}:
        assert whole.matching(pattern, first).tolist() == expected[first:]
    wanted = np.array([data.draw(st.booleans()) for _ in every])
    found = whole.matching(pattern, 0, wanted)
    assert found[wanted].tolist() == np.array(expected)[wanted].tolist()


@pytest.mark.parametrize(
    "pattern",
    ["é", "[à-ü]", "[^a]", r"\W", r"\wb$", ".b", "a$", "(?i)K", "(?i)[^k]b", "(?m)^b", "(?s)a.b"],
)
def test_texts_that_are_not_a_line_in_ascii_are_tried(pattern: str) -> None:
    words = ["é", "éb", "a\nb", "a\n", "\u212a", "\u212ab", "kb", "xéb", "a" * 5000]
    dictionary = Dictionary(*words)
    whole = searchable(dictionary)
    whole.update()
    expected = [re.search(pattern, word) is not None for word in words]
    assert whole.matching(pattern, 0).tolist() == [False, *expected]


@pytest.mark.parametrize(
    ("pattern", "exact"),
    [
        ("prod", True),
        ("prod-[0-9]+", True),
        ("[a-z]*-dev", True),
        ("Get.*Policy", True),
        ("(?i)admin|root", True),
        ("^arn:.*role/", True),
        (r"\.log\.gz$", True),
        ("[a-f0-9]{8}-[a-f0-9]{4}", True),
        ("(ab|cd)+x", True),
        ("a[0-9]+b", False),
        (r"\bprod", False),
        ("(?=a)b", False),
        (r"(a)\1", False),
        ("(?i)é", False),
    ],
)
def test_what_is_plain_is_told_from_what_must_be_tried(pattern: str, exact: bool) -> None:
    assert all(shape.exact for shape in shapes(pattern)) == exact


def test_a_regex_of_very_many_ways_has_one_shape() -> None:
    assert len(shapes("(a|bc)(d|ef)" * 20)) <= 12
    assert len(shapes("(?:ab{60}){60}")) == 1


def test_pieces_do_not_reach_into_the_next_text() -> None:
    words = [f"{n % 7}ab{n % 11}" for n in range(5000)]
    raw = "".join(words).encode()
    ends = np.cumsum([len(word) for word in words])
    run = Run(np.frombuffer(raw, np.uint8), ends)
    for pattern in ("b3", "0.*1", "a.[5-6]", "..b10", "33", "10"):
        (shape,) = shapes(pattern)
        expected = [n for n, word in enumerate(words) if re.search(pattern, word)]
        assert run.holding(shape.pieces).tolist() == expected
        some = np.arange(0, 5000, 3)
        assert run.holding(shape.pieces, some).tolist() == sorted({*expected} & {*some.tolist()})
