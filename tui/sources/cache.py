"""Stored bytes of S3 objects on disk, so that what was fetched once is not fetched again.

An object's content never changes under its ETag, so a file is named by a hash of where it lies,
bucket, key and ETag: a key never becomes a path. Files appear whole (written beside, renamed),
begin with their length and a checksum, and are for the user alone. Several processes may share a
folder: whatever vanishes under one of them is fetched again.
"""

from __future__ import annotations

import errno
import hashlib
import itertools
import os
import secrets
import stat
import struct
import time
from typing import TYPE_CHECKING

from isal import isal_zlib

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LIMIT = 2 << 30
"""Bytes on disk that are kept by default."""
_HEADER = struct.Struct("<8sQI4x")
"""Magic, length of the body, its CRC-32."""
HEADER_SIZE = _HEADER.size
_MAGIC = b"\x89S3body\n"
_TOUCH_AFTER = 300.0
"""Seconds; a file's time tells its last use no more precisely than this."""
_ABANDONED = 3600.0
"""Seconds after which a file that was never renamed has no writer any more."""
_DRAFT = ".draft-"
_RUN = secrets.token_hex(4)
_COUNTER = itertools.count()

_READ = os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC | os.O_NOFOLLOW
_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC | os.O_NOFOLLOW
_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC | os.O_NOFOLLOW


class DamagedError(OSError):
    """A file of the cache does not hold what was put into it; it is gone now."""


def default_folder() -> Path:
    """Return where objects are kept for this user; the folder need not exist yet."""
    import platformdirs

    return platformdirs.user_cache_path("cloudtrail-tui") / "objects"


def read_cached(path: str, start: int = 0, length: int = -1) -> bytes:
    """Read up to `length` bytes (-1: all) of a body from `start` on.

    Raises FileNotFoundError where it was never there or was trimmed, DamagedError where its
    length, or the checksum of a body read as a whole, is wrong, OSError for the rest.
    """
    fd = _open(path)
    try:
        status = os.fstat(fd)
        if not stat.S_ISREG(status.st_mode):
            raise OSError(errno.EINVAL, "not a regular file", path)
        try:
            content = _body(fd, status.st_size, start, length)
        except ValueError as error:
            _forget(path, status)
            raise DamagedError(errno.EIO, str(error), path) from None
        if time.time() - status.st_mtime > _TOUCH_AFTER:
            _touch(fd)
        return content
    finally:
        os.close(fd)


def _open(path: str) -> int:
    """Open a file; neither it nor its folder may be a link."""
    folder, _, name = path.rpartition("/")
    at = os.open(folder, _FOLDER)
    try:
        return os.open(name, _READ, dir_fd=at)
    finally:
        os.close(at)


def _body(fd: int, size: int, start: int, length: int) -> bytes:
    """Read from an open file; ValueError says what is wrong with it."""
    if start == 0 and (length < 0 or length >= size - HEADER_SIZE):
        whole = _pread(fd, size, 0)
        checksum = _check_header(whole[:HEADER_SIZE], len(whole))
        body = whole[HEADER_SIZE:]
        if isal_zlib.crc32(body) != checksum:
            raise ValueError("the checksum is wrong")
        return body
    _check_header(_pread(fd, HEADER_SIZE, 0), size)
    there = max(0, size - HEADER_SIZE - start)
    return _pread(fd, there if length < 0 else min(length, there), HEADER_SIZE + start)


def _check_header(header: bytes, size: int) -> int:
    """Return the body's checksum; ValueError where the header or the file's size is wrong."""
    if len(header) < HEADER_SIZE or not header.startswith(_MAGIC):
        raise ValueError("not a file of this cache")
    _, length, checksum = _HEADER.unpack(header)
    if length != size - HEADER_SIZE:
        raise ValueError(f"{size - HEADER_SIZE} bytes instead of {length}")
    return int(checksum)


def _pread(fd: int, wanted: int, start: int) -> bytes:
    first = os.pread(fd, wanted, start) if wanted > 0 else b""
    if len(first) == wanted:
        return first
    parts = [first]
    have = len(first)
    while have < wanted and (more := os.pread(fd, wanted - have, start + have)):
        parts.append(more)
        have += len(more)
    return b"".join(parts)


def _forget(path: str, status: os.stat_result) -> None:
    """Delete a damaged file, unless another process has put a new one in its place."""
    try:
        now = os.lstat(path)
        if (now.st_ino, now.st_dev) == (status.st_ino, status.st_dev):
            _delete(path)
    except OSError:
        pass  # Gone already, or not ours to delete: the next put replaces it.


def _touch(at: int | str) -> None:
    try:
        if isinstance(at, int):
            os.utime(at)
        else:
            os.utime(at, follow_symlinks=False)
    except OSError:
        pass  # A folder that may only be read: nothing is trimmed there either.


class ObjectCache:
    """A folder of bodies, at most `limit` bytes of it after `trim`.

    The constructor makes the folder (0700). Raises OSError where that fails, and where the
    folder is a link, another user's, or others may write into it.
    """

    def __init__(self, folder: Path, limit: int = LIMIT) -> None:
        self.folder = folder
        self.limit = limit
        if not folder.is_dir():
            folder.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            folder.mkdir(mode=0o700, exist_ok=True)
        _check_ours(str(folder))
        self._root = f"{folder}/"
        self._ready: set[str] = set()
        """Sub folders that are known to be there."""

    def path_of(self, base: str, bucket: str, key: str, etag: str) -> str:
        """Return where an object's body lies, whether it is there or not."""
        # Lengths in front, so that no two differing four give the same text.
        text = f"{len(base)} {len(bucket)} {len(key)} {base}{bucket}{key}{etag}"
        name = hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=20).hexdigest()
        return f"{self._root}{name[:2]}/{name[2:]}"

    def has(self, path: str, size: int = -1) -> bool:
        """Whether a body of `size` bytes (-1: any) is there; its content is not looked at."""
        return self.size(path, size) >= 0

    def size(self, path: str, size: int = -1) -> int:
        """Return a body's length, -1 where it is not there or has not the `size` wanted."""
        try:
            status = os.lstat(path)
        except OSError:
            return -1
        have = status.st_size - HEADER_SIZE
        if not stat.S_ISREG(status.st_mode) or have < 0 or (size >= 0 and have != size):
            return -1
        if time.time() - status.st_mtime > _TOUCH_AFTER:
            _touch(path)  # It will be read: other processes shall not trim it before.
        return have

    def put(self, path: str, body: bytes | bytearray) -> None:
        """Keep a body. Raises OSError, such as for a full disk; nothing half is left then."""
        with self.draft(path) as draft:
            draft.write(body)

    def draft(self, path: str) -> Draft:
        """Begin a body that is too large to be held at once. Raises OSError."""
        folder = path[: path.rindex("/")]
        if folder not in self._ready:
            self._make(folder)
        try:
            return Draft(folder, path)
        except FileNotFoundError:  # The folder was deleted meanwhile.
            self._make(folder)
            return Draft(folder, path)

    def _make(self, folder: str) -> None:
        self.folder.mkdir(mode=0o700, exist_ok=True)
        try:
            os.mkdir(folder, 0o700)  # noqa: PTH102  # the path is text, a Path adds nothing
        except FileExistsError:
            pass
        _check_ours(folder)
        self._ready.add(folder)

    def trim(self, spare: float = 0.0) -> int:
        """Delete the bodies not used for longest until the limit is kept; the bytes left.

        What came within the last `spare` seconds stays: somebody is about to read it.
        """
        now = time.time()
        files: list[tuple[float, int, str]] = []
        total = 0
        for entry in self._entries():
            try:
                status = entry.stat(follow_symlinks=False)
            except OSError:
                continue
            if not stat.S_ISREG(status.st_mode):
                continue
            if entry.name.startswith(_DRAFT):
                if now - status.st_mtime > _ABANDONED:
                    _delete(entry.path)
                continue
            files.append((status.st_mtime, status.st_size, entry.path))
            total += status.st_size
        if total > self.limit:
            files.sort()
            for used, size, path in files:
                if spare and used > now - spare:
                    break
                if _delete(path):
                    total -= size
                if total <= self.limit:
                    break
        return total

    def _entries(self) -> Iterator[os.DirEntry[str]]:
        """Go through what lies in our sub folders; links are not followed."""
        for number in range(256):
            folder = f"{self._root}{number:02x}"
            try:
                if stat.S_ISDIR(os.lstat(folder).st_mode):
                    with os.scandir(folder) as entries:
                        yield from entries
            except OSError:
                continue


class Draft:
    """A body being written: `with` it, `write` its pieces; leaving it without an error keeps it."""

    def __init__(self, folder: str, path: str) -> None:
        self._path = path
        # O_EXCL never opens what is there, be it a link; the process's id keeps forks apart.
        self._name = f"{folder}/{_DRAFT}{_RUN}-{os.getpid()}-{next(_COUNTER)}"
        self._fd = os.open(self._name, _NEW, 0o600)
        self._length = 0
        self._checksum = 0
        self._sealed = False
        """The header on disk is already the right one."""

    def write(self, piece: bytes | bytearray) -> None:
        """Add to the body. Raises OSError."""
        self._checksum = isal_zlib.crc32(piece, self._checksum)
        self._sealed = not self._length
        if self._sealed:
            # The first piece is mostly all of it: header and body in one call.
            header = _HEADER.pack(_MAGIC, len(piece), self._checksum)
            _write_all(self._fd, b"".join((header, piece)), 0)
        else:
            _write_all(self._fd, piece, HEADER_SIZE + self._length)
        self._length += len(piece)

    def __enter__(self) -> Draft:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        kept = False
        try:
            try:
                if kind is None and not self._sealed:
                    header = _HEADER.pack(_MAGIC, self._length, self._checksum)
                    _write_all(self._fd, header, 0)
            finally:
                os.close(self._fd)
            if kind is None:
                os.rename(self._name, self._path)  # noqa: PTH104  # text, as above
                kept = True
        finally:
            if not kept:
                _delete(self._name)


def _write_all(fd: int, content: bytes | bytearray, at: int) -> None:
    view = memoryview(content)
    while view:
        done = os.pwrite(fd, view, at)
        view = view[done:]
        at += done


def _check_ours(folder: str) -> None:
    """Raise OSError unless a folder is one, no link, this user's, and for the user to write."""
    status = os.lstat(folder)
    if not stat.S_ISDIR(status.st_mode):
        raise OSError(errno.ENOTDIR, "the cache is no folder of its own (a link is none)", folder)
    if status.st_uid != os.geteuid():
        raise OSError(errno.EPERM, "the cache belongs to another user", folder)
    if status.st_mode & 0o022:
        raise OSError(errno.EPERM, "others may write into the cache: chmod 700 it", folder)


def _delete(path: str) -> bool:
    try:
        os.unlink(path)  # noqa: PTH108  # text, as above
    except OSError:
        return False
    return True
