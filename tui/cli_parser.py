"""The command line's arguments: one parser, of which help, completion and man page are made."""

from __future__ import annotations

import argparse
import re
import sys
from typing import NoReturn

from tui import __version__
from tui.errors import PROGRAM, UsageError

SHORTEST_POLL, LONGEST_POLL = 0.1, 86_400.0
MOST_AT_ONCE = 64
SHELLS = ("bash", "zsh", "fish")

DESCRIPTION = """\
Browse AWS CloudTrail logs in the terminal: folders and S3 prefixes are read
newest first and followed. Without a terminal, or with --output, the events are
printed instead."""

EPILOG = """\
times     2h, 30m or 7d back from now; 2026-01-31 (the whole day);
          2026-01-31T12:00 (UTC unless it has a zone)
exit      the screen: 0; printing: 0 events found, 1 none, 3 some input could
          not be read, 4 nothing could be; 2 usage; 70 a fault of the program
filters   is:denied service:(iam sts) -who:ci/* ip:10.0.0.0/8 after:2h; ? on
          the screen explains the rest
examples  cloudtrail-tui AWSLogs --since 2h
          aws cloudtrail lookup-events --output json | cloudtrail-tui -
          cloudtrail-tui logs --filter is:denied --output json | jq .eventName
          cloudtrail-tui s3://bucket/AWSLogs/111122223333 --since 2h
settings  config.toml in the user's configuration folder, or the file that
          CLOUDTRAIL_TUI_CONFIG names"""


class _Parser(argparse.ArgumentParser):
    """Raises what is wrong, so that all messages leave through one place."""

    def error(self, message: str) -> NoReturn:
        raise UsageError(f"{message} (--help tells more)")


class _Completion(argparse.Action):
    """Prints a completion script and ends, as `--help` does."""

    def __call__(
        self,
        parser: argparse.ArgumentParser,
        _namespace: argparse.Namespace,
        values: object,
        _option_string: str | None = None,
    ) -> None:
        from tui.completion import script

        sys.stdout.write(script(str(values)))
        parser.exit()


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
        "sources",
        nargs="*",
        metavar="SOURCE",
        help="folder, file, glob, s3://bucket/prefix; - is stdin",
    )
    window.add_argument("--since", metavar="TIME", help="events from this time on")
    window.add_argument("--until", metavar="TIME", help="events before this time")
    window.add_argument(
        "--account",
        action="append",
        default=[],
        metavar="ID",
        help="only this account (* and ? match); may be repeated",
    )
    window.add_argument(
        "--event-region",
        action="append",
        default=[],
        metavar="REGION",
        help="only events of this region (* and ? match); may be repeated",
    )
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
        help="poll for new files this often, instead of being notified",
    )
    buckets = parser.add_argument_group("S3, as for the AWS CLI")
    buckets.add_argument("--profile", metavar="NAME", help="profile of the AWS configuration")
    buckets.add_argument("--region", metavar="REGION", help="region to send requests to")
    buckets.add_argument("--endpoint-url", metavar="URL", help="another server that speaks S3")
    buckets.add_argument(
        "--no-sign-request", action="store_true", help="send no credentials, for a public bucket"
    )
    buckets.add_argument(
        "--request-payer",
        choices=("requester",),
        metavar="requester",
        help="pay for the requests, where a bucket asks for it",
    )
    buckets.add_argument(
        "--concurrency",
        type=_at_once,
        default=24,
        metavar="N",
        help="objects fetched at the same time (24)",
    )
    buckets.add_argument(
        "--cache-size",
        type=_size,
        default=2 << 30,
        metavar="SIZE",
        help="disk space for fetched objects (2G)",
    )
    buckets.add_argument(
        "--no-cache", action="store_true", help="keep no fetched objects after the program exits"
    )
    shown = parser.add_argument_group("how it is shown")
    shown.add_argument(
        "--filter",
        action="append",
        default=[],
        metavar="TEXT",
        help="begin with this step of the filter, or print what it leaves; may be repeated",
    )
    shown.add_argument(
        "--output", choices=("lines", "json", "csv"), help="no screen: print, oldest first"
    )
    count = shown.add_mutually_exclusive_group()
    count.add_argument(
        "--top", metavar="FIELD", help="no screen: print counts by a field, such as who"
    )
    count.add_argument("--timeline", action="store_true", help="no screen: print counts by time")
    shown.add_argument(
        "--show-secrets", action="store_true", help="do not mask session tokens and passwords"
    )
    shown.add_argument(
        "--mouse", action="store_true", default=None, help="use the mouse in the program"
    )
    about = parser.add_argument_group("about")
    about.add_argument(
        "--completion",
        choices=SHELLS,
        action=_Completion,
        help="print a completion script for this shell",
    )
    about.add_argument(
        "--version",
        action="version",
        version=f"{PROGRAM} {__version__}",
        help="show the version and exit",
    )
    about.add_argument("-h", "--help", action="help", help="show this and exit")
    return parser


def _at_once(text: str) -> int:
    number = int(text) if text.isdecimal() else 0
    if not 1 <= number <= MOST_AT_ONCE:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number from 1 to {MOST_AT_ONCE}")
    return number


def _size(text: str) -> int:
    match = re.fullmatch(r"([0-9]{1,9})([KMGT]?)(i?B)?", text.strip(), re.IGNORECASE)
    if match is None:
        raise argparse.ArgumentTypeError(f"{text!r} is not a size such as 500M or 2G")
    return int(match[1]) << {"": 0, "K": 10, "M": 20, "G": 30, "T": 40}[match[2].upper()]


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0.0
    if not SHORTEST_POLL <= seconds <= LONGEST_POLL:
        raise argparse.ArgumentTypeError(
            f"{text!r} is not a number of seconds between {SHORTEST_POLL} and {LONGEST_POLL:.0f}"
        )
    return seconds
