"""The sources screen, what the sources ask and hint at, and their state in the status line."""

from __future__ import annotations

import asyncio
import datetime as dt
import time
from typing import TYPE_CHECKING, cast

import pytest

from tests.ui.fake_session import NOW, FakeEngine, FakeSession, bucket_lines, make_rows
from tests.ui.stand import TRUECOLOR, Stand, stand
from tests.ui.terminal import Terminal
from tests.ui.test_reading import all_text
from tui.core.index.rows import Problem, Progress, SourceLine, Sums, Traffic
from tui.settings import Settings
from tui.ui.app import CloudTrailApp
from tui.ui.protocols import LOADING_EARLIER
from tui.ui.screens.confirm import Confirm
from tui.ui.screens.prompts import Ask
from tui.ui.screens.sources import SourcesScreen, dollars_text, sources_text
from tui.ui.times import TimeDisplay
from tui.ui.widgets.reader import wrap
from tui.ui.widgets.status import progress_text, state_text

if TYPE_CHECKING:
    from collections.abc import Callable

    from tui.ui.session.session import Session

TRAFFIC = Traffic(86, 9_016, 12_836, 190_000_000, 0.0040364)
ASKED = "10,000 keys and more lie under s3://b/x/. List them all?"


def of_a_bucket() -> FakeSession:
    session = FakeSession(make_rows(300))
    session.found_lines = bucket_lines()
    session.found_traffic = TRAFFIC
    return session


def written(lines: list[SourceLine], width: int, traffic: Traffic = TRAFFIC) -> list[str]:
    times = TimeDisplay(lambda: NOW, local=dt.UTC)
    paragraphs = sources_text(lines, traffic, times, width)
    return [
        "".join(text for text, _ in line)
        for paragraph in paragraphs
        for line in wrap(paragraph, width)
    ]


async def changed(it: Stand) -> None:
    it.main._quiet_again()  # the half second after the news before is over
    it.engine.changed()
    await it.settle()


# The screen


async def test_totals_then_failures_in_full_then_every_part_the_failing_first() -> None:
    async with stand((80, 24), session=of_a_bucket()) as it:
        await it.press("R")
        await it.pilot.pause()
        assert it.text()[-1].startswith(" Sources")
        text = await all_text(it)
    assert "requests      9,102 (LIST 86, GET 9,016)" in text
    assert "objects       21,892 (12,836 from the disk cache)" in text
    assert "fetched       190 MB" in text
    assert (
        "about $0.0040 (LIST $0.005, GET $0.0004 per 1,000, us-east-1 prices;"
        " data transfer and KMS not counted)"
    ) in " ".join(text.split())
    assert "s3://trail-bucket/prefix: 444455556666 eu-west-1, 444455556666 us-east-1" in text
    assert " ".join(written(bucket_lines(), 80)).count("AccessDenied") == 1
    rows = text[text.index("state      next") :].split("\n")
    signs = [row.split()[0] for row in rows[1:8]]
    assert signs == ["✗", "✗", "↻", "●", "◐", "●", "○"]
    assert rows[3].startswith("↻ retrying in 8 s    111122223333 ap-northeast-1 3h ago")
    assert rows[4].startswith("● live     in 22 s   111122223333 us-east-1      4m ago   21,310")
    assert "discovery" in rows[6]


def test_more_room_shows_more_and_what_is_usual_is_left_out_first() -> None:
    wide, middle, narrow = (written(bucket_lines(), width) for width in (120, 80, 60))
    heads = [
        next(line.split() for line in lines if "account" in line)
        for lines in (wide, middle, narrow)
    ]
    assert heads[0] == [
        *("state", "next", "account", "kind", "region"),
        *("newest", "at", "objects", "LIST", "GET"),
    ]
    assert heads[1] == [word for word in heads[0] if word not in ("kind", "at")]
    assert heads[2] == ["state", "next", "account", "region", "newest"]
    assert any("2026-01-31T14:56:00Z" in line for line in wide)
    insight = [
        line._replace(kind="CloudTrail-Insight") if line.region == "us-west-2" else line
        for line in bucket_lines()
    ]
    assert any("CloudTrail-Insight" in line for line in written(insight, 80))


@pytest.mark.parametrize("width", [60, 80, 120, 200])
def test_no_line_is_wider_than_the_screen_or_acts_on_it(width: int) -> None:
    hostile = [
        line._replace(
            account=line.account and line.account + "\x1b]52;c;aGk=\x07" * 9,
            region=line.region + "\u202e\n",
            state=line.state + "\x9b2J" if line.state == "done" else line.state,
            text=line.text + "\x1b[31m",
            source=line.source + "/\r\x00",
        )
        for line in bucket_lines()
    ]
    lines = written(hostile, width)
    assert all(len(line) <= width and line.isprintable() for line in lines)
    assert any("␛" in line for line in lines)


def test_a_folder_has_a_state_and_no_costs() -> None:
    folder = SourceLine("/trail", "", "", "", "polling every 5 s", "", 0, 0, 0, 0, 0.0)
    others = [folder._replace(source="-", state="done"), folder._replace(source="/x", state="")]
    lines = written([folder, *others], 80, Traffic(0, 0, 0, 0, 0))
    assert lines[:2] == [" /trail", "  ● polling every 5 s"]
    assert lines[3:5] == [" -", "  · done"]
    assert lines[6:] == [" /x", "  ○ waiting"]
    assert written([], 80) == ["  Nothing has been looked for yet."]


def test_a_table_too_long_for_anybody_is_counted() -> None:
    line = bucket_lines()[1]
    many = [line._replace(account=f"{n:012}", text="Denied.") for n in range(3_400)]
    before = time.process_time()
    lines = written(many, 80)
    assert time.process_time() - before < 1
    assert lines[-1] == "  … and 2,900 more"
    assert any("and 3,360 more" in line for line in lines)


@pytest.mark.parametrize(
    ("dollars", "text"),
    [
        (0.0, "nothing yet"),
        (0.00002, "less than $0.0001"),
        (0.00434, "about $0.0043"),
        (1234.5, "about $1,234.50"),
    ],
)
def test_what_it_cost(dollars: float, text: str) -> None:
    assert dollars_text(dollars) == text


async def test_it_is_written_anew_when_something_changed() -> None:
    session = of_a_bucket()
    async with stand((120, 40), session=session) as it:
        await it.press("R")
        screen = it.app.screen
        assert isinstance(screen, SourcesScreen)
        painted: list[object] = []
        screen.reader.refresh = lambda *regions, **_: painted.extend(regions)  # type: ignore[assignment,method-assign]
        screen.look()
        await it.settle()
        assert painted == []
        session.found_lines[1] = session.found_lines[1]._replace(lists=66, due=NOW + 15)
        screen.look()
        assert len(painted) == 1  # the one row, not the others
        del screen.reader.refresh
        session.found_traffic = TRAFFIC._replace(dollars=0.0101)
        async with asyncio.timeout(30):  # it looks by itself, once a second
            while not any("about $0.0101" in line for line in it.text()):
                await it.pilot.pause(0.02)
        await it.pilot.resize_terminal(60, 15)
        await it.settle()
        assert all(len(line) <= 60 for line in it.text())
        await it.press("escape")
        assert len(it.app.screen_stack) == 1


def test_it_costs_no_bytes_when_nothing_changes() -> None:
    with Terminal("tests.ui.run_fake", environ={"NO_DETAIL": "1"}) as terminal:
        terminal.until_at_rest()
        assert "● live".encode() in terminal.press(b"R")
        assert terminal.read(quiet=2.3) == b""


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
def test_sources(
    snap_compare: Callable[..., bool], size: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    session = of_a_bucket()
    app = CloudTrailApp(
        cast("Session", session),
        Settings(),
        engine=FakeEngine(session),
        clock=lambda: NOW,
        environ=TRUECOLOR,
    )
    assert snap_compare(app, terminal_size=size, press=["R"])


# Questions


@pytest.mark.parametrize(
    ("key", "answer"), [("y", True), ("Y", True), ("n", False), ("escape", False)]
)
async def test_a_question_is_answered_once(key: str, answer: bool) -> None:
    async with stand((80, 24)) as it:
        it.session.asked = ASKED
        await changed(it)
        assert isinstance(it.app.screen, Confirm)
        assert ASKED in it.text()[-2]
        assert "y: yes · n or Esc: no" in it.text()[-1]
        await it.press("enter", "q")
        assert it.session.answers == []
        assert "Only y or n answers" in it.text()[-1]
        await it.press(key)
        assert it.session.answers == [answer]
        assert len(it.app.screen_stack) == 1
        await changed(it)
        assert len(it.app.screen_stack) == 1


async def test_an_answer_on_its_way_is_not_asked_for_again() -> None:
    async with stand((80, 24)) as it:
        it.session.answer = it.session.answers.append  # type: ignore[method-assign,assignment]
        it.session.asked = ASKED
        await changed(it)
        await it.press("n")
        await changed(it)
        assert len(it.app.screen_stack) == 1
        it.session.asked = "Another one?"
        await changed(it)
        await it.press("y")
        assert it.session.answers == [False, True]


async def test_a_question_taken_back_goes_without_an_answer() -> None:
    async with stand((80, 24)) as it:
        it.session.asked = ASKED
        await changed(it)
        it.session.asked = "\x1b[2JAnother one?"
        await changed(it)
        await it.settle()
        assert "␛[2JAnother one?" in it.text()[-2]
        it.session.asked = ""
        await changed(it)
        assert len(it.app.screen_stack) == 1
        assert it.session.answers == []


async def test_who_is_typing_is_not_asked_until_the_line_is_closed() -> None:
    async with stand((80, 24)) as it:
        await it.press(":")
        it.session.asked = ASKED
        await changed(it)
        await it.press("y")
        assert isinstance(it.prompt, Ask)
        await it.press("escape")
        await it.settle()
        assert isinstance(it.app.screen, Confirm)
        assert it.session.answers == []


async def test_a_question_lies_over_a_screen_that_is_read() -> None:
    async with stand((80, 24), session=of_a_bucket()) as it:
        await it.press("R")
        it.session.asked = ASKED * 30
        await changed(it)
        assert "y: yes" in it.text()[-1]
        await it.press("y")
        assert isinstance(it.app.screen, SourcesScreen)
        assert it.session.answers == [True]


# Hints and states


async def test_a_hint_is_said_once_and_hides_nothing() -> None:
    session = FakeSession(make_rows(300))
    session.told_hint = hint = "The last 24 hours; [ loads the day before"
    session.loading = Progress(True, 1, 9, 300, 1, 9, None, False)
    session.found_traffic = TRAFFIC
    async with stand((80, 24), session=session) as it:
        assert it.message == ""
        assert "9,102 requests" in it.main.status.background
        it.main.say("Something else")
        session.loading = None
        await changed(it)
        assert it.message == "Something else"
        await it.press("k")
        assert it.message == hint
        await it.press("k")
        await changed(it)
        assert it.message == ""


async def test_what_came_of_an_earlier_day_takes_the_place_of_what_announced_it() -> None:
    async with stand((80, 24)) as it:
        it.main.say(LOADING_EARLIER)
        it.session.told_hint = hint = "That day holds nothing"
        await changed(it)
        assert it.message == hint


async def test_a_list_is_empty_for_good_once_every_source_failed() -> None:
    session = FakeSession([])
    session.found_lines = [line._replace(state="live") for line in bucket_lines()[:2]]
    session.loading = Progress(True, 0, 0, 0, 0, 0, None, False)
    async with stand((80, 24), session=session) as it:
        assert "Reading: the newest events come first" in it.text()[3]
        session.found_lines = [line._replace(state="failed") for line in session.found_lines]
        await changed(it)
        assert "Nothing could be read · P says why · r tries again" in it.text()[3]
        await it.press("P")
        assert not any("still being read" in line for line in it.text())
        await it.press("escape")
        session.found_lines[0] = session.found_lines[0]._replace(state="live")
        await changed(it)
        assert "Reading: the newest events come first" in it.text()[3]


async def test_a_list_is_empty_because_no_object_could_be_read(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    session = FakeSession([])
    monkeypatch.setattr(session, "sums", lambda: Sums(0, 0, 0, 0, 0, 0, 0))
    session.found_lines = bucket_lines()[:1]
    session.loading = Progress(False, 2, 2, 0, 0, 0, None, False)
    session.found_problems = [Problem("", -1, "The cache cannot be written.", 0, harmless=True)]
    async with stand((80, 24), session=session) as it:
        await changed(it)
        assert "No events were found" in it.text()[3]
        session.found_problems = [Problem(name, -1, "Access denied.", 0) for name in "ab"]
        await changed(it)
        assert "Nothing could be read · P says why · r tries again" in it.text()[3]


async def test_failing_states_stand_out_and_leave_room_for_help() -> None:
    session = of_a_bucket()
    session.found_problems = [Problem("/trail/a", -1, "It may not be opened.", 0)] * 12
    async with stand((80, 24), session=session) as it:
        await it.press("k")
        it.engine.state = "failed: press R"
        await changed(it)
        assert it.message.startswith("AccessDenied: the caller may not list the bucket")
        assert it.text()[-1].endswith(" ✗ failed: R · ? help ")
        it.engine.state = "live"
        await changed(it)
        assert it.message == "", "it is said for as long as it is so"
        it.engine.state = "failed, retrying"
        await changed(it)
        assert it.message.startswith("AccessDenied: the caller may not list the bucket")
        await it.press("j")
        assert it.text()[-1].endswith(" ✗ failed, retrying: R · ? help ")
        await it.press("k")
        await changed(it)
        assert it.message == ""
        for state in ("throttled, retrying in 8 s", "2 of 17 failed", "retrying " * 20):
            it.engine.state = state
            await changed(it)
            await it.press("k")
            line = it.text()[-1]
            assert line.endswith(" · ? help ")
            assert it.main.status.chips[-2].urgent
            assert state_text(state)[:10] in line
        it.session.loading = Progress(True, 1, 9, 300, 1, 9, None, False)
        await changed(it)
        assert "↻ retrying" in it.text()[-1]


async def test_states_that_are_well_keep_their_place() -> None:
    async with stand((120, 40)) as it:
        late = "behind by 12 min, 15 of 24 failing"
        for state, text in (
            ("behind by 4 min", "◐ behind by 4 min"),
            (late, f"◐ {late}"),
            ("read once", "read once"),
        ):
            it.engine.state = state
            await changed(it)
            chip = next(chip for chip in it.main.status.chips if state in chip.text)
            assert chip == (text, False)
        assert it.message == ""


def test_progress_names_requests_where_there_are_any() -> None:
    progress = Progress(True, 1, 9, 300, 1_000_000, 9_000_000, None, False)
    assert "requests" not in progress_text(progress, "Esc")
    assert progress_text(progress, "Esc", 1_234).endswith(" · 1,234 requests · Esc stops")


async def test_what_loads_an_earlier_day_answers_in_words() -> None:
    async with stand((80, 24)) as it:
        it.session.earlier = lambda: "These are files: all of them are read already"  # type: ignore[method-assign]
        await it.press(":", *"zoom-out", "enter")
        assert it.message == "These are files: all of them are read already"
