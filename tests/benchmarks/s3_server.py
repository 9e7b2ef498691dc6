"""A local S3 for measuring: reads only, answers prepared in memory, requests counted.

    python -m tests.benchmarks.s3_server FOLDER [--port 0] [--prefix logs/]

Each file below the folder is an object of the bucket `bench` (path style), its path behind the
prefix. It prints its port and serves until it is ended. It checks no signature. What was asked of
it is told at `/_counts` (JSON) and forgotten at `/_reset`.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import unquote_to_bytes
from urllib.request import urlopen
from xml.sax.saxutils import escape

from tests.benchmarks.s3_bucket import BadArgumentError, Bucket

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from tests.benchmarks.s3_bucket import Stored

BUCKET = "bench"
REGION = "us-east-1"
ROOT = Path(__file__).resolve().parents[2]
_LONGEST_HEAD = 1 << 16
_CONDITIONS = (b"\r\nrange:", b"\r\nif-match:", b"\r\nif-none-match:")
_REASONS = {
    200: "OK", 206: "Partial Content", 304: "Not Modified", 400: "Bad Request", 404: "Not Found",
    405: "Method Not Allowed", 412: "Precondition Failed", 416: "Range Not Satisfiable",
    501: "Not Implemented",
}  # fmt: skip


class Counts(NamedTuple):
    """What was asked of the server since the last reset."""

    gets: dict[str, int]
    """By key."""
    heads: dict[str, int]
    lists: int
    refused: int
    """Answers that are errors."""
    keys_listed: float | None
    """When the first listing with objects in it was answered (`time.monotonic`)."""
    first_get: float | None
    last_get: float | None


class Service:
    """Gives an answer for each request, and counts."""

    def __init__(self, bucket: Bucket) -> None:
        self._bucket = bucket
        self._known = bucket.by_path
        self._reset()

    def _reset(self) -> None:
        for each in self._bucket.by_key.values():
            each.gets = each.heads = 0
        self._lists = self._refused = 0
        self._keys_listed: float | None = None
        self._first_get: float | None = None
        self._last_get: float | None = None

    def answer(self, head: bytes) -> bytes:
        """The answer for a request without its last empty line."""
        method, _, rest = head.partition(b" ")
        target, _, fields = rest.partition(b" ")
        found = self._known.get(target)
        if found is not None and method == b"GET":
            lower = fields.lower()
            for condition in _CONDITIONS:
                if condition in lower:
                    break
            else:
                self._note_get(found)
                return found.whole
        answer = self._rare(method, target, fields)
        return answer.partition(b"\r\n\r\n")[0] + b"\r\n\r\n" if method == b"HEAD" else answer

    def _note_get(self, found: Stored) -> None:
        found.gets += 1
        self._last_get = time.monotonic()
        if self._first_get is None:
            self._first_get = self._last_get

    def _rare(self, method: bytes, target: bytes, fields: bytes) -> bytes:
        path, _, text = target.partition(b"?")
        if path == b"/_counts":
            return _answer(200, json.dumps(self._counts()).encode(), "application/json")
        if path == b"/_reset":
            self._reset()
            return _answer(200)
        if method not in {b"GET", b"HEAD"}:
            return self._refuse(405, "MethodNotAllowed", "This bucket can only be read.")
        name, _, key = path[1:].partition(b"/")
        if not name:
            return self._refuse(501, "NotImplemented", "Buckets are not listed here.")
        if unquote_to_bytes(name) != self._bucket.name.encode():
            return self._refuse(404, "NoSuchBucket", "The specified bucket does not exist")
        if key:
            return self._object(method, unquote_to_bytes(key), _fields(fields))
        return self._of_bucket(method, _query(text))

    def _of_bucket(self, method: bytes, query: Mapping[str, bytes]) -> bytes:
        if method == b"HEAD":
            return _answer(200)
        if "location" in query:
            xmlns = "http://s3.amazonaws.com/doc/2006-03-01/"
            return _answer(200, f'<LocationConstraint xmlns="{xmlns}"/>'.encode())
        if query.get("list-type") != b"2":
            return self._refuse(501, "NotImplemented", "Only ListObjectsV2 is known here.")
        try:
            xml, objects = self._bucket.listing(query)
        except BadArgumentError as error:
            return self._refuse(400, "InvalidArgument", str(error))
        self._lists += 1
        if objects and self._keys_listed is None:
            self._keys_listed = time.monotonic()
        return _answer(200, xml.encode())

    def _object(self, method: bytes, key: bytes, fields: Mapping[str, str]) -> bytes:
        found = self._bucket.by_key.get(key)
        if found is None:
            return self._refuse(404, "NoSuchKey", "The specified key does not exist.", key)
        if method == b"HEAD":
            found.heads += 1
        else:
            self._note_get(found)
        wanted, unwanted = fields.get("if-match"), fields.get("if-none-match")
        if wanted is not None and not _matches(wanted, found.etag):
            return self._refuse(
                412,
                "PreconditionFailed",
                "At least one of the pre-conditions you specified did not hold",
            )
        if unwanted is not None and _matches(unwanted, found.etag):
            return _answer(304, more=f"ETag: {found.etag}\r\n")
        size = len(found.whole) - found.start
        part = _range(fields.get("range", ""), size)
        if part is None:
            return found.whole
        if not part:
            return self._refuse(416, "InvalidRange", "The requested range is not satisfiable")
        more = found.head.partition(b"\r\n")[2].rpartition(b"Content-Length")[0].decode()
        more += f"Content-Range: bytes {part.start}-{part.stop - 1}/{size}\r\n"
        return _answer(206, found.body[part.start : part.stop], kind="", more=more)

    def _refuse(self, status: int, code: str, words: str, key: bytes = b"") -> bytes:
        self._refused += 1
        where = f"<Key>{escape(key.decode(errors='replace'))}</Key>" if key else ""
        xml = f"<Error><Code>{code}</Code><Message>{words}</Message>{where}</Error>"
        return _answer(status, xml.encode())

    def _counts(self) -> Counts:
        objects = self._bucket.by_key.values()
        return Counts(
            {_text(each): each.gets for each in objects if each.gets},
            {_text(each): each.heads for each in objects if each.heads},
            self._lists,
            self._refused,
            self._keys_listed,
            self._first_get,
            self._last_get,
        )


def _text(found: Stored) -> str:
    return found.key.decode(errors="replace")


def _answer(status: int, body: bytes = b"", kind: str = "application/xml", more: str = "") -> bytes:
    content = f"Content-Type: {kind}\r\n" if kind and body else ""
    length = "" if status == 304 else f"Content-Length: {len(body)}\r\n"
    head = f"HTTP/1.1 {status} {_REASONS[status]}\r\nx-amz-bucket-region: {REGION}\r\n"
    return f"{head}{content}{more}{length}\r\n".encode() + body


def _fields(fields: bytes) -> dict[str, str]:
    """The header's fields by their names in small letters."""
    lines = fields.decode("latin-1").split("\r\n")[1:]
    parts = (line.partition(":") for line in lines)
    return {name.strip().lower(): value.strip() for name, _, value in parts}


def _query(text: bytes) -> dict[str, bytes]:
    parts = (part.partition(b"=") for part in text.split(b"&"))
    return {
        unquote_to_bytes(name).decode(errors="replace"): unquote_to_bytes(value.replace(b"+", b" "))
        for name, _, value in parts
        if name
    }


def _matches(condition: str, etag: str) -> bool:
    """Is an ETag among those of a condition, with or without its quotes?"""
    asked = {each.strip().strip('"') for each in condition.split(",")}
    return "*" in asked or etag.strip('"') in asked


def _range(text: str, size: int) -> range | None:
    """The bytes that are asked for; empty if there are none, None if all are."""
    unit, _, bounds = text.partition("=")
    first, dash, last = bounds.partition("-")
    if unit.strip() != "bytes" or not dash or not (first + last).isdigit():
        return None
    if not first:
        return range(max(0, size - int(last)), size)
    if last and int(last) < int(first):
        return None
    return range(int(first), min(size, int(last) + 1) if last else size)


class Peer(asyncio.Protocol):
    """One connection, kept open until the other side closes it or says that it will."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._rest = b""
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def close(self) -> None:
        """End the connection when what was written has left."""
        if self._transport is not None:
            self._transport.close()

    def data_received(self, data: bytes) -> None:
        """Answer each request that is complete."""
        transport = self._transport
        assert transport is not None
        if self._rest:
            data = self._rest + data
        while (end := data.find(b"\r\n\r\n")) >= 0:
            head = data[:end]
            data = data[end + 4 :]
            transport.write(self._service.answer(head))
            if not head.startswith((b"GET ", b"HEAD ")) or _closes(head):
                transport.close()  # a body would follow, or the peer is done
                return
        self._rest = data
        if len(data) > _LONGEST_HEAD:
            transport.close()


def _closes(head: bytes) -> bool:
    return b"\r\nconnection: close" in head.lower() or b" HTTP/1.0\r\n" in head


async def _serve(service: Service, port: int) -> None:
    server = await asyncio.get_running_loop().create_server(
        lambda: Peer(service), "127.0.0.1", port, backlog=512
    )
    print(server.sockets[0].getsockname()[1], flush=True)
    async with server:
        await server.serve_forever()


# For those who measure


@contextmanager
def serve(folder: Path, prefix: str = "") -> Iterator[str]:
    """Run a server over a folder in a process of its own; gives its URL."""
    command = [sys.executable, "-m", "tests.benchmarks.s3_server", str(folder), "--prefix", prefix]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT) as process:
        assert process.stdout is not None
        try:
            port = process.stdout.readline().strip()
            if not port:
                raise RuntimeError("the local S3 did not start")
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()


def counts(endpoint: str) -> Counts:
    """What was asked of a server since its last reset."""
    told: list[Any] = json.loads(_read(f"{endpoint}/_counts"))
    return Counts(*told)


def reset(endpoint: str) -> None:
    """Let a server forget what was asked of it."""
    _read(f"{endpoint}/_reset")


def _read(url: str) -> bytes:
    with urlopen(url, timeout=30) as answer:
        body: bytes = answer.read()
    return body


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve until ended."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.s3_server")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--prefix", default="", help="put before each file's path: logs/")
    given = parser.parse_args(arguments)
    if not given.folder.is_dir():
        parser.error(f"{given.folder} is no folder")
    bucket = Bucket.of_folder(BUCKET, given.folder, given.prefix)
    try:
        asyncio.run(_serve(Service(bucket), given.port))
    except KeyboardInterrupt:
        pass
    return 0


if __name__ == "__main__":
    sys.exit(main())
