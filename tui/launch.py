"""Start the engine, then the screen or the printing, in the order that each needs.

The engine's processes are forked before Textual is imported and before any thread starts: a
fork copies little then, and no lock that another thread holds.
"""

from __future__ import annotations

import gc
import time
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from tui.errors import PROGRAM, ExitCode, UsageError
from tui.faults import say
from tui.options import BUCKETS, STDIN

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tui.core.marks import Marks
    from tui.core.query.nodes import Node
    from tui.headless import Feed
    from tui.ingest.pipeline import Pipeline
    from tui.ingest.processes.fetching import Setup
    from tui.options import Options
    from tui.sources.base import Source, Window
    from tui.state import State
    from tui.ui.session.session import Session


class App(Protocol):
    """What the program asks of the screen."""

    fault: BaseException | None
    ended_by: int
    """The signal that ended it; 0 for none."""

    def run(self, *, mouse: bool) -> object:
        """Show the screen until it is left."""

    @property
    def return_code(self) -> int | None: ...


def run_screen(options: Options) -> int:
    """Show the screen until it is left; gives the exit code."""
    from tui.settings import load_settings
    from tui.state import State
    from tui.terminal import end_with_terminal, kept_terminal

    state = State.load()
    settings = load_settings()
    settings = replace(settings, mistakes=(*settings.mistakes, *state.notes))
    with ExitStack() as ending:
        ending.callback(_keep, state)
        pipeline = _engine(options, _take_keys(options), ending)
        pipeline.start()
        ending.callback(pipeline.close)
        end_with_terminal()
        with kept_terminal():
            from tui.ui.app import CloudTrailApp
            from tui.ui.engine import LoopEngine
            from tui.ui.session.session import Session

            engine = LoopEngine(
                pipeline, accounts=settings.accounts, show_secrets=options.show_secrets
            )
            session = Session(pipeline, settings.accounts)
            session.marks = _marks(state, options.sources)
            _begin_filtered(session, options, settings.accounts)
            app = CloudTrailApp(
                session,
                settings.with_themes(known_themes()),
                engine=engine,
                show_secrets=options.show_secrets,
                memory=state,
            )
            return run_app(app, mouse=settings.mouse if options.mouse is None else options.mouse)


def _begin_filtered(session: Session, options: Options, accounts: Mapping[str, str]) -> None:
    """Put the command line's filters on the stack."""
    from tui.core.filters.steps import Step

    nodes = _nodes(options, accounts)
    for step, node in zip(options.filters, nodes, strict=True):
        session.change(session.steps.push(Step(step.text, node)))


def _marks(state: State, sources: Sequence[str]) -> Marks:
    """What was marked in these sources before; what is marked now is kept with them."""
    from tui.core import marks

    if STDIN in sources:
        return marks.Marks()
    places = [name if name.startswith(BUCKETS) else str(Path(name).resolve()) for name in sources]
    source = marks.source_key(places)

    def keep(found: list[list[str]]) -> None:
        kept = state.get(marks.SECTION, marks.KEY)
        state.set(marks.SECTION, marks.KEY, marks.kept_with(kept, source, found, time.time()))

    return marks.Marks(marks.recalled(state.get(marks.SECTION, marks.KEY), source), keep)


def _keep(state: State) -> None:
    if reason := state.keep():
        say(f"{reason}; marks, notes, saved filters and the size of the panes are not kept.")


def known_themes() -> list[str]:
    """The names that the settings may give a theme: ours and Textual's."""
    from textual.theme import BUILTIN_THEMES

    from tui.ui.themes import THEMES

    return [*(theme.name for theme in THEMES), *BUILTIN_THEMES]


def run_headless(options: Options) -> int:
    """Print the events; gives the exit code."""
    from tui.settings import load_settings

    settings = load_settings()
    for mistake in settings.mistakes:
        say(mistake)
    stdin_fd = 0 if STDIN in options.sources else None
    with ExitStack() as ending:
        nodes = _nodes(options, settings.accounts)
        details = needs_details(options, nodes)
        pipeline = _engine(options, stdin_fd, ending, at_once=True, details=details)
        pipeline.start()
        ending.callback(pipeline.close)
        from tui.ingest.feed import PipelineFeed

        feed = PipelineFeed(pipeline, nodes, waits=say)
        return print_feed(feed, options, settings.accounts)


def needs_details(options: Options, nodes: Sequence[Node]) -> bool:
    """Must whole records be looked at while loading, for what is printed or who passes?"""
    asked = [*nodes, *([options.top.node] if options.top is not None else [])]
    if options.follow or options.timeline or (options.top is None and options.output != "json"):
        return True
    if not asked:
        return False
    from tui.core.filters.filtering import is_steady

    return not all(map(is_steady, asked))


def _nodes(options: Options, accounts: Mapping[str, str]) -> list[Node]:
    """The filter's steps, accounts by their IDs."""
    if not options.filters:
        return []
    from tui.core.filters.filtering import with_account_names

    return [with_account_names(step.node, accounts) for step in options.filters]


def _engine(
    options: Options,
    stdin_fd: int | None,
    ending: ExitStack,
    *,
    at_once: bool = False,
    details: bool = True,
) -> Pipeline:
    """Check the sources and make the engine; nothing runs yet. Raises SourceError.

    `ending` gets what is to be cleared away afterwards.
    """
    from tui.sources.local import LocalSource, expand
    from tui.sources.stdin import StdinSource, make_spool

    sources: list[Source] = []
    urls = [source for source in options.sources if source.startswith(BUCKETS)]
    others = [source for source in options.sources if source != STDIN and source not in urls]
    places = expand(others)
    if places:
        sources.append(LocalSource(places, options.window))
    fetching = None
    if urls:
        from tui.sources.s3.source import S3Source

        fetching = _fetching(options, ending)
        window = options.window
        source = S3Source(
            urls,
            window,
            options.s3,
            window.accounts,
            window.regions,
            ask=options.output is None,
        )
        sources.append(source)
    spool_fd = None
    if stdin_fd is not None:
        spool_fd = make_spool()
        sources.append(StdinSource(stdin_fd, spool_fd))
    from tui.ingest.pipeline import Pipeline

    return Pipeline(
        sources,
        window=options.window if others or stdin_fd is not None else _of_buckets(options.window),
        follow=options.follow,
        poll=options.poll,
        spool_fd=spool_fd,
        stdin_fd=stdin_fd,
        fetching=fetching,
        asked=[*urls, *(place for place in places if not Path(place).is_dir())],
        details=details,
        at_once=at_once,
    )


def _of_buckets(window: Window) -> Window:
    """The window for events of which the listing has left only some.

    An account's folder may have a name, which no record has: then the folder decides alone.
    """
    named = any(char.isalpha() for account in window.accounts for char in account)
    return window._replace(accounts=()) if named else window


def _fetching(options: Options, ending: ExitStack) -> Setup:
    """Where the objects of buckets are kept: in the cache, or in a folder that goes at the end."""
    from tui.ingest.processes.fetching import Setup

    if options.cache:
        from tui.sources.cache import default_folder

        folder = str(default_folder())
    else:
        from tempfile import TemporaryDirectory

        kept = TemporaryDirectory(prefix=f"{PROGRAM}-", ignore_cleanup_errors=True)
        folder = ending.enter_context(kept)
    return Setup(folder, options.cache_bytes, options.s3.concurrency, passing=not options.cache)


def _take_keys(options: Options) -> int | None:
    """Make the terminal the place of the keys; gives the descriptor of piped events, if any."""
    from tui.terminal import keys_from_terminal

    try:
        return keys_from_terminal(keep_stdin=STDIN in options.sources)
    except OSError as error:
        raise UsageError(f"There is no terminal to read keys from: {error.strerror}.") from error


def run_app(app: App, *, mouse: bool) -> int:
    """Run the app; what went wrong in it is raised once the terminal is as it was."""
    _keep_imports()
    app.run(mouse=mouse)
    if app.fault is not None:
        raise app.fault
    return 128 + app.ended_by if app.ended_by else app.return_code or ExitCode.OK


def print_feed(feed: Feed, options: Options, accounts: Mapping[str, str]) -> int:
    """Print what a feed gives, and say on stderr what could not be read; gives the exit code."""
    from tui import headless

    _keep_imports()
    if options.follow:
        headless.end_with_reader()
    printer = headless.Printer(
        feed,
        headless.Output(),
        show_secrets=options.show_secrets,
        accounts=accounts,
        tell=say if options.follow else None,
    )
    form = options.output or "lines"
    if options.top is not None:
        printer.run_top(form, *options.top)
    elif options.timeline:
        printer.run_timeline(form)
    else:
        printer.run(form)
    if feed.hint() not in ("", printer.hint):
        say(feed.hint())
    if printer.remark:
        say(printer.remark)
    problems = feed.problems()
    lost = printer.lost + feed.unread()
    trouble = feed.trouble()
    if trouble:
        say(f"--filter: {trouble}.")
    reasons = feed.why_nothing() if not printer.printed else ()
    for sentence in headless.sentences(problems, lost, printer.printed, feed.skipped(), reasons):
        say(sentence)
    # What a filter could not say is missing as much as what could not be read.
    lost += bool(trouble)
    return headless.exit_code(problems, lost, printer.printed, feed.objects_read())


def _keep_imports() -> None:
    """Collect garbage from now on, but never look through what the imports made."""
    gc.freeze()
    gc.enable()
