"""The signature is the one that botocore makes."""

from __future__ import annotations

import datetime

import botocore.auth
import pytest
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from tests.s3.conftest import KEY_ID, REGION, SECRET
from tests.s3.fetching import HOSTILE, KEY
from tui.sources.s3.access import Access
from tui.sources.s3.sign import Signer

BASES = [
    "https://trail.s3.eu-west-1.amazonaws.com/",
    "http://127.0.0.1:9000/trail/",
    "https://s3.TEST:443/trail/",
    "https://[::1]:9000/trail/",
]


@pytest.mark.parametrize("key", [KEY, *HOSTILE])
@pytest.mark.parametrize("token", ["", "a/Session+Token=="])
@pytest.mark.parametrize("payer", ["", "requester"])
def test_as_botocore_signs(
    monkeypatch: pytest.MonkeyPatch, key: str, token: str, payer: str
) -> None:
    when = [datetime.datetime(2026, 1, 2, 23, 59, 59, tzinfo=datetime.UTC)]
    monkeypatch.setattr(botocore.auth, "get_current_datetime", lambda: when[0])

    def now() -> float:
        return when[0].timestamp()

    for base in BASES:
        signer = Signer(Access("trail", base, REGION, KEY_ID, SECRET, token, payer=payer), now)
        for etag in ("", "0123abcd-2", "odd  one"):
            path, headers = signer.get(key, etag)
            # The bucket's address, in front of the path that we send.
            request = AWSRequest("GET", base.split("/trail/")[0].rstrip("/") + path)
            if etag:
                request.headers["If-Match"] = f'"{etag}"'
            if payer:
                request.headers["x-amz-request-payer"] = payer
            credentials = Credentials(KEY_ID, SECRET, token or None)
            botocore.auth.S3SigV4Auth(credentials, "s3", REGION).add_auth(request)
            theirs = {name.lower(): value for name, value in request.headers.items()}
            ours = {name.lower(): value for name, value in headers}
            assert {name: ours[name] for name in theirs} == theirs
            assert ours.keys() - theirs.keys() == {"accept-encoding", "user-agent"}
            when[0] += datetime.timedelta(seconds=40)


def test_a_new_day_has_another_signature() -> None:
    now = [0.0]
    signer = Signer(Access("b", BASES[0], REGION, KEY_ID, SECRET, ""), lambda: now[0])
    first = dict(signer.get(KEY, "")[1])["Authorization"]
    now[0] += 86_400
    second = dict(signer.get(KEY, "")[1])["Authorization"]
    assert "/19700101/" in first
    assert "/19700102/" in second
    assert first.rpartition("=")[2] != second.rpartition("=")[2]


def test_without_a_key_nothing_is_signed() -> None:
    signer = Signer(Access("b", BASES[0], REGION, "", "", ""))
    assert {name for name, _ in signer.get(KEY, "e")[1]} == {
        "If-Match",
        "Accept-Encoding",
        "User-Agent",
    }
