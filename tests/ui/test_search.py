"""Searching in the list and in the record: what is found, marked, kept and given up."""

from __future__ import annotations

import pytest

from tests.ui.fake_session import FakeSession, make_rows
from tests.ui.stand import Stand, stand
from tui.actions.registry import TREE
from tui.core.needle import Needle
from tui.ui.widgets.hit_marks import spans_by_line


def hits(it: Stand, text: str) -> list[int]:
    shown = [it.session.event(position) for position in range(len(it.session))]
    fields = ("who", "event", "target", "note", "result", "address", "agent", "region", "account")
    return [
        position
        for position, event in enumerate(shown)
        if any(text.casefold() in getattr(event, field).casefold() for field in fields)
    ]


def marked(it: Stand) -> list[str]:
    """The marked pieces in the rows of the list."""
    return [text for line in it.main.events._lines for text, names in line if names == ("match",)]


def found(it: Stand) -> str:
    """What the search line says."""
    return it.text()[-1].split("  ")[-1].strip()


async def test_each_key_goes_to_the_first_hit_from_where_it_began() -> None:
    async with stand() as it:
        it.main.events.go_to(100)
        await it.press("/")
        typed = ""
        for key in "auditor":
            await it.press(key)
            typed += key
            expected = hits(it, typed)
            first = next((p for p in expected if p >= 100), expected[0])
            assert it.main.events.cursor == first, typed
            assert f"{expected.index(first) + 1:,} of {len(expected):,}" in found(it)
        assert marked(it)
        assert len(it.session) == it.session.total
        for _ in "auditor":
            await it.press("backspace")
        assert it.main.events.cursor == 100
        assert marked(it) == []


async def test_esc_returns_to_the_place_and_to_following() -> None:
    async with stand() as it:
        top = it.main.events.top
        await it.press("/", *"root")
        assert not it.session.follow
        assert it.main.events.cursor < len(it.session) - 1
        await it.press("escape")
        assert it.session.follow
        assert it.main.events.top == top
        assert it.main.events.cursor == len(it.session) - 1
        assert marked(it) == []
        it.main.events.go_to(150)
        top = it.main.events.top
        await it.press("/", *"zzz")
        assert "No event has “zzz” in its columns" in found(it)
        await it.press("backspace", "backspace", "backspace", *"bob", "escape")
        assert (it.main.events.cursor, it.main.events.top) == (150, top)


async def test_what_is_in_no_column_may_be_in_the_records() -> None:
    async with stand() as it:
        await it.press("/", *"zzz", "enter")
        assert it.message == "In no column: & text:… looks in whole records"


async def test_what_is_not_found_is_said_of_what_the_filter_leaves() -> None:
    async with stand() as it:
        it.session.push("who:bob")
        it.main.take_in()
        await it.press("/", *"zzz")
        assert "No event that the filter leaves has “zzz” in its columns" in found(it)


async def test_next_and_previous_go_round_with_a_word() -> None:
    async with stand() as it:
        expected = hits(it, "billing")
        await it.press("g", "/", *"BILLING", "enter")
        assert it.main.events.cursor == expected[0]
        for position in [*expected[1:4]]:
            await it.press("n")
            assert it.main.events.cursor == position
        assert it.message == f"“BILLING”: 4 of {len(expected)}"
        await it.press("N")
        assert it.main.events.cursor == expected[2]
        await it.press("g", "N")
        assert it.main.events.cursor == expected[-1]
        assert "begun again at the newest event" in it.message
        await it.press("n")
        assert "begun again at the oldest event" in it.message
        await it.press("escape")
        assert marked(it) == []
        await it.press("n")
        assert "Nothing has been searched for yet: / searches" in it.message


async def test_a_regex_that_is_none_says_why_and_moves_nothing() -> None:
    async with stand() as it:
        it.main.events.go_to(20)
        await it.press("/", *"/s3:(Get|Put/")
        assert "No regex" in found(it)
        assert it.main.events.cursor == 20
        await it.press("escape", "/", *"/s3:(Get|Put)/")
        assert "of" in found(it)
        assert set(marked(it)) <= {"s3:Get", "s3:Put"}


async def test_a_hit_in_a_column_out_of_view_is_named() -> None:
    async with stand((80, 24)) as it:
        await it.press("g", "/", *"eu-west", "enter")
        assert "· region eu-west-1" in it.message
        assert marked(it) == []
        it.main.events.wanted = ("time", "who", "region")
        await it.press("n")
        assert "region" not in it.message
        assert set(marked(it)) == {"eu-west"}


async def test_a_hit_that_was_cut_out_of_its_cell_is_marked_where_it_was() -> None:
    rows = [
        row._replace(who="a-very-long-name-that-hides-me-from-view-at-all") for row in make_rows(9)
    ]
    async with stand((80, 24), session=FakeSession(rows)) as it:
        await it.press("/", *"hides", "enter")
        assert marked(it) == ["…"] * 9


async def test_the_search_before_can_be_had_again() -> None:
    async with stand() as it:
        for text in ("bob", "root"):
            await it.press("/", *text, "enter")
        await it.press("/", "up", "up", "enter")
        assert it.main.events.needle == Needle(text="bob")
        await it.press("/", "enter")
        assert it.main.events.needle == Needle(text="bob")


async def test_new_events_are_found_too() -> None:
    async with stand(events=60) as it:
        await it.press("/", *"s3", "enter")
        before = len(hits(it, "s3"))
        it.engine.arrive(40)
        await it.settle()
        await it.press("n")
        assert len(hits(it, "s3")) > before
        assert it.message.endswith(f"of {len(hits(it, 's3'))}") or "begun again" in it.message


async def test_enter_stays_on_the_hit_that_is_seen_though_a_nearer_one_came_in() -> None:
    rows = [row._replace(who="zed" if n == 2 else "bob") for n, row in enumerate(make_rows(20))]
    async with stand(session=FakeSession(rows)) as it:
        await it.press("/", *"zed")
        assert it.main.events.cursor == 2
        it.session.arrive(*(row._replace(who="zed") for row in it.session.next_rows(3)))
        it.engine.changed()
        await it.settle()
        await it.press("enter")
        assert len(it.session) == 23
        assert it.main.events.cursor == 2
        assert it.message.startswith("“zed”: 1 of 4")


# In the record


async def test_what_is_folded_away_is_found_and_unfolded() -> None:
    async with stand() as it:
        await it.stand_in(TREE)
        tree = it.main.detail
        await it.press("<", "g")
        shut = len(tree._lines)
        await it.press("/", *"allow")
        assert tree.cursor_path[:2] == ("requestParameters", "policy")
        assert tree.cursor_path[-1] == "Effect"
        assert "1 of 1" in found(it)
        assert any("Allow" in line for line in it.text())
        await it.press("escape")
        assert len(tree._lines) == shut
        assert tree.cursor == 0
        await it.press("/", *"allow", "enter")
        assert len(tree._lines) > shut
        assert it.message == "“allow”: 1 of 1"


async def test_keys_and_values_are_gone_through_in_turn() -> None:
    async with stand() as it:
        await it.stand_in(TREE)
        tree = it.main.detail
        expected = list(tree.outline.search(Needle(text="k1").found))
        assert len(expected) == 3
        await it.press("g", "/", *"k1", "enter")
        seen = [tree.cursor]
        for _ in expected:
            await it.press("n")
            seen.append(tree.cursor)
        assert seen == [*expected, expected[0]]
        assert "begun again at the top of the record" in it.message
        await it.press("N")
        assert "begun again at the end of the record" in it.message


async def test_the_record_takes_over_what_the_list_was_searched_for() -> None:
    async with stand() as it:
        await it.press("/", *"developer", "enter")
        it.main.fill_detail()
        await it.press("enter", "n")
        assert tree_value(it) == "Developer"
        await it.press("/", *"nowhere", "enter")
        assert it.message == "“nowhere” is not in this record"


def tree_value(it: Stand) -> str:
    return it.main.detail.cursor_value_text


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (["abc", "def"], [[(2, 3)], [(0, 1)]]),
        (["xcdx", "cd"], [[(1, 3)], [(0, 2)]]),
        (["c", "", "d"], [[(0, 1)], [], [(0, 1)]]),
        ([], []),
    ],
)
def test_hits_go_on_in_the_next_line(
    lines: list[str], expected: list[list[tuple[int, int]]]
) -> None:
    assert spans_by_line(lines, Needle(text="cd")) == expected
