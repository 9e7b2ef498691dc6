"""Twelve questions about the sample trail, answered by the keys that the README names."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from tests.benchmarks.questions import NAMED, QUESTIONS, SIZE, Question, table
from tests.benchmarks.readme import README
from tests.terminal.conftest import SAMPLE, Environ
from tests.terminal.program import Program

if TYPE_CHECKING:
    from collections.abc import Callable


def missing(question: Question, text: str) -> list[str]:
    """What the answer says and the screen does not show."""
    lines = text.splitlines()
    wrong = [each for each in question.shown if each not in text]
    wrong += [row for row in question.rows if not any(re.search(row, line) for line in lines)]
    return wrong


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question.question)
def test_the_keys_show_the_answer(question: Question, environ: Callable[..., Environ]) -> None:
    with Program([str(SAMPLE)], environ(), size=SIZE) as program:
        program.until_shown("Events ─ 3,000", "● live")
        program.read(quiet=0.1)
        assert missing(question, program.text), "it is there without a key"
        for key in question.keys:
            program.press(NAMED.get(key, key), quiet=0.1)
        program.until(lambda: not missing(question, program.text))


def test_there_are_twelve_and_none_takes_long() -> None:
    assert len(QUESTIONS) == 12
    assert max(question.presses for question in QUESTIONS) <= 16
    assert all(question.shown and question.rows for question in QUESTIONS)


def test_the_readme_has_the_table() -> None:
    text = README.read_text(encoding="utf-8")
    assert text.partition("<!-- questions -->\n")[2].partition("<!-- /questions -->")[0] == table()
