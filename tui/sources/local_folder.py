"""One folder and the files in it that are known, or have been listed and not yet offered."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from tui.sources.base import Change, Notice

if TYPE_CHECKING:
    import os

Outcome = list[Change | Notice]
"""What a look tells; looks add to it."""


class Candidate(NamedTuple):
    """A file that was listed and not yet offered."""

    time: int
    """For the order: the label, else the time of the last change; microseconds."""
    folder: Folder
    name: str
    entry: os.DirEntry[str] | None


class Folder:
    """One folder and what is known of its files."""

    __slots__ = ("end", "files", "folders", "identity", "mtime", "named", "path")

    def __init__(self, path: str, identity: tuple[int, int], named: set[str] | None) -> None:
        self.path = path
        self.identity = identity
        """Device and inode: the same folder is looked through once, whatever leads to it."""
        self.named = named
        """Only these files were asked for; None: all, and the folders below."""
        self.files: dict[str, bytes] = {}
        self.folders: set[str] = set()
        self.mtime = -1
        """Its time stamp before the last look, -1 where another look is due."""
        self.end: int | None = None
        """The end of the days it stands for, once somebody has asked."""

    def path_of(self, name: str) -> str:
        """The path of something in this folder."""
        return f"{self.path}/{name}" if self.path != "/" else f"/{name}"
