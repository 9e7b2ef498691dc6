"""One kept connection that speaks as much HTTP/1.1 as a GET of a stored object needs.

Written for two reasons. The path goes over the wire as it was signed: a key may hold `..` or `//`,
which general clients tidy up. And time: 20 KB cost a third of what http.client takes. A body is
given as it is stored, whatever its Content-Encoding says, and is complete or an error.
"""

from __future__ import annotations

import base64
import functools
import re
import select
import socket
import ssl
import time
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import SplitResult, unquote, urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

CONNECT_TIMEOUT = 10.0
READ_TIMEOUT = 30.0
SLOWEST = 20_000
"""Bytes a second: a body that comes more slowly than this is given up, after a minute's grace."""
LONGEST_HEAD = 1 << 16
_HEAD_END = re.compile(rb"\r?\n\r?\n")
"""Lines end with CR LF; LF alone is taken too, as the standard allows and hand-made servers do."""
PIECE = 1 << 20
_IDLE = 1.0
"""Seconds after which a kept connection is looked at before it is used: servers close them."""


class BrokenAnswerError(OSError):
    """What came is no complete answer."""


class ProxyRefusedError(OSError):
    """The proxy does not connect us."""


class Place(NamedTuple):
    """Where a connection goes to."""

    scheme: str
    host: str
    port: int
    proxy: str
    verify: bool | str

    @property
    def name(self) -> str:
        """The Host header, which the signature covers: without the scheme's own port."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        usual = {"http": 80, "https": 443}[self.scheme]
        return host if self.port == usual else f"{host}:{self.port}"

    @classmethod
    def of(cls, base: str, proxy: str, verify: bool | str) -> Place:  # noqa: FBT001  # as in Access
        """Take a URL apart; ValueError where it is none."""
        parts = urlsplit(base)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise ValueError(f"{base!r} is no address")
        port = parts.port or (443 if parts.scheme == "https" else 80)
        return cls(parts.scheme, parts.hostname, port, proxy, verify)


class Answer(NamedTuple):
    """The head of an answer."""

    status: int
    headers: dict[str, str]
    """Names in small letters."""
    length: int
    """Of the body; -1 where only its end tells."""


class Connection:
    """A connection to one place, opened when it is needed, for one thread at a time."""

    def __init__(self, place: Place) -> None:
        self.place = place
        self.opened = 0
        self._socket: socket.socket | None = None
        self._rest = b""
        self._heard = False
        self._used = 0.0
        self._deadline = 0.0
        self._keep = False
        self._chunked = False
        self._left = 0

    def get(self, path: str, headers: Sequence[tuple[str, str]]) -> Answer:
        """Send a GET and read the answer's head. Raises OSError, ValueError for a bad header.

        A kept connection that the server has closed meanwhile is opened anew by itself.
        """
        request = self._request(path, headers)
        kept = self._socket is not None and not self._is_stale()
        if not kept:
            self.close()
        try:
            return self._exchange(request)
        except TimeoutError:
            raise
        except OSError:
            if not kept or self._heard:
                raise
        self.close()
        return self._exchange(request)

    def body(self, answer: Answer, most: int) -> bytes | bytearray:
        """Read all of a body of at most `most` bytes. Raises OSError."""
        if answer.length > most:
            raise BrokenAnswerError(f"{answer.length} bytes are more than expected")
        if answer.length >= 0 and not self._chunked and len(self._rest) >= answer.length:
            body, self._rest = self._rest[: answer.length], self._rest[answer.length :]
            self._done()
            return body
        parts = []
        have = 0
        for piece in self.pieces(answer):
            have += len(piece)
            if have > most:
                raise BrokenAnswerError(f"more than {most} bytes")
            parts.append(piece)
        return parts[0] if len(parts) == 1 else b"".join(parts)

    def pieces(self, answer: Answer) -> Iterator[bytes | bytearray]:
        """Read a body piece by piece. Raises OSError where it is not complete."""
        if self._chunked:
            yield from self._chunks()
        elif answer.length >= 0:
            yield from self._exactly(answer.length)
        else:
            self._keep = False
            while piece := self._rest or self._receive():
                self._rest = b""
                yield piece
        self._done()

    def close(self) -> None:
        """Close the connection; the next GET opens one."""
        sock, self._socket = self._socket, None
        self._rest = b""
        if sock is not None:
            sock.close()

    def interrupt(self) -> None:
        """End what another thread waits for."""
        sock = self._socket
        if sock is not None:
            try:
                # The connection itself: an encrypted one would forget its state under the reader.
                socket.socket.shutdown(getattr(sock, "socket", sock), socket.SHUT_RDWR)
            except OSError:
                pass

    def _request(self, path: str, headers: Sequence[tuple[str, str]]) -> bytes:
        place = self.place
        lines = [f"Host: {place.name}"]
        target = path
        if place.proxy and place.scheme == "http":
            target = f"http://{place.name}{path}"
            lines += _proxy_credentials(_proxy(place.proxy))
        lines += [f"{name}: {value}" for name, value in headers]
        text = "\r\n".join([f"GET {target} HTTP/1.1", *lines])
        if text.count("\n") != len(lines) or text.count("\r") != len(lines):
            raise ValueError("a header holds a line break")
        return f"{text}\r\n\r\n".encode("latin-1")

    def _exchange(self, request: bytes) -> Answer:
        self._deadline = time.monotonic() + 2 * READ_TIMEOUT
        if self._socket is None:
            self._socket = self._connect()
            self.opened += 1
        self._heard = False
        self._socket.sendall(request)
        answer = self._head()
        while 100 <= answer.status < 200:
            answer = self._head()
        self._frame(answer)
        return answer

    def _frame(self, answer: Answer) -> None:
        """Tell how the body ends and whether the connection may be kept."""
        headers = answer.headers
        self._chunked = "chunked" in headers.get("transfer-encoding", "").lower()
        self._keep = "close" not in headers.get("connection", "").lower()
        if answer.length > 0:
            self._deadline += answer.length / SLOWEST

    def _head(self) -> Answer:
        while (end := _HEAD_END.search(self._rest)) is None:
            if len(self._rest) > LONGEST_HEAD:
                raise BrokenAnswerError("the answer's head has no end")
            piece = self._receive()
            if not piece:
                raise BrokenAnswerError("closed before an answer")
            self._rest = self._rest + piece if self._rest else piece
        head = self._rest[: end.start()].decode("latin-1")
        first, *lines = head.replace("\r\n", "\n").split("\n")
        self._rest = self._rest[end.end() :]
        version, _, rest = first.partition(" ")
        if not version.startswith("HTTP/1.") or not _is_number(rest[:3]):
            raise BrokenAnswerError("not an answer in HTTP/1.1")
        headers: dict[str, str] = {}
        for line in lines:
            name, _, value = line.partition(":")
            headers[name.lower()] = value.strip()
        if version == "HTTP/1.0":
            headers.setdefault("connection", "close")
        length = headers.get("content-length", "")
        if length and not _is_number(length):
            raise BrokenAnswerError("the length is no number")
        status = int(rest[:3])
        none = status in {204, 304} or 100 <= status < 200
        return Answer(status, headers, 0 if none else int(length or -1))

    def _exactly(self, length: int) -> Iterator[bytes | bytearray]:
        """Read so many bytes, in pieces that are as large as they may be."""
        left = length
        while left:
            wanted = min(left, PIECE)
            piece = bytearray(wanted)
            have = min(wanted, len(self._rest))
            piece[:have] = self._rest[:have]
            self._rest = self._rest[have:]
            view = memoryview(piece)
            while have < wanted:
                got = self._receive_into(view[have:])
                if not got:
                    raise BrokenAnswerError(f"{left - have} of {length} bytes did not come")
                have += got
            left -= wanted
            yield piece
        if not length:
            yield b""

    def _chunks(self) -> Iterator[bytes | bytearray]:
        while size := self._chunk_size():
            yield from self._exactly(size)
            self._line()
        while self._line():  # Trailers.
            pass

    def _chunk_size(self) -> int:
        text = self._line().partition(b";")[0].strip()
        try:
            size = int(text[:16], 16)
        except ValueError:
            size = -1
        if size < 0:
            raise BrokenAnswerError("a piece's length is no number")
        return size

    def _line(self) -> bytes:
        while (end := self._rest.find(b"\r\n")) < 0:
            piece = self._receive()
            if not piece or len(self._rest) > LONGEST_HEAD:
                raise BrokenAnswerError("closed within the body")
            self._rest += piece
        line, self._rest = self._rest[:end], self._rest[end + 2 :]
        return line

    def _receive(self) -> bytes:
        assert self._socket is not None
        self._in_time()
        piece = self._socket.recv(1 << 16)
        self._heard = self._heard or bool(piece)
        return piece

    def _receive_into(self, view: memoryview) -> int:
        assert self._socket is not None
        self._in_time()
        return self._socket.recv_into(view)

    def _in_time(self) -> None:
        if time.monotonic() > self._deadline:
            raise TimeoutError("the answer comes too slowly")

    def _done(self) -> None:
        """The answer is read."""
        if not self._keep or self._rest:
            self.close()
        self._used = time.monotonic()

    def _is_stale(self) -> bool:
        """Whether something came, or the end, while nobody asked."""
        if time.monotonic() - self._used < _IDLE or self._socket is None:
            return False
        try:
            poll = select.poll()
            poll.register(self._socket.fileno(), select.POLLIN)
            return bool(poll.poll(0))
        except (OSError, ValueError):
            return True

    def _connect(self) -> socket.socket:
        place = self.place
        proxy = _proxy(place.proxy) if place.proxy else None
        address = (place.host, place.port)
        if proxy is not None:
            usual = 443 if proxy.scheme == "https" else 80
            address = (proxy.hostname or "", proxy.port or usual)
        sock = socket.create_connection(address, CONNECT_TIMEOUT)
        try:
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if proxy is not None and proxy.scheme == "https":
                sock = _encrypt(sock, address[0], place.verify)
            if place.scheme == "https":
                if proxy is not None:
                    _tunnel(sock, place, proxy)
                sock = _encrypt(sock, place.host, place.verify)
            sock.settimeout(READ_TIMEOUT)
        except BaseException:
            sock.close()
            raise
        return sock


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < 16


@functools.lru_cache(maxsize=8)
def _context(verify: bool | str) -> ssl.SSLContext:  # noqa: FBT001  # as in Access
    """Return what checks certificates; the authorities are boto3's own unless others are named."""
    from pathlib import Path

    from botocore.httpsession import get_cert_path

    if verify is False:
        context = ssl.create_default_context()
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        return context
    authorities = str(get_cert_path(verify))
    if Path(authorities).is_dir():
        return ssl.create_default_context(capath=authorities)
    return ssl.create_default_context(cafile=authorities)


def _encrypt(sock: socket.socket, host: str, verify: bool | str) -> socket.socket:  # noqa: FBT001
    context = _context(verify)
    if isinstance(sock, ssl.SSLSocket):  # Encrypted to the proxy, and within that to the server.
        from urllib3.util.ssltransport import SSLTransport

        return SSLTransport(sock, context, host)  # type: ignore[return-value]  # it acts as one
    return context.wrap_socket(sock, server_hostname=host)


def _proxy(address: str) -> SplitResult:
    return urlsplit(address if "://" in address else f"http://{address}")


def _proxy_credentials(proxy: SplitResult) -> list[str]:
    if not proxy.username:
        return []
    pair = f"{unquote(proxy.username)}:{unquote(proxy.password or '')}"
    return [f"Proxy-Authorization: Basic {base64.b64encode(pair.encode()).decode()}"]


def _tunnel(sock: socket.socket, place: Place, proxy: SplitResult) -> None:
    """Ask the proxy for a way to the server. Raises OSError."""
    host = f"[{place.host}]" if ":" in place.host else place.host
    target = f"{host}:{place.port}"
    lines = [f"CONNECT {target} HTTP/1.1", f"Host: {target}", *_proxy_credentials(proxy)]
    sock.sendall("\r\n".join([*lines, "", ""]).encode("latin-1"))
    head = b""
    # Byte by byte: what follows the head belongs to the encryption.
    while not head.endswith(b"\r\n\r\n"):
        piece = sock.recv(1)
        if not piece or len(head) > LONGEST_HEAD:
            raise ProxyRefusedError("no answer")
        head += piece
    status = head.split(b"\r\n", 1)[0].decode("latin-1").partition(" ")[2]
    if not status.startswith("2"):
        raise ProxyRefusedError(status)
