"""What a note is written from."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from tui.core.rules.values import answer_of, text_of


class Told(NamedTuple):
    """A call, its parameters out of their wrapper, and the whole record."""

    call: str
    params: dict[str, Any]
    record: dict[str, Any]

    @property
    def own(self) -> str:
        """The record's account."""
        return text_of(self.record.get("recipientAccountId"))

    @property
    def answer(self) -> dict[str, Any]:
        """The responseElements."""
        return answer_of(self.record)

    def text(self, name: str) -> str:
        """A parameter if it is a text, else ""."""
        return text_of(self.params.get(name))


Writer = Callable[[Told], str]
