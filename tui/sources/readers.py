"""Reading the stored bytes of one object by its name, in whichever process needs them."""

from __future__ import annotations

import errno
import os
import stat

STDIN = "-"
"""The name of the standard input, whose bytes lie in the spool."""
CACHED = "cached:"
"""Before the path of a file in the cache, which holds the bytes of an object in a bucket."""

_FLAGS = os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC


def read_bytes(
    name: str, start: int = 0, length: int = -1, *, spool_fd: int | None = None
) -> bytes:
    """Up to `length` bytes (-1: all) of an object from `start` on; fewer where it ends before.

    Raises OSError, also where a file has become something else: a pipe would block.
    """
    if name.startswith(CACHED):
        from tui.sources.cache import read_cached

        return read_cached(name[len(CACHED) :], start, length)
    if name == STDIN:
        if spool_fd is None:
            raise OSError(errno.EBADF, "the standard input was not read", name)
        return _read(spool_fd, start, length, os.fstat(spool_fd).st_size)
    fd = os.open(name, _FLAGS)
    try:
        status = os.fstat(fd)
        if not stat.S_ISREG(status.st_mode):
            raise OSError(errno.EINVAL, "not a regular file", name)
        return _read(fd, start, length, status.st_size)
    finally:
        os.close(fd)


def _read(fd: int, start: int, length: int, size: int) -> bytes:
    """Read what there was when we looked; most objects need one call and no copy."""
    there = max(0, size - start)
    wanted = there if length < 0 else min(length, there)
    first = os.pread(fd, wanted, start) if wanted else b""
    if len(first) == wanted:
        return first
    parts = [first]
    have = len(first)
    while have < wanted and (more := os.pread(fd, wanted - have, start + have)):
        parts.append(more)
        have += len(more)
    return b"".join(parts)
