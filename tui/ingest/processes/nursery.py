"""The process that makes processes: forked first, when nothing is loaded, it forks the others.

Workers and scouts must come from a process without threads and without a screen. The nursery
stays such a one, so that a worker that was killed can be replaced at any time within
milliseconds. Everything ends by itself when its connection to the program is closed.
"""

from __future__ import annotations

import gc
import os
import pickle
import signal
import socket
import subprocess
import sys
from multiprocessing.connection import Connection
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from tui.ingest.processes.fetching import Setup
    from tui.sources.base import Source

_REQUEST_LIMIT = 1 << 20
_BUFFER = 1 << 18
_NICE = 10
"""All of them make room for the process that draws, when there are not cores enough for all."""
_PATIENCE = 0.5
"""Seconds that a process has to end when its connection is closed; a job may be at work."""


class Request(NamedTuple):
    """What to fork: a `worker`, a `scout` for a source, a `fetcher` for buckets, a `compiler`.

    Or to `prepare`: nothing is forked then.
    """

    role: str
    arguments: tuple[Any, ...] = ()


class Nursery:
    """The program's side: asks for processes, gets a connection to each."""

    def __init__(self, spool_fd: int | None = None, stdin_fd: int | None = None) -> None:
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._socket = ours
        self._pid = 0
        self._process: subprocess.Popen[bytes] | None = None
        kept = [fd for fd in (theirs.fileno(), spool_fd, stdin_fd) if fd is not None]
        if sys.platform == "linux":
            self._pid = os.fork()
            if self._pid == 0:
                ours.close()
                _run(theirs, spool_fd)
        else:  # forking a process that has loaded Apple's frameworks is not safe
            arguments = [str(theirs.fileno()), str(-1 if spool_fd is None else spool_fd)]
            self._process = subprocess.Popen(  # noqa: S603 - ourselves
                [sys.executable, "-m", "tui.ingest.processes.nursery", *arguments], pass_fds=kept
            )
        theirs.close()

    def worker(self) -> Connection:
        """A new worker: send it pickled jobs, get pickled answers."""
        return self._ask(Request("worker"))

    def prepare(self) -> None:
        """Load now what workers load, so that those forked later share it and begin at once.

        The first ones do not wait for that: the screen has something else to draw.
        """
        try:
            self._socket.send(pickle.dumps(Request("prepare"), protocol=5))
        except OSError:
            return  # it has been killed: whoever asks for a process is told

    def scout(self, source: Source, *, follow: bool, poll: float | None) -> Connection:
        """A new scout: it sends pickled chunks of changes and takes `wake` as a byte string."""
        return self._ask(Request("scout", (source, follow, poll)))

    def fetcher(self, setup: Setup) -> Connection:
        """A new fetcher: send it pickled orders, get pickled answers."""
        return self._ask(Request("fetcher", (setup,)))

    def compiler(self) -> Connection:
        """A process that makes the compiled reader, and tells when it is there."""
        return self._ask(Request("compiler"))

    def _ask(self, request: Request) -> Connection:
        ours, theirs = socket.socketpair()
        for end in (ours, theirs):  # macOS gives 8 KB, and a job has to fit beside another
            end.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _BUFFER)
            end.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _BUFFER)
        with theirs:
            message = pickle.dumps(request, protocol=5)
            socket.send_fds(self._socket, [message], [theirs.fileno()])
        return Connection(ours.detach())

    def close(self) -> None:
        """Let the nursery end; workers and scouts end when their connections are closed."""
        self._socket.close()
        if self._pid:
            try:
                os.waitpid(self._pid, 0)
            except ChildProcessError:
                pass
        if self._process is not None:
            self._process.wait()


def _run(control: socket.socket, spool_fd: int | None) -> None:
    """The nursery's whole life; never returns."""
    gc.disable()
    os.nice(_NICE)
    # Nothing here multiplies matrices, and a process that forks has no threads.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGTSTP):
        # A ^c, ^z or hang-up is for the program; we end when it closes our connection.
        signal.signal(number, signal.SIG_IGN)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the kernel buries our children
    signal.signal(signal.SIGPIPE, signal.SIG_IGN)
    code = 0
    children: list[int] = []
    try:
        while True:
            message, fds, _, _ = socket.recv_fds(control, _REQUEST_LIMIT, 1)
            if not message:
                break
            request: Request = pickle.loads(message)  # noqa: S301 - from our own program
            if request.role == "prepare":
                _load()
                continue
            child = os.fork()
            if child == 0:
                control.close()
                _child(request, Connection(fds[0]), spool_fd)
            children.append(child)
            os.close(fds[0])
        _bury(children)
    except KeyboardInterrupt:
        pass
    except BaseException:
        code = 70
        raise
    finally:
        os._exit(code)


def _load() -> None:
    """Import what workers need, and let no garbage collection write to what they share."""
    from tui.ingest import search_objects  # noqa: F401
    from tui.ingest.processes import worker  # noqa: F401

    gc.freeze()


def _bury(children: list[int]) -> None:
    """Wait for the children, whose connections are closed by now; end what does not end."""

    def end_all(_number: int, _frame: object) -> None:
        for child in children:
            _end(child)

    signal.signal(signal.SIGALRM, end_all)
    signal.setitimer(signal.ITIMER_REAL, _PATIENCE)
    try:
        while True:
            os.wait()
    except ChildProcessError:
        return


def _end(child: int) -> None:
    try:
        os.kill(child, signal.SIGKILL)
    except ProcessLookupError:
        return


def _child(request: Request, connection: Connection, spool_fd: int | None) -> None:
    """A worker's or a scout's whole life; never returns."""
    code = 0
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    try:
        if request.role == "worker":
            from tui.ingest.processes.worker import serve

            gc.freeze()
            serve(connection, spool_fd)
        elif request.role == "fetcher":
            from tui.ingest.processes.fetching import serve as fetch

            fetch(connection, *request.arguments)
        elif request.role == "compiler":
            from tui.ingest.scanning.compiling import serve as compile_it

            compile_it(connection)
        else:
            from tui.ingest.processes.scout import look

            look(connection, *request.arguments)
    except KeyboardInterrupt:
        pass
    except BaseException:
        code = 70
        raise
    finally:
        os._exit(code)


if __name__ == "__main__":
    _fd = int(sys.argv[2])
    _run(socket.socket(fileno=int(sys.argv[1])), _fd if _fd >= 0 else None)
