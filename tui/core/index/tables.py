"""The distinct values of all events: texts, calls, identities, origins, and what each decides."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from tui.core.index.batch import ROW_FIELDS, TEXT_FIELDS, UNDATED
from tui.core.index.columns import PIECE, Column, Dictionary, Distinct
from tui.core.rules.agent import FAMILIES, agent_family, is_console_agent
from tui.core.rules.call import INSIGHT, event_text
from tui.core.rules.flags import Flag, Level
from tui.core.rules.outcome import Result

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from tui.core.index.batch import Batch

CALL_FIELDS = ("service", "event", "region", "account", "error", "type", "category")
IDENTITY_FIELDS = (
    "who",
    "role",
    "session",
    "user",
    "identity_type",
    "principal_account",
    "arn",
    "via",
)
FLAG_FIELDS = ("result", "level")
"""Fields that are read off a row's flags."""
FIELDS = (*CALL_FIELDS, *IDENTITY_FIELDS, "key", *ROW_FIELDS, "agent", *FLAG_FIELDS)
"""What `field_codes`, `mask` and `counts` know."""

_READ_ONLY = ("false", "true", "")
_MOST_CALLS = 4096
"""Calls whose words are remembered: a screen, or a trail that is printed, repeats them."""
_RESULTS = {
    Result.DENIED: Flag.DENIED,
    Result.THROTTLED: Flag.THROTTLED,
    Result.ABSENT: Flag.ROUTINE,
    Result.FAILED: Flag.ERROR,
}
_RESULT_BITS = [(word, int(flag)) for word, flag in _RESULTS.items()]
_LEVELS = {
    Level.FAILED: Flag.ERROR,
    Level.CHANGE: Flag.WRITE,
    Level.SENSITIVE: Flag.SENSITIVE,
}


class CallTexts(NamedTuple):
    """A call in words."""

    service: str
    name: str
    """eventName as it is, `event` the way in which it is shown."""
    event: str
    region: str
    account: str
    error: str
    category: str
    read_only: str


class Vocabulary:
    """A worker's codes → the index's, in the order in which the worker gave them out."""

    def __init__(self) -> None:
        self.calls = Column()
        self.identities = Column()
        self.origins = Column()
        self.texts = {name: Column() for name in TEXT_FIELDS}
        for column in self.texts.values():
            column.append(np.zeros(1, np.uint8))  # the empty text has code 0 everywhere


class Tables:
    """Grows with every batch; codes are given out once and stay."""

    def __init__(self) -> None:
        self.texts = {name: Dictionary() for name in FIELDS}
        self.texts["newkey"] = self.texts["key"]
        self.texts["agent"].add(FAMILIES)
        self.texts["result"].add(tuple(_RESULTS))
        self.texts["level"].add([level.name.lower() for level in Level])
        self.calls = Distinct(*CALL_FIELDS, "read_only", "flags")
        self.identities = Distinct(*IDENTITY_FIELDS, "flags")
        self.origins = Distinct("identity", "key")
        self._call_texts: dict[int, CallTexts] = {}
        self._families = Column()  # by code of the useragent
        self._agent_flags = Column()
        self._learn_agents()

    @property
    def nbytes(self) -> int:
        """Bytes in use."""
        dictionaries = {id(texts): texts for texts in self.texts.values()}
        distinct = (self.calls, self.identities, self.origins)
        size = sum(texts.nbytes for texts in dictionaries.values())
        size += sum(table.nbytes for table in distinct)
        return size + self._families.nbytes + self._agent_flags.nbytes

    def learn(self, batch: Batch, vocabulary: Vocabulary) -> None:
        """Take over the values that are new in this batch."""
        for name, texts in batch.texts.items():
            if texts:
                vocabulary.texts[name].append(self.texts[name].add(texts))
        if batch.calls:
            *texts_, read_only, type_, category, flags = batch.calls
            values = (*texts_, type_, category)
            codes = [self.texts[n].add(v) for n, v in zip(CALL_FIELDS, values, strict=True)]
            numbers = np.array(read_only, np.uint8), np.array(flags, np.uint32)
            vocabulary.calls.append(self.calls.add(*codes, *numbers))
        if batch.identities:
            *texts_, flags = batch.identities
            codes = [self.texts[n].add(v) for n, v in zip(IDENTITY_FIELDS, texts_, strict=True)]
            added = self.identities.add(*codes, np.array(flags, np.uint32))
            vocabulary.identities.append(added)
        if len(batch.origins):
            identity, key = batch.origins.T
            identity = vocabulary.identities.values[identity]
            key = vocabulary.texts["key"].values[key]
            vocabulary.origins.append(self.origins.add(identity, key))
        self._learn_agents()

    def _learn_agents(self) -> None:
        known, dictionary = len(self._families), self.texts["useragent"]
        agents = [dictionary.text(code) for code in range(known, len(dictionary))]
        if agents:
            families = ("", *FAMILIES)
            codes = [families.index(agent_family(agent)) for agent in agents]
            console = [int(Flag.CONSOLE) * is_console_agent(agent) for agent in agents]
            self._families.append(np.array(codes, np.uint8))
            self._agent_flags.append(np.array(console, np.uint8))

    def call(self, code: int) -> CallTexts:
        """What a call says, in words."""
        known = self._call_texts.get(code)
        if known is None:
            if len(self._call_texts) >= _MOST_CALLS:
                self._call_texts.clear()
            row = self.calls.row(code)
            service, event, region, account, error, _, category = (
                self.texts[name].text(row[name]) for name in CALL_FIELDS
            )
            known = self._call_texts[code] = CallTexts(
                service=service,
                name=event,
                event=event_text(service, event) or (INSIGHT if category == "Insight" else ""),
                region=region,
                account=account,
                error=error,
                category=category,
                read_only=_READ_ONLY[row["read_only"]],
            )
        return known

    def identity(self, origin: int, *fields: str) -> list[str]:
        """What an origin's identity says in these fields."""
        identity, value = self.origins.value("identity", origin), self.identities.value
        return [self.texts[field].text(value(field, identity)) for field in fields]

    def flags_of(self, rows: Mapping[str, NDArray[Any]]) -> NDArray[np.uint32]:
        """The flags that call, identity and agent decide, for columns of their codes."""
        flags: NDArray[np.uint32] = self.calls["flags"][rows["call"]].astype(np.uint32)
        flags |= self.identities["flags"][self.origins["identity"][rows["origin"]]]
        flags |= self._agent_flags.values[rows["useragent"]]
        return flags

    @property
    def families(self) -> NDArray[Any]:
        """The code of the agent's family by the code of the useragent."""
        return self._families.values

    def path(self, field: str) -> tuple[str, NDArray[Any] | None]:
        """The column of rows that decides a field, and by its codes the field's (None: the same).

        FLAG_FIELDS have none.
        """
        if field in ROW_FIELDS:
            return field, None
        if field == "agent":
            return "useragent", self.families
        if field in CALL_FIELDS:
            return "call", self.calls[field]
        if field == "key":
            return "origin", self.origins["key"]
        return "origin", self.identities[field][self.origins["identity"]]


def _codes(rules: Mapping[Any, Flag], otherwise: int) -> NDArray[np.uint8]:
    """The code of the first rule that holds, for each combination of the flags as `_packed`."""
    packed = [_packed(np.array([int(flag)], np.uint32))[0] for flag in rules.values()]
    codes = np.full(_PACKED, otherwise, np.uint8)
    for bits in range(_PACKED):
        codes[bits] = next((n for n, bit in enumerate(packed, 1) if bits & bit), otherwise)
    return codes


def _packed(flags: NDArray[np.uint32]) -> NDArray[np.uint8]:
    """The flags that decide about result and level, in six bits: ERROR to WRITE, SENSITIVE."""
    packed = flags.astype(np.uint8) & np.uint8(0b1_1111)
    packed |= (flags >> np.uint32(11)).astype(np.uint8) & np.uint8(0b10_0000)
    return packed


_PACKED = 1 << 6
_CODES = {"result": _codes(_RESULTS, 0), "level": _codes(_LEVELS, Level.READ + 1)}


def codes_by_flags(field: str, flags: NDArray[np.uint32]) -> NDArray[np.uint8]:
    """The codes of one of FLAG_FIELDS for these flags: a level's code is Level + 1."""
    table = _CODES[field]
    codes = np.empty(len(flags), np.uint8)
    for start in range(0, len(flags), PIECE):
        piece = slice(start, start + PIECE)
        table.take(_packed(flags[piece]), out=codes[piece], mode="clip")
    return codes


def result_by_flags(flags: int) -> str:
    """How a call with these flags ended."""
    return next((word for word, flag in _RESULT_BITS if flags & flag), Result.OK)


def settled(flags: NDArray[np.uint32], time: NDArray[np.int64]) -> NDArray[np.uint32]:
    """What `tui.core.rules.flags.settled` does to one event's flags, and UNDATED."""
    console, mfa, aws = int(Flag.CONSOLE), int(Flag.MFA | Flag.MFA_UNTOLD), int(Flag.AWS)
    flags &= np.uint32(~int(Flag.NOMFA) & 0xFFFF_FFFF)
    flags[flags & (console | mfa | aws) == console] |= int(Flag.NOMFA)
    flags[flags & aws != 0] &= np.uint32(~int(Flag.CROSS_ACCOUNT) & 0xFFFF_FFFF)
    flags[time == UNDATED] |= int(Flag.UNDATED)
    return flags
