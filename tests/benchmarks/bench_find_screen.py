"""The screen while somebody looks for something: prompts are filled in, repaints are timed."""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING, NamedTuple

from tests.benchmarks.bench_memory import weights
from tests.benchmarks.bench_terminal import text_of

if TYPE_CHECKING:
    from tests.benchmarks.bench_terminal import Screen

ENTER, ESCAPE, UNDO = b"\r", b"\x1b", b"u"
FILTER = b"&"
OF = rb"Events [^A-Za-z]{3,5} [\d,]+ of [\d,]+ "
"""How a title of the list begins where there is a filter."""
FRAME = 0.03
"""Seconds without a byte after which a repaint is over. The detail comes later, by intent."""
REST = 1.2
"""While records are looked through, something is drawn more often than that."""
LONGEST = 5.0
MISSING = float("inf")
_LEFT = re.compile(rb"Events [^A-Za-z]{3,5} ([\d,]+) of [\d,]+ ")


class Answer(NamedTuple):
    """What a key led to."""

    ms: float
    """From the key to the last byte of the repaint; infinite if what was awaited did not come."""
    text: bytes
    """What was drawn."""
    size: int
    """The bytes that drew it."""

    @property
    def left(self) -> int:
        """The events that the list's title names last; -1 if it was not drawn."""
        found = _LEFT.findall(self.text)
        return int(found[-1].replace(b",", b"")) if found else -1


class Look(NamedTuple):
    """How a search through records went, in seconds from Enter."""

    first: float
    """Until the first event was listed."""
    done: float
    """Until nothing was drawn any more."""
    left: int
    """The events that were listed then."""


class Finder:
    """Presses keys on a screen that shows a loaded trail."""

    def __init__(self, screen: Screen) -> None:
        self.screen = screen
        self.most = 0.0
        """Megabytes of the program and its processes, at most, whenever it was looked."""

    def weigh(self) -> float:
        """The megabytes that they have now."""
        found = sum(weights(self.screen.pid).values())
        self.most = max(self.most, found)
        return found

    def settle(self) -> None:
        """Wait until it is quiet."""
        self.screen.settle(quiet=0.3)

    def press(
        self, key: bytes, shows: bytes = b"", *, pause: float = FRAME, longest: float = LONGEST
    ) -> Answer:
        """Press a key; the answer is over when it is quiet after a text that matches `shows`."""
        pattern = re.compile(shows)
        sent = time.monotonic()
        # What comes is timed here, but for what is there already when the key has been sent.
        burst = self.screen.press(key, longest=0.0)
        end = sent + longest
        last, data = burst.last, burst.data
        while (now := time.monotonic()) < end:
            piece = self.screen.read(min(pause, end - now))
            if piece:
                last, data = time.monotonic() - sent, data + piece
            elif data and pattern.search(text_of(data)):
                return Answer(last * 1000, text_of(data), len(data))
        return Answer(MISSING, text_of(data), len(data))

    def type(self, prompt: bytes, text: str, *, pause: float = FRAME) -> list[Answer]:
        """Type into a prompt, one key after the other's answer, and leave it.

        Only what changes is sent: the letter, and a count and rows if they are others now.
        """
        self.press(prompt)
        self.settle()
        found = []
        for letter in text.encode():
            typed = bytes([letter])
            found.append(self.press(typed, re.escape(typed), pause=pause))
            self.settle()
        self.press(ESCAPE)
        self.settle()
        return found

    def ask(self, prompt: bytes, text: str, shows: bytes = b"") -> Answer:
        """Open a prompt, type, and press Enter before anything is tried for the typed text."""
        self.write(prompt, text)
        return self.press(ENTER, shows)

    def write(self, prompt: bytes, text: str) -> None:
        """Open a prompt and type a text as fast as it is taken."""
        self.press(prompt)
        self.settle()
        self.press(text.encode(), pause=2 * FRAME)

    def filter(self, text: str, shows: bytes = OF) -> Answer:
        """Filter by one step more."""
        answer = self.ask(FILTER, text, shows)
        self.settle()
        return answer

    def undo(self) -> Answer:
        """Take back the last step."""
        answer = self.press(UNDO, b"Events")
        self.settle()
        return answer

    def look(self, text: str, *, weigh: bool = False) -> Look:
        """Filter by what only records can tell, and wait until they have been looked through."""
        self.write(FILTER, text)
        self.screen.press(ENTER, longest=0.0)
        sent = time.monotonic()
        first = last = MISSING
        data = b""
        left, weighed = -1, sent
        while time.monotonic() - sent < 60 * LONGEST:
            piece = self.screen.read(REST)
            now = time.monotonic()
            if not piece:
                break
            last, data = now - sent, data + piece
            if found := _LEFT.findall(text_of(data)):
                left = int(found[-1].replace(b",", b""))
                first = min(first, last) if left > 0 else first
                data = data[-4000:]
            if weigh and now - weighed > 1:
                weighed = now
                self.weigh()
        return Look(first, last, left)
