"""What is searched for as it is typed, and where it stands in a text that is shown.

A text is found whatever its case; between slashes, as `/Delete.*Trail/`, it is a regex that keeps
the case as written.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from tui.core.query.regex import MAX_SUBJECT, TooSlow, compiled, limited
from tui.core.query.values import fold

_PATIENCE = 0.1
"""Seconds that finding the places in one text may take."""
_ACCESS_KEY = re.compile("[Aa][KkSs][Ii][Aa]")
"""How an access key begins. A shorter text stands in every other key by chance."""
_slow: set[str] = set()
"""Regexes that took longer: their places are not marked."""


class Needle(NamedTuple):
    """One of the two is empty; both are where there is nothing to search for."""

    text: str = ""
    pattern: str = ""

    @classmethod
    def of(cls, typed: str) -> Needle:
        """What was typed. Raises RegexError where it is a regex that cannot be one."""
        if len(typed) > 2 and typed[0] == typed[-1] == "/":
            compiled(typed[1:-1])
            return cls(pattern=typed[1:-1])
        return cls(text=typed)

    def __bool__(self) -> bool:
        return bool(self.text or self.pattern)

    def __str__(self) -> str:
        return f"/{self.pattern}/" if self.pattern else self.text

    @property
    def means_key(self) -> bool:
        """Whether an access key is looked for: what it signed is then found, too."""
        return _ACCESS_KEY.match(self.text or self.pattern) is not None

    def found(self, text: str) -> bool:
        """Whether it stands anywhere in a text."""
        if self.pattern:
            return compiled(self.pattern).regex.search(text[:MAX_SUBJECT]) is not None
        return bool(self.text) and fold(self.text) in fold(text)

    def spans(self, text: str) -> list[tuple[int, int]]:
        """Where it stands in a text: from which character to before which, one behind the other."""
        if self.pattern:
            return self._matches(text[:MAX_SUBJECT])
        if not self.text:
            return []
        needle, folded = fold(self.text), fold(text)
        spans = []
        at = folded.find(needle)
        while at >= 0:
            spans.append((at, at + len(needle)))
            at = folded.find(needle, at + len(needle))
        return spans if len(folded) == len(text) else _unfolded(text, spans)

    def _matches(self, text: str) -> list[tuple[int, int]]:
        """Where a regex is found; nowhere once it took too long."""
        if self.pattern in _slow:
            return []
        try:
            with limited(_PATIENCE):
                found = compiled(self.pattern).regex.finditer(text)
                return [match.span() for match in found if match.end() > match.start()]
        except TooSlow:
            _slow.add(self.pattern)
            return []


def _unfolded(text: str, spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The spans of a folded text, in which a character may have become two, in the text itself."""
    origins = [place for place, character in enumerate(text) for _ in fold(character)]
    unfolded: list[tuple[int, int]] = []
    for start, end in spans:
        span = origins[start], origins[end - 1] + 1
        if not unfolded or unfolded[-1][1] <= span[0]:
            unfolded.append(span)
    return unfolded
