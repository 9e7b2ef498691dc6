"""Records made for the tests of reading."""

from __future__ import annotations

import gzip
import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path


def record(number: int = 0, **fields: Any) -> dict[str, Any]:
    """A record of its own; fields may be added, replaced, or left out by None."""
    made: dict[str, Any] = {
        "eventVersion": "1.08",
        "userIdentity": {
            "type": "IAMUser",
            "arn": "arn:aws:iam::111122223333:user/dana",
            "accountId": "111122223333",
            "userName": "dana",
        },
        "eventTime": f"2026-03-04T05:{number // 60 % 60:02}:{number % 60:02}Z",
        "eventSource": "s3.amazonaws.com",
        "eventName": "GetBucketAcl",
        "awsRegion": "eu-west-1",
        "sourceIPAddress": "192.0.2.7",
        "userAgent": "aws-cli/2.15",
        "requestParameters": {"bucketName": f"bücket-{number}"},
        "responseElements": None,
        "eventID": f"00000000-0000-4000-8000-{number:012}",
        "eventType": "AwsApiCall",
        "recipientAccountId": "111122223333",
        "readOnly": True,
    }
    made.update(fields)
    return {key: value for key, value in made.items() if key not in fields or value is not None}


def raw(number: int = 0, **fields: Any) -> bytes:
    """The bytes of such a record."""
    return json.dumps(record(number, **fields), ensure_ascii=False).encode()


def raws(count: int) -> list[bytes]:
    """The bytes of several."""
    return [raw(number) for number in range(count)]


def delivery(records: Iterable[bytes]) -> bytes:
    """What a trail delivers, not compressed."""
    return b'{"Records":[' + b",".join(records) + b"]}"


def write(path: Path, content: bytes, *, packed: bool = False) -> Path:
    """Put bytes there, whatever folders that takes; the rename makes them appear at once."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.tmp")
    part.write_bytes(gzip.compress(content) if packed else content)
    return part.rename(path)
