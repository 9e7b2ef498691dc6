"""The main screen: its place holds, it follows, it says what a key cannot do."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from tests.ui.fake_session import NOW, SECOND, FakeSession, make_rows
from tests.ui.stand import stand
from tui.actions.registry import LIST, SIDEBAR, TREE
from tui.core.index.rows import Progress
from tui.settings import Settings
from tui.ui.screens import main
from tui.ui.screens.prompts import Ask
from tui.ui.widgets.columns import columns_for, target_text
from tui.ui.widgets.status import Chip, Status

if TYPE_CHECKING:
    from tests.ui.stand import Stand


def row_under_cursor(it: Stand) -> int:
    event = it.main.events.cursor_event
    assert event is not None
    return event.row


def line_of_cursor(it: Stand) -> int:
    return it.main.events._view.days.line_of(it.main.events.cursor) - it.main.events.top


async def test_it_begins_at_the_newest_event_and_follows() -> None:
    async with stand() as it:
        assert it.pane == LIST
        assert it.session.follow
        assert row_under_cursor(it) == 299
        it.engine.arrive(3)
        await it.settle()
        assert row_under_cursor(it) == 302
        assert "Events ─ 303" in it.text()[0]


@pytest.mark.parametrize("key", ["k", "ctrl+u", "b", "g", "e", "w"])
async def test_any_move_ends_following(key: str) -> None:
    async with stand() as it:
        await it.press(key)
        assert not it.session.follow
        row, top = row_under_cursor(it), it.main.events.top
        it.engine.arrive(30)
        await it.settle()
        assert row_under_cursor(it) == row
        assert it.main.events.top == top
        assert any(chip.text == "30 new" for chip in it.main.status.chips)
        await it.press("G")
        assert it.session.follow
        assert not any("new" in chip.text for chip in it.main.status.chips)


async def test_new_events_come_at_once_then_twice_a_second(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert main.QUIET == 0.5
    async with stand() as it:
        monkeypatch.setattr(main, "QUIET", 3600)
        it.engine.arrive()
        await it.settle()
        assert len(it.session) == 301
        it.engine.arrive()
        it.engine.arrive()
        await it.settle()
        assert len(it.session) == 301
    async with stand() as it, asyncio.timeout(30):
        monkeypatch.setattr(main, "QUIET", 0.5)
        it.engine.arrive()
        await it.settle()
        it.engine.arrive()
        it.engine.arrive()
        while len(it.session) < 303:
            await it.pilot.pause(0.02)


async def test_the_first_events_wait_for_nothing() -> None:
    async with stand(session=FakeSession([])) as it:
        it.engine.changed()
        await it.settle()
        it.engine.arrive(5)
        await it.settle()
        assert len(it.session) == 5
        assert "Events ─ 5" in it.text()[0]


async def test_late_events_above_move_nothing_in_view() -> None:
    async with stand() as it:
        for _ in range(9):
            await it.press("k")
        before, line = it.text(), line_of_cursor(it)
        early = it.session.event(40)
        assert early.time is not None
        late = it.session.next_rows(25)
        it.session.arrive(*[row._replace(time=early.time) for row in late])
        it.engine.changed()
        await it.settle()
        assert len(it.session) == 325
        assert line_of_cursor(it) == line
        after = it.text()
        assert [text[20:110] for text in after[1:20]] == [text[20:110] for text in before[1:20]]


async def test_the_cursor_stays_on_its_event_when_the_filter_changes() -> None:
    async with stand() as it:
        await it.stand_in(SIDEBAR)
        row = row_under_cursor(it)
        event = it.main.events.cursor_event
        assert event is not None
        it.session.only("service", event.service)
        it.main.take_in()
        assert row_under_cursor(it) == row
        other = next(each.value for each in it.session.facet("service") if each.value != "s3")
        it.session.only("service", other if event.service == "s3" else "s3")
        it.main.take_in()
        neighbour = it.main.events.cursor_event
        assert neighbour is not None
        assert neighbour.service != event.service
        before = it.main.events.cursor
        assert neighbour.time is not None
        assert event.time is not None
        if before + 1 < len(it.session):
            later = it.session.event(before + 1).time
            assert later is not None
            assert abs(neighbour.time - event.time) <= abs(later - event.time) + SECOND * 86_400


@pytest.mark.parametrize(
    "sizes", [[(80, 24), (120, 40)], [(60, 15), (200, 60), (100, 30)], [(40, 10), (120, 40)]]
)
async def test_resizing_never_loses_the_place(sizes: list[tuple[int, int]]) -> None:
    async with stand() as it:
        await it.stand_in(LIST)
        row = row_under_cursor(it)
        for width, height in sizes:
            await it.pilot.resize_terminal(width, height)
            await it.settle()
            assert row_under_cursor(it) == row
            if width >= 60:
                assert 0 <= line_of_cursor(it) < it.main.events.size.height - 2
                assert not it.main.panes.tiny


async def test_the_detail_survives_resizing() -> None:
    async with stand() as it:
        await it.stand_in(TREE)
        await it.pilot.resize_terminal(80, 24)
        await it.settle()
        assert it.pane == TREE
        assert it.main.detail.display
        assert not it.main.events.display
        assert it.main.detail.cursor_path == ("requestParameters",)
        await it.pilot.resize_terminal(120, 40)
        await it.settle()
        assert it.pane == TREE
        assert it.main.events.display
        assert it.main.detail.cursor_path == ("requestParameters",)


async def test_below_the_least_size_one_sentence() -> None:
    async with stand((59, 14)) as it:
        text = " ".join(line.strip() for line in it.text()).strip()
        assert text == "cloudtrail-tui needs 60 columns and 15 rows: make the window larger."
        await it.pilot.resize_terminal(60, 15)
        await it.settle()
        assert "Events" in it.text()[0]
        assert row_under_cursor(it) == 299


@pytest.mark.parametrize("size", [(60, 15), (80, 24)])
@pytest.mark.parametrize(("key", "pane"), [("enter", TREE), ("s", SIDEBAR), ("k", LIST)])
async def test_a_window_that_was_too_small_comes_back_to_the_pane(
    key: str, pane: str, size: tuple[int, int]
) -> None:
    async with stand(size) as it:
        await it.press(key)
        for width, height in ((40, 10), size, (40, 10), (120, 40)):
            await it.pilot.resize_terminal(width, height)
            await it.settle()
        assert it.pane == pane
        assert it.main.focused is it.main.pane


@pytest.mark.parametrize("pane", [TREE, SIDEBAR, LIST])
async def test_so_it_does_with_three_panes(pane: str) -> None:
    async with stand((120, 40)) as it:
        await it.stand_in(pane)
        await it.pilot.resize_terminal(40, 10)
        await it.settle()
        await it.pilot.resize_terminal(120, 40)
        await it.settle()
        assert it.pane == pane
        assert it.main.focused is it.main.pane


async def test_a_detail_over_a_list_without_events_says_why() -> None:
    async with stand((80, 24)) as it:
        await it.press("enter", "&", *"who:nobody", "enter")
        assert it.pane == TREE
        it.main.fill_detail()
        await it.settle()
        assert any("No event is left by the filter · u takes back" in line for line in it.text())
        await it.press("u")
        it.main.fill_detail()
        await it.settle()
        assert any("requestParameters" in line for line in it.text())


async def test_narrow_the_detail_fills_the_screen_and_goes_on_to_other_events() -> None:
    async with stand((80, 24)) as it:
        assert not it.main.detail.display
        await it.press("k", "enter")
        assert it.pane == TREE
        assert not it.main.events.display
        row = row_under_cursor(it)
        assert any(f"{row:012d}" in line for line in it.text()) or it.engine.asked[-1] == row
        await it.press("K")
        assert it.engine.asked[-1] == row - 1
        await it.press("J")
        assert row_under_cursor(it) == row
        await it.press("escape")
        assert it.pane == LIST
        assert it.main.events.display


@pytest.mark.parametrize(("width", "covered"), [(80, False), (60, True)])
async def test_narrow_the_sidebar_opens_with_s(width: int, *, covered: bool) -> None:
    async with stand((width, 24)) as it:
        await it.press("s")
        assert it.pane == SIDEBAR
        assert it.main.events.display
        assert it.main.query_one("#right").display is not covered
        await it.press("enter")
        assert len(it.session) < 300
        await it.press("escape")
        assert it.pane == LIST
        assert not it.main.sidebar.display
        assert it.main.query_one("#right").display


async def test_a_list_that_was_covered_is_drawn_anew() -> None:
    async with stand((60, 15)) as it:
        await it.press("s", "enter", "escape")
        assert len(it.session) == 122
        rows = [line for line in it.text()[2:14] if "──" not in line]
        assert rows
        assert all("s3:" in row for row in rows)


async def test_the_detail_comes_once_the_cursor_rests(monkeypatch: pytest.MonkeyPatch) -> None:
    assert main.REST == 0.1
    async with stand() as it, asyncio.timeout(30):
        it.main.fill_detail()
        asked = len(it.engine.asked)
        monkeypatch.setattr(main, "REST", 3600)
        await it.press("k", "k", "k")
        assert len(it.engine.asked) == asked
        monkeypatch.setattr(main, "REST", 0.1)
        await it.press("k")
        while len(it.engine.asked) == asked:
            await it.pilot.pause(0.02)
        assert it.engine.asked[asked:] == [295]


async def test_an_answer_that_nobody_waits_for_is_dropped() -> None:
    async with stand() as it:
        await it.stand_in(LIST)
        it.engine.held = []
        await it.press("j")
        it.main.fill_detail()
        await it.press("j")
        it.main.fill_detail()
        row = row_under_cursor(it)
        for answer in reversed(it.engine.held):
            answer()
        await it.settle()
        assert it.main.detail.outline.value[-1] == f"00000000-0000-4000-8000-{row:012d}"


async def test_a_record_that_is_gone_shows_what_is_known() -> None:
    async with stand() as it:
        await it.press("k")
        it.engine.gone.add(row_under_cursor(it))
        it.main.fill_detail()
        await it.settle()
        assert any("The file has gone" in line for line in it.text())
        await it.press("y", "e")
        assert "The file has gone" in it.message
        assert it.copied == []


async def test_a_key_that_does_nothing_says_so() -> None:
    async with stand() as it:
        for key, words in [
            ("x", "x does nothing here: it is used in the record"),
            ("a", "a does nothing here: it is used in the sidebar"),
            ("Q", "Q does nothing · ? shows the keys"),
            ("f9", "F9 does nothing"),
        ]:
            await it.press(key)
            assert words in it.message
        await it.press("k")
        assert it.message == ""
        await it.press("G", "j")
        assert it.message == "This is the newest event"
        await it.press("y")
        assert it.message.startswith("y …  e event · v value · k key · i eventID")
        await it.press("z")
        assert it.message == "y z does nothing · ? shows the keys"
        await it.press("y", "escape")
        assert it.message == ""
        await it.press("y", "p")
        assert it.message == "y p does nothing here: it is used in the record"
        await it.stand_in(SIDEBAR)
        await it.press("n")
        assert it.message == "n does nothing here: it is used in the list and the record"


async def test_a_record_says_where_it_ends() -> None:
    async with stand() as it:
        await it.stand_in(TREE)
        await it.press("G", "j")
        assert it.message == "There is nothing further that way"
        await it.press("g")
        assert it.message == ""
        await it.press("g")
        assert it.message == "There is nothing further that way"
        await it.press("K")
        assert it.message == "There is nothing further that way"


async def test_progress_is_shown_and_can_be_stopped() -> None:
    session = FakeSession(make_rows(50))
    session.loading = Progress(True, 340, 11_340, 30_000, 7_000_000, 231_000_000, 2.4, False)
    async with stand(session=session) as it:
        assert it.main.status.background == (
            "reading 340 of 11,340 files · 2 s left · 30,000 events · 7 MB of 231 MB · Esc stops"
        )
        await it.press("escape")
        assert it.engine.cancelled == 1
        assert "stopped" in it.message
        session.loading = None
        it.engine.changed()
        await it.press("k")
        assert "2026-01-29 … 2026-01-31 UTC" in it.main.status.background


@pytest.mark.parametrize(
    ("outside", "skipped", "text"),
    [
        (0, [], "No events were found · P says what was read"),
        (26, [("a.zip", "archive")], "No events were found: 26 lie outside of what is wanted · P"),
        (0, [("/x/a.zip", "archive")], "No events were found: a.zip is no CloudTrail log · P"),
        (0, [("a.zip", "archive")] * 2, "No events were found: 2 files are no logs · P"),
    ],
)
async def test_where_nothing_was_found_the_list_says_what_was(
    outside: int, skipped: list[tuple[str, str]], text: str
) -> None:
    session = FakeSession([])
    session.outside, session.skipped = outside, skipped
    async with stand(session=session) as it:
        assert text in it.text()[3]


async def test_an_empty_list_says_why() -> None:
    async with stand(session=FakeSession([])) as it:
        assert "No events were found" in it.text()[3]
        await it.press("j")
        assert it.message == "There are no events here"
        await it.press("enter")
        assert it.message == "There is no event to open"
        it.engine.arrive(2)
        await it.settle()
        assert len(it.session) == 2
        assert row_under_cursor(it) == 1
    async with stand() as it:
        for value in it.session.facet("service"):
            it.session.exclude("service", value.value)
        it.main.take_in()
        await it.settle()
        assert "No event is left by the filter" in it.text()[3]


async def test_times_in_another_zone_move_the_days() -> None:
    settings = Settings(time_zone="Asia/Tokyo")
    async with stand(settings=settings) as it:
        text = it.text()
        assert "JST" in text[1]
        assert it.main.events.dates[-1] == "2026-01-31"
        await it.press("z")
        assert " ago " in it.text()[10]
        assert it.app.times.short(int(NOW) * SECOND - 90 * SECOND) == "1m ago"
        await it.press("z", "g")
        assert "undated" in it.text()[3]
        assert "UTC" in it.text()[1]


async def test_settings_change_keys_and_their_mistakes_are_told() -> None:
    settings = Settings(
        keys={"follow": ("F5", "^f"), "go_to_time": ("e",)}, mistakes=("config.toml: wrong.",)
    )
    async with stand(settings=settings) as it:
        assert it.message == "config.toml: wrong."
        await it.press("k", "f5")
        assert it.session.follow
        await it.press("k", "ctrl+f")
        assert it.session.follow
        await it.press("f")
        assert "f does nothing" in it.message
        await it.press("e")
        assert isinstance(it.prompt, Ask)


async def test_all_mistakes_in_the_settings_can_be_read() -> None:
    mistakes = ("config.toml: one.", "config.toml: two\x1b.")
    async with stand(settings=Settings(mistakes=mistakes, keys={"help": ("^c", "?")})) as it:
        assert it.message == "3 mistakes in the settings: P"
        await it.press("P", "G")
        text = "\n".join(it.text())
    for told in ("Mistakes in the settings: 3", "one.", "two␛.", "^c is that of quit_now"):
        assert told in text


async def test_hostile_text_reaches_no_pane_raw() -> None:
    rows = make_rows(20)
    evil = "\x1b]52;c;aGk=\x07[/bold]\u202e\udcff\x00"
    rows = [row._replace(who=evil, target=evil, note=evil, service=evil) for row in rows]
    async with stand(session=FakeSession(rows)) as it:
        await it.press("k")
        it.main.fill_detail()
        await it.settle()
        await it.press("=")
        text = "".join(it.text())
        assert text.isprintable()
        assert "␛" in text
        assert "[/bold]" in text
        await it.press("P")
        assert "".join(it.text()).isprintable()


@pytest.mark.parametrize(
    ("size", "widths"),
    [
        ((80, 24), (8, 14, 24, 22, 8)),
        ((100, 30), (8, 14, 22, 20, 9)),
        ((120, 40), (8, 18, 27, 26, 12)),
    ],
)
async def test_the_columns_have_their_widths(
    size: tuple[int, int], widths: tuple[int, ...]
) -> None:
    async with stand(size) as it:
        assert tuple(column.width for column in it.main.events.columns) == widths


def test_a_note_keeps_its_place_beside_a_long_target() -> None:
    for width in (11, 20, 26, 60):
        for target in ("logs-prod", "a-bucket-with-a-very-long-name-indeed-0123456789"):
            text = target_text(target, "Allow anyone", width)
            assert len(text) == width
            assert " ←" in text
            assert text.startswith(target[0])
    assert target_text("role", "→ ASIA1", 14) == "role → ASIA1  "
    assert target_text("role", "", 6) == "role  "
    assert target_text("", "Allow *", 10) == "← Allow * "
    target, note = "example-customer-exports", "Allow anyone s3:GetObject +1"
    for width in range(24, 70):
        assert " ← Allow any" in target_text(target, note, width)
    assert target_text(target, note, 26) == "exam…rts ← Allow anyone…+1"
    assert target_text(target, note, 45) == "example…xports ← Allow anyone s3:GetObject +1"
    assert f"{target} ← {note}" in target_text(target, note, 60)
    assert target_text("alias/billing-key", "Allow anyone", 22) == "ali…key ← Allow anyone"
    # What is short stays, beside a note that is cut anyway.
    assert target_text("v1", "Allow anyone glacier:*", 22) == "v1 ← Allow anyone…er:*"
    assert target_text("alerts", "Allow anyone SNS:Subscribe", 26) == "alerts ← Allow anyone…ribe"
    # Neither is cut to less than half while half of both fits.
    assert target_text("a" * 40, "b" * 40, 44).startswith(f"{'a' * 10}…{'a' * 9} ← b")


def test_a_note_keeps_the_account_that_it_names() -> None:
    account = "444455556666"
    notes = [
        f"Allow sts:AssumeRole to {account}:role/deploy +1",
        f"→ ASIAATTACKER7EXAMPLE in {account}",
        f"+ {account}",
        f"in {account}",
        f"{account} lambda:InvokeFunction",
        f"with vpc-0123456789abcdef0 of {account}",
    ]
    for note in notes:
        for target in ("role/deploy-admin", "x", ""):
            for width in range(20, 80):
                text = target_text(target, note, width)
                assert len(text) == width
                assert account in text
                assert text.startswith(target[:1])
    assert target_text("role/deploy", notes[0], 22) == "ro…oy ← …444455556666…"
    assert target_text("role/deploy", notes[0], 38) == "role…ploy ← Allow sts:As…444455556666…"
    assert target_text("role/deploy", notes[1], 26) == "rol…oy → ASIA…444455556666"
    assert target_text("role/deploy", notes[2], 20) == "r…y ← + 444455556666"
    assert target_text("role/deploy", notes[4], 30) == "rol…loy ← 444455556666 lambda…"


def test_the_target_has_most_of_a_wide_screen() -> None:
    """The sidebar takes 32 of 200 columns."""
    widths = {column.field: column.width for column in columns_for(168, 200)}
    assert widths["target"] >= 50 > widths["who"] + 10
    assert "region" not in widths


async def test_the_filter_is_named_before_the_day() -> None:
    async with stand((80, 24)) as it:
        await it.press("s", "escape")
        assert "2026-" in it.text()[0]
        it.session.push("is:denied", name="denied")
        it.main.take_in()
        await it.settle()
        await it.press("s")
        assert "· denied ──" in it.text()[0]


async def test_the_mouse_chooses_and_scrolls_when_it_is_wanted() -> None:
    async with stand() as it:
        await it.press("G")
        await it.pilot.click("#events", offset=(30, 6))
        await it.settle()
        assert line_of_cursor(it) == 4
        await it.pilot.click("#sidebar", offset=(3, 2))
        await it.settle()
        assert it.pane == SIDEBAR
        assert it.main.sidebar.cursor_value == it.main.sidebar.values[1].value


def test_columns_fill_any_width_and_more_come_as_there_is_room() -> None:
    for width in range(60, 260):
        columns = columns_for(width, width)
        used = sum(column.width for column in columns) + len(columns) - 1
        assert width - 2 <= used <= width
        fields = [column.field for column in columns]
        assert fields[:5] == ["time", "who", "event", "target", "result"]
        assert ("address" in fields) == (width >= 140)
        assert ("agent" in fields) == (width >= 160)
    assert [c.field for c in columns_for(100, 100, ("event", "time", "result"))] == [
        "event",
        "time",
        "result",
    ]


@pytest.mark.parametrize(
    ("year", "room", "shown"),
    [
        (2015, 27, "2015-03-18 … 2026-03-11 UTC"),
        (2015, 26, "2015-03-18…2026-03-11 UTC"),
        (2015, 24, "2015-03-18…2026-03-11"),
        (2026, 24, "2026-03-18…2026-03-11"),
        (2026, 20, "2026-03-18…03-11"),
    ],
)
def test_the_days_in_few_cells_lose_no_figure(year: int, room: int, shown: str) -> None:
    status = Status()
    chip = Chip("x" * (45 - room))
    status.tell(f"{year}-03-18 … 2026-03-11 UTC", [chip])
    (line,) = status.lines(48, 1)
    assert line[0][0] == f" {shown}"
