"""A small HTTP forwarder in front of a server that answers well: it records, and breaks on demand.

It can stand in the endpoint's place (`proxy.url` is the endpoint) or be used as an HTTP proxy
(the client sends absolute addresses); both go to the one server behind it. CONNECT is not known.

    with FaultyProxy(endpoint) as proxy:
        proxy.plan(Fault(cut=100), times=2, matching="GET /bucket/key")
        ...
        assert [seen.path for seen in proxy.seen] == [...]
"""

from __future__ import annotations

import http.client
import socket
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from types import TracebackType


class Fault(NamedTuple):
    """What is done to one request. With no `status` the server behind is asked."""

    delay: float = 0.0
    """Seconds before the answer, whatever it is."""
    after: threading.Event | None = None
    """Is waited for before the answer, whatever it is."""
    hang_up: bool = False
    """Close without a byte of an answer."""
    cut: int = -1
    """Bytes of the body that are sent before the connection is closed; -1: all."""
    etag: str | None = None
    """Replaces the answer's ETag (without quotes)."""
    status: int = 0
    """Answer this by ourselves, the server behind is not asked."""
    code: str = ""
    """With `status`: S3's error code, such as SlowDown."""
    message: str = "as the test wants it"
    body: bytes | None = None
    """With `status`: this instead of S3's XML."""
    headers: tuple[tuple[str, str], ...] = ()
    """Sent besides, such as ("x-amz-bucket-region", "eu-west-1")."""
    drop: frozenset[str] = frozenset()
    """Names (small letters) of the server's headers that are left out."""


SLOW_DOWN = Fault(status=503, code="SlowDown", message="Please reduce your request rate.")


class Seen(NamedTuple):
    """One request as it came."""

    method: str
    path: str
    """As written in the request line, quoted, without the query."""
    query: str
    headers: dict[str, str]
    """Names in small letters."""
    absolute: bool
    """True: sent to us as to a proxy."""
    fault: Fault | None


class FaultyProxy:
    """The forwarder, running in threads from entering it until leaving it."""

    def __init__(self, upstream: str) -> None:
        parts = urlsplit(upstream)
        self.upstream = (parts.hostname or "127.0.0.1", parts.port or 80)
        self.seen: list[Seen] = []
        self.most_at_once = 0
        self.now = 0
        """How many requests are being answered."""
        self._plans: list[tuple[Fault, str, list[int]]] = []
        self._lock = threading.Lock()
        self._server = _Server(("127.0.0.1", 0), _Handler)
        self._server.owner = self
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.02,), name="faulty-proxy", daemon=True
        )

    @property
    def url(self) -> str:
        """What a client is given as the endpoint or as the proxy, without a slash at the end."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def plan(self, fault: Fault, *, times: int = 1, matching: str = "") -> None:
        """Do this to the next requests whose `METHOD target` contains `matching`."""
        with self._lock:
            self._plans.append((fault, matching, [times]))

    def calm(self) -> None:
        """Forget what was planned and what was seen."""
        with self._lock:
            self._plans.clear()
            self.seen.clear()
            self.most_at_once = 0

    def count(self, matching: str = "") -> int:
        """Count the requests whose `METHOD path?query` contains `matching`."""
        with self._lock:
            lines = [f"{seen.method} {seen.path}?{seen.query}" for seen in self.seen]
        return sum(matching in line for line in lines)

    def __enter__(self) -> FaultyProxy:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.hang_up()
        self._server.server_close()

    def begin(self, method: str, target: str, headers: dict[str, str]) -> Seen:
        """Record a request; its `fault` says what is to be done to it."""
        absolute = not target.startswith("/")
        plain = "/" + target.split("://", 1)[-1].partition("/")[2] if absolute else target
        path, _, query = plain.partition("?")
        with self._lock:
            self.now += 1
            self.most_at_once = max(self.most_at_once, self.now)
            fault = self._take(f"{method} {plain}")
            seen = Seen(method, path, query, headers, absolute, fault)
            self.seen.append(seen)
        return seen

    def end(self) -> None:
        """The request has been answered."""
        with self._lock:
            self.now -= 1

    def _take(self, line: str) -> Fault | None:
        for fault, matching, left in self._plans:
            if left[0] > 0 and matching in line:
                left[0] -= 1
                return fault
        return None


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = True
    request_queue_size = 128
    owner: FaultyProxy

    def __init__(self, address: tuple[str, int], handler: type[BaseHTTPRequestHandler]) -> None:
        super().__init__(address, handler)
        self._open: set[socket.socket] = set()

    def process_request(self, request: object, client_address: object) -> None:
        assert isinstance(request, socket.socket)
        self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: object) -> None:
        assert isinstance(request, socket.socket)
        self._open.discard(request)
        super().shutdown_request(request)

    def hang_up(self) -> None:
        """End connections that clients keep, so that no thread outlives the test."""
        for request in list(self._open):
            try:
                request.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass

    def handle_error(self, request: object, client_address: object) -> None:
        """Clients go away in the middle: that is what is tested."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = 1 << 16
    server: _Server
    raw_requestline: bytes
    _upstream: http.client.HTTPConnection | None = None

    def _answer(self) -> None:
        # http.server folds leading slashes of `path`: the line itself is what was sent.
        target = str(self.raw_requestline, "latin-1").split()[1]
        headers = {name.lower(): value for name, value in self.headers.items()}
        seen = self.server.owner.begin(self.command, target, headers)
        try:
            self._answer_as(seen, self.rfile.read(int(headers.get("content-length") or 0)))
        finally:
            self.server.owner.end()

    do_GET = do_HEAD = do_PUT = do_POST = do_DELETE = _answer  # noqa: N815  # http.server's names

    def _answer_as(self, seen: Seen, body: bytes) -> None:
        fault = seen.fault or Fault()
        if fault.delay:
            time.sleep(fault.delay)
        if fault.after is not None:
            fault.after.wait(60)
        if fault.hang_up:
            self.close_connection = True
            return
        if fault.status:
            content = _xml(fault) if fault.body is None else fault.body
            self._send(fault.status, [("Content-Type", "application/xml")], content, fault)
            return
        status, headers, content = self._ask(seen, body)
        self._send(status, headers, content, fault)

    def _ask(self, seen: Seen, body: bytes) -> tuple[int, list[tuple[str, str]], bytes]:
        if self._upstream is None:
            self._upstream = http.client.HTTPConnection(*self.server.owner.upstream, timeout=30)
        target = f"{seen.path}?{seen.query}" if seen.query else seen.path
        self._upstream.putrequest(seen.method, target, skip_host=True, skip_accept_encoding=True)
        for name, value in self.headers.items():
            if name.lower() not in _HOPS:
                self._upstream.putheader(name, value)
        self._upstream.endheaders(body or None)
        answer = self._upstream.getresponse()
        content = answer.read()
        kept = [pair for pair in answer.getheaders() if pair[0].lower() not in _HOPS]
        return answer.status, kept, content

    def _send(
        self, status: int, headers: list[tuple[str, str]], content: bytes, fault: Fault
    ) -> None:
        self.send_response_only(status)
        length = str(len(content))
        for name, value in headers:
            small = name.lower()
            if small in fault.drop or (small == "etag" and fault.etag is not None):
                continue
            if small == "content-length":
                if self.command == "HEAD":
                    length = value
                continue
            self.send_header(name, value)
        if fault.etag is not None:
            self.send_header("ETag", f'"{fault.etag}"')
        for name, value in fault.headers:
            self.send_header(name, value)
        if "content-length" not in fault.drop:
            self.send_header("Content-Length", length)
        else:
            self.close_connection = True
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content if fault.cut < 0 else content[: fault.cut])
        if fault.cut >= 0:
            self.close_connection = True
        self.wfile.flush()

    def finish(self) -> None:
        if self._upstream is not None:
            self._upstream.close()
        super().finish()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # http.server's name
        """Nothing: the tests look at `seen`."""


_HOPS = frozenset({"connection", "keep-alive", "transfer-encoding", "proxy-connection"})


def _xml(fault: Fault) -> bytes:
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f"<Error><Code>{fault.code}</Code><Message>{fault.message}</Message>"
        "<RequestId>0000</RequestId></Error>"
    ).encode()
