"""What a screen or a printing that ended means for the shell, and what is said then."""

from __future__ import annotations

import datetime as dt
import gc
import signal
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from tests.unit.test_headless import Lost, TwoFiles
from tui.core.query.nodes import Field, Present
from tui.core.query.parser import parse
from tui.errors import ExitCode
from tui.launch import known_themes, needs_details, print_feed, run_app
from tui.options import Counted, Options
from tui.settings import Settings
from tui.sources.base import Window

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


@pytest.fixture(autouse=True)
def _collector() -> Iterator[None]:
    yield
    gc.unfreeze()


class Left:
    """A screen that was left as told."""

    def __init__(
        self, fault: BaseException | None = None, ended_by: int = 0, code: int = 0
    ) -> None:
        self.fault = fault
        self.ended_by = ended_by
        self.return_code = code
        self.mouse: bool | None = None

    def run(self, *, mouse: bool) -> object:
        self.mouse = mouse
        return None


def test_a_screen_that_was_left_is_well() -> None:
    app = Left()
    assert run_app(app, mouse=True) == ExitCode.OK
    assert app.mouse is True


def test_a_screen_that_a_signal_ended_says_which() -> None:
    assert run_app(Left(ended_by=signal.SIGTERM), mouse=False) == ExitCode.TERMINATED
    assert run_app(Left(ended_by=signal.SIGHUP), mouse=False) == 129


def test_the_fault_of_a_screen_is_raised() -> None:
    with pytest.raises(LookupError, match="inside"):
        run_app(Left(fault=LookupError("inside"), code=70), mouse=False)


def test_a_theme_may_be_ours_or_textuals() -> None:
    themes = known_themes()
    assert {"dark", "light", "ansi", "nord"} <= set(themes)
    assert Settings(theme="nrod").with_themes(themes).theme is None


class WithProblems(TwoFiles):
    """Some of it could not be read."""

    def problems(self) -> list[Lost]:
        return [Lost("/logs/a\x1b[31m.gz", 5, "it ends too early")]


def _options(form: str) -> Options:
    return Options(sources=("logs",), window=Window(), follow=False, output=form)


@pytest.mark.parametrize(
    ("form", "filters", "needed"),
    [
        ("json", (), False),
        ("json", ("text:quokka", "id:6573de4e-6037-4f2d-9d80-2145e76cc7ff who:dana"), False),
        ("json", ("who:dana", "target:logs"), True),
        ("json", ("is:public",), True),
        ("json", ("quokka",), True),
        ("csv", ("who:dana",), True),
        ("lines", (), True),
    ],
)
def test_whole_records_are_looked_at_where_something_asks_for_it(
    form: str, filters: tuple[str, ...], needed: bool
) -> None:
    now = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
    nodes = [parse(text, now=now, zone=dt.UTC) for text in filters]
    assert needs_details(_options(form), nodes) is needed
    assert needs_details(replace(_options(form), follow=True), nodes)


@pytest.mark.parametrize(("field", "needed"), [("address", False), ("target", True)])
def test_counting_asks_for_its_own_field(field: str, needed: bool) -> None:
    counted = Counted(field, Field(field, (Present(),)))
    assert needs_details(replace(_options("lines"), top=counted), ()) is needed
    assert needs_details(replace(_options("lines"), timeline=True), ())


def test_events_go_to_stdout_and_words_to_stderr(capfd: pytest.CaptureFixture[str]) -> None:
    code = print_feed(WithProblems(), _options("lines"), {"111122223333": "prod"})
    out, err = capfd.readouterr()
    assert code == ExitCode.PARTIAL
    assert len(out.splitlines()) == 8
    assert all(line.endswith("  prod") for line in out.splitlines())
    assert err == "cloudtrail-tui: /logs/a␛[31m.gz, byte 5: it ends too early\n"


class Unanswered(TwoFiles):
    """The filter could not be answered for all events."""

    def hint(self) -> str:
        return ""

    def trouble(self) -> str:
        return "/(a+)+/ takes too long and was given up"

    def unread(self) -> int:
        return 2


def test_what_a_filter_could_not_say_is_missing(capfd: pytest.CaptureFixture[str]) -> None:
    assert print_feed(Unanswered(), _options("lines"), {}) == ExitCode.PARTIAL
    assert capfd.readouterr().err.splitlines() == [
        "cloudtrail-tui: --filter: /(a+)+/ takes too long and was given up.",
        "cloudtrail-tui: 2 events could not be read again: their files changed or went away.",
    ]


class Nothing(TwoFiles):
    """No events at all."""

    def batches(self, changed: Callable[[], None]) -> Iterator[list[int]]:
        yield []


@pytest.mark.parametrize(("form", "lines"), [("lines", 0), ("json", 0), ("csv", 1)])
def test_no_events_are_said(form: str, lines: int, capfd: pytest.CaptureFixture[str]) -> None:
    assert print_feed(Nothing(), _options(form), {}) == ExitCode.NONE
    out, err = capfd.readouterr()
    assert out.count("\n") == lines
    assert err == "cloudtrail-tui: No events.\n"
