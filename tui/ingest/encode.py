"""Records to one compact batch: each distinct value is looked at once, each event costs look-ups.

Two dictionaries do most of the work: the *call* (what, where, how it ended) and the *origin* (who,
with which access key). A session repeats them: a million events have some ten thousand of each.
"""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec
import numpy as np

from tui.core.batch import (
    PENDING,
    TEXT_FIELDS,
    UNDATED,
    Batch,
    Call,
    Details,
    Identity,
    Origin,
)
from tui.core.event import needs_rich
from tui.core.exposure import is_acl_header, opens_by_header
from tui.core.target import MAX_OBJECT, flat_plan, target_from
from tui.core.text import cut
from tui.ingest.stamps import event_numbers, event_times
from tui.ingest.vocabulary import Names, Numbered, Texts, call_of, identity_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from tui.ingest import typed
    from tui.sources.base import Window

    OriginKey = tuple[typed.Identity | None, str | None]

_NESTED = "encryptionContext"
_ACL, _CONTEXT, _FILLED = "acl", "context", "filled"


class _Plan(NamedTuple):
    """A `target.Plan`; `special` where values decide as well as the parameters' names."""

    name: tuple[str, ...] = ()
    object: str = ""
    constant: str = ""
    special: str = ""
    """_ACL: only if no header opens anything; _CONTEXT: the names in the encryptionContext
    count too; _FILLED: only the names of what is not empty count."""


_RICH = _Plan()
"""Only the whole record tells."""
_OPENS = _Plan(special=_ACL)
_BY_CONTEXT = _Plan(special=_CONTEXT)
_BY_FILLED = _Plan(special=_FILLED)
_MAX_PLANS = 10_000
"""Distinct sets of parameter names that are remembered for one call: a hostile trail has more."""
_NO_RESOURCES = (b"", b"null", b"[]")
_NO_PARAMETERS: dict[str, Any] = {}
_without_key: Any = msgspec.structs.replace


class Encoder:
    """Collects records and gives them out as batches. Lives as long as its worker."""

    def __init__(self) -> None:
        self._calls: list[Call] = []
        self._plans: list[dict[tuple[str, ...], _Plan] | None] = []
        self._call_codes: Numbered[tuple[Any, ...]] = Numbered(self._add_call)
        self._identities: list[Identity] = []
        self._identity_codes: Numbered[tuple[Any, Any]] = Numbered(self._add_identity)
        self._origins: list[int] = []  # two codes for each, see Origin
        self._origin_count = 0
        self._origin_codes: Numbered[OriginKey] = Numbered(self._add_origin)
        self._headers: dict[tuple[str, str], bool] = {}
        self._texts = {name: Texts() for name in TEXT_FIELDS}
        self._names = Names(self._texts["target"])
        self._sent = (0, 0)
        self._start()

    def _start(self) -> None:
        self._call: list[int] = []
        self._origin: list[int] = []
        self._address: list[int] = []
        self._agent: list[int] = []
        self._target: list[int] = []
        self._object: list[int] = []
        self._times: list[str | None] = []
        self._ids: list[str | None] = []
        self._details: dict[int, tuple[int, int, int]] = {}  # row → note, newkey, flags
        self._parts: list[tuple[int, int]] = []  # which object, how many records
        self._positions: list[Sequence[int]] = []

    def __len__(self) -> int:
        return len(self._times)

    def add(
        self, records: Sequence[typed.Record], which: int, positions: Sequence[int] | None = None
    ) -> list[int]:
        """Take the records of object `which`; `positions` default to their ordinals.

        Returns the indexes in `records` of the events whose target, note or flags only the whole
        record tells. They are marked PENDING until `amend` is called for them.
        """
        start = len(self._times)
        call_codes, origin_codes = self._call_codes, self._origin_codes
        calls = [
            call_codes[
                r.eventSource,
                r.eventName,
                r.awsRegion,
                r.recipientAccountId,
                r.errorCode,
                r.readOnly,
                r.eventType,
                r.eventCategory,
                r.sessionCredentialFromConsole,
            ]
            for r in records
        ]
        self._call += calls
        self._origin += [origin_codes[r.userIdentity, r.recipientAccountId] for r in records]
        addresses, agents = self._texts["address"], self._texts["useragent"]
        self._address += [addresses[r.sourceIPAddress] for r in records]
        self._agent += [agents[r.userAgent] for r in records]
        self._ids += [r.eventID for r in records]
        times = [r.eventTime for r in records]
        if None in times:
            for index, time in enumerate(times):
                if time is None and (stamp := records[index].timestamp) is not None:
                    times[index] = str(stamp)
        self._times += times
        pending = self._add_targets(records, calls)
        for index in pending:
            self._details[start + index] = (0, 0, PENDING)
        self._parts.append((which, len(records)))
        self._positions.append(range(len(records)) if positions is None else positions)
        return pending

    def _add_targets(self, records: Sequence[typed.Record], calls: list[int]) -> list[int]:
        """Add the targets that flat values tell; return the indexes where they do not."""
        names, objects = self._names, self._texts["object"]
        all_plans = self._plans
        targets: list[int] = []
        keys: list[int] = []
        pending: list[int] = []
        for call, r in zip(calls, records, strict=True):
            target = object_code = 0
            plans = all_plans[call]
            if plans is not None and _is_plain(r):
                params: Any = r.requestParameters
                if params is None:
                    params = _NO_PARAMETERS
                try:
                    plan = plans[tuple(params)]
                except KeyError:
                    plan = self._plan(call, params)
                if plan.special:
                    plan = self._special_plan(call, plan, params)
                path = plan.name
                if path:
                    value = params[path[0]] if len(path) == 1 else params[path[0]][path[1]]
                    if type(value) is str:
                        target = names[value]
                        if plan.object and target:
                            key = params[plan.object]
                            if type(key) is str:
                                object_code = objects[
                                    key if len(key) <= MAX_OBJECT else cut(key, MAX_OBJECT)
                                ]
                elif plan.constant and bytes(r.resources) in _NO_RESOURCES:
                    target = names[plan.constant]
                if not target and plan.special != _ACL:
                    target = self._by_parameters(call, r)
            if not target:
                pending.append(len(targets))
            targets.append(target)
            keys.append(object_code)
        self._target += targets
        self._object += keys
        return pending

    def amend(self, index: int, details: Details) -> None:
        """Give what the whole record told about row `index` of those being collected."""
        texts = self._texts
        self._target[index] = texts["target"][details.target]
        self._object[index] = texts["object"][details.object]
        note, newkey = texts["note"][details.note], texts["newkey"][details.newkey]
        if note or newkey or details.flags:
            self._details[index] = (note, newkey, details.flags)
        else:
            self._details.pop(index, None)

    def take(self, window: Window | None = None) -> tuple[Batch, list[int]]:
        """All events added since the last call, and for each part how many were outside."""
        count = len(self._times)
        notes, newkeys, flags = np.zeros((3, count), np.uint32)
        if self._details:
            rows = np.fromiter(self._details, np.int64, len(self._details))
            values = np.array(list(self._details.values()), np.uint32)
            notes[rows], newkeys[rows], flags[rows] = values.T
        which = np.repeat(
            np.array([part[0] for part in self._parts], np.uint32),
            np.array([part[1] for part in self._parts], np.int64),
        )
        calls, identities = self._sent
        batch = Batch(
            calls=self._calls[calls:],
            identities=self._identities[identities:],
            texts={name: texts.take() for name, texts in self._texts.items()},
            origins=np.array(self._origins, np.uint32).reshape(-1, len(Origin._fields)),
            call=np.array(self._call, np.uint32),
            origin=np.array(self._origin, np.uint32),
            codes={
                "address": np.array(self._address, np.uint32),
                "useragent": np.array(self._agent, np.uint32),
                "target": np.array(self._target, np.uint32),
                "object": np.array(self._object, np.uint32),
                "note": notes,
                "newkey": newkeys,
            },
            time=event_times(self._times),
            event_id=event_numbers(self._ids),
            flags=flags,
            object=which,
            position=np.fromiter(chain.from_iterable(self._positions), np.uint32, count),
        )
        self._sent = (len(self._calls), len(self._identities))
        self._origins = []
        outside = [0] * len(self._parts)
        if window is not None and window != (None, None):
            batch, outside = self._inside(batch, window)
        self._start()
        return batch, outside

    def _inside(self, batch: Batch, window: Window) -> tuple[Batch, list[int]]:
        """The batch without the events that are not in the window (undated ones never are)."""
        inside: NDArray[np.bool_] = batch.time != UNDATED
        if window.since is not None:
            inside &= batch.time >= window.since
        if window.until is not None:
            inside &= batch.time < window.until
        lengths = [part[1] for part in self._parts]
        parts = np.repeat(np.arange(len(lengths)), lengths)
        outside = np.bincount(parts[~inside], minlength=len(lengths)).tolist()
        columns = ("call", "origin", "time", "event_id", "flags", "object", "position")
        return batch._replace(
            codes={name: codes[inside] for name, codes in batch.codes.items()},
            **{name: getattr(batch, name)[inside] for name in columns},
        ), outside

    def _add_call(self, key: tuple[Any, ...]) -> int:
        call = call_of(key)
        self._calls.append(call)
        plain = call.type in ("AwsApiCall", "") and not needs_rich(call.service, call.event)
        self._plans.append({} if plain else None)
        return len(self._plans) - 1

    def _add_origin(self, key: OriginKey) -> int:
        """Who it is does not depend on the access key, and keys are what sessions differ in."""
        identity, account = key
        access_key = identity.accessKeyId if identity is not None else None
        if access_key is not None:
            identity = _without_key(identity, accessKeyId=None)
        self._origins += (self._identity_codes[identity, account], self._texts["key"][access_key])
        self._origin_count += 1
        return self._origin_count - 1

    def _add_identity(self, key: tuple[typed.Identity | None, str | None]) -> int:
        identity, account = key
        self._identities.append(identity_of(account or "", identity))
        return len(self._identities) - 1

    def _plan(self, call: int, params: Any) -> _Plan:
        """Work out, and remember, how this call names its target with these parameters."""
        if type(params) is not dict:
            return _RICH
        keys = tuple(params)
        if type(params.get(_NESTED)) is dict:
            return self._remember(call, keys, _BY_CONTEXT)
        plan = self._flat_plan(call, keys)
        if any(map(is_acl_header, keys)):
            plan = plan._replace(special=_ACL)
        elif plan is _RICH:
            plan = _BY_FILLED
        return self._remember(call, keys, plan)

    def _flat_plan(self, call: int, keys: tuple[str, ...]) -> _Plan:
        made = self._calls[call]
        flat = flat_plan(made.service, made.event, keys, bool(made.error), acl_checked=True)
        return _RICH if flat is None else _Plan(*flat)

    def _special_plan(self, call: int, plan: _Plan, params: dict[str, Any]) -> _Plan:
        """The plan of a call for which the names of the parameters are not enough."""
        if plan.special == _ACL:
            opens = any(self._opens_by_header(key, params[key]) for key in params)
            return _OPENS if opens else plan
        if plan.special == _CONTEXT:
            context = params[_NESTED]
            if type(context) is not dict:
                return _RICH
            keys = (*params, *[f"{_NESTED}.{key}" for key in context])
        else:
            # What is null or empty names nothing: `DescribeInstances {"instancesSet": {}}`.
            keys = ("", *[key for key, value in params.items() if value])
        plans = self._plans[call]
        assert plans is not None
        known = plans.get(keys)
        if known is None:
            flat = self._flat_plan(call, keys[1:] if plan.special == _FILLED else keys)
            known = self._remember(call, keys, flat)
        return known

    def _by_parameters(self, call: int, r: typed.Record) -> int:
        """The target out of nested parameters, lists and filters; 0: they do not tell."""
        made = self._calls[call]
        bare = bytes(r.resources) in _NO_RESOURCES
        params = r.requestParameters
        told = target_from(made.service, made.event, params, bool(made.error), bare=bare)
        if told is None or told.object:
            return 0
        return self._texts["target"][told.name]

    def _opens_by_header(self, key: str, value: object) -> bool:
        if not is_acl_header(key):
            return False
        if type(value) is not str:
            return True
        known = self._headers.get((key, value))
        if known is None:
            known = self._headers[key, value] = opens_by_header(key, value)
        return known

    def _remember(self, call: int, keys: tuple[str, ...], plan: _Plan) -> _Plan:
        plans = self._plans[call]
        if plans is not None and len(plans) < _MAX_PLANS:
            plans[keys] = plan
        return plan


def _is_plain(r: typed.Record) -> bool:
    """No field was omitted, and a failure has its errorCode: what the flat values say is all."""
    answer, extra = r.responseElements, r.additionalEventData
    return (
        (answer is None or not (isinstance(answer, str) or answer.omitted is not None))
        and (extra is None or not (isinstance(extra, str) or extra.omitted is not None))
        and r.serviceEventDetails is None
        and (r.errorMessage is None or r.errorCode is not None)
    )
