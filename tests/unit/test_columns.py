"""Columns, tables of distinct rows, dictionaries of texts."""

from __future__ import annotations

import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tui.core.index import columns
from tui.core.index.columns import Column, Dictionary, Distinct, count_codes, look_up

any_text = st.text(
    st.characters(categories=("L", "N", "P", "S", "Z", "C")), max_size=20
)  # surrogates too


# -- columns


@settings(deadline=None)
@given(st.lists(st.lists(st.integers(0, 2**32 - 1), max_size=20)))
def test_a_column_holds_what_was_appended_in_the_smallest_width(parts: list[list[int]]) -> None:
    column = Column()
    for part in parts:
        column.append(np.array(part, np.uint32))
    values = [value for part in parts for value in part]
    assert column.values.tolist() == values
    largest = max(values, default=0)
    assert column.nbytes == len(values) * np.min_scalar_type(largest).itemsize


def test_setting_a_large_value_widens_the_column() -> None:
    column = Column()
    column.append(np.array([1, 2, 3], np.uint8))
    column.put(np.array([1]), np.array([70_000]))
    assert column.values.tolist() == [1, 70_000, 3]


def test_keep_closes_the_gaps_behind_the_first() -> None:
    column = Column()
    column.append(np.arange(6))
    column.keep(2, np.array([True, False, False, True]))
    assert column.values.tolist() == [0, 1, 2, 5]
    column.append(np.array([9]))
    assert column.values.tolist() == [0, 1, 2, 5, 9]


def test_values_that_were_given_out_stay_when_the_column_grows() -> None:
    column = Column(np.int64)
    column.append(np.arange(10))
    before = column.values
    column.append(np.arange(100_000))
    assert before.tolist() == list(range(10))


def test_a_column_that_is_nearly_full_makes_room_before_it_must() -> None:
    column = Column(np.int64)
    column.append(np.arange(1000))
    assert column.grow_ahead()
    before = column.values
    assert not column.grow_ahead()
    column.append(np.arange(1000, 2000))
    assert np.shares_memory(before, column.values)  # nothing was copied by then
    assert column.values.tolist() == list(range(2000))


@pytest.mark.parametrize("count", [0, 5, 32_768, 32_769, 100_000])
def test_long_columns_are_looked_up_and_counted_as_short_ones(count: int) -> None:
    codes = np.random.default_rng(count).integers(0, 50, count).astype(np.uint8)
    table = np.arange(50, dtype=np.uint16)[::-1].copy()
    assert (look_up(table, codes) == table[codes]).all()
    assert (count_codes(codes, 60) == np.bincount(codes, minlength=60)).all()


# -- distinct rows


@settings(deadline=None)
@given(st.lists(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 300)), max_size=30)))
def test_equal_rows_get_the_code_of_the_first(batches: list[list[tuple[int, int]]]) -> None:
    table, known = Distinct("a", "b"), dict[tuple[int, int], int]()
    for rows in batches:
        a, b = np.array(rows, np.uint32).reshape(-1, 2).T
        codes = table.add(a, b)
        assert codes.tolist() == [known.setdefault(row, len(known)) for row in rows]
    assert [(row["a"], row["b"]) for row in map(table.row, range(len(table)))] == list(known)


# -- dictionaries


@pytest.mark.parametrize("few", [0, 5, 2048])
@settings(deadline=None)
@given(batches=st.lists(st.lists(any_text, max_size=30), max_size=6))
def test_a_dictionary_is_a_dict_that_numbers_texts(few: int, batches: list[list[str]]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(columns, "_FEW", few)
        dictionary, known = Dictionary(), {"": 0}
        for texts in batches:
            codes = dictionary.add(texts).tolist()
            assert codes == [known.setdefault(text, len(known)) for text in texts]
        assert len(dictionary) == len(known)
        assert list(dictionary.texts()) == list(known)
        assert [dictionary.text(code) for code in range(len(known))] == list(known)
        assert [dictionary.find(text) for text in known] == list(known.values())
        assert dictionary.find("not there, whatever the others are") == -1
        wanted = dictionary.matching(lambda text: "a" in text)
        assert wanted.tolist() == ["a" in text for text in known]


def test_many_texts_are_found_again_and_cost_little() -> None:
    chance = random.Random(3)
    texts = [
        f"arn:aws:sts::111122223333:assumed-role/ci/{chance.randrange(10**9):x}é"
        for _ in range(40_000)
    ]
    dictionary = Dictionary()
    for start in range(0, len(texts), 7000):
        dictionary.add(texts[start : start + 7000])
    codes = dictionary.add(texts[::-1]).tolist()
    assert [dictionary.text(code) for code in codes[:200]] == texts[::-1][:200]
    assert len(dictionary) == len(set(texts)) + 1
    assert list(dictionary.texts())[1:] == list(dict.fromkeys(texts))
    assert dictionary.nbytes < len(dictionary) * (len(texts[0]) + 40)


def test_texts_of_equal_hash_are_told_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(columns, "_FEW", 0)
    monkeypatch.setattr(columns, "hash", len, raising=False)
    dictionary = Dictionary()
    texts = [f"{number:0{width}}" for width in (3, 7, 8, 9, 16, 17) for number in range(25)]
    assert dictionary.add(texts).tolist() == list(range(1, len(texts) + 1))
    assert dictionary.add(texts[::-1]).tolist() == list(range(len(texts), 0, -1))
    assert [dictionary.find(text) for text in texts] == list(range(1, len(texts) + 1))
    assert dictionary.find("999") == -1


def test_texts_made_to_meet_in_one_slot_end_somewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(columns, "_FEW", 0)
    monkeypatch.setattr(columns, "hash", lambda text: 0, raising=False)
    dictionary = Dictionary()
    texts = [str(number) for number in range(9000)]
    codes = dictionary.add(texts)
    assert [dictionary.text(code) for code in codes.tolist()] == texts
    assert dictionary.add(texts[:20]).tolist() == codes[:20].tolist()
