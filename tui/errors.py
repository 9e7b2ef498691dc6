"""What the program says when it cannot go on, and the exit code that goes with it.

    CloudTrailTuiError            70  the base of all: a person sees its message
    ├── UsageError                 2  the command line does not make sense
    │   ├── FilterError            2  a filter cannot be understood
    │   └── SourceError            2  a place to read from does not exist or is no place of ours
    └── OutputClosed               0  the reader of our output went away; nothing is said

A message is one sentence for a person: what happened and what would mend it. It may quote
names from the command line or from disk, so whoever prints it passes it through the gate.
"""

from __future__ import annotations

import enum
from typing import ClassVar

PROGRAM = "cloudtrail-tui"
"""What begins each line that the program says on stderr."""


class ExitCode(enum.IntEnum):
    """What the shell learns."""

    OK = 0
    """The screen was left, or events were printed; also when the reader of a pipe went away."""
    NONE = 1
    """Printing found no event."""
    USAGE = 2
    """The command line makes no sense, or names a path that does not exist."""
    PARTIAL = 3
    """Printing: some input could not be read, whatever was found in the rest."""
    UNREADABLE = 4
    """Printing: nothing could be read."""
    FAULT = 70
    """The program is at fault (EX_SOFTWARE of sysexits.h)."""
    HUNG_UP = 129
    """The terminal went away: 128 + SIGHUP."""
    INTERRUPTED = 130
    """^c: 128 + SIGINT."""
    TERMINATED = 143
    """128 + SIGTERM."""


class CloudTrailTuiError(Exception):
    """Anything that ends the program with a sentence rather than a traceback."""

    exit_code: ClassVar[ExitCode] = ExitCode.FAULT


class UsageError(CloudTrailTuiError):
    """The command line does not make sense."""

    exit_code: ClassVar[ExitCode] = ExitCode.USAGE


class FilterError(UsageError):
    """A filter cannot be understood; the place in its text can be shown."""

    def __init__(self, option: str, message: str, text: str, start: int, end: int) -> None:
        super().__init__(f"{option}: {message}")
        self.text = text
        self.start = start
        """The place is `text[start:end]`; both may stand at its end."""
        self.end = end


class SourceError(UsageError):
    """A place to read from does not exist, or is of a kind that cannot be read."""


class OutputClosed(CloudTrailTuiError):  # noqa: N818  # no error: `head` has seen enough
    """The reader of our output went away."""

    exit_code: ClassVar[ExitCode] = ExitCode.OK
