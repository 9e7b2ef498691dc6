"""What each screen looks like at 80 by 24 and 120 by 40; the clock and the zone stand still."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import pytest

from tests.ui.fake_session import NOW, FakeEngine, FakeSession, make_rows
from tests.ui.stand import TRUECOLOR
from tui.core.index.rows import Problem
from tui.settings import Settings
from tui.ui.app import CloudTrailApp
from tui.ui.screens.main import MainScreen

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from textual.pilot import Pilot

    from tui.ui.session.session import Session

    Compare = Callable[..., bool]

SIZES = [(80, 24), (120, 40)]


@pytest.fixture(autouse=True)
def _colours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)


def make_app(theme: str | None = None, environ: dict[str, str] | None = None) -> CloudTrailApp:
    session = FakeSession(make_rows(3000))
    session.found_problems = [
        Problem("/trail/AWSLogs/111122223333/a.json.gz", 12_345, "The file ends too early.", 2),
        Problem("/trail/b.json", -1, "It may not be opened: give yourself the right to read.", 0),
    ]
    session.skipped = [("/trail/README.txt", "plain text")]
    engine = FakeEngine(session)
    return CloudTrailApp(
        cast("Session", session),
        Settings(theme=theme),
        engine=engine,
        clock=lambda: NOW,
        environ=environ or TRUECOLOR,
    )


def after(*keys: str) -> Callable[[Pilot[None]], Awaitable[None]]:
    """Press the keys, then fill the detail without waiting for the cursor to rest."""

    async def run(pilot: Pilot[None]) -> None:
        await pilot.press(*keys)
        app = pilot.app
        assert isinstance(app, CloudTrailApp)
        while not app.key_order.idle:
            await pilot.pause()
        await pilot.pause()  # the list goes along with what a key moved
        main = app.screen_stack[0]
        assert isinstance(main, MainScreen)
        main.fill_detail()
        await pilot.pause()

    return run


@pytest.mark.parametrize("size", SIZES)
def test_main(snap_compare: Compare, size: tuple[int, int]) -> None:
    assert snap_compare(make_app(), terminal_size=size, run_before=after("k", "k"))


@pytest.mark.parametrize("size", SIZES)
def test_help(snap_compare: Compare, size: tuple[int, int]) -> None:
    assert snap_compare(make_app(), terminal_size=size, press=["question_mark"])


@pytest.mark.parametrize("size", SIZES)
def test_problems(snap_compare: Compare, size: tuple[int, int]) -> None:
    assert snap_compare(make_app(), terminal_size=size, press=["P"])


@pytest.mark.parametrize("size", SIZES)
def test_detail(snap_compare: Compare, size: tuple[int, int]) -> None:
    assert snap_compare(make_app(), terminal_size=size, run_before=after("k", "enter"))


def test_a_prompt(snap_compare: Compare) -> None:
    assert snap_compare(make_app(), terminal_size=(80, 24), press=["colon", *"to"])


def test_a_light_background(snap_compare: Compare) -> None:
    assert snap_compare(make_app("light"), terminal_size=(120, 40), run_before=after())


def test_without_colours(snap_compare: Compare, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    app = make_app(environ={**TRUECOLOR, "NO_COLOR": "1"})
    assert snap_compare(app, terminal_size=(120, 40), run_before=after())


@pytest.mark.parametrize("size", SIZES)
def test_a_search(snap_compare: Compare, size: tuple[int, int]) -> None:
    assert snap_compare(make_app(), terminal_size=size, run_before=after("k", "slash", *"aud"))


@pytest.mark.parametrize("size", SIZES)
def test_sorted_by_a_column(snap_compare: Compare, size: tuple[int, int]) -> None:
    keys = ("right", "right", "full_stop", "slash", *"prod", "enter")
    assert snap_compare(make_app(), terminal_size=size, run_before=after(*keys))


@pytest.mark.parametrize("size", SIZES)
def test_a_search_in_the_record(snap_compare: Compare, size: tuple[int, int]) -> None:
    keys = ("k", "enter", "slash", *"getobj", "enter")
    assert snap_compare(make_app(), terminal_size=size, run_before=after(*keys))


def test_columns(snap_compare: Compare) -> None:
    keys = ("c", "j", "j", "space")
    assert snap_compare(make_app(), terminal_size=(80, 24), press=keys)
