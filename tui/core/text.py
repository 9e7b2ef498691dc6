"""What may reach a terminal: the one gate between hostile text and a screen.

Whoever makes a call to AWS writes parts of its record. An ESC in a user agent could set the
clipboard (OSC 52) or the title, a bidi control could turn a bucket's name around, an invisible
letter could make two names look the same. So nothing reaches a widget, a terminal or a
notification but through `safe`, which shows such characters instead of sending them:

- C0 controls and DEL become their pictures: ``␛ ␊ ␉ ␀ ␡``;
- C1, bidi, zero-width and tag characters, variation selectors, line and paragraph separators,
  fillers that draw nothing, lone surrogates, private and unassigned characters become their
  number between single angle quotes, as in U+202E.

What is a secret is told in `tui.core.secrets`; its names can be had from here too.
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tui.core.secrets import is_secret, mask_json_line, mask_record, mask_text

__all__ = [
    "MASK",
    "cell_width",
    "cut",
    "fit",
    "is_secret",
    "mask_json_line",
    "mask_record",
    "mask_text",
    "pad",
    "safe",
]

ELLIPSIS = "…"
MASK = "••••"
"""Stands for a secret."""

# Printable by their category, but drawn as nothing: Default_Ignorable_Code_Point of Unicode's
# DerivedCoreProperties without what `str.isprintable` refuses anyway, and the empty braille cell.
_UNSEEN = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\ufe00-\ufe0f\uffa0"
    "\U000e0100-\U000e01ef]"
)
_REFUSED = frozenset(("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"))
_REMEMBERED = 4096  # entries; hostile text could fill a table with a million


def __getattr__(name: str) -> object:
    """The names of `tui.core.secrets`, which the first paint need not wait for."""
    if name in __all__:
        from tui.core import secrets

        return getattr(secrets, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def safe(text: str, *, newlines: bool = False) -> str:
    r"""`text` as one line that is fit for a terminal; the same text when it is so already.

    With `newlines`, "\n" is kept, for what a pager shows. The result can always be encoded as
    UTF-8, and the gate leaves its own results alone.
    """
    if text.isprintable() and (text.isascii() or _UNSEEN.search(text) is None):
        return text
    return text.translate(_LINES if newlines else _LINE)


class _StandIns(dict[int, str]):
    """A table for `str.translate` that finds a character's stand-in when it is first met."""

    def __missing__(self, code: int) -> str:
        character = chr(code)
        if code < 0x20:
            shown = chr(0x2400 + code)
        elif code == 0x7F:
            shown = "\u2421"
        elif unicodedata.category(character) in _REFUSED or _UNSEEN.match(character):
            shown = f"\u2039U+{code:04X}\u203a"
        else:
            shown = character
        if len(self) < _REMEMBERED:
            self[code] = shown
        return shown


_LINE = _StandIns()
_LINES = _StandIns({10: "\n"})


class _Widths(dict[str, int]):
    """Terminal cells of a character, found when it is first met."""

    def __missing__(self, character: str) -> int:
        code = ord(character)
        if unicodedata.category(character) in ("Mn", "Me", "Mc") or _JOINING.match(character):
            width = 0
        elif unicodedata.east_asian_width(character) in "WF" or _WIDE_SINCE_16.match(character):
            width = 2
        else:
            width = 0 if code < 0x20 else 1
        if len(self) < _REMEMBERED:
            self[character] = width
        return width


# Korean vowels and finals join the syllable before them; skin tones the face.
_JOINING = re.compile("[\u1160-\u11ff\ud7b0-\ud7ff\U0001f3fb-\U0001f3ff]")
# The hexagrams, tetragrams and counting rods that Unicode 16 made wide.
_WIDE_SINCE_16 = re.compile("[\u2630-\u2637\u268a-\u268f\u4dc0-\u4dff\U0001d300-\U0001d376]")
_WIDTHS = _Widths()


def cell_width(text: str) -> int:
    """How many terminal cells `text` takes once it is through the gate.

    Wide characters take two, combining ones none. The same as the renderer of Textual counts,
    which draws a column's edge where it believes the text to end.
    """
    if text.isascii():
        return len(text)
    return sum(map(_WIDTHS.__getitem__, text))


def cut(text: str, width: int) -> str:
    """`text` in at most `width` cells: what is too long loses its middle.

    Names of sessions, roles and buckets often begin alike and differ at their ends.
    """
    if width <= 0:
        return ""
    if text.isascii():
        if len(text) <= width:
            return text
        tail = (width - 1) // 2
        return text[: width - 1 - tail] + ELLIPSIS + (text[-tail:] if tail else "")
    if cell_width(text) <= width:
        return text
    tail = (width - 1) // 2
    return _head(text, width - 1 - tail) + ELLIPSIS + _tail(text, tail)


def cut_end(text: str, width: int) -> str:
    """`text` in at most `width` cells: what is too long loses its end, as a sentence may."""
    if cell_width(text) <= width:
        return text
    return _head(text, width - 1).rstrip() + ELLIPSIS if width > 0 else ""


_TELLING = len(" (SSO Ad")
"""Of what stands behind a name, the least that tells anything."""


def cut_who(who: str, width: int) -> str:
    """A name in at most `width` cells: what stands behind it in brackets goes first.

    With IAM Identity Center everybody's name ends alike: `jo@example.com (SSO ReadOnlyAccess)`.
    """
    name, bracket, _ = who.partition(" (")
    if not bracket or who[-1] != ")" or cell_width(who) <= width:
        return cut(who, width)
    if cell_width(name) >= width:
        return cut(name, width)
    short = _head(who, width - 1)
    return (short if len(short) - len(name) >= _TELLING else name) + ELLIPSIS


def noted(target: str, note: str) -> str:
    """`target ← note`, and `target → key` for what was handed out: such notes bring their arrow."""
    if not note:
        return target
    arrowed = note if note.startswith("→") else f"← {note}"
    return f"{target} {arrowed}" if target else arrowed


def pad(text: str, width: int) -> str:
    """`text` with blanks behind it up to `width` cells."""
    return text + " " * (width - cell_width(text))


def fit(text: str, width: int) -> str:
    """`text` in exactly `width` cells: cut in the middle or padded."""
    return pad(cut(text, width), width)


def _head(text: str, width: int) -> str:
    used = 0
    for position, character in enumerate(text):
        used += _WIDTHS[character]
        if used > width:
            return text[:position]
    return text


def _tail(text: str, width: int) -> str:
    """The last cells; marks that belong to a character cut away go with it."""
    used = 0
    start = len(text)
    for position in range(len(text) - 1, -1, -1):
        cells = _WIDTHS[text[position]]
        used += cells
        if used > width:
            break
        if cells:
            start = position
    return text[start:]
