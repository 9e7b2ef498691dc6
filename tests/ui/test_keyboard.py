"""Keys as a terminal sends them: in one piece, in several, in another encoding."""

from __future__ import annotations

import pytest
from textual.events import Key

from tui.ui.keyboard import KeyParser


def keys(*pieces: str) -> str:
    """The names of the keys that the pieces make, Esc not waiting for anything."""
    parser = KeyParser()
    messages = [message for piece in pieces for message in parser.feed(piece)]
    return " ".join(message.key for message in messages if isinstance(message, Key))


@pytest.mark.parametrize(
    ("pieces", "names"),
    [
        (["\x1bj"], "escape j"),
        (["\x1bJ"], "escape J"),
        (["\x1b:go"], "escape colon g o"),
        (["\x1b1"], "escape 1"),
        (["\x1b="], "escape equals_sign"),
        (["\x1bé"], "escape é"),
        (["\x1b\r"], "escape enter"),
        (["\x1b "], "escape space"),
        (["\x1b\x04"], "escape ctrl+d"),
        (["\x1bj\x1b[A"], "escape j up"),
        (["\x1b\x1bj"], "escape escape j"),
        (["\x1b", "j"], "escape j"),
        (["\x1b:" + "x" * 40], "escape colon" + " x" * 40),
    ],
)
def test_escape_before_a_key_is_a_key(pieces: list[str], names: str) -> None:
    assert keys(*pieces) == names


@pytest.mark.parametrize(
    ("pieces", "name"),
    [
        (["\x1b[A"], "up"),
        (["\x1b", "[A"], "up"),
        (["\x1bOA"], "up"),
        (["\x1b[Z"], "shift+tab"),
        (["\x1bf"], "ctrl+right"),
        (["\x1bb"], "ctrl+left"),
        (["\x1b\x7f"], "ctrl+w"),
    ],
)
def test_escape_begins_what_a_sequence_begins_with(pieces: list[str], name: str) -> None:
    assert keys(*pieces) == name
