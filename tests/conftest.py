"""What holds for every test: which examples it tries, and how signals reach what it starts."""

import signal

from hypothesis import HealthCheck, settings

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
