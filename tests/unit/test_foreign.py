"""What holds no record is named, with what would make it readable."""

from __future__ import annotations

import bz2
import csv
import gzip
import io
import json
import lzma
import sqlite3
import tarfile
import zipfile
from typing import TYPE_CHECKING

import pytest

from tests.unit.made import delivery, raws, record, write
from tui.ingest.content import decode, shapes
from tui.ingest.jobs import Part, ReadDone, ReadJob
from tui.ingest.processes.worker import Worker
from tui.sources.base import Window
from tui.sources.readers import read_bytes

if TYPE_CHECKING:
    from pathlib import Path

LOG = delivery(raws(3))


def zipped() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("log.json", LOG)
    return out.getvalue()


def tarred() -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        member = tarfile.TarInfo("log.json")
        member.size = len(LOG)
        archive.addfile(member, io.BytesIO(LOG))
    return out.getvalue()


def database() -> bytes:
    connection = sqlite3.connect(":memory:")
    connection.execute("create table events (record text)")
    connection.execute("insert into events values (?)", (LOG.decode(),))
    connection.commit()
    stored: bytes = connection.serialize()
    connection.close()
    return stored


UNPACK = "; unpack it and open its folder"
TAR = "a tar archive; unpack it (tar -x) and open its folder"
OF_BYTES = {
    "zip": (zipped(), f"a zip archive{UNPACK}"),
    "tar": (tarred(), TAR),
    "tar.gz": (gzip.compress(tarred()), TAR),
    "7z": (b"7z\xbc\xaf\x27\x1c\0\4" + bytes(range(200)), f"a 7z archive{UNPACK}"),
    "xz": (lzma.compress(LOG), "data compressed by xz; unpack it (xz -d) and open what comes out"),
    "bz2": (
        bz2.compress(LOG),
        "data compressed by bzip2; unpack it (bzip2 -d) and open what comes out",
    ),
    "sqlite": (database(), "an SQLite database; export its records as JSON"),
    "parquet": (b"PAR1" + LOG + b"PAR1", "a Parquet table; export its records as JSON"),
    "elf": (b"\x7fELF" + bytes(90), "binary data"),
}


def result(path: Path, *, asked: bool) -> tuple[str, str]:
    done = Worker(read_bytes).do(ReadJob([Part(1, str(path), asked=asked)], Window(), rich=True))
    assert isinstance(done, ReadDone)
    return done.results[0].kind, done.results[0].what


@pytest.mark.parametrize("asked", [False, True])
@pytest.mark.parametrize("name", OF_BYTES)
def test_binary_files_are_named(tmp_path: Path, name: str, asked: bool) -> None:
    content, what = OF_BYTES[name]
    assert result(write(tmp_path / "a", content), asked=asked) == (shapes.OTHER, what)
    long = content + bytes(1 << 18)
    assert result(write(tmp_path / "b", long), asked=asked)[1] in (what, "binary data")


def test_one_with_the_name_of_a_log_is_a_problem(tmp_path: Path) -> None:
    name = "111122223333_CloudTrail_eu-west-1_20260304T0505Z_AbCdEfGhIjKlMnOp.json.gz"
    part = Part(1, str(write(tmp_path / name, zipped())))
    done = Worker(read_bytes).do(ReadJob([part], Window(), rich=True))
    assert isinstance(done, ReadDone)
    reason = f"is a log file by its name, but holds a zip archive{UNPACK}"
    assert [trouble.reason for trouble in done.results[0].troubles] == [reason]


def table(rows: list[dict[str, object]]) -> bytes:
    out = io.StringIO()
    writer = csv.DictWriter(out, rows[0].keys())
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode()


FLAT = {key.lower(): json.dumps(value) for key, value in record().items()}
SINGLE = "a table of single fields; export whole records, as JSON"
OF_TEXTS = {
    "the console's event history": (
        table([{"Event ID": "e", "Event time": "x", "User name": "d", "Event name": "GetObject"}]),
        SINGLE,
    ),
    "Athena": (table([{**FLAT}]), SINGLE),
    "fields of Splunk": (table([{"_time": "x", "eventName": "GetObject", "user": "y"}]), SINGLE),
    "markup": (
        b"<results><v>{&quot;eventVersion&quot;:1}</v></results>",
        "XML or HTML; export the records as JSON",
    ),
    "Git LFS": (
        b"version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n",
        "the place of a file in Git LFS; fetch it (git lfs pull)",
    ),
    "flow logs": (b"version account-id interface-id\n2 1 eni-1\n", "text"),
    "OCSF": (
        json.dumps({"metadata": {"product": {}}, "class_uid": 6003, "api": {}}).encode(),
        "JSON of events of Security Lake (OCSF), without the records; open the trail itself",
    ),
    "CloudTrail Lake": (
        b'{"QueryStatus":"FINISHED","QueryResultRows":[[{"eventName":"StopLogging"}]]}',
        "JSON of a query's rows of single fields; open the trail itself",
    ),
    "Athena, its answer": (
        b'{"ResultSet":{"Rows":[{"Data":[{"VarCharValue":"eventname"}]}]}}',
        "JSON of a query's rows of single fields; open the trail itself",
    ),
    "Elastic": (
        b'{"_source":{"@timestamp":"x","aws":{"cloudtrail":{"event_version":"1"}}}}',
        "JSON of documents of Elastic without the record in event.original; open the trail itself",
    ),
    "lower case": (
        json.dumps(FLAT).encode(),
        "JSON of records whose names were put in lower case; open the trail itself",
    ),
    "S3": (
        b'{"Records":[{"eventSource":"aws:s3","eventName":"ObjectCreated:Put","s3":{}}]}',
        "JSON of S3 about new files; open the bucket that it names",
    ),
    "SNS": (
        json.dumps({"Message": json.dumps({"s3Bucket": "b", "s3ObjectKey": ["k"]})}).encode(),
        "JSON of CloudTrail about new files; open the bucket that it names",
    ),
    "anything": (b'{"a": 1}', "JSON that is no CloudTrail record"),
}


@pytest.mark.parametrize("asked", [False, True])
@pytest.mark.parametrize("name", OF_TEXTS)
def test_texts_are_named(name: str, asked: bool) -> None:
    content, what = OF_TEXTS[name]
    twice = content + b"\n" + content + b"\n"
    for text in (content,) if b"Records" in content else (content, twice):
        reading = decode.read(text, asked=asked)
        assert (reading.kind, reading.what, reading.troubles) == (shapes.OTHER, what, [])


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf_16_needs_no_mark(encoding: str) -> None:
    content = LOG.decode().encode(encoding)
    assert decode.read(content).raws == raws(3)
    cut = decode.read(content[: len(content) // 2])
    assert cut.truncated
    assert 0 < cut.troubles[0].position <= len(content) // 2


def test_prose_about_records_is_text() -> None:
    content = b"# Changes\n\nThe `eventName` of {this} is kept, userIdentity too.\n"
    assert decode.read(content, asked=True)[:1] == (shapes.OTHER,)
    assert decode.read(content, asked=True).what == "text"
