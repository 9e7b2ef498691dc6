"""The terminal as a device: keys while stdin holds data, its state kept, its end noticed."""

from __future__ import annotations

import contextlib
import os
import select
import signal
import sys
import termios
import threading
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

RESET = (
    b"\x1b[?2026l"  # no synchronized update is open
    b"\x1b[?1000l\x1b[?1002l\x1b[?1003l\x1b[?1006l\x1b[?1015l\x1b[?1016l"  # mouse off
    b"\x1b[?1004l\x1b[?2004l\x1b[?2048l"  # no reports of focus, paste, size
    b"\x1b[<u"  # the keyboard protocol that was there before
    b"\x1b[?1049l\x1b[?25h\x1b[0m"  # main screen, cursor shown, plain
)


def keys_from_terminal(*, keep_stdin: bool) -> int | None:
    """Make descriptor 0 the terminal; gives a descriptor of what stdin was, if it is wanted.

    The screen reads its keys from descriptor 0, whatever was connected to it. Raises OSError
    if there is no terminal.
    """
    if os.isatty(0):
        return None
    held = os.dup(0) if keep_stdin else None
    terminal = os.open("/dev/tty", os.O_RDWR | os.O_NOCTTY)
    os.dup2(terminal, 0)
    os.close(terminal)
    if sys.__stdin__ is None:
        sys.stdin = sys.__stdin__ = open(0, closefd=False)  # type: ignore[misc]  # noqa: SIM115  # it stays open, as stdin does
    return held


@contextlib.contextmanager
def kept_terminal() -> Iterator[None]:
    """Put the terminal back as it was when the screen ends by an exception.

    The screen does that by itself when it is left; this is for when it could not.
    """
    try:
        before = termios.tcgetattr(0)
    except termios.error:
        before = None
    try:
        yield
    except BaseException:
        with contextlib.suppress(OSError):
            os.write(2, RESET)
        if before is not None:
            with contextlib.suppress(termios.error):
                termios.tcsetattr(0, termios.TCSANOW, before)
        raise


def end_with_terminal() -> None:
    """Let a lost terminal end the program, even where SIGHUP was ignored or is not sent.

    A screen without a terminal would read nothing, for ever, at full load. Where the screen
    handles SIGHUP itself it has a second to end; what it would save, it can save then.
    """
    signal.signal(signal.SIGHUP, signal.SIG_DFL)
    watch = threading.Thread(target=_until_hung_up, args=(0,), name="hang-up", daemon=True)
    watch.start()


def _until_hung_up(descriptor: int) -> None:
    if wait_for_hang_up(descriptor):
        os.kill(os.getpid(), signal.SIGHUP)
        time.sleep(1)
        os._exit(128 + signal.SIGHUP)


def wait_for_hang_up(descriptor: int) -> bool:
    """Block until the other end is gone; False where the system cannot tell."""
    poll = select.poll()
    poll.register(descriptor, 0)
    events = poll.poll()
    return all(not event & select.POLLNVAL for _, event in events)
