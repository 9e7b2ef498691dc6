"""Machine code finds the bytes of a run where numpy does, and looks nowhere else."""

from __future__ import annotations

import ctypes
import mmap
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.core.matching.byte_search import Marking, Run, piece_of
from tui.ingest.scanning import compiling

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tui.core.matching.byte_search import Mark


@pytest.fixture(scope="module")
def native(compiled: object) -> Iterator[Mark]:
    made = compiling.marker()
    assert made is not None
    before = Run.native
    yield made
    Run.native = before


def run_of(texts: Sequence[bytes], first: int = 0) -> Run:
    ends = np.cumsum([0, *map(len, texts)])[1:].astype(np.uint32)
    return Run(np.frombuffer(b"".join(texts), np.uint8), ends, first)


short = st.lists(st.sampled_from((b"a", b"b", b"ab", b"ba", b"aab", b"\xc3\xa4")), max_size=30)
texts = st.lists(short.map(b"".join), min_size=1, max_size=40)
wanted = short.filter(bool).map(lambda parts: b"".join(parts)[:12])


@given(texts, wanted, st.data())
def test_the_same_texts_hold_it(
    native: Mark, texts: list[bytes], wanted: bytes, data: st.DataObject
) -> None:
    first = data.draw(st.integers(0, len(texts) - 1))
    some = data.draw(st.lists(st.integers(0, len(texts) - first - 1), unique=True))
    codes = np.array(sorted(some), np.int64)
    pieces = ((), piece_of(wanted), ())
    with pytest.MonkeyPatch.context() as patch:
        found = []
        for mark in (None, native):
            patch.setattr(Run, "native", mark)
            run = run_of(texts, first)
            found.append([run.holding(pieces).tolist(), run.holding(pieces, codes).tolist()])
    assert found[0] == found[1]
    assert found[1][0] == [n for n, text in enumerate(texts[first:]) if wanted in text]


def test_of_many_texts_each_that_holds_it(native: Mark, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Run, "native", native)
    chance = np.random.default_rng(3)
    texts = [bytes(chance.integers(97, 101, int(n))) for n in chance.integers(0, 90, 20_000)]
    for wanted in (b"a", b"dd", b"abcd", b"abcdabcdab"):
        found = run_of(texts).holding(((), piece_of(wanted), ()))
        assert found.tolist() == [n for n, text in enumerate(texts) if wanted in text]


@pytest.mark.parametrize("length", [1, 2, 7, 8, 31, 32, 33, 63, 64, 65, 200])
def test_nothing_behind_the_last_text_is_read(native: Mark, length: int) -> None:
    size = mmap.PAGESIZE
    memory = mmap.mmap(-1, 2 * size)
    start = ctypes.addressof(ctypes.c_char.from_buffer(memory))
    libc = ctypes.CDLL(None, use_errno=True)
    assert libc.mprotect(ctypes.c_void_p(start + size), ctypes.c_size_t(size), 0) == 0
    memory[size - length : size] = b"x" * length
    blob = np.frombuffer(memory, np.uint8, length, size - length)
    for wanted in (b"x", b"xx", b"x" * length, b"x" * (length + 1), b"xy"):
        marks = np.zeros(1, np.bool_)
        native(Marking(blob, 0, np.array([length], np.uint32), wanted, marks))
        assert marks[0] == (b"y" not in wanted and len(wanted) <= length)
