"""What may stand at the cursor of a half-typed filter: names, values of the index, keywords."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from tui.core.index.columns import count_codes
from tui.core.matching.texts import searchable
from tui.core.query import lexer
from tui.core.query.names import COLUMNS, FIELDS, FLAGS, KEYWORDS, OTHERS, TOP_LEVEL, top_level
from tui.core.query.parser import quoted
from tui.core.query.values import fold
from tui.core.rules.call import event_text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tui.core.index.index import Index
    from tui.core.query.lexer import Name, Part

MOST = 50
"""Choices that are given."""
_REST_OF_NAME = re.compile(r"[\w@.$-]*:?")
_REST_OF_WORD = re.compile(r"[^\s()]*")
_MOMENTS = ("15m", "1h", "2h", "24h", "7d", "today", "yesterday")


class Choice(NamedTuple):
    """What may stand there."""

    text: str
    """Ready to be put in, in quotes where it needs them."""
    count: int = 0  # type: ignore[assignment] # it hides tuple.count, which nobody wants here
    """Events that have the value; 0 for names."""
    what: str = ""
    """`field`, `in the record`, `keyword`, `time`; empty for a value."""


class Completions(NamedTuple):
    """The place that a choice would take, and the choices, the likeliest first."""

    start: int
    end: int
    choices: list[Choice]


class _Place(NamedTuple):
    """Where in a filter the cursor is."""

    start: int
    typed: str
    name: str
    """The name before the colon, "" where a name or a word may stand."""
    first: bool
    """Nothing stands before it that `and` and `or` could join it with."""
    quoted: bool


def complete(text: str, cursor: int, index: Index) -> Completions:
    """What may stand at the cursor; values are those of all events, whatever the filter."""
    cursor = max(0, min(cursor, len(text)))
    place = _place(text[:cursor])
    if place is None:
        return Completions(cursor, cursor, [])
    if place.quoted:
        part = lexer.read_part(text, place.start)
        end = part.end if part is not None and part.closed else cursor
    else:
        rest = _REST_OF_WORD if place.name else _REST_OF_NAME
        match = rest.match(text, cursor)
        end = match.end() if match else cursor
    if place.name:
        choices = _values(place.name, place.typed, index)
    else:
        choices = [] if place.quoted else _names(place)
    return Completions(place.start, end, choices)


def _place(text: str) -> _Place | None:
    """What is being typed at the end of this text; None: a text or a regex without choices."""
    at, name, first = 0, "", True
    in_list = False
    while True:
        at = lexer.skip(text, at)
        if at == len(text):
            return _Place(at, "", name if in_list else "", first, quoted=False)
        if text[at] in "()" or (text[at] == "-" and not in_list):
            in_list = in_list and text[at] != ")"
            at += 1
            continue
        found = None if in_list else lexer.read_name(text, at)
        if found is not None:
            at, name, first = found.end, _whole(found), False
            in_list = text.startswith("(", at)
            if in_list:
                at += 1
                continue
            if at == len(text):
                return _Place(at, "", name, first, quoted=False)
        part = lexer.read_part(text, at)
        if part is None:
            continue
        if part.end == len(text) and not (part.closed and part.kind != "bare"):
            return _typed(part, name if in_list or found is not None else "", first=first)
        at, first = part.end, False


def _typed(part: Part, name: str, *, first: bool) -> _Place | None:
    if part.kind == "regex":
        return None
    return _Place(part.start, part.text, name, first, part.kind == "quoted")


def _whole(name: Name) -> str:
    """A name as it is known; a path is one that has no values in the index."""
    is_path = len(name.keys) > 1 or name.quoted or name.operator != ":"
    return "." if is_path else name.keys[0]


def _names(place: _Place) -> list[Choice]:
    """Names of fields and keywords for what was typed of them."""
    typed = place.typed.lower()
    named = [Choice(f"{name}:", what="field") for name in (*FIELDS, *OTHERS)]
    if typed and not place.first:
        named += [Choice(f"{word} ", what="keyword") for word in KEYWORDS]
    if typed:
        named += [
            Choice(f"{name}:" if name in COLUMNS else name, what="in the record")
            for name in TOP_LEVEL
        ]
    return [choice for _, choice in _ranked(named, typed)][:MOST]


def _ranked(choices: Iterable[Choice], typed: str) -> list[tuple[bool, Choice]]:
    """Those that hold what was typed, and those that begin with it before the others."""
    held = [
        (not fold(choice.text).startswith(typed), choice)
        for choice in choices
        if typed in fold(choice.text)
    ]
    held.sort(key=lambda ranked: ranked[0])
    return held


def _values(name: str, typed: str, index: Index) -> list[Choice]:
    """Values of a field, the most frequent first."""
    word = name.lower()
    if word in ("time", "after", "before"):
        return [Choice(one, what="time") for one in _MOMENTS if one.startswith(typed.lower())]
    if word == "is":
        return _flags(typed, index)
    known = top_level(name)
    field = FIELDS.get(word) or (COLUMNS.get(known) if known else None)
    if field is None:
        return []
    counted = _events(typed, index) if field == "event" else _texts(field, typed, index)
    wanted = fold(typed)
    if field == "result" and wanted in "ok" and (worked := int(index.counts(field)[:1].sum())):
        counted.append(("ok", worked))
    counted.sort(key=lambda one: (not fold(one[0]).startswith(wanted), -one[1], one[0]))
    return [Choice(quoted(text), count) for text, count in counted[:MOST]]


def _flags(typed: str, index: Index) -> list[Choice]:
    flags = index.raw()[0]
    gone = index.gone()
    if gone is not None:
        flags = flags[~gone]
    found = []
    for _, choice in _ranked(map(Choice, FLAGS), fold(typed)):
        flag, wanted = FLAGS[choice.text]
        count = int(np.count_nonzero(flags & np.uint32(flag)))
        found.append(choice._replace(count=count if wanted else len(flags) - count))
    return found


def _texts(field: str, typed: str, index: Index) -> list[tuple[str, int]]:
    """The most frequent texts of a field that hold what was typed, with those that begin so."""
    dictionary = index.dictionary(field)
    counts = index.counts(field)
    texts = searchable(dictionary)
    texts.update()
    held = texts.containing(typed, 0)
    size = min(len(counts), len(held))
    counts, held = counts[:size], held[:size] & (counts[:size] > 0)
    held[:1] = False
    chosen: set[int] = set()
    for mask in (held & texts.beginning(typed)[:size], held):
        codes = np.flatnonzero(mask)
        if len(codes) > MOST:
            codes = codes[np.argpartition(counts[codes], -MOST)[-MOST:]]
        chosen.update(codes.tolist())
    return [(dictionary.text(code), int(counts[code])) for code in chosen]


def _events(typed: str, index: Index) -> list[tuple[str, int]]:
    """Calls as `s3:GetObject`; the name alone may be typed too."""
    calls, texts = index.tables.calls, index.tables.texts
    codes = index.column("call")
    gone = index.gone()
    counts = count_codes(codes if gone is None else codes[~gone], len(calls))
    pairs, which = np.unique(
        calls["service"].astype(np.int64) << 32 | calls["event"], return_inverse=True
    )
    sums = np.bincount(which, counts, minlength=len(pairs)).astype(np.int64)
    wanted, found = fold(typed), []
    for pair, count in zip(pairs.tolist(), sums.tolist(), strict=True):
        name = texts["event"].text(pair & 0xFFFF_FFFF)
        shown = event_text(texts["service"].text(pair >> 32), name)
        # What begins as typed comes first: the name does, unless the service was begun.
        text = name if fold(name).startswith(wanted) else shown
        if count and wanted in fold(shown):
            found.append((text if wanted else shown, count))
    return found
