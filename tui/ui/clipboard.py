"""Copying through the terminal (OSC 52), also from inside tmux and screen."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

LIMIT = 74_994
"""Bytes of base64 that terminals take at most; hterm and older xterms drop what is longer."""

_SCREEN_CHUNK = 700  # GNU screen passes on device control strings of up to 768 bytes


def copy(
    text: str,
    what: str,
    *,
    write: Callable[[str], None],
    environ: Mapping[str, str],
) -> tuple[bool, str]:
    """Send `text` to the terminal's clipboard; tells whether it was sent, and says it."""
    encoded = base64.b64encode(text.encode("utf-8", "replace")).decode("ascii")
    if len(encoded) > LIMIT:
        return False, f"{_capital(what)} is too long to copy: o opens it in the pager"
    write(sequence(encoded, environ))
    return True, f"Copied {what}: {_told(text)}"


def sequence(encoded: str, environ: Mapping[str, str]) -> str:
    """The control sequence that carries base64 to the clipboard of the outermost terminal."""
    plain = f"\x1b]52;c;{encoded}\x07"
    if environ.get("TMUX"):
        # tmux takes OSC 52 itself where set-clipboard is on; passed through, it arrives also
        # where only allow-passthrough is.
        doubled = plain.replace("\x1b", "\x1b\x1b")
        return f"{plain}\x1bPtmux;{doubled}\x1b\\"
    if environ.get("STY") or environ.get("TERM", "").startswith("screen"):
        parts = [plain[i : i + _SCREEN_CHUNK] for i in range(0, len(plain), _SCREEN_CHUNK)]
        return "".join(f"\x1bP{part}\x1b\\" for part in parts)
    return plain


def _told(text: str) -> str:
    lines = text.count("\n") + (not text.endswith("\n"))
    if lines > 1:
        return f"{lines:,} lines"
    return text if len(text) <= 60 else f"{len(text):,} characters"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
