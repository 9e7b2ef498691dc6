"""How the program ends when it does not end by itself: one sentence and an exit code.

Nothing of a record may reach the terminal here: no locals, no message that an exception made
of a record's text. What a developer needs goes to a file for the user alone.
"""

from __future__ import annotations

import errno
import os
import signal
import sys
import threading
import traceback
from typing import TYPE_CHECKING, Self

from tui.errors import PROGRAM, CloudTrailTuiError, ExitCode, FilterError, OutputClosed

if TYPE_CHECKING:
    from pathlib import Path
    from types import FrameType, TracebackType

LONGEST_MESSAGE = 300

SIGNALLED = 128
"""A shell's exit code of what a signal ended, without the signal's number."""

_AGAIN = 0.01
"""Seconds until a signal that was lost is sent once more."""


def say(sentence: str) -> None:
    """Tell a person something beside the data: a line on stderr, through the gate."""
    from tui.core.text import safe

    try:
        os.write(2, f"{PROGRAM}: {safe(sentence)}\n".encode())
    except OSError:
        pass  # nobody listens: stderr is closed or its terminal gone


class Ending:
    """A context in which the program runs; `code` is what the shell learns afterwards.

    It swallows what ends the program and says it. SIGTERM or SIGHUP inside it unwinds the program
    as an exit does, so that `finally` clauses run. A fault in another thread counts as one of the
    program.
    """

    def __init__(self) -> None:
        self.code: int = ExitCode.OK
        self._faults: list[str] = []
        self._thread_hook = threading.excepthook
        self._lost_hook = sys.unraisablehook
        self._handlers: dict[int, object] = {}

    def __enter__(self) -> Self:
        _hold_standard_streams()
        self._thread_hook, threading.excepthook = threading.excepthook, self._thread_fault
        self._lost_hook, sys.unraisablehook = sys.unraisablehook, self._lost
        for number in (signal.SIGTERM, signal.SIGHUP):
            if signal.getsignal(number) is not signal.SIG_IGN:  # as nohup leaves it
                self._handlers[number] = signal.signal(number, _terminate)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> bool:
        threading.excepthook = self._thread_hook
        sys.unraisablehook = self._lost_hook
        for number, handler in self._handlers.items():
            signal.signal(number, handler)  # type: ignore[arg-type]  # as it gave it
        if error is not None:
            self.code = self._tell(error)
        for sentence in self._faults:
            say(sentence)
            self.code = ExitCode.FAULT
        _flush_stdout()
        return True

    def _tell(self, error: BaseException) -> int:
        match error:
            case KeyboardInterrupt():
                return ExitCode.INTERRUPTED
            case SystemExit():
                return error.code if isinstance(error.code, int) else ExitCode.OK
            case OutputClosed():
                return error.exit_code
            case FilterError():
                say(str(error))
                for line in _pointed_at(error):
                    say(line)
                return error.exit_code
            case CloudTrailTuiError():
                say(str(error))
                return error.exit_code
        self._fault(error)
        return ExitCode.FAULT

    def _thread_fault(self, fault: threading.ExceptHookArgs) -> None:
        if fault.exc_value is not None and not _terminal_is_gone(fault):
            self._fault(fault.exc_value)

    def _lost(self, lost: sys.UnraisableHookArgs) -> None:
        """Send a signal once more whose exception Python let nobody see.

        It came while an object was taken away; imports alone do that a thousand times.
        """
        match lost.exc_value:
            case KeyboardInterrupt():
                number = int(signal.SIGINT)
            case SystemExit(code=int(code)) if code > SIGNALLED:
                number = code - SIGNALLED
            case _:
                self._lost_hook(lost)
                return
        main = threading.main_thread().ident or 0
        threading.Timer(_AGAIN, signal.pthread_kill, (main, number)).start()

    def _fault(self, error: BaseException) -> None:
        # Said at the end: a screen may be up while another thread fails.
        self._faults.append(f"This is a fault of the program ({_type_name(error)}). {_keep(error)}")


def _terminal_is_gone(fault: threading.ExceptHookArgs) -> bool:
    """Whether what writes to the terminal found it closed: the signal that follows says enough."""
    error, thread = fault.exc_value, fault.thread
    writes = thread is not None and thread.name == "textual-output"
    return writes and isinstance(error, OSError) and error.errno == errno.EIO


def _pointed_at(error: FilterError) -> list[str]:
    """The filter, and under it a mark where it cannot be understood."""
    from tui.core.text import cell_width, safe

    before, part = error.text[: error.start], error.text[error.start : error.end]
    mark = "^" * max(1, cell_width(safe(part)))
    return [f"  {error.text}", f"  {' ' * cell_width(safe(before))}{mark}"]


def fault_text(error: BaseException) -> str:
    """What can be kept of a fault: types, places in the code, gated and masked messages."""
    from tui import __version__
    from tui.core.text import mask_text, safe

    parts: list[str] = []
    seen: set[int] = set()
    pending: list[tuple[str, BaseException]] = [("", error)]
    while pending and len(seen) < 50:
        how, current = pending.pop(0)
        if id(current) in seen:
            continue
        seen.add(id(current))
        message = safe(mask_text(str(current))[:LONGEST_MESSAGE])
        frames = traceback.extract_tb(current.__traceback__, limit=-100).format()
        parts += [how, *frames, f"{_type_name(current)}: {message}\n"]
        if current.__cause__ is not None:
            pending.append(("\ncaused by\n", current.__cause__))
        elif current.__context__ is not None and not current.__suppress_context__:
            pending.append(("\nwhile handling\n", current.__context__))
        if isinstance(current, BaseExceptionGroup):
            pending += [("\nwhich holds\n", inner) for inner in current.exceptions]
    system = f"{sys.platform}, Python {'.'.join(map(str, sys.version_info[:3]))}"
    return f"{PROGRAM} {__version__}, {system}\n\n{''.join(parts)}"


def _keep(error: BaseException) -> str:
    """Write the fault down; gives the sentence that says where."""
    from tui.state import state_folder, write_private

    path: Path = state_folder() / "fault.txt"
    try:
        write_private(path, fault_text(error).encode("utf-8", "backslashreplace"))
    except OSError as problem:
        return f"It could not be written down: {path}: {problem.strerror}."
    return f"Where it happened is written in {path}."


def _type_name(error: BaseException) -> str:
    kind = type(error)
    return (
        kind.__qualname__
        if kind.__module__ == "builtins"
        else f"{kind.__module__}.{kind.__qualname__}"
    )


def _terminate(number: int, _frame: FrameType | None) -> None:
    raise SystemExit(SIGNALLED + number)


def _hold_standard_streams() -> None:
    """Open what the caller closed: the next file opened must not become the standard output."""
    for descriptor in (0, 1, 2):
        try:
            os.fstat(descriptor)
        except OSError:
            os.open(os.devnull, os.O_RDWR)


def _flush_stdout() -> None:
    """Flush what argparse printed; a reader that went away is no fault."""
    if sys.stdout is None:
        return  # None where the caller closed descriptor 1
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        # The interpreter flushes once more at its end and would complain.
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
