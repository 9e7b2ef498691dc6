"""Writes the man page again, from the parser's own arguments and the registry of actions.

    python -m tests.benchmarks.manpage

The parts of the help's epilogue become sections of their own; the keys are one more.
"""

from __future__ import annotations

import re
from pathlib import Path

from argparse_manpage.manpage import Manpage

from tui import __version__
from tui.actions.registry import groups, places_of
from tui.cli_parser import EPILOG, build_parser
from tui.errors import PROGRAM

PAGE = Path(__file__).parents[2] / "tui" / f"{PROGRAM}.1"
WHAT = "terminal log browser for AWS CloudTrail"


def _literal(lines: list[str]) -> str:
    """Lines that stay as they are: no text of ours becomes an instruction to troff."""
    escaped = [line.replace("\\", "\\e").replace("-", "\\-") for line in lines]
    # A dot or an apostrophe at a line's beginning would be one.
    guarded = [f"\\&{line}" if line[:1] in (".", "'") else line for line in escaped]
    return "\n".join([".nf", *guarded, ".fi"])


def _parts(epilogue: str) -> list[tuple[str, list[str]]]:
    """`times     2h …` and the lines under it: a name with its lines."""
    found: list[tuple[str, list[str]]] = []
    for line in epilogue.splitlines():
        name, text = re.fullmatch(r"(\w*) +(.*)", line).groups()  # type: ignore[union-attr]
        if name:
            found.append((name, []))
        found[-1][1].append(text)
    return found


def _keys() -> list[str]:
    lines: list[str] = []
    for group, actions in groups():
        lines += ["", group] if lines else [group]
        for action in actions:
            keys = ", ".join(key for key, _ in places_of(action.keys)) or f":{action.command_name}"
            lines.append(f"    {keys:<22} {action.title}")
    return lines


def page() -> str:
    """The page as troff source, the same wherever and whenever it is made."""
    parser = build_parser()
    parser.epilog = None
    made = Manpage(parser, format="single-commands-section")
    made.date = ""
    made.source = f"{PROGRAM} {__version__}"
    made.manual = "User Commands"
    made.description = WHAT
    for name, lines in [*_parts(EPILOG), ("keys", _keys())]:
        made.add_section(name, "=", _literal(lines))
    return str(made)


def main() -> None:
    """Write the page again."""
    PAGE.parent.mkdir(exist_ok=True)
    PAGE.write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main()
