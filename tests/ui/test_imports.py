"""What the first paint waits for: nothing that only a later key needs."""

from __future__ import annotations

import subprocess
import sys

LATER = (
    "numpy",
    "boto3",
    "tui.core.when",
    "tui.core.index.index",
    "tui.ui.clipboard",
    "tui.ui.pager",
    "tui.ui.commands.palette",
    "tui.ui.session.session",
    "tui.ui.screens.help",
    "tui.ui.screens.problems",
    "tui.ui.screens.prompts",
    "textual.widgets._markdown",
    "textual.widgets._text_area",
    "textual.widgets._data_table",
)


def loaded_by(statement: str) -> set[str]:
    script = f"import sys; {statement}; print(*sys.modules)"
    command = [sys.executable, "-c", script]
    return set(subprocess.run(command, capture_output=True, text=True, check=True).stdout.split())


def test_the_screen_loads_little() -> None:
    found = loaded_by("import tui.ui.app")
    assert not found.intersection(LATER)
    more = {name for name in found - loaded_by("import textual.app") if name.startswith("textual")}
    assert len(more) <= 3, more


def test_the_first_events_wait_for_no_filter_and_no_masks() -> None:
    found = loaded_by(
        "import tui.ui.app, tui.ui.session.session, tui.ui.engine, tui.ingest.pipeline"
    )
    later = (
        "filters.filtering",
        "query.parser",
        "matching.matcher",
        "counts.tops",
        "rules.exposure",
    )
    for module in (*later, "rules.exposure", "export", "secrets"):
        assert f"tui.core.{module}" not in found
    assert not found.intersection(("msgspec", "tomllib", "boto3"))


def test_the_core_and_the_engine_load_no_screen() -> None:
    for module in (
        "tui.core.text",
        "tui.core.record.outline",
        "tui.core.index.rows",
        "tui.actions.registry",
    ):
        found = loaded_by(f"import {module}")
        assert not [name for name in found if name.split(".")[0] in ("textual", "rich")]
