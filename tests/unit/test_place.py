"""The index's tables give the same numbers, whether numpy walks through them or machine code."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.core.index import columns
from tui.core.index.columns import Column, Dictionary, Distinct
from tui.core.index.slots import Slots, mix
from tui.ingest.scanning import compiled_reader, compiling

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tui.core.index.slots import Native, Walk


@pytest.fixture(scope="module")
def native(compiled: object) -> Iterator[Native]:
    made = compiling.placer()
    assert made is not None
    before = Slots.native
    yield made
    Slots.native = before


texts = st.lists(st.lists(st.text("aäß\U0001f600", max_size=20), max_size=60), max_size=5)


@given(texts)
def test_texts_get_the_same_codes(native: Native, batches: list[list[str]]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(columns, "_FEW", 0)
        made = []
        for walk in (None, native):
            patch.setattr(Slots, "native", walk)
            dictionary = Dictionary()
            codes = [dictionary.add(batch).tolist() for batch in batches]
            made.append((codes, list(dictionary.texts())))
            for batch in batches:
                assert all(dictionary.text(dictionary.find(text)) == text for text in batch)
        assert made[0] == made[1]


def test_many_texts_in_a_table_that_grows(native: Native, monkeypatch: pytest.MonkeyPatch) -> None:
    chance = random.Random(4)
    batches = [[f"name-{chance.randrange(30_000):x}" for _ in range(4000)] for _ in range(20)]
    made = []
    for walk in (None, native):
        monkeypatch.setattr(Slots, "native", walk)
        dictionary = Dictionary()
        made.append([dictionary.add(batch).tolist() for batch in batches])
    assert made[0] == made[1]
    assert all(
        dictionary.text(code) == text for text, code in zip(batches[-1], made[1][-1], strict=True)
    )


@pytest.mark.parametrize("kind", [np.uint32, np.uint64])
def test_keys_alone_decide_where_nothing_else_does(
    native: Native, kind: type[np.unsignedinteger], monkeypatch: pytest.MonkeyPatch
) -> None:
    chance = np.random.default_rng(5)
    made = []
    values = chance.integers(1, 60_000, 50_000).astype(kind)
    for walk in (None, native):
        monkeypatch.setattr(Slots, "native", walk)
        key = Column(kind)
        slots = Slots(lambda rows, key=key: mix(key.values[rows]), key)
        found = []
        for start in range(0, len(values), 7000):
            key.append(values[start : start + 7000])
            found.append(slots.place(np.arange(start, len(key))).found)
        made.append(np.concatenate(found))
    assert (made[0] == made[1]).all()
    assert (values[made[1]] == values).all()
    assert len(np.unique(made[1])) == len(np.unique(values))


def test_keys_that_all_meet_in_one_place_end(
    native: Native, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Slots, "native", native)
    key = Column(np.uint32)
    key.append(np.arange(1, 1001, dtype=np.uint32))
    slots = Slots(lambda rows: np.full(len(rows), 77, np.uint32), key)
    placed = slots.place(np.arange(1000))
    assert (placed.found == np.arange(1000)).all()
    assert 0 < np.count_nonzero(placed.slots < 0) < 1000


def test_it_is_asked_for_when_it_pays(native: Native, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []
    monkeypatch.setattr(Slots, "native", None)
    monkeypatch.setattr(compiled_reader, "_asked_at", 0)
    monkeypatch.setattr(compiling, "placer", lambda: asked.append(1))
    compiled_reader.quicken(compiled_reader.WORTH_ROWS - 1)
    assert not asked
    for _ in range(2):
        compiled_reader.quicken(compiled_reader.WORTH_ROWS)
    assert len(asked) == 1
    compiled_reader.quicken(4 * compiled_reader.WORTH_ROWS)
    assert len(asked) == 2


def test_rows_of_several_columns_get_the_same_codes(
    native: Native, monkeypatch: pytest.MonkeyPatch
) -> None:
    chance = np.random.default_rng(6)
    batches = [
        (
            chance.integers(0, 200, 3000).astype(np.uint32),  # kept in one byte each
            chance.integers(0, 400 * (n + 1), 3000),  # in one, then two
            chance.choice(np.array([0, 7, 90_000]), 3000),  # in four
        )
        for n in range(25)
    ]
    made = []
    walks = []

    def watched(walk: Walk) -> None:
        walks.append(walk.others)
        native(walk)

    for walk in (None, watched):
        monkeypatch.setattr(Slots, "native", walk)
        table = Distinct("one", "two", "three")
        codes = [table.add(*batch).tolist() for batch in batches]
        made.append((codes, [table[name].tolist() for name in ("one", "two", "three")]))
    assert made[0] == made[1]
    assert sum(len(others) == 3 for others in walks) == len(batches)
    codes, columns_ = made[1]
    assert len(set(zip(*columns_, strict=True))) == len(columns_[0])
    for batch, numbers in zip(batches, codes, strict=True):
        for wanted, column in zip(batch, columns_, strict=True):
            assert wanted.tolist() == [column[number] for number in numbers]
