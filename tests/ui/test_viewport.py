"""The list's place, against the slowest way there is: a list of all its lines."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from tui.ui.widgets.day_lines import DayLines
from tui.ui.widgets.viewport import Viewport


class Rows:
    """Events by id, in order; a lost one's nearest is the next id that is there."""

    def __init__(self, ids: list[int]) -> None:
        self.ids = ids

    def row_id(self, position: int) -> int:
        return self.ids[position]

    def position_of(self, row: int) -> int:
        later = [n for n, each in enumerate(self.ids) if each >= row]
        return later[0] if later else len(self.ids) - 1


def days_of(ids: list[int]) -> list[tuple[int, str]]:
    """A day for each ten ids."""
    starts: list[tuple[int, str]] = []
    for position, each in enumerate(ids):
        date = f"2026-01-{each // 10 + 1:02}"
        if not starts or starts[-1][1] != date:
            starts.append((position, date))
    return starts


id_sets = st.sets(st.integers(0, 250), max_size=60).map(sorted)


@given(id_sets)
def test_lines_and_positions_agree(ids: list[int]) -> None:
    starts = days_of(ids)
    days = DayLines(starts, len(ids))
    naive: list[int | str] = []
    begins = dict(starts)
    for position in range(len(ids)):
        if position in begins:
            naive.append(begins[position])
        naive.append(position)
    assert len(days) == len(naive)
    for line, what in enumerate(naive):
        if isinstance(what, str):
            assert days.date_line(line) == what
            assert days.position_at(line) == naive[line + 1]
        else:
            assert days.date_line(line) is None
            assert days.position_at(line) == what
            assert days.line_of(what) == line
            assert days.date_of(what) == f"2026-01-{ids[what] // 10 + 1:02}"


moves = st.one_of(
    st.tuples(st.just("go"), st.integers(0, 60)),
    st.tuples(st.just("turn"), st.integers(-40, 40).filter(bool)),
    st.tuples(st.just("height"), st.integers(1, 40)),
    st.tuples(st.just("rows"), id_sets),
)


@settings(max_examples=200, deadline=None)
@given(id_sets.filter(bool), st.lists(moves, max_size=12))
def test_the_cursor_is_always_in_view_and_on_its_event(
    ids: list[int], steps: list[tuple[str, int | list[int]]]
) -> None:
    rows = Rows(ids)
    view = Viewport(rows)
    view.height = 12
    view.take_in(len(ids), days_of(ids), follow=False)
    for what, value in steps:
        cursor, top, wanted = view.cursor, view.top, view.cursor_row
        if isinstance(value, list):
            rows.ids = value
            view.take_in(len(value), days_of(value), follow=False)
            if wanted in value:
                assert rows.ids[view.cursor] == wanted
        elif not view.length:
            continue
        elif what == "go":
            view.go_to(value)
            assert view.cursor == min(value, view.length - 1)
        elif what == "turn":
            view.turn(value)
            if 0 <= cursor + (1 if value > 0 else -1) < view.length:
                assert (view.cursor > cursor) == (value > 0)
                assert view.cursor != cursor
        else:
            view.place(value, follow=False)
            assert view.cursor == cursor
        if not view.length:
            assert (view.cursor, view.top) == (0, 0)
            continue
        line = view.days.line_of(view.cursor)
        assert view.top <= line < view.top + view.height
        assert 0 <= view.top <= max(len(view.days) - view.height, 0)
        if what == "go" and top <= line < top + view.height and view.cursor:
            assert view.top in (top, top - 1)


def test_a_cursor_at_the_edge_scrolls_half_a_page() -> None:
    ids = list(range(200))
    view = Viewport(Rows(ids))
    view.height = 20
    view.take_in(200, [], follow=True)
    assert (view.cursor, view.top) == (199, 180)
    for _ in range(19):
        view.go_to(view.cursor - 1)
    assert (view.cursor, view.top) == (180, 180)
    view.go_to(179)
    assert (view.cursor, view.top) == (179, 170)


def test_what_is_added_elsewhere_moves_nothing_in_view() -> None:
    rows = Rows(list(range(100, 200)))
    view = Viewport(rows)
    view.height = 20
    view.take_in(100, [], follow=False)
    view.go_to(50)
    top, cursor = rows.ids[view.top], rows.ids[view.cursor]
    rows.ids = [*range(40), *range(100, 200), *range(300, 340)]
    view.take_in(180, [], follow=False)
    assert (rows.ids[view.top], rows.ids[view.cursor]) == (top, cursor)
