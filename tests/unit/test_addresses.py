"""How a place is named that a console or a policy writes otherwise."""

from __future__ import annotations

from pathlib import Path

import pytest

from tui.addresses import s3_place
from tui.cli import parse
from tui.errors import UsageError


@pytest.mark.parametrize(
    ("address", "place"),
    [
        ("arn:aws:s3:::trail", "s3://trail"),
        ("arn:aws:s3:::trail/AWSLogs/111122223333/*", "s3://trail/AWSLogs/111122223333"),
        ("arn:aws-us-gov:s3:::trail/", "s3://trail"),
        ("https://trail.s3.amazonaws.com/AWSLogs/", "s3://trail/AWSLogs"),
        ("https://my.trail.s3.eu-west-1.amazonaws.com/a%20b/", "s3://my.trail/a b"),
        ("https://trail.s3.dualstack.us-east-2.amazonaws.com", "s3://trail"),
        ("https://s3.eu-west-1.amazonaws.com/trail/AWSLogs", "s3://trail/AWSLogs"),
        ("https://s3-us-west-2.amazonaws.com/trail", "s3://trail"),
        ("http://trail.s3.cn-north-1.amazonaws.com.cn/x", "s3://trail/x"),
        (
            "https://s3.console.aws.amazon.com/s3/buckets/trail?region=eu-west-1&prefix=AWSLogs/1/",
            "s3://trail/AWSLogs/1",
        ),
        (
            "https://eu-west-1.console.aws.amazon.com/s3/buckets/trail?tab=objects",
            "s3://trail",
        ),
        ("https://s3.amazonaws.com/", ""),
        ("https://example.com/trail.json.gz", ""),
        ("arn:aws:cloudtrail:us-east-1:111122223333:trail/x", ""),
        ("/var/log", ""),
    ],
)
def test_the_place_that_an_address_means(address: str, place: str) -> None:
    assert s3_place(address) == place


def test_a_source_that_is_an_address_is_told_how_to_name_it() -> None:
    with pytest.raises(UsageError, match=r"arn:aws:s3:::trail/x: .*: s3://trail/x"):
        parse(["arn:aws:s3:::trail/x"])
    with pytest.raises(UsageError, match=r"https://example\.com/a\.json: .*curl"):
        parse(["https://example.com/a.json"])


def test_a_file_of_that_name_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("arn:aws:s3:::trail").write_text("{}")
    assert parse(["arn:aws:s3:::trail"]).sources == ("arn:aws:s3:::trail",)
