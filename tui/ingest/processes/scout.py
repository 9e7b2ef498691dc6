"""The scout process: runs a source, which may block, and sends what it finds."""

from __future__ import annotations

import os
import pickle
import threading
from typing import TYPE_CHECKING

from tui.sources.base import Notice

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

    from tui.sources.base import Source

WAKE = b"wake"


def look(connection: Connection, source: Source, follow: bool, poll: float | None) -> None:  # noqa: FBT001
    """Send chunks of changes and notices until the source ends or the connection is closed."""
    wake, stop = threading.Event(), threading.Event()
    listener = threading.Thread(target=_listen, args=(connection, source, wake, stop), daemon=True)
    listener.start()
    try:
        for chunk in source.changes(follow=follow, poll=poll, wake=wake, stop=stop):
            if stop.is_set():
                return
            if chunk:
                connection.send_bytes(pickle.dumps(chunk, protocol=5))
    except (ConnectionError, EOFError):
        return
    except Exception as error:  # noqa: BLE001 - said to the person; what is loaded stays
        reason = f"looking for new files has failed ({type(error).__name__}); r tries again"
        notice = [Notice("problem", reason, getattr(error, "filename", "") or "")]
        connection.send_bytes(pickle.dumps([*notice, Notice("ended")], protocol=5))
    if not stop.is_set():
        stop.wait()  # keep the connection: its end would look like a death


def _listen(
    connection: Connection, source: Source, wake: threading.Event, stop: threading.Event
) -> None:
    while True:
        try:
            message = connection.recv_bytes()
        except (EOFError, OSError):
            stop.set()
            wake.set()
            # A source that blocks in a system call must not outlive the program.
            threading.Timer(2, os._exit, (0,)).start()
            return
        if message == WAKE:
            wake.set()
        else:
            source.tell(message.decode())
