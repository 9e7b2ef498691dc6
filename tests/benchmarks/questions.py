"""Twelve questions about the sample trail, and the keys that answer them.

The README's table is written from this list, and `tests/terminal/test_questions.py` presses these
keys: what the answer says in backticks stands on the screen then.
"""

from __future__ import annotations

import re
from typing import NamedTuple

SIZE = (200, 50)
"""Columns and rows of the terminal, which begins with the newest event."""

NAMED = {"Enter": "\r", "Tab": "\t", "space": " ", "Esc": "\x1b"}
"""Keys that have a name → what a terminal sends for them."""


class Question(NamedTuple):
    """Something that one wants to know, and how to come to know it."""

    question: str
    keys: tuple[str, ...]
    """Keys, and texts that are typed into a prompt."""
    answer: str
    """In Markdown; what is in backticks can be read on the screen, each in one line."""
    rows: tuple[str, ...] = ()
    """Lines of the screen that show it, as regexes."""

    @property
    def presses(self) -> int:
        """How many keys are pressed, those of typed texts too."""
        return sum(1 if key in NAMED else len(key) for key in self.keys)

    @property
    def shown(self) -> list[str]:
        """What the answer says that the screen shows."""
        return re.findall(r"`([^`]+)`", self.answer)


QUESTIONS = (
    Question(
        "Who was denied most often, and from where?",
        ("3",),
        "`ci-deploy`, 73 times, from `198.51.100.77`",
        (r"^ ci-deploy +73 █", r" ci-deploy +\w+:\w+ .* denied +198\.51\.100\.77 "),
    ),
    Question(
        "Which leaked key was used most, and from which networks?",
        ("&", "is:mo", "Tab", "Enter", "F", "k", "Enter", "=", "F", "i", "Enter"),
        "`AKIACIDEPLOY7EXAMPLE`, from `203.0.113.25` and, at night, `198.51.100.77`",
        (
            r"is:moved . key:AKIACIDEPLOY7EXAMPLE",
            r"^ 203\.0\.113\.25 +100 ",
            r"^ 198\.51\.100\.77 +92 ",
        ),
    ),
    Question(
        "Who made new users and credentials?",
        ("0",),
        "`deploy-admin/ci-run-4711` made the user `svc-metrics-sync`, a key and a password for it",
        (
            r"02:18:00 deploy-admin/ci-run-4711 +\*iam:CreateUser +svc-metrics-sync ",
            r"02:18:09 .*\*iam:CreateAccessKey ",
            r"02:18:44 .*\*iam:CreateLoginProfile +svc-metrics-sync ",
        ),
    ),
    Question(
        "Where did whoever did that come from: which role, taken on by whom?",
        ("0", "g", "S"),
        "`ci-deploy` took on `role/deploy-admin` and got the key `ASIAATTACKER7EXAMPLE`",
        (
            r"02:12:40 ci-deploy +~sts:AssumeRole +role/",
            r"ASIAATTACKER7EXAMPLE was handed out here, to ci-deploy",
        ),
    ),
    Question(
        "What was done with the new user's key?",
        ("0", "g", "j", "S"),
        "`21` calls with `AKIABACKDOOR7EXAMPLE`, from `cloudtrail:StopLogging` to"
        " `lambda:AddPermission`",
        (
            r"Events ─ 21 of 3,000 · .*key:AKIABACKDOOR7EXAMPLE",
            r"02:24:18 svc-metrics-sync +\*cloudtrail:StopLogging ",
            r"02:44:09 svc-metrics-sync +\*lambda:AddPermission ",
        ),
    ),
    Question(
        "Which secrets did that role read?",
        ("0", "g", "=", "9"),
        "`prod/db/master`, `prod/stripe/live`, `prod/jwt/signing`, `prod/smtp`, `prod/sso` and"
        " the parameters `/prod/api/token`, `/prod/db/password`, all of `/prod`",
        (
            r"Events ─ 8 of 3,000 · secrets read . who:deploy-admin/ci-run-4711 ",
            r"~secretsmanager:GetSecretValue +prod/db/master ",
            r"~ssm:GetParametersByPath +/prod ← decrypted ",
        ),
    ),
    Question(
        "Which trail was stopped, and by whom?",
        ("8",),
        "`trail/org-trail`, by `svc-metrics-sync`, who tried to delete it as well",
        (
            r"02:24:18 svc-metrics-sync +\*cloudtrail:StopLogging +trail/org-trail ",
            r"02:24:39 svc-metrics-sync +cloudtrail:DeleteTrail +trail/org-trail +denied ",
        ),
    ),
    Question(
        "What changed between 02:00 and 03:00, when that happened?",
        ("8", "g", "1", "i", "h", "space", "l", "l", "="),
        "`33` changes, `22` of them by `svc-metrics-sync`",
        (
            r"Events ─ 33 of 3,000 · changes . time:2026-01-31T02:00Z\.\.2026-01-31T03:00Z",
            r"^ svc-metrics-sync +22 █",
        ),
    ),
    Question(
        "What was opened to the world or to others?",
        ("7",),
        "`12` changes: a bucket, a search domain, snapshots, a port, a function, a role",
        (
            r"Events ─ 12 of 3,000 · opened up ",
            r"\*iam:UpdateAssumeRolePolicy +\S+ ← Allow ",
            r"\*s3:PutBucketPublicAccessBlock +\S+ ← all off",
            r"\*s3:PutBucketPolicy +\S+ ← Allow ",
            r"\*es:UpdateDomainConfig +\S+ ← Allow anyone es:\*",
            r"\*ec2:ModifySnapshotAttribute +\S+ ← \+ all ",
            r"\*rds:ModifyDBSnapshotAttribute +orders-final ← \+ 777788889999 ",
            r"\*ec2:AuthorizeS\S+ +sg-\S+ ← tcp 22 ",
            r"\*lambda:CreateFunctionUrlConfig +orders-webhook ← auth NONE ",
        ),
    ),
    Question(
        "What happened to the search domain `orders-search`?",
        ("/", "orders-search", "Enter"),
        "`svc-metrics-sync` gave it a policy: `anyone at all may es:* on …/orders-search/*`",
        (
            r"▌02:33:10 svc-metrics-sync +\*es:UpdateDomainConfig +orders",
            r"▼ accessPolicies  decoded JSON · ⚠ anyone at all may es:\*",
            r"^.{20,60}AWS: \*",
        ),
    ),
    Question(
        "Which sign-ins to the console failed?",
        ("4",),
        "three, all of `svc-metrics-sync` and with `no MFA`; the fourth try worked",
        (
            r"^ failed +3 ",
            r"02:50:05 svc-metrics-sync .* no MFA +failed ",
            r"02:50:31 svc-metrics-sync .* no MFA +failed ",
            r"02:51:10 svc-metrics-sync .* no MFA +failed ",
            r"02:52:00 svc-metrics-sync .* no MFA +192\.0\.2\.146 ",
        ),
    ),
    Question(
        "What was called with a program that is none of the usual ones?",
        ("&", "ag", "Tab", "o", "Tab", "Enter"),
        "`s3:ListObjects` on `example-customer-exports`, by `anonymous` with `curl/8.4.0`",
        (r"Events ─ 1 of 3,000 · agent:other ", r"03:10:00 anonymous +s3:ListObjects .* other\b"),
    ),
)  # fmt: skip


def table() -> str:
    """The README's table, in Markdown."""
    lines = ["| question | keys | answer |", "| --- | --- | --- |"]
    for each in QUESTIONS:
        keys = " ".join(f"`{key}`" for key in each.keys)
        lines.append(f"| {each.question} | {keys} ({each.presses}) | {each.answer} |")
    return "\n".join(lines) + "\n"
