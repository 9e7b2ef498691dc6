"""Fetching objects: each once, as stored, and a sentence for whatever keeps one away."""

from __future__ import annotations

import threading
import time
from pathlib import Path
from urllib.parse import quote

import pytest

from tests.s3.conftest import SECRET, Bucket, make_client
from tests.s3.faulty_proxy import SLOW_DOWN, Fault
from tests.s3.fetching import HOSTILE, KEY, TOKEN, Room
from tui.sources.base import ObjectRef
from tui.sources.cache import DamagedError, read_cached
from tui.sources.s3 import fetch as s3_fetch
from tui.sources.s3.errors import Refusal
from tui.sources.s3.fetch import Fetcher, Wanted


def test_one_get_an_object_and_none_the_second_time(room: Room) -> None:
    refs = [room.put(f"{KEY}{number}", b"%d" % number * 100) for number in range(20)]
    done = room.fetch(*refs)
    assert [read_cached(one.path) for one in done] == [b"%d" % n * 100 for n in range(20)]
    assert [one.size for one in done] == [ref.size for ref in refs]
    assert {one.requests for one in done} == {1}
    assert len(room.proxy.seen) == 20
    again = room.fetch(*refs)
    assert [one.path for one in again] == [one.path for one in done]
    assert {one.requests for one in again} == {0}
    room.fetcher.close()
    room.fetcher = room.make()
    assert {one.requests for one in room.fetch(*refs)} == {0}
    assert len(room.proxy.seen) == 20
    assert room.fetcher.state() == ""


def test_a_body_stays_as_it_is_stored(room: Room) -> None:
    done = room.one(room.put(body=b"\x1f\x8bnot even gzip", ContentEncoding="gzip"))
    assert read_cached(done.path) == b"\x1f\x8bnot even gzip"
    assert room.proxy.seen[0].headers["accept-encoding"] == "identity"


@pytest.mark.parametrize("change", ["flip", "cut"])
def test_a_damaged_cache_file_is_fetched_again(room: Room, change: str) -> None:
    ref = room.put(body=b"0123456789")
    file = Path(room.one(ref).path)
    whole = file.read_bytes()
    file.write_bytes(whole[:-1] + (b"x" if change == "flip" else b""))
    if change == "flip":
        with pytest.raises(DamagedError):
            read_cached(str(file))
    done = room.one(ref, fresh=change == "flip")
    assert done.requests == 1
    assert read_cached(done.path) == b"0123456789"


def test_fresh_means_a_get(room: Room) -> None:
    ref = room.put()
    room.one(ref)
    assert room.one(ref, fresh=True).requests == 1


@pytest.mark.parametrize(
    ("fault", "state"),
    [
        (SLOW_DOWN, "throttled, retrying in"),
        (Fault(cut=3), "1 connection broken, trying again"),
        (Fault(status=500, code="InternalError"), "S3 fails, retrying in"),
    ],
)
def test_what_goes_away_is_tried_again(room: Room, fault: Fault, state: str) -> None:
    ref = room.put(body=b"0123456789" * 1000)
    room.proxy.plan(fault, times=3)
    done = room.one(ref)
    assert read_cached(done.path) == b"0123456789" * 1000
    assert done.requests == 4
    assert len(room.states) == 3
    assert all(said.startswith(state) for said in room.states)
    assert room.fetcher.state() == ""


@pytest.mark.parametrize("fault", [SLOW_DOWN, Fault(status=502, body=b"<html>")])
def test_nothing_is_asked_before_the_server_wants_it(room: Room, fault: Fault) -> None:
    first, second = room.put(), room.put(f"{KEY}2")
    room.proxy.plan(fault._replace(headers=(("Retry-After", "12"),)))
    assert room.one(first).requests == 2
    assert room.now >= 12
    room.proxy.plan(fault._replace(headers=(("Retry-After", "3600"),)))
    done = room.one(room.put(f"{KEY}3"))
    assert done.trouble is not None
    assert done.trouble.after == 300.0
    said = room.now
    room.one(second)
    assert room.now == said + 300.0


@pytest.mark.parametrize(
    ("fault", "refusal"),
    [
        (SLOW_DOWN, Refusal.THROTTLED),
        (Fault(cut=3), Refusal.NETWORK),
        (Fault(hang_up=True), Refusal.NETWORK),
        (Fault(status=502, body=b"<html>"), Refusal.SERVER),
    ],
)
def test_what_stays_is_given_back_to_be_tried_later(
    room: Room, fault: Fault, refusal: Refusal
) -> None:
    ref = room.put(body=b"0123456789")
    room.proxy.plan(fault, times=100)
    done = room.one(ref)
    assert (done.trouble and done.trouble.refusal, done.retry) == (refusal, True)
    assert done.requests == s3_fetch.ATTEMPTS
    assert room.now <= s3_fetch.PATIENCE
    assert [path.name for path in room.cache.folder.rglob("*") if path.is_file()] == []


def test_a_kept_connection_that_was_closed_costs_no_attempt(room: Room) -> None:
    refs = [room.put(f"{KEY}{number}") for number in range(2)]
    room.fetcher.close()
    room.fetcher = room.make(concurrency=1)
    room.one(refs[0])
    room.proxy.plan(Fault(hang_up=True))
    assert room.one(refs[1]).requests == 1
    assert room.states == []


def test_no_server_at_all(room: Room) -> None:
    room.fetcher.use(room.access._replace(base="http://127.0.0.1:9/b/"))
    done = room.one(room.ref(KEY, "e"))
    assert done.trouble is not None
    assert "127.0.0.1:9 takes no connections" in done.trouble.sentence
    assert done.retry


def test_a_replaced_object_is_read_as_it_is_now(room: Room) -> None:
    listed = room.put(body=b"old")
    now = room.put(body=b"newer")
    done = room.one(listed)
    assert read_cached(done.path) == b"newer"
    assert done.size == 5
    matches = [seen.headers.get("if-match") for seen in room.proxy.seen]
    assert matches == [f'"{listed.etag}"', None]
    assert done.requests == 2
    assert room.one(now).requests == 0


def test_412_asks_for_whatever_is_there(room: Room) -> None:
    ref = room.put()
    room.proxy.plan(Fault(status=412, code="PreconditionFailed"))
    done = room.one(ref)
    assert done.requests == 2
    assert "if-match" not in room.proxy.seen[1].headers
    assert read_cached(done.path) == b"body"


def test_another_etag_is_kept_under_its_own_name(room: Room) -> None:
    ref = room.put()
    room.proxy.plan(Fault(etag="0ther"))
    other = room.one(ref)
    assert other.path == room.cache.path_of(room.access.base, room.bucket.name, KEY, "0ther")
    assert room.one(ref).requests == 1


def test_a_hostile_etag_is_not_sent(room: Room) -> None:
    room.put()
    for etag in ('e"\r\nX-Evil: 1', "é", 'a"b'):
        assert read_cached(room.one(room.ref(KEY, etag)).path) == b"body"
    assert all("if-match" not in seen.headers for seen in room.proxy.seen)
    assert all("x-evil" not in seen.headers for seen in room.proxy.seen)


def test_expired_credentials_ask_nothing_more_until_there_are_others(room: Room) -> None:
    cached = room.put("cached")
    room.one(cached)
    refs = [room.put(f"{KEY}{number}") for number in range(5)]
    room.proxy.calm()
    room.proxy.plan(Fault(status=400, code="ExpiredToken"), times=100)
    assert room.refused(refs[0]) == (Refusal.EXPIRED, True)
    assert [one.requests for one in room.fetch(*refs)] == [0] * 5
    assert room.one(cached).trouble is None
    assert len(room.proxy.seen) == 1
    room.proxy.calm()
    room.fetcher.use(room.access._replace(token="another"))
    assert [one.trouble for one in room.fetch(*refs)] == [None] * 5
    assert room.proxy.seen[0].headers["x-amz-security-token"] == "another"


def test_new_credentials_help_a_request_that_is_under_way(room: Room) -> None:
    ref = room.put()
    renewed = threading.Event()
    room.proxy.plan(Fault(status=400, code="ExpiredToken", after=renewed))
    room.fetcher.submit([Wanted(0, ref)])
    while not room.proxy.seen:
        time.sleep(0.01)
    room.fetcher.use(room.access._replace(token="another"))
    renewed.set()
    (done,) = room.fetcher.results(30)
    assert done.trouble is None
    assert done.requests == 2


def test_gone(room: Room) -> None:
    assert room.refused(room.ref("none", "e")) == (Refusal.GONE, False)


def test_archived(room: Room) -> None:
    ref = room.put(StorageClass="GLACIER")
    assert room.refused(ref) == (Refusal.ARCHIVED, False)


def test_no_bucket(room: Room) -> None:
    access = room.access._replace(bucket="none-there", base=f"{room.proxy.url}/none-there/")
    room.fetcher.use(access)
    ref = ObjectRef("s3://none-there/k", 1, 0, etag="e")
    assert room.refused(ref) == (Refusal.NO_BUCKET, True)


@pytest.mark.parametrize(
    ("fault", "refusal", "part"),
    [
        (Fault(status=403, code="AccessDenied"), Refusal.DENIED, "s3:GetObject on arn:aws:s3:::"),
        (Fault(status=403, code="AccessDenied", message="kms:Decrypt"), Refusal.KMS, "kms:Decrypt"),
        (Fault(status=403, code="RequestTimeTooSkewed"), Refusal.CLOCK, "timedatectl"),
        (Fault(status=403, code="InvalidAccessKeyId"), Refusal.BAD_CREDENTIALS, "access key"),
        (
            Fault(
                status=301,
                code="PermanentRedirect",
                headers=(("x-amz-bucket-region", "eu-west-1"),),
            ),
            Refusal.REGION,
            "eu-west-1",
        ),
    ],
)
def test_refusals_are_sentences(room: Room, fault: Fault, refusal: Refusal, part: str) -> None:
    ref = room.put()
    room.proxy.plan(fault)
    done = room.one(ref)
    assert done.trouble is not None
    assert done.trouble.refusal is refusal
    assert part in done.trouble.sentence
    assert done.requests == 1


def test_in_govcloud_the_policy_to_write_is_one_for_govcloud(room: Room) -> None:
    room.fetcher.use(room.access._replace(region="us-gov-west-1"))
    ref = room.put()
    room.proxy.plan(Fault(status=403, code="AccessDenied"))
    trouble = room.one(ref).trouble
    assert trouble is not None
    assert "arn:aws-us-gov:s3:::" in trouble.sentence


@pytest.mark.parametrize("key", HOSTILE)
def test_any_key_goes_over_the_wire_as_it_is(room: Room, key: str) -> None:
    """The request line holds every byte of it, and nothing tidies it up."""
    room.proxy.plan(Fault(status=200, body=b"body", etag="e"))
    done = room.one(room.ref(key, "e", 4))
    assert read_cached(done.path) == b"body"
    assert Path(done.path).parent.parent == room.cache.folder
    (seen,) = room.proxy.seen
    assert seen.path == f"/{room.bucket.name}/{quote(key, safe='/~')}"
    assert seen.query == ""
    assert "x-evil" not in seen.headers


def test_keys_are_quoted_as_boto3_does(room: Room) -> None:
    room.proxy.plan(Fault(status=200, body=b"body", etag="e"), times=1000)
    client = make_client(room.proxy.url)
    for key in HOSTILE:
        client.get_object(Bucket=room.bucket.name, Key=key)["Body"].read()
    client.close()
    boto3s = [seen.path for seen in room.proxy.seen]
    room.proxy.seen.clear()
    for key in HOSTILE:
        room.one(room.ref(key, "e"))
    assert [seen.path for seen in room.proxy.seen] == boto3s


def test_the_same_object_wanted_twice_is_fetched_once(room: Room) -> None:
    ref = room.put()
    room.proxy.plan(Fault(delay=0.2))
    done = room.fetch(ref, ref, ref)
    assert [one.requests for one in done] == [1, 0, 0]
    assert len({one.path for one in done}) == 1
    assert len(room.proxy.seen) == 1


def test_many_at_a_time_but_no_more_than_allowed(room: Room) -> None:
    refs = [room.put(f"{KEY}{number}") for number in range(12)]
    busy = threading.Event()
    room.proxy.plan(Fault(after=busy), times=12)
    room.fetcher.submit([Wanted(number, ref) for number, ref in enumerate(refs)])
    while room.proxy.now < 4:
        time.sleep(0.01)
    busy.set()
    left = len(refs)
    while left:
        left -= len(room.fetcher.results(30))
    assert room.proxy.most_at_once == 4


def test_what_is_too_large_is_not_fetched(room: Room) -> None:
    done = room.one(room.ref(KEY, "e", (1 << 30) + 1))
    assert done.trouble is not None
    assert "above 1 GiB" in done.trouble.sentence
    assert (done.requests, done.retry) == (0, False)
    assert room.proxy.seen == []


def test_what_turns_out_too_large_is_dropped(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(s3_fetch, "LARGEST", 100)
    ref = room.put(body=bytes(200))
    done = room.one(ref._replace(size=-1))
    assert done.trouble is not None
    assert (done.requests, done.retry) == (1, False)


def test_a_bucket_without_access(room: Room) -> None:
    assert room.refused(ObjectRef("s3://other/k", 1, 0, etag="e")) == (Refusal.NO_CREDENTIALS, True)


def test_without_a_key_nothing_is_signed(room: Room) -> None:
    room.bucket.client.put_bucket_acl(Bucket=room.bucket.name, ACL="public-read")
    room.fetcher.use(room.access._replace(key_id="", secret="", token=""))
    assert room.one(room.put(ACL="public-read")).trouble is None
    assert not {"authorization", "x-amz-security-token"} & room.proxy.seen[0].headers.keys()


def test_through_a_proxy(room: Room, bucket: Bucket) -> None:
    address = room.proxy.url.replace("//", "//me:pass%20word@")
    room.fetcher.use(room.access._replace(base=bucket.base, proxy=address))
    key = "a/../b//c d"
    room.proxy.plan(Fault(status=200, body=b"body"))
    assert read_cached(room.one(room.ref(key, "e")).path) == b"body"
    (seen,) = room.proxy.seen
    assert seen.absolute
    assert seen.path == f"/{bucket.name}/a/../b//c%20d"
    assert seen.headers["host"] == bucket.endpoint.removeprefix("http://")
    assert seen.headers["proxy-authorization"] == "Basic bWU6cGFzcyB3b3Jk"


def test_a_header_that_would_be_two_is_not_sent(room: Room) -> None:
    room.fetcher.use(room.access._replace(token="x\r\nX-Evil: 1"))
    assert room.refused(room.ref(KEY, "e")) == (Refusal.BAD_CREDENTIALS, True)
    assert room.proxy.seen == []


def test_no_secret_is_shown(room: Room) -> None:
    room.proxy.plan(Fault(status=403, code="Odd", message=f"your token is {TOKEN}"))
    done = room.one(room.ref(KEY, "e"))
    for text in (repr(done), repr(room.access), repr(room.fetcher), str(room.access)):
        assert SECRET not in text
        assert TOKEN not in text


def test_closing_ends_what_waits(room: Room) -> None:
    fetcher = Fetcher(room.cache, concurrency=2)
    fetcher.use(room.access)
    answered = threading.Event()
    room.proxy.plan(Fault(after=answered), times=2)
    fetcher.submit([Wanted(n, room.ref(f"{KEY}{n}", "e")) for n in range(6)])
    while len(room.proxy.seen) < 2:
        time.sleep(0.01)
    fetcher.close()
    assert room.proxy.now == 2  # still unanswered
    answered.set()


def test_a_fault_of_ours_leaves_nobody_waiting(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    faults: list[threading.ExceptHookArgs] = []
    told = threading.Event()

    def hook(fault: threading.ExceptHookArgs) -> None:
        faults.append(fault)
        told.set()

    monkeypatch.setattr(threading, "excepthook", hook)
    monkeypatch.setattr("tui.sources.s3.fetch.Connection", None)
    done = room.one(room.ref(KEY, "e"))
    assert told.wait(60)  # the thread ends after it has told the result
    assert [fault.exc_type for fault in faults] == [TypeError]
    assert done.trouble is not None
    assert "report it" in done.trouble.sentence


def test_results_come_when_they_are_ready(room: Room) -> None:
    before = time.monotonic()
    assert room.fetcher.results(0) == []
    assert room.fetcher.results(0.05) == []
    assert time.monotonic() - before >= 0.05


@pytest.mark.parametrize("headers", [set(), {"content-length"}])
def test_a_page_of_somebody_on_the_way_is_not_taken_for_the_object(
    room: Room, headers: set[str]
) -> None:
    ref = room.put()
    page = Fault(status=200, body=b"<html>Sign in</html>", drop=frozenset(headers))
    room.proxy.plan(page)
    done = room.one(ref)
    assert done.requests == 2
    assert read_cached(done.path) == b"body"
    room.proxy.plan(page, times=9)
    again = room.one(ref, fresh=True)
    assert again.trouble is not None
    assert "20 bytes in place of 4" in again.trouble.sentence
    assert again.retry


def test_what_is_inflated_on_the_way_is_taken_where_its_etag_is_known(room: Room) -> None:
    ref = room.put()
    body = b"inflated, so longer than listed"
    etag = (("ETag", f'W/"{ref.etag}"'),)
    room.proxy.plan(Fault(status=200, body=body, headers=etag))
    assert read_cached(room.one(ref).path) == body


def test_a_part_is_not_taken_for_the_whole(room: Room) -> None:
    ref = room.put(body=b"0123456789")
    for length in (3, 5):
        room.proxy.plan(Fault(cut=length, drop=frozenset({"content-length"})))
    etag = (("ETag", f'"{ref.etag}"'), ("Content-Encoding", "gzip"))
    room.proxy.plan(Fault(status=200, body=b"0123", headers=etag))
    done = room.one(ref)
    assert (done.requests, done.size) == (4, 10)
    assert read_cached(done.path) == b"0123456789"
    assert room.one(ref).requests == 0


def test_nothing_is_never_the_whole(room: Room) -> None:
    ref = room.put()
    room.proxy.plan(Fault(status=200, body=b"", etag=ref.etag), times=99)
    done = room.one(ref)
    assert (done.requests, done.retry) == (s3_fetch.ATTEMPTS, True)
    assert done.trouble is not None
    assert "0 bytes in place of 4" in done.trouble.sentence
    room.proxy.calm()
    room.proxy.plan(Fault(cut=0, drop=frozenset({"content-length", "etag"})), times=2)
    assert read_cached(room.one(ref._replace(etag="")).path) == b"body"
    assert len(room.proxy.seen) == 3, "where the listing tells no ETag"


def test_where_the_listing_has_the_wrong_size_the_object_is_read(room: Room) -> None:
    ref = room.put(body=b"0123456789")._replace(size=12)
    done = room.one(ref)
    assert done.requests == 2
    assert read_cached(done.path) == b"0123456789"
    weak = (("ETag", f'W/"{ref.etag}"'),)
    room.proxy.plan(Fault(status=200, body=b"0123", headers=weak))
    assert room.one(ref, fresh=True).requests == 1


def test_an_access_point_s_objects_belong_to_it(room: Room) -> None:
    room.put()
    point = "arn:aws:s3:us-east-1:111122223333:accesspoint/trail"
    room.fetcher.use(room.access._replace(bucket=point))
    done = room.one(ObjectRef(f"s3://{point}/{KEY}", 4, 0))
    assert done.trouble is None
    assert read_cached(done.path) == b"body"


def test_each_object_is_tried_once_where_nothing_has_come_for_long(room: Room) -> None:
    refs = [room.put(f"{KEY}{number}") for number in range(60)]
    room.proxy.calm()
    room.proxy.plan(Fault(hang_up=True), times=1000)
    room.fetcher.close()
    room.fetcher = room.make(1)
    done = room.fetch(*refs)
    assert [each.retry for each in done] == [True] * 60
    assert sum(each.requests for each in done[-10:]) == 10
    room.proxy.calm()
    assert all(each.trouble is None for each in room.fetch(*refs))
    another = room.put("another")
    room.proxy.plan(Fault(status=500, code="InternalError"), matching="another")
    assert room.one(another).requests == 2
