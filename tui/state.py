"""What the program remembers from one run to the next, in a file for the user alone.

Small things only (a pane's height, saved filters, marks and notes): a JSON object of sections,
each an object of keys. It is replaced as a whole and at once, so that nobody leaves half a file
behind; of two processes that save, the later one keeps what the other changed.
"""

from __future__ import annotations

import copy
import json
import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

LARGEST = 1 << 20
"""Bytes; a longer file is not ours."""


def state_folder() -> Path:
    """The folder for what we write by ourselves; it need not exist yet."""
    import platformdirs

    return Path(platformdirs.user_state_dir("cloudtrail-tui"))


def write_private(path: Path, content: bytes) -> None:
    """Replace a file in one step; it is 0600, a folder made for it 0700. Raises OSError."""
    if not path.parent.is_dir():
        path.parent.parent.mkdir(parents=True, exist_ok=True)
        path.parent.mkdir(mode=0o700, exist_ok=True)
    # mkstemp makes the file 0600 whatever the umask says.
    descriptor, draft = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
        os.replace(draft, path)  # noqa: PTH105  # the draft's name is text, a Path adds nothing
    except OSError:
        Path(draft).unlink(missing_ok=True)
        raise


class State:
    """Values by section and key; anything JSON can hold.

    `notes` are sentences about what was wrong with the file when it was read.
    """

    def __init__(
        self, path: Path, sections: dict[str, dict[str, object]], notes: tuple[str, ...] = ()
    ) -> None:
        self.path = path
        self.notes = notes
        self._sections = sections
        self._read = copy.deepcopy(sections)
        self._changed = False

    @classmethod
    def load(cls, path: Path | None = None) -> State:
        """Read what is remembered; never fails, a damaged file is set aside."""
        path = state_folder() / "state.json" if path is None else path
        try:
            with path.open("rb") as file:
                content = file.read(LARGEST + 1)
        except FileNotFoundError:
            return cls(path, {})
        except OSError as error:
            return cls(path, {}, (f"{path}: {error.strerror}; nothing is remembered.",))
        sections = _sections(content)
        return cls._begun_anew(path) if sections is None else cls(path, sections)

    @classmethod
    def _begun_anew(cls, path: Path) -> State:
        aside = path.with_name(f"{path.name}.damaged")
        try:
            path.replace(aside)
        except OSError as error:
            return cls(path, {}, (f"{path} is damaged: {error.strerror}; begun anew.",))
        return cls(path, {}, (f"{path} was damaged: it is kept as {aside.name}, a new one begun.",))

    def get(self, section: str, key: str) -> object:
        """Return what was set, or None. It came from a file: check its type."""
        return self._sections.get(section, {}).get(key)

    def set(self, section: str, key: str, value: object) -> None:
        """Remember a value; None forgets it. Nothing is written before `save`."""
        if self.get(section, key) == value:
            return
        self._changed = True
        if value is None:
            self._sections[section].pop(key)
        else:
            self._sections.setdefault(section, {})[key] = value

    def save(self) -> None:
        """Write the file if anything changed. Raises OSError.

        What another session wrote meanwhile stays, but for what both changed.
        """
        if not self._changed:
            return
        self._sections = _merged(self._read, self._sections, self._written())
        self._read = copy.deepcopy(self._sections)
        content = json.dumps(self._sections, ensure_ascii=True, indent=1, sort_keys=True)
        write_private(self.path, content.encode("ascii") + b"\n")
        self._changed = False

    def keep(self) -> str:
        """Write the file if anything changed; why that cannot be done, empty for all is well."""
        try:
            self.save()
        except OSError as error:
            return f"{self.path}: {error.strerror}"
        return ""

    def _written(self) -> dict[str, dict[str, object]]:
        """What stands in the file now; what was read, if it has gone or is damaged."""
        try:
            with self.path.open("rb") as file:
                sections = _sections(file.read(LARGEST + 1))
        except OSError:
            sections = None
        return self._read if sections is None else sections


def _merged(before: Mapping[str, Any], ours: Mapping[str, Any], theirs: Mapping[str, Any]) -> Any:
    """Theirs, with what we changed since: dictionaries are taken apart, all else is a whole."""
    merged = dict(theirs)
    for key in {*before, *ours}:
        old, new = before.get(key), ours.get(key)
        if new == old:
            continue
        if isinstance(new, dict):
            old = old if isinstance(old, dict) else {}
            other = theirs.get(key)
            merged[key] = _merged(old, new, other if isinstance(other, dict) else {})
        elif new is None:
            merged.pop(key, None)
        else:
            merged[key] = new
    return merged


def _sections(content: bytes) -> dict[str, dict[str, object]] | None:
    """Take a file apart; None if it is not what `save` writes."""
    if len(content) > LARGEST:
        return None
    try:
        sections = json.loads(content)
    except (ValueError, RecursionError):
        return None
    if not isinstance(sections, dict):
        return None
    if not all(isinstance(section, dict) for section in sections.values()):
        return None
    return sections
