"""The regions of a generated trail and what is called in which.

Two regions are busy. Events of global services are recorded in us-east-1 alone, and rare calls
are made in the busy regions only, so that (service, call, region, account, error, readOnly) has
some tens of thousands of values in a million events, as real trails have.
"""

from __future__ import annotations

from itertools import accumulate

from tests.benchmarks.trail_mix import CALLS, SHARES

BUSY = ("us-east-1", "eu-west-1")
BUSY_WEIGHTS = (46, 22)
REGIONS = (
    *BUSY, "us-east-2", "us-west-1", "us-west-2", "ca-central-1", "eu-central-1", "eu-west-2",
    "eu-west-3", "eu-north-1", "ap-south-1", "ap-southeast-1", "ap-southeast-2",
    "ap-northeast-1", "ap-northeast-2", "ap-northeast-3", "sa-east-1",
)  # fmt: skip
REGION_WEIGHTS = (*BUSY_WEIGHTS, *(2 for _ in REGIONS[2:]))

GLOBAL = {
    "iam", "organizations", "cloudfront", "route53", "route53domains", "health", "support", "ce",
    "account", "billingconsole",
}  # fmt: skip
_HOME_SHARE, _BUSY_SHARE = 0.52, 0.766  # of all events: those of us-east-1, of both busy regions
_RARE = 400  # per 100,000: calls below are made in busy regions only


def region_kind(region: str) -> int:
    """Which of the running shares holds for a region: home 0, the other busy one 1, quiet 2."""
    return BUSY.index(region) if region in BUSY else 2


def _running(kind: int) -> list[float]:
    """Running shares of all calls in one kind of region; the common calls fill up the rest."""
    special: dict[int, float] = {}
    for i, (call, share) in enumerate(zip(CALLS, SHARES, strict=True)):
        if call.service in GLOBAL:
            special[i] = share / _HOME_SHARE if kind == 0 else 0.0
        elif share < _RARE:
            special[i] = share / _BUSY_SHARE if kind < 2 else 0.0
    common = sum(share for i, share in enumerate(SHARES) if i not in special)
    factor = (sum(SHARES) - sum(special.values())) / common
    return list(accumulate(special.get(i, share * factor) for i, share in enumerate(SHARES)))


RUNNING_SHARES = [_running(kind) for kind in range(3)]
