"""What the command line means, and when it asks for a screen."""

from __future__ import annotations

import datetime as dt
import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tui.cli import build_parser, parse
from tui.errors import UsageError
from tui.options import Options

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LINES = ("--output", "lines")


def test_what_holds_without_options() -> None:
    options = parse(["logs", *LINES])
    assert options == Options(
        sources=("logs",), window=options.window, follow=False, output="lines"
    )
    assert options.window == (None, None)


def test_options_stand_anywhere_among_the_sources() -> None:
    options = parse(["a", "--poll", "5", "b", "--show-secrets", "--mouse", "c", *LINES, "-"])
    assert options.sources == ("a", "b", "c", "-")
    assert (options.poll, options.show_secrets, options.mouse) == (5.0, True, True)


def test_behind_two_hyphens_everything_is_a_source() -> None:
    assert parse(["a", *LINES, "--", "-x", "--help"]).sources == ("a", "-x", "--help")


def test_a_window_is_utc_and_includes_its_last_day() -> None:
    window = parse(["a", *LINES, "--since", "2026-01-31T12:00", "--until", "2026-02-01"]).window

    def at(*parts: int) -> int:
        return int(dt.datetime(*parts, tzinfo=dt.UTC).timestamp()) * 1_000_000  # type: ignore[misc,arg-type]

    assert window == (at(2026, 1, 31, 12), at(2026, 2, 2))


def test_a_span_counts_back_from_now() -> None:
    since = parse(["a", *LINES, "--since", "2h"]).window.since
    now = dt.datetime.now(dt.UTC).timestamp() * 1_000_000
    assert since is not None
    assert 0 <= now - 2 * 3600 * 1_000_000 - since < 60 * 1_000_000


def test_printing_follows_when_told_to() -> None:
    assert parse(["a", *LINES]).follow is False
    assert parse(["a", *LINES, "--follow"]).follow is True
    assert parse(["a", *LINES, "--no-follow"]).follow is False
    assert parse(["a", *LINES, "--follow", "--until", "2020-01-01"]).follow is False
    assert parse(["a", *LINES, "--follow", "--until", "9999-01-01"]).follow is True


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["s3://bucket/prefix"], "later version"),
        (["a", "S3://b"], "later version"),
        (["--nothing"], "--nothing"),
        (["a", "--poll", "0"], "between 0.1"),
        (["a", "--poll", "nan"], "between 0.1"),
        (["a", "--poll", "soon"], "'soon'"),
        (["a", "--output", "xml"], "xml"),
        (["a", "--follow", "--no-follow"], "not allowed with"),
        (["a", "--since", "whenever"], "--since: 'whenever'"),
        (["a", "--until", "whenever"], "--until: 'whenever'"),
        (["a", "--since", "2026-01-02", "--until", "2026-01-01T00:00"], "--since"),
        (["a", ""], "empty"),
        (["-", "-", *LINES], "once"),
        (["a", "--since"], "--since"),
        (["a", "--foll"], "--foll"),
    ],
)
def test_what_makes_no_sense_is_said(arguments: list[str], said: str) -> None:
    with pytest.raises(UsageError) as raised:
        parse(arguments)
    assert said in str(raised.value)


def test_the_help_is_short_and_fits_a_terminal() -> None:
    lines = build_parser().format_help().splitlines()
    assert len(lines) <= 45
    assert max(map(len, lines)) <= 80


def test_every_option_says_what_it_does() -> None:
    assert all(action.help for action in build_parser()._actions)


# -- what the standard streams decide

DECIDE = """
import os, sys
if sys.argv[1] == "terminal":
    os.close(os.open(os.ttyname(2), os.O_RDWR))  # the session's first terminal becomes its own
from tui.cli import parse
from tui.errors import UsageError
try:
    options = parse(sys.argv[2:])
except UsageError as error:
    answer = f"usage: {error}"
else:
    answer = f"{options.output} {options.sources} {options.follow}"
with open(os.environ["ANSWER"], "w") as file:
    file.write(answer)
"""


class Streams:
    """Starts the decision with the standard streams a test gives it."""

    def __init__(self, folder: Path) -> None:
        self.answer = folder / "answer"
        self.master, self.terminal = os.openpty()

    def decide(
        self,
        *arguments: str,
        stdin: int | None = None,
        stdout: int | None = None,
        stderr: int | None = None,
        controlling: bool = True,
        term: str = "xterm-256color",
    ) -> str:
        environment = {**os.environ, "TERM": term, "ANSWER": str(self.answer)}
        subprocess.run(
            [sys.executable, "-c", DECIDE, "terminal" if controlling else "none", *arguments],
            stdin=self.terminal if stdin is None else stdin,
            stdout=self.terminal if stdout is None else stdout,
            stderr=self.terminal if stderr is None else stderr,
            start_new_session=True,
            env=environment,
            check=True,
            timeout=20,
        )
        return self.answer.read_text()


@pytest.fixture
def streams(tmp_path: Path) -> Iterator[Streams]:
    streams = Streams(tmp_path)
    yield streams
    os.close(streams.master)
    os.close(streams.terminal)


def test_terminals_get_a_screen_that_follows(streams: Streams) -> None:
    assert streams.decide("a") == "None ('a',) True"
    assert streams.decide("a", "--no-follow") == "None ('a',) False"
    assert streams.decide("a", "--output", "json") == "json ('a',) False"


def test_a_terminal_that_cannot_draw_gets_lines(streams: Streams) -> None:
    assert streams.decide("a", term="dumb") == "lines ('a',) False"
    assert streams.decide("a", term="") == "lines ('a',) False"


def test_without_all_terminals_there_are_lines(streams: Streams) -> None:
    assert streams.decide("a", controlling=False).startswith("lines")
    assert streams.decide("a", stdout=subprocess.DEVNULL).startswith("lines")


def test_piped_events_need_no_hyphen(streams: Streams, tmp_path: Path) -> None:
    reader, writer = os.pipe()
    os.close(writer)
    assert streams.decide(stdin=reader) == "None ('-',) True"
    assert streams.decide("-", stdin=reader) == "None ('-',) True"
    assert streams.decide("a", stdin=reader) == "None ('a',) True"
    os.close(reader)
    (tmp_path / "events").write_text("{}")
    with (tmp_path / "events").open() as file:
        assert streams.decide(stdin=file.fileno()) == "None ('-',) True"


def test_nothing_to_read_is_a_usage_message(streams: Streams) -> None:
    assert streams.decide().startswith("usage: Give a folder or a file")
    assert streams.decide(stdin=subprocess.DEVNULL).startswith("usage: Give a folder or a file")
    assert streams.decide("-").startswith("usage: Nothing is piped in")
    assert streams.decide("-", "--output", "lines") == "lines ('-',) False"
