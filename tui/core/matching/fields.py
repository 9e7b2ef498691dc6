"""The fields of the index as texts that a filter asks: which there are, and how rows get to them.

A field may have several texts for one event: `GetObject` is also `s3:GetObject`, an account is
also the name that a person gave to it, `075.050.255.67` is also `75.50.255.67`, a user agent is
also what it is without the brackets that some services put around it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from tui.core.index.columns import Column, Dictionary
from tui.core.index.tables import FLAG_FIELDS
from tui.core.matching.texts import searchable
from tui.core.query.values import Address, address_of, network_of, plain_address, span_of
from tui.core.rules.agent import clean
from tui.core.rules.call import call_name, event_text

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from numpy.typing import NDArray

    from tui.core.index.index import Index
    from tui.core.matching.texts import Searchable
    from tui.core.query.values import Span

    Mask = NDArray[np.bool_]

_DOMAIN = ".amazonaws.com"
_LOW = (1 << 64) - 1
_EMPTY = np.zeros(0, np.uint32)
_AT_ONCE = 2048


class Source(NamedTuple):
    """Texts of a field, and how an event comes to one."""

    texts: Searchable
    column: str
    """The index's column of rows that decides it; one of FLAG_FIELDS: the flags do."""
    path: Callable[[], NDArray[Any] | None]
    """By that column's codes the codes of the texts; None: the same."""
    update: Callable[[], None]
    is_main: bool
    """It is the field itself, whose code 0 says that there is nothing."""
    for_words: bool
    """A bare word is looked for in it."""
    named: str = ""
    """A glob or a regex means these texts only where it has this in it."""


def _nothing() -> None:
    """For a source that follows the index by itself."""


class Derived:
    """A text made from each code of a column: each distinct code is worked out once."""

    def __init__(self) -> None:
        self.dictionary = Dictionary()
        self.codes = Column(np.uint8)

    @property
    def nbytes(self) -> int:
        """Bytes in use."""
        return self.dictionary.nbytes + self.codes.nbytes

    def extend(self, texts: Sequence[str]) -> None:
        """Add the texts of the codes that are new, "" for none."""
        self.codes.append(self.dictionary.add(texts).astype(np.uint32))

    def values(self) -> NDArray[Any]:
        """The code of the text by the column's code."""
        return self.codes.values


class Fields:
    """The sources of each field over one index."""

    def __init__(self, index: Index, names: Mapping[str, str]) -> None:
        self._index = index
        self._names = names
        self._sources: dict[str, tuple[Source, ...]] = {}
        self._events = (Derived(), Derived(), Derived())
        self._services = Derived()
        self._accounts = Derived()
        self._plain = Derived()
        self._agents = Derived()
        self.numbers = Numbers(index)

    def sources(self, field: str) -> tuple[Source, ...]:
        """All the texts of a field."""
        known = self._sources.get(field)
        if known is None:
            known = self._sources[field] = (self._main(field), *self._others(field))
        return known

    @property
    def nbytes(self) -> int:
        """Bytes in use."""
        sources = [source for all_ in self._sources.values() for source in all_]
        made = (*self._events, self._services, self._accounts, self._plain, self._agents)
        size = sum(source.texts.nbytes for source in sources)
        return size + sum(one.nbytes for one in made) + self.numbers.nbytes

    def _main(self, field: str) -> Source:
        tables = self._index.tables
        texts = searchable(tables.texts[field])
        if field in FLAG_FIELDS:
            return Source(texts, field, lambda: None, _nothing, True, True)
        column = tables.path(field)[0]
        return Source(texts, column, lambda: tables.path(field)[1], _nothing, True, True)

    def _others(self, field: str) -> list[Source]:
        tables = self._index.tables
        if field == "event":
            return [
                Source(
                    searchable(one.dictionary), "call", one.values, self._learn_events, False, True
                )
                for one in self._events
            ]
        if field in ("service", "account"):
            derived = self._services if field == "service" else self._accounts

            def path() -> NDArray[Any]:
                codes: NDArray[Any] = derived.values()[tables.calls[field]]
                return codes

            learn = self._learn_services if field == "service" else self._learn_accounts
            texts = searchable(derived.dictionary)
            if field == "account":
                return [Source(texts, "call", path, learn, False, True)]
            return [Source(texts, "call", path, learn, False, False, named=".amazon")]
        if field == "address":
            texts = searchable(self._plain.dictionary)
            return [Source(texts, "address", self._plain.values, self._learn_plain, False, True)]
        if field == "useragent":
            texts = searchable(self._agents.dictionary)
            return [Source(texts, field, self._agents.values, self._learn_agents, False, False)]
        return []

    def _learn_agents(self) -> None:
        texts, derived = self._index.tables.texts["useragent"], self._agents
        agents = [texts.text(code) for code in range(len(derived.codes), len(texts))]
        derived.extend([bare if (bare := clean(agent)) != agent else "" for agent in agents])

    def _learn_events(self) -> None:
        calls, texts = self._index.tables.calls, self._index.tables.texts
        known = len(self._events[0].codes)
        if known == len(calls):
            return
        service, event = calls["service"][known:], calls["event"][known:]
        pairs = service.astype(np.int64) << 32 | event
        found, which = np.unique(pairs, return_inverse=True)
        made: tuple[list[str], list[str], list[str]] = ([], [], [])
        for pair in found.tolist():
            name = texts["event"].text(pair & 0xFFFF_FFFF)
            source = texts["service"].text(pair >> 32)
            for one, text in zip(made, event_texts(source, name), strict=True):
                one.append(text)
        for derived, one in zip(self._events, made, strict=True):
            derived.codes.append(derived.dictionary.add(one)[which].astype(np.uint32))

    def _learn_services(self) -> None:
        texts, derived = self._index.tables.texts["service"], self._services
        codes = range(len(derived.codes), len(texts))
        derived.extend([service_domain(texts.text(code)) for code in codes])

    def _learn_accounts(self) -> None:
        texts, derived = self._index.tables.texts["account"], self._accounts
        codes = range(len(derived.codes), len(texts))
        derived.extend([self._names.get(texts.text(code), "") for code in codes])

    def _learn_plain(self) -> None:
        texts, derived = self._index.tables.texts["address"], self._plain
        first = len(derived.codes)
        if first < len(texts):
            padded = self.numbers.padded()[first:]
            made = [
                plain_address(texts.text(first + code)) for code in padded.nonzero()[0].tolist()
            ]
            codes = np.zeros(len(padded), np.uint32)
            codes[padded] = derived.dictionary.add(made)
            derived.codes.append(codes)


def event_texts(service: str, name: str) -> tuple[str, str, str]:
    """What a call is also called, "" where it is the name itself."""
    call = call_name(name)
    shown, whole = event_text(service, name), f"{service}:{name}" if service and name else ""
    return (
        call if call != name else "",
        shown if service and name else "",
        whole if whole != shown else "",
    )


def service_domain(service: str) -> str:
    """The service with its domain."""
    return service + _DOMAIN if service else ""


class Numbers:
    """The address texts as numbers, for networks."""

    def __init__(self, index: Index) -> None:
        self._texts = index.tables.texts["address"]
        self._version = Column(np.uint8)
        self._high = Column(np.uint64)
        self._low = Column(np.uint64)
        self._padded = Column(np.uint8)
        self._network = Column(np.uint64)

    @property
    def nbytes(self) -> int:
        """Bytes in use."""
        columns = (self._version, self._high, self._low, self._padded, self._network)
        return sum(column.nbytes for column in columns)

    def update(self) -> None:
        """Take in the addresses that are new."""
        while self.advance():
            pass

    def advance(self) -> bool:
        """Take in some of the addresses that are new; False if there were none."""
        first, count = len(self._version), len(self._texts)
        if first == count:
            return False
        texts = [self._texts.text(code) for code in range(first, min(first + _AT_ONCE, count))]
        made: list[Address | None] = []
        padded: list[bool] = []
        for text in texts:
            address = address_of(text)
            made.append(address)
            padded.append(address is not None and address.version == 4 and _is_padded(text))
        self._version.append(np.array([a.version if a else 0 for a in made], np.uint8))
        self._high.append(np.array([a.number >> 64 if a else 0 for a in made], np.uint64))
        self._low.append(np.array([a.number & _LOW if a else 0 for a in made], np.uint64))
        self._padded.append(np.array(padded, np.uint8))
        self._network.append(np.array([network_of(a) if a else 0 for a in made], np.uint64))
        return True

    def padded(self) -> Mask:
        """Which address texts have leading zeros."""
        self.update()
        return self._padded.values.astype(np.bool_)

    def inside(self, span: Span, first: int) -> Mask:
        """Which texts from code `first` on are addresses in the span."""
        self.update()
        version, high, low = (
            column.values[first:] for column in (self._version, self._high, self._low)
        )
        mask: Mask = version == span.version
        for bound, above in ((span.first, True), (span.last, False)):
            top, bottom = np.uint64(bound >> 64), np.uint64(bound & _LOW)
            beyond = high > top if above else high < top
            at_edge = low >= bottom if above else low <= bottom
            mask &= beyond | ((high == top) & at_edge)
        return mask

    def networks(self) -> NDArray[np.uint64]:
        """By code of the address the network as `query_values.network_of` tells it, 0 for none."""
        self.update()
        return self._network.values

    def network(self, network: str, first: int) -> Mask:
        """Which texts from code `first` on are addresses in the network."""
        span = span_of(network)
        if span is None:
            self.update()
            return np.zeros(len(self._version) - first, np.bool_)
        return self.inside(span, first)


def _is_padded(text: str) -> bool:
    return "." in text and ":" not in text and plain_address(text) != ""
