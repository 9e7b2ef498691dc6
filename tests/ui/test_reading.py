"""Help, coverage and problems: what they say, and that all of it can be reached."""

from __future__ import annotations

import pytest

from tests.ui.fake_session import FakeSession, make_rows
from tests.ui.stand import Stand, stand
from tui.actions.registry import ACTIONS, EVERY, described
from tui.core.index.rows import Problem, Progress
from tui.settings import Settings
from tui.ui.keymap import Keymap
from tui.ui.screens.help import help_text
from tui.ui.screens.reading import ReadingScreen
from tui.ui.widgets.reader import Paragraph, wrap


async def all_text(it: Stand) -> str:
    """The whole text, read page by page."""
    lines: list[str] = []
    for _ in range(60):
        lines += [line.strip() for line in it.text()[:-1]]
        if it.reader.progress in ("all", "end"):
            return "\n".join(lines)
        await it.press("space")
    raise AssertionError("the text has no end")


@pytest.mark.parametrize("scope", EVERY)
def test_help_names_every_action_once(scope: str) -> None:
    text = [paragraph.text for paragraph in help_text(Keymap(), scope)]
    for action in ACTIONS:
        assert sum(each in (action.description, described(action)) for each in text) == 1, action.id


async def test_help_shows_the_keys_that_a_person_chose() -> None:
    async with stand((80, 24), settings=Settings(keys={"follow": ("F5",)})) as it:
        await it.press("?")
        text = await all_text(it)
        assert "F5                    Keep the newest event" in text
        assert text.index("In the list") < text.index("Moving") < text.index("Filtering")


async def test_help_begins_with_the_pane_where_it_was_asked_for() -> None:
    async with stand() as it:
        await it.stand_in("sidebar")
        await it.press("?")
        assert it.text()[0].strip() == "In the sidebar"


async def test_a_text_is_searched_as_the_list_is() -> None:
    async with stand((80, 24)) as it:
        await it.press("?", "/", *"root")
        screen = it.app.screen
        assert isinstance(screen, ReadingScreen)
        hits = [line for line in screen.reader.hits() if line]
        assert screen.reader.top <= hits[0] < screen.reader.top + 23
        marked = [text for line in screen.reader._lines for text, names in line if "match" in names]
        assert {text.lower() for text in marked} == {"root"}
        assert it.text()[-1].rstrip().endswith(f"1 of {len(hits)} lines")
        await it.press("escape")
        assert screen.reader.top == 0
        assert it.app.screen is screen
        assert "match" not in str(screen.reader._lines)
        await it.press("/", *"zzz", "enter")
        assert screen.status.message == "“zzz” is not in this text"
        await it.press("/", *"/is:[a-z]+/", "enter", *"n" * 3)
        assert "“" not in screen.status.message
        await it.press("g", "/", *"root", "enter", *"n" * len(hits))
        assert screen.status.message.endswith(f"1 of {len(hits)} lines · begun again at the top")
        await it.press("N")
        assert screen.status.message.endswith("begun again at the end")


async def test_a_problem_is_found_among_many() -> None:
    session = FakeSession(make_rows(30))
    session.found_problems = [Problem(f"/t/{n:03}.gz", 1, "damaged", 1) for n in range(300)]
    async with stand((60, 15), session=session) as it:
        await it.press("P", "/")
        screen = it.app.screen
        assert isinstance(screen, ReadingScreen)
        screen.prompt.paste("/t/250.gz")
        await it.press("enter")
        assert any("/t/250.gz" in line for line in it.text())
        await it.pilot.resize_terminal(100, 30)
        await it.press("n")
        assert any("/t/250.gz" in line for line in it.text())


async def test_coverage_comes_first_then_a_sum_that_adds_up() -> None:
    session = FakeSession(make_rows(300))
    session.found_problems = [
        Problem("/trail/a.json.gz", 12_345, "The file ends too early.", 2),
        Problem("/trail/b.json", -1, "It may not be opened: ask for the right to read.", 0),
        Problem("/trail/c.json", 7, "ends in the middle of a record", 1),
    ]
    session.skipped = [("/trail/README.txt", "plain text")]
    async with stand((80, 24), session=session) as it:
        assert any(chip.text == "3 problems: P" for chip in it.main.status.chips)
        await it.press("P")
        text = await all_text(it)
    order = ("Coverage", "Events", "Problems: 3", "Beside the logs: 1")
    places = [text.index(f"{heading}\n") for heading in order]
    assert places == sorted(places)
    words = text[text.index("Events\n") :].split()
    figures = [
        int(words[words.index(label) + 1].replace(",", ""))
        for label in ("listed", "duplicates", "window", "unreadable", "found")
    ]
    assert sum(figures[:4]) == figures[4] == 363
    assert "1 file: how much is missing nobody can tell" in text
    assert "data events                 none was recorded" in text
    assert "/trail/a.json.gz, byte 12,345\nThe file ends too early. Lost: 2." in text
    assert "/trail/c.json, byte 7\nends in the middle of a record. Lost: 1." in text
    assert "/trail/b.json\nIt may not be opened" in text
    assert "/trail/README.txt: plain text" in text


async def test_while_loading_the_figures_are_said_to_grow() -> None:
    session = FakeSession(make_rows(30))
    session.loading = Progress(True, 1, 9, 30, 1, 9, None, True)
    async with stand(session=session) as it:
        await it.press("P")
        assert any("will grow" in line for line in it.text())


async def test_no_events_at_all() -> None:
    async with stand(session=FakeSession([])) as it:
        await it.press("P")
        text = "\n".join(it.text())
        assert "no dated event" in text
        assert "none was recorded" in text
        await it.press("j")
        assert it.app.screen.query_one("#status").message == "This is the end"  # type: ignore[attr-defined]


@pytest.mark.parametrize("width", [40, 60, 200])
def test_paragraphs_fit_and_lose_nothing(width: int) -> None:
    text = "a/long/path/without/any/blank" * 8 + " \x1b]0;x\x07 and words"
    for paragraph in (Paragraph(text), Paragraph(text, label="label", label_width=10)):
        lines = ["".join(piece for piece, _ in line) for line in wrap(paragraph, width)]
        assert all(len(line) <= width and line.isprintable() for line in lines)
        joined = "".join(lines).replace(" ", "").removeprefix("label")
        assert joined == text.replace("\x1b", "␛").replace("\x07", "␇").replace(" ", "")


async def test_a_file_that_is_not_whole_yet_is_not_said_to_be_read() -> None:
    session = FakeSession(make_rows(30))
    session.found_problems = []
    session.unsettled = 2
    async with stand(session=session) as it:
        await it.press("P")
        text = await all_text(it)
    assert "2 files, perhaps still being written: tried again" in text
    assert "Everything that was found could be read" not in text
