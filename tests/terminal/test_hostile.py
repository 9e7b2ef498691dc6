"""Nothing that stands in a record, in a file's name or in broken content reaches a terminal raw."""

from __future__ import annotations

import base64
import json
import subprocess
from typing import TYPE_CHECKING

import pytest

from tests.terminal import hostile
from tests.terminal.program import PATIENCE, Program, command
from tui.core.query.names import FACETS

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.terminal.conftest import Environ

COPY = b"\x1b]52;c;"
COUNT = len(hostile.PAYLOADS) + 1


@pytest.fixture
def trail(tmp_path: Path) -> Path:
    folder = tmp_path / "a trail"
    hostile.make(folder)
    return folder


def test_every_pane_is_visited(trail: Path, environ: Callable[..., Environ]) -> None:
    program = Program([str(trail)], environ(PAGER="cat"), size=(140, 36))
    with program:
        program.until_shown(f"Events ─ {COUNT}", "eventVersion", "● live")
        program.read()
        copies = 0
        for number in range(COUNT):
            if number:
                program.press("k")
            program.send("\t")
            program.until_shown("space fold")
            # The record all open, to its end; its strings as they were sent; back to the list.
            program.send(">G" + "kx" * 3 + "x" + ("ypykyv" if number % 4 else "JJ") + "yeq")
            copies += 4 if number % 4 else 1
            program.until(lambda sent=copies: program.raw.count(COPY) == sent)
        program.press("g" + "ye" + "yv" + "\x1b[C" * 4 + "yv" + "=")
        program.press("z")
        program.press("!")
        copies += 3
        # The sidebar's values, with what they do to the filter above the list.
        program.press("\x1b[Z")
        program.press("a" + "jyv" + "j " * 5 + "!")
        copies += 1
        program.press("a" + "G" + "q")
        program.press("eEwW")
        program.press("P")
        program.until_shown("Coverage and problems")
        for _ in range(6):
            program.press(" ", 0.05)
        program.press("q?")
        program.press("  q")
        program.press("o", 0.5)
        program.press("\r")
        program.press("\x03")
        assert program.wait() == 0
        assert program.restored() == []
        wrong, copied = hostile.complaints(bytes(program.raw))
    assert wrong == []
    assert len(copied) == copies
    assert "c3RvbGVu" not in copied
    assert all(base64.b64decode(each, validate=True) for each in copied)


@pytest.mark.parametrize("form", ["lines", "csv", "json"])
def test_printed_to_a_terminal(trail: Path, environ: Callable[..., Environ], form: str) -> None:
    with Program([str(trail), "--output", form], environ(), size=(200, 50)) as program:
        assert program.wait() == 3
        wrong, copied = hostile.complaints(bytes(program.raw))
        assert (wrong, copied) == ([], [])
        assert b"\x1b" not in program.raw
        if form == "json":
            lines = [line for line in program.raw.split(b"\r\n") if line.startswith(b"{")]
            assert [json.loads(line) for line in lines[:-1]] == hostile.records()


@pytest.mark.parametrize("form", ["lines", "csv"])
def test_printed_to_a_pipe(trail: Path, environ: Callable[..., Environ], form: str) -> None:
    done = subprocess.run(
        [*command(), str(trail), "--output", form],
        env=environ(),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=PATIENCE,
    )
    assert done.returncode == 3
    for said in (done.stdout, done.stderr):
        assert hostile.complaints(said) == ([], [])
        assert b"\x1b" not in said
    assert len(done.stdout.splitlines()) == COUNT + (form == "csv")
    # What could not be read is named, whatever its name is; most of it, since there is much.
    said = done.stderr.splitlines()
    assert b"more that could not be read" in said[-1]
    assert all(b".json, byte " in line for line in said[:-1])


def test_a_source_that_does_not_exist_is_quoted_plainly(
    tmp_path: Path, environ: Callable[..., Environ]
) -> None:
    for payload in hostile.PAYLOADS[::3]:
        name = payload.replace("\0", "").encode("utf-8", "surrogatepass")
        done = subprocess.run(
            [*command(), bytes(tmp_path) + b"/" + name],
            env=environ(),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=PATIENCE,
        )
        assert done.returncode == 2
        assert hostile.complaints(done.stderr) == ([], [])
        assert done.stderr.count(b"\n") == 1


VISITED = {
    ":filters\r": "Steps of the filter",
    "R": "Sources",
    "c": "Columns from left to right",
    "?": "In the list",
    "\x10": "What to do:",
    "i]": "Timeline ─",
    ":lens\r": "Lens",
    "F": "Field of the sidebar",
}


def test_every_way_of_finding_is_visited(trail: Path, environ: Callable[..., Environ]) -> None:
    payload = "\x1b[200~\x1b]0;owned\x07\x9b31m\u202e[/b]\x1b[201~"
    with Program(
        [str(trail)], environ(PAGER="cat"), size=(200, 60), folder=trail.parent
    ) as program:
        program.until_shown(f"Events ─ {COUNT}", "eventVersion", "● live")
        for field in FACETS:
            program.press(f":facet {field}\r", 0.05)
            program.send(f":top {field}\r")
            program.until_shown("first seen")
            program.press("q", 0.05)
            program.press(f"&{field}:\t\t\x1b", 0.05)
        program.press("\x1b[C=\x1b[C!;" + payload + "\r")
        for keys, title in VISITED.items():
            program.send(keys)
            program.until_shown(title)
            program.press(payload, 0.05)
            program.press("\x1b", 0.15)
            program.press("\x1b", 0.15)
        program.press("uuu" + ":save " + payload + "\r" + ":load\r")
        program.press("\x1b", 0.15)
        program.press("/owned\rnnN" + "\t/owned\rn" + "q" + "S" + "....")
        program.press("\x13" + payload + ".md\r", 0.5)
        program.press("\x03")
        assert program.wait() == 0
        wrong, copied = hostile.complaints(bytes(program.raw))
    assert wrong == []
    assert copied == []
