"""The bench over S3: that what it compares with is right, and that it sees what would break it."""

from __future__ import annotations

import os
import subprocess
import sys
from itertools import islice
from typing import TYPE_CHECKING

import pytest

from tests.benchmarks import bench_s3
from tests.benchmarks.bench_ground import ROOT, SAMPLE, Ground
from tests.benchmarks.bench_report import Line, Remark
from tests.benchmarks.s3_server import Counts, serve

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def ground(tmp_path: Path) -> Ground:
    ground = Ground(400, folder=tmp_path)
    ground.rounds = 1
    return ground


def test_the_server_and_boto3_are_measured(ground: Ground, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bench_s3, "THREADS", (1, 2))
    monkeypatch.setenv("AWS_PROFILE", "not-of-the-bench")
    lines = bench_s3.run(ground)
    server, boto3 = islice(lines, 2)
    lines.close()  # type: ignore[attr-defined] # run is a generator
    assert isinstance(server, Line)
    assert server.measured is not None
    assert server.measured > 100
    assert server.note.startswith("4 objects of ")
    assert isinstance(boto3, Remark)
    assert boto3.text.startswith("1: ")
    assert os.environ["AWS_PROFILE"] == "not-of-the-bench"
    assert "AWS_CONFIG_FILE" not in os.environ


def test_a_local_session_is_opened_to_the_index(tmp_path: Path) -> None:
    bench = bench_s3.Bench(Ground(1, folder=tmp_path), SAMPLE, {}, "")
    told = bench_s3.loop(bench, tmp_path, "open", [str(SAMPLE), "--no-follow"])
    assert told["listed"] > 100
    assert told["seconds"] > 0


def test_an_import_of_boto3_is_heard_in_each_process(tmp_path: Path) -> None:
    script = (
        "import os, sys, tui.__main__ as program\n"
        "from tests.benchmarks.bench_s3_loop import imports\n"
        "def main():\n"
        "    child = os.fork()\n"
        "    if not child:\n"
        "        import botocore.exceptions\n"
        "        os._exit(0)\n"
        "    os.waitpid(child, 0)\n"
        "    return 3\n"
        "program.main = main\n"
        "sys.exit(imports(sys.argv[1], 'a-source'))\n"
    )
    file = tmp_path / "heard"
    done = subprocess.run([sys.executable, "-c", script, str(file)], cwd=ROOT)
    assert done.returncode == 3
    assert "botocore.exceptions" in file.read_text(encoding="utf-8").split()


def test_a_local_session_imports_nothing_of_boto3(tmp_path: Path) -> None:
    bench = bench_s3.Bench(Ground(1, folder=tmp_path), SAMPLE, {}, "")
    assert bench_s3.heard(bench, [str(SAMPLE)]) == 0


def test_objects_fetched_twice_or_never_are_seen() -> None:
    def asked(gets: dict[str, int], refused: int = 0) -> Counts:
        return Counts(gets, {}, 1, refused, None, None, None)

    keys = ["a", "b", "c"]
    assert bench_s3.astray(asked({"a": 1, "b": 1, "c": 1}), keys) == 0
    assert bench_s3.astray(asked({"a": 2, "b": 1}), keys) == 2
    assert bench_s3.astray(asked({"a": 1, "b": 1, "c": 1, "d": 1}, refused=1), keys) == 2


def test_listings_are_allowed_by_region_and_page() -> None:
    busy = "logs/AWSLogs/111122223333/CloudTrail/us-east-1/2026/01/{:02}/{}.json.gz"
    quiet = "logs/AWSLogs/444455556666/CloudTrail/us-east-1/2026/01/01/x.json.gz"
    keys = [busy.format(1 + n % 30, n) for n in range(1001)] + [quiet]
    assert bench_s3.listings_allowed(keys) == (2, (2 + 2) + (2 + 1))


def test_the_keys_are_those_that_the_server_has(tmp_path: Path) -> None:
    for name in ("one.json.gz", "below/two.json.gz"):
        path = tmp_path / "trail" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"")
    with bench_s3.as_nobody(), serve(tmp_path / "trail", bench_s3.PREFIX) as endpoint:
        bench = bench_s3.Bench(Ground(1, folder=tmp_path), tmp_path / "trail", {}, endpoint)
        told = bench_s3.loop(bench, tmp_path, "gets", [endpoint, bench_s3.PREFIX])
    assert told["objects"] == len(bench_s3.keys_of(tmp_path / "trail")) == 2
