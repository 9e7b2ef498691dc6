"""What a GET needs is found out without sending one; listings are read as boto3 reads them."""

from __future__ import annotations

import datetime as dt
import json
import stat
import sys
import time
from typing import TYPE_CHECKING

import pytest
from botocore.exceptions import ClientError

from tests.s3.conftest import KEY_ID, REGION, SECRET, Bucket
from tests.s3.faulty_proxy import Fault, FaultyProxy
from tui.errors import SourceError
from tui.sources.s3.access import S3Settings
from tui.sources.s3.client import ForeignAnswerError, Store, renewal
from tui.sources.s3.errors import Refusal, explain
from tui.sources.s3.http import BrokenAnswerError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def stores() -> Iterator[list[Store]]:
    made: list[Store] = []
    yield made
    for store in made:
        store.close()


@pytest.mark.usefixtures("credentials")
@pytest.mark.parametrize(
    ("region", "bucket", "base"),
    [
        ("eu-west-1", "logs", "https://logs.s3.eu-west-1.amazonaws.com/"),
        ("eu-west-1", "my.logs", "https://s3.eu-west-1.amazonaws.com/my.logs/"),
        ("us-east-1", "logs", "https://logs.s3.amazonaws.com/"),
        ("cn-north-1", "logs", "https://logs.s3.cn-north-1.amazonaws.com.cn/"),
        (
            "us-east-1",
            "arn:aws:s3:us-west-2:111111111111:accesspoint/logs",
            "https://logs-111111111111.s3-accesspoint.us-west-2.amazonaws.com/",
        ),
    ],
)
def test_the_address_of_a_bucket(
    stores: list[Store], region: str, bucket: str, base: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("REQUESTS_CA_BUNDLE", raising=False)
    stores.append(Store(S3Settings(region=region)))
    access = stores[0].access(bucket)
    assert access.base == base
    assert access.region == ("us-west-2" if bucket.startswith("arn:") else region)
    assert (access.bucket, access.key_id, access.secret) == (bucket, KEY_ID, SECRET)
    assert access.verify is True
    assert (access.token, access.expires, access.proxy) == ("", 0.0, "")


@pytest.mark.usefixtures("credentials")
def test_no_region_is_needed(stores: list[Store], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_DEFAULT_REGION")
    stores.append(Store(S3Settings()))
    assert stores[0].access("logs").base == "https://logs.s3.amazonaws.com/"


@pytest.mark.usefixtures("credentials")
def test_the_environment_counts(
    stores: list[Store], monkeypatch: pytest.MonkeyPatch, bucket: Bucket
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", bucket.endpoint)
    monkeypatch.setenv("AWS_CA_BUNDLE", "/etc/authorities.pem")
    monkeypatch.setenv("AWS_SESSION_TOKEN", "a-token")
    monkeypatch.setenv("http_proxy", "http://user:word@proxy.example:3128")
    stores.append(Store(S3Settings()))
    access = stores[0].access(bucket.name)
    assert access.base == bucket.base
    assert access.verify == "/etc/authorities.pem"
    assert access.token == "a-token"
    assert access.proxy == "http://user:word@proxy.example:3128"
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    assert stores[0].access(bucket.name).proxy == ""


@pytest.mark.usefixtures("credentials")
def test_a_redirected_bucket_is_got_from_its_own_region(
    stores: list[Store], bucket: Bucket, proxy: FaultyProxy
) -> None:
    bucket.put("key", b"x")
    elsewhere = (("x-amz-bucket-region", "eu-central-1"),)
    proxy.plan(Fault(status=301, code="PermanentRedirect", headers=elsewhere))
    stores.append(Store(S3Settings(region=REGION, endpoint_url=proxy.url)))
    assert [entry.key for entry in stores[0].page(bucket.name, "").entries] == ["key"]
    assert stores[0].access(bucket.name).region == "eu-central-1"


def test_credentials_that_end_are_given_anew(
    stores: list[Store], bucket: Bucket, aws_environment: Path
) -> None:
    program = aws_environment / "give.py"
    program.write_text(
        f"#!{sys.executable}\n"
        "import datetime, json, pathlib\n"
        f"count = pathlib.Path({str(aws_environment / 'count')!r})\n"
        "number = int(count.read_text()) + 1 if count.exists() else 1\n"
        "count.write_text(str(number))\n"
        "end = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(minutes=12)\n"
        "print(json.dumps({'Version': 1, 'AccessKeyId': f'ASIATEST{number}',\n"
        "                  'SecretAccessKey': 's', 'SessionToken': 't',\n"
        "                  'Expiration': end.isoformat()}))\n"
    )
    program.chmod(stat.S_IRWXU)
    (aws_environment / "config").write_text(f"[profile p]\ncredential_process = {program}\n")
    stores.append(Store(S3Settings(profile="p", endpoint_url=bucket.endpoint, region=REGION)))
    first = stores[0].access(bucket.name)
    assert first.key_id.startswith("ASIATEST")
    assert 600 < first.expires - time.time() < 720
    second = stores[0].access(bucket.name)
    assert second.key_id != first.key_id
    now = time.time()
    assert renewal(second, now) == now + 20
    assert renewal(second._replace(expires=now + 3600), now) == pytest.approx(now + 2760)
    assert renewal(second._replace(expires=0.0), now) == 0


@pytest.mark.usefixtures("credentials")
def test_a_listing_is_read_as_boto3_reads_it(stores: list[Store], bucket: Bucket) -> None:
    keys = ["a b+c%41/é&<>\"'", "a b+c%41/x\ty", "plain.json.gz", "ünïcode/\u2028"]
    etags = {key: bucket.put(key, key.encode()) for key in keys}
    bucket.put("folder/below", b"")
    stores.append(Store(S3Settings(endpoint_url=bucket.endpoint)))
    page = stores[0].page(bucket.name, "")
    assert {entry.key: entry.etag for entry in page.entries if entry.size} == etags
    assert {entry.size for entry in page.entries} == {0, *(len(key.encode()) for key in keys)}
    assert all(entry.modified.startswith("20") and not entry.archived for entry in page.entries)
    assert page.token == ""
    plain = bucket.client.list_objects_v2(Bucket=bucket.name)["Contents"]
    assert [entry[:3] for entry in page.entries] == [
        (item["Key"], item["Size"], item["ETag"].strip('"')) for item in plain
    ]
    top = stores[0].page(bucket.name, "", delimiter="/")
    assert top.folders == ["a b+c%41/", "folder/", "ünïcode/"]
    assert [entry.key for entry in top.entries] == ["plain.json.gz"]
    first = stores[0].page(bucket.name, "", most=2)
    rest = stores[0].page(bucket.name, "", most=9, token=first.token)
    assert [*first.entries, *rest.entries] == page.entries
    after = stores[0].page(bucket.name, "", after="folder/")
    assert [entry.key for entry in after.entries] == sorted(["folder/below", *keys[2:]])


def test_a_session_that_the_aws_cli_has_stored_needs_no_code(
    stores: list[Store], bucket: Bucket, aws_environment: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from botocore.credentials import AssumeRoleCredentialFetcher

    monkeypatch.setenv("HOME", str(aws_environment))
    role, device = "arn:aws:iam::111111111111:role/r", "arn:aws:iam::111111111111:mfa/m"
    (aws_environment / "config").write_text(
        f"[profile night]\nrole_arn = {role}\nsource_profile = base\nmfa_serial = {device}\n"
        f"[profile base]\naws_access_key_id = {KEY_ID}\naws_secret_access_key = {SECRET}\n"
    )
    settings = S3Settings(profile="night", endpoint_url=bucket.endpoint, region=REGION)
    stores.append(Store(settings))
    with pytest.raises(SourceError, match="MFA"):
        stores[0].access(bucket.name)
    fetcher = AssumeRoleCredentialFetcher(None, None, role, extra_args={"SerialNumber": device})
    stored = aws_environment / ".aws" / "cli" / "cache" / f"{fetcher._cache_key}.json"
    stored.parent.mkdir(parents=True)
    end = dt.datetime.now(dt.UTC) + dt.timedelta(hours=1)
    session = {"AccessKeyId": "ASIASTORED", "SecretAccessKey": "s", "SessionToken": "t"}
    stored.write_text(json.dumps({"Credentials": {**session, "Expiration": end.isoformat()}}))
    before = stored.read_text()
    stores.append(Store(settings))
    assert stores[1].access(bucket.name).key_id == "ASIASTORED"
    assert stored.read_text() == before


def listing(content: str) -> bytes:
    space = "http://s3.amazonaws.com/doc/2006-03-01/"
    return f'<ListBucketResult xmlns="{space}">{content}</ListBucketResult>'.encode()


@pytest.mark.usefixtures("credentials")
def test_what_is_restored_from_glacier_can_be_read(stores: list[Store], proxy: FaultyProxy) -> None:
    until = "<RestoreExpiryDate>2030-01-01T00:00:00Z</RestoreExpiryDate>"
    states = {
        "cold": "",
        "coming": "<RestoreStatus><IsRestoreInProgress>true</IsRestoreInProgress></RestoreStatus>",
        "back": f"<RestoreStatus><IsRestoreInProgress>false</IsRestoreInProgress>{until}"
        "</RestoreStatus>",
    }
    keys = "".join(
        f"<Contents><Key>{key}</Key><Size>1</Size><StorageClass>GLACIER</StorageClass>{state}"
        "</Contents>"
        for key, state in states.items()
    )
    proxy.plan(Fault(status=200, body=listing(keys)))
    stores.append(Store(S3Settings(endpoint_url=proxy.url)))
    archived = {entry.key: entry.archived for entry in stores[0].page("trail", "").entries}
    assert archived == {"cold": True, "coming": True, "back": False}
    assert proxy.seen[0].headers["x-amz-optional-object-attributes"] == "RestoreStatus"


LISTING = b"<?xml version='1.0'?><ListBucketResult>%s</ListBucketResult>"


@pytest.mark.usefixtures("credentials")
@pytest.mark.parametrize(
    "body",
    [
        b"<html><body>Sign in</body></html>",
        b"",
        b"<!doctype html><p>Sign in<br>",
        LISTING % b"<Contents><Key>\x01</Key></Contents>",
        LISTING % b"<Contents><Size>5</Size></Contents>",
        LISTING % b"<Contents><Key>a</Key><Size>many</Size></Contents>",
        LISTING % b"<IsTruncated>true</IsTruncated>"
        b"<NextContinuationToken>again</NextContinuationToken>",
    ],
)
def test_a_page_of_somebody_else_is_no_empty_bucket(
    stores: list[Store], proxy: FaultyProxy, body: bytes
) -> None:
    proxy.plan(Fault(status=200, body=body))
    stores.append(Store(S3Settings(endpoint_url=proxy.url)))
    with pytest.raises(ForeignAnswerError) as caught:
        stores[0].page("trail", "", token="again")
    trouble = explain(caught.value, operation="ListObjectsV2", bucket="trail", host=stores[0].host)
    assert trouble.refusal is Refusal.NETWORK
    assert trouble.sentence == (
        f"{proxy.url.removeprefix('http://')} does not answer as S3 does: "
        "check the network, the proxy and `--endpoint-url`."
    )


@pytest.mark.usefixtures("credentials")
def test_a_server_that_knows_the_first_version_of_listings_only_is_called_so(
    stores: list[Store], proxy: FaultyProxy
) -> None:
    body = LISTING % b"<IsTruncated>true</IsTruncated><Contents><Key>a</Key></Contents>"
    proxy.plan(Fault(status=200, body=body))
    stores.append(Store(S3Settings(endpoint_url=proxy.url)))
    with pytest.raises(ForeignAnswerError) as caught:
        stores[0].page("trail", "")
    trouble = explain(caught.value, operation="ListObjectsV2", bucket="trail", host=stores[0].host)
    assert trouble.refusal is Refusal.OTHER
    assert "without a token" in trouble.sentence


@pytest.mark.usefixtures("credentials")
@pytest.mark.parametrize("length", [60, 90, 100])
def test_a_page_whose_end_is_missing_is_a_broken_connection(
    stores: list[Store], proxy: FaultyProxy, length: int
) -> None:
    body = LISTING % b"<Contents><Key>a</Key><Size>5</Size></Contents>"
    assert length < len(body)
    proxy.plan(Fault(status=200, body=body[:length]))
    stores.append(Store(S3Settings(endpoint_url=proxy.url)))
    with pytest.raises(BrokenAnswerError) as caught:
        stores[0].page("trail", "")
    trouble = explain(caught.value, operation="ListObjectsV2", bucket="trail", host=stores[0].host)
    assert trouble.refusal is Refusal.NETWORK
    assert "broke in the middle" in trouble.sentence


@pytest.mark.usefixtures("credentials")
def test_a_page_that_turns_out_to_be_an_error_is_one(
    stores: list[Store], proxy: FaultyProxy
) -> None:
    body = b"<?xml version='1.0'?><Error><Code>SlowDown</Code><Message>Less.</Message></Error>"
    proxy.plan(Fault(status=200, body=body))
    stores.append(Store(S3Settings(endpoint_url=proxy.url)))
    with pytest.raises(ClientError) as caught:
        stores[0].page("trail", "")
    trouble = explain(caught.value, operation="ListObjectsV2", bucket="trail")
    assert trouble.refusal is Refusal.THROTTLED


def test_credentials_that_have_expired_when_they_come_are_no_fault_of_ours(
    stores: list[Store], bucket: Bucket, aws_environment: Path
) -> None:
    ended = {"Version": 1, "AccessKeyId": "A", "SecretAccessKey": "s", "SessionToken": "t"}
    given = aws_environment / "given.json"
    given.write_text(json.dumps({**ended, "Expiration": "2020-01-01T00:00:00Z"}))
    (aws_environment / "config").write_text(f"[profile p]\ncredential_process = cat {given}\n")
    stores.append(Store(S3Settings(profile="p", endpoint_url=bucket.endpoint)))
    for ask in (lambda: stores[0].page(bucket.name, ""), lambda: stores[0].access(bucket.name)):
        with pytest.raises(SourceError, match="have expired already"):
            ask()


@pytest.mark.usefixtures("credentials")
def test_folders_that_a_server_does_not_tell_are_made_of_its_keys(
    stores: list[Store], proxy: FaultyProxy, bucket: Bucket
) -> None:
    for key in ("t/", "t/a/1/x", "t/a/2/x", "t/b/x", "t/c"):
        bucket.put(key, b"x")
    stores.append(Store(S3Settings(endpoint_url=proxy.url)))
    well = stores[0].page(bucket.name, "t/", delimiter="/")
    assert well.folders == ["t/a/", "t/b/"]
    assert len(proxy.seen) == 1
    itself = b"<Contents><Key>t/</Key><Size>1</Size></Contents>"
    deep = b"<Contents><Key>t/a/1/x</Key><Size>1</Size></Contents>"
    for told in (b"", itself, deep):
        proxy.plan(Fault(status=200, body=LISTING % told), matching="delimiter=")
        made = stores[0].page(bucket.name, "t/", delimiter="/")
        assert made.folders == well.folders
        assert [entry.key for entry in made.entries] == ["t/", "t/c"]
    empty = stores[0].page(bucket.name, "none/", delimiter="/")
    assert (empty.entries, empty.folders, empty.token) == ([], [], "")


@pytest.mark.usefixtures("credentials")
def test_a_listing_may_be_odd(stores: list[Store], proxy: FaultyProxy) -> None:
    odd = b'<Contents/><Contents><Key>a</Key><Size>5</Size><ETag>W/"e"</ETag></Contents>'
    proxy.plan(Fault(status=200, body=LISTING % odd))
    stores.append(Store(S3Settings(endpoint_url=proxy.url)))
    (entry,) = stores[0].page("trail", "").entries
    assert (entry.key, entry.size, entry.etag) == ("a", 5, "e")
    folders = (
        b"<MaxKeys/><KeyCount>many</KeyCount>"
        b"<CommonPrefixes/><CommonPrefixes><Prefix/></CommonPrefixes>"
        b"<CommonPrefixes><Prefix>t/</Prefix></CommonPrefixes>"
        b"<CommonPrefixes><Prefix>t/b/</Prefix></CommonPrefixes>"
    )
    for encoding in (b"", b"<EncodingType>url</EncodingType>"):
        proxy.plan(Fault(status=200, body=LISTING % (folders + encoding)))
        assert stores[0].page("trail", "t/", delimiter="/").folders == ["t/b/"]


@pytest.mark.usefixtures("credentials")
@pytest.mark.parametrize(
    ("told", "token"),
    [
        (b"", "more"),
        (b"<IsTruncated>True</IsTruncated>", "more"),
        (b"<IsTruncated>false</IsTruncated>", ""),
    ],
)
def test_a_page_that_names_the_next_one_is_not_the_last(
    stores: list[Store], proxy: FaultyProxy, told: bytes, token: str
) -> None:
    found = b"<Contents><Key>a</Key><Size>5</Size></Contents>"
    following = b"<NextContinuationToken>more</NextContinuationToken>"
    proxy.plan(Fault(status=200, body=LISTING % (found + told + following)))
    stores.append(Store(S3Settings(endpoint_url=proxy.url)))
    assert stores[0].page("trail", "").token == token


@pytest.mark.usefixtures("credentials")
@pytest.mark.parametrize(
    ("status", "code"),
    [(501, "NotImplemented"), (400, "InvalidArgument"), (400, "InvalidRequest")],
)
def test_a_server_that_knows_no_archives_is_asked_without_them(
    stores: list[Store], proxy: FaultyProxy, bucket: Bucket, status: int, code: str
) -> None:
    bucket.put("a", b"x")
    refusal = Fault(status=status, code=code)
    proxy.plan(refusal, times=2)
    stores.append(Store(S3Settings(endpoint_url=proxy.url)))
    with pytest.raises(ClientError) as caught:
        stores[0].page(bucket.name, "")  # it was not the question about archives
    trouble = explain(caught.value, operation="ListObjectsV2", bucket=bucket.name)
    assert trouble.refusal is Refusal.OTHER
    proxy.plan(refusal)
    for _ in range(2):
        assert [entry.key for entry in stores[0].page(bucket.name, "").entries] == ["a"]
    name = "x-amz-optional-object-attributes"
    assert [name in seen.headers for seen in proxy.seen] == [True, False, True, False, False]
    proxy.plan(refusal)
    with pytest.raises(ClientError):
        stores[0].page(bucket.name, "")
    assert len(proxy.seen) == 6


def page_of(*keys: str, token: str) -> Fault:
    """An answer with these keys that says that more comes."""
    found = "".join(f"<Contents><Key>{key}</Key><Size>5</Size></Contents>" for key in keys)
    more = f"<IsTruncated>true</IsTruncated><NextContinuationToken>{token}</NextContinuationToken>"
    return Fault(status=200, body=LISTING % f"{found}{more}".encode())


@pytest.mark.usefixtures("credentials")
@pytest.mark.parametrize("pages", [(("a", "b"),), (("a", "b"), ("b",)), (("b", "c"), ("a",))])
def test_pages_that_do_not_go_on_are_no_listing(
    stores: list[Store], proxy: FaultyProxy, pages: tuple[tuple[str, ...], ...]
) -> None:
    stores.append(Store(S3Settings(endpoint_url=proxy.url)))
    token = ""
    for number, keys in enumerate(pages):
        proxy.plan(page_of(*keys, token=f"{number}"))
        page = stores[0].page("trail", "", token=token)
        token = page.token
        assert [entry.key for entry in page.entries] == [*keys]
    proxy.plan(page_of(*pages[-1], token="9"))
    with pytest.raises(ForeignAnswerError, match="does not come to an end"):
        stores[0].page("trail", "", token=token)


@pytest.mark.usefixtures("credentials")
def test_a_folder_may_be_told_on_several_pages(stores: list[Store], proxy: FaultyProxy) -> None:
    stores.append(Store(S3Settings(endpoint_url=proxy.url)))
    folder = b"<CommonPrefixes><Prefix>a/</Prefix></CommonPrefixes>"
    token = ""
    for number in b"123":
        more = b"<NextContinuationToken>%c</NextContinuationToken>" % number
        proxy.plan(Fault(status=200, body=LISTING % (folder + more)))
        page = stores[0].page("trail", "", token=token, delimiter="/")
        token = page.token
        assert (page.folders, token) == (["a/"], chr(number))


@pytest.mark.usefixtures("credentials")
def test_pages_that_stay_empty_are_no_listing(
    stores: list[Store], proxy: FaultyProxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tui.sources.s3.client._IDLE_PAGES", 3)
    for number in range(1, 5):
        proxy.plan(page_of(token=str(number)))
    stores.append(Store(S3Settings(endpoint_url=proxy.url)))
    token = ""
    for _ in range(3):
        token = stores[0].page("trail", "", token=token).token
    with pytest.raises(ForeignAnswerError, match="does not come to an end"):
        stores[0].page("trail", "", token=token)


@pytest.mark.usefixtures("credentials")
def test_names_that_were_not_asked_for_are_no_listing(
    stores: list[Store], proxy: FaultyProxy
) -> None:
    proxy.plan(page_of("other/a", token="1"))
    stores.append(Store(S3Settings(endpoint_url=proxy.url)))
    with pytest.raises(ForeignAnswerError, match="not asked for"):
        stores[0].page("trail", "AWSLogs/")


@pytest.mark.usefixtures("credentials")
@pytest.mark.parametrize(("status", "heads"), [(301, 1), (302, 1), (307, 1)])
def test_where_a_redirection_leads_is_asked_once(
    stores: list[Store], proxy: FaultyProxy, status: int, heads: int
) -> None:
    proxy.plan(Fault(status=status, body=b"<html>elsewhere</html>"), times=1000)
    stores.append(Store(S3Settings(endpoint_url=proxy.url)))
    for _ in range(2):
        with pytest.raises(ClientError):
            stores[0].page("trail", "")
    assert proxy.count("HEAD ") == heads
    assert proxy.count("GET ") == 2


@pytest.mark.usefixtures("credentials")
def test_a_bucket_may_tell_where_it_is(stores: list[Store], proxy: FaultyProxy) -> None:
    proxy.plan(Fault(status=301, code="PermanentRedirect"), matching="GET /")
    elsewhere = (("x-amz-bucket-region", "eu-central-1"),)
    proxy.plan(Fault(status=301, headers=elsewhere), times=2, matching="HEAD /")
    proxy.plan(page_of("a", token="1"), matching="GET /")
    stores.append(Store(S3Settings(endpoint_url=proxy.url)))
    assert [entry.key for entry in stores[0].page("trail", "").entries] == ["a"]
    assert "/eu-central-1/" in proxy.seen[-1].headers["authorization"]
