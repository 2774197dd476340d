"""Looking at processes that are not our children."""

from __future__ import annotations

import contextlib
import os
import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

_MEMORY: Final = re.compile(r"^(VmRSS|VmHWM):\s*(\d+) kB", re.MULTILINE)


def gone(pid: int) -> bool:
    """Whether no process `pid` runs; one that waits for its parent to notice has ended too."""
    try:
        return _stat(pid)[0] in {"Z", "X"}
    except (FileNotFoundError, ProcessLookupError):
        return True


def cpu_seconds(pid: int) -> float:
    """The processor time of a process by its own clock, and that of its ended children.

    None for one that is gone. The clock's number is made as in Linux's `posix-timers.h`
    (`CPUCLOCK_SCHED`): nanoseconds, where /proc counts ticks of 10 ms.
    """
    try:
        own = time.clock_gettime((~pid << 3) | 2)
        of_children = map(int, _stat(pid)[13:15])
    except (OSError, ValueError):
        return 0.0
    return own + sum(of_children) / os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Memory:
    """What a process holds in memory, as resident set, in bytes.

    Attributes:
        now: now.
        peak: the most it ever held.
    """

    now: int
    peak: int


def memory(pid: int) -> Memory:
    """What a process holds; nothing for one that is gone. The fields are those of proc(5)."""
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return Memory(0, 0)
    kilobytes = dict(_MEMORY.findall(status))
    return Memory(*(int(kilobytes.get(name, 0)) * 1024 for name in ("VmRSS", "VmHWM")))


def descendants(pid: int) -> list[int]:
    """A process and all below it, as far as they run."""
    found = [] if gone(pid) else [pid]
    for parent in found:
        found.extend(_children(parent))
    return found


def session_members(session: int) -> list[int]:
    """The processes of a session."""
    found: list[int] = []
    for entry in Path("/proc").iterdir():
        with contextlib.suppress(ValueError, ProcessLookupError, PermissionError):
            if os.getsid(pid := int(entry.name)) == session:
                found.append(pid)
    return found


def _children(pid: int) -> list[int]:
    found: list[int] = []
    with contextlib.suppress(FileNotFoundError, ProcessLookupError):
        for task in Path(f"/proc/{pid}/task").iterdir():
            found.extend(map(int, (task / "children").read_text().split()))
    return found


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
