"""A module of the tests on a pseudo-terminal: keys go in, bytes come out and are counted."""

from __future__ import annotations

import os

from tests.terminal.program import Program

END = b"\x1b[?2026l"
"""What ends a frame."""


class Terminal(Program):
    """`python -m <module>` on a terminal of its own, in the environment of the tests."""

    def __init__(
        self, module: str, size: tuple[int, int] = (120, 40), environ: dict[str, str] | None = None
    ) -> None:
        kept = {k: v for k, v in os.environ.items() if k not in ("NO_COLOR", "COLUMNS", "LINES")}
        env = {**kept, "TERM": "xterm-256color", "COLORTERM": "truecolor", **(environ or {})}
        code = f"import runpy; runpy.run_module({module!r}, run_name='__main__', alter_sys=True)"
        super().__init__([], env, size=size, code=code)

    def until_at_rest(self) -> None:
        """Read until the screen is there and complete."""
        self.until_sent(b"Detail")
        self.read(quiet=0.4)

    def read_until(self, wanted: bytes) -> bytes:
        """What comes until `wanted` has come."""
        begun = len(self.raw)
        self.until(lambda: wanted in self.raw[begun:])
        return bytes(self.raw[begun:])
