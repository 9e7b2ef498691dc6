"""The screen as a person has it: the first rows, keys, sizes, the way out."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.terminal.conftest import SAMPLE, Environ
from tests.terminal.program import Program, processes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

NEWEST = "22:39:54"


def cursor_row(program: Program) -> str:
    """The event under the list's cursor, whose row alone is drawn another way: time and name."""
    rows: dict[tuple[str, bool], list[str]] = {}
    for number, line in enumerate(program.screen.display):
        if found := re.search(r"(?:^|[ ▌])(\d\d:\d\d:\d\d )", line):
            cell = program.screen.buffer[number][found.start(1)]
            rows.setdefault((cell.bg, cell.reverse), []).append(line[found.start(1) :].strip())
    alone = [found[0] for found in rows.values() if len(found) == 1]
    assert len(alone) == 1, program.text
    return alone[0]


def cursor_time(program: Program) -> str:
    return cursor_row(program)[:8]


@pytest.fixture
def sample(environ: Callable[..., Environ]) -> Iterator[Program]:
    """The sample trail, loaded and at rest."""
    with Program([str(SAMPLE)], environ()) as program:
        program.until_shown("Events ─ 3,000", "● live", "requestParameters")
        program.read()
        yield program


def test_it_begins_at_the_newest_event_and_follows(sample: Program) -> None:
    assert cursor_time(sample) == NEWEST
    assert "following" in sample.text
    assert "s3           845" in sample.text
    assert "cloudfront:ListDistributions on *" in sample.text


def test_keys_move_and_q_gives_the_terminal_back(sample: Program) -> None:
    sample.press("k")
    before = cursor_time(sample)
    assert before < NEWEST
    assert "following" not in sample.text
    sample.press("j")
    assert cursor_time(sample) == NEWEST
    sample.press("g")
    assert "undated" in sample.text
    sample.press(" ")
    page = cursor_time(sample)
    sample.press(" ")
    assert page < cursor_time(sample) < NEWEST
    sample.press("G")
    assert cursor_time(sample) == NEWEST
    assert "following" in sample.text
    # Tab leaves the list for the detail, where q comes back; at the top it ends.
    sample.press("\t")
    sample.press("j")
    assert cursor_time(sample) == NEWEST
    sample.press("q")
    sample.press("k")
    assert cursor_time(sample) == before
    assert sample.process.poll() is None
    sample.send("q")
    assert sample.wait() == 0
    assert sample.restored() == []
    assert sample.left_behind() == []


def test_keys_that_come_at_once_go_where_they_are_meant(sample: Program) -> None:
    """A slow line delivers several keys together: those after Tab are for the next pane."""
    sample.press("\tjjhhqkk")
    sample.until(lambda: cursor_time(sample) < NEWEST)
    row = cursor_row(sample)
    sample.press("\tqG\tqkk")
    sample.until(lambda: "following" not in sample.text)
    assert cursor_row(sample) == row
    assert sample.process.poll() is None


def test_enter_opens_the_detail_over_a_small_screen(environ: Callable[..., Environ]) -> None:
    with Program([str(SAMPLE)], environ(), size=(80, 24)) as program:
        program.until_shown("Events ─ 3,000", "● live")
        program.press("\r")
        program.until_shown("requestParameters", "ListDistributions")
        assert "Events ─" not in program.text
        program.press("q")
        assert "Events ─ 3,000" in program.text
        program.send("q")
        assert program.wait() == 0


def test_another_size_keeps_the_event(sample: Program) -> None:
    sample.press("G" + "k" * 7)
    row = cursor_row(sample)
    time = row[:8]
    assert time != NEWEST
    for size in ((80, 24), (60, 15)):
        sample.resize(*size)
        sample.read()
        assert cursor_time(sample) == time, size
        assert len(sample.text.splitlines()) == size[1]
    sample.resize(50, 10)
    sample.read()
    sentence = " ".join(sample.text.split())
    assert sentence.count(".") == 1, sentence
    assert "60" in sentence
    assert "15" in sentence
    sample.resize(120, 40)
    sample.read()
    assert cursor_row(sample) == row
    assert "Services" in sample.text
    sample.send("q")
    assert sample.wait() == 0


def test_the_processes_are_few_and_end_with_it(sample: Program) -> None:
    # One that makes processes, one that looks for files, two that read.
    assert len(processes(sample.pid)) == 4
    sample.send("\x03")
    assert sample.wait() == 0
    assert sample.left_behind() == []
    assert sample.restored() == []


def test_it_starts_without_colours_and_with_sixteen(environ: Callable[..., Environ]) -> None:
    for more in ({"NO_COLOR": "1"}, {"TERM": "xterm", "COLORTERM": ""}):
        with Program([str(SAMPLE)], environ(**more), size=(80, 24)) as program:
            program.until_shown("Events ─ 3,000", "● live")
            program.read()
            assert b"[38;2;" not in program.raw
            assert b";38;2;" not in program.raw
            assert cursor_time(program) == NEWEST
            program.send("q")
            assert program.wait() == 0


def test_escape_and_a_key_at_once_are_both_carried_out(sample: Program) -> None:
    sample.press(":nonsense")
    sample.press("\x1b:go 02:04\r")
    sample.until(lambda: cursor_time(sample) == "02:04:11")


def test_a_byte_that_is_no_character_does_no_harm(sample: Program) -> None:
    sample.press(b"k\xff")
    assert "does nothing" in sample.text
    sample.press("j")
    assert cursor_time(sample) == NEWEST


def test_that_what_was_remembered_is_damaged_is_said(environ: Callable[..., Environ]) -> None:
    home = environ()
    state = Path(home["XDG_STATE_HOME"]) / "cloudtrail-tui/state.json"
    state.parent.mkdir(parents=True)
    state.write_bytes(b"{nonsense")
    with Program([str(SAMPLE)], home, size=(200, 30)) as program:
        program.until_shown("state.json.damaged, a new one begun")
        program.send("q")
        assert program.wait() == 0


def test_a_search_for_a_key_goes_to_what_it_signed(environ: Callable[..., Environ]) -> None:
    with Program([str(SAMPLE)], environ(), size=(120, 30)) as program:
        program.until_shown("Events ─ 3,000", "● live")
        program.press("g/AKIABACKDOOR7EXAMPLE\r")
        program.until_shown("“AKIABACKDOOR7EXAMPLE”: 1 of 23")
        assert "iam:CreateAccessKey" in cursor_row(program)
        program.press("n")
        program.until_shown("2 of 23 · signed with AKIABACKDOOR7EXAMPLE")
        program.press("/AKIANOBODY\r")
        program.until_shown("In no column")
