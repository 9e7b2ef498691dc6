"""However the program ends: the exit code, one sentence, and nothing of a record."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tui.faults import fault_text

if TYPE_CHECKING:
    from pathlib import Path

SECRET = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
HOSTILE = f"\x1b]52;c;AAAA\x07[/markup] password={SECRET}"

PROGRAM = """
import os, signal, sys, threading, time
from tui import cli
from tui.__main__ import main
from tui.errors import *
HOSTILE = os.environ["HOSTILE"]

def run(arguments):
    record = {"sessionToken": HOSTILE}
    %s
    return 0

cli.run = run
sys.exit(main())
"""


class Ended:
    """A run of the program whose inside is the test's."""

    def __init__(self, folder: Path, body: str, **streams: int) -> None:
        environment = {
            **os.environ,
            "HOSTILE": HOSTILE,
            "HOME": str(folder),
            "XDG_STATE_HOME": str(folder / "state"),
        }
        self.run = subprocess.run(
            [sys.executable, "-c", PROGRAM % body.replace("\n", "\n    ")],
            **{"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **streams},  # type: ignore[call-overload]
            env=environment,
            timeout=60,
        )
        self.code = self.run.returncode
        self.said = (self.run.stderr or b"").decode()
        self.files = [path for path in folder.rglob("*") if path.is_file()]


def test_a_fault_is_a_sentence_and_a_private_file(tmp_path: Path) -> None:
    ended = Ended(tmp_path, "raise KeyError(HOSTILE)")
    assert ended.code == 70
    assert ended.said.count("\n") == 1
    assert "fault of the program (KeyError)" in ended.said
    assert "\x1b" not in ended.said
    assert "markup" not in ended.said
    (path,) = ended.files
    assert str(path) in ended.said
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    text = path.read_text()
    assert "in main" in text
    assert "KeyError" in text
    assert SECRET not in text
    assert "\x1b" not in text
    assert "sessionToken" not in text


def test_a_fault_of_a_thread_is_the_programs(tmp_path: Path) -> None:
    ended = Ended(
        tmp_path,
        "def fail(): raise ValueError(HOSTILE)\n"
        "thread = threading.Thread(target=fail)\nthread.start()\nthread.join()",
    )
    assert ended.code == 70
    assert "(ValueError)" in ended.said
    assert SECRET not in ended.said
    assert ended.said.count("\n") == 1


def test_a_fault_that_cannot_be_written_down_is_said_all_the_same(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("a file where a folder should be")
    ended = Ended(tmp_path, "raise RecursionError")
    assert ended.code == 70
    assert "(RecursionError)" in ended.said
    assert "could not be written down" in ended.said


@pytest.mark.parametrize(
    ("body", "code", "said"),
    [
        ("pass", 0, ""),
        ("return 3", 3, ""),
        ("raise KeyboardInterrupt", 130, ""),
        ("raise OutputClosed", 0, ""),
        ("raise UsageError('No such option.')", 2, "cloudtrail-tui: No such option.\n"),
        ("raise SourceError('/x does not exist.')", 2, "cloudtrail-tui: /x does not exist.\n"),
        ("return 4", 4, ""),
        (
            "raise CloudTrailTuiError('The disk is full.')",
            70,
            "cloudtrail-tui: The disk is full.\n",
        ),
        ("os.kill(os.getpid(), signal.SIGTERM)\ntime.sleep(9)", 143, ""),
        ("os.kill(os.getpid(), signal.SIGINT)\ntime.sleep(9)", 130, ""),
        ("os.kill(os.getpid(), signal.SIGHUP)\ntime.sleep(9)", 129, ""),
    ],
)
def test_each_ending_has_its_code(tmp_path: Path, body: str, code: int, said: str) -> None:
    ended = Ended(tmp_path, body)
    assert (ended.code, ended.said) == (code, said)
    assert ended.files == []


def test_sigterm_unwinds(tmp_path: Path) -> None:
    body = (
        "try:\n    os.kill(os.getpid(), signal.SIGTERM)\n    time.sleep(9)\n"
        "finally: os.write(1, b'closed')"
    )
    ended = Ended(tmp_path, body)
    assert (ended.code, ended.run.stdout) == (143, b"closed")


@pytest.mark.parametrize(("name", "code"), [("SIGTERM", 143), ("SIGHUP", 129), ("SIGINT", 130)])
def test_a_signal_that_comes_where_no_exception_gets_out_is_not_lost(
    tmp_path: Path, name: str, code: int
) -> None:
    body = (
        "class Going:\n"
        f"    def __del__(self): os.kill(os.getpid(), signal.{name})\n"
        "Going()\ntime.sleep(20)"
    )
    ended = Ended(tmp_path, body)
    assert (ended.code, ended.said) == (code, "")


def test_a_message_passes_the_gate(tmp_path: Path) -> None:
    ended = Ended(tmp_path, "raise SourceError(f'{HOSTILE} does not exist.')")
    assert ended.code == 2
    assert "\x1b" not in ended.said
    assert "\x07" not in ended.said


def test_closed_streams_are_not_taken_by_the_next_file(tmp_path: Path) -> None:
    body = (
        "os.close(0); os.close(1); os.close(2)\n"
        "os.execv(sys.executable, [sys.executable, '-c', INNER])"
    )
    inner = (
        "import os, sys\n"
        "from tui import cli\n"
        "from tui.__main__ import main\n"
        "cli.run = lambda arguments: os.open(os.devnull, os.O_RDONLY)\n"
        "sys.exit(main())\n"
    )
    assert Ended(tmp_path, f"INNER = {inner!r}\n{body}").code == 3


def _run(*arguments: str, stdout: int = subprocess.PIPE) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-m", "tui", *arguments],
        stdin=subprocess.DEVNULL,
        stdout=stdout,
        stderr=subprocess.PIPE,
        timeout=60,
    )


def test_usage_goes_to_stderr() -> None:
    done = _run("--nothing")
    assert (done.returncode, done.stdout) == (2, b"")
    assert done.stderr.startswith(b"cloudtrail-tui: unrecognized arguments: --nothing")
    done = _run()
    assert (done.returncode, done.stdout) == (2, b"")


def test_a_path_that_does_not_exist_is_said(tmp_path: Path) -> None:
    done = _run(str(tmp_path / "a\x1b[31m"))
    assert (done.returncode, done.stdout) == (2, b"")
    assert b"\x1b" not in done.stderr
    assert str(tmp_path).encode() in done.stderr


def test_help_and_version_go_to_stdout() -> None:
    for option in ("--help", "--version"):
        done = _run(option)
        assert (done.returncode, done.stderr) == (0, b"")
        assert b"cloudtrail-tui" in done.stdout


def test_help_into_a_closed_pipe_is_quiet() -> None:
    reader, writer = os.pipe()
    os.close(reader)
    done = _run("--help", stdout=writer)
    os.close(writer)
    assert (done.returncode, done.stderr) == (0, b"")


def test_nothing_heavy_is_loaded_before_it_is_needed() -> None:
    heavy = ("textual", "rich", "numpy", "boto3", "msgspec", "orjson", "watchfiles", "platformdirs")
    code = (
        "import sys, tui.__main__, tui.cli; tui.cli.parse(['x', '--output', 'lines'])\n"
        f"sys.exit(','.join(set(sys.modules) & set({heavy!r})))"
    )
    done = subprocess.run([sys.executable, "-c", code], stderr=subprocess.PIPE, timeout=60)
    assert done.stderr.strip() == b""


def _raised(*causes: Exception) -> Exception:
    """The first exception, raised from the second, and so on."""
    try:
        if len(causes) == 1:
            raise causes[0]
        raise causes[0] from _raised(*causes[1:])
    except type(causes[0]) as error:
        return error


def test_causes_and_groups_are_written_down() -> None:
    group = ExceptionGroup("several", [_raised(OSError(5, "inner")), _raised(TypeError("other"))])
    text = fault_text(_raised(ValueError("outer"), RuntimeError("middle"), group))
    for name in ("ValueError: outer", "RuntimeError: middle", "OSError", "TypeError: other"):
        assert name in text
    assert text.index("ValueError") < text.index("RuntimeError") < text.index("OSError")
    assert "caused by" in text


def test_an_exception_that_is_its_own_context_ends() -> None:
    error = _raised(ValueError("a"))
    other = _raised(ValueError("b"))
    error.__context__, other.__context__ = other, error
    assert fault_text(error).count("ValueError: ") == 2


def test_messages_are_cut_and_gated() -> None:
    text = fault_text(_raised(ValueError("\x9b" + "x" * 10_000)))
    assert len(text) < 2000
    assert "\x9b" not in text
