"""Records come in the order asked for, each object read once, in bounded memory."""

from __future__ import annotations

import errno
import random
import tracemalloc
from typing import TYPE_CHECKING

import pytest

from tui.core.spool import RecordSpool, ordered_records
from tui.errors import CloudTrailTuiError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


class Files:
    """Objects with records; counts how often each is read."""

    def __init__(self, objects: dict[int, dict[int, bytes]]) -> None:
        self.objects = objects
        self.loads: list[int] = []

    def load(self, object_id: int) -> Iterator[tuple[int, bytes]]:
        self.loads.append(object_id)
        yield from self.objects.get(object_id, {}).items()


def _overlapping(seed: int = 7) -> tuple[Files, list[tuple[int, int]]]:
    """Twenty objects whose records are wanted in no order at all."""
    rng = random.Random(seed)
    files = Files(
        {
            number: {
                position * 10: f"{number}/{position}".encode() * rng.randrange(1, 30)
                for position in range(rng.randrange(1, 40))
            }
            for number in range(20)
        }
    )
    order = [(number, position) for number, held in files.objects.items() for position in held]
    rng.shuffle(order)
    return files, order


@pytest.mark.parametrize("in_memory", [0, 1000, 20_000, 1 << 30])
def test_the_order_is_kept_and_each_object_read_once(in_memory: int) -> None:
    files, order = _overlapping()
    with RecordSpool(in_memory=in_memory) as spool:
        records = list(ordered_records(order, files.load, spool))
    assert records == [files.objects[number][position] for number, position in order]
    assert sorted(files.loads) == sorted(set(files.loads))


@pytest.mark.parametrize("in_memory", [0, 1 << 30])
def test_positions_in_any_order(in_memory: int) -> None:
    files = Files({1: {30: b"c", 10: b"a", 20: b"b"}})
    with RecordSpool(in_memory=in_memory) as spool:
        order = [(1, 10), (1, 20), (1, 30)]
        assert list(ordered_records(order, files.load, spool)) == [b"a", b"b", b"c"]


@pytest.mark.parametrize("in_memory", [0, 1 << 30])
def test_what_is_not_there_any_more_is_none(in_memory: int) -> None:
    files = Files({1: {10: b"a", 20: b"b"}})
    with RecordSpool(in_memory=in_memory) as spool:
        order = [(1, 5), (1, 10), (1, 10), (2, 1), (1, 25), (1, 20), (1, 20)]
        records = list(ordered_records(order, files.load, spool))
    assert records == [None, b"a", None, None, None, b"b", None]
    assert files.loads == [1, 2]


def test_the_file_has_no_name_and_is_used_again(tmp_path: Path) -> None:
    with RecordSpool(in_memory=0, folder=str(tmp_path)) as spool:
        for number in range(50):
            spool.put(number, [(0, bytes(100_000))])
            assert spool.take(number, 0) == bytes(100_000)
        assert spool._file is not None
        assert spool._file.seek(0, 2) <= 100_000
        assert list(tmp_path.iterdir()) == []


def test_records_beyond_the_bound_take_no_memory() -> None:
    tracemalloc.start()
    try:
        with RecordSpool(in_memory=1 << 20) as spool:
            spool.put(1, ((position, bytes(2000)) for position in range(10_000)))
            held, _ = tracemalloc.get_traced_memory()
            assert held < 3 << 20
            assert spool.take(1, 9_999) == bytes(2000)
    finally:
        tracemalloc.stop()


def test_a_record_larger_than_any_waits_in_memory() -> None:
    with RecordSpool(in_memory=0) as spool:
        spool.put(1, [(0, bytes(1 << 25)), (5, b"x")])
        raw = spool.take(1, 0)
        assert raw is not None
        assert len(raw) == 1 << 25
        assert spool.take(1, 5) == b"x"


def test_a_full_disk_is_said() -> None:
    # /dev/full refuses every write, as a disk without room does.
    with RecordSpool(in_memory=0) as spool:
        spool.put(1, [(0, b"x")])
        assert spool._file is not None
        spool._file.close()
        spool._file = open("/dev/full", "r+b", buffering=0)  # noqa: SIM115  # the spool closes it
        with pytest.raises(CloudTrailTuiError, match="no room") as raised:
            spool.put(2, [(0, b"x")])
    assert isinstance(raised.value.__cause__, OSError)
    assert raised.value.__cause__.errno == errno.ENOSPC
