"""The trail generator: what it promises of size, shape and mix, and that its truth is true."""

from __future__ import annotations

import gzip
import subprocess
import sys
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from statistics import median
from typing import Any

import orjson
import pytest

from tests.benchmarks import trail_files
from tests.benchmarks.generate import main, make_trail, truth_path
from tests.benchmarks.trail_mix import CALLS, SHARES
from tests.benchmarks.trail_records import Delivery, Recorder
from tests.benchmarks.trail_regions import REGION_WEIGHTS, REGIONS
from tests.benchmarks.trail_values import NEEDLE

ROOT = Path(__file__).parents[2]
EVENTS = 20_000


class Reread:
    """A trail as a naive reader finds it."""

    def __init__(self, folder: Path) -> None:
        self.files: dict[str, list[dict[str, Any]]] = {}
        self.payloads: list[bytes] = []
        self.gzip_bytes = 0
        for path in sorted(folder.rglob("*.gz")):
            body = path.read_bytes()
            self.gzip_bytes += len(body)
            self.payloads.append(gzip.decompress(body))
            records = orjson.loads(self.payloads[-1])["Records"]
            self.files[path.relative_to(folder).as_posix()] = records
        self.records = [record for records in self.files.values() for record in records]
        self.events = list({record["eventID"]: record for record in self.records}.values())


@pytest.fixture(scope="module")
def trail(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Reread, dict[str, Any]]:
    """A trail of 20,000 events, read again, with its truth."""
    folder = tmp_path_factory.mktemp("generated") / "trail"
    make_trail(folder, EVENTS)
    return folder, Reread(folder), orjson.loads(truth_path(folder).read_bytes())


def _bytes_of(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def _value(record: dict[str, Any], name: str) -> str:
    value: Any = record
    for part in name.split("."):
        value = value.get(part, "")
    return str(value).lower() if isinstance(value, bool) else str(value)


def test_truth_equals_a_naive_count(trail: tuple[Path, Reread, dict[str, Any]]) -> None:
    _, found, truth = trail
    assert truth["events"] == len(found.events) == EVENTS
    assert truth["records"] == len(found.records)
    assert truth["duplicates"] == len(found.records) - EVENTS == EVENTS * 2 // 100
    assert truth["files"] == len(found.files)
    for name, counts in truth["counts"].items():
        assert Counter(_value(record, name) for record in found.events) == counts, name
    distinct = truth["distinct"]
    for name in ("sourceIPAddress", "userIdentity.arn", "userIdentity.accessKeyId"):
        values = {_value(record, name) for record in found.events} - {""}
        assert distinct[name] == len(values), name
    addresses = Counter(record["sourceIPAddress"] for record in found.events)
    assert {address: addresses[address] for address in truth["topAddresses"]} == truth[
        "topAddresses"
    ]
    times = [record["eventTime"] for record in found.events]
    assert (min(times), max(times)) == (truth["firstEventTime"], truth["lastEventTime"])


def test_truth_lies_beside_the_trail(trail: tuple[Path, Reread, dict[str, Any]]) -> None:
    folder, _, _ = trail
    assert [path.name for path in folder.iterdir()] == ["AWSLogs"]
    assert sorted(path.name for path in folder.parent.iterdir()) == ["trail", "trail.truth.json"]


def test_duplicates_are_the_same_to_the_byte(trail: tuple[Path, Reread, dict[str, Any]]) -> None:
    _, found, _ = trail
    first: dict[str, tuple[str, bytes]] = {}
    again = 0
    for path, records in found.files.items():
        for record in records:
            text = orjson.dumps(record)
            where, before = first.setdefault(record["eventID"], (path, text))
            if where != path:
                again += 1
                assert before == text
    assert again == EVENTS * 2 // 100


def test_names_agree_with_the_records(trail: tuple[Path, Reread, dict[str, Any]]) -> None:
    _, found, _ = trail
    for path, records in found.files.items():
        top, account, kind, region, year, month, day, name = path.split("/")
        label = name.split("_")[3]
        assert (top, kind) == ("AWSLogs", "CloudTrail")
        assert name.startswith(f"{account}_CloudTrail_{region}_{year}{month}{day}T")
        assert len(name.split("_")[4]) == len("0123456789abcdef.json.gz")
        delivered = datetime.strptime(label, "%Y%m%dT%H%MZ").replace(tzinfo=UTC)
        assert delivered.minute % 5 == 0
        for record in records:
            assert (record["recipientAccountId"], record["awsRegion"]) == (account, region)
            when = datetime.fromisoformat(record["eventTime"])
            assert 0 < (delivered - when).total_seconds() <= 606


def test_sizes_of_records_and_files(trail: tuple[Path, Reread, dict[str, Any]]) -> None:
    _, found, truth = trail
    json_bytes = sum(map(len, found.payloads))
    assert (truth["jsonBytes"], truth["gzipBytes"]) == (json_bytes, found.gzip_bytes)
    assert 1_400 < json_bytes / len(found.records) < 1_600
    assert 5 < json_bytes / found.gzip_bytes < 10
    large = [size for size in map(len, map(orjson.dumps, found.events)) if size > 8_000]
    assert 0.0025 < len(large) / EVENTS < 0.0047
    assert max(large) < 62_000
    for payload in found.payloads:
        assert payload.startswith(b'{"Records":[{')
        assert b"\n" not in payload


def test_a_third_of_the_files_is_not_in_order(trail: tuple[Path, Reread, dict[str, Any]]) -> None:
    _, found, truth = trail
    times = [[record["eventTime"] for record in records] for records in found.files.values()]
    unordered = sum(moments != sorted(moments) for moments in times)
    assert unordered == truth["unorderedFiles"]
    assert 0.25 < unordered / len(times) < 0.42


def test_plan_of_a_million() -> None:
    files = trail_files.plan(1_000_000, 7)
    counts = sorted(file.count for file in files)
    assert 11_000 <= len(files) <= 12_000
    assert sum(counts) == 1_000_000
    assert 19 <= median(counts) <= 21
    assert counts[len(counts) * 99 // 100] > 600
    assert sum(len(file.again) for file in files) == 20_000
    assert len({file.delivery.account for file in files}) == 4
    assert len({file.delivery.region for file in files}) == 17
    days = {tuple(file.path.split("/")[4:7]) for file in files}
    assert len(days) == 30
    assert len({file.path for file in files}) == len(files)
    shared = Counter(file.delivery for file in files)
    assert 2 <= max(shared.values()) <= 8
    for file in files:
        numbers = {number for number, _ in file.again}
        assert len(numbers) == len(file.again)
        assert not any(file.first <= number < file.first + file.count for number in numbers)


def test_mix_follows_the_table() -> None:
    recorder = Recorder(3, 1_000_000)
    rng = Random(1)
    counts: Counter[str] = Counter()
    errors = kinds = 0
    sample = 12_000
    for number in range(0, 1_000_000, 1_000_000 // sample):
        region = rng.choices(REGIONS, REGION_WEIGHTS)[0]
        record = recorder.record(number, Delivery("111122223333", region, 1768000200))
        counts[record.fields[0]] += 1
        errors += record.fields[4] != ""
        kinds += record.fields[5] == "AWSService"
    total = sum(counts.values())
    wanted: Counter[str] = Counter()
    for call, share in zip(CALLS, SHARES, strict=True):
        wanted[call.source] += round(share)
    assert len(wanted) == 65
    for source, share in wanted.most_common(6):
        assert counts[source] / total == pytest.approx(share / 100_000, abs=0.025), source
    assert errors / total == pytest.approx(0.21, abs=0.02)
    assert kinds / total == pytest.approx(0.36, abs=0.02)


def test_needles(trail: tuple[Path, Reread, dict[str, Any]], tmp_path: Path) -> None:
    _, found, truth = trail
    assert truth["needle"] == NEEDLE
    carriers = [r["eventID"] for r in found.records if NEEDLE.encode() in orjson.dumps(r)]
    assert len(carriers) == 44  # never delivered twice
    assert sorted(carriers) == sorted(truth["needles"])
    assert len(make_trail(tmp_path / "small", 1_000)["needles"]) == 44


def test_embedded_documents_in_every_encoding(trail: tuple[Path, Reread, dict[str, Any]]) -> None:
    _, found, _ = trail
    everything = b"".join(found.payloads)
    assert b'"policyDocument":"{\\"Version' in everything
    assert b'"assumeRolePolicyDocument":"%7B%22Version' in everything
    assert b'"x-amz-server-side-encryption-context":"eyJ' in everything
    assert b'"bucketPolicy":{"Version"' in everything
    assert any(isinstance(record["requestParameters"], str) for record in found.events)


def test_same_seed_same_bytes_in_any_process(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_trail(tmp_path / "one", 1_500, seed=11)
    subprocess.run(
        [sys.executable, "-m", "tests.benchmarks.generate", "--events", "1500", "--seed", "11",
         "--out", tmp_path / "two"],
        cwd=ROOT, env={"PYTHONHASHSEED": "4711"}, check=True, capture_output=True,
    )  # fmt: skip
    monkeypatch.setattr(trail_files, "_PARALLEL_FROM", 1)
    make_trail(tmp_path / "three", 1_500, seed=11)
    make_trail(tmp_path / "other", 1_500, seed=12)
    one = _bytes_of(tmp_path / "one")
    assert one == _bytes_of(tmp_path / "two") == _bytes_of(tmp_path / "three")
    assert truth_path(tmp_path / "one").read_bytes() == truth_path(tmp_path / "two").read_bytes()
    assert one != _bytes_of(tmp_path / "other")


def test_distinct_sessions(tmp_path: Path) -> None:
    truth = make_trail(tmp_path / "trail", 5_000, distinct_sessions=True)
    assert truth["distinct"]["sourceIPAddress"] == 1_500
    assert truth["distinct"]["userIdentity.accessKeyId"] == 1_500
    assert truth["distinct"]["userIdentity.arn"] >= 1_500
    assert truth["counts"]["userIdentity.type"] == {"AssumedRole": 5_000}


def test_a_trail_replaces_the_one_before(tmp_path: Path) -> None:
    make_trail(tmp_path / "trail", 300)
    make_trail(tmp_path / "trail", 100)
    assert len(Reread(tmp_path / "trail").events) == 100
    assert sorted(path.name for path in tmp_path.iterdir()) == ["trail", "trail.truth.json"]


@pytest.mark.parametrize("events", [1, 2, 30])
def test_tiny_trails(tmp_path: Path, events: int) -> None:
    make_trail(tmp_path / "trail", events)
    assert len(Reread(tmp_path / "trail").events) == events


def test_command_line_refuses_nonsense(capsys: pytest.CaptureFixture[str]) -> None:
    for arguments in ([], ["--out", "a", "--sample", "b"], ["--out", "a", "--events", "0"]):
        with pytest.raises(SystemExit) as stop:
            main(arguments)
        assert stop.value.code == 2
    assert "--events" in capsys.readouterr().err
