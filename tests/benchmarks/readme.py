"""Writes the README's generated parts (questions, key table, filters, help) and the man page again.

    python -m tests.benchmarks.readme

A part stands between `<!-- name -->` and `<!-- /name -->`; all other text is left as it is.
"""

from __future__ import annotations

import re
from pathlib import Path

from tests.benchmarks.questions import table
from tui.actions.registry import key_table
from tui.cli import build_parser
from tui.core.query.help import language_table

README = Path(__file__).parents[2] / "README.md"


def parts() -> dict[str, str]:
    """Each generated part by its name, as Markdown."""
    return {
        "questions": table(),
        "keys": key_table(),
        "language": language_table(),
        "help": f"```text\n{build_parser().format_help()}```\n",
    }


def rewritten(text: str) -> str:
    """The README with its parts as they should be; raises ValueError if one is missing."""
    for name, part in parts().items():
        found = re.compile(f"(?s)(?<=<!-- {name} -->\n).*?(?=<!-- /{name} -->)")
        if len(found.findall(text)) != 1:
            raise ValueError(f"README.md: the part {name!r} is not there exactly once")
        text = found.sub(part.replace("\\", r"\\"), text)
    return text


def main() -> None:
    """Write the README and the man page again."""
    from tests.benchmarks import manpage

    manpage.main()
    README.write_text(rewritten(README.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main()
