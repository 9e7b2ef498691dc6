"""The colours: dark, light, and the terminal's own sixteen; what a line of text is drawn in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from rich.style import Style
from textual.theme import BUILTIN_THEMES, Theme

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

DARK: Final = "dark"
LIGHT: Final = "light"
ANSI: Final = "ansi"

THEMES: Final = (
    Theme(
        name=DARK,
        primary="#6ea8fe",
        secondary="#8b99ab",
        accent="#8fd3c7",
        warning="#e8b45a",
        error="#ff8f85",
        success="#7ec983",
        foreground="#d7dbe0",
        background="#12151a",
        surface="#12151a",
        panel="#1b2028",
        dark=True,
        variables={
            "change": "#e8b45a",
            "sensitive": "#d7a6ff",
            "rule": "#4a5564",
            "cursor": "#2c4a74",
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
            "change": "#8a5300",
            "sensitive": "#7b2fb5",
            "rule": "#9aa4b0",
            "cursor": "#bcd6ff",
            "cursor-blurred": "#e3e7ec",
        },
    ),
    # Nothing but what can be read on a dark and on a light ground: no yellow, no white.
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
            **BUILTIN_THEMES["ansi-dark"].variables,
            "change": "ansi_default",
            "sensitive": "ansi_magenta",
            "rule": "ansi_default",
            "cursor": "ansi_default",
            "cursor-blurred": "ansi_default",
        },
    ),
)

# name → foreground, background, attributes with many colours, attributes with sixteen.
_STYLES: Final[dict[str, tuple[str, str, str, str]]] = {
    "title": ("rule", "", "", "dim"),
    "title-focused": ("primary", "", "bold", "bold"),
    "header": ("secondary", "", "", ""),
    "chosen": ("foreground", "", "bold underline", "bold underline"),
    "failed": ("error", "", "", ""),
    "change": ("change", "", "", "bold"),
    "sensitive": ("sensitive", "", "", ""),
    "read": ("foreground", "", "", ""),
    "aws": ("", "", "dim", "dim"),
    "day": ("secondary", "", "", "bold"),
    "cursor": ("", "cursor", "", "reverse"),
    "cursor-blurred": ("", "cursor-blurred", "", "underline"),
    "match": ("background", "change", "underline", "bold reverse underline"),
    "bar": ("rule", "", "", "dim"),
    "value": ("foreground", "", "", ""),
    "included": ("success", "", "bold", "bold"),
    "excluded": ("error", "", "strike", "strike"),
    "left-out": ("secondary", "", "dim", "dim"),
    "status": ("secondary", "panel", "", "reverse"),
    "message": ("foreground", "panel", "bold", "bold reverse"),
    "warning": ("warning", "panel", "bold", "bold reverse"),
    "asked": ("foreground", "panel", "", ""),
    "asked-words": ("secondary", "panel", "", ""),
    "asked-wrong": ("warning", "panel", "bold", "bold"),
    "asked-chosen": ("foreground", "panel", "reverse", "reverse"),
    "asked-cursor": ("background", "foreground", "", "reverse"),
    "text": ("foreground", "", "", ""),
    "heading": ("primary", "", "bold", "bold"),
    "key": ("accent", "", "bold", "bold"),
    "quiet": ("secondary", "", "", ""),
    "loss": ("error", "", "bold", "bold"),
}
NAMES: Final = frozenset(_STYLES)
"""What a piece of a line can be drawn as."""


def line_style(variables: Mapping[str, str], names: Sequence[str], *, ansi: bool) -> Style:
    """The style of a piece of text: the named ones laid over one another, the last on top.

    `variables` are the theme's colours as Textual works them out.
    """

    def colour(role: str) -> str:
        value = variables[role]
        return value.removeprefix("ansi_") if value.startswith(("#", "ansi_")) else "default"

    style = Style(color=colour("foreground"), bgcolor=colour("background"))
    for name in names:
        front, back, many, sixteen = _STYLES[name]
        style += Style(
            color=colour(front) if front else None, bgcolor=colour(back) if back else None
        )
        style += Style.parse(sixteen if ansi else many)
    return style


def own_variables(theme: Theme) -> dict[str, str]:
    """What our themes have and Textual's lack: the colours of rows, rules and cursors."""
    name = ANSI if theme.ansi else DARK if theme.dark else LIGHT
    return next(ours for ours in THEMES if ours.name == name).variables


def needs_terminal_colours(environ: Mapping[str, str]) -> bool:
    """Whether only the terminal's own colours will do: NO_COLOR, or no more than sixteen."""
    if "NO_COLOR" in environ:
        return True
    if environ.get("COLORTERM", "").strip().lower() in ("truecolor", "24bit"):
        return False
    _, hyphen, colours = environ.get("TERM", "").strip().lower().rpartition("-")
    return not (hyphen and colours in ("256color", "kitty"))
