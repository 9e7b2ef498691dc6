"""A search in a worker: whole objects by the cheap tests first, then only what they leave."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any, TypeAlias

from tui.core.index.batch import BY_SEARCH
from tui.core.matching.looking import holds, text_of, values_at
from tui.core.matching.looking_bytes import Hay, Probe
from tui.core.query.nodes import Path, Regex
from tui.core.query.regex import TooSlow, limited
from tui.core.secrets import mask_record
from tui.ingest.content.loose import UNFIT, load
from tui.ingest.content.salvage import load as load_slowly
from tui.ingest.jobs import SearchDone

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from tui.core.matching.looking_bytes import Find
    from tui.core.query.nodes import Text
    from tui.ingest.jobs import Part, SearchJob

    Raws: TypeAlias = Callable[[Sequence[int]], list[bytes | None]]
    Open: TypeAlias = Callable[[Part, int], tuple[bytes, Raws]]
    """Gives a part's content, and what finds the records at its positions. Raises OSError."""

AT_ONCE = 32 << 20
"""Bytes that are looked at as a whole: in small letters they take the same memory again."""
_LONG_NUMBER = re.compile(rb"[0-9]{19}")
_PATIENCE = 1.0
"""Seconds that regexes may take over one record."""
_slow: set[str] = set()
"""Regexes that took longer: this process asks them no more."""


def search(job: SearchJob, open_part: Open, find: Find | None = None) -> SearchDone:
    """Look through all parts of a job; `find` is the quick way through whole objects."""
    node = job.nodes[0]
    searcher: _Collector | _Searcher = _Searcher(job.nodes, find)
    if isinstance(node, Path) and not node.values:
        searcher = _Collector(node.keys)
    gone: list[int] = []
    first = 0
    for number, (part, mode, count) in enumerate(job.parts):
        try:
            searcher.look(*open_part(part, mode), mode, job.positions[first : first + count], first)
        except (OSError, MemoryError):
            gone.append(number)
        first += count
    return SearchDone(
        searcher.found, searcher.unread, gone, searcher.texts, tuple(_slow & _patterns(job.nodes))
    )


class _Collector:
    """Takes from each record what stands at a path; secrets are masked."""

    def __init__(self, keys: tuple[str, ...]) -> None:
        self._keys = keys
        self.found: list[list[int]] = [[]]
        self.texts: dict[int, list[str]] = {}
        self.unread = 0

    def look(
        self,
        data: bytes,  # noqa: ARG002 (the records are enough)
        raws: Raws,
        mode: int,  # noqa: ARG002
        positions: NDArray[np.uint32],
        first: int,
    ) -> None:
        """Look at an object's records; the place of the first one is `first`."""
        for place, raw in enumerate(raws(positions.tolist()), first):
            texts = None if raw is None else self._texts(raw)
            if texts is None:
                self.unread += 1
            elif texts:
                self.found[0].append(place)
                self.texts[place] = texts

    def _texts(self, raw: bytes) -> list[str] | None:
        """The distinct texts of a record; None: it cannot be read."""
        try:
            record = whole_record(raw)
        except UNFIT:
            return None
        if not isinstance(record, dict):
            return []
        if not any(text_of(value) for value in values_at(record, self._keys)):
            return []
        values = values_at(mask_record(record)[0], self._keys)
        return list(dict.fromkeys(text for value in values if (text := text_of(value))))


class _Searcher:
    def __init__(self, nodes: tuple[Path | Text, ...], find: Find | None) -> None:
        self._find = find
        self._asked = [(node, _probe(node), number) for number, node in enumerate(nodes)]
        self.found: list[list[int]] = [[] for _ in nodes]
        self.unread = 0
        self.texts: dict[int, list[str]] | None = None

    def look(
        self, data: bytes, raws: Raws, mode: int, positions: NDArray[np.uint32], first: int
    ) -> None:
        """Look at an object's records; the place of the first one is `first`."""
        asked = self._asked
        # What the tolerant reader finds may stand in the bytes with escapes of its own.
        if mode != BY_SEARCH and len(data) <= AT_ONCE:
            hay = Hay(data, self._find)
            asked = [one for one in asked if one[1].may_hold(hay)]
            if not asked:
                return
        for place, raw in enumerate(raws(positions.tolist()), first):
            if raw is None or not self._look_at(raw, place, asked):
                self.unread += 1

    def _look_at(self, raw: bytes, place: int, asked: list[tuple[Path | Text, Probe, int]]) -> bool:
        """Look at one record; False if it cannot be read."""
        hay = Hay(raw)
        record: Any = None
        for node, probe, number in asked:
            if not probe.may_hold(hay):
                continue
            if not probe.surely_holds(hay.lowered):
                if record is None:
                    try:
                        record = whole_record(raw)
                    except UNFIT:
                        return False
                if not _holds(node, record):
                    continue
            self.found[number].append(place)
        return True


def _holds(node: Path | Text, record: object) -> bool:
    """Does this record hold it, as far as that can be said in time?"""
    patterns = _patterns((node,))
    if not patterns:
        return holds(node, record)
    if patterns & _slow and isinstance(node, Path):
        values = (v for v in node.values if not (isinstance(v, Regex) and v.pattern in _slow))
        return _holds(node._replace(values=tuple(values)), record)
    try:
        with limited(_PATIENCE):
            return holds(node, record)
    except TooSlow:
        _slow.update(patterns)
        return _holds(node, record)


def _patterns(nodes: Sequence[Path | Text]) -> set[str]:
    """The regexes in what is asked."""
    values = [value for node in nodes if isinstance(node, Path) for value in node.values]
    return {value.pattern for value in values if isinstance(value, Regex)}


@lru_cache(64)
def _probe(node: Path | Text) -> Probe:
    return Probe(node)


def whole_record(raw: bytes) -> Any:
    """A record with its integers as they are, however long. Raises what UNFIT names."""
    if _LONG_NUMBER.search(raw):
        return load_slowly(raw.decode("utf-8", "surrogateescape"))
    return load(raw)
