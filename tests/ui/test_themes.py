"""Every theme that can be chosen draws every kind of line; which one a terminal gets."""

from __future__ import annotations

import pytest

from tests.ui.stand import TRUECOLOR, stand
from tui.settings import Settings
from tui.ui.themes import ANSI, DARK, LIGHT, NAMES, THEMES, line_style, needs_terminal_colours


@pytest.mark.parametrize(
    ("environ", "plain"),
    [
        ({"TERM": "xterm-256color"}, False),
        ({"TERM": "xterm", "COLORTERM": "truecolor"}, False),
        ({"TERM": "xterm-16color"}, True),
        ({"TERM": "linux"}, True),
        ({}, True),
        ({"TERM": "xterm-256color", "NO_COLOR": ""}, True),
    ],
)
def test_few_colours_are_the_terminals_own(environ: dict[str, str], *, plain: bool) -> None:
    assert needs_terminal_colours(environ) is plain


async def test_every_theme_draws_every_line() -> None:
    async with stand() as it:
        for name in it.app.available_themes:
            it.app.theme = name
            await it.settle()
            ansi = it.app.current_theme.ansi
            for line in NAMES:
                style = line_style(it.app.theme_variables, (line,), ansi=ansi)
                assert None not in (style.color, style.bgcolor)
            assert "Events" in it.text()[0]


async def test_a_cursor_can_be_told_without_colours() -> None:
    async with stand(environ={"TERM": "xterm-16color"}) as it:
        assert it.app.theme == ANSI
        variables = it.app.theme_variables
        styles = {name: line_style(variables, (name,), ansi=True) for name in NAMES}
        assert styles["cursor"].reverse
        assert styles["cursor-blurred"].underline
        assert styles["title"].dim
        assert styles["title-focused"].bold
        assert styles["included"].bold
        assert styles["excluded"].strike
        colours = {style.color.name for style in styles.values() if style.color}
        assert colours <= {"default", "red", "green", "blue", "cyan", "magenta"}


@pytest.mark.parametrize("name", [DARK, LIGHT, "nord"])
async def test_a_theme_is_a_setting(name: str) -> None:
    async with stand(settings=Settings(theme=name)) as it:
        assert it.app.theme == name
        assert it.message == ""


async def test_an_unknown_theme_is_told() -> None:
    async with stand(settings=Settings(theme="nonsense"), environ=TRUECOLOR) as it:
        assert it.app.theme == DARK
        assert it.message == "theme: there is no theme nonsense"


def test_levels_can_be_told_apart_in_our_themes() -> None:
    for theme in THEMES:
        if not theme.ansi:
            colours = {theme.error, theme.variables["change"], theme.variables["sensitive"]}
            assert len({*colours, theme.foreground}) == 4
