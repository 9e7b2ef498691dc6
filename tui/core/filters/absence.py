"""Why a filter may find nothing: what it asks for was not recorded, or not read.

A trail without data events holds no deletion of an object, whatever was deleted. Which calls are
data events is said on the AWS page "Logging data events with CloudTrail".
"""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Final

from tui.core.query.nodes import And, Exact, Field, Glob, Is, Not, Or, Time

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tui.core.index.rows import Coverage
    from tui.core.query.nodes import Node, Value

DATA_CALLS: Final = frozenset(
    name.lower()
    for names in (
        # S3, objects
        "GetObject PutObject DeleteObject DeleteObjects CopyObject HeadObject HeadBucket",
        "ListObjects ListObjectVersions ListParts ListMultipartUploads UploadPart UploadPartCopy",
        "CreateMultipartUpload CompleteMultipartUpload AbortMultipartUpload RestoreObject",
        "SelectObjectContent GetObjectAcl PutObjectAcl GetObjectTagging PutObjectTagging",
        "DeleteObjectTagging GetObjectAttributes GetObjectTorrent GetObjectRetention",
        "PutObjectRetention GetObjectLegalHold PutObjectLegalHold",
        # Lambda, DynamoDB, EBS direct APIs
        "Invoke InvokeFunction GetItem PutItem UpdateItem DeleteItem BatchGetItem BatchWriteItem",
        "TransactGetItems TransactWriteItems ExecuteTransaction BatchExecuteStatement Scan",
        "GetSnapshotBlock PutSnapshotBlock ListSnapshotBlocks ListChangedBlocks",
        # SNS, SQS, Kinesis
        "Publish PublishBatch SendMessage SendMessageBatch ReceiveMessage DeleteMessage",
        "DeleteMessageBatch ChangeMessageVisibility ChangeMessageVisibilityBatch",
        "PutRecord PutRecords GetRecords",
    )
    for name in names.split()
)
_READS = ("get", "list", "describe", "head", "lookup", "batchget")


def absence(node: Node, coverage: Callable[[], Coverage]) -> str:
    """A sentence if a filter asks for a kind of event of which none was read, else nothing.

    `coverage` sums up what was read; it is called only where that matters.
    """
    asked = list(_asked(node))
    outside = _outside(node, coverage)
    if outside:
        return outside
    if any(map(_asks_data, asked)) and not coverage().data_events:
        return (
            "No data events were read: calls on objects, items and messages, such as"
            " s3:DeleteObject, cannot be found"
        )
    if any(map(_asks_reads, asked)) and not coverage().management_reads:
        return "No management events that only read were read: they cannot be found"
    if any(_is(each, "write") for each in asked) and not coverage().management_writes:
        return "No management events that change something were read: they cannot be found"
    for each in asked:
        if isinstance(each, Field) and each.name == "category":
            names = [value.text for value in each.values if isinstance(value, Exact)]
            if names and names != ["Management"] and names != ["Data"]:
                return f"No events of the category {' or '.join(names)} were read"
    return ""


def _outside(node: Node, coverage: Callable[[], Coverage]) -> str:
    """That a time lies behind or before all events: one without a day is of today."""
    for time in node.nodes if isinstance(node, And) else (node,):
        if not isinstance(time, Time):
            continue
        first, last = coverage().first, coverage().last
        if first is None or last is None:
            return ""
        if time.since is not None and time.since > last:
            return f"Newest: {_apart(last, time.since)}"
        if time.until is not None and time.until <= first:
            return f"Oldest: {_apart(first, time.until)}"
    return ""


def _apart(event: int, asked: int) -> str:
    """Two times side by side, as days where these tell them apart: a narrow line shows both."""
    from tui.core.export import iso_time

    known, wanted = iso_time(event), iso_time(asked)
    cells = slice(10) if known[:10] != wanted[:10] else slice(11, None)
    return f"{known[cells]}, asked: {wanted[cells]}"


def _asked(node: Node) -> Iterator[Node]:
    """The predicates that events have to meet, or one of which they have to."""
    if isinstance(node, And | Or):
        for each in node.nodes:
            yield from _asked(each)
    elif not isinstance(node, Not):
        yield node


def _asks_data(node: Node) -> bool:
    if not isinstance(node, Field):
        return False
    if node.name == "event":
        return any(_names_data(value) for value in node.values)
    if node.name == "category":
        return any(isinstance(each, Exact) and each.text.lower() == "data" for each in node.values)
    return node.name == "object"


def _names_data(value: Value) -> bool:
    if isinstance(value, Exact):
        return value.text.lower().rpartition(":")[2] in DATA_CALLS
    if isinstance(value, Glob):
        pattern = value.pattern.lower().rpartition(":")[2]
        return any(fnmatchcase(name, pattern) for name in DATA_CALLS)
    return False


def _asks_reads(node: Node) -> bool:
    if _is(node, "read"):
        return True
    if not isinstance(node, Field) or node.name != "event":
        return False
    texts = [each.text for each in node.values if isinstance(each, Exact)]
    texts += [each.pattern for each in node.values if isinstance(each, Glob)]
    return any(text.lower().rpartition(":")[2].startswith(_READS) for text in texts)


def _is(node: Node, name: str) -> bool:
    return isinstance(node, Is) and node.name == name
