"""What stands at a path, read from real files by real workers, also by workers that die."""

from __future__ import annotations

import gzip
import time
from typing import TYPE_CHECKING, Any

from tests.unit.made import delivery, raw, raws, write
from tests.unit.test_pipeline import loaded
from tui.core.query.nodes import Text
from tui.core.secrets import MASK
from tui.ingest import search_objects

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

    from tui.ingest.pipeline import Pipeline

BUCKET = ("requestParameters", "bucketName")


class Told:
    """What was told, each row once."""

    def __init__(self) -> None:
        self.texts: dict[int, list[str]] = {}

    def __call__(self, rows: Any, texts: list[list[str]]) -> None:
        for row, own in zip(rows.tolist(), texts, strict=True):
            assert row not in self.texts
            self.texts[row] = own


def finish(pipeline: Pipeline) -> None:
    end = time.monotonic() + 30
    while pipeline.counting or pipeline.searching:
        assert time.monotonic() < end
        assert not pipeline.idle
        pipeline.pump(1)


def collect(pipeline: Pipeline, *keys: str) -> dict[int, list[str]]:
    told = Told()
    pipeline.counting.collect(keys, pipeline.index.order[::-1], told)
    finish(pipeline)
    assert len(told.texts) == len(pipeline.index.order)
    return told.texts


def test_each_record_tells_each_text_at_the_path_once(tmp_path: Path) -> None:
    write(tmp_path / "a.json.gz", delivery(raws(100)), packed=True)
    items = {"items": [{"name": "x"}, {"name": "y"}, {"name": "x"}, {"name": 7}, {"other": 1}]}
    write(tmp_path / "b.ndjson", raw(100, requestParameters=items) + b"\n")
    with loaded(tmp_path) as pipeline:
        texts = collect(pipeline, *BUCKET)
        names = sorted(text for own in texts.values() for text in own)
        assert names == sorted(f"b\u00fccket-{number}" for number in range(100))
        named = collect(pipeline, "requestParameters", "items", "name")
        (several,) = filter(None, named.values())
        assert several == ["x", "y", "7"]
        assert not any(collect(pipeline, "requestParameters", "items").values())


def test_secrets_stay_masked(tmp_path: Path) -> None:
    given = {"credentials": {"secretAccessKey": "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"}}
    write(tmp_path / "a.json", delivery([raw(1, responseElements=given), raw(2)]))
    with loaded(tmp_path) as pipeline:
        texts = collect(pipeline, "responseElements", "credentials", "secretAccessKey")
        assert sorted(texts.values()) == [[], [MASK]]


def test_another_path_replaces_the_one_before_and_a_search_goes_on_beside(tmp_path: Path) -> None:
    for number in range(40):
        write(tmp_path / f"{number}.json", delivery([raw(number)]))
    with loaded(tmp_path) as pipeline:
        first, second = Told(), Told()
        found: list[int] = []
        rows = pipeline.index.order[::-1]
        pipeline.counting.collect(("eventName",), rows, first)
        pipeline.searching.look([Text("b\u00fccket-7")], rows, lambda _n, r, y: found.extend(r[y]))
        pipeline.counting.collect(BUCKET, rows, second)
        finish(pipeline)
        assert not first.texts
        assert len(second.texts) == 40
        assert [second.texts[row] for row in found] == [["b\u00fccket-7"]]
        pipeline.counting.collect(BUCKET, rows, first)
        pipeline.counting.cancel()
        assert pipeline.idle or not pipeline.counting
        assert not first.texts


def test_what_ends_a_worker_tells_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import os
    import signal

    def killing(record: Any, keys: Any) -> Any:
        if record.get("note") == "poison":
            os.kill(os.getpid(), signal.SIGKILL)
        return iter(())

    monkeypatch.setattr(search_objects, "values_at", killing)
    write(tmp_path / "a.json", delivery([raw(1, note="poison")]))
    write(tmp_path / "b.json.gz", gzip.compress(delivery([raw(2)])))
    with loaded(tmp_path) as pipeline:
        assert list(collect(pipeline, *BUCKET).values()) == [[], []]
