"""The sample trail: background, story and documented examples, packed as CloudTrail delivers."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import orjson

from tests.benchmarks import trail_docs, trail_noise, trail_story
from tests.benchmarks.trail_cast import DATA, HOME, NORTH, PROD, WEST, Json, Scribe, at
from tests.benchmarks.trail_files import gzipped, suffix_of, trail_path
from tests.benchmarks.trail_records import Delivery

if TYPE_CHECKING:
    from pathlib import Path
    from random import Random

EVENTS = 3_000
DUPLICATES = 14
_FIVE_MINUTES = timedelta(minutes=5)
_README = """\
# The sample trail

Two days (30 and 31 January 2026), two accounts (111122223333 production, 123456789012 data), three
regions. All of it is made up; the numbers, keys and addresses are those of documentation.

1. The access key of the build user `ci-deploy`, always used from 203.0.113.25, turns up at
   198.51.100.77 at 02:04 UTC on the 31st and asks who it is.
2. It tries some fifty services in two regions; nearly everything is denied.
3. After two refusals it takes on the role `deploy-admin`; the new key reads secrets and parameters.
4. It makes the user `svc-metrics-sync` with a key, a password and AdministratorAccess.
5. The new user, from 192.0.2.146, stops one of two trails, GuardDuty and the flow logs.
6. It opens a bucket, a search domain, a snapshot, a port and a function to the world, and shares
   snapshots with an account outside.
7. It starts ten GPU machines (refused), sends a command whose text is too large to be recorded, and
   signs in to the console without MFA at the fourth attempt.
8. It crosses over into the data account and downloads customer data.
9. At 06:31 Alice, with MFA, finds it and begins to repair.

Around it: builds, Terraform, instances, functions, analysts, what AWS services do by themselves, a
root sign-in without MFA the day before, and AWS's own documented examples (OpenSearch, OpsWorks,
Kendra). One event has no date. `make samples` writes this folder again, the same to the byte.
"""


def write(folder: Path) -> int:
    """Writes the sample below the folder; returns the number of trail files."""
    scribe = Scribe("the sample trail")
    trail_story.tell(scribe)
    trail_docs.show(scribe)
    told = len(scribe.records)
    trail_noise.hum(scribe, _slots(scribe.rng, EVENTS - told - 4))
    files = _deliver(scribe.records, scribe.rng)
    for path, records in files.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(gzipped(orjson.dumps({"Records": records})))
    (folder / "README.md").write_text(_README, encoding="utf-8")
    return len(files)


def _slots(rng: Random, events: int) -> list[tuple[str, str, datetime, int]]:
    """When and where the background is heard: account, region, end, how many events."""
    places = [(PROD, HOME)] * 22 + [(DATA, HOME)] * 12 + [(PROD, WEST)] * 5 + [(PROD, NORTH)] * 6
    places += [(DATA, WEST)] * 5 + [(DATA, NORTH)] * 3
    slots = []
    for account, region in places:
        hour = rng.choice((*range(24), *range(7, 19), *range(8, 17)))
        end = at(rng.choice((30, 31)), f"{hour:02d}:{rng.randrange(12) * 5:02d}:00")
        slots.append((account, region, end, rng.choice((4, 8, 12, 20, 30, 45, 80, 140))))
    # The builds must be heard by day, and something by night beside the intruder.
    slots += [(PROD, HOME, at(30, "10:30:00"), 200), (PROD, HOME, at(31, "02:30:00"), 40)]
    total = sum(count for *_, count in slots)
    scaled = [(a, r, e, max(1, count * events // total)) for a, r, e, count in slots]
    account, region, end, count = scaled[-2]
    scaled[-2] = (account, region, end, count + events - sum(n for *_, n in scaled))
    return scaled


def _label_of(record: Json, rng: Random) -> int:
    """The five-minute label that a record is delivered under: at most ten minutes later."""
    try:
        when = datetime.strptime(record["eventTime"], "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    except ValueError:
        when = at(30, "15:00:00")
    late = _FIVE_MINUTES if rng.random() < 0.06 else timedelta()
    seconds = int((when + late).timestamp())
    return -(-seconds // 300) * 300


def _deliver(records: list[Json], rng: Random) -> dict[str, list[Json]]:
    """Puts records into files: by account, region, label; some in a second file too."""
    batches: dict[Delivery, list[Json]] = defaultdict(list)
    alone: list[tuple[Delivery, list[Json]]] = []
    for record in records:
        account = record.get("recipientAccountId") or record["userIdentity"]["accountId"]
        delivery = Delivery(account, record["awsRegion"], _label_of(record, rng))
        if record["eventTime"].startswith("2026"):
            batches[delivery].append(record)
        else:
            alone.append((delivery, [record]))
    again = rng.sample(sorted(batches, key=lambda d: -len(batches[d]))[:20], 2)
    for delivery in again:
        alone.append((delivery, rng.sample(batches[delivery], DUPLICATES // 2)))
    files: dict[str, list[Json]] = {}
    for delivery, batch in [*sorted(batches.items()), *alone]:
        if rng.random() < 0.35:
            rng.shuffle(batch)
        else:
            batch.sort(key=lambda record: str(record["eventTime"]))
        files[trail_path(delivery, suffix_of(rng))] = batch
    return files
