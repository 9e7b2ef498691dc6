"""Marks, notes and the export, with the real session and engine behind the screen."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
from typing import TYPE_CHECKING

import pytest

from tests.ui.fake_session import FakeSession, make_rows
from tests.ui.stand import TRUECOLOR, Stand, stand
from tests.unit.made import delivery, raw, raws, write
from tui.core.marks import Marks
from tui.ingest.pipeline import Pipeline
from tui.settings import Settings
from tui.sources.local import LocalSource
from tui.ui.app import CloudTrailApp
from tui.ui.engine import LoopEngine
from tui.ui.screens.confirm import Confirm
from tui.ui.screens.prompts import Ask
from tui.ui.session.session import Session

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from pathlib import Path

NOW = 1_772_600_700.0  # 2026-03-04T05:05:00Z


class Real(Stand):
    """The stand over what a folder holds."""

    async def until(self, true: Callable[[], bool]) -> None:
        """Wait for what comes from other threads and processes."""
        for _ in range(1500):
            await self.settle()
            if true():
                return
            await asyncio.sleep(0.02)
        raise AssertionError(f"it did not come: {self.message!r}")


@contextlib.asynccontextmanager
async def real(folder: Path) -> AsyncIterator[Real]:
    pipeline = Pipeline([LocalSource([str(folder)])], follow=False)
    pipeline.start()
    try:
        session = Session(pipeline, {}, clock=lambda: NOW)
        engine = LoopEngine(pipeline)
        app = CloudTrailApp(
            session, Settings(), engine=engine, clock=lambda: NOW, environ=TRUECOLOR
        )
        async with app.run_test(size=(120, 40)) as pilot:
            it = Real(app, pilot, session, engine)  # type: ignore[arg-type] # the real ones
            await it.until(lambda: session.total > 0 and not session.progress().loading)
            yield it
    finally:
        pipeline.close()


@pytest.fixture
def trail(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "trail"
    write(folder / "a.json", delivery([*raws(4), raw(7, eventID=None)]))
    monkeypatch.chdir(tmp_path)
    return folder


async def test_marked_events_can_be_filtered_by(trail: Path) -> None:
    async with real(trail) as it:
        await it.press("g", "m", "j", "j", "m", ":", *"marks", "enter")
        await it.until(lambda: len(it.session) == 2)
        assert it.session.steps.all[-1].name == "marked"
        targets = {it.session.event(place).target for place in range(2)}
        assert targets == {"bücket-0", "bücket-2"}
        await it.press("u")
        assert len(it.session) == 5
        await it.press("G", "m", ":", *"marks", "enter")
        await it.until(lambda: "1 marked without an eventID" in it.message)
        assert len(it.session) == 2


async def test_marks_of_events_that_are_not_loaded_are_told(trail: Path) -> None:
    async with real(trail) as it:
        it.session.marks = Marks([("00000000000000aa@5", "long ago")])
        await it.press(":", *"marks", "enter")
        assert it.message == "None of the 1 marked events is loaded"
        await it.press("M", "y")
        assert len(it.session.marks) == 0


async def test_an_event_without_an_id_is_marked_but_cannot_be_filtered_by(trail: Path) -> None:
    async with real(trail) as it:
        await it.press("G", "m", ":", *"marks", "enter")
        await it.until(lambda: "no eventID" in it.message)
        assert len(it.session) == 5


async def test_a_note_stands_in_the_detail_and_can_be_changed(trail: Path) -> None:
    async with real(trail) as it:
        await it.press(";", *"ask dana", "enter")
        await it.until(lambda: any("Note: ask dana" in line for line in it.text()))
        await it.press(";")
        assert isinstance(it.prompt, Ask)
        assert it.typed == "ask dana"
        await it.press("ctrl+u", "enter")
        await it.until(lambda: not any("Note:" in line for line in it.text()))
        assert len(it.session.marks) == 1
        await it.press(":", *"note [b]x", "enter")
        await it.until(lambda: any("Note: [b]x" in line for line in it.text()))


async def test_what_the_filter_leaves_is_written(trail: Path, tmp_path: Path) -> None:
    async with real(trail) as it:
        it.session.push("target:*-2")
        it.main.take_in()
        await it.press("ctrl+s")
        assert isinstance(it.prompt, Ask)
        assert any("Export 1 event to" in line for line in it.text())
        await it.press("enter")
        path = tmp_path / "cloudtrail-20260304-0505.json"
        await it.until(lambda: "1 event written to" in it.message)
        assert json.loads(path.read_bytes()) == json.loads(raw(2))
        assert path.stat().st_mode & 0o777 == 0o600


async def test_a_file_is_replaced_only_when_that_is_confirmed(trail: Path, tmp_path: Path) -> None:
    path = tmp_path / "out.csv"
    path.write_text("before")
    async with real(trail) as it:
        await it.press(":", *"export out.csv", "enter")
        assert isinstance(it.app.screen, Confirm)
        await it.press("n")
        assert path.read_text() == "before"
        await it.press(":", *"export out.csv", "enter", "y")
        await it.until(lambda: "5 events written" in it.message)
        assert path.read_text().startswith("time,who")


async def test_marked_events_are_written_as_a_table(trail: Path, tmp_path: Path) -> None:
    async with real(trail) as it:
        await it.press(":", *"export out.md", "enter")
        assert it.message == "A Markdown table lists the marked events. No event is marked"
        await it.press("g", ";", *"why?", "enter", "j", "m", ":", *"export out.md", "enter")
        await it.until(lambda: "2 events written" in it.message)
        lines = (tmp_path / "out.md").read_text().splitlines()
        assert [line.rpartition(" | ")[2] for line in lines[2:]] == ["why? |", " |"]


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("out.txt", "The end of the name says"),
        ("out", "The end of the name says"),
        ("nowhere/out.csv", "There is no folder nowhere"),
        ("folder.csv", "folder.csv is not a file"),
        ("x" * 300 + ".csv", "File name too long"),
    ],
)
async def test_a_name_that_cannot_be_is_said(
    name: str, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "folder.csv").mkdir()
    async with stand(events=5) as it:
        it.main.out_commands.action_export(name)
        assert said in it.message
        assert it.engine.exports == []


async def test_progress_is_shown_and_leaving_stops_it() -> None:
    session = FakeSession(make_rows(20))
    async with stand(session=session) as it:
        it.main.out_commands.action_export("out.csv")
        export, _, _ = it.engine.exports[0]
        export.done = 7
        it.main.out_commands._tell()
        assert it.message == "Exporting: 7 of 20 events · ^s stops it"
        await it.press("ctrl+s")
        assert export.stopped


async def test_the_end_of_the_program_stops_an_export(trail: Path, tmp_path: Path) -> None:
    write(trail / "b.json", delivery(raw(n) for n in range(10, 3000)))
    async with real(trail) as it:
        it.session.refresh()
        exports = []
        for name in ("one.csv", "two.json"):
            it.main.out_commands._export = None
            it.main.out_commands.action_export(name)
            exports.append(it.main.out_commands._export)
        it.app.exit()
    assert all(export is not None and export.stopped for export in exports)

    def left() -> list[str]:
        whole = [export.path.name for export in exports if export is not None and export.written]
        return sorted(set(os.listdir(tmp_path)) - {*whole, "trail"})

    # The threads end when they look; the program's end waits for that, the test's loop goes on.
    for _ in range(1500):
        if not left():
            break
        await asyncio.sleep(0.02)
    assert left() == []


async def test_nothing_to_mark_or_export_is_said() -> None:
    async with stand(session=FakeSession([])) as it:
        for key, said in (
            ("m", "There is no event here"),
            (";", "There is no event here"),
            ("M", "No event is marked"),
            ("ctrl+s", "There are no events to export"),
        ):
            await it.press(key)
            assert it.message == said
