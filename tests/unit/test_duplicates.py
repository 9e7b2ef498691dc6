"""Which rows repeat an event, seen from the columns alone."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from tui.core.index.columns import Column
from tui.core.index.duplicates import Duplicates

Event = tuple[int, int]
"""An eventID (0: none) and a content."""

events = st.tuples(st.integers(0, 4), st.integers(0, 3))


class Rows:
    """Columns with duplicates beside them, as the index has them."""

    def __init__(self) -> None:
        self.event_id = Column(np.uint64)
        self.content = Column()
        self.flags = Column(np.uint32)
        self.duplicates = Duplicates(self.event_id, [self.content], [], self.flags)
        self.doubled: set[int] = set()

    def add(self, batch: list[Event]) -> list[int]:
        """Returns for each event its row, or -1 - the row that it repeats."""
        first = len(self.event_id)
        self.event_id.append(np.array([event[0] for event in batch], np.uint64))
        self.content.append(np.array([event[1] for event in batch], np.uint32))
        self.flags.append(np.zeros(len(batch), np.uint32))
        kept, originals, doubled = self.duplicates.find(first)
        for column in (self.event_id, self.content, self.flags):
            column.keep(first, kept)
        self.doubled |= set(doubled.tolist())
        rows, repeated = iter(range(first, len(self.event_id))), iter(originals.tolist())
        return [next(rows) if stays else -1 - next(repeated) for stays in kept.tolist()]

    def remove(self, rows: list[int]) -> None:
        self.doubled -= set(rows)
        left = np.array(sorted(self.doubled), np.int64)
        gone = np.array(rows, np.int64)
        self.doubled -= set(self.duplicates.forget(gone, left).tolist())


class Naive:
    """The same with a list."""

    def __init__(self) -> None:
        self.rows: list[Event | None] = []

    def add(self, batch: list[Event]) -> list[int]:
        found = []
        for event in batch:
            if event[0] and event in self.rows:
                found.append(-1 - self.rows.index(event))
            else:
                found.append(len(self.rows))
                self.rows.append(event)
        return found

    def remove(self, rows: list[int]) -> None:
        for row in rows:
            self.rows[row] = None

    @property
    def doubled(self) -> set[int]:
        ids = [event[0] if event else 0 for event in self.rows]
        return {row for row, number in enumerate(ids) if number and ids.count(number) > 1}


@settings(deadline=None)
@given(
    st.lists(
        st.one_of(st.lists(events, max_size=12), st.sets(st.integers(0, 30), max_size=6)),
        max_size=8,
    )
)
def test_any_sequence_is_sorted_out_as_a_list_would(steps: list[list[Event] | set[int]]) -> None:
    rows, naive = Rows(), Naive()
    for step in steps:
        if isinstance(step, list):
            assert rows.add(step) == naive.add(step)
        else:
            going = sorted(row for row in step if row < len(naive.rows) and naive.rows[row])
            rows.remove(going)
            naive.remove(going)
        assert rows.doubled == naive.doubled


def test_a_repeated_event_names_its_original_in_the_same_batch() -> None:
    assert Rows().add([(7, 1), (8, 1), (7, 1), (9, 1), (8, 1)]) == [0, 1, -1, 2, -2]


def test_events_without_an_id_are_all_kept() -> None:
    assert Rows().add([(0, 1), (0, 1)]) == [0, 1]


def test_a_row_that_is_gone_frees_its_id() -> None:
    rows = Rows()
    rows.add([(7, 1)])
    rows.remove([0])
    assert rows.add([(7, 1)]) == [1]


def test_the_first_of_those_left_stands_for_an_id_when_its_first_row_goes() -> None:
    rows = Rows()
    rows.add([(7, 1), (7, 2), (7, 3)])
    rows.remove([0])
    assert rows.doubled == {1, 2}
    assert rows.add([(7, 2), (7, 3), (7, 1)]) == [-2, -3, 3]
    rows.remove([1, 3])
    assert rows.doubled == set()


def test_one_id_for_all_events_finds_each_repetition() -> None:
    """Anonymised exports have one; a way through all events of one ID would take minutes."""
    count = 60_000
    batch = [(1, content) for content in range(count)]
    rows = Rows()
    assert rows.add(batch) == list(range(count))
    assert rows.doubled == set(range(count))
    assert rows.add(batch[::2]) == [-1 - row for row in range(0, count, 2)]


def test_many_ids_grow_the_table_and_are_found_again() -> None:
    ids = np.random.default_rng(1).integers(1, 2**63, 50_000).tolist()
    batches = [
        [(number, 0) for number in ids[start : start + 9000]] for start in range(0, 50_000, 9000)
    ]
    rows = Rows()
    made = [row for batch in batches for row in rows.add(batch)]
    assert made == list(range(50_000))
    assert [row for batch in batches for row in rows.add(batch)] == [-1 - row for row in made]
    assert rows.duplicates.nbytes < 50_000 * 30
