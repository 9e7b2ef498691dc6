"""The colours: dark, light, and the terminal's own sixteen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from textual.theme import Theme

if TYPE_CHECKING:
    from collections.abc import Mapping

DARK: Final = "dark"
LIGHT: Final = "light"
ANSI: Final = "ansi"

THEMES: Final = (
    Theme(
        name=DARK,
        primary="#6ea8fe",
        secondary="#7f8ea3",
        accent="#8fd3c7",
        warning="#e8b45a",
        error="#ff7b72",
        success="#7ec983",
        foreground="#d7dbe0",
        background="#12151a",
        surface="#12151a",
        panel="#1b2028",
        dark=True,
        variables={
            "row-failed": "#ff8f85",
            "row-change": "#e8b45a",
            "row-sensitive": "#d7a6ff",
            "row-read": "#d7dbe0",
            "row-aws": "#7b8694",
            "rule": "#4a5564",
            "cursor-background": "#2c4a74",
            "cursor-blurred": "#262c36",
        },
    ),
    Theme(
        name=LIGHT,
        primary="#0b57d0",
        secondary="#5b6470",
        accent="#00695c",
        warning="#8a5300",
        error="#b3261e",
        success="#1b6e2a",
        foreground="#1c2024",
        background="#ffffff",
        surface="#ffffff",
        panel="#eef1f5",
        dark=False,
        variables={
            "row-failed": "#b3261e",
            "row-change": "#8a5300",
            "row-sensitive": "#7b2fb5",
            "row-read": "#1c2024",
            "row-aws": "#6b7480",
            "rule": "#9aa4b0",
            "cursor-background": "#bcd6ff",
            "cursor-blurred": "#e3e7ec",
        },
    ),
    Theme(
        name=ANSI,
        primary="ansi_blue",
        secondary="ansi_default",
        accent="ansi_cyan",
        warning="ansi_magenta",
        error="ansi_red",
        success="ansi_green",
        foreground="ansi_default",
        background="ansi_default",
        surface="ansi_default",
        panel="ansi_default",
        boost="ansi_default",
        ansi=True,
        variables={
            "row-failed": "ansi_red",
            "row-change": "ansi_blue",
            "row-sensitive": "ansi_magenta",
            "row-read": "ansi_default",
            "row-aws": "ansi_default",
            "rule": "ansi_default",
            "cursor-background": "ansi_default",
            "cursor-blurred": "ansi_default",
        },
    ),
)


def needs_terminal_colours(environ: Mapping[str, str]) -> bool:
    """Whether only the terminal's own colours will do: NO_COLOR, or no more than sixteen."""
    if "NO_COLOR" in environ:
        return True
    if environ.get("COLORTERM", "").strip().lower() in ("truecolor", "24bit"):
        return False
    _, hyphen, colours = environ.get("TERM", "").strip().lower().rpartition("-")
    return not (hyphen and colours in ("256color", "kitty"))


def variables(*, dark: bool) -> dict[str, str]:
    """The colours of rows and cursors for a theme that does not bring its own."""
    return dict(next(theme for theme in THEMES if theme.dark is dark).variables)
