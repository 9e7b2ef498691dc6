"""Records whose detail is as large, or as deep, as the detail must bear."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

NODES = 10_000
LEVELS = 500
_OWN_LEVELS = 4
"""What stands around the nested value: the document, Records, the record, requestParameters."""


def wide() -> dict[str, Any]:
    """Request parameters of some ten thousand nodes."""
    item = {"key": "Environment", "value": "production", "propagate": True}
    return {"tagSet": {"items": [{**item, "order": n} for n in range(NODES // (len(item) + 2))]}}


def deep() -> dict[str, Any]:
    """Request parameters that reach the deepest level that is read."""
    value: Any = "the end"
    for level in range(LEVELS - _OWN_LEVELS):
        value = [value] if level % 2 else {"within": value}
    return {"tree": value}


def write(folder: Path, parameters: dict[str, Any]) -> None:
    """A trail of one event with these request parameters."""
    record = {
        "eventVersion": "1.09",
        "userIdentity": {"type": "IAMUser", "userName": "alice", "accountId": "123456789012"},
        "eventTime": "2026-01-31T12:00:00Z",
        "eventSource": "ec2.amazonaws.com",
        "eventName": "CreateTags",
        "awsRegion": "us-east-1",
        "sourceIPAddress": "198.51.100.7",
        "eventID": "6f1c4f3e-5d0b-4c0e-9a51-0d6f5e2b7a10",
        "requestParameters": parameters,
        "responseElements": None,
    }
    (folder / "record.json").write_text(json.dumps({"Records": [record]}), encoding="utf-8")
