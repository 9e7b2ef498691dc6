"""The terminal's driver: what is typed becomes keys, also where Esc and a key come at once.

Over a slow line, or from a quick hand, Esc and the next key come in one piece, as Alt and that key
do. Textual drops the Esc of `Esc :`, makes `Esc 1` a `¡`, and ends with a traceback at a byte that
is no UTF-8, as a terminal of another encoding sends it.
"""

from __future__ import annotations

import codecs
import contextlib
import os
import re
import select
from typing import TYPE_CHECKING, Final

from textual._parser import ParseEOF, ParseError
from textual._xterm_parser import XTermParser
from textual.drivers.linux_driver import LinuxDriver
from textual.events import Key

if TYPE_CHECKING:
    from collections.abc import Iterable

    from textual.message import Message

_ESCAPE: Final = "\x1b"
_ALONE: Final = re.compile(_ESCAPE + r"[^\x1b\[Ofb\x7f\t]", re.DOTALL)
"""Esc and a key, where no sequence begins so; Alt with f, b and Backspace edit a prompt."""
_WAIT: Final = 0.1
"""Seconds between two looks at whether an Esc stays alone."""
_PIECE: Final = 4096


class KeyParser(XTermParser):
    """Makes keys of what is typed; Esc before a key is a key, not Alt."""

    def _sequence_to_key_events(self, sequence: str, alt: bool = False) -> Iterable[Key]:  # noqa: FBT001 (Textual's own)
        if alt or _ALONE.fullmatch(sequence):
            yield Key("escape", _ESCAPE)
            sequence = sequence.removeprefix(_ESCAPE)
        yield from super()._sequence_to_key_events(sequence)


class Keyboard(LinuxDriver):
    """Textual's driver, with keys as this module reads them."""

    def run_input_thread(self) -> None:
        """Read what is typed and send it on, until the screen is left."""
        parser = KeyParser(self._debug)
        decode = codecs.getincrementaldecoder("utf-8")("replace").decode
        while not self.exit_event.is_set():
            if select.select([self.fileno], [], [], _WAIT)[0]:
                piece = os.read(self.fileno, _PIECE)
                if not piece:  # the terminal is gone: nothing comes, and the program must not wait
                    break
                if text := decode(piece):
                    self._send(parser.feed(text))
            self._send(parser.tick())
        with contextlib.suppress(ParseEOF, ParseError):
            self._send(parser.feed(""))

    def _send(self, messages: Iterable[Message]) -> None:
        for message in messages:
            self.process_message(message)
