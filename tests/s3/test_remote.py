"""Objects of buckets on their way through the engine: fetched, read, tried again."""

from __future__ import annotations

import gzip
import os
import signal
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.s3.conftest import KEY_ID, REGION, SECRET, Bucket
from tests.s3.faulty_proxy import SLOW_DOWN, Fault
from tests.unit.made import delivery, raw
from tui.ingest.feed import PipelineFeed
from tui.ingest.ledger import Ledger
from tui.ingest.pipeline import Pipeline
from tui.ingest.processes.fetching import Setup
from tui.ingest.results import failed
from tui.sources.base import Change, ChangeKind, Item, LineState, Notice, ObjectRef
from tui.sources.s3.access import Access
from tui.ui.session.engine_view import EngineView

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable, Iterator, Sequence

    from tests.s3.faulty_proxy import FaultyProxy

PATIENCE = 40.0
DENIED = Fault(status=403, code="AccessDenied", message="Access Denied")


class Listed:
    """A source that has listed already what the test put there."""

    name = ""

    def __init__(self, items: Sequence[Item], *, follow: bool) -> None:
        self._items = items
        self._follow = follow

    def tell(self, word: str) -> None:
        """Nothing is asked here."""

    def changes(
        self, *, follow: bool, poll: float | None, wake: threading.Event, stop: threading.Event
    ) -> Iterator[Sequence[Item]]:
        yield self._items
        yield [Notice("listed"), *([] if self._follow else [Notice("ended")])]


class Stand:
    """An engine over some objects of a bucket."""

    def __init__(self, bucket: Bucket, endpoint: str, folder: Path, *, follow: bool) -> None:
        self.bucket = bucket
        self.access = Access(bucket.name, f"{endpoint}/{bucket.name}/", REGION, KEY_ID, SECRET, "")
        self.folder = folder
        self.follow = follow
        self.refs: list[ObjectRef] = []
        self.pipeline: Pipeline | None = None

    def put(self, number: int, body: bytes | None = None) -> ObjectRef:
        """An object with the event `Get<number>`."""
        key = f"AWSLogs/111122223333/CloudTrail/eu-west-1/2026/03/04/{number}.json.gz"
        if body is None:
            body = gzip.compress(delivery([raw(number, eventName=f"Get{number}")]))
        etag = self.bucket.put(key, body)
        name = f"s3://{self.bucket.name}/{key}"
        ref = ObjectRef(name, len(body), int(etag[:15], 16), 0, etag)
        self.refs.append(ref)
        return ref

    def start(self, *, clock: Callable[[], float] = time.monotonic) -> Pipeline:
        """Begin to read what was put."""
        other = LineState("s3://b", "111122223333", "CloudTrail", "eu-west-1", "live")
        line = other._replace(source=f"s3://{self.bucket.name}/AWSLogs/", lists=3)
        found = [Change(ChangeKind.FOUND, ref) for ref in reversed(self.refs)]
        self.pipeline = Pipeline(
            [Listed([self.access, *found, other, line], follow=self.follow)],
            follow=self.follow,
            fetching=Setup(str(self.folder), 1 << 30, 4),
            clock=clock,
        )
        self.pipeline.start()
        return self.pipeline

    def finish(self) -> Pipeline:
        """Read everything there is."""
        pipeline = self.start()
        while pipeline.run():
            pass
        return pipeline

    def until(self, holds: Callable[[], object]) -> None:
        """Let the engine run until something holds."""
        assert self.pipeline is not None
        end = time.monotonic() + PATIENCE
        while not holds():
            assert time.monotonic() < end
            self.pipeline.pump(0.05)
            self.pipeline.tick()

    def names(self) -> list[str]:
        """The events by time."""
        assert self.pipeline is not None
        if self.pipeline.empty:
            return []
        index = self.pipeline.index
        return [index.event(int(row)).event.partition(":")[2] for row in index.order]


@pytest.fixture
def stand(bucket: Bucket, proxy: FaultyProxy, tmp_path: Path) -> Iterator[Stand]:
    """Reads once."""
    made = Stand(bucket, proxy.url, tmp_path / "cache", follow=False)
    yield made
    if made.pipeline is not None:
        made.pipeline.close()


@pytest.fixture
def following(stand: Stand) -> Stand:
    """Goes on after the first look."""
    stand.follow = True
    return stand


def test_all_objects_are_read_each_fetched_once(stand: Stand, proxy: FaultyProxy) -> None:
    for number in range(30):
        stand.put(number)
    pipeline = stand.finish()
    assert stand.names() == [f"Get{number}" for number in range(30)]
    assert proxy.count("GET") == 30
    assert pipeline.remote is not None
    traffic = pipeline.remote.traffic()
    assert (traffic.lists, traffic.gets, traffic.cached) == (3, 30, 0)
    assert traffic.bytes == sum(ref.size for ref in stand.refs)
    other, line = pipeline.remote.lines()
    assert (line.region, line.gets, line.lists) == ("eu-west-1", 30, 3)
    assert other.gets == 0
    assert traffic.dollars == pytest.approx(3 * 0.000005 + 30 * 0.0000004)


def test_what_is_in_the_cache_is_not_fetched(stand: Stand, proxy: FaultyProxy) -> None:
    for number in range(5):
        stand.put(number)
    stand.finish().close()
    pipeline = stand.finish()
    assert len(stand.names()) == 5
    assert proxy.count("GET") == 5
    assert pipeline.remote is not None
    assert pipeline.remote.traffic()[1:3] == (0, 5)


def test_a_damaged_cache_file_is_fetched_again(stand: Stand, proxy: FaultyProxy) -> None:
    stand.put(1)
    stand.finish().close()
    (file,) = (path for path in stand.folder.rglob("*") if path.is_file())
    file.write_bytes(file.read_bytes()[:-5] + b"12345")
    pipeline = stand.finish()
    assert stand.names() == ["Get1"]
    assert proxy.count("GET") == 2
    assert pipeline.problems() == []


def test_a_broken_object_is_a_problem_with_its_place(stand: Stand) -> None:
    stand.put(1)
    ref = stand.put(2, gzip.compress(delivery([raw(2)]))[:-40])
    pipeline = stand.finish()
    assert stand.names()[0] == "Get1"
    assert {problem.where for problem in pipeline.problems()} == {ref.name}
    assert pipeline.sums().rest_unknown == 1  # at once: an object does not grow


def test_what_is_denied_is_said_and_tried_again_on_demand(
    following: Stand, proxy: FaultyProxy
) -> None:
    following.put(1)
    ref = following.put(2)
    proxy.plan(DENIED, times=1, matching="/2.json.gz")
    pipeline = following.start()
    following.until(lambda: pipeline.idle)
    assert following.names() == ["Get1"]
    (problem,) = pipeline.problems()
    assert problem.where == ref.name
    assert "s3:GetObject" in problem.reason
    pipeline.poll_now()
    following.until(lambda: len(following.names()) == 2)
    assert pipeline.problems() == []
    assert pipeline.sums().unreadable == 0


def test_what_is_not_asked_for_is_not_called_cached(following: Stand, proxy: FaultyProxy) -> None:
    for number in range(40):
        following.put(number)
    proxy.plan(Fault(status=400, code="ExpiredToken"), times=1000)
    pipeline = following.start()
    following.until(lambda: pipeline.problem_count() == 40)
    assert pipeline.remote is not None
    assert pipeline.remote.traffic().cached == 0
    assert proxy.count("GET") < 40


@pytest.mark.parametrize("hurry", [1, 20])
def test_whoever_waits_for_print_is_told_for_what(
    stand: Stand, proxy: FaultyProxy, hurry: int
) -> None:
    stand.put(1)
    stand.put(2)
    proxy.plan(SLOW_DOWN._replace(headers=(("Retry-After", "2"),)), matching="/2.json.gz")
    said: list[str] = []
    feed = PipelineFeed(stand.start(), waits=said.append, clock=lambda: hurry * time.monotonic())
    (rows,) = feed.batches()
    assert len(rows) == 2
    if hurry == 1:
        assert said == [], "that does not take long"
    else:
        (sentence,) = said
        assert sentence.startswith("Waiting for S3: throttled, retrying in ")


def test_an_object_that_is_gone_is_said(stand: Stand) -> None:
    stand.put(1)
    ref = stand.put(2)
    stand.bucket.client.delete_object(
        Bucket=stand.bucket.name, Key=ref.name.partition(stand.bucket.name + "/")[2]
    )
    pipeline = stand.finish()
    assert stand.names() == ["Get1"]
    (problem,) = pipeline.problems()
    assert problem.where == ref.name


def test_what_the_fetcher_gives_up_is_tried_again_later(
    following: Stand, proxy: FaultyProxy
) -> None:
    now = [0.0]
    following.put(1)
    proxy.plan(SLOW_DOWN, times=5, matching="/1.json.gz")
    pipeline = following.start(clock=lambda: now[0])
    following.until(lambda: pipeline.problem_count() == 1)
    assert "tried again" in pipeline.problems()[0].reason
    assert proxy.count("GET") == 5
    now[0] = 11.0
    following.until(lambda: following.names() == ["Get1"])
    assert pipeline.problems() == []


def test_problems_are_shown_as_they_are_now(following: Stand, proxy: FaultyProxy) -> None:
    now = [0.0]
    following.put(1)
    proxy.plan(SLOW_DOWN, times=10, matching="/1.json.gz")
    pipeline = following.start(clock=lambda: now[0])
    view = EngineView(pipeline)
    following.until(lambda: "in 10 s" in "".join(one.reason for one in view.problems()))
    now[0] = 11.0
    following.until(lambda: "in 20 s" in "".join(one.reason for one in view.problems()))


def test_it_is_not_tried_again_before_the_server_wants_it(
    following: Stand, proxy: FaultyProxy
) -> None:
    now = [0.0]
    following.put(1)
    proxy.plan(SLOW_DOWN._replace(headers=(("Retry-After", "90"),)), matching="/1.json.gz")
    pipeline = following.start(clock=lambda: now[0])
    following.until(lambda: pipeline.problem_count() == 1)
    assert "in 90 s" in pipeline.problems()[0].reason
    assert proxy.count("GET") == 1


def test_a_killed_fetcher_is_replaced_and_nothing_is_lost(
    following: Stand, proxy: FaultyProxy
) -> None:
    for number in range(40):
        following.put(number)
    proxy.plan(Fault(delay=0.05), times=100)
    pipeline = following.start()
    following.until(lambda: len(following.names()) > 3)
    assert pipeline.remote is not None
    assert pipeline.remote.connection is not None
    (fetcher,) = _grandchildren_with_threads()
    os.kill(fetcher, signal.SIGKILL)
    following.until(lambda: pipeline.idle and len(following.names()) == 40)
    assert pipeline.problems() == []


def test_bytes_that_the_cache_has_lost_are_brought_back(following: Stand) -> None:
    following.put(1)
    pipeline = following.start()
    following.until(lambda: pipeline.idle and following.names())
    for path in following.folder.rglob("*"):
        if path.is_file():
            path.unlink()
    (place,) = pipeline.places(int(pipeline.index.order[0]))
    came: list[bool] = []
    assert pipeline.bring(place.part.object_id, lambda: came.append(True))
    following.until(lambda: came)
    assert not pipeline.bring(place.part.object_id, lambda: None)
    assert Path(pipeline.places(0)[0].part.path.partition(":")[2]).exists()
    assert following.names() == ["Get1"]


def _grandchildren_with_threads() -> list[int]:
    """The fetcher: of all that the nursery has made it alone runs many threads."""
    found = []
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            tasks = len(list((entry / "task").iterdir()))
            parent = (entry / "stat").read_text().rpartition(")")[2].split()[1]
            grand = (Path("/proc") / parent / "stat").read_text().rpartition(")")[2].split()[1]
        except OSError:
            continue
        if int(grand) == os.getpid() and tasks > 3:
            found.append(int(entry.name))
    return found


def test_what_is_tried_once_more_is_waited_for_where_nothing_is_followed(
    stand: Stand, proxy: FaultyProxy
) -> None:
    now = [0.0]
    stand.put(1)
    stand.put(2)
    proxy.plan(SLOW_DOWN, times=5, matching="/1.json.gz")
    pipeline = stand.start(clock=lambda: now[0])
    stand.until(lambda: pipeline.problem_count() == 1 and stand.names() == ["Get2"])
    assert not pipeline.idle
    now[0] = 11.0
    stand.until(lambda: pipeline.idle)
    assert stand.names() == ["Get1", "Get2"]
    assert pipeline.problems() == []


def test_a_cache_that_is_no_good_is_said_once_and_what_stood_in_goes(
    stand: Stand, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(temporary))
    stand.folder.touch()
    for number in range(40):
        stand.put(number)
    pipeline = stand.finish()
    assert len(stand.names()) == 40
    [problem] = pipeline.problems()
    assert "cannot be written" in problem.reason
    assert len(list(temporary.iterdir())) == 1
    pipeline.close()
    assert list(temporary.iterdir()) == []


def test_what_is_replaced_between_its_get_and_its_reading_is_read_again() -> None:
    books = Ledger(follow=True, asked=frozenset(), clock=time.monotonic)
    ref = ObjectRef("s3://trail/x.json.gz", 9, 1, 0, "first")
    [first] = books.change(Change(ChangeKind.FOUND, ref), late=False)
    # It has been fetched by now, and waits for a worker.
    second = ref._replace(stamp=2, etag="second")
    assert books.change(Change(ChangeKind.REPLACED, second), late=True) == []
    books.begin(first)
    assert len(books.finished(first, failed(None, kind="log"))) == 1


def test_digests_are_counted_one_by_one() -> None:
    books = Ledger(follow=True, asked=frozenset(), clock=time.monotonic)
    books.note(Notice("skipped", "digest", "s3://trail/", 24))
    assert books.digests == 24
