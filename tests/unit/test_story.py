"""A key's story over real events: forward to what it did, back to who handed it out, and undone."""

from __future__ import annotations

from typing import Any, cast

import pytest

from tests.unit.test_session import Engine, names, record
from tui.ui.session.session import Session
from tui.ui.session.story import Story, story_of

ALICE, ROLE, NEXT = "AKIAALICE0000EXAMPLE", "ASIAROLE00000EXAMPLE", "ASIANEXT00000EXAMPLE"


def by(key: str, second: int, service: str, name: str, made: str = "") -> dict[str, Any]:
    """A call with a key; `made` is the key that it handed out."""
    answer = {"credentials": {"accessKeyId": made}} if made else None
    who = {"type": "IAMUser", "userName": "alice", "accessKeyId": key}
    if not key:
        who.pop("accessKeyId")
    return record(second, service, name, userIdentity=who, responseElements=answer)


@pytest.fixture
def session() -> Session:
    engine = Engine()
    engine.arrive(
        by("", 0, "signin", "ConsoleLogin"),
        by(ALICE, 10, "sts", "AssumeRole", ROLE),
        by(ROLE, 20, "s3", "ListBuckets"),
        by(ROLE, 30, "sts", "AssumeRole", NEXT),
        by(NEXT, 40, "iam", "CreateUser"),
        by(ALICE, 50, "sts", "AssumeRole", "ASIAUNUSED000EXAMPLE"),
    )
    session = Session(cast("Any", engine))
    session.refresh()
    return session


def follow(session: Session, story: Story, row: int) -> int:
    """Go on with a story as the key does; gives the event under the cursor."""
    session.change(session.steps.push_alone(session.step(story.text), row))
    return story.row if story.row >= 0 else row


def test_from_the_call_that_handed_out_a_key_to_what_it_did(session: Session) -> None:
    story = story_of(session, session.row_at(1))
    assert (story.text, story.row) == (f"key:{ROLE}", -1)
    follow(session, story, session.row_at(1))
    assert names(session) == ["s3:ListBuckets", "sts:AssumeRole"]


def test_from_an_event_back_to_the_call_and_on_to_who_made_it(session: Session) -> None:
    row = follow(session, story_of(session, session.row_at(4)), session.row_at(4))
    assert session.event(session.position_of(row)).event == "sts:AssumeRole"
    assert names(session) == ["sts:AssumeRole", "iam:CreateUser"]
    story = story_of(session, row)
    assert story.text == f"key:{ROLE} or newkey:{ROLE}"
    row = follow(session, story, row)
    assert names(session) == ["sts:AssumeRole", "s3:ListBuckets", "sts:AssumeRole"]
    assert session.position_of(row) == 0
    end = story_of(session, row)
    assert end.text == ""
    assert end.words == f"This is what {ROLE} did: nothing read handed out {ALICE}"


def test_where_nobody_handed_out_the_key_that_is_listed_that_is_said() -> None:
    engine = Engine()
    engine.arrive(by(ALICE, 10, "s3", "ListBuckets"), by(ALICE, 20, "iam", "CreateUser"))
    session = Session(cast("Any", engine))
    session.refresh()
    story = story_of(session, session.row_at(0))
    assert story.words == f"No event that was read handed out the key {ALICE}"
    session.push(f"key:{ALICE}")
    story = story_of(session, session.row_at(0))
    assert story == Story("", f"This is what {ALICE} did: nothing read handed it out")


def test_undo_goes_back_to_the_event(session: Session) -> None:
    start = session.row_at(4)
    session.push("service:iam")
    row = follow(session, story_of(session, start), start)
    assert session.undo(row) == start
    assert session.filter_text() == "service:iam"
    assert session.redo(start) == row


def test_other_steps_do_not_hide_the_story(session: Session) -> None:
    session.push("service:iam")
    follow(session, story_of(session, session.row_at(0)), session.row_at(0))
    assert names(session) == ["sts:AssumeRole", "iam:CreateUser"]
    assert [step.on for step in session.steps.all] == [False, True]


def test_where_there_is_no_story(session: Session) -> None:
    assert story_of(session, session.row_at(0)).words.startswith("This event names no access key")
    unused = story_of(session, session.row_at(5))
    assert unused.text == ""
    assert unused.words.startswith("Nothing that was read was done with the new key ASIAUNUSED")


def test_of_two_calls_that_handed_out_a_key_the_last_before_counts() -> None:
    engine = Engine()
    engine.arrive(
        by(ALICE, 10, "sts", "GetSessionToken", ROLE),
        by(ALICE, 20, "sts", "AssumeRole", ROLE),
        by(ROLE, 30, "s3", "ListBuckets"),
        by(ALICE, 40, "sts", "AssumeRole", ROLE),
    )
    session = Session(cast("Any", engine))
    session.refresh()
    assert session.index.event(story_of(session, session.row_at(2)).row).time == (
        session.event(1).time
    )


def test_of_the_two_records_of_a_call_into_another_account_the_callers_leads_on() -> None:
    outside = by("", 20, "sts", "AssumeRole", NEXT)
    outside["userIdentity"] = {"type": "AWSAccount", "accountId": "444455556666"}
    engine = Engine()
    engine.arrive(
        by(ALICE, 10, "sts", "AssumeRole", ROLE),
        by(ROLE, 20, "sts", "AssumeRole", NEXT),
        outside,
        by(NEXT, 30, "s3", "ListBuckets"),
    )
    session = Session(cast("Any", engine))
    session.refresh()
    caller, entered, start = (session.row_at(position) for position in (1, 2, 3))
    assert session.value(caller, "key") == ROLE
    row = follow(session, story_of(session, start), start)
    assert row == caller
    assert story_of(session, row).text == f"key:{ROLE} or newkey:{ROLE}"
    assert story_of(session, entered).text == f"key:{ROLE} or newkey:{ROLE}"
