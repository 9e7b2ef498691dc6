"""The timeline on the screen: the strip, the large one, what its keys do and what they cost."""

from __future__ import annotations

import asyncio
import datetime as dt
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.ui.fake_session import NOW, SECOND, FakeSession, make_row, make_rows
from tests.ui.stand import stand
from tests.ui.terminal import END, Terminal
from tests.ui.test_snapshots import SIZES, after, make_app
from tui.core.counts.time_scale import scale_over
from tui.core.counts.timeline import Counts
from tui.core.index.rows import Progress
from tui.core.text import cell_width
from tui.settings import Settings
from tui.ui.commands import timeline_keys
from tui.ui.widgets.bars import bar_rows, strip_line
from tui.ui.widgets.sparing import changed_cells
from tui.ui.widgets.time_axis import axis_labels, moment_text, span_text

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.ui.stand import Stand
    from tests.ui.test_snapshots import Compare
    from tui.core.index.rows import EventRow
    from tui.ui.widgets.painted import Line

HOUR = 3600 * SECOND


def at(hours: float, *, base: float = NOW) -> int:
    """Microseconds of so many hours before the clock of the tests."""
    return int(base) * SECOND - round(hours * HOUR)


def rows_at(*hours: float) -> list[EventRow]:
    import random

    times = sorted(at(each) for each in hours)
    return [make_row(number, time, random.Random(number)) for number, time in enumerate(times)]


def strip(it: Stand) -> str:
    return it.text()[-1].split("2026")[0].strip()


async def times(it: Stand, action: Callable[[], None], count: int) -> None:
    """As a key that is held down."""
    for _ in range(count):
        action()
    await it.settle()


def axis(it: Stand) -> str:
    return next(line for line in it.text() if "└" in line).split("└")[1]


# Drawing


def test_few_are_seen_and_none_is_another_sign() -> None:
    assert bar_rows([0, 1, 500, 1000], 1) == ["·▁▄█"]
    assert bar_rows([0, 1, 500, 1000], 2) == ["   █", "·▁██"]
    assert bar_rows([0, 8], 1, 2) == ["· ██"]
    assert bar_rows([0, 8], 1, 4) == [" ·  ███ "]
    assert bar_rows([0, 0], 2) == ["  ", "··"]


@given(st.lists(st.integers(0, 10**9), min_size=1, max_size=40), st.integers(1, 6))
def test_a_bar_is_as_high_as_its_count(counts: list[int], rows: int) -> None:
    drawn = bar_rows(counts, rows)
    assert [len(line) for line in drawn] == [len(counts)] * rows
    heights = [
        sum("·▁▂▃▄▅▆▇█".find(line[n]) for line in drawn if line[n] != " ")
        for n in range(len(counts))
    ]
    peak = max(counts)
    for count, height in zip(counts, heights, strict=True):
        assert (height == 0) is (count == 0)
        if count:
            assert height == max(1, round(count * rows * 8 / peak))


def test_a_strip_marks_the_cursor_and_colours_failures() -> None:
    line = strip_line(Counts([8, 0, 40, 100], [0, 0, 4, 9]), 2)
    assert "".join(text for text, _ in line) == "▁·▸▃█"
    assert line == (
        ("▁·", ("status",)),
        ("▸", ("message",)),
        ("▃", ("status", "failed")),
        ("█", ("status",)),
    )


def line_of(text: str, bold: range) -> Line:
    return tuple(
        (char, ("key",) if number in bold else ("text",)) for number, char in enumerate(text)
    )


def test_only_changed_cells_are_sent() -> None:
    one, other = line_of("▂▃▸▄ 12", range(0)), line_of("▂▸▃▄ 12", range(0))
    assert changed_cells(one, other, 20) == (1, 3)
    assert changed_cells(one, one, 20) == (0, 0)
    assert changed_cells(one, line_of("▂▃▸▄ 12", range(5, 6)), 20) == (5, 6)
    assert changed_cells((), (("日本", ("text",)),), 4) == (0, 4)
    # An accent goes with its letter, a wide character is not cut in two.
    assert changed_cells((("ae\u0301x", ()),), (("aex", ()),), 3) == (1, 2)
    assert changed_cells((("日x", ()),), (("本x", ()),), 3) == (0, 2)
    assert changed_cells((("x", ()),), (), 3) == (0, 1)
    assert changed_cells((("x", ("text",)),), (("x", ("key",)),), 3) == (0, 3)


TEXTS = st.lists(st.sampled_from(["a", "b", "日", "e\u0301", "▃"]), max_size=8).map("".join)


@given(TEXTS, TEXTS)
def test_outside_of_the_changed_cells_lines_are_equal(one: str, other: str) -> None:
    def cells(text: str) -> list[str]:
        found: list[str] = []
        for char in text:
            if cell_width(char):
                found += [char] + [""] * (cell_width(char) - 1)
            else:
                found[-1] += char
        return (found + [" "] * 20)[:20]

    start, end = changed_cells(((one, ("text",)),), ((other, ("text",)),), 20)
    before, now = cells(one), cells(other)
    assert before[:start] == now[:start]
    assert before[end:] == now[end:]
    if start < end < 20:
        assert now[end] != ""
    assert now[start] != "" or start == end


@pytest.mark.parametrize("zone", ["UTC", "Asia/Kathmandu", "America/New_York"])
def test_an_axis_says_when_its_bars_are(zone: str) -> None:
    where = ZoneInfo(zone)
    for hours, buckets in [(0.01, 30), (1, 60), (7, 80), (50, 60), (400, 90), (9000, 80)]:
        scale = scale_over(at(hours), at(0), buckets, where)
        labels = axis_labels(scale, 1, where)
        assert len(labels) <= max(scale.buckets, 8)
        assert labels.strip()
        for label in labels.split():
            number = labels.index(label)
            moment = dt.datetime.fromtimestamp(scale.edges[number] / SECOND, where)
            written = {
                5: f"{moment:%m-%d}" if "-" in label else f"{moment:%H:%M}",
                4: f"{moment:%Y}",
            }
            assert label == written.get(len(label), f"{moment:%H:%M:%S}")


def test_moments_are_written_so_that_any_zone_reads_them() -> None:
    noon = at(3)
    assert moment_text(noon, dt.UTC) == "2026-01-31T12:00Z"
    assert moment_text(noon + SECOND, dt.UTC) == "2026-01-31T12:00:01Z"
    assert moment_text(noon, ZoneInfo("Asia/Tokyo")) == "2026-01-31T21:00+09:00"
    # Liberia was 44 minutes and 30 seconds behind, which no offset can say.
    assert moment_text(0, ZoneInfo("Africa/Monrovia")) == "1970-01-01T00:00Z"
    assert span_text(noon, noon + HOUR, dt.UTC, clock=True) == "2026-01-31 12:00 … 13:00"
    assert span_text(noon - 24 * HOUR, noon, dt.UTC) == "2026-01-30 … 2026-01-31"
    assert span_text(noon, noon + SECOND, dt.UTC, clock=True) == "2026-01-31 12:00:00 … 12:00:01"


# The strip


async def test_the_strip_shows_all_of_the_time_and_the_cursors_place() -> None:
    session = FakeSession(rows_at(0, 1, 1.1, 1.2, 9, 9.5))
    async with stand(session=session) as it:
        bars = strip(it).replace("▸", "")
        assert bars.strip("·")[0] != "·"
        assert "·····" in bars
        assert strip(it)[-2] == "▸"
        await it.press("g")
        assert strip(it)[0] == "▸"
        assert strip(it).replace("▸", "") == bars


async def test_the_strip_of_many_rows_follows_a_little_later(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(timeline_keys, "_MANY", 6)
    session = FakeSession(rows_at(0, 1, 1.1, 1.2, 9, 9.5))
    async with stand(session=session) as it:
        before = strip(it).replace("▸", "")
        session.arrive(*rows_at(*[each / 10 for each in range(30, 60)]))
        it.engine.changed()
        await it.settle()
        assert "Events ─ 36" in it.text()[0]
        assert strip(it).replace("▸", "") == before
        for _ in range(100):
            if strip(it).replace("▸", "") != before:
                break
            await asyncio.sleep(0.02)
            await it.settle()
        assert "·····" not in strip(it)
        assert strip(it).replace("▸", "") != before


async def test_the_strip_waits_for_the_reading_and_leaves_room_for_words() -> None:
    session = FakeSession(make_rows(50))
    session.loading = Progress(True, 340, 11_340, 30_000, 7_000_000, 231_000_000, 2.4, False)
    async with stand((80, 24), session=session) as it:
        assert "▸" not in it.text()[-1]
        session.loading = None
        it.engine.changed()
        await it.settle()
        assert "▸" in it.text()[-1]
        await it.press("Q")
        assert it.text()[-1].startswith(" Q does nothing")
        await it.press("k")
        assert "▸" in it.text()[-1]
    async with stand((120, 40)) as it:
        await it.press("Q")
        assert "▸" in it.text()[-1]


async def test_one_moment_and_no_moment_have_no_strip() -> None:
    for session in (FakeSession([]), FakeSession(rows_at(1)), FakeSession(make_rows(2))):
        async with stand(session=session) as it:
            assert "▸" not in it.text()[-1]
            await it.press("i", "left", "right", "]", "space", "=", "[", "escape", "escape")
            assert it.pane in ("list", "timeline")


# The large one


@pytest.mark.parametrize(("size", "rows"), [((60, 15), 7), ((80, 24), 10), ((100, 30), 9)])
async def test_it_leaves_room_for_the_list(size: tuple[int, int], rows: int) -> None:
    async with stand(size) as it:
        await it.press("i")
        assert it.main.timeline.size.height == rows
        assert it.main.events.size.height >= 7
        for _ in range(6):
            it.main.panes._share = 0.9
            it.main.panes._again()
        await it.settle()
        assert it.main.events.size.height >= 6
        assert it.main.timeline.size.height >= 7
        assert "Timeline ─ 298 events" in "".join(it.text())
        await it.press("i")
        assert not it.main.timeline.size.height
        assert it.pane == "list"


async def test_counts_are_those_of_the_list() -> None:
    async with stand(events=300) as it:
        await it.press("i")
        failed = sum(row.result in ("denied", "failed") for row in it.session._all if row.time)
        assert f"298 events, {failed} failed, and 2 undated" in it.text()[0]
        it.session.only("service", "s3")
        it.main.take_in()
        await it.settle()
        count = sum(it.session.event(n).time is not None for n in range(len(it.session)))
        assert f"Timeline ─ {count} events" in it.text()[0]


async def test_the_mark_is_where_the_lists_cursor_is_until_it_is_moved() -> None:
    async with stand(events=300) as it:
        await it.stand_in("timeline")
        event = it.main.events.cursor_event
        assert event is not None
        assert event.time is not None
        span = it.main.timeline.mark_span
        assert span is not None
        assert span[0] <= event.time < span[1]
        assert "◆" not in axis(it)
        place = axis(it).index("▲")
        await it.press("left", "left", "left", "left", "left")
        assert axis(it).index("▲") < place
        assert axis(it).index("◆") == place
        row = event.row
        now = it.main.events.cursor_event
        assert now is not None
        assert now.row == row
        it.main.timeline_keys._lead()
        await it.settle()
        led = it.main.events.cursor_event
        mark = it.main.timeline.mark_span
        assert led is not None
        assert led.time is not None
        assert mark is not None
        assert mark[0] <= led.time
        before = it.session.event(it.main.events.cursor - 1).time
        assert before is not None
        assert before < mark[0]
        assert not it.session.follow
        # Keys of the list move both.
        await it.press("G")
        assert axis(it).rstrip().endswith("▲") or "▲" in axis(it)[-4:]


async def test_a_mark_in_a_gap_stays_and_the_list_goes_behind_it() -> None:
    session = FakeSession(rows_at(0, 1, 30))
    async with stand(session=session) as it:
        await it.press("i", "home")
        assert it.main.events.cursor == 0
        await it.press("right", "right", "right")
        it.main.timeline_keys._lead()
        await it.settle()
        assert it.main.events.cursor == 1
        assert axis(it).index("▲") < axis(it).index("◆")
        assert any("0 events, 0 failed" in line for line in it.text())


async def test_zooming_stays_around_the_mark_and_goes_along_it() -> None:
    async with stand(events=300) as it:
        await it.stand_in("timeline")
        event = it.main.events.cursor_event
        assert event is not None
        assert event.time is not None
        widths = []
        for _ in range(12):
            await it.press("]")
            span = it.main.timeline.mark_span
            assert span is not None
            assert span[0] <= event.time < span[1]
            widths.append(span[1] - span[0])
        assert widths[0] < 2 * HOUR
        assert widths[-1] == SECOND
        assert sorted(widths, reverse=True) == widths
        assert it.message == "A bar gets no narrower"
        await times(it, it.main.timeline.action_bar_left, 200)
        moved = it.main.timeline.mark_span
        assert span is not None
        assert moved is not None
        assert moved[0] == span[0] - 200 * SECOND
        for _ in range(12):
            await it.press("[")
        assert it.session.earlier_asked > 0
        assert "a part of the time" not in it.text()[0]
        await times(it, it.main.timeline.action_bar_left, 100)
        assert it.message == "This is the first bar"
        await times(it, it.main.timeline.action_bar_right, 100)
        assert it.message == "This is the last bar"


async def test_it_opens_with_all_of_the_time() -> None:
    async with stand(events=300) as it:
        await it.press("i", "]", "]", "space", "i", "i")
        assert "a part of the time" not in it.text()[0]
        assert it.main.timeline.span == it.main.timeline.mark_span
        await it.press("]", "escape")
        assert not it.main.timeline.size.height
        await it.press("]")
        assert "a part of the time" in it.text()[0]


async def test_a_zoomed_one_goes_to_where_the_list_goes() -> None:
    async with stand(events=300) as it:
        await it.press("i", "]", "]", "]")
        title = it.text()[0]
        await it.press("tab", "g", "j", "j")
        assert it.text()[0] != title
        event = it.main.events.cursor_event
        span = it.main.timeline.mark_span
        assert event is not None
        assert event.time is not None
        assert span is not None
        assert span[0] <= event.time < span[1]
        await it.pilot.resize_terminal(80, 24)
        await it.settle()
        span = it.main.timeline.mark_span
        assert span is not None
        assert span[0] <= event.time < span[1]


async def test_a_span_longer_than_the_view_is_kept_whole() -> None:
    async with stand(events=300) as it:
        await it.stand_in("timeline")
        for _ in range(6):
            await it.press("]")
        begun = it.main.timeline.mark_span
        await it.press("space")
        await times(it, it.main.timeline.action_bar_right, 150)
        span = it.main.timeline.span
        assert begun is not None
        assert span is not None
        assert span[0] == begun[0]
        assert span[1] == begun[1] + 150 * (begun[1] - begun[0])
        inside = [
            row for row in it.session._all if row.time is not None and span[0] <= row.time < span[1]
        ]
        assert any("Chosen: 2026-01-30 " in line for line in it.text())
        assert any(f" · {len(inside):,} event" in line for line in it.text())
        await it.press("escape")
        assert it.main.timeline.span == it.main.timeline.mark_span
        assert it.pane == "timeline"
        await it.press("escape")
        assert it.pane == "list"


async def test_a_step_names_the_zone_of_its_times() -> None:
    async with stand(settings=Settings(time_zone="Asia/Tokyo")) as it:
        await it.press("i", "space", "left", "=")
        text = it.session.filter_text()
        assert text.startswith("time:2026-01-31T")
        assert text.count("+09:00") == 2
        assert " JST " in it.text()[0]


async def test_new_events_are_counted_and_followed() -> None:
    async with stand(events=300) as it:
        await it.press("i")
        it.engine.arrive(40)
        await it.settle()
        assert "338 events" in it.text()[0]
        span, event = it.main.timeline.mark_span, it.main.events.cursor_event
        assert span is not None
        assert event is not None
        assert event.time is not None
        assert span[0] <= event.time < span[1]


async def test_it_follows_the_zone() -> None:
    settings = Settings(time_zone="Asia/Tokyo")
    async with stand(settings=settings) as it:
        await it.press("i")
        assert " JST " in it.text()[0]
        await it.press("z", "z")
        assert " UTC " in it.text()[0]


async def test_panes_are_turned_through() -> None:
    async with stand() as it:
        await it.press("i")
        seen = []
        for _ in range(4):
            await it.press("tab")
            seen.append(it.pane)
        assert seen == ["list", "tree", "sidebar", "timeline"]
        await it.press("q")
        assert it.pane == "list"
        assert not it.main.timeline.size.height


async def test_the_mouse_moves_the_mark() -> None:
    async with stand() as it:
        await it.press("i")
        await it.pilot.click("#timeline", offset=(14, 3))
        await it.settle()
        assert axis(it).index("▲") <= 4


@pytest.mark.parametrize("size", SIZES)
def test_how_it_looks(snap_compare: Compare, size: tuple[int, int]) -> None:
    keys = ("i", *["left"] * 9, "space", *["left"] * 5)
    assert snap_compare(make_app(), terminal_size=size, run_before=after(*keys))


# On a terminal


def test_a_move_costs_few_bytes() -> None:
    with Terminal("tests.ui.run_fake", environ={"NO_DETAIL": "1", "EVENTS": "300"}) as terminal:
        # A terminal that can show a frame at once says so; then frames can be counted.
        terminal.until_sent(b"\x1b[?2026$p")
        terminal.send(b"\x1b[?2026;2$y")
        terminal.until_at_rest()
        terminal.press(b"kkkkk", quiet=0.5)
        # Among 300 events in 60 hours many moves go to another bar of the strip.
        moves = [len(terminal.press(key)) for key in (b"j", b"k", b"j", b"k")]
        assert max(moves) <= 700, moves
        opened = terminal.press(b"i", quiet=0.5)
        assert 0 < len(opened) <= 25_000
        mark = terminal.press(b"\x1b[D", quiet=0.5).partition(END)[0]  # before the list goes along
        assert 0 < len(mark) <= 500, len(mark)
        assert terminal.read(quiet=1.0) == b""


async def test_keys_that_come_before_it_is_drawn_find_the_bars_they_are_about() -> None:
    def act(it: Stand) -> list[Callable[[], None]]:
        keys, bars = it.main.timeline_keys, it.main.timeline
        steps = [keys.action_zoom_in, keys.action_zoom_in, bars.action_bar_left]
        return [*steps, bars.action_select_span, bars.action_bar_left, bars.action_only_span]

    async with stand() as it:
        for action in act(it):
            action()
            await it.settle()
        wanted = it.session.filter_text()
        assert wanted.startswith("time:2026")
    async with stand() as it:
        for action in act(it):
            action()
        await it.settle()
        assert it.session.filter_text() == wanted
