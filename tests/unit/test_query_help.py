"""The language's short description: every example is understood, everything is named."""

from __future__ import annotations

import datetime as dt
import re

import pytest

from tui.core.query.help import LANGUAGE, explained, field_names, language_table
from tui.core.query.names import FIELDS, IS
from tui.core.query.nodes import And
from tui.core.query.parser import parse

NOW = dt.datetime(2026, 3, 4, 12, tzinfo=dt.UTC)


@pytest.mark.parametrize("form", [form for form, _ in LANGUAGE])
def test_every_example_is_understood(form: str) -> None:
    assert parse(form, now=NOW, zone=dt.UTC) != And(())


@pytest.mark.parametrize("text", [text for _, text in LANGUAGE])
def test_so_is_what_stands_in_the_explanations(text: str) -> None:
    for form in re.findall(r"`([^`]+:[^`]+)`", text):
        if form != "s3:GetObject":  # which says that it is not
            parse(form, now=NOW, zone=dt.UTC)


def test_all_names_are_there() -> None:
    facts = next(text for form, text in explained() if form == "is:denied")
    assert set(IS) <= set(facts.split())
    assert set(field_names().split()) == set(FIELDS)
    assert language_table().count("\n| ") == len(LANGUAGE) + 2
