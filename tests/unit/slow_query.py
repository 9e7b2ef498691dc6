"""A filter's meaning for whole records, slow and obvious: what the index must agree with."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from tui.core.matching.looking import holds
from tui.core.query.names import FLAGS, WORD_FIELDS
from tui.core.query.nodes import (
    And,
    EventId,
    Exact,
    Field,
    Glob,
    Is,
    Network,
    Node,
    Not,
    Or,
    Path,
    Pattern,
    Present,
    Regex,
    Text,
    Time,
    Value,
    Word,
)
from tui.core.query.values import (
    address_of,
    fold,
    glob_matches,
    in_network,
    network_of,
    plain_address,
    regex_matches,
)
from tui.core.rules.event import Described, call_name, describe
from tui.core.rules.flags import Flag
from tui.core.rules.values import text_of
from tui.core.when import event_time

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

Json = dict[str, Any]


def slow_rows(node: Node, records: Sequence[Json], names: Mapping[str, str]) -> list[bool]:
    """For each record whether the filter lets it through; `names` are those of accounts."""
    events = [Event(record, describe(record), names) for record in records]
    moved = _moved(events)
    return [event.is_let_through(node, event.record in moved) for event in events]


class Event:
    """A record with all its texts."""

    def __init__(self, record: Json, told: Described, names: Mapping[str, str]) -> None:
        self.record = record
        self.told = told
        self.time = event_time(record.get("eventTime"))
        self.texts = _texts(record, told, names)

    def is_let_through(self, node: Node, moved: bool) -> bool:
        match node:
            case And(nodes):
                return all(self.is_let_through(one, moved) for one in nodes)
            case Or(nodes):
                return any(self.is_let_through(one, moved) for one in nodes)
            case Not(inner):
                return not self.is_let_through(inner, moved)
            case Word(text):
                every = [one for name in WORD_FIELDS for one in self.words(name)]
                return any(fold(text) in fold(one) for one in every)
            case Pattern(pattern):
                every = [one for name in WORD_FIELDS for one in self.words(name)]
                return any(regex_matches(pattern, one) for one in every if one)
            case Field(name, values):
                return any(self._has(name, value) for value in values)
            case Path() | Text():
                return holds(node, self.record)
            case Is("moved"):
                return moved
            case Is(name):
                flag, wanted = FLAGS[name]
                if flag is Flag.UNDATED:
                    return (self.time is None) == wanted
                return bool(self.told.flags & flag) == wanted
            case Time(since, until):
                if self.time is None:
                    return False
                return (since is None or since <= self.time) and (
                    until is None or self.time < until
                )
            case EventId(text):
                return fold(text_of(self.record.get("eventID"))) == fold(text)

    def words(self, name: str) -> list[str]:
        """Texts in which a bare word is looked for: not those made to forgive how one asks."""
        texts = self.texts[name]
        return texts[:1] if name in ("service", "useragent") else texts

    def _has(self, name: str, value: Value) -> bool:
        texts = self.texts[name]
        if name == "service" and isinstance(value, Glob | Regex):
            texts = texts if ".amazon" in fold(value.pattern) else texts[:1]
        match value:
            case Exact(""):
                return not texts[0]
            case Exact(text):
                if name == "address" and address_of(text) is not None:
                    wanted = address_of(text)
                    return any(address_of(one) == wanted for one in texts)
                return any(fold(one) == fold(text) for one in texts)
            case Glob(pattern):
                return any(glob_matches(pattern, one) for one in texts if one)
            case Regex(pattern):
                return any(regex_matches(pattern, one) for one in texts if one)
            case Present():
                return bool(texts[0])
            case Network(network):
                return in_network(network, texts[0])
            case _:
                raise AssertionError(value)


def _texts(record: Json, told: Described, names: Mapping[str, str]) -> dict[str, list[str]]:
    """What each field of an event is called; the first is the field itself."""
    who = told.principal
    name = text_of(record.get("eventName"))
    events = [name, call_name(name)]
    if told.service and name:
        events += [f"{told.service}:{call_name(name)}", f"{told.service}:{name}"]
    agent = text_of(record.get("userAgent"))
    return {
        "service": [told.service, f"{told.service}.amazonaws.com" if told.service else ""],
        "event": events,
        "who": [who.who],
        "role": [who.role],
        "user": [who.user],
        "session": [who.session],
        "identity_type": [who.type],
        "type": [text_of(record.get("eventType"))],
        "account": [told.account, names.get(told.account, "")],
        "region": [told.region],
        "address": [told.address, plain_address(told.address)],
        "agent": [told.agent],
        "useragent": [agent, told.user_agent],
        "key": [told.access_key],
        "newkey": [told.new_key],
        "error": [told.error],
        "result": [told.result],
        "target": [told.target.name],
        "object": [told.target.object],
        "note": [told.note],
        "category": [text_of(record.get("eventCategory"))],
        "arn": [who.arn],
        "via": [who.via],
    }


def _moved(events: Sequence[Event]) -> list[Json]:
    """The records whose key, or instance's session, was used from several networks."""
    networks: dict[tuple[str, str], set[int]] = defaultdict(set)
    for event in events:
        address = address_of(event.told.address)
        network = network_of(address) if address is not None else 0
        for group in _groups(event):
            networks[group].update({network} - {0})
    return [
        event.record
        for event in events
        if any(len(networks[group]) > 1 for group in _groups(event))
    ]


def _groups(event: Event) -> list[tuple[str, str]]:
    session, key = event.told.principal.session, event.told.access_key
    groups = [("key", key)] if key else []
    return [*groups, ("session", session)] if fold(session).startswith("i-") else groups
