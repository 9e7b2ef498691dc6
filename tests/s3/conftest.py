"""An S3 server (moto's, over HTTP) for the tests here, and an environment without AWS in it."""

from __future__ import annotations

import logging
import os
import uuid
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

from tests.s3.faulty_proxy import FaultyProxy
from tests.s3.fetching import TOKEN, Room
from tui.sources.s3.access import Access

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

KEY_ID = "AKIATESTTESTTESTTEST"
SECRET = "aSecretThatMustNeverBeShownAnywhere00000"
REGION = "us-east-1"


@pytest.fixture(autouse=True)
def aws_environment(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> Path:
    """Neither variables, files nor the metadata service of this machine; gives the files' folder.

    `config` and `credentials` in it are empty: a test may write profiles into them. Processes
    that a test starts inherit this.
    """
    folder = tmp_path_factory.mktemp("aws")
    for name in list(os.environ):
        if name.upper().startswith("AWS_") or name.lower() in _PROXIES:
            monkeypatch.delenv(name)
    for name, variable in (
        ("config", "AWS_CONFIG_FILE"),
        ("credentials", "AWS_SHARED_CREDENTIALS_FILE"),
    ):
        (folder / name).touch()
        monkeypatch.setenv(variable, str(folder / name))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    return folder


_PROXIES = frozenset({"http_proxy", "https_proxy", "all_proxy", "no_proxy"})


@pytest.fixture
def credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    """Credentials and a region in the environment, as a person would have them."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", KEY_ID)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", SECRET)
    monkeypatch.setenv("AWS_DEFAULT_REGION", REGION)


@pytest.fixture(scope="session")
def s3_server() -> Iterator[str]:
    """The endpoint of a server that holds buckets for the whole session: use fresh names."""
    from moto.server import ThreadedMotoServer

    logging.getLogger("werkzeug").setLevel(logging.ERROR)  # it writes a line a request
    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


class Bucket(NamedTuple):
    """A bucket of its own for one test."""

    name: str
    client: Any
    """boto3's, with credentials, path style: `client.put_object(Bucket=name, …)`."""
    endpoint: str

    @property
    def base(self) -> str:
        """URL that a quoted key is put behind."""
        return f"{self.endpoint}/{self.name}/"

    def put(self, key: str, body: bytes, **more: Any) -> str:
        """Store an object; its ETag without quotes."""
        answer = self.client.put_object(Bucket=self.name, Key=key, Body=body, **more)
        return str(answer["ETag"]).strip('"')


def make_client(endpoint: str) -> Any:
    """boto3's client for an endpoint; the caller closes it."""
    import boto3
    from botocore.config import Config

    return boto3.session.Session().client(
        "s3",
        endpoint_url=endpoint,
        region_name=REGION,
        aws_access_key_id=KEY_ID,
        aws_secret_access_key=SECRET,
        config=Config(s3={"addressing_style": "path"}, retries={"total_max_attempts": 1}),
    )


@pytest.fixture(scope="session")
def _clients() -> Iterator[dict[str, Any]]:
    """Clients by endpoint: making one takes longer than a test."""
    clients: dict[str, Any] = {}
    yield clients
    for client in clients.values():
        client.close()


@pytest.fixture
def bucket(s3_server: str, aws_environment: Path, _clients: dict[str, Any]) -> Bucket:
    """An empty bucket and a client that talks to the server directly."""
    client = _clients.get(s3_server)
    if client is None:
        client = _clients[s3_server] = make_client(s3_server)
    name = f"trail-{uuid.uuid4().hex[:16]}"
    client.create_bucket(Bucket=name)
    return Bucket(name, client, s3_server)


@pytest.fixture
def proxy(s3_server: str) -> Iterator[FaultyProxy]:
    """The server behind a forwarder that records and breaks on demand."""
    with FaultyProxy(s3_server) as running:
        yield running


@pytest.fixture
def room(bucket: Bucket, proxy: FaultyProxy, tmp_path: Path) -> Iterator[Room]:
    """A fetcher over a bucket, whose pauses take no time."""
    base = f"{proxy.url}/{bucket.name}/"
    access = Access(bucket.name, base, REGION, KEY_ID, SECRET, TOKEN)
    room = Room(bucket, proxy, access, tmp_path / "objects")
    yield room
    room.fetcher.close()
