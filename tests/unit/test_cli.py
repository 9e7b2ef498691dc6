"""What the command line means, and when it asks for a screen."""

from __future__ import annotations

import datetime as dt
import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tui.cli import build_parser, parse
from tui.core.query.nodes import Field, Path, Present, Time
from tui.errors import ExitCode, FilterError, UsageError
from tui.options import Options

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path as File

LINES = ("--output", "lines")


def test_what_holds_without_options() -> None:
    options = parse(["logs", *LINES])
    assert options == Options(
        sources=("logs",), window=options.window, follow=False, output="lines"
    )
    assert options.window.is_open


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

    assert window[:2] == (at(2026, 1, 31, 12), at(2026, 2, 2))


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
        (["s3:bucket/prefix"], "s3://bucket/prefix"),
        (["a", "S3://b"], "s3://bucket/prefix"),
        (["s3://b", "--endpoint-url", "localhost:9000"], "https://"),
        (["s3://b", "--concurrency", "0"], "from 1 to 64"),
        (["s3://b", "--cache-size", "much"], "500M or 2G"),
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
        (["a", "--filter"], "--filter"),
        (["a", "--filter", "--follow"], "--filter"),
        (["a", "--top", "who", "--timeline"], "not allowed with"),
        (["--completion", "csh"], "csh"),
    ],
)
def test_what_makes_no_sense_is_said(arguments: list[str], said: str) -> None:
    with pytest.raises(UsageError) as raised:
        parse(arguments)
    assert said in str(raised.value)


def test_what_the_command_line_says_of_buckets() -> None:
    options = parse(
        [
            *("s3://b/p", *LINES, "--profile", "audit", "--region", "eu-west-1"),
            *(
                "--request-payer",
                "requester",
                "--no-sign-request",
                "--endpoint-url",
                "http://127.0.0.1:9000",
            ),
            *("--concurrency", "32", "--cache-size", "500M", "--no-cache"),
        ]
    )
    assert options.sources == ("s3://b/p",)
    assert options.s3 == ("audit", "eu-west-1", "http://127.0.0.1:9000", False, 32, "requester")
    assert (options.cache, options.cache_bytes) == (False, 500 << 20)


def test_a_filter_may_have_several_steps_and_begin_with_a_hyphen() -> None:
    options = parse(
        ["a", *LINES, "--filter", "is:denied", "--filter", "-is:aws", "--filter=-who:ci/*", "b"]
    )
    assert [step.text for step in options.filters] == ["is:denied", "-is:aws", "-who:ci/*"]
    assert [type(step.node).__name__ for step in options.filters] == ["Is", "Not", "Not"]
    assert options.sources == ("a", "b")


def test_the_times_of_a_filter_are_utc() -> None:
    (step,) = parse(["a", *LINES, "--filter", "time:2026-01-31T12:00"]).filters
    assert isinstance(step.node, Time)
    assert step.node.since == int(dt.datetime(2026, 1, 31, 12, tzinfo=dt.UTC).timestamp()) * 10**6


@pytest.mark.parametrize(
    ("text", "part"), [("is:denied ip:", "ip:"), ("service:(iam", "("), ("is:nothing", "nothing")]
)
def test_a_filter_that_makes_no_sense_is_shown_with_its_place(text: str, part: str) -> None:
    with pytest.raises(FilterError, match="--filter: ") as raised:
        parse(["a", *LINES, "--filter", text])
    assert raised.value.exit_code == ExitCode.USAGE
    assert raised.value.text[raised.value.start : raised.value.end] == part


@pytest.mark.parametrize(
    ("name", "node"),
    [
        ("who", Field("who", (Present(),))),
        ("ip", Field("address", (Present(),))),
        ("requestParameters.bucketName", Path(("requestParameters", "bucketName"), (Present(),))),
        ("requestID", Path(("requestID",), (Present(),))),
    ],
)
def test_fields_and_paths_are_counted(name: str, node: Field | Path) -> None:
    options = parse(["a", "--top", name])
    assert options.top == (name, node)
    assert (options.output, options.follow) == ("lines", False)


@pytest.mark.parametrize(
    "name", ["nosuch", "is", "time", "-who", "who:x or who", "who:x", "(who", ""]
)
def test_what_is_no_field_cannot_be_counted(name: str) -> None:
    with pytest.raises(UsageError, match="--top: there is no field"):
        parse(["a", f"--top={name}"])


def test_counting_needs_no_output_and_cannot_follow() -> None:
    options = parse(["a", "--timeline", "--output", "csv"])
    assert (options.timeline, options.output) == (True, "csv")
    assert parse(["a", "--timeline"]).output == "lines"
    with pytest.raises(UsageError, match="cannot follow"):
        parse(["a", "--timeline", "--follow"])


def test_accounts_and_regions_may_be_several() -> None:
    window = parse(
        ["a", *LINES, "--account", "1*", "--account", "222", "--event-region", "eu-*"]
    ).window
    assert (window.accounts, window.regions) == (("1*", "222"), ("eu-*",))
    assert not window.has_end


def test_the_help_is_short_and_fits_a_terminal() -> None:
    lines = build_parser().format_help().splitlines()
    assert len(lines) <= 60
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

    def __init__(self, folder: File) -> None:
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
def streams(tmp_path: File) -> Iterator[Streams]:
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


def test_piped_events_need_no_hyphen(streams: Streams, tmp_path: File) -> None:
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
