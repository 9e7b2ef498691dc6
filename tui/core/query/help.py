"""The filter language in short, for the help screen and the README: how it is written, what it is.

A test parses every example.
"""

from __future__ import annotations

from typing import Final

LANGUAGE: Final[tuple[tuple[str, str], ...]] = (
    ("alice", "a word: anywhere in the fields that the list knows, whatever the case"),
    ('"two words"', "the same with spaces; in quotes `*` and `?` are themselves"),
    ("/Get.*Policy/", "a regex, the case as written"),
    ("service:iam", "a field has exactly this value; for a call `event:s3:GetObject`"),
    ("target:prod-*", "with `*` and `?`; `error:*` means that there is one"),
    ("service:(iam sts)", "one of these"),
    ("who:/^dev-/", "a regex in a field"),
    ("ip:10.0.0.0/8", "an address in a network, of version 4 or 6"),
    ("is:denied", "a fact: {is}"),
    ("requestParameters.bucketName:prod-*", "any path in the record, through lists"),
    (
        'requestParameters.accessPolicies.Statement.Principal.AWS:"*"',
        "and through JSON that stands there as a string",
    ),
    (
        'requestParameters."aws:kind":*',
        'in quotes a key with dots, colons or spaces, and a field of others: `"@version":1`',
    ),
    ("requestParameters.maxResults>100", "numbers: `>` `>=` `<` `<=`"),
    (
        'text:"203.0.113.9"',
        "anywhere in the record, as strings read once decoded; not in base64",
    ),
    ("after:2h", "newer than two hours; `before:2026-01-31T12:00`"),
    ("time:2026-01-31", "a day; `time:14:00..15:30` a span, of today where no day is named"),
    ("-is:aws", "not; or `not is:aws`"),
    (
        "is:write (who:alice or root)",
        "side by side is `and`, which binds tighter than `or`; parentheses group",
    ),
)
"""How it is written, and what it means."""


def explained() -> list[tuple[str, str]]:
    """The same, with the names filled in."""
    from tui.core.query.names import IS

    return [(form, text.replace("{is}", " ".join(IS))) for form, text in LANGUAGE]


def field_names() -> str:
    """The fields' names in one text."""
    from tui.core.query.names import FIELDS

    return " ".join(FIELDS)


def language_table() -> str:
    """The README's table, in Markdown."""
    rows = [f"| `{form.replace('|', chr(92) + '|')}` | {text} |" for form, text in explained()]
    names = " ".join(f"`{name}`" for name in field_names().split())
    rows.append(f"| the fields | {names} |")
    return "\n".join(["| filter | what it leaves |", "| --- | --- |", *rows, ""])
