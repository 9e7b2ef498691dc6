"""S3 as the scout speaks to it: pages of listings, an object's head, and what a GET needs.

boto3 finds credentials, region, endpoint, authorities and proxy as the AWS CLI does. Its
parser of listings is passed by: it takes 35 ms of CPU for a page of 1,000 keys, most of it
for their times; the standard library's takes 5.
"""

from __future__ import annotations

import contextlib
import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import unquote_plus, urlsplit
from xml.etree import ElementTree

from tui.errors import PROGRAM, SourceError
from tui.sources.s3.access import Access
from tui.sources.s3.folded import folded, is_not_folded
from tui.sources.s3.http import BrokenAnswerError
from tui.sources.s3.places import bare_etag

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tui.sources.s3.access import S3Settings

PAGE = 1000
"""The most keys that S3 lists at once."""
_PROBE = "cloudtrail-tui-address-only"
"""The key of a request that is signed and never sent, to see how it would be sent."""
_SCOPE = re.compile(r"Credential=[^/,]+/[0-9]{8}/([^/,]+)/")
_ARCHIVED = frozenset({"GLACIER", "DEEP_ARCHIVE"})
_UNKNOWN = frozenset({"NotImplemented", "InvalidArgument", "InvalidRequest"})
"""How servers refuse a header that they do not know: to some it is an invalid argument."""
_RESTORED = "{*}RestoreStatus/{*}RestoreExpiryDate"
"""Where a listing says that an archived object can be read for some days."""
_READ = frozenset({"CommonPrefixes", "EncodingType", "IsTruncated", "NextContinuationToken"})
"""What is read of a listing, beside its keys."""
_IDLE_PAGES = 300
"""Pages in a row that tell nothing new and still say that more comes: some are empty, or name a
folder once more, but not for ever."""
_BEGINNING = 1000
"""Bytes within which a listing says that it is one."""
_RENEW_BEFORE = 14 * 60.0
"""Seconds before their end at which credentials are renewed: botocore begins 15 minutes before."""


class ForeignAnswerError(OSError):
    """What came is no listing: somebody else has answered."""


class NoTokenError(ForeignAnswerError):
    """There is a next page, and no word by which to ask for it: an answer of `ListObjects`."""


class Entry(NamedTuple):
    """One key of a listing."""

    key: str
    size: int
    etag: str
    """Without quotes."""
    archived: bool = False
    """In Glacier: it would have to be restored before it can be read."""
    modified: str = ""


class Page(NamedTuple):
    """One answer to a list request."""

    entries: list[Entry]
    folders: list[str]
    """Common prefixes, with the slash at their end."""
    token: str
    """Continues the listing; empty where it is complete."""


class Store:
    """One client. Its requests may be made on any thread; all of them list, get or head.

    Making one may raise any error of botocore's, and SourceError.
    """

    def __init__(self, settings: S3Settings, *, connections: int = 16) -> None:
        import boto3
        import botocore.session
        from botocore import UNSIGNED
        from botocore.config import Config

        self._session = botocore.session.Session(profile=settings.profile)
        self._signed = settings.sign
        self._payer = settings.payer
        if settings.sign:
            _refuse_to_prompt(self._session)
        config = Config(
            signature_version=None if settings.sign else UNSIGNED,
            # Whoever asks tries again, and waits for as long as the server says.
            retries={"total_max_attempts": 1},
            max_pool_connections=connections,
            connect_timeout=10,
            read_timeout=30,
            user_agent_extra=PROGRAM,
        )
        self._client: Any = boto3.session.Session(
            botocore_session=self._session, region_name=settings.region
        ).client("s3", endpoint_url=settings.endpoint_url, config=config)
        events = self._client.meta.events
        events.register("before-parse.s3.ListObjectsV2", _read_listing)
        events.register("before-send.s3.GetObject", self._catch_probe)
        events.register("before-call.s3.HeadBucket", self._head_once)
        self._probed: tuple[str, str] = ("", "")
        self._asks_restored = True
        """Does the server know what is asked of archived objects, as far as we know?"""
        self._headed: set[str] = set()
        self._seen: dict[tuple[str, str, str], tuple[set[tuple[str, str]], int]] = {}
        """By bucket, prefix and token: the first and last names of the pages before, and how many
        pages have told nothing new since one did."""

    @property
    def host(self) -> str:
        """Who is asked, with the port; a bucket's own name may stand before it."""
        return urlsplit(str(self._client.meta.endpoint_url)).netloc.rpartition("@")[2]

    @property
    def region(self) -> str:
        """Of the requests; empty where none is set."""
        return str(self._client.meta.region_name or "")

    def page(
        self,
        bucket: str,
        prefix: str,
        *,
        after: str = "",
        token: str = "",
        delimiter: str = "",
        most: int = PAGE,
    ) -> Page:
        """One list request: what begins with the prefix and sorts behind `after`."""
        asked: dict[str, Any] = {"Bucket": bucket, "Prefix": prefix, "MaxKeys": most}
        if not delimiter and self._asks_restored:
            asked["OptionalObjectAttributes"] = ["RestoreStatus"]
        if delimiter:
            asked["Delimiter"] = delimiter
        if token:
            asked["ContinuationToken"] = token
        elif after:
            asked["StartAfter"] = after
        with _expired_told():
            answer = self._list(asked)
        entries: list[Entry] | None = answer.get("Entries")
        more = str(answer.get("NextContinuationToken", ""))
        truncated = bool(answer.get("IsTruncated", more))
        more = more if truncated else ""
        if entries is None or (more and more == token):
            raise ForeignAnswerError("the answer is no listing")
        if truncated and not more:
            raise NoTokenError("there is no token for the next page")
        told = [item["Prefix"] for item in answer.get("CommonPrefixes", ())]
        folders = [folder for folder in told if folder not in ("", prefix)]
        page = Page(entries, folders, more)
        self._check(bucket, prefix, token, page)
        keys_alone = not (token or more or folders)
        if delimiter and is_not_folded(entries, prefix, delimiter, keys_alone=keys_alone):
            found = folded(lambda name: self.page(bucket, prefix, after=name), prefix, delimiter)
            return Page(*found, "")
        return page

    def _list(self, asked: dict[str, Any]) -> dict[str, Any]:
        """Send a list request; servers that do not know of archives are asked without them."""
        from botocore.exceptions import ClientError

        try:
            answer: dict[str, Any] = self._client.list_objects_v2(**asked, **self._paid)
        except ClientError as error:
            refused = error.response.get("Error", {}).get("Code") in _UNKNOWN
            if not refused or not asked.pop("OptionalObjectAttributes", None):
                raise
            answer = self._client.list_objects_v2(**asked, **self._paid)
            self._asks_restored = False
        return answer

    @property
    def _paid(self) -> dict[str, str]:
        """Who pays, as boto3 wants to be told."""
        return {"RequestPayer": self._payer} if self._payer else {}

    def _check(self, bucket: str, prefix: str, token: str, page: Page) -> None:
        """Raise ForeignAnswerError for what was not asked for, and for a listing without an end."""
        names = [*page.folders, *(entry.key for entry in page.entries)]
        if not all(name.startswith(prefix) for name in names):
            raise ForeignAnswerError("there are names in it that were not asked for")
        # Not by their order: some servers list folders as the disk does, `a/` before `a-b`.
        seen, idle = self._seen.pop((bucket, prefix, token), (set(), 0))
        ends = (min(names), max(names)) if names else ("", "")
        idle = idle + 1 if not names or ends in seen else 0
        if idle > _IDLE_PAGES or (idle and page.entries):
            raise ForeignAnswerError("the listing does not come to an end")
        if page.token:
            seen.add(ends)
            self._seen[bucket, prefix, page.token] = seen, idle

    def head(self, bucket: str, key: str) -> Entry:
        """What one object is, for those who may not list."""
        with _expired_told():
            answer = self._client.head_object(Bucket=bucket, Key=key, **self._paid)
        return Entry(
            key,
            int(answer.get("ContentLength", -1)),
            bare_etag(str(answer.get("ETag", ""))),
            answer.get("StorageClass") in _ARCHIVED and not answer.get("Restore"),
        )

    def access(self, bucket: str) -> Access:
        """What a plain GET from the bucket needs. Sends nothing to S3.

        A GET is made up to the point where it would be sent: its address and the region in its
        signature are what botocore makes of endpoint, style, redirections, dots and ARNs. Where
        credentials are due they are renewed, which is a request of the provider's.
        """
        from botocore.utils import get_environ_proxies

        key_id = secret = token = ""
        expires = 0.0
        if self._signed:
            credentials = self._session.get_credentials()
            if credentials is not None:
                with _expired_told():
                    frozen = credentials.get_frozen_credentials()
                key_id, secret, token = frozen.access_key, frozen.secret_key, frozen.token or ""
                end = getattr(credentials, "_expiry_time", None)
                expires = end.timestamp() if end is not None else 0.0
        self._probed = ("", "")
        self._client.get_object(Bucket=bucket, Key=_PROBE)
        url, authorization = self._probed
        base = url.partition("?")[0].removesuffix(_PROBE)
        scope = _SCOPE.search(authorization)
        region = scope[1] if scope is not None else self._client.meta.region_name or "us-east-1"
        proxies = get_environ_proxies(base)
        proxy = proxies.get(base.partition(":")[0]) or ""
        if proxy and "://" not in proxy:
            proxy = f"http://{proxy.removeprefix('//')}"
        verify = self._session.get_config_variable("ca_bundle")
        if verify is None:
            verify = os.environ.get("REQUESTS_CA_BUNDLE") or True
        found = Access(bucket, base, region, key_id, secret, token, expires, verify, proxy)
        return found._replace(payer=self._payer)

    def close(self) -> None:
        """Let go of the connections."""
        self._client.close()

    def _head_once(self, params: dict[str, Any], **_: object) -> Any:
        """Let botocore ask once where a bucket is that is elsewhere; it would do so without end."""
        from botocore.awsrequest import AWSResponse

        bucket = str(params["context"]["s3_redirect"]["bucket"])
        if bucket not in self._headed:
            self._headed.add(bucket)
            return None
        told = {"Error": {"Code": "301"}, "ResponseMetadata": {"HTTPHeaders": {}}}
        return AWSResponse(str(params["url"]), 301, {}, _Nothing()), told

    def _catch_probe(self, request: Any, **_: object) -> Any:
        """Answer the probe ourselves; botocore sends nothing then."""
        from botocore.awsrequest import AWSResponse

        address = str(request.url)
        if not address.partition("?")[0].endswith(f"/{_PROBE}"):
            return None
        authorization = request.headers.get("Authorization", "")
        if isinstance(authorization, bytes):
            authorization = authorization.decode("latin-1")
        self._probed = (address, authorization)
        return AWSResponse(address, 200, {"content-length": "0"}, _Nothing())


@contextlib.contextmanager
def _expired_told() -> Iterator[None]:
    """Raise SourceError where the provider gives what has expired: botocore's is a RuntimeError."""
    try:
        yield
    except RuntimeError as error:
        if "still expired" not in str(error):
            raise
        raise SourceError(
            "The credentials that are provided have expired already: sign in again where they come "
            "from, or give another `--profile`."
        ) from error


class _Nothing:
    """An empty body."""

    def read(self, *_: object) -> bytes:
        return b""

    def stream(self, *_: object, **__: object) -> list[bytes]:
        return []

    def close(self) -> None:
        """Nothing is open."""


def renewal(access: Access, now: float) -> float:
    """When the credentials are to be renewed, seconds since 1970; 0 for never."""
    if not access.expires:
        return 0.0
    return max(access.expires - _RENEW_BEFORE, now + 20)


def _read_listing(
    response_dict: dict[str, Any], customized_response_dict: dict[str, Any], **_: object
) -> None:
    """Take the keys out of a listing before botocore parses them; none from what is no listing.

    Raises BrokenAnswerError where its end is missing, ForeignAnswerError for a web page.
    """
    begins = response_dict["body"][:_BEGINNING]
    if response_dict.get("status_code") == 500 and begins and b"<Error" not in begins:
        # botocore makes a 500 of a 200 whose body it cannot parse.
        complete = response_dict["body"].rstrip().endswith(b"ListBucketResult>")
        if b"<ListBucketResult" in begins and not complete:
            raise BrokenAnswerError("the listing has no end")
        raise ForeignAnswerError("the answer is no listing")
    if response_dict.get("status_code") != 200:
        return
    body, response_dict["body"] = response_dict["body"], b""
    try:
        listing = ElementTree.fromstring(body)  # noqa: S314 - expat, as botocore
        if listing.tag.rpartition("}")[2] != "ListBucketResult":
            return
        entries, rest, decode = [], [], False
        for child in listing:
            tag = child.tag.rpartition("}")[2]
            if tag == "Contents":
                found = {part.tag.rpartition("}")[2]: part.text or "" for part in child}
                if not found:
                    continue
                archived = found.get("StorageClass") in _ARCHIVED
                entries.append(
                    Entry(
                        found["Key"],
                        int(found.get("Size") or -1),
                        bare_etag(found.get("ETag", "")),
                        archived and child.find(_RESTORED) is None,
                        found.get("LastModified", ""),
                    )
                )
                continue
            if tag not in _READ or (tag == "CommonPrefixes" and child.find("{*}Prefix") is None):
                continue  # botocore would stumble over what is empty
            decode = decode or (tag == "EncodingType" and child.text == "url")
            if tag == "IsTruncated":  # botocore knows it in small letters only
                child.text = (child.text or "").strip().lower()
            rest.append(child)
    except (ElementTree.ParseError, KeyError, ValueError):
        return
    if decode:
        entries = [
            e._replace(key=unquote_plus(e.key)) if "%" in e.key or "+" in e.key else e
            for e in entries
        ]
    listing[:] = rest
    response_dict["body"] = ElementTree.tostring(listing)
    customized_response_dict["Entries"] = entries


def _refuse_to_prompt(session: Any) -> None:
    """Never ask for an MFA code on the terminal, which is the screen's; take what the CLI has.

    The AWS CLI keeps the sessions of assumed roles in a folder: one that still lasts is used,
    so `aws sts get-caller-identity --profile P` beforehand is enough.
    """
    from botocore.exceptions import UnknownCredentialError

    profile = session.get_config_variable("profile") or "default"

    def refuse(_: object) -> str:
        raise SourceError(
            f"The profile {profile} asks for an MFA code, which cannot be typed here: run "
            f"`aws sts get-caller-identity --profile {profile}` first, or use a session from "
            "`aws sts get-session-token`"
        )

    try:
        provider = session.get_component("credential_provider").get_provider("assume-role")
    except UnknownCredentialError:
        return
    provider._prompter = refuse
    provider.cache = _SessionsOfTheCli()


class _SessionsOfTheCli(dict[str, Any]):
    """Assumed roles that the AWS CLI has stored; what is new stays in memory."""

    def __contains__(self, name: object) -> bool:
        return super().__contains__(name) or (isinstance(name, str) and self._load(name))

    def _load(self, name: str) -> bool:
        from botocore.utils import JSONFileCache

        try:
            stored = JSONFileCache(str(Path("~/.aws/cli/cache").expanduser()))[name]
        except (KeyError, OSError, ValueError):
            return False
        if not isinstance(stored, dict) or "Credentials" not in stored:
            return False
        self[name] = stored
        return True
