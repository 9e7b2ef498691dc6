"""Runs the screen over the fake session in a real terminal: `python -m tests.ui.run_fake`."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, cast

from tests.ui.fake_session import NOW, FakeEngine, FakeSession, make_rows
from tui.settings import Settings
from tui.ui.app import CloudTrailApp

if TYPE_CHECKING:
    from tui.ui.session.session import Session


def fail() -> None:
    """A fault of the program, with a secret at hand."""
    token = "a secret in a local variable"
    raise RuntimeError(len(token))


def main() -> None:
    count = int(os.environ.get("EVENTS", "500"))
    session = FakeSession(make_rows(count))
    settings = Settings(theme=os.environ.get("THEME"))
    engine = FakeEngine(session)
    if "NO_DETAIL" in os.environ:
        engine.held = []  # records are asked for and never come
    if "FAULT" in os.environ:
        session.toggle_aws = fail  # type: ignore[method-assign]
    app = CloudTrailApp(cast("Session", session), settings, engine=engine, clock=lambda: NOW)
    app.run(mouse=False)
    if app.fault is not None:
        sys.stdout.write(f"fault: {type(app.fault).__name__}\n")
    sys.exit(app.return_code)


if __name__ == "__main__":
    main()
