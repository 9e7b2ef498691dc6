"""The command line: what it says, and whether it asks for a screen or for lines.

Everything beyond the parsing is imported when it is known to be needed: `--help` and a usage
message load nothing, and the first event is on the screen sooner.
"""

from __future__ import annotations

import argparse
import datetime as dt
import os
import re
import stat
from typing import TYPE_CHECKING, NoReturn

from tui import __version__
from tui.errors import PROGRAM, UsageError
from tui.options import STDIN, Options

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tui.sources.base import Window

SHORTEST_POLL, LONGEST_POLL = 0.1, 86_400.0

DESCRIPTION = """\
Browse AWS CloudTrail logs in the terminal: folders are read newest first and
followed. Without a terminal, or with --output, the events are printed instead."""

EPILOG = """\
times     2h, 30m or 7d back from now; 2026-01-31 (the whole day);
          2026-01-31T12:00 (UTC unless it has a zone)
exit      the screen: 0; printing: 0 events found, 1 none, 3 some input could
          not be read, 4 nothing could be; 2 usage; 70 a fault of the program
examples  cloudtrail-tui AWSLogs --since 2h
          aws cloudtrail lookup-events --output json | cloudtrail-tui -
          cloudtrail-tui AWSLogs --output json | jq .eventName
settings  config.toml in the user's configuration folder, or the file that
          CLOUDTRAIL_TUI_CONFIG names"""


class _Parser(argparse.ArgumentParser):
    """Raises what is wrong, so that all messages leave through one place."""

    def error(self, message: str) -> NoReturn:
        raise UsageError(f"{message} (--help tells more)")


def build_parser() -> argparse.ArgumentParser:
    """Make the parser; the README's command line is compared with its help."""
    parser = _Parser(
        prog=PROGRAM,
        usage=f"{PROGRAM} [SOURCE ...] [options]",
        description=DESCRIPTION,
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
        add_help=False,
    )
    window = parser.add_argument_group("what is read")
    window.add_argument(
        "sources", nargs="*", metavar="SOURCE", help="folder, file, glob; - is stdin"
    )
    window.add_argument("--since", metavar="TIME", help="events from this time on")
    window.add_argument("--until", metavar="TIME", help="events before this time")
    follow = window.add_mutually_exclusive_group()
    follow.add_argument(
        "--follow", action="store_true", default=None, help="with --output: print new events too"
    )
    follow.add_argument(
        "--no-follow",
        dest="follow",
        action="store_false",
        default=None,
        help="on the screen: read once, look for nothing new",
    )
    window.add_argument(
        "--poll",
        type=_seconds,
        metavar="SECONDS",
        help="look this often instead of being notified",
    )
    shown = parser.add_argument_group("how it is shown")
    shown.add_argument(
        "--output", choices=("lines", "json", "csv"), help="no screen: print, oldest first"
    )
    shown.add_argument(
        "--show-secrets", action="store_true", help="do not mask session tokens and passwords"
    )
    shown.add_argument(
        "--mouse", action="store_true", default=None, help="let the screen take the mouse"
    )
    about = parser.add_argument_group("about")
    about.add_argument("--version", action="version", version=f"{PROGRAM} {__version__}")
    about.add_argument("-h", "--help", action="help", help="show this and end")
    return parser


def parse(arguments: Sequence[str]) -> Options:
    """Make options of arguments; raises UsageError.

    Looks at the standard streams where the arguments leave something open.
    """
    # Before 3.12 intermixed parsing looks for options behind `--` too.
    end = arguments.index("--") if "--" in arguments else len(arguments)
    given = build_parser().parse_intermixed_args(arguments[:end])
    sources = (*given.sources, *arguments[end + 1 :]) or _piped_in()
    for source in sources:
        if not source:
            raise UsageError("A source is empty: give a folder or a file.")
        if re.match(r"[sS]3:", source):
            raise UsageError(
                f"{source}: reading S3 comes with a later version. Until then, copy the logs with "
                "`aws s3 sync` and open the folder."
            )
    if sources.count(STDIN) > 1:
        raise UsageError("The standard input can be read only once: give - once.")
    output = given.output or (None if can_show_a_screen() else "lines")
    if output is None and STDIN in sources and os.isatty(0):
        raise UsageError("Nothing is piped in: - would read from the keyboard.")
    now = dt.datetime.now(dt.UTC)
    window = _window(given.since, given.until, now)
    follow = given.follow if given.follow is not None else output is None
    if window.until is not None and window.until <= now.timestamp() * 1_000_000:
        follow = False
    return Options(
        sources=sources,
        window=window,
        follow=follow,
        poll=given.poll,
        output=output,
        show_secrets=given.show_secrets,
        mouse=given.mouse,
    )


def run(arguments: Sequence[str]) -> int:
    """Do what the command line says; gives the exit code."""
    options = parse(arguments)
    from tui import launch

    return launch.run_screen(options) if options.output is None else launch.run_headless(options)


def can_show_a_screen() -> bool:
    """Whether stdout and stderr are terminals that can draw, and keys can be read."""
    if (os.environ.get("TERM") or "dumb") == "dumb" or not (os.isatty(1) and os.isatty(2)):
        return False
    try:
        os.close(os.open("/dev/tty", os.O_RDWR | os.O_NOCTTY))
    except OSError:
        return False
    return True


def _piped_in() -> tuple[str, ...]:
    """The standard input if something is connected to it that can hold events."""
    try:
        mode = os.fstat(0).st_mode
    except OSError:
        mode = 0
    if stat.S_ISFIFO(mode) or stat.S_ISREG(mode) or stat.S_ISSOCK(mode):
        return (STDIN,)
    raise UsageError(
        "Give a folder or a file with CloudTrail logs, or pipe events in (--help tells more)."
    )


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0.0
    if not SHORTEST_POLL <= seconds <= LONGEST_POLL:
        raise argparse.ArgumentTypeError(
            f"{text!r} is no number of seconds between {SHORTEST_POLL} and {LONGEST_POLL:.0f}"
        )
    return seconds


def _window(since: str | None, until: str | None, now: dt.datetime) -> Window:
    from tui.sources.base import Window

    if since is None and until is None:
        return Window()
    from tui.core import when

    try:
        start = None if since is None else when.since_value(since, now=now, zone=dt.UTC)
    except when.WhenError as error:
        raise UsageError(f"--since: {error}") from error
    try:
        end = None if until is None else when.until_value(until, now=now, zone=dt.UTC)
    except when.WhenError as error:
        raise UsageError(f"--until: {error}") from error
    if start is not None and end is not None and start >= end:
        raise UsageError("--since is not before --until: no event can lie between them.")
    return Window(start, end)
