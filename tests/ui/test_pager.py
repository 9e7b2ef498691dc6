"""The record in another program: on a real terminal, in a file for the user alone."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
from typing import TYPE_CHECKING

import pytest

from tests.terminal.program import PATIENCE
from tests.ui.fake_session import make_rows, record_of
from tests.ui.terminal import Terminal
from tui.ui.commands.record_desk import record_text
from tui.ui.pager import _signals_passed_on, command_for

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SCRIPT = """#!/bin/sh
stat -c '%a' "$2" > {folder}/mode
cp "$2" {folder}/seen
echo "$1" > {folder}/argument
printf 'IN THE PAGER\\n'
{then}
"""


@contextlib.contextmanager
def open_with(folder: Path, then: str, variable: str) -> Iterator[Terminal]:
    script = folder / "show"
    script.write_text(SCRIPT.format(folder=folder, then=then))
    script.chmod(0o755)
    environ = {variable: f"{script} 'an argument'", "TMPDIR": str(folder), "VISUAL": ""}
    with Terminal("tests.ui.run_fake", environ=environ) as terminal:
        terminal.until_at_rest()
        yield terminal


@pytest.mark.parametrize(("key", "variable"), [(b"o", "PAGER"), (b"O", "EDITOR")])
def test_a_program_gets_the_record_and_gives_the_screen_back(
    tmp_path: Path, key: bytes, variable: str
) -> None:
    with open_with(tmp_path, "read -r line", variable) as terminal:
        terminal.send(key)
        assert b"\x1b[?1049l" in terminal.read_until(b"IN THE PAGER")
        terminal.send(b"\r\n")
        back = terminal.read_until(b"requestParameters")
        assert b"\x1b[?1049h" in back
        assert (tmp_path / "mode").read_text() == "600\n"
        assert (tmp_path / "argument").read_text() == "an argument\n"
        record = json.loads((tmp_path / "seen").read_text())
        assert record["requestParameters"]["policy"]["Statement"][0]["Principal"] == "*"
        assert not list(tmp_path.glob("cloudtrail-tui-*"))
        terminal.send(b"q")
        assert terminal.wait() == 0


def test_what_ends_us_ends_the_program_first(tmp_path: Path) -> None:
    with open_with(tmp_path, "exec sleep 60", "PAGER") as terminal:
        terminal.send(b"o")
        terminal.read_until(b"IN THE PAGER")
        os.kill(terminal.pid, signal.SIGTERM)
        assert terminal.wait() == 0
        assert not list(tmp_path.glob("cloudtrail-tui-*"))


def test_what_ends_us_while_the_program_is_being_started_ends_it_too() -> None:
    told: list[int] = []
    before = signal.signal(signal.SIGTERM, lambda number, _: told.append(number))
    try:
        with _signals_passed_on() as child_is, subprocess.Popen(["sleep", "60"]) as process:
            os.kill(os.getpid(), signal.SIGTERM)
            child_is(process)
            assert process.wait(PATIENCE) == -signal.SIGTERM
    finally:
        signal.signal(signal.SIGTERM, before)
    assert told == [signal.SIGTERM]


def test_a_missing_program_is_named() -> None:
    with Terminal("tests.ui.run_fake", environ={"PAGER": "/no/such/pager"}) as terminal:
        terminal.until_at_rest()
        terminal.send(b"o")
        terminal.read_until(b"/no/such/pager could not be started")


def test_which_program_it_is() -> None:
    assert command_for("PAGER", {}) == ["less"]
    assert command_for("PAGER", {"PAGER": "less -S 'a b'"}) == ["less", "-S", "a b"]
    assert command_for("PAGER", {"PAGER": "'"}) == ["less"]
    assert command_for("EDITOR", {"EDITOR": "nano"}) == ["nano"]
    assert command_for("EDITOR", {"EDITOR": "nano", "VISUAL": "code -w"}) == ["code", "-w"]
    assert command_for("EDITOR", {}) == ["vi"]


def test_the_text_is_json_and_fit_for_a_terminal() -> None:
    text = record_text(record_of(make_rows(1, undated=0)[0]))
    assert text.replace("\n", "").isprintable()
    record = json.loads(text)
    assert list(record)[:2] == ["eventVersion", "userIdentity"]
    assert record["responseElements"] is None
