"""The session's rows in another order than that of time, and searched."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, cast

from tests.unit.test_session import SECOND, START, Engine, record
from tui.core.needle import Needle
from tui.ui.session.session import Session

if TYPE_CHECKING:
    from tui.ingest.pipeline import Pipeline

SERVICES = ("s3", "ec2", "iam", "kms")
COLUMNS = ("who", "event", "target", "result", "address", "agent", "region", "account")


def session_of(count: int, *, undated: int = 1) -> tuple[Session, Engine]:
    engine = Engine()
    chance = random.Random(5)
    seconds = [None] * undated + [chance.randrange(5_000) for _ in range(count - undated)]
    engine.arrive(*[one(number, second, chance) for number, second in enumerate(seconds)])
    session = Session(cast("Pipeline", engine), {"111122223333": "prod"})
    session.refresh()
    return session, engine


def one(number: int, second: int | None, chance: random.Random) -> dict[str, object]:
    return record(
        second,
        chance.choice(SERVICES),
        requestParameters={"bucketName": f"b{chance.randrange(9)}"},
        eventID=f"00000000-0000-4000-8000-{number:012}",
    )


def names(session: Session) -> list[str]:
    return [session.event(position).event for position in range(len(session))]


def test_every_event_is_found_where_it_is_listed() -> None:
    session, _ = session_of(40)
    for column, descending in (("event", False), ("target", True), ("time", True)):
        before = session.generation
        session.sort(column, descending=descending)
        assert session.generation > before
        assert not session.by_time
        assert sorted(session.listed.tolist()) == sorted(session.rows.tolist())
        for position in range(len(session)):
            assert session.position_of(session.row_at(position)) == position
            assert session.event(position).row == session.row_at(position)
    session.sort()
    assert session.listed.tolist() == session.rows.tolist()


def test_equal_ones_stand_by_time_and_new_ones_join() -> None:
    session, engine = session_of(40)
    session.sort("event")
    assert names(session) == sorted(names(session))
    for service in SERVICES:
        times = [
            session.event(position).time or 0
            for position in range(len(session))
            if session.event(position).service == service
        ]
        assert times == sorted(times)
    engine.arrive(record(7, "iam", eventID="00000000-0000-4000-9000-000000000000"))
    assert session.refresh()
    assert len(session) == 41
    assert names(session) == sorted(names(session))


def test_another_order_is_not_followed() -> None:
    session, _ = session_of(5)
    assert session.follow
    session.sort("who")
    assert not session.follow
    session.follow = True
    session.sort()
    assert session.follow


def test_times_are_found_in_any_order() -> None:
    session, _ = session_of(40)
    by_time = session.rows.tolist()
    moments = [(START + second) * SECOND for second in (-1, 0, 700, 2_500, 9_000)]

    def answers() -> list[int | None]:
        found: list[int | None] = []
        for moment in moments:
            place = session.position_at(moment)
            found.append(session.row_at(place) if place < len(session) else None)
            for forward in (True, False):
                near = session.position_near(moment, forward=forward)
                found.append(None if near is None else session.row_at(near))
        return found

    expected: list[int | None] = []
    times = session.index.times
    dated = by_time[1:]
    for moment in moments:
        later = [row for row in dated if times[row] >= moment]
        earlier = [row for row in dated if times[row] <= moment]
        first = later[0] if later else None
        expected += [first, first, earlier[-1] if earlier else None]
    assert answers() == expected
    session.sort("target", descending=True)
    assert answers() == expected


def test_days_failures_and_hits_are_those_of_what_is_listed() -> None:
    session, _ = session_of(40)
    days = session.day_starts(session.zone)
    session.sort("event")
    assert session.day_starts(session.zone) == days
    for text in ("iam", "B3", "prod", "nothing"):
        found = session.find(Needle(text=text), COLUMNS).tolist()
        assert found == [
            position
            for position in range(len(session))
            if any(
                text.casefold() in str(getattr(session.event(position), column)).casefold()
                for column in COLUMNS
            )
        ]
    assert session.search_trouble == ""


def test_a_session_without_events_can_be_sorted_and_searched() -> None:
    session = Session(cast("Pipeline", Engine()))
    session.sort("who")
    assert session.find(Needle(text="x"), COLUMNS).tolist() == []
    assert session.position_near(0, forward=True) is None
    assert session.position_at(0) == 0
    assert len(session) == 0
