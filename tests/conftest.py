"""What holds for every test: which examples it tries, and how signals reach what it starts."""

from __future__ import annotations

import signal
from importlib.util import find_spec
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings

if TYPE_CHECKING:
    from collections.abc import Callable

# A commit passes or fails by itself: the examples that hypothesis makes are the same in every run,
# and a busy machine may take its time for each. `make search` looks for others, with
# --hypothesis-profile=search.
untimed = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("same", untimed, derandomize=True)
settings.register_profile("search", untimed, derandomize=False)
settings.load_profile("same")


def pytest_configure() -> None:
    """Whoever runs the tests may have signals ignored (`nohup make test`, `make test &`).

    Children inherit that. A handler they do not inherit: for them it is the default again, while
    the tests go on.
    """
    for number in (signal.SIGHUP, signal.SIGINT):
        if signal.getsignal(number) is signal.SIG_IGN:
            signal.signal(number, lambda *_: None)


@pytest.fixture(scope="session")
def compiled() -> Callable[..., int]:
    """The compiled reader, out of the user's cache; it is compiled if it is not there."""
    from tui.ingest.scanning import compiling

    if find_spec("numba") is None:
        pytest.skip("numba is not installed: there is nothing to compile with")
    if compiling.path() is None:
        pytest.skip(f"the compiled reader is switched off by {compiling.FOLDER}")
    assert compiling.make_ready() == ""
    return compiling.load()
