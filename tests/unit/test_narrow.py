"""Only the accounts and regions that were asked for; what is not told is kept."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.unit.made import record
from tui.ingest.pipeline import Pipeline
from tui.sources.base import Window
from tui.sources.local import LocalSource

if TYPE_CHECKING:
    from pathlib import Path

PLACES = [
    ("111122223333", "us-east-1"),
    ("111122223333", "eu-west-1"),
    ("444455556666", "us-east-1"),
    ("444455556666", "eu-central-1"),
    (None, "eu-west-1"),
    ("111122223333", None),
]


def load(folder: Path, window: Window) -> Pipeline:
    pipeline = Pipeline([LocalSource([str(folder)], window)], window=window, follow=False)
    pipeline.start()
    try:
        while pipeline.run():
            pass
    finally:
        pipeline.close()
    return pipeline


@pytest.mark.parametrize(
    ("accounts", "regions", "left"),
    [
        ((), (), {0, 1, 2, 3, 4, 5}),
        (("111122223333",), (), {0, 1, 4, 5}),
        (("4444*",), (), {2, 3, 4}),
        (("4444*", "1111*"), ("us-east-1",), {0, 2, 5}),
        ((), ("eu-*",), {1, 3, 4, 5}),
        ((), ("EU-????-1", "us-east-1"), {0, 1, 2, 4, 5}),
        (("999999999999",), (), {4}),
    ],
)
def test_only_what_was_asked_for_is_listed(
    tmp_path: Path, accounts: tuple[str, ...], regions: tuple[str, ...], left: set[int]
) -> None:
    records = []
    for number, (account, region) in enumerate(PLACES):
        made = record(eventName=f"Get{number}", recipientAccountId=account, awsRegion=region)
        records.append(made)
    (tmp_path / "log.json").write_text(json.dumps({"Records": records}))
    pipeline = load(tmp_path, Window(accounts=accounts, regions=regions))
    index = pipeline.index
    names = {int(index.event(int(row)).event.rpartition("Get")[2]) for row in index.order}
    assert names == left
    sums = pipeline.sums()
    assert sums.found == len(PLACES) == sums.listed + sums.outside
