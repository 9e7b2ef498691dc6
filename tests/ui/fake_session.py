"""A session and an engine in memory: synthetic events, no files, no processes."""

from __future__ import annotations

import datetime as dt
import random
from bisect import bisect_left
from collections import Counter
from typing import TYPE_CHECKING

from tui.core.flags import Level
from tui.core.rows import (
    Coverage,
    EventRow,
    FacetValue,
    Jump,
    Problem,
    Progress,
    Sums,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from tui.ui.messages import RecordAnswer

NOW = dt.datetime(2026, 1, 31, 15, 0, tzinfo=dt.UTC).timestamp()
SECOND = 1_000_000

_SERVICES = {
    "s3": ("GetObject", "GetBucketAcl", "PutBucketPolicy", "ListBuckets"),
    "ec2": ("DescribeInstances", "RunInstances", "AuthorizeSecurityGroupIngress"),
    "iam": ("CreateAccessKey", "ListUsers", "AttachUserPolicy"),
    "sts": ("AssumeRole", "GetCallerIdentity"),
    "es": ("UpdateDomainConfig", "DescribeElasticsearchDomains"),
    "kms": ("Decrypt", "GenerateDataKey"),
    "secretsmanager": ("GetSecretValue",),
    "logs": ("CreateLogStream", "DeleteLogGroup"),
    "opensearchserverless": ("CreateCollection",),
}
_WEIGHTS = (40, 22, 8, 14, 3, 9, 2, 5, 1)
_PEOPLE = (
    "Admin/alice",
    "ci/deploy-2026-01-31T03-12-44Z",
    "bob",
    "root",
    "ReadOnly/auditor@example.com",
)
_TARGETS = ("logs-prod", "i-0abc12345def67890", "Developer", "test-domain", "alias/billing-key")
_RESULTS = ("", "", "", "", "", "", "denied", "failed", "absent", "throttled")


def make_row(identity: int, time: int | None, chance: random.Random) -> EventRow:
    service = chance.choices(list(_SERVICES), _WEIGHTS)[0]
    name = chance.choice(_SERVICES[service])
    result = chance.choice(_RESULTS)
    by_aws = chance.random() < 0.3
    if result in ("denied", "failed"):
        level = Level.FAILED
    elif name in ("AssumeRole", "GetSecretValue"):
        level = Level.SENSITIVE
    elif name.startswith(("Get", "List", "Describe", "Decrypt")):
        level = Level.READ
    else:
        level = Level.CHANGE
    return EventRow(
        row=identity,
        time=time,
        who="autoscaling" if by_aws else chance.choice(_PEOPLE),
        event=f"{service}:{name}",
        target=chance.choice(_TARGETS),
        note="Allow anyone" if name == "PutBucketPolicy" else "",
        result=result,
        address=f"198.51.100.{chance.randrange(1, 255)}",
        agent=chance.choice(("console", "cli", "boto3", "terraform")),
        region=chance.choice(("us-east-1", "eu-west-1")),
        account=chance.choice(("prod", "111122223333")),
        service=service,
        level=int(level),
        by_aws=by_aws,
        flags=0,
    )


def make_rows(count: int, *, seed: int = 7, undated: int = 2) -> list[EventRow]:
    """`count` events over two and a half days that end at `NOW`, the oldest first."""
    chance = random.Random(seed)
    end = int(NOW) * SECOND
    span = int(2.5 * 86_400) * SECOND
    dated = sorted(end - chance.randrange(span) for _ in range(count - undated))
    times: list[int | None] = [*[None] * undated, *dated]
    return [make_row(index, time, chance) for index, time in enumerate(times)]


class FakeSession:
    """Answers from lists; slow and simple."""

    def __init__(self, rows: list[EventRow] | None = None) -> None:
        self._all = make_rows(3000) if rows is None else list(rows)
        self._incoming: list[EventRow] = []
        self._steps: dict[str, tuple[set[str], set[str]]] = {}
        self.generation = 1
        self._follow = True
        self.new_count = 0
        self.hide_aws = False
        self.loading: Progress | None = None
        self.found_problems: list[Problem] = []
        self.skipped: list[tuple[str, str]] = []
        self._shown: list[EventRow] = []
        self._sift()

    @property
    def follow(self) -> bool:
        return self._follow

    @follow.setter
    def follow(self, value: bool) -> None:
        self._follow = value
        if value:
            self.new_count = 0

    @property
    def total(self) -> int:
        return len(self._all)

    def _sift(self, leaving_out: str = "") -> list[EventRow]:
        shown = [row for row in self._all if self._passes(row, leaving_out)]
        if not leaving_out:
            self._shown = shown
        return shown

    def _passes(self, row: EventRow, leaving_out: str) -> bool:
        if self.hide_aws and row.by_aws:
            return False
        for field, (wanted, unwanted) in self._steps.items():
            if field == leaving_out:
                continue
            value = getattr(row, field)
            if (wanted and value not in wanted) or value in unwanted:
                return False
        return True

    def _changed(self) -> None:
        self.generation += 1
        self._sift()

    # What a test does to it

    def arrive(self, *rows: EventRow) -> None:
        self._incoming.extend(rows)

    def next_rows(self, count: int, *, seconds: int = 1) -> list[EventRow]:
        """New events, after all others."""
        chance = random.Random(len(self._all))
        newest = self._all[-1].time if self._all else int(NOW) * SECOND
        assert newest is not None
        first = max((row.row for row in self._all), default=-1) + 1
        return [
            make_row(first + n, newest + (n + 1) * seconds * SECOND, chance) for n in range(count)
        ]

    # The interface

    def __len__(self) -> int:
        return len(self._shown)

    def event(self, position: int) -> EventRow:
        return self._shown[position]

    def position_of(self, row: int) -> int:
        for position, event in enumerate(self._shown):
            if event.row == row:
                return position
        lost = next(event for event in self._all if event.row == row)
        return min(self.position_at(lost.time or 0), len(self._shown) - 1)

    def day_starts(self, zone: object) -> list[tuple[int, str]]:
        assert isinstance(zone, dt.tzinfo)
        starts: list[tuple[int, str]] = []
        for position, event in enumerate(self._shown):
            date = ""
            if event.time is not None:
                date = dt.datetime.fromtimestamp(event.time / SECOND, zone).date().isoformat()
            if not starts or starts[-1][1] != date:
                starts.append((position, date))
        return starts

    def refresh(self) -> bool:
        if not self._incoming:
            return False
        self._all = sorted([*self._all, *self._incoming], key=lambda row: row.time or 0)
        if not self._follow:
            self.new_count += len(self._incoming)
        self._incoming.clear()
        self._changed()
        return True

    def only(self, field: str, value: str) -> None:
        self._steps[field] = ({value}, set())
        self._changed()

    def toggle(self, field: str, value: str) -> None:
        wanted, unwanted = self._steps.setdefault(field, (set(), set()))
        wanted ^= {value}
        unwanted -= {value}
        self._changed()

    def exclude(self, field: str, value: str) -> None:
        wanted, unwanted = self._steps.setdefault(field, (set(), set()))
        unwanted ^= {value}
        wanted -= {value}
        self._changed()

    def clear(self, field: str) -> None:
        self._steps.pop(field, None)
        self._changed()

    def toggle_aws(self) -> None:
        self.hide_aws = not self.hide_aws
        self._changed()

    def filter_text(self) -> str:
        parts = []
        for field, (wanted, unwanted) in self._steps.items():
            if wanted:
                values = " ".join(sorted(wanted))
                parts.append(f"{field}:{values}" if len(wanted) == 1 else f"{field}:({values})")
            parts.extend(f"-{field}:{value}" for value in sorted(unwanted))
        return " ".join([*parts, "-is:aws"] if self.hide_aws else parts)

    def facet(self, field: str) -> list[FacetValue]:
        wanted, unwanted = self._steps.get(field, (set(), set()))
        counts = Counter(getattr(row, field) for row in self._sift(leaving_out=field))
        return [
            FacetValue(value, count, 1 if value in wanted else -1 if value in unwanted else 0)
            for value, count in sorted(counts.items(), key=lambda item: (-item[1], item[0]))
        ]

    def next_flagged(self, position: int, what: str, step: int) -> Jump | None:
        count = len(self._shown)
        for distance in range(1, count + 1):
            place = position + step * distance
            row = self._shown[place % count]
            if row.level == Level.CHANGE if what == "write" else row.result in ("denied", "failed"):
                return Jump(place % count, not 0 <= place < count)
        return None

    def position_at(self, time: int) -> int:
        times = [-1 if row.time is None else row.time for row in self._shown]
        return bisect_left(times, time)

    def progress(self) -> Progress:
        done = Progress(False, 40, 40, self.total, 900_000, 900_000, None, False)
        return done if self.loading is None else self.loading

    def problems(self) -> list[Problem]:
        return self.found_problems

    def sums(self) -> Sums:
        return Sums(self.total + 63, self.total, 60, 0, 3, 1)

    def coverage(self) -> Coverage:
        times = [row.time for row in self._all if row.time is not None]
        return Coverage(
            accounts=dict(Counter(row.account for row in self._all)),
            regions=dict(Counter(row.region for row in self._all)),
            first=min(times, default=None),
            last=max(times, default=None),
            management_reads=sum(row.level == Level.READ for row in self._all),
            management_writes=sum(row.level == Level.CHANGE for row in self._all),
            data_events=0,
            undated=len(self._all) - len(times),
            skipped=self.skipped,
            digests=0,
            pruned=0,
        )

    def aws_share(self) -> float:
        return sum(row.by_aws for row in self._all) / len(self._all) if self._all else 0.0


class FakeEngine:
    """Hands out records made from rows; a test may hold an answer back."""

    def __init__(self, session: FakeSession) -> None:
        self._session = session
        self.state = "live"
        self.on_change: Callable[[], None] | None = None
        self.polled = 0
        self.cancelled = 0
        self.stopped = 0
        self.asked: list[int] = []
        self.gone: set[int] = set()
        self.held: list[Callable[[], None]] | None = None

    def start(self, on_change: Callable[[], None]) -> None:
        self.on_change = on_change

    def stop(self) -> None:
        self.stopped += 1

    def poll_now(self) -> None:
        self.polled += 1

    def cancel(self) -> None:
        self.cancelled += 1

    def arrive(self, count: int = 1) -> None:
        """New events come in while the screen is open."""
        self._session.arrive(*self._session.next_rows(count))
        self.changed()

    def changed(self) -> None:
        assert self.on_change is not None
        self.on_change()

    def request_record(self, row: int, callback: RecordAnswer) -> None:
        self.asked.append(row)
        event = next(each for each in self._session._all if each.row == row)
        summary = [
            f"{event.who} · {event.address} · {event.region} · {event.account}",
            f"{event.event} on {event.target} {event.note}".rstrip(),
        ]
        if row in self.gone:
            record: object = None
            raw: bytes | None = None
            notes = ["The file has gone: what the index knows is shown."]
        else:
            record, raw, notes = record_of(event), b"{}", []
        if self.held is not None:
            self.held.append(lambda: callback(row, record, raw, notes, summary))
        else:
            callback(row, record, raw, notes, summary)


def record_of(event: EventRow) -> dict[str, object]:
    """A record with nested values, an embedded policy, and a hostile user agent."""
    service, _, name = event.event.partition(":")
    return {
        "eventVersion": "1.11",
        "userIdentity": {"type": "IAMUser", "userName": event.who, "accountId": "111122223333"},
        "eventSource": f"{service}.amazonaws.com",
        "eventName": name,
        "awsRegion": event.region,
        "sourceIPAddress": event.address,
        "userAgent": "aws-cli/2.0 \x1b]52;c;aGk=\x07 [/bold]",
        "requestParameters": {
            "bucketName": event.target,
            "policy": '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*",'
            '"Action":"s3:GetObject","Resource":"arn:aws:s3:::logs-prod/*"}]}',
            "tags": [{"key": f"k{n}", "value": n} for n in range(12)],
        },
        "responseElements": None,
        "eventID": f"00000000-0000-4000-8000-{event.row:012d}",
    }
