"""As `key_cases`, for marks and the export."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.ui.key_cases import case
from tui.ui.screens.confirm import Confirm
from tui.ui.screens.prompts import Ask

if TYPE_CHECKING:
    from tests.ui.key_cases import Press
    from tests.ui.stand import Stand


def here(it: Stand) -> int:
    event = it.main.events.cursor_event
    assert event is not None
    return event.row


@case("mark")
async def mark(it: Stand, scope: str, press: Press) -> None:
    await press()
    assert it.session.marked_rows() == [here(it)]
    assert it.message == "Marked: 1 in all"
    await press()
    assert it.session.marked_rows() == []
    assert it.message == "No longer marked: 0 in all"


@case("note")
async def note(it: Stand, scope: str, press: Press) -> None:
    await press()
    assert isinstance(it.prompt, Ask)
    await it.press(*"who is it?", "enter")
    assert it.session.note(here(it)) == "who is it?"
    assert any("Note: who is it?" in line for line in it.text())
    await it.press("m", "n")
    assert it.session.note(here(it)) == "who is it?"
    await it.press("m", "y")
    assert it.session.marked_rows() == []


@case("clear_marks")
async def clear_marks(it: Stand, scope: str, press: Press) -> None:
    await press()
    assert it.message == "No event is marked"
    await it.press("m")
    await press()
    assert isinstance(it.app.screen, Confirm)
    await it.press("n")
    assert it.session.marked_rows() == [here(it)]
    await press()
    await it.press("y")
    assert it.session.marked_rows() == []


@case("marks")
async def marks(it: Stand, scope: str, press: Press) -> None:
    await press()
    assert it.message == "No event is marked"


@case("export")
async def export(it: Stand, scope: str, press: Press) -> None:
    await press()
    ask = it.prompt
    assert isinstance(ask, Ask)
    assert ask.editor.text == "cloudtrail-20260131-1500.json"
    await it.press("enter")
    (job, notes, then) = it.engine.exports.pop()
    assert (job.form, notes, len(job.rows)) == ("json", {}, len(it.session))
    await press()
    assert job.stopped
    then()
    await it.settle()
    assert it.message == "The export was stopped: nothing was written"
