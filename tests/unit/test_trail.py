"""What names and paths of CloudTrail files say."""

from __future__ import annotations

import datetime as dt

import pytest

from tui.core import trail
from tui.core.trail import MINUTE, Label, Place

NAME = "123456789012_CloudTrail_us-east-1_20260131T1205Z_Ab3dEf7hIj1lMn0p.json.gz"


def us(*parts: int) -> int:
    moment = dt.datetime(*parts, tzinfo=dt.UTC)  # type: ignore[arg-type, misc]
    return int(moment.timestamp()) * trail.SECOND


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        (NAME, Label("123456789012", "CloudTrail", "us-east-1", us(2026, 1, 31, 12, 5))),
        (
            NAME.replace("CloudTrail", "CloudTrail-Insight"),
            Label("123456789012", "CloudTrail-Insight", "us-east-1", us(2026, 1, 31, 12, 5)),
        ),
        (
            NAME.replace("CloudTrail", "CloudTrail-NetworkActivity"),
            Label(
                "123456789012", "CloudTrail-NetworkActivity", "us-east-1", us(2026, 1, 31, 12, 5)
            ),
        ),
        (
            NAME.replace("CloudTrail", "CloudTrail-Aggregated"),
            Label("123456789012", "CloudTrail-Aggregated", "us-east-1", us(2026, 1, 31, 12, 5)),
        ),
        (
            NAME.replace("123456789012", "dev").replace("us-east-1", "us-gov-west-1"),
            Label("dev", "CloudTrail", "us-gov-west-1", us(2026, 1, 31, 12, 5)),
        ),
    ],
)
def test_a_log_files_name_says_account_kind_region_and_label(name: str, expected: Label) -> None:
    assert trail.label_of(name) == expected


@pytest.mark.parametrize("ending", ["", ".json", ".json.gz", ".json.zst", ".jsonl", ".log"])
def test_the_ending_does_not_matter(ending: str) -> None:
    assert trail.label_of(NAME.removesuffix(".json.gz") + ending) is not None


@pytest.mark.parametrize(
    "name",
    [
        *("", "events.json", "README", NAME.replace("_us", "us"), NAME.replace("T12", "T25")),
        *(NAME.replace("T1205", "T1260"), NAME.replace("20260131", "20260230")),
        *(NAME.replace("20260131", "00000131"), "a/" + NAME, NAME.replace("Ab3dEf", "Ab3")),
        "123456789012_CloudTrail-Digest_us-east-1_audit_us-east-1_20260131T120500Z.json.gz",
    ],
)
def test_other_names_say_nothing(name: str) -> None:
    assert trail.label_of(name) is None


def test_label_and_time_are_each_others_reverse() -> None:
    label = trail.label_of(NAME)
    assert label is not None
    assert trail.label_text(label.time) == "20260131T1205Z"


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("1_CloudTrail-Digest_us-east-1_my_trail-2_us-east-1_20260131T120500Z.json.gz", True),
        ("1_CloudTrail-Digest_us-east-1_t_us-east-1_20260131T120500Z", True),
        ("1_CloudTrail-Digest_notes.txt", False),
        (NAME, False),
    ],
)
def test_digests_are_known_by_name(name: str, expected: bool) -> None:
    assert trail.is_digest_name(name) is expected


def test_files_that_may_hold_events_of_a_window() -> None:
    label = us(2026, 1, 31, 12, 5)
    assert trail.may_contain(NAME, None, None)
    assert trail.may_contain(NAME, label, None)
    assert trail.may_contain(NAME, label + MINUTE - 1, None)
    assert not trail.may_contain(NAME, label + MINUTE, None)
    # An event of 11:50:30 may lie in the file labelled 12:05, one of 11:49 may not.
    assert trail.may_contain(NAME, None, us(2026, 1, 31, 11, 51))
    assert not trail.may_contain(NAME, None, us(2026, 1, 31, 11, 50))
    assert trail.may_contain("events.json", 0, 1)


def test_insights_are_delivered_later() -> None:
    insight = NAME.replace("CloudTrail", "CloudTrail-Insight")
    assert trail.may_contain(insight, None, us(2026, 1, 31, 11))


@pytest.mark.parametrize(
    ("path", "end"),
    [
        ("/a/2026", us(2027, 1, 1)),
        ("/a/2026/", us(2027, 1, 1)),
        ("/a/2026/01", us(2026, 2, 1)),
        ("/a/2026/12", us(2027, 1, 1)),
        ("/a/2026/01/31", us(2026, 2, 1)),
        ("/a/2026/01/31/13", us(2026, 2, 1)),
        ("2026/01/31", us(2026, 2, 1)),
        ("/a", None),
        ("/a/2026/02/30", None),
        ("/a/2026/13", None),
        ("/a/2026x", None),
        ("/a/0000", us(1, 1, 1)),
        ("/a/9999", None),
    ],
)
def test_the_span_of_a_folder_ends(path: str, end: int | None) -> None:
    assert trail.folder_end(path) == end


def test_the_day_of_a_folder() -> None:
    assert trail.folder_day("x/AWSLogs/1/CloudTrail/eu-west-1/2026/01/31/") == us(2026, 1, 31)
    assert trail.folder_day("x/2026/01") is None
    assert trail.folder_day("x") is None


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        (
            "AWSLogs/123456789012/CloudTrail/us-east-1/2026/01/31/" + NAME,
            Place("", "", "123456789012", "CloudTrail", "us-east-1", us(2026, 1, 31)),
        ),
        (
            "some/prefix/AWSLogs/o-a1b2c3d4e5/123456789012/CloudTrail/eu-west-1/2026/01/31/",
            Place("some/prefix", "o-a1b2c3d4e5", "123456789012", "CloudTrail", "eu-west-1",
                  us(2026, 1, 31)),
        ),
        (
            "o-a1b2c3d4e5/AWSLogs/o-a1b2c3d4e5/dev/CloudTrail-Insight/",
            Place("o-a1b2c3d4e5", "o-a1b2c3d4e5", "dev", "CloudTrail-Insight", "", None),
        ),
        (
            "AWSLogs/AWSLogs/o-a1b2c3d4e5/o-a1b2c3d4e5/1",
            Place("AWSLogs", "o-a1b2c3d4e5", "1", "", "", None),
        ),
        ("AWSLogs/", Place("", "", "", "", "", None)),
        ("a/2026/01/31/" + NAME, None),
    ],
)  # fmt: skip
def test_the_layout_below_awslogs(path: str, expected: Place | None) -> None:
    assert trail.place_of(path) == expected
