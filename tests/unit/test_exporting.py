"""Exports: what the filter leaves, as delivered, in a thread that can be stopped."""

from __future__ import annotations

import asyncio
import csv
import json
import threading
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from tests.unit.made import delivery, raw, write
from tui.ingest.pipeline import Pipeline
from tui.sources.local import LocalSource
from tui.ui.exporting import Export, Exporter, form_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SECRET = '"sessionToken":"FwoGZXIvYXdzEXAMPLEEXAMPLEEXAMPLE"'
BIG = (
    b'{"eventVersion":"1.08","z":1.0,"big":123456789012345678901234567890,"twice":1,"twice":2,'
    b'"eventTime":"2026-03-04T05:00:01Z","eventSource":"sts.amazonaws.com",'
    b'"eventName":"AssumeRole","eventID":"00000000-0000-4000-8000-000000000999",'
    b'"responseElements":{"credentials":{' + SECRET.encode() + b"}}}"
)
RAWS = [raw(0), BIG, raw(2, userAgent="=cmd|'x'!A1"), raw(3), raw(4)]


@pytest.fixture(scope="module")
def pipeline(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pipeline]:
    folder = tmp_path_factory.mktemp("trail")
    # Files that overlap in time.
    write(folder / "a.json", delivery([RAWS[0], RAWS[3]]))
    write(folder / "b.json", delivery([RAWS[2], RAWS[1]]))
    write(folder / "c.json.gz", delivery([RAWS[4]]), packed=True)
    pipeline = Pipeline([LocalSource([str(folder)])], follow=False)
    pipeline.start()
    try:
        while pipeline.run():
            pass
        yield pipeline
    finally:
        pipeline.close()


def pairs(line: str | bytes) -> object:
    """What a line of JSON says, in its order."""
    return json.loads(line, object_pairs_hook=list)


async def here(_object_id: int) -> None:
    """Nothing has to be fetched."""


def written(
    pipeline: Pipeline, path: Path, *, show_secrets: bool = False, **more: Any
) -> tuple[Export, str]:
    export = Export(path, pipeline.index.order, replace=more.get("replace", False))
    exporter = Exporter(pipeline, accounts={"111122223333": "prod"}, show_secrets=show_secrets)
    asyncio.run(exporter.run(export, more.get("bring", here), more.get("notes", {})))
    return export, path.read_bytes().decode() if path.exists() else ""


def test_records_are_whole_as_delivered_and_by_time(pipeline: Pipeline, tmp_path: Path) -> None:
    export, text = written(pipeline, tmp_path / "out.json", show_secrets=True)
    assert text.encode() == b"".join(record + b"\n" for record in RAWS)
    assert export.outcome() == f"5 events written to {tmp_path / 'out.json'}"
    assert (tmp_path / "out.json").stat().st_mode & 0o777 == 0o600


def test_secrets_are_masked_and_nothing_else(pipeline: Pipeline, tmp_path: Path) -> None:
    _, text = written(pipeline, tmp_path / "out.ndjson")
    masked = text.splitlines()[1]
    assert "FwoGZXIvYXdz" not in text
    assert masked.startswith(BIG.decode().partition('"sessionToken"')[0])
    others = [line for n, line in enumerate(text.splitlines()) if n != 1]
    assert [pairs(line) for line in others] == [pairs(RAWS[n]) for n in (0, 2, 3, 4)]


def test_csv_has_the_columns_and_runs_nothing(pipeline: Pipeline, tmp_path: Path) -> None:
    export, text = written(pipeline, tmp_path / "out.CSV")
    rows = list(csv.DictReader(text.splitlines()))
    assert [row["time"][-3:] for row in rows] == ["00Z", "01Z", "02Z", "03Z", "04Z"]
    assert rows[2]["useragent"] == "'=cmd|'x'!A1"
    assert [row["event id"] for row in rows] == [json.loads(each)["eventID"] for each in RAWS]
    assert export.done == 5


def test_a_markdown_table_has_the_notes(pipeline: Pipeline, tmp_path: Path) -> None:
    row = int(pipeline.index.order[3])
    _, text = written(pipeline, tmp_path / "out.md", notes={row: "look *here*"})
    lines = text.splitlines()
    assert len(lines) == 7
    assert lines[5].endswith("| prod | look \\*here\\* |")
    assert lines[4].endswith("| prod |  |")


def test_what_is_there_stays_unless_it_is_to_be_replaced(
    pipeline: Pipeline, tmp_path: Path
) -> None:
    path = tmp_path / "out.csv"
    path.write_text("before")
    export, text = written(pipeline, path)
    assert (text, export.written) == ("before", False)
    assert export.outcome() == f"{path} is there already"
    export, text = written(pipeline, path, replace=True)
    assert export.written
    assert text.startswith("time,who")


def test_what_cannot_be_written_is_said(pipeline: Pipeline, tmp_path: Path) -> None:
    export, _ = written(pipeline, tmp_path / "nowhere" / "out.csv")
    assert export.outcome().endswith("cannot be written: No such file or directory")


def test_records_that_went_away_are_counted(tmp_path: Path) -> None:
    trail = write(tmp_path / "trail" / "a.json", delivery(RAWS[:2]))
    write(tmp_path / "trail" / "b.json", delivery(RAWS[2:3]))
    pipeline = Pipeline([LocalSource([str(trail.parent)])], follow=False)
    pipeline.start()
    try:
        while pipeline.run():
            pass
        trail.unlink()
        export, text = written(pipeline, tmp_path / "out.json")
    finally:
        pipeline.close()
    assert [pairs(line) for line in text.splitlines()] == [pairs(RAWS[2])]
    assert export.outcome().startswith("1 event written")
    assert "2 could not be read again" in export.outcome()


@pytest.mark.parametrize("name", ["out.json", "out.csv", "out.md"])
def test_one_that_is_stopped_leaves_nothing(pipeline: Pipeline, tmp_path: Path, name: str) -> None:
    export = Export(tmp_path / name, np.tile(pipeline.index.order, 20_000))
    threading.Timer(0.05, export.stop).start()
    asyncio.run(Exporter(pipeline, accounts={}, show_secrets=False).run(export, here, {}))
    assert export.outcome() == "The export was stopped: nothing was written"
    assert list(tmp_path.iterdir()) == []


def test_stopping_does_not_wait_for_what_never_comes(pipeline: Pipeline, tmp_path: Path) -> None:
    async def never(_object_id: int) -> None:
        await asyncio.Event().wait()

    async def stopped() -> Export:
        export = Export(tmp_path / "out.json", pipeline.index.order)
        exporter = Exporter(pipeline, accounts={}, show_secrets=False)
        task = asyncio.create_task(exporter.run(export, never, {}))
        await asyncio.sleep(0.05)
        export.stop()
        await asyncio.wait_for(task, 30)
        return export

    assert not asyncio.run(stopped()).written
    assert list(tmp_path.iterdir()) == []


def test_the_loop_goes_on_while_it_writes(pipeline: Pipeline, tmp_path: Path) -> None:
    async def watched() -> list[int]:
        export = Export(tmp_path / "out.csv", np.tile(pipeline.index.order, 4_000))
        exporter = Exporter(pipeline, accounts={}, show_secrets=False)
        task = asyncio.create_task(exporter.run(export, here, {}))
        seen = [export.done]
        while not task.done():
            await asyncio.sleep(0.01)
            seen.append(export.done)
        return seen

    seen = asyncio.run(watched())
    assert len(set(seen)) > 3
    assert seen[-1] == 20_000


def test_the_names_end_says_what_it_will_be(tmp_path: Path) -> None:
    ends = ["json", "JSONL", "ndjson", "csv", "md", "txt", ""]
    assert [form_of(tmp_path / f"x.{end}") for end in ends] == [
        *("json", "json", "json", "csv", "markdown", "", "")
    ]
