"""Where fetched bodies go: the cache, or a folder of this run's own where that cannot be written.

A full disk or a folder that may only be read must not keep anybody from reading a trail.
"""

from __future__ import annotations

import shutil
import tempfile
import threading
from pathlib import Path
from typing import TYPE_CHECKING

from tui.sources.cache import ObjectCache
from tui.sources.s3.errors import Refusal, Trouble

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import TypeAlias

    Where: TypeAlias = tuple[str, str, str, str]
    """Base address, bucket, key, ETag."""

_TRIM_EVERY = 128 << 20
"""Bytes written after which the limit is looked after; going through the folder takes time."""
_TRIM_IDLE = 16 << 20
"""The same for when there is nothing else to do; less for a small cache."""
_TRIM_LEAST = 1 << 20
_SPARED = 10.0
"""Seconds for which what was fetched stays, whatever the limit: it is still to be read."""


class StoreError(Exception):
    """A body can be kept nowhere."""

    def __init__(self, trouble: Trouble) -> None:
        super().__init__(trouble.sentence)
        self.trouble = trouble


class TooLargeError(Exception):
    """A body whose length was not told is longer than what is fetched."""

    def __init__(self, size: int) -> None:
        super().__init__(f"{size} bytes")
        self.size = size


class Store:
    """The cache, and what stands in for it from the first failure on."""

    def __init__(self, *caches: ObjectCache) -> None:
        self._caches = [*caches]
        self._lock = threading.Lock()
        self._complaint = ""
        self._stead = ""
        self._written = _TRIM_IDLE + 1  # So that what was left too large is trimmed once.
        self._trimming = threading.Lock()
        self._nowhere = ""
        """Why there is no place at all."""

    @classmethod
    def of(cls, folder: Path, limit: int) -> Store:
        """Use the cache in a folder, or what stands in for it where the folder is no good."""
        try:
            return cls(ObjectCache(folder, limit))
        except OSError as error:
            store = cls()
            store._nowhere = store._stand_in(folder, limit, error.strerror or str(error))
            return store

    @property
    def stead(self) -> str:
        """The folder that stands in for the cache, to be deleted at the end; empty for none."""
        return self._stead

    def find(
        self, base: str, bucket: str, key: str, etag: str, size: int
    ) -> tuple[str, int] | None:
        """Return a body's path and length where it is kept already."""
        for cache in self._caches:
            path = cache.path_of(base, bucket, key, etag)
            have = cache.size(path, size)
            if have >= 0:
                return path, have
        return None

    def put(self, where: Where, body: bytes | bytearray) -> tuple[str, int]:
        """Keep a body; its path and length. Raises StoreError."""
        while True:
            cache = self._last()
            path = cache.path_of(*where)
            try:
                cache.put(path, body)
            except OSError as error:
                self._give_up(cache, error)
                continue
            self._written += len(body)
            return path, len(body)

    def put_pieces(
        self, where: Where, pieces: Iterator[bytes | bytearray], most: int
    ) -> tuple[str, int] | None:
        """Keep a body that comes piece by piece; None: fetch it again, there is another place now.

        Raises StoreError, TooLargeError, and whatever `pieces` raises: nothing is kept then.
        """
        cache = self._last()
        path = cache.path_of(*where)
        size = 0
        try:
            with cache.draft(path) as draft:
                for piece in _marked(pieces):
                    size += len(piece)
                    if size > most:
                        raise TooLargeError(size)
                    draft.write(piece)
        except _PieceError as error:
            raise error.reason from None
        except OSError as error:
            self._give_up(cache, error)
            return None
        self._written += size
        return path, size

    def complaint(self) -> str:
        """Say, once, that the cache cannot be written."""
        with self._lock:
            said, self._complaint = self._complaint, ""
        return said

    def tidy(self, *, idle: bool) -> None:
        """Keep the limit, now and then: where much was written, or some and nothing is to do."""
        if not self._caches:
            return
        limit = self._caches[-1].limit
        enough = (
            min(_TRIM_IDLE, max(limit // 4, _TRIM_LEAST))
            if idle
            else min(_TRIM_EVERY, max(limit, _TRIM_IDLE))
        )
        if self._written <= enough:
            return
        if self._trimming.acquire(blocking=False):
            try:
                self._written = 0
                self._caches[-1].trim(_SPARED)
            finally:
                self._trimming.release()

    def close(self) -> None:
        """Delete what stood in for the cache."""
        if self._stead:
            shutil.rmtree(self._stead, ignore_errors=True)

    def _give_up(self, cache: ObjectCache, error: OSError) -> None:
        """Write elsewhere from now on. Raises StoreError where there is no other place."""
        why = error.strerror or str(error)
        with self._lock:
            if self._caches[-1] is not cache:
                return  # Another thread was faster.
            if not self._stead:
                why = self._stand_in(cache.folder, cache.limit, why)
        if why:
            raise _nowhere(why)

    def _stand_in(self, folder: Path, limit: int, why: str) -> str:
        """Make a folder of this run's own; where that fails, why there is no place at all."""
        try:
            self._stead = tempfile.mkdtemp(prefix="cloudtrail-tui-")
            self._caches.append(ObjectCache(Path(self._stead) / "objects", limit))
        except OSError as second:
            return f"{why}; {second.strerror or second}"
        self._complaint = (
            f"The cache {folder} cannot be written ({why}): what is fetched is kept in "
            f"{self._stead} until the end."
        )
        return ""

    def _last(self) -> ObjectCache:
        """Where bodies are written now. Raises StoreError."""
        if not self._caches:
            raise _nowhere(self._nowhere)
        return self._caches[-1]


def _nowhere(why: str) -> StoreError:
    sentence = f"Fetched, but it cannot be written to disk ({why}): make room for it."
    return StoreError(Trouble(Refusal.OTHER, sentence))


class _PieceError(Exception):
    """A body broke while it came: none of the disk's errors."""

    def __init__(self, reason: OSError) -> None:
        super().__init__()
        self.reason = reason


def _marked(pieces: Iterator[bytes | bytearray]) -> Iterator[bytes | bytearray]:
    try:
        yield from pieces
    except OSError as error:
        raise _PieceError(error) from error
