"""What the C library keeps of memory that was freed, and when the system gets it back."""

from __future__ import annotations

import ctypes

_TRIM_THRESHOLD, _MMAP_THRESHOLD = -1, -3
"""glibc's numbers for them, of mallopt(3)."""
_TOP = 8 << 20
"""Bytes that may stay free at the end of the heap: growing it anew each time would cost more."""
_LARGE = 1_000_000
"""Bytes of what is given back as soon as it is free: a mask over a million events has as many."""


def return_large_arrays() -> None:
    """Have what large arrays took given back at once, from now on.

    By itself glibc learns from the first large one that is freed to keep them all in its heap,
    where small ones that stay lie between them: a tenth of the program was such gaps.
    """
    set_option = getattr(ctypes.CDLL(None), "mallopt", None)
    if set_option is not None:  # other C libraries have no such call
        set_option(_MMAP_THRESHOLD, _LARGE)
        set_option(_TRIM_THRESHOLD, _TOP)


def give_back_memory() -> None:
    """Return to the system what was freed: after a million was loaded, glibc keeps some 20 MB."""
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)
