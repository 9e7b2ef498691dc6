"""What completes the command line in a shell: scripts made from the parser's own arguments."""

from __future__ import annotations

from tui.cli_parser import build_parser
from tui.errors import PROGRAM, UsageError


def script(shell: str) -> str:
    """The script for bash, zsh or fish. Raises UsageError."""
    try:
        import shtab
    except ImportError as error:
        raise UsageError("--completion needs the package shtab: pip install shtab") from error
    from tui.core.query.names import FACETS

    parser = build_parser()
    for action in parser._actions:
        if action.dest == "sources":
            action.complete = shtab.FILE  # type: ignore[attr-defined]  # shtab looks for it
        elif action.dest == "top":
            # Paths may stand there too, so they are no choices of the parser's.
            action.choices = FACETS
    made = shtab.complete(parser, shell=shell, root_prefix=PROGRAM.replace("-", "_"))
    return f"{made.rstrip()}\n"
