"""The command line: what it says, and whether it asks for a screen or for lines.

Everything beyond the parsing is imported when it is known to be needed: `--help` and a usage
message load nothing, and the first event is on the screen sooner.
"""

from __future__ import annotations

import datetime as dt
import os
import re
import stat
from typing import TYPE_CHECKING

from tui.cli_parser import build_parser
from tui.errors import FilterError, UsageError
from tui.options import STDIN, Counted, Filter, Options

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator, Sequence

    from tui.sources.base import Window
    from tui.sources.s3.access import S3Settings

__all__ = ["build_parser", "can_show_a_screen", "parse", "run"]


def parse(arguments: Sequence[str]) -> Options:
    """Make options of arguments; raises UsageError.

    Looks at the standard streams where the arguments leave something open.
    """
    # Before 3.12 intermixed parsing looks for options behind `--` too.
    end = arguments.index("--") if "--" in arguments else len(arguments)
    given = build_parser().parse_intermixed_args(list(_joined(arguments[:end])))
    sources = (*given.sources, *arguments[end + 1 :]) or _piped_in()
    for source in sources:
        if not source:
            raise UsageError("A source is empty: give a folder or a file.")
        if re.match(r"[sS]3:(?!//)|S3:", source):
            raise UsageError(f"{source}: a place in S3 is written s3://bucket/prefix")
        if re.match(r"(?i)arn:|https?://", source) and not os.path.lexists(source):
            raise UsageError(_readdressed(source))
    if sources.count(STDIN) > 1:
        raise UsageError("The standard input can be read only once: give - once.")
    counting = given.top is not None or given.timeline
    output = given.output or (None if can_show_a_screen() and not counting else "lines")
    if output is None and STDIN in sources and os.isatty(0):
        raise UsageError("Nothing is piped in: - would read from the keyboard.")
    now = dt.datetime.now(dt.UTC)
    window = _window(given.since, given.until, now)._replace(
        accounts=tuple(given.account), regions=tuple(given.event_region)
    )
    follow = given.follow if given.follow is not None else output is None
    if counting and follow:
        raise UsageError("--top and --timeline count what is there: they cannot follow.")
    if window.until is not None and window.until <= now.timestamp() * 1_000_000:
        follow = False
    return Options(
        sources=sources,
        window=window,
        follow=follow,
        poll=given.poll,
        output=output,
        filters=tuple(_filter(text, now) for text in given.filter),
        top=None if given.top is None else _counted(given.top, now),
        timeline=given.timeline,
        s3=_settings(given),
        cache=not given.no_cache,
        cache_bytes=given.cache_size,
        show_secrets=given.show_secrets,
        mouse=given.mouse,
    )


def _readdressed(source: str) -> str:
    """How to name what was given as an ARN or a URL."""
    from tui.addresses import s3_place

    if place := s3_place(source):
        return f"{source}: a place in S3 is written: {place}"
    if source[:4].lower() == "arn:":
        return f"{source}: give the bucket that it delivers to: s3://bucket/prefix"
    return f"{source}: nothing is read from the web: curl it and pipe it into cloudtrail-tui -"


def run(arguments: Sequence[str]) -> int:
    """Do what the command line says; gives the exit code."""
    options = parse(arguments)
    from tui import launch

    return launch.run_screen(options) if options.output is None else launch.run_headless(options)


def _joined(arguments: Sequence[str]) -> Iterator[str]:
    """The arguments; a filter that begins with a hyphen (`-is:aws`) stays with its option."""
    waiting = False
    for argument in arguments:
        if waiting:
            joins = argument.startswith("-") and not argument.startswith("--")
            yield from (f"--filter={argument}",) if joins else ("--filter", argument)
            waiting = False
        elif argument == "--filter":
            waiting = True
        else:
            yield argument
    if waiting:
        yield "--filter"


def _filter(text: str, now: dt.datetime) -> Filter:
    """A step of the filter; its times are UTC. Raises FilterError."""
    from tui.core.query import parser as query

    try:
        return Filter(text, query.parse(text, now=now, zone=dt.UTC))
    except query.QueryError as error:
        raise FilterError("--filter", error.message, text, error.start, error.end) from error


def _counted(name: str, now: dt.datetime) -> Counted:
    """What `--top` counts: a field or a path, as `name:*` means it. Raises UsageError."""
    from tui.core.query import parser as query
    from tui.core.query.names import FACETS, nearest
    from tui.core.query.nodes import Field, Path, Present

    try:
        node = query.parse(f"{name}:*", now=now, zone=dt.UTC)
    except query.QueryError:
        node = None
    if not isinstance(node, Field | Path) or node.values != (Present(),):
        meant = nearest(name, FACETS) or ", ".join(FACETS)
        raise UsageError(
            f"--top: there is no field {name}: expected {meant}, "
            "or a path such as requestParameters.bucketName"
        )
    return Counted(name, node)


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


def _settings(given: argparse.Namespace) -> S3Settings:
    from tui.sources.s3.access import S3Settings

    if given.endpoint_url is not None and not re.match(r"https?://[^/]", given.endpoint_url):
        raise UsageError(f"--endpoint-url: {given.endpoint_url} does not begin with https://")
    return S3Settings(
        given.profile,
        given.region,
        given.endpoint_url,
        sign=not given.no_sign_request,
        concurrency=given.concurrency,
        payer=given.request_payer or "",
    )


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
