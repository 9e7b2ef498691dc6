"""What the terminal is sent for a copy, and what the person is told."""

from __future__ import annotations

import base64

from tui.ui.clipboard import LIMIT, copy, sequence


def copied(text: str, environ: dict[str, str] | None = None) -> tuple[bool, str, str]:
    sent: list[str] = []
    done, words = copy(text, "the value", write=sent.append, environ=environ or {})
    return done, words, "".join(sent)


def test_a_terminal_gets_osc_52() -> None:
    done, words, sent = copied("arn:aws:iam::111122223333:role/Admin")
    assert done
    assert words == "Copied the value: arn:aws:iam::111122223333:role/Admin"
    payload = base64.b64encode(b"arn:aws:iam::111122223333:role/Admin").decode()
    assert sent == f"\x1b]52;c;{payload}\x07"


def test_tmux_gets_it_twice_plain_and_passed_through() -> None:
    _, _, sent = copied("é", {"TMUX": "/tmp/tmux-0/default,1,0", "TERM": "screen-256color"})
    plain = "\x1b]52;c;w6k=\x07"
    assert sent == plain + "\x1bPtmux;\x1b\x1b]52;c;w6k=\x07\x1b\\"


def test_screen_gets_it_in_pieces_it_can_hold() -> None:
    text = "x" * 3000
    for environ in ({"STY": "1.tty"}, {"TERM": "screen"}):
        _, _, sent = copied(text, environ)
        pieces = sent.split("\x1b\\")
        assert pieces.pop() == ""
        assert all(piece.startswith("\x1bP") and len(piece) <= 768 for piece in pieces)
        whole = "".join(piece.removeprefix("\x1bP") for piece in pieces)
        assert whole == sequence(base64.b64encode(text.encode()).decode(), {})


def test_what_is_too_long_is_refused_not_cut() -> None:
    most = LIMIT // 4 * 3
    done, words, sent = copied("x" * most)
    assert done
    assert "characters" in words
    assert len(sent) <= LIMIT + 8
    done, words, sent = copied("x" * (most + 3))
    assert (done, sent) == (False, "")
    assert "too long to copy" in words


def test_many_lines_are_counted_not_repeated() -> None:
    assert copied("a\nb\nc\n")[1] == "Copied the value: 3 lines"
