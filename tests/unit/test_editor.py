"""A line that is typed: what its keys do, what of it is in view."""

from __future__ import annotations

import pytest

from tui.core.text import cell_width
from tui.ui.widgets.editor import CURSOR, Editor


def shown(editor: Editor, width: int) -> str:
    return "".join(text for text, _ in editor.view(width))


@pytest.mark.parametrize(
    ("keys", "text", "cursor"),
    [
        ("left backspace", "who:bob is:rot", 13),
        ("home delete right", "ho:bob is:root", 1),
        ("ctrl+a ctrl+d end", "ho:bob is:root", 14),
        ("ctrl+w", "who:bob is:", 11),
        ("alt+backspace ctrl+w", "who:bob ", 8),
        ("ctrl+left ctrl+left ctrl+u", "is:root", 0),
        ("home ctrl+right ctrl+k ctrl+e", "who:", 4),
        ("home left backspace ctrl+w", "who:bob is:root", 0),
        ("right delete ctrl+right", "who:bob is:root", 15),
    ],
)
def test_keys(keys: str, text: str, cursor: int) -> None:
    editor = Editor("who:bob is:root")
    for key in keys.split():
        assert editor.press(key)
    assert (editor.text, editor.cursor) == (text, cursor)


def test_text_goes_where_the_cursor_is() -> None:
    editor = Editor("ad")
    editor.press("left")
    editor.type("bc")
    assert (editor.text, editor.cursor) == ("abcd", 3)
    assert not editor.press("f1")
    editor.write("xyz", 1)
    assert (editor.text, editor.cursor) == ("xyz", 1)


@pytest.mark.parametrize(
    "text", ["", "short", "x" * 50, "日本語" * 9, "e\u0301" * 30, "a\x1b[31m\x07b"]
)
@pytest.mark.parametrize("width", [5, 12, 40])
def test_the_view_is_as_wide_as_asked_and_has_the_cursor(text: str, width: int) -> None:
    editor = Editor(text)
    for key in ["end", *["left"] * len(text), *["right"] * len(text)]:
        editor.press(key)
        line = editor.view(width)
        assert sum(cell_width(piece) for piece, _ in line) == width
        assert [names for _, names in line].count(CURSOR) == 1
        assert "\x1b" not in shown(editor, width)


def test_what_is_longer_moves_with_the_cursor() -> None:
    editor = Editor("0123456789")
    assert shown(editor, 5) == "6789 "
    assert editor.scroll(5) == 6
    editor.press("left")
    assert shown(editor, 5) == "6789 "
    editor.press("home")
    assert shown(editor, 5) == "01234"
