"""The session: what the filter leaves, where events stand, what is counted."""

from __future__ import annotations

import datetime as dt
import time
from typing import Any, cast
from zoneinfo import ZoneInfo

import pytest

from tui.core.index.index import Index
from tui.core.index.rows import Progress, Sums
from tui.ingest.content.loose import loose_record
from tui.ingest.encoding.encode import Encoder
from tui.ingest.ledger import Ledger
from tui.ui.session.filter_words import step_words
from tui.ui.session.session import Session

SECOND = 1_000_000
START = int(dt.datetime(2026, 1, 30, 22, 0, tzinfo=dt.UTC).timestamp())


class Engine:
    """An index that is filled by hand, in the pipeline's place."""

    def __init__(self) -> None:
        self.index = Index()
        self._vocabulary = self.index.vocabulary()
        self._encoder = Encoder()
        self._objects = 0
        self.ledger = Ledger(follow=True, asked=frozenset(), clock=time.monotonic)
        self.wanted: list[int] = []
        self.loading = False

    @property
    def empty(self) -> bool:
        return not len(self.index)

    def want(self, row: int) -> None:
        self.wanted.append(row)

    def progress(self) -> Progress:
        return Progress(False, 1, 1, len(self.index), 1, 1, None, False)

    def sums(self) -> Sums:
        return Sums(len(self.index), len(self.index), 0, 0, 0, 0)

    def arrive(self, *records: dict[str, Any]) -> None:
        """Take records in, as one object."""
        import json

        self._encoder.add([loose_record(json.dumps(record).encode()) for record in records], 0)
        batch, _ = self._encoder.take()
        self.index.add(batch, self._vocabulary, [self._objects])
        self._objects += 1


def record(
    second: int | None, service: str = "s3", name: str = "GetBucketAcl", **more: Any
) -> dict[str, Any]:
    time = "redacted"
    if second is not None:
        moment = dt.datetime.fromtimestamp(START + second, dt.UTC)
        time = moment.strftime("%Y-%m-%dT%H:%M:%SZ")
    return {
        "eventVersion": "1.09",
        "userIdentity": {"type": "IAMUser", "userName": "alice"},
        "eventTime": time,
        "eventSource": f"{service}.amazonaws.com",
        "eventName": name,
        "awsRegion": "us-east-1",
        "recipientAccountId": "111122223333",
        "requestParameters": {"bucketName": "logs"},
        "readOnly": name.startswith(("Get", "List", "Describe")),
        "eventType": "AwsApiCall",
        **more,
    }


def by_aws(second: int) -> dict[str, Any]:
    who = {"type": "AWSService", "invokedBy": "config.amazonaws.com"}
    return record(second, "ec2", "DescribeVolumes", userIdentity=who)


@pytest.fixture
def engine() -> Engine:
    engine = Engine()
    engine.arrive(
        record(10, "iam", "CreateUser"),
        record(0),
        record(20, "iam", "ListUsers", errorCode="AccessDenied", errorMessage="no"),
        by_aws(30),
        record(40, "sts", "AssumeRole"),
        record(50, errorCode="NoSuchBucket"),
    )
    return engine


def session_of(engine: Engine, accounts: dict[str, str] | None = None) -> Session:
    session = Session(cast("Any", engine), accounts)
    session.refresh()
    return session


def names(session: Session) -> list[str]:
    return [session.event(position).event for position in range(len(session))]


ALL = [
    "s3:GetBucketAcl",
    "iam:CreateUser",
    "iam:ListUsers",
    "ec2:DescribeVolumes",
    "sts:AssumeRole",
    "s3:GetBucketAcl",
]


def test_rows_are_in_the_order_of_time(engine: Engine) -> None:
    session = session_of(engine)
    assert names(session) == ALL
    assert session.total == 6


def test_a_session_over_nothing_answers_all_the_same() -> None:
    session = session_of(Engine())
    assert len(session) == 0
    assert session.facet("service") == []
    assert session.day_starts(dt.UTC) == []
    assert session.next_flagged(0, "failed", 1) is None
    assert session.position_of(0) == 0
    assert session.coverage().first is None
    assert session.aws_share() == 0.0


def test_only_toggle_exclude_and_all(engine: Engine) -> None:
    session = session_of(engine)
    session.only("service", "iam")
    assert names(session) == ["iam:CreateUser", "iam:ListUsers"]
    session.toggle("service", "sts")
    assert session.filter_text() == "service:(iam sts)"
    assert names(session) == ["iam:CreateUser", "iam:ListUsers", "sts:AssumeRole"]
    session.toggle("service", "iam")
    assert names(session) == ["sts:AssumeRole"]
    session.clear("service")
    session.exclude("service", "s3")
    assert "s3:GetBucketAcl" not in names(session)
    assert len(session) == 4
    assert session.filter_text() == "-service:s3"
    session.exclude("service", "s3")
    assert names(session) == ALL


def test_only_the_same_value_again_lets_in_all(engine: Engine) -> None:
    session = session_of(engine)
    session.only("who", "alice")
    assert len(session) == 5
    session.only("who", "alice")
    assert names(session) == ALL


def test_a_value_that_nothing_has_leaves_nothing(engine: Engine) -> None:
    session = session_of(engine)
    session.only("region", "mars-north-1")
    assert len(session) == 0
    assert session.position_of(0) == 0


def test_counts_leave_their_own_step_out_and_obey_the_others(engine: Engine) -> None:
    session = session_of(engine)
    session.only("service", "iam")
    counts = {value.value: (value.count, value.state) for value in session.facet("service")}
    assert counts == {"s3": (2, 0), "iam": (2, 1), "ec2": (1, 0), "sts": (1, 0)}
    session.only("result", "denied")
    assert {value.value: value.count for value in session.facet("service")} == {"iam": 1}


def test_what_is_wanted_is_listed_even_if_nothing_has_it(engine: Engine) -> None:
    session = session_of(engine)
    session.only("service", "iam")
    session.only("result", "throttled")
    assert [(value.value, value.count) for value in session.facet("service")] == [("iam", 0)]


def test_what_aws_does_is_hidden_and_shown_again(engine: Engine) -> None:
    session = session_of(engine)
    assert session.aws_share() == pytest.approx(1 / 6)
    session.toggle_aws()
    assert "ec2:DescribeVolumes" not in names(session)
    assert session.filter_text() == "-is:aws"
    session.toggle_aws()
    assert len(session) == 6


def test_what_hides_aws_says_so_in_one_true_sentence(engine: Engine) -> None:
    session = session_of(engine)
    session.push("-is:aws")
    assert step_words(session, 0) == "1 AWS-made event is left out"
    session.push("service:iam -is:aws")
    assert step_words(session, 1) == "AWS-made events would add none"
    session.push("no-such-word -is:aws")
    assert step_words(session, 2) == "Nothing is left: AWS-made events would add none"


def test_an_event_keeps_its_number_and_finds_its_place(engine: Engine) -> None:
    session = session_of(engine)
    row = session.row_at(2)
    engine.arrive(record(5, "kms", "Decrypt"), record(15, "kms", "Encrypt"))
    assert session.refresh()
    assert session.position_of(row) == 4
    assert session.event(4).event == "iam:ListUsers"


@pytest.mark.parametrize(("second", "neighbour"), [(10, 0), (20, 30), (40, 30), (50, 30)])
def test_a_filtered_out_event_stands_at_its_nearest_neighbour(
    engine: Engine, second: int, neighbour: int
) -> None:
    session = session_of(engine)
    row = session.row_at(
        next(p for p in range(6) if session.event(p).time == (START + second) * SECOND)
    )
    engine.arrive(record(0, "ec2", "RunInstances"))
    session.refresh()
    session.only("service", "ec2")
    found = session.event(session.position_of(row)).time
    assert found == (START + neighbour) * SECOND


def test_equal_times_are_told_apart() -> None:
    engine = Engine()
    engine.arrive(*[record(7, "s3", f"Get{n}") for n in range(40)])
    session = session_of(engine)
    assert [session.position_of(session.row_at(p)) for p in range(40)] == list(range(40))


def test_jumps_pass_over_what_is_routine_and_wrap(engine: Engine) -> None:
    session = session_of(engine)
    assert session.next_flagged(0, "failed", 1) == (2, False)
    assert session.next_flagged(2, "failed", 1) == (2, True)
    assert session.next_flagged(0, "failed", -1) == (2, True)
    assert session.next_flagged(5, "failed", -1) == (2, False)
    assert session.next_flagged(5, "write", 1) == (1, True)


def test_days_begin_at_the_zones_midnight_and_undated_events_before_all() -> None:
    engine = Engine()
    hour = 3600
    engine.arrive(record(0), record(1 * hour), record(3 * hour), record(None), record(30 * hour))
    session = session_of(engine)
    assert session.event(0).time is None
    assert session.day_starts(dt.UTC) == [
        (0, ""),
        (1, "2026-01-30"),
        (3, "2026-01-31"),
        (4, "2026-02-01"),
    ]
    berlin = session.day_starts(ZoneInfo("Europe/Berlin"))
    assert berlin == [(0, ""), (1, "2026-01-30"), (2, "2026-01-31"), (4, "2026-02-01")]


def test_a_time_is_found_by_its_first_event(engine: Engine) -> None:
    session = session_of(engine)
    assert session.position_at((START + 20) * SECOND) == 2
    assert session.position_at((START + 21) * SECOND) == 3
    assert session.position_at((START + 999) * SECOND) == 6


def test_new_events_are_counted_while_not_following(engine: Engine) -> None:
    session = session_of(engine)
    session.follow = False
    engine.arrive(record(60), record(61))
    assert session.refresh()
    assert session.new_count == 2
    assert not session.refresh()
    session.follow = True
    assert session.new_count == 0


def test_what_was_there_at_the_start_is_not_new(engine: Engine) -> None:
    session = session_of(engine)
    session.follow = False
    engine.loading = True
    engine.arrive(record(60))
    session.refresh()
    assert session.new_count == 0


def test_new_events_pass_the_filter_as_they_arrive(engine: Engine) -> None:
    session = session_of(engine)
    session.only("service", "iam")
    engine.arrive(record(60, "iam", "DeleteUser"), record(61))
    session.refresh()
    assert names(session) == ["iam:CreateUser", "iam:ListUsers", "iam:DeleteUser"]


def test_accounts_are_shown_and_filtered_by_the_names_in_the_settings(engine: Engine) -> None:
    engine.arrive(record(70, recipientAccountId="444455556666"))
    session = session_of(engine, {"111122223333": "prod"})
    assert session.event(0).account == "prod"
    assert session.event(6).account == "444455556666"
    counts = {value.value: value.count for value in session.facet("account")}
    assert counts == {"prod": 6, "444455556666": 1}
    session.only("account", "prod")
    assert len(session) == 6
    session.exclude("account", "prod")
    session.clear("account")
    session.exclude("account", "prod")
    assert len(session) == 1


def test_coverage_tells_what_was_recorded_at_all(engine: Engine) -> None:
    engine.arrive(record(80, "s3", "GetObject", eventCategory="Data"), record(None))
    coverage = session_of(engine).coverage()
    assert coverage.accounts == {"111122223333": 8}
    assert (coverage.first, coverage.last) == (START * SECOND, (START + 80) * SECOND)
    assert coverage.data_events == 1
    assert coverage.management_writes == 2  # CreateUser, AssumeRole
    assert coverage.management_reads == 5
    assert coverage.undated == 1


def test_a_value_with_blanks_is_quoted_in_the_filters_text(engine: Engine) -> None:
    session = session_of(engine)
    session.only("who", 'a "b" \\c')
    session.exclude("target", "")
    assert session.filter_text() == 'who:"a \\"b\\" \\\\c" -target:""'


def test_a_row_that_waits_for_its_record_is_asked_for(engine: Engine) -> None:
    engine.arrive(record(60, "s3", "PutBucketPolicy"))  # only the whole record tells the policy
    session = session_of(engine)
    for position in range(len(session)):
        session.event(position)
    assert session.row_at(6) in engine.wanted
    assert session.row_at(0) not in engine.wanted


def test_an_unknown_field_is_a_fault(engine: Engine) -> None:
    with pytest.raises(KeyError):
        session_of(engine).only("colour", "red")
