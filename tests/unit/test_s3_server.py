"""The local S3 that the bench measures against: what it answers, beside moto and over real HTTP."""

from __future__ import annotations

import asyncio
import gzip
import http.client
import itertools
import threading
from typing import TYPE_CHECKING, Any
from urllib.parse import quote
from xml.etree import ElementTree as ET

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError
from moto.server import ThreadedMotoServer

from tests.benchmarks import s3_server
from tests.benchmarks.s3_bucket import Bucket
from tests.benchmarks.s3_server import Peer, Service

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

KEYS = (
    "AWSLogs/111122223333/CloudTrail/us-east-1/2026/01/31/one.json.gz",
    "AWSLogs/111122223333/CloudTrail/us-east-1/2026/01/31/two.json.gz",
    "AWSLogs/111122223333/CloudTrail/us-east-1/2026/02/01/three.json.gz",
    "AWSLogs/111122223333/CloudTrail-Digest/us-east-1/x.json.gz",
    "AWSLogs/o-abc123/111122223333/CloudTrail/eu-west-1/y.json.gz",
    "AWSLogs",
    "AWSLogs/",
    "AWSLogs0",
    "a b+c&d<e>\"f'g%20h",
    "a//b",
    "a/b",
    "a/b/",
    "a/b//c",
    "a!",
    "a~",
    "percent%2Fslash",
    "tab\tkey",
    "ü/é",
    "\uffee/last of the basic plane",
    "\U0001f600/behind it in bytes, before it in UTF-16",
    "~z",
)
PREFIXES = ("", "A", "AWSLogs/111122223333/CloudTrail", "a/", "none/")
DELIMITERS = ("", "/", "/b", "s")
AFTERS = ("", "AWSLogs", "AWSLogs/", "AWSLogs/111122223333/CloudTrail/zzz", "a/b", "\U0001f600")
MOST = (1, 3, 1000)


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    """A server with the awkward keys, on a thread: no file could have such names."""
    bodies = {key.encode(): (f"body of {key}".encode() * 9, 1_767_225_600.0) for key in KEYS}
    service = Service(Bucket("bench", bodies))
    peers: list[Peer] = []

    def meet() -> Peer:
        peers.append(Peer(service))
        return peers[-1]

    loop = asyncio.new_event_loop()
    server = loop.run_until_complete(loop.create_server(meet, "127.0.0.1", 0))
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"

    async def end() -> None:
        server.close()
        for peer in peers:
            peer.close()
        await asyncio.sleep(0)

    asyncio.run_coroutine_threadsafe(end(), loop).result(10)
    loop.call_soon_threadsafe(loop.stop)
    thread.join()
    loop.close()


@pytest.fixture(scope="module")
def moto() -> Iterator[str]:
    server = ThreadedMotoServer(port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    endpoint = f"http://{host}:{port}"
    s3 = client(endpoint)
    s3.create_bucket(Bucket="bench")
    for key in KEYS:
        s3.put_object(Bucket="bench", Key=key, Body=f"body of {key}".encode() * 9)
    s3.close()
    yield endpoint
    server.stop()


def client(endpoint: str) -> Any:
    """Boto3, as a program uses it, but without anybody's settings."""
    session = boto3.Session("AKIAIOSFODNN7EXAMPLE", "secret", region_name="us-east-1")
    config = Config(s3={"addressing_style": "path"}, retries={"total_max_attempts": 1})
    return session.client("s3", endpoint_url=endpoint, config=config)


@pytest.fixture(scope="module")
def s3(url: str) -> Iterator[Any]:
    made = client(url)
    yield made
    made.close()


@pytest.fixture(scope="module")
def other(moto: str) -> Iterator[Any]:
    made = client(moto)
    yield made
    made.close()


def asked(**query: object) -> dict[str, Any]:
    return {name: value for name, value in query.items() if value != ""}


def told(answer: dict[str, Any]) -> dict[str, Any]:
    """What two servers must agree on: all but tokens and times."""
    objects = [
        (each["Key"], each["Size"], each["ETag"], each["StorageClass"])
        for each in answer.get("Contents", [])
    ]
    names = ("Name", "Prefix", "Delimiter", "StartAfter", "KeyCount", "MaxKeys", "IsTruncated")
    return {
        "objects": objects,
        "prefixes": [each["Prefix"] for each in answer.get("CommonPrefixes", [])],
        "more": "NextContinuationToken" in answer,
        # moto repeats what was not asked for too, as empty text or not at all
        **{name: answer.get(name) or None for name in names},
    }


@pytest.mark.parametrize("delimiter", DELIMITERS)
def test_listings_are_those_of_moto(s3: Any, other: Any, delimiter: str) -> None:
    for prefix, after, most in itertools.product(PREFIXES, AFTERS, MOST):
        query = asked(Prefix=prefix, Delimiter=delimiter, StartAfter=after, MaxKeys=most)
        one, two = (each.list_objects_v2(Bucket="bench", **query) for each in (s3, other))
        assert told(one) == told(two), query


@pytest.mark.parametrize("most", [1, 2, 3, 7])
@pytest.mark.parametrize("delimiter", DELIMITERS)
def test_pages_together_are_the_whole(s3: Any, delimiter: str, most: int) -> None:
    for prefix in ("", "AWSLogs/", "a/"):
        query = asked(Bucket="bench", Prefix=prefix, Delimiter=delimiter)
        whole = told(s3.list_objects_v2(**query))
        pages = []
        token: dict[str, str] = {}
        while token is not None:
            page = s3.list_objects_v2(**query, MaxKeys=most, **token)
            pages.append(told(page))
            following = page.get("NextContinuationToken")
            assert page["IsTruncated"] is (following is not None)
            assert page.get("ContinuationToken") == token.get("ContinuationToken")
            if following is None:
                break
            assert page["KeyCount"] == most
            token = {"ContinuationToken": following}
        for part in ("objects", "prefixes"):
            assert [each for page in pages for each in page[part]] == whole[part]


def test_keys_are_in_the_order_of_their_bytes(s3: Any) -> None:
    listed = [each["Key"] for each in s3.list_objects_v2(Bucket="bench")["Contents"]]
    assert listed == sorted(KEYS, key=str.encode)
    by_utf16 = sorted(KEYS, key=lambda key: key.encode("utf-16-be"))
    assert listed != by_utf16  # the keys would tell the difference


def test_without_an_encoding_a_listing_is_escaped_as_xml(url: str) -> None:
    status, _, body = request(url, "GET", "/bench?list-type=2&prefix=a%20b&delimiter=%3C")
    assert status == 200
    assert b"<Prefix>a b+c&amp;d&lt;</Prefix>" in body
    status, _, body = request(url, "GET", "/bench?list-type=2&prefix=a+b&encoding-type=url")
    assert status == 200
    tree = ET.fromstring(body)
    space = {"s3": "http://s3.amazonaws.com/doc/2006-03-01/"}
    key = tree.findtext("s3:Contents/s3:Key", namespaces=space)
    assert key == "a+b%2Bc%26d%3Ce%3E%22f%27g%2520h"
    assert tree.findtext("s3:EncodingType", namespaces=space) == "url"


@pytest.mark.parametrize(
    "query", ["max-keys=x", "max-keys=-1", "continuation-token=%25", "encoding-type=rot13"]
)
def test_a_listing_that_makes_no_sense_is_refused(url: str, query: str) -> None:
    status, _, body = request(url, "GET", f"/bench?list-type=2&{query}")
    assert status == 400
    assert b"<Code>InvalidArgument</Code>" in body


def test_a_page_holds_at_most_a_thousand_names() -> None:
    bucket = Bucket("bench", {f"{n:05}".encode(): (b"", 0.0) for n in range(1001)})
    page = bucket.page(b"", b"", b"", 1000)
    assert (len(page.objects), page.truncated) == (1000, True)
    xml, objects = bucket.listing({"max-keys": b"5000"})
    assert objects == 1000
    assert "<IsTruncated>true</IsTruncated>" in xml
    assert bucket.listing({"max-keys": b"0"})[0].count("<IsTruncated>false") == 1


@pytest.mark.parametrize("key", KEYS)
def test_each_object_is_had_by_its_key(s3: Any, key: str) -> None:
    body = f"body of {key}".encode() * 9
    answer = s3.get_object(Bucket="bench", Key=key)
    assert answer["Body"].read() == body
    about = s3.head_object(Bucket="bench", Key=key)
    assert about["ContentLength"] == len(body)
    assert about["ETag"] == answer["ETag"]
    assert about["LastModified"] == answer["LastModified"]
    assert about.get("ContentEncoding") == ("gzip" if key.endswith(".gz") else None)


@pytest.mark.parametrize(
    ("asked_for", "status", "part"),
    [
        ("bytes=0-3", 206, slice(0, 4)),
        ("bytes=5-", 206, slice(5, None)),
        ("bytes=-4", 206, slice(-4, None)),
        ("bytes=3-99999", 206, slice(3, None)),
        ("bytes=99999-", 416, None),
        ("bytes=9-3", 200, slice(0, None)),
        ("lines=1-2", 200, slice(0, None)),
    ],
)
def test_parts_of_an_object(url: str, asked_for: str, status: int, part: slice | None) -> None:
    body = b"body of a/b" * 9
    got, fields, answer = request(url, "GET", "/bench/a/b", Range=asked_for)
    assert got == status
    if part is None:
        assert b"<Code>InvalidRange</Code>" in answer
    else:
        assert answer == body[part]
    if status == 206:
        first = body.index(answer) if part != slice(-4, None) else len(body) - 4
        told = f"bytes {first}-{first + len(answer) - 1}/{len(body)}"
        assert fields["Content-Range"] == told


def test_conditions(s3: Any, url: str) -> None:
    etag = s3.head_object(Bucket="bench", Key="a/b")["ETag"]
    assert s3.get_object(Bucket="bench", Key="a/b", IfMatch=etag)["ETag"] == etag
    assert code(s3.get_object, Key="a/b", IfMatch='"other"') == ("PreconditionFailed", 412)
    status, _, body = request(url, "GET", "/bench/a/b", **{"If-None-Match": etag})
    assert (status, body) == (304, b"")


def test_what_is_not_there(s3: Any, url: str) -> None:
    assert code(s3.get_object, Key="a/bc") == ("NoSuchKey", 404)
    assert code(s3.head_object, Key="a/bc") == ("404", 404)
    assert code(s3.get_object, Bucket="other", Key="a/b") == ("NoSuchBucket", 404)
    assert code(s3.list_objects_v2, Bucket="other") == ("NoSuchBucket", 404)
    assert code(s3.put_object, Key="a/b", Body=b"") == ("MethodNotAllowed", 405)
    assert s3.get_bucket_location(Bucket="bench")["LocationConstraint"] is None
    assert s3.head_bucket(Bucket="bench")["BucketRegion"] == s3_server.REGION


def code(call: Any, **arguments: Any) -> tuple[str, int]:
    with pytest.raises(ClientError) as refused:
        call(**{"Bucket": "bench", **arguments})
    answer = refused.value.response
    return answer["Error"]["Code"], answer["ResponseMetadata"]["HTTPStatusCode"]


def test_what_was_asked_is_counted(s3: Any, url: str) -> None:
    s3_server.reset(url)
    assert s3_server.counts(url) == ({}, {}, 0, 0, None, None, None)
    s3.list_objects_v2(Bucket="bench", Prefix="none/")
    s3.list_objects_v2(Bucket="bench", Prefix="AWSLogs/", Delimiter="/", StartAfter="AWSLogs/")
    assert s3_server.counts(url).keys_listed is None  # no page held an object
    s3.list_objects_v2(Bucket="bench")
    for key in ("a/b", "ü/é", "a/b"):
        s3.get_object(Bucket="bench", Key=key)["Body"].read()
    s3.head_object(Bucket="bench", Key="a!")
    code(s3.get_object, Key="none")
    found = s3_server.counts(url)
    assert (found.gets, found.heads) == ({"a/b": 2, "ü/é": 1}, {"a!": 1})
    assert (found.lists, found.refused) == (3, 1)
    assert found.keys_listed is not None
    assert found.first_get is not None
    assert found.last_get is not None
    assert found.keys_listed < found.first_get < found.last_get


def test_requests_in_pieces_and_in_one_piece(url: str) -> None:
    import socket

    host, port = url.removeprefix("http://").split(":")
    asked_for = b"GET /bench/a/b HTTP/1.1\r\nHost: x\r\n\r\n"
    body = b"body of a/b" * 9
    with socket.create_connection((host, int(port)), timeout=10) as peer:
        for piece in (asked_for[:7], asked_for[7:-2], asked_for[-2:]):
            peer.sendall(piece)
        got = b""
        while not got.endswith(body):
            got += peer.recv(1 << 16)
        peer.sendall(asked_for + asked_for.replace(b"x\r\n", b"x\r\nConnection: close\r\n"))
        got = b""
        while piece := peer.recv(1 << 16):
            got += piece
    assert got.count(b"HTTP/1.1 200 OK\r\n") == got.count(body) == 2


def test_a_folder_is_served_by_a_process_of_its_own(tmp_path: Path) -> None:
    path = tmp_path / "AWSLogs" / "111122223333" / "one two.json.gz"
    path.parent.mkdir(parents=True)
    path.write_bytes(gzip.compress(b"{}"))
    with s3_server.serve(tmp_path, "logs/") as endpoint:
        status, fields, body = request(
            endpoint, "GET", "/bench/" + quote("logs/AWSLogs/111122223333/one two.json.gz")
        )
        assert (status, body) == (200, path.read_bytes())
        assert fields["Content-Encoding"] == "gzip"
        assert sum(s3_server.counts(endpoint).gets.values()) == 1


def request(
    url: str, method: str, path: str, **fields: str
) -> tuple[int, http.client.HTTPMessage, bytes]:
    connection = http.client.HTTPConnection(url.removeprefix("http://"), timeout=10)
    try:
        connection.request(method, path, headers=fields)
        answer = connection.getresponse()
        return answer.status, answer.headers, answer.read()
    finally:
        connection.close()
