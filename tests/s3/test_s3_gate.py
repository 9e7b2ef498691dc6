"""How many requests may be under way at once."""

from __future__ import annotations

import threading
import time

from tui.sources.s3.gate import Gate


def test_throttling_halves_what_is_in_flight_and_it_grows_again() -> None:
    now = [0.0]
    gate = Gate(24, lambda: now[0])
    gate.slower()
    gate.slower()
    assert gate.allowed == 12
    for second in range(1, 9):
        now[0] = second
        gate.slower()
    assert gate.allowed == 1
    for _ in range(2):
        gate.faster()
    assert gate.allowed == 2
    for _ in range(2000):
        gate.faster()
    assert gate.allowed == 24


def test_a_gate_lets_no_more_in() -> None:
    gate = Gate(1, time.monotonic)
    inside = threading.Event()

    def enter() -> None:
        with gate:
            inside.set()

    with gate:
        other = threading.Thread(target=enter)
        other.start()
        assert not inside.wait(0.05)
    assert inside.wait(5)
    other.join()
