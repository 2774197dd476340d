"""Looking at processes that are not our children."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path


def gone(pid: int) -> bool:
    """Whether no process `pid` runs; one that waits for its parent to notice has ended too."""
    try:
        return _stat(pid)[0] in {"Z", "X"}
    except (FileNotFoundError, ProcessLookupError):
        return True


def cpu_seconds(pid: int) -> float:
    """The processor time that a process has used, user and system."""
    user, system = _stat(pid)[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


def _stat(pid: int) -> list[str]:
    """The fields of /proc/PID/stat after the program's name, as proc(5) lists them."""
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()


def eventually(holds: Callable[[], bool], seconds: float = 10.0) -> bool:
    """Look again and again until `holds`, or the time is up."""
    deadline = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.01)
    return True
