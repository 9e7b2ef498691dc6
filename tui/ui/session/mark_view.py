"""What the screen asks of marks: which rows are marked, and what stands beside them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.core.marks import Marks
from tui.ui.session.engine_view import EngineView

if TYPE_CHECKING:
    from tui.ingest.pipeline import Pipeline


class MarkView(EngineView):
    """The part of a session that knows of marks."""

    def __init__(self, pipeline: Pipeline) -> None:
        super().__init__(pipeline)
        self.marks = Marks()

    def marked(self, row: int) -> bool:
        """Whether an event is marked."""
        return self.marks.marked(self.index, row)

    def note(self, row: int) -> str:
        """What a person wrote beside an event; "" for nothing. Raw text."""
        return self.marks.note(self.index, row)

    def mark(self, row: int) -> bool:
        """Mark an event, or no longer; True if it is marked now. Raises MarksFull."""
        return self.marks.toggle(self.index, row)

    def write_note(self, row: int, note: str) -> None:
        """Write a note beside an event, which marks it; "" for none. Raises MarksFull."""
        self.marks.write(self.index, row, note)

    def clear_marks(self) -> int:
        """Take all marks and notes away; gives how many there were."""
        return self.marks.clear()

    def marked_rows(self) -> list[int]:
        """The marked events that are loaded, the oldest first, whatever the filter."""
        return [] if self._pipeline.empty else self.marks.rows(self.index).tolist()
