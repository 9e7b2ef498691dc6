"""What the name of a file beside the logs tells: offer it, wait for it, or pass it over.

Only what is certain is decided by a name; everything else is offered, and its content
decides when it is read.
"""

from __future__ import annotations

import re

from tui.core import trail

WAIT = "unfinished copy"
"""The verdict on a name that a download tool gives up for another one when it is done."""

_ARCHIVE = "an archive; unpack it and open its folder"
_KINDS = {
    "image": "png jpg jpeg gif svg webp ico bmp tif tiff heic",
    _ARCHIVE: "zip tar tgz 7z rar tbz2 txz jar whl",
    "document": "pdf md doc docx xls xlsx ppt pptx",
    "program": "py pyc pyi so dll exe",
}
_KIND_OF_ENDING = {ending: kind for kind, endings in _KINDS.items() for ending in endings.split()}

# The AWS CLI adds 8 hexadecimal digits to the name it writes to, of both cases; eight decimal
# digits are rather a date. rsync writes to a hidden name with six letters or digits behind it.
_UNFINISHED = re.compile(
    r"\.(?:tmp|temp|partial|part|crdownload|filepart|download|gstmp|aria2|swp)$"
    r"|\.(?:json|jsonl|ndjson|gz|zst|log|cloudtrail)\.(?![0-9]{8}$)[0-9A-Fa-f]{8}$"
    r"|^\..*\.(?:json|jsonl|ndjson|gz|zst|log|cloudtrail)\.[A-Za-z0-9]{6}$"
)


def verdict(name: str) -> str:
    """Empty for a file to offer, `WAIT`, or what a file looks like that is not opened."""
    if name.endswith(".json.gz") and name[0] != ".":
        return "digest" if trail.is_digest_name(name) else ""
    if _UNFINISHED.search(name):
        return WAIT
    if name[0] == ".":
        return "hidden"
    if trail.is_digest_name(name):
        return "digest"
    if name.endswith((".tar.gz", ".tar.zst")):
        return _ARCHIVE
    if name.upper().startswith(("README", "LICENSE")) and not name.endswith(".json"):
        return "document"
    return _KIND_OF_ENDING.get(name.rpartition(".")[2].lower(), "") if "." in name else ""
