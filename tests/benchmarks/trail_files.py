"""Packs a generated trail into gzip files as CloudTrail delivers them, and counts the truth.

The plan (which file holds which records) is made first and is small; each file is then made from
its plan alone, in any process and any order, with the same bytes.
"""

from __future__ import annotations

import zlib
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from math import exp
from multiprocessing import get_context
from random import Random
from statistics import NormalDist
from struct import pack
from time import gmtime, strftime
from typing import TYPE_CHECKING, Any

from tests.benchmarks.trail_records import NEEDLE, Delivery, Recorder
from tests.benchmarks.trail_regions import BUSY, BUSY_WEIGHTS, REGION_WEIGHTS, REGIONS
from tests.benchmarks.trail_who import ACCOUNTS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

FIRST_DAY = 1767225600  # 2026-01-01T00:00:00Z
DAYS = 30
EVENTS_A_FILE = 88.2  # the mean: 11,340 files for a million
DUPLICATE_SHARE = 0.02
_UNORDERED_SHARE = 0.37  # of all files; those of one or two events often lie in order anyway
_SIGMA = 1.79  # of the file sizes' logarithm: median 20, p99 over 600
_LARGEST = 2400  # events a file, before what rounding leaves over
_ACCOUNT_WEIGHTS = (50, 25, 15, 10)
_SUFFIX = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
_PARALLEL_FROM = 50_000  # events from which two processes are worth starting
FACETS = (
    "eventSource", "eventName", "awsRegion", "recipientAccountId", "errorCode",
    "userIdentity.type", "readOnly",
)  # fmt: skip


@dataclass(frozen=True)
class FilePlan:
    """A file to write: where, which records, which records of other files again."""

    delivery: Delivery
    suffix: str
    ordered: bool
    first: int
    count: int
    again: tuple[tuple[int, Delivery], ...] = ()

    @property
    def path(self) -> str:
        """The path below the trail's folder."""
        return trail_path(self.delivery, self.suffix)


@dataclass
class Tally:
    """What some files hold: counts over distinct events, and what is distinct in them."""

    combinations: Counter[tuple[str, ...]] = field(default_factory=Counter)
    addresses: Counter[str] = field(default_factory=Counter)
    arns: set[str] = field(default_factory=set)
    access_keys: set[str] = field(default_factory=set)
    targets: set[str] = field(default_factory=set)
    needles: dict[str, str] = field(default_factory=dict)
    first: int = 1 << 60
    last: int = 0
    json_bytes: int = 0
    gzip_bytes: int = 0
    unordered: int = 0

    def add(self, other: Tally) -> None:
        """Takes another tally in."""
        self.combinations.update(other.combinations)
        self.addresses.update(other.addresses)
        self.arns |= other.arns
        self.access_keys |= other.access_keys
        self.targets |= other.targets
        self.needles.update(other.needles)
        self.first = min(self.first, other.first)
        self.last = max(self.last, other.last)
        self.json_bytes += other.json_bytes
        self.gzip_bytes += other.gzip_bytes
        self.unordered += other.unordered


def trail_path(delivery: Delivery, suffix: str) -> str:
    """`AWSLogs/<account>/CloudTrail/<region>/YYYY/MM/DD/<file>`."""
    account, region, label = delivery
    day = strftime("%Y/%m/%d", gmtime(label))
    stamp = strftime("%Y%m%dT%H%MZ", gmtime(label))
    name = f"{account}_CloudTrail_{region}_{stamp}_{suffix}.json.gz"
    return f"AWSLogs/{account}/CloudTrail/{region}/{day}/{name}"


def gzipped(payload: bytes) -> bytes:
    """One gzip member without a time or a name, so that equal content gives equal bytes.

    The header is written here: the byte for the system differs between Python's versions.
    """
    deflate = zlib.compressobj(6, zlib.DEFLATED, -zlib.MAX_WBITS)
    body = deflate.compress(payload) + deflate.flush()
    ends = pack("<II", zlib.crc32(payload), len(payload) & 0xFFFFFFFF)
    return b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff" + body + ends


def suffix_of(rng: Random) -> str:
    """The sixteen letters and digits at the end of a file's name."""
    return "".join([_SUFFIX[int(rng.random() * 62)] for _ in range(16)])


def _sizes(events: int, rng: Random) -> list[int]:
    """Events a file: log-normal, their sum exactly the trail's events."""
    files = max(1, round(events / EVENTS_A_FILE))
    normal = NormalDist()
    cap = max(20, min(_LARGEST, events // 15))
    sizes = [
        min(cap, max(1, round(20 * exp(_SIGMA * normal.inv_cdf((i + 0.5) / files)))))
        for i in range(files)
    ]
    # What rounding leaves over, or lacks, goes to the larger half; medians stay.
    half = sizes[files // 2 + files // 20 :] or sizes
    rest = events - sum(sizes)
    scale = 1 + rest / sum(half)
    for i in range(files - len(half), files):
        sizes[i] = max(1, round(sizes[i] * scale))
    sizes[-1] += events - sum(sizes)
    while sizes[-1] < 1:  # a tiny trail: take from the others
        largest = max(range(files - 1), key=sizes.__getitem__)
        sizes[largest] -= 1
        sizes[-1] += 1
    rng.shuffle(sizes)
    return sizes


def _label(rng: Random) -> int:
    """A five-minute label, more often in working hours."""
    day = int(rng.random() * DAYS)
    hour = 7 + rng.random() * 11 if rng.random() < 0.6 else rng.random() * 24
    return FIRST_DAY + day * 86_400 + int(hour * 12) * 300


def plan(events: int, seed: int) -> list[FilePlan]:
    """Every file of a trail, before its records are made."""
    rng = Random(f"plan {seed}")
    recorder = Recorder(seed, events)
    plans: list[FilePlan] = []
    twins: list[int] = []  # files that share region and label with the one before
    first = 0
    left = 0
    delivery = Delivery(ACCOUNTS[0], REGIONS[0], FIRST_DAY)
    taken = {delivery}  # a label of a region is used once, by up to eight files
    for size in _sizes(events, rng):
        if left:
            left -= 1
            twins.append(len(plans))
        else:
            while delivery in taken:
                account = rng.choices(ACCOUNTS, _ACCOUNT_WEIGHTS)[0]
                busy = size > 300 and rng.random() < 0.8
                pool, weights = (BUSY, BUSY_WEIGHTS) if busy else (REGIONS, REGION_WEIGHTS)
                delivery = Delivery(account, rng.choices(pool, weights)[0], _label(rng))
            taken.add(delivery)
            left = int(rng.random() * 7) + 1 if rng.random() < 0.12 else 0
        ordered = rng.random() >= _UNORDERED_SHARE
        plans.append(FilePlan(delivery, suffix_of(rng), ordered, first, size))
        first += size
    _deliver_again(plans, twins, recorder, rng)
    return plans


def _deliver_again(
    plans: list[FilePlan], twins: Sequence[int], recorder: Recorder, rng: Random
) -> None:
    """Puts two in a hundred records into a second file, one of the same region and label."""
    wanted = round(sum(file.count for file in plans) * DUPLICATE_SHARE)
    places = list(twins) or list(range(1, len(plans)))
    rng.shuffle(places)
    for at in places + list(range(1, len(plans))):
        if not wanted:
            return
        source, file = plans[at - 1], plans[at]
        if file.again:
            continue
        numbers = [
            n for n in range(source.first, source.first + source.count) if not recorder.is_needle(n)
        ]
        some = rng.sample(numbers, min(wanted, max(1, len(numbers) * 6 // 10), len(numbers)))
        again = tuple((n, source.delivery) for n in sorted(some))
        plans[at] = FilePlan(
            file.delivery, file.suffix, file.ordered, file.first, file.count, again
        )
        wanted -= len(again)


def _pack(recorder: Recorder, file: FilePlan, folder: Path, tally: Tally) -> None:
    """Makes one file and counts what is new in it."""
    records = [
        recorder.record(n, file.delivery) for n in range(file.first, file.first + file.count)
    ]
    combinations, addresses = tally.combinations, tally.addresses
    for number, record in enumerate(records, file.first):
        combinations[record.fields] += 1
        addresses[record.address] += 1
        tally.arns.add(record.arn)
        tally.access_keys.add(record.access_key)
        tally.targets.add(record.target)
        tally.first = min(tally.first, record.time)
        tally.last = max(tally.last, record.time)
        if recorder.is_needle(number):
            tally.needles[record.event_id] = recorder.place(number)
    records += [recorder.record(n, delivery) for n, delivery in file.again]
    if file.ordered:
        records.sort(key=lambda record: record.time)
    times = [record.time for record in records]
    tally.unordered += times != sorted(times)
    payload = ('{"Records":[' + ",".join([record.text for record in records]) + "]}").encode()
    body = gzipped(payload)
    path = folder / file.path
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(body)
    tally.json_bytes += len(payload)
    tally.gzip_bytes += len(body)


def _write_part(
    part: tuple[Sequence[FilePlan], Path, int, int, bool],
) -> Tally:
    files, folder, seed, events, distinct = part
    recorder = Recorder(seed, events, distinct)
    tally = Tally()
    for file in files:
        _pack(recorder, file, folder, tally)
    return tally


def write(folder: Path, events: int, seed: int, distinct: bool = False) -> dict[str, Any]:
    """Writes a trail below the folder and returns its truth."""
    files = plan(events, seed)
    parts = [(files[i : i + 256], folder, seed, events, distinct) for i in _starts(len(files))]
    tally = Tally()
    if events < _PARALLEL_FROM:
        for part in parts:
            tally.add(_write_part(part))
    else:
        with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
            for done in pool.map(_write_part, parts):
                tally.add(done)
    return truth(files, tally, seed)


def _starts(files: int) -> Iterator[int]:
    yield from range(0, files, 256)


def _counts(counter: Counter[str]) -> dict[str, int]:
    return dict(sorted(counter.items(), key=lambda item: (-item[1], item[0])))


def truth(files: Sequence[FilePlan], tally: Tally, seed: int) -> dict[str, Any]:
    """What a reader must find: counts over distinct events, an absent value as an empty one."""
    events = sum(file.count for file in files)
    duplicates = sum(len(file.again) for file in files)
    facets: dict[str, Counter[str]] = {name: Counter() for name in FACETS}
    for values, count in tally.combinations.items():
        for name, value in zip(FACETS, values, strict=True):
            facets[name][value] += count
    distinct = {
        "sourceIPAddress": len(tally.addresses),
        "userIdentity.arn": len(tally.arns - {""}),
        "userIdentity.accessKeyId": len(tally.access_keys - {""}),
        "target": len(tally.targets - {""}),
        "service, name, region, account, error, type, readOnly": len(tally.combinations),
    }
    return {
        "seed": seed,
        "events": events,
        "duplicates": duplicates,
        "records": events + duplicates,
        "files": len(files),
        "unorderedFiles": tally.unordered,
        "firstEventTime": strftime("%Y-%m-%dT%H:%M:%SZ", gmtime(tally.first)),
        "lastEventTime": strftime("%Y-%m-%dT%H:%M:%SZ", gmtime(tally.last)),
        "jsonBytes": tally.json_bytes,
        "gzipBytes": tally.gzip_bytes,
        "needle": NEEDLE,
        "needles": dict(sorted(tally.needles.items())),
        "distinct": distinct,
        "counts": {name: _counts(counter) for name, counter in facets.items()},
        "topAddresses": dict(list(_counts(tally.addresses).items())[:50]),
    }
