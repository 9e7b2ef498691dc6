"""A file that is written bit by bit: for the user alone, and whole or not there at all."""

from __future__ import annotations

import os
import tempfile
from contextlib import contextmanager
from typing import TYPE_CHECKING, BinaryIO

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@contextmanager
def new_file(path: Path, *, replace: bool) -> Iterator[BinaryIO]:
    """A file to write into; it stands at `path` when the context ends well, else nowhere.

    Raises FileExistsError at once if something is there that is not to be replaced, and OSError.
    """
    if replace:
        descriptor, name = tempfile.mkstemp(prefix=f".{path.name[:100]}.", dir=path.parent)
    else:
        name = str(path)
        flags = os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_NOFOLLOW | os.O_CLOEXEC
        descriptor = os.open(name, flags, 0o600)
    try:
        with os.fdopen(descriptor, "wb", 1 << 20) as file:
            # Whatever the umask takes away, nobody else gets more than nothing.
            os.fchmod(descriptor, 0o600)
            yield file
        if replace:
            os.replace(name, path)  # noqa: PTH105  # the draft's name is text, a Path adds nothing
    except BaseException:
        os.unlink(name)  # noqa: PTH108  # as above
        raise
