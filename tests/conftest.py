"""What holds for every test: which examples it tries, and how signals reach what it starts."""

import signal

from hypothesis import settings

# A commit passes or fails by itself: the examples that hypothesis makes are the same in every run.
# `make search` looks for others, with --hypothesis-profile=search.
settings.register_profile("same", derandomize=True)
settings.register_profile("search", derandomize=False)
settings.load_profile("same")


def pytest_configure() -> None:
    """Whoever runs the tests may have SIGHUP ignored (`nohup make test`); children inherit that.

    A handler they do not inherit: for them it is the default again, while the tests go on.
    """
    if signal.getsignal(signal.SIGHUP) is signal.SIG_IGN:
        signal.signal(signal.SIGHUP, lambda *_: None)
