"""Records to one compact batch: each distinct value is looked at once, each event costs look-ups.

Two dictionaries do most of the work: the *call* (what, where, how it ended) and the *origin* (who,
with which access key). A session repeats them: of the bench's million each of two workers met
some 20,000 calls and 80,000 origins.
"""

from __future__ import annotations

from itertools import chain
from operator import attrgetter
from typing import TYPE_CHECKING, Any

import numpy as np

from tui.core.index.batch import (
    PENDING,
    ROW_FIELDS,
    TEXT_FIELDS,
    Batch,
    Details,
    Identity,
    Origin,
    fields_of,
)
from tui.core.rules.entering import entering_note
from tui.core.rules.exposure import opens_by_header
from tui.core.rules.target import MAX_OBJECT
from tui.core.text import cut
from tui.ingest.encoding.call_codes import CallCodes
from tui.ingest.encoding.naming import (
    CONTEXT,
    NO_RESOURCES,
    Namer,
    entered_by,
    key_of,
    place_of,
    told_by_parameters,
)
from tui.ingest.encoding.narrow import Narrow
from tui.ingest.encoding.rows import Collected, Rows, joined
from tui.ingest.encoding.typed import Answer, Omissible
from tui.ingest.encoding.vocabulary import (
    IDENTITY_PARTS,
    Calls,
    Names,
    Numbered,
    Texts,
    identity_of,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tui.ingest.encoding import typed
    from tui.ingest.encoding.naming import Kind, Recipe
    from tui.sources.base import Window

    IdentityKey = tuple[tuple[Any, ...] | None, str | None]
    OriginKey = tuple[typed.Identity | None, str | None]

_NO_PARAMETERS: dict[str, Any] = {}
_NO_PLACE = ("", "", "", "", 0)
_NO_DETAILS = (0, 0, 0)
_MAX_PLACES = 10_000
"""Distinct sets of parameter names that are remembered for one call: a hostile trail has more."""
_call_key: Callable[[typed.Record], tuple[Any, ...]] = attrgetter(
    "eventSource",
    "eventName",
    "awsRegion",
    "recipientAccountId",
    "errorCode",
    "readOnly",
    "eventType",
    "eventCategory",
    "sessionCredentialFromConsole",
)
_origin_key: Callable[[typed.Record], OriginKey] = attrgetter("userIdentity", "recipientAccountId")
_address: Callable[[typed.Record], str | None] = attrgetter("sourceIPAddress")
_agent: Callable[[typed.Record], str | None] = attrgetter("userAgent")
_id: Callable[[typed.Record], str | None] = attrgetter("eventID")
_time: Callable[[typed.Record], str | None] = attrgetter("eventTime")
_without_key: Callable[[typed.Identity], tuple[Any, ...]] = attrgetter(*IDENTITY_PARTS)


class Encoder:
    """Collects records and gives them out as batches. Lives as long as its worker."""

    def __init__(self) -> None:
        self.calls = CallCodes()
        self._harmless: set[str] = set()
        """Values of ACL headers that let nobody in."""
        self._call_codes = Calls(self.calls.add)
        self._identities: list[Identity] = []
        self._identity_codes: Numbered[IdentityKey] = Numbered(self._add_identity)
        self._origins: list[int] = []  # two codes for each, see Origin
        self._origin_identities: list[int] = []
        self._origin_codes: Numbered[OriginKey] = Numbered(self._add_origin)
        self._texts = {name: Texts() for name in TEXT_FIELDS}
        self._names = Names(self._texts["target"])
        self._namer = Namer(self._texts["target"], self._names, self._who)
        self._narrow = Narrow()
        self._sent = (0, 0)
        self._start()

    def _start(self) -> None:
        self._settled: list[Rows] = []
        self._settled_count = 0
        self._parts: list[tuple[int, int]] = []  # which object, how many records
        self._rows = Collected()

    def __len__(self) -> int:
        return self._settled_count + len(self._rows.times)

    def add(
        self, records: Sequence[typed.Record], which: int, positions: Sequence[int] | None = None
    ) -> list[int]:
        """Take the records of object `which`; `positions` default to their ordinals.

        Returns the indexes in `records` of the events whose target, note or flags only the whole
        record tells. They are marked PENDING until `amend` is called for them.
        """
        start = len(self._rows.times)  # `_details` goes by rows that are not settled
        calls = list(map(self._call_codes.__getitem__, map(_call_key, records)))
        origins = list(map(self._origin_codes.__getitem__, map(_origin_key, records)))
        self._rows.call += calls
        self._rows.origin += origins
        self._rows.address += map(self._texts["address"].__getitem__, map(_address, records))
        self._rows.useragent += map(self._texts["useragent"].__getitem__, map(_agent, records))
        self._rows.ids += map(_id, records)
        times = list(map(_time, records))
        if None in times:
            for index, time in enumerate(times):
                if time is None and (stamp := records[index].timestamp) is not None:
                    times[index] = str(stamp)
        self._rows.times += times
        pending = self._add_targets(records, calls, origins)
        for index in pending:
            self._rows.details[start + index] = (0, 0, PENDING)
        self._parts.append((which, len(records)))
        self._rows.which.append((which, len(records)))
        self._rows.positions.append(range(len(records)) if positions is None else positions)
        return pending

    def _add_targets(  # noqa: C901 - one frame for what a million events need
        self, records: Sequence[typed.Record], calls: list[int], origins: list[int]
    ) -> list[int]:
        """Add the targets that the decoded fields tell; return the indexes where they do not.

        The shapes that nearly all events have are walked here, without a call: a function's frame
        costs as much as the look-up that it does.
        """
        quicks = self.calls.quicks
        names, objects, harmless = self._names, self._texts["object"], self._harmless
        targets: list[int] = []
        keys: list[int] = []
        pending: list[int] = []
        for call, origin, r in zip(calls, origins, records, strict=True):
            target = object_code = 0
            quick = quicks[call]
            if quick is not None:
                params: Any = r.requestParameters
                place = quick.get(tuple(params) if params.__class__ is dict else ())
                answer, extra = r.responseElements, r.additionalEventData
                if (
                    place is not None
                    and (answer is None or (answer.__class__ is Answer and answer.omitted is None))
                    and (extra is None or (extra.__class__ is Omissible and extra.omitted is None))
                    and r.serviceEventDetails is None
                    and (r.errorMessage is None or r.errorCode)
                ):
                    value: Any = None
                    if place.__class__ is dict:
                        context = params[CONTEXT]
                        if context.__class__ is dict:
                            place = place.get(tuple(context), _NO_PLACE)
                        else:
                            place = _NO_PLACE
                    first, inner, object_key, header, everything = place
                    if inner:
                        value = params[CONTEXT][inner]
                    elif first:
                        value = params[first]
                        if value.__class__ is dict and len(value) == 1:
                            # {"items": [{"instanceId": "i-0…"}]}
                            items = value.get("items")
                            if items.__class__ is list and len(items) == 1:
                                item = items[0]
                                if item.__class__ is dict and len(item) == 1:
                                    (value,) = item.values()
                    elif everything and bytes(r.resources) in NO_RESOURCES:
                        target = everything
                    if value.__class__ is str and (
                        not header
                        or (params[header].__class__ is str and params[header] in harmless)
                    ):
                        target = names[value]
                        if object_key and target:
                            key = params[object_key]
                            if key.__class__ is str:
                                if len(key) > MAX_OBJECT:
                                    key = cut(key, MAX_OBJECT)
                                object_code = objects[key]
            if not target:
                target, object_code = self._other_target(call, r, origin, len(targets))
                if not target:
                    pending.append(len(targets))
            targets.append(target)
            keys.append(object_code)
        self._rows.target += targets
        self._rows.object += keys
        return pending

    def _other_target(self, call: int, r: typed.Record, origin: int, index: int) -> tuple[int, int]:
        """The codes of target and object of any other shape; 0: only the whole record tells."""
        kind = self.calls.kinds[call]
        if kind is None or not _is_plain(r):
            return 0, 0
        target, object_code = self._target_of(kind, r, origin)
        if kind.quick is not None:
            self._learn(kind, r.requestParameters)
        elif target:
            details = self._note(kind, r)
            if details is None:
                return 0, 0
            if details != _NO_DETAILS:
                self._rows.details[len(self._rows.target) + index] = details
        return target, object_code

    def _learn(self, kind: Kind, params: Any) -> None:
        """Remember the place of a target, so that the next of its kind takes the quick way."""
        if params is None:
            params = _NO_PARAMETERS
        quick = kind.quick
        if quick is None or type(params) is not dict or len(quick) >= _MAX_PLACES:
            return
        keys = tuple(params)
        recipe = kind.recipes.get(keys)
        if recipe is None:
            return
        if recipe.nested:
            context = params[CONTEXT]
            inner = tuple(context) if type(context) is dict else ()
            recipe = kind.nested.get((keys, inner))
            place = place_of(recipe) if recipe is not None else None
            places = quick.setdefault(keys, {})
            if place is not None and len(places) < _MAX_PLACES:
                places[inner] = place
            return
        place = place_of(recipe)
        if place is not None:
            quick[keys] = place
            header = params[place[3]] if place[3] else None
            if type(header) is str and not opens_by_header(place[3], header):
                self._harmless.add(header)

    def _target_of(self, kind: Kind, r: typed.Record, origin: int) -> tuple[int, int]:
        """The codes of target and object; 0 where only the whole record tells."""
        params: Any = r.requestParameters
        if params is None:
            params = _NO_PARAMETERS
        elif type(params) is not dict:
            return self._namer.slow(kind, r), 0
        recipe = kind.recipes.get(tuple(params)) or self._namer.recipe(kind, params)
        if recipe.nested:
            recipe = self._namer.nested(kind, params)
        if recipe.headers and self._namer.opens(recipe.headers, params):
            return 0, 0
        target = 0
        if recipe.first:
            value = params[recipe.first]
        elif recipe.inner:
            value = params[CONTEXT][recipe.inner]
        else:
            value = None
            if recipe.everything and bytes(r.resources) in NO_RESOURCES:
                return recipe.everything, 0
        if type(value) is str:
            target = self._names[value]
        if not target:
            target = self._namer.walk(kind, recipe, params, r, origin)
        if target and recipe.object:
            key = params[recipe.object]
            if type(key) is str:
                return target, self._texts["object"][
                    key if len(key) <= MAX_OBJECT else cut(key, MAX_OBJECT)
                ]
        return target, 0

    def _note(self, kind: Kind, r: typed.Record) -> tuple[int, int, int] | None:
        """What the decoded fields tell beside the target: codes of note and newkey, flags.

        None: they do not.
        """
        key, note, flags = "", "", 0
        if kind.hands_out:
            found = key_of(r)
            if found is None:
                return None
            key, note = found, entering_note(found, entered_by(r))
        else:
            note, flags = told_by_parameters(kind, r.requestParameters)
        texts = self._texts
        return texts["note"][note], texts["newkey"][key], flags

    def amend(self, index: int, details: Details) -> None:
        """Give what the whole record told about row `index`, of those that were added last."""
        index -= self._settled_count
        target, object_code, note, newkey, flags = self.codes_of(details)
        self._rows.target[index] = target
        self._rows.object[index] = object_code
        if note or newkey or flags:
            self._rows.details[index] = (note, newkey, flags)
        else:
            self._rows.details.pop(index, None)

    def take(self, window: Window | None = None) -> tuple[Batch, dict[int, int]]:
        """All events added since the last call, and of which objects how many were outside."""
        self._settle()
        rows = joined(self._settled)
        calls, identities = self._sent
        batch = Batch(
            calls=fields_of(self.calls.calls[calls:]),
            identities=fields_of(self._identities[identities:]),
            texts={name: texts.take() for name, texts in self._texts.items()},
            origins=np.array(self._origins, np.uint32).reshape(-1, len(Origin._fields)),
            call=rows.call,
            origin=rows.origin,
            codes={name: getattr(rows, name) for name in ROW_FIELDS},
            time=rows.time,
            event_id=rows.event_id,
            flags=rows.flags,
            object=rows.which,
            position=rows.position,
        )
        self._sent = (len(self.calls.calls), len(self._identities))
        self._origins = []
        outside: dict[int, int] = {}
        if window is not None and not window.is_open:
            batch, counts = self._narrow.inside(batch, self.calls.calls, self._parts, window)
            outside = {which: n for (which, _), n in zip(self._parts, counts, strict=True) if n}
        self._start()
        return batch, outside

    def _settle(self) -> None:
        """Make columns of the rows that were collected one by one."""
        if self._rows.times or not self._settled:
            rows, self._rows = self._rows, Collected()
            self._settle_rows(rows.settled())

    def _settle_rows(self, rows: Rows) -> None:
        self._settled.append(rows)
        self._settled_count += len(rows.time)

    # What a scanner works out by itself

    def add_rows(self, rows: Rows, parts: Sequence[tuple[int, int]]) -> int:
        """Take rows of this encoder's codes; `parts` are objects with the number of their rows.

        Returns the index of the first of them.
        """
        self._settle()
        first = self._settled_count
        self._settle_rows(rows)
        self._parts += parts
        return first

    def new_identity(self, identity: Identity) -> int:
        """Give out a code for who called."""
        self._identities.append(identity)
        return len(self._identities) - 1

    def new_origins(self, identities: Sequence[int], keys: Sequence[int]) -> int:
        """Give out codes for pairs of codes of an identity and of a key; returns the first."""
        first = len(self._origin_identities)
        self._origins += chain.from_iterable(zip(identities, keys, strict=True))
        self._origin_identities += identities
        return first

    def texts(self, field: str) -> Texts:
        """The codes of a field's texts."""
        return self._texts[field]

    def recipe(self, kind: Kind, keys: tuple[str, ...], inner: tuple[str, ...]) -> Recipe:
        """Where a call with parameters of these names, and these in its context, has its target."""
        params: dict[str, Any] = dict.fromkeys(keys)
        if CONTEXT in params:
            params[CONTEXT] = dict.fromkeys(inner)
        recipe = self._namer.recipe(kind, params)
        return self._namer.nested(kind, params) if recipe.nested else recipe

    def told(self, kind: Kind, r: typed.Record, origin: int) -> tuple[int, int, int, int, int]:
        """The codes of target, object, note and newkey, and flags; target 0: not to be told."""
        target = object_code = 0
        if _is_plain(r):
            target, object_code = self._target_of(kind, r, origin)
        if target and kind.quick is None:
            details = self._note(kind, r)
            return (target, object_code, *details) if details else (0, 0, 0, 0, 0)
        return target, object_code, 0, 0, 0

    def codes_of(self, details: Details) -> tuple[int, int, int, int, int]:
        """What the whole record told, as codes of target, object, note and newkey, and flags."""
        texts = self._texts
        return (
            texts["target"][details.target],
            texts["object"][details.object],
            texts["note"][details.note],
            texts["newkey"][details.newkey],
            details.flags,
        )

    def _add_origin(self, key: OriginKey) -> int:
        """Who it is does not depend on the access key, and keys are what sessions differ in."""
        identity, account = key
        access_key = identity.accessKeyId if identity is not None else None
        known = self._identity_codes[None if identity is None else _without_key(identity), account]
        self._origins += (known, self._texts["key"][access_key])
        self._origin_identities.append(known)
        return len(self._origin_identities) - 1

    def _who(self, origin: int) -> str:
        return self._identities[self._origin_identities[origin]].who

    def _add_identity(self, key: IdentityKey) -> int:
        fields, account = key
        self._identities.append(identity_of(account or "", fields))
        return len(self._identities) - 1


def _is_plain(r: typed.Record) -> bool:
    """No field was omitted, and a failure has its errorCode: what the flat values say is all."""
    answer, extra = r.responseElements, r.additionalEventData
    return (
        (answer is None or not (isinstance(answer, str) or answer.omitted is not None))
        and (extra is None or not (isinstance(extra, str) or extra.omitted is not None))
        and r.serviceEventDetails is None
        and (not r.errorMessage or bool(r.errorCode))
    )
