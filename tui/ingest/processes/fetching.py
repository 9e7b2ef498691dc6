"""The fetcher process: gets the objects of buckets into the cache, whence the workers read them."""

from __future__ import annotations

import pickle
import shutil
import threading
import time
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

    from tui.sources.s3.access import Access
    from tui.sources.s3.fetch import Fetched, Fetcher, Wanted
    from tui.sources.s3.store import Store

_PATIENCE = 0.5
"""Seconds between two looks at whether the state has changed while nothing comes."""
_PAUSE = 0.01
"""Seconds in which answers are gathered, once the first have been sent one by one."""
_AT_ONCE = 32


class Setup(NamedTuple):
    """What the fetcher is told when it begins."""

    folder: str
    """Where the bytes of objects are kept."""
    limit: int
    """Bytes that may lie there."""
    concurrency: int
    """GETs in flight."""
    passing: bool = False
    """The folder is for this run alone: it goes at the end, even if the program was killed."""


class FetchOrder(NamedTuple):
    """The program's word to the fetcher: how to get at buckets, and what to get."""

    access: list[Access]
    wanted: list[Wanted]


class FetchAnswer(NamedTuple):
    """The fetcher's word: what has come, and how it is doing."""

    fetched: list[Fetched]
    state: str
    """Empty where all is well."""
    complaint: str
    stead: str = ""
    """A folder in place of the cache, to be deleted at the end."""


def serve(connection: Connection, setup: Setup) -> None:
    """Fetch what is ordered until the other side closes the connection."""
    from pathlib import Path

    from tui.sources.s3.fetch import Fetcher
    from tui.sources.s3.store import Store

    store = Store.of(Path(setup.folder), setup.limit)
    fetcher = Fetcher(store, concurrency=setup.concurrency)
    closed = threading.Event()

    def listen() -> None:
        while True:
            try:
                order: FetchOrder = pickle.loads(connection.recv_bytes())  # noqa: S301 - our own
            except (EOFError, OSError):
                closed.set()
                return
            for access in order.access:
                fetcher.use(access)
            fetcher.submit(order.wanted)

    threading.Thread(target=listen, daemon=True).start()
    try:
        _answer(connection, fetcher, store, closed)
    finally:
        fetcher.close()
        if setup.passing:
            shutil.rmtree(setup.folder, ignore_errors=True)


def _answer(
    connection: Connection, fetcher: Fetcher, store: Store, closed: threading.Event
) -> None:
    """Tell what has come, and how it goes, until the other side closes the connection."""
    said = FetchAnswer([], "", "")
    complaint = ""
    count = 0
    while not closed.is_set():
        fetched = fetcher.results(_PATIENCE)
        complaint = fetcher.complaint() or complaint
        answer = FetchAnswer(fetched, fetcher.state(), complaint, store.stead)
        if not fetched:
            store.tidy(idle=True)
            if answer == said:
                continue
        said = answer._replace(fetched=[])
        try:
            connection.send_bytes(pickle.dumps(answer, protocol=5))
        except OSError:
            return
        count += len(fetched)
        if count > _AT_ONCE:
            time.sleep(_PAUSE)
