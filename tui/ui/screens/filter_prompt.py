"""The line that asks for a filter: completes names and values, points at what is wrong, and shows
behind it what the filter leaves."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from tui.core.query.nodes import And, Word
from tui.core.query.parser import QueryError, quoted
from tui.core.text import cell_width, cut, fit, safe
from tui.ui.widgets.prompt_pane import Prompt

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from textual.timer import Timer

    from tui.core.query.completion import Completions
    from tui.ui.session.session import Draft, Session
    from tui.ui.widgets.painted import Line

REST = 0.15
"""Seconds without a key after which the list shows what the filter leaves."""
CHOICES = 8
"""Completions in view."""
_SIGN = "& "


class Mistake(NamedTuple):
    """What is wrong with a text, and where."""

    message: str
    start: int
    end: int


class FilterPrompt(Prompt):
    """Answered by the filter, or None after Esc: all is as it was before."""

    def __init__(
        self,
        session: Session,
        changed: Callable[[], None],
        *,
        text: str = "",
        history: Sequence[str] = (),
    ) -> None:
        """`changed` is called when the session leaves other rows than before.

        `history` are filters of before, the newest last.
        """
        super().__init__(text, history)
        self._session = session
        self._changed = changed
        self._words = ""
        self._wrong = False
        self._found: Completions | None = None
        self._chosen = -1
        self._rest: Timer | None = None
        self._records_text = ""
        self.keys.update({"tab": self.take, "down": self._further, "up": self._back})

    def opened(self) -> None:
        self._tell()

    def closed(self) -> None:
        if self._rest is not None:
            self._rest.stop()

    # While typing

    def changed(self) -> None:
        self._records_text = ""
        self._chosen = -1
        self._tell()
        if self._rest is not None:
            self._rest.stop()
        self._rest = self.pane.set_timer(REST, self._try)

    def _tell(self) -> None:
        """Offer what may stand here; a mistake is pointed at only when the typing rests."""
        text, cursor = self.editor.text, self.editor.cursor
        self._found = self._session.complete(text, cursor)
        mistake = self._mistake(text)
        if mistake is not None:
            self._point(mistake)
        elif not text.strip():
            self._say("Enter: filter · Tab ↓: complete · ↑: earlier filters · Esc: back")
        else:
            self._say("")

    def _mistake(self, text: str) -> Mistake | None:
        if not text.strip():
            return None
        try:
            self._session.parse(text)
        except QueryError as error:
            return Mistake(error.message, error.start, error.end)
        return None

    def _try(self) -> None:
        """Show what the filter leaves; while it is half-typed, what was left before it."""
        self._rest = None
        text = self._before_name()
        before = self._session.generation
        try:
            draft = self._session.draft(text)
        except QueryError:
            return
        if self._session.generation != before:
            self._changed()
        if text.strip():
            self._say(_count_text(draft, self._session.total))
            self.pane.show()

    def _before_name(self) -> str:
        """What was typed, without a word at its end that may become the name of a field."""
        text, found = self.editor.text, self._found
        if found is None or not found.start < found.end == len(text):
            return text
        names = any(choice.text.endswith(":") for choice in found.choices)
        return text[: found.start] if names else text

    # In words

    def _say(self, text: str, *, wrong: bool = False) -> None:
        self._words, self._wrong = "  " + safe(text), wrong

    def _point(self, mistake: Mistake) -> None:
        """Marks under the place, what was expected beside them."""
        text = self.editor.text
        marks = "^" * max(cell_width(safe(text[mistake.start : mistake.end])), 1)
        width, message = max(self.pane.room.width, 20) - len(_SIGN), safe(mistake.message)
        left = cell_width(safe(text[: mistake.start])) - self.editor.scroll(width)
        left = min(max(left, 0), width - 1)
        marks = marks[: width - left]
        right = width - left - len(marks) - 1
        if right >= min(cell_width(message), left - 1):
            shown = f"{' ' * left}{marks} {cut(message, right)}"
        else:
            shown = f"{fit(message, left - 1)} {marks}"
        self._say(shown, wrong=True)

    # Drawing

    @property
    def _count(self) -> int:
        """How many completions are in view."""
        if self._found is None:
            return 0
        return min(CHOICES, max(self.pane.room.height - 6, 1), len(self._found.choices))

    def height(self) -> int:
        return self._count + 2

    def lines(self, width: int) -> list[Line]:
        typed = self.editor.view(width - len(_SIGN))
        words = "asked-wrong" if self._wrong else "asked-words"
        return [
            *self._choices(max(width, 20)),
            ((_SIGN, ("asked-words",)), *typed),
            ((fit(self._words, width), (words,)),),
        ]

    def _choices(self, width: int) -> list[Line]:
        found, count = self._found, self._count
        if found is None or not count:
            return []
        first = max(min(self._chosen - count // 2, len(found.choices) - count), 0)
        shown = found.choices[first : first + count]
        longest = max(cell_width(safe(choice.text)) for choice in shown)
        room = min(max(longest, 12), width // 2)
        lines: list[Line] = []
        for number, choice in enumerate(shown, first):
            many = f"{choice.count:,}" if choice.count else ""
            line = f" {fit(safe(choice.text), room)} {many:>10}  {safe(choice.what)}"
            style = "asked-chosen" if number == self._chosen else "asked"
            lines.append(((fit(line, width), (style,)),))
        more = len(found.choices) - first - len(shown)
        if more > 0:
            lines[-1] = ((fit(f"   and {more + 1:,} more", width), ("asked",)),)
        return lines

    # Keys

    def _further(self) -> None:
        """To the next completion; in the history to what is newer."""
        if not self.newest and self._chosen < 0:
            self.recall(1)
        elif self._found is not None and self._found.choices:
            self._chosen = min(self._chosen + 1, len(self._found.choices) - 1)

    def _back(self) -> None:
        """To the completion before; above the first, to the filters of before."""
        if self._chosen >= 0:
            self._chosen -= 1
        else:
            self.recall(-1)

    def take(self) -> None:
        """Put the completion in place of what was typed of it."""
        found = self._found
        if found is None or not found.choices:
            return
        choice = found.choices[max(self._chosen, 0)]
        text = self.editor.text
        self.editor.write(
            text[: found.start] + choice.text + text[found.end :], found.start + len(choice.text)
        )
        self._chosen = -1

    def submit(self) -> None:
        if self._chosen >= 0:
            self.take()
            return
        if self._rest is not None:  # what is said below would be overwritten
            self._rest.stop()
            self._rest = None
        text = self.editor.text.strip()
        mistake = self._mistake(self.editor.text)
        if mistake is not None:
            self._point(mistake)
        elif self._records_text:
            self.pane.close(self._records_text)
        else:
            self._records_text = self._in_records(text)
            if not self._records_text:
                self.pane.close(text)
                return
            again = f"Enter again looks for {self._records_text} in the records"
            self._say(f"Nothing in the columns: {again}", wrong=True)

    def _in_records(self, text: str) -> str:
        """For bare words that no column has: the filter that looks for them in the records."""
        node = self._session.parse(text)
        nodes = node.nodes if isinstance(node, And) else (node,)
        words = [each.text for each in nodes if isinstance(each, Word)]
        if not words or len(words) < len(nodes) or self._session.would_leave(text).count:
            return ""
        return " ".join(f"text:{quoted(word)}" for word in words)


def _count_text(draft: Draft, total: int) -> str:
    of = f"{draft.count:,} of {total:,} events"
    if draft.records and draft.count:
        return f"{of} may match: Enter looks through their records"
    if not draft.count:
        return "No event has that: the list is as it was"
    return of
