"""Giving memory back: the C library keeps what was freed for a next time, and so from everybody."""

from __future__ import annotations


def give_back() -> None:
    """Have what is free returned to the system, where the C library can: glibc's malloc_trim(3).

    Takes some milliseconds, in which other threads run: for a thread that nobody waits for.
    """
    import ctypes  # noqa: PLC0415 - not before the first paint

    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)
