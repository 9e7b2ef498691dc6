"""The exception tree is the one that its module draws."""

from __future__ import annotations

import inspect
import re

import pytest

from tui import errors
from tui.errors import CloudTrailTuiError, ExitCode


def _classes() -> dict[str, type[CloudTrailTuiError]]:
    return {
        name: member
        for name, member in inspect.getmembers(errors, inspect.isclass)
        if issubclass(member, CloudTrailTuiError)
    }


def test_the_docstring_draws_every_exception_with_its_exit_code() -> None:
    drawn = re.findall(r"^[ │├└─]*(\w+) +(\d+)  \S", errors.__doc__ or "", re.MULTILINE)
    assert {name: int(code) for name, code in drawn} == {
        name: int(error.exit_code) for name, error in _classes().items()
    }


def test_the_drawing_nests_as_the_classes_do() -> None:
    parents: list[str] = []
    for line in (errors.__doc__ or "").splitlines():
        if not (found := re.match(r"^    ([ │├└─]*)(\w+) +\d+ ", line)):
            continue
        depth = len(found[1]) // 4
        del parents[depth:]
        if parents:
            assert _classes()[found[2]].__bases__ == (_classes()[parents[-1]],)
        parents.append(found[2])
    assert parents


@pytest.mark.parametrize(
    ("code", "number"),
    [
        (ExitCode.OK, 0),
        (ExitCode.NONE, 1),
        (ExitCode.USAGE, 2),
        (ExitCode.PARTIAL, 3),
        (ExitCode.UNREADABLE, 4),
        (ExitCode.FAULT, 70),
        (ExitCode.INTERRUPTED, 130),
        (ExitCode.TERMINATED, 143),
    ],
)
def test_exit_codes_are_a_promise(code: ExitCode, number: int) -> None:
    assert code == number
