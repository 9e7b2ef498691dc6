"""A bucket, a cache and a fetcher for one test."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from tui.sources.base import ObjectRef
from tui.sources.cache import ObjectCache
from tui.sources.s3.fetch import Fetched, Fetcher, Wanted

if TYPE_CHECKING:
    from pathlib import Path

    from tests.s3.conftest import Bucket
    from tests.s3.faulty_proxy import FaultyProxy
    from tui.sources.s3.access import Access
    from tui.sources.s3.errors import Refusal

KEY = "AWSLogs/123456789012/CloudTrail/us-east-1/2026/01/02/x.json.gz"
TOKEN = "aSessionToken" * 10

HOSTILE = [
    "AWSLogs/a b+c%20d%2Fe&f=g?h#i;j@k:l,m$n!o*p'q(r)~.gz",
    "AWSLogs//double//slash",
    "/leading",
    "//two",
    "a/../b/./c",
    "../../up",
    "..",
    "é/日本/\U0001f600",
    "line\nbreak\r\nX-Evil: 1\ttab",
    "\\back\\slash\"quote'",
    "x" * 1024,
]
"""Keys that S3 allows and that clients like to tidy up."""


class Room:
    """A bucket behind the forwarder, a cache, and a fetcher whose pauses take no time."""

    def __init__(self, bucket: Bucket, proxy: FaultyProxy, access: Access, folder: Path) -> None:
        self.bucket = bucket
        self.proxy = proxy
        self.access = access
        self.cache = ObjectCache(folder)
        self.now = 0.0
        self.states: list[str] = []
        self.fetcher = self.make()

    def make(self, concurrency: int = 4) -> Fetcher:
        fetcher = Fetcher(
            self.cache, concurrency=concurrency, clock=lambda: self.now, sleep=self.sleep
        )
        fetcher.use(self.access)
        return fetcher

    def sleep(self, seconds: float) -> None:
        self.states.append(self.fetcher.state())
        self.now += seconds

    def ref(self, key: str, etag: str, size: int = -1) -> ObjectRef:
        return ObjectRef(f"s3://{self.bucket.name}/{key}", size, 0, etag=etag)

    def put(self, key: str = KEY, body: bytes = b"body", **more: str) -> ObjectRef:
        return self.ref(key, self.bucket.put(key, body, **more), len(body))

    def fetch(self, *refs: ObjectRef, fresh: bool = False) -> list[Fetched]:
        self.fetcher.submit([Wanted(number, ref, fresh) for number, ref in enumerate(refs)])
        done: list[Fetched] = []
        until = time.monotonic() + 20
        while len(done) < len(refs) and time.monotonic() < until:
            done += self.fetcher.results(1)
        return sorted(done)

    def one(self, ref: ObjectRef, *, fresh: bool = False) -> Fetched:
        (done,) = self.fetch(ref, fresh=fresh)
        return done

    def refused(self, ref: ObjectRef) -> tuple[Refusal, bool]:
        done = self.one(ref)
        assert done.trouble is not None
        assert done.path == ""
        return done.trouble.refusal, done.retry
