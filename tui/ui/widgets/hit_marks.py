"""Marks in the pieces of a line what is searched for."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from tui.core.needle import Needle

    Piece = tuple[str, str]
    Span = tuple[int, int]

MATCH = "match"
"""The component of what was found."""
_SEARCHED = frozenset(("key", "string", "number", "boolean", "null"))
"""Components that show keys and values; others show what is said of them."""


def mark_pieces(pieces: Iterable[Piece], needle: Needle) -> list[Piece]:
    """The pieces of a line, those of keys and values cut where it stands in them."""
    found: list[Piece] = []
    for component, text in pieces:
        spans = needle.spans(text) if component in _SEARCHED else []
        found += cut_out(component, text, spans) if spans else [(component, text)]
    return found


def cut_out(component: str, text: str, spans: Sequence[Span]) -> list[Piece]:
    """A text in pieces, its spans as matches."""
    pieces: list[Piece] = []
    at = 0
    for start, end in spans:
        pieces += [(component, text[at:start]), (MATCH, text[start:end])]
        at = end
    pieces.append((component, text[at:]))
    return [piece for piece in pieces if piece[1]]


def spans_by_line(lines: Sequence[str], needle: Needle) -> list[list[Span]]:
    """Where it stands in each line of a text that was broken into them, across their ends too."""
    spans: list[list[Span]] = [[] for _ in lines]
    line, begin = 0, 0
    for start, end in needle.spans("".join(lines)):
        while start >= begin + len(lines[line]):
            begin += len(lines[line])
            line += 1
        at, first = line, begin
        while at < len(lines) and first < end:
            left, right = max(start - first, 0), min(end - first, len(lines[at]))
            if left < right:
                spans[at].append((left, right))
            first += len(lines[at])
            at += 1
    return spans


def join_pieces(pieces: Iterable[Piece]) -> list[Piece]:
    """The same line in as few pieces as it takes: each costs bytes on the way to the terminal."""
    joined: list[Piece] = []
    for component, text in pieces:
        if joined and joined[-1][0] == component:
            joined[-1] = (component, joined[-1][1] + text)
        else:
            joined.append((component, text))
    return joined
