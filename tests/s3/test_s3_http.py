"""One connection: HTTP/1.1 as servers and proxies really speak it, encrypted or not."""

from __future__ import annotations

import datetime
import ipaddress
import socket
import socketserver
import ssl
import threading
from typing import TYPE_CHECKING

import pytest
from botocore.exceptions import SSLError

from tests.s3.conftest import REGION
from tui.sources.base import ObjectRef
from tui.sources.cache import ObjectCache, read_cached
from tui.sources.s3 import fetch as s3_fetch
from tui.sources.s3.access import Access, S3Settings
from tui.sources.s3.client import Store
from tui.sources.s3.errors import Refusal, explain
from tui.sources.s3.fetch import Fetched, Fetcher, Wanted
from tui.sources.s3.http import Connection, Place, ProxyRefusedError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nbody"


def test_a_chunked_answer_is_read_to_its_end(tmp_path: Path, serve: Callable[[bytes], str]) -> None:
    base = serve(
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
        b"4;x=y\r\nbody\r\n3\r\n-er\r\n0\r\nTrailer: 1\r\n\r\n"
    )
    assert read_cached(fetch_from(base, tmp_path).path) == b"body-er"


def test_lines_may_end_with_a_line_feed_alone(
    tmp_path: Path, serve: Callable[[bytes], str]
) -> None:
    base = serve(b"HTTP/1.1 200 OK\nContent-Length: 4\n\nbody")
    assert read_cached(fetch_from(base, tmp_path).path) == b"body"


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"SSH-2.0-x\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: many\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nbody\r\n",
        b"HTTP/1.1 200 OK\r\nX: " + b"x" * 100_000,
        b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nbody",
    ],
)
def test_what_is_no_answer_is_a_broken_connection(
    tmp_path: Path, serve: Callable[[bytes], str], answer: bytes
) -> None:
    done = fetch_from(serve(answer), tmp_path)
    assert done.trouble is not None
    assert done.trouble.refusal is Refusal.NETWORK
    assert done.requests == s3_fetch.ATTEMPTS


def fetch_from(base: str, tmp_path: Path) -> Fetched:
    fetcher = Fetcher(ObjectCache(tmp_path / "objects"), concurrency=1, sleep=lambda _: None)
    try:
        fetcher.use(Access("b", base, REGION, "", "", ""))
        fetcher.submit([Wanted(0, ObjectRef("s3://b/k", -1, 0, etag="e"))])
        (done,) = fetcher.results(10)
    finally:
        fetcher.close()
    return done


class Server(socketserver.ThreadingTCPServer):
    """Gives the same bytes to everybody and hangs up; or, asked to CONNECT, passes bytes on."""

    daemon_threads = True

    def __init__(self, answer: bytes, context: ssl.SSLContext | None = None) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.answer = answer
        self.context = context
        self.heard: list[bytes] = []
        threading.Thread(target=self.serve_forever, args=(0.02,), daemon=True).start()

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.server_address[1]}"

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that refuses our certificate is what is tested."""


class _Handler(socketserver.BaseRequestHandler):
    server: Server

    def handle(self) -> None:
        sock = self.request
        if self.server.context is not None:
            sock = self.server.context.wrap_socket(sock, server_side=True)
        with sock:
            head = sock.recv(1 << 16)
            self.server.heard.append(head)
            if not head.startswith(b"CONNECT") or self.server.answer:
                sock.sendall(self.server.answer)
                return
            host, _, port = head.split()[1].decode().rpartition(":")
            with socket.create_connection((host, int(port)), 5) as far:
                sock.sendall(b"HTTP/1.1 200 Connection established\r\nVia: x\r\n\r\n")
                back = threading.Thread(target=_pass_on, args=(far, sock), daemon=True)
                back.start()
                _pass_on(sock, far)
                back.join()


def _pass_on(near: socket.socket, far: socket.socket) -> None:
    try:
        while piece := near.recv(1 << 16):
            far.sendall(piece)
        far.shutdown(socket.SHUT_WR)
    except OSError:
        pass


@pytest.fixture
def start() -> Iterator[Callable[..., Server]]:
    """Starts a Server and ends it with the test."""
    running: list[Server] = []

    def begin(answer: bytes, context: ssl.SSLContext | None = None) -> Server:
        server = Server(answer, context)
        running.append(server)
        return server

    yield begin
    for server in running:
        server.shutdown()
        server.server_close()


@pytest.fixture
def serve(start: Callable[..., Server]) -> Callable[[bytes], str]:
    """Starts a server that gives these bytes; its address as the base of a bucket."""
    return lambda answer: f"http://{start(answer).address}/b/"


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for 127.0.0.1 that signs itself, and its key, in one file."""
    return make_certificate(tmp_path_factory.mktemp("certificate") / "both.pem")


def make_certificate(path: Path, address: str = "127.0.0.1", days: int = 0) -> Path:
    """Write one that is valid for a day before and after the day that is so many days from now."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "here")])
    then = datetime.datetime.now(datetime.UTC) + datetime.timedelta(days=days)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(then - datetime.timedelta(days=1))
        .not_valid_after(then + datetime.timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(address))]),
            critical=False,
        )
        .sign(key, hashes.SHA256())
    )
    path.write_bytes(
        made.public_bytes(serialization.Encoding.PEM)
        + key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return path


@pytest.fixture
def encrypted(certificate: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return context


def body_of(connection: Connection) -> bytes:
    try:
        return bytes(connection.body(connection.get("/b/../k", []), 100))
    finally:
        connection.close()


def test_the_certificate_is_checked(
    start: Callable[..., Server], encrypted: ssl.SSLContext, certificate: Path
) -> None:
    base = f"https://{start(OK, encrypted).address}/"
    assert body_of(Connection(Place.of(base, "", str(certificate)))) == b"body"
    assert body_of(Connection(Place.of(base, "", False))) == b"body"
    with pytest.raises(ssl.SSLCertVerificationError):
        body_of(Connection(Place.of(base, "", True)))


def test_a_name_that_the_certificate_does_not_hold(
    start: Callable[..., Server], encrypted: ssl.SSLContext, certificate: Path
) -> None:
    port = start(OK, encrypted).server_address[1]
    with pytest.raises(ssl.SSLCertVerificationError, match="localhost"):
        body_of(Connection(Place.of(f"https://localhost:{port}/", "", str(certificate))))


@pytest.mark.usefixtures("credentials")
@pytest.mark.parametrize(
    ("address", "days", "part"),
    [
        ("192.0.2.1", 0, "not made out to 127.0.0.1"),
        ("127.0.0.1", -9, "not valid at this time"),
        ("127.0.0.1", 9, "not valid at this time"),
    ],
)
def test_what_is_wrong_with_a_certificate_is_said(
    start: Callable[..., Server],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    address: str,
    days: int,
    part: str,
) -> None:
    path = make_certificate(tmp_path / "both.pem", address, days)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)
    server = start(OK, context)
    monkeypatch.setenv("AWS_CA_BUNDLE", str(path))
    store = Store(S3Settings(endpoint_url=f"https://{server.address}"))
    try:
        with pytest.raises(SSLError) as listing:
            store.page("trail", "")
    finally:
        store.close()
    with pytest.raises(ssl.SSLCertVerificationError) as fetching:
        body_of(Connection(Place.of(f"https://{server.address}/", "", str(path))))
    for error in (listing.value, fetching.value):
        trouble = explain(error, operation="ListObjectsV2", bucket="trail", host=server.address)
        assert trouble.refusal is Refusal.OTHER
        assert part in trouble.sentence


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_encrypted_through_a_proxy(
    start: Callable[..., Server], encrypted: ssl.SSLContext, certificate: Path, scheme: str
) -> None:
    """To a plain proxy, and to one that is spoken to encrypted itself."""
    server = start(OK, encrypted)
    proxy = start(b"", encrypted if scheme == "https" else None)
    place = Place.of(
        f"https://{server.address}/", f"{scheme}://me:word@{proxy.address}", str(certificate)
    )
    assert body_of(Connection(place)) == b"body"
    assert proxy.heard[0].split(b"\r\n") == [
        f"CONNECT {server.address} HTTP/1.1".encode(),
        f"Host: {server.address}".encode(),
        b"Proxy-Authorization: Basic bWU6d29yZA==",
        b"",
        b"",
    ]
    assert server.heard[0].startswith(b"GET /b/../k HTTP/1.1\r\nHost: 127.0.0.1:")
    assert b"Proxy-Authorization" not in server.heard[0]


def test_a_proxy_that_refuses(start: Callable[..., Server]) -> None:
    proxy = start(b"HTTP/1.1 407 Proxy Authentication Required\r\n\r\n")
    place = Place.of("https://s3.test/", proxy.address, verify=True)
    with pytest.raises(ProxyRefusedError, match="407"):
        body_of(Connection(place))


def test_what_is_said_before_the_answer_is_passed_over(start: Callable[..., Server]) -> None:
    server = start(b"HTTP/1.1 100 Continue\r\n\r\n" + OK)
    assert body_of(Connection(Place.of(f"http://{server.address}/", "", verify=True))) == b"body"


def test_the_usual_port_is_not_in_the_host() -> None:
    assert Place.of("https://b.s3.amazonaws.com/", "", verify=True).name == "b.s3.amazonaws.com"
    assert Place.of("https://b.s3.test:443/", "", verify=True).name == "b.s3.test"
    assert Place.of("http://[::1]:9000/b/", "", verify=True).name == "[::1]:9000"
    for wrong in ("", "s3://b/", "ftp://x/", "https:///x", "https://x:port/"):
        with pytest.raises(ValueError, match=r"address|Port|port"):
            Place.of(wrong, "", verify=True)
