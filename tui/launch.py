"""Start the engine, then the screen or the printing, in the order that each needs.

The engine's processes are forked before Textual is imported and before any thread starts: a
fork copies little then, and no lock that another thread holds.
"""

from __future__ import annotations

import gc
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from tui.errors import ExitCode, UsageError
from tui.faults import say
from tui.options import STDIN

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tui.headless import Feed
    from tui.ingest.pipeline import Pipeline
    from tui.options import Options
    from tui.sources.base import Source
    from tui.state import State


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

    settings = load_settings()
    state = State.load()
    pipeline = _engine(options, _take_keys(options))
    pipeline.start()
    try:
        end_with_terminal()
        with kept_terminal():
            from tui.ui.app import CloudTrailApp
            from tui.ui.engine import LoopEngine
            from tui.ui.session import Session

            engine = LoopEngine(
                pipeline, accounts=settings.accounts, show_secrets=options.show_secrets
            )
            app = CloudTrailApp(
                Session(pipeline, settings.accounts),
                settings.with_themes(known_themes()),
                engine=engine,
                show_secrets=options.show_secrets,
                memory=state,
            )
            return run_app(app, mouse=settings.mouse if options.mouse is None else options.mouse)
    finally:
        pipeline.close()
        _keep(state)


def _keep(state: State) -> None:
    try:
        state.save()
    except OSError as error:
        say(f"{state.path}: {error.strerror}; the size of the panes is not remembered.")


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
    pipeline = _engine(options, stdin_fd, at_once=True)
    pipeline.start()
    try:
        from tui.ingest.feed import PipelineFeed

        return print_feed(PipelineFeed(pipeline), options, settings.accounts)
    finally:
        pipeline.close()


def _engine(options: Options, stdin_fd: int | None, *, at_once: bool = False) -> Pipeline:
    """Check the sources and make the engine; nothing runs yet. Raises SourceError."""
    from tui.sources.local import LocalSource, expand
    from tui.sources.stdin import StdinSource, make_spool

    sources: list[Source] = []
    places = expand([source for source in options.sources if source != STDIN])
    if places:
        sources.append(LocalSource(places, options.window))
    spool_fd = None
    if stdin_fd is not None:
        spool_fd = make_spool()
        sources.append(StdinSource(stdin_fd, spool_fd))
    from tui.ingest.pipeline import Pipeline

    return Pipeline(
        sources,
        window=options.window,
        follow=options.follow,
        poll=options.poll,
        spool_fd=spool_fd,
        stdin_fd=stdin_fd,
        asked=[place for place in places if not Path(place).is_dir()],
        at_once=at_once,
    )


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
        feed, headless.Output(), show_secrets=options.show_secrets, accounts=accounts
    )
    printer.run(options.output or "lines")
    problems = feed.problems()
    for sentence in headless.sentences(problems, printer.lost, printer.printed, feed.skipped()):
        say(sentence)
    return headless.exit_code(problems, printer.lost, printer.printed, feed.objects_read())


def _keep_imports() -> None:
    """Collect garbage from now on, but never look through what the imports made."""
    gc.freeze()
    gc.enable()
