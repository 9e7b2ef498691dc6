"""Markdown tables: a cell stays a cell, whatever is in it."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from tests.unit.test_export import Event
from tui.core.markdown import HEADINGS, events_table, markdown_table
from tui.core.text import safe

NASTY = st.text(alphabet="|\\`*_<>[]()!#~&@$a \n\x1b:/.-", max_size=12)


def read(text: str) -> list[list[str]]:
    """The cells' texts, as a reader of Markdown finds them."""
    rows: list[list[str]] = []
    for token in MarkdownIt("commonmark", {"html": True}).enable("table").parse(text):
        if token.type == "tr_open":
            rows.append([])
        elif token.type == "inline":
            assert token.children is not None
            assert {child.type for child in token.children} <= {"text", "text_special"}
            rows[-1].append("".join(child.content for child in token.children))
    return rows


@given(st.lists(st.tuples(NASTY, NASTY), max_size=3))
def test_a_reader_finds_the_texts_that_went_in(rows: list[tuple[str, str]]) -> None:
    cells = [[safe(cell) for cell in row] for row in rows]
    found = read("".join(markdown_table(["one", "two"], cells)))
    assert found[0] == ["one", "two"]
    assert found[1:] == [[cell.strip() for cell in row] for row in cells]


def test_an_event_is_a_row_with_its_note() -> None:
    event = Event(note="Allow anyone")
    table = "".join(
        events_table([(event, "ask @dana\nnow")], {"111122223333": "prod"}, show_secrets=False)
    )
    head, row = read(table)
    assert tuple(head) == HEADINGS
    assert row == [
        "2026-01-31T12:00:58Z",
        "ci/deploy",
        "s3:GetBucketAcl",
        "logs-prod ← Allow anyone",
        "denied",
        "198.51.100.7",
        "us-east-1",
        "prod",
        "ask @dana␊now",
    ]
    assert not re.search(r"@dana", table)


def test_undated_events_say_so_and_secrets_are_masked() -> None:
    secret = "https://x/?X-Amz-Signature=" + "5ec2e7" * 10
    event = Event(time=None, target=secret)
    hidden = "".join(events_table([(event, secret)], {}, show_secrets=False))
    assert "| undated |" in hidden
    assert "5ec2e7" not in hidden
    assert "5ec2e7" in "".join(events_table([(event, "")], {}, show_secrets=True))
