"""What the bench says: one line for each promise, and the machine that it was measured on."""

from __future__ import annotations

import os
import platform
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

MOST_MISSES = 99
"""Exit codes above 99 have other meanings to shells and make."""


@dataclass(frozen=True)
class Line:
    """A promise and what was measured of it."""

    name: str
    """`part: what is measured`."""
    measured: float | None
    """None where it could not be measured; `note` says why, and it counts as missed."""
    bound: float
    unit: str
    at_least: bool = False
    note: str = ""

    @property
    def ratio(self) -> float:
        """The share of the bound that is used up; above 1 the promise is broken."""
        if self.measured is None:
            return float("inf")
        one, other = self.measured, self.bound
        if self.at_least:
            one, other = other, one
        if other <= 0:
            return 0.0 if one <= other else float("inf")
        return one / other

    @property
    def missed(self) -> bool:
        return self.ratio > 1

    def __str__(self) -> str:
        measured = "-" if self.measured is None else figure(self.measured, self.unit)
        sign = "≥" if self.at_least else "≤"
        verdict = "MISSED" if self.missed else "ok"
        bound = figure(self.bound, self.unit)
        note = f"  ({self.note})" if self.note else ""
        told = f"{measured:>15}  {sign} {bound:<14} {self.ratio:5.2f}  {verdict:<6}"
        return f"{self.name:<46} {told}{note}".rstrip()


@dataclass(frozen=True)
class Remark:
    """A figure for comparison, or why something was not measured: it promises nothing."""

    name: str
    text: str

    def __str__(self) -> str:
        return f"{self.name:<46} {self.text}"


def figure(value: float, unit: str) -> str:
    """A number as a person reads it: three digits that matter, thousands apart."""
    digits = 0 if value == int(value) or abs(value) >= 100 else 1 if abs(value) >= 10 else 2
    return f"{value:,.{digits}f} {unit}"


def misses(lines: Sequence[Line | Remark]) -> int:
    """The exit code: how many promises are broken."""
    return min(MOST_MISSES, sum(isinstance(line, Line) and line.missed for line in lines))


def machine() -> str:
    """CPU, cores, memory, Python: without them no figure means anything."""
    parts = [_cpu_model(), f"{_cores()} cores"]
    if hasattr(os, "sysconf") and "SC_PHYS_PAGES" in os.sysconf_names:
        size = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
        parts.append(f"{size / (1 << 30):.0f} GiB")
    parts.append(f"{platform.system()} {platform.release()}")
    parts.append(f"{platform.python_implementation()} {platform.python_version()}")
    return ", ".join(parts)


def load_average() -> str:
    """What else the machine was doing, where it tells."""
    try:
        return f"{os.getloadavg()[0]:.1f}"
    except OSError:
        return "unknown"


def _cores() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _cpu_model() -> str:
    try:
        text = Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return platform.processor() or platform.machine()
    for line in text.splitlines():
        name, _, value = line.partition(":")
        if name.strip() == "model name":
            return value.strip()
    return platform.machine()
