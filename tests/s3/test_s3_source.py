"""The S3 source over a server: what is found, filled, followed and said."""

from __future__ import annotations

import datetime as dt
import json
import pickle
import queue
import re
import threading
import time
from typing import TYPE_CHECKING, ClassVar

import pytest

from tests.s3.conftest import KEY_ID, REGION, SECRET, Bucket
from tests.s3.faulty_proxy import SLOW_DOWN, Fault, FaultyProxy
from tests.s3.simulated_bucket import ORGANIZATION, folder, key_at, line_of
from tui.core.trail import DAY, SECOND
from tui.errors import SourceError
from tui.sources.base import Change, ChangeKind, LineState, Notice, Window
from tui.sources.s3.access import Access, S3Settings
from tui.sources.s3.errors import Refusal, Trouble
from tui.sources.s3.lines import Backoff, Track
from tui.sources.s3.outage import Outage
from tui.sources.s3.roots import Root, Terms
from tui.sources.s3.source import S3Source, parse_url
from tui.sources.s3.told import Told

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tui.sources.base import Item
    from tui.sources.s3.lines import Lister

pytestmark = pytest.mark.usefixtures("credentials")
ORG = f"AWSLogs/{ORGANIZATION}/"
PATIENCE = 20.0
ALL_TIMES = Window()


class Running:
    """A source that runs on a thread; what it reports can be waited for."""

    def __init__(self, source: S3Source, *, follow: bool, poll: float | None = None) -> None:
        self.source = source
        self.items: list[Item] = []
        self.wake, self.stop = threading.Event(), threading.Event()
        self._came: queue.SimpleQueue[list[Item] | None] = queue.SimpleQueue()
        self.error: BaseException | None = None
        self._thread = threading.Thread(target=self._run, args=(follow, poll))
        self._thread.start()

    def _run(self, follow: bool, poll: float | None) -> None:
        try:
            for chunk in self.source.changes(
                follow=follow, poll=poll, wake=self.wake, stop=self.stop
            ):
                self._came.put(pickle.loads(pickle.dumps(chunk)))
        except BaseException as error:  # noqa: BLE001 - looked at where the test ends
            self.error = error
        self._came.put(None)

    def until(self, wanted: Callable[[Running], bool], least: int = 0) -> Running:
        """Take chunks until it holds."""
        end = time.monotonic() + PATIENCE
        while not wanted(self):
            try:
                chunk = self._came.get(timeout=max(0.01, end - time.monotonic()))
            except queue.Empty:
                raise AssertionError(f"did not come; there were {self.items}") from None
            if chunk is None:
                raise AssertionError(f"ended with {self.error}, {self.items}")
            self.items += chunk
        return self

    def close(self) -> None:
        self.stop.set()
        self.wake.set()
        self._thread.join(PATIENCE)
        assert not self._thread.is_alive()
        assert self.error is None

    @property
    def keys(self) -> list[str]:
        """Keys of what was found, in order."""
        return [item.ref.name.split("/", 3)[3] for item in self.items if isinstance(item, Change)]

    def said(self, kind: str) -> list[Notice]:
        return [item for item in self.items if isinstance(item, Notice) and item.kind == kind]

    @property
    def rows(self) -> dict[tuple[str, str, str], LineState]:
        """The last state of each line."""
        return {item[1:4]: item for item in self.items if isinstance(item, LineState)}


@pytest.fixture
def start(bucket: Bucket) -> Iterator[Callable[..., Running]]:
    running: list[Running] = []

    def begin(
        path: str = "",
        *,
        follow: bool = False,
        poll: float | None = None,
        window: Window = ALL_TIMES,
        endpoint: str = "",
        url: str = "",
        settings: S3Settings | None = None,
        **more: object,
    ) -> Running:
        used = settings or S3Settings(endpoint_url=endpoint or bucket.endpoint)
        urls = [url or f"s3://{bucket.name}/{path}"]
        source = S3Source(urls, window, used, **more)  # type: ignore[arg-type]
        running.append(Running(source, follow=follow, poll=poll))
        return running[-1]

    yield begin
    for one in running:
        one.close()


def ended(running: Running) -> bool:
    return bool(running.said("ended"))


def last_hint(running: Running) -> str:
    return running.said("hint")[-1].text


def listed(running: Running) -> bool:
    return bool(running.said("listed"))


def _fill(bucket: Bucket, keys: list[str]) -> set[str]:
    for key in keys:
        bucket.put(key, b"x")
    return set(keys)


NOW = time.time()


def test_an_organization_is_found_from_the_bucket_down(
    bucket: Bucket, start: Callable[..., Running]
) -> None:
    wanted = _fill(
        bucket,
        [
            key_at(NOW - 3600 * hours, hours, account=account, region=region, above=ORG)
            for account in ("111111111111", "222222222222", "audit")
            for region in ("us-east-1", "eu-west-1")
            for hours in (0, 1, 5, 20)
        ]
        + [key_at(NOW - 60, 9, kind="CloudTrail-Insight", above=ORG)]
        + [key_at(NOW - 60, 9, kind="CloudTrail-Aggregated", above=ORG)]
        + [key_at(NOW - 60, 8, above=f"other/AWSLogs/{ORGANIZATION}/{ORG}")],
    )
    bucket.put(f"{ORG}", b"")
    bucket.put(f"{folder(above=ORG)}", b"")
    bucket.put(f"{folder(above=ORG, kind='CloudTrail-Digest')}2026/01/01/x.json.gz", b"x")
    bucket.put(f"{ORG}111111111111/Config/us-east-1/2026/1/1/x.json.gz", b"x")
    bucket.put(key_at(NOW - 86_400 * 3, above=ORG), b"x")
    run = start().until(ended)
    assert len(run.keys) == len(set(run.keys))
    assert set(run.keys) == wanted
    [skipped] = run.said("skipped")
    assert (skipped.text, skipped.count) == ("digest", 1)
    [hint] = run.said("hint")
    assert "24 hours" in hint.text
    assert "[" in hint.text
    [since] = run.said("since")
    silent = start(ask=False).until(ended)
    assert "--since" in silent.said("hint")[0].text
    assert abs(since.count - (time.time() * SECOND - DAY)) < 60 * SECOND
    assert run.said("listed")[0].count == len(wanted)
    assert {row.state for row in run.rows.values()} == {"done"}
    kinds = [type(item) for item in run.items]
    assert kinds.index(Access) < kinds.index(Change)


def test_accounts_and_regions_narrow_what_is_listed(
    bucket: Bucket, start: Callable[..., Running], proxy: FaultyProxy
) -> None:
    _fill(
        bucket,
        [
            key_at(NOW - 60, 1, account=account, region=region)
            for account in ("111111111111", "222222222222")
            for region in ("us-east-1", "us-west-2", "eu-west-1")
        ],
    )
    run = start(endpoint=proxy.url, accounts=["2*"], regions=["us-*"]).until(ended)
    assert len(run.keys) == 2
    assert all("222222222222" in key and "/us-" in key for key in run.keys)
    assert not [seen for seen in proxy.seen if "111111111111" in seen.query]
    assert not [seen for seen in proxy.seen if "CloudTrail%2Feu-west-1" in seen.query]
    nothing = start(accounts=["3*"]).until(ended)
    assert "--account" in nothing.said("problem")[0].text


@pytest.mark.parametrize("slash", ["", "/"])
@pytest.mark.parametrize(
    "path", ["AWSLogs", "AWSLogs/111111111111", "AWSLogs/111111111111/CloudTrail"]
)
def test_an_address_may_enter_the_layout_anywhere(
    bucket: Bucket, start: Callable[..., Running], path: str, slash: str
) -> None:
    wanted = _fill(bucket, [key_at(NOW - 60, 1), key_at(NOW - 60, 2, region="eu-west-1")])
    assert set(start(path + slash).until(ended).keys) == wanted


@pytest.mark.parametrize(("date", "days"), [("2026/01/31", 1), ("2026/01/", 2), ("2026", 3)])
def test_a_date_in_the_address_is_the_window(
    bucket: Bucket, start: Callable[..., Running], date: str, days: int
) -> None:
    at = 1_769_860_800  # 2026-01-31T12:00Z
    for number, seconds in enumerate((at, at - 86_400, at + 86_400, at - 86_400 * 40)):
        bucket.put(key_at(seconds, number), b"x")
    run = start(f"{folder()}{date}").until(ended)
    assert len(run.keys) == days
    assert not run.said("hint")
    assert (
        run.said("since")[0].count
        == min({1: 1_769_817_600, 2: 1_767_225_600, 3: 1_767_225_600}[days], at) * SECOND
    )


def test_a_window_prunes_what_is_listed(bucket: Bucket, start: Callable[..., Running]) -> None:
    at = 1_769_860_800
    for minutes in range(-60, 61, 5):
        bucket.put(key_at(at + 60 * minutes, minutes), b"x")
    window = Window((at - 600) * SECOND, (at + 600) * SECOND)
    run = start(window=window).until(ended)
    # labels of [since, until + 15 minutes)
    assert len(run.keys) == (600 + 600 + 900) // 300
    assert not run.said("hint")
    assert run.said("since")[0].count == window.since


def test_pages_and_requests_are_as_few_as_promised(
    bucket: Bucket, start: Callable[..., Running], proxy: FaultyProxy
) -> None:
    regions = ("us-east-1", "eu-west-1")
    wanted = _fill(
        bucket,
        [
            key_at(NOW - 60 * minutes, minutes, region=region)
            for region in regions
            for minutes in range(0, 1400, 35)
        ],
    )
    run = start(endpoint=proxy.url, page=8).until(ended)
    assert set(run.keys) == wanted
    filling = [seen for seen in proxy.seen if "delimiter" not in seen.query]
    assert len(filling) <= len(regions) * (2 + 5)
    discovering = [seen for seen in proxy.seen if "delimiter" in seen.query]
    assert len(discovering) == 4, "bucket, AWSLogs, account, kind"
    assert {seen.method for seen in proxy.seen} == {"GET"}
    assert all("list-type=2" in seen.query for seen in proxy.seen), "the probe is never sent"
    assert sum(row.lists for row in run.rows.values()) == len(proxy.seen)


def test_many_folders_are_paged_on_every_level(
    bucket: Bucket, start: Callable[..., Running]
) -> None:
    wanted = _fill(
        bucket, [key_at(NOW - 60, 1, account=f"{number:012}") for number in range(1, 13)]
    )
    assert set(start(page=5).until(ended).keys) == wanted


def test_new_objects_accounts_and_regions_are_followed(
    bucket: Bucket, start: Callable[..., Running]
) -> None:
    first = _fill(bucket, [key_at(NOW - 3600, 1)])
    run = start(follow=True, poll=0.2).until(listed)
    assert set(run.keys) == first
    late = key_at(NOW - 4000, 2)
    bucket.put(late, b"x")
    run.until(lambda run: late in run.keys)
    region = key_at(NOW - 600, 3, region="eu-west-1")
    account = key_at(NOW - 7200, 4, account="999999999999")
    bucket.put(region, b"x")
    bucket.put(account, b"x")
    run.wake.set()
    run.until(lambda run: {region, account} <= set(run.keys))
    assert not run.wake.is_set()
    bucket.put(late, b"other")
    run.until(lambda run: run.keys.count(late) == 2)
    last = [item for item in run.items if isinstance(item, Change)][-1]
    assert last.kind is ChangeKind.REPLACED
    run.until(lambda run: run.rows.get(("999999999999", "CloudTrail", "us-east-1")) is not None)
    assert run.said("state")[-1].text == "live"
    assert not run.said("ended")


def test_earlier_days_on_demand(bucket: Bucket, start: Callable[..., Running]) -> None:
    keys = [key_at(NOW - 86_400 * days - 60, days) for days in range(3)]
    _fill(bucket, keys)
    run = start(follow=True, poll=60).until(listed)
    assert run.keys == keys[:1]
    first = run.said("since")[0].count
    for days in (1, 2):
        run.source.tell("earlier")
        run.until(lambda run, days=days: keys[days] in run.keys)
        assert run.said("since")[-1].count == first - days * DAY
        back = f"{dt.datetime.fromtimestamp(NOW - (days + 1) * 86_400, dt.UTC):%Y-%m-%d}"
        run.until(lambda run, back=back: f"1 object more, back to {back}" in last_hint(run))
    run.source.tell("earlier")
    run.until(lambda run: "nothing" in last_hint(run))
    once = last_hint(run)
    run.source.tell("earlier")
    run.until(lambda run: "nothing" in last_hint(run) and last_hint(run) != once)
    assert sorted(run.keys) == sorted(keys)


def test_an_empty_window_says_when_the_newest_file_was(
    bucket: Bucket, start: Callable[..., Running], proxy: FaultyProxy
) -> None:
    for seconds in (1_769_860_800, 1_767_000_000, 1_700_000_000):
        bucket.put(key_at(seconds), b"x")
    run = start(endpoint=proxy.url).until(ended)
    assert run.keys == []
    assert any("2026-01-31" in hint.text for hint in run.said("hint"))
    assert len(proxy.seen) <= 4 + 2 + 3


def test_a_flat_prefix_is_read_after_a_question(
    bucket: Bucket, start: Callable[..., Running]
) -> None:
    names = [f"export/part-{number:03}.json" for number in range(25)]
    _fill(bucket, names)
    bucket.put("export/", b"")
    bucket.put("export/empty.json", b"")
    bucket.put("export/picture.png", b"x")
    small = start("export").until(ended)
    assert sorted(small.keys) == names
    assert {notice.text for notice in small.said("skipped")} == {"empty", "image"}
    asked = start("export", follow=True, page=10, asked_from=10)
    asked.until(lambda run: bool(run.said("question")))
    assert asked.said("question")[0].count == 10
    assert asked.keys == []
    asked.source.tell("yes")
    asked.until(listed)
    assert sorted(asked.keys) == names
    refused = start("export", follow=True, page=10, asked_from=10)
    refused.until(lambda run: bool(run.said("question")))
    refused.source.tell("no")
    refused.until(listed)
    assert 0 < len(refused.keys) <= 10
    assert any("longer prefix" in hint.text for hint in refused.said("hint"))


def test_questions_about_two_prefixes_are_asked_one_after_the_other(bucket: Bucket) -> None:
    for folder_name in "ab":
        _fill(bucket, [f"{folder_name}/part-{number:03}.json" for number in range(25)])
    urls = [f"s3://{bucket.name}/{folder_name}/" for folder_name in "ab"]
    settings = S3Settings(endpoint_url=bucket.endpoint)
    run = Running(S3Source(urls, ALL_TIMES, settings, page=10, asked_from=10), follow=True)
    try:
        run.until(lambda run: len(run.said("question")) == 1)
        first = run.said("question")[0].where
        run.source.tell("yes")
        run.until(lambda run: len(run.said("question")) == 2 and len(run.keys) == 25)
        assert all(f"s3://{bucket.name}/{key}".startswith(first) for key in run.keys)
        run.source.tell("no")
        run.until(listed)
        assert 25 < len(run.keys) <= 35
    finally:
        run.close()


def test_printing_refuses_where_it_would_ask(bucket: Bucket, start: Callable[..., Running]) -> None:
    _fill(bucket, [f"export/part-{number:03}.json" for number in range(25)])
    run = start("export", page=10, asked_from=10, ask=False).until(ended)
    assert "longer prefix" in run.said("refused")[0].text
    assert run.keys == []


def test_one_key(bucket: Bucket, start: Callable[..., Running]) -> None:
    key = key_at(1_700_000_000, 1)
    _fill(bucket, [key, f"{key}.bak", key_at(NOW)])
    run = start(key, follow=True).until(ended)
    assert run.keys == [key]
    assert not run.said("since")
    assert isinstance(
        next(item for item in run.items if not isinstance(item, (Notice, LineState))), Access
    )


def test_a_prefix_is_no_part_of_a_name(bucket: Bucket, start: Callable[..., Running]) -> None:
    wanted = _fill(bucket, [key_at(NOW - 60, above="trail/AWSLogs/")])
    _fill(bucket, [key_at(NOW - 60, above="trail-old/AWSLogs/")])
    assert set(start("trail").until(ended).keys) == wanted
    [problem] = start("tra").until(ended).said("problem")
    assert "nothing of this name" in problem.text
    assert "trail-old/" in problem.text
    part = key_at(NOW - 60, above="trail/AWSLogs/")[:-30]
    assert start(part).until(ended).said("problem")


def test_what_is_archived_is_counted_and_left(
    bucket: Bucket, start: Callable[..., Running]
) -> None:
    bucket.put(key_at(NOW - 60, 1), b"x", StorageClass="GLACIER")
    bucket.put(key_at(NOW - 60, 2), b"x", StorageClass="GLACIER_IR")
    run = start().until(ended)
    assert run.keys == [key_at(NOW - 60, 2)]
    [problem] = run.said("problem")
    assert "1 object is in Glacier" in problem.text


def test_that_discovery_is_tried_again_is_said_from_the_first_failure_on(
    start: Callable[..., Running], proxy: FaultyProxy
) -> None:
    proxy.plan(SLOW_DOWN, times=1000)
    run = start(endpoint=proxy.url, follow=True)
    run.until(lambda run: any(row.due > NOW for row in run.rows.values()))
    assert run.rows["", "", ""].state == "retrying"
    run.until(lambda run: any("retrying in" in each.text for each in run.said("state")))
    assert not run.said("problem"), "it is said before it is given up for the first look"


def test_a_bucket_in_which_nothing_is_yet_is_looked_at_soon_again(
    bucket: Bucket, start: Callable[..., Running]
) -> None:
    run = start(follow=True, poll=0.2)
    run.until(lambda run: bool(run.said("problem")))
    assert run.said("problem")[0].text == "the bucket is empty"
    key = key_at(NOW - 60)
    _fill(bucket, [key])
    run.until(lambda run: run.keys == [key] and bool(run.said("solved")))


def test_where_all_is_archived_another_window_is_not_recommended(
    bucket: Bucket, start: Callable[..., Running]
) -> None:
    for region in ("eu-west-1", "us-east-1"):
        bucket.put(key_at(NOW - 60, region=region), b"x", StorageClass="GLACIER")
    run = start(page=1).until(ended)
    assert not any("Nothing in this window" in hint.text for hint in run.said("hint"))
    problems = run.said("problem")
    assert problems[-1].text.startswith("2 objects are in Glacier")
    assert len(problems) == len(run.said("solved")) + 1, "what is said anew replaces the old"


def test_a_bucket_that_is_not_there(start: Callable[..., Running]) -> None:
    run = start(url="s3://no-such-bucket-anywhere").until(ended)
    [problem] = run.said("problem")
    assert "no-such-bucket-anywhere" in problem.text
    assert problem.where == "s3://no-such-bucket-anywhere"


def test_no_credentials_and_then_some(
    bucket: Bucket, start: Callable[..., Running], monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted = _fill(bucket, [key_at(NOW - 60)])
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    assert start().until(ended).said("problem")
    run = start(follow=True).until(lambda run: bool(run.said("problem")))
    assert "credentials" in run.said("problem")[0].text.lower()
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", KEY_ID)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", SECRET)
    run.wake.set()
    run.until(listed)
    assert set(run.keys) == wanted
    assert run.said("solved")[0].where == run.said("problem")[0].where


def test_expired_credentials_stop_everything_until_there_are_others(
    bucket: Bucket, start: Callable[..., Running], proxy: FaultyProxy
) -> None:
    first, second = key_at(NOW - 3600, 1), key_at(NOW - 60, 2)
    bucket.put(first, b"x")
    run = start(follow=True, poll=0.2, endpoint=proxy.url).until(listed)
    proxy.plan(Fault(status=400, code="ExpiredToken"), times=1)
    run.until(lambda run: bool(run.said("problem")))
    assert run.said("problem")[0].where == f"s3://{bucket.name}/"
    assert "expired" in run.said("problem")[0].text
    run.until(lambda run: run.said("state")[-1].text.startswith("failed"))
    run.until(lambda run: all(row.state == "failed" for row in run.rows.values()))
    bucket.put(second, b"x")
    run.source.tell("again")
    run.until(lambda run: second in run.keys)
    assert run.said("solved")[0].where == f"s3://{bucket.name}/"
    assert run.keys == [first, second]


def test_credentials_that_others_renew_are_taken_up_without_a_word(
    bucket: Bucket,
    start: Callable[..., Running],
    proxy: FaultyProxy,
    aws_environment: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name)
    file = aws_environment / "credentials"
    profile = "[default]\naws_access_key_id = {}\naws_secret_access_key = x\n"
    file.write_text(profile.format("OLDKEY"))
    first, second = key_at(NOW - 3600, 1), key_at(NOW - 60, 2)
    bucket.put(first, b"x")
    run = start(follow=True, poll=0.2, endpoint=proxy.url).until(listed)
    proxy.plan(Fault(status=400, code="ExpiredToken"), times=3)
    run.until(lambda run: run.said("state")[-1].text == "failed, retrying")
    file.write_text(profile.format("NEWKEY"))
    bucket.put(second, b"x")
    run.until(lambda run: second in run.keys)
    assert run.keys == [first, second]
    run.until(lambda run: run.said("state")[-1].text == "live")
    assert [notice.text for notice in run.said("problem")] == [
        "The credentials have expired: renew them, with `aws sso login` for instance; "
        "it is tried again every minute."
    ], "once, however often it is refused"
    assert len(run.said("solved")) == 1
    assert "NEWKEY" in proxy.seen[-1].headers["authorization"]
    access = [item for item in run.items if isinstance(item, Access)]
    assert [each.key_id for each in access] == ["OLDKEY", "NEWKEY"]


def test_access_is_tried_for_at_first_soon_then_every_minute() -> None:
    outage = Outage(following=True, poll=None)
    expired = Trouble(Refusal.EXPIRED, "Expired.")
    assert outage.failed(expired, 100.0), "worth saying"
    waits = [outage.until - 100.0]
    for _ in range(4):
        outage.begin()
        assert not outage.failed(expired, 100.0), "said already"
        waits.append(outage.until - 100.0)
    assert waits == [15.0, 30.0, 60.0, 60.0, 60.0]
    assert outage.failed(Trouble(Refusal.CLOCK, "Clock."), 100.0)
    outage.begin()
    outage.over()
    assert (outage.shut, outage.trouble) == (False, None)
    assert outage.failed(expired, 200.0)
    assert outage.until == 215.0


def test_a_flat_prefix_is_followed(bucket: Bucket, start: Callable[..., Running]) -> None:
    labelled = [key_at(NOW - 3600 * hours, hours).rpartition("/")[2] for hours in range(3)]
    _fill(bucket, [f"copy/{name}" for name in labelled])
    run = start("copy/", follow=True, poll=0.2).until(listed)
    assert run.keys == [f"copy/{name}" for name in labelled], "newest first"
    bucket.put("copy/more.json", b"x")
    run.until(lambda run: run.keys[-1] == "copy/more.json")
    since = int((NOW - 1800) * SECOND)
    pruned = start("copy/", window=Window(since, None)).until(ended)
    assert len(pruned.keys) == 2
    assert pruned.said("pruned")[0].count == 2


def test_an_address_with_a_date_has_no_earlier_day(
    bucket: Bucket, start: Callable[..., Running]
) -> None:
    for seconds in (1_769_860_800, 1_769_860_800 - 86_400):
        bucket.put(key_at(seconds), b"x")
    run = start(f"{folder()}2026/01/31/", follow=True).until(listed)
    run.source.tell("earlier")
    run.until(lambda run: bool(run.said("hint")))
    assert "no earlier day" in run.said("hint")[0].text
    assert len(run.keys) == 1


def test_a_denied_line_does_not_hold_up_the_others(
    bucket: Bucket, start: Callable[..., Running], proxy: FaultyProxy
) -> None:
    here, there = key_at(NOW - 60), key_at(NOW - 60, region="eu-west-1")
    _fill(bucket, [here, there])
    proxy.plan(
        Fault(status=403, code="AccessDenied"), times=1, matching="CloudTrail%2Feu-west-1%2F"
    )
    ahead = [0.0]
    run = start(follow=True, endpoint=proxy.url, clock=lambda: time.time() + ahead[0]).until(listed)
    assert run.keys == [here]
    [problem] = run.said("problem")
    assert problem.where.endswith("/eu-west-1/")
    assert "s3:ListBucket" in problem.text
    run.until(lambda run: ("111111111111", "CloudTrail", "eu-west-1") in run.rows)
    assert run.rows["111111111111", "CloudTrail", "eu-west-1"].state == "failed"
    assert run.said("state")[-1].text == "live, 1 of 2 failing"
    ahead[0] = 301.0
    run.source.tell("")
    run.until(lambda run: "behind by 5 min, 1 of 2" in run.said("state")[-1].text)
    run.wake.set()
    run.until(lambda run: there in run.keys and bool(run.said("solved")))
    assert run.said("solved")[0].where == problem.where


def test_throttling_is_waited_out_and_said(
    bucket: Bucket, start: Callable[..., Running], proxy: FaultyProxy
) -> None:
    wanted = _fill(bucket, [key_at(NOW - 60)])
    proxy.plan(SLOW_DOWN, times=3, matching="us-east-1%2F")
    run = start(endpoint=proxy.url).until(ended)
    assert set(run.keys) == wanted
    assert any("retrying in" in notice.text for notice in run.said("state"))
    assert not run.said("problem")


def test_a_listing_waits_as_long_as_the_server_says(
    bucket: Bucket, start: Callable[..., Running], proxy: FaultyProxy
) -> None:
    wanted = _fill(bucket, [key_at(NOW - 60)])
    ahead = [0.0]
    proxy.plan(SLOW_DOWN._replace(headers=(("Retry-After", "40"),)), matching="us-east-1%2F")
    run = start(
        follow=True, endpoint=proxy.url, clock=lambda: time.time() + ahead[0], window=ALL_TIMES
    )
    run.until(lambda run: ("111111111111", "CloudTrail", "us-east-1") in run.rows)
    row = run.rows["111111111111", "CloudTrail", "us-east-1"]
    assert row.state == "retrying"
    assert time.time() + 30 < row.due
    assert proxy.count("us-east-1%2F") == 1
    ahead[0] = 60.0
    run.source.tell("")
    run.until(listed)
    assert set(run.keys) == wanted


def test_what_many_lines_have_in_common_is_said_once() -> None:
    terms = Terms(ALL_TIMES, (), (), following=True, poll=None, page=1000, asked_from=10_000)
    root = Root("s3://trail/AWSLogs", terms, 0, NOW)
    root.discovery.fresh += [line_of(region=f"eu-west-{number}") for number in range(8)]
    tracks = root.grow(NOW)
    away = Trouble(Refusal.NETWORK, "No connection.")
    denied = Trouble(Refusal.DENIED, "Access denied.")

    def said(kind: str, lines: list[Lister], trouble: Trouble | None) -> list[str]:
        for line in lines:
            assert isinstance(line, Track)
            for _ in range(4):
                line.backoff.failed(trouble, NOW) if trouble else line.backoff.worked()
        return [notice.where for notice in root.notices() if notice.kind == kind]

    assert len(said("problem", tracks[:3], away)) == 3
    together = "s3://trail/AWSLogs (several accounts and regions)"
    assert said("problem", tracks[3:5], away) == [together]
    assert said("problem", tracks[5:7], away) == []
    assert said("solved", tracks[:7], None) == [together]
    assert len(said("problem", tracks[:5], denied)) == 5, "each may have a policy of its own"
    assert said("problem", tracks[5:], denied) == ["s3://trail/AWSLogs"]
    assert root.notices() == []
    assert len(said("problem", tracks[:1], away)) == 8, "not for one reason"


def test_all_denied_is_a_problem_of_the_address(
    bucket: Bucket, start: Callable[..., Running], proxy: FaultyProxy
) -> None:
    _fill(bucket, [key_at(NOW - 60)])
    proxy.plan(Fault(status=403, code="AccessDenied"), times=99)
    run = start(endpoint=proxy.url).until(ended)
    assert f"s3://{bucket.name}/" in [notice.where for notice in run.said("problem")]
    assert run.keys == []


def test_in_china_the_policy_to_write_is_one_for_china(
    bucket: Bucket, start: Callable[..., Running], proxy: FaultyProxy
) -> None:
    proxy.plan(Fault(status=403, code="AccessDenied"), times=9)
    settings = S3Settings(region="cn-north-1", endpoint_url=proxy.url)
    run = start(settings=settings).until(ended)
    assert f"arn:aws-cn:s3:::{bucket.name}" in run.said("problem")[0].text


def test_a_key_may_be_read_where_listing_is_denied(
    bucket: Bucket, start: Callable[..., Running], proxy: FaultyProxy
) -> None:
    key = key_at(NOW - 60)
    bucket.put(key, b"x")
    proxy.plan(Fault(status=403, code="AccessDenied"), times=99, matching="list-type=2")
    run = start(key, endpoint=proxy.url).until(ended)
    assert run.keys == [key]
    assert not run.said("problem")


def test_without_signing(bucket: Bucket, start: Callable[..., Running]) -> None:
    wanted = _fill(bucket, [key_at(NOW - 60)])
    settings = S3Settings(endpoint_url=bucket.endpoint, sign=False)
    run = start(settings=settings).until(ended)
    assert set(run.keys) == wanted
    [access] = [item for item in run.items if isinstance(item, Access)]
    assert access.key_id == ""
    assert access.base == bucket.base
    assert access.region == REGION


def test_credentials_are_renewed_before_their_end(
    bucket: Bucket, start: Callable[..., Running], aws_environment: Path
) -> None:
    bucket.put(key_at(NOW - 60), b"x")
    given = aws_environment / "given.json"
    (aws_environment / "config").write_text(f"[profile p]\ncredential_process = cat {given}\n")

    def give(key_id: str, seconds: int) -> None:
        end = dt.datetime.fromtimestamp(int(NOW) + seconds, dt.UTC).isoformat()
        session = {"AccessKeyId": key_id, "SecretAccessKey": "s", "SessionToken": "t"}
        given.write_text(json.dumps({"Version": 1, "Expiration": end, **session}))

    give("ASIAFIRST", 800)
    ahead = [0.0]
    settings = S3Settings(profile="p", endpoint_url=bucket.endpoint)
    run = start(settings=settings, follow=True, clock=lambda: time.time() + ahead[0])
    run.until(listed)
    give("ASIASECOND", 1600)
    ahead[0] = 30.0
    run.source.tell("a word that only makes it look at the clock")
    run.until(lambda run: len(_accesses(run)) == 2)
    give("ASIATHIRD", 3600)
    run.source.tell("again")
    run.until(lambda run: len(_accesses(run)) == 3)
    assert [access.key_id for access in _accesses(run)] == ["ASIAFIRST", "ASIASECOND", "ASIATHIRD"]
    assert _accesses(run)[1].expires - _accesses(run)[0].expires == 800
    assert len(run.keys) == 1


def _accesses(run: Running) -> list[Access]:
    return [item for item in run.items if isinstance(item, Access)]


def test_a_slow_line_does_not_hold_up_the_others(
    bucket: Bucket, start: Callable[..., Running], proxy: FaultyProxy
) -> None:
    fast, slow = key_at(NOW - 7200), key_at(NOW - 60, region="ap-south-1")
    _fill(bucket, [fast, slow])
    told = threading.Event()
    proxy.plan(Fault(after=told), matching="CloudTrail%2Fap-south-1%2F")
    run = start(endpoint=proxy.url).until(lambda run: bool(run.keys))
    assert run.keys == [fast]
    told.set()
    assert run.until(ended).keys == [fast, slow]


def test_a_profile_with_mfa_is_refused_with_a_sentence(
    bucket: Bucket,
    start: Callable[..., Running],
    aws_environment: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("HOME", str(aws_environment))
    (aws_environment / "config").write_text(
        "[profile night]\nrole_arn = arn:aws:iam::111111111111:role/r\nsource_profile = base\n"
        "mfa_serial = arn:aws:iam::111111111111:mfa/m\n"
        f"[profile base]\naws_access_key_id = {KEY_ID}\naws_secret_access_key = {SECRET}\n"
    )
    settings = S3Settings(profile="night", endpoint_url=bucket.endpoint)
    run = start(settings=settings).until(ended)
    [problem] = run.said("problem")
    assert "MFA" in problem.text
    assert "aws sts" in problem.text


@pytest.mark.parametrize(
    "url", ["s3:///", "s3://", "S3://bucket/x", "s3://bu cket/", "s3://-x/", "s3://b/\x1b[2J", "x"]
)
def test_addresses_that_are_none(url: str) -> None:
    with pytest.raises(SourceError):
        S3Source([url], Window(), S3Settings())


def test_addresses() -> None:
    assert parse_url("s3://bucket") == ("bucket", "")
    assert parse_url("s3://bucket/a//b c/") == ("bucket", "a//b c/")
    arn = "arn:aws:s3:eu-west-1:111111111111:accesspoint/logs"
    assert parse_url(f"s3://{arn}/AWSLogs/") == (arn, "AWSLogs/")
    source = S3Source(["s3://bucket"], Window(), S3Settings())
    assert isinstance(pickle.loads(pickle.dumps(source)), S3Source)


@pytest.mark.parametrize(
    ("path", "more"),
    [
        ("AWSLogs/111111111111/CloudTrail", {"accounts": ["2*"]}),
        ("AWSLogs/111111111111/CloudTrail/us-east-1", {"regions": ["eu-*"]}),
        ("AWSLogs/111111111111/CloudTrail/us-east-1/2026", {"accounts": ["2*"]}),
    ],
)
def test_an_address_that_is_not_asked_for_is_not_listed(
    bucket: Bucket, start: Callable[..., Running], path: str, more: dict[str, list[str]]
) -> None:
    bucket.put(key_at(NOW - 60, 1), b"x")
    run = start(f"{path}/", **more).until(ended)
    assert run.keys == []
    assert "--account" in run.said("problem")[0].text


def test_an_empty_object_is_called_so(bucket: Bucket, start: Callable[..., Running]) -> None:
    bucket.put("one.json", b"")
    [problem] = start("one.json").until(ended).said("problem")
    assert problem.text == "the object is empty"


def test_folders_that_were_not_looked_through_are_said(
    bucket: Bucket, start: Callable[..., Running], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tui.sources.s3.discovery._SEARCHES", 2)
    key = key_at(NOW - 60, 1, above="a/AWSLogs/")
    _fill(bucket, [key, *(f"{name}/x" for name in "bcde")])
    run = start().until(ended)
    assert run.keys == [key]
    assert "3 folders are not looked through" in run.said("hint")[-1].text


def test_keys_where_folders_are_looked_for_are_not_listed_to_their_end(
    bucket: Bucket, start: Callable[..., Running], proxy: FaultyProxy
) -> None:
    key = key_at(NOW - 60, 1)
    _fill(bucket, [key, *(f"{first}-{number:03}.json" for first in "09z" for number in range(40))])
    run = start(endpoint=proxy.url, page=5).until(ended)
    assert run.keys == [key]
    assert len(proxy.seen) <= 12
    assert "1 folder is not looked through" in run.said("hint")[-1].text


def test_levels_without_an_end_are_given_up(
    bucket: Bucket,
    start: Callable[..., Running],
    proxy: FaultyProxy,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("tui.sources.s3.discovery._PAGES", 4)
    _fill(bucket, [f"AWSLogs/{name}/x" for name in range(10, 40)])
    start("AWSLogs/", endpoint=proxy.url, page=1).until(ended)
    level = re.compile(r"prefix=AWSLogs%2F&.*delimiter=")
    assert sum(bool(level.search(seen.query)) for seen in proxy.seen) == 5


def test_a_question_comes_before_many_pages_of_few_keys(
    bucket: Bucket, start: Callable[..., Running], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tui.sources.s3.flat._PAGES", 3)
    _fill(bucket, [f"export/part-{number:03}.json" for number in range(9)])
    run = start("export/", follow=True, page=1).until(lambda run: bool(run.said("question")))
    assert run.said("question")[0].count == 3


def test_a_question_comes_before_all_keys_are_listed(
    bucket: Bucket, start: Callable[..., Running], proxy: FaultyProxy
) -> None:
    _fill(bucket, [f"export/part-{number:03}.json" for number in range(100)])
    run = start("export/", endpoint=proxy.url, follow=True, page=5, asked_from=20)
    run.until(lambda run: bool(run.said("question")))
    assert len(proxy.seen) <= 3 + 4


@pytest.mark.parametrize("place", ["", "flat/"])
def test_what_is_restored_is_read_at_the_next_look(
    bucket: Bucket, start: Callable[..., Running], place: str
) -> None:
    key = f"{place}x.json" if place else key_at(NOW - 60, 1)
    bucket.put(key, b"x", StorageClass="GLACIER")
    run = start(place, follow=True, poll=0.2).until(listed)
    run.until(lambda run: bool(run.said("problem")))
    bucket.put(key, b"x")  # the same ETag
    run.until(lambda run: run.keys == [key])
    run.until(lambda run: any("(archived)" in each.where for each in run.said("solved")))
    [found] = [item for item in run.items if isinstance(item, Change)]
    assert found.kind is ChangeKind.FOUND


def test_an_object_that_was_empty_is_found_when_it_is_written(
    bucket: Bucket, start: Callable[..., Running]
) -> None:
    _fill(bucket, ["flat/a.json"])
    bucket.put("flat/b.json", b"")
    run = start("flat/", follow=True, poll=0.2).until(listed)
    bucket.put("flat/b.json", b"x")
    run.until(lambda run: "flat/b.json" in run.keys)
    assert {item.kind for item in run.items if isinstance(item, Change)} == {ChangeKind.FOUND}


def test_when_it_is_tried_again_is_said_anew_now_and_then() -> None:
    class Failing:
        flat = None
        listed = failing = 1
        tracks: ClassVar[dict[str, Track]] = {}
        settled = True
        until = 108.0

        @property
        def backoffs(self) -> list[Backoff]:
            backoff = Backoff()
            backoff.trouble, backoff.until = Trouble(Refusal.NETWORK, "No connection."), self.until
            return [backoff]

        def behind(self, now: float) -> int:
            return 0

    root = Failing()
    told = Told([root], following=True)  # type: ignore[list-item]  # what it looks at
    well = Outage(following=True, poll=None)
    assert [said.text for said in told.state(100.0, well)] == ["retrying in 8 s"]
    assert told.state(101.0, well) == []
    assert told.due == 105.0
    root.until = 150.0
    assert [said.text for said in told.state(105.0, well)] == ["retrying in 45 s"]
    assert told.state(105.1, well) == []
    assert told.due == 110.0, "though nothing else happens"
    assert [said.text for said in told.state(110.0, well)] == ["retrying in 40 s"]
    root.failing = 0
    assert [said.text for said in told.state(110.1, well)] == ["live"]
    assert told.due == float("inf")
