"""The command without a screen: what it prints, where, and the exit code."""

from __future__ import annotations

import contextlib
import gzip
import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest

from tests.terminal.conftest import SAMPLE, Environ, Trail
from tests.terminal.program import PATIENCE, Program, command, left_behind, processes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

Run = subprocess.CompletedProcess[bytes]


@contextlib.contextmanager
def running(environ: Environ, *arguments: str | Path) -> Iterator[subprocess.Popen[bytes]]:
    """The command where no terminal is, while it runs; nothing of it is left afterwards."""
    with subprocess.Popen(
        [*command(), *map(str, arguments)],
        env=environ,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    ) as process:
        try:
            yield process
        finally:
            process.kill()
    assert left_behind(process.pid) == []


def end(process: subprocess.Popen[bytes]) -> tuple[int, bytes]:
    """Close what reads the program's output; its exit code and what it said."""
    assert process.stdout is not None
    process.stdout.close()
    _, said = process.communicate(timeout=PATIENCE)
    return process.returncode, said


def run(
    environ: Environ, *arguments: str | Path, given: bytes | None = None, stdout: int | None = None
) -> Run:
    """The command where no terminal is, to its end."""
    return subprocess.run(
        [*command(), *map(str, arguments)],
        env=environ,
        input=given,
        stdin=subprocess.DEVNULL if given is None else None,
        stdout=subprocess.PIPE if stdout is None else stdout,
        stderr=subprocess.PIPE,
        start_new_session=True,  # no /dev/tty either
        timeout=PATIENCE,
    )


def record(number: int, **more: Any) -> dict[str, Any]:
    return {
        "eventVersion": "1.11",
        "eventTime": f"2026-01-31T12:{number // 60:02}:{number % 60:02}Z",
        "eventSource": "iam.amazonaws.com",
        "eventName": f"Call{number}",
        "awsRegion": "us-east-1",
        "eventID": f"00000000-0000-4000-8000-{number:012}",
        **more,
    }


def document(*records: dict[str, Any]) -> bytes:
    return json.dumps({"Records": records}).encode()


# -- exit codes and streams


def test_lines_oldest_first_and_nothing_said(environ: Callable[..., Environ]) -> None:
    done = run(environ(), SAMPLE)
    assert (done.returncode, done.stderr) == (0, b"")
    lines = done.stdout.decode().splitlines()
    assert len(lines) == 3000
    times = [line[:20] for line in lines]
    assert times[0].strip() == "undated"
    assert times[1:] == sorted(times[1:])
    assert "\x1b" not in done.stdout.decode()


def test_a_terminal_that_cannot_draw_gets_the_same_lines(environ: Callable[..., Environ]) -> None:
    with Program([str(SAMPLE)], environ(TERM="dumb")) as program:
        assert program.wait() == 0
        assert b"\x1b" not in program.raw
        assert program.raw.count(b"\r\n") == 3000


def test_each_exit_code(environ: Callable[..., Environ], tmp_path: Path) -> None:
    whole, broken, empty = (tmp_path / name for name in ("whole.json", "broken.json", "none"))
    whole.write_bytes(document(record(1)))
    broken.write_bytes(document(record(2), record(3))[:-60])
    empty.mkdir()
    garbage = tmp_path / "garbage.json.gz"
    garbage.write_bytes(b"\x1f\x8b\x08" + b"?" * 40)
    cases: list[tuple[tuple[Any, ...], int, str]] = [
        ((whole,), 0, ""),
        ((empty,), 1, "No events."),
        ((whole, "--since", "2026-02-01"), 1, "No events."),
        ((whole, broken), 3, "broken.json, byte "),
        ((garbage,), 4, "garbage.json.gz"),
        ((tmp_path / "nowhere",), 2, "nowhere"),
        (("--nothing",), 2, "--nothing"),
        ((), 2, "Give a folder or a file"),
        (("-", "-"), 2, "once"),
    ]
    for arguments, code, said in cases:
        done = run(environ(), *arguments, "--output", "lines")
        assert (done.returncode, arguments) == (code, arguments), done.stderr
        assert said in done.stderr.decode()
        assert done.stdout.count(b"\n") == {0: 1, 3: 2}.get(code, 0)
        assert all(line.startswith(b"cloudtrail-tui: ") for line in done.stderr.splitlines())
        assert bool(done.stderr) is (code != 0)


def test_options_stand_anywhere(environ: Callable[..., Environ], tmp_path: Path) -> None:
    paths = [tmp_path / f"{number}.json" for number in range(2)]
    for number, path in enumerate(paths):
        path.write_bytes(document(record(number)))
    done = run(environ(), "--output", "csv", paths[0], "--since", "2026-01-31", paths[1])
    assert done.returncode == 0
    assert done.stdout.count(b"\r\n") == 3


@pytest.mark.parametrize("form", ["lines", "json"])
def test_a_reader_that_saw_enough(environ: Callable[..., Environ], form: str) -> None:
    with running(environ(), SAMPLE, "--output", form) as process:
        assert process.stdout is not None
        assert process.stdout.readline()
        assert end(process) == (0, b"")


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_while_it_reads(
    big: Trail, environ: Callable[..., Environ], number: signal.Signals, code: int
) -> None:
    with running(environ(), big.folder) as process:
        while len(processes(process.pid)) < 4:
            assert process.poll() is None
            time.sleep(0.01)
        os.killpg(process.pid, number)  # as a terminal does: to the whole group
        out, said = process.communicate(timeout=PATIENCE)
        assert (process.returncode, out, said) == (code, b"", b"")


def test_following_prints_what_comes_and_ends_with_its_reader(
    environ: Callable[..., Environ], tmp_path: Path
) -> None:
    folder = tmp_path / "logs"
    folder.mkdir()
    (folder / "0.json").write_bytes(document(record(0)))
    with running(environ(), folder, "--output", "lines", "--follow") as process:
        assert process.stdout is not None
        assert b":Call0" in process.stdout.readline()
        for number in (1, 2):
            draft = folder / f"{number}.json.tmp"
            draft.write_bytes(document(record(number)))
            draft.rename(draft.with_suffix(""))
            assert f":Call{number}".encode() in process.stdout.readline()
        assert end(process) == (0, b"")


# -- what is printed


ODD = (
    b'{"eventTime":"2026-01-31T12:00:00Z","zeta":1,"alpha":1.10,"big":123456789012345678901234567890,'
    b'"exp":1E+2,"twice":1,"twice":2,"neg":-0.0,"text":"\\u00e9\\/\xc3\xa9","eventName":"Odd",'
    b'"eventSource":"s3.amazonaws.com","eventID":"00000000-0000-4000-8000-000000000000"}'
)


def test_json_is_the_record_as_delivered(environ: Callable[..., Environ], tmp_path: Path) -> None:
    path = tmp_path / "odd.json"
    pretty = json.dumps(record(1), indent=2).encode()
    path.write_bytes(b'{"Records": [' + ODD + b",\n" + pretty + b"]}")
    done = run(environ(), path, "--output", "json")
    assert (done.returncode, done.stderr) == (0, b"")
    first, second = done.stdout.splitlines()
    assert first == ODD
    assert second == json.dumps(record(1), separators=(",", ":")).encode()


def test_secrets_are_masked_unless_asked_for(
    environ: Callable[..., Environ], tmp_path: Path
) -> None:
    token = "IQoJb3JpZ2luX2VjEXAMPLE"
    issued = {"credentials": {"accessKeyId": "ASIAEXAMPLE", "sessionToken": token}}
    path = tmp_path / "issued.json"
    whole = record(1, responseElements=issued, userAgent=f"x --password {token}")
    path.write_bytes(document(whole))
    for form in ("lines", "csv", "json"):
        done = run(environ(), path, "--output", form)
        assert done.returncode == 0
        assert token.encode() not in done.stdout
        if form == "json":
            assert json.loads(done.stdout)["responseElements"]["credentials"] == {
                "accessKeyId": "ASIAEXAMPLE",
                "sessionToken": "••••",
            }
    done = run(environ(), path, "--output", "json", "--show-secrets")
    assert json.loads(done.stdout) == whole
    assert token.encode() in run(environ(), path, "--output", "csv", "--show-secrets").stdout


def test_csv_holds_no_formula(environ: Callable[..., Environ], tmp_path: Path) -> None:
    path = tmp_path / "formula.json"
    path.write_bytes(
        document(
            *(
                record(number, userAgent=f'{sign}HYPERLINK("x")')
                for number, sign in enumerate("=+-@")
            )
        )
    )
    done = run(environ(), path, "--output", "csv")
    _, *lines, end = done.stdout.decode().split("\r\n")
    assert end == ""
    for line, sign in zip(lines, "=+-@", strict=True):
        assert f'"\'{sign}HYPERLINK(""x"")"' in line


# -- the window


def test_a_window_prunes_files_by_their_names(
    environ: Callable[..., Environ], tmp_path: Path
) -> None:
    def put(day: int, content: bytes) -> None:
        place = tmp_path / f"AWSLogs/111122223333/CloudTrail/us-east-1/2026/01/{day:02}"
        place.mkdir(parents=True)
        stamp = f"202601{day:02}T1200Z"
        name = f"111122223333_CloudTrail_us-east-1_{stamp}_abcdefghijklmnop.json.gz"
        (place / name).write_bytes(content)

    def event(day: int, number: int) -> dict[str, Any]:
        return record(number, eventTime=f"2026-01-{day:02}T11:50:{number:02}Z")

    # Whoever opened the first or the last would find that it cannot be read.
    put(10, b"\x1f\x8b\x08 cut off")
    undated = record(3)
    del undated["eventTime"]
    put(20, gzip.compress(document(event(20, 1), event(20, 2), undated)))
    put(30, b"\x1f\x8b\x08 cut off")
    done = run(
        environ(),
        tmp_path,
        "--since",
        "2026-01-20T11:50:02",
        "--until",
        "2026-01-21",
        "--output",
        "json",
    )
    assert (done.returncode, done.stderr) == (0, b"")
    assert [json.loads(line)["eventName"] for line in done.stdout.splitlines()] == ["Call2"]
    assert run(environ(), tmp_path).returncode == 3
    with Program(
        [str(tmp_path), "--since", "2026-01-20T11:50:02", "--until", "2026-01-21"], environ()
    ) as program:
        program.until_shown("Events ─ 1 ", "Call2")
        program.read()
        program.send("P")
        program.until_shown("Coverage and problems")
        assert "2 files whose names lie outside the window" in program.text
        assert program.line_with("+ outside the window").split()[-1] == "2"
        assert program.line_with("= found").split()[-1] == "3"
        assert "Problems: 0" in program.text
        program.send("\x03")
        assert program.wait() == 0


# -- stdin


def test_what_is_piped_in(environ: Callable[..., Environ], tmp_path: Path) -> None:
    content = document(record(2), record(1))
    for arguments in ((), ("-",)):
        done = run(environ(), *arguments, given=content)
        assert (done.returncode, done.stderr) == (0, b"")
        assert [line.split()[2].lstrip("*") for line in done.stdout.decode().splitlines()] == [
            "iam:Call1",
            "iam:Call2",
        ]
    path = tmp_path / "more.json"
    path.write_bytes(document(record(0)))
    done = run(environ(), "-", path, "--output", "json", given=content)
    assert [json.loads(line)["eventName"][-1] for line in done.stdout.splitlines()] == list("012")
    assert run(environ(), given=b"").returncode == 1
    assert run(environ(), given=b"no events here").returncode == 1


def test_piped_events_and_keys_from_the_terminal(environ: Callable[..., Environ]) -> None:
    reader, writer = os.pipe()
    with Program(["-"], environ(), stdin=reader) as program:
        os.close(reader)
        os.write(writer, json.dumps(record(1)).encode() + b"\n")
        program.until_shown("Events ─ 1 ", "Call1")
        for number in range(2, 8):
            os.write(writer, json.dumps(record(number)).encode() + b"\n")
        program.until_shown("Events ─ 7 ", "Call7")
        program.press("g")
        program.until_shown("eventName: Call1")
        os.close(writer)
        program.read()
        assert program.process.poll() is None
        program.press("y")
        assert "e event" in program.text
        program.press("\x1b")
        program.send("q")
        assert program.wait() == 0
        assert program.restored() == []
        assert program.left_behind() == []


def test_a_terminal_without_a_source_is_a_usage_message(environ: Callable[..., Environ]) -> None:
    for arguments in ([], ["-"]):
        with Program(arguments, environ()) as program:
            assert program.wait() == 2
            assert program.raw.startswith(b"cloudtrail-tui: ")
            assert program.raw.count(b"\r\n") == 1
            assert b"\x1b" not in program.raw


# -- what it costs


COUNTED = """
import os, resource, sys
from tui.__main__ import main

note = os.open(sys.argv.pop(), os.O_WRONLY | os.O_APPEND | os.O_CREAT)

def opened(event, arguments):
    if event == "open" and str(arguments[0]).endswith(".json.gz"):
        os.write(note, os.fsencode(arguments[0]) + b"\\n")

sys.addaudithook(opened)  # the processes that read inherit it
from tui.core.spool import RecordSpool
RecordSpool.__init__.__kwdefaults__["in_memory"] = 1 << 20
code = main()
os.write(2, str(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss).encode())
sys.exit(code)
"""


def test_json_reads_each_file_twice_at_most_in_bounded_memory(
    big: Trail, environ: Callable[..., Environ], tmp_path: Path
) -> None:
    peaks = {}
    for form in ("lines", "json"):
        note = tmp_path / form
        arguments = (big.folder, "--output", form, "--show-secrets", note)
        done = subprocess.run(
            [sys.executable, "-c", COUNTED, *map(str, arguments)],
            env=environ(),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=PATIENCE,
        )
        assert done.returncode == 0
        assert done.stdout.count(b"\n") == big.truth["events"]
        peaks[form] = int(done.stderr) << 10
        opens = Counter(note.read_text().splitlines())
        assert len(opens) == big.truth["files"]
        # What only seems to have been delivered twice is looked at once more.
        assert sum(opens.values()) <= 2.1 * len(opens)
    # Records that wait for their turn are on disk beyond the bound, which is set low here.
    assert peaks["json"] - peaks["lines"] < big.truth["jsonBytes"] // 2, (
        peaks,
        big.truth["jsonBytes"],
    )


def test_a_local_session_loads_no_boto3_and_printing_no_textual(
    environ: Callable[..., Environ],
) -> None:
    code = (
        "import os, sys\n"
        "from tui.__main__ import main\n"
        "code = main()\n"
        "print('loaded:', *({'boto3', 'botocore', 'textual', 'rich'} & set(sys.modules)),"
        " file=sys.stderr)\n"
        "sys.exit(code)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(SAMPLE), "--output", "json"],
        env=environ(),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=PATIENCE,
    )
    assert (done.returncode, done.stderr) == (0, b"loaded:\n")
    with Program([str(SAMPLE)], environ(), code=code) as program:
        program.until_shown("Events ─ 3,000", "● live")
        program.send("q")
        assert program.wait() == 0
        loaded = bytes(program.raw).rpartition(b"loaded:")[2].split()
        assert sorted(loaded) == [b"rich", b"textual"]
