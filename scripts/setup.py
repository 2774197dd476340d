"""Makes `.venv` ready: `setup.py run` to use aztui, `setup.py dev` to work on it.

Runs on the Python that makes the environment, so it needs nothing but the standard library.
What is installed is pinned by name, version and hash in `requirements/`. A stamp in `.venv`
remembers what was installed; while nothing changed, a second call does nothing.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import ssl
import subprocess
import sys
from collections.abc import Callable, Sequence
from importlib.util import find_spec
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
OLDEST = (3, 11)

BASE = {"run": "run.txt", "dev": "dev.txt"}


def main() -> int:
    """Set up the environment named on the command line; 0 when it is ready."""
    kind = sys.argv[1] if len(sys.argv) > 1 else ""
    if kind not in BASE:
        return complain("usage: setup.py run|dev")
    if sys.version_info < OLDEST:
        found = ".".join(map(str, sys.version_info[:3]))
        return complain(
            f"aztui needs Python 3.11 or newer; {sys.executable} is {found}.",
            "Name a newer one: make PYTHON=python3.12 …",
        )
    uv = shutil.which("uv")
    if missing := missing_packages(uv):
        return complain(
            f"Something that Debian packages apart is missing: {' and '.join(missing)}.",
            f"Install it with: sudo apt-get install {' '.join(missing)}",
        )
    try:
        ready(kind, uv)
    except subprocess.CalledProcessError as error:
        return complain(
            f"This step failed: {' '.join(map(str, error.cmd))}",
            "Its own words stand above. What was installed before is kept; run make again.",
        )
    return 0


def missing_packages(uv: str | None) -> list[str]:
    """The Debian packages without which the environment cannot be made."""
    missing = []
    if not uv and not usable() and (find_spec("venv") is None or find_spec("ensurepip") is None):
        missing.append("python3-venv")
    if not certificates():
        missing.append("ca-certificates")
    return missing


def certificates() -> bool:
    """Whether the system has root certificates where Python looks for them."""
    paths = ssl.get_default_verify_paths()
    if paths.cafile and Path(paths.cafile).is_file():
        return True
    return bool(paths.capath) and any(Path(paths.capath).iterdir())


def ready(kind: str, uv: str | None) -> None:
    """Make the environment and install into it what is not there yet.

    Raises:
        subprocess.CalledProcessError: a step failed; it has said why.
    """
    if not usable():
        say(f"Making {VENV.name} …")
        shutil.rmtree(VENV, ignore_errors=True)
        if uv:
            run([uv, "venv", "--quiet", "--seed", "--python", sys.executable, VENV])
        else:
            run([sys.executable, "-m", "venv", VENV])
    requirements = ROOT / "requirements" / BASE[kind]
    once(kind, requirements, lambda: install(requirements, uv))
    once("local", ROOT / "requirements" / "local.txt", lambda: install_engine(kind, uv))


def usable() -> bool:
    """Whether the environment's Python still starts: its base may have been removed."""
    if not PYTHON.exists():
        return False
    done = subprocess.run([PYTHON, "-c", ""], check=False, capture_output=True)
    return done.returncode == 0


def once(name: str, requirements: Path, step: Callable[[], None]) -> None:
    """Run `step` unless it was run for the same requirements."""
    stamp = VENV / f".aztui-{name}"
    digest = hashlib.sha256(requirements.read_bytes())
    digest.update((ROOT / "pyproject.toml").read_bytes())
    wanted = digest.hexdigest()
    if stamp.exists() and stamp.read_text() == wanted:
        return
    step()
    stamp.write_text(wanted)


def install(requirements: Path, uv: str | None) -> None:
    """Install the pinned packages, then aztui itself from this folder."""
    say("Installing the packages …")
    pip(uv, "--require-hashes", "--requirement", requirements)
    pip(uv, "--no-deps", "--no-build-isolation", "--editable", ROOT)
    run([PYTHON, "-m", "compileall", "-q", ROOT / "src"])  # or the first start does


def install_engine(kind: str, uv: str | None) -> None:
    """Install the local model's engine; to use aztui it may be missing, to test it may not."""
    say("Installing the engine of the local model …")
    try:
        pip(uv, "--require-hashes", "--requirement", ROOT / "requirements" / "local.txt")
    except subprocess.CalledProcessError:
        if kind == "dev":
            raise
        say("The local model's engine cannot be installed here; aztui works without it.")


def pip(uv: str | None, *arguments: str | Path) -> None:
    """Install into the environment, with bytecode: without it a start takes thrice the CPU."""
    if uv:
        run([uv, "pip", "install", "--python", PYTHON, "--compile-bytecode", *arguments])
        return
    quiet = [] if sys.stderr.isatty() else ["--quiet"]
    run([PYTHON, "-m", "pip", "install", "--disable-pip-version-check", *quiet, *arguments])


def run(command: Sequence[str | Path]) -> None:
    """Run a step and let it speak for itself; its output goes to stderr."""
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": ""}
    subprocess.run(command, check=True, cwd=ROOT, env=environment, stdout=sys.stderr)


def say(line: str) -> None:
    """Tell what happens."""
    print(line, file=sys.stderr, flush=True)


def complain(*lines: str) -> int:
    """Tell what is wrong and what to do."""
    for line in lines:
        say(line)
    return 1


if __name__ == "__main__":
    sys.exit(main())
