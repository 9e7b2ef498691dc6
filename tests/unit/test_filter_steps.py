"""The filter's steps over a real index: what they leave, count and ask of records."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from tests.unit.test_session import ALL, Engine, engine, names, record, session_of
from tui.core.query.names import FACETS
from tui.core.query.parser import QueryError
from tui.ingest.searching import SearchProgress
from tui.ui.session.session import Session

__all__ = ["engine"]


def test_steps_are_pushed_undone_and_redone(engine: Engine) -> None:
    session = session_of(engine)
    session.push("service:iam")
    session.push("is:denied", name="denied")
    assert names(session) == ["iam:ListUsers"]
    assert session.undo() == -1
    assert names(session) == ["iam:CreateUser", "iam:ListUsers"]
    assert session.redo() == -1
    assert [step.shown for step in session.steps.all] == ["service:iam", "denied"]
    assert (session.undo(), session.undo(), session.undo()) == (-1, -1, None)
    assert names(session) == ALL


def test_a_filter_that_is_none_changes_nothing(engine: Engine) -> None:
    session = session_of(engine)
    with pytest.raises(QueryError):
        session.push("is:nothing")
    with pytest.raises(QueryError):
        session.draft("service:(")
    assert names(session) == ALL


def test_steps_are_switched_one_by_one_and_together(engine: Engine) -> None:
    session = session_of(engine)
    session.push("service:iam")
    session.push("is:denied")
    session.switch(1)
    assert len(session) == 2
    session.toggle_all()
    assert (len(session), session.filter_text()) == (6, "")
    session.toggle_all()
    assert (len(session), session.filter_text()) == (2, "service:iam")


def test_a_step_tells_how_many_it_lets_through(engine: Engine) -> None:
    session = session_of(engine)
    session.push("service:iam")
    session.push("is:error")
    assert session.hits(0) == (2, 2)
    assert session.hits(1) == (2, 1)
    session.switch(0)
    assert session.hits(1) == (2, 2)


def test_a_draft_shows_what_a_step_would_leave(engine: Engine) -> None:
    session = session_of(engine)
    session.push("is:read")
    assert session.draft("service:s3") == (2, False)
    assert names(session) == ["s3:GetBucketAcl", "s3:GetBucketAcl"]
    assert session.draft("service:nothing") == (0, False)
    assert len(session) == 2
    assert session.draft("service:s3 text:needle") == (2, True)
    assert session.steps.text == "is:read"
    session.draft("")
    assert len(session) == 4
    session.draft("service:s3")
    session.push("service:iam")
    assert names(session) == ["iam:ListUsers"]


def test_facets_know_a_fields_other_names(engine: Engine) -> None:
    session = session_of(engine)
    assert session.facet("ip") == session.facet("address")
    session.only("event", "CreateUser")
    assert names(session) == ["iam:CreateUser"]
    assert session.filter_text() == "event:CreateUser"
    assert len(session.facet("event")) == 5
    session.clear("event")
    session.only("type", "IAMUser")
    assert session.filter_text() == "type:IAMUser"
    assert len(session) == 5


@pytest.mark.parametrize("field", FACETS)
def test_every_facet_leaves_out_its_own_step_alone(engine: Engine, field: str) -> None:
    session = session_of(engine)
    before = session.facet(field)
    assert sum(value.count for value in before) == 6
    value = before[0].value
    session.only(field, value)
    assert len(session) == before[0].count
    after = session.facet(field)
    assert [(each.value, each.count) for each in after] == [(e.value, e.count) for e in before]
    assert [each.state for each in after if each.value == value] == [1]


def test_a_value_is_that_of_the_index(engine: Engine) -> None:
    session = session_of(engine, {"111122223333": "prod"})
    row = session.row_at(1)
    told = [session.value(row, field) for field in ("event", "service", "account", "ip")]
    assert told == ["CreateUser", "iam", "prod", ""]


def test_a_path_is_a_field_whose_values_are_toggled(engine: Engine) -> None:
    session = session_of(engine)
    session.only("requestParameters.bucketName", "logs")
    session.toggle("requestParameters.bucketName", "other")
    assert session.filter_text() == "requestParameters.bucketName:(logs other)"
    assert len(session.steps.all) == 1


def test_accounts_are_filtered_by_name_in_what_is_typed(engine: Engine) -> None:
    engine.arrive(record(70, recipientAccountId="444455556666"))
    session = session_of(engine, {"444455556666": "test-eu"})
    session.push("account:test*")
    assert len(session) == 1


def test_times_without_a_zone_are_those_of_the_screen(engine: Engine) -> None:
    session = session_of(engine)
    session.zone = ZoneInfo("Europe/Berlin")
    session.push("time:2026-01-30T23:00:15..2026-01-30T23:00:35")
    assert names(session) == ["iam:ListUsers", "ec2:DescribeVolumes"]


def test_what_was_not_recorded_is_told_where_nothing_is_found(engine: Engine) -> None:
    session = session_of(engine)
    assert session.absence(session.step("event:DeleteObject")).startswith("No data events")
    assert session.absence(session.step("service:iam")) == ""


def test_what_aws_made_is_counted_where_it_is_left_out(engine: Engine) -> None:
    session = session_of(engine)
    assert session.left_out_aws() == 0
    session.push("is:read -is:aws")
    assert session.left_out_aws() == 1


class Looking:
    """Answers at once when it is pumped, a row at a time."""

    def __init__(self) -> None:
        self.rows: list[int] = []
        self.done = 0
        self._left: list[int] = []

    def look(self, nodes: Any, rows: Any, then: Any) -> None:
        self._nodes, self._then = nodes, then
        self.rows = rows.tolist()
        self._left = list(self.rows)
        self.done = 0

    def pump(self, yes: bool = True) -> None:
        row = self._left.pop(0)
        self.done += 1
        for node in self._nodes:
            self._then(node, np.array([row]), np.array([yes]))

    def cancel(self) -> None:
        self._left = []
        self.rows = []
        self.done = 0

    def progress(self) -> SearchProgress:
        return SearchProgress(self.done, len(self.rows), 0, 0)

    def trouble(self, nodes: Any) -> str:
        return f"{len(nodes)} too slow"


def test_records_are_looked_at_newest_first_and_show_as_they_are_found(engine: Engine) -> None:
    looking = engine.searching = Looking()  # type: ignore[attr-defined]
    session = session_of(engine)
    session.push("service:iam")
    session.push("text:needle")
    assert [session.index.event(row).event for row in looking.rows] == [
        "iam:ListUsers",
        "iam:CreateUser",
    ]
    assert len(session) == 0
    assert session.search_progress() is not None
    assert session.trouble() == "1 too slow"
    looking.pump()
    assert session.refresh()
    assert names(session) == ["iam:ListUsers"]
    looking.pump(yes=False)
    assert session.refresh()
    assert names(session) == ["iam:ListUsers"]
    assert session.search_progress() is None
    assert not session.refresh()
    engine.arrive(record(90, "iam", "DeleteUser"), record(91))
    session.refresh()
    assert len(looking.rows) == 1
    looking.pump()
    session.refresh()
    assert names(session) == ["iam:ListUsers", "iam:DeleteUser"]


def test_a_search_is_cancelled(engine: Engine) -> None:
    looking = engine.searching = Looking()  # type: ignore[attr-defined]
    session = session_of(engine)
    assert not session.cancel_search()
    session.push("text:needle")
    looking.pump()
    assert session.cancel_search()
    session.refresh()
    assert session.search_progress() is None
    assert len(session) == 1


def test_what_only_records_tell_is_found_by_the_engine() -> None:
    from tests.unit.test_lenses import SAMPLE, call, records
    from tests.unit.test_pipeline import loaded

    with loaded(SAMPLE) as pipeline:
        session = Session(pipeline)
        session.refresh()
        session.push("text:backdoor")
        shown = []
        while session.search_progress() is not None:
            pipeline.run()
            session.refresh()
            shown.append(len(session))
        expected = [call(each) for each in records() if "backdoor" in str(each).lower()]
        assert shown[-1] == len(expected) > 0
        told = [session.index.fingerprint(int(row)).event for row in session.rows]
        assert sorted(told) == sorted(expected)
        session.push("requestParameters.status:Inactive")
        while session.search_progress() is not None:
            pipeline.run()
            session.refresh()
        session.switch(0)
        while session.search_progress() is not None:
            pipeline.run()
            session.refresh()
        assert names(session) == ["iam:UpdateAccessKey"]
