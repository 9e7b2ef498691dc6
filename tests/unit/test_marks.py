"""Marks: known by what an event is, found again in another run, bounded in a file of ours."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.test_session import Engine, record
from tui.core import marks
from tui.core.marks import LONGEST_NOTE, MOST, Marks, MarksFull, kept_with, recalled, source_key
from tui.state import LARGEST


def engine(*seconds: int | None, **more: Any) -> Engine:
    made = Engine()
    for second in seconds:
        made.arrive(event(second, **more))
    return made


def event(second: int | None, **more: Any) -> dict[str, Any]:
    return record(second, **{"eventID": f"id of {second}", **more})


def test_a_mark_is_set_and_taken_away() -> None:
    index = engine(1, 2, 3).index
    marked = Marks()
    assert marked.toggle(index, 1) is True
    assert [marked.marked(index, row) for row in range(3)] == [False, True, False]
    assert len(marked) == 1
    assert marked.toggle(index, 1) is False
    assert not marked.marked(index, 1)
    assert marked.rows(index).tolist() == []


def test_a_note_marks_and_goes_with_the_mark() -> None:
    index = engine(1, 2).index
    marked = Marks()
    marked.write(index, 0, "  who is this?  ")
    assert (marked.marked(index, 0), marked.note(index, 0)) == (True, "who is this?")
    marked.write(index, 0, "")
    assert (marked.marked(index, 0), marked.note(index, 0)) == (True, "")
    marked.write(index, 0, "again")
    marked.toggle(index, 0)
    assert marked.note(index, 0) == ""


def test_marked_rows_are_in_the_order_of_time() -> None:
    index = engine(30, 10, None, 20).index
    marked = Marks()
    for row in (0, 1, 2):
        marked.toggle(index, row)
    assert marked.rows(index).tolist() == [2, 1, 0]
    index.remove_object(1)
    assert marked.rows(index).tolist() == [2, 0]


def test_another_run_finds_them_in_other_rows() -> None:
    kept: list[list[list[str]]] = []
    first = engine(10, 20, 30, None)
    before = Marks(keep=kept.append)
    before.write(first.index, 1, "this one")
    before.toggle(first.index, 3)
    entries = kept_with(None, "s", kept[-1], 5.0)
    again = Marks(recalled(json.loads(json.dumps(entries)), "s"))
    later = engine(None, 5)
    assert again.rows(later.index).tolist() == [0]
    later.arrive(event(20))
    assert again.rows(later.index).tolist() == [0, 2]
    assert again.note(later.index, 2) == "this one"
    assert len(again) == 2


def test_events_without_an_id_are_known_by_name_and_time() -> None:
    index = engine(1, 2, eventID=None).index
    marked = Marks()
    marked.toggle(index, 0)
    assert [marked.marked(index, row) for row in range(2)] == [True, False]


def test_all_go_at_once_and_each_change_is_kept() -> None:
    kept: list[list[list[str]]] = []
    index = engine(1, 2).index
    marked = Marks(keep=kept.append)
    marked.toggle(index, 0)
    marked.write(index, 1, "x")
    assert marked.clear() == 2
    assert [len(each) for each in kept] == [1, 2, 0]
    assert marked.generation == 3


def test_marks_and_notes_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    index = engine(1, 2, 3).index
    monkeypatch.setattr(marks, "MOST", 2)
    marked = Marks()
    marked.toggle(index, 0)
    marked.write(index, 1, "x" * (LONGEST_NOTE + 50))
    assert len(marked.note(index, 1)) == LONGEST_NOTE
    with pytest.raises(MarksFull, match="2 events are marked"):
        marked.toggle(index, 2)
    monkeypatch.setattr(marks, "MOST_NOTES", 500)
    with pytest.raises(MarksFull, match="notes are full"):
        marked.write(index, 0, "\x00" * 100)
    marked.write(index, 1, "shorter")
    assert len(marked) == 2


def test_the_worst_that_is_kept_is_taken_back_by_the_state() -> None:
    each = "\x00" * (marks.MOST_NOTES // 6 // MOST)
    full = [[f"n{row:016x}@-9223372036854775808", each] for row in range(MOST)]
    kept: object = None
    for source in range(marks.MOST_SOURCES + 3):
        kept = kept_with(kept, source_key([str(source)]), full, float(source))
    assert isinstance(kept, dict)
    assert len(kept) == marks.MOST_SOURCES
    assert source_key(["0"]) not in kept
    assert len(recalled(kept, source_key(["12"]))) == MOST
    # The state's file is written with a space a level.
    assert len(json.dumps({"marks": {"sources": kept}}, indent=1)) < 0.9 * LARGEST


def test_a_source_without_marks_takes_no_place() -> None:
    kept = kept_with({"a": {"at": 1, "marks": []}}, "b", [["x", ""]], 2.0)
    assert set(kept) == {"a", "b"}
    assert set(kept_with(kept, "b", [], 3.0)) == {"a"}


def test_sources_have_one_key_in_whatever_order() -> None:
    assert source_key(["a", "b"]) == source_key(["b", "a"]) != source_key(["ab"])


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=8,
)


INDEX = engine(1).index


@settings(deadline=None)
@given(JSON, st.lists(JSON, max_size=4))
def test_whatever_a_file_holds_makes_marks_or_none(kept: object, entries: list[object]) -> None:
    assert isinstance(recalled(kept, "s"), list)
    found = recalled({"s": {"at": 1, "marks": entries}}, "s")
    Marks(found).rows(INDEX)
    good = [["0123456789abcdef@12", "note"], ["0123456789abcdef@99999999999999999999", "x"]]
    assert recalled({"s": {"marks": good}}, "s") == [("0123456789abcdef@12", "note")]
    assert kept_with(kept, "s", [["k", ""]], 1.0)["s"]["marks"] == [["k", ""]]
