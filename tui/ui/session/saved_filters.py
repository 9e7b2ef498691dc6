"""Filters that are kept from one run to the next: under names, and those typed last."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tui.ui.protocols import Memory

_SECTION = "filters"
_HISTORY = "history"
_SAVED = "saved"
MOST = 100
"""Filters in the history, and names."""
_LONGEST = 10_000
"""Characters of a filter that is remembered."""


class SavedFilters:
    """What the memory has of filters; without a memory, what this run has."""

    def __init__(self, memory: Memory | None) -> None:
        self._memory = memory
        kept = memory.get(_SECTION, _HISTORY) if memory is not None else None
        self._history = [each for each in kept if _fits(each)] if isinstance(kept, list) else []
        self._history = self._history[-MOST:]
        saved = memory.get(_SECTION, _SAVED) if memory is not None else None
        self._saved: dict[str, str] = {}
        if isinstance(saved, dict):
            self._saved = {str(name): text for name, text in saved.items() if _fits(text)}

    @property
    def history(self) -> list[str]:
        """The filters that were typed, the newest last."""
        return list(self._history)

    def remember(self, text: str) -> None:
        """Put a filter at the end of the history, where it stands once."""
        if not _fits(text):
            return
        self._history = [*(each for each in self._history if each != text), text][-MOST:]
        self._keep(_HISTORY, list(self._history))

    @property
    def all(self) -> dict[str, str]:
        """The saved filters by their names."""
        return dict(self._saved)

    def save(self, name: str, text: str) -> str:
        """Keep a filter under a name; returns what stands in the way, empty for nothing."""
        if not _fits(text):
            return "The filter is too long to be kept"
        if name not in self._saved and len(self._saved) >= MOST:
            return f"{MOST} filters are saved already"
        self._saved[name] = text
        self._keep(_SAVED, dict(self._saved))
        return ""

    def forget(self, name: str) -> None:
        """Keep a filter no longer."""
        self._saved.pop(name, None)
        self._keep(_SAVED, dict(self._saved) or None)

    def _keep(self, key: str, value: object) -> None:
        if self._memory is not None:
            self._memory.set(_SECTION, key, value)


def _fits(text: object) -> bool:
    return isinstance(text, str) and 0 < len(text) <= _LONGEST
