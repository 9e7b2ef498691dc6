"""Machine code that was laid out here does what it did where it was compiled."""

from __future__ import annotations

import ctypes
import platform

import pytest

from tui.ingest.scanning import linking

binding = pytest.importorskip("llvmlite.binding", reason="there is nothing to compile with")
pytestmark = pytest.mark.skipif(
    platform.machine() != "x86_64" or platform.system() != "Linux",
    reason="only code for x86-64 is laid out here",
)

SOURCE = """
@numbers = internal constant [4 x i64] [i64 2, i64 3, i64 5, i64 7], align 32

define internal i64 @twice(i64 %n) noinline {
  %sum = add i64 %n, %n
  ret i64 %sum
}

define i64 @wanted(i64 %n) {
  %at = getelementptr [4 x i64], [4 x i64]* @numbers, i64 0, i64 %n
  %found = load volatile i64, i64* %at
  %told = call i64 @twice(i64 %found)
  ret i64 %told
}
"""


def compiled(source: str = SOURCE, model: str = "large") -> bytes:
    """An object file as numba makes it, or with another code model."""
    binding.initialize_native_target()
    binding.initialize_native_asmprinter()
    target = binding.Target.from_default_triple()
    machine = target.create_target_machine(codemodel=model, reloc="static")
    code: bytes = machine.emit_object(binding.parse_assembly(source))
    return code


def image() -> linking.Image:
    made = linking.image_of(compiled(), "wanted")
    assert made is not None
    return made


def test_what_is_mapped_can_be_called() -> None:
    address, memory = linking.mapped(linking.unpacked(image().packed()))
    call = ctypes.CFUNCTYPE(ctypes.c_int64, ctypes.c_int64)(address)
    assert [call(n) for n in range(4)] == [4, 6, 10, 14]
    del call, memory


def test_what_takes_a_linker_is_left_to_one() -> None:
    assert linking.image_of(compiled(), "another") is None
    assert linking.image_of(compiled(model="small"), "wanted") is None
    outside = SOURCE.replace(
        "define internal i64 @twice(i64 %n) noinline {", "declare i64 @twice(i64)"
    )
    outside = outside.replace("  %sum = add i64 %n, %n\n  ret i64 %sum\n}\n", "")
    assert linking.image_of(compiled(outside), "wanted") is None
    assert linking.image_of(b"MZ" + bytes(200), "wanted") is None


@pytest.mark.parametrize("cut", [0, 5, 24, 60, -1])
def test_an_image_that_is_not_whole_is_none(cut: int) -> None:
    packed = image().packed()
    with pytest.raises(ValueError, match="no image"):
        linking.unpacked(packed[:cut])
    with pytest.raises(ValueError, match="no image"):
        linking.unpacked(packed + b"\0")


def test_an_image_that_points_out_of_itself_is_none() -> None:
    made = image()
    size = len(made.content)
    for wrong in (
        made._replace(entry=size),
        made._replace(fixes=[(size - 7, 0)]),
        made._replace(fixes=[(0, size + 1)]),
    ):
        with pytest.raises(ValueError, match="no image"):
            linking.unpacked(wrong.packed())
