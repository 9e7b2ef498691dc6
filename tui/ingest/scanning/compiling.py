"""Getting the compiled reader: numba makes machine code of it once, workers load that in no time.

Compiling takes some six seconds, so a process of its own does it, the first time that much is to
be read; `python -m tui.ingest.scanning.compiling` does it beforehand. What it made is kept in the
user's cache folder under a name that tells of the sources, the compiler and the processor. Where
numba is not installed, or something is amiss, the plain reader does it all.
"""

from __future__ import annotations

import ctypes
import hashlib
import os
import sys
import threading
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from tui.ingest.scanning import linking

if TYPE_CHECKING:
    from collections.abc import Callable
    from multiprocessing.connection import Connection

    import numpy as np
    from numpy.typing import NDArray

    from tui.core.index.slots import Native, Walk
    from tui.core.matching.byte_search import Mark, Marking
    from tui.core.matching.looking_bytes import Find
    from tui.ingest.encoding.encode import Encoder
    from tui.ingest.scanning.scanner import Scanner

    Call = Callable[[NDArray[np.int64]], int]

READY = b"ready"
FOLDER = "CLOUDTRAIL_TUI_COMPILED"
"""Environment variable: the folder for what is compiled; `off`: the plain reader does it all."""
_NICE = 10
_CHECK = 32
"""Bytes of the checksum at the beginning of the file. What follows is told by one more byte."""
_IMAGE, _CODE = b"I", b"C"
"""An image of `linking`, or a function's name in a line and an object file with it."""
_SMALL = b'{"Records":[{"eventName":"GetCallerIdentity"}]}'


def is_ready() -> bool:
    """Has it been compiled, for this machine and this version?"""
    place = path()
    # Not Path.is_file: that raises where the folder is somebody else's.
    return place is not None and os.path.isfile(place)  # noqa: PTH113


@cache
def path() -> Path | None:
    """Where the machine code lies, or will; None: it is not wanted."""
    chosen = os.environ.get(FOLDER)
    if chosen == "off" or os.name != "posix":
        return None
    told = hashlib.sha256(f"{os.uname().machine} {_processor()}".encode())
    sources = (Path(__file__).parents[1] / "compiled").glob("*.py")
    for source in (Path(linking.__file__), *sorted(sources)):
        told.update(source.read_bytes())
    if chosen:
        folder = Path(chosen)
    else:
        import platformdirs

        folder = platformdirs.user_cache_path("cloudtrail-tui") / "compiled"
    return folder / told.hexdigest()[:32]


def _processor() -> str:
    """What the processor is and can do, as far as the system tells."""
    try:
        with open("/proc/cpuinfo", encoding="ascii", errors="replace") as file:
            lines = file.read(1 << 14).split("\n\n")[0].splitlines()
    except OSError:
        return ""
    return "\n".join(line for line in lines if line.startswith(("model name", "flags", "Features")))


def compile_now() -> None:
    """Make the machine code, try it and keep it. Raises what numba or the file system raises."""
    from numba import types

    from tui.core.private_file import new_file
    from tui.ingest.compiled.kernel import scan

    place = path()
    assert place is not None
    place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    scan.compile((types.int64,))
    (made,) = scan.overloads.values()
    code = made.library._get_compiled_object()  # numba has no public way to it
    name = made.fndesc.llvm_func_name
    image = linking.image_of(code, name)
    kept = _CODE + name.encode() + b"\n" + code if image is None else _IMAGE + image.packed()
    # Where it ends this process, it is not there for workers to be ended by it.
    _try(_function(kept))
    with new_file(place, replace=True) as file:
        file.write(hashlib.sha256(kept).digest() + kept)


def _try(call: Call) -> None:
    """Let it read a file. Raises RuntimeError if it does so wrongly."""
    from tui.ingest.encoding.encode import Encoder
    from tui.ingest.scanning.scanner import Scanner

    reader = Scanner(Encoder(), call)
    if [reader.take(content, 0) for content in (_SMALL, b"{}")] != [1, -1] or reader.finish():
        raise RuntimeError("what was compiled does not read")


def load() -> Call:
    """The compiled `scan`. Raises ImportError, OSError, ValueError where it is not to be had."""
    place = path()
    if place is None:
        raise FileNotFoundError
    with place.open("rb") as file:
        status = os.fstat(file.fileno())
        if status.st_uid != os.geteuid() or status.st_mode & 0o022:
            raise PermissionError("somebody else may have written it")
        kept = file.read()
    if hashlib.sha256(kept[_CHECK:]).digest() != kept[:_CHECK]:
        place.unlink(missing_ok=True)
        raise ValueError("the file is damaged")
    return _function(kept[_CHECK:])


def _loaded() -> Call | None:
    if _unfit or not is_ready():
        return None
    try:
        return load()
    except (FileNotFoundError, ValueError):
        return None  # it has gone, or was damaged and is gone now
    except (ImportError, OSError, RuntimeError) as error:
        _unfit.append(error)  # this process asks no more, and reads plainly
        return None


_unfit: list[Exception] = []


def _function(kept: bytes) -> Call:
    """The function in what is kept, to be called with a block of numbers."""
    kind, code = kept[:1], kept[1:]
    image = kind == _IMAGE
    address, held = linking.mapped(linking.unpacked(code)) if image else _linked(code)
    # numba's own convention: where to put the result, where to put an exception, the arguments.
    prototype = ctypes.CFUNCTYPE(
        ctypes.c_int32, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_int64, use_errno=False
    )
    function = prototype(address)

    def call(given: NDArray[np.int64], _alive: object = held) -> int:
        result, fault = ctypes.c_int64(), ctypes.c_void_p()
        state = function(ctypes.addressof(result), ctypes.addressof(fault), given.ctypes.data)
        if state:
            raise SystemError(f"the compiled reader failed: {state}")
        return result.value

    return call


def _linked(kept: bytes) -> tuple[int, object]:
    """The address of a function in an object file, and what holds its memory."""
    from llvmlite import binding

    name, _, code = kept.partition(b"\n")
    binding.initialize_native_target()
    binding.initialize_native_asmprinter()
    machine = binding.Target.from_default_triple().create_target_machine()
    engine = binding.create_mcjit_compiler(binding.parse_assembly(""), machine)
    engine.add_object_file(binding.ObjectFileRef.from_data(code))
    engine.finalize_object()
    address = engine.get_function_address(name.decode())
    if not address:
        raise ValueError("the function is not there")
    return address, engine


def scanner(encoder: Encoder) -> Scanner | None:
    """A compiled reader for an encoder; None where it is not there."""
    call = _loaded()
    if call is None:
        return None
    from tui.ingest.scanning.scanner import Scanner

    try:
        return Scanner(encoder, call)
    except (MemoryError, OSError) as error:  # it may not even ask for room that it hardly uses
        _unfit.append(error)
        return None


def _given(task: int) -> NDArray[np.int64]:
    """What a call is given, for another task than reading."""
    import numpy as np

    from tui.ingest.compiled import layout

    given = np.zeros(layout.GIVEN, np.int64)
    given[layout.G_TASK] = task
    return given


def finder() -> Find | None:
    """The compiled search for a text; None where it is not to be had."""
    call = _loaded()
    if call is None:
        return None
    import numpy as np

    from tui.ingest.compiled import layout

    given = _given(layout.FIND)

    def address(raw: bytes) -> int:
        return np.frombuffer(raw, np.uint8).ctypes.data if raw else 0

    def find(data: bytes, text: bytes, spelled: bytes) -> bool | None:
        start = address(data)
        given[layout.F_START] = start
        given[layout.F_END] = start + len(data)
        given[layout.F_NEEDLE] = address(text)
        given[layout.F_LENGTH] = len(text)
        given[layout.F_SPELLED] = address(spelled)
        told = call(given)
        return None if told == layout.UNSURE else told == layout.PRESENT

    return find


def placer() -> Native | None:
    """The compiled walk through the index's tables; None where it is not to be had."""
    call = _loaded()
    if call is None:
        return None
    import numpy as np

    from tui.ingest.compiled import layout

    given = _given(layout.PLACE_ALL)

    def place(walk: Walk) -> None:
        texts = walk.blob is not None and walk.ends is not None
        given[layout.L_SEGMENTS] = walk.segments
        given[layout.L_COUNT] = len(walk.numbers)
        given[layout.L_KEY_WIDTH] = 0 if walk.keys is None else walk.keys.itemsize
        spans = [(other.ctypes.data, other.itemsize) for other in walk.others]
        others = np.array(spans, np.int64)
        given[layout.L_OTHERS_COUNT] = len(spans)
        for at, array in (
            (layout.L_TABLE, walk.table),
            (layout.L_HASHES, walk.hashes),
            (layout.L_NUMBERS, walk.numbers),
            (layout.L_FOUND, walk.found),
            (layout.L_SLOTS, walk.slots),
            (layout.L_KEYS, walk.keys),
            (layout.L_BLOB, walk.blob if texts else None),
            (layout.L_ENDS, walk.ends if texts else None),
            (layout.L_OTHERS, others),
        ):
            given[at] = 0 if array is None else array.ctypes.data
        given[layout.L_END_WIDTH] = 0 if walk.ends is None else walk.ends.itemsize
        call(given)

    return place


def marker() -> Mark | None:
    """The compiled search through runs of texts; None where it is not to be had."""
    call = _loaded()
    if call is None:
        return None
    import numpy as np

    from tui.ingest.compiled import layout

    given = _given(layout.MARK)

    def mark(marking: Marking) -> None:
        wanted = np.frombuffer(marking.wanted, np.uint8)
        given[layout.M_ORIGIN] = marking.blob.ctypes.data
        given[layout.M_BEGIN] = marking.begin
        given[layout.M_COUNT] = len(marking.ends)
        given[layout.M_ENDS] = marking.ends.ctypes.data
        given[layout.M_MARKS] = marking.marks.ctypes.data
        given[layout.M_NEEDLE] = wanted.ctypes.data
        given[layout.M_LENGTH] = len(wanted)
        call(given)

    return mark


def make_ready() -> str:
    """Compile it unless it is; returns why that cannot be done, "" if all is well."""
    if path() is None:
        return f"it is switched off by {FOLDER}"
    if _loaded() is not None:
        return ""
    _unfit.clear()
    try:
        compile_now()
    except Exception as error:  # noqa: BLE001 - numba's have no common kind; it is told
        return f"{type(error).__name__}: {error}"
    return ""


def serve(connection: Connection) -> None:
    """Make it ready and say so: READY, or why not."""
    os.nice(_NICE)  # whoever reads now comes first
    threading.Thread(target=_end_with, args=(connection,), daemon=True).start()
    reason = make_ready()
    try:
        connection.send_bytes(reason.encode("utf-8", "replace") or READY)
    except OSError:
        return  # the program has ended


def _end_with(connection: Connection) -> None:
    """End this process as soon as nobody waits for it any more: nothing is ever sent to it."""
    try:
        connection.recv_bytes()
    except (EOFError, OSError):
        os._exit(0)


if __name__ == "__main__":
    _reason = make_ready()
    if _reason:
        sys.exit(f"The plain reader will be used: {_reason}")
