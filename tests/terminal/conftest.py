"""What the tests on a terminal share: a home of their own, and a trail that takes a while."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

from tests.benchmarks.generate import make_trail
from tests.terminal.program import environment

if TYPE_CHECKING:
    from collections.abc import Callable

SAMPLE = Path(__file__).parents[2] / "sample_logs"

Environ = dict[str, str]


class Trail(NamedTuple):
    """A generated trail and what is in it."""

    folder: Path
    truth: dict[str, Any]


@pytest.fixture
def environ(tmp_path: Path) -> Callable[..., Environ]:
    """Makes an environment whose home is the test's."""
    home = tmp_path / "home"
    home.mkdir()
    return lambda **more: environment(home, **more)


@pytest.fixture(scope="session")
def big(tmp_path_factory: pytest.TempPathFactory) -> Trail:
    """A trail of 20,000 events: it is being read while a test does something to the program."""
    folder = tmp_path_factory.mktemp("big") / "trail"
    return Trail(folder, make_trail(folder, 20_000))
