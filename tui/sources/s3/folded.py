"""The folders of servers that tell none.

Some servers for development pass the delimiter by. Others, s3rver among them, list by it only what
lies directly below: a bucket with a trail is empty to them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tui.sources.s3.client import Entry, Page

_LAST = "\U0010ffff"
"""Sorts behind all that a key may go on with."""
_PAGES = 100


def is_not_folded(
    entries: Sequence[Entry], prefix: str, delimiter: str, *, keys_alone: bool
) -> bool:
    """May there be folders that an answer does not tell? `keys_alone`: it is all, and tells none.

    What is empty, or holds but the folder's own object, has to be looked at once more.
    """
    below = [entry.key[len(prefix) :] for entry in entries]
    return any(delimiter in name for name in below) or (keys_alone and not any(below))


def folded(
    ask: Callable[[str], Page], prefix: str, delimiter: str
) -> tuple[list[Entry], list[str]]:
    """Keys and folders of one level; `ask` lists all below the prefix that sorts behind a name."""
    entries: list[Entry] = []
    folders: dict[str, None] = {}
    after = ""
    for _ in range(_PAGES):
        page = ask(after)
        for entry in page.entries:
            name, slash, _ = entry.key[len(prefix) :].partition(delimiter)
            after = entry.key
            if slash:
                folders[f"{prefix}{name}{delimiter}"] = None
                after = f"{prefix}{name}{delimiter}{_LAST}"
            else:
                entries.append(entry)
        if not page.token:
            break
    return entries, list(folders)
