"""Brings what the tests need and no Python package holds: tmux, and the local model's weights.

tmux is installed where this user may; else the tests that need it say that they are skipped
(and fail where `CI=true`). The weights go to `.cache/models`, outside the user's own data.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

MODELS = Path(__file__).resolve().parent.parent / ".cache" / "models"
APT = ("apt-get", "install", "--yes", "--no-install-recommends")


def main() -> int:
    """Bring what can be brought; a missing piece is named, not fatal."""
    if not shutil.which("tmux"):
        bring_tmux()
    bring_weights()
    return 0


def bring_tmux() -> None:
    """Install tmux with apt where this user is root."""
    if not shutil.which("apt-get") or os.geteuid() != 0:
        say("tmux is missing: its tests are skipped. To run them: sudo apt-get install tmux")
        return
    say("Installing tmux …")
    subprocess.run(["apt-get", "update", "-qq"], check=False, stdout=sys.stderr)
    subprocess.run([*APT, "tmux"], check=False, stdout=sys.stderr)


def bring_weights() -> None:
    """Pull the local model's weights."""
    environment = {**os.environ, "AZTUI_DATA_DIR": str(MODELS.parent)}
    subprocess.run([sys.executable, "-m", "aztui", "local", "pull"], check=False, env=environment)


def say(line: str) -> None:
    """Tell what happens."""
    print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
