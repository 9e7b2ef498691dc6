"""The whole record of the event under the cursor: fetched once, shown, copied, paged."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from tui.core.text import safe
from tui.ui.widgets.columns import cell_text

if TYPE_CHECKING:
    from collections.abc import Callable

    from tui.core.index.rows import EventRow
    from tui.ui.protocols import Clipboard
    from tui.ui.screens.main import MainScreen
    from tui.ui.widgets.detail_tree import DetailTree


class Answer(NamedTuple):
    """What came back for an event."""

    row: int
    record: object | None
    raw: bytes | None
    notes: list[str]
    summary: list[str]


class RecordDesk:
    """Asks the engine for records; an answer that nobody waits for any more is dropped."""

    def __init__(self, screen: MainScreen, clipboard: Clipboard) -> None:
        self._screen = screen
        self._clipboard = clipboard
        self._answer: Answer | None = None
        self._awaited = -1
        self._shown = -1
        self._then: list[Callable[[Answer], None]] = []

    @property
    def fetching(self) -> bool:
        """Whether a record was asked for that has not come yet."""
        return self._awaited >= 0

    def show(self, tree: DetailTree, event: EventRow | None) -> None:
        """Fill the detail with an event's record, or empty it: where it hides the list, say why."""
        if event is None:
            self._shown = -1
            if self._screen.panes.full_detail:
                tree.show_message(self._screen.standing.empty_text())
            else:
                tree.clear()
            return
        if event.row == self._shown:
            return

        def fill(answer: Answer) -> None:
            self._shown = answer.row
            note = " ".join(answer.notes)
            written = self._screen.session.note(answer.row)
            summary = [*answer.summary, *([f"Note: {written}"] if written else [])]
            if answer.record is None:
                tree.show_message("\n".join([*summary, note]))
            else:
                tree.show(answer.record, summary=summary, note=note)

        self._fetch(event.row, fill)

    def forget_shown(self) -> None:
        """Fill the detail again the next time: what stands beside its event has changed."""
        self._shown = -1

    def _fetch(self, row: int, then: Callable[[Answer], None]) -> None:
        if self._answer is not None and self._answer.row == row:
            then(self._answer)
            return
        if row == self._awaited:
            self._then.append(then)
            return
        self._awaited, self._then = row, [then]
        self._screen.engine.request_record(row, self._came)

    def _came(
        self,
        row: int,
        record: object | None,
        raw: bytes | None,
        notes: list[str],
        summary: list[str],
    ) -> None:
        self._screen.call_later(self._received, Answer(row, record, raw, notes, summary))

    def _received(self, answer: Answer) -> None:
        if answer.row != self._awaited:
            return
        waiting, self._then, self._awaited = self._then, [], -1
        self._answer = answer
        for then in waiting:
            then(answer)

    # Copying

    def action_copy_event(self) -> None:
        self._with_record(lambda record: self._copy(record_text(record), "the event"))

    def action_copy_id(self) -> None:
        def copy(record: object) -> None:
            identity = record.get("eventID") if isinstance(record, dict) else None
            if isinstance(identity, str) and identity:
                self._copy(identity, "the eventID")
            else:
                self._screen.say("This event has no eventID", warning=True)

        self._with_record(copy)

    def action_copy_value(self) -> None:
        """Copy the value of the chosen column, under the tree's cursor, or in the sidebar."""
        screen = self._screen
        if screen.pane is screen.sidebar:
            text = screen.sidebar.cursor_value
        elif screen.pane is screen.detail:
            text = screen.detail.cursor_value_text
        else:
            event = screen.events.cursor_event
            text = "" if event is None else self._column_text(event)
        if text:
            self._copy(text, "the value")
        else:
            screen.say("There is no value here to copy", warning=True)

    def _column_text(self, event: EventRow) -> str:
        field = self._screen.events.column
        return self._screen.times.full(event.time) if field == "time" else cell_text(event, field)

    def action_copy_key(self) -> None:
        """Copy the name of the field, the column or the sidebar's field."""
        screen = self._screen
        if screen.pane is screen.sidebar:
            text = screen.sidebar.field
        elif screen.pane is screen.detail:
            path = screen.detail.cursor_path
            text = str(path[-1]) if path else ""
        else:
            text = screen.events.column
        if text:
            self._copy(text, "the key")
        else:
            screen.say("There is no key here to copy", warning=True)

    def action_copy_path(self) -> None:
        text = self._screen.detail.cursor_path_text
        if text:
            self._copy(text, "the path")
        else:
            self._screen.say("There is no path here to copy", warning=True)

    def _copy(self, text: str, what: str) -> None:
        # What is pasted into a shell must not act there either.
        done, words = self._clipboard(safe(text, newlines=True), what)
        self._screen.say(safe(words), warning=not done)

    # Reading elsewhere

    def action_page_record(self) -> None:
        self._read_in("PAGER")

    def action_edit_record(self) -> None:
        self._read_in("EDITOR")

    def _read_in(self, variable: str) -> None:
        def read(record: object) -> None:
            from tui.ui.pager import read_text

            wrong = read_text(self._screen.app, record_text(record), variable)
            if wrong:
                self._screen.say(wrong, warning=True)

        self._with_record(read)

    def _with_record(self, use: Callable[[object], None]) -> None:
        event = self._screen.events.cursor_event
        if event is None:
            self._screen.say("There is no event here", warning=True)
            return

        def answered(answer: Answer) -> None:
            if answer.record is None:
                self._screen.say(" ".join(answer.notes) or "The record is gone", warning=True)
            else:
                use(answer.record)

        self._fetch(event.row, answered)


def record_text(record: object) -> str:
    """A record as indented JSON, what its strings hold decoded, fit for a terminal."""
    from tui.core.record.outline import Outline

    return safe(Outline.of([record]).value_text(0), newlines=True) + "\n"
