"""Writes new files into a trail, as a delivery does: under another name, then renamed.

    python -m tests.benchmarks.bench_tail FOLDER SECONDS

A thousand events a second in ten files; each six seconds are a new day, with new folders. All
bytes are made before the first file is written. At the end it prints how many events it wrote.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

from tests.benchmarks.trail_files import FIRST_DAY, gzipped, suffix_of, trail_path
from tests.benchmarks.trail_records import Delivery, Recorder

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

EVENTS_A_SECOND = 1000
FILES_A_SECOND = 10
SECONDS_A_DAY = 6
SEED = 4711
"""Not the trail's: its events would be duplicates."""
_DAY = 86_400
_LATER = 40
"""Days after the trail's first one: behind its end, where a tail is."""
_PLACES = [
    (account, region)
    for account in ("111122223333", "444455556666")
    for region in ("us-east-1", "eu-west-1", "ap-southeast-2", "sa-east-1")
]


def bodies(seconds: int) -> Iterator[tuple[str, bytes]]:
    """Path below the trail and content of each file, in the order of their delivery."""
    rng = Random(SEED)
    recorder = Recorder(SEED, 1_000_000)
    each = EVENTS_A_SECOND // FILES_A_SECOND
    for number in range(seconds * FILES_A_SECOND):
        account, region = _PLACES[number % len(_PLACES)]
        moment = number / FILES_A_SECOND
        day, within = divmod(moment, SECONDS_A_DAY)
        label = FIRST_DAY + (_LATER + int(day)) * _DAY
        label += int(within / SECONDS_A_DAY * 23) * 3600 + 3600
        delivery = Delivery(account, region, label)
        records = [recorder.record(number * each + n, delivery).text for n in range(each)]
        payload = ('{"Records":[' + ",".join(records) + "]}").encode()
        yield trail_path(delivery, suffix_of(rng)), gzipped(payload)


def deliver(path: Path, body: bytes) -> None:
    """Write a file under another name, then rename it: nobody sees half of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    half = path.with_name(path.name + ".tmp")
    half.write_bytes(body)
    half.rename(path)


def main(arguments: Sequence[str]) -> int:
    """Deliver for so many seconds, evenly."""
    folder, seconds = Path(arguments[0]), int(arguments[1])
    made = list(bodies(seconds))
    print("ready", flush=True)
    sys.stdin.readline()
    started = time.monotonic()
    for number, (name, body) in enumerate(made):
        time.sleep(max(0.0, started + number / FILES_A_SECOND - time.monotonic()))
        deliver(folder / name, body)
    took = time.monotonic() - started
    print(f"{len(made) * (EVENTS_A_SECOND // FILES_A_SECOND)} {took}", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
