"""What holds for every test: the programs that they start find signals as a shell leaves them."""

import signal


def pytest_configure() -> None:
    """Whoever runs the tests may have SIGHUP ignored (`nohup make test`); children inherit that.

    A handler they do not inherit: for them it is the default again, while the tests go on.
    """
    if signal.getsignal(signal.SIGHUP) is signal.SIG_IGN:
        signal.signal(signal.SIGHUP, lambda *_: None)
