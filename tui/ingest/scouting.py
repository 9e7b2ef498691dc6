"""The scouts at work: what the sources say, beside the objects that they find."""

from __future__ import annotations

import pickle
import selectors
from typing import TYPE_CHECKING

from tui.core.index.rows import SourceLine
from tui.ingest.processes.scout import WAKE
from tui.sources.base import Notice

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from multiprocessing.connection import Connection

    from tui.ingest.ledger import Ledger
    from tui.ingest.processes.nursery import Nursery
    from tui.sources.base import Item, Source


class Scouts:
    """One process for each source; they stand in the selector without data."""

    def __init__(
        self, sources: Sequence[Source], selector: selectors.BaseSelector, ledger: Ledger
    ) -> None:
        self._sources = sources
        self._selector = selector
        self._ledger = ledger
        self._at: dict[Connection, str] = {}
        """Each scout and what it is doing."""
        self._names: dict[Connection, str] = {}
        self.listing = len(sources)
        """Sources whose first look is not complete."""
        self.running = len(sources)
        """Sources that may still find something."""
        self.hint = ""
        """What a source would like the person to know."""
        self.question = ""
        """What a source asks; the person's word is for `tell`."""
        self.refused = ""
        """Why a source will not begin."""

    def start(self, nursery: Nursery, *, follow: bool, poll: float | None) -> None:
        """Let all of them look."""
        for source in self._sources:
            scout = nursery.scout(source, follow=follow, poll=poll)
            self._at[scout] = ""
            self._names[scout] = source.name
            self._selector.register(scout, selectors.EVENT_READ, None)

    def close(self) -> None:
        """Let all of them end."""
        for scout in self._at:
            scout.close()
        self._at.clear()

    @property
    def states(self) -> set[str]:
        """What they are doing, each in a few words."""
        return {*self._at.values()}

    def lines(self) -> list[SourceLine]:
        """How the sources are doing that tell no more than that."""
        return [
            SourceLine(self._names[scout], "", "", "", state, "", 0, 0, 0, 0, 0.0)
            for scout, state in self._at.items()
            if self._names[scout]
        ]

    def look_now(self) -> None:
        """Let them look for what is new."""
        self.tell(WAKE.decode())

    def tell(self, word: str) -> None:
        """Say something to the sources: see `Source.tell`."""
        if word in ("yes", "no"):
            self.question = ""
        for scout in self._at:
            try:
                scout.send_bytes(word.encode())
            except OSError:
                continue  # its end is noticed where its messages are read

    def hear(self, scout: Connection) -> Iterable[Item]:
        """Take in the next message of one; gives what is not for this class or the ledger."""
        try:
            chunk: list[Item] = pickle.loads(scout.recv_bytes())  # noqa: S301 - our own process
        except (EOFError, OSError):
            self._died(scout)
            return
        for item in chunk:
            if not isinstance(item, Notice) or item.kind == "since":
                yield item
            else:
                self._note(scout, item)

    def _died(self, scout: Connection) -> None:
        self._selector.unregister(scout)
        scout.close()
        del self._at[scout]
        self._ended()
        reason = "the process that looks for new files has ended; start again"
        self._ledger.problem("", reason)

    def _ended(self) -> None:
        self.running -= 1
        self.listing = min(self.listing, self.running)
        if not self.running:
            self._ledger.follow = False  # nothing will tell if a file grows

    def _note(self, scout: Connection, notice: Notice) -> None:
        match notice.kind:
            case "listed":
                self.listing = max(0, self.listing - 1)
            case "ended":
                self._ended()
            case "state":
                self._at[scout] = notice.text
            case "hint":
                self.hint = notice.text
            case "question":
                self.question = notice.text
            case "refused":
                self.refused = notice.text
            case _:
                self._ledger.note(notice)
