"""The machine code is kept whole, for the user alone, and done without where there is none."""

from __future__ import annotations

import base64
import json
import os
import sys
import time
from multiprocessing import Pipe
from types import ModuleType
from typing import TYPE_CHECKING, cast

import pytest

from tests.unit.made import delivery, raw, raws, write
from tui.ingest.encoding.encode import Encoder
from tui.ingest.jobs import Part, ReadDone, ReadJob
from tui.ingest.processes.worker import Worker
from tui.ingest.scanning import compiling, entries, linking
from tui.sources.base import Window
from tui.sources.readers import read_bytes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from multiprocessing.connection import Connection
    from pathlib import Path


@pytest.fixture
def chosen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder for the machine code that does not exist yet."""
    folder = tmp_path / "some" / "where"
    monkeypatch.setenv(compiling.FOLDER, str(folder))
    monkeypatch.setattr(compiling, "_unfit", [])
    compiling.path.cache_clear()
    yield folder
    monkeypatch.undo()
    compiling.path.cache_clear()


@pytest.fixture(scope="session")
def code(compiled: object) -> bytes:
    """The file with the machine code."""
    place = compiling.path()
    assert place is not None
    return place.read_bytes()


@pytest.fixture
def kept(code: bytes, chosen: Path) -> Path:
    """A copy of it, in a folder of its own."""
    place = compiling.path()
    assert place is not None
    place.parent.mkdir(parents=True)
    place.write_bytes(code)
    place.chmod(0o600)
    return place


def _read(path: Path) -> tuple[ReadDone, Worker]:
    worker = Worker(read_bytes)
    done = worker.do(ReadJob([Part(1, str(path))], Window(), rich=True, compiled=True))
    assert isinstance(done, ReadDone)
    return done, worker


def test_nothing_is_ready_where_nothing_was_compiled(chosen: Path, tmp_path: Path) -> None:
    assert not compiling.is_ready()
    assert compiling.scanner(Encoder()) is None
    done, worker = _read(write(tmp_path / "a.json", delivery(raws(3))))
    assert done.results[0].found == 3
    assert worker._scanner is None
    assert not chosen.exists()


@pytest.mark.parametrize("off", ["off"])
def test_it_can_be_switched_off(
    monkeypatch: pytest.MonkeyPatch, chosen: Path, tmp_path: Path, off: str
) -> None:
    monkeypatch.setenv(compiling.FOLDER, off)
    compiling.path.cache_clear()
    assert compiling.path() is None
    assert not compiling.is_ready()
    assert compiling.FOLDER in compiling.make_ready()
    assert compiling.scanner(Encoder()) is None
    assert _read(write(tmp_path / "a.json", delivery(raws(3))))[0].results[0].found == 3


def test_where_memory_cannot_hold_code_it_is_asked_for_once(
    kept: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []

    def refuse(image: linking.Image) -> None:
        asked.append(image)
        raise PermissionError

    monkeypatch.setattr(linking, "mapped", refuse)
    for _ in range(2):
        done, worker = _read(write(tmp_path / "a.json", delivery(raws(3))))
        assert done.results[0].found == 3
        assert worker._scanner is None
    assert len(asked) == 1


def test_without_room_for_its_table_the_plain_reader_reads(
    kept: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(entries, "_FIRST_BYTES", 1 << 59)  # more than any system gives
    done, worker = _read(write(tmp_path / "a.json", delivery(raws(3))))
    assert done.results[0].found == 3
    assert worker._scanner is None


def test_without_numba_what_was_compiled_still_reads(
    monkeypatch: pytest.MonkeyPatch, kept: Path, tmp_path: Path
) -> None:
    monkeypatch.setitem(sys.modules, "numba", None)
    done, worker = _read(write(tmp_path / "a.json", delivery(raws(3))))
    assert done.results[0].found == 3
    assert worker._scanner is not None
    kept.unlink()
    assert "Error" in compiling.make_ready()


def test_a_kept_one_reads(kept: Path, tmp_path: Path) -> None:
    assert compiling.is_ready()
    assert compiling.make_ready() == ""
    done, worker = _read(write(tmp_path / "a.json", delivery(raws(3))))
    assert done.results[0].found == 3
    assert worker._scanner is not None


DAMAGES: dict[str, Callable[[bytes], bytes]] = {
    "empty": lambda code: b"",
    "short": lambda code: code[:20],
    "cut": lambda code: code[:-1],
    "more": lambda code: code + b"\0",
    "flipped": lambda code: code[:5000] + bytes([code[5000] ^ 1]) + code[5001:],
    "checksum": lambda code: bytes([code[0] ^ 1]) + code[1:],
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_one_is_removed_and_the_plain_reader_reads(
    kept: Path, tmp_path: Path, damage: str
) -> None:
    kept.write_bytes(DAMAGES[damage](kept.read_bytes()))
    done, worker = _read(write(tmp_path / "a.json", delivery(raws(3))))
    assert done.results[0].found == 3
    assert worker._scanner is None
    assert not kept.exists()
    assert not compiling.is_ready()


def test_one_that_somebody_else_may_have_written_is_not_run(
    kept: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept.chmod(0o620)
    assert compiling.scanner(Encoder()) is None
    compiling._unfit.clear()
    kept.chmod(0o600)
    assert compiling.scanner(Encoder()) is not None
    monkeypatch.setattr("os.geteuid", lambda: kept.stat().st_uid + 1)
    assert compiling.scanner(Encoder()) is None
    assert kept.exists()


def test_another_processor_has_a_file_of_its_own(
    chosen: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = {compiling.path.__wrapped__()}
    monkeypatch.setattr(compiling, "_processor", lambda: "another")
    made.add(compiling.path.__wrapped__())
    assert len(made) == 2
    assert {place.parent for place in made if place} == {chosen}


def test_a_folder_that_is_somebody_elses_is_no_trouble(
    monkeypatch: pytest.MonkeyPatch, kept: Path
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError

    assert compiling.is_ready()
    with monkeypatch.context() as patch:
        patch.setattr("os.stat", refuse)
        assert not compiling.is_ready()


class _Numba:
    """What `compile_now` asks of numba, with the machine code that is there already."""

    def __init__(self, code: bytes) -> None:
        self._code = code
        self.llvm_func_name = "scan"
        self.fndesc = self.library = self.scan = self
        self.overloads = {"": self}
        self.compile = lambda signature: None

    def _get_compiled_object(self) -> bytes:
        return self._code


@pytest.fixture
def numba(kept: Path, monkeypatch: pytest.MonkeyPatch) -> _Numba:
    """Compiles in no time; nothing is kept yet."""
    fake = _Numba(kept.read_bytes()[33:])
    monkeypatch.setattr(linking, "image_of", lambda code, name: linking.unpacked(code))
    monkeypatch.setitem(sys.modules, "tui.ingest.compiled.kernel", cast(ModuleType, fake))
    kept.unlink()
    kept.parent.rmdir()
    return fake


def test_what_was_made_is_kept_whole_for_the_user_alone(numba: _Numba, chosen: Path) -> None:
    assert compiling.make_ready() == ""
    place = compiling.path()
    assert place is not None
    assert [*chosen.iterdir()] == [place]
    assert place.stat().st_mode & 0o777 == 0o600
    assert chosen.stat().st_mode & 0o777 == 0o700
    assert compiling.scanner(Encoder()) is not None


def test_one_that_is_damaged_is_made_again(numba: _Numba, chosen: Path) -> None:
    assert compiling.make_ready() == ""
    place = compiling.path()
    assert place is not None
    whole = place.read_bytes()
    place.write_bytes(whole[:-1])
    assert compiling.make_ready() == ""
    assert place.read_bytes() == whole


def test_one_that_does_not_read_is_not_kept(
    numba: _Numba, chosen: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(compiling, "_function", lambda kept: lambda given: 0)
    assert "does not read" in compiling.make_ready()
    assert not any(chosen.iterdir())


@pytest.mark.parametrize("error", [Exception("numba's own"), OSError("no space"), TypeError()])
def test_whatever_goes_wrong_is_told_and_nothing_is_left_behind(
    numba: _Numba, chosen: Path, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    def fail(*_: object) -> None:
        raise error

    for place in ("os.replace", "tui.ingest.scanning.compiling._try"):
        with monkeypatch.context() as patch:
            patch.setattr(place, fail)
            assert compiling.make_ready() == f"{type(error).__name__}: {error}"
        assert not any(chosen.iterdir())


def _serve(make_ready: Callable[[], str]) -> tuple[int, Connection]:
    """A process that makes it ready in a way of its own."""
    ours, theirs = Pipe()
    child = os.fork()
    if not child:
        ours.close()
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(compiling, "make_ready", make_ready)
            try:
                compiling.serve(theirs)
            finally:
                os._exit(7)
    theirs.close()
    return child, ours


@pytest.mark.parametrize(("reason", "said"), [("", compiling.READY), ("no: \udc80", b"no: ?")])
def test_the_program_is_told(reason: str, said: bytes) -> None:
    child, ours = _serve(lambda: reason)
    with ours:
        assert ours.recv_bytes() == said
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 7


def test_the_compiler_ends_with_the_program() -> None:
    child, ours = _serve(lambda: str(time.sleep(60)))
    ours.close()
    started = time.monotonic()
    assert os.waitpid(child, 0)[1] == 0
    assert time.monotonic() - started < 30


def test_a_folder_that_cannot_be_made_is_told(numba: _Numba, chosen: Path) -> None:
    chosen.parent.rmdir()
    chosen.parent.write_text("a file")
    assert not compiling.is_ready()
    assert "NotADirectoryError" in compiling.make_ready()


def test_what_functions_are_given_goes_to_the_plain_reader(kept: Path, tmp_path: Path) -> None:
    """It has `Records` with names and sources too, but the record is inside of them."""
    notice = {"eventSource": "aws:kinesis", "eventName": "aws:kinesis:record"}
    inner = base64.b64encode(raw(1)).decode()
    content = json.dumps({"Records": [{**notice, "kinesis": {"data": inner}}]}).encode()
    done, worker = _read(write(tmp_path / "a.json", content))
    assert (done.results[0].found, done.results[0].unreadable) == (1, 0)
    assert worker._scanner is None
