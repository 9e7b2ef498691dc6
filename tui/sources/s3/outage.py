"""Nothing can be asked for want of access: what is said of it, and when it is tried again.

Whoever signs in anew, or whose credentials a broker writes anew, does so in another terminal:
it is looked for by itself, at first soon, then every minute.
"""

from __future__ import annotations

from tui.sources.s3.errors import Refusal, Trouble
from tui.sources.s3.lines import NEVER

ALL_DOWN = frozenset(
    {Refusal.NO_CREDENTIALS, Refusal.EXPIRED, Refusal.BAD_CREDENTIALS, Refusal.CLOCK}
)
"""What holds for every request, until the person has done something."""
FIRST_WAIT, LONGEST_WAIT = 15.0, 60.0
"""Seconds until a client is made again with the credentials that there are then."""


class Outage:
    """Lasts from a refusal of all requests to the first that is answered."""

    def __init__(self, *, following: bool, poll: float | None) -> None:
        self.trouble: Trouble | None = None
        """With what is done about it in its sentence; None while all is well."""
        self.until = NEVER
        """When it is tried again, seconds since 1970."""
        self.trying = False
        """Have requests been begun, none of which is answered yet?"""
        self._following = following
        self._first = min(poll or FIRST_WAIT, LONGEST_WAIT)
        self._wait = 0.0

    @property
    def shut(self) -> bool:
        """Is there nobody to ask at the moment?"""
        return self.trouble is not None and not self.trying

    def failed(self, trouble: Trouble, now: float) -> bool:
        """Note a refusal; is it another one than before?"""
        before, self.trying = self.trouble, False
        self._wait = self._first if before is None else min(2 * self._wait, LONGEST_WAIT)
        if self._following:
            self.until = now + self._wait
            told = f"{trouble.sentence.rstrip('.')}; it is tried again every minute."
            trouble = trouble._replace(sentence=told)
        self.trouble = trouble
        return before != trouble

    def begin(self) -> None:
        """Ask once more."""
        self.trying = self.trouble is not None
        self.until = NEVER

    def over(self) -> None:
        """A request has been answered."""
        self.trouble, self.trying, self.until = None, False, NEVER
