"""An access key's story: which call handed it out, and what was done with it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from tui.core.query.parser import quoted

if TYPE_CHECKING:
    from tui.ui.session.session import Session


class Story(NamedTuple):
    """Where a story goes on."""

    text: str
    """The filter that tells it; empty where it cannot go on."""
    words: str
    row: int = -1
    """The event to go to; -1: to stay."""


def story_of(session: Session, row: int) -> Story:
    """From a call that handed out a key to what the key did, else to where the key came from.

    Where the story of the key that a call handed out is told already, it goes back from that
    call to the one before.
    """
    made, used = session.value(row, "newkey"), session.value(row, "key")
    told = {step.text for step in session.steps.active}
    if made and not {_of(made), _whole(made)} & told:
        rows = session.index.rows_of("key", [made])
        if not len(rows):
            return Story("", f"Nothing that was read was done with the new key {made}")
        return Story(_of(made), f"What the new key {made} did: u goes back")
    if made and not used:
        # Of a call into another account there are two records, and that account's names no key.
        used = session.value(_issued(session, row, made), "key")
    if not used:
        return Story("", "This event names no access key: its story ends here")
    row = _issued(session, row, used)
    if row < 0:
        if {_of(used), _whole(used)} & told:
            return Story("", f"This is what {used} did: nothing read handed it out")
        if made:
            return Story("", f"This is what {made} did: nothing read handed out {used}")
        return Story("", f"No event that was read handed out the key {used}")
    who = session.index.event(row).who or "somebody unknown"
    return Story(_whole(used), f"{used} was handed out here, to {who}: u goes back", row)


def _of(key: str) -> str:
    return f"key:{quoted(key)}"


def _whole(key: str) -> str:
    return f"key:{quoted(key)} or newkey:{quoted(key)}"


def _issued(session: Session, row: int, key: str) -> int:
    """The call that handed out a key: the last one before this event, else the first; or -1.

    One that names the key of its caller is preferred: it can be gone back from.
    """
    index = session.index
    rows = index.rows_of("newkey", [key])
    if not len(rows):
        return -1
    before = rows[index.times[rows] <= index.times[row]]
    if not len(before):
        return int(rows[0])
    last: list[int] = before[index.times[before] == index.times[before[-1]]].tolist()
    return next((each for each in reversed(last) if session.value(each, "key")), last[-1])
