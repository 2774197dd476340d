from __future__ import annotations

import os
import signal
import subprocess
import sys

import pytest

from aztui.cli import signals

_TWICE = """
import signal, sys
from aztui.cli.signals import told
with told(lambda code: print(code, flush=True)):
    signal.raise_signal(signal.SIGINT)
    signal.raise_signal(signal.{second})
print("not reached")
"""


@pytest.mark.parametrize(("second", "code"), [("SIGINT", 130), ("SIGTERM", 143)])
def test_the_second_signal_ends_at_once(second: str, code: int) -> None:
    done = subprocess.run(
        [sys.executable, "-c", _TWICE.format(second=second)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == code
    assert done.stdout == "130\n"
    assert done.stderr == f"Stopped at once by {second}.\n"


def test_sigterm_raises() -> None:
    with pytest.raises(signals.Terminated), signals.raising():
        os.kill(os.getpid(), signal.SIGTERM)
    assert signal.getsignal(signal.SIGTERM) == signal.SIG_DFL


def test_an_ignored_signal_stays_ignored() -> None:
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    told: list[int] = []
    try:
        with signals.told(told.append):
            signal.raise_signal(signal.SIGINT)
            signal.raise_signal(signal.SIGTERM)
    finally:
        signal.signal(signal.SIGINT, before)
    assert told == [143]
