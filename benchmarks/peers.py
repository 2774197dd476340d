"""`python -m benchmarks.peers`: bring the programs of others that aztui is measured beside.

That is codex, where npm is to be had; without it its columns are missing.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Final

from benchmarks.harness import CODEX, Program, ProgramError, Server, warmed_up

_FOLDER: Final = Path(__file__).parent.parent / ".cache" / "codex"
_PACKAGE: Final = "@openai/codex"
_VERSION: Final = "0.169.0"
_QUIET: Final = ("--no-save", "--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error")


def codex() -> Path | None:
    """The program itself, which npm's wrapper would start from node; None if it is not there."""
    if _installed() != _VERSION:
        return None
    return next(_FOLDER.glob("node_modules/@openai/codex-*/vendor/*/bin/codex"), None)


def answering(server: Server) -> tuple[Program, ...]:
    """Those that are there and answer a prompt here."""
    if codex() is None:
        return ()
    try:
        with warmed_up(CODEX, server):
            return (CODEX,)
    except ProgramError as failure:
        _say(f"Measuring without it: {failure}")
        return ()


def main() -> None:
    """Install what is not there yet, or say why the benchmarks do without."""
    npm = shutil.which("npm")
    if codex() is not None:
        return
    if npm is None:
        _say("There is no npm here: measuring without codex.")
        return
    _say(f"Installing {_PACKAGE} {_VERSION} …")
    _FOLDER.mkdir(parents=True, exist_ok=True)
    command = [npm, "install", "--prefix", str(_FOLDER), *_QUIET, f"{_PACKAGE}@{_VERSION}"]
    subprocess.run(command, check=False, stdout=sys.stderr)
    if codex() is None:
        _say("codex cannot be installed here: measuring without it.")


def _installed() -> str:
    package = _FOLDER / "node_modules" / _PACKAGE / "package.json"
    return str(json.loads(package.read_text())["version"]) if package.exists() else ""


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
