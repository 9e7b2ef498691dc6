"""The gate: nothing that moves a cursor, turns a line around or hides gets through."""

from __future__ import annotations

import subprocess
import sys
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len

from tui.core import text
from tui.core.text import cell_width, cut, cut_end, cut_who, fit, noted, pad, safe

ANY_TEXT = st.text(
    st.one_of(
        st.characters(codec=None),
        st.characters(categories=["Cc", "Cf", "Cs", "Zl", "Zp", "Co", "Mn"]),
        st.sampled_from("ab \x1b\n\r\t\x9b\u202e\u2066\u200b\ud800\udc00\U000e0041日é…"),
    )
)
BIDI = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"


@settings(deadline=None)
@given(ANY_TEXT)
def test_nothing_unprintable_gets_through(hostile: str) -> None:
    shown = safe(hostile)
    shown.encode("utf-8")
    for character in shown:
        category = unicodedata.category(character)
        assert category not in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"), repr(character)


@settings(deadline=None)
@given(ANY_TEXT)
def test_the_gate_leaves_its_own_results_alone(hostile: str) -> None:
    assert safe(safe(hostile)) == safe(hostile)
    kept = safe(hostile, newlines=True)
    assert safe(kept, newlines=True) == kept


@settings(deadline=None)
@given(ANY_TEXT)
def test_with_newlines_each_line_is_what_the_gate_makes_of_it(hostile: str) -> None:
    lines = hostile.split("\n")
    assert safe(hostile, newlines=True) == "\n".join(safe(line) for line in lines)


@pytest.mark.parametrize(
    ("hostile", "shown"),
    [
        ("\x1b]52;c;cm0=\x07", "␛]52;c;cm0=␇"),
        ("a\tb\nc\rd\x00", "a␉b␊c␍d␀"),
        ("\x7f", "␡"),
        ("\x9b31m", "\u2039U+009B\u203a31m"),
        ("\ud83d", "\u2039U+D83D\u203a"),
        ("a\u2028b", "a\u2039U+2028\u203ab"),
        ("soft\u00adhyphen", "soft\u2039U+00AD\u203ahyphen"),
        ("\U000e0041", "\u2039U+E0041\u203a"),
        ("\u3164", "\u2039U+3164\u203a"),
        ("x\ufe0f", "x\u2039U+FE0F\u203a"),
        ("[/markup] é 日本 👍 a\u0301", "[/markup] é 日本 👍 a\u0301"),
        ("", ""),
    ],
)
def test_stand_ins(hostile: str, shown: str) -> None:
    assert safe(hostile) == shown


@pytest.mark.parametrize("control", BIDI)
def test_bidi_controls_are_named(control: str) -> None:
    assert safe(f"a{control}b") == f"a\u2039U+{ord(control):04X}\u203ab"


def test_every_character_of_unicode_can_be_shown() -> None:
    shown = set(safe("".join(map(chr, range(0x110000)))))
    odd = {character for character in shown if not character.isprintable()}
    assert {unicodedata.category(character) for character in odd} == {"Zs"}
    assert set(safe("".join(shown))) == shown


def test_ordinary_text_is_not_copied() -> None:
    agent = "aws-cli/2.15 Python/3.11"
    assert safe(agent) is agent


def test_width_is_what_the_renderer_counts() -> None:
    differing = [
        hex(code)
        for code in range(0x20, 0x110000)
        if chr(code).isprintable()
        and safe(chr(code)) == chr(code)
        and cell_width(chr(code)) != cell_len(chr(code))
    ]
    assert differing == []


@pytest.mark.parametrize(
    ("whole", "width", "short"),
    [
        ("AWSReservedSSO_Administrator", 11, "AWSRe…rator"),
        ("abcdef", 6, "abcdef"),
        ("abcdef", 5, "ab…ef"),
        ("abcdef", 4, "ab…f"),
        ("abcdef", 2, "a…"),
        ("abcdef", 1, "…"),
        ("abcdef", 0, ""),
        ("日本語テキスト", 6, "日…ト"),
        ("e\u0301e\u0301e\u0301e\u0301", 3, "e\u0301…e\u0301"),
        ("日e\u0301", 2, "…"),
    ],
)
def test_cut_takes_the_middle(whole: str, width: int, short: str) -> None:
    assert cut(whole, width) == short


@pytest.mark.parametrize(
    ("who", "width", "short"),
    [
        ("jo@example.com (SSO Admin)", 40, "jo@example.com (SSO Admin)"),
        ("jo@example.com (SSO Admin)", 23, "jo@example.com (SSO Ad…"),
        ("jo@example.com (SSO Admin)", 22, "jo@example.com…"),
        ("jo@example.com (SSO Admin)", 14, "jo@example.com"),
        ("jo@example.com (SSO Admin)", 10, "jo@ex….com"),
        ("Admin/jo (SSO x) @111122223333", 12, "Admin/…23333"),
        ("deploy/ci-run-4711", 10, "deplo…4711"),
        ("(root)", 4, "(r…)"),
    ],
)
def test_a_name_is_kept_rather_than_what_stands_behind_it(who: str, width: int, short: str) -> None:
    assert cut_who(who, width) == short


@settings(deadline=None)
@given(ANY_TEXT, st.integers(0, 30))
def test_cut_and_fit_keep_to_the_width(hostile: str, width: int) -> None:
    shown = safe(hostile)
    assert cell_width(cut(shown, width)) <= width
    assert cell_width(cut_who(f"{shown} ({shown})", width)) <= width
    assert cell_width(fit(shown, width)) == width


@settings(deadline=None)
@given(ANY_TEXT.map(safe), st.integers(-1, 12))
def test_a_sentence_loses_its_end_and_keeps_to_the_width(sentence: str, width: int) -> None:
    short = cut_end(sentence, width)
    assert cell_width(short) <= max(width, 0)
    assert short == sentence or not short or sentence.startswith(short[:-1])


def test_a_sentence_begins_as_it_was() -> None:
    assert cut_end("Go back to the list", 19) == "Go back to the list"
    assert cut_end("Go back to the list", 9) == "Go back…"


def test_a_note_without_a_target_begins_with_its_arrow() -> None:
    assert noted("", "Allow * on *") == "← Allow * on *"
    assert noted("", "→ AKIAEXAMPLE") == "→ AKIAEXAMPLE"


def test_pad_adds_and_never_takes() -> None:
    assert pad("日", 4) == "日  "
    assert pad("abcdef", 3) == "abcdef"


def test_the_names_of_secrets_can_be_had_here() -> None:
    assert text.mask_text("password=hunter2") == f"password={text.MASK}"
    with pytest.raises(AttributeError):
        text.no_such_name  # noqa: B018  # looked up for its error


def test_the_gate_alone_loads_no_parser() -> None:
    code = (
        "import sys, tui.core.text; "
        "print({'tui.core.secrets', 'orjson', 'json', 'numpy', 'rich'} & set(sys.modules))"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout == "set()\n"
