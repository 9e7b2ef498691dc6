"""A text in the person's own pager or editor, while the screen steps aside."""

from __future__ import annotations

import contextlib
import os
import shlex
import signal
import subprocess
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from textual.app import SuspendNotSupported

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from types import FrameType

    from textual.app import App

_FALLBACKS = {"PAGER": ("less",), "EDITOR": ("vi",)}


def command_for(variable: str, environ: Mapping[str, str]) -> list[str]:
    """The program to start: `$PAGER` or less, `$VISUAL`, `$EDITOR` or vi."""
    names = ("VISUAL", "EDITOR") if variable == "EDITOR" else (variable,)
    for name in names:
        try:
            words = shlex.split(environ.get(name, ""))
        except ValueError:
            words = []
        if words:
            return words
    return list(_FALLBACKS[variable])


def read_text(
    app: App[None], text: str, variable: str, environ: Mapping[str, str] = os.environ
) -> str:
    """Show `text`; gives a sentence if that was not possible, else nothing.

    The text stands in a file for the user alone, removed when the program has ended; nothing
    that is changed in it goes anywhere.
    """
    command = command_for(variable, environ)
    try:
        with _private_file(text) as path, app.suspend(), _signals_passed_on() as child_is:
            # Nothing may be raised in here: Textual would not take the terminal back.
            return _run([*command, path], child_is, variable)
    except SuspendNotSupported:
        return "This terminal cannot be handed to another program"
    except OSError as error:
        return f"The record could not be written to a file: {error.strerror}"


def _run(command: list[str], child_is: _Child, variable: str) -> str:
    try:
        child = subprocess.Popen(command)  # noqa: S603 (the person's own choice)
    except OSError as error:
        return f"{command[0]} could not be started ({error.strerror}): set ${variable}"
    child_is(child)
    code = child.wait()
    return "" if code in (0, -signal.SIGINT) else f"{command[0]} ended with {code}"


@contextlib.contextmanager
def _private_file(text: str) -> Iterator[str]:
    # mkstemp makes the file 0600 whatever the umask says.
    descriptor, path = tempfile.mkstemp(prefix="cloudtrail-tui-", suffix=".json")
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8", errors="backslashreplace") as file:
            file.write(text)
        yield path
    finally:
        with contextlib.suppress(OSError):
            Path(path).unlink()


class _Child:
    """Whom to end when the program is told to end."""

    process: subprocess.Popen[bytes] | None = None
    told = 0

    def __call__(self, process: subprocess.Popen[bytes]) -> None:
        self.process = process
        if self.told:  # between the child's start and now
            process.terminate()

    def end(self, number: int, _frame: FrameType | None) -> None:
        self.told = number
        if self.process is not None:
            self.process.terminate()


@contextlib.contextmanager
def _signals_passed_on() -> Iterator[_Child]:
    """While the child runs, ^c is its own affair, and what ends us ends it first."""
    child = _Child()
    ending = (signal.SIGTERM, signal.SIGHUP)
    before = {number: signal.signal(number, child.end) for number in ending}
    before[signal.SIGINT] = signal.signal(signal.SIGINT, _nothing)
    try:
        yield child
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        if child.told:
            os.kill(os.getpid(), child.told)


def _nothing(_number: int, _frame: FrameType | None) -> None:
    """A handler, unlike SIG_IGN, is not handed down to the child."""
