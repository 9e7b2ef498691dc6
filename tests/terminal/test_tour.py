"""The README's minute with the sample, pressed key by key in a terminal of 120 by 40."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tests.benchmarks.readme import README
from tests.terminal.conftest import SAMPLE, Environ
from tests.terminal.program import Program

if TYPE_CHECKING:
    from collections.abc import Callable

TOUR = (
    (("A",), (r" 1,627 of 3,000 ",)),
    (
        ("t", "02:04\r"),
        (
            r"▌02:04:11 ci-deploy +sts:GetCallerIdentity ",
            r" 02:04:14 ci-deploy .* denied",
            r"ci-deploy · 198\.51\.100\.77 ",
        ),
    ),
    (
        ("t", "02:12:40\r"),
        (
            r" 02:11:02 ci-deploy .* denied",
            r" 02:11:31 ci-deploy .* denied",
            r"▌02:12:40 ci-deploy +~sts:AssumeRole .*→ ASIA",
            r"role/deploy-admin",
        ),
    ),
    (("w",), (r"▌\S+ \S+ +\*iam:CreateUser ",)),
    (("w",), (r"▌.*\*iam:CreateAccessKey ",)),
    (("w",), (r"▌.*\*iam:AttachUserPolicy ", r"← AdministratorAccess\s*$")),
    (("w",), (r"▌.*\*iam:CreateLoginProfile ",)),
    (("w",), (r"▌.*\*iam:PutUserPolicy .*← Allow \* on \*",)),
    (("w",), (r"▌.*\*iam:UpdateAssumeRolePolicy .*777788889999",)),
    (("w",), (r"▌.*\*cloudtrail:StopLogging +trail/",)),
    (("t", "02:33\r"), (r"▌02:33:10 .*es:UpdateDomain", r"⚠ lets anyone in")),
    (("\r", "j", "j"), (r"▌ +▼ accessPolicies +decoded JSON · ⚠ anyone at all may es:\*",)),
    (("x",), (r'▌ +accessPolicies +raw: \{"Version"',)),
    (("\x1b", "e"), (r"▌.*ec2:RunInstances .*← 10 . p2\.xlarge +failed",)),
    *[(("e",), (rf"▌{at} .*signin:ConsoleLogin .*← no MFA +failed",))
      for at in ("02:50:05", "02:50:31", "02:51:10")],
    (("\x1b[Z", "/", "cloudtrail\r", "\r"), (r" 9 of 3,000 · -is:aws . service:cloudtrail ",)),
    (("a",), (r" 1,627 of 3,000 ",)),
    (("P",), (r"3,014", r"\b14\b")),
)  # fmt: skip
"""What is pressed, and lines of the screen after it, as regexes."""

TOLD = (
    "1,627 events are left", "`02:04`", "198.51.100.77", "203.0.113.25", "`02:12:40`", "`02:33`",
    "three failed sign-ins without MFA", "nine calls", "3,014 records found, 14 of them delivered",
)  # fmt: skip
"""What the README says of it."""


def missing(shown: tuple[str, ...], text: str) -> list[str]:
    """The lines that should be on the screen, and are not."""
    lines = text.splitlines()
    return [each for each in shown if not any(re.search(each, line) for line in lines)]


def test_each_step_shows_what_the_readme_says(environ: Callable[..., Environ]) -> None:
    with Program([str(SAMPLE)], environ()) as program:
        program.until_shown("Events ─ 3,000", "● live")
        program.read(quiet=0.1)
        for keys, shown in TOUR:
            assert missing(shown, program.text), f"{shown} is there before {keys}"
            for key in keys:
                program.press(key, quiet=0.1)
            program.until(lambda shown=shown: not missing(shown, program.text))


def test_the_readme_says_it() -> None:
    tour = README.read_text(encoding="utf-8").partition("## A minute")[2].partition("\n## ")[0]
    told = " ".join(tour.split())
    assert [each for each in TOLD if each not in told] == []
