"""Machine code laid out once, so that a worker maps it and calls it, without a compiler's library.

LLVM's library takes a worker 20 MB and as many milliseconds, for no more than putting 30 KB in
their place. For code as numba makes it on x86-64 that is done here: all its references are whole
addresses (R_X86_64_64 in the System V ABI). Other code is left to LLVM.
"""

from __future__ import annotations

import mmap
import struct
from typing import NamedTuple

_HEADER = struct.Struct("<16sHHIQQQIHHHHHH")
_SECTION = struct.Struct("<IIQQQQIIQQ")
_SYMBOL = struct.Struct("<IBBHQQ")
_RELOCATION = struct.Struct("<QQq")
_ELF = b"\x7fELF\x02\x01\x01"
"""64 bits, little-endian."""
_X86_64 = 62
_RELA, _NOBITS = 4, 8
_ALLOCATED = 2
_UNWINDING = b".eh_frame"
_WHOLE_ADDRESS = 1
_COUNTS = struct.Struct("<QQQ")


class Image(NamedTuple):
    """Code and constants as they stand in memory, but for the addresses in them."""

    entry: int
    """Where the function begins."""
    fixes: list[tuple[int, int]]
    """Places of addresses, and what they point to."""
    content: bytes

    @property
    def is_whole(self) -> bool:
        """Does nothing point out of it?"""
        size = len(self.content)
        ends = all(place + 8 <= size and 0 <= target <= size for place, target in self.fixes)
        return ends and 0 <= self.entry < size

    def packed(self) -> bytes:
        """The same as bytes."""
        head = _COUNTS.pack(self.entry, len(self.fixes), len(self.content))
        return head + b"".join(struct.pack("<QQ", *fix) for fix in self.fixes) + self.content


def unpacked(packed: bytes) -> Image:
    """The image that was `packed`. Raises ValueError where it is not whole."""
    if len(packed) < _COUNTS.size:
        raise ValueError("no image of machine code")
    entry, count, size = _COUNTS.unpack_from(packed)
    start = _COUNTS.size + 16 * count
    fixes = list(struct.iter_unpack("<QQ", packed[_COUNTS.size : start]))
    image = Image(entry, fixes, packed[start:])
    if len(image.content) != size or not image.is_whole:
        raise ValueError("no image of machine code")
    return image


def image_of(code: bytes, name: str) -> Image | None:
    """What an ELF object file with this function becomes; None: that takes a real linker."""
    if not code.startswith(_ELF):
        return None
    header = _HEADER.unpack_from(code)
    machine, table, count, names = header[2], header[6], header[12], header[13]
    if machine != _X86_64:
        return None
    sections = [_SECTION.unpack_from(code, table + _SECTION.size * n) for n in range(count)]
    content = bytearray()
    places: dict[int, int] = {}
    for number, (told, kind, flags, _, offset, size, _, _, align, _) in enumerate(sections):
        # Tables for exceptions are of no use: there are none.
        if flags & _ALLOCATED and not code.startswith(_UNWINDING, sections[names][4] + told):
            content += bytes(-len(content) % max(1, align))
            places[number] = len(content)
            content += bytes(size) if kind == _NOBITS else code[offset : offset + size]
    fixes: list[tuple[int, int]] = []
    entry = -1
    for _, kind, _, _, offset, size, link, info, _, _ in sections:
        if kind != _RELA or info not in places:
            continue
        symbols, texts = sections[link][4], sections[sections[link][6]][4]
        for place, what, addend in _RELOCATION.iter_unpack(code[offset : offset + size]):
            symbol = _SYMBOL.unpack_from(code, symbols + _SYMBOL.size * (what >> 32))
            section, value = symbol[3], symbol[4]
            if what & 0xFFFF_FFFF != _WHOLE_ADDRESS or section not in places:
                return None
            fixes.append((places[info] + place, places[section] + value + addend))
        for at in range(0, sections[link][5], _SYMBOL.size):
            told, _, _, section, value, _ = _SYMBOL.unpack_from(code, symbols + at)
            end = code.index(b"\0", texts + told)
            if section in places and code[texts + told : end].decode() == name:
                entry = places[section] + value
    image = Image(entry, fixes, bytes(content))
    return image if image.is_whole else None


def mapped(image: Image) -> tuple[int, mmap.mmap]:
    """The address of its function, and the memory that it stands in. Raises OSError."""
    import ctypes

    wanted = mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC
    memory = mmap.mmap(-1, max(1, len(image.content)), prot=wanted)
    base = ctypes.addressof(ctypes.c_char.from_buffer(memory))
    content = bytearray(image.content)
    for place, target in image.fixes:
        struct.pack_into("<Q", content, place, base + target)
    memory[:] = bytes(content)
    return base + image.entry, memory
