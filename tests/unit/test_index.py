"""The index compared with a list of dicts, and what it is asked one by one."""

from __future__ import annotations

import itertools
from typing import Any, NamedTuple

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tui.core.counts.flag_count import FlagCount
from tui.core.index.batch import (
    PENDING,
    ROW_FIELDS,
    TEXT_FIELDS,
    UNDATED,
    Batch,
    Call,
    Details,
    Identity,
    fields_of,
)
from tui.core.index.index import FIELDS, Index
from tui.core.rules.agent import agent_family, is_console_agent
from tui.core.rules.call import event_text
from tui.core.rules.flags import Flag, Level, level_of, settled

CALLS = (
    Call("s3", "GetObject", "eu-west-1", "111122223333", "", 1, "AwsApiCall", "Data", 0),
    Call("iam", "CreateUser", "us-east-1", "111122223333", "AccessDenied", 0, "AwsApiCall",
         "Management", Flag.ERROR | Flag.DENIED | Flag.WRITE),
    Call("lambda", "GetFunction20150331v2", "us-east-1", "444455556666", "", 2, "AwsApiCall",
         "Management", Flag.SENSITIVE),
    Call("signin", "ConsoleLogin", "us-east-1", "111122223333", "", 2, "AwsConsoleSignIn",
         "Management", Flag.CONSOLE),
)  # fmt: skip
IDENTITIES = (
    Identity("unknown", "", "", "", "", "", "", "", 0),
    Identity("alice", "", "", "alice", "IAMUser", "111122223333",
             "arn:aws:iam::111122223333:user/alice", "", 0),
    Identity("Admin/bo", "Admin", "bo", "", "AssumedRole", "444455556666",
             "arn:aws:sts::444455556666:assumed-role/Admin/bo", "", Flag.CROSS_ACCOUNT | Flag.MFA),
    Identity("aws:config", "", "", "", "AWSService", "", "", "", Flag.AWS),
)  # fmt: skip
KEYS = ("", "AKIAIOSFODNN7EXAMPLE", "ASIAIOSFODNN7EXAMPLE")
AGENTS = ("", "aws-cli/2.15.0", "console.amazonaws.com", "[S3Console/0.4]")
TEXTS = {
    "address": ("", "198.51.100.7", "config.amazonaws.com"),
    "useragent": AGENTS,
    "target": ("", "logs-prod", "élan\ud800"),
    "object": ("", "a/b.txt"),
    "note": ("", "→ anyone"),
    "newkey": ("", *KEYS[1:]),
}
CONTENT = ("call", "identity", "key", "address", "useragent", "time")
"""In what the same event is alike each time."""
TOLD = Details._fields[:4]
"""And in this, as soon as the whole record told."""


class Made(NamedTuple):
    """An event as a worker would have seen it."""

    call: Call
    identity: Identity
    key: str
    address: str
    useragent: str
    target: str
    object: str
    note: str
    newkey: str
    time: int
    event_id: int
    flags: int
    object_id: int
    position: int


def events(objects: int = 4) -> st.SearchStrategy[Made]:
    def of(values: int) -> st.SearchStrategy[Made]:
        """Events with so many values in each field: with few, many are alike."""
        return st.builds(
            Made,
            st.sampled_from(CALLS[-values:]),
            st.sampled_from(IDENTITIES[:values]),
            st.sampled_from(KEYS[:values]),
            *(st.sampled_from(TEXTS[field][:values]) for field in ROW_FIELDS),
            time=st.sampled_from((1_000_000, UNDATED, 0, 1_700_000_000_000_000)[:values]),
            event_id=st.integers(0, values + 1),
            flags=st.sampled_from((0, PENDING, int(Flag.PUBLIC), PENDING | Flag.OMITTED)),
            object_id=st.integers(0, objects - 1),
            position=st.integers(0, 300),
        )

    return of(1) | of(2) | of(4)


class Worker:
    """Makes batches as an encoder does: each distinct value is sent once."""

    def __init__(self, index: Index) -> None:
        self.vocabulary = index.vocabulary()
        self._codes: dict[str, dict[Any, int]] = {name: {"": 0} for name in TEXT_FIELDS}
        self._codes |= {"call": {}, "identity": {}, "origin": {}}

    def batch(self, made: list[Made]) -> tuple[Batch, list[int]]:
        """The batch, and the object of each of its local numbers."""
        new: dict[str, list[Any]] = {name: [] for name in self._codes}

        def code(name: str, value: Any) -> int:
            codes = self._codes[name]
            if value not in codes:
                codes[value] = len(codes)
                new[name].append(value)
            return codes[value]

        def column(values: list[int]) -> Any:
            return np.array(values, np.uint32)

        objects = list(dict.fromkeys(event.object_id for event in made))
        origins = [(code("identity", e.identity), code("key", e.key)) for e in made]
        columns = {
            "call": column([code("call", event.call) for event in made]),
            "origin": column([code("origin", origin) for origin in origins]),
            "flags": column([event.flags for event in made]),
            "object": column([objects.index(event.object_id) for event in made]),
            "position": column([event.position for event in made]),
        }
        codes = {
            name: column([code(name, getattr(event, name)) for event in made])
            for name in ROW_FIELDS
        }
        return Batch(
            calls=fields_of(new["call"]),
            identities=fields_of(new["identity"]),
            texts={name: new[name] for name in TEXT_FIELDS},
            origins=np.array(new["origin"], np.uint32).reshape(-1, 2),
            codes=codes,
            time=np.array([event.time for event in made], np.int64),
            event_id=np.array([event.event_id for event in made], np.uint64),
            **columns,
        ), objects


class Place(NamedTuple):
    """Where an event was delivered; `sure`: nothing of it or of its row was PENDING then."""

    object_id: int
    position: int
    number: int = 0
    sure: bool = True


class Naive:
    """A list of dicts that does the same, the slow way."""

    def __init__(self) -> None:
        self.rows: list[dict[str, Any] | None] = []
        self._numbers = itertools.count()

    def add(self, made: list[Made]) -> list[Made]:
        """Returns the duplicates."""
        return [event for event in made if not self._add(self._row(event))]

    def _row(self, event: Made) -> dict[str, Any]:
        place = Place(event.object_id, event.position)
        fields = {field: getattr(event, field) for field in ROW_FIELDS}
        told, pending = event.flags & ~PENDING, bool(event.flags & PENDING)
        return {"made": event, "places": [place], "told": told, "pending": pending, **fields}

    def _add(self, row: dict[str, Any]) -> bool:
        for other in self.alive:
            if row["made"].event_id and self._is(other, row):
                place = row["places"][0]
                sure = not (row["pending"] or other["pending"])
                other["places"].append(place._replace(number=next(self._numbers), sure=sure))
                return False
        self.rows.append(row | {"row": len(self.rows)})
        return True

    def _is(self, one: dict[str, Any], other: dict[str, Any]) -> bool:
        fields = ("event_id", *CONTENT)
        if any(getattr(one["made"], each) != getattr(other["made"], each) for each in fields):
            return False
        if one["pending"] or other["pending"]:
            return True
        flags = self.flags(one, alone=True), self.flags(other, alone=True)
        return flags[0] == flags[1] and all(one[field] == other[field] for field in TOLD)

    @property
    def unsure(self) -> list[tuple[dict[str, Any], Place]]:
        copies = [(row, place) for row in self.alive for place in row["places"][1:]]
        return sorted(
            ((row, place) for row, place in copies if not place.sure), key=lambda pair: pair[1][2]
        )

    def check(self, details: Details | None) -> None:
        """All that are unsure turn out to be like this."""
        again = []
        for row, place in self.unsure:
            row["places"].remove(place)
            if details is None:
                row["places"].append(place._replace(sure=True))
                continue
            told = {field: getattr(details, field) for field in TOLD} | {"told": details.flags}
            again.append(row | told | {"pending": False, "places": [place]})
        for row in again:
            self._add(row)

    def remove_object(self, object_id: int) -> int:
        gone = 0
        for row in self.alive:
            row["places"] = [place for place in row["places"] if place.object_id != object_id]
            if not row["places"]:
                self.rows[row["row"]] = None
                gone += 1
        return gone

    def amend(self, row: int, details: Details | None) -> None:
        known = self.rows[row]
        if known is None or not known["pending"]:
            return
        known["pending"] = False
        if details:
            known |= {field: getattr(details, field) for field in TOLD}
            known["told"] = details.flags

    @property
    def alive(self) -> list[dict[str, Any]]:
        return [row for row in self.rows if row]

    @property
    def ordered(self) -> list[dict[str, Any]]:
        return sorted(self.alive, key=lambda row: (row["made"].time, row["row"]))

    def flags(self, row: dict[str, Any], *, alone: bool = False) -> int:
        """`alone`: without what others say about it."""
        made = row["made"]
        flags = made.call.flags | made.identity.flags | row["told"]
        flags |= Flag.CONSOLE if is_console_agent(made.useragent) else 0
        flags = settled(int(flags)) | (Flag.UNDATED if made.time == UNDATED else 0)
        if alone:
            return int(flags)
        ids = [other["made"].event_id for other in self.alive]
        doubled = made.event_id and ids.count(made.event_id) > 1
        return int(flags | (Flag.DOUBLED if doubled else 0))

    def text(self, row: dict[str, Any], field: str) -> str:
        made, flags = row["made"], self.flags(row)
        if field in ROW_FIELDS:
            return str(row[field])
        if field == "agent":
            return agent_family(made.useragent)
        if field == "level":
            return level_of(flags).name.lower()
        if field == "result":
            words = {Flag.DENIED: "denied", Flag.THROTTLED: "throttled", Flag.ROUTINE: "absent",
                     Flag.ERROR: "failed"}  # fmt: skip
            return next((word for flag, word in words.items() if flags & flag), "")
        if field == "key":
            return str(made.key)
        names = {"identity_type": "type", "principal_account": "account"}
        if field in names:
            return str(getattr(made.identity, names[field]))
        return str(getattr(made.call if hasattr(made.call, field) else made.identity, field))


def compare(index: Index, naive: Naive) -> None:
    """Everything that can be asked has the same answer."""
    ordered = naive.ordered
    rows = [row["row"] for row in ordered]
    assert index.order.tolist() == rows
    assert len(index) == len(rows)
    assert index.size == len(naive.rows)
    assert index.duplicates == sum(len(row["places"]) - 1 for row in ordered)
    order = index.order
    flags = [naive.flags(row) for row in ordered]
    assert index.flags(order).tolist() == flags
    assert index.pending(order).tolist() == [row["pending"] for row in ordered]
    asked = int(Flag.WRITE | Flag.NOMFA)
    expected = {row for row, each in zip(rows, flags, strict=True) if each & asked}
    assert set(np.flatnonzero(index.flag_mask(asked)).tolist()) == expected
    for field in FIELDS:
        dictionary = index.dictionary(field)
        texts = [naive.text(row, field) for row in ordered]
        codes = index.field_codes(field, order)
        assert [dictionary.text(int(code)) for code in codes] == texts
        wanted = dictionary.matching(lambda text: len(text) % 2 == 1)
        found = set(np.flatnonzero(index.mask(field, wanted)).tolist())
        assert found == {row for row, text in zip(rows, texts, strict=True) if len(text) % 2 == 1}
        for some, chosen in ((None, texts), (order[::2], texts[::2])):
            counts = index.counts(field, some)
            assert {dictionary.text(c): n for c, n in enumerate(counts.tolist()) if n} == {
                text: chosen.count(text) for text in chosen
            }
    for row, each in zip(ordered, flags, strict=True):
        event, made = index.event(row["row"]), row["made"]
        assert event.time == (None if made.time == UNDATED else made.time)
        assert event.event == event_text(made.call.service, made.call.event)
        assert event.target == "/".join(filter(None, (row["target"], row["object"])))
        assert (event.flags, event.level) == (each, level_of(each))
        for field in ("who", "note", "result", "address", "agent", "region", "account", "service"):
            assert getattr(event, field) == naive.text(row, field)
        places = index.place(row["row"])
        at = np.array([row["row"]])
        assert places[0] == (int(index.objects(at)[0]), int(index.positions(at)[0]))
        assert sorted(places) == sorted(place[:2] for place in row["places"])
    assert index.unsure() == [place[:2] for _, place in naive.unsure]


details = st.builds(
    Details,
    *(st.sampled_from(TEXTS[field]) for field in ("target", "object", "note", "newkey")),
    flags=st.sampled_from((0, int(Flag.ADMIN), int(Flag.MFA), int(Flag.ERROR))),
)
steps = st.one_of(
    st.tuples(st.integers(0, 1), st.lists(events(), max_size=8)),  # a worker's batch
    st.integers(0, 3),  # an object goes
    st.dictionaries(st.integers(0, 20), st.none() | details, max_size=5),  # they were read
    st.none() | details,  # what is unsure was read
)


@settings(max_examples=60, deadline=None)
@given(st.lists(steps, max_size=7))
def test_any_sequence_leaves_what_a_list_of_dicts_would_hold(taken: list[Any]) -> None:
    index, naive = Index(), Naive()
    workers = (Worker(index), Worker(index))
    counted = {flag: FlagCount(int(flag)) for flag in (Flag.ERROR, Flag.ADMIN, Flag.AWS)}
    for step in taken:
        before, unsure = index.generation, index.unsure()
        if isinstance(step, int):
            assert index.remove_object(step) == naive.remove_object(step)
        elif isinstance(step, dict):
            told = {row: each for row, each in step.items() if row < index.size}
            index.amend(np.array(list(told), np.int64), list(told.values()))
            for row, each in told.items():
                naive.amend(row, each)
        elif step is None or isinstance(step, Details):
            if any(row["pending"] for row in naive.alive):
                continue
            index.check(unsure, [step] * len(unsure))
            naive.check(step)
            before -= not unsure or step is None
        else:
            worker, made = workers[step[0]], step[1]
            first = len(naive.rows)
            dropped = naive.add(made)
            batch, objects = worker.batch(made)
            added = index.add(batch, worker.vocabulary, objects)
            assert (added.first_row, added.count) == (first, len(made) - len(dropped))
            counts = [sum(event.object_id == each for event in dropped) for each in objects]
            assert added.duplicates.tolist() == counts
        assert index.generation > before
        for flag, count in counted.items():
            assert count.count(index) == np.count_nonzero(index.flag_mask(int(flag)))
    compare(index, naive)


def made(**changes: Any) -> Made:
    """An event like any other."""
    event = Made(CALLS[0], IDENTITIES[1], KEYS[1], "198.51.100.7", AGENTS[1], "logs-prod",
                 "a/b.txt", "", "", 1_000_000, 0, 0, 0, 0)  # fmt: skip
    return event._replace(**changes)


def filled(*batches: list[Made]) -> Index:
    index = Index()
    worker = Worker(index)
    for events_ in batches:
        batch, objects = worker.batch(events_)
        index.add(batch, worker.vocabulary, objects)
    return index


def test_rows_come_by_time_equal_times_as_they_came_undated_first() -> None:
    index = filled([made(time=5), made(time=3), made(time=5)], [made(time=4), made(time=3)])
    assert index.order.tolist() == [1, 4, 3, 0, 2]
    assert filled([made(time=5), made(time=UNDATED)]).order.tolist() == [1, 0]


@pytest.mark.parametrize("late", [1, 1000])
def test_late_rows_find_their_places_among_many(late: int) -> None:
    chance = np.random.default_rng(late)
    times = chance.integers(0, 5000, 20_000).tolist()
    index = filled([made(time=time) for time in sorted(times)])
    assert index.order.tolist() == list(range(20_000))
    more = chance.integers(-100, 6000, late).tolist()
    worker = Worker(index)
    batch, objects = worker.batch([made(time=time) for time in more])
    index.add(batch, worker.vocabulary, objects)
    everything = sorted(times) + more
    assert index.order.tolist() == sorted(range(len(everything)), key=everything.__getitem__)


def test_an_order_that_was_given_out_does_not_change() -> None:
    index = Index()
    worker = Worker(index)
    orders = []
    for time in (5, 3, 9):
        batch, objects = worker.batch([made(time=time)])
        index.add(batch, worker.vocabulary, objects)
        orders.append(index.order)
    assert [order.tolist() for order in orders] == [[0], [1, 0], [1, 0, 2]]


def test_a_copy_takes_over_when_the_first_place_goes() -> None:
    index = filled([made(event_id=7, object_id=10, position=3)],
                   [made(event_id=7, object_id=11, position=4)],
                   [made(event_id=7, object_id=12, position=5)])  # fmt: skip
    assert index.place(0) == [(10, 3), (11, 4), (12, 5)]
    assert index.remove_object(10) == 0
    assert index.place(0) == [(11, 4), (12, 5)]
    assert index.remove_object(12) == 0
    assert index.remove_object(11) == 1
    assert (len(index), index.order.tolist()) == (0, [])


def test_an_object_that_is_read_again_gets_new_rows() -> None:
    index = Index()
    worker = Worker(index)
    events_ = [made(event_id=number, position=number) for number in (1, 2, 3)]
    for first in (0, 3, 6):
        batch, objects = worker.batch(events_)
        assert index.add(batch, worker.vocabulary, objects)[:2] == (first, 3)
        assert index.remove_object(0) == 3


def test_the_same_id_with_other_content_is_kept_and_said() -> None:
    index = filled([made(event_id=7), made(event_id=7, time=9), made(event_id=8)])
    assert (index.flags(index.order) & Flag.DOUBLED != 0).tolist() == [True, True, False]
    assert [index.event(row).flags & Flag.DOUBLED for row in (0, 1)] == [Flag.DOUBLED] * 2


def test_pending_rows_come_by_object_the_newest_first() -> None:
    index = filled(
        [made(flags=PENDING, object_id=object_id, time=time, position=time)
         for object_id, time in ((1, 1), (2, 9), (1, 5), (3, 7), (2, 2))]
        + [made(object_id=4)]
    )  # fmt: skip
    groups = [(ids, [r.tolist() for r in rows]) for ids, rows in index.pending_by_object(2)]
    assert groups == [([2, 3], [[1, 4], [3]]), ([1], [[2, 0]])]
    groups = [(ids, [r.tolist() for r in rows]) for ids, rows in index.pending_by_object(9, [0, 5])]
    assert groups == [([1], [[0]])]
    assert not list(filled([made()]).pending_by_object(9))


def test_what_the_whole_record_told_settles_the_flags_again() -> None:
    index = filled([made(call=CALLS[3], flags=PENDING)])
    assert index.event(0).flags == Flag.CONSOLE | Flag.NOMFA
    index.amend(np.array([0]), [Details("t", "", "n", KEYS[2], int(Flag.MFA | Flag.ERROR))])
    event = index.event(0)
    assert event.flags == Flag.CONSOLE | Flag.MFA | Flag.ERROR
    assert (event.target, event.note, event.result, event.level) == ("t", "n", "failed", 0)
    assert index.more(0).key_made == KEYS[2]
    index.amend(np.array([0]), [Details("other", "", "", "", 0)])
    assert index.event(0).target == "t"


def test_a_key_is_the_same_whether_used_or_handed_out() -> None:
    index = filled([made(key=KEYS[2]), made(newkey=KEYS[2])])
    assert index.dictionary("key") is index.dictionary("newkey")
    assert index.field_codes("key", np.array([0])) == index.field_codes("newkey", np.array([1]))


def test_an_insight_stands_where_others_have_a_call() -> None:
    call = Call("", "", "us-east-1", "111122223333", "", 2, "AwsCloudTrailInsight", "Insight", 0)
    index = filled([made(call=call), made(call=call._replace(category=""))])
    assert [index.event(row).event for row in (0, 1)] == ["(insight)", ""]


def test_rows_are_found_by_their_texts() -> None:
    index = filled([made(call=CALLS[1], time=9), made(), made(call=CALLS[1], time=4)])
    assert index.rows_of("service", ["iam", "no such"]).tolist() == [2, 0]
    assert index.rows_of("result", ["denied"]).tolist() == [2, 0]


def test_a_line_of_csv_gets_what_the_list_does_not_show() -> None:
    more = filled([made(call=CALLS[1], identity=IDENTITIES[2])]).more(0)
    assert more._asdict() == {
        "error": "AccessDenied", "useragent": AGENTS[1], "role": "Admin", "user": "",
        "type": "AssumedRole", "access_key": KEYS[1], "read_only": "false",
        "category": "Management", "key_made": "", "event_id": "",
    }  # fmt: skip
    read_only = [filled([made(call=call)]).more(0).read_only for call in CALLS]
    assert read_only == ["true", "false", "", ""]


def test_a_fingerprint_has_what_a_record_must_say() -> None:
    index = filled([made(call=CALLS[2], event_id=2**63 + 1)])
    assert index.fingerprint(0) == ("lambda", "GetFunction20150331v2", 1_000_000, 2**63 + 1)
    assert index.event(0).event == "lambda:GetFunction"


def test_levels_have_their_number_plus_one_as_code() -> None:
    dictionary = Index().dictionary("level")
    assert [dictionary.find(level.name.lower()) for level in Level] == [
        level + 1 for level in Level
    ]


def test_a_mask_made_before_more_values_came_still_serves() -> None:
    index = filled([made()])
    wanted = np.ones(len(index.dictionary("target")), np.bool_)
    worker = Worker(index)
    batch, objects = worker.batch([made(target="new")])
    index.add(batch, worker.vocabulary, objects)
    assert index.mask("target", wanted).tolist() == [True, False]


def test_columns_of_ten_thousand_events_are_small() -> None:
    times = itertools.count(1_700_000_000_000_000, 250_000)
    index = filled([made(time=next(times), event_id=number + 1, object_id=number // 100,
                         position=number % 100) for number in range(10_000)])  # fmt: skip
    assert len(index.order) == 10_000
    assert index.memory() - Index().memory() < 10_000 * 70


def test_a_pending_duplicate_that_turns_out_to_be_another_event_is_listed_after_all() -> None:
    login = made(event_id=7, flags=PENDING)
    index = filled(
        [login], [login._replace(object_id=1, position=5)], [login._replace(object_id=2)]
    )
    assert (len(index), index.duplicates) == (1, 2)
    index.amend(np.array([0]), [Details("t", "", "", "", int(Flag.ERROR))])
    assert index.unsure() == [(1, 5), (2, 0)]
    same, other = Details("t", "", "", "", int(Flag.ERROR)), Details("t", "", "", "", 0)
    index.check(index.unsure(), [other, same])
    assert (len(index), index.duplicates, index.unsure()) == (2, 1, [])
    assert [index.event(int(row)).result for row in index.order] == ["failed", ""]
    assert all(index.event(int(row)).flags & Flag.DOUBLED for row in index.order)
    assert index.place(0) == [(0, 0), (2, 0)]
    assert index.place(int(index.order[1])) == [(1, 5)]


def test_a_pending_duplicate_whose_record_is_not_to_be_had_stays_one() -> None:
    login = made(event_id=7, flags=PENDING)
    index = filled([login], [login._replace(object_id=1)])
    index.amend(np.array([0]), [None])
    index.check(index.unsure(), [None])
    assert (len(index), index.duplicates, index.unsure()) == (1, 1, [])


def test_events_that_differ_only_in_what_the_whole_record_tells_are_two() -> None:
    attached = made(event_id=7, note="ReadOnlyAccess")
    index = filled([attached, attached._replace(note="AdministratorAccess"), attached])
    assert (len(index), index.duplicates) == (2, 1)
