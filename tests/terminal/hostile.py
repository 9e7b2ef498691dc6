"""A trail whose every text was written by somebody who wants the reader's terminal."""

from __future__ import annotations

import json
import os
import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

# Each has something behind its first character by which it is known in the raw output.
PAYLOADS = (
    "\x1b]52;c;c3RvbGVu\x07",  # sets the clipboard
    "\x1b]0;owned\x07",  # sets the title
    "\x1b]8;;http://evil.example\x1b\\here\x1b]8;;\x1b\\",  # a link that shows another text
    "\x1b[2J\x1b[31;7mred",
    "\x1b[?1049l\x1b[?1003h",  # leaves the screen, turns the mouse on
    "\x1bP+q544e\x1b\\",  # asks the terminal, which answers by typing
    "\x1bc\x1b[21t\x1b[6n",  # resets; asks for the title and the cursor
    "\x9b31mC1\x9d52;c;c3RvbGVu\x9c\x90+q\x9c",  # the same in one character
    "del\x7f\x08\x08\x08nul\x00\x0e\x0f bell\x07\x05",
    "\u202egpj.exe\u2066x\u2069\u200f\u061c",  # turns names around
    "two\nlines\r\nand\ttab\x0b\x0c\u2028\u2029\x85",
    "[/markup][red]x[/red] [@click=app.quit]y[/] [link=x]",
    "\ud800lone\udc9b\udcff",
    "\u200bzero\ufeff\U000e0041\ufe0fx",
    "'\"\\%s{0}$(id)`id`",
)

_FORBIDDEN = re.compile(
    "[\x00-\x07\x0b\x0c\x0e-\x1a\x1c-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f"
    "\ufeff\ufe0f\U000e0000-\U000e007f\ud800-\udfff]"
)
# All that a screen needs of a terminal: colours, places, erasing, modes, the pointer, questions
# about those.
_OWN = re.compile(
    r"\x1b(?:\[[0-9;]*m|\[[0-9;]*H|\[[JK]|\[\?[0-9;]+[hl]|\[\?[0-9]+\$p|\[[<>][0-9;]*[uq]"
    r"|\[[?>=]?[0-9]*c|\]22;[a-z]*\x07|\]52;c;(?P<copied>[A-Za-z0-9+/=]*)\x07)"
)


def record(number: int, payload: str) -> dict[str, Any]:
    """A record that carries a payload wherever somebody could have put it."""
    return {
        "eventVersion": f"1.09{payload}",
        "userIdentity": {
            "type": f"IAMUser{payload}" if number % 2 else "IAMUser",
            "principalId": payload,
            "arn": f"arn:aws:iam::111122223333:user/{payload}",
            "accountId": f"111122223333{payload}" if number % 2 else "111122223333",
            "accessKeyId": payload,
            "userName": f"{payload}mallory",
        },
        "eventTime": f"2026-01-31T12:00:{number:02}Z",
        "eventSource": f"s3{payload}.amazonaws.com" if number % 3 else "s3.amazonaws.com",
        "eventName": f"PutBucketPolicy{payload}" if number % 3 else "PutBucketPolicy",
        "awsRegion": f"{payload}us-east-1",
        "sourceIPAddress": f"{payload}192.0.2.1",
        "userAgent": f"{payload}agent",
        "errorCode": f"AccessDenied{payload}",
        "errorMessage": f"because {payload} was not allowed",
        "requestParameters": {
            "bucketName": f"{payload}bucket",
            f"key{payload}": f"value {payload}",
            "policy": json.dumps(
                {
                    "Version": "2012-10-17",
                    "Statement": [
                        {
                            "Effect": "Allow",
                            "Principal": {"AWS": ["*", payload]},
                            "Action": [f"s3:{payload}"],
                            "Resource": f"arn:aws:s3:::{payload}/*",
                        }
                    ],
                    payload: [payload],
                }
            ),
            "list": [payload, {payload: payload}, None],
        },
        "responseElements": {payload: payload},
        "requestID": payload,
        "eventID": f"00000000-0000-4000-8000-0000000000{number:02}",
        "resources": [{"ARN": f"arn:aws:s3:::{payload}", "type": payload}],
        "eventType": f"AwsApiCall{payload}" if number % 2 else "AwsApiCall",
        "recipientAccountId": f"{payload}111122223333" if number % 2 else "111122223333",
        payload: {"nested": {payload: [payload]}},
    }


def records() -> list[dict[str, Any]]:
    """One for each payload, oldest first."""
    return [record(number, payload) for number, payload in enumerate(PAYLOADS)]


def make(folder: Path) -> None:
    """Write the trail: escaped and, in one file, as raw bytes; bad names; broken content."""
    folder.mkdir()
    content = json.dumps({"Records": records()}).encode()
    (folder / "escaped.json").write_bytes(content)
    # Control characters inside strings are no JSON: such a file is read record by record.
    raw = json.dumps(record(50, "PAYLOAD")).replace("PAYLOAD", "\x1b]52;c;c3RvbGVu\x07\x9b31m")
    (folder / "raw.json").write_bytes(b'{"Records": [' + raw.encode() + b"]}")
    for number, payload in enumerate(PAYLOADS):
        name = os.fsencode(
            f"{number}-{payload.replace('/', '').replace(chr(0), '')}".encode(
                "utf-8", "surrogatepass"
            )
        )
        broken = f'{{"Records": [{{"eventName": "{payload}", {payload} nonsense '
        path = os.fsencode(folder) + b"/" + name + b".json"
        with open(path, "wb") as file:
            file.write(broken.encode("utf-8", "surrogatepass"))


def complaints(raw: bytes) -> tuple[list[str], list[str]]:
    """What should not be in the output of a program; and what it put on the clipboard (base64)."""
    text = raw.decode("utf-8", "surrogateescape")
    copied = [found["copied"] for found in _OWN.finditer(text) if found["copied"] is not None]
    rest = _OWN.sub("", text)
    wrong = [f"{found[0]!r} in {_around(rest, found)!r}" for found in _FORBIDDEN.finditer(rest)]
    wrong += [f"ESC in {_around(rest, found)!r}" for found in re.finditer("\x1b", rest)]
    wrong += [
        f"{sequence!r} was sent"
        for sequence in _sequences()
        if sequence in text and sequence not in _EVERYBODYS
    ]
    return wrong, copied


# A screen that ends sends this one itself.
_EVERYBODYS = ("\x1b[?1049l",)


def _sequences() -> set[str]:
    """The control sequences of the payloads."""
    introducer = "[\x1b\x90\x9b\x9d]"
    return {
        sequence
        for payload in PAYLOADS
        for sequence in re.findall(f"{introducer}[^\x1b\x90\x9b\x9d]+", payload)
    }


def _around(text: str, found: re.Match[str]) -> str:
    return text[max(0, found.start() - 20) : found.end() + 20]
