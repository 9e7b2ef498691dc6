"""What the keys of marks and of the export do on the main screen."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from tui.core.marks import LONGEST_NOTE, MarksFull

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.timer import Timer

    from tui.core.index.rows import EventRow
    from tui.ui.exporting import Export
    from tui.ui.screens.main import MainScreen

PROGRESS = 0.5
"""Seconds between two looks at how far an export is."""
KINDS = ".json records, .csv columns, .md marked events"


class OutCommands:
    """The actions that mark events and write them out, each a method `action_<id>`."""

    def __init__(self, screen: MainScreen) -> None:
        self._screen = screen
        self._export: Export | None = None
        self._timer: Timer | None = None

    # Marks

    def action_mark(self) -> None:
        """Mark the event under the cursor, or no longer."""
        event = self._event()
        if event is None:
            return
        if self._screen.session.note(event.row):
            question = "Remove the mark and its note?"
            self._sure(question, lambda: self._mark(event.row))
        else:
            self._mark(event.row)

    def _mark(self, row: int) -> None:
        session = self._screen.session
        try:
            marked = session.mark(row)
        except MarksFull as full:
            self._screen.say(str(full), warning=True)
            return
        what = "Marked" if marked else "No longer marked"
        self._screen.say(f"{what}: {len(session.marks):,} in all")
        self._redraw()
        self._keep()

    def _sure(self, question: str, then: Callable[[], None]) -> None:
        from tui.ui.screens.confirm import Confirm

        def answered(yes: bool | None) -> None:  # noqa: FBT001 (Textual hands it over so)
            if yes:
                then()

        self._screen.app.push_screen(Confirm(question), answered)

    def action_clear_marks(self) -> None:
        """Take all marks away, once that is confirmed."""
        screen = self._screen
        count = len(screen.session.marks)
        if not count:
            screen.say("No event is marked", warning=True)
            return

        def clear() -> None:
            screen.session.clear_marks()
            screen.say("All marks are gone")
            self._redraw()
            self._keep()

        what = "the mark and its note" if count == 1 else f"all {count:,} marks and their notes"
        self._sure(f"Remove {what}?", clear)

    def action_note(self, text: str = "") -> None:
        """Ask for a note on the event under the cursor."""
        from tui.ui.screens.prompts import Ask

        screen, event = self._screen, self._event()
        if event is None:
            return
        if text:
            self._write_note(event, text)
            return

        def given(note: str | None) -> None:
            if note is not None:
                self._write_note(event, note)

        before = screen.session.note(event.row)
        title = "A note on this event" + (" · empty removes it" if before else "")
        ask = Ask(title, check=_too_long, value=before, empty=bool(before))
        screen.prompt.open(ask, given)

    def _write_note(self, event: EventRow, note: str) -> None:
        try:
            self._screen.session.write_note(event.row, note)
        except MarksFull as full:
            self._screen.say(str(full), warning=True)
            return
        self._screen.say("The event is marked, with your note" if note else "The note is removed")
        self._redraw()
        self._keep()

    def _keep(self) -> None:
        """Marks and notes outlive whatever ends the program; the row shows the change first."""
        self._screen.call_after_refresh(self._screen.keep, "Marks and notes are there")

    def _no_marks(self) -> str:
        """Why no row is marked."""
        elsewhere = len(self._screen.session.marks)
        if elsewhere:
            return f"None of the {elsewhere:,} marked events is loaded"
        return "No event is marked"

    def _redraw(self) -> None:
        """Draw the marks and the detail's first lines again."""
        self._screen.events.take_in()
        self._screen.desk.forget_shown()
        self._screen.fill_detail()

    def action_marks(self) -> None:
        """Filter by the marked events: their IDs are in their records."""
        screen = self._screen
        rows = screen.session.marked_rows()
        if not rows:
            screen.say(self._no_marks(), warning=True)
            return
        found: dict[int, str] = {}

        def came(row: int, record: object | None, *_more: object, **_named: object) -> None:
            identity = record.get("eventID") if isinstance(record, dict) else None
            found[row] = identity if isinstance(identity, str) else ""
            if len(found) == len(rows):
                screen.call_later(self._filter_by, [found[each] for each in rows])

        for row in rows:
            screen.engine.request_record(row, came)

    def _filter_by(self, identities: list[str]) -> None:
        from tui.core.query.parser import quoted

        screen = self._screen
        known = [identity for identity in identities if identity]
        if not known:
            screen.say("The marked events have no eventID to filter by", warning=True)
            return
        listed = " ".join(quoted(identity) for identity in known)
        screen.session.push(f"id:({listed})", name="marked")
        screen.take_in()
        without = len(identities) - len(known)
        if without:
            screen.say(f"{without:,} marked without an eventID are not among them", warning=True)

    # Export

    def action_export(self, name: str = "") -> None:
        """Ask for a file's name, and write into it; while one is written, stop."""
        from tui.ui.screens.prompts import Ask

        screen = self._screen
        if self._export is not None:
            self._export.stop()
            screen.say("Stopping the export")
            return
        if not len(screen.session) and not screen.session.marked_rows():
            screen.say("There are no events to export", warning=True)
            return
        if name:
            wrong = self._wrong_file(name)
            if wrong:
                screen.say(wrong, warning=True)
            else:
                self._file_given(name)
            return
        stamp = screen.times.now().strftime("%Y%m%d-%H%M")
        count = len(screen.session)
        title = f"Export {count:,} event{'s' if count != 1 else ''} to · {KINDS}"
        ask = Ask(title, check=self._wrong_file, value=f"cloudtrail-{stamp}.json")
        screen.prompt.open(ask, self._file_given)

    def _wrong_file(self, name: str) -> str:
        from tui.ui.exporting import form_of

        path = _path(name)
        form = form_of(path)
        if not form:
            return f"The end of the name says what is written: {KINDS}"
        if form == "markdown" and not self._screen.session.marked_rows():
            return f"A Markdown table lists the marked events. {self._no_marks()}"
        if form != "markdown" and not len(self._screen.session):
            return "The filter leaves no events"
        try:
            if path.exists() and not path.is_file():
                return f"{path} is not a file"
            if not path.parent.is_dir():
                return f"There is no folder {path.parent}"
        except OSError as error:
            return f"{path}: {error.strerror}"
        return ""

    def _file_given(self, name: str | None) -> None:
        if not name:
            return
        path = _path(name)
        if path.exists():
            question = f"{path} exists already: replace it?"
            self._sure(question, lambda: self._begin(path, replace=True))
        else:
            self._begin(path, replace=False)

    def _begin(self, path: Path, *, replace: bool) -> None:
        import numpy as np

        from tui.ui.exporting import Export, form_of

        screen = self._screen
        marked = screen.session.marked_rows()
        rows = np.array(marked) if form_of(path) == "markdown" else screen.session.rows
        notes = {row: screen.session.note(row) for row in marked}
        self._export = Export(path, rows, replace=replace)
        self._timer = screen.set_interval(PROGRESS, self._tell)
        screen.engine.export(self._export, notes, self._ended)

    def _tell(self) -> None:
        export = self._export
        if export is not None and not export.stopped:
            key = self._screen.keymap.first_key("export")
            self._screen.say(
                f"Exporting: {export.done:,} of {len(export.rows):,} events · {key} stops it"
            )

    def _ended(self) -> None:
        export, self._export = self._export, None
        if self._timer is not None:
            self._timer.stop()
        if export is not None:
            self._screen.say(export.outcome(), warning=not export.written)

    def _event(self) -> EventRow | None:
        event = self._screen.events.cursor_event
        if event is None:
            self._screen.say("There is no event here", warning=True)
        return event


def _too_long(text: str) -> str:
    if len(text) <= LONGEST_NOTE:
        return ""
    return f"A note has up to {LONGEST_NOTE} characters: this one has {len(text):,}"


def _path(name: str) -> Path:
    path = Path(name.strip())
    try:
        return path.expanduser()
    except RuntimeError:
        return path
