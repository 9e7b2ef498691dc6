"""What is timed around S3, each in a fresh process of its own.

    python -m tests.benchmarks.bench_s3_loop gets ENDPOINT PREFIX
    python -m tests.benchmarks.bench_s3_loop boto3 ENDPOINT PREFIX THREADS [MOST]
    python -m tests.benchmarks.bench_s3_loop open ARGUMENT …
    python -m tests.benchmarks.bench_s3_loop imports FILE ARGUMENT …

`gets` asks the server for each object over bare sockets: how fast it is at most. `boto3` has each
object with `get_object` and throws it away. `open` gives the program's own engine what a command
line says, to the complete index. `imports` runs the program and adds to FILE a line for each
import of boto3 or botocore, in whichever of its processes. The others print a line of JSON.
"""

from __future__ import annotations

import gc
import json
import os
import socket
import sys
import threading
from contextlib import ExitStack
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlsplit

from tests.benchmarks.s3_server import BUCKET

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

CONNECTIONS = 8
_PIECE = 1 << 20
_WATCHED = {"boto3", "botocore"}


def keys_below(endpoint: str, prefix: str, connections: int = 10) -> tuple[Any, list[str]]:
    """A boto3 client and the keys that it lists."""
    import boto3
    from botocore.config import Config

    config = Config(s3={"addressing_style": "path"}, max_pool_connections=connections)
    client = boto3.client("s3", endpoint_url=endpoint, region_name="us-east-1", config=config)
    pages = client.get_paginator("list_objects_v2").paginate(Bucket=BUCKET, Prefix=prefix)
    return client, [each["Key"] for page in pages for each in page.get("Contents", [])]


def boto(endpoint: str, prefix: str, threads: str, most: str = "") -> dict[str, Any]:
    """The floor: `get_object` in so many threads; client and keys are there before it starts."""
    started = perf_counter()
    client, keys = keys_below(endpoint, prefix, max(10, int(threads)))
    listing = perf_counter() - started
    keys = keys[: int(most)] if most else keys
    left = iter(keys)
    sizes: list[int] = []
    lock = threading.Lock()

    def get() -> None:
        size = 0
        while True:
            with lock:
                key = next(left, None)
            if key is None:
                break
            size += len(client.get_object(Bucket=BUCKET, Key=key)["Body"].read())
        sizes.append(size)

    crew = [threading.Thread(target=get) for _ in range(int(threads))]
    started = perf_counter()
    for thread in crew:
        thread.start()
    for thread in crew:
        thread.join()
    return {
        "seconds": perf_counter() - started,
        "listing": listing,
        "objects": len(keys),
        "bytes": sum(sizes),
    }


def gets(endpoint: str, prefix: str) -> dict[str, Any]:
    """Each object once, one request in flight on each connection."""
    parts = urlsplit(endpoint)
    assert parts.hostname is not None
    assert parts.port is not None
    requests = [
        f"GET /{BUCKET}/{quote(key, safe='/~')} HTTP/1.1\r\nHost: {parts.netloc}\r\n"
        "User-Agent: bench\r\nAccept-Encoding: identity\r\n\r\n".encode()
        for key in keys_below(endpoint, prefix)[1]
    ]
    peers = [socket.create_connection((parts.hostname, parts.port)) for _ in range(CONNECTIONS)]
    room = bytearray(_PIECE)
    size = 0
    started = perf_counter()
    for first in range(0, len(requests), CONNECTIONS):
        batch = requests[first : first + CONNECTIONS]
        for peer, request in zip(peers, batch, strict=False):
            peer.sendall(request)
        for peer in peers[: len(batch)]:
            size += _answer(peer, room)
    seconds = perf_counter() - started
    for peer in peers:
        peer.close()
    return {"seconds": seconds, "objects": len(requests), "bytes": size}


def _answer(peer: socket.socket, room: bytearray) -> int:
    """Take a whole answer; gives the bytes of its body."""
    view = memoryview(room)
    got = 0
    while (end := room.find(b"\r\n\r\n", 0, got)) < 0:
        got += _some(peer, view[got:])
    if not room.startswith(b"HTTP/1.1 200 "):
        raise AssertionError(bytes(room[:end]))
    at = room.index(b"Content-Length: ", 0, end) + len(b"Content-Length: ")
    length = int(room[at:end].partition(b"\r\n")[0])
    left = length - (got - end - 4)
    while left:
        left -= _some(peer, view[: min(left, _PIECE)])
    return length


def _some(peer: socket.socket, room: memoryview) -> int:
    count = peer.recv_into(room)
    if not count:
        raise AssertionError("the server closed the connection")
    return count


def complete(*arguments: str) -> dict[str, Any]:
    """The program's engine: to a complete, sorted, duplicate-free index."""
    started = perf_counter()
    from tests.benchmarks.bench_memory import cpu_seconds
    from tui import cli, launch

    with ExitStack() as ending:
        pipeline = launch._engine(cli.parse(arguments), None, ending)
        pipeline.start()
        ending.callback(pipeline.close)
        while pipeline.loading:
            pipeline.pump(None, limit=4)
        listed = len(pipeline.index.order)
        seconds = perf_counter() - started
        cpu = cpu_seconds(os.getpid()) if Path("/proc/self").exists() else float("nan")
        return {
            "seconds": seconds,
            "cpu": cpu,
            "listed": listed,
            "duplicates": pipeline.index.duplicates,
        }


def imports(file: str, *arguments: str) -> int:
    """The program with a hook that children inherit; gives the program's exit code."""

    def heard(event: str, details: tuple[Any, ...]) -> None:
        if event == "import" and str(details[0]).partition(".")[0] in _WATCHED:
            with open(file, "a", encoding="utf-8") as told:
                told.write(f"{details[0]}\n")

    sys.addaudithook(heard)
    sys.argv[1:] = arguments
    from tui.__main__ import main as program

    return program()


def main(arguments: Sequence[str]) -> int:
    """Run one of them."""
    role, *rest = arguments
    if role == "imports":
        return imports(*rest)
    timed: dict[str, Callable[..., dict[str, Any]]]
    timed = {"gets": gets, "boto3": boto, "open": complete}
    if role == "open":
        gc.disable()  # as the program does while it loads
    print(json.dumps(timed[role](*rest)))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
